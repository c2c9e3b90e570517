//! What to wait for before a call on a session can do something: the answer for poll(2), epoll, mio and the like.

use std::ops::BitOr;
use std::time::{Duration, Instant};

use nix::poll::{PollFlags, PollTimeout};

use crate::transport::Readiness;

/// What a session, or one direction of it, waits for.
///
/// The interests of both directions are combined with `|`, and that is all there is to combine: each direction says
/// by itself whether it needs the transport readable, writable or both. (After a key change the receiving direction
/// can need a *writable* transport, to get an answer out.)
///
/// Three parts, because no poll mask can say the first:
/// * [`ready_now`](Interest::ready_now): a call can do something at once, with data that is decrypted or read
///   already. Polling the descriptor here would wait for bytes that have long been taken from it.
/// * [`poll_flags`](Interest::poll_flags): what to wait for otherwise.
/// * [`timeout`](Interest::timeout): until when.
///
/// # Examples
/// ```no_run
/// # fn f(session: &gnutls::Session<std::net::TcpStream>) -> Result<(), Box<dyn std::error::Error>> {
/// use std::os::fd::AsFd;
/// use nix::poll::{PollFd, poll};
///
/// let want = session.interest();
/// if !want.ready_now() {
///     poll(&mut [PollFd::new(session.get_ref().as_fd(), want.poll_flags())], want.timeout())?;
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[must_use = "it says what to wait for"]
#[doc(alias = "gnutls_record_get_direction")]
#[doc(alias = "gnutls_record_check_pending")]
pub struct Interest {
    readiness: Readiness,
    ready_now: bool,
    deadline: Option<Instant>,
}

impl Interest {
    /// Nothing to wait for.
    pub const NONE: Interest =
        Interest { readiness: Readiness { readable: false, writable: false }, ready_now: false, deadline: None };

    pub(crate) fn new(readable: bool, writable: bool) -> Interest {
        Interest { readiness: Readiness { readable, writable }, ..Interest::NONE }
    }

    pub(crate) fn now() -> Interest {
        Interest { ready_now: true, ..Interest::NONE }
    }

    pub(crate) fn with_deadline(self, deadline: Option<Instant>) -> Interest {
        Interest { deadline, ..self }
    }

    /// A call can do something at once: do not wait.
    pub fn ready_now(self) -> bool {
        self.ready_now
    }

    /// Wants the transport to be readable (`POLLIN`).
    pub fn readable(self) -> bool {
        self.readiness.readable
    }

    /// Wants the transport to be writable (`POLLOUT`).
    pub fn writable(self) -> bool {
        self.readiness.writable
    }

    /// Both of these together.
    pub fn readiness(self) -> Readiness {
        self.readiness
    }

    /// The events for poll(2).
    pub fn poll_flags(self) -> PollFlags {
        let mut flags = PollFlags::empty();
        flags.set(PollFlags::POLLIN, self.readable());
        flags.set(PollFlags::POLLOUT, self.writable());
        flags
    }

    /// How long to wait at most (milliseconds, rounded up): zero if [`ready_now`](Interest::ready_now), otherwise
    /// until the session's next deadline, or without end.
    pub fn timeout(self) -> PollTimeout {
        self.remaining().map_or(PollTimeout::NONE, crate::transport::poll_timeout)
    }

    /// [`timeout`](Interest::timeout) as a `Duration`; `None` means without end.
    pub fn remaining(self) -> Option<Duration> {
        if self.ready_now {
            return Some(Duration::ZERO);
        }
        self.deadline.map(|deadline| deadline.saturating_duration_since(Instant::now()))
    }
}

impl BitOr for Interest {
    type Output = Interest;

    fn bitor(self, other: Interest) -> Interest {
        Interest {
            readiness: Readiness {
                readable: self.readable() || other.readable(),
                writable: self.writable() || other.writable(),
            },
            ready_now: self.ready_now || other.ready_now,
            deadline: match (self.deadline, other.deadline) {
                (Some(one), Some(two)) => Some(one.min(two)),
                (one, two) => one.or(two),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_combination_is_the_union_of_both_directions() {
        let both = Interest::new(true, false) | Interest::new(false, true);
        assert_eq!(both.poll_flags(), PollFlags::POLLIN | PollFlags::POLLOUT);
        assert_eq!((both.ready_now(), both.timeout()), (false, PollTimeout::NONE));
    }

    #[test]
    fn ready_now_of_one_direction_is_a_wait_of_zero_for_both() {
        let both = Interest::new(true, false) | Interest::now();
        assert!(both.ready_now());
        assert_eq!(both.timeout(), PollTimeout::ZERO);
    }

    #[test]
    fn the_nearer_deadline_counts() {
        let now = Instant::now();
        let near = Interest::new(true, false).with_deadline(Some(now));
        let far = Interest::new(true, false).with_deadline(Some(now + Duration::from_secs(900)));
        assert_eq!((near | far).remaining(), Some(Duration::ZERO));
    }
}
