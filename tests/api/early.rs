//! Early data: every byte arrives once, apart from the rest, or comes back.

use std::io::{Read, Write};
use std::sync::Arc;

use gnutls::transport::{Transport, memory};
use gnutls::{
    AntiReplay, EarlyData, EarlyOutcome, ErrorKind, MemoryReplayStore, Priority, Progress, ServerConfig, SessionData,
    TicketKey,
};

use crate::common::early::{
    self, MOST, accepted, client, client_builder, over, server_builder, sooner_or_later, ticket,
};
use crate::common::polled::{Side, meet};
use crate::common::{HOST, TLS13, check, fill};
use crate::is;

fn server() -> ServerConfig {
    server_builder().early_data(MOST, AntiReplay::in_this_process(1000)).build().expect("a server")
}

#[test]
fn every_byte_arrives_once_and_apart_from_the_rest() {
    if !early::are_taken() {
        return;
    }
    let (config, server) = (client(), server());
    for (capacity, length) in [(1 << 16, 1), (1 << 16, 16384), (1 << 10, 16385), (1 << 12, MOST as usize), (1, 3000)] {
        let mut bytes = vec![0; length];
        fill(1, 0, &mut bytes);
        let (client, far) = accepted(capacity, &config, &server, &bytes);
        assert!(client.is_resumed() && far.is_resumed());
        assert!(client.take_unaccepted_early_data().is_none());
        let early = far.early_data().expect("early data");
        assert_eq!(early.replayable().len(), length);
        check(1, 0, early.replayable());
        assert!(far.early_data().is_none(), "once");
        // What is read has nothing of them.
        assert_eq!(client.send(b"x").expect("sending"), 1);
        let mut rest = [0; 16];
        let received = loop {
            client.try_flush().expect("flushing");
            match far.recv(&mut rest) {
                Err(error) if error.would_block() => {}
                other => break other.expect("receiving"),
            }
        };
        assert_eq!(&rest[..received], b"x");
    }
}

#[test]
fn a_server_that_takes_no_early_data_gives_no_ticket_for_them() {
    let (config, server) = (client(), server_builder().build().expect("a server"));
    let data = ticket(&config, &server);
    assert_eq!(data.max_early_data(), 0);
    let connect = config.to(HOST).expect("a name").resume(&data).early_data(b"early");
    let (client, far) = over(1 << 16, connect, &server);
    assert!(client.is_resumed());
    assert_eq!(client.early_outcome(), Some(EarlyOutcome::NotSent));
    assert_eq!(client.take_unaccepted_early_data().as_deref(), Some(&b"early"[..]));
    assert!(client.take_unaccepted_early_data().is_none(), "once");
    assert!(far.early_data().is_none());
}

#[test]
fn without_a_session_to_resume_they_come_back() {
    if !early::are_taken() {
        return;
    }
    let (client, far) = over(1 << 16, client().to(HOST).expect("a name").early_data(b"early"), &server());
    assert_eq!(client.early_outcome(), Some(EarlyOutcome::NotSent));
    assert_eq!(client.take_unaccepted_early_data().as_deref(), Some(&b"early"[..]));
    assert!(far.early_data().is_none());
    let (client, _far) = over(1 << 16, crate::common::early::client().to(HOST).expect("a name"), &self::server());
    assert_eq!((client.early_outcome(), client.take_unaccepted_early_data()), (None, None));
}

#[test]
fn more_than_the_ticket_allows_is_not_sent() {
    if !early::are_taken() {
        return;
    }
    let server = server_builder().early_data(100, AntiReplay::in_this_process(10)).build().expect("a server");
    let config = client();
    let data = ticket(&config, &server);
    assert_eq!(data.max_early_data(), 100);
    let connect = config.to(HOST).expect("a name").resume(&data).early_data(&[7; 101]);
    let (client, _far) = over(1 << 16, connect, &server);
    assert_eq!(client.early_outcome(), Some(EarlyOutcome::NotSent));
    assert_eq!(client.take_unaccepted_early_data(), Some(vec![7; 101]));
    accepted(1 << 16, &config, &server, &[7; 100]);
}

/// Two servers that have the same tickets, and take early data up to so many bytes.
fn with_one_key(limits: [u32; 2]) -> [ServerConfig; 2] {
    let key = TicketKey::generate().expect("a key");
    let store = Arc::new(MemoryReplayStore::new(1000));
    limits.map(|most| {
        let builder = server_builder().ticket_key(key.clone()).early_data(most, AntiReplay::shared(store.clone()));
        builder.build().expect("a server")
    })
}

