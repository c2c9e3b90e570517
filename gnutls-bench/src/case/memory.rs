//! Without a socket: what the sessions themselves cost.

use std::sync::Arc;
use std::time::Duration;

use gnutls::transport::memory;

use super::{Case, Entrants, Unit};
use crate::Result;
use crate::contender::{Duplex, Span, aead, c_memory, ours_memory, tape};
use crate::material::{Key, Setup, Suite};
use crate::measure::{Entrant, Job, Sample, Throughput};
use crate::options::Options;

/// The size of what is written at once: a full record.
const SIZE: usize = 16 * 1024;

pub(super) fn cases(options: &Options) -> Vec<Case> {
    let mut cases = Vec::new();
    // What is encrypted beforehand has to fit into memory.
    let most: u64 = if options.quick { 2_000 } else { 10_000 };
    for suite in Suite::ALL {
        let (slug, name) = (suite.slug(), suite.name());
        cases.push(Case::new(
            format!("memory/both/{slug}/{SIZE}"),
            format!("two threads, one encrypts as long as the other decrypts, {SIZE} bytes each time, {name}"),
            Unit::BytesPerSecond,
            move || both(suite, most),
        ));
        cases.push(Case::new(
            format!("memory/oneway/{slug}/{SIZE}"),
            format!("one thread encrypts and decrypts in turn, {SIZE} bytes each time, {name}"),
            Unit::BytesPerSecond,
            move || oneway(suite),
        ));
        cases.push(Case::new(
            format!("memory/pipeline/{slug}/{SIZE}"),
            format!("one thread encrypts what another decrypts, {SIZE} bytes each time, {name}"),
            Unit::BytesPerSecond,
            move || pipeline(suite),
        ));
    }
    cases
}

fn entrant(name: &str, note: &str, prepare: impl FnMut(u64) -> Result<Vec<Job>> + 'static) -> Box<dyn Entrant> {
    Box::new(throughput(name, note, u64::MAX, prepare))
}

fn throughput<P: FnMut(u64) -> Result<Vec<Job>>>(name: &str, note: &str, most: u64, prepare: P) -> Throughput<P> {
    #[allow(clippy::cast_precision_loss, reason = "a small size")]
    let worth = SIZE as f64;
    Throughput::new(name, note, worth, most, prepare)
}

/// One thread decrypts a tape, another encrypts until that has ended: what both did counts.
struct Both<P> {
    decrypts: Throughput<P>,
    span: Arc<Span>,
}

impl<P: FnMut(u64) -> Result<Vec<Job>>> Entrant for Both<P> {
    fn name(&self) -> &str {
        self.decrypts.name()
    }

    fn note(&self) -> &str {
        self.decrypts.note()
    }

    #[allow(clippy::cast_precision_loss, reason = "a rate")]
    fn measure(&mut self, budget: Duration) -> Result<Sample> {
        let sample = self.decrypts.measure(budget)?;
        let (down, up) = (self.decrypts.units() as f64, self.span.records() as f64);
        Ok(Sample { value: sample.value * (down + up) / down, ..sample })
    }
}

fn both(suite: Suite, most: u64) -> Result<Entrants> {
    let setup = Setup::new(suite, Key::Ecdsa)?;
    let sharing = |name, note, mut how: Box<dyn Duplex>| {
        let (setup, span) = (setup.clone(), Arc::new(Span::default()));
        let within = Arc::clone(&span);
        let decrypts = throughput(name, note, most, move |times| {
            within.begin();
            how.prepare(&setup, SIZE, times, &within)
        });
        Box::new(Both { decrypts, span }) as Box<dyn Entrant>
    };
    use c_memory::Sharing as C;
    use ours_memory::Sharing as Ours;
    Ok(vec![
        sharing("ours", "the halves of one session, Read and Write", Box::new(Ours::Halves)),
        sharing("ours-mutex", "one session of ours in a std::sync::Mutex", Box::new(Ours::Mutex)),
        sharing("c-mutex", "one session in C, a pthread mutex around every call", Box::new(C::Mutex)),
        sharing("ours-two", "two sessions of ours, a thread for each", Box::new(Ours::TwoSessions)),
        sharing("c-two", "two sessions in C, a thread for each", Box::new(C::TwoSessions)),
    ])
}

fn oneway(suite: Suite) -> Result<Entrants> {
    let setup = Setup::new(suite, Key::Ecdsa)?;
    let (pair, flat, c) = (setup.clone(), setup.clone(), setup);
    Ok(vec![
        entrant("ours", "Read and Write over transport::memory::pair", move |times| {
            ours_memory::alternating(&pair, memory::pair(256 * 1024), SIZE, times)
        }),
        entrant("ours-flat", "the same over a plain buffer, as the one in C", move |times| {
            ours_memory::alternating(&flat, tape::pair(0), SIZE, times)
        }),
        entrant("c", "C, push and pull functions over a plain buffer", move |times| {
            c_memory::alternating(&c, SIZE, times)
        }),
        entrant("aead", "gnutls_aead_cipher_encrypt and _decrypt, no records", move |times| {
            Ok(aead::alternating(suite, SIZE, times))
        }),
    ])
}

fn pipeline(suite: Suite) -> Result<Entrants> {
    let setup = Setup::new(suite, Key::Ecdsa)?;
    Ok(vec![
        entrant("ours", "Read and Write over transport::memory::pair", move |times| {
            ours_memory::pipeline(&setup, SIZE, times)
        }),
        entrant("aead", "one thread encrypts, the other decrypts the same again and again", move |times| {
            Ok(aead::parallel(suite, SIZE, times))
        }),
    ])
}
