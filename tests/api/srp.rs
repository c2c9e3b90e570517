//! Passwords that neither side sends: who gets in, who does not, and what is said of it.

use std::os::unix::net::UnixStream;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use gnutls::encoding::{hex, srp};
use gnutls::x509::{CertificateBuilder, KeyType, PrivateKey};
use gnutls::{
    ClientAuth, ClientConfig, CredentialsType, Error, ErrorKind, Identity, Priority, Protocol, ServerConfig, Session,
    SrpGroup, SrpUser, SrpVerifier, TicketKey,
};

use crate::common::{HOST, pki, within};
use crate::is;

pub(super) fn alice() -> SrpUser {
    SrpUser::new("alice", "password123").expect("a user")
}

fn verifier(user: &SrpUser) -> SrpVerifier {
    SrpVerifier::new(user, SrpGroup::BITS_2048).expect("a verifier")
}

pub(super) fn client(user: SrpUser) -> ClientConfig {
    ClientConfig::builder().with_srp(user).build().expect("a client")
}

/// A server that knows alice.
fn server() -> ServerConfig {
    let known = verifier(&alice());
    ServerConfig::builder().with_srp(move |user| (user == "alice").then(|| known.clone())).build().expect("a server")
}

type Ended = Result<Session<UnixStream>, Error>;

pub(super) fn meet(client: &ClientConfig, server: &ServerConfig) -> (Ended, Ended) {
    meet_at(client.to(HOST).expect("a name"), server)
}

fn meet_at(connect: gnutls::Connect, server: &ServerConfig) -> (Ended, Ended) {
    let server = server.clone();
    within("the handshake", move || {
        let (near, far) = UnixStream::pair().expect("a pair");
        let accepting = thread::spawn(move || server.accept(far));
        (connect.connect(near), accepting.join().expect("no panic"))
    })
}

/// Whether this GnuTLS has SRP; one that has none says so wherever it is asked for.
pub(super) fn supported() -> bool {
    if SrpGroup::is_supported() {
        return true;
    }
    let client = ClientConfig::builder().with_srp(alice()).build().expect_err("no SRP");
    let server = ServerConfig::builder().with_srp(|_| None).build().expect_err("no SRP");
    let verifier = SrpVerifier::new(&alice(), SrpGroup::BITS_2048).expect_err("no SRP");
    let text = srp::encode([1]).expect_err("no SRP");
    for error in [client, server, verifier, text] {
        assert_eq!(error.kind(), ErrorKind::Unsupported, "{error}");
    }
    false
}

#[test]
fn the_verifier_is_that_of_rfc_5054() {
    if !supported() {
        return;
    }
    // Appendix B.
    let salt = hex::decode("beb25379d1a8581eb5a727673a2441ee").expect("digits");
    let made = SrpVerifier::with_salt(&alice(), SrpGroup::BITS_1024, &salt).expect("a verifier");
    let expected = "7e273de8696ffc4f4e337d05b4b375beb0dde1569e8fa00a9886d8129bada1f1822223ca1a605b530e379ba4729fdc59\
                    f105b4787e5186f5c671085a1447b52a48cf1970b4fb6f8400bbf4cebfbb168152e08ab5ea53d15c1aff87b2b9da6e04\
                    e058ad51cc72bfc9033b564e26480d78e955a5e29e7ab245db2be315e2099afb";
    assert_eq!(hex::encode(made.verifier()).expect("digits"), expected);
    assert_eq!((made.salt(), made.group()), (&*salt, SrpGroup::BITS_1024));
    assert_ne!(verifier(&alice()).salt(), verifier(&alice()).salt());
}

#[test]
fn groups_are_those_of_rfc_5054() {
    let generators = [(1024, 2), (1536, 2), (2048, 2), (3072, 5), (4096, 5), (8192, 19)];
    for (group, (bits, generator)) in SrpGroup::ALL.into_iter().zip(generators) {
        assert_eq!((group.bits(), group.prime().len() * 8), (bits, bits as usize));
        assert_eq!(group.generator(), [generator]);
        assert_eq!(SrpGroup::from_numbers(group.prime(), group.generator()), Some(group));
    }
    assert!(hex::encode(SrpGroup::BITS_1024.prime()).expect("digits").starts_with("eeaf0ab9adb38dd69c33f80a"));
    assert_eq!(SrpGroup::from_numbers(SrpGroup::BITS_2048.prime(), [5]), None);
}

