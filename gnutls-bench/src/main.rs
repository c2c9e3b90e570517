//! Measures the library beside the C that it wraps and beside other TLS libraries, in one run.
//!
//! A [case](case) is something that programs do; its [entrants](contender) do it in turn, round after round, so that
//! whatever else the machine does meets all of them alike. What counts is the median of the rounds, and for a ratio
//! the median of the ratios within each round.

mod case;
mod contender;
mod machine;
mod material;
mod measure;
mod options;
mod report;
mod stats;

use std::error::Error;
use std::process::ExitCode;

use clap::Parser;

use options::Options;

/// Any error, of any of the libraries.
type Failed = Box<dyn Error + Send + Sync>;

type Result<T> = std::result::Result<T, Failed>;

fn main() -> ExitCode {
    match run(&Options::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("gnutls-bench: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(options: &Options) -> Result<()> {
    if let Some(child) = &options.child {
        return case::idle::child(child);
    }
    let cases = case::chosen(options)?;
    if options.list {
        cases.iter().for_each(|case| println!("{:<40} {}", case.id, case.title));
        return Ok(());
    }
    machine::raise_file_limit();
    let results = measure::run(cases, options)?;
    report::table::print(&results);
    if let Some(file) = &options.json {
        report::json::write(file, &results)?;
    }
    if let Some(folder) = &options.report {
        report::markdown::write(folder, &results, options)?;
    }
    Ok(())
}