#[test]
fn more_than_the_server_takes_ends_the_handshake() {
    if !early::are_taken() {
        return;
    }
    let [generous, strict] = with_one_key([MOST, 100]);
    let config = client();
    let error = sooner_or_later(|| {
        let connect = config.to(HOST).expect("a name").resume(&ticket(&config, &generous)).early_data(&[7; 101]);
        let (near, far) = memory::pair(1 << 16);
        let client = connect.start(near).expect("a client");
        let Progress::Pending(_client) = client.advance().expect("a first flight") else { panic!("too early") };
        strict.start(far).expect("a server").advance().err()
    });
    is(&error, ErrorKind::Protocol, &["the handshake with a client"]);
}

#[test]
fn a_server_that_ignores_them_lets_them_be_sent_again() {
    if !early::are_taken() {
        return;
    }
    let (key, config) = (TicketKey::generate().expect("a key"), client());
    let anti_replay = AntiReplay::shared(Arc::new(MemoryReplayStore::new(10)));
    let taking = server_builder().ticket_key(key.clone()).early_data(16384, anti_replay).build().expect("a server");
    let ignoring = server_builder().ticket_key(key).build().expect("a server");
    let connect = config.to(HOST).expect("a name").resume(&ticket(&config, &taking)).early_data(b"early");
    let (client, far) = over(1 << 16, connect, &ignoring);
    assert!(client.is_resumed());
    assert_eq!(client.early_outcome(), Some(EarlyOutcome::Rejected));
    assert!(far.early_data().is_none());
    let bytes = client.take_unaccepted_early_data().expect("they come back");
    (&client).write_all(&bytes).expect("writing");
    let mut read = [0; 5];
    (&far).read_exact(&mut read).expect("reading");
    assert_eq!(&read, b"early");
}

#[test]
fn a_server_that_knows_other_tickets_lets_them_be_sent_again() {
    if !early::are_taken() {
        return;
    }
    let (config, data) = (client(), ticket(&client(), &server()));
    // Of another configuration: it is not for this one.
    let connect = config.to(HOST).expect("a name").resume(&data).early_data(b"early");
    is(&connect.start(memory::pair(1).0).expect_err("refused"), ErrorKind::Misuse, &["sending early data", "verified"]);
    let data = ticket(&config, &server());
    let connect = config.to(HOST).expect("a name").resume(&data).early_data(b"early");
    let (client, far) = over(1 << 16, connect, &server());
    assert!(!client.is_resumed());
    assert_eq!(client.early_outcome(), Some(EarlyOutcome::Rejected));
    assert_eq!(client.take_unaccepted_early_data().as_deref(), Some(&b"early"[..]));
    assert!(far.early_data().is_none());
}

#[test]
fn early_data_go_only_to_whom_this_configuration_has_verified_under_this_name() {
    if !early::are_taken() {
        return;
    }
    let (config, server) = (client(), server());
    let data = ticket(&config, &server);
    let refused = |connect: gnutls::Connect| {
        let error = connect.early_data(b"early").start(memory::pair(1).0).expect_err("refused");
        is(&error, ErrorKind::Misuse, &["sending early data", "verified"]);
    };
    refused(config.to("example.org").expect("a name").resume(&data));
    refused(client().to(HOST).expect("a name").resume(&data));
    // SAFETY: as they came from `as_bytes`.
    let saved = unsafe { SessionData::from_bytes(data.as_bytes()) };
    assert_eq!(saved.max_early_data(), MOST as usize);
    refused(config.to(HOST).expect("a name").resume(&saved));
    // Who verifies nobody may send to anybody.
    let config = client_builder().dangerous().accept_any_certificate().build().expect("a client");
    accepted(1 << 16, &config, &server, b"early");
}

#[test]
fn a_server_can_begin_with_them_before_the_handshake_is_finished() {
    if !early::are_taken() {
        return;
    }
    let (config, server) = (client(), server());
    sooner_or_later(|| {
        let connect = config.to(HOST).expect("a name").resume(&ticket(&config, &server)).early_data(b"early");
        let (near, far) = memory::pair(1 << 16);
        let (client, far) = (connect.start(near).expect("a client"), server.start(far).expect("a server"));
        let Progress::Pending(client) = client.advance().expect("a first flight") else { panic!("too early") };
        let Progress::Pending(mut far) = far.advance().expect("an answer") else { panic!("too early") };
        let early = far.early_data()?;
        assert_eq!(early.into_replayable(), b"early");
        let (client, far) = meet(client, far, 10);
        assert_eq!(client.session().early_outcome(), Some(EarlyOutcome::Accepted));
        assert!(far.session().early_data().is_none(), "it was taken before");
        Some(())
    });
}