#[test]
fn numbers_of_files_go_there_and_back() {
    if !supported() {
        return;
    }
    for length in 1..40 {
        let number = vec![0xc7; length];
        let text = srp::encode(&number).expect("text");
        assert_eq!(*srp::decode(&text).expect("a number"), *number);
        let (mut wide, mut back) = ([0; 60], [0; 60]);
        let written = srp::encode_into(&number, &mut wide).expect("it fits");
        assert_eq!(&wide[..written], text.as_bytes());
        let written = srp::decode_into(&text, &mut back).expect("it fits");
        assert_eq!(&back[..written], number);
    }
    assert!(srp::encode_into([1; 30], &mut [0; 10]).is_err() && srp::decode_into("aaaaaaaa", &mut [0; 3]).is_err());
    for text in ["ab cd", "a=", "a\n", "\u{e4}"] {
        assert_eq!(srp::decode(text).expect_err("no number").kind(), ErrorKind::InvalidInput, "{text:?}");
    }
}

#[test]
fn what_is_no_user_and_no_verifier_is_refused_and_no_password_is_shown() {
    for (name, password) in [("", "p"), ("n", ""), ("n\0", "p"), ("n", "p\0"), (&*"n".repeat(129), "p")] {
        assert_eq!(SrpUser::new(name, password).expect_err("no user").kind(), ErrorKind::InvalidInput);
    }
    let shown = format!("{:?}", alice());
    assert!(shown.contains("alice") && !shown.contains("password123"), "{shown}");
    let group = SrpGroup::BITS_1024;
    let prime = group.prime().to_vec();
    for (salt, number) in [(vec![], vec![1]), (vec![1; 256], vec![1]), (vec![1], vec![0]), (vec![1], prime)] {
        let error = SrpVerifier::from_parts(group, &salt, number).expect_err("no verifier");
        assert_eq!(error.kind(), ErrorKind::InvalidInput);
    }
    let whole = SrpVerifier::from_parts(group, &[1], vec![0, 0, 77]).expect("a verifier");
    assert!(!format!("{whole:?}").contains("77"));
    for (seed, length) in [(vec![], 16), (vec![1; 65], 16), (vec![1], 0), (vec![1], 21)] {
        let builder = ServerConfig::builder().srp_unknown_users(group, seed, length);
        assert_eq!(builder.expect_err("no").kind(), ErrorKind::InvalidInput);
    }
}

#[test]
fn both_sides_are_known_by_the_password_and_nobody_has_a_certificate() {
    if !supported() {
        return;
    }
    let (near, far) = meet(&client(alice()), &server());
    let (near, far) = (near.expect("the client's handshake"), far.expect("the server's handshake"));
    for session in [&near, &far] {
        assert_eq!(session.protocol(), Protocol::TLS1_2);
        assert_eq!(session.peer_authentication(), Some(CredentialsType::SRP));
        assert_eq!(session.client_credentials(), CredentialsType::SRP);
        assert_eq!(session.server_credentials(), CredentialsType::SRP);
        assert!(session.peer_certificates().expect("a list").is_empty());
    }
    assert_eq!((near.srp_username(), far.srp_username()), (None, Some("alice")));
    assert!(format!("{far:?}").contains("alice"), "{far:?}");
}

#[test]
fn every_group_but_the_slowest_serves() {
    if !supported() {
        return;
    }
    for group in &SrpGroup::ALL[..5] {
        let known = SrpVerifier::new(&alice(), *group).expect("a verifier");
        let server = ServerConfig::builder().with_srp(move |_| Some(known.clone())).build().expect("a server");
        meet(&client(alice()), &server).1.expect("the server's handshake");
    }
}

