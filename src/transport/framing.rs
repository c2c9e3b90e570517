//! Where a stream is in its records (RFC 5246, section 6.2.1), as GnuTLS takes it piece by piece.

/// Follows the bytes that GnuTLS has taken.
#[derive(Debug, Default)]
pub(crate) struct Framing {
    /// The kind of the record that has begun last.
    kind: u8,
    /// Bytes of its header that have been taken.
    header: u8,
    /// Its length, as far as the header is known, and what is left of it.
    left: u16,
}

const HEADER: u8 = 5;
/// The first of the header's two bytes of length.
const LENGTH: u8 = 3;

/// The kind of records that carry application data.
pub(crate) const APPLICATION_DATA: u8 = 23;

impl Framing {
    /// GnuTLS has taken `bytes`, which follow those before.
    pub(crate) fn taken(&mut self, mut bytes: &[u8]) {
        while let Some((first, rest)) = bytes.split_first() {
            if self.header < HEADER {
                match self.header {
                    0 => self.kind = *first,
                    LENGTH.. => self.left = self.left << 8 | u16::from(*first),
                    _ => {}
                }
                self.header += 1;
                bytes = rest;
            } else {
                let body = bytes.len().min(usize::from(self.left));
                // No more than `left`, which has 16 bits.
                self.left -= u16::try_from(body).unwrap_or(u16::MAX);
                bytes = &bytes[body..];
            }
            if self.header == HEADER && self.left == 0 {
                self.header = 0;
            }
        }
    }

    /// The kind of the record that GnuTLS is in; `None` between two.
    pub(crate) fn kind(&self) -> Option<u8> {
        (self.header > 0).then_some(self.kind)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_are_told_apart_in_whatever_pieces_they_are_taken() {
        let records: [&[u8]; 5] =
            [&[22, 3, 3, 0, 2, 1, 2], &[23, 3, 3, 0, 0], &[23, 3, 3, 1, 0], &[7; 256], &[21, 3, 3, 0, 1, 9]];
        let stream = records.concat();
        let kinds: Vec<_> = [(7, 22), (5, 23), (261, 23), (6, 21)]
            .iter()
            .flat_map(|&(length, kind)| (0..length).map(move |at| (at > 0).then_some(kind)))
            .collect();
        assert_eq!(kinds.len(), stream.len());
        for most in [1, 2, 3, 5, 7, 300] {
            let (mut framing, mut at) = (Framing::default(), 0);
            for piece in stream.chunks(most) {
                assert_eq!(framing.kind(), kinds[at], "at {at}, in pieces of {most}");
                framing.taken(piece);
                at += piece.len();
            }
            assert_eq!(framing.kind(), None);
        }
    }
}
