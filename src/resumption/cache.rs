//! Where a server keeps TLS 1.2 sessions that clients resume by their id (RFC 5246, section 7.3).

use std::collections::{HashMap, VecDeque};
use std::ffi::{c_int, c_void};
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::ptr;
use std::sync::Arc;

use gnutls_sys as sys;
use parking_lot::Mutex;

use super::seal::{open, seal};
use crate::ffi::Wiped;

/// A store for sessions, shared by the sessions of a configuration. What it stores is secret.
///
/// It is called inside handshakes, by many threads at once. A panic inside counts as "not found".
pub trait SessionCache: Send + Sync {
    /// Keeps `data` under `id`, until it is replaced, removed or too old.
    fn store(&self, id: &[u8], data: &[u8]);

    /// What was kept under `id`. What is not as it was stored counts as not found.
    fn retrieve(&self, id: &[u8]) -> Option<Vec<u8>>;

    /// Forgets `id`.
    fn remove(&self, id: &[u8]);
}

/// A [`SessionCache`] in memory that forgets the oldest session when it is full.
pub struct MemoryCache {
    capacity: usize,
    entries: Mutex<Entries>,
}

#[derive(Default)]
struct Entries {
    by_id: HashMap<Vec<u8>, Vec<u8>>,
    oldest_first: VecDeque<Vec<u8>>,
}

impl MemoryCache {
    /// Keeps up to `capacity` sessions.
    pub fn new(capacity: usize) -> MemoryCache {
        MemoryCache { capacity, entries: Mutex::default() }
    }
}

impl SessionCache for MemoryCache {
    fn store(&self, id: &[u8], data: &[u8]) {
        let mut entries = self.entries.lock();
        if entries.by_id.insert(id.to_vec(), data.to_vec()).is_none() {
            entries.oldest_first.push_back(id.to_vec());
        }
        while entries.oldest_first.len() > self.capacity {
            let oldest = entries.oldest_first.pop_front();
            oldest.map(|id| entries.by_id.remove(&id));
        }
    }

    fn retrieve(&self, id: &[u8]) -> Option<Vec<u8>> {
        self.entries.lock().by_id.get(id).cloned()
    }

    fn remove(&self, id: &[u8]) {
        let mut entries = self.entries.lock();
        entries.by_id.remove(id);
        entries.oldest_first.retain(|kept| kept != id);
    }
}

impl fmt::Debug for MemoryCache {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MemoryCache").field("capacity", &self.capacity).finish_non_exhaustive()
    }
}

/// Gives `cache` to a server's session that has not begun its handshake. The session must not outlive the `Arc`
/// behind the reference (it lies in the configuration that the session keeps).
#[doc(alias = "gnutls_db_set_store_function")]
pub(crate) fn apply_cache(session: sys::gnutls_session_t, cache: &Arc<dyn SessionCache>) {
    let pointer: *const Arc<dyn SessionCache> = cache;
    // SAFETY: a fresh session; the pointer comes back to the functions below.
    unsafe { sys::gnutls_db_set_ptr(session, pointer.cast_mut().cast()) };
    // SAFETY: `store` keeps the contract of gnutls_db_store_func.
    unsafe { sys::gnutls_db_set_store_function(session, Some(store)) };
    // SAFETY: as above, of gnutls_db_retr_func.
    unsafe { sys::gnutls_db_set_retrieve_function(session, Some(retrieve)) };
    // SAFETY: as above, of gnutls_db_remove_func.
    unsafe { sys::gnutls_db_set_remove_function(session, Some(remove)) };
}

/// Calls `body` with the cache behind the pointer of `apply_cache`; a panic does not reach C.
fn with_cache<R>(pointer: *mut c_void, body: impl FnOnce(&dyn SessionCache) -> R) -> Option<R> {
    // SAFETY: `apply_cache` set this pointer, and its target outlives the session.
    let cache = unsafe { &*pointer.cast::<Arc<dyn SessionCache>>() };
    catch_unwind(AssertUnwindSafe(|| body(&**cache))).ok()
}

fn bytes(datum: &sys::gnutls_datum_t) -> &[u8] {
    if datum.data.is_null() {
        return &[];
    }
    // SAFETY: GnuTLS passes pairs that are valid during the callback.
    unsafe { std::slice::from_raw_parts(datum.data, datum.size as usize) }
}

