//! Many connections in two threads: one asks on all of them in turn, the other answers whoever asks, both by poll(2).

use std::os::unix::net::UnixStream;
use std::time::{Duration, Instant};

use nix::poll::{PollFd, PollFlags, PollTimeout, poll};

use super::{Case, Entrants, Unit};
use crate::contender::c_memory::CShaker;
use crate::contender::ours::OurShaker;
use crate::contender::{Holder, Polled};
use crate::material::{Key, Setup, Suite};
use crate::measure::{Entrant, Job, Sample, together};
use crate::options::Options;
use crate::{Result, machine};

/// The bytes of a message and of its answer.
const SIZE: usize = 1024;

/// The first byte of the message that ends it, and of all others.
const LAST: u8 = 0xFF;
const NEXT: u8 = 1;

pub(super) fn cases(options: &Options) -> Vec<Case> {
    let counts: &[u64] = if options.quick { &[1, 100] } else { &[1, 10, 100, 1000, 10_000] };
    // Two descriptors each, and some for everything else.
    let most = (machine::raise_file_limit() - 100) / 2;
    let case = |wanted: &u64| {
        let count = (*wanted).min(most);
        let title = format!("{count} connections, a message of {SIZE} bytes and its answer on each in turn");
        let mut case =
            Case::new(format!("connections/{count}"), title, Unit::MessagesPerSecond, move || entrants(count));
        // Thousands of handshakes for each measurement.
        case.rounds = Some(if count > 100 { 3 } else { 5 });
        case
    };
    counts.iter().map(case).collect()
}

fn entrants(count: u64) -> Result<Entrants> {
    let setup = Setup::new(Suite::Aes128Gcm, Key::Ecdsa)?;
    let ours = OurShaker::new(&setup, false)?;
    let c = CShaker::new(&setup, false)?;
    Ok(vec![
        Box::new(Crowd { name: "ours", note: "Session::send and recv, UnixStream", count, holder: Box::new(ours) }),
        Box::new(Crowd { name: "c", note: "gnutls_record_send and _recv, same sockets", count, holder: Box::new(c) }),
    ])
}

struct Crowd {
    name: &'static str,
    note: &'static str,
    count: u64,
    holder: Box<dyn Holder>,
}

impl Entrant for Crowd {
    fn name(&self) -> &str {
        self.name
    }

    fn note(&self) -> &str {
        self.note
    }

    #[allow(clippy::cast_precision_loss, reason = "a rate")]
    fn measure(&mut self, budget: Duration) -> Result<Sample> {
        let (mut askers, mut answerers) = (Vec::new(), Vec::new());
        for _ in 0..self.count {
            let (near, far) = UnixStream::pair()?;
            let (asker, answerer) = self.holder.polled(near, far)?;
            askers.push(asker);
            answerers.push(answerer);
        }
        let (report, rounds) = std::sync::mpsc::channel();
        let asks: Job = Box::new(move || {
            report.send(ask(&mut askers, budget)?)?;
            Ok(Box::new(askers))
        });
        let answers: Job = Box::new(move || {
            answer(&mut answerers)?;
            Ok(Box::new(answerers))
        });
        let time = together(vec![asks, answers], true)?;
        Ok(Sample { value: rounds.recv()? as f64 * self.count as f64 / time.as_secs_f64(), more: Vec::new() })
    }
}

/// What poll(2) is told of `all`.
fn descriptors(all: &[Box<dyn Polled>]) -> Vec<PollFd<'_>> {
    all.iter().map(|session| PollFd::new(session.as_fd(), PollFlags::POLLIN)).collect()
}

/// Receives what is there of a message into `buf`, of which `filled` bytes are there already.
fn receive(session: &mut dyn Polled, buf: &mut [u8; SIZE], filled: &mut usize) -> Result<bool> {
    while *filled < SIZE {
        match session.recv(&mut buf[*filled..])? {
            0 => return Ok(false),
            got => *filled += got,
        }
    }
    *filled = 0;
    Ok(true)
}

fn send(session: &mut dyn Polled, message: &[u8]) -> Result<()> {
    // A message is far smaller than the buffer of its socket, and there is only one at a time.
    if session.send(message)? == message.len() { Ok(()) } else { Err("a message did not fit".into()) }
}

/// The number of rounds, each a message on each connection.
fn ask(all: &mut [Box<dyn Polled>], budget: Duration) -> Result<u64> {
    let (mut message, mut buf) = ([NEXT; SIZE], [0; SIZE]);
    let mut filled = vec![0; all.len()];
    let end = Instant::now() + budget;
    for round in 1.. {
        if Instant::now() >= end {
            message[0] = LAST;
        }
        for session in all.iter_mut() {
            send(&mut **session, &message)?;
        }
        let mut missing = all.len();
        while missing > 0 {
            for index in ready(all)? {
                if receive(&mut *all[index], &mut buf, &mut filled[index])? {
                    missing -= 1;
                }
            }
        }
        if buf != message {
            return Err("another answer came than was asked for".into());
        }
        if message[0] == LAST {
            return Ok(round);
        }
    }
    unreachable!("the time ends before the numbers")
}

/// Answers until every connection has had its last message.
fn answer(all: &mut [Box<dyn Polled>]) -> Result<()> {
    let mut filled = vec![0; all.len()];
    // A buffer for each: a message can come in parts.
    let mut bufs = vec![[0; SIZE]; all.len()];
    let mut open = all.len();
    while open > 0 {
        for index in ready(all)? {
            if receive(&mut *all[index], &mut bufs[index], &mut filled[index])? {
                send(&mut *all[index], &bufs[index])?;
                if bufs[index][0] == LAST {
                    open -= 1;
                }
            }
        }
    }
    Ok(())
}

/// Those that have something to read. It is what both libraries ask of an event loop: a look at what the session has
/// already, then poll(2).
fn ready(all: &[Box<dyn Polled>]) -> Result<Vec<usize>> {
    let mut ready: Vec<usize> = (0..all.len()).filter(|index| all[*index].is_ready()).collect();
    let mut fds = descriptors(all);
    poll(&mut fds, if ready.is_empty() { PollTimeout::NONE } else { PollTimeout::ZERO })?;
    let readable = |fd: &PollFd<'_>| fd.revents().is_some_and(|events| !events.is_empty());
    ready.extend(fds.iter().enumerate().filter(|(_, fd)| readable(fd)).map(|(index, _)| index));
    Ok(ready)
}
