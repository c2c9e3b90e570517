//! What a certificate says: names, times, numbers, identifiers, permissions.

use std::ffi::{c_int, c_void};
use std::net::IpAddr;
use std::ptr;
use std::time::{Duration, SystemTime};

use gnutls_sys as sys;

use super::Certificate;
use crate::algorithm::PublicKeyAlgorithm;
use crate::error::Result;
use crate::ffi::{by_index, c_string, check, filled_optional, optional, sized, sized_optional};
use crate::key::key_id;
use crate::x509::{KeyUsage, Purpose};

impl Certificate {
    /// Whom the certificate is about, as RFC 4514 writes it: `CN=www.example.com,O=Example,C=NO`. Empty for a
    /// certificate that carries its names as alternative names only.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`](crate::ErrorKind::InvalidInput) if the name is malformed.
    #[doc(alias = "gnutls_x509_crt_get_dn")]
    #[doc(alias = "gnutls_x509_crt_get_dn2")]
    #[doc(alias = "gnutls_x509_crt_get_dn3")]
    pub fn subject(&self) -> Result<String> {
        name("reading a certificate's subject", |out| {
            // SAFETY: an imported certificate and a valid out pointer.
            unsafe { sys::gnutls_x509_crt_get_dn3(self.raw(), out, 0) }
        })
    }

    /// Who issued the certificate, as RFC 4514 writes it.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`](crate::ErrorKind::InvalidInput) if the name is malformed.
    #[doc(alias = "gnutls_x509_crt_get_issuer_dn")]
    #[doc(alias = "gnutls_x509_crt_get_issuer_dn2")]
    #[doc(alias = "gnutls_x509_crt_get_issuer_dn3")]
    pub fn issuer(&self) -> Result<String> {
        name("reading a certificate's issuer", |out| {
            // SAFETY: an imported certificate and a valid out pointer.
            unsafe { sys::gnutls_x509_crt_get_issuer_dn3(self.raw(), out, 0) }
        })
    }

    /// The serial number: a big-endian number in two's complement, as it stands in the certificate.
    ///
    /// # Errors
    /// If memory runs out.
    #[doc(alias = "gnutls_x509_crt_get_serial")]
    pub fn serial(&self) -> Result<Vec<u8>> {
        let (_, serial) = sized("reading a certificate's serial number", |buffer, size| {
            // SAFETY: an imported certificate; the buffer has the size that stands behind `size`.
            unsafe { sys::gnutls_x509_crt_get_serial(self.raw(), buffer.cast::<c_void>(), size) }
        })?;
        Ok(serial)
    }

    /// The first second in which the certificate is valid; what lies before 1970 is 1970.
    #[doc(alias = "gnutls_x509_crt_get_activation_time")]
    pub fn not_before(&self) -> SystemTime {
        // SAFETY: an imported certificate.
        system_time(unsafe { sys::gnutls_x509_crt_get_activation_time(self.raw()) })
    }

    /// The last second in which the certificate is valid; what lies before 1970 is 1970.
    #[doc(alias = "gnutls_x509_crt_get_expiration_time")]
    pub fn not_after(&self) -> SystemTime {
        // SAFETY: an imported certificate.
        system_time(unsafe { sys::gnutls_x509_crt_get_expiration_time(self.raw()) })
    }

    /// The SHA-256 digest of the whole certificate.
    ///
    /// # Errors
    /// If GnuTLS refuses to work (FIPS 140 mode after a failed self-test).
    #[doc(alias = "gnutls_x509_crt_get_fingerprint")]
    pub fn fingerprint_sha256(&self) -> Result<[u8; 32]> {
        let mut digest = [0; 32];
        let mut size = digest.len();
        // SAFETY: an imported certificate; `digest` has `size` bytes.
        let code = unsafe {
            sys::gnutls_x509_crt_get_fingerprint(
                self.raw(),
                sys::GNUTLS_DIG_SHA256,
                digest.as_mut_ptr().cast::<c_void>(),
                &mut size,
            )
        };
        check(code, "hashing a certificate")?;
        Ok(digest)
    }

