//! Whether a response is from somebody who may answer.

use gnutls_sys as sys;

use super::Response;
use crate::error::Result;
use crate::ffi::{bit_set, check};
use crate::x509::{Certificate, TrustList};

bit_set! {
    /// Why a response is not to be believed. No bit means accepted.
    #[doc(alias = "gnutls_ocsp_verify_reason_t")]
    #[must_use = "a response that is not accepted is no error"]
    Verification {
        /// Its signer's certificate is neither in it nor known.
        SIGNER_NOT_FOUND = GNUTLS_OCSP_VERIFY_SIGNER_NOT_FOUND;
        /// Its signer's certificate is not for this.
        SIGNER_KEY_USAGE = GNUTLS_OCSP_VERIFY_SIGNER_KEYUSAGE_ERROR;
        /// Nobody who is trusted vouches for its signer.
        UNTRUSTED_SIGNER = GNUTLS_OCSP_VERIFY_UNTRUSTED_SIGNER;
        /// It is signed with an algorithm that is not secure.
        INSECURE_ALGORITHM = GNUTLS_OCSP_VERIFY_INSECURE_ALGORITHM;
        /// Its signature is wrong.
        SIGNATURE_FAILURE = GNUTLS_OCSP_VERIFY_SIGNATURE_FAILURE;
        /// Its signer's certificate is not valid yet.
        NOT_ACTIVATED = GNUTLS_OCSP_VERIFY_CERT_NOT_ACTIVATED;
        /// Its signer's certificate is no longer valid.
        EXPIRED = GNUTLS_OCSP_VERIFY_CERT_EXPIRED;
    }
}

impl Verification {
    /// Whether nothing was found wrong.
    pub const fn is_ok(self) -> bool {
        self.raw() == 0
    }
}

const DOING: &str = "verifying an OCSP response";

impl Response {
    /// Whether the response was signed by an authority of `trusted`, or by somebody to whom it delegated this. The times of its
    /// answers and its nonce are the caller's to look at.
    ///
    /// # Errors
    /// If it could not be looked at: the responder did not answer.
    #[doc(alias = "gnutls_ocsp_resp_verify")]
    pub fn verify(&self, trusted: &TrustList) -> Result<Verification> {
        self.answered(DOING)?;
        let mut reasons = 0;
        // SAFETY: a response, a list that lives through the call, and a valid out pointer.
        let code = unsafe { sys::gnutls_ocsp_resp_verify(self.raw(), trusted.raw(), &mut reasons, 0) };
        check(code, DOING).map(|_| Verification::from_raw(reasons))
    }

    /// Whether the response was signed by `issuer`, or by somebody to whom it delegated this.
    ///
    /// # Errors
    /// As for [`verify`](Response::verify).
    #[doc(alias = "gnutls_ocsp_resp_verify_direct")]
    pub fn verify_direct(&self, issuer: &Certificate) -> Result<Verification> {
        self.answered(DOING)?;
        let mut reasons = 0;
        // SAFETY: a response, a certificate that is only read, and a valid out pointer.
        let code = unsafe { sys::gnutls_ocsp_resp_verify_direct(self.raw(), issuer.raw(), &mut reasons, 0) };
        check(code, DOING).map(|_| Verification::from_raw(reasons))
    }
}
