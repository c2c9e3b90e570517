//! Transports that break: at a chosen byte, in one direction, with one bit.

use std::io::{self, Read, Write};
use std::sync::mpsc;
use std::thread;

use gnutls::transport::{Transport, memory};
use gnutls::{Alert, ErrorKind, Handshaking, Progress};

use crate::common::{HOST, TLS12, TLS13, client, server, within};
use crate::pair::{End, plain_pair};
use crate::scripted::{Fault, Plan, Scripted};

const VERSIONS: [&str; 2] = [TLS12, TLS13];

/// Reads to the end or the error: what came, and how it ended.
fn read_all(mut session: impl Read) -> (Vec<u8>, io::Result<()>) {
    let mut all = Vec::new();
    let result = session.read_to_end(&mut all);
    (all, result.map(drop))
}

#[test]
fn a_cut_stream_is_truncated_after_its_whole_records_and_stays_so() {
    for priority in VERSIONS {
        within(priority, move || {
            for after in (0..400).step_by(23) {
                let (ours, peer) = plain_pair(priority, 1 << 16);
                (&peer).write_all(&[1; 100]).expect("writing");
                (&peer).write_all(&[2; 100]).expect("writing");
                peer.close().expect("closing");
                ours.get_ref().script.fault_in_reading(after, Fault::Cut);
                let (data, end) = read_all(&ours);
                if end.is_ok() {
                    // Everything, with close_notify, came before the cut.
                    assert_eq!(data.len(), 200);
                    continue;
                }
                assert!([0, 100, 200].contains(&data.len()), "{} bytes after {after}", data.len());
                assert_eq!(end.expect_err("checked").kind(), io::ErrorKind::UnexpectedEof);
                for _ in 0..2 {
                    assert_eq!(ours.recv(&mut [0; 8]).expect_err("the same").kind(), ErrorKind::Truncated);
                }
                assert_eq!(ours.send(b"the other direction").expect("is whole"), 19);
            }
        });
    }
}

#[test]
fn a_reset_ends_one_direction_and_names_its_cause() {
    for priority in VERSIONS {
        let (ours, peer) = plain_pair(priority, 1 << 16);
        (&peer).write_all(b"in time").expect("writing");
        ours.get_ref().script.fault_in_writing(0, Fault::Reset);
        let error = within(priority, move || {
            let error = (0..3).find_map(|_| (&ours).write_all(b"lost").err()).expect("a reset");
            let mut data = [0; 7];
            (&ours).read_exact(&mut data).expect("what was received stays readable");
            assert_eq!(&data, b"in time");
            assert_eq!(ours.close().expect_err("nothing can be sent").kind(), ErrorKind::Transport);
            drop(peer);
            error
        });
        assert_eq!(error.kind(), io::ErrorKind::ConnectionReset);
    }
}

#[test]
fn a_reset_while_reading_comes_after_the_data_before_it() {
    for priority in VERSIONS {
        let (ours, peer) = plain_pair(priority, 1 << 16);
        assert_eq!(peer.send(b"in time").expect("room"), 7);
        let mut data = [0; 16];
        assert_eq!(ours.recv(&mut data).expect("data"), 7);
        ours.get_ref().script.fault_in_reading(0, Fault::Reset);
        for _ in 0..2 {
            let error: io::Error = ours.recv(&mut data).expect_err("a reset").into();
            assert_eq!(error.kind(), io::ErrorKind::ConnectionReset);
        }
        assert_eq!(ours.send(b"still open").expect("room"), 10);
        assert_eq!(peer.recv(&mut data).expect("data"), 10);
    }
}

#[test]
fn a_changed_bit_never_changes_data() {
    for priority in VERSIONS {
        within(priority, move || {
            for after in (0..150).step_by(3) {
                let (ours, peer) = plain_pair(priority, 1 << 16);
                (&peer).write_all(&[1; 50]).expect("writing");
                (&peer).write_all(&[2; 50]).expect("writing");
                drop(peer);
                ours.get_ref().script.fault_in_reading(after, Fault::Flip);
                let (data, end) = read_all(&ours);
                assert!(data == [1; 50] || data.is_empty() || data == [[1; 50], [2; 50]].concat(), "after {after}");
                end.expect_err("a changed bit, or at least no close_notify");
            }
        });
    }
}

#[test]
fn a_fatal_error_found_by_the_reader_wakes_the_writer_and_tells_the_peer() {
    for priority in VERSIONS {
        within(priority, move || {
            let (ours, peer) = plain_pair(priority, 4000);
            let script = std::sync::Arc::clone(&ours.get_ref().script);
            let (mut reader, mut writer) = ours.into_split();
            let (waits, waiting) = mpsc::channel();
            script.on_wait(move |want| {
                if want.writable {
                    // The test listens to the first only.
                    let _ = waits.send(());
                }
            });
            let writing = thread::spawn(move || writer.write_all(&[0; 1 << 20]).expect_err("it cannot end well"));
            waiting.recv().expect("the writer waits for room");
            script.fault_in_reading(20, Fault::Flip);
            (&peer).write_all(b"a record with a changed bit").expect("writing");
            let found = reader.recv(&mut [0; 64]).expect_err("a broken record");
            assert_eq!((found.kind(), found.alert_sent()), (ErrorKind::Protocol, Some(Alert::BAD_RECORD_MAC)));
            let told = writing.join().expect("no panic");
            let told = told.get_ref().and_then(|inner| inner.downcast_ref::<gnutls::Error>()).expect("ours");
            assert_eq!(told.code(), found.code());
            assert_eq!(reader.recv(&mut [0; 64]).expect_err("for ever").code(), found.code());
        });
    }
}

