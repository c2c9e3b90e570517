//! The command line.

use std::path::PathBuf;
use std::time::Duration;

use clap::Parser;
use glob::Pattern;

/// Measures gnutls beside the same loops in C over the same libgnutls, and beside other TLS libraries.
///
/// Everything runs in one process and in turn; what is printed are medians of several rounds and their spread. Close
/// what else runs on the machine: two cores are needed for themselves.
#[derive(Parser, Debug)]
#[command(
    version,
    after_help = "\
EXAMPLES:
  gnutls-bench --quick                         every case, shortly
  gnutls-bench --case 'memory/*' --rounds 21   some cases, at length
  gnutls-bench --json bench.json               what a program reads
  gnutls-bench --report docs                   docs/performance.md and its plots, anew"
)]
pub(crate) struct Options {
    /// Short measurements, few rounds and no large cases: what comes out shows that it works, not how fast.
    #[arg(long)]
    pub(crate) quick: bool,

    /// Writes everything that was measured.
    #[arg(long, value_name = "FILE")]
    pub(crate) json: Option<PathBuf>,

    /// Writes performance.md and its plots.
    #[arg(long, value_name = "DIR")]
    pub(crate) report: Option<PathBuf>,

    /// Only cases whose name matches: * stands for anything. Can be repeated.
    #[arg(long = "case", value_name = "GLOB")]
    pub(crate) cases: Vec<Pattern>,

    /// Only entrants whose name matches. Can be repeated. Ratios need both of their sides.
    #[arg(long = "entrant", value_name = "GLOB")]
    pub(crate) entrants: Vec<Pattern>,

    /// Shows the names of the cases, and runs none.
    #[arg(long)]
    pub(crate) list: bool,

    /// Rounds of each case. Default: 9, or 3 with --quick.
    #[arg(long, value_name = "NUMBER", value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) rounds: Option<u32>,

    /// Runs a part that needs a process of its own.
    #[arg(long, hide = true)]
    pub(crate) child: Option<String>,
}

impl Options {
    pub(crate) fn rounds(&self) -> u32 {
        self.rounds.unwrap_or(if self.quick { 3 } else { 9 })
    }

    /// How long one measurement takes.
    pub(crate) fn budget(&self) -> Duration {
        Duration::from_millis(if self.quick { 100 } else { 400 })
    }

    pub(crate) fn wants_case(&self, id: &str) -> bool {
        self.cases.is_empty() || self.cases.iter().any(|pattern| pattern.matches(id))
    }

    pub(crate) fn wants_entrant(&self, name: &str) -> bool {
        self.entrants.is_empty() || self.entrants.iter().any(|pattern| pattern.matches(name))
    }
}
