//! Priorities of one connection.

use gnutls::transport::memory;
use gnutls::{ErrorKind, Protocol};

use crate::common::{HOST, TLS12, TLS13, client, server};
use crate::is;

#[test]
fn a_connection_has_priorities_of_its_own_if_it_wants_to() {
    let server = server("NORMAL");
    let version_with = |settle: &dyn Fn(gnutls::Connect) -> gnutls::Connect| {
        let (near, far) = memory::pair(1 << 16);
        let (client, server) = (client(TLS13), server.clone());
        let accepting = std::thread::spawn(move || server.accept(far));
        let session = settle(client.to(HOST).expect("a name")).connect(near).expect("the client's handshake");
        accepting.join().expect("no panic").expect("the server's handshake");
        session.protocol()
    };
    assert_eq!(version_with(&|connect| connect.priority_string(TLS12)), Protocol::TLS1_2);
    assert_eq!(version_with(&|connect| connect.system_priority_and("-VERS-TLS1.3")), Protocol::TLS1_2);
    assert_eq!(version_with(&|connect| connect.priority_string(TLS12).system_priority()), Protocol::TLS1_3);
}

#[test]
fn a_string_of_one_connection_is_read_when_it_starts() {
    let start = |settle: fn(gnutls::Connect) -> gnutls::Connect| {
        settle(client(TLS13).to(HOST).expect("a name")).start(memory::pair(1 << 16).0).map(drop)
    };
    let error = start(|connect| connect.priority_string("NORMAL:+NO-SUCH-THING")).expect_err("no such thing");
    is(&error, ErrorKind::Priority, &["byte 7", "+NO-SUCH-THING"]);
    let error = start(|connect| connect.system_priority_and("+NO-SUCH-THING")).expect_err("no such thing");
    is(&error, ErrorKind::Priority, &["+NO-SUCH-THING"]);
}
