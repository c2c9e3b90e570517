//! Sessions of TLS 1.2 that may be renegotiated.

use gnutls::transport::Transport;
use gnutls::{
    ClientConfig, ClientConfigBuilder, Error, ErrorKind, Handshaking, Priority, Progress, ServerConfig,
    ServerConfigBuilder, Session,
};

use super::polled::{Side, meet};
use super::{HOST, TLS12, pki};

pub(crate) fn willing_client() -> ClientConfigBuilder {
    let builder = ClientConfig::builder().with_trust(std::slice::from_ref(&pki().ca)).expect("trust");
    builder.priority(Priority::new(TLS12).expect("priorities")).allow_renegotiation(true)
}

/// It takes the certificates of the usual authority, and asks for none.
pub(crate) fn willing_server() -> ServerConfigBuilder {
    let builder = ServerConfig::builder().with_identity(pki().server.clone()).expect("identity");
    let builder = builder.with_trust(std::slice::from_ref(&pki().ca)).expect("trust");
    builder.priority(Priority::new(TLS12).expect("priorities")).allow_renegotiation(true)
}

/// Sessions of both, made in one thread.
pub(crate) fn polled<C: Transport, S: Transport>(
    client: &ClientConfig,
    server: &ServerConfig,
    (near, far): (C, S),
) -> (Session<C>, Session<S>) {
    let client = client.to(HOST).expect("a name").start(near).expect("a client");
    let (client, server) = meet(client, server.start(far).expect("a server"), TURNS);
    let (client, server) = (client.session(), server.session());
    while !server.try_flush().expect("flushing") | !client.try_flush().expect("flushing") {}
    (client, server)
}

/// More than any handshake needs, whatever the pieces.
pub(crate) const TURNS: u32 = 1_000_000;

/// Both sides' renegotiation, which the client begins now.
pub(crate) fn renegotiated<C: Transport, S: Transport>(
    client: Session<C>,
    server: Session<S>,
) -> (Session<C>, Session<S>) {
    let (client, server) = both(client.renegotiate().expect("a client that may"), server, |server| {
        server.renegotiate().expect("a server whose client has begun")
    });
    (client.session(), server.session())
}

/// The same, with what `grant` makes of the server.
pub(crate) fn both<C: Transport, S: Transport>(
    client: Handshaking<C>,
    server: Session<S>,
    grant: impl FnOnce(Session<S>) -> Handshaking<S>,
) -> (Side<C>, Side<S>) {
    let client = told(client, &server);
    meet(client, grant(server), TURNS)
}

/// Takes a client on until its server has been told of it.
pub(crate) fn told<C: Transport, S: Transport>(mut client: Handshaking<C>, server: &Session<S>) -> Handshaking<C> {
    loop {
        client = match client.advance().expect("the client's part") {
            Progress::Pending(client) => client,
            Progress::Done(_) => panic!("without the server"),
        };
        match server.recv(&mut [0; 1]) {
            Err(error) if error.would_block() => {}
            other => {
                wants(other);
                return client;
            }
        }
        server.try_flush().expect("flushing");
    }
}

/// What a receive says of a peer that wants to renegotiate.
pub(crate) fn wants(received: Result<usize, Error>) {
    let error = received.expect_err("no data");
    assert_eq!((error.kind(), error.alert_received()), (ErrorKind::Renegotiation, None), "{error:?}");
    assert_eq!(error.code().map(gnutls::Code::raw), Some(gnutls_sys::GNUTLS_E_REHANDSHAKE));
}
