//! One connection over TCP on loopback.

use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, mpsc};
use std::time::{Duration, Instant};

use super::{Case, Entrants, Unit, sizes};
use crate::contender::c::{C, Mode};
use crate::contender::ours::Ours;
use crate::contender::tasks::OursTokio;
use crate::contender::{FILLER, Halves, Reader, Stack, Writer, intact, peers};
use crate::material::{Key, Setup, Suite};
use crate::measure::{Entrant, Job, Kept, Sample, Throughput, together};
use crate::options::Options;
use crate::{Result, stats};

pub(super) fn cases(options: &Options) -> Vec<Case> {
    let mut cases = Vec::new();
    for suite in Suite::ALL {
        // The sizes tell the same story with each suite.
        let all = [16 * 1024];
        for size in if suite == Suite::Aes128Gcm { sizes(options) } else { &all } {
            let (size, slug) = (*size, suite.slug());
            let one = Case::new(
                format!("tcp/oneway/{slug}/{size}"),
                format!("one way, {size}-byte writes and reads, {}", suite.name()),
                Unit::BytesPerSecond,
                move || oneway(suite, size),
            );
            let two = Case::new(
                format!("tcp/both/{slug}/{size}"),
                format!("both ways at once, {size}-byte writes and reads, {}", suite.name()),
                Unit::BytesPerSecond,
                move || both(suite, size),
            );
            // Those that have no bar are for the plot.
            let rounds = if suite == Suite::Aes128Gcm && [64, 16 * 1024].contains(&size) { None } else { Some(5) };
            cases.extend([one, two].map(|case| Case { rounds, ..case }));
        }
    }
    for connections in if options.quick { &[1, 4][..] } else { &[1, 2, 4, 8] } {
        let mut case = Case::new(
            format!("tcp/threads/aes128gcm/{connections}"),
            format!("one way on each of {connections} connections, two threads for each, 16384-byte writes"),
            Unit::BytesPerSecond,
            move || threads(*connections),
        );
        case.rounds = Some(5);
        cases.push(case);
    }
    cases.push(Case::new(
        "tcp/latency/64",
        "ping-pong of 64 bytes, median of the round trips",
        Unit::Nanoseconds,
        || ping_pong(64),
    ));
    cases
}

/// Whoever takes part when only one thread works at each end.
fn for_one_way() -> Vec<Arc<dyn Stack>> {
    vec![Arc::new(Ours), Arc::new(C(Mode::Blocking)), Arc::new(C(Mode::Polling))]
}

/// Whoever takes part when two threads work at each end.
fn for_both_ways() -> Vec<Arc<dyn Stack>> {
    let mut all: Vec<Arc<dyn Stack>> =
        vec![Arc::new(Ours), Arc::new(OursTokio), Arc::new(C(Mode::Blocking)), Arc::new(C(Mode::Locked))];
    all.extend(peers());
    all
}

/// A connected pair of sockets: TCP, as the kernel makes it. With TCP_NODELAY small writes measure how often the kernel
/// sends a segment, which depends on how slowly the other side reads.
fn sockets() -> Result<(TcpStream, TcpStream)> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let near = TcpStream::connect(listener.local_addr()?)?;
    let (far, _) = listener.accept()?;
    Ok((near, far))
}

/// A connection that has shown that it carries bytes both ways as they are.
pub(super) fn connect(stack: &dyn Stack, setup: &Setup) -> Result<(Halves, Halves)> {
    let (client, server) = sockets()?;
    let (mut client, mut server) = stack.connect(setup, client, server)?;
    // Not larger than what fits into the buffers of the sockets: one thread writes and then reads.
    let sent: Vec<u8> = (0..20_000_u32).map(|i| i.wrapping_mul(2_654_435_761).to_be_bytes()[0]).collect();
    let mut got = vec![0; sent.len()];
    for (from, to) in [(&mut client.writer, &mut server.reader), (&mut server.writer, &mut client.reader)] {
        from.write(&sent, 1)?;
        to.fill(&mut got)?;
        if got != sent {
            return Err("other bytes arrived than were sent".into());
        }
    }
    Ok((client, server))
}

fn sends(mut writer: Box<dyn Writer>, size: usize, times: u64) -> Job {
    Box::new(move || {
        writer.write(&vec![FILLER; size], times)?;
        Ok(Box::new(writer))
    })
}

fn receives(mut reader: Box<dyn Reader>, size: usize, times: u64) -> Job {
    Box::new(move || {
        let mut buf = vec![0; size];
        reader.drain(&mut buf, size as u64 * times)?;
        if intact(&buf) { Ok(Box::new(reader)) } else { Err("wrong bytes arrived".into()) }
    })
}

/// Keeps what else belongs to a connection until all have finished.
fn keeping(job: Job, other: impl Send + 'static) -> Job {
    Box::new(move || Ok(Box::new((job()?, other)) as Kept))
}

