//! `logging::to_log`, in a process of its own.

mod common;

use std::sync::Mutex;

use gnutls::logging::{self, Level};

use common::{TLS13, client, connect, server, tcp};

static SAID: Mutex<Vec<(log::Level, String)>> = Mutex::new(Vec::new());

struct Collector;

impl log::Log for Collector {
    fn enabled(&self, _: &log::Metadata<'_>) -> bool {
        true
    }

    fn log(&self, record: &log::Record<'_>) {
        SAID.lock().expect("no panic under the lock").push((record.level(), record.target().to_owned()));
    }

    fn flush(&self) {}
}

#[test]
fn messages_are_records_of_the_target_gnutls() {
    log::set_logger(&Collector).expect("there is no other");
    log::set_max_level(log::LevelFilter::Trace);
    logging::to_log(Level::HANDSHAKE).expect("nobody has used GnuTLS");
    let _sessions = connect(&client(TLS13), &server(TLS13), tcp());
    let said = SAID.lock().expect("no panic under the lock");
    assert!(said.iter().any(|(level, _)| *level == log::Level::Trace), "{said:?}");
    assert!(said.iter().all(|(_, target)| target == "gnutls"), "{said:?}");
}
