//! The tables on the terminal.

use super::ratios::{self, Bar, Measured};
use crate::case::Unit;
use crate::machine;
use crate::measure::Outcome;

/// Everything that was measured, and then the figures that have a bar.
pub(crate) fn print(outcomes: &[Outcome]) {
    println!("GnuTLS {}, {}", gnutls::version(), machine::description());
    for outcome in outcomes {
        println!("\n{}: {}", outcome.case.id, outcome.case.title);
        for entry in &outcome.entrants {
            let Some(summary) = entry.summary() else { continue };
            let unit = outcome.case.unit;
            let (low, high) = (amount(unit, summary.min), amount(unit, summary.max));
            let p99 = entry.more("p99").map(|p99| format!("  p99 {}", amount(unit, p99.median))).unwrap_or_default();
            println!("  {:<18} {:>14}   ({low} to {high}){p99}", entry.name, amount(unit, summary.median));
        }
    }
    let measured = ratios::of(outcomes);
    if !measured.is_empty() {
        println!("\n{:<24} {:>9}  {:<21} {:<10} {:<8} against", "ratio", "median", "quartiles", "bar", "met");
    }
    for ratio in measured {
        let (low, high) = ratio.summary.quartiles;
        let met = match ratio.is_met() {
            Some(true) => "yes",
            Some(false) => "NO",
            None => "-",
        };
        let (median, low, high) = (figure(&ratio, ratio.summary.median), figure(&ratio, low), figure(&ratio, high));
        let (key, bar) = (ratio.ratio.key, bar(ratio.ratio.bar));
        println!("{key:<24} {median:>9}  {:<21} {bar:<10} {met:<8} {}", format!("{low} to {high}"), ratio.against);
    }
}

/// A value with its unit.
pub(crate) fn amount(unit: Unit, value: f64) -> String {
    match unit {
        Unit::BytesPerSecond if value < 10e6 => format!("{:.2} MB/s", value / 1e6),
        Unit::BytesPerSecond => format!("{:.0} MB/s", value / 1e6),
        Unit::HandshakesPerSecond | Unit::MessagesPerSecond => format!("{value:.0} /s"),
        Unit::Nanoseconds => format!("{:.2} us", value / 1e3),
        Unit::Bytes => format!("{value:.0} B"),
    }
}

pub(crate) fn figure(ratio: &Measured, value: f64) -> String {
    if matches!(ratio.ratio.bar, Bar::AtMost(_)) { format!("{value:.0}") } else { format!("{value:.3}") }
}

pub(crate) fn bar(bar: Bar) -> String {
    match bar {
        Bar::AtLeast(bar) => format!(">= {bar:.2}"),
        Bar::AtMost(bar) => format!("<= {bar:.0}"),
        Bar::None => "reported".to_owned(),
    }
}
