//! Received data in the memory that GnuTLS decrypted it into.

use std::fmt;
use std::mem::ManuallyDrop;
use std::ops::Deref;
use std::ptr;
use std::slice;

use gnutls_sys as sys;

use crate::ffi::raw_access;

/// The data of one received record, at most 16384 bytes (RFC 8446, section 5.1), without a copy.
///
/// It belongs to no session any more and can be kept or sent to another thread; its memory is GnuTLS's until it is
/// dropped.
#[doc(alias = "gnutls_packet_t")]
#[doc(alias = "gnutls_packet_deinit")]
pub struct Packet {
    raw: sys::gnutls_packet_t,
    /// How much of it has been read already.
    read: usize,
}

// SAFETY: a packet that GnuTLS has handed out is memory on the heap, in no list of the session any more; nothing about
// it is of one thread.
unsafe impl Send for Packet {}
// SAFETY: as above; a shared packet is only read.
unsafe impl Sync for Packet {}

raw_access!(Packet, sys::gnutls_packet_t, lend it => it.raw);
raw_access!(Packet, sys::gnutls_packet_t, give "gnutls_packet_deinit" it => ManuallyDrop::new(it).raw);
raw_access!(Packet, sys::gnutls_packet_t, take "`gnutls_record_recv_packet` gave" raw => Packet::new(raw));

impl Packet {
    /// Takes what `gnutls_record_recv_packet` gave, and nobody else has.
    pub(super) fn new(raw: sys::gnutls_packet_t) -> Packet {
        Packet { raw, read: 0 }
    }

    /// The number that the record had in its direction since the keys last changed (RFC 8446, section 5.3); for DTLS
    /// the 16 upper bits are the epoch.
    #[doc(alias = "gnutls_packet_get")]
    pub fn sequence_number(&self) -> u64 {
        let mut number = [0; 8];
        // SAFETY: a packet that is ours, and room for the eight bytes of the number.
        unsafe { sys::gnutls_packet_get(self.raw, ptr::null_mut(), number.as_mut_ptr()) };
        u64::from_be_bytes(number)
    }

    /// Moves data to `buf`: how many bytes.
    pub(super) fn read(&mut self, buf: &mut [u8]) -> usize {
        let length = buf.len().min(self.len());
        buf[..length].copy_from_slice(&self[..length]);
        self.read += length;
        length
    }
}

impl Deref for Packet {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        let mut data = sys::gnutls_datum_t { data: ptr::null_mut(), size: 0 };
        // SAFETY: a packet that is ours, and a datum for the view of it; the number is not wanted.
        unsafe { sys::gnutls_packet_get(self.raw, &mut data, ptr::null_mut()) };
        if data.data.is_null() {
            return &[];
        }
        // SAFETY: the view is `size` bytes of the packet, which lives as long as the borrow and is never written.
        let data = unsafe { slice::from_raw_parts(data.data, data.size as usize) };
        &data[self.read..]
    }
}

impl AsRef<[u8]> for Packet {
    fn as_ref(&self) -> &[u8] {
        self
    }
}

impl fmt::Debug for Packet {
    /// Its length: what a peer sent in confidence does not go to logs.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Packet").field("len", &self.len()).finish_non_exhaustive()
    }
}

impl Drop for Packet {
    fn drop(&mut self) {
        // SAFETY: ours, and freed here only.
        unsafe { sys::gnutls_packet_deinit(self.raw) };
    }
}
