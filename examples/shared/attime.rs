//! `--attime`: certificates are verified as if it were another time.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// What is understood, for the user.
const FORMS: &str = "2030-12-31, \"2030-12-31 23:59:59\" (both UTC) or @1924991999 (seconds since 1970)";

/// Reads a time. For clap.
pub(crate) fn parse(text: &str) -> Result<SystemTime, String> {
    seconds(text).map(|seconds| UNIX_EPOCH + Duration::from_secs(seconds)).ok_or_else(|| format!("a time is {FORMS}"))
}

/// Sets the clock by which GnuTLS says what is valid, before anything else is done with it.
///
/// # Errors
/// If GnuTLS has been used already.
pub(crate) fn set(time: Option<SystemTime>) -> gnutls::Result<()> {
    time.map_or(Ok(()), |time| gnutls::set_clock(move || time))
}

fn seconds(text: &str) -> Option<u64> {
    if let Some(number) = text.strip_prefix('@') {
        return number.parse().ok();
    }
    let text = text.trim_end_matches('Z').trim_end_matches(" UTC");
    let (date, time) = text.split_once([' ', 'T']).unwrap_or((text, "00:00:00"));
    let [year, month, day] = numbers(date, '-')?;
    let [hour, minute, second] = numbers(time, ':')?;
    let valid =
        (1970..10_000).contains(&year) && (1..=12).contains(&month) && (1..=days_of(year, month)).contains(&day);
    (valid && hour < 24 && minute < 60 && second < 60).then_some(())?;
    let years: u64 = (1970..year).map(|year| if is_leap(year) { 366 } else { 365 }).sum();
    let days = years + (1..month).map(|month| days_of(year, month)).sum::<u64>() + day - 1;
    Some(days * 86_400 + hour * 3600 + minute * 60 + second)
}

/// Three numbers; seconds may be left out.
fn numbers(text: &str, between: char) -> Option<[u64; 3]> {
    let mut words = text.split(between);
    let mut next = || words.next().map(str::parse::<u64>);
    let found = [next()?.ok()?, next()?.ok()?, next().unwrap_or(Ok(0)).ok()?];
    words.next().is_none().then_some(found)
}

fn days_of(year: u64, month: u64) -> u64 {
    match month {
        2 if is_leap(year) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

fn is_leap(year: u64) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}
