//! Panics in everything else that a user provides: taking a transport and giving it back, shutting it down, waiting for
//! it, the cache of a server.

use std::io::{self, Read, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use gnutls::transport::memory::{self, End};
use gnutls::transport::{Readiness, Transport, Wait};
use gnutls::{Error, ErrorKind, ServerConfig, Session, SessionData, SessionStore};

use crate::common::{HOST, TLS12, TLS13, client, connect, pki, server, within};
use crate::pair::plain_pair;
use crate::scripted::Fault;

/// Where a transport of this file panics.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Acquire,
    Release,
    Read,
    /// Once there is somebody who is told of writers that wait.
    WaitToRead,
}

/// Counts how many of it are dropped.
struct Panicking {
    inner: End,
    place: Place,
    dropped: Arc<AtomicUsize>,
    /// Told of each writer that waits.
    writers: Mutex<Option<mpsc::Sender<()>>>,
}

impl Panicking {
    fn new(inner: End, place: Place) -> (Panicking, Arc<AtomicUsize>) {
        let dropped = Arc::new(AtomicUsize::new(0));
        (Panicking { inner, place, dropped: Arc::clone(&dropped), writers: Mutex::default() }, dropped)
    }

    fn at(&self, place: Place) {
        assert!(self.place != place, "the transport's panic");
    }
}

impl Drop for Panicking {
    fn drop(&mut self) {
        self.dropped.fetch_add(1, Ordering::SeqCst);
    }
}

impl Transport for Panicking {
    fn try_read(&self, buf: &mut [u8]) -> io::Result<usize> {
        self.at(Place::Read);
        self.inner.try_read(buf)
    }

    fn try_write(&self, buf: &[u8]) -> io::Result<usize> {
        self.inner.try_write(buf)
    }

    fn acquire(&self) -> io::Result<bool> {
        self.at(Place::Acquire);
        Ok(true)
    }

    fn release(&self) {
        self.at(Place::Release);
    }
}

impl Wait for Panicking {
    fn wait(&self, want: Readiness, timeout: Option<Duration>) -> io::Result<bool> {
        let writers = self.writers.lock().expect("no panic here").clone();
        if let Some(writers) = writers {
            if want.readable {
                self.at(Place::WaitToRead);
            }
            // Only the first is listened to.
            let _ = writers.send(());
        }
        self.inner.wait(want, timeout)
    }
}

fn panics<R>(call: impl FnOnce() -> R) {
    assert!(catch_unwind(AssertUnwindSafe(call)).is_err(), "no panic");
}

#[test]
fn a_panic_while_a_transport_is_taken_drops_it_once() {
    let (near, _far) = memory::pair(1 << 16);
    let (near, dropped) = Panicking::new(near, Place::Acquire);
    panics(|| client(TLS13).to(HOST).expect("a name").start(near));
    assert_eq!(dropped.load(Ordering::SeqCst), 1);
}

#[test]
fn a_panic_while_a_transport_is_given_back_drops_it_once() {
    within("giving back", || {
        let (near, far) = memory::pair(1 << 16);
        let (near, dropped) = Panicking::new(near, Place::Release);
        let (ours, peer) = connect(&client(TLS13), &server(TLS13), (near, far));
        panics(|| ours.into_inner());
        assert_eq!(dropped.load(Ordering::SeqCst), 1);
        let error: Error = peer.recv(&mut [0; 8]).expect_err("the end of the stream");
        assert_eq!(error.kind(), ErrorKind::Truncated);
    });
}

#[test]
fn a_panic_while_a_handshake_reads_comes_out_of_it() {
    within("a handshake", || {
        let (near, _far) = memory::pair(1 << 16);
        let (near, dropped) = Panicking::new(near, Place::Read);
        panics(|| client(TLS13).connect(HOST, near));
        assert_eq!(dropped.load(Ordering::SeqCst), 1);
    });
}

#[test]
fn a_panic_while_a_failed_session_shuts_its_transport_down_leaves_the_failure_to_both_halves() {
    for priority in [TLS12, TLS13] {
        within(priority, move || {
            let (ours, peer) = plain_pair(priority, 1 << 16);
            ours.get_ref().script.fault_in_reading(8, Fault::Flip);
            ours.get_ref().script.on_shutdown(|| panic!("the script's panic"));
            peer.send(b"spoiled").expect("room");
            let (mut reader, mut writer) = ours.into_split();
            panics(|| reader.recv(&mut [0; 8]));
            let read = reader.recv(&mut [0; 8]).expect_err("it has failed");
            let wrote = thread::spawn(move || writer.send(b"x").expect_err("it has failed")).join().expect("no panic");
            assert_eq!([read.kind(), wrote.kind()], [ErrorKind::Protocol; 2]);
            assert_eq!(peer.recv(&mut [0; 8]).expect_err("the alert").alert_received(), read.alert_sent());
        });
    }
}

