//! What the containers of certificates share: their times.

use std::time::{Duration, SystemTime};

/// GnuTLS's time as ours; `None` for `(time_t) -1`, which says that there is none. What lies before 1970 is 1970.
pub(crate) fn system_time(seconds: impl Into<i64>) -> Option<SystemTime> {
    let seconds = seconds.into();
    let since = Duration::from_secs(seconds.try_into().unwrap_or(0));
    (seconds != -1).then(|| SystemTime::UNIX_EPOCH + since)
}