#[test]
fn a_client_may_refuse_small_groups() {
    if !supported() {
        return;
    }
    for (group, bits, good) in [
        (SrpGroup::BITS_1024, 1025, false),
        (SrpGroup::BITS_2048, 2048, true),
        (SrpGroup::BITS_2048, 2049, false),
        (SrpGroup::BITS_3072, 2049, true),
    ] {
        let known = SrpVerifier::new(&alice(), group).expect("a verifier");
        let server = ServerConfig::builder().with_srp(move |_| Some(known.clone())).build().expect("a server");
        let client = ClientConfig::builder().with_srp(alice()).srp_prime_bits(bits).build().expect("a client");
        let (near, far) = meet(&client, &server);
        assert_eq!((near.is_ok(), far.is_ok()), (good, good), "{group:?}, {bits}");
        if let Err(error) = near {
            assert_eq!(error.kind(), ErrorKind::Negotiation, "{error:?}");
        }
    }
}

#[test]
fn a_wrong_password_and_an_unknown_user_fail_alike() {
    if !supported() {
        return;
    }
    let known = verifier(&alice());
    let lookup = move |user: &str| (user == "alice").then(|| known.clone());
    let server = ServerConfig::builder().with_srp(lookup);
    let server = server.srp_unknown_users(SrpGroup::BITS_2048, vec![9; 20], 16).expect("fine").build().expect("fine");
    let mut ends = Vec::new();
    for name in ["alice", "bob", "al\u{ef}ce"] {
        let (near, far) = meet(&client(SrpUser::new(name, "wrong").expect("a user")), &server);
        let (near, far) = (near.expect_err("refused"), far.expect_err("refused"));
        ends.push((near.kind(), near.alert_received(), far.kind(), far.code()));
    }
    assert_eq!(ends[0].0, ErrorKind::Alert);
    assert!(ends.iter().all(|end| *end == ends[0]), "{ends:?}");
}

#[test]
fn a_lookup_that_panics_is_the_error_of_the_handshake() {
    if !supported() {
        return;
    }
    let server = ServerConfig::builder().with_srp(|_| panic!("the vault is shut")).build().expect("a server");
    let (near, far) = meet(&client(alice()), &server);
    assert_eq!(near.expect_err("refused").kind(), ErrorKind::Alert);
    is(&far.expect_err("refused"), ErrorKind::Callback, &["panicked", "the vault is shut"]);
}

#[test]
fn a_client_may_choose_who_it_is() {
    if !supported() {
        return;
    }
    let chooses = ClientConfig::builder().with_srp_callback(|| Some(alice())).build().expect("a client");
    let (near, far) = meet(&chooses, &server());
    near.expect("the client's handshake");
    assert_eq!(far.expect("the server's handshake").srp_username(), Some("alice"));
}

/// GnuTLS loses 16 bytes of memory each time: docs/gnutls-bugs.md. The job asan leaves this out.
#[test]
fn a_client_that_names_nobody_fails_and_its_panic_is_the_error_of_the_handshake() {
    if !supported() {
        return;
    }
    let panics = ClientConfig::builder().with_srp_callback(|| panic!("who am I")).build().expect("a client");
    is(&meet(&panics, &server()).0.expect_err("nobody"), ErrorKind::Callback, &["panicked", "who am I"]);
    let none = ClientConfig::builder().with_srp_callback(|| None).build().expect("a client");
    let error = meet(&none, &server()).0.expect_err("nobody");
    assert!(
        matches!(error.kind(), ErrorKind::Protocol | ErrorKind::Credentials | ErrorKind::InvalidInput),
        "{error:?}"
    );
}

#[test]
fn without_a_password_nobody_gets_in_and_without_a_user_no_server_is_believed() {
    if !supported() {
        return;
    }
    let (near, far) = meet(&crate::common::client("NORMAL"), &server());
    assert!(near.is_err());
    let error = far.expect_err("no password");
    assert!([ErrorKind::Negotiation, ErrorKind::Credentials].contains(&error.kind()), "{error:?}");
    let error = meet(&client(alice()), &crate::common::server("NORMAL")).0.expect_err("it does not know alice");
    assert!([ErrorKind::Alert, ErrorKind::Negotiation].contains(&error.kind()), "{error:?}");
}

