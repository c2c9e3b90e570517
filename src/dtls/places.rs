//! The sessions of one client: the one that it has, and one that it begins because it has restarted.
//!
//! RFC 6347, section 4.2.8 (RFC 9147, section 5.11): a server should be ready for a client that has lost its session, and must not
//! end that session before the client has proved that it is there. Our cookies would prove it, but whoever has seen one
//! could show it again. So the old session ends with the handshake of the new one, which nobody finishes who does not receive
//! at the address.

use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::transport::records::HelloRandom;

/// How many sessions a client has at most. Each is let go by the program, which has been told its end, before there is room for
/// another: so they are bounded, however often a client restarts.
const MOST: usize = 2;

/// How long a handshake is left alone when its client, or who claims to be it, says a new hello with a cookie: long enough
/// for two tries of most handshakes. Who repeats old hellos of a client has no more answers than one in that time.
const PATIENCE: Duration = Duration::from_secs(2);

/// What one client has here, the older first; one at least.
pub(super) struct Places<Q>(Vec<Place<Q>>);

struct Place<Q> {
    queue: Arc<Q>,
    /// What tells the hellos of its handshake from those of others.
    hello: HelloRandom,
    standing: Standing,
}

#[derive(Clone, Copy, PartialEq)]
enum Standing {
    Handshaking {
        since: Instant,
    },
    Established,
    /// It has been told that its client has begun anew.
    Ended,
}

/// Whom a datagram is for, or who is to be told its end: those few.
pub(super) type Few<Q> = [Option<Arc<Q>>; MOST];

impl<Q> Place<Q> {
    fn lives(&self) -> bool {
        self.standing != Standing::Ended
    }
}

impl<Q> Places<Q> {
    pub(super) fn of_first(queue: Arc<Q>, hello: HelloRandom, now: Instant) -> Places<Q> {
        let mut places = Places(Vec::with_capacity(1));
        places.add(queue, hello, now);
        places
    }

    /// A session more, in its handshake.
    pub(super) fn add(&mut self, queue: Arc<Q>, hello: HelloRandom, now: Instant) {
        self.0.push(Place { queue, hello, standing: Standing::Handshaking { since: now } });
    }

    /// Whom a datagram is for that is no hello: GnuTLS can tell whether it is of its session.
    pub(super) fn hearers(&self) -> Few<Q> {
        self.few(Place::lives)
    }

    /// Whom a hello is for that is of a handshake which is known: it has come twice, or late, or is sent again.
    pub(super) fn of_hello(&self, hello: &HelloRandom) -> Option<Few<Q>> {
        let known = self.0.iter().any(|place| place.hello == *hello);
        known.then(|| self.few(|place| place.lives() && place.hello == *hello))
    }

    fn few(&self, is_one: impl Fn(&Place<Q>) -> bool) -> Few<Q> {
        let mut some = self.0.iter().filter(|place| is_one(place)).map(|place| Arc::clone(&place.queue));
        [some.next(), some.next()]
    }

    /// The client has said a new hello, with a cookie: whether there is room for another session, and whose handshake is to be
    /// told its end, for it is taken to be stuck. If there is no room the client's next try may find it.
    pub(super) fn make_room(&mut self, now: Instant) -> (bool, Option<Arc<Q>>) {
        let mut ended = None;
        for place in &mut self.0 {
            match place.standing {
                Standing::Handshaking { since } if now.saturating_duration_since(since) < PATIENCE => {
                    return (false, None);
                }
                Standing::Handshaking { .. } => {
                    place.standing = Standing::Ended;
                    ended = Some(Arc::clone(&place.queue));
                }
                Standing::Established | Standing::Ended => {}
            }
        }
        (self.0.len() < MOST, ended)
    }

    /// The handshake of `queue` is done: who is to be told its end.
    pub(super) fn establish(&mut self, queue: &Arc<Q>) -> Few<Q> {
        let is_it = |place: &&mut Place<Q>| Arc::ptr_eq(&place.queue, queue);
        let Some(it) = self.0.iter_mut().find(is_it) else { return [None, None] };
        if !matches!(it.standing, Standing::Handshaking { .. }) {
            // It has had another handshake, or its client is gone.
            return [None, None];
        }
        it.standing = Standing::Established;
        let others = self.few(|place| place.lives() && !Arc::ptr_eq(&place.queue, queue));
        self.0
            .iter_mut()
            .filter(|place| !Arc::ptr_eq(&place.queue, queue))
            .for_each(|place| place.standing = Standing::Ended);
        others
    }

