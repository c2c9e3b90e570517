//! The loops in C, in memory and in an event loop.

use std::ffi::c_int;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::os::unix::net::UnixStream;
use std::ptr::{self, NonNull};
use std::sync::Arc;

use super::c::{Below, CSession, Config, Datum, Mode, RawConfig, RawSession, RawWire, check};
use super::ours::CHUNK;
use super::{Duplex, FILLER, Held, Holder, Polled, PolledPair, Shaker, Span, intact};
use crate::Result;
use crate::material::Setup;
use crate::measure::Job;

unsafe extern "C" {
    fn bench_session_over(
        made: *mut *mut RawSession,
        config: *const RawConfig,
        incoming: *mut RawWire,
        outgoing: *mut RawWire,
    ) -> c_int;
    fn bench_handshake_step(session: *mut RawSession) -> c_int;
    fn bench_is_resumed(session: *mut RawSession) -> c_int;
    fn bench_ticket(session: *mut RawSession, ticket: *mut Datum) -> c_int;
    fn bench_resume(session: *mut RawSession, ticket: *const Datum) -> c_int;
    fn bench_ticket_free(ticket: *mut Datum);
    fn bench_forget_output(session: *mut RawSession);
    fn bench_send(session: *mut RawSession, data: *const u8, size: usize) -> isize;
    fn bench_recv(session: *mut RawSession, buf: *mut u8, size: usize) -> isize;
    fn bench_pending(session: *mut RawSession) -> usize;
    fn bench_lock(session: *mut RawSession);
    fn bench_wire_new(capacity: usize) -> *mut RawWire;
    fn bench_wire_free(wire: *mut RawWire);
}

/// Takes both ends through the handshake in this thread.
pub(super) fn shake_hands(near: &CSession, far: &CSession) -> Result<()> {
    let (mut near_waits, mut far_waits) = (1, 1);
    while near_waits + far_waits > 0 {
        for (session, waits) in [(near, &mut near_waits), (far, &mut far_waits)] {
            if *waits == 1 {
                // SAFETY: a session that this thread alone uses.
                *waits = unsafe { bench_handshake_step(session.as_ptr()) };
                check(*waits)?;
            }
        }
    }
    Ok(())
}

/// One direction in memory.
struct Wire(NonNull<RawWire>);

// SAFETY: memory that is bound to no thread.
unsafe impl Send for Wire {}
// SAFETY: only sessions use what is inside, and those of a wire never at the same time.
unsafe impl Sync for Wire {}

impl Wire {
    fn new(capacity: usize) -> Result<Wire> {
        // SAFETY: it takes any size, and returns null if there is no memory.
        let made = unsafe { bench_wire_new(capacity) };
        Ok(Wire(NonNull::new(made).ok_or("out of memory")?))
    }
}

impl Drop for Wire {
    fn drop(&mut self) {
        // SAFETY: made by `new`; the sessions over it have gone.
        unsafe { bench_wire_free(self.0.as_ptr()) };
    }
}

/// Two connected sessions in memory.
struct InMemory {
    near: Arc<CSession>,
    far: CSession,
}

impl InMemory {
    /// With room for `room` bytes from `far` to `near`, and for `back` the other way.
    fn new(setup: &Setup, room: usize, back: usize) -> Result<InMemory> {
        let (down, up) = (Arc::new(Wire::new(room + 64 * 1024)?), Arc::new(Wire::new(back + 64 * 1024)?));
        let near = over(Config::client(setup)?, &down, &up)?;
        let far = over(Config::server(setup)?, &up, &down)?;
        shake_hands(&near, &far)?;
        Ok(InMemory { near: Arc::new(near), far })
    }

    fn recorded(setup: &Setup, size: usize, times: u64) -> Result<InMemory> {
        let room = usize::try_from(times)? * (size + size.div_ceil(16 * 1024) * 32);
        let pair = InMemory::new(setup, room, 0)?;
        pair.far.write(&vec![FILLER; size], times)?;
        // SAFETY: no thread uses the session yet.
        unsafe { bench_forget_output(pair.near.as_ptr()) };
        Ok(pair)
    }
}

fn over(config: Config, incoming: &Arc<Wire>, outgoing: &Arc<Wire>) -> Result<CSession> {
    let (config, wires) = (Arc::new(config), (Arc::clone(incoming), Arc::clone(outgoing)));
    let mut made = ptr::null_mut();
    let (incoming, outgoing) = (incoming.0.as_ptr(), outgoing.0.as_ptr());
    // SAFETY: the session keeps the configuration and the wires.
    check(unsafe { bench_session_over(&raw mut made, config.as_ptr(), incoming, outgoing) })?;
    CSession::new(made, &config, Below::Memory(Box::new(wires)))
}

/// How two threads share what they work on.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sharing {
    /// One session under one mutex, as QEMU has it.
    Mutex,
    /// A session for each thread.
    TwoSessions,
}

