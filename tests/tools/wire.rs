//! What the server sends, record for record: seen by this crate's own client, or without any.

use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, TcpStream};
use std::thread;

use gnutls::{Alert, ClientConfig, Error, ErrorKind, Session};

use crate::files::{A, Files};
use crate::peers::{Serv, Server};

/// Room for more than a record.
pub(crate) const ROOM: usize = 64 * 1024;

impl Server {
    pub(crate) fn dial(&self) -> TcpStream {
        TcpStream::connect((Ipv4Addr::LOCALHOST, self.port)).expect("a connection")
    }

    /// A session with the server, as a client that trusts it.
    pub(crate) fn session(&self, files: &Files) -> Session<TcpStream> {
        let config = ClientConfig::builder().with_trust_file(files.path("ca.pem")).expect("trust");
        config.build().expect("a client").connect(A, self.dial()).expect("a handshake")
    }

    /// Panics unless an echo comes back.
    pub(crate) fn assert_echoes(&self, files: &Files) {
        let mut session = self.session(files);
        session.write_all(b"still there?").expect("writing");
        session.close().expect("closing");
        let mut back = Vec::new();
        session.read_to_end(&mut back).expect("an echo and close_notify");
        assert_eq!(back, b"still there?");
    }
}

/// This crate's error inside the one that `Read` returned.
pub(crate) fn ours(error: &io::Error) -> &Error {
    error.get_ref().and_then(|inner| inner.downcast_ref()).expect("an error of this crate")
}

#[test]
fn a_reply_is_one_record_then_close_notify_then_the_end() {
    let files = Files::new();
    let server = Serv::Ours.start(&files, &["--http"]);
    let mut session = server.session(&files);
    session.write_all(b"GET / HTTP/1.0\r\n\r\n").expect("writing");
    let mut buf = vec![0; ROOM];
    // A read gives at most one record.
    let n = session.read(&mut buf).expect("the reply");
    let reply = String::from_utf8_lossy(&buf[..n]);
    assert!(reply.starts_with("HTTP/1.0 200 OK\r\n") && reply.ends_with("</html>\n"), "{reply}");
    assert_eq!(session.read(&mut buf).expect("close_notify"), 0);
    assert_eq!(session.into_inner().read(&mut buf).expect("the end of the connection"), 0);
}

#[test]
fn a_request_ends_at_its_empty_line_however_it_is_cut() {
    let files = Files::new();
    let server = Serv::Ours.start(&files, &[]);
    let requests =
        ["GET / HTTP/1.0\r\n\r\n", "GET /\n\n", "GET /\nHost: a\r\n\r\n", "GET / HTTP/1.1\r\nHost: a\r\n\r\nmore"];
    for request in requests {
        for size in [1, 2, 3, 5, 1000] {
            let mut session = server.session(&files);
            for piece in request.as_bytes().chunks(size) {
                // The server may have answered, and closed, before what stands behind the empty line.
                if session.write_all(piece).is_err() {
                    break;
                }
            }
            let mut reply = String::new();
            session.read_to_string(&mut reply).expect("a reply and close_notify");
            assert!(reply.starts_with("HTTP/1.0 200 OK\r\n"), "{request:?} in pieces of {size}: {reply}");
        }
    }
}

#[test]
fn a_request_without_its_empty_line_gets_close_notify_alone() {
    let files = Files::new();
    let server = Serv::Ours.start(&files, &["--http"]);
    let mut session = server.session(&files);
    session.write_all(b"GET / HTTP/1.0\r\nHost: a.example\r\n").expect("writing");
    session.close().expect("closing");
    let mut reply = Vec::new();
    session.read_to_end(&mut reply).expect("close_notify");
    assert!(reply.is_empty());
}

#[test]
fn other_methods_than_get_are_not_implemented() {
    let files = Files::new();
    let server = Serv::Ours.start(&files, &["--http"]);
    let mut session = server.session(&files);
    session.write_all(b"DELETE / HTTP/1.0\r\n\r\n").expect("writing");
    let mut reply = String::new();
    session.read_to_string(&mut reply).expect("a reply and close_notify");
    assert!(reply.starts_with("HTTP/1.0 501 Not Implemented\r\n"), "{reply}");
}

#[test]
fn a_fatal_error_in_a_session_gets_its_alert_and_no_close_notify() {
    let files = Files::new();
    for service in ["--echo", "--http"] {
        let server = Serv::Ours.start(&files, &[service]);
        let mut session = server.session(&files);
        // A record of application data that no key has sealed.
        let forged = [&[23, 3, 3, 0, 64][..], &[0; 64]].concat();
        session.get_ref().write_all(&forged).expect("writing past the session");
        let error = session.read(&mut [0; 1]).expect_err("an alert");
        assert_eq!(ours(&error).kind(), ErrorKind::Alert);
        assert_eq!(ours(&error).alert_received(), Some(Alert::BAD_RECORD_MAC));
        let mut rest = Vec::new();
        session.into_inner().read_to_end(&mut rest).expect("the end of the connection");
        assert!(rest.is_empty(), "nothing follows a fatal alert: {rest:?}");
        server.process.wait_for("the peer has been sent the alert bad_record_mac");
    }
}

#[test]
fn an_echo_gives_every_byte_back_while_more_is_sent() {
    let files = Files::new();
    let server = Serv::Ours.start(&files, &["--echo"]);
    let (mut reader, mut writer) = server.session(&files).into_split();
    let sent: Vec<u8> = (0..4_000_000_u32).map(|i| (i.wrapping_mul(2_654_435_761) >> 24) as u8).collect();
    let expected = sent.clone();
    let sender = thread::spawn(move || {
        writer.write_all(&sent).expect("writing");
        writer.close().expect("closing");
    });
    let mut back = Vec::new();
    reader.read_to_end(&mut back).expect("reading to close_notify");
    sender.join().expect("no panic");
    assert!(back == expected, "{} bytes came back of {}, or others", back.len(), expected.len());
}
