//! Tickets that are out of date (TLS 1.2) make nobody anybody. A program of its own: the clock is the whole process's.

#[path = "common/mod.rs"]
mod common;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime};

use gnutls::transport::memory;
use gnutls::x509::Purpose;
use gnutls::{ClientAuth, ClientConfig, CredentialsType, Error, ErrorKind, MemoryStore, Session};
use gnutls::{Identity, Priority, ServerConfig, SessionData, TicketKey};

use common::polled::{Side, meet};
use common::reauth::issued;
use common::{HOST, TLS12, pki};

static SECONDS: AtomicU64 = AtomicU64::new(0);

/// Tickets last six hours, and their keys three times that, from a multiple of it.
const LIFETIME: u64 = 6 * 3600;

fn client(identity: Option<&Identity>) -> ClientConfig {
    let builder = ClientConfig::builder().with_trust(std::slice::from_ref(&pki().ca)).expect("trust");
    let builder = builder.priority(Priority::new(TLS12).expect("priorities"));
    match identity {
        Some(identity) => builder.with_identity(identity.clone()).expect("an identity"),
        None => builder,
    }
    .build()
    .expect("a client")
}

type End = Session<memory::End>;

fn sessions(client: &ClientConfig, server: &ServerConfig, data: Option<&SessionData>) -> Result<(End, End), Error> {
    let (near, far) = memory::pair(1 << 16);
    let connect = client.to(HOST).expect("a name");
    let connect = if let Some(data) = data { connect.resume(data) } else { connect };
    let (near, far) = (connect.start(near).expect("a client"), server.start(far).expect("a server"));
    match meet(near, far, 1000) {
        (near, Side::Done(far)) => Ok((near.session(), far)),
        (_, Side::Failed(error)) => Err(error),
        (_, Side::Going(_)) => panic!("the handshake does not end"),
    }
}

/// The server knows nothing of its client.
fn nobody(what: &str, server: &End) {
    let shown = server.peer_certificates().expect("none").len();
    assert_eq!((server.peer_authentication(), shown), (None, 0), "{what}");
}

#[test]
fn who_has_an_old_ticket_and_shows_no_certificate_is_not_who_had_it() {
    let base = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).expect("later").as_secs();
    SECONDS.store(base.next_multiple_of(3 * LIFETIME), Ordering::Relaxed);
    gnutls::set_clock(|| SystemTime::UNIX_EPOCH + Duration::from_secs(SECONDS.load(Ordering::Relaxed)))
        .expect("nobody has used the library");
    let server = || {
        let builder = ServerConfig::builder().with_identity(pki().server.clone()).expect("an identity");
        let builder = builder.with_trust(std::slice::from_ref(&pki().ca)).expect("trust");
        let builder = builder.priority(Priority::new(TLS12).expect("priorities")).client_auth(ClientAuth::Request);
        // Nor is it shown to who looks before the handshake fails.
        builder.on_client_hello(|view| {
            assert!(view.peer_certificates()?.is_empty() || view.is_resumed());
            Ok(())
        })
    };
    let servers = [
        ("tickets", server()),
        ("a store", server().tickets(false).session_store(Arc::new(MemoryStore::new(10)))),
        ("nothing verified", server().dangerous().accept_any_client_certificate()),
    ];
    let somebody = issued(Purpose::CLIENT_AUTH);
    for (what, server) in servers {
        let server = server.build().expect("a server");
        let (near, far) = sessions(&client(Some(&somebody)), &server, None).expect("the first session");
        assert_eq!(far.peer_authentication(), Some(CredentialsType::CERTIFICATE), "{what}");
        let data = near.session_data().expect("fine").expect("what resumes it");
        let (_, far) = sessions(&client(None), &server, Some(&data)).expect("in time");
        assert!(far.is_resumed(), "{what}: who has the secret of the session goes on with it");

        SECONDS.fetch_add(LIFETIME + 60, Ordering::Relaxed);
        let (near, far) = sessions(&client(None), &server, Some(&data)).expect("as if there were no ticket");
        assert!(!far.is_resumed(), "{what}");
        nobody(what, &far);
        // What is given out then has nothing of it, either.
        let data_of_nobody = near.session_data().expect("fine").expect("what resumes it");
        let (_, far) = sessions(&client(None), &server, Some(&data_of_nobody)).expect("in time");
        assert!(far.is_resumed(), "{what}");
        nobody(what, &far);
        // Who shows the certificate again is somebody again.
        let (_, far) = sessions(&client(Some(&somebody)), &server, Some(&data)).expect("the last session");
        assert!(!far.is_resumed(), "{what}");
        assert_eq!(far.peer_authentication(), Some(CredentialsType::CERTIFICATE), "{what}");
        assert_eq!(far.peer_certificates().expect("a chain").first(), somebody.chain().first(), "{what}");
        SECONDS.fetch_add(2 * LIFETIME - 60, Ordering::Relaxed);
    }
    a_server_that_asks_nobody_launders_no_ticket(&somebody);
}

/// What it gives out for an old ticket shows nobody to the servers that share its key.
fn a_server_that_asks_nobody_launders_no_ticket(somebody: &Identity) {
    let key = TicketKey::generate().expect("a key");
    let server = |auth| {
        let builder = ServerConfig::builder().with_identity(pki().server.clone()).expect("an identity");
        let builder = builder.with_trust(std::slice::from_ref(&pki().ca)).expect("trust").ticket_key(key.clone());
        builder.priority(Priority::new(TLS12).expect("priorities")).client_auth(auth).build().expect("a server")
    };
    let [open, asking, strict] = [ClientAuth::None, ClientAuth::Request, ClientAuth::Require].map(server);
    let (near, _) = sessions(&client(Some(somebody)), &strict, None).expect("the first session");
    let data = near.session_data().expect("fine").expect("what resumes it");
    SECONDS.fetch_add(LIFETIME + 60, Ordering::Relaxed);
    let error = sessions(&client(None), &strict, Some(&data)).expect_err("no certificate");
    assert_eq!(error.kind(), ErrorKind::Verification, "{error:?}");
    let (near, far) = sessions(&client(None), &open, Some(&data)).expect("as if there were no ticket");
    assert!(!far.is_resumed());
    nobody("open", &far);
    let data = near.session_data().expect("fine").expect("what resumes it");
    let (_, far) = sessions(&client(None), &asking, Some(&data)).expect("in time");
    assert!(far.is_resumed());
    nobody("asking", &far);
    let error = sessions(&client(None), &strict, Some(&data)).expect_err("no certificate");
    assert_eq!(error.kind(), ErrorKind::Verification, "{error:?}");
}
