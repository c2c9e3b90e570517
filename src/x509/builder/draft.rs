//! From what a builder collected to a signed certificate: the calls that fill in and sign the C object.

use std::ffi::{c_char, c_int, c_uint, c_void};
use std::net::IpAddr;
use std::ptr;
use std::time::SystemTime;

use gnutls_sys as sys;

use super::{Authority, CertificateBuilder, Name, serial};
use crate::algorithm::PublicKeyAlgorithm;
use crate::error::{Error, Failure, Result};
use crate::ffi::{c_string, check, filled, length, sized};
use crate::x509::handle::CrtHandle;
use crate::x509::validity::Validity;
use crate::x509::{Certificate, KeyUsage, PrivateKey};

/// A certificate in the making, which no other code has seen yet.
pub(super) struct Draft(CrtHandle);

impl Draft {
    /// Everything except the issuer and its signature.
    pub(super) fn new(builder: &CertificateBuilder, key: &PrivateKey) -> Result<Draft> {
        let draft = Draft(CrtHandle::new()?);
        draft.set("setting a certificate's version", |crt| {
            // SAFETY: see `set`.
            unsafe { sys::gnutls_x509_crt_set_version(crt, 3) }
        })?;
        draft.set("setting a certificate's key", |crt| {
            // SAFETY: see `set`; the key's public part is copied.
            unsafe { sys::gnutls_x509_crt_set_key(crt, key.raw()) }
        })?;
        draft.subject(&builder.subject)?;
        draft.names(&builder.names)?;
        draft.validity(builder.validity)?;
        draft.serial(builder.serial.as_deref())?;
        draft.permissions(builder, key)?;
        let id = short_key_id(key)?;
        draft.set("setting a certificate's subject key identifier", |crt| {
            // SAFETY: see `set`; the identifier is copied.
            unsafe { sys::gnutls_x509_crt_set_subject_key_id(crt, id.as_ptr().cast(), id.len()) }
        })?;
        Ok(draft)
    }

    /// Signs with the certificate's own key.
    pub(super) fn self_sign(self, key: &PrivateKey) -> Result<Certificate> {
        self.authority_key_id(&short_key_id(key)?)?;
        self.sign(self.0.raw(), key)
    }

    /// Signs with the key of an issuer.
    pub(super) fn issue(self, issuer: &Certificate, key: &PrivateKey) -> Result<Certificate> {
        let id = match issuer.subject_key_id()? {
            Some(id) => id,
            None => short_key_id(key)?,
        };
        self.authority_key_id(&id)?;
        self.sign(issuer.raw(), key)
    }

    fn sign(&self, issuer: sys::gnutls_x509_crt_t, key: &PrivateKey) -> Result<Certificate> {
        self.set("signing a certificate", |crt| {
            // SAFETY: see `set`; issuer and key are only read. Without a digest GnuTLS takes what suits the key.
            unsafe { sys::gnutls_x509_crt_sign2(crt, issuer, key.raw(), sys::GNUTLS_DIG_UNKNOWN, 0) }
        })?;
        let der = filled("writing a certificate", |out| {
            // SAFETY: a signed certificate and a valid out pointer.
            unsafe { sys::gnutls_x509_crt_export2(self.0.raw(), sys::GNUTLS_X509_FMT_DER, out) }
        })?;
        // Read back rather than handed out: what `Certificate` promises to threads holds for imported objects.
        Certificate::from_der(der.as_slice())
    }

    /// Makes one setting. `call` gets our handle: initialised, and used by nobody else.
    fn set(&self, doing: &'static str, call: impl FnOnce(sys::gnutls_x509_crt_t) -> c_int) -> Result<()> {
        check(call(self.0.raw()), doing)?;
        Ok(())
    }

    fn authority_key_id(&self, id: &[u8]) -> Result<()> {
        self.set("setting a certificate's authority key identifier", |crt| {
            // SAFETY: see `set`; the identifier is copied.
            unsafe { sys::gnutls_x509_crt_set_authority_key_id(crt, id.as_ptr().cast(), id.len()) }
        })
    }

    fn subject(&self, name: &str) -> Result<()> {
        const DOING: &str = "setting a certificate's subject";
        if name.is_empty() {
            return Ok(());
        }
        if name.contains('\n') {
            // GnuTLS would take it for the end and leave out the rest.
            return Err(Error::input(DOING, format!("there is a line break in {name:?}")));
        }
        let c_name = c_string(name, DOING)?;
        let mut stopped_at: *const c_char = ptr::null();
        // SAFETY: our own handle, a NUL-terminated string that lives through the call, a valid out pointer.
        let code = unsafe { sys::gnutls_x509_crt_set_dn(self.0.raw(), c_name.as_ptr(), &mut stopped_at) };
        if code < 0 {
            let why = format!("{name:?} is not in the form of RFC 4514 (\"CN=name,O=organization\")");
            return Err(Failure::of_input(code, DOING).detail(why).into());
        }
        Ok(())
    }

    fn names(&self, names: &[Name]) -> Result<()> {
        for name in names {
            match name {
                Name::Dns(name) => self.dns_name(name)?,
                Name::Ip(IpAddr::V4(address)) => self.ip_address(&address.octets())?,
                Name::Ip(IpAddr::V6(address)) => self.ip_address(&address.octets())?,
            }
        }
        Ok(())
    }

