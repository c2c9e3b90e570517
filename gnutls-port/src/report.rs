//! What a program uses of GnuTLS, and what that is in Rust: for people and as JSON.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use serde_json::{Value, json};

use crate::c;
use crate::coverage::percent;
use crate::kit::{Kit, Status, Verdict};

/// The uses of a name in a file.
#[derive(Debug)]
struct Found {
    file: String,
    line: usize,
    name: String,
    call: bool,
}

/// The report.
#[derive(Debug)]
pub(crate) struct Report<'k> {
    uses: Vec<Found>,
    functions: BTreeMap<String, Verdict<'k>>,
    constants: BTreeMap<String, Verdict<'k>>,
    /// Types that have a counterpart, or something instead.
    types: BTreeMap<String, Verdict<'k>>,
    /// Headers and names of C++, where there is something to say of them.
    others: BTreeMap<String, Verdict<'k>>,
    /// Names that the sources themselves give a meaning.
    own: BTreeSet<String>,
    /// Names that look like GnuTLS's, and are in no header and not the sources' own; and where.
    unknown: BTreeMap<String, Vec<String>>,
    docs: String,
}

/// How many items of a name stand in its line.
const SHOWN: usize = 2;

impl<'k> Report<'k> {
    /// Reports on sources: names of files and their texts. `docs` is where the crate's documentation is.
    pub(crate) fn new(kit: &'k Kit, sources: &[(String, String)], docs: &str) -> Report<'k> {
        let mut report = Report {
            uses: Vec::new(),
            functions: BTreeMap::new(),
            constants: BTreeMap::new(),
            types: BTreeMap::new(),
            others: BTreeMap::new(),
            own: BTreeSet::new(),
            unknown: BTreeMap::new(),
            docs: docs.trim_end_matches('/').to_owned(),
        };
        let read: Vec<(&String, c::Source)> = sources.iter().map(|(file, text)| (file, c::read(text))).collect();
        let own: BTreeSet<String> = read.iter().flat_map(|(_, source)| &source.own).cloned().collect();
        for (file, source) in read {
            for found in source.uses {
                let name = found.name.as_str();
                let other = name.contains(['/', ':']);
                let constant = name.starts_with(|c: char| c.is_ascii_uppercase());
                let is_type = !constant && kit.names.is_type(name) && !kit.names.functions.contains_key(name);
                let (verdict, known) = match (constant, is_type) {
                    _ if other => (kit.other(name), &mut report.others),
                    (true, _) => (kit.constant(name), &mut report.constants),
                    (_, true) => (kit.c_type(name), &mut report.types),
                    _ => (kit.function(name), &mut report.functions),
                };
                match verdict.status {
                    _ if name.contains(':') && own.contains("gnutls::") => continue,
                    Status::Unknown if other => continue,
                    Status::Unknown | Status::Removed if own.contains(name) => {
                        report.own.insert(found.name);
                        continue;
                    }
                    // A struct or a variable of the program may be called anything.
                    Status::Unknown if !constant && !found.call => continue,
                    Status::Unknown => {
                        report.unknown.entry(found.name).or_default().push(format!("{file}:{}", found.line));
                        continue;
                    }
                    _ => {}
                }
                known.entry(found.name.clone()).or_insert(verdict);
                report.uses.push(Found { file: file.clone(), line: found.line, name: found.name, call: found.call });
            }
        }
        report
    }

    fn verdict(&self, name: &str) -> &Verdict<'k> {
        let mut tables = [&self.functions, &self.constants, &self.types, &self.others].into_iter();
        tables.find_map(|known| known.get(name)).expect("every use has one")
    }

    fn link(&self, link: &str) -> String {
        format!("{}/{link}", self.docs)
    }

