//! Early data that come again: the same first flight, played to servers as somebody who captured it would.

use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use gnutls::transport::{Transport, memory};
use gnutls::{AntiReplay, MemoryReplayStore, Progress, ReplayStore, ServerConfig, TicketKey};

use crate::common::HOST;
use crate::common::early::{self, client, server_builder, sooner_or_later, ticket};

const EARLY: &[u8] = b"transfer 100";

/// The first flight of a client that has a ticket of `server`'s, with early data.
fn flight(server: &ServerConfig) -> Vec<u8> {
    let config = client();
    let connect = config.to(HOST).expect("a name").resume(&ticket(&config, server)).early_data(EARLY);
    let (near, far) = memory::pair(1 << 16);
    let Ok(Progress::Pending(_client)) = connect.start(near).expect("a client").advance() else { panic!("no flight") };
    let mut flight = vec![0; 1 << 16];
    let length = far.try_read(&mut flight).expect("a flight");
    flight.truncate(length);
    flight
}

/// The early data that `server` takes from a flight.
fn play(flight: &[u8], server: &ServerConfig) -> Option<Vec<u8>> {
    let (wire, far) = memory::pair(1 << 16);
    assert_eq!(wire.try_write(flight).expect("writing"), flight.len());
    match server.start(far).expect("a server").advance().expect("an answer") {
        Progress::Pending(mut unfinished) => unfinished.early_data().map(gnutls::EarlyData::into_replayable),
        Progress::Done(_) => panic!("nobody has answered"),
    }
}

/// A flight whose early data `server` has just taken.
fn taken(server: &ServerConfig) -> Vec<u8> {
    sooner_or_later(|| {
        let flight = flight(server);
        let taken = play(&flight, server)?;
        assert_eq!(taken, EARLY);
        Some(flight)
    })
}

fn with(key: &TicketKey, anti_replay: AntiReplay) -> ServerConfig {
    server_builder().ticket_key(key.clone()).early_data(16384, anti_replay).build().expect("a server")
}

fn memory_store() -> Arc<MemoryReplayStore> {
    Arc::new(MemoryReplayStore::new(1000))
}

#[test]
fn a_server_takes_early_data_once() {
    if !early::are_taken() {
        return;
    }
    let anti_replay = AntiReplay::in_this_process(1000);
    let server = server_builder().early_data(16384, anti_replay).build().expect("a server");
    let flight = taken(&server);
    for _ in 0..3 {
        assert_eq!(play(&flight, &server), None);
    }
}

#[test]
fn servers_that_share_a_store_take_early_data_once_among_them() {
    if !early::are_taken() {
        return;
    }
    let (key, store) = (TicketKey::generate().expect("a key"), memory_store());
    let [one, other] = [(); 2].map(|()| with(&key, AntiReplay::shared(store.clone())));
    for (first, second) in [(&one, &other), (&other, &one)] {
        let flight = taken(first);
        assert_eq!(play(&flight, second), None);
        assert_eq!(play(&flight, first), None);
    }
}

/// Why a store must be shared.
#[test]
fn servers_with_one_key_and_two_stores_take_early_data_twice() {
    if !early::are_taken() {
        return;
    }
    let key = TicketKey::generate().expect("a key");
    let [one, other] = [(); 2].map(|()| with(&key, AntiReplay::shared(memory_store())));
    sooner_or_later(|| {
        let flight = taken(&one);
        play(&flight, &other)
    });
}

#[test]
fn a_server_that_started_after_the_ticket_takes_none() {
    if !early::are_taken() {
        return;
    }
    let (key, store) = (TicketKey::generate().expect("a key"), memory_store());
    let one = with(&key, AntiReplay::shared(store.clone()));
    let flight = flight(&one);
    // Its clock is of nanoseconds, and so is the ticket's.
    let started_later = with(&key, AntiReplay::shared(store));
    assert_eq!(play(&flight, &started_later), None);
}

#[test]
fn early_data_that_are_late_are_not_taken() {
    if !early::are_taken() {
        return;
    }
    let window = Duration::from_millis(1);
    let anti_replay = AntiReplay::in_this_process(1000).window(window);
    let server = server_builder().early_data(16384, anti_replay).build().expect("a server");
    let flight = flight(&server);
    let began = Instant::now();
    while began.elapsed() < window * 5 {
        thread::yield_now();
    }
    assert_eq!(play(&flight, &server), None);
}

#[test]
fn a_store_that_cannot_say_so_takes_none() {
    if !early::are_taken() {
        return;
    }
    struct Away;
    impl ReplayStore for Away {
        fn add(&self, _: &[u8], _: Duration) -> bool {
            false
        }
    }
    struct Broken;
    impl ReplayStore for Broken {
        fn add(&self, _: &[u8], _: Duration) -> bool {
            panic!("no store");
        }
    }
    let stores: [Arc<dyn ReplayStore>; 3] = [Arc::new(Away), Arc::new(Broken), Arc::new(MemoryReplayStore::new(0))];
    for store in stores {
        let server = with(&TicketKey::generate().expect("a key"), AntiReplay::shared(store));
        for _ in 0..3 {
            assert_eq!(play(&flight(&server), &server), None);
        }
    }
}

#[test]
fn a_store_is_given_names_that_are_the_same_everywhere_and_live_past_the_window() {
    if !early::are_taken() {
        return;
    }
    type Added = Vec<(Vec<u8>, Duration)>;
    #[derive(Default)]
    struct Told(Mutex<Added>);
    impl ReplayStore for Told {
        fn add(&self, name: &[u8], lifetime: Duration) -> bool {
            self.0.lock().expect("no panic").push((name.to_vec(), lifetime));
            true
        }
    }
    let (key, store) = (TicketKey::generate().expect("a key"), Arc::new(Told::default()));
    let window = Duration::from_secs(60);
    let [one, other] = [(); 2].map(|()| with(&key, AntiReplay::shared(store.clone()).window(window)));
    let names = sooner_or_later(|| {
        store.0.lock().expect("no panic").clear();
        let flight = flight(&one);
        play(&flight, &one)?;
        play(&flight, &other)?;
        Some(store.0.lock().expect("no panic").clone())
    });
    let [(first, lifetime), (second, _)] = &names[..] else { panic!("{names:?}") };
    assert_eq!(first, second);
    assert!(first.len() >= 32, "a binder: {first:?}");
    assert!(*lifetime > window, "{lifetime:?}");
}

#[test]
fn of_many_servers_that_get_a_flight_at_once_one_takes_its_early_data() {
    if !early::are_taken() {
        return;
    }
    let (key, store) = (TicketKey::generate().expect("a key"), memory_store());
    let servers: Vec<_> = (0..4).map(|_| with(&key, AntiReplay::shared(store.clone()))).collect();
    sooner_or_later(|| {
        let flight = flight(&servers[0]);
        let playing: Vec<_> = (servers.iter().cycle().take(16).cloned())
            .map(|server| {
                let flight = flight.clone();
                thread::spawn(move || play(&flight, &server).is_some())
            })
            .collect();
        let taken = playing.into_iter().map(|one| one.join().expect("no panic")).filter(|taken| *taken);
        let taken = taken.count();
        assert!(taken <= 1, "{taken} took it");
        (taken == 1).then_some(())
    });
}