unsafe extern "C" fn store(cache: *mut c_void, id: sys::gnutls_datum_t, data: sys::gnutls_datum_t) -> c_int {
    with_cache(cache, |cache| cache.store(bytes(&id), &Wiped::new(seal(bytes(&data))))).map_or(-1, |()| 0)
}

unsafe extern "C" fn retrieve(cache: *mut c_void, id: sys::gnutls_datum_t) -> sys::gnutls_datum_t {
    let found = with_cache(cache, |cache| cache.retrieve(bytes(&id))).flatten();
    let found = found.map(Wiped::new);
    let data = found.as_deref().and_then(open);
    data.and_then(copy_for_c).unwrap_or(sys::gnutls_datum_t { data: ptr::null_mut(), size: 0 })
}

unsafe extern "C" fn remove(cache: *mut c_void, id: sys::gnutls_datum_t) -> c_int {
    with_cache(cache, |cache| cache.remove(bytes(&id))).map_or(-1, |()| 0)
}

/// A copy that GnuTLS frees.
fn copy_for_c(data: &[u8]) -> Option<sys::gnutls_datum_t> {
    let size = u32::try_from(data.len()).ok()?;
    // SAFETY: a data symbol that GnuTLS sets before any call and that nobody changes.
    let malloc = unsafe { sys::gnutls_malloc }?;
    // SAFETY: any size is allowed.
    let copy: *mut u8 = unsafe { malloc(data.len()) }.cast();
    if copy.is_null() {
        return None;
    }
    // SAFETY: `copy` has `data.len()` fresh bytes.
    unsafe { ptr::copy_nonoverlapping(data.as_ptr(), copy, data.len()) };
    Some(sys::gnutls_datum_t { data: copy, size })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_goes_first() {
        let cache = MemoryCache::new(2);
        cache.store(b"1", b"one");
        cache.store(b"2", b"two");
        cache.store(b"1", b"uno");
        cache.store(b"3", b"three");
        assert_eq!(cache.retrieve(b"1"), None);
        assert_eq!(cache.retrieve(b"3"), Some(b"three".to_vec()));
        cache.remove(b"2");
        assert_eq!(cache.retrieve(b"2"), None);
    }

    fn datum(bytes: &[u8]) -> sys::gnutls_datum_t {
        sys::gnutls_datum_t { data: bytes.as_ptr().cast_mut(), size: bytes.len().try_into().expect("short") }
    }

    #[test]
    fn threads_store_and_remove_through_the_functions_that_c_calls() {
        let cache = Arc::new(MemoryCache::new(100));
        std::thread::scope(|scope| {
            for id in 0..4u8 {
                let shared: Arc<dyn SessionCache> = cache.clone();
                scope.spawn(move || {
                    let pointer = (&raw const shared).cast_mut().cast();
                    for turn in 0..5u8 {
                        // SAFETY: the pointer is that of a cache, which lives through the call, and so do the data.
                        assert_eq!(unsafe { store(pointer, datum(&[id, turn]), datum(&[id; 7])) }, 0);
                    }
                    // SAFETY: as above.
                    assert_eq!(unsafe { remove(pointer, datum(&[id, 0])) }, 0);
                });
            }
        });
        let kept = |id, turn| cache.retrieve(&[id, turn]);
        assert!((0..4).all(|id| kept(id, 0).is_none() && kept(id, 4) == Some(seal(&[id; 7]))));
    }

    #[test]
    fn a_cache_that_panics_is_a_failure_for_c_and_nothing_worse() {
        struct Panics;
        impl SessionCache for Panics {
            fn store(&self, _: &[u8], _: &[u8]) {
                panic!("full");
            }
            fn retrieve(&self, _: &[u8]) -> Option<Vec<u8>> {
                panic!("lost");
            }
            fn remove(&self, _: &[u8]) {
                panic!("gone");
            }
        }
        let cache: Arc<dyn SessionCache> = Arc::new(Panics);
        let pointer = (&raw const cache).cast_mut().cast();
        let nothing = || sys::gnutls_datum_t { data: ptr::null_mut(), size: 0 };
        // SAFETY: the pointer is that of a cache, which lives through the call; null is no data.
        assert_eq!(unsafe { store(pointer, nothing(), nothing()) }, -1);
        // SAFETY: as above.
        assert!(unsafe { retrieve(pointer, nothing()) }.data.is_null());
        // SAFETY: as above.
        assert_eq!(unsafe { remove(pointer, nothing()) }, -1);
    }
}
