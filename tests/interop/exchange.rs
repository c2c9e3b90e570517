//! Bulk data both ways at once between a session and the standard streams of a tool, with key updates in the middle.

use std::thread;

use gnutls::KeyUpdateRequest::{self, NotRequested, Requested};
use gnutls::{Counters, Protocol};

use crate::ours::Tls;
use crate::process::Tool;
use crate::text;

/// The most a tool reads from its standard input at once is 4095 (gnutls-cli).
const LARGEST_MESSAGE: usize = 4000;

/// What goes where, and which key updates come in the middle of it.
///
/// A GnuTLS peer bears 8 key updates in a second, answers included, so there are fewer whatever the speed.
pub(crate) struct Plan<'a> {
    /// Bytes from the tool to us.
    pub(crate) up: u64,
    /// Bytes from us to the tool.
    pub(crate) down: u64,
    /// Our key updates.
    pub(crate) ours: &'a [KeyUpdateRequest],
    /// The tool's commands for its own.
    pub(crate) theirs: &'a [&'a str],
    /// How many of those ask for ours.
    pub(crate) asking: u64,
    /// Ours come by a limit, as many as the pace allows, instead.
    pub(crate) by_limit: bool,
}

/// Runs `plan`; gives the session back, both directions still open.
pub(crate) fn run(session: Tls, tool: &Tool, plan: &Plan<'_>) -> Tls {
    const UP: u64 = 1;
    const DOWN: u64 = 2;
    const LAST: u64 = 3;
    let (mut reader, mut writer) = session.into_split();
    thread::scope(|scope| {
        let feeding = scope.spawn(|| {
            let mut stdin = tool.stdin();
            text::send(&mut stdin, (UP, plan.up), LARGEST_MESSAGE, plan.theirs.len(), |_, i| tool.say(plan.theirs[i]));
        });
        scope.spawn(|| {
            text::begin(&mut writer);
            text::send(&mut writer, (DOWN, plan.down), 40_000, plan.ours.len(), |writer, i| {
                writer.update_keys(plan.ours[i]).expect("a key update");
            });
        });
        let receiving = scope.spawn(|| {
            text::receive(&mut reader, (UP, plan.up));
            // The tool answers our key updates before this, having seen them.
            text::receive(&mut reader, (LAST, text::LINE));
        });
        text::receive_from_tool(&tool.stdout, (DOWN, plan.down));
        feeding.join().expect("no panic");
        let mut stdin = tool.stdin();
        text::send(&mut stdin, (LAST, text::LINE), LARGEST_MESSAGE, 0, |_, _| {});
        receiving.join().expect("no panic");
    });
    let session = reader.unsplit(writer).expect("two halves of one session");
    check(&session, plan);
    session
}

fn check(session: &Tls, plan: &Plan<'_>) {
    let counters = session.counters();
    assert_eq!(counters.bytes_sent, plan.down + 8, "and the mark");
    if plan.by_limit {
        assert_ne!(counters.key_updates_sent, 0);
        assert_eq!(counters.key_updates_received, 0);
    } else if session.protocol() == Protocol::TLS1_3 {
        check_key_updates(counters, plan.ours, plan.theirs.len() as u64, plan.asking);
    }
}

/// Checks the counters after `ours` and `theirs` key updates, of which `asking` asked for ours. An answer can serve
/// several that ask, and an update that comes by itself in time is an answer.
pub(crate) fn check_key_updates(counters: Counters, ours: &[KeyUpdateRequest], theirs: u64, asking: u64) {
    let asked = ours.iter().filter(|request| **request == Requested).count() as u64;
    let made = ours.len() as u64;
    let (sent, received) = (counters.key_updates_sent, counters.key_updates_received);
    let range = |own: u64, answers: u64| own.max(answers.min(1))..=own + answers;
    assert!(range(made, asking).contains(&sent), "{sent} sent, {made} of ours and {asking} asked for");
    assert!(range(theirs, asked).contains(&received), "{received} received, {theirs} of theirs and {asked} asked for");
}

/// Key updates of ours that ask for nothing, and some that do.
pub(crate) const MODEST: [KeyUpdateRequest; 3] = [NotRequested; 3];
pub(crate) const ASKING: [KeyUpdateRequest; 3] = [NotRequested, Requested, NotRequested];
