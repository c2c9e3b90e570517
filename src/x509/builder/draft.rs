//! From what a builder collected to a signed certificate: the calls that fill in and sign the C object.

use std::ffi::{c_char, c_int, c_uint, c_void};
use std::ptr;
use std::time::SystemTime;

use gnutls_sys as sys;

use super::{Authority, CertificateBuilder, serial};
use crate::algorithm::{Digest, PublicKeyAlgorithm};
use crate::error::{Error, Result};
use crate::ffi::{c_string, check, filled, length, start};
use crate::x509::certified_key::{CertifiedKey, Certify};
use crate::x509::dn::set_name;
use crate::x509::extension::{encoded_other, raw_path_len};
use crate::x509::handle::CrtHandle;
use crate::x509::validity::Validity;
use crate::x509::{Certificate, GeneralName, KeyUsage, NameKind, PrivateKey};

/// A certificate in the making, which no other code has seen yet.
pub(super) struct Draft {
    crt: CrtHandle,
    digest: Option<Digest>,
    /// The identifier of the issuer's key, if it was chosen.
    authority_key_id: Option<Vec<u8>>,
}

impl Draft {
    /// Everything except the issuer and its signature.
    pub(super) fn new<K: CertifiedKey>(builder: &CertificateBuilder, key: &K) -> Result<Draft> {
        let authority_key_id = builder.authority_key_id.clone();
        let draft = Draft { crt: CrtHandle::new()?, digest: builder.digest, authority_key_id };
        draft.set("setting a certificate's version", |crt| {
            // SAFETY: see `set`.
            unsafe { sys::gnutls_x509_crt_set_version(crt, 3) }
        })?;
        key.certify(&draft.crt)?;
        draft.subject(&builder.subject)?;
        if let Some(issuer) = &builder.issuer {
            draft.issuer(issuer)?;
        }
        draft.names(&builder.names)?;
        draft.validity(builder.validity)?;
        draft.serial(builder.serial.as_deref())?;
        draft.permissions(builder, key)?;
        let id = match &builder.subject_key_id {
            Some(id) => id.clone(),
            None => key.short_id()?,
        };
        draft.set("setting a certificate's subject key identifier", |crt| {
            // SAFETY: see `set`; the identifier is copied.
            unsafe { sys::gnutls_x509_crt_set_subject_key_id(crt, start(&id).cast(), id.len()) }
        })?;
        builder.settings.iter().try_for_each(|setting| setting.apply(&draft))?;
        Ok(draft)
    }

    /// Signs with the certificate's own key.
    pub(super) fn self_sign(self, key: &PrivateKey) -> Result<Certificate> {
        self.set_authority_key_id(&key.short_id()?)?;
        self.sign(self.crt.raw(), key)
    }

    /// Signs with the key of an issuer.
    pub(super) fn issue(self, issuer: &Certificate, key: &PrivateKey) -> Result<Certificate> {
        let id = match issuer.subject_key_id()? {
            Some(id) => id,
            None => key.short_id()?,
        };
        self.set_authority_key_id(&id)?;
        self.sign(issuer.raw(), key)
    }

    /// Signs in a name. GnuTLS takes the name from a certificate: here from one that says nothing else.
    pub(super) fn issue_in_name(self, issuer: &str, key: &PrivateKey) -> Result<Certificate> {
        let digest = self.digest;
        let stand_in = Draft { crt: CrtHandle::new()?, digest, authority_key_id: None };
        key.certify(&stand_in.crt)?;
        stand_in.subject(issuer)?;
        self.set_authority_key_id(&key.short_id()?)?;
        self.sign(stand_in.crt.raw(), key)
    }

    fn sign(&self, issuer: sys::gnutls_x509_crt_t, key: &PrivateKey) -> Result<Certificate> {
        self.set("signing a certificate", |crt| match self.digest {
            // SAFETY: see `set`; issuer and key are only read. GnuTLS takes the digest that suits the key.
            None => unsafe { sys::gnutls_x509_crt_sign(crt, issuer, key.raw()) },
            // SAFETY: as above, with this digest.
            Some(digest) => unsafe { sys::gnutls_x509_crt_sign2(crt, issuer, key.raw(), digest.raw(), 0) },
        })?;
        self.finished()
    }