#[cfg_attr(not(gnutls_3_7_2), ignore = "it came with GnuTLS 3.7.2")]
#[test]
fn both_sides_know_the_algorithms_and_export_the_same_early() {
    if !early::are_taken() {
        return;
    }
    #[cfg(gnutls_3_7_2)]
    {
        let (config, server) = (client(), server());
        let (client, server) = sooner_or_later(|| {
            let connect = config.to(HOST).expect("a name").resume(&ticket(&config, &server)).early_data(b"early");
            let (near, far) = memory::pair(1 << 16);
            let client = connect.start(near).expect("a client");
            is(&client.early_exporter("label", b"", 32).expect_err("too early"), ErrorKind::Misuse, &["on their way"]);
            let Progress::Pending(client) = client.advance().expect("a first flight") else { panic!("too early") };
            let server = server.start(far).expect("a server");
            let Progress::Pending(mut server) = server.advance().expect("an answer") else { panic!("too early") };
            server.early_data().map(|_| (client, server))
        });
        assert!(client.early_cipher().is_some());
        assert_eq!(client.early_cipher(), server.early_cipher());
        assert_eq!(client.early_hash(), server.early_hash());
        for (label, context, length) in [("EXPORTER-test", &b""[..], 32), ("EXPORTER-test", b"context", 8160)] {
            let ours = client.early_exporter(label, context, length).expect("a secret");
            let theirs = server.early_exporter(label, context, length).expect("a secret");
            assert!(ours.len() == length && *ours == *theirs);
        }
        let one = client.early_exporter("one", b"", 32).expect("a secret");
        assert_ne!(*one, *client.early_exporter("other", b"", 32).expect("a secret"));
        is(&client.early_exporter("x", b"", 8161).expect_err("refused"), ErrorKind::InvalidInput, &["too long"]);
        is(&client.early_exporter(&"x".repeat(64), b"", 1).expect_err("refused"), ErrorKind::InvalidInput, &[]);
        client.early_exporter(&"x".repeat(63), b"", 1).expect("the longest label");
    }
}

#[test]
fn a_server_whose_repetitions_nobody_would_recognise_is_not_built() {
    if !early::are_taken() {
        return;
    }
    let key = TicketKey::generate().expect("a key");
    let builder = server_builder().ticket_key(key).early_data(100, AntiReplay::in_this_process(10));
    is(&builder.build().expect_err("refused"), ErrorKind::Misuse, &["another server", "share"]);
    let builder = server_builder().tickets(false).early_data(100, AntiReplay::in_this_process(10));
    is(&builder.build().expect_err("refused"), ErrorKind::Misuse, &["tickets"]);
    server_builder().early_data(0, AntiReplay::in_this_process(0)).build().expect("none are taken");
}

/// GnuTLS as a client cannot answer a HelloRetryRequest after early data, and the handshake fails; but in 3.8.13 it can, and
/// as a server has taken them before (RFC 8446, section 4.2.10, would have it refuse them).
#[test]
fn early_data_that_meet_a_wish_for_another_key_share_arrive_once_or_come_back() {
    if !early::are_taken() {
        return;
    }
    let (key, store) = (TicketKey::generate().expect("a key"), Arc::new(MemoryReplayStore::new(1000)));
    let with = |priority: &str| {
        let builder = server_builder().ticket_key(key.clone()).early_data(100, AntiReplay::shared(store.clone()));
        builder.priority(Priority::new(priority).expect("priorities")).build().expect("a server")
    };
    let (one, other) = (with(TLS13), with("NORMAL:-VERS-ALL:+VERS-TLS1.3:-GROUP-ALL:+GROUP-SECP521R1"));
    let config = client();
    let connect = config.to(HOST).expect("a name").resume(&ticket(&config, &one)).early_data(b"early");
    let (near, far) = memory::pair(1 << 16);
    match meet(connect.start(near).expect("a client"), other.start(far).expect("a server"), 20) {
        (Side::Done(client), Side::Done(far)) => {
            let came_back = client.take_unaccepted_early_data();
            assert_eq!(client.early_outcome() == Some(EarlyOutcome::Rejected), came_back.is_some());
            let taken = far.early_data().map(EarlyData::into_replayable);
            assert_eq!(taken.or(came_back.clone()).as_deref(), Some(&b"early"[..]));
            assert!(came_back.is_none() || far.early_data().is_none());
        }
        (Side::Failed(error), _) => is(&error, ErrorKind::Protocol, &["the handshake with"]),
        _ => panic!("neither an end nor an error"),
    }
}

#[test]
fn a_first_flight_is_not_longer_than_it_must_be() {
    if !early::are_taken() {
        return;
    }
    let (config, server) = (client(), server());
    let data = ticket(&config, &server);
    let flight = |connect: gnutls::Connect| {
        let (near, far) = memory::pair(1 << 16);
        let Ok(Progress::Pending(_client)) = connect.start(near).expect("a client").advance() else {
            panic!("no flight")
        };
        far.try_read(&mut [0; 1 << 16]).expect("a flight")
    };
    let connect = || config.to(HOST).expect("a name").resume(&data);
    let (without, with) = (flight(connect()), flight(connect().early_data(&[7; 1000])));
    assert!(with > without + 1000 && with < without + 1100, "{without} and {with}");
}
