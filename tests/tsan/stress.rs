//! What the threads of the stress do. Every byte is checked, and every thread is joined.

use std::fmt;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::ops::AddAssign;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use gnutls::transport::{Wait, memory};
use gnutls::{ClientConfig, Error, Interest, KeyUpdateRequest, Priority, ReadHalf, ServerConfig, Session, WriteHalf};
use parking_lot::{Condvar, Mutex, MutexGuard};

use crate::common::{self, check, fill, pki};
use crate::{asked, renegotiated};

pub(crate) struct Case {
    pub(crate) name: &'static str,
    pub(crate) priority: &'static str,
    pub(crate) wire: Wire,
    pub(crate) updates: Updates,
    pub(crate) plan: Plan,
}

pub(crate) enum Wire {
    Tcp,
    /// A pipe in memory, this many bytes long. Here the server closes first, elsewhere the client.
    Memory(usize),
}

/// Who makes key updates.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Updates {
    None,
    /// Both writers; every second time they ask for the peer's.
    ByHand,
    /// The library, after every record if its own pace allows.
    ByLimit,
}

pub(crate) enum Plan {
    /// A reader and a writer at each end.
    BothWays,
    /// The server has no reader, and what the client sends is for nobody.
    WriterAlone,
    /// As both ways, with the calls that never wait, and at each end a third thread that asks for everything.
    PolledAndAsked,
    /// As both ways, while the server asks the client for a certificate, and sends tickets, again and again.
    ClientAsked,
    /// As both ways, in halves that are put together to renegotiate, again and again.
    Renegotiated,
    /// As both ways, in sessions so short that their tickets, key updates and ends meet.
    ManySessions,
}

/// What came through.
#[derive(Default)]
pub(crate) struct Figures {
    sessions: u64,
    up: u64,
    down: u64,
    updates_up: u64,
    updates_down: u64,
}

/// Between two key updates of one writer: with the answers to the other's that makes 4 a second, and GnuTLS takes more
/// than 8 for an attack.
const PACE: Duration = Duration::from_millis(400);

/// Longer than anything takes that is not stuck.
const PATIENCE: Duration = Duration::from_secs(60);

/// Sizes; the first alone makes two records, so that a limit is met however slow the machine is.
const WRITES: [usize; 8] = [20_000, 1, 100_000, 3, 16_384, 700, 16_385, 2];
const READS: [usize; 5] = [20_000, 1, 300, 16_384, 7];

/// The names of the streams, for their contents.
pub(crate) const UP: u64 = 1;
pub(crate) const DOWN: u64 = 2;

impl Case {
    pub(crate) fn run(&self, duration: Duration) -> Figures {
        let figures = match self.wire {
            Wire::Tcp => self.run_over(tcp, duration),
            Wire::Memory(capacity) => self.run_over(|| memory::pair(capacity), duration),
        };
        let updates = figures.updates_up.min(figures.updates_down);
        assert_eq!(updates > 0, self.updates != Updates::None, "{figures}");
        figures
    }

    fn run_over<T: Wait + 'static>(&self, wire: impl Fn() -> (T, T), duration: Duration) -> Figures {
        let (client, server) = self.configurations();
        let pair = || {
            let (client, server) = common::connect(&client, &server, wire());
            for session in [&client, &server] {
                session.set_read_timeout(Some(PATIENCE));
                session.set_write_timeout(Some(PATIENCE));
            }
            (client, server)
        };
        let span = |length, server_first| Span::new(length, server_first, self.updates == Updates::ByHand);
        let whole = span(duration, matches!(self.wire, Wire::Memory(_)));
        match self.plan {
            Plan::BothWays => both_ways(pair(), &whole),
            Plan::WriterAlone => writer_alone(pair(), &whole),
            Plan::PolledAndAsked => polled_and_asked(pair(), &whole),
            Plan::ClientAsked => asked::client_asked(pair(), &whole),
            Plan::Renegotiated => renegotiated::renegotiated(pair(), &whole),
            Plan::ManySessions => {
                let mut sum = Figures::default();
                while sum.sessions == 0 || Instant::now() < whole.server_stops {
                    sum += both_ways(pair(), &span(Duration::from_millis(5), sum.sessions % 2 == 0));
                }
                sum
            }
        }
    }

    fn configurations(&self) -> (ClientConfig, ServerConfig) {
        match self.plan {
            Plan::ClientAsked => return asked::configurations(),
            Plan::Renegotiated => return renegotiated::configurations(),
            _ => {}
        }
        let priority = || Priority::new(self.priority).expect("a priority");
        let client = ClientConfig::builder().with_trust(std::slice::from_ref(&pki().ca)).expect("trust");
        let server = ServerConfig::builder().with_identity(pki().server.clone()).expect("an identity");
        let (mut client, mut server) = (client.priority(priority()), server.priority(priority()));
        if self.updates == Updates::ByLimit {
            (client, server) = (client.key_update_after(1), server.key_update_after(1));
        }
        (client.build().expect("a client"), server.build().expect("a server"))
    }
}

