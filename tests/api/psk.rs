//! Pre-shared keys: who gets in, who does not, and what is said of it.

use std::io::{Read, Write};
use std::os::unix::net::UnixStream;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use gnutls::x509::{CertificateBuilder, KeyType, PrivateKey};
use gnutls::{
    ClientAuth, ClientConfig, CredentialsType, Error, ErrorKind, Priority, Protocol, Psk, ServerConfig, Session,
    TicketKey,
};

use crate::common::{HOST, TLS12, TLS13, check, fill, pki, within};
use crate::is;

const KEY: [u8; 32] = [0x5a; 32];
const ALSO_PSK: &str = ":+ECDHE-PSK:+DHE-PSK";

fn psk(identity: impl AsRef<[u8]>) -> Psk {
    Psk::new(identity, KEY.to_vec()).expect("a key")
}

/// The priorities of one version, with pre-shared keys alone.
fn only(version: &str) -> Priority {
    Priority::new(&format!("{version}:-KX-ALL{ALSO_PSK}")).expect("priorities")
}

fn client(psk: Psk, version: &str) -> ClientConfig {
    ClientConfig::builder().with_psk(psk).priority(only(version)).build().expect("a client")
}

/// A server that knows `known`.
fn server(known: &'static [u8]) -> ServerConfig {
    let lookup = move |identity: &[u8]| (identity == known).then(|| KEY.to_vec().into());
    ServerConfig::builder().with_psk(lookup).build().expect("a server")
}

type Pair<T> = (Result<Session<T>, Error>, Result<Session<T>, Error>);

fn meet(client: &ClientConfig, server: &ServerConfig) -> Pair<UnixStream> {
    meet_at(client.to(HOST).expect("a name"), server)
}

fn meet_at(connect: gnutls::Connect, server: &ServerConfig) -> Pair<UnixStream> {
    let server = server.clone();
    within("the handshake", move || {
        let (near, far) = UnixStream::pair().expect("a pair");
        let accepting = thread::spawn(move || server.accept(far));
        (connect.connect(near), accepting.join().expect("no panic"))
    })
}

fn pair(client: &ClientConfig, server: &ServerConfig) -> (Session<UnixStream>, Session<UnixStream>) {
    let (client, server) = meet(client, server);
    (client.expect("the client's handshake"), server.expect("the server's handshake"))
}

#[test]
fn both_sides_are_known_by_the_key_and_nobody_has_a_certificate() {
    for (version, protocol) in [(TLS12, Protocol::TLS1_2), (TLS13, Protocol::TLS1_3)] {
        let (near, far) = pair(&client(psk("a sensor"), version), &server(b"a sensor"));
        for session in [&near, &far] {
            assert_eq!(session.protocol(), protocol);
            assert_eq!(session.peer_authentication(), Some(CredentialsType::PSK));
            assert_eq!(session.client_credentials(), CredentialsType::PSK);
            assert_eq!(session.server_credentials(), CredentialsType::PSK);
            assert!(session.peer_certificates().expect("a list").is_empty());
            assert!(session.group().name().is_some(), "no forward secrecy: {}", session.description());
        }
        assert_eq!((near.psk_identity(), far.psk_identity()), (None, Some(&b"a sensor"[..])));
        assert_eq!((near.psk_name(), far.psk_name().as_deref()), (None, Some("a sensor")));
    }
}

#[test]
fn without_priorities_of_the_callers_the_newest_version_and_forward_secrecy_are_used() {
    let client = ClientConfig::builder().with_psk(psk("i")).build().expect("a client");
    let (near, _far) = pair(&client, &server(b"i"));
    assert_eq!(near.protocol(), Protocol::TLS1_3);
    assert!(near.group().name().is_some(), "no forward secrecy: {}", near.description());
}