    fn dns_name(&self, name: &str) -> Result<()> {
        const DOING: &str = "setting a certificate's DNS name";
        let odd = |c: char| c.is_whitespace() || c.is_control();
        if name.contains(odd) || name.len() > 253 || name.split('.').any(str::is_empty) {
            return Err(Error::input(DOING, format!("{name:?} is no DNS name")));
        }
        self.alt_name(DOING, sys::GNUTLS_SAN_DNSNAME, name.as_bytes())
    }

    fn ip_address(&self, octets: &[u8]) -> Result<()> {
        self.alt_name("setting a certificate's IP address", sys::GNUTLS_SAN_IPADDRESS, octets)
    }

    fn alt_name(&self, doing: &'static str, kind: sys::gnutls_x509_subject_alt_name_t, name: &[u8]) -> Result<()> {
        let (start, size) = (name.as_ptr().cast::<c_void>(), length(name.len(), doing)?);
        let append = sys::GNUTLS_FSAN_APPEND;
        self.set(doing, |crt| {
            // SAFETY: see `set`; `start` has `size` bytes, which are copied.
            unsafe { sys::gnutls_x509_crt_set_subject_alt_name(crt, kind, start, size, append) }
        })
    }

    fn validity(&self, validity: Validity) -> Result<()> {
        const DOING: &str = "setting a certificate's validity";
        let too_late = |_| Error::input(DOING, "this machine's time does not reach that far");
        let (first, last) = validity.seconds(SystemTime::now())?;
        let (first, last) = (first.try_into().map_err(too_late)?, last.try_into().map_err(too_late)?);
        self.set(DOING, |crt| {
            // SAFETY: see `set`.
            unsafe { sys::gnutls_x509_crt_set_activation_time(crt, first) }
        })?;
        self.set(DOING, |crt| {
            // SAFETY: see `set`.
            unsafe { sys::gnutls_x509_crt_set_expiration_time(crt, last) }
        })
    }

    fn serial(&self, number: Option<&[u8]>) -> Result<()> {
        const DOING: &str = "setting a certificate's serial number";
        let number = match number {
            Some(number) => match serial::unusable(number) {
                Some(why) => return Err(Error::input(DOING, why)),
                None => number.to_vec(),
            },
            None => serial::random()?,
        };
        self.set(DOING, |crt| {
            // SAFETY: see `set`; the number is copied.
            unsafe { sys::gnutls_x509_crt_set_serial(crt, number.as_ptr().cast(), number.len()) }
        })
    }

    /// Basic constraints, key usage and purposes.
    fn permissions(&self, builder: &CertificateBuilder, key: &PrivateKey) -> Result<()> {
        const PATH: &str = "setting a certificate's path length";
        let (ca, path_len): (c_uint, c_int) = match builder.authority {
            None => (0, -1),
            Some(Authority { path_len: None }) => (1, -1),
            Some(Authority { path_len: Some(length) }) => {
                let too_long = |_| Error::input(PATH, format!("{length} is more than GnuTLS can take"));
                (1, length.try_into().map_err(too_long)?)
            }
        };
        self.set("setting a certificate's basic constraints", |crt| {
            // SAFETY: see `set`.
            unsafe { sys::gnutls_x509_crt_set_basic_constraints(crt, ca, path_len) }
        })?;
        let usage = match builder.key_usage {
            Some(usage) => usage,
            None => usual_usage(builder.authority.is_some(), key)?,
        };
        self.set("setting a certificate's key usage", |crt| {
            // SAFETY: see `set`.
            unsafe { sys::gnutls_x509_crt_set_key_usage(crt, usage.raw()) }
        })?;
        for purpose in &builder.purposes {
            let oid = purpose.as_c_str();
            self.set("setting a certificate's purpose", |crt| {
                // SAFETY: see `set`; a NUL-terminated string that is copied.
                unsafe { sys::gnutls_x509_crt_set_key_purpose_oid(crt, oid.as_ptr().cast(), 0) }
            })?;
        }
        Ok(())
    }
}

/// What a key of this kind usually does in that role.
fn usual_usage(authority: bool, key: &PrivateKey) -> Result<KeyUsage> {
    if authority {
        return Ok(KeyUsage::KEY_CERT_SIGN | KeyUsage::CRL_SIGN);
    }
    let (algorithm, _) = key.algorithm()?;
    if algorithm == PublicKeyAlgorithm::RSA {
        return Ok(KeyUsage::DIGITAL_SIGNATURE | KeyUsage::KEY_ENCIPHERMENT);
    }
    Ok(KeyUsage::DIGITAL_SIGNATURE)
}

/// The 20-byte identifier that certificates use for their keys (RFC 5280, section 4.2.1.2).
fn short_key_id(key: &PrivateKey) -> Result<Vec<u8>> {
    let (_, id) = sized("identifying a private key", |buffer, size| {
        let flags = sys::GNUTLS_KEYID_USE_SHA1;
        // SAFETY: a key; the buffer has the size that stands behind `size`.
        unsafe { sys::gnutls_x509_privkey_get_key_id(key.raw(), flags, buffer, size) }
    })?;
    Ok(id)
}
