//! What a session says it waits for: true enough that nobody hangs or spins.

use std::io::{self, Write};
use std::sync::Arc;
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use gnutls::transport::{Wait, memory};
use gnutls::{Interest, Progress};

use crate::common::{HOST, TLS12, TLS13, client, server, within};
use crate::pair::{plain_pair, polled_pair};
use crate::scripted::{Fault, Plan, Scripted};

/// The kernel's letter for what this thread does: `S` is asleep.
fn state_of(thread: &str) -> char {
    let stat = std::fs::read_to_string(format!("/proc/{thread}/stat")).unwrap_or_default();
    stat.rsplit(") ").next().and_then(|rest| rest.chars().next()).unwrap_or('?')
}

#[test]
fn a_writer_whose_bytes_another_thread_flushed_does_not_wait_for_nothing() {
    within("a write", || {
        let (ours, _peer) = plain_pair(TLS13, 1 << 20);
        let ours = Arc::new(ours);
        let (helper_is, helper) = mpsc::channel();
        let (go, start) = mpsc::channel();
        let flushing = thread::spawn({
            let ours = Arc::clone(&ours);
            move || {
                let thread = std::fs::read_link("/proc/thread-self").expect("procfs");
                helper_is.send(thread.to_string_lossy().into_owned()).expect("wanted");
                start.recv().expect("a start");
                ours.try_flush()
            }
        });
        let mut left = 2;
        let helper = helper.recv().expect("a thread");
        ours.get_ref().script.on_write(move || {
            left -= 1;
            match left {
                // The writer offers its record in vain.
                1 => return Err(io::ErrorKind::WouldBlock.into()),
                // It offers it again while the helper queues for the lock: the helper is next.
                0 => {
                    go.send(()).expect("it waits");
                    while state_of(&helper) != 'S' {
                        thread::yield_now();
                    }
                    let fair = Instant::now() + Duration::from_millis(5);
                    while Instant::now() < fair {
                        thread::yield_now();
                    }
                    return Err(io::ErrorKind::WouldBlock.into());
                }
                _ => {}
            }
            Ok(())
        });
        (&*ours).write_all(b"hello").expect("writing");
        flushing.join().expect("no panic").expect("flushing");
    });
}

#[test]
fn a_handshake_that_has_not_begun_need_not_wait() {
    let (near, _far) = memory::pair(1 << 16);
    let handshaking = client(TLS13).to(HOST).expect("a name").start(near).expect("a start");
    assert!(handshaking.interest().ready_now(), "a client speaks first: {:?}", handshaking.interest());
}

#[test]
fn a_sending_direction_that_is_broken_says_so_once() {
    let (ours, peer) = plain_pair(TLS13, 1 << 20);
    ours.get_ref().script.fault_in_writing(0, Fault::Reset);
    assert!(ours.send(b"hello").is_ok(), "it was taken");
    assert!(ours.send_interest().ready_now(), "there is news");
    ours.send(b"hello").expect_err("a reset");
    assert!(ours.recv(&mut [0; 8]).expect_err("nothing there").would_block());
    // What waits now is the receiving direction alone; it must be able to.
    assert!(!ours.interest().ready_now(), "{:?}", ours.interest());
    (&peer).write_all(b"still there").expect("writing");
    let mut data = [0; 64];
    assert_eq!(ours.recv(&mut data).expect("data"), 11);
}

#[test]
fn a_receiving_direction_that_is_broken_says_so_once() {
    let (ours, _peer) = plain_pair(TLS13, 1 << 20);
    ours.get_ref().script.fault_in_reading(0, Fault::Cut);
    ours.recv(&mut [0; 8]).expect_err("the end");
    assert!(!ours.interest().ready_now(), "{:?}", ours.interest());
    assert_eq!(ours.send(b"hello").expect("the other direction"), 5);
    assert_eq!(ours.send_interest(), Interest::NONE);
}

#[test]
fn a_last_flight_that_did_not_fit_is_seen_out_by_who_only_receives() {
    within("a handshake", || {
        let (near, far) = memory::pair(1 << 16);
        let connecting = thread::spawn(move || client(TLS12).connect(HOST, near));
        let far = Scripted::new(far, Plan::default());
        let script = Arc::clone(&far.script);
        let mut accepting = server(TLS12).start(far).expect("a start");
        let session = loop {
            // From the second flight on the transport takes nothing: the one with the server's Finished stays here.
            if script.bytes_written() > 0 {
                script.on_write(|| Err(io::ErrorKind::WouldBlock.into()));
            }
            match accepting.advance().expect("the handshake") {
                Progress::Done(session) => break session,
                Progress::Pending(unfinished) => accepting = unfinished,
            }
            accepting.get_ref().wait(accepting.interest().readiness(), None).expect("a wait");
        };
        script.on_write(|| Ok(()));
        assert!(session.recv(&mut [0; 8]).expect_err("no data yet").would_block());
        connecting.join().expect("no panic").expect("the client's handshake");
    });
}

#[test]
fn two_that_only_write_wait_for_room_and_for_nothing_else() {
    for priority in [TLS12, TLS13] {
        let (one, other) = polled_pair(priority, 300, [Plan::default(); 2]);
        let mut sent = [0, 0];
        for (session, sent) in [&one, &other].into_iter().zip(&mut sent) {
            while !session.send_interest().writable() {
                *sent += session.send(&[8; 1000]).expect("room");
            }
            // Full: the interest says so however often the writer tries.
            while let Ok(taken) = session.send(&[8; 1000]) {
                *sent += taken;
            }
            let want = session.send_interest();
            assert!(want.writable() && !want.ready_now() && !session.get_ref().is_ready(want.readiness()), "{want:?}");
        }
        let mut received = [0, 0];
        let mut buf = [0; 512];
        while received != [sent[1], sent[0]] {
            for (session, received) in [&one, &other].into_iter().zip(&mut received) {
                *received += session.recv(&mut buf).unwrap_or(0);
                session.try_flush().expect("no error");
            }
        }
    }
}
