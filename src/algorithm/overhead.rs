//! What a record has beside its data.

use gnutls_sys as sys;

use super::{Cipher, Mac, Protocol};

impl Protocol {
    /// How many bytes a record of this version has beside its data, at most, head included: `None` if the version or one of
    /// the algorithms is unknown. For a cipher that authenticates by itself the MAC is [`Mac::AEAD`].
    ///
    /// [`Session::record_overhead`](crate::Session::record_overhead) knows better once there is a session.
    #[doc(alias = "gnutls_est_record_overhead_size")]
    pub fn record_overhead(self, cipher: Cipher, mac: Mac) -> Option<usize> {
        let (version, cipher, mac) = (self.raw(), cipher.raw(), mac.raw());
        // SAFETY: takes any numbers and looks them up in tables.
        let size = unsafe { sys::gnutls_est_record_overhead_size(version, cipher, mac, sys::GNUTLS_COMP_NULL, 0) };
        (size > 0).then_some(size)
    }
}
