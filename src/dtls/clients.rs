//! The clients of one socket: who is new, whose a datagram is, and how many there may be.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::Instant;

use parking_lot::Mutex;

use super::places::Places;
use super::waiting::End;
use crate::cookie::{Cookie, CookieKey, Prestate};
use crate::error::Result;
use crate::transport::records::{HelloRandom, hello_random};

/// How many clients there are at once, unless the program says so.
const CLIENTS: usize = 1024;

/// What comes for a session.
pub(crate) trait Inlet {
    /// A datagram has come.
    fn put(&self, datagram: &[u8]);

    /// Nothing comes any more: whoever waits is told.
    fn end(&self, end: End);
}

/// The clients by their addresses, each with the queues of its datagrams: one, or two if it has begun anew.
pub(crate) struct Clients<Q> {
    known: Mutex<HashMap<SocketAddr, Places<Q>>>,
    keys: Mutex<Keys>,
    most: AtomicUsize,
    turned_away: AtomicU64,
}

struct Keys {
    now: CookieKey,
    /// The key before: who has one of its cookies has not been told of the other yet.
    last: Option<CookieKey>,
}

/// Whose a datagram was.
pub(crate) enum Whose {
    /// That of a client that is known, or of somebody who claims its address: its sessions have it.
    Known,
    /// That of somebody who has shown a cookie, and may be [added](Clients::add).
    New(Newcomer),
    /// That of somebody who is to be sent this, and nothing else.
    Asked(Vec<u8>),
    /// Nobody's: it was turned away or ignored.
    Nobody,
}

/// Who has said hello with a cookie.
pub(crate) struct Newcomer {
    pub(crate) prestate: Prestate,
    hello: HelloRandom,
    /// It has a session, or had one that the program has not let go yet.
    pub(crate) is_restart: bool,
}

impl<Q: Inlet> Clients<Q> {
    pub(crate) fn new(key: CookieKey) -> Clients<Q> {
        Clients {
            known: Mutex::default(),
            keys: Mutex::new(Keys { now: key, last: None }),
            most: AtomicUsize::new(CLIENTS),
            turned_away: AtomicU64::new(0),
        }
    }

    /// Looks at a datagram, and gives it to the sessions that it is for. Nothing is kept of who is not known, nor of a new
    /// hello without a cookie, whosever address it has. Nobody is let in unless `is_open`.
    ///
    /// # Errors
    /// As [`CookieKey::check`].
    pub(crate) fn sort(&self, datagram: &[u8], from: SocketAddr, is_open: bool, now: Instant) -> Result<Whose> {
        let hello = hello_random(datagram);
        let hearers = self.known.lock().get(&from).and_then(|places| match &hello {
            None => Some(places.hearers()),
            Some(hello) => places.of_hello(hello),
        });
        if let Some(hearers) = hearers {
            // Not under the lock: whoever is woken may come at once.
            hearers.iter().flatten().for_each(|queue| queue.put(datagram));
            return Ok(Whose::Known);
        }
        let Some(hello) = hello.filter(|_| is_open) else { return Ok(Whose::Nobody) };
        Ok(match self.keys.lock().check(datagram, from, &hello)? {
            Cookie::Valid(prestate) => self.admit(from, prestate, hello, now),
            Cookie::Missing(reply) => Whose::Asked(reply),
            Cookie::NoHello => Whose::Nobody,
        })
    }

    /// Whether there is a place for a session with who has shown a cookie.
    fn admit(&self, from: SocketAddr, prestate: Prestate, hello: HelloRandom, now: Instant) -> Whose {
        let mut known = self.known.lock();
        let full = known.len() >= self.most.load(Ordering::Relaxed);
        let places = known.get_mut(&from);
        let is_restart = places.is_some();
        let (room, ended) = places.map_or((!full, None), |places| places.make_room(now));
        drop(known);
        if let Some(queue) = ended {
            queue.end(End::Superseded);
        }
        if room {
            return Whose::New(Newcomer { prestate, hello, is_restart });
        }
        if !is_restart {
            self.turned_away.fetch_add(1, Ordering::Relaxed);
        }
        Whose::Nobody
    }

    /// Knows a client, or its new session, from now on. Whoever does so is the only one that looks at datagrams meanwhile.
    pub(crate) fn add(&self, client: SocketAddr, newcomer: &Newcomer, queue: Arc<Q>, now: Instant) {
        match self.known.lock().entry(client) {
            Entry::Occupied(mut places) => places.get_mut().add(queue, newcomer.hello, now),
            Entry::Vacant(place) => drop(place.insert(Places::of_first(queue, newcomer.hello, now))),
        }
    }

    /// The handshake of a session is done, which ends the one that its client has had before.
    pub(crate) fn establish(&self, client: SocketAddr, queue: &Arc<Q>) {
        let ended = self.known.lock().get_mut(&client).map(|places| places.establish(queue));
        ended.iter().flatten().flatten().for_each(|queue| queue.end(End::Superseded));
    }

    /// Forgets a session, which makes room for another.
    pub(crate) fn forget(&self, client: SocketAddr, queue: &Arc<Q>) {
        if let Entry::Occupied(mut places) = self.known.lock().entry(client) {
            if places.get_mut().forget(queue) {
                places.remove();
            }
        }
    }

    /// How many addresses have sessions.
    pub(crate) fn count(&self) -> usize {
        self.known.lock().len()
    }

    /// Nothing comes any more for any session.
    pub(crate) fn end(&self, end: End) {
        // Not under the lock: whoever is told may leave.
        let known: Vec<Arc<Q>> = self.known.lock().values().flat_map(Places::queues).cloned().collect();
        known.iter().for_each(|queue| queue.end(end));
    }

    pub(crate) fn set_most(&self, clients: usize) {
        self.most.store(clients, Ordering::Relaxed);
    }

    pub(crate) fn turned_away(&self) -> u64 {
        self.turned_away.load(Ordering::Relaxed)
    }

    pub(crate) fn replace_key(&self, key: CookieKey) {
        let mut keys = self.keys.lock();
        let last = std::mem::replace(&mut keys.now, key);
        keys.last = Some(last);
    }
}

impl Keys {
    /// A cookie is of an address and of a handshake: who has seen one can repeat that hello, but not say others.
    fn check(&self, datagram: &[u8], from: SocketAddr, hello: &HelloRandom) -> Result<Cookie> {
        let client = [from.to_string().as_bytes(), hello].concat();
        let checked = self.now.check(datagram, &client)?;
        match (&checked, &self.last) {
            (Cookie::Missing(_), Some(last)) => match last.check(datagram, &client)? {
                Cookie::Valid(prestate) => Ok(Cookie::Valid(prestate)),
                _ => Ok(checked),
            },
            _ => Ok(checked),
        }
    }
}
