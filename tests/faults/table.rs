//! Every case with every face; what came of it is what the manual says.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

use crate::cases::{Case, PARTS};
use crate::common::within;
use crate::faces::{AFTER, ANSWER, BEFORE, FACES, run};
use crate::raw::Role;
use crate::seen::{GOES_ON, Seen, WAITS};
use crate::stage::{ROLES, Stage, VERSIONS};

/// One line of the table, without its name.
type Line = (&'static str, Seen);

#[test]
fn every_fault_ends_as_the_manual_says() {
    let began = Instant::now();
    let mut runs = 0;
    let parts: Vec<String> = PARTS
        .iter()
        .map(|(title, cases)| {
            let mut part = format!("## {title}\n\n| fault | TLS | reading | writing | the peer gets | data received |\n|---|---|---|---|---|---|\n");
            for case in *cases {
                for (version, seen) in lines(case, &mut runs) {
                    let Seen { read, write, peer, kept } = seen;
                    let write = if write == read && read != GOES_ON { "the same".to_owned() } else { write };
                    writeln!(part, "| {} | {version} | {read} | {write} | {peer} | {kept} |", case.name).expect("room");
                }
            }
            part
        })
        .collect();
    println!("figure: faults: {runs} runs in {} s: every error as the table says", began.elapsed().as_secs());
    document("established", &parts.join("\n"));
}

/// What came of a case, version by version unless they agree.
fn lines(case: &Case, runs: &mut u32) -> Vec<Line> {
    let mut seen = BTreeMap::new();
    for tls13 in VERSIONS.into_iter().filter(|tls13| case.tls13.is_none_or(|only| only == *tls13)) {
        for role in ROLES.into_iter().filter(|role| case.role.is_none_or(|only| only == *role)) {
            let (what, fault) = (format!("{} ({role:?}, {})", case.name, version(tls13)), case.fault);
            let (result, count) = within(&what.clone(), move || faces(&what, fault, role, tls13));
            *runs += count;
            seen.insert((tls13, role == Role::Server), result);
        }
    }
    let all = |tls13: bool| seen.iter().filter(move |((of, _), _)| *of == tls13).map(|(_, seen)| seen);
    let agreed = |tls13: bool| {
        let mut seen = all(tls13);
        let first = seen.next()?;
        seen.all(|other| other == first).then(|| first.clone())
    };
    match (agreed(false), agreed(true)) {
        (Some(one), Some(other)) if one == other => vec![("1.2, 1.3", one)],
        (one, other) if VERSIONS.iter().all(|tls13| all(*tls13).next().is_none() || agreed(*tls13).is_some()) => {
            one.map(|seen| ("1.2", seen)).into_iter().chain(other.map(|seen| ("1.3", seen))).collect()
        }
        _ => seen.into_iter().map(|((tls13, server), seen)| (role_and_version(tls13, server), seen)).collect(),
    }
}

fn version(tls13: bool) -> &'static str {
    if tls13 { "1.3" } else { "1.2" }
}

fn role_and_version(tls13: bool, server: bool) -> &'static str {
    match (tls13, server) {
        (false, false) => "1.2, we are the client",
        (false, true) => "1.2, we are the server",
        (true, false) => "1.3, we are the client",
        (true, true) => "1.3, we are the server",
    }
}

/// What all faces see of it, and how many they were.
fn faces(what: &str, fault: fn(&mut Stage), role: Role, tls13: bool) -> (Seen, u32) {
    let mut first = None;
    let mut runs = 0;
    for face in FACES {
        let waits = first.as_ref().is_some_and(|seen: &Seen| seen.read == WAITS);
        if waits && face.waits() {
            continue;
        }
        let (session, mut stage) = Stage::new(role, tls13);
        stage.data(BEFORE.as_bytes());
        fault(&mut stage);
        if !stage.over {
            stage.data(AFTER.as_bytes());
        }
        stage.deliver();
        let (read, write, data, session) = run(face, session);
        let seen = Seen { read, write, peer: stage.peer_receives(), kept: kept(&data) };
        drop(session);
        runs += 1;
        let first = first.get_or_insert_with(|| seen.clone());
        assert_eq!(*first, seen, "{what}: {face:?} sees another thing than {:?}", FACES[0]);
    }
    let seen = first.expect("there are faces");
    (seen, runs)
}

/// What was received, in words.
fn kept(data: &str) -> String {
    let middle = data.strip_prefix(BEFORE).unwrap_or_else(|| panic!("what came before is lost: {data:?}"));
    match middle.strip_suffix(AFTER) {
        Some(_) => "all".to_owned(),
        None if middle.is_empty() => "all before it".to_owned(),
        None => format!("all before it, and {} bytes of it", middle.len()),
    }
}

/// Compares `table` with the part of the manual between the marks of `name`; with UPDATE it becomes that part.
pub(crate) fn document(name: &str, table: &str) {
    const PATH: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/faults.md");
    let (begin, end) = (format!("<!-- {name} -->\n"), format!("<!-- end of {name} -->\n"));
    let table = table.replace(&format!("data ({ANSWER})"), "our data");
    // Two tests write a part each.
    static ALONE: Mutex<()> = Mutex::new(());
    let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    let text = fs::read_to_string(PATH).expect("the manual's chapter");
    let (head, rest) = text.split_once(&begin).expect("the mark before the table");
    let (old, tail) = rest.split_once(&end).expect("the mark after the table");
    if std::env::var_os("UPDATE").is_some() {
        fs::write(PATH, format!("{head}{begin}{table}{end}{tail}")).expect("writing the chapter");
        return;
    }
    let differences: Vec<String> = table
        .lines()
        .filter(|line| !old.lines().any(|known| known == *line))
        .map(|line| format!("seen:    {line}"))
        .chain(
            old.lines().filter(|line| !table.lines().any(|seen| seen == *line)).map(|line| format!("manual:  {line}")),
        )
        .collect();
    assert!(differences.is_empty(), "docs/faults.md says otherwise:\n{}", differences.join("\n"));
}
