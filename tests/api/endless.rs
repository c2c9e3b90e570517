//! The longest timeouts.

use std::time::Duration;

use gnutls::transport::{DatagramTransport, DatagramWait, Readiness, Transport, Wait, memory};
use gnutls::{ClientConfig, ServerConfig};

use crate::common::{connect, pki, tcp, within};

#[test]
fn the_longest_timeout_is_no_timeout() {
    within("a handshake and a byte each way", || {
        let client = ClientConfig::builder().with_trust(std::slice::from_ref(&pki().ca)).expect("trust");
        let client = client.handshake_timeout(Duration::MAX).build().expect("a client");
        let server = ServerConfig::builder().with_identity(pki().server.clone()).expect("an identity");
        let server = server.handshake_timeout(Duration::MAX).build().expect("a server");
        let (one, other) = connect(&client, &server, tcp());
        for session in [&one, &other] {
            session.set_read_timeout(Some(Duration::MAX));
            session.set_write_timeout(Some(Duration::MAX));
        }
        std::thread::scope(|scope| {
            scope.spawn(|| assert_eq!(std::io::Read::read(&mut &other, &mut [0; 8]).expect("a byte"), 1));
            std::io::Write::write_all(&mut &one, b"x").expect("writing");
        });
    });
}

#[test]
fn every_transport_takes_the_longest_timeout() {
    const READ: Readiness = Readiness { readable: true, writable: false };
    within("waiting for what is there", || {
        let (near, far) = tcp();
        assert_eq!(far.try_write(b"x").expect("room"), 1);
        assert!(near.wait(READ, Some(Duration::MAX)).expect("readable"));
        let (near, far) = memory::pair(8);
        assert_eq!(far.try_write(b"x").expect("room"), 1);
        assert!(near.wait(READ, Some(Duration::MAX)).expect("readable"));
        let (near, far) = memory::datagram_pair(8);
        far.try_send(b"x").expect("room");
        assert!(near.wait(READ, Some(Duration::MAX)).expect("readable"));
    });
}
