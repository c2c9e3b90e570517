//! Clients that break off, talk nonsense, or hold on: the server serves on.

use std::io::{Read, Write};
use std::net::Shutdown;

use gnutls::ErrorKind;

use crate::files::Files;
use crate::peers::Serv;
use crate::wire::{ROOM, ours};

#[test]
fn nonsense_gets_an_alert_and_the_next_client_its_echo() {
    let files = Files::new();
    let server = Serv::Ours.start(&files, &["--echo"]);
    let nonsense: [&[u8]; 5] = [
        b"GET / HTTP/1.0\r\n\r\n",
        b"SSH-2.0-client\r\n",
        &[0; 2000],
        // A handshake message of no known type.
        &[22, 3, 1, 0, 4, 99, 0, 0, 0],
        // A ClientHello that ends in its middle.
        &[22, 3, 1, 0, 8, 1, 0, 0, 4, 3, 3, 0, 0],
    ];
    for bytes in nonsense {
        let mut stream = server.dial();
        stream.write_all(bytes).expect("writing");
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).expect("the end of the connection");
        // One fatal alert: a record of type 21 and two bytes, the first of which is 2.
        assert_eq!((answer.len(), answer[0], answer[5]), (7, 21, 2), "{bytes:?} got {answer:?}");
        server.assert_echoes(&files);
    }
    let said = server.process.wait_for("Error with IPv4 127.0.0.1 port ");
    assert!(said.contains("the handshake with a client"), "{said}");
}

#[test]
fn a_client_that_vanishes_is_told_of_and_forgotten() {
    let files = Files::new();
    let server = Serv::Ours.start(&files, &["--echo"]);
    // Before a byte, in the middle of a record, in the middle of a session.
    drop(server.dial());
    server.dial().write_all(&[22, 3, 1, 0, 200, 1]).expect("writing");
    let session = server.session(&files);
    (&session).write_all(b"half a sentence").expect("writing");
    session.into_inner().shutdown(Shutdown::Both).expect("hanging up");
    server.process.wait_for("ended without the peer's close_notify");
    server.assert_echoes(&files);
}

#[test]
fn a_client_that_never_reads_holds_back_nobody_else() {
    let files = Files::new();
    let server = Serv::Ours.start(&files, &["--echo"]);
    let deaf = server.session(&files);
    // Until no buffer between the two takes more: the server waits for this client to read.
    let mut sent = 0;
    loop {
        match deaf.send(&[7; ROOM]) {
            Ok(n) => sent += n,
            Err(error) if error.kind() == ErrorKind::WouldBlock => {
                server.assert_echoes(&files);
                // What a server takes that waits, it has taken by now, as a rule; then nothing goes any more.
                match deaf.send(&[7; ROOM]) {
                    Ok(n) => sent += n,
                    Err(_) => break,
                }
            }
            Err(error) => panic!("sending: {error}"),
        }
    }
    server.assert_echoes(&files);
    // And nothing is lost.
    let mut back = 0;
    while back < sent {
        let mut buf = [0; ROOM];
        let n = (&deaf).read(&mut buf).expect("reading");
        assert!(n > 0 && buf[..n].iter().all(|byte| *byte == 7));
        back += n;
        let _ = deaf.try_flush().expect("sending what is left over");
    }
}

#[test]
fn a_request_without_end_is_refused() {
    let files = Files::new();
    let server = Serv::Ours.start(&files, &["--http"]);
    let mut session = server.session(&files);
    // The server may hang up before all of it is sent.
    let _ = session.write_all(&vec![b'x'; 1024 * 1024]);
    let error = session.read(&mut [0; 1]).expect_err("no reply");
    assert_ne!(ours(&error).kind(), ErrorKind::WouldBlock);
    server.process.wait_for("no empty line");
    let mut session = server.session(&files);
    session.write_all(b"GET / HTTP/1.0\r\n\r\n").expect("writing");
    assert!(session.read(&mut [0; 1]).expect("a reply") > 0);
}
