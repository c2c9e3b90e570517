//! `COVERAGE.md`: every function of every header, with its Rust item or the reason why there is none.

use std::collections::BTreeMap;
use std::fmt::Write;

use crate::kit::{Kit, Status};
use crate::names::Kind;

/// How many functions of each status there are.
#[derive(Clone, Copy, Debug, Default)]
struct Count([usize; 10]);

impl Count {
    fn of(&self, status: Status) -> usize {
        self.0[status as usize]
    }

    fn add(&mut self, status: Status) {
        self.0[status as usize] += 1;
    }

    fn row(&self, name: &str) -> String {
        let all: usize = self.0.iter().sum();
        let aside = self.of(Status::Deprecated) + self.of(Status::NotNeeded);
        let covered = self.of(Status::Covered) + self.of(Status::Freed);
        let numbers = [
            all,
            self.of(Status::Deprecated),
            self.of(Status::NotNeeded),
            self.of(Status::Covered),
            self.of(Status::Freed),
            self.of(Status::Alike),
            self.of(Status::Elsewhere),
            self.of(Status::Refused),
            self.of(Status::Open),
        ];
        let numbers: Vec<String> = numbers.iter().map(ToString::to_string).collect();
        let with_reason = all - aside - self.of(Status::Open);
        format!(
            "| {name} | {} | {} | {} |\n",
            numbers.join(" | "),
            percent(covered, all - aside),
            percent(with_reason, all - aside)
        )
    }
}

/// `part` of `all` in percent, rounded down; all of nothing is everything.
pub(crate) fn percent(part: usize, all: usize) -> String {
    let thousandths = (part * 1000).checked_div(all).unwrap_or(1000);
    format!("{}.{} %", thousandths / 10, thousandths % 10)
}

/// The text of the file.
pub(crate) fn text(kit: &Kit) -> String {
    let mut headers: BTreeMap<&str, (Count, String)> = BTreeMap::new();
    let mut total = Count::default();
    for (name, function) in &kit.names.functions {
        // Another name of a function is not one more.
        if matches!(function.kind, Kind::Macro(_)) {
            continue;
        }
        let verdict = kit.function(name);
        let (count, rows) = headers.entry(&function.header).or_default();
        count.add(verdict.status);
        total.add(verdict.status);
        let items: Vec<String> = verdict.items.iter().map(|item| format!("`{}`", item.path)).collect();
        let word = verdict.status.word();
        let cell = match (verdict.status, kit.notes.reason(name)) {
            (Status::Covered, _) => items.join(", "),
            (Status::Freed, _) if !items.is_empty() => format!("*{word}*: {}", items.join(", ")),
            (Status::Alike, _) => format!("*{word}*: {}", items.join(", ")),
            (Status::Open, _) | (_, None) => format!("*{word}*"),
            (_, Some(reason)) => format!("*{word}*: {}", reason.text),
        };
        let since = function.since.as_deref().unwrap_or_default();
        let _ = writeln!(rows, "| `{name}` | {since} | {} |", cell.replace('|', "\\|"));
    }
    let columns = "functions | deprecated | not needed | covered | freed by Drop | done otherwise | another form | \
                   not offered | open | covered % | with a reason %";
    let line = "|---".repeat(columns.split('|').count() + 1);
    let mut text = format!("{HEAD}\n| header | {columns} |\n{line}|\n");
    for (header, (count, _)) in &headers {
        text += &count.row(&format!("[`{header}`](#{})", header.replace('.', "")));
    }
    text += &total.row("**all**");
    for (header, (_, rows)) in &headers {
        let _ = write!(text, "\n## {header}\n\n| function | since | Rust |\n|---|---|---|\n{rows}");
    }
    text
}

const HEAD: &str = "<!-- Made by `ci/coverage.sh regenerate` from the source. Do not edit. -->

# Which C functions the crate stands for

* **covered**: a public item has the function as its `doc(alias)`, and the source calls it.
* **freed by Drop**: the function that frees something; the source calls it when the Rust value is dropped.
* **not needed**: allocation and the start of the library.
* **done otherwise**: a public item has the function as its alias, and does the same by calling others.
* **another form**: the crate does it by itself, or something else does it, which is named.
* **not offered**: with the reason.
* **open**: not done yet.

