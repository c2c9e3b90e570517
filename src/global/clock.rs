//! The clock by which GnuTLS says what is valid now.

use std::sync::OnceLock;
use std::time::{SystemTime, UNIX_EPOCH};

use gnutls_sys as sys;
use nix::libc::time_t;

use super::before_first_use;
use crate::error::{Error, Result};

type Clock = Box<dyn Fn() -> SystemTime + Send + Sync>;

static CLOCK: OnceLock<Clock> = OnceLock::new();

/// Lets GnuTLS take the time from `clock`, for the whole process: when certificates, revocation lists and tickets are
/// valid. For tests, and for machines whose own clock is not to be trusted.
///
/// A clock that panics is at the beginning of 1970.
///
/// # Examples
/// ```
/// use std::time::{Duration, SystemTime};
///
/// // Before anything else of this crate is used.
/// gnutls::set_clock(|| SystemTime::UNIX_EPOCH + Duration::from_secs(1_900_000_000))?;
/// # Ok::<(), gnutls::Error>(())
/// ```
///
/// # Errors
/// [`ErrorKind::Misuse`](crate::ErrorKind::Misuse) once the library has been used, by this crate, for it may be in use.
#[doc(alias = "gnutls_global_set_time_function")]
pub fn set_clock(clock: impl Fn() -> SystemTime + Send + Sync + 'static) -> Result<()> {
    let first = before_first_use(|| {
        if CLOCK.set(Box::new(clock)).is_ok() {
            // SAFETY: nobody uses the library yet; `now` keeps the contract of gnutls_time_func.
            unsafe { sys::gnutls_global_set_time_function(Some(now)) };
        }
    })?;
    if first {
        return Ok(());
    }
    Err(Error::misuse("setting the clock", "GnuTLS is in use already; this must be the first call of the program"))
}

/// `gnutls_time_func`, as time(2).
unsafe extern "C" fn now(place: *mut time_t) -> time_t {
    let clock = || CLOCK.get().map_or(UNIX_EPOCH, |clock| clock());
    let time = std::panic::catch_unwind(std::panic::AssertUnwindSafe(clock)).unwrap_or(UNIX_EPOCH);
    let seconds = match time.duration_since(UNIX_EPOCH) {
        Ok(since) => i64::try_from(since.as_secs()).unwrap_or(i64::MAX),
        Err(before) => i64::try_from(before.duration().as_secs()).map_or(i64::MIN, |seconds| -seconds),
    };
    let seconds = time_t::try_from(seconds).unwrap_or(time_t::MAX);
    if !place.is_null() {
        // SAFETY: the contract of time(2): a place for the time.
        unsafe { place.write(seconds) };
    }
    seconds
}
