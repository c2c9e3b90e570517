//! Whom a revocation list revokes.

use std::ffi::c_int;
use std::fmt;
use std::ptr;
use std::time::SystemTime;

use gnutls_sys as sys;

use super::RevocationList;
use crate::error::Result;
use crate::ffi::optional;
use crate::x509::time::system_time;

/// One entry of a revocation list.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Revoked {
    /// The serial number of the certificate, as it stands in the list.
    pub serial: Vec<u8>,
    /// When it was revoked; what lies before 1970 is 1970.
    pub time: SystemTime,
}

/// Longer serial numbers are errors: RFC 5280 allows 20 bytes. GnuTLS loses its place when it is asked again.
const LONGEST_SERIAL: usize = 1024;

impl RevocationList {
    /// How many certificates the list revokes.
    ///
    /// # Panics
    /// If the list is malformed, which the import has excluded.
    #[doc(alias = "gnutls_x509_crl_get_crt_count")]
    pub fn revoked_count(&self) -> usize {
        // SAFETY: an imported list.
        let count = unsafe { sys::gnutls_x509_crl_get_crt_count(self.raw()) };
        usize::try_from(count).expect("an imported list")
    }

    /// The entry at an index. To look at all, use [`revoked`](RevocationList::revoked), which is faster.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`](crate::ErrorKind::InvalidInput) if the entry is malformed.
    #[doc(alias = "gnutls_x509_crl_get_crt_serial")]
    pub fn revoked_at(&self, index: u32) -> Result<Option<Revoked>> {
        entry(|serial, size, seconds| {
            // SAFETY: an imported list; the buffer has the size that stands behind `size`; a valid out pointer.
            unsafe { sys::gnutls_x509_crl_get_crt_serial(self.raw(), index, serial, size, seconds) }
        })
    }

    /// All entries, in their order.
    #[doc(alias = "gnutls_x509_crl_iter_crt_serial")]
    pub fn revoked(&self) -> RevokedIter<'_> {
        RevokedIter { list: self, place: ptr::null_mut(), ended: false }
    }
}

/// A walk through the entries of a revocation list.
#[doc(alias = "gnutls_x509_crl_iter_t")]
#[doc(alias = "gnutls_x509_crl_iter_deinit")]
pub struct RevokedIter<'list> {
    list: &'list RevocationList,
    /// GnuTLS's place in the list; null before the first step.
    place: sys::gnutls_x509_crl_iter_t,
    ended: bool,
}

impl Iterator for RevokedIter<'_> {
    type Item = Result<Revoked>;

    fn next(&mut self) -> Option<Result<Revoked>> {
        if self.ended {
            return None;
        }
        let found = entry(|serial, size, seconds| {
            let (list, place) = (self.list.raw(), &raw mut self.place);
            // SAFETY: an imported list, our place in it; the buffer has the size behind `size`; a valid out pointer.
            unsafe { sys::gnutls_x509_crl_iter_crt_serial(list, place, serial, size, seconds) }
        });
        // Behind its end, and after an error, GnuTLS would start again.
        self.ended = !matches!(found, Ok(Some(_)));
        found.transpose()
    }
}

impl Drop for RevokedIter<'_> {
    fn drop(&mut self) {
        // SAFETY: null, or a place that GnuTLS made for us; released once.
        unsafe { sys::gnutls_x509_crl_iter_deinit(self.place) };
    }
}

impl fmt::Debug for RevokedIter<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RevokedIter").field("list", self.list).finish_non_exhaustive()
    }
}

/// The entry that `call` reads into a buffer of a size, and a time in C's type for it.
fn entry<T: Default + TryInto<u64>>(
    call: impl FnOnce(*mut u8, *mut usize, *mut T) -> c_int,
) -> Result<Option<Revoked>> {
    const DOING: &str = "reading an entry of a revocation list";
    let (mut serial, mut seconds) = (vec![0; LONGEST_SERIAL], T::default());
    let mut size = serial.len();
    let code = call(serial.as_mut_ptr(), &mut size, &mut seconds);
    if optional(code, DOING)?.is_none() {
        return Ok(None);
    }
    serial.truncate(size);
    Ok(Some(Revoked { serial, time: system_time(seconds) }))
}
