//! Certificates that are trusted for one name, whoever issued them.

use gnutls_sys as sys;

use super::TrustList;
use super::verify::{Verification, recorded};
use crate::error::{Error, Result};
use crate::ffi::check;
use crate::x509::{Certificate, VerifyFlags, VerifyStatus};

/// GnuTLS keeps names in an array of 256 bytes.
const LONGEST_NAME: usize = 255;

impl TrustList {
    /// Trusts a certificate for a name: of a host, of a user, of whatever tells one certificate from the others.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`](crate::ErrorKind::InvalidInput) if the name has more than 255 bytes.
    #[doc(alias = "gnutls_x509_trust_list_add_named_crt")]
    pub fn add_named(&mut self, certificate: &Certificate, name: impl AsRef<[u8]>) -> Result<()> {
        const DOING: &str = "trusting a certificate for a name";
        let name = name.as_ref();
        if name.len() > LONGEST_NAME {
            return Err(Error::input(DOING, format!("the name has more than {LONGEST_NAME} bytes")));
        }
        let copy = certificate.private_copy()?;
        let start = name.as_ptr().cast();
        // SAFETY: our list, which nobody else uses; a certificate, which it keeps; a name, which is copied.
        let code = unsafe { sys::gnutls_x509_trust_list_add_named_crt(self.raw(), copy.raw(), start, name.len(), 0) };
        check(code, DOING)?;
        copy.into_raw();
        Ok(())
    }

    /// Whether a certificate is trusted for a name, and not revoked. Nothing else is looked at.
    ///
    /// # Errors
    /// If memory runs out.
    #[doc(alias = "gnutls_x509_trust_list_verify_named_crt")]
    pub fn verify_named(
        &self,
        certificate: &Certificate,
        name: impl AsRef<[u8]>,
        flags: VerifyFlags,
    ) -> Result<Verification> {
        let (name, mut status) = (name.as_ref(), 0);
        let (start, size, flags) = (name.as_ptr().cast(), name.len(), flags.raw());
        let (code, steps) = recorded(|record| {
            let (list, crt) = (self.raw(), certificate.raw());
            // SAFETY: our list, an imported certificate that is only read, a name that lives through the call, a valid
            // out pointer, a callback that only copies what it gets.
            unsafe { sys::gnutls_x509_trust_list_verify_named_crt(list, crt, start, size, flags, &mut status, record) }
        });
        check(code, "verifying a certificate for a name")?;
        Ok(Verification::new(VerifyStatus::from_raw(status), steps))
    }
}
