//! Every cell for programs.

use std::fmt::Write;

use crate::commands;
use crate::outcome::{Done, Known, Outcome, Verdict};
use crate::world::World;

/// A list of objects whose members are all strings.
pub(crate) fn all(done: &[Done], known: &[Known], world: &World, against: Option<&str>) -> String {
    let objects: Vec<String> = done.iter().map(|one| object(one, known, world, against)).collect();
    format!("[\n{}\n]\n", objects.join(",\n"))
}

fn object(done: &Done, known: &[Known], world: &World, against: Option<&str>) -> String {
    let (outcome, detail) = match &done.outcome {
        Outcome::Works(detail) => ("works", detail.as_str()),
        Outcome::Refused(detail) => ("refused", detail.as_str()),
        Outcome::NotTried => ("not tried", ""),
        Outcome::Broken(detail) => ("broken", detail.as_str()),
    };
    let reason = match &done.verdict {
        Verdict::Known(place) => format!("{}: {}", known[*place].kind, known[*place].reason),
        Verdict::Unexplained(why) => format!("unexplained: {why}"),
        Verdict::Works | Verdict::Broken => String::new(),
    };
    let cell = &done.cell;
    let members = [
        ("cell", cell.to_string()),
        ("ours", cell.ours.to_string()),
        ("peer", cell.peer.to_string()),
        ("version", cell.version.to_string()),
        ("what", cell.what.to_string()),
        ("outcome", outcome.to_owned()),
        ("detail", detail.to_owned()),
        ("reason", reason),
        ("peer_command", done.command.clone()),
        ("our_command", commands::ours(cell, world, against)),
        ("again", commands::again(cell, against)),
    ];
    let members: Vec<String> = members.iter().map(|(name, value)| format!("\"{name}\": {}", string(value))).collect();
    format!("  {{{}}}", members.join(", "))
}

/// A string as JSON has it (RFC 8259, section 7).
fn string(text: &str) -> String {
    let mut out = String::from("\"");
    for letter in text.chars() {
        match letter {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            // A String takes everything.
            control if control < ' ' => {
                let _ = write!(out, "\\u{:04x}", u32::from(control));
            }
            other => out.push(other),
        }
    }
    out.push('"');
    out
}