fn oneway(suite: Suite, size: usize) -> Result<Entrants> {
    moving(suite, size, for_one_way(), 1, move |client, server, times| {
        let sends = keeping(sends(client.writer, size, times), client.reader);
        let receives = keeping(receives(server.reader, size, times), server.writer);
        vec![sends, receives]
    })
}

/// Four threads: on two cores the scheduler knows best which of them has something to do.
fn both(suite: Suite, size: usize) -> Result<Entrants> {
    moving(suite, size, for_both_ways(), 2, move |client, server, times| {
        vec![
            sends(client.writer, size, times),
            receives(server.reader, size, times),
            sends(server.writer, size, times),
            receives(client.reader, size, times),
        ]
    })
}

/// More threads than cores, up to many more.
fn threads(connections: usize) -> Result<Entrants> {
    let (setup, size) = (Setup::new(Suite::Aes128Gcm, Key::Ecdsa)?, 16 * 1024);
    let entrant = |stack: Arc<dyn Stack>| {
        let (setup, name, note) = (setup.clone(), stack.name(), stack.note());
        let prepare = move |times| -> Result<Vec<Job>> {
            let mut jobs = Vec::new();
            for _ in 0..connections {
                let (client, server) = connect(&*stack, &setup)?;
                jobs.push(keeping(sends(client.writer, size, times), client.reader));
                jobs.push(keeping(receives(server.reader, size, times), server.writer));
            }
            Ok(jobs)
        };
        Box::new(Throughput::new(name, note, bytes(size * connections), u64::MAX, prepare).unpinned()) as _
    };
    Ok(for_one_way().into_iter().map(entrant).collect())
}

fn moving(
    suite: Suite,
    size: usize,
    stacks: Vec<Arc<dyn Stack>>,
    ways: u32,
    jobs: impl Fn(Halves, Halves, u64) -> Vec<Job> + Clone + 'static,
) -> Result<Entrants> {
    let setup = Setup::new(suite, Key::Ecdsa)?;
    let entrant = |stack: Arc<dyn Stack>| {
        let (setup, jobs, name, note) = (setup.clone(), jobs.clone(), stack.name(), stack.note());
        let prepare = move |times| -> Result<Vec<Job>> {
            let (client, server) = connect(&*stack, &setup)?;
            Ok(jobs(client, server, times))
        };
        let entrant = Throughput::new(name, note, bytes(size) * f64::from(ways), u64::MAX, prepare);
        Box::new(if ways == 1 { entrant } else { entrant.unpinned() }) as Box<dyn Entrant>
    };
    Ok(stacks.into_iter().filter(|stack| stack.speaks(suite)).map(entrant).collect())
}

fn ping_pong(size: usize) -> Result<Entrants> {
    let setup = Setup::new(Suite::Aes128Gcm, Key::Ecdsa)?;
    let stacks = for_one_way();
    Ok(stacks.into_iter().map(|stack| Box::new(PingPong { stack, setup: setup.clone(), size }) as _).collect())
}

/// A message there and a message back, over and over.
struct PingPong {
    stack: Arc<dyn Stack>,
    setup: Setup,
    size: usize,
}

impl Entrant for PingPong {
    fn name(&self) -> &str {
        self.stack.name()
    }

    fn note(&self) -> &str {
        self.stack.note()
    }

    fn measure(&mut self, budget: Duration) -> Result<Sample> {
        let (mut client, mut server) = connect(&*self.stack, &self.setup)?;
        let size = self.size;
        let echo: Job = Box::new(move || {
            let mut buf = vec![0; size];
            loop {
                server.reader.fill(&mut buf)?;
                server.writer.write(&buf, 1)?;
                // The last message is another one than all before.
                if buf[0] == LAST {
                    return Ok(Box::new(server));
                }
            }
        });
        let (sender, times) = mpsc::channel();
        let ask: Job = Box::new(move || {
            let mut buf = vec![0; size];
            let mut times = Vec::with_capacity(1 << 16);
            let end = Instant::now() + budget;
            let mut message = vec![1; size];
            loop {
                let start = Instant::now();
                client.writer.write(&message, 1)?;
                client.reader.fill(&mut buf)?;
                let now = Instant::now();
                times.push((now - start).as_secs_f64() * 1e9);
                if message[0] == LAST {
                    sender.send(times)?;
                    return Ok(Box::new(client));
                }
                if now >= end {
                    message[0] = LAST;
                }
            }
        });
        together(vec![ask, echo], true)?;
        let mut times = times.recv()?;
        times.sort_by(f64::total_cmp);
        let at = |share| stats::at(&times, share).ok_or("no round trip");
        Ok(Sample { value: at(0.5)?, more: vec![("p90", at(0.9)?), ("p99", at(0.99)?), ("p99.9", at(0.999)?)] })
    }
}

/// The first byte of the message that ends the ping-pong.
const LAST: u8 = 0xFF;

#[allow(clippy::cast_precision_loss, reason = "a size that a float holds")]
fn bytes(size: usize) -> f64 {
    size as f64
}
