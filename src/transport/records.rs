//! The records of a datagram (RFC 6347, section 4.1), for GnuTLS one at a time.

/// What stands before the data of a record: type, version, epoch, number, length.
const HEADER: usize = 13;
/// Where the epoch is, and where the length.
const EPOCH: std::ops::Range<usize> = 3..5;
const LENGTH: std::ops::Range<usize> = 11..13;

const HANDSHAKE: u8 = 22;
const CLIENT_HELLO: u8 = 1;

/// The length of the whole record at the start of `datagram`, if there is one.
///
/// GnuTLS would complete one that is cut off with the datagram that comes next, and lose both.
pub(super) fn whole_record(datagram: &[u8]) -> Option<usize> {
    let length = datagram.get(LENGTH)?;
    let length = HEADER + usize::from(u16::from_be_bytes([length[0], length[1]]));
    (length <= datagram.len()).then_some(length)
}

/// Whether a record is a client's hello in the clear, as each handshake begins with.
pub(crate) fn is_client_hello(record: &[u8]) -> bool {
    record.first() == Some(&HANDSHAKE)
        && record.get(EPOCH) == Some(&[0, 0])
        && record.get(HEADER) == Some(&CLIENT_HELLO)
}

/// What a client's hello in the clear has of random bytes, if `datagram` is the beginning of one: the same in all hellos of one
/// handshake (RFC 6347, section 4.2.1), and in no others.
pub(crate) fn hello_random(datagram: &[u8]) -> Option<HelloRandom> {
    if !begins_hello(datagram) {
        return None;
    }
    // The hello begins with a version.
    let from = HEADER + MESSAGE_HEADER + 2;
    datagram.get(from..from + size_of::<HelloRandom>())?.try_into().ok()
}

/// See [`hello_random`].
pub(crate) type HelloRandom = [u8; 32];

/// Whether a record is a client's hello in the clear, or the first part of one.
pub(crate) fn begins_hello(record: &[u8]) -> bool {
    /// Where it says at which byte of the hello the record's part of it begins.
    const FRAGMENT_START: std::ops::Range<usize> = HEADER + 6..HEADER + 9;
    is_client_hello(record) && record.get(FRAGMENT_START) == Some(&[0, 0, 0])
}

/// What the head of a message of the handshake has, in bytes: type, length, number, where the fragment begins, its length.
const MESSAGE_HEADER: usize = 12;

/// The longest message of a handshake that is taken, in bytes. GnuTLS keeps up to 6 messages, of 16 MB each, for who has
/// sent as many small fragments.
const LONGEST_MESSAGE: usize = 256 << 10;

/// Whether a record of the handshake in the clear claims to have a part of a message that is too long.
pub(super) fn claims_too_much(record: &[u8]) -> bool {
    if record.first() != Some(&HANDSHAKE) || record.get(EPOCH) != Some(&[0, 0]) {
        return false;
    }
    let number = |bytes: &[u8]| bytes.iter().fold(0, |number, byte| number << 8 | usize::from(*byte));
    let mut rest = record.get(HEADER..).unwrap_or_default();
    while let Some((head, after)) = rest.split_at_checked(MESSAGE_HEADER) {
        if number(&head[1..4]) > LONGEST_MESSAGE {
            return true;
        }
        rest = after.get(number(&head[9..12])..).unwrap_or_default();
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_is_whole_if_all_that_its_header_promises_is_there() {
        let mut record = vec![23, 254, 253, 0, 1, 0, 0, 0, 0, 0, 9, 0, 2, b'h', b'i'];
        assert_eq!(whole_record(&record), Some(15));
        assert_eq!(whole_record(&record[..14]), None);
        assert_eq!(whole_record(&record[..12]), None);
        assert_eq!(whole_record(&[]), None);
        record.extend_from_slice(b"more");
        assert_eq!(whole_record(&record), Some(15));
        assert!(!is_client_hello(&record));
        (record[0], record[4], record[13]) = (22, 0, 1);
        assert!(is_client_hello(&record) && !is_client_hello(&record[..13]));
    }

    #[test]
    fn the_random_bytes_of_a_hello_are_those_of_its_first_part_in_the_clear() {
        let mut hello = vec![22, 254, 253, 0, 0, 0, 0, 0, 0, 0, 9, 0, 46];
        hello.extend_from_slice(&[1, 0, 0, 34, 0, 1, 0, 0, 0, 0, 0, 34, 254, 253]);
        hello.extend(1..=32);
        let random = hello_random(&hello).expect("a hello");
        assert!(random.into_iter().eq(1..=32));
        (0..hello.len()).for_each(|length| assert_eq!(hello_random(&hello[..length]), None, "{length}"));
        // Of another type, encrypted, another message, a later part.
        for (at, byte) in [(0, 23), (4, 1), (13, 2), (21, 1)] {
            let mut other = hello.clone();
            other[at] = byte;
            assert_eq!(hello_random(&other), None, "{at}");
        }
    }

    #[test]
    fn a_message_that_claims_to_be_too_long_is_seen_wherever_in_a_record_it_is() {
        let message = |length: u32, fragment: u8| {
            let length = length.to_be_bytes();
            let mut message = vec![11, length[1], length[2], length[3], 0, 2, 0, 0, 0, 0, 0, fragment];
            message.extend(vec![7; fragment.into()]);
            message
        };
        let record = |messages: &[Vec<u8>]| {
            let mut record = vec![22, 254, 253, 0, 0, 0, 0, 0, 0, 0, 9, 0, 0];
            messages.iter().for_each(|message| record.extend_from_slice(message));
            record
        };
        assert!(!claims_too_much(&record(&[message(262_144, 4), message(0, 0), message(9, 9)])));
        assert!(claims_too_much(&record(&[message(262_145, 4)])));
        assert!(claims_too_much(&record(&[message(9, 9), message(0xFF_FFFF, 0)])));
        let whole = record(&[message(9, 9), message(0xFF_FFFF, 0)]);
        (0..whole.len()).for_each(|length| assert!(!claims_too_much(&whole[..length]), "{length}"));
        let mut later = whole;
        later[4] = 1;
        assert!(!claims_too_much(&later), "what is encrypted says nothing");
    }
}
