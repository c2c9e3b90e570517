//! Peers that do not speak TLS: an error, an alert for them, and no harm to anyone else.

use std::io::{ErrorKind as IoErrorKind, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::thread;

use gnutls::ErrorKind;

use crate::WATCHDOG;
use crate::common::HOST;
use crate::files::Files;
use crate::ours::{Port, VERSIONS, client, connect, inner, read_line, server};
use crate::servers::Server;

/// The alert in the first bytes that a peer in the clear receives: its number.
fn alert_in(mut tcp: TcpStream) -> u8 {
    tcp.set_read_timeout(Some(WATCHDOG)).expect("a timeout");
    let mut record = [0; 7];
    tcp.read_exact(&mut record).expect("an alert");
    // Type 21 (alert), a version, two bytes: level 2 (fatal) and the description.
    assert_eq!((record[0], record[1], &record[3..6]), (21, 3, &[0, 2, 2][..]), "{record:?}");
    record[6]
}

#[test]
fn http_in_the_clear_to_our_server() {
    let files = Files::new();
    let ca = files.ca();
    for (_, priority) in VERSIONS {
        let (port, config) = (Port::new(), server(priority).build().expect("a server"));
        let tool = port.gnutls_cli(&ca, &[]);
        let bystander = port.accept(&config);

        let mut stranger = port.plain();
        stranger.write_all(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n").expect("writing");
        let error = config.accept(port.tcp()).expect_err("no TLS");
        assert_eq!(error.kind(), ErrorKind::Protocol, "{error:?}");
        assert_eq!(alert_in(stranger), error.alert_sent().expect("an alert").0);

        tool.say("hello\n");
        assert_eq!(read_line(&bystander).expect("a line"), "hello\n");
    }
}

#[test]
fn http_in_the_clear_to_our_client() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("an address");
    for (_, priority) in VERSIONS {
        let tcp = TcpStream::connect(address).expect("connecting");
        let mut web = listener.accept().expect("a connection").0;
        let answering = thread::spawn(move || {
            web.set_read_timeout(Some(WATCHDOG)).expect("a timeout");
            let mut hello = [0; 5];
            web.read_exact(&mut hello).expect("the head of a ClientHello");
            let mut body = vec![0; usize::from(u16::from_be_bytes([hello[3], hello[4]]))];
            web.read_exact(&mut body).expect("a ClientHello");
            web.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n").expect("writing");
            alert_in(web)
        });
        let error = client(priority).build().expect("a client").connect(HOST, tcp).expect_err("no TLS");
        assert_eq!(error.kind(), ErrorKind::Protocol, "{error:?}");
        assert_eq!(answering.join().expect("no panic"), error.alert_sent().expect("an alert").0);
    }
}

#[test]
fn text_in_the_clear_in_the_middle_of_a_session() {
    let files = Files::new();
    let pem = files.server();
    for (_, priority) in VERSIONS {
        let server = Server::openssl(&pem, &[]);
        let mut session = connect(&client(priority).build().expect("a client"), server.tcp());
        server.tool.say("hello\n");
        assert_eq!(read_line(&session).expect("a line"), "hello\n");
        // The command that has it write to the connection below TLS.
        server.tool.say("P\n");
        let error = session.read(&mut [0; 10]).expect_err("no TLS");
        assert_eq!((error.kind(), inner(&error).kind()), (IoErrorKind::InvalidData, ErrorKind::Protocol), "{error}");
        let alert = inner(&error).alert_sent().expect("an alert");
        server.tool.stderr.wait_for(&format!("SSL alert number {}\n", alert.0));
        let again = session.write(b"more").expect_err("the session has failed");
        assert_eq!(inner(&again).kind(), ErrorKind::Protocol, "{again}");
    }
}
