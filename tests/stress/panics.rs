//! Transports that panic: the panic comes out of the call that met it, and the session lives on.

use std::io::{Read, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::thread;

use gnutls::KeyUpdateRequest;
use gnutls::transport::memory;

use crate::common::{HOST, TLS12, TLS13, client, server, within};
use crate::pair::plain_pair;
use crate::scripted::{Fault, Plan, Scripted};

/// The panic of `call` must be the script's.
fn panics<R>(call: impl FnOnce() -> R) {
    let panic = catch_unwind(AssertUnwindSafe(call)).err().expect("a panic");
    assert_eq!(panic.downcast_ref::<&str>(), Some(&"the script's panic"));
}

#[test]
fn a_panic_while_reading_loses_nothing() {
    for priority in [TLS12, TLS13] {
        within(priority, move || {
            for after in 0..40 {
                let (ours, peer) = plain_pair(priority, 1 << 16);
                (&peer).write_all(b"hello").expect("writing");
                (&peer).write_all(b"again").expect("writing");
                ours.get_ref().script.fault_in_reading(after, Fault::Panic);
                let mut data = [0; 10];
                let mut at = 0;
                let mut panicked = 0;
                while at < 10 {
                    match catch_unwind(AssertUnwindSafe(|| ours.recv(&mut data[at..]))) {
                        Ok(received) => at += received.expect("data"),
                        Err(_) => panicked += 1,
                    }
                }
                assert_eq!((&data, panicked), (b"helloagain", 1));
                assert_eq!(ours.send(b"well").expect("room"), 4);
                assert_eq!(peer.recv(&mut data).expect("data"), 4);
            }
        });
    }
}

#[test]
fn a_panic_while_writing_leaves_whole_records() {
    for priority in [TLS12, TLS13] {
        within(priority, move || {
            for after in 0..40 {
                let (ours, peer) = plain_pair(priority, 1 << 16);
                ours.get_ref().script.fault_in_writing(after, Fault::Panic);
                let mut panicked = 0;
                for part in [b"first", b"other", b"third"] {
                    panicked += usize::from(catch_unwind(AssertUnwindSafe(|| ours.send(part).expect("room"))).is_err());
                }
                assert!(ours.try_flush().expect("room") && panicked == 1);
                let mut data = [0; 15];
                (&peer).read_exact(&mut data).expect("reading");
                assert_eq!(&data, b"firstotherthird");
            }
        });
    }
}

#[test]
fn a_panic_while_the_receiver_answers_leaves_the_answer_due() {
    within("answering", || {
        let (ours, peer) = plain_pair(TLS13, 1 << 16);
        ours.get_ref().script.fault_in_writing(0, Fault::Panic);
        peer.update_keys(KeyUpdateRequest::Requested).expect("asking");
        panics(|| ours.recv(&mut [0; 8]));
        // A program that only receives must be told to see the answer out.
        let want = ours.recv_interest();
        assert!(want.ready_now() || want.writable(), "{want:?}");
        assert!(ours.recv(&mut [0; 8]).expect_err("no data").would_block());
        assert!(peer.recv(&mut [0; 8]).expect_err("no data").would_block());
        assert_eq!(peer.counters().key_updates_received, 1);
    });
}

#[test]
fn a_panic_while_waiting_comes_out_and_the_wait_can_be_repeated() {
    within("waiting", || {
        let (mut ours, peer) = plain_pair(TLS13, 1000);
        let mut left = 1;
        ours.get_ref().script.on_wait(move |_| {
            left -= 1;
            assert!(left < 0, "the script's panic");
        });
        panics(|| ours.read(&mut [0; 8]));
        (&peer).write_all(b"hello").expect("writing");
        let mut data = [0; 5];
        ours.read_exact(&mut data).expect("reading");
        assert_eq!(&data, b"hello");
    });
}

#[test]
fn a_panic_in_one_thread_leaves_the_other_direction_alone() {
    within("both directions", || {
        let (ours, peer) = plain_pair(TLS13, 1 << 16);
        let (mut reader, mut writer) = ours.into_split();
        writer.get_ref().script.fault_in_writing(10, Fault::Panic);
        let writing = thread::spawn(move || {
            panics(|| writer.write_all(b"out"));
            writer.write_all(b"out").expect("writing");
            writer
        });
        let mut data = [0; 6];
        (&peer).read_exact(&mut data).expect("reading");
        assert_eq!(&data, b"outout");
        (&peer).write_all(b"inward").expect("writing");
        reader.read_exact(&mut data).expect("reading");
        assert_eq!(&data, b"inward");
        writing.join().expect("no other panic");
    });
}

#[test]
fn a_panic_in_a_handshake_comes_out_of_it() {
    for after in (0..1000).step_by(97) {
        within("a handshake", move || {
            let (near, far) = memory::pair(1 << 16);
            let far = Scripted::new(far, Plan::default());
            far.script.fault_in_writing(after, Fault::Panic);
            let accepting = thread::spawn(move || panics(|| server(TLS13).accept(far)));
            // The dropped transport is the client's end of the stream, if it has come so far.
            let _ = client(TLS13).connect(HOST, near);
            accepting.join().expect("no other panic");
        });
    }
}