#[test]
fn priorities_without_pre_shared_keys_are_refused() {
    let normal = Priority::new("NORMAL").expect("priorities");
    let error = ClientConfig::builder().priority(normal.clone()).with_psk(psk("i")).build().expect_err("no way in");
    is(&error, ErrorKind::Priority, &["+ECDHE-PSK", "1.3"]);
    let error = ServerConfig::builder().with_psk(|_| None).priority(normal).build().expect_err("no way in");
    is(&error, ErrorKind::Priority, &["+ECDHE-PSK"]);
}

#[test]
fn an_identity_may_be_any_bytes() {
    for version in [TLS12, TLS13] {
        let (_near, far) = pair(&client(psk(b"\xff\x01i\0\n\x80"), version), &server(b"\xff\x01i\0\n\x80"));
        assert_eq!(far.psk_identity(), Some(&b"\xff\x01i\0\n\x80"[..]));
        assert_eq!(far.psk_name(), None);
    }
}

#[test]
fn a_wrong_key_and_an_unknown_identity_fail_alike() {
    for version in [TLS12, TLS13] {
        let wrong = Psk::new("known", vec![1; 32]).expect("a key");
        let [wrong, unknown] = [wrong, psk("unknown")].map(|psk| meet(&client(psk, version), &server(b"known")));
        let [wrong, unknown] = [wrong, unknown].map(|(near, far)| {
            let (near, far) = (near.expect_err("refused"), far.expect_err("refused"));
            assert_eq!(near.kind(), ErrorKind::Alert, "{near:?}");
            (near.alert_received(), far.code(), far.kind())
        });
        assert_eq!(wrong, unknown);
        assert_eq!(wrong.2, ErrorKind::Protocol);
    }
}

#[test]
fn a_lookup_that_panics_is_the_error_of_the_handshake() {
    for version in [TLS12, TLS13] {
        let server = ServerConfig::builder().with_psk(|_| panic!("the vault is shut")).build().expect("a server");
        let (near, far) = meet(&client(psk("i"), version), &server);
        assert_eq!(near.expect_err("refused").kind(), ErrorKind::Alert);
        is(&far.expect_err("refused"), ErrorKind::Callback, &["panicked", "the vault is shut"]);
    }
}

#[test]
fn a_client_that_chooses_gets_the_hint_and_its_panic_is_the_error_of_the_handshake() {
    let hints = std::sync::Arc::new(Mutex::new(Vec::new()));
    let lookup = |identity: &[u8]| (identity == b"i").then(|| KEY.to_vec().into());
    let server = ServerConfig::builder().with_psk(lookup).psk_hint("take i").build().expect("a server");
    for version in [TLS12, TLS13] {
        let seen = hints.clone();
        let choose = move |hint: Option<&[u8]>| {
            seen.lock().expect("no panic").push(hint.map(<[u8]>::to_vec));
            Some(psk("i"))
        };
        let client = ClientConfig::builder().with_psk_callback(choose).priority(only(version)).build().expect("fine");
        let (near, far) = pair(&client, &server);
        let hint = (version == TLS12).then_some(&b"take i"[..]);
        assert_eq!((near.psk_hint(), far.psk_hint()), (hint, None));
        let seen = std::mem::take(&mut *hints.lock().expect("no panic"));
        assert!(!seen.is_empty() && seen.iter().all(|seen| seen.as_deref() == hint), "{seen:?}");

        let panics = |_: Option<&[u8]>| -> Option<Psk> { panic!("lost the keys") };
        let client = ClientConfig::builder().with_psk_callback(panics).priority(only(version)).build().expect("fine");
        is(&meet(&client, &server).0.expect_err("no key"), ErrorKind::Callback, &["panicked", "lost the keys"]);

        let none = |_: Option<&[u8]>| None;
        let client = ClientConfig::builder().with_psk_callback(none).priority(only(version)).build().expect("fine");
        is(&meet(&client, &server).0.expect_err("no key"), ErrorKind::Credentials, &[]);
    }
}

