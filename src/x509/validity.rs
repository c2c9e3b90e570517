//! When a certificate that is being made shall be valid.

use std::time::{Duration, SystemTime};

use super::time::LAST_SECOND;
use crate::error::{Error, Result};

const DAYS_365: Duration = Duration::from_secs(365 * 24 * 60 * 60);

/// How much earlier than now validity begins by default, in seconds.
///
/// Who verifies takes the time from `time(2)`, which on Linux lags behind [`SystemTime::now`] by up to a timer tick: a
/// certificate or a revocation list made at the beginning of a second would not be valid yet for some milliseconds.
pub(super) const CLOCK_LAG: u64 = 1;

/// The times as they were asked for.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Validity {
    /// The beginning; just before now, if there is none.
    pub(super) start: Option<SystemTime>,
    end: End,
}

#[derive(Clone, Copy, Debug)]
enum End {
    After(Duration),
    At(SystemTime),
}

impl Default for End {
    fn default() -> End {
        End::After(DAYS_365)
    }
}

impl Validity {
    pub(super) fn last_for(&mut self, length: Duration) {
        self.end = End::After(length);
    }

    pub(super) fn last_until(&mut self, end: SystemTime) {
        self.end = End::At(end);
    }

    /// The first and the last second, since 1970.
    pub(super) fn seconds(self, now: SystemTime) -> Result<(u64, u64)> {
        let start = match self.start {
            Some(start) => since_1970(start, "valid_from")?,
            None => since_1970(now, "now")?.saturating_sub(CLOCK_LAG),
        };
        let (end, what) = match self.end {
            End::At(end) => (since_1970(end, "valid_until")?, "valid_until"),
            End::After(length) => (start.saturating_add(length.as_secs()), "valid_for"),
        };
        if end < start {
            let seconds = start - end;
            return Err(refused(format!("the end of validity lies {seconds} s before its beginning")));
        }
        if end > LAST_SECOND || start > LAST_SECOND {
            return Err(refused(format!("{what} goes beyond the year 9999")));
        }
        Ok((start, end))
    }
}

fn since_1970(time: SystemTime, what: &str) -> Result<u64> {
    let since = time.duration_since(SystemTime::UNIX_EPOCH);
    since.map(|since| since.as_secs()).map_err(|_| refused(format!("{what} lies before the year 1970")))
}

fn refused(why: String) -> Error {
    Error::input("setting a certificate's validity", why)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::ErrorKind;

    const EPOCH: SystemTime = SystemTime::UNIX_EPOCH;

    fn at(seconds: u64) -> SystemTime {
        EPOCH + Duration::from_secs(seconds)
    }

    #[test]
    fn a_year_from_now_unless_something_else_is_asked_for() {
        let mut validity = Validity::default();
        assert_eq!(validity.seconds(at(1000)).expect("fits"), (999, 999 + 365 * 86400));
        validity.last_for(Duration::from_secs(60));
        validity.start = Some(at(5000));
        assert_eq!(validity.seconds(at(1000)).expect("fits"), (5000, 5060));
        validity.last_until(at(LAST_SECOND));
        assert_eq!(validity.seconds(at(1000)).expect("fits"), (5000, LAST_SECOND));
    }

    #[test]
    fn what_no_certificate_can_say_is_refused_by_name() {
        let cases: [(Option<SystemTime>, End, &str); 5] = [
            (Some(at(10)), End::At(at(9)), "1 s before its beginning"),
            (Some(EPOCH - Duration::from_secs(1)), End::default(), "valid_from lies before"),
            (None, End::At(EPOCH - Duration::from_secs(1)), "valid_until lies before"),
            (None, End::After(Duration::MAX), "valid_for goes beyond the year 9999"),
            (None, End::At(at(LAST_SECOND + 1)), "valid_until goes beyond the year 9999"),
        ];
        for (start, end, why) in cases {
            let error = Validity { start, end }.seconds(at(0)).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::InvalidInput);
            assert!(error.to_string().contains(why), "{error} should say {why:?}");
        }
    }
}