The percentages are of the functions that are neither deprecated nor not needed. *Covered %* counts what is covered and what
`Drop` calls; *with a reason %* counts all but the open ones.
A release in the second column is the one that brought the function, where that is newer than 3.7.1. Macros that give a
function another name are left out.
";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::notes::{About, Notes, fits};

    #[test]
    fn every_function_has_one_row_and_the_numbers_add_up() {
        let kit = Kit::read().expect("the repository");
        let text = text(&kit);
        let functions = kit.names.functions.iter().filter(|(_, it)| !matches!(it.kind, Kind::Macro(_)));
        for (name, _) in functions {
            assert_eq!(text.matches(&format!("\n| `{name}` |")).count(), 1, "{name}");
        }
        for row in text.lines().filter(|row| row.starts_with("| [`") || row.starts_with("| **all**")) {
            let numbers: Vec<usize> = row.split('|').filter_map(|cell| cell.trim().parse().ok()).collect();
            assert_eq!(numbers[0], numbers[1..].iter().sum::<usize>(), "{row}");
        }
        let row = text.lines().find(|row| row.starts_with("| `gnutls_record_recv` |")).expect("its row");
        assert!(row.contains("`gnutls::Session::recv`"), "{row}");
    }

    #[test]
    fn an_alias_without_a_call_covers_nothing() {
        let kit = Kit::read().expect("the repository");
        for (name, function) in &kit.names.functions {
            let called = match &function.kind {
                Kind::Macro(Some(of)) => kit.index.uses(of) || kit.index.uses(name),
                _ => kit.index.uses(name),
            };
            let status = kit.function(name).status;
            assert!(called || !matches!(status, Status::Covered | Status::Freed), "{name}");
        }
    }

    #[test]
    fn no_alias_is_where_nobody_finds_it() {
        let kit = Kit::read().expect("the repository");
        let mut folders = vec![crate::kit::repository().join("src")];
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).expect("a folder") {
                let path = entry.expect("an entry").path();
                if path.is_dir() {
                    folders.push(path);
                    continue;
                }
                let text = std::fs::read_to_string(&path).expect("a source");
                for (_, rest) in text.match_indices("doc(alias = \"").map(|(at, it)| (at, &text[at + it.len()..])) {
                    let name = rest.split('"').next().unwrap_or_default();
                    let found = kit.index.items(name).next().is_some();
                    let exempt = kit.function(name).status == Status::NotNeeded;
                    assert!(found || exempt, "{}: {name} is not on a public item", path.display());
                }
            }
        }
    }

    #[test]
    fn the_notes_name_what_exists() {
        let kit = Kit::read().expect("the repository");
        let Notes(notes) = &kit.notes;
        for note in notes {
            let known = kit.names.functions.keys().any(|name| fits(&note.pattern, name));
            let lower = note.pattern.starts_with(|c: char| c.is_ascii_lowercase());
            let known = known || kit.names.types().any(|name| fits(&note.pattern, name));
            let removed = note.about == About::Removed || note.text.contains("no header declares it");
            // Names of headers, and of C++.
            let other = note.pattern.contains(['/', ':']);
            assert!(known || !lower || removed || other, "{} is in no header", note.pattern);
            let constant = kit.names.is_constant(&note.pattern);
            assert!(note.about != About::Removed || !(known || constant), "{} is still there", note.pattern);
            for (at, _) in note.text.match_indices("gnutls::") {
                let inside = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == ':';
                let path = note.text[at..].split(|c| !inside(c)).next().unwrap_or_default().trim_end_matches(':');
                assert!(kit.index.at(path).is_some(), "{}: there is no {path}", note.pattern);
            }
        }
    }

    #[test]
    fn every_constant_has_a_counterpart_or_a_reason() {
        let kit = Kit::read().expect("the repository");
        // Old names of types are among them.
        let constants = kit.names.constants().filter(|name| name.starts_with(|c: char| c.is_ascii_uppercase()));
        let open: Vec<&str> = constants.filter(|name| kit.constant(name).status == Status::Open).collect();
        assert!(open.is_empty(), "{open:?}");
    }

    #[test]
    fn every_type_has_a_counterpart_or_a_reason() {
        let kit = Kit::read().expect("the repository");
        // Those without a name in C are no use of anybody.
        let types = kit.names.types().filter(|name| name.starts_with("gnutls_") && !name.contains("__bindgen"));
        let open: Vec<&str> = types.filter(|name| kit.c_type(name).status == Status::Open).collect();
        assert!(open.is_empty(), "{open:?}");
    }

    #[test]
    fn what_has_another_form_is_named() {
        let kit = Kit::read().expect("the repository");
        for name in kit.names.functions.keys().filter(|name| kit.function(name).status == Status::Elsewhere) {
            let reason = &kit.notes.reason(name).expect("it has another form for a reason").text;
            assert!(reason.contains("gnutls::") || reason.contains("std::"), "{name}: {reason}");
        }
    }

    #[test]
    fn percentages_are_rounded_down() {
        assert_eq!(
            (percent(2, 3), percent(0, 0), percent(1999, 2000)),
            ("66.6 %".into(), "100.0 %".into(), "99.9 %".into())
        );
    }
}
