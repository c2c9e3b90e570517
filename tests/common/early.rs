//! Early data: servers that take them, clients that have a ticket for it.

use std::io::{Read, Write};

use gnutls::transport::memory;
use gnutls::{
    AntiReplay, ClientConfig, ClientConfigBuilder, Connect, EarlyOutcome, ErrorKind, Priority, ServerConfig,
    ServerConfigBuilder, Session, SessionData,
};

use super::polled::meet;
use super::{HOST, TLS13, pki};

pub(crate) type End = Session<memory::End>;

/// How much the servers here take, in bytes.
pub(crate) const MOST: u32 = 1 << 20;

pub(crate) fn server_builder() -> ServerConfigBuilder {
    let builder = ServerConfig::builder().with_identity(pki().server.clone()).expect("an identity");
    builder.priority(Priority::new(TLS13).expect("priorities"))
}

/// Whether servers take early data: those of GnuTLS 3.7.1 would crash, and are not built.
pub(crate) fn are_taken() -> bool {
    let built = server_builder().early_data(1, AntiReplay::in_this_process(1)).build();
    let refused = built.err().map(|error| error.kind());
    let there = gnutls::is_at_least(c"3.7.2");
    assert_eq!(refused, (!there).then_some(ErrorKind::Unsupported));
    there
}

/// Whether gnutls-cli can send early data: before 3.8.10 that of 3.8 asks how many it may send before it knows the ticket.
pub(crate) fn gnutls_cli_sends() -> bool {
    !gnutls::is_at_least(c"3.8.0") || gnutls::is_at_least(c"3.8.10")
}

/// Whether gnutls-serv answers early data: before 3.8.10 it receives them, and loses them in what it reads next.
pub(crate) fn gnutls_serv_answers() -> bool {
    gnutls::is_at_least(c"3.8.10")
}

pub(crate) fn client_builder() -> ClientConfigBuilder {
    let builder = ClientConfig::builder().with_trust(std::slice::from_ref(&pki().ca)).expect("trust");
    builder.priority(Priority::new(TLS13).expect("priorities"))
}

pub(crate) fn client() -> ClientConfig {
    client_builder().build().expect("a client")
}

/// The handshakes of both, in one thread, over a wire that holds `capacity` bytes.
pub(crate) fn over(capacity: usize, connect: Connect, server: &ServerConfig) -> (End, End) {
    let (near, far) = memory::pair(capacity);
    let client = connect.start(near).expect("a client");
    let (client, server) = meet(client, server.start(far).expect("a server"), u32::MAX);
    (client.session(), server.session())
}

/// A new ticket of `server`'s for `config`.
pub(crate) fn ticket(config: &ClientConfig, server: &ServerConfig) -> SessionData {
    let (client, far) = over(1 << 16, config.to(HOST).expect("a name"), server);
    (&far).write_all(b"hello").expect("writing");
    (&client).read_exact(&mut [0; 5]).expect("reading");
    client.session_data().expect("no error").expect("a ticket")
}

/// Tries `attempt` until it gives something. GnuTLS rounds the age of a ticket on both sides, each its own way, and refuses
/// early data now and then (once in some hundred times) because the client's is a millisecond more.
pub(crate) fn sooner_or_later<R>(mut attempt: impl FnMut() -> Option<R>) -> R {
    (0..50).find_map(|_| attempt()).expect("early data are accepted")
}

/// Both sides of a session whose early data, `bytes`, the server has accepted.
pub(crate) fn accepted(capacity: usize, config: &ClientConfig, server: &ServerConfig, bytes: &[u8]) -> (End, End) {
    sooner_or_later(|| {
        let connect = config.to(HOST).expect("a name").resume(&ticket(config, server)).early_data(bytes);
        let (client, far) = over(capacity, connect, server);
        match client.early_outcome() {
            Some(EarlyOutcome::Accepted) => Some((client, far)),
            outcome => {
                assert_eq!(outcome, Some(EarlyOutcome::Rejected));
                assert_eq!(client.take_unaccepted_early_data().as_deref(), Some(bytes));
                assert!(far.early_data().is_none());
                None
            }
        }
    })
}
