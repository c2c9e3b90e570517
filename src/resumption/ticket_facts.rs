//! What a ticket of TLS 1.3 says (RFC 8446, section 4.6.1), and GnuTLS does not tell.

use std::time::{SystemTime, UNIX_EPOCH};

/// What a client knows of a ticket.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct TicketFacts {
    /// How much early data it allows, in bytes. (GnuTLS does not tell a ticket that says nothing from one that allows
    /// everything.)
    pub(crate) early_limit: u32,
    /// For how long it is good, in seconds.
    lifetime: u32,
    /// When it came, in seconds since 1970.
    arrived: u64,
}

/// The extension that allows early data (RFC 8446, section 4.2.10).
const EARLY_DATA: u16 = 42;

/// How many seconds before its end a ticket counts as over: GnuTLS fails a handshake with early data whose ticket
/// has ended.
const MARGIN: u64 = 2;

impl TicketFacts {
    /// How long they are as bytes.
    pub(super) const LENGTH: usize = 16;

    /// Reads a NewSessionTicket that has just come; what is none allows nothing.
    pub(crate) fn read(ticket: &[u8]) -> TicketFacts {
        let lifetime = ticket.first_chunk::<4>().map_or(0, |lifetime| u32::from_be_bytes(*lifetime));
        let early_limit = extensions(ticket).and_then(|extensions| find_extension(extensions, EARLY_DATA));
        let early_limit =
            early_limit.and_then(|body| body.first_chunk::<4>()).map_or(0, |limit| u32::from_be_bytes(*limit));
        TicketFacts { early_limit, lifetime, arrived: now() }
    }

    /// How much early data it allows now, in bytes.
    pub(crate) fn early_limit_now(&self) -> u32 {
        let now = now();
        let good = self.arrived <= now && now + MARGIN < self.arrived.saturating_add(self.lifetime.into());
        if good { self.early_limit } else { 0 }
    }

    pub(super) fn to_bytes(self) -> [u8; TicketFacts::LENGTH] {
        let whole = u128::from(self.early_limit) << 96 | u128::from(self.lifetime) << 64 | u128::from(self.arrived);
        whole.to_be_bytes()
    }

    #[allow(clippy::cast_possible_truncation, reason = "each part is cut out")]
    pub(super) fn from_bytes(bytes: [u8; TicketFacts::LENGTH]) -> TicketFacts {
        let whole = u128::from_be_bytes(bytes);
        TicketFacts { early_limit: (whole >> 96) as u32, lifetime: (whole >> 64) as u32, arrived: whole as u64 }
    }
}

fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs())
}

/// The extensions of a NewSessionTicket.
fn extensions(ticket: &[u8]) -> Option<&[u8]> {
    // ticket_lifetime and ticket_age_add.
    let (nonce, rest) = ticket.get(8..)?.split_first()?;
    let rest = rest.get(usize::from(*nonce)..)?;
    let (_, rest) = split_prefixed(rest)?;
    split_prefixed(rest).map(|(extensions, _)| extensions)
}

/// Whether a ClientHello (RFC 8446, section 4.1.2) comes with early data.
pub(crate) fn client_hello_has_early_data(hello: &[u8]) -> bool {
    let extensions = || {
        // legacy_version and random.
        let (id, rest) = hello.get(34..)?.split_first()?;
        let (_, rest) = split_prefixed(rest.get(usize::from(*id)..)?)?;
        let (compression, rest) = rest.split_first()?;
        split_prefixed(rest.get(usize::from(*compression)..)?).map(|(extensions, _)| extensions)
    };
    extensions().is_some_and(|extensions| find_extension(extensions, EARLY_DATA).is_some())
}

fn find_extension(mut extensions: &[u8], wanted: u16) -> Option<&[u8]> {
    loop {
        let (kind, rest) = extensions.split_first_chunk::<2>()?;
        let (body, rest) = split_prefixed(rest)?;
        if u16::from_be_bytes(*kind) == wanted {
            return Some(body);
        }
        extensions = rest;
    }
}

/// What two bytes say the length of, and the rest.
fn split_prefixed(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (length, rest) = bytes.split_first_chunk::<2>()?;
    rest.split_at_checked(usize::from(u16::from_be_bytes(*length)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ticket(extensions: &[u8]) -> Vec<u8> {
        let mut ticket = vec![0, 0, 0, 60, 1, 2, 3, 4, 2, 9, 9, 0, 3, 7, 7, 7];
        ticket.extend_from_slice(&u16::try_from(extensions.len()).expect("short").to_be_bytes());
        ticket.extend_from_slice(extensions);
        ticket
    }

    #[test]
    fn a_ticket_allows_as_much_early_data_as_it_says_and_none_if_it_does_not() {
        let limit = |extensions: &[u8]| TicketFacts::read(&ticket(extensions)).early_limit;
        assert_eq!(limit(&[]), 0);
        assert_eq!(limit(&[0, 42, 0, 4, 0, 0, 64, 0]), 16384);
        assert_eq!(limit(&[0, 99, 0, 1, 5, 0, 42, 0, 4, 255, 255, 255, 255]), u32::MAX);
        let whole = ticket(&[0, 42, 0, 4, 0, 0, 64, 0]);
        for cut in 0..whole.len() {
            assert_eq!(TicketFacts::read(&whole[..cut]).early_limit, 0, "{cut}");
        }
    }

    #[test]
    fn a_ticket_allows_nothing_once_it_is_over_or_before_it_came() {
        let facts = TicketFacts { early_limit: 7, lifetime: 3600, arrived: now() - 60 };
        assert_eq!(facts.early_limit_now(), 7);
        assert_eq!(TicketFacts { arrived: now() - 3600, ..facts }.early_limit_now(), 0);
        assert_eq!(TicketFacts { arrived: now() + 60, ..facts }.early_limit_now(), 0);
        assert_eq!(TicketFacts::default().early_limit_now(), 0);
    }

    #[test]
    fn facts_come_back_from_their_bytes() {
        let facts = TicketFacts { early_limit: 0x0102_0304, lifetime: u32::MAX, arrived: 0x1122_3344_5566_7788 };
        assert_eq!(TicketFacts::from_bytes(facts.to_bytes()), facts);
    }

    #[test]
    fn a_client_hello_says_whether_early_data_follow() {
        let hello = |extensions: &[u8]| {
            let mut hello = vec![3; 34];
            hello.extend_from_slice(&[2, 8, 8, 0, 2, 19, 1, 1, 0]);
            hello.extend_from_slice(&u16::try_from(extensions.len()).expect("short").to_be_bytes());
            hello.extend_from_slice(extensions);
            hello
        };
        let with = hello(&[0, 10, 0, 2, 0, 42, 0, 42, 0, 0]);
        assert!(client_hello_has_early_data(&with));
        assert!(!client_hello_has_early_data(&hello(&[0, 10, 0, 2, 0, 42])));
        for cut in 0..with.len() {
            assert!(!client_hello_has_early_data(&with[..cut]), "{cut}");
        }
    }
}
