//! Questions that a certificate answers with yes or no.

use std::ffi::c_uint;
use std::net::IpAddr;

use gnutls_sys as sys;

use super::Certificate;
use crate::error::Result;
use crate::ffi::{c_string, check, datum};
use crate::x509::general_name::octets;
use crate::x509::{Purpose, RevocationList, VerifyFlags};

impl Certificate {
    /// Whether the certificate was issued for `host`: a DNS name, or an IP address in its usual text form (RFC 6125,
    /// with wildcards). Without alternative names GnuTLS looks at the subject's common name, for servers.
    ///
    /// This looks at the names alone: trust, time and signature are another matter.
    #[doc(alias = "gnutls_x509_crt_check_hostname")]
    pub fn matches_host(&self, host: &str) -> bool {
        // No host has a NUL in its name.
        let Ok(host) = c_string(host, "checking a host name") else { return false };
        // SAFETY: an imported certificate and a NUL-terminated string that lives through the call.
        unsafe { sys::gnutls_x509_crt_check_hostname(self.raw(), host.as_ptr()) != 0 }
    }

    /// As [`matches_host`](Certificate::matches_host), with [`VerifyFlags::DO_NOT_ALLOW_WILDCARDS`] or
    /// [`VerifyFlags::DO_NOT_ALLOW_IP_MATCHES`].
    #[doc(alias = "gnutls_x509_crt_check_hostname2")]
    pub fn matches_host_with(&self, host: &str, flags: VerifyFlags) -> bool {
        let Ok(host) = c_string(host, "checking a host name") else { return false };
        // SAFETY: an imported certificate and a NUL-terminated string that lives through the call.
        unsafe { sys::gnutls_x509_crt_check_hostname2(self.raw(), host.as_ptr(), flags.raw()) != 0 }
    }

    /// Whether the certificate was issued for an IP address.
    #[doc(alias = "gnutls_x509_crt_check_ip")]
    pub fn matches_ip(&self, address: impl Into<IpAddr>) -> bool {
        let octets = octets(address.into());
        // An address has 4 or 16 bytes.
        let size = c_uint::try_from(octets.len()).unwrap_or(0);
        // SAFETY: an imported certificate; `size` bytes that live through the call.
        unsafe { sys::gnutls_x509_crt_check_ip(self.raw(), octets.as_ptr(), size, 0) != 0 }
    }

    /// Whether the certificate was issued for an e-mail address.
    #[doc(alias = "gnutls_x509_crt_check_email")]
    pub fn matches_email(&self, address: &str) -> bool {
        let Ok(address) = c_string(address, "checking an e-mail address") else { return false };
        // SAFETY: an imported certificate and a NUL-terminated string that lives through the call.
        unsafe { sys::gnutls_x509_crt_check_email(self.raw(), address.as_ptr(), 0) != 0 }
    }

    /// Whether the certificate may be used for a purpose; one that names no purpose may be used for all. A certificate
    /// for [`Purpose::ANY`] counts only if `any_counts`.
    #[doc(alias = "gnutls_x509_crt_check_key_purpose")]
    pub fn allows_purpose(&self, purpose: &Purpose, any_counts: bool) -> bool {
        let flags = if any_counts { 0 } else { sys::GNUTLS_KP_FLAG_DISALLOW_ANY };
        let purpose = purpose.as_c_str().as_ptr();
        // SAFETY: an imported certificate and a NUL-terminated string that lives through the call.
        unsafe { sys::gnutls_x509_crt_check_key_purpose(self.raw(), purpose, flags) != 0 }
    }

    /// Whether the names and identifiers of `issuer` are those of this certificate's issuer. The signature is another
    /// matter: see [`verify`](Certificate::verify).
    #[doc(alias = "gnutls_x509_crt_check_issuer")]
    pub fn is_issued_by(&self, issuer: &Certificate) -> bool {
        // SAFETY: both are imported certificates.
        unsafe { sys::gnutls_x509_crt_check_issuer(self.raw(), issuer.raw()) != 0 }
    }

    /// Whether one of the lists revokes the certificate. Whether the lists can be trusted is another matter: see
    /// [`RevocationList::verify`].
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`](crate::ErrorKind::InvalidInput) if a list is malformed.
    #[doc(alias = "gnutls_x509_crt_check_revocation")]
    pub fn is_revoked_by(&self, lists: &[RevocationList]) -> Result<bool> {
        const DOING: &str = "looking for a certificate in revocation lists";
        let raw: Vec<_> = lists.iter().map(RevocationList::raw).collect();
        let count = super::count(&raw, DOING)?;
        // SAFETY: an imported certificate; `count` imported lists; all are only read.
        let code = unsafe { sys::gnutls_x509_crt_check_revocation(self.raw(), raw.as_ptr(), count) };
        Ok(check(code, DOING)? != 0)
    }

    /// Whether `der` are the bytes of this certificate.
    #[doc(alias = "gnutls_x509_crt_equals2")]
    pub fn is_der(&self, der: impl AsRef<[u8]>) -> bool {
        let Ok(data) = datum(der.as_ref(), "comparing a certificate") else { return false };
        // SAFETY: an imported certificate; the datum lives through the call.
        unsafe { sys::gnutls_x509_crt_equals2(self.raw(), &data) != 0 }
    }
}
