//! The handshake of QUIC: messages and secrets by level, parameters of the transport, and what ends it.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use gnutls::quic::{Handshake, Level, PRIORITY};
use gnutls::{
    Alert, Cipher, ClientConfig, ClientConfigBuilder, Error, ErrorKind, Extension, Priority, Protocol, Refusal,
    ServerConfig, ServerConfigBuilder, hello,
};

use crate::common::{HOST, TLS13, pki};
use crate::is;

const OURS: &[u8] = b"\x01\x02\x67\x10";
const THEIRS: &[u8] = b"\x05\x04\x80\x00\xff\xff";

fn client() -> ClientConfigBuilder {
    let builder = ClientConfig::builder().with_trust(std::slice::from_ref(&pki().ca)).expect("trust");
    builder.priority(Priority::new(PRIORITY).expect("priorities")).alpn(["h3"]).expect("a name")
}

fn server() -> ServerConfigBuilder {
    let builder = ServerConfig::builder().with_identity(pki().server.clone()).expect("an identity");
    builder.priority(Priority::new(PRIORITY).expect("priorities")).alpn(["h3"]).expect("a name")
}

fn begin(client: ClientConfigBuilder, server: ServerConfigBuilder) -> (Handshake, Handshake) {
    let client = client.build().expect("a client").to(HOST).expect("a name");
    let server = server.build().expect("a server");
    (Handshake::client(client, OURS).expect("a client"), Handshake::server(&server, THEIRS).expect("a server"))
}

/// Carries messages, in pieces of `most` bytes, until nobody has any.
fn carry(client: &mut Handshake, server: &mut Handshake, most: usize) -> (Result<(), Error>, Result<(), Error>) {
    let mut results = (Ok(()), Ok(()));
    loop {
        let mut quiet = true;
        for forth in [true, false] {
            let (from, to) = if forth { (&mut *client, &mut *server) } else { (&mut *server, &mut *client) };
            let result = if forth { &mut results.1 } else { &mut results.0 };
            while let Some((level, crypto)) = from.next_message() {
                quiet = false;
                for piece in crypto.chunks(most) {
                    if result.is_ok() {
                        *result = to.receive(level, piece);
                    }
                }
            }
        }
        if quiet {
            return results;
        }
    }
}

