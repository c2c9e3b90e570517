//! A stress of one session in two directions, made for ThreadSanitizer; `ci/tsan.sh` runs it so, for longer.
//!
//! `cargo test --test tsan -- [--seconds SECONDS] [NAME...]`: so long per case, the cases whose names contain one of
//! these. With `--control` it runs GnuTLS without our lock instead, which must go wrong.
//!
//! There is no libtest here, no `mpsc` and no scoped thread: std is not instrumented, so ThreadSanitizer sees nothing
//! of how they synchronise. It does see parking_lot, and the start and the join of a thread. The fence before an `Arc`
//! frees its contents it does not see: what threads share is dropped after they are joined.

mod asked;
#[path = "../common/mod.rs"]
mod common;
mod control;
mod datagrams;
mod renegotiated;
mod stress;

use std::time::Duration;

use stress::{Case, Plan, Updates, Wire};

const TLS12: &str = "NORMAL:-VERS-ALL:+VERS-TLS1.2";
const TLS13: &str = "NORMAL:-VERS-ALL:+VERS-TLS1.3";
const USUAL: Case = Case { name: "", priority: TLS13, wire: Wire::Tcp, updates: Updates::ByHand, plan: Plan::BothWays };

const CASES: &[Case] = &[
    Case { name: "tls13_tcp", ..USUAL },
    Case { name: "tls13_narrow_pipe", wire: Wire::Memory(1000), ..USUAL },
    Case { name: "tls13_updates_by_limit", wire: Wire::Memory(1 << 20), updates: Updates::ByLimit, ..USUAL },
    Case { name: "tls13_writer_alone", plan: Plan::WriterAlone, ..USUAL },
    Case { name: "tls13_polled_and_asked", plan: Plan::PolledAndAsked, ..USUAL },
    Case { name: "tls13_client_asked", plan: Plan::ClientAsked, ..USUAL },
    Case { name: "tls13_client_asked_narrow", plan: Plan::ClientAsked, wire: Wire::Memory(1000), ..USUAL },
    Case { name: "tls13_many_sessions", plan: Plan::ManySessions, ..USUAL },
    Case { name: "tls12_tcp", priority: TLS12, updates: Updates::None, ..USUAL },
    Case { name: "tls12_narrow_pipe", priority: TLS12, updates: Updates::None, wire: Wire::Memory(1000), ..USUAL },
    Case { name: "tls12_writer_alone", priority: TLS12, updates: Updates::None, plan: Plan::WriterAlone, ..USUAL },
    Case {
        name: "tls12_polled_and_asked",
        priority: TLS12,
        updates: Updates::None,
        plan: Plan::PolledAndAsked,
        ..USUAL
    },
    Case { name: "tls12_renegotiated", priority: TLS12, updates: Updates::None, plan: Plan::Renegotiated, ..USUAL },
    Case {
        name: "tls12_renegotiated_pipe",
        priority: TLS12,
        updates: Updates::None,
        plan: Plan::Renegotiated,
        wire: Wire::Memory(1000),
    },
    Case { name: "tls12_many_sessions", priority: TLS12, updates: Updates::None, plan: Plan::ManySessions, ..USUAL },
];

fn main() {
    let mut seconds = 0.3;
    let mut names = Vec::new();
    let (mut list, mut control) = (false, false);
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--seconds" => seconds = arguments.next().and_then(|s| s.parse().ok()).expect("--seconds has a number"),
            "--control" => control = true,
            "--list" => list = true,
            // What `cargo test` passes on to every test program.
            option if option.starts_with('-') => {}
            _ => names.push(argument),
        }
    }
    let duration = Duration::from_secs_f64(seconds);
    if control {
        return control::run(duration);
    }
    let chosen = |case: &str| names.is_empty() || names.iter().any(|name| case.contains(name.as_str()));
    for (name, records) in datagrams::CASES.into_iter().filter(|(name, _)| chosen(name)) {
        if list {
            println!("{name}: test");
        } else {
            println!("{name:<24}{}", datagrams::run(records, duration));
        }
    }
    for case in CASES.iter().filter(|case| chosen(case.name)) {
        if list {
            println!("{}: test", case.name);
        } else {
            println!("{:<24}{}", case.name, case.run(duration));
        }
    }
}