#[test]
fn a_certificate_beside_the_password_is_verified() {
    if !supported() {
        return;
    }
    let key = PrivateKey::generate(KeyType::Rsa { bits: 2048 }).expect("a key");
    let certificate = CertificateBuilder::new().subject("CN=rsa").dns_name(HOST);
    let certificate = certificate.signed_by(&key, &pki().ca, &pki().ca_key).expect("a certificate");
    let identity = Identity::new(vec![certificate], key).expect("they fit");
    let known = verifier(&alice());
    let server = ServerConfig::builder().with_identity(identity).expect("an identity");
    let server = server.with_srp(move |_| Some(known.clone())).build().expect("a server");
    let trusting = |ca| {
        let builder = ClientConfig::builder().with_trust(std::slice::from_ref(ca)).expect("trust");
        builder.with_srp(alice()).build().expect("a client")
    };
    let (near, far) = meet(&trusting(&pki().ca), &server);
    let (near, far) = (near.expect("the client's handshake"), far.expect("the server's handshake"));
    assert_eq!(near.server_credentials(), CredentialsType::CERTIFICATE);
    assert_eq!((near.client_credentials(), far.srp_username()), (CredentialsType::SRP, Some("alice")));
    let key = PrivateKey::generate(KeyType::EcdsaP256).expect("a key");
    let stranger = CertificateBuilder::new().subject("CN=stranger").ca(None).self_signed(&key).expect("an authority");
    let error = meet(&trusting(&stranger), &server).0.expect_err("not verified");
    assert_eq!(error.kind(), ErrorKind::Verification);
    // Who is no user comes in by the certificate.
    let far = meet(&crate::common::client("NORMAL"), &server).1.expect("the server's handshake");
    assert_eq!((far.srp_username(), far.peer_authentication()), (None, None));
}

#[test]
fn who_has_a_password_needs_no_certificate_where_one_is_required() {
    if !supported() {
        return;
    }
    let known = verifier(&alice());
    let server = ServerConfig::builder().with_identity(pki().server.clone()).expect("an identity");
    let server = server.with_trust(std::slice::from_ref(&pki().ca)).expect("trust").client_auth(ClientAuth::Require);
    let server = server.with_srp(move |_| Some(known.clone())).build().expect("a server");
    let far = meet(&client(alice()), &server).1.expect("the server's handshake");
    assert_eq!(far.peer_authentication(), Some(CredentialsType::SRP));
    let error = meet(&crate::common::client("NORMAL"), &server).1.expect_err("neither");
    assert_eq!(error.kind(), ErrorKind::Verification);
}

#[test]
fn priorities_without_passwords_are_refused() {
    if !supported() {
        return;
    }
    let normal = Priority::new("NORMAL").expect("priorities");
    let error = ClientConfig::builder().priority(normal.clone()).with_srp(alice()).build().expect_err("no way in");
    is(&error, ErrorKind::Priority, &["+SRP"]);
    let error = ServerConfig::builder().priority(normal).with_srp(|_| None).build().expect_err("no way in");
    is(&error, ErrorKind::Priority, &["+SRP"]);
}

#[test]
fn a_session_is_resumed_where_that_is_asked_for_and_nobody_is_looked_up() {
    if !supported() {
        return;
    }
    static ASKED: AtomicUsize = AtomicUsize::new(0);
    let known = verifier(&alice());
    let lookup = move |_: &str| {
        ASKED.fetch_add(1, Ordering::Relaxed);
        Some(known.clone())
    };
    let tickets = TicketKey::generate().expect("a key");
    let server = ServerConfig::builder().with_srp(lookup).ticket_key(tickets.clone()).build().expect("a server");
    let client = client(alice());
    let data = meet(&client, &server).0.expect("the handshake").session_data().expect("packed").expect("a ticket");
    // Again and again: what was resumed resumes.
    let mut data = data;
    for _ in 0..3 {
        let (near, far) = meet_at(client.to(HOST).expect("a name").resume(&data), &server);
        let (near, far) = (near.expect("resumed"), far.expect("resumed"));
        assert!(near.is_resumed() && far.is_resumed());
        assert_eq!(far.srp_username(), None);
        for session in [&near, &far] {
            assert_eq!(session.peer_authentication(), Some(CredentialsType::SRP));
        }
        data = near.session_data().expect("packed").expect("a ticket");
    }
    assert_eq!(ASKED.load(Ordering::Relaxed), 1);
}

