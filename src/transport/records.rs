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
}