    /// The SHA-256 digest of the public key (of its `SubjectPublicKeyInfo`), the same as
    /// [`PrivateKey::key_id`](super::super::PrivateKey::key_id) of the key that belongs to it. Pins are made of it.
    ///
    /// # Errors
    /// [`ErrorKind::Unsupported`](crate::ErrorKind::Unsupported) for a kind of key that GnuTLS does not know.
    #[doc(alias = "gnutls_x509_crt_get_key_id")]
    pub fn key_id(&self) -> Result<[u8; 32]> {
        key_id("identifying a certificate's key", |flags, buffer, size| {
            // SAFETY: an imported certificate; the buffer has the size that stands behind `size`.
            unsafe { sys::gnutls_x509_crt_get_key_id(self.raw(), flags, buffer, size) }
        })
    }

    /// The algorithm of the certified key, and its size in bits.
    ///
    /// # Errors
    /// If the certificate's key is malformed.
    #[doc(alias = "gnutls_x509_crt_get_pk_algorithm")]
    pub fn key_algorithm(&self) -> Result<(PublicKeyAlgorithm, u32)> {
        let mut bits = 0;
        // SAFETY: an imported certificate and a valid out pointer.
        let code = unsafe { sys::gnutls_x509_crt_get_pk_algorithm(self.raw(), &mut bits) };
        let algorithm = check(code, "reading the algorithm of a certificate's key")?;
        Ok((PublicKeyAlgorithm::from_raw(algorithm), bits))
    }

    /// Whether the certificate may issue others (basic constraints, RFC 5280, section 4.2.1.9).
    #[doc(alias = "gnutls_x509_crt_get_ca_status")]
    pub fn is_ca(&self) -> bool {
        // SAFETY: an imported certificate; null means that we do not ask whether the extension is critical.
        let code = unsafe { sys::gnutls_x509_crt_get_ca_status(self.raw(), ptr::null_mut()) };
        code > 0
    }

    /// What the key may do, if the certificate limits it.
    ///
    /// # Errors
    /// If the extension is malformed.
    #[doc(alias = "gnutls_x509_crt_get_key_usage")]
    pub fn key_usage(&self) -> Result<Option<KeyUsage>> {
        let mut bits = 0;
        // SAFETY: an imported certificate and a valid out pointer; null as in `is_ca`.
        let code = unsafe { sys::gnutls_x509_crt_get_key_usage(self.raw(), &mut bits, ptr::null_mut()) };
        let found = optional(code, "reading a certificate's key usage")?;
        Ok(found.map(|_| KeyUsage::from_raw(bits)))
    }

    /// What the certificate is for, empty if it does not say (extended key usage, RFC 5280, section 4.2.1.12).
    ///
    /// # Errors
    /// If the extension is malformed.
    #[doc(alias = "gnutls_x509_crt_get_key_purpose_oid")]
    pub fn purposes(&self) -> Result<Vec<Purpose>> {
        let doing = "reading a certificate's purposes";
        let oids = by_index(doing, |index, buffer, size| {
            let (oid, critical) = (buffer.cast::<c_void>(), ptr::null_mut());
            // SAFETY: an imported certificate; the buffer has the size that stands behind `size`; null as in `is_ca`.
            unsafe { sys::gnutls_x509_crt_get_key_purpose_oid(self.raw(), index, oid, size, critical) }
        })?;
        oids.into_iter().map(|(_, oid)| Purpose::from_oid(text(&oid))).collect()
    }

    /// The DNS names among the alternative names, as they stand there (`xn--` for names beyond ASCII).
    ///
    /// To find out whether the certificate is good for a host, ask [`matches_host`](Certificate::matches_host).
    ///
    /// # Errors
    /// If the extension is malformed.
    #[doc(alias = "gnutls_x509_crt_get_subject_alt_name")]
    pub fn dns_names(&self) -> Result<Vec<String>> {
        let names = self.alt_names()?.into_iter();
        let dns = names.filter(|(kind, _)| *kind == sys::GNUTLS_SAN_DNSNAME);
        Ok(dns.map(|(_, name)| text(&name)).collect())
    }

