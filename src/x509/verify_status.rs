//! Why a certificate was not accepted.

use std::fmt;

use gnutls_sys as sys;

use super::Verification;
use crate::error::Error;
use crate::ffi::{OwnedDatum, bit_set};

bit_set! {
    /// The result of a certificate verification: the bits of `gnutls_certificate_status_t`. Zero means accepted.
    #[doc(alias = "gnutls_certificate_status_t")]
    #[doc(alias = "gnutls_certificate_verification_status_print")]
    #[must_use = "a certificate that is not accepted is no error"]
    VerifyStatus {
        /// Not accepted; the other bits say why.
        INVALID = GNUTLS_CERT_INVALID;
        /// Revoked by its authority.
        REVOKED = GNUTLS_CERT_REVOKED;
        /// No trusted authority issued it.
        SIGNER_NOT_FOUND = GNUTLS_CERT_SIGNER_NOT_FOUND;
        /// The issuer is no authority.
        SIGNER_NOT_CA = GNUTLS_CERT_SIGNER_NOT_CA;
        /// Signed with an algorithm that is not secure.
        INSECURE_ALGORITHM = GNUTLS_CERT_INSECURE_ALGORITHM;
        /// Not valid yet.
        NOT_ACTIVATED = GNUTLS_CERT_NOT_ACTIVATED;
        /// No longer valid.
        EXPIRED = GNUTLS_CERT_EXPIRED;
        /// The signature is wrong.
        SIGNATURE_FAILURE = GNUTLS_CERT_SIGNATURE_FAILURE;
        /// Issued for another name.
        UNEXPECTED_OWNER = GNUTLS_CERT_UNEXPECTED_OWNER;
        /// Not meant for this purpose.
        PURPOSE_MISMATCH = GNUTLS_CERT_PURPOSE_MISMATCH;
        /// The signature of the OCSP status is wrong, or the status itself is malformed.
        INVALID_OCSP_STATUS = GNUTLS_CERT_INVALID_OCSP_STATUS;
        /// A revocation list is newer than now.
        REVOCATION_DATA_ISSUED_IN_FUTURE = GNUTLS_CERT_REVOCATION_DATA_ISSUED_IN_FUTURE;
        /// A revocation list is older than it may be.
        REVOCATION_DATA_SUPERSEDED = GNUTLS_CERT_REVOCATION_DATA_SUPERSEDED;
        /// An issuer may not sign certificates or certify these names.
        SIGNER_CONSTRAINTS_FAILURE = GNUTLS_CERT_SIGNER_CONSTRAINTS_FAILURE;
        /// The certificate is not the one that is known.
        MISMATCH = GNUTLS_CERT_MISMATCH;
        /// A critical extension is unknown.
        UNKNOWN_CRIT_EXTENSIONS = GNUTLS_CERT_UNKNOWN_CRIT_EXTENSIONS;
        /// The server did not staple the OCSP status that the certificate demands (RFC 7633).
        MISSING_OCSP_STATUS = GNUTLS_CERT_MISSING_OCSP_STATUS;
    }
}

impl VerifyStatus {
    /// Whether nothing was found wrong.
    pub const fn is_ok(self) -> bool {
        self.0 == 0
    }
}

/// GnuTLS's sentence for the status ("The certificate is NOT trusted. ...").
impl fmt::Display for VerifyStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = OwnedDatum::new();
        // SAFETY: any status and type are allowed; the out datum is valid and freed by its owner.
        let code = unsafe {
            sys::gnutls_certificate_verification_status_print(self.0, sys::GNUTLS_CRT_X509, text.as_mut_ptr(), 0)
        };
        if code < 0 {
            return write!(f, "certificate status {:#x}", self.0);
        }
        f.write_str(text.to_text().trim_end())
    }
}

impl Error {
    /// Why the peer's certificate was not accepted, where that is what failed.
    #[doc(alias = "gnutls_session_get_verify_cert_status")]
    pub fn verify_status(&self) -> Option<VerifyStatus> {
        self.verification_bits().map(VerifyStatus::from_raw)
    }

    /// What was found about each certificate of the peer's chain, where verification is what failed.
    #[doc(alias = "gnutls_session_set_verify_output_function")]
    pub fn verification(&self) -> Option<&Verification> {
        self.evidence()?.downcast_ref()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sentence_names_the_reasons() {
        let status = VerifyStatus::INVALID | VerifyStatus::EXPIRED | VerifyStatus::UNEXPECTED_OWNER;
        assert!(status.contains(VerifyStatus::EXPIRED) && !status.contains(VerifyStatus::REVOKED) && !status.is_ok());
        let text = status.to_string();
        assert!(text.contains("expired") && text.contains("name"), "{text}");
    }
}