#[test]
fn a_client_that_chooses_gets_no_hint_where_there_is_none() {
    let choose = |hint: Option<&[u8]>| hint.is_none().then(|| psk("i"));
    for exchange in ["ECDHE-PSK", "DHE-PSK", "PSK"] {
        for version in [TLS12, TLS13] {
            let priority = || Priority::new(&format!("{version}:-KX-ALL:+{exchange}")).expect("priorities");
            let server = ServerConfig::builder().with_psk(|_| Some(KEY.to_vec().into())).priority(priority());
            let client = ClientConfig::builder().with_psk_callback(choose).priority(priority());
            let (near, far) = pair(&client.build().expect("a client"), &server.build().expect("a server"));
            assert_eq!((near.psk_hint(), far.psk_identity()), (None, Some(&b"i"[..])), "{exchange}, {version}");
        }
    }
}

#[test]
fn a_client_with_a_key_and_no_authority_talks_to_no_server_without_the_key() {
    let certified = crate::common::server("NORMAL");
    for version in [TLS12, TLS13] {
        // Offered or not, a certificate will not do.
        for priority in [format!("{version}{ALSO_PSK}"), format!("{version}:-KX-ALL{ALSO_PSK}")] {
            let priority = Priority::new(&priority).expect("priorities");
            let client = ClientConfig::builder().with_psk(psk("i")).priority(priority).build().expect("a client");
            let error = meet(&client, &certified).0.expect_err("nobody with the key");
            let expected = [ErrorKind::Verification, ErrorKind::Alert, ErrorKind::Negotiation, ErrorKind::Credentials];
            assert!(expected.contains(&error.kind()), "{error:?}");
        }
    }
}

#[test]
fn a_client_with_both_takes_a_verified_certificate_or_a_key_and_nothing_else() {
    let key = PrivateKey::generate(KeyType::EcdsaP256).expect("a key");
    let stranger = CertificateBuilder::new().subject("CN=stranger").ca(None).self_signed(&key).expect("an authority");
    for version in [TLS12, TLS13] {
        let priority = || Priority::new(&format!("{version}{ALSO_PSK}")).expect("priorities");
        let both = |ca| {
            let builder = ClientConfig::builder().with_trust(std::slice::from_ref(ca)).expect("trust");
            builder.with_psk(psk("i")).priority(priority()).build().expect("a client")
        };
        let (near, far) = pair(&both(&pki().ca), &crate::common::server("NORMAL"));
        assert_eq!(near.peer_authentication(), Some(CredentialsType::CERTIFICATE));
        assert_eq!((far.peer_authentication(), far.psk_identity()), (None, None));
        let (near, _far) = pair(&both(&pki().ca), &server(b"i"));
        assert_eq!(near.peer_authentication(), Some(CredentialsType::PSK));
        // The server's certificate is of another authority.
        let (near, _) = meet(&both(&stranger), &crate::common::server("NORMAL"));
        assert_eq!(near.expect_err("not verified").kind(), ErrorKind::Verification);
    }
}

#[test]
fn a_server_with_keys_alone_takes_nobody_without() {
    for version in [TLS12, TLS13] {
        let (near, far) = meet(&crate::common::client(version), &server(b"i"));
        assert!(near.is_err());
        let error = far.expect_err("no key");
        assert!([ErrorKind::Negotiation, ErrorKind::Credentials].contains(&error.kind()), "{error:?}");
    }
}

