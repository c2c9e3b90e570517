//! What a person sees while it runs.

use std::io::IsTerminal;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use indicatif::{HumanBytes, MultiProgress, ProgressBar, ProgressStyle};

use crate::stream::Progress;

/// Shows `directions` until `done`: bars on a terminal, a line a second elsewhere.
pub(crate) fn show(directions: &[(&str, &Progress)], length: Duration, done: &AtomicBool) {
    let start = Instant::now();
    if std::io::stderr().is_terminal() {
        bars(directions, length, start, done);
    } else {
        lines(directions, start, done);
    }
}

fn bars(directions: &[(&str, &Progress)], length: Duration, start: Instant, done: &AtomicBool) {
    let style = ProgressStyle::with_template("{prefix:>18} [{bar:30}] {msg}").expect("a correct template");
    let all = MultiProgress::new();
    let millis = u64::try_from(length.as_millis()).unwrap_or(u64::MAX);
    let bars: Vec<ProgressBar> = directions
        .iter()
        .map(|(name, _)| {
            let bar = all.add(ProgressBar::new(millis)).with_style(style.clone());
            bar.set_prefix((*name).to_owned());
            bar
        })
        .collect();
    while !done.load(Ordering::Relaxed) {
        thread::park_timeout(Duration::from_millis(100));
        let elapsed = start.elapsed();
        for (bar, (_, progress)) in bars.iter().zip(directions) {
            bar.set_position(u64::try_from(elapsed.as_millis()).unwrap_or(u64::MAX).min(millis));
            bar.set_message(state(progress, elapsed));
        }
    }
    bars.iter().for_each(ProgressBar::finish);
}

fn lines(directions: &[(&str, &Progress)], start: Instant, done: &AtomicBool) {
    let mut next = Duration::from_secs(1);
    while !done.load(Ordering::Relaxed) {
        thread::park_timeout(Duration::from_millis(100));
        if start.elapsed() >= next {
            next += Duration::from_secs(1);
            for (name, progress) in directions {
                eprintln!("{:>3} s  {name:>18}  {}", start.elapsed().as_secs(), state(progress, start.elapsed()));
            }
        }
    }
}

fn state(progress: &Progress, elapsed: Duration) -> String {
    let received = progress.received.load(Ordering::Relaxed);
    format!("{} checked, {:.0} MB/s", HumanBytes(received), megabytes_per_second(received, elapsed))
}

/// Millions of bytes a second.
#[allow(clippy::cast_precision_loss, reason = "a rate for people")]
pub(crate) fn megabytes_per_second(bytes: u64, time: Duration) -> f64 {
    bytes as f64 / 1e6 / time.as_secs_f64().max(1e-9)
}
