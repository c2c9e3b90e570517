//! Telling early data that are repeated from those that are new (RFC 8446, section 8): GnuTLS's part in it.

use std::ffi::{c_int, c_uint, c_void};
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::ptr;
use std::sync::Arc;
use std::time::Duration;

use gnutls_sys as sys;
use parking_lot::Mutex;

use super::{MemoryReplayStore, ReplayStore};
use crate::error::Result;
use crate::ffi::{check, copied};

/// How a server tells early data that are repeated from those that are new: early data that somebody has captured and sends
/// again are refused.
///
/// A client says how old its ticket is; a server refuses early data whose ticket has become older on the way than the
/// [`window`](AntiReplay::window) allows, and for that long remembers those that it has accepted. It also refuses them
/// with tickets that are older than its memory: from before it was started, and from before the beginning of the window
/// that is under way.
#[doc(alias = "gnutls_anti_replay_t")]
#[doc(alias = "gnutls_anti_replay_init")]
#[doc(alias = "gnutls_anti_replay_deinit")]
#[derive(Clone)]
pub struct AntiReplay {
    store: Arc<dyn ReplayStore>,
    window: Duration,
    shared: bool,
}

impl AntiReplay {
    /// Remembers in this process, up to `capacity` times at once. **This is enough only where no other process has the same
    /// [ticket key](crate::TicketKey)**: a configuration whose key was given to it is refused with this.
    #[must_use]
    pub fn in_this_process(capacity: usize) -> AntiReplay {
        AntiReplay { shared: false, ..AntiReplay::shared(Arc::new(MemoryReplayStore::new(capacity))) }
    }

    /// Remembers in `store`, which every server with the same ticket key asks.
    #[doc(alias = "gnutls_anti_replay_set_add_function")]
    #[doc(alias = "gnutls_anti_replay_set_ptr")]
    #[must_use]
    pub fn shared(store: Arc<dyn ReplayStore>) -> AntiReplay {
        AntiReplay { store, window: Duration::from_secs(10), shared: true }
    }

    /// How much longer than the client says a ticket may have been on its way: from a millisecond to 49 days. Default: 10
    /// seconds. A longer one takes more early data (of clients that come back later) and needs more memory.
    #[doc(alias = "gnutls_anti_replay_set_window")]
    #[must_use]
    pub fn window(self, window: Duration) -> AntiReplay {
        AntiReplay { window, ..self }
    }

    /// Whether other processes may ask the same store.
    pub(crate) fn is_shared(&self) -> bool {
        self.shared
    }
}

impl fmt::Debug for AntiReplay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AntiReplay").field("window", &self.window).field("shared", &self.shared).finish_non_exhaustive()
    }
}

/// How many ClientHellos with early data are looked at at once; of more the early data are refused.
const AT_ONCE: usize = 32;

/// GnuTLS's records for the sessions of one configuration. GnuTLS changes one without a lock whenever a ClientHello comes,
/// so each is lent to one session at a time; all begin when this does.
pub(crate) struct Recorder {
    idle: Mutex<Vec<Record>>,
}

impl Recorder {
    pub(crate) fn new(anti_replay: &AntiReplay) -> Result<Recorder> {
        let millis = c_uint::try_from(anti_replay.window.as_millis()).unwrap_or(c_uint::MAX).max(1);
        // GnuTLS would have the entry go a second early: it rounds down.
        let lifetime = Duration::from_millis(millis.into()) + Duration::from_secs(1);
        let names = Arc::new(Names { store: Arc::clone(&anti_replay.store), lifetime });
        let idle = (0..AT_ONCE).map(|_| Record::new(Arc::clone(&names), millis)).collect::<Result<_>>()?;
        Ok(Recorder { idle: Mutex::new(idle) })
    }

    /// A record, for one session until it drops it. The one that was used last comes first.
    pub(crate) fn lend(self: &Arc<Recorder>) -> Option<Lent> {
        let record = self.idle.lock().pop()?;
        Some(Lent { record: Some(record), of: Arc::clone(self) })
    }
}

/// A record that is lent to a session; dropping it gives it back.
pub(crate) struct Lent {
    /// None only while it is dropped.
    record: Option<Record>,
    of: Arc<Recorder>,
}

impl Lent {
    /// The C object, for a session that has both locks held. It gives the object up before this is dropped, or is dropped
    /// first.
    pub(crate) fn raw(&self) -> sys::gnutls_anti_replay_t {
        self.record.as_ref().map_or(ptr::null_mut(), |record| record.raw)
    }
}

impl Drop for Lent {
    fn drop(&mut self) {
        self.of.idle.lock().extend(self.record.take());
    }
}

/// A `gnutls_anti_replay_t` that nobody else has.
struct Record {
    raw: sys::gnutls_anti_replay_t,
    /// What the C object points to.
    _names: Arc<Names>,
}

// SAFETY: plain memory that its owner alone uses, on whatever thread.
unsafe impl Send for Record {}

struct Names {
    store: Arc<dyn ReplayStore>,
    lifetime: Duration,
}

impl Record {
    fn new(names: Arc<Names>, window: c_uint) -> Result<Record> {
        let mut raw = ptr::null_mut();
        // SAFETY: a valid place for the new object.
        check(unsafe { sys::gnutls_anti_replay_init(&mut raw) }, "setting up the record of early data")?;
        // SAFETY: a fresh object.
        unsafe { sys::gnutls_anti_replay_set_window(raw, window) };
        // SAFETY: as above; the pointer comes back to `add`, and its target lives as long as the object.
        unsafe { sys::gnutls_anti_replay_set_ptr(raw, Arc::as_ptr(&names).cast_mut().cast()) };
        // SAFETY: as above; `add` keeps the contract of gnutls_db_add_func.
        unsafe { sys::gnutls_anti_replay_set_add_function(raw, Some(add)) };
        Ok(Record { raw, _names: names })
    }
}

impl Drop for Record {
    fn drop(&mut self) {
        // SAFETY: made by gnutls_anti_replay_init and freed here only, when no session has it.
        unsafe { sys::gnutls_anti_replay_deinit(self.raw) };
    }
}

/// What GnuTLS puts before the binder of the ClientHello: the moment when the record began, which is another in every
/// process and after every window. With it no server would recognise what another has seen.
const BEGINNING: usize = 12;

/// `gnutls_db_add_func`: 0 if the key is new.
unsafe extern "C" fn add(
    names: *mut c_void,
    _: nix::libc::time_t,
    key: *const sys::gnutls_datum_t,
    _: *const sys::gnutls_datum_t,
) -> c_int {
    // SAFETY: `Record::new` set this pointer, and its target lives as long as the C object that is calling.
    let names = unsafe { &*names.cast::<Names>() };
    // SAFETY: GnuTLS passes a datum that is valid during the call.
    let key = unsafe { &*key };
    // SAFETY: as above.
    let key = unsafe { copied(key) };
    let is_new = || key.get(BEGINNING..).is_some_and(|name| !name.is_empty() && names.store.add(name, names.lifetime));
    match catch_unwind(AssertUnwindSafe(is_new)) {
        Ok(true) => 0,
        Ok(false) | Err(_) => sys::GNUTLS_E_DB_ENTRY_EXISTS,
    }
}
