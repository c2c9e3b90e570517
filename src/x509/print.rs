//! How much GnuTLS tells when it describes something.

use gnutls_sys as sys;

/// How much of a certificate, request or revocation list is described. The texts are for people: their form differs
/// between versions of GnuTLS.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[doc(alias = "gnutls_certificate_print_formats_t")]
#[non_exhaustive]
pub enum PrintFormat {
    /// Everything, in many lines.
    Full,
    /// Everything, with the numbers of the public key.
    FullNumbers,
    /// What matters to most, in some lines.
    Compact,
    /// One line.
    OneLine,
    /// Everything but what makes the certificate unlike others: for certificates not yet signed.
    UnsignedFull,
}

impl PrintFormat {
    pub(super) fn raw(self) -> sys::gnutls_certificate_print_formats_t {
        match self {
            PrintFormat::Full => sys::GNUTLS_CRT_PRINT_FULL,
            PrintFormat::FullNumbers => sys::GNUTLS_CRT_PRINT_FULL_NUMBERS,
            PrintFormat::Compact => sys::GNUTLS_CRT_PRINT_COMPACT,
            PrintFormat::OneLine => sys::GNUTLS_CRT_PRINT_ONELINE,
            PrintFormat::UnsignedFull => sys::GNUTLS_CRT_PRINT_UNSIGNED_FULL,
        }
    }
}
