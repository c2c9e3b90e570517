//! Another clock for GnuTLS than the system's.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::OnceLock;
use std::time::SystemTime;

use gnutls_sys as sys;
use nix::libc::time_t;

use crate::error::{Error, Result};
use crate::global;

type Clock = Box<dyn Fn() -> SystemTime + Send + Sync>;

static CLOCK: OnceLock<Clock> = OnceLock::new();

/// Gives GnuTLS another clock, for the whole process: what certificates, revocation lists, tickets and sessions are
/// judged by. For programs that know the time better than the system, or test what happens when it is later.
///
/// GnuTLS keeps it without a lock, so it is set before anything else of this crate is used, and once. A clock that panics
/// gives the system's time.
///
/// # Errors
/// [`ErrorKind::Misuse`](crate::ErrorKind::Misuse) if GnuTLS is in use already.
///
/// # Examples
/// ```
/// use std::time::{Duration, SystemTime};
///
/// gnutls::set_clock(|| SystemTime::now() + Duration::from_secs(30 * 86400))?; // what would be refused in a month?
/// # Ok::<(), gnutls::Error>(())
/// ```
#[doc(alias = "gnutls_global_set_time_function")]
pub fn set_clock(clock: impl Fn() -> SystemTime + Send + Sync + 'static) -> Result<()> {
    let first = global::before_first_use(|| {
        if CLOCK.set(Box::new(clock)).is_ok() {
            // SAFETY: nobody else is in the library, as `before_first_use` says; `now` keeps the contract of time(2).
            unsafe { sys::gnutls_global_set_time_function(Some(now)) };
        }
    })?;
    if first {
        return Ok(());
    }
    let why = "GnuTLS is in use already; set its clock before anything else of this crate is called, and once";
    Err(Error::misuse("setting the clock", why))
}

/// `gnutls_time_func`.
unsafe extern "C" fn now(place: *mut time_t) -> time_t {
    let told = CLOCK.get().and_then(|clock| catch_unwind(AssertUnwindSafe(clock)).ok());
    let since = told.unwrap_or_else(SystemTime::now).duration_since(SystemTime::UNIX_EPOCH);
    // What lies before 1970 is 1970.
    let seconds = since.map_or(0, |since| time_t::try_from(since.as_secs()).unwrap_or(time_t::MAX));
    // SAFETY: null, or C's place for the time.
    if let Some(place) = unsafe { place.as_mut() } {
        *place = seconds;
    }
    seconds
}