/// Until when each side writes.
pub(crate) struct Span {
    client_stops: Instant,
    pub(crate) server_stops: Instant,
    updates: bool,
}

impl Span {
    fn new(length: Duration, server_first: bool, updates: bool) -> Span {
        let (late, early) = (Instant::now() + length, Instant::now() + length.mul_f64(0.7));
        let (client_stops, server_stops) = if server_first { (late, early) } else { (early, late) };
        Span { client_stops, server_stops, updates }
    }
}

fn both_ways<T: Wait + 'static>((client, server): (Session<T>, Session<T>), span: &Span) -> Figures {
    let (client_in, client_out) = client.into_split();
    let (server_in, server_out) = server.into_split();
    let &Span { client_stops, server_stops, updates } = span;
    let up = thread::spawn(move || write(client_out, UP, || Instant::now() >= client_stops, updates));
    let down = thread::spawn(move || write(server_out, DOWN, || Instant::now() >= server_stops, updates));
    let at_client = thread::spawn(|| read(client_in, DOWN));
    let at_server = thread::spawn(|| read(server_in, UP));
    let (client_in, client_out) = (joined(at_client), joined(up));
    let (server_in, server_out) = (joined(at_server), joined(down));
    let client = client_in.unsplit(client_out).expect("one session");
    let server = server_in.unsplit(server_out).expect("one session");
    Figures::of_both(&client, &server)
}

fn writer_alone<T: Wait + 'static>((client, server): (Session<T>, Session<T>), span: &Span) -> Figures {
    let (client_in, client_out) = client.into_split();
    let (server_in, server_out) = server.into_split();
    let &Span { client_stops, updates, .. } = span;
    let over = Arc::new(AtomicBool::new(false));
    let server_stops = Arc::clone(&over);
    drop(server_in);
    let up = thread::spawn(move || write(client_out, UP, || Instant::now() >= client_stops, updates));
    let down = thread::spawn(move || write(server_out, DOWN, || server_stops.load(Ordering::Acquire), updates));
    let at_client = thread::spawn(|| read(client_in, DOWN));
    // What the client sends is taken in while the server writes, and not later.
    let client_out = joined(up);
    over.store(true, Ordering::Release);
    let client = joined(at_client).unsplit(client_out).expect("one session");
    drop(joined(down));
    Figures::of(&client)
}

fn polled_and_asked<T: Wait + 'static>((client, server): (Session<T>, Session<T>), span: &Span) -> Figures {
    let &Span { client_stops, server_stops, updates } = span;
    let over = Arc::new((Mutex::new(false), Condvar::new()));
    let ends = [(client, UP, DOWN, client_stops), (server, DOWN, UP, server_stops)];
    let [client, server] = ends.map(|(session, sends, receives, stops)| {
        let session = Arc::new(session);
        let (writer, reader, asker) = (Arc::clone(&session), Arc::clone(&session), Arc::clone(&session));
        let over = Arc::clone(&over);
        let threads = [
            thread::spawn(move || poll_write(&writer, sends, || Instant::now() >= stops, updates)),
            thread::spawn(move || poll_read(&reader, receives)),
            thread::spawn(move || ask(&asker, &over.0, &over.1)),
        ];
        (session, threads)
    });
    let ((client, [up, at_client, asking]), (server, [down, at_server, asking_too])) = (client, server);
    [up, at_client, down, at_server].into_iter().for_each(joined);
    *over.0.lock() = true;
    over.1.notify_all();
    [asking, asking_too].into_iter().for_each(joined);
    Figures::of_both(&client, &server)
}

pub(crate) fn joined<R>(thread: JoinHandle<R>) -> R {
    thread.join().expect("no panic")
}

pub(crate) fn write<T: Wait>(to: WriteHalf<T>, stream: u64, stop: impl Fn() -> bool, updates: bool) -> WriteHalf<T> {
    write_with(to, stream, stop, updates, |_| {})
}

/// The same, with `between` after each write.
pub(crate) fn write_with<T: Wait>(
    mut to: WriteHalf<T>,
    stream: u64,
    stop: impl Fn() -> bool,
    updates: bool,
    mut between: impl FnMut(&mut WriteHalf<T>),
) -> WriteHalf<T> {
    let mut buf = vec![0; 100_000];
    let (mut at, mut pace) = (0, Pace::new(updates));
    for (turn, size) in WRITES.into_iter().cycle().enumerate() {
        match turn % 16 {
            5 => to.cork().expect("corking"),
            11 => to.uncork().expect("uncorking"),
            _ => {}
        }
        let part = &mut buf[..size];
        fill(stream, at, part);
        to.write_all(part).expect("writing");
        at += part.len() as u64;
        if let Some(request) = pace.due() {
            to.update_keys(request).expect("a key update");
        }
        between(&mut to);
        if stop() {
            break;
        }
    }
    to.close().expect("closing");
    to
}

