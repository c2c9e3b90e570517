//! Connected sessions over scripted transports.

use gnutls::transport::memory;
use gnutls::{ClientConfig, ServerConfig, Session};

use crate::common::polled::meet;
use crate::common::{HOST, client, connect, server};
use crate::scripted::{Plan, Scripted};

pub(crate) type End = Scripted<memory::End>;
pub(crate) type MemorySession = Session<End>;

/// A client and a server in memory, each over its own plan.
pub(crate) fn pair(priority: &str, capacity: usize, plans: [Plan; 2]) -> (MemorySession, MemorySession) {
    let (near, far) = memory::pair(capacity);
    connect(&client(priority), &server(priority), (Scripted::new(near, plans[0]), Scripted::new(far, plans[1])))
}

/// The same without any trouble in the transport.
pub(crate) fn plain_pair(priority: &str, capacity: usize) -> (MemorySession, MemorySession) {
    pair(priority, capacity, [Plan::default(); 2])
}

/// A pair whose handshake is done in this thread, by polling.
pub(crate) fn polled_pair(priority: &str, capacity: usize, plans: [Plan; 2]) -> (MemorySession, MemorySession) {
    polled_pair_of(&client(priority), &server(priority), capacity, plans)
}

/// The same with given configurations.
pub(crate) fn polled_pair_of(
    client: &ClientConfig,
    server: &ServerConfig,
    capacity: usize,
    plans: [Plan; 2],
) -> (MemorySession, MemorySession) {
    let (near, far) = memory::pair(capacity);
    let connecting = client.to(HOST).expect("a name");
    let client = connecting.start(Scripted::new(near, plans[0])).expect("a start");
    let server = server.start(Scripted::new(far, plans[1])).expect("a start");
    let (client, server) = meet(client, server, 1_000_000);
    (client.session(), server.session())
}