#[test]
fn a_session_by_key_is_resumed_by_who_began_it_and_nobody_is_asked_for_the_key() {
    static ASKED: AtomicUsize = AtomicUsize::new(0);
    let lookup = |_: &[u8]| {
        ASKED.fetch_add(1, Ordering::Relaxed);
        Some(KEY.to_vec().into())
    };
    let server = ServerConfig::builder().with_psk(lookup).build().expect("a server");
    for version in [TLS12, TLS13] {
        let client = client(psk("i"), version);
        let (near, far) = pair(&client, &server);
        let data = ticket(&near, &far);
        let before = ASKED.load(Ordering::Relaxed);
        let (near, far) = meet_at(client.to(HOST).expect("a name").resume(&data), &server);
        let (near, far) = (near.expect("resumed"), far.expect("resumed"));
        assert!(near.is_resumed() && far.is_resumed());
        assert_eq!(ASKED.load(Ordering::Relaxed), before);
        assert_eq!(far.psk_identity(), Some(&b"i"[..]));
        for session in [&near, &far] {
            assert_eq!(session.peer_authentication(), Some(CredentialsType::PSK));
        }
    }
}

#[test]
fn a_session_by_key_is_not_resumed_where_a_certificate_is_asked_for() {
    for version in [TLS12, TLS13] {
        let priority = Priority::new(&format!("{version}{ALSO_PSK}")).expect("priorities");
        let server = server(b"i");
        let (near, far) = pair(&client(psk("i"), version), &server);
        let data = ticket(&near, &far);
        let trusting = ClientConfig::builder().with_trust(std::slice::from_ref(&pki().ca)).expect("trust");
        let trusting = trusting.priority(priority).build().expect("a client");
        let (near, _) = meet_at(trusting.to(HOST).expect("a name").resume(&data), &server);
        let error = near.expect_err("no certificate");
        assert!([ErrorKind::Verification, ErrorKind::Alert].contains(&error.kind()), "{error:?}");
    }
}

#[test]
fn a_ticket_of_a_server_for_everybody_does_not_open_one_with_keys_alone() {
    for version in [TLS12, TLS13] {
        let key = TicketKey::generate().expect("a key");
        let open = ServerConfig::builder().with_identity(pki().server.clone()).expect("an identity");
        let open = open.ticket_key(key.clone()).build().expect("a server");
        let closed = ServerConfig::builder().with_psk(|_| Some(KEY.to_vec().into())).ticket_key(key);
        let priority = || Priority::new(&format!("{version}{ALSO_PSK}")).expect("priorities");
        let closed = closed.priority(Priority::new(&format!("NORMAL{ALSO_PSK}")).expect("fine")).build().expect("fine");
        let client = ClientConfig::builder().with_trust(std::slice::from_ref(&pki().ca)).expect("trust");
        let client = client.priority(priority()).build();
        let client = client.expect("a client");
        let (near, far) = pair(&client, &open);
        assert_eq!(far.peer_authentication(), None);
        let data = ticket(&near, &far);
        let (_, far) = meet_at(client.to(HOST).expect("a name").resume(&data), &closed);
        is(&far.expect_err("it has no key"), ErrorKind::Credentials, &[]);
    }
}

#[test]
fn a_ticket_of_a_server_for_everybody_does_not_open_one_that_requires_certificates() {
    for version in [TLS12, TLS13] {
        let key = TicketKey::generate().expect("a key");
        let server = || ServerConfig::builder().with_identity(pki().server.clone()).expect("an identity");
        let open = server().ticket_key(key.clone()).build().expect("a server");
        let closed = server().with_trust(std::slice::from_ref(&pki().ca)).expect("trust").ticket_key(key);
        let closed = closed.client_auth(ClientAuth::Require).build().expect("a server");
        let client = crate::common::client(version);
        let (near, far) = pair(&client, &open);
        let data = ticket(&near, &far);
        let (_, far) = meet_at(client.to(HOST).expect("a name").resume(&data), &closed);
        assert_eq!(far.expect_err("it has no certificate").kind(), ErrorKind::Verification);
    }
}