#[test]
fn a_panic_while_a_writer_waits_loses_nothing_and_leaves_the_reader_alone() {
    for priority in [TLS12, TLS13] {
        within(priority, move || {
            let (ours, peer) = plain_pair(priority, 1000);
            let (mut reader, mut writer) = ours.into_split();
            let mut left = 1;
            let (tell, told) = mpsc::channel();
            writer.get_ref().script.on_wait(move |want| {
                if want.writable {
                    left -= 1;
                    // The reader's side of this test is over when nobody listens.
                    let _ = tell.send(());
                    assert!(left != 0, "the script's panic");
                }
            });
            let writing = thread::spawn(move || {
                panics(|| writer.write_all(&[7; 5000]));
                writer.flush().expect("what was taken goes out");
                writer
            });
            told.recv().expect("the writer waits");
            (&peer).write_all(b"inward").expect("writing");
            let mut data = [0; 6];
            reader.read_exact(&mut data).expect("reading");
            // The writer took all of it into one record before it waited.
            let mut sent = vec![0; 5000];
            (&peer).read_exact(&mut sent).expect("reading");
            assert!(&data == b"inward" && sent == [7; 5000]);
            drop(writing.join().expect("no other panic"));
        });
    }
}

#[test]
fn a_panic_while_a_reader_waits_leaves_a_waiting_writer_alone() {
    within("both wait", || {
        let (near, far) = memory::pair(1000);
        let (near, _) = Panicking::new(near, Place::WaitToRead);
        let (ours, peer) = connect(&client(TLS13), &server(TLS13), (near, far));
        let (tell, told) = mpsc::channel();
        *ours.get_ref().writers.lock().expect("no panic") = Some(tell);
        let (mut reader, mut writer) = ours.into_split();
        let writing = thread::spawn(move || writer.write_all(&[7; 50_000]).map(|()| writer));
        told.recv().expect("the writer waits");
        panics(|| reader.read(&mut [0; 8]));
        (&peer).read_exact(&mut [0; 50_000]).expect("reading");
        drop(writing.join().expect("no panic").expect("writing"));
    });
}

/// A cache that panics in every call.
struct Broken(AtomicUsize);

impl Broken {
    fn panics(&self) -> ! {
        self.0.fetch_add(1, Ordering::SeqCst);
        panic!("the cache's panic")
    }
}

impl SessionStore for Broken {
    fn store(&self, _: &[u8], _: &[u8], _: std::time::Duration) {
        self.panics()
    }

    fn retrieve(&self, _: &[u8]) -> Option<Vec<u8>> {
        self.panics()
    }

    fn remove(&self, _: &[u8]) {
        self.panics()
    }
}

#[test]
fn a_cache_that_panics_has_found_nothing_and_harms_no_session() {
    within("a cache", || {
        let cache = Arc::new(Broken(AtomicUsize::new(0)));
        let builder = ServerConfig::builder().with_identity(pki().server.clone()).expect("an identity");
        let builder = builder.priority(gnutls::Priority::new(TLS12).expect("a priority")).tickets(false);
        let broken = builder.session_store(Arc::clone(&cache) as Arc<dyn SessionStore>).build().expect("a server");
        let meet = |data: Option<&SessionData>| -> Session<End> {
            let (near, far) = memory::pair(1 << 16);
            let server = broken.clone();
            let accepting = thread::spawn(move || server.accept(far).expect("the server's handshake"));
            let connecting = client(TLS12).to(HOST).expect("a name");
            let connecting = if let Some(data) = data { connecting.resume(data) } else { connecting };
            let session = connecting.connect(near).expect("the client's handshake");
            let peer = accepting.join().expect("no panic comes out");
            assert_eq!(session.send(b"hello").expect("room"), 5);
            assert_eq!(peer.recv(&mut [0; 8]).expect("data"), 5);
            session
        };
        let first = meet(None);
        let data = first.session_data().expect("no error");
        let again = meet(data.as_ref());
        assert!(!again.is_resumed());
        assert!(cache.0.load(Ordering::SeqCst) >= 1, "it was asked");
    });
}
