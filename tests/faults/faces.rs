//! The ways to use a session. A fault must look the same through all of them.

use std::io::{self, Read, Write};
use std::sync::mpsc;
use std::thread;

use gnutls::transport::Readiness;
use gnutls::{Error, Result};

use crate::seen::{END, GOES_ON, WAITS, describe};
use crate::stage::Ours;

/// What the peer sends before and after a fault.
pub(crate) const BEFORE: &str = "[before]";
pub(crate) const AFTER: &str = "[after]";
/// What we send after it.
pub(crate) const ANSWER: &str = "answer";

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Face {
    /// `recv` and `send` of the session, in one thread.
    Polling,
    /// `recv` and `send` of the halves, in two threads.
    PollingHalves,
    /// `Read` and `Write` of the session, in one thread.
    Waiting,
    /// `Read` and `Write` of the halves, in two threads.
    WaitingHalves,
}

pub(crate) const FACES: [Face; 4] = [Face::Polling, Face::PollingHalves, Face::Waiting, Face::WaitingHalves];

impl Face {
    pub(crate) fn waits(self) -> bool {
        matches!(self, Face::Waiting | Face::WaitingHalves)
    }
}

/// Reads until nothing is to be expected any more, then writes: how each went on, and the data. The session comes back.
pub(crate) fn run(face: Face, mut session: Ours) -> (String, String, String, Ours) {
    match face {
        Face::Polling => {
            let (read, data) = read(|buf| session.recv(buf), || poll(&session));
            let write = write(|data| session.send(data), || session.try_flush());
            (read, write, data, session)
        }
        Face::Waiting => {
            let (read, data) = read(|buf| session.read(buf).map_err(inner), || true);
            let write = write(|data| (&session).write(data).map_err(inner), || done((&session).flush()));
            (read, write, data, session)
        }
        Face::PollingHalves | Face::WaitingHalves => {
            let (mut reader, mut writer) = session.into_split();
            let (done_reading, wait_for_it) = mpsc::channel();
            let writing = thread::spawn(move || {
                wait_for_it.recv().expect("the reader comes to an end");
                let write = if face == Face::WaitingHalves {
                    let writer = std::cell::RefCell::new(&mut writer);
                    write(|data| writer.borrow_mut().write(data).map_err(inner), || done(writer.borrow_mut().flush()))
                } else {
                    let writer = std::cell::RefCell::new(&mut writer);
                    write(|data| writer.borrow_mut().send(data), || writer.borrow_mut().try_flush())
                };
                (write, writer)
            });
            let (read, data) = if face == Face::WaitingHalves {
                read(|buf| reader.read(buf).map_err(inner), || true)
            } else {
                let reader = std::cell::RefCell::new(&mut reader);
                read(
                    |buf| reader.borrow_mut().recv(buf),
                    || {
                        let reader = reader.borrow();
                        reader.interest().ready_now() || reader.get_ref().is_ready(READABLE)
                    },
                )
            };
            done_reading.send(()).expect("the writer waits");
            let (write, writer) = writing.join().expect("no panic");
            (read, write, data, reader.unsplit(writer).expect("one session"))
        }
    }
}

const READABLE: Readiness = Readiness { readable: true, writable: false };

fn poll(session: &Ours) -> bool {
    session.recv_interest().ready_now() || session.get_ref().is_ready(READABLE)
}

/// Reads with `recv` as long as `more` says that there is something to be had.
fn read(mut recv: impl FnMut(&mut [u8]) -> Result<usize>, mut more: impl FnMut() -> bool) -> (String, String) {
    let mut data = Vec::new();
    let mut buf = [0; 4096];
    let outcome = loop {
        if data.ends_with(AFTER.as_bytes()) {
            break GOES_ON.to_owned();
        }
        match recv(&mut buf) {
            Ok(0) => {
                assert_eq!(recv(&mut buf).expect("the end stays the end"), 0);
                break END.to_owned();
            }
            Ok(received) => data.extend_from_slice(&buf[..received]),
            Err(error) if error.would_block() => {
                if !more() {
                    break WAITS.to_owned();
                }
            }
            Err(error) => {
                let again = recv(&mut buf).expect_err("an error lasts");
                assert_eq!(describe(&again), describe(&error));
                break describe(&error);
            }
        }
    };
    (outcome, String::from_utf8(data).expect("the peer sends text"))
}

/// Sends the answer, whole. An error that a send cannot tell, because it has taken bytes, is the next call's.
fn write(mut send: impl FnMut(&[u8]) -> Result<usize>, mut flush: impl FnMut() -> Result<bool>) -> String {
    let mut rest = ANSWER.as_bytes();
    let mut turns = 0;
    let mut step = || {
        while !rest.is_empty() {
            match send(rest) {
                Ok(taken) => rest = &rest[taken..],
                Err(error) if error.would_block() => {}
                Err(error) => return Err(error),
            }
            turns += 1;
            assert!(turns < 1000, "a send that takes nothing");
        }
        while !flush()? {
            turns += 1;
            assert!(turns < 1000, "a flush without end");
        }
        Ok(())
    };
    match step() {
        Ok(()) => GOES_ON.to_owned(),
        Err(error) => {
            let again = send(b"more").expect_err("an error lasts");
            assert_eq!(describe(&again), describe(&error));
            describe(&error)
        }
    }
}

fn done(result: io::Result<()>) -> Result<bool> {
    result.map(|()| true).map_err(inner)
}

/// The crate's error inside of `error`.
pub(crate) fn inner(error: io::Error) -> Error {
    error.get_ref().and_then(|inner| inner.downcast_ref::<Error>()).expect("an error of the crate inside").clone()
}