#[test]
fn a_ticket_of_a_server_with_keys_does_not_open_one_that_knows_certificates_alone() {
    for version in [TLS12, TLS13] {
        let tickets = TicketKey::generate().expect("a key");
        let with_keys = ServerConfig::builder().with_psk(|_| Some(KEY.to_vec().into())).ticket_key(tickets.clone());
        let with_keys = with_keys.build().expect("a server");
        let other = ServerConfig::builder().with_identity(pki().server.clone()).expect("an identity");
        let other = other.with_trust(std::slice::from_ref(&pki().ca)).expect("trust").ticket_key(tickets);
        let priority = Priority::new(&format!("NORMAL{ALSO_PSK}")).expect("priorities");
        let other = other.client_auth(ClientAuth::Require).priority(priority).build().expect("a server");
        let client = client(psk("i"), version);
        let (near, far) = pair(&client, &with_keys);
        let data = ticket(&near, &far);
        let (_, far) = meet_at(client.to(HOST).expect("a name").resume(&data), &other);
        assert_eq!(far.expect_err("it has no certificate").kind(), ErrorKind::Verification);
    }
}

#[test]
fn who_has_a_key_needs_no_certificate_where_one_is_required() {
    for version in [TLS12, TLS13] {
        let server = ServerConfig::builder().with_identity(pki().server.clone()).expect("an identity");
        let server = server.with_trust(std::slice::from_ref(&pki().ca)).expect("trust");
        let server = server.client_auth(ClientAuth::Require).with_psk(|_| Some(KEY.to_vec().into()));
        let server = server.build().expect("a server");
        let (_near, far) = pair(&client(psk("i"), version), &server);
        assert_eq!(far.peer_authentication(), Some(CredentialsType::PSK));
        let (_, far) = meet(&crate::common::client(version), &server);
        assert_eq!(far.expect_err("neither").kind(), ErrorKind::Verification);
    }
}

#[test]
fn keys_come_from_a_file_that_is_read_each_time() {
    let path = std::env::temp_dir().join(format!("gnutls-psk-{}", std::process::id()));
    // An earlier run that failed may have left it, in a process of the same number.
    let _ = std::fs::remove_file(&path);
    let missing = ServerConfig::builder().with_psk_file(&path).build().expect_err("no file");
    is(&missing, ErrorKind::Credentials, &["gnutls-psk-", "No such file"]);
    let digits = gnutls::encoding::hex::encode(KEY).expect("digits");
    std::fs::write(&path, format!("early:{digits}\n")).expect("a file");
    let server = ServerConfig::builder().with_psk_file(&path).build().expect("a server");
    for (n, version) in [TLS12, TLS13].into_iter().enumerate() {
        pair(&client(psk("early"), version), &server);
        let late = format!("late{n}");
        assert!(meet(&client(psk(&late), version), &server).1.is_err());
        std::fs::write(&path, format!("early:{digits}\n{late}:{digits}\n#ff00:{digits}\n")).expect("a file");
        let (_near, far) = pair(&client(psk(&late), version), &server);
        assert_eq!(far.psk_identity(), Some(late.as_bytes()));
        pair(&client(psk(b"\xff\0"), version), &server);
    }
    std::fs::remove_file(&path).expect("it was there");
}

#[test]
fn both_directions_of_a_session_by_key_run_at_once_while_keys_change() {
    const SIZE: usize = 3 << 20;
    for version in [TLS12, TLS13] {
        let client = ClientConfig::builder().with_psk(psk("i")).priority(only(version)).key_update_after(50);
        let (near, far) = pair(&client.build().expect("a client"), &server(b"i"));
        within("both directions", move || {
            let halves = [(near.into_split(), 1, 2), (far.into_split(), 2, 1)];
            let threads = halves.map(|((mut reader, mut writer), out, into)| {
                let writing = thread::spawn(move || {
                    let mut data = vec![0; SIZE];
                    fill(out, 0, &mut data);
                    writer.write_all(&data).expect("writing");
                    writer.close().expect("closing");
                });
                let reading = thread::spawn(move || {
                    let mut data = Vec::new();
                    reader.read_to_end(&mut data).expect("reading");
                    assert_eq!(data.len(), SIZE);
                    check(into, 0, &data);
                });
                [writing, reading]
            });
            threads.into_iter().flatten().for_each(|thread| thread.join().expect("no panic"));
        });
    }
}