    /// The report for people: each use in a line, what to know of each name, the summary.
    pub(crate) fn text(&self) -> String {
        let mut text = String::new();
        for found in &self.uses {
            let verdict = self.verdict(&found.name);
            let call = if found.call && self.functions.contains_key(&found.name) { "()" } else { "" };
            let _ = writeln!(text, "{}:{}: {}{call}: {}", found.file, found.line, found.name, short(verdict));
        }
        let tables = [
            ("Functions", &self.functions),
            ("Constants", &self.constants),
            ("Types", &self.types),
            ("Headers, and names of C++", &self.others),
        ];
        for (title, names) in tables {
            if names.is_empty() {
                continue;
            }
            let _ = writeln!(text, "\n{title}");
            for (name, verdict) in names {
                let _ = writeln!(text, "\n  {name}: {}", verdict.status.word());
                for item in &verdict.items {
                    let _ = writeln!(text, "    {} ({}) {}", item.path, item.kind, self.link(&item.link));
                }
                for note in &verdict.notes {
                    let _ = writeln!(text, "    * {note}");
                }
            }
        }
        if !self.own.is_empty() {
            let own: Vec<&str> = self.own.iter().map(String::as_str).collect();
            let _ = writeln!(text, "\nThe program's own: {}", own.join(" "));
        }
        if !self.unknown.is_empty() {
            text += "\nIn no header of any release, and declared in none of these files:\n";
            for (name, places) in &self.unknown {
                let _ = writeln!(text, "  {name}: {}", places.join(" "));
            }
        }
        let summary = self.summary();
        let _ = writeln!(
            text,
            "\n{} uses of {} functions and {} constants\n\
             functions: {} covered, {} freed by Drop, {} need no counterpart, {} done otherwise, {} in another form, \
             {} not offered, {} open; {} deprecated, {} removed\n\
             these aside, {} of the functions have a counterpart or need none\n\
             constants: {} have a counterpart, {} do not",
            self.uses.len(),
            self.functions.len(),
            self.constants.len(),
            summary.count(Status::Covered),
            summary.count(Status::Freed),
            summary.count(Status::NotNeeded),
            summary.count(Status::Alike),
            summary.count(Status::Elsewhere),
            summary.count(Status::Refused),
            summary.count(Status::Open),
            summary.count(Status::Deprecated),
            summary.count(Status::Removed),
            percent(summary.portable, summary.counted),
            summary.constants,
            self.constants.len() - summary.constants,
        );
        text
    }

    /// The same for programs.
    pub(crate) fn json(&self) -> Value {
        let uses: Vec<Value> = self
            .uses
            .iter()
            .map(|found| json!({"file": found.file, "line": found.line, "name": found.name, "call": found.call}))
            .collect();
        let of = |names: &BTreeMap<String, Verdict<'k>>| -> Value {
            let entry = |(name, verdict): (&String, &Verdict<'k>)| {
                let items: Vec<Value> = verdict
                    .items
                    .iter()
                    .map(|item| json!({"path": item.path, "kind": item.kind, "link": self.link(&item.link)}))
                    .collect();
                (name.clone(), json!({"status": verdict.status.word(), "items": items, "notes": verdict.notes}))
            };
            Value::Object(names.iter().map(entry).collect())
        };
        let summary = self.summary();
        let statuses: serde_json::Map<String, Value> =
            Summary::ORDER.iter().map(|status| (status.word().to_owned(), json!(summary.count(*status)))).collect();
        json!({
            "uses": uses,
            "functions": of(&self.functions),
            "constants": of(&self.constants),
            "types": of(&self.types),
            "others": of(&self.others),
            "own": self.own.iter().collect::<Vec<_>>(),
            "unknown": self.unknown.keys().collect::<Vec<_>>(),
            "summary": {
                "functions": statuses,
                "not deprecated": summary.counted,
                "portable": summary.portable,
                "constants with a counterpart": summary.constants,
            },
        })
    }

    fn summary(&self) -> Summary {
        let statuses: Vec<Status> = self.functions.values().map(|verdict| verdict.status).collect();
        let counted = statuses.iter().filter(|status| !status.is_aside());
        Summary {
            counted: counted.clone().count(),
            portable: counted.filter(|status| status.is_portable()).count(),
            constants: self.constants.values().filter(|verdict| verdict.status.is_portable()).count(),
            statuses,
        }
    }
}

/// The numbers at the end.
struct Summary {
    statuses: Vec<Status>,
    /// Functions that are not deprecated, and those of them that do not stand in the way of a port.
    counted: usize,
    portable: usize,
    constants: usize,
}

impl Summary {
    const ORDER: [Status; 9] = [
        Status::Covered,
        Status::Freed,
        Status::NotNeeded,
        Status::Alike,
        Status::Elsewhere,
        Status::Refused,
        Status::Open,
        Status::Deprecated,
        Status::Removed,
    ];

    fn count(&self, status: Status) -> usize {
        self.statuses.iter().filter(|other| **other == status).count()
    }
}

/// A verdict in a few words: the items, or what there is instead.
fn short(verdict: &Verdict<'_>) -> String {
    if verdict.items.is_empty() {
        let note = verdict.notes.first().map(|note| format!(" ({note})"));
        return format!("{}{}", verdict.status.word(), note.unwrap_or_default());
    }
    if verdict.status == Status::Freed {
        // What is dropped: of a method, its type.
        let types = verdict.items.iter().map(|item| match item.kind {
            "method" => item.path.rsplit_once("::").map_or(item.path.as_str(), |(of, _)| of),
            _ => &item.path,
        });
        let types: BTreeSet<&str> = types.collect();
        return format!("{}: {}", verdict.status.word(), types.into_iter().collect::<Vec<_>>().join(", "));
    }
    let paths: Vec<&str> = verdict.items.iter().take(SHOWN).map(|item| item.path.as_str()).collect();
    match verdict.items.len().saturating_sub(SHOWN) {
        0 => paths.join(", "),
        more => format!("{}, {more} more", paths.join(", ")),
    }
}
