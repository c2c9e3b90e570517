//! Where a server keeps TLS 1.2 sessions that clients resume by their id (RFC 5246, section 7.3).

use std::collections::{HashMap, VecDeque};
use std::ffi::{c_int, c_void};
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::ptr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use gnutls_sys as sys;
use parking_lot::Mutex;

use super::TicketKey;
use super::seal::{open, seal};
use crate::ffi::{Wiped, allocated};

/// A store for sessions, shared by the sessions of a configuration, and by as many configurations, processes and machines
/// as it likes. What it stores is secret: who has it can read, and pretend to be, the sessions in it.
///
/// It is called inside handshakes, by many threads at once; the handshake waits for it, so it should give up early. A
/// panic inside counts as "not found". What it loses costs a full handshake and nothing else.
#[doc(alias = "gnutls_db_set_store_function")]
#[doc(alias = "gnutls_db_set_retrieve_function")]
#[doc(alias = "gnutls_db_set_remove_function")]
#[doc(alias = "gnutls_db_check_entry_expire_time")]
#[doc(alias = "gnutls_db_check_entry_time")]
pub trait SessionStore: Send + Sync {
    /// Keeps `data` under `id`, until it is replaced, removed, or `lifetime` is over (GnuTLS checks that again).
    fn store(&self, id: &[u8], data: &[u8], lifetime: Duration);

    /// What was kept under `id`. What is not as it was stored counts as not found.
    fn retrieve(&self, id: &[u8]) -> Option<Vec<u8>>;

    /// Forgets `id`.
    fn remove(&self, id: &[u8]);
}

/// A [`SessionStore`] in memory that forgets the oldest session when it is full.
pub struct MemoryStore {
    capacity: usize,
    entries: Mutex<Entries>,
}

#[derive(Default)]
struct Entries {
    by_id: HashMap<Vec<u8>, Entry>,
    oldest_first: VecDeque<Vec<u8>>,
}

struct Entry {
    data: Wiped,
    /// None: later than any clock shows.
    ends: Option<Instant>,
}

impl MemoryStore {
    /// Keeps up to `capacity` sessions.
    pub fn new(capacity: usize) -> MemoryStore {
        MemoryStore { capacity, entries: Mutex::default() }
    }
}

impl SessionStore for MemoryStore {
    fn store(&self, id: &[u8], data: &[u8], lifetime: Duration) {
        let entry = Entry { data: Wiped::new(data.to_vec()), ends: Instant::now().checked_add(lifetime) };
        let mut entries = self.entries.lock();
        if entries.by_id.insert(id.to_vec(), entry).is_none() {
            entries.oldest_first.push_back(id.to_vec());
        }
        while entries.oldest_first.len() > self.capacity {
            let oldest = entries.oldest_first.pop_front();
            oldest.map(|id| entries.by_id.remove(&id));
        }
    }

    fn retrieve(&self, id: &[u8]) -> Option<Vec<u8>> {
        let entries = self.entries.lock();
        entries
            .by_id
            .get(id)
            .filter(|entry| entry.ends.is_none_or(|ends| Instant::now() < ends))
            .map(|entry| entry.data.to_vec())
    }

    fn remove(&self, id: &[u8]) {
        let mut entries = self.entries.lock();
        entries.by_id.remove(id);
        entries.oldest_first.retain(|kept| kept != id);
    }
}

impl fmt::Debug for MemoryStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MemoryStore").field("capacity", &self.capacity).finish_non_exhaustive()
    }
}

/// A store, and the secret that tells what this server has put there (or another with the same ticket key): GnuTLS
/// believes every length in an entry.
pub(crate) struct Sessions {
    store: Arc<dyn SessionStore>,
    secret: TicketKey,
}

impl Sessions {
    pub(crate) fn new(store: Arc<dyn SessionStore>, secret: TicketKey) -> Sessions {
        Sessions { store, secret }
    }
}

/// Gives `sessions` to a server's session that has not begun its handshake. The session must not outlive the
/// reference (it lies in the configuration that the session keeps).
pub(crate) fn apply_store(session: sys::gnutls_session_t, sessions: &Sessions) {
    let pointer: *const Sessions = sessions;
    // SAFETY: a fresh session; the pointer comes back to the functions below.
    unsafe { sys::gnutls_db_set_ptr(session, pointer.cast_mut().cast()) };
    // SAFETY: `store` keeps the contract of gnutls_db_store_func.
    unsafe { sys::gnutls_db_set_store_function(session, Some(store)) };
    // SAFETY: as above, of gnutls_db_retr_func.
    unsafe { sys::gnutls_db_set_retrieve_function(session, Some(retrieve)) };
    // SAFETY: as above, of gnutls_db_remove_func.
    unsafe { sys::gnutls_db_set_remove_function(session, Some(remove)) };
}

/// Calls `body` with the store behind the pointer of `apply_store`; a panic does not reach C.
fn with_store<R>(pointer: *mut c_void, body: impl FnOnce(&dyn SessionStore, &[u8]) -> R) -> Option<R> {
    // SAFETY: `apply_store` set this pointer, and its target outlives the session.
    let sessions = unsafe { &*pointer.cast::<Sessions>() };
    catch_unwind(AssertUnwindSafe(|| body(&*sessions.store, sessions.secret.as_bytes()))).ok()
}

fn bytes(datum: &sys::gnutls_datum_t) -> &[u8] {
    if datum.data.is_null() {
        return &[];
    }
    // SAFETY: GnuTLS passes pairs that are valid during the callback.
    unsafe { std::slice::from_raw_parts(datum.data, datum.size as usize) }
}

