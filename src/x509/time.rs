//! Times between C, in seconds since 1970, and here.

use std::time::{Duration, SystemTime};

use crate::error::{Error, Result};

/// 9999-12-31 23:59:59 UTC, the last time that a certificate can name (RFC 5280, section 4.1.2.5).
pub(super) const LAST_SECOND: u64 = 253_402_300_799;

/// GnuTLS's time as ours; what lies before 1970 is 1970.
pub(super) fn system_time(seconds: impl TryInto<u64>) -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(seconds.try_into().unwrap_or(0))
}

/// As [`system_time`]; `None` for `(time_t) -1`, which GnuTLS gives for a time that is not there.
pub(super) fn time_if_there<T: TryInto<u64>>(seconds: T) -> Option<SystemTime> {
    let seconds = seconds.try_into().ok()?;
    Some(SystemTime::UNIX_EPOCH + Duration::from_secs(seconds))
}

/// Our time as C's.
pub(super) fn c_time<T: TryFrom<u64>>(time: SystemTime, doing: &'static str) -> Result<T> {
    let since = time.duration_since(SystemTime::UNIX_EPOCH);
    let seconds = since.map_err(|_| Error::input(doing, "the time lies before the year 1970"))?.as_secs();
    if seconds > LAST_SECOND {
        return Err(Error::input(doing, "the time lies beyond the year 9999"));
    }
    seconds.try_into().map_err(|_| Error::input(doing, "this machine's time does not reach that far"))
}
