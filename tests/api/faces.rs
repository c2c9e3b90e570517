//! `Read` and `Write`: for a session, for a shared one, for its halves, waiting and not.

use std::io::{self, Read, Write};
use std::os::fd::AsFd;

use gnutls::transport::memory;

use crate::common::{TLS13, client, connect, server, tcp, within};

fn pair() -> (gnutls::Session<memory::End>, gnutls::Session<memory::End>) {
    connect(&client(TLS13), &server(TLS13), memory::pair(1 << 16))
}

#[test]
fn every_face_reads_and_writes() {
    fn talk(mut writer: impl Write, mut reader: impl Read) {
        writer.write_all(b"hello").expect("writing");
        writer.flush().expect("flushing");
        let mut data = [0; 5];
        reader.read_exact(&mut data).expect("reading");
        assert_eq!(&data, b"hello");
    }
    within("talking", || {
        let (mut one, mut other) = pair();
        talk(&mut one, &mut other);
        talk(&one, &other);
        let (reader, writer) = one.into_split();
        talk(writer, &other);
        talk(&other, reader);
    });
}

#[test]
fn without_waiting_the_answer_is_would_block() {
    let (one, other) = pair();
    one.set_nonblocking(true);
    let error = (&one).read(&mut [0; 8]).expect_err("nothing there");
    assert_eq!(error.kind(), io::ErrorKind::WouldBlock);
    let mut written = 0;
    let error = loop {
        match (&one).write(&[7; 10_000]) {
            Ok(taken) => written += taken,
            Err(error) => break error,
        }
    };
    assert_eq!(error.kind(), io::ErrorKind::WouldBlock);
    assert_eq!(one.counters().bytes_sent, written as u64);
    let ours = error.get_ref().and_then(|inner| inner.downcast_ref::<gnutls::Error>()).expect("ours inside");
    assert!(ours.would_block());
    drop(other);
    one.set_nonblocking(false);
    assert_eq!((&one).read(&mut [0; 8]).expect_err("cut off").kind(), io::ErrorKind::UnexpectedEof);
}

#[test]
fn empty_buffers_do_nothing() {
    let (one, other) = pair();
    assert_eq!((&one).write(&[]).expect("nothing"), 0);
    assert_eq!((&other).read(&mut []).expect("nothing"), 0);
    assert!(other.recv(&mut [0; 8]).expect_err("nothing was sent").would_block());
}

#[test]
fn a_socket_is_given_back_blocking_if_it_was_and_only_then() {
    for nonblocking in [false, true] {
        within("two handshakes", move || {
            let (near, far) = tcp();
            near.set_nonblocking(nonblocking).expect("a socket");
            let (one, _other) = connect(&client(TLS13), &server(TLS13), (near, far));
            let is_nonblocking = |socket: &std::net::TcpStream| {
                let flags = nix::fcntl::fcntl(socket.as_fd(), nix::fcntl::FcntlArg::F_GETFL).expect("flags");
                nix::fcntl::OFlag::from_bits_retain(flags).contains(nix::fcntl::OFlag::O_NONBLOCK)
            };
            assert!(is_nonblocking(one.get_ref()));
            assert_eq!(is_nonblocking(&one.into_inner()), nonblocking);
        });
    }
}
