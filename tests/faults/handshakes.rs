//! Faults in the middle of a handshake: how it ends, and what the peer is told.

use std::ffi::c_int;
use std::fmt::Write as _;
use std::thread;

use gnutls::transport::{Readiness, Transport, Wait, memory};
use gnutls::{Handshaking, Progress};
use gnutls_sys as sys;

use crate::common::within;
use crate::forge::{ALERT, CHANGE_CIPHER_SPEC, DATA, HANDSHAKE, head, records};
use crate::raw::{Raw, Role, name};
use crate::scripted::Fault;
use crate::seen::{GOES_ON, WAITS, describe};
use crate::stage::{End, ROLES, VERSIONS, begin, priority, put, take};
use crate::table::document;

/// What the peer says in the clear, in the handshake.
struct Case {
    name: &'static str,
    says: fn() -> Vec<u8>,
    /// And then the transport does this.
    then: Option<Fault>,
}

const fn says(name: &'static str, says: fn() -> Vec<u8>) -> Case {
    Case { name, says, then: None }
}

const fn ends(name: &'static str, fault: Fault, says: fn() -> Vec<u8>) -> Case {
    Case { name, says, then: Some(fault) }
}

const CASES: &[Case] = &[
    ends("the transport ends", Fault::Cut, Vec::new),
    ends("the transport ends in the head of a record", Fault::Cut, || vec![HANDSHAKE, 3, 3]),
    ends("the transport ends in the body of a record", Fault::Cut, || [&head(HANDSHAKE, 9)[..], &[2, 0]].concat()),
    ends("reading fails (a reset)", Fault::Reset, Vec::new),
    says("close_notify", || alert(1, 0)),
    ends("close_notify, then the transport ends", Fault::Cut, || alert(1, 0)),
    says("a fatal alert (handshake_failure)", || alert(2, 40)),
    ends("a fatal alert, then the transport fails", Fault::Reset, || alert(2, 40)),
    says("a fatal alert that nobody knows (213)", || alert(2, 213)),
    says("a warning (unrecognized_name)", || alert(1, 112)),
    says("20 warnings", || alert(1, 112).repeat(20)),
    says("100 warnings", || alert(1, 112).repeat(100)),
    says("user_canceled", || alert(1, 90)),
    says("half an alert", || record(ALERT, &[2])),
    says("text that is no TLS", || b"HTTP/1.1 400 Bad Request\r\n\r\n".to_vec()),
    says(IN_THE_CLEAR, || record(DATA, b"oops")),
    says("an unknown type (99)", || record(99, b"oops")),
    says("a heartbeat", || record(24, &[1, 0, 2, 7, 7])),
    says("a change of cipher too early", || record(CHANGE_CIPHER_SPEC, &[1])),
    says("100 changes of cipher", || record(CHANGE_CIPHER_SPEC, &[1]).repeat(100)),
    says("a length of 20,000 bytes", || head(HANDSHAKE, 20_000).to_vec()),
    says("a record without a body", || head(HANDSHAKE, 0).to_vec()),
    says("1000 records without a body", || head(HANDSHAKE, 0).repeat(1000)),
    says("a HelloRequest", || record(HANDSHAKE, &[0; 4])),
    says("a Finished", || record(HANDSHAKE, &[20, 0, 0, 4, 1, 2, 3, 4])),
    says("a key update", || record(HANDSHAKE, &[24, 0, 0, 1, 0])),
    says("a message that nobody knows (99)", || record(HANDSHAKE, &[99, 0, 0, 1, 0])),
    says("a message that says it has 16 MB, and 1 MB of it", || {
        [record(HANDSHAKE, &[2, 255, 255, 255, 0]), record(HANDSHAKE, &[0; 1 << 14]).repeat(64)].concat()
    }),
];

const IN_THE_CLEAR: &str = "data in the clear";

fn record(kind: u8, body: &[u8]) -> Vec<u8> {
    [&head(kind, body.len())[..], body].concat()
}

fn alert(level: u8, description: u8) -> Vec<u8> {
    record(ALERT, &[level, description])
}

#[test]
fn every_fault_of_a_handshake_ends_as_the_manual_says() {
    let mut table = String::new();
    for (title, after_the_first) in
        [("Before the peer's first message", false), ("After the peer's first message", true)]
    {
        write!(table, "## {title}\n\n| fault | TLS | our client | the server gets | our server | the client gets |\n|---|---|---|---|---|---|\n")
            .expect("room");
        let in_the_clear = line(CASES.iter().find(|case| case.name == IN_THE_CLEAR).expect("it is there"), true, true);
        for case in CASES {
            let [one, other] = VERSIONS.map(|tls13| line(case, after_the_first, tls13));
            let mut versions = if one == other { vec![("1.2, 1.3", one)] } else { vec![("1.2", one), ("1.3", other)] };
            // With the keys of TLS 1.3 most faults look the same: one stands for all.
            versions.retain(|(_, line)| *line != in_the_clear || case.name == IN_THE_CLEAR);
            for (version, line) in versions {
                writeln!(table, "| {} | {version} | {line} |", case.name).expect("room");
            }
        }
        if !after_the_first {
            table.push('\n');
        }
    }
    document("handshakes", &table);
}