pub(crate) fn read<T: Wait>(mut from: ReadHalf<T>, stream: u64) -> ReadHalf<T> {
    let mut buf = vec![0; 20_000];
    let mut at = 0;
    for (turn, size) in READS.into_iter().cycle().enumerate() {
        if turn % 16 == 7 {
            let Some(packet) = from.read_packet().expect("reading") else { break };
            check(stream, at, &packet);
            at += packet.len() as u64;
        }
        let count = from.read(&mut buf[..size]).expect("reading");
        check(stream, at, &buf[..count]);
        at += count as u64;
        if count == 0 {
            break;
        }
    }
    from
}

fn poll_write<T: Wait>(session: &Session<T>, stream: u64, stop: impl Fn() -> bool, updates: bool) {
    let mut buf = vec![0; 100_000];
    let (mut at, mut pace) = (0, Pace::new(updates));
    for size in WRITES.into_iter().cycle() {
        // A send that took a part is followed by other bytes in the same place.
        let part = &mut buf[..size];
        fill(stream, at, part);
        at += until_done(session, Session::send_interest, || session.send(part)) as u64;
        if let Some(request) = pace.due() {
            until_done(session, Session::send_interest, || session.try_update_keys(request));
        }
        if stop() {
            break;
        }
    }
    while !session.try_close().expect("closing") {
        wait(session, session.send_interest());
    }
}

fn poll_read<T: Wait>(session: &Session<T>, stream: u64) {
    let mut buf = vec![0; 20_000];
    let mut at = 0;
    for size in READS.into_iter().cycle() {
        let count = until_done(session, Session::recv_interest, || session.recv(&mut buf[..size]));
        check(stream, at, &buf[..count]);
        at += count as u64;
        if count == 0 {
            break;
        }
    }
}

/// Asks a session that is in use for everything it tells, every millisecond until it is over.
fn ask<T: Wait>(session: &Session<T>, over: &Mutex<bool>, changed: &Condvar) {
    let mut over = over.lock();
    while !*over {
        MutexGuard::unlocked(&mut over, || {
            let _ = (session.counters(), session.pending(), session.interest(), session.max_record_size());
            let _ = (session.description(), session.server_name(), session.alpn(), format!("{session:?}"));
            session.peer_certificates().expect("certificates");
            session.session_data().expect("session data");
        });
        if !*over {
            changed.wait_for(&mut over, Duration::from_millis(1));
        }
    }
}

/// Calls until the answer is another than "not now".
fn until_done<T: Wait, R>(
    session: &Session<T>,
    interest: fn(&Session<T>) -> Interest,
    mut call: impl FnMut() -> Result<R, Error>,
) -> R {
    loop {
        match call() {
            Err(error) if error.would_block() => wait(session, interest(session)),
            other => return other.expect("a call that does not wait"),
        }
    }
}

fn wait<T: Wait>(session: &Session<T>, want: Interest) {
    if !want.ready_now() && want != Interest::NONE {
        let ready = session.get_ref().wait(want.readiness(), Some(PATIENCE)).expect("a wait");
        assert!(ready, "nothing moves any more: {want:?}");
    }
}

/// When one writer's next key update is due.
struct Pace {
    next: Option<Instant>,
    request: KeyUpdateRequest,
}

impl Pace {
    fn new(updates: bool) -> Pace {
        Pace { next: updates.then(Instant::now), request: KeyUpdateRequest::NotRequested }
    }

    fn due(&mut self) -> Option<KeyUpdateRequest> {
        let now = Instant::now();
        if self.next.is_none_or(|next| now < next) {
            return None;
        }
        self.next = Some(now + PACE);
        self.request = match self.request {
            KeyUpdateRequest::Requested => KeyUpdateRequest::NotRequested,
            KeyUpdateRequest::NotRequested => KeyUpdateRequest::Requested,
        };
        Some(self.request)
    }
}

fn tcp() -> (TcpStream, TcpStream) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let near = TcpStream::connect(listener.local_addr().expect("an address")).expect("connecting");
    (near, listener.accept().expect("accepting").0)
}

impl Figures {
    /// What the client saw.
    fn of<T: Wait>(client: &Session<T>) -> Figures {
        let counters = client.counters();
        Figures {
            sessions: 1,
            up: counters.bytes_sent,
            down: counters.bytes_received,
            updates_up: counters.key_updates_sent,
            updates_down: counters.key_updates_received,
        }
    }

    /// What both saw, if it is the same.
    pub(crate) fn of_both<T: Wait>(client: &Session<T>, server: &Session<T>) -> Figures {
        let (figures, there) = (Figures::of(client), server.counters());
        assert_eq!((figures.up, figures.down), (there.bytes_received, there.bytes_sent));
        assert_eq!((figures.updates_up, figures.updates_down), (there.key_updates_received, there.key_updates_sent));
        figures
    }
}

impl AddAssign for Figures {
    fn add_assign(&mut self, other: Figures) {
        self.sessions += other.sessions;
        self.up += other.up;
        self.down += other.down;
        self.updates_up += other.updates_up;
        self.updates_down += other.updates_down;
    }
}

impl fmt::Display for Figures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Figures { sessions, up, down, updates_up, updates_down } = self;
        write!(f, "{sessions:>4} sessions, up {up:>10} bytes {updates_up:>4} key updates, ")?;
        write!(f, "down {down:>10} bytes {updates_down:>4} key updates")
    }
}
