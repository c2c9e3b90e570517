//! Finds the Rust counterpart of every GnuTLS call in C sources, and says what is left to do.

mod c;
mod coverage;
mod index;
mod kit;
mod names;
mod notes;
mod programs;
mod report;
mod scan;

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Parser;

use kit::Kit;
use programs::Programs;
use report::Report;

/// Reads C sources, and says for each GnuTLS function and constant in them what it is in Rust.
///
/// The answers come from the source of the crate in this repository, as it is now.
#[derive(Debug, Parser)]
#[command(version, after_help = EXAMPLES, arg_required_else_help = true)]
struct Options {
    /// Sources; of a directory all files of C and C++ below it
    files: Vec<PathBuf>,

    /// Write the report as JSON
    #[arg(long, requires = "files")]
    json: bool,

    /// Where the documentation is that links lead to; `cargo doc` makes it in the default place
    #[arg(long, value_name = "BASE", default_value = "target/doc")]
    docs: String,

    /// Write COVERAGE.md: every function of every header
    #[arg(long, conflicts_with_all = ["files", "programs"])]
    coverage: bool,

    /// Only see whether COVERAGE.md is what would be written
    #[arg(long, requires = "coverage")]
    check: bool,

    /// How many programs can be ported in whole; FILE has for each its name, its version, a number and its functions,
    /// with tabs between these and commas between functions
    #[arg(long, value_name = "FILE", conflicts_with = "files")]
    programs: Option<PathBuf>,

    /// Fail if fewer programs than this can be ported in whole
    #[arg(long, value_name = "NUMBER", requires = "programs", default_value_t = 0)]
    at_least: usize,
}

const EXAMPLES: &str = "Examples:
  cargo run -p gnutls-port -- ../program/src          what a program needs
  cargo run -p gnutls-port -- --json tls.c            the same for tools
  cargo run -p gnutls-port -- --coverage              what the crate has";

fn main() -> ExitCode {
    match run(&Options::parse()) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("gnutls-port: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(options: &Options) -> Result<ExitCode, String> {
    let kit = Kit::read()?;
    if options.coverage {
        return cover(&kit, options.check);
    }
    if let Some(list) = &options.programs {
        let programs = Programs::judge(&read(list)?, &kit)?;
        print(&programs.text(&kit))?;
        let enough = programs.portable() >= options.at_least;
        return Ok(if enough { ExitCode::SUCCESS } else { ExitCode::FAILURE });
    }
    let mut sources = Vec::new();
    for path in &options.files {
        collect(path, &mut sources)?;
    }
    let report = Report::new(&kit, &sources, &options.docs);
    let text = if options.json { format!("{:#}\n", report.json()) } else { report.text() };
    print(&text)?;
    Ok(ExitCode::SUCCESS)
}

/// Writes or checks COVERAGE.md.
fn cover(kit: &Kit, check: bool) -> Result<ExitCode, String> {
    let path = kit::repository().join("COVERAGE.md");
    let text = coverage::text(kit);
    if !check {
        fs::write(&path, &text).map_err(|error| format!("{}: {error}", path.display()))?;
    } else if fs::read_to_string(&path).ok().as_ref() != Some(&text) {
        return Err("COVERAGE.md is stale: run `ci/coverage.sh regenerate`".to_owned());
    }
    let total = text.lines().find(|line| line.starts_with("| **all**")).unwrap_or_default();
    print(&format!("{total}\n"))?;
    Ok(ExitCode::SUCCESS)
}

/// How the names of sources end: C, C++, Objective-C, what they include, and what C is made from.
const SOURCES: [&str; 23] = [
    "c", "h", "cc", "cpp", "cxx", "c++", "C", "hh", "hpp", "hxx", "h++", "H", "inc", "inl", "ipp", "tcc", "m", "mm",
    "y", "yy", "l", "ll", "xs",
];

/// Adds a source, or every source below a directory, in the order of their names.
fn collect(path: &Path, sources: &mut Vec<(String, String)>) -> Result<(), String> {
    if !path.is_dir() {
        sources.push((path.display().to_string(), read(path)?));
        return Ok(());
    }
    let complain = |error: io::Error| format!("{}: {error}", path.display());
    let entries: io::Result<Vec<_>> = fs::read_dir(path).map_err(complain)?.collect();
    let mut entries: Vec<PathBuf> = entries.map_err(complain)?.iter().map(fs::DirEntry::path).collect();
    entries.sort();
    for entry in entries {
        let is_source = entry.extension().is_some_and(|it| SOURCES.iter().any(|known| it == *known));
        // A link can lead back up.
        if (entry.is_dir() && !entry.is_symlink()) || (is_source && entry.is_file()) {
            collect(&entry, sources)?;
        }
    }
    Ok(())
}

/// Reads a text; old sources are not always in UTF-8.
fn read(path: &Path) -> Result<String, String> {
    let bytes = fs::read(path).map_err(|error| format!("{}: {error}", path.display()))?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// Writes to stdout; that a pager has seen enough is no failure.
fn print(text: &str) -> Result<(), String> {
    match io::stdout().write_all(text.as_bytes()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(format!("writing: {error}")),
        _ => Ok(()),
    }
}
