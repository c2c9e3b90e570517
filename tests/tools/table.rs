//! docs/tools.md has every switch of gnutls-serv and gnutls-cli, and says the truth about ours.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::process::Command;

use crate::examples::example;
use crate::process::run;

/// The newest release whose switches the table has. Newer programs may have more.
const KNOWN: [u32; 3] = [3, 8, 13];

/// The rows of the table under `## TOOL`: what became of each switch.
fn table(tool: &str) -> BTreeMap<String, String> {
    let text = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/tools.md")).expect("the table");
    let part = text.split("\n## ").find_map(|part| part.strip_prefix(tool)).expect("a part about the program");
    let rows = part.lines().filter_map(|line| {
        let mut cells = line.strip_prefix("| `")?.split(" | ");
        let switch = cells.next()?.trim_end_matches('`');
        Some((switch.to_owned(), cells.next()?.trim().to_owned()))
    });
    rows.collect()
}

/// All words of a text that look like switches.
fn switches(text: &str) -> BTreeSet<String> {
    let words = text.split(|c: char| !(c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-'));
    let switches =
        words.filter(|word| word.strip_prefix("--").is_some_and(|name| name.starts_with(char::is_alphabetic)));
    switches.map(str::to_owned).collect()
}

/// The switches that a program of ours describes: those at the heads of their paragraphs, and their other names.
fn ours(name: &str) -> BTreeSet<String> {
    let help = run(Command::new(example(name)).arg("--help"), b"").text();
    let heads = help.lines().filter(|line| {
        let line = line.trim_start();
        line.starts_with('-') || line.starts_with("[alias")
    });
    heads.flat_map(|line| switches(&line.replace(" <", "\n<"))).collect()
}

fn check(tool: &str, name: &str) {
    let help = run(Command::new(tool).arg("--help"), b"").text();
    let version = run(Command::new(tool).arg("--version"), b"").text();
    let numbers: Vec<u32> = version
        .split(|c: char| !(c.is_ascii_digit() || c == '.'))
        .find(|word| word.contains('.'))
        .map(|word| word.split('.').filter_map(|number| number.parse().ok()).collect())
        .expect("a version");
    let (theirs, ours, table) = (switches(&help), ours(name), table(tool));
    assert!(theirs.len() > 40 && ours.len() > 40 && table.len() > 40, "{tool}: {theirs:?} {ours:?} {table:?}");
    let missing: Vec<_> = theirs.iter().filter(|switch| !table.contains_key(*switch)).collect();
    assert!(
        missing.is_empty() || numbers[..] > KNOWN[..],
        "docs/tools.md lacks switches of {tool} {numbers:?}: {missing:?}"
    );
    for (switch, state) in &table {
        let known = ["same", "more", "less", "left out"].contains(&state.as_str());
        assert!(known, "docs/tools.md says {state:?} of {tool} {switch}");
        let is_ours = ours.contains(switch);
        assert_eq!(
            is_ours,
            state != "left out",
            "docs/tools.md says {state:?} of {tool} {switch}; {name} has it: {is_ours}"
        );
    }
}

#[test]
fn the_table_has_every_switch_of_gnutls_serv() {
    check("gnutls-serv", "server");
}

#[test]
fn the_table_has_every_switch_of_gnutls_cli() {
    check("gnutls-cli", "client");
}