type Told = BTreeMap<(Level, &'static str), Vec<u8>>;

/// The secrets of one side: by level, and whose messages they protect.
fn secrets(of: &mut Handshake, is_client: bool) -> Told {
    let (ours, theirs) = if is_client { ("client", "server") } else { ("server", "client") };
    let mut told = Told::new();
    while let Some(secrets) = of.next_secrets() {
        assert_eq!(secrets.cipher, Cipher::AES_256_GCM, "{:?}", secrets.level);
        assert_eq!(secrets.digest, gnutls::Digest::SHA384);
        assert!(!format!("{secrets:?}").contains("[1"), "nothing is shown");
        for (secret, whose) in [(secrets.write, ours), (secrets.read, theirs)] {
            let Some(secret) = secret else { continue };
            assert_eq!(told.insert((secrets.level, whose), secret.to_vec()), None, "each once");
        }
    }
    told
}

#[test]
fn both_sides_have_the_secrets_that_the_key_log_has() {
    for most in [usize::MAX, 100, 1] {
        let log = Arc::new(Mutex::new(BTreeMap::new()));
        let told = Arc::clone(&log);
        let logging = client().key_log(move |label: &str, _: &[u8], secret: &[u8]| {
            told.lock().expect("no panic").insert(label.to_owned(), secret.to_vec());
        });
        let (mut near, mut far) = begin(logging, server());
        let (near_result, far_result) = carry(&mut near, &mut far, most);
        near_result.expect("the client's");
        far_result.expect("the server's");
        for side in [&near, &far] {
            assert!(side.is_finished());
            assert_eq!((side.protocol(), side.cipher()), (Some(Protocol::TLS1_3), Some(Cipher::AES_256_GCM)));
            assert_eq!((side.alpn(), side.alert()), (Some(&b"h3"[..]), None));
        }
        assert_eq!(near.peer_parameters().as_deref(), Some(THEIRS));
        assert_eq!(far.peer_parameters().as_deref(), Some(OURS));
        assert_eq!(far.server_name().as_deref(), Some(HOST));
        assert_eq!(near.peer_certificates().expect("a chain").len(), 1);
        let key = |side: &Handshake| side.export("EXPERIMENTAL quic", None, 32).expect("a key").to_vec();
        assert_eq!(key(&near), key(&far));

        let (ours, theirs) = (secrets(&mut near, true), secrets(&mut far, false));
        assert_eq!(ours, theirs);
        let log = log.lock().expect("no panic");
        for (level, whose, label) in [
            (Level::Handshake, "client", "CLIENT_HANDSHAKE_TRAFFIC_SECRET"),
            (Level::Handshake, "server", "SERVER_HANDSHAKE_TRAFFIC_SECRET"),
            (Level::Application, "client", "CLIENT_TRAFFIC_SECRET_0"),
            (Level::Application, "server", "SERVER_TRAFFIC_SECRET_0"),
        ] {
            assert_eq!(ours.get(&(level, whose)), log.get(label), "{label}");
        }
        assert_eq!(ours.len(), 4);
    }
}

#[test]
fn messages_are_those_of_quic_and_stand_at_their_levels() {
    let (mut near, mut far) = begin(client(), server());
    let (level, first) = near.next_message().expect("the client begins");
    assert_eq!((level, first[0]), (Level::Initial, 1));
    // RFC 9001, section 8.4: no session id, which stands behind the version and the random bytes.
    assert_eq!(first[4 + 2 + 32], 0);
    let extensions = hello::client_hello_extensions(&first[4..]).expect("a hello");
    assert!(extensions.contains(&(57, OURS.to_vec())), "{extensions:?}");
    assert!(near.next_message().is_none() && far.next_message().is_none());
    far.receive(level, &first).expect("the server's part");
    let flight: Vec<(Level, u8)> = std::iter::from_fn(|| far.next_message()).map(|(level, b)| (level, b[0])).collect();
    // ServerHello; EncryptedExtensions and what follows; perhaps a ticket. No ChangeCipherSpec.
    assert_eq!(flight[..2], [(Level::Initial, 2), (Level::Handshake, 8)]);
    assert!(flight[2..].iter().all(|message| *message == (Level::Application, 4)), "{flight:?}");
}

#[test]
fn a_ticket_resumes_the_session() {
    let config = server().build().expect("a server");
    let connect = |data: Option<&gnutls::SessionData>| {
        let to = client().build().expect("a client").to(HOST).expect("a name");
        let to = data.map_or(to.clone(), |data| to.resume(data));
        let mut near = Handshake::client(to, OURS).expect("a client");
        let mut far = Handshake::server(&config, THEIRS).expect("a server");
        let (near_result, far_result) = carry(&mut near, &mut far, usize::MAX);
        near_result.expect("the client's");
        far_result.expect("the server's");
        (near.is_resumed(), near.session_data().expect("it can be packed"))
    };
    let (resumed, data) = connect(None);
    assert!(!resumed);
    assert!(connect(Some(&data.expect("a ticket"))).0);
}

#[test]
fn what_ends_a_handshake_is_an_error_here_and_an_alert_for_the_peer() {
    // Nobody trusts this server.
    let other = ClientConfig::builder().with_system_trust().expect("trust");
    let other = other.priority(Priority::new(PRIORITY).expect("priorities"));
    let (mut near, mut far) = begin(other, server());
    let error = carry(&mut near, &mut far, usize::MAX).0.expect_err("an unknown authority");
    assert_eq!(error.kind(), ErrorKind::Verification);
    assert_eq!((near.alert(), near.is_finished()), (Some(Alert::UNKNOWN_CA), false));
    assert_eq!(near.receive(Level::Handshake, b"more").expect_err("it is over").kind(), ErrorKind::Verification);
    // A callback refuses.
    let refusing = server().on_client_hello(|view| match view.received_extension(57) {
        Some(parameters) => Err(Refusal::new(format!("{parameters:?}")).alert(Alert::ACCESS_DENIED)),
        None => Ok(()),
    });
    let (mut near, mut far) = begin(client(), refusing);
    let error = carry(&mut near, &mut far, usize::MAX).1.expect_err("refused");
    is(&error, ErrorKind::Callback, &["on_client_hello", "[1, 2, 103, 16]"]);
    assert_eq!(far.alert(), Some(Alert::ACCESS_DENIED));
    // What is no handshake.
    let (mut near, _) = begin(client(), server());
    assert_eq!(
        near.receive(Level::Initial, &[20, 0, 0, 4, 1, 2, 3, 4]).expect_err("nonsense").kind(),
        ErrorKind::Protocol
    );
    assert!(near.alert().is_some());
}

/// GnuTLS takes no response for none, whatever the reason.
#[test]
fn a_refusal_that_gnutls_does_not_mind_ends_the_handshake_all_the_same() {
    let refusing = server().staple_with(|_| Err(Refusal::new("the responder is away")));
    let (mut near, mut far) = begin(client(), refusing);
    let error = carry(&mut near, &mut far, usize::MAX).1.expect_err("refused");
    is(&error, ErrorKind::Callback, &["staple_with", "the responder is away"]);
    assert!(far.alert().is_some() && !far.is_finished());
}

#[test]
fn what_comes_too_early_waits_and_what_comes_too_late_or_too_long_is_refused() {
    let (mut near, mut far) = begin(client(), server());
    let (level, first) = near.next_message().expect("the client begins");
    far.receive(level, &first).expect("the server's part");
    let (hello, rest) = (far.next_message().expect("a hello"), far.next_message().expect("the rest"));
    near.receive(rest.0, &rest.1).expect("it waits");
    assert!(!near.is_finished());
    near.receive(hello.0, &hello.1).expect("now both");
    assert!(near.is_finished());
    let error = near.receive(Level::Initial, b"late").expect_err("its keys are gone");
    assert_eq!((error.kind(), near.alert()), (ErrorKind::Protocol, Some(Alert::UNEXPECTED_MESSAGE)));
    let error = far.receive(Level::Application, &vec![0; (1 << 20) + 1]).expect_err("too long");
    assert_eq!(error.kind(), ErrorKind::Protocol);
}

/// GnuTLS keeps 16 MB of a message that it does not know the whole of.
#[test]
fn what_comes_after_the_handshake_without_end_is_refused() {
    let (mut near, mut far) = begin(client(), server());
    let (near_result, far_result) = carry(&mut near, &mut far, usize::MAX);
    near_result.and(far_result).expect("a handshake");
    for side in [&mut near, &mut far] {
        side.receive(Level::Application, &[4, 255, 255, 255]).expect("the head of a ticket");
        let refused = (0..100).find_map(|_| side.receive(Level::Application, &[0; 1 << 14]).err());
        assert_eq!(refused.expect("no end").kind(), ErrorKind::Protocol);
    }
}

#[test]
fn a_key_update_is_refused() {
    let (mut near, mut far) = begin(client(), server());
    let (near_result, _) = carry(&mut near, &mut far, usize::MAX);
    near_result.expect("the client's");
    let error = near.receive(Level::Application, &[24, 0, 0, 1, 0]).expect_err("RFC 9001, section 6");
    assert_eq!((error.kind(), near.alert()), (ErrorKind::Protocol, Some(Alert::UNEXPECTED_MESSAGE)));
}

#[test]
fn other_versions_and_a_transport_that_says_nothing_are_refused() {
    let builder = ClientConfig::builder().with_trust(std::slice::from_ref(&pki().ca)).expect("trust");
    let plain = builder.priority(Priority::new("NORMAL").expect("priorities")).build().expect("a client");
    let error = Handshake::client(plain.to(HOST).expect("a name"), OURS).expect_err("TLS 1.2");
    is(&error, ErrorKind::Priority, &["1.3", "PRIORITY"]);
    let own = client().extension(Extension::new(57, "mine")).expect("a place").build().expect("a client");
    let error = Handshake::client(own.to(HOST).expect("a name"), OURS).expect_err("twice");
    is(&error, ErrorKind::InvalidInput, &["57"]);
    // A client of TLS over TCP, whose hello somebody passes on.
    let (near, far) = gnutls::transport::memory::pair(1 << 14);
    let tls = ClientConfig::builder().with_trust(std::slice::from_ref(&pki().ca)).expect("trust");
    let tls = tls.priority(Priority::new(TLS13).expect("priorities")).build().expect("a client");
    let gnutls::Progress::Pending(_tls) =
        tls.to(HOST).expect("a name").start(near).expect("started").advance().expect("begun")
    else {
        panic!("nobody has answered");
    };
    let mut record = vec![0; 1 << 14];
    let length = gnutls::transport::Transport::try_read(&far, &mut record).expect("a hello");
    let mut server = Handshake::server(&server().build().expect("a server"), THEIRS).expect("a server");
    let error = server.receive(Level::Initial, &record[5..length]).expect_err("RFC 9001, section 8.2");
    assert_eq!((error.kind(), server.alert()), (ErrorKind::Protocol, Some(Alert::MISSING_EXTENSION)), "{error:?}");
}