    /// What has been signed.
    pub(super) fn finished(&self) -> Result<Certificate> {
        let der = filled("writing a certificate", |out| {
            // SAFETY: a signed certificate and a valid out pointer.
            unsafe { sys::gnutls_x509_crt_export2(self.crt.raw(), sys::GNUTLS_X509_FMT_DER, out) }
        })?;
        // Read back rather than handed out: what `Certificate` promises to threads holds for imported objects.
        Certificate::from_der(der.as_slice())
    }

    pub(super) fn raw(&self) -> sys::gnutls_x509_crt_t {
        self.crt.raw()
    }

    /// The digest that was chosen; otherwise the number by which GnuTLS takes what suits the issuer's key.
    pub(super) fn raw_digest(&self) -> sys::gnutls_digest_algorithm_t {
        self.digest.map_or(sys::GNUTLS_DIG_UNKNOWN, Digest::raw)
    }

    /// GnuTLS's description of what is not signed yet.
    pub(super) fn print(&self) -> Result<String> {
        let text = filled("describing a certificate", |out| {
            // SAFETY: our own handle and a valid out pointer.
            unsafe { sys::gnutls_x509_crt_print(self.crt.raw(), sys::GNUTLS_CRT_PRINT_UNSIGNED_FULL, out) }
        })?;
        Ok(text.to_text())
    }

    /// Makes one setting. `call` gets our handle: initialised, and used by nobody else.
    pub(super) fn set(&self, doing: &'static str, call: impl FnOnce(sys::gnutls_x509_crt_t) -> c_int) -> Result<()> {
        check(call(self.crt.raw()), doing).map(drop)
    }

    /// The algorithm of the key, as C has it; negative for an error.
    pub(super) fn key_algorithm(&self) -> c_int {
        // SAFETY: our own handle; null means that we do not ask for the size.
        unsafe { sys::gnutls_x509_crt_get_pk_algorithm(self.crt.raw(), ptr::null_mut()) }
    }

    /// Sets the identifier of the issuer's key: the one that was chosen, or this one.
    pub(super) fn set_authority_key_id(&self, id: &[u8]) -> Result<()> {
        let id = self.authority_key_id.as_deref().unwrap_or(id);
        self.set("setting a certificate's authority key identifier", |crt| {
            // SAFETY: see `set`; the identifier is copied.
            unsafe { sys::gnutls_x509_crt_set_authority_key_id(crt, start(id).cast(), id.len()) }
        })
    }

    fn subject(&self, name: &str) -> Result<()> {
        if name.is_empty() {
            return Ok(());
        }
        set_name(name, "setting a certificate's subject", |name, stopped_at| {
            // SAFETY: our own handle, a NUL-terminated string that lives through the call, a valid out pointer.
            unsafe { sys::gnutls_x509_crt_set_dn(self.crt.raw(), name, stopped_at) }
        })
    }

    /// The issuer's name, which signing replaces by that of the issuer's certificate.
    fn issuer(&self, name: &str) -> Result<()> {
        set_name(name, "setting a certificate's issuer", |name, stopped_at| {
            // SAFETY: our own handle, a NUL-terminated string that lives through the call, a valid out pointer.
            unsafe { sys::gnutls_x509_crt_set_issuer_dn(self.crt.raw(), name, stopped_at) }
        })
    }