    /// The program has let `queue` go: whether none is left.
    pub(super) fn forget(&mut self, queue: &Arc<Q>) -> bool {
        self.0.retain(|place| !Arc::ptr_eq(&place.queue, queue));
        self.0.is_empty()
    }

    pub(super) fn queues(&self) -> impl Iterator<Item = &Arc<Q>> {
        self.0.iter().map(|place| &place.queue)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The names of those.
    fn names(few: Few<char>) -> String {
        few.into_iter().flatten().map(|queue| *queue).collect()
    }

    #[test]
    fn the_old_session_hears_until_the_new_handshake_is_done_and_not_longer() {
        let (now, old, new) = (Instant::now(), Arc::new('o'), Arc::new('n'));
        let mut places = Places::of_first(Arc::clone(&old), [1; 32], now);
        assert_eq!(names(places.establish(&old)), "");
        assert_eq!(places.make_room(now), (true, None));
        places.add(Arc::clone(&new), [2; 32], now);
        assert_eq!(names(places.hearers()), "on");
        assert_eq!(places.of_hello(&[1; 32]).map(names).as_deref(), Some("o"), "its hello comes late");
        assert_eq!(places.of_hello(&[2; 32]).map(names).as_deref(), Some("n"));
        assert!(places.of_hello(&[3; 32]).is_none());
        // It renegotiates.
        assert_eq!(names(places.establish(&old)), "");
        assert_eq!(names(places.establish(&new)), "o");
        assert_eq!(names(places.establish(&new)), "");
        assert_eq!(names(places.hearers()), "n");
        assert_eq!(places.of_hello(&[1; 32]).map(names).as_deref(), Some(""), "it is over, and does not begin again");
        assert_eq!(places.make_room(now), (false, None), "the program has not let the old one go");
        assert!(!places.forget(&old));
        assert_eq!(places.make_room(now), (true, None));
        assert!(places.forget(&new));
    }

    #[test]
    fn a_new_handshake_that_comes_to_nothing_leaves_the_old_session_alone() {
        let (now, old, new) = (Instant::now(), Arc::new('o'), Arc::new('n'));
        let mut places = Places::of_first(Arc::clone(&old), [1; 32], now);
        places.establish(&old);
        places.add(Arc::clone(&new), [2; 32], now);
        assert!(!places.forget(&new));
        assert_eq!(names(places.hearers()), "o");
        assert_eq!(places.make_room(now), (true, None));
    }

    #[test]
    fn a_handshake_has_its_time_before_a_newer_hello_ends_it() {
        let (now, first, second) = (Instant::now(), Arc::new('1'), Arc::new('2'));
        let mut places = Places::of_first(Arc::clone(&first), [1; 32], now);
        assert_eq!(places.make_room(now + PATIENCE - Duration::from_nanos(1)), (false, None));
        assert_eq!(names(places.hearers()), "1");
        let later = now + PATIENCE;
        assert_eq!(places.make_room(later), (true, Some(Arc::clone(&first))));
        places.add(Arc::clone(&second), [2; 32], later);
        assert_eq!(names(places.hearers()), "2");
        assert_eq!(names(places.establish(&first)), "", "too late");
        assert_eq!(names(places.establish(&second)), "");
        assert!(!places.forget(&first));
        // The same beside an established session: there is room when the program has let the stuck one go.
        places.add(Arc::clone(&first), [3; 32], later);
        assert_eq!(places.make_room(later), (false, None));
        assert_eq!(places.make_room(later + PATIENCE), (false, Some(Arc::clone(&first))));
        assert_eq!(places.make_room(later + PATIENCE), (false, None), "it is told once");
        assert_eq!(names(places.hearers()), "2");
        assert!(!places.forget(&first));
        assert_eq!(places.make_room(later + PATIENCE), (true, None));
    }
}
