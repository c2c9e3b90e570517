//! Tickets of TLS 1.3 that a server does not take make nobody anybody, whatever is in them.

use std::thread;

use gnutls::transport::memory;
use gnutls::x509::Purpose;
use gnutls::{ClientAuth, ClientConfig, Connect, CredentialsType, Error, ErrorKind, Priority};
use gnutls::{ServerConfig, Session, SessionData};

use crate::common::reauth::issued;
use crate::common::{HOST, TLS13, pki, within};

type End = Session<memory::End>;

/// How long the tickets of these tests live, in seconds: a number to find them by.
const LIFETIME: u32 = 0x3a5b;

fn client(identity: bool) -> ClientConfig {
    let builder = ClientConfig::builder().with_trust(std::slice::from_ref(&pki().ca)).expect("trust");
    let builder = builder.priority(Priority::new(TLS13).expect("priorities"));
    let builder = match identity {
        true => builder.with_identity(issued(Purpose::CLIENT_AUTH)).expect("an identity"),
        false => builder,
    };
    builder.build().expect("a client")
}

fn server(auth: ClientAuth, key: &gnutls::TicketKey) -> ServerConfig {
    let builder = ServerConfig::builder().with_identity(pki().server.clone()).expect("an identity");
    let builder = builder.with_trust(std::slice::from_ref(&pki().ca)).expect("trust").client_auth(auth);
    let builder = builder.ticket_key(key.clone()).session_lifetime(std::time::Duration::from_secs(LIFETIME.into()));
    builder.priority(Priority::new(TLS13).expect("priorities")).build().expect("a server")
}

/// Both sides; the client has received what the server sends by itself.
fn meet(connect: Connect, server: &ServerConfig) -> (Result<End, Error>, Result<End, Error>) {
    let server = server.clone();
    within("a handshake", move || {
        let (near, far) = memory::pair(1 << 16);
        let accepting = thread::spawn(move || server.accept(far));
        let near = connect.connect(near);
        let far = accepting.join().expect("no panic");
        if let Ok(near) = &near {
            assert!(near.recv(&mut [0; 1]).is_err(), "no data");
        }
        (near, far)
    })
}

/// The ticket of somebody who showed a certificate, as one who has seen it on its way could send it: with an age that is not
/// true, and without its secret.
fn seen_on_its_way(session: &End) -> SessionData {
    let mut packed = session.gnutls_session_data().expect("fine").expect("a ticket").to_vec();
    let at = packed.windows(4).position(|four| four == LIFETIME.to_be_bytes()).expect("the ticket's lifetime");
    packed[at + 4..at + 8].iter_mut().for_each(|byte| *byte ^= 0x80);
    // SAFETY: GnuTLS packed it; the bytes that were changed are a number that is added to the ticket's age.
    unsafe { SessionData::from_gnutls(&packed) }
}

#[test]
fn who_sends_a_ticket_of_somebody_who_showed_a_certificate_is_not_somebody() {
    let key = gnutls::TicketKey::generate().expect("a key");
    let [open, asking, strict] =
        [ClientAuth::None, ClientAuth::Request, ClientAuth::Require].map(|auth| server(auth, &key));
    let to = |config: &ClientConfig| config.to(HOST).expect("a name");
    let (near, far) = meet(to(&client(true)), &strict);
    let near = near.expect("somebody");
    assert_eq!(far.expect("somebody").peer_authentication(), Some(CredentialsType::CERTIFICATE));
    let ticket = seen_on_its_way(&near);
    for (what, server) in [("open", &open), ("asking", &asking)] {
        let (near, far) = meet(to(&client(false)).resume(&ticket), server);
        let (near, far) = (near.expect("nobody"), far.expect("nobody"));
        let nobody = |far: &End| {
            let shown = far.peer_certificates().expect("a list").len();
            assert_eq!((far.peer_authentication(), shown), (None, 0), "{what}");
        };
        assert!(!far.is_resumed(), "{what}");
        nobody(&far);
        // Nor is who resumes the session.
        let data = near.session_data().expect("fine").expect("a ticket");
        let (_, far) = meet(to(&client(false)).resume(&data), &asking);
        let far = far.expect("resumed");
        assert!(far.is_resumed(), "{what}");
        nobody(&far);
        let (_, far) = meet(to(&client(false)).resume(&data), &strict);
        assert_eq!(far.expect_err("nobody").kind(), ErrorKind::Verification, "{what}");
    }
    let (_, far) = meet(to(&client(false)).resume(&ticket), &strict);
    assert_eq!(far.expect_err("nobody").kind(), ErrorKind::Verification);
}
