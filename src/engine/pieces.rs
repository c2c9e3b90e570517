//! What a send is given: one slice or many, in records' worth.

use std::io::IoSlice;

use gnutls_sys as sys;

use crate::transport::pool::Pool;

/// The most data that fits into a record, in bytes (RFC 8446, section 5.1).
pub(super) const FULL_RECORD: usize = 1 << 14;

/// Slices to be sent as one stream. Small ones are gathered into a record; large ones are not copied.
pub(super) struct Pieces<'a> {
    bufs: &'a [IoSlice<'a>],
    /// How much of the first has been taken.
    start: usize,
    left: usize,
    gathered: Gathered,
}

impl<'a> Pieces<'a> {
    pub(super) fn new(bufs: &'a [IoSlice<'a>]) -> Pieces<'a> {
        Pieces { bufs, start: 0, left: bufs.iter().map(|buf| buf.len()).sum(), gathered: Gathered(Vec::new()) }
    }

    /// How many bytes are left.
    pub(super) fn left(&self) -> usize {
        self.left
    }

    /// What goes into the next record: at least as much as fits there, or everything.
    pub(super) fn next(&mut self) -> &[u8] {
        let Some((first, others)) = self.bufs.split_first() else { return &[] };
        let first = &first[self.start..];
        if first.len() >= FULL_RECORD || first.len() == self.left {
            return first;
        }
        self.gathered.start_with(first);
        for piece in others {
            self.gathered.add(piece);
        }
        &self.gathered.0
    }

    /// `taken` bytes are sent.
    pub(super) fn advance(&mut self, taken: usize) {
        self.left -= taken;
        self.start += taken;
        while let Some((first, others)) = self.bufs.split_first() {
            if self.start < first.len() {
                break;
            }
            self.start -= first.len();
            self.bufs = others;
        }
    }
}

/// Copies of the caller's data, overwritten before others get the memory.
struct Gathered(Vec<u8>);

static POOL: Pool = Pool::new();

impl Gathered {
    fn start_with(&mut self, first: &[u8]) {
        if self.0.capacity() == 0 {
            self.0 = POOL.take(|| Vec::with_capacity(FULL_RECORD));
        }
        self.wipe();
        self.add(first);
    }

    fn add(&mut self, piece: &[u8]) {
        let room = FULL_RECORD - self.0.len();
        self.0.extend_from_slice(&piece[..room.min(piece.len())]);
    }

    fn wipe(&mut self) {
        // SAFETY: our own bytes; GnuTLS's memset is not optimised away.
        unsafe { sys::gnutls_memset(self.0.as_mut_ptr().cast(), 0, self.0.len()) };
        self.0.clear();
    }
}

impl Drop for Gathered {
    fn drop(&mut self) {
        if self.0.capacity() > 0 {
            self.wipe();
            POOL.give(std::mem::take(&mut self.0));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The records that these lengths become when each takes at most `most` bytes.
    fn records(lengths: &[usize], most: usize) -> Vec<usize> {
        let data: Vec<u8> = (0..=250).cycle().take(lengths.iter().sum()).collect();
        let mut rest = &data[..];
        let mut bufs = Vec::new();
        for &length in lengths {
            let (buf, after) = rest.split_at(length);
            bufs.push(IoSlice::new(buf));
            rest = after;
        }
        let (mut pieces, mut seen, mut sizes) = (Pieces::new(&bufs), Vec::new(), Vec::new());
        while pieces.left() > 0 {
            let taken = pieces.next().len().min(most);
            seen.extend_from_slice(&pieces.next()[..taken]);
            sizes.push(taken);
            pieces.advance(taken);
        }
        assert_eq!(seen, data);
        sizes
    }

    #[test]
    fn small_pieces_share_a_record_and_large_ones_are_not_copied() {
        assert_eq!(records(&[], FULL_RECORD), []);
        assert_eq!(records(&[0, 5, 0, 7], FULL_RECORD), [12]);
        assert_eq!(records(&[3, 40_000, 3], FULL_RECORD), [FULL_RECORD, FULL_RECORD, 40_006 - 2 * FULL_RECORD]);
        assert_eq!(records(&[FULL_RECORD, 1], FULL_RECORD), [FULL_RECORD, 1]);
    }

    #[test]
    fn what_a_record_does_not_take_comes_with_the_next() {
        assert_eq!(records(&[2, 2, 2], 5), [5, 1]);
        assert_eq!(records(&[1; 7], 1), [1; 7]);
    }
}
