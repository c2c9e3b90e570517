//! Transports that call the session they serve, and transports that panic.

use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex};

use gnutls::{ErrorKind, KeyUpdateRequest};

use crate::common::{TLS13, within};
use crate::pair::{MemorySession, plain_pair};
use crate::scripted::{Fault, Script};

type Call = (&'static str, fn(&MemorySession) -> Option<ErrorKind>);

/// Every call on a session that a transport could make from inside, with what came of it.
fn calls() -> Vec<Call> {
    fn kind<R>(result: Result<R, gnutls::Error>) -> Option<ErrorKind> {
        result.err().map(|error| error.kind())
    }
    vec![
        ("recv", |session| kind(session.recv(&mut [0; 8]))),
        ("send", |session| kind(session.send(b"x"))),
        ("flush", |session| kind(session.try_flush())),
        ("try_close", |session| kind(session.try_close())),
        ("try_update_keys", |session| kind(session.try_update_keys(KeyUpdateRequest::NotRequested))),
        ("close", |session| kind(session.close())),
        ("update_keys", |session| kind(session.update_keys(KeyUpdateRequest::NotRequested))),
        ("session_data", |session| kind(session.session_data())),
        ("interest", |session| {
            let _ = session.interest();
            None
        }),
        ("pending", |session| {
            session.pending();
            None
        }),
        ("counters", |session| {
            session.counters();
            None
        }),
        ("description", |session| {
            session.description();
            None
        }),
        ("peer_certificates", |session| kind(session.peer_certificates())),
        ("server_name", |session| {
            session.server_name();
            None
        }),
        ("max_record_size", |session| {
            session.max_record_size();
            None
        }),
    ]
}

type Place = (&'static str, fn(&Script, Box<dyn FnMut() -> io::Result<()> + Send>), fn(&MemorySession));

/// Where a transport is called, how to be there, and what makes it be called.
fn places() -> [Place; 3] {
    [
        ("try_read", |script, hook| script.on_read(hook), |session| drop(session.recv(&mut [0; 8]))),
        ("try_write", |script, hook| script.on_write(hook), |session| drop(session.send(b"x"))),
        (
            "shutdown",
            |script, hook| script.on_shutdown(hook),
            |session| {
                session.get_ref().script.fault_in_reading(8, Fault::Flip);
                session.recv(&mut [0; 8]).expect_err("a broken record");
            },
        ),
    ]
}

#[test]
fn a_transport_that_calls_its_own_session_gets_an_answer_and_not_a_deadlock() {
    for (place, install, trigger) in places() {
        for (name, call) in calls() {
            let what = format!("{name} from {place}");
            within(&what.clone(), move || {
                let (ours, peer) = plain_pair(TLS13, 1 << 20);
                assert_eq!(peer.send(b"something to read").expect("room"), 17);
                let ours = Arc::new(ours);
                let found = Arc::new(Mutex::new(None));
                let (inside, result) = (Arc::downgrade(&ours), Arc::clone(&found));
                install(
                    &ours.get_ref().script,
                    Box::new(move || {
                        let session = inside.upgrade().expect("it lives");
                        let answer = catch_unwind(AssertUnwindSafe(|| call(&session)));
                        result.lock().expect("no panic").get_or_insert(answer.map_err(drop));
                        Ok(())
                    }),
                );
                trigger(&ours);
                let found = found.lock().expect("no panic").take().expect("it was called");
                // What returns a `Result` says so there; the others panic.
                assert!(matches!(found, Err(()) | Ok(Some(ErrorKind::Misuse))), "{what}: {found:?}");
            });
        }
    }
}
