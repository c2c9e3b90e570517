//! The table for people, on a terminal and in Markdown.

use std::fmt::Write;

use crate::cells::{Cell, PAIRS, Peer, Role, rows};
use crate::outcome::{Done, Known, Outcome, Verdict};

/// The columns that `done` has something in, with their headings.
fn columns(done: &[Done]) -> Vec<(Role, Peer, String)> {
    let all = PAIRS.into_iter().chain([(Role::Client, Peer::Against)]);
    let used = all.filter(|(ours, peer)| done.iter().any(|one| (one.cell.ours, one.cell.peer) == (*ours, *peer)));
    used.map(|(ours, peer)| (ours, peer, format!("{ours}/{peer}"))).collect()
}

/// The heading, and the rows that have something in them.
fn lines(done: &[Done]) -> Vec<Vec<String>> {
    let columns = columns(done);
    let heading =
        ["version".to_owned(), "what".to_owned()].into_iter().chain(columns.iter().map(|(.., name)| name.clone()));
    let mut lines = vec![heading.collect()];
    for (version, what) in rows() {
        let state = |(ours, peer, _): &(Role, Peer, String)| {
            let cell = Cell { ours: *ours, peer: *peer, version, what };
            done.iter().find(|one| one.cell == cell).map_or(String::new(), state)
        };
        let states: Vec<String> = columns.iter().map(state).collect();
        if states.iter().any(|state| !state.is_empty()) {
            lines.push([version.to_string(), what.to_string()].into_iter().chain(states).collect());
        }
    }
    lines
}

fn state(done: &Done) -> String {
    match (&done.verdict, &done.outcome) {
        (Verdict::Works, Outcome::Refused(_)) => "refused".to_owned(),
        (Verdict::Works, _) => "works".to_owned(),
        (Verdict::Known(number), _) => format!("no ({})", number + 1),
        (Verdict::Unexplained(_), _) => "UNEXPLAINED".to_owned(),
        (Verdict::Broken, _) => "BROKEN".to_owned(),
    }
}

/// For a terminal.
pub(crate) fn text(done: &[Done], known: &[Known]) -> String {
    let lines = lines(done);
    let width = |column: usize| lines.iter().map(|line| line[column].len()).max().unwrap_or(0);
    let widths: Vec<usize> = (0..lines[0].len()).map(width).collect();
    let mut out = String::new();
    for line in &lines {
        let padded: Vec<String> = line.iter().zip(&widths).map(|(text, width)| format!("{text:width$}")).collect();
        // A String takes everything.
        let _ = writeln!(out, "{}", padded.join("  ").trim_end());
    }
    for (number, known) in reasons(done, known) {
        let _ = writeln!(out, "({number}) {}: {}", known.kind, known.reason);
    }
    out
}

/// For a document.
pub(crate) fn markdown(done: &[Done], known: &[Known], versions: &[String]) -> String {
    let mut out = String::from(
        "# Interoperability\n\n\
         Made by `cargo run --release --example interop -- --markdown docs/interop.md`. The columns are what our side is, and who \
         is on\nthe other. `works` means: the handshake agreed on what the row names, data went both ways and was \
         checked, and what the row\nis about happened. A number leads to the reason below. \
         `--only CELL`, where a cell is `COLUMN/VERSION/WHAT` (for example\n\
         `client/openssl/1.3/AES-128-GCM+X25519`), runs one cell and prints the command lines of both sides.\n\n",
    );
    let _ = writeln!(out, "With {}.\n", versions.join(", "));
    for (place, line) in lines(done).iter().enumerate() {
        let _ = writeln!(out, "| {} |", line.join(" | "));
        if place == 0 {
            let _ = writeln!(out, "|{}", "---|".repeat(line.len()));
        }
    }
    let _ = writeln!(out, "\n{}\n\nWhy not:\n", summary(done, known));
    for (number, known) in reasons(done, known) {
        let _ = writeln!(out, "* ({number}) {}: {} (`{}`)", known.kind, known.reason, known.pattern);
    }
    out
}

/// The reasons that are referred to, with the numbers that they have in the table.
fn reasons<'a>(done: &[Done], known: &'a [Known]) -> Vec<(usize, &'a Known)> {
    let used = |place: &usize| done.iter().any(|one| one.verdict == Verdict::Known(*place));
    (0..known.len()).filter(used).map(|place| (place + 1, &known[place])).collect()
}

/// One line with all the numbers.
pub(crate) fn summary(done: &[Done], known: &[Known]) -> String {
    use crate::outcome::Kind::{Later, Refused, Tool};
    let count = |is: &dyn Fn(&Done) -> bool| done.iter().filter(|one| is(one)).count();
    let of = |kind| count(&|one| matches!(one.verdict, Verdict::Known(place) if known[place].kind == kind));
    let works = count(&|one| one.verdict == Verdict::Works && matches!(one.outcome, Outcome::Works(_)));
    let refused =
        of(Refused) + count(&|one| one.verdict == Verdict::Works && matches!(one.outcome, Outcome::Refused(_)));
    format!(
        "interop: {} cells: {works} work, {refused} refused by the peer as expected, {} not possible with its tool, \
         {} not offered yet, {} unexplained, {} broken",
        done.len(),
        of(Tool),
        of(Later),
        count(&|one| matches!(one.verdict, Verdict::Unexplained(_))),
        count(&|one| one.verdict == Verdict::Broken),
    )
}