#[test]
fn the_peer_of_a_failed_session_receives_its_alert() {
    for priority in VERSIONS {
        let (ours, peer) = plain_pair(priority, 1 << 16);
        ours.get_ref().script.fault_in_reading(20, Fault::Flip);
        assert!(peer.send(b"a record with a changed bit").is_ok());
        ours.recv(&mut [0; 64]).expect_err("a broken record");
        let error = peer.recv(&mut [0; 64]).expect_err("an alert");
        assert_eq!((error.kind(), error.alert_received()), (ErrorKind::Alert, Some(Alert::BAD_RECORD_MAC)));
        assert_eq!(error.alert_sent(), None);
    }
}

#[test]
fn a_record_of_another_version_breaks_the_protocol_and_negotiates_nothing() {
    for priority in VERSIONS {
        let (ours, peer) = plain_pair(priority, 1 << 16);
        peer.get_ref().try_write(b"\x17\x02\x00\x00\x01x").expect("room");
        let error = ours.recv(&mut [0; 64]).expect_err("a foreign record");
        assert_eq!(error.kind(), ErrorKind::Protocol, "{error}");
    }
}

/// How far two handshakes come that are driven in turn until nothing moves any more.
fn drive(mut client: Option<Handshaking<End>>, mut server: Option<Handshaking<End>>) -> [bool; 2] {
    fn step<T: Transport>(side: &mut Option<Handshaking<T>>, done: &mut bool) {
        match side.take().map(Handshaking::advance) {
            Some(Ok(Progress::Pending(unfinished))) => *side = Some(unfinished),
            Some(Ok(Progress::Done(session))) => *done = session.try_flush().is_ok(),
            Some(Err(error)) => assert!(!error.would_block() && !error.to_string().is_empty()),
            None => {}
        }
    }
    let mut done = [false; 2];
    for _ in 0..20 {
        step(&mut client, &mut done[0]);
        step(&mut server, &mut done[1]);
    }
    done
}

#[test]
fn a_handshake_with_a_fault_at_any_byte_fails_and_nothing_worse() {
    for priority in VERSIONS {
        for fault in [Fault::Flip, Fault::Cut, Fault::Reset] {
            within(priority, move || {
                let (client, server) = (client(priority), server(priority));
                for (role, after) in (0..1000).step_by(61).flat_map(|after| [(0, after), (1, after)]) {
                    let (near, far) = memory::pair(1 << 16);
                    let (near, far) = (Scripted::new(near, Plan::default()), Scripted::new(far, Plan::default()));
                    let struck = if role == 0 { &near } else { &far };
                    struck.script.fault_in_reading(after, fault);
                    let script = std::sync::Arc::clone(&struck.script);
                    let client = client.to(HOST).expect("a name").start(near).expect("a start");
                    let done = drive(Some(client), Some(server.start(far).expect("a start")));
                    // A bit that both sides must ignore (the version of a record, RFC 8446, section 5.1) does no harm.
                    let harmless = script.is_armed() || (fault == Fault::Flip && done == [true, true]);
                    assert!(!done[role] || harmless, "{fault:?} at {after} of what {role} reads: {done:?}");
                }
            });
        }
    }
}

#[test]
fn a_handshake_with_a_byte_missing_is_never_the_callers_fault() {
    for place in (0..420).step_by(4) {
        let ((near, left), (right, far)) = (memory::pair(1 << 16), memory::pair(1 << 16));
        let mut client = client(TLS12).to(HOST).and_then(|to| to.start(near)).map(Progress::Pending);
        let mut server = server(TLS12).start(far).map(Progress::Pending);
        let mut seen = 0;
        loop {
            client = client.and_then(step);
            server = server.and_then(step);
            let mut bytes = take(&left);
            let moved = bytes.len();
            if (seen..seen + moved).contains(&place) {
                bytes.remove(place - seen);
            }
            seen += moved;
            // A side that has failed takes nothing.
            let _ = right.try_write(&bytes);
            let answer = take(&right);
            let _ = left.try_write(&answer);
            if moved + answer.len() == 0 {
                break;
            }
        }
        for error in [client.err(), server.err()].into_iter().flatten() {
            assert!(!matches!(error.kind(), ErrorKind::Misuse | ErrorKind::Internal), "byte {place}: {error}");
        }
    }
}

/// One step of a side that is not done.
fn step<T: Transport>(side: Progress<T>) -> gnutls::Result<Progress<T>> {
    match side {
        Progress::Pending(handshaking) => handshaking.advance(),
        done => Ok(done),
    }
}

fn take(from: &memory::End) -> Vec<u8> {
    let mut bytes = vec![0; 1 << 16];
    let taken = from.try_read(&mut bytes).unwrap_or(0);
    bytes.truncate(taken);
    bytes
}