#[test]
fn unasked_no_session_is_resumed_so_that_every_user_has_a_name() {
    if !supported() {
        return;
    }
    let (client, server) = (client(alice()), server());
    let data = meet(&client, &server).0.expect("the handshake").session_data().expect("packed").expect("some");
    let (near, far) = meet_at(client.to(HOST).expect("a name").resume(&data), &server);
    assert!(!near.expect("the handshake").is_resumed());
    assert_eq!(far.expect("the handshake").srp_username(), Some("alice"));
}

#[test]
fn a_ticket_of_a_server_for_everybody_does_not_open_one_with_passwords_alone() {
    if !supported() {
        return;
    }
    let tickets = TicketKey::generate().expect("a key");
    let open = ServerConfig::builder().with_identity(pki().server.clone()).expect("an identity");
    let open = open.ticket_key(tickets.clone()).build().expect("a server");
    let known = verifier(&alice());
    let closed = ServerConfig::builder().with_srp(move |_| Some(known.clone())).ticket_key(tickets);
    let closed = closed.priority(Priority::new("NORMAL:-VERS-TLS1.3:+SRP").expect("fine")).build().expect("fine");
    let client = crate::common::client(crate::common::TLS12);
    let data = meet(&client, &open).0.expect("anybody").session_data().expect("packed").expect("a ticket");
    let error = meet_at(client.to(HOST).expect("a name").resume(&data), &closed).1.expect_err("it has no password");
    assert_eq!(error.kind(), ErrorKind::Credentials, "{error:?}");
}

#[test]
fn unknown_users_see_the_same_salt_each_time_and_the_group_of_the_others() {
    if !supported() {
        return;
    }
    // What the server sends first tells both: it is looked at in the bytes of two handshakes.
    let known = SrpVerifier::new(&alice(), SrpGroup::BITS_1536).expect("a verifier");
    let server = || {
        let known = known.clone();
        let server = ServerConfig::builder().with_srp(move |user| (user == "alice").then(|| known.clone()));
        server.srp_unknown_users(SrpGroup::BITS_1536, vec![5; 32], 16).expect("fine").build().expect("a server")
    };
    let seen = |user: &str, server: ServerConfig| {
        let bytes = std::sync::Arc::new(Mutex::new(Vec::new()));
        let user = SrpUser::new(user, "p").expect("a user");
        let recorded = bytes.clone();
        within("the handshake", move || {
            let (near, far) = UnixStream::pair().expect("a pair");
            let accepting = thread::spawn(move || server.accept(far).map(drop));
            let near = Recorder { io: near, bytes: recorded };
            assert!(client(user).connect(HOST, near).is_err());
            assert!(accepting.join().expect("no panic").is_err());
        });
        let bytes = bytes.lock().expect("no panic").clone();
        let prime = SrpGroup::BITS_1536.prime();
        let at = bytes.windows(prime.len()).position(|window| window == prime).expect("the prime");
        // The generator with its length (3 bytes), then the length of the salt (1 byte).
        let salt = &bytes[at + prime.len() + 3..];
        assert_eq!(salt[0], 16);
        salt[1..17].to_vec()
    };
    let bob = seen("bob", server());
    assert_eq!(bob, seen("bob", server()));
    assert_ne!(bob, seen("carol", server()));
    assert_eq!(seen("alice", server()), known.salt());
}

/// A transport that keeps what it reads.
struct Recorder {
    io: UnixStream,
    bytes: std::sync::Arc<Mutex<Vec<u8>>>,
}

impl gnutls::transport::Transport for Recorder {
    fn try_read(&self, buf: &mut [u8]) -> std::io::Result<usize> {
        let read = self.io.try_read(buf)?;
        self.bytes.lock().expect("no panic").extend_from_slice(&buf[..read]);
        Ok(read)
    }

    fn try_write(&self, buf: &[u8]) -> std::io::Result<usize> {
        self.io.try_write(buf)
    }

    fn acquire(&self) -> std::io::Result<bool> {
        self.io.acquire()
    }
}

impl gnutls::transport::Wait for Recorder {
    fn wait(&self, want: gnutls::transport::Readiness, timeout: Option<std::time::Duration>) -> std::io::Result<bool> {
        self.io.wait(want, timeout)
    }
}