    fn names(&self, names: &[GeneralName]) -> Result<()> {
        for (place, name) in names.iter().enumerate() {
            let doing = match name.kind() {
                NameKind::DNS => "setting a certificate's DNS name",
                NameKind::IP => "setting a certificate's IP address",
                _ => "setting a certificate's alternative name",
            };
            let parts = name.writable(doing)?;
            match name {
                // The first name begins the extension, and GnuTLS has a function for beginning with a text.
                GeneralName::Dns(text) | GeneralName::Email(text) | GeneralName::Uri(text) if place == 0 => {
                    let text = c_string(text.as_str(), doing)?;
                    self.set(doing, |crt| {
                        // SAFETY: see `set`; a NUL-terminated string that is copied.
                        unsafe { sys::gnutls_x509_crt_set_subject_alternative_name(crt, parts.kind, text.as_ptr()) }
                    })?;
                }
                _ if name.is_other() => self.other_name(name, doing, sys::gnutls_x509_crt_set_subject_alt_othername)?,
                _ => self.alt_name(parts.kind, &parts.value, doing, sys::gnutls_x509_crt_set_subject_alt_name)?,
            }
        }
        Ok(())
    }

    /// Adds an alternative name of the issuer.
    pub(super) fn issuer_alt_name(&self, name: &GeneralName) -> Result<()> {
        const DOING: &str = "setting an alternative name of a certificate's issuer";
        let parts = name.writable(DOING)?;
        if name.is_other() {
            return self.other_name(name, DOING, sys::gnutls_x509_crt_set_issuer_alt_othername);
        }
        self.alt_name(parts.kind, &parts.value, DOING, sys::gnutls_x509_crt_set_issuer_alt_name)
    }

    fn alt_name(&self, kind: NameKindRaw, name: &[u8], doing: &'static str, setter: NameSetter) -> Result<()> {
        let (start, size) = (start(name).cast::<c_void>(), length(name.len(), doing)?);
        self.set(doing, |crt| {
            // SAFETY: see `set`; one of the two setters of names; `start` has `size` bytes, which are copied.
            unsafe { setter(crt, kind, start, size, sys::GNUTLS_FSAN_APPEND) }
        })
    }

    fn other_name(&self, name: &GeneralName, doing: &'static str, setter: OtherNameSetter) -> Result<()> {
        let (oid, value) = encoded_other(name, doing)?;
        let (start, size) = (start(&value).cast::<c_void>(), length(value.len(), doing)?);
        self.set(doing, |crt| {
            // SAFETY: see `set`; one of the two setters of other names; a NUL-terminated string, and `size` bytes, which
            // are copied.
            unsafe { setter(crt, oid.as_ptr(), start, size, sys::GNUTLS_FSAN_APPEND) }
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
    fn permissions<K: CertifiedKey>(&self, builder: &CertificateBuilder, key: &K) -> Result<()> {
        const DOING: &str = "setting a certificate's basic constraints";
        match builder.authority {
            Some(Authority { path_len: Some(length) }) => {
                let length = raw_path_len(Some(length), "setting a certificate's path length")?;
                self.set(DOING, |crt| {
                    // SAFETY: see `set`.
                    unsafe { sys::gnutls_x509_crt_set_basic_constraints(crt, 1, length) }
                })?;
            }
            any_length => self.set(DOING, |crt| {
                // SAFETY: see `set`.
                unsafe { sys::gnutls_x509_crt_set_ca_status(crt, any_length.is_some().into()) }
            })?,
        }
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

type NameKindRaw = sys::gnutls_x509_subject_alt_name_t;
type NameSetter = unsafe extern "C" fn(sys::gnutls_x509_crt_t, NameKindRaw, *const c_void, c_uint, c_uint) -> c_int;
type OtherNameSetter =
    unsafe extern "C" fn(sys::gnutls_x509_crt_t, *const c_char, *const c_void, c_uint, c_uint) -> c_int;

/// What a key of this kind usually does in that role.
fn usual_usage<K: CertifiedKey>(authority: bool, key: &K) -> Result<KeyUsage> {
    if authority {
        return Ok(KeyUsage::KEY_CERT_SIGN | KeyUsage::CRL_SIGN);
    }
    if key.certified_algorithm()? == PublicKeyAlgorithm::RSA {
        return Ok(KeyUsage::DIGITAL_SIGNATURE | KeyUsage::KEY_ENCIPHERMENT);
    }
    Ok(KeyUsage::DIGITAL_SIGNATURE)
}
