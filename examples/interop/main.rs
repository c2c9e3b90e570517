//! Who can talk TLS with this library, and what about: a matrix of programs, versions, ciphers, keys and features.
//!
//! Run it with `cargo run --release --example interop -- --help`.

mod against;
mod cells;
mod commands;
mod datagrams;
mod early;
mod inside;
mod json;
mod options;
mod other;
mod ours;
mod outcome;
mod reauth;
mod run;
mod table;
mod tools;
mod tries;
mod with_rustls;
mod world;

// The tools are started and listened to as in the tests.
#[path = "../../tests/common/mod.rs"]
mod common;
#[path = "../../tests/interop/exchange.rs"]
#[allow(dead_code, reason = "the tests use all of it")]
mod exchange;
#[path = "../../tests/interop/files.rs"]
#[allow(dead_code, reason = "the tests use all of it")]
mod files;
#[path = "../../tests/interop/output.rs"]
mod output;
#[path = "../../tests/interop/process.rs"]
#[allow(dead_code, reason = "the tests use all of it")]
mod process;
#[path = "../../tests/interop/servers.rs"]
#[allow(dead_code, reason = "the tests use all of it")]
mod servers;
#[path = "../../tests/interop/text.rs"]
mod text;

use std::error::Error;
use std::fs;
use std::io::{self, Write};
use std::process::{Command, ExitCode};
use std::sync::Arc;
use std::time::Duration;

use clap::Parser;

use crate::against::Target;
use crate::cells::{Cell, fits};
use crate::options::Options;
use crate::outcome::{Done, Known, Outcome, Verdict};
use crate::run::Runner;
use crate::world::World;

/// The longest any single wait may take: far more than a busy machine needs, so that nothing depends on it.
const WATCHDOG: Duration = Duration::from_secs(120);

fn main() -> ExitCode {
    let options = Options::parse();
    match run(options) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("interop: {error}\nTry 'interop --help'.");
            ExitCode::FAILURE
        }
    }
}

/// Runs what is asked for: whether there is nothing wrong.
fn run(options: Options) -> Result<bool, Box<dyn Error>> {
    let cells = wanted(&options)?;
    if options.list {
        io::stdout().write_all((names(&cells).join("\n") + "\n").as_bytes())?;
        return Ok(true);
    }
    if let Some(address) = &options.against {
        // Where nobody is, every cell would say so.
        Target { address, options: &options }.reach()?;
    }
    let options = Arc::new(options);
    let (world, known) = (Arc::new(World::new()), outcome::known());
    let against = options.against.as_deref();
    let done = run::all(&cells, options.jobs.into(), &known, against.is_some(), &runner(&options, &world));

    let mut out = table::text(&done, &known);
    let all = options.verbose || options.only.is_some();
    for one in &done {
        if all || is_wrong(one) {
            out = format!("{out}\n{}\n", commands::details(one, &world, against));
        }
    }
    if against.is_some() && !all {
        for refusal in refusals(&done) {
            out = format!("{out}\n{refusal}");
        }
    }
    let stale = stale(&options, &known);
    for known in &stale {
        out = format!("{out}\nknown.tsv: no cell is called {}\n", known.pattern);
    }
    out = format!("{out}\n{}\n", table::summary(&done, &known));
    io::stdout().write_all(out.as_bytes())?;
    if let Some(file) = &options.json {
        fs::write(file, json::all(&done, &known, &world, against))?;
    }
    if let Some(file) = &options.markdown {
        fs::write(file, table::markdown(&done, &known, &versions()))?;
    }
    if let Some(directory) = &options.files {
        world.keep(directory)?;
    }
    Ok(stale.is_empty() && !done.iter().any(is_wrong))
}

/// What is said to be known of cells that do not exist.
fn stale<'a>(options: &Options, known: &'a [Known]) -> Vec<&'a Known> {
    let names: Vec<String> = if options.against.is_some() { return Vec::new() } else { names(&cells::all()) };
    known.iter().filter(|known| !names.iter().any(|name| fits(known.pattern, name))).collect()
}

fn names(cells: &[Cell]) -> Vec<String> {
    cells.iter().map(Cell::to_string).collect()
}

/// The cells that are asked for.
fn wanted(options: &Options) -> Result<Vec<Cell>, String> {
    let all = if options.against.is_some() { cells::against(options.udp) } else { cells::all() };
    let fits = |name: &str| match &options.only {
        Some(only) => only == name,
        None => options.filter.is_empty() || options.filter.iter().any(|pattern| fits(pattern, name)),
    };
    let wanted: Vec<Cell> = all.into_iter().filter(|cell| fits(&cell.to_string())).collect();
    if wanted.is_empty() { Err("no cell is called like that; --list prints the names".to_owned()) } else { Ok(wanted) }
}

fn runner(options: &Arc<Options>, world: &Arc<World>) -> Runner {
    let (options, world) = (Arc::clone(options), Arc::clone(world));
    Arc::new(move |cell| match &options.against {
        None => tries::run(cell, &world),
        Some(address) => (against::run(cell, &Target { address, options: &options }), address.clone()),
    })
}

/// What a server refuses, with the cells that it refuses for the same reason one after the other in one line.
fn refusals(done: &[Done]) -> Vec<String> {
    let refused = done.iter().filter(|one| matches!(one.outcome, Outcome::Refused(_)));
    let mut lines: Vec<(String, Vec<String>, &Outcome)> = Vec::new();
    for one in refused {
        let name = one.cell.to_string();
        let (version, what) = name.rsplit_once('/').expect("cells have four words");
        match lines.last_mut() {
            Some((last, whats, outcome)) if *last == version && **outcome == one.outcome => whats.push(what.to_owned()),
            _ => lines.push((version.to_owned(), vec![what.to_owned()], &one.outcome)),
        }
    }
    let line = |(version, whats, outcome): (String, Vec<String>, &Outcome)| match &whats[..] {
        [what] => format!("{version}/{what}: {outcome}"),
        whats => format!("{version}/{{{}}}: {outcome}", whats.join(",")),
    };
    lines.into_iter().map(line).collect()
}

fn is_wrong(done: &Done) -> bool {
    matches!(done.verdict, Verdict::Broken | Verdict::Unexplained(_))
}

/// Who took part.
fn versions() -> Vec<String> {
    let tool = |command: &[&str]| {
        let output = Command::new(command[0]).args(&command[1..]).output();
        let text = output.map_or(String::new(), |output| String::from_utf8_lossy(&output.stdout).into_owned());
        text.lines().next().unwrap_or("an unknown version").to_owned()
    };
    vec![
        format!("this library on GnuTLS {}", gnutls::version()),
        tool(&["gnutls-serv", "--version"]),
        tool(&["openssl", "version"]),
        "rustls 0.23 with ring".to_owned(),
    ]
}