#[cfg(gnutls_3_8_11)]
#[test]
fn a_key_is_for_one_hash_which_both_sides_must_agree_on() {
    use gnutls::{Cipher, Mac};
    let lookup = |_: &[u8]| Some(KEY.to_vec().into());
    let server = |hash| ServerConfig::builder().with_psk(lookup).psk_binder_hash(hash).build();
    let client = |hash| ClientConfig::builder().with_psk(psk("i")).priority(only(TLS13)).psk_binder_hash(hash).build();
    for (hash, long) in [(Mac::SHA256, false), (Mac::SHA384, true)] {
        let (near, _far) = pair(&client(hash).expect("a client"), &server(hash).expect("a server"));
        assert_eq!(near.cipher() == Cipher::AES_256_GCM, long, "{hash}");
        assert_eq!(near.peer_authentication(), Some(CredentialsType::PSK));
    }
    let (near, _) = meet(&client(Mac::SHA384).expect("a client"), &server(Mac::SHA256).expect("a server"));
    assert!(near.is_err());
    assert!(client(Mac::SHA1).is_err() && server(Mac::MD5).is_err());
}

/// What resumes the session of `near`, after a byte of `far` has brought the tickets of TLS 1.3.
fn ticket(near: &Session<UnixStream>, far: &Session<UnixStream>) -> gnutls::SessionData {
    let mut byte = [0];
    { far }.write_all(b"!").expect("writing");
    { near }.read_exact(&mut byte).expect("reading");
    near.session_data().expect("packed").expect("a ticket")
}

#[cfg(gnutls_3_8_1)]
#[test]
fn a_key_from_outside_is_imported_for_its_context_and_for_nothing_else() {
    use gnutls::{Digest, ImportedIdentity};
    let identity = |context| ImportedIdentity::new("a sensor", context, Digest::SHA256).expect("an identity");
    let imported = move |context| Psk::imported(&identity(context), KEY.to_vec()).expect("a key");
    let lookup = |client: &ImportedIdentity| {
        (client.identity() == b"a sensor" && client.context() == b"reading").then(|| KEY.to_vec().into())
    };
    let server = || ServerConfig::builder().with_imported_psk(lookup).build().expect("a server");
    let (near, far) = pair(&client(imported("reading"), TLS13), &server());
    assert_eq!(near.peer_authentication(), Some(CredentialsType::PSK));
    assert_eq!(ImportedIdentity::from_bytes(far.psk_identity().expect("one")), Some(identity("reading")));
    // Chosen in the handshake it is the same.
    let chooses = ClientConfig::builder().with_psk_callback(move |_| Some(imported("reading"))).priority(only(TLS13));
    pair(&chooses.build().expect("a client"), &server());
    // Another context, the same key as it is, and TLS 1.2 do not open it.
    let plain = Psk::new(identity("reading").to_bytes().expect("bytes"), KEY.to_vec()).expect("a key");
    for (psk, version) in
        [(imported("writing"), TLS13), (plain, TLS13), (psk("a sensor"), TLS13), (psk("a sensor"), TLS12)]
    {
        let (near, far) = meet(&client(psk, version), &server());
        assert!(near.is_err() && far.is_err());
    }
    // Who knows the key as it is does not know the imported one.
    let (near, far) = meet(&client(imported("reading"), TLS13), &self::server(b"a sensor"));
    assert!(near.is_err() && far.is_err());
    let (near, _) = meet(&client(imported("reading"), TLS12), &self::server(b"a sensor"));
    is(&near.expect_err("TLS 1.2 imports none"), ErrorKind::Credentials, &[]);
    // A chosen plain key is still one.
    let chooses = ClientConfig::builder().with_psk_callback(|_| Some(psk("i"))).priority(only(TLS13));
    pair(&chooses.build().expect("a client"), &self::server(b"i"));
}
