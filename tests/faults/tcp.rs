//! The same over real sockets, with a wire that knows records, between two of our sessions and to the tools.

use std::io::{self, ErrorKind as IoErrorKind, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::sync::mpsc;
use std::thread;

use gnutls::{Alert, ErrorKind, Session};

use crate::common::{TLS12, TLS13, check, client, connect, fill, server, tcp, within};
use crate::faces::inner;
use crate::files::Files;
use crate::proxy::{Proxy, Spoil, reset};
use crate::servers::{PEERS, Peer, Server};

type Tls = Session<TcpStream>;

const VERSIONS: [&str; 2] = [TLS12, TLS13];

/// What each kind of spoiling ends in.
const ENDS: [(Spoil, ErrorKind, Option<Alert>); 5] = [
    (Spoil::Twice, ErrorKind::Protocol, Some(Alert::BAD_RECORD_MAC)),
    (Spoil::Bit, ErrorKind::Protocol, Some(Alert::BAD_RECORD_MAC)),
    (Spoil::Lost, ErrorKind::Protocol, Some(Alert::BAD_RECORD_MAC)),
    (Spoil::Half, ErrorKind::Truncated, None),
    (Spoil::End, ErrorKind::Truncated, None),
];

/// Our client and our server with a proxy between them, after the tickets.
fn proxied(priority: &str) -> (Tls, Tls, Proxy) {
    let (to_server, far) = tcp();
    let (near, proxy) = Proxy::to(to_server);
    let (client, server) = connect(&client(priority), &server(priority), (near, far));
    (&server).write_all(b"hello").expect("writing");
    (&client).read_exact(&mut [0; 5]).expect("reading");
    (client, server, proxy)
}

/// Reads until it ends: what came, and how it ended.
fn read_on(mut session: impl Read) -> (Vec<u8>, io::Result<usize>) {
    let mut data = Vec::new();
    let end = session.read_to_end(&mut data);
    (data, end)
}

#[test]
fn a_spoiled_record_between_two_of_ours_ends_as_the_table_says() {
    for priority in VERSIONS {
        for (spoil, kind, alert) in ENDS {
            within(&format!("{spoil:?}"), move || {
                let (client, server, proxy) = proxied(priority);
                proxy.spoil(spoil);
                (&server).write_all(b"[spoiled]").expect("writing");
                (&server).write_all(b"[after]").expect("writing");
                let (data, end) = read_on(&client);
                let error = inner(end.expect_err("spoiled"));
                let first: &[u8] = if spoil == Spoil::Twice { b"[spoiled]" } else { b"" };
                assert_eq!((error.kind(), error.alert_sent(), data.as_slice()), (kind, alert, first), "{spoil:?}");
                match alert {
                    Some(alert) => {
                        let told = inner(read_on(&server).1.expect_err("an alert"));
                        assert_eq!(told.alert_received(), Some(alert), "{spoil:?}");
                        (&client).write_all(b"more").expect_err("the session has failed");
                    }
                    None => {
                        (&client).write_all(b"more").expect("the other direction is whole");
                        client.close().unwrap_or_else(|error| panic!("{spoil:?}: {error}"));
                        assert_eq!(read_on(&server).0, b"more");
                    }
                }
            });
        }
    }
}

#[test]
fn a_record_in_single_bytes_is_a_record() {
    for priority in VERSIONS {
        within("bytes", move || {
            let (client, server, proxy) = proxied(priority);
            let mut data = [0; 3000];
            fill(3, 0, &mut data);
            proxy.spoil(Spoil::Bytes);
            (&server).write_all(&data).expect("writing");
            server.close().expect("closing");
            let (data, end) = read_on(&client);
            assert_eq!((data.len(), end.expect("close_notify")), (3000, 3000));
            check(3, 0, &data);
        });
    }
}

#[test]
fn a_reset_wakes_both_halves_and_names_itself() {
    for priority in VERSIONS {
        within("a reset", move || {
            let (client, server) = connect(&client(priority), &server(priority), tcp());
            (&server).write_all(b"in time").expect("writing");
            let (mut reader, mut writer) = client.into_split();
            let mut data = [0; 7];
            reader.read_exact(&mut data).expect("before the reset");
            let (writes, first_write) = mpsc::channel();
            let writing = thread::spawn(move || {
                loop {
                    if let Err(error) = writer.write_all(&[0; 1 << 16]) {
                        break error;
                    }
                    // Only the first is listened to.
                    let _ = writes.send(());
                }
            });
            first_write.recv().expect("it writes");
            reset(server.get_ref());
            drop(server);
            let read = read_on(reader).1.expect_err("a reset");
            let wrote = writing.join().expect("no panic");
            // The kernel tells of a reset once. Whichever half comes later finds the end, or a broken pipe.
            let expected = [
                (IoErrorKind::ConnectionReset, IoErrorKind::BrokenPipe),
                (IoErrorKind::UnexpectedEof, IoErrorKind::ConnectionReset),
                (IoErrorKind::ConnectionReset, IoErrorKind::ConnectionReset),
            ];
            assert!(expected.contains(&(read.kind(), wrote.kind())), "{read}; {wrote}");
            assert_eq!(inner(wrote).kind(), ErrorKind::Transport);
            assert!([ErrorKind::Transport, ErrorKind::Truncated].contains(&inner(read).kind()));
        });
    }
}

#[test]
fn a_half_close_below_tls_truncates_reading_and_leaves_writing() {
    for priority in VERSIONS {
        within("a half close", move || {
            let (client, server) = connect(&client(priority), &server(priority), tcp());
            (&server).write_all(b"in time").expect("writing");
            server.get_ref().shutdown(Shutdown::Write).expect("a half close");
            let (data, end) = read_on(&client);
            assert_eq!(
                (data.as_slice(), inner(end.expect_err("no close_notify")).kind()),
                (&b"in time"[..], ErrorKind::Truncated)
            );
            (&client).write_all(b"answer").expect("writing");
            client.close().expect("closing");
            assert_eq!(read_on(&server).0, b"answer");
            let error = (0..3).find_map(|_| (&server).write(b"x").err()).expect("closed");
            assert_eq!(inner(error).kind(), ErrorKind::Transport);
        });
    }
}

#[test]
fn a_spoiled_record_of_a_tools_server_is_answered_with_the_alert() {
    let files = Files::new();
    let pem = files.server();
    for peer in PEERS {
        for priority in VERSIONS {
            for (spoil, kind, alert) in ENDS.into_iter().chain([(Spoil::Reset, ErrorKind::Transport, None)]) {
                let server = Server::answering(peer, &pem, peer.verbose());
                let tool = &server.tool;
                let (near, proxy) = Proxy::to(server.tcp());
                let error = within(&format!("{peer:?}, {spoil:?}"), move || {
                    let client = client(priority).connect(crate::common::HOST, near).expect("the handshake");
                    talk(&client, peer, b"hello\n");
                    proxy.spoil(spoil);
                    (&client).write_all(b"spoil the answer\n").expect("writing");
                    // What is missing is seen in the next record.
                    let _ = (&client).write_all(b"and this\n");
                    let error = inner(read_on(&client).1.expect_err("spoiled"));
                    // A write that the transport fails has taken its bytes; the next one says so.
                    let writes = (0..3).try_for_each(|_| (&client).write_all(b"more\n"));
                    assert_eq!(writes.is_ok(), spoil == Spoil::Half || spoil == Spoil::End, "{writes:?}");
                    error
                });
                // The kernel may have told the writer of the reset, and has only the end for the reader then.
                let told_the_writer = spoil == Spoil::Reset && error.kind() == ErrorKind::Truncated;
                assert!(error.kind() == kind || told_the_writer, "{peer:?}, {spoil:?}: {error:?}");
                assert_eq!(error.alert_sent(), alert, "{peer:?}, {spoil:?}");
                // (s_server -rev tells nobody.)
                if let (Some(alert), Peer::GnuTls) = (alert, peer) {
                    tool.stderr.wait_for(&peer.alert_text(alert.0));
                }
            }
        }
    }
}

/// Sends a line and reads the answer.
fn talk(session: &Tls, peer: Peer, line: &[u8]) {
    let mut session = session;
    session.write_all(line).expect("writing");
    let mut answer = vec![0; line.len()];
    session.read_exact(&mut answer).expect("an answer");
    let line = std::str::from_utf8(line).expect("text");
    assert_eq!(answer, format!("{}\n", peer.answer(line.trim_end())).into_bytes());
}
