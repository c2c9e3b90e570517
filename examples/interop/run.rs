//! Runs cells, some at a time, each within a deadline, and shows how far it is.

use std::collections::VecDeque;
use std::io::IsTerminal;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, mpsc};
use std::thread;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

use crate::cells::Cell;
use crate::outcome::{Done, Kind, Known, Outcome, Verdict, reason};

/// How long a cell may take: far longer than any does, even on a busy machine.
const DEADLINE: Duration = Duration::from_secs(600);

/// What runs a cell: its outcome, and the peer's command line.
pub(crate) type Runner = Arc<dyn Fn(&Cell) -> (Outcome, String) + Send + Sync>;

/// Runs `cells`, `jobs` of them at a time. They come back in their order.
pub(crate) fn all(cells: &[Cell], jobs: usize, known: &[Known], against: bool, runner: &Runner) -> Vec<Done> {
    let bar = progress(cells.len());
    let queue: Mutex<VecDeque<(usize, Cell)>> = Mutex::new(cells.iter().copied().enumerate().collect());
    let done = Mutex::new(Vec::with_capacity(cells.len()));
    thread::scope(|scope| {
        for _ in 0..jobs {
            scope.spawn(|| {
                loop {
                    let next = queue.lock().expect("no panic under the lock").pop_front();
                    let Some((place, cell)) = next else { return };
                    let one = one(cell, known, against, runner);
                    step(&bar, &one, cells.len());
                    done.lock().expect("no panic under the lock").push((place, one));
                }
            });
        }
    });
    bar.finish_and_clear();
    let mut done = done.into_inner().expect("no panic under the lock");
    done.sort_by_key(|(place, _)| *place);
    done.into_iter().map(|(_, one)| one).collect()
}

fn one(cell: Cell, known: &[Known], against: bool, runner: &Runner) -> Done {
    let expected = reason(known, &cell).map(|number| (number, known[number].kind));
    let (outcome, command) = match expected {
        Some((_, Kind::Tool | Kind::Later)) => (Outcome::NotTried, String::new()),
        _ => within_deadline(cell, runner),
    };
    let verdict = outcome.verdict(expected, against);
    Done { cell, outcome, verdict, command }
}

/// Runs a cell in a thread of its own. One that does not come to an end is left behind.
fn within_deadline(cell: Cell, runner: &Runner) -> (Outcome, String) {
    let (sender, receiver) = mpsc::channel();
    let runner = Arc::clone(runner);
    let spawned = thread::Builder::new().name(cell.to_string()).spawn(move || {
        let ran = catch_unwind(AssertUnwindSafe(|| runner(&cell)));
        // After the deadline nobody listens.
        let _ = sender.send(ran.unwrap_or_else(|panic| (Outcome::Broken(said(&*panic)), String::new())));
    });
    match spawned {
        Err(error) => (Outcome::Broken(format!("no thread for it: {error}")), String::new()),
        Ok(_) => receiver.recv_timeout(DEADLINE).unwrap_or_else(|_| {
            (Outcome::Broken(format!("it has not come to an end in {} s", DEADLINE.as_secs())), String::new())
        }),
    }
}

/// The message of a panic.
fn said(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic.downcast_ref::<String>().map(String::as_str).or_else(|| panic.downcast_ref::<&str>().copied());
    text.unwrap_or("a panic").to_owned()
}

fn progress(cells: usize) -> ProgressBar {
    if !std::io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let style =
        ProgressStyle::with_template("{pos:>4} of {len} [{bar:40}] {elapsed} {msg}").expect("a correct template");
    ProgressBar::new(cells as u64).with_style(style)
}

fn step(bar: &ProgressBar, done: &Done, cells: usize) {
    /// Elsewhere than on a terminal: a line for so many cells.
    const LINE: u64 = 50;
    bar.set_message(done.cell.to_string());
    bar.inc(1);
    let position = bar.position();
    if bar.is_hidden() && position % LINE == 0 {
        eprintln!("{position:>4} of {cells}");
    }
    if matches!(done.verdict, Verdict::Broken | Verdict::Unexplained(_)) {
        bar.suspend(|| eprintln!("{}: {}", done.cell, done.outcome));
    }
}
