//! `performance.md`, for people.

use std::fmt::Write;
use std::fs;
use std::path::Path;

use super::plots::{self, Plot};
use super::{ratios, table};
use crate::measure::Outcome;
use crate::options::Options;
use crate::{Result, machine};

/// Writes `performance.md` into `folder`, and its plots into `performance/` beside it.
pub(crate) fn write(folder: &Path, outcomes: &[Outcome], options: &Options) -> Result<()> {
    let plots = folder.join("performance");
    fs::create_dir_all(&plots).map_err(|error| format!("making {}: {error}", plots.display()))?;
    let plots = plots::write(&plots, outcomes)?;
    let file = folder.join("performance.md");
    let text = text(outcomes, &plots, options)?;
    Ok(fs::write(&file, text).map_err(|error| format!("writing {}: {error}", file.display()))?)
}

fn text(outcomes: &[Outcome], plots: &[Plot], options: &Options) -> Result<String> {
    let mut out = String::new();
    writeln!(out, "# How fast it is\n")?;
    writeln!(out, "Everything here comes from one run of one command, which writes this page anew:\n")?;
    writeln!(out, "```sh\ncargo run --release -p gnutls-bench -- --report docs\n```\n")?;
    if options.quick || !options.cases.is_empty() || !options.entrants.is_empty() {
        writeln!(out, "**This run was a quick or a partial one: it shows that the cases work, not how fast.**\n")?;
    }
    writeln!(out, "Measured on {}, with:\n", machine::description())?;
    for version in machine::versions() {
        writeln!(out, "* {version}")?;
    }
    writeln!(
        out,
        "\nThe entrants of a case take turns, round after round ({} rounds, fewer where no bar hangs on it), about {} ms \
         each time. A figure is a median; a ratio is the median of the ratios within the rounds, and its spread is that \
         of the middle half of the rounds.\n",
        options.rounds(),
        options.budget().as_millis()
    )?;
    bars(&mut out, outcomes)?;
    out.push_str(
        "\n[Where the time goes](where-the-time-goes.md) says why some bars are not met, and what was tried.\n\n",
    );
    for plot in plots {
        writeln!(out, "## {}\n\n![{}](performance/{})\n", plot.title, plot.title, plot.file)?;
    }
    out.push_str(FAIRNESS);
    cases(&mut out, outcomes)?;
    Ok(out)
}

fn bars(out: &mut String, outcomes: &[Outcome]) -> Result<()> {
    let measured = ratios::of(outcomes);
    if measured.is_empty() {
        return Ok(());
    }
    writeln!(out, "| case | key | bar | median | middle half | met | against |\n|---|---|---|---|---|---|---|")?;
    for ratio in &measured {
        let (low, high) = ratio.summary.quartiles;
        let met = ratio.is_met().map_or("", |met| if met { "yes" } else { "**no**" });
        writeln!(
            out,
            "| {} | `{}` | {} | {} | {} to {} | {met} | {} |",
            ratio.ratio.title,
            ratio.ratio.key,
            table::bar(ratio.ratio.bar),
            table::figure(ratio, ratio.summary.median),
            table::figure(ratio, low),
            table::figure(ratio, high),
            ratio.against,
        )?;
    }
    writeln!(out)?;
    Ok(())
}

/// What holds for every case.
const FAIRNESS: &str = "\
## What is alike for all

* TLS 1.3, one cipher suite, X25519; a server certificate of one kind, signed by an authority, verified by the client.
  Both ends of a connection are the same library.
* Over TCP: one listener on 127.0.0.1, the sockets as the system makes them (with Nagle's
  algorithm: without it small writes measure how slowly the other side reads). A new connection for each
  measurement; what it carries is checked byte by byte first. What is counted afterwards is looked at once more.
* A write counts when the socket has taken it. Sizes of writes and of the buffers that are read into are the same.
* One way: two threads, each bound to a core. Both ways: four threads, two at each end, placed by the scheduler. In memory:
  a thread for each core.
* A mutex is never held while anybody waits for the socket: a program that did would stand still.
* \"Against\" names the best of the entrants that a ratio allows.

## The cases

";

fn cases(out: &mut String, outcomes: &[Outcome]) -> Result<()> {
    for outcome in outcomes {
        let unit = outcome.case.unit;
        writeln!(out, "### `{}`\n\n{}\n", outcome.case.id, outcome.case.title)?;
        writeln!(out, "| entrant | median | from | to | what it does |\n|---|---|---|---|---|")?;
        for entry in &outcome.entrants {
            let Some(summary) = entry.summary() else { continue };
            let [median, min, max] = [summary.median, summary.min, summary.max].map(|value| table::amount(unit, value));
            writeln!(out, "| {} | {median} | {min} | {max} | {} |", entry.name, entry.note)?;
        }
        writeln!(out)?;
    }
    Ok(())
}
