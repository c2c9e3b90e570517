//! `logging::to_tracing`, in a process of its own.

mod common;

use std::sync::Mutex;

use gnutls::logging::{self, Level};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

use common::{TLS13, client, connect, server, tcp};

static SAID: Mutex<Vec<(tracing::Level, String)>> = Mutex::new(Vec::new());

struct Collector;

impl Subscriber for Collector {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        let metadata = event.metadata();
        SAID.lock().expect("no panic under the lock").push((*metadata.level(), metadata.target().to_owned()));
    }

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

#[test]
fn messages_are_events_of_the_target_gnutls() {
    tracing::dispatcher::set_global_default(tracing::Dispatch::new(Collector)).expect("there is no other");
    logging::to_tracing(Level::HANDSHAKE).expect("nobody has used GnuTLS");
    let _sessions = connect(&client(TLS13), &server(TLS13), tcp());
    let said = SAID.lock().expect("no panic under the lock");
    assert!(said.iter().any(|(level, _)| *level == tracing::Level::TRACE), "{said:?}");
    assert!(said.iter().all(|(_, target)| target == "gnutls"), "{said:?}");
}