impl Duplex for Sharing {
    fn prepare(&mut self, setup: &Setup, size: usize, times: u64, span: &Arc<Span>) -> Result<Vec<Job>> {
        let pair = InMemory::recorded(setup, size, times)?;
        let reader = Arc::clone(&pair.near);
        let writer = match self {
            Sharing::Mutex => {
                // SAFETY: no thread uses the session yet.
                unsafe { bench_lock(reader.as_ptr()) };
                Arc::clone(&reader)
            }
            Sharing::TwoSessions => InMemory::recorded(setup, size, 0)?.near,
        };
        let (filling, ending) = (Arc::clone(span), Arc::clone(span));
        Ok(vec![
            Box::new(move || {
                let data = vec![FILLER; size];
                filling.fill(1, |each| writer.write(&data, each))?;
                Ok(Box::new(writer))
            }),
            Box::new(move || {
                let mut buf = vec![0; size];
                let drained = reader.drain(&mut buf, times * size as u64);
                ending.end();
                drained?;
                if intact(&buf) { Ok(Box::new(reader)) } else { Err("wrong bytes arrived".into()) }
            }),
        ])
    }
}

/// One thread that encrypts a record, decrypts it, and so on.
pub(crate) fn alternating(setup: &Setup, size: usize, times: u64) -> Result<Vec<Job>> {
    let pair = InMemory::new(setup, 0, 2 * size)?;
    Ok(vec![Box::new(move || {
        let (data, mut buf) = (vec![FILLER; size], vec![0; size]);
        for _ in 0..times {
            pair.near.write(&data, 1)?;
            pair.far.fill(&mut buf)?;
        }
        if buf == data { Ok(Box::new(pair)) } else { Err("wrong bytes arrived".into()) }
    })])
}

/// Handshakes on non-blocking sockets.
pub(crate) struct CShaker {
    client: Arc<Config>,
    server: Arc<Config>,
    ticket: Option<Ticket>,
}

struct Ticket(Datum);

impl Drop for Ticket {
    fn drop(&mut self) {
        // SAFETY: filled by `bench_ticket`.
        unsafe { bench_ticket_free(&raw mut self.0) };
    }
}

impl CShaker {
    pub(crate) fn new(setup: &Setup, resumed: bool) -> Result<CShaker> {
        let (client, server) = (Arc::new(Config::client(setup)?), Arc::new(Config::server(setup)?));
        let mut shaker = CShaker { client, server, ticket: None };
        if resumed {
            let (near, far) = UnixStream::pair()?;
            let (near, _far) = shaker.connect(near, far)?;
            let mut ticket = Ticket(Datum::empty());
            // SAFETY: a session that this thread alone uses, and a place for the result.
            check(unsafe { bench_ticket(near.as_ptr(), &raw mut ticket.0) })?;
            shaker.ticket = Some(ticket);
        }
        Ok(shaker)
    }

    pub(super) fn connect(&self, client: UnixStream, server: UnixStream) -> Result<(CSession, CSession)> {
        client.set_nonblocking(true)?;
        server.set_nonblocking(true)?;
        let near = CSession::over(&self.client, OwnedFd::from(client), Mode::Polling)?;
        let far = CSession::over(&self.server, OwnedFd::from(server), Mode::Polling)?;
        if let Some(ticket) = &self.ticket {
            // SAFETY: a fresh session; GnuTLS copies the data.
            check(unsafe { bench_resume(near.as_ptr(), &raw const ticket.0) })?;
        }
        shake_hands(&near, &far)?;
        Ok((near, far))
    }
}

impl Shaker for CShaker {
    fn shake(&mut self, client: UnixStream, server: UnixStream) -> Result<()> {
        let (near, far) = self.connect(client, server)?;
        for session in [&near, &far] {
            // SAFETY: a session that this thread alone uses.
            if (unsafe { bench_is_resumed(session.as_ptr()) } == 1) != self.ticket.is_some() {
                return Err("resumed, or not, against expectation".into());
            }
        }
        Ok(())
    }
}

impl Holder for CShaker {
    fn hold(&mut self, client: UnixStream, server: UnixStream, traffic: usize) -> Result<Held> {
        let (client, server) = self.connect(client, server)?;
        let mut buf = vec![0; CHUNK];
        for _ in 0..traffic / CHUNK {
            client.write(&buf, 1)?;
            server.fill(&mut buf)?;
            server.write(&buf, 1)?;
            client.fill(&mut buf)?;
        }
        Ok(Box::new((client, server)))
    }

    fn polled(&mut self, client: UnixStream, server: UnixStream) -> Result<PolledPair> {
        let (client, server) = self.connect(client, server)?;
        Ok((Box::new(CPolled(client)), Box::new(CPolled(server))))
    }
}

/// A session that is polled.
struct CPolled(CSession);

impl AsFd for CPolled {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.0.socket().expect("made over a socket")
    }
}

impl Polled for CPolled {
    fn send(&mut self, data: &[u8]) -> Result<usize> {
        // SAFETY: a session that this thread alone uses; the bytes outlive the call.
        none_if_blocked(unsafe { bench_send(self.0.as_ptr(), data.as_ptr(), data.len()) })
    }

    fn is_ready(&self) -> bool {
        // SAFETY: a session that this thread alone uses.
        unsafe { bench_pending(self.0.as_ptr()) > 0 }
    }

    fn recv(&mut self, buf: &mut [u8]) -> Result<usize> {
        // SAFETY: a session that this thread alone uses, and a buffer of its own.
        none_if_blocked(unsafe { bench_recv(self.0.as_ptr(), buf.as_mut_ptr(), buf.len()) })
    }
}

/// `GNUTLS_E_AGAIN`.
const AGAIN: isize = -28;

fn none_if_blocked(result: isize) -> Result<usize> {
    if result == AGAIN {
        return Ok(0);
    }
    check(c_int::try_from(result)?)?;
    Ok(usize::try_from(result)?)
}
