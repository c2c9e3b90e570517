//! The clients of one socket: who is new, whose a datagram is, and how many there may be.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

use parking_lot::Mutex;

use crate::cookie::{Cookie, CookieKey, Prestate};
use crate::error::Result;

/// How many clients there are at once, unless the program says so.
const CLIENTS: usize = 1024;

/// The clients by their addresses, each with the queue of its datagrams.
pub(crate) struct Clients<Q> {
    known: Mutex<HashMap<SocketAddr, Arc<Q>>>,
    keys: Mutex<Keys>,
    most: AtomicUsize,
    turned_away: AtomicU64,
}

struct Keys {
    now: CookieKey,
    /// The key before: who has one of its cookies has not been told of the other yet.
    last: Option<CookieKey>,
}

/// Whose a datagram is.
pub(crate) enum Whose<Q> {
    /// That of a client that is known, or of somebody who claims its address.
    Known(Arc<Q>),
    /// That of somebody who has shown a cookie, and may be [added](Clients::add).
    New(Prestate),
    /// That of somebody who is to be sent this, and nothing else.
    Asked(Vec<u8>),
    /// Nobody's: it was turned away or ignored.
    Nobody,
}

impl<Q> Clients<Q> {
    pub(crate) fn new(key: CookieKey) -> Clients<Q> {
        Clients {
            known: Mutex::default(),
            keys: Mutex::new(Keys { now: key, last: None }),
            most: AtomicUsize::new(CLIENTS),
            turned_away: AtomicU64::new(0),
        }
    }

    /// Looks at a datagram. Nothing is kept of who is not known.
    ///
    /// # Errors
    /// As [`CookieKey::check`].
    pub(crate) fn whose(&self, datagram: &[u8], from: SocketAddr) -> Result<Whose<Q>> {
        if let Some(queue) = self.known.lock().get(&from) {
            return Ok(Whose::Known(Arc::clone(queue)));
        }
        Ok(match self.keys.lock().check(datagram, from)? {
            Cookie::Valid(_) if self.count() >= self.most.load(Ordering::Relaxed) => {
                self.turned_away.fetch_add(1, Ordering::Relaxed);
                Whose::Nobody
            }
            Cookie::Valid(prestate) => Whose::New(prestate),
            Cookie::Missing(reply) => Whose::Asked(reply),
            Cookie::NoHello => Whose::Nobody,
        })
    }

    /// Knows a client from now on. Whoever does so is the only one that looks at datagrams meanwhile.
    pub(crate) fn add(&self, client: SocketAddr, queue: Arc<Q>) {
        self.known.lock().insert(client, queue);
    }

    /// Forgets a client, which makes room for another.
    pub(crate) fn forget(&self, client: SocketAddr) {
        self.known.lock().remove(&client);
    }

    pub(crate) fn count(&self) -> usize {
        self.known.lock().len()
    }

    /// Calls `tell` for each client.
    pub(crate) fn for_each(&self, tell: impl Fn(&Q)) {
        // Not under the lock: whoever is told may leave.
        let known: Vec<Arc<Q>> = self.known.lock().values().cloned().collect();
        known.iter().for_each(|queue| tell(queue));
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
    fn check(&self, datagram: &[u8], from: SocketAddr) -> Result<Cookie> {
        let from = from.to_string();
        let checked = self.now.check(datagram, from.as_bytes())?;
        match (&checked, &self.last) {
            (Cookie::Missing(_), Some(last)) => match last.check(datagram, from.as_bytes())? {
                Cookie::Valid(prestate) => Ok(Cookie::Valid(prestate)),
                _ => Ok(checked),
            },
            _ => Ok(checked),
        }
    }
}