    /// The addresses among the alternative names.
    ///
    /// # Errors
    /// If the extension is malformed.
    #[doc(alias = "gnutls_x509_crt_get_subject_alt_name")]
    pub fn ip_addresses(&self) -> Result<Vec<IpAddr>> {
        let names = self.alt_names()?.into_iter();
        let addresses = names.filter(|(kind, _)| *kind == sys::GNUTLS_SAN_IPADDRESS);
        Ok(addresses.filter_map(|(_, bytes)| address(&bytes)).collect())
    }

    fn alt_names(&self) -> Result<Vec<(sys::gnutls_x509_subject_alt_name_t, Vec<u8>)>> {
        by_index("reading a certificate's alternative names", |index, buffer, size| {
            let (name, critical) = (buffer.cast::<c_void>(), ptr::null_mut());
            // SAFETY: an imported certificate; the buffer has the size that stands behind `size`; null as in `is_ca`.
            unsafe { sys::gnutls_x509_crt_get_subject_alt_name(self.raw(), index, name, size, critical) }
        })
    }

    /// The identifier that the certificate gives to its own key, and that what it issues refers to.
    ///
    /// # Errors
    /// If the extension is malformed.
    #[doc(alias = "gnutls_x509_crt_get_subject_key_id")]
    pub fn subject_key_id(&self) -> Result<Option<Vec<u8>>> {
        sized_optional("reading a certificate's subject key identifier", |buffer, size| {
            let (id, critical) = (buffer.cast::<c_void>(), ptr::null_mut());
            // SAFETY: an imported certificate; the buffer has the size that stands behind `size`; null as in `is_ca`.
            unsafe { sys::gnutls_x509_crt_get_subject_key_id(self.raw(), id, size, critical) }
        })
    }

    /// The identifier of the issuer's key.
    ///
    /// # Errors
    /// If the extension is malformed, or names the issuer in another way.
    #[doc(alias = "gnutls_x509_crt_get_authority_key_id")]
    pub fn authority_key_id(&self) -> Result<Option<Vec<u8>>> {
        sized_optional("reading a certificate's authority key identifier", |buffer, size| {
            let (id, critical) = (buffer.cast::<c_void>(), ptr::null_mut());
            // SAFETY: an imported certificate; the buffer has the size that stands behind `size`; null as in `is_ca`.
            unsafe { sys::gnutls_x509_crt_get_authority_key_id(self.raw(), id, size, critical) }
        })
    }

    /// Whether the certificate was issued for `host`: a DNS name, or an IP address in its usual text form (RFC 6125,
    /// with wildcards). Without alternative names GnuTLS looks at the subject's common name, for servers.
    ///
    /// This looks at the names alone: trust, time and signature are another matter.
    #[doc(alias = "gnutls_x509_crt_check_hostname")]
    #[doc(alias = "gnutls_x509_crt_check_hostname2")]
    #[doc(alias = "gnutls_x509_crt_check_ip")]
    pub fn matches_host(&self, host: &str) -> bool {
        // No host has a NUL in its name.
        let Ok(host) = c_string(host, "checking a host name") else { return false };
        // SAFETY: an imported certificate and a NUL-terminated string that lives through the call.
        unsafe { sys::gnutls_x509_crt_check_hostname2(self.raw(), host.as_ptr(), 0) != 0 }
    }
}

/// A distinguished name as text; GnuTLS calls an empty one missing.
fn name(doing: &'static str, call: impl FnOnce(*mut sys::gnutls_datum_t) -> c_int) -> Result<String> {
    let name = filled_optional(doing, call)?;
    Ok(name.map_or_else(String::new, |name| name.to_text()))
}

/// GnuTLS's time as ours. The import has refused certificates whose times cannot be read (`(time_t) -1`).
fn system_time(seconds: impl TryInto<u64>) -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(seconds.try_into().unwrap_or(0))
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).trim_end_matches('\0').to_owned()
}

fn address(bytes: &[u8]) -> Option<IpAddr> {
    let v4 = <[u8; 4]>::try_from(bytes).map(IpAddr::from);
    v4.or_else(|_| <[u8; 16]>::try_from(bytes).map(IpAddr::from)).ok()
}