/// What our client and our server make of it.
fn line(case: &Case, after_the_first: bool, tls13: bool) -> String {
    let seen = ROLES.map(|role| {
        let (says, then) = (case.says, case.then);
        within(case.name, move || {
            let polled = run(role, tls13, after_the_first, &says(), then, poll);
            if polled.0 != WAITS {
                assert_eq!(polled, run(role, tls13, after_the_first, &says(), then, wait), "polled and waited for");
            }
            polled
        })
    });
    seen.map(|(ours, peer)| format!("{ours} | {peer}")).join(" | ")
}

/// The fault in a handshake that `on` sees to its end: how it went for us, and what the peer got.
fn run(
    role: Role,
    tls13: bool,
    after_the_first: bool,
    says: &[u8],
    then: Option<Fault>,
    on: fn(Handshaking<End>, &mut Peer) -> String,
) -> (String, String) {
    let (ours, far) = begin(role, tls13);
    let mut peer =
        Peer { raw: Raw::new(role.other(), priority(tls13)), far, code: sys::GNUTLS_E_AGAIN, heard: Vec::new() };
    let script = std::sync::Arc::clone(&ours.get_ref().script);
    let Progress::Pending(ours) = ours.advance().expect("a beginning") else { panic!("nobody has said anything") };
    peer.hear();
    let flight = records(&peer.raw.written());
    let cut = usize::from(after_the_first);
    let mut wire = flight[..cut].concat();
    wire.extend_from_slice(says);
    match then {
        Some(fault) => script.fault_in_reading(wire.len() as u64, fault),
        None => wire.extend(flight[cut..].concat()),
    }
    put(&peer.far, &wire);
    let ours = on(ours, &mut peer);
    peer.hear();
    (ours, peer.got())
}

/// The peer, its end of the wire, and what it has heard of us.
struct Peer {
    raw: Raw,
    far: memory::End,
    code: c_int,
    heard: Vec<u8>,
}

impl Peer {
    fn hear(&mut self) {
        let bytes = take(&self.far);
        self.raw.feed(&bytes);
        self.heard.extend(bytes);
        if self.code == sys::GNUTLS_E_AGAIN {
            self.code = self.raw.handshake();
        }
    }

    fn speak(&self) {
        // We may be gone.
        let _ = self.far.try_write(&self.raw.written());
    }

    fn got(&self) -> String {
        let in_the_clear = |record: &&Vec<u8>| record[0] == ALERT && record.len() == 7;
        match (records(&self.heard).iter().find(in_the_clear), name(self.code).as_str()) {
            // A peer that has its keys may not take it any more.
            (Some(alert), _) => format!("`{}`", gnutls::Alert(alert[6])),
            (None, "GNUTLS_E_FATAL_ALERT_RECEIVED") => {
                format!("`{}`", gnutls::Alert(self.raw.alert_received().expect("an alert")))
            }
            (None, "GNUTLS_E_SUCCESS") => match self.raw.recv_all().1 {
                sys::GNUTLS_E_FATAL_ALERT_RECEIVED => {
                    format!("`{}`", gnutls::Alert(self.raw.alert_received().expect("an alert")))
                }
                code => {
                    assert_eq!(code, sys::GNUTLS_E_AGAIN);
                    "nothing".to_owned()
                }
            },
            (None, "GNUTLS_E_AGAIN") => "nothing".to_owned(),
            (None, other) => panic!("the peer fails by itself: {other}"),
        }
    }
}

/// Advances both sides until nothing moves any more.
fn poll(mut ours: Handshaking<End>, peer: &mut Peer) -> String {
    for _ in 0..50 {
        ours = match ours.advance() {
            Ok(Progress::Pending(unfinished)) => unfinished,
            Ok(Progress::Done(session)) => {
                assert!(session.try_flush().expect("the last flight"));
                return GOES_ON.to_owned();
            }
            Err(error) => return describe(&error),
        };
        peer.hear();
        peer.speak();
    }
    WAITS.to_owned()
}

/// The same with the call that waits, which must not wait without end.
fn wait(ours: Handshaking<End>, peer: &mut Peer) -> String {
    thread::scope(|scope| {
        let ours = scope.spawn(|| match ours.complete() {
            Ok(session) => (GOES_ON.to_owned(), Some(session)),
            Err(error) => (describe(&error), None),
        });
        // Our end of the wire is dropped with the error; it stays with the session.
        while peer.code == sys::GNUTLS_E_AGAIN && !ours.is_finished() {
            peer.far.wait(Readiness { readable: true, writable: false }, None).expect("a wire");
            peer.hear();
            peer.speak();
        }
        ours.join().expect("no panic").0
    })
}