unsafe extern "C" fn store(sessions: *mut c_void, id: sys::gnutls_datum_t, data: sys::gnutls_datum_t) -> c_int {
    let keep = |sessions: &dyn SessionStore, secret: &[u8]| {
        sessions.store(bytes(&id), &Wiped::new(seal(secret, bytes(&data))), lifetime(data));
    };
    with_store(sessions, keep).map_or(-1, |()| 0)
}

/// How long the entry that GnuTLS has packed is good for.
#[cfg(not(miri))]
fn lifetime(mut entry: sys::gnutls_datum_t) -> Duration {
    // SAFETY: GnuTLS's own entry, which is only read.
    let ends = unsafe { sys::gnutls_db_check_entry_expire_time(&mut entry) };
    // SAFETY: as above.
    let begins = unsafe { sys::gnutls_db_check_entry_time(&mut entry) };
    // It is stored at the moment that it is packed, whatever the clock says.
    Duration::from_secs(u64::try_from(ends.saturating_sub(begins)).unwrap_or(0))
}

/// Miri calls no C.
#[cfg(miri)]
fn lifetime(_: sys::gnutls_datum_t) -> Duration {
    Duration::from_secs(3600)
}

unsafe extern "C" fn retrieve(sessions: *mut c_void, id: sys::gnutls_datum_t) -> sys::gnutls_datum_t {
    let found = with_store(sessions, |sessions, secret| {
        let found = Wiped::new(sessions.retrieve(bytes(&id))?);
        open(secret, &found).and_then(copy_for_c)
    });
    found.flatten().unwrap_or(sys::gnutls_datum_t { data: ptr::null_mut(), size: 0 })
}

unsafe extern "C" fn remove(sessions: *mut c_void, id: sys::gnutls_datum_t) -> c_int {
    with_store(sessions, |sessions, _| sessions.remove(bytes(&id))).map_or(-1, |()| 0)
}

/// A copy that GnuTLS frees.
fn copy_for_c(data: &[u8]) -> Option<sys::gnutls_datum_t> {
    let size = u32::try_from(data.len()).ok()?;
    Some(sys::gnutls_datum_t { data: allocated(data)?, size })
}

#[cfg(test)]
mod tests {
    use super::*;

    const LONG: Duration = Duration::from_secs(3600);

    #[test]
    fn the_oldest_goes_first() {
        let store = MemoryStore::new(2);
        store.store(b"1", b"one", LONG);
        store.store(b"2", b"two", LONG);
        store.store(b"1", b"uno", LONG);
        store.store(b"3", b"three", LONG);
        assert_eq!(store.retrieve(b"1"), None);
        assert_eq!(store.retrieve(b"3"), Some(b"three".to_vec()));
        store.remove(b"2");
        assert_eq!(store.retrieve(b"2"), None);
    }

    #[test]
    fn what_is_too_old_is_not_found() {
        let store = MemoryStore::new(2);
        store.store(b"1", b"one", Duration::ZERO);
        assert_eq!(store.retrieve(b"1"), None);
    }

    fn secret() -> TicketKey {
        TicketKey::from_bytes(&(0..64).collect::<Vec<u8>>()).expect("a key")
    }

    fn datum(bytes: &[u8]) -> sys::gnutls_datum_t {
        sys::gnutls_datum_t { data: bytes.as_ptr().cast_mut(), size: bytes.len().try_into().expect("short") }
    }

    #[test]
    fn threads_store_and_remove_through_the_functions_that_c_calls() {
        let sessions = Arc::new(MemoryStore::new(100));
        let secret = secret();
        std::thread::scope(|scope| {
            for id in 0..4u8 {
                let shared = Sessions::new(sessions.clone(), secret.clone());
                scope.spawn(move || {
                    let pointer = (&raw const shared).cast_mut().cast();
                    for turn in 0..5u8 {
                        // SAFETY: the pointer is that of a store, which lives through the call, and so do the data.
                        assert_eq!(unsafe { store(pointer, datum(&[id, turn]), datum(&[id; 7])) }, 0);
                    }
                    // SAFETY: as above.
                    assert_eq!(unsafe { remove(pointer, datum(&[id, 0])) }, 0);
                });
            }
        });
        let entries = sessions.entries.lock();
        let kept = |id, turn| entries.by_id.get(&[id, turn][..]).map(|entry| entry.data.to_vec());
        assert!((0..4).all(|id| kept(id, 0).is_none() && kept(id, 4) == Some(seal(secret.as_bytes(), &[id; 7]))));
    }

    #[test]
    fn a_store_that_panics_is_a_failure_for_c_and_nothing_worse() {
        struct Panics;
        impl SessionStore for Panics {
            fn store(&self, _: &[u8], _: &[u8], _: Duration) {
                panic!("full");
            }
            fn retrieve(&self, _: &[u8]) -> Option<Vec<u8>> {
                panic!("lost");
            }
            fn remove(&self, _: &[u8]) {
                panic!("gone");
            }
        }
        let sessions = Sessions::new(Arc::new(Panics), secret());
        let pointer = (&raw const sessions).cast_mut().cast();
        let nothing = || sys::gnutls_datum_t { data: ptr::null_mut(), size: 0 };
        // SAFETY: the pointer is that of a store, which lives through the call; null is no data.
        assert_eq!(unsafe { store(pointer, nothing(), nothing()) }, -1);
        // SAFETY: as above.
        assert!(unsafe { retrieve(pointer, nothing()) }.data.is_null());
        // SAFETY: as above.
        assert_eq!(unsafe { remove(pointer, nothing()) }, -1);
    }
}
