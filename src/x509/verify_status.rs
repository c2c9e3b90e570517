//! Why a certificate was not accepted.

use std::fmt;

use gnutls_sys as sys;

use crate::error::Error;
use crate::ffi::OwnedDatum;

/// The result of a certificate verification: the bits of `gnutls_certificate_status_t`. Zero means accepted.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
#[doc(alias = "gnutls_certificate_status_t")]
#[doc(alias = "gnutls_certificate_verification_status_print")]
pub struct VerifyStatus(u32);

macro_rules! bits {
    ($($(#[$doc:meta])* $name:ident = $value:ident;)*) => {
        impl VerifyStatus {
            $($(#[$doc])* pub const $name: VerifyStatus = VerifyStatus(sys::$value);)*
        }
    };
}

bits! {
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
    /// The server did not staple the OCSP status that the certificate demands (RFC 7633).
    MISSING_OCSP_STATUS = GNUTLS_CERT_MISSING_OCSP_STATUS;
}

impl VerifyStatus {
    /// The status for the bits that GnuTLS returned.
    pub const fn from_raw(bits: u32) -> VerifyStatus {
        VerifyStatus(bits)
    }

    /// The bits as C has them.
    pub const fn raw(self) -> u32 {
        self.0
    }

    /// Whether nothing was found wrong.
    pub const fn is_ok(self) -> bool {
        self.0 == 0
    }

    /// Whether all of `reasons` apply.
    pub const fn contains(self, reasons: VerifyStatus) -> bool {
        self.0 & reasons.0 == reasons.0
    }
}

impl std::ops::BitOr for VerifyStatus {
    type Output = VerifyStatus;

    fn bitor(self, other: VerifyStatus) -> VerifyStatus {
        VerifyStatus(self.0 | other.0)
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

impl fmt::Debug for VerifyStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "VerifyStatus({:#x})", self.0)
    }
}

impl Error {
    /// Why the peer's certificate was not accepted, where that is what failed.
    #[doc(alias = "gnutls_session_get_verify_cert_status")]
    pub fn verify_status(&self) -> Option<VerifyStatus> {
        self.verification_bits().map(VerifyStatus::from_raw)
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
