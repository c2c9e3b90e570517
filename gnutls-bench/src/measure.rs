//! Rounds of measurements, entrants in turn.

use std::any::Any;
use std::sync::{Arc, Barrier};
use std::thread;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};

use crate::case::Case;
use crate::options::Options;
use crate::stats::Summary;
use crate::{Result, machine};

/// One who can do what a case is about.
pub(crate) trait Entrant {
    /// Short, and the same in all cases.
    fn name(&self) -> &str;

    /// What it does, for those who judge whether that is fair.
    fn note(&self) -> &str;

    /// Does it for about `budget`.
    fn measure(&mut self, budget: Duration) -> Result<Sample>;
}

/// One measurement.
#[derive(Clone, Debug, Default)]
pub(crate) struct Sample {
    /// In the unit of the case.
    pub(crate) value: f64,
    /// More than one number can say, by name.
    pub(crate) more: Vec<(&'static str, f64)>,
}

/// A case that was run.
#[derive(Debug)]
pub(crate) struct Outcome {
    pub(crate) case: Case,
    pub(crate) entrants: Vec<Entry>,
}

/// What one entrant of a case did, round by round.
#[derive(Debug)]
pub(crate) struct Entry {
    pub(crate) name: String,
    pub(crate) note: String,
    pub(crate) samples: Vec<Sample>,
}

impl Entry {
    pub(crate) fn values(&self) -> Vec<f64> {
        self.samples.iter().map(|sample| sample.value).collect()
    }

    pub(crate) fn summary(&self) -> Option<Summary> {
        Summary::of(&self.values())
    }

    /// Of one of the further numbers.
    pub(crate) fn more(&self, name: &str) -> Option<Summary> {
        let of = |sample: &Sample| sample.more.iter().find(|(known, _)| *known == name).map(|(_, value)| *value);
        Summary::of(&self.samples.iter().filter_map(of).collect::<Vec<f64>>())
    }
}

/// Runs `cases`.
pub(crate) fn run(cases: Vec<Case>, options: &Options) -> Result<Vec<Outcome>> {
    let rounds = options.rounds();
    let style = ProgressStyle::with_template("{pos:>3}/{len} {wide_msg} {elapsed_precise}")?;
    let bar = ProgressBar::new(cases.len() as u64).with_style(style);
    let mut outcomes = Vec::new();
    for mut case in cases {
        bar.set_message(case.id.clone());
        if bar.is_hidden() {
            eprintln!("{}", case.id);
        }
        let rounds = case.rounds.map_or(rounds, |most| rounds.min(most));
        let mut entrants = (case.entrants.take().ok_or("a case runs once")?)()?;
        entrants.retain(|entrant| options.wants_entrant(entrant.name()));
        let mut samples: Vec<Vec<Sample>> = entrants.iter().map(|_| Vec::new()).collect();
        for round in 0..rounds as usize {
            // Each goes first in its turn: whoever follows the slowest must not always be the same.
            for turn in 0..entrants.len() {
                let index = (turn + round) % entrants.len();
                let entrant = &mut entrants[index];
                bar.set_message(format!("{}  {}  round {}", case.id, entrant.name(), round + 1));
                let sample = entrant.measure(options.budget().mul_f64(case.longer));
                samples[index].push(sample.map_err(|error| format!("{}, {}: {error}", case.id, entrant.name()))?);
            }
        }
        let described = entrants.iter().map(|entrant| (entrant.name().to_owned(), entrant.note().to_owned()));
        let entries = described.zip(samples).map(|((name, note), samples)| Entry { name, note, samples }).collect();
        outcomes.push(Outcome { case, entrants: entries });
        bar.inc(1);
    }
    bar.finish_and_clear();
    Ok(outcomes)
}

/// What one thread of a measurement does. It returns what is to be dropped only when all have finished: a connection that
/// is closed too early loses what is on its way.
pub(crate) type Job = Box<dyn FnOnce() -> Result<Kept> + Send>;

/// Anything.
pub(crate) type Kept = Box<dyn Any + Send>;

/// Runs each job on a thread of its own, all from the same moment on: the time until the last is done.
pub(crate) fn together(jobs: Vec<Job>, pinned: bool) -> Result<Duration> {
    let barrier = Arc::new(Barrier::new(jobs.len()));
    let threads: Vec<_> = (jobs.into_iter().enumerate())
        .map(|(index, job)| {
            let barrier = Arc::clone(&barrier);
            thread::spawn(move || -> Result<(Instant, Instant, Kept)> {
                if pinned {
                    machine::pin(index);
                }
                barrier.wait();
                let start = Instant::now();
                let kept = job()?;
                Ok((start, Instant::now(), kept))
            })
        })
        .collect();
    let times: Vec<_> = threads.into_iter().map(|thread| thread.join().expect("no panic")).collect::<Result<_>>()?;
    let start = times.iter().map(|(start, ..)| *start).min().ok_or("no job")?;
    let end = times.iter().map(|(_, end, _)| *end).max().ok_or("no job")?;
    Ok(end - start)
}

/// An entrant that moves a number of units each time, as many as fit into its time.
pub(crate) struct Throughput<P> {
    name: String,
    note: String,
    /// What a unit counts.
    worth: f64,
    /// How many there may be: what has to fit into memory.
    most: u64,
    pinned: bool,
    /// 0 until it is known how many fit into the time.
    units: u64,
    prepare: P,
}

impl<P: FnMut(u64) -> Result<Vec<Job>>> Throughput<P> {
    pub(crate) fn new(name: &str, note: &str, worth: f64, most: u64, prepare: P) -> Throughput<P> {
        Throughput { name: name.into(), note: note.into(), worth, most, pinned: true, units: 0, prepare }
    }

    /// The threads are the scheduler's to place.
    pub(crate) fn unpinned(mut self) -> Self {
        self.pinned = false;
        self
    }

    /// How many it moves each time, once it has measured.
    pub(crate) fn units(&self) -> u64 {
        self.units
    }

    fn time(&mut self, units: u64) -> Result<Duration> {
        together((self.prepare)(units)?, self.pinned)
    }

    #[allow(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::cast_precision_loss,
        reason = "a count that a float holds well enough"
    )]
    fn calibrate(&mut self, budget: Duration) -> Result<()> {
        let mut units = 16.min(self.most);
        loop {
            let time = self.time(units)?;
            let factor = budget.as_secs_f64() / time.as_secs_f64().max(1e-6);
            let wanted = ((units as f64 * factor) as u64).clamp(1, self.most);
            if factor < 4.0 || units == self.most {
                self.units = wanted;
                return Ok(());
            }
            // Not all the way: short runs are dominated by what comes before the first unit.
            units = wanted.min(units * 16);
        }
    }
}

impl<P: FnMut(u64) -> Result<Vec<Job>>> Entrant for Throughput<P> {
    fn name(&self) -> &str {
        &self.name
    }

    fn note(&self) -> &str {
        &self.note
    }

    #[allow(clippy::cast_precision_loss, reason = "a rate")]
    fn measure(&mut self, budget: Duration) -> Result<Sample> {
        if self.units == 0 {
            self.calibrate(budget)?;
        }
        let time = self.time(self.units)?;
        Ok(Sample { value: self.units as f64 * self.worth / time.as_secs_f64(), more: Vec::new() })
    }
}
