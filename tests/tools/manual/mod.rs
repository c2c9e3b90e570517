//! The programs of the GnuTLS manual: each against the peer of its C counterpart, or a tool that reads what it writes.

mod certificates;
mod clients;
mod servers;
mod tokens;

use std::process::Command;

use crate::examples::example;

/// A program of the manual.
fn manual(program: &str, options: &[&str]) -> Command {
    let mut command = Command::new(example("manual"));
    command.arg(program).args(options);
    command
}

/// What a client needs to find `a.example` at `port`.
fn at(port: u16, options: &[&str]) -> Vec<String> {
    let port = port.to_string();
    ["127.0.0.1", "--port", &port, "--name", crate::files::A]
        .iter()
        .chain(options)
        .map(|word| (*word).to_owned())
        .collect()
}
