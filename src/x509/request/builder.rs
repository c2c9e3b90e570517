//! Makes certificate requests.

use std::ffi::{c_int, c_void};
use std::net::IpAddr;
use std::ptr;

use gnutls_sys as sys;

use super::{CertificateRequest, export};
use crate::algorithm::Digest;
use crate::error::Result;
use crate::ffi::{c_string, callback, check, length, start};
use crate::key::{self, PublicKey, RsaPublicNumbers, Spki};
use crate::x509::certified_key::{key_fits, request_key_of};
use crate::x509::dn::set_name;
use crate::x509::extension::encoded_other;
use crate::x509::handle::CrqHandle;
use crate::x509::{
    BasicConstraints, Certificate, Extension, Format, GeneralName, KeyUsage, Oid, PrivateKey, PrivateKeyUsagePeriod,
    Purpose, TlsFeatures,
};

/// Makes certificate requests (PKCS#10). What the request says is what its sender wants; the authority decides.
///
/// # Examples
/// ```
/// use gnutls::x509::{KeyType, PrivateKey, Purpose, RequestBuilder};
///
/// let key = PrivateKey::generate(KeyType::Ed25519)?;
/// let request = RequestBuilder::new()
///     .subject("CN=www.example.org,O=Example")
///     .dns_name("www.example.org")
///     .purpose(Purpose::SERVER_AUTH)
///     .signed_by(&key)?;
/// assert!(request.to_pem().starts_with("-----BEGIN NEW CERTIFICATE REQUEST-----"));
/// # Ok::<(), gnutls::Error>(())
/// ```
#[derive(Clone, Debug, Default)]
#[must_use = "a builder makes a request only when it is signed"]
pub struct RequestBuilder {
    subject: String,
    key: Key,
    settings: Vec<Setting>,
    digest: Option<Digest>,
}

/// Whose public key the request names.
#[derive(Clone, Debug, Default)]
enum Key {
    #[default]
    OfSigner,
    OfCertificate(Certificate),
    Rsa(RsaPublicNumbers),
}

/// One statement of a request.
#[derive(Clone, Debug)]
enum Setting {
    SubjectAttribute { oid: Oid, value: Vec<u8>, der: bool },
    AltName(GeneralName),
    BasicConstraints(BasicConstraints),
    KeyUsage(KeyUsage),
    Purpose(Purpose),
    KeyUsagePeriod(PrivateKeyUsagePeriod),
    Spki(Spki),
    TlsFeatures(TlsFeatures),
    Extension(Extension),
    Attribute { oid: Oid, value: Vec<u8> },
    ChallengePassword(String),
}

impl RequestBuilder {
    /// A request that says nothing yet.
    pub fn new() -> RequestBuilder {
        RequestBuilder::default()
    }

    fn with(mut self, setting: Setting) -> RequestBuilder {
        self.settings.push(setting);
        self
    }

    /// Whom the certificate shall be about, as RFC 4514 writes it.
    #[doc(alias = "gnutls_x509_crq_set_dn")]
    pub fn subject(mut self, name: impl Into<String>) -> RequestBuilder {
        self.subject = name.into();
        self
    }

    /// Adds an attribute of a kind that GnuTLS [knows](Oid::is_known_attribute) to the subject.
    #[doc(alias = "gnutls_x509_crq_set_dn_by_oid")]
    pub fn subject_attribute(self, oid: Oid, value: impl Into<String>) -> RequestBuilder {
        self.with(Setting::SubjectAttribute { oid, value: value.into().into_bytes(), der: false })
    }

    /// Adds an attribute of any kind to the subject, with a value in DER.
    #[doc(alias = "gnutls_x509_crq_set_dn_by_oid")]
    pub fn subject_attribute_der(self, oid: Oid, value: impl Into<Vec<u8>>) -> RequestBuilder {
        self.with(Setting::SubjectAttribute { oid, value: value.into(), der: true })
    }

    /// Adds a DNS name to the alternative names.
    #[doc(alias = "gnutls_x509_crq_set_subject_alt_name")]
    pub fn dns_name(self, name: impl Into<String>) -> RequestBuilder {
        self.alt_name(GeneralName::Dns(name.into()))
    }

    /// Adds an IP address to the alternative names.
    #[doc(alias = "gnutls_x509_crq_set_subject_alt_name")]
    pub fn ip_address(self, address: impl Into<IpAddr>) -> RequestBuilder {
        self.alt_name(GeneralName::Ip(address.into()))
    }

    /// Adds an alternative name of any kind that GnuTLS can write.
    #[doc(alias = "gnutls_x509_crq_set_subject_alt_name")]
    #[doc(alias = "gnutls_x509_crq_set_subject_alt_othername")]
    pub fn alt_name(self, name: GeneralName) -> RequestBuilder {
        self.with(Setting::AltName(name))
    }

    /// Asks for the rights of an authority, with at most `path_len` authorities below it, or any number.
    #[doc(alias = "gnutls_x509_crq_set_basic_constraints")]
    pub fn ca(self, path_len: Option<u32>) -> RequestBuilder {
        self.with(Setting::BasicConstraints(BasicConstraints { ca: true, path_len }))
    }

    /// What the key shall be allowed to do.
    #[doc(alias = "gnutls_x509_crq_set_key_usage")]
    pub fn key_usage(self, usage: KeyUsage) -> RequestBuilder {
        self.with(Setting::KeyUsage(usage))
    }

    /// Adds a purpose.
    #[doc(alias = "gnutls_x509_crq_set_key_purpose_oid")]
    pub fn purpose(self, purpose: Purpose) -> RequestBuilder {
        self.with(Setting::Purpose(purpose))
    }

    /// When the private key shall be used, if that differs from when the certificate is valid.
    #[doc(alias = "gnutls_x509_crq_set_private_key_usage_period")]
    pub fn private_key_usage_period(self, period: PrivateKeyUsagePeriod) -> RequestBuilder {
        self.with(Setting::KeyUsagePeriod(period))
    }

    /// Restricts the use of the key, for example an RSA key to PSS signatures.
    #[doc(alias = "gnutls_x509_crq_set_spki")]
    pub fn spki(self, spki: Spki) -> RequestBuilder {
        self.with(Setting::Spki(spki))
    }

    /// The TLS extensions that the holder promises to use: with [`TlsFeatures::STATUS_REQUEST`], "must staple".
    #[doc(alias = "gnutls_x509_crq_set_tlsfeatures")]
    pub fn tls_features(self, features: TlsFeatures) -> RequestBuilder {
        self.with(Setting::TlsFeatures(features))
    }

    /// Sets an extension of any kind, in place of one of the same kind.
    #[doc(alias = "gnutls_x509_crq_set_extension_by_oid")]
    pub fn extension(self, extension: Extension) -> RequestBuilder {
        self.with(Setting::Extension(extension))
    }

    /// Sets an attribute of any kind, with its value in DER.
    #[doc(alias = "gnutls_x509_crq_set_attribute_by_oid")]
    pub fn attribute(self, oid: Oid, value: impl Into<Vec<u8>>) -> RequestBuilder {
        self.with(Setting::Attribute { oid, value: value.into() })
    }

    /// Sets the password with which the sender may ask for revocation later. The request shows it to everybody.
    #[doc(alias = "gnutls_x509_crq_set_challenge_password")]
    pub fn challenge_password(self, password: impl Into<String>) -> RequestBuilder {
        self.with(Setting::ChallengePassword(password.into()))
    }

    /// Asks for another certificate of the key that `certificate` has. The key that signs must be that one.
    #[doc(alias = "gnutls_x509_crq_set_pubkey")]
    pub fn key_of(mut self, certificate: &Certificate) -> RequestBuilder {
        self.key = Key::OfCertificate(certificate.clone());
        self
    }

    /// Names the key by its numbers. The key that signs must be that one.
    #[doc(alias = "gnutls_x509_crq_set_key_rsa_raw")]
    pub fn rsa_key(mut self, key: RsaPublicNumbers) -> RequestBuilder {
        self.key = Key::Rsa(key);
        self
    }

    /// The digest of the signature. Without it: the one that suits the key.
    #[doc(alias = "gnutls_x509_crq_sign2")]
    pub fn digest(mut self, digest: Digest) -> RequestBuilder {
        self.digest = Some(digest);
        self
    }

    /// Signs the request with its key.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`](crate::ErrorKind::InvalidInput) if something that was set cannot be: the message
    /// names it.
    #[doc(alias = "gnutls_x509_crq_sign")]
    #[doc(alias = "gnutls_x509_crq_sign2")]
    #[doc(alias = "gnutls_x509_crq_set_key")]
    #[doc(alias = "gnutls_x509_crq_set_version")]
    pub fn signed_by(&self, key: &PrivateKey) -> Result<CertificateRequest> {
        let draft = Draft::new()?;
        draft.key(&self.key, key)?;
        draft.fill(self)?;
        draft.set("signing a request", |crq| match self.digest {
            // SAFETY: see `set`; the key is only read. GnuTLS takes the digest that suits it.
            None => unsafe { sys::gnutls_x509_crq_sign(crq, key.raw()) },
            // SAFETY: as above, with this digest.
            Some(digest) => unsafe { sys::gnutls_x509_crq_sign2(crq, key.raw(), digest.raw(), 0) },
        })?;
        draft.finished()
    }

    /// As [`signed_by`](RequestBuilder::signed_by), with the key wherever that is, and its public half: what
    /// [`key_of`](RequestBuilder::key_of) and [`rsa_key`](RequestBuilder::rsa_key) said does not count.
    ///
    /// # Errors
    /// As there, and [`ErrorKind::Credentials`](crate::ErrorKind::Credentials) if the two do not belong together. What a key
    /// in code says is the source.
    ///
    /// # Panics
    /// With the panic of a key in code, if it raises one.
    #[doc(alias = "gnutls_x509_crq_privkey_sign")]
    pub fn signed_elsewhere(&self, public: &PublicKey, key: &key::PrivateKey) -> Result<CertificateRequest> {
        key_fits(key, public, "making a certificate request")?;
        let draft = Draft::new()?;
        draft.set("setting a request's key", |crq| {
            // SAFETY: see `set`; the key is copied.
            unsafe { sys::gnutls_x509_crq_set_pubkey(crq, public.raw()) }
        })?;
        draft.fill(self)?;
        // GnuTLS would ask the key for its public half, which not every key can tell.
        let digest = self.digest.map_or_else(|| public.preferred_digest().map(|(digest, _)| digest), Ok)?;
        let code = callback::entered(|| {
            // SAFETY: a request in the making, which is ours alone; the key is only read.
            unsafe { sys::gnutls_x509_crq_privkey_sign(draft.0.raw(), key.raw(), digest.raw(), 0) }
        });
        callback::check(code, "signing a request")?;
        draft.finished()
    }
}

/// A request in the making, which no other code has seen yet.
struct Draft(CrqHandle);

impl Draft {
    fn new() -> Result<Draft> {
        let draft = Draft(CrqHandle::new()?);
        draft.set("setting a request's version", |crq| {
            // SAFETY: see `set`.
            unsafe { sys::gnutls_x509_crq_set_version(crq, 1) }
        })?;
        Ok(draft)
    }

    /// Everything except the key and the signature.
    fn fill(&self, builder: &RequestBuilder) -> Result<()> {
        if !builder.subject.is_empty() {
            self.subject(&builder.subject)?;
        }
        builder.settings.iter().try_for_each(|setting| self.apply(setting))
    }

    /// What has been signed.
    fn finished(&self) -> Result<CertificateRequest> {
        CertificateRequest::from_der(export(&self.0, Format::Der)?)
    }

    /// Makes one setting. `call` gets our handle: initialised, and used by nobody else.
    fn set(&self, doing: &'static str, call: impl FnOnce(sys::gnutls_x509_crq_t) -> c_int) -> Result<()> {
        check(call(self.0.raw()), doing).map(drop)
    }

    fn key(&self, key: &Key, signer: &PrivateKey) -> Result<()> {
        const DOING: &str = "setting a request's key";
        match key {
            Key::OfSigner => self.set(DOING, |crq| {
                // SAFETY: see `set`; the key's public part is copied.
                unsafe { sys::gnutls_x509_crq_set_key(crq, signer.raw()) }
            }),
            Key::OfCertificate(certificate) => request_key_of(certificate, &self.0),
            Key::Rsa(numbers) => numbers.lend(|[m, e]| {
                self.set(DOING, |crq| {
                    // SAFETY: see `set`; the numbers live through the call and are copied.
                    unsafe { sys::gnutls_x509_crq_set_key_rsa_raw(crq, m, e) }
                })
            })?,
        }
    }

    fn subject(&self, name: &str) -> Result<()> {
        set_name(name, "setting a request's subject", |name, stopped_at| {
            // SAFETY: our own handle, a NUL-terminated string that lives through the call, a valid out pointer.
            unsafe { sys::gnutls_x509_crq_set_dn(self.0.raw(), name, stopped_at) }
        })
    }

    fn apply(&self, setting: &Setting) -> Result<()> {
        match setting {
            Setting::SubjectAttribute { oid, value, der } => self.subject_attribute(oid, value, *der),
            Setting::AltName(name) => self.alt_name(name),
            Setting::BasicConstraints(constraints) => {
                const DOING: &str = "setting a request's basic constraints";
                let (ca, path_len) = constraints.raw(DOING)?;
                self.set(DOING, |crq| {
                    // SAFETY: see `set`.
                    unsafe { sys::gnutls_x509_crq_set_basic_constraints(crq, ca, path_len) }
                })
            }
            Setting::KeyUsage(usage) => self.set("setting a request's key usage", |crq| {
                // SAFETY: see `set`.
                unsafe { sys::gnutls_x509_crq_set_key_usage(crq, usage.raw()) }
            }),
            Setting::Purpose(purpose) => self.set("setting a request's purpose", |crq| {
                // SAFETY: see `set`; a NUL-terminated string that is copied.
                unsafe { sys::gnutls_x509_crq_set_key_purpose_oid(crq, purpose.as_c_str().as_ptr().cast(), 0) }
            }),
            Setting::KeyUsagePeriod(period) => {
                const DOING: &str = "setting when a private key shall be used";
                let (start, end) = period.raw(DOING)?;
                self.set(DOING, |crq| {
                    // SAFETY: see `set`.
                    unsafe { sys::gnutls_x509_crq_set_private_key_usage_period(crq, start, end) }
                })
            }
            Setting::Spki(spki) => {
                const DOING: &str = "setting the parameters of a request's key";
                // SAFETY: our own handle; null means that we do not ask for the size.
                let algorithm = unsafe { sys::gnutls_x509_crq_get_pk_algorithm(self.0.raw(), ptr::null_mut()) };
                let spki = spki.for_x509(DOING, algorithm)?;
                self.set(DOING, |crq| {
                    // SAFETY: see `set`; parameters of ours, which are copied, and which suit the key.
                    unsafe { sys::gnutls_x509_crq_set_spki(crq, spki, 0) }
                })
            }
            Setting::TlsFeatures(features) => {
                let features = features.to_handle()?;
                self.set("setting a request's TLS features", |crq| {
                    // SAFETY: see `set`; features of ours, which are copied.
                    unsafe { sys::gnutls_x509_crq_set_tlsfeatures(crq, features.raw()) }
                })
            }
            Setting::Extension(extension) => self.set("setting an extension of a request", |crq| {
                let (oid, data) = (extension.oid.as_ptr(), &extension.data);
                let (start, critical) = (start(data).cast(), extension.critical.into());
                // SAFETY: see `set`; a NUL-terminated string and bytes, which are copied.
                unsafe { sys::gnutls_x509_crq_set_extension_by_oid(crq, oid, start, data.len(), critical) }
            }),
            Setting::Attribute { oid, value } => self.set("setting an attribute of a request", |crq| {
                let start = start(value).cast_mut().cast();
                // SAFETY: see `set`; a NUL-terminated string and bytes, which are only read and copied.
                unsafe { sys::gnutls_x509_crq_set_attribute_by_oid(crq, oid.as_ptr(), start, value.len()) }
            }),
            Setting::ChallengePassword(password) => {
                const DOING: &str = "setting a request's challenge password";
                let password = c_string(password.as_str(), DOING)?;
                self.set(DOING, |crq| {
                    // SAFETY: see `set`; a NUL-terminated string that is copied.
                    unsafe { sys::gnutls_x509_crq_set_challenge_password(crq, password.as_ptr()) }
                })
            }
        }
    }

    fn subject_attribute(&self, oid: &Oid, value: &[u8], der: bool) -> Result<()> {
        const DOING: &str = "setting an attribute of a request's subject";
        let size = length(value.len(), DOING)?;
        self.set(DOING, |crq| {
            let start = start(value).cast();
            // SAFETY: see `set`; a NUL-terminated string and `size` bytes, which are copied.
            unsafe { sys::gnutls_x509_crq_set_dn_by_oid(crq, oid.as_ptr(), der.into(), start, size) }
        })
    }

    fn alt_name(&self, name: &GeneralName) -> Result<()> {
        const DOING: &str = "setting an alternative name of a request";
        let parts = name.writable(DOING)?;
        if name.is_other() {
            let (oid, value) = encoded_other(name, DOING)?;
            let (start, size) = (start(&value).cast::<c_void>(), length(value.len(), DOING)?);
            return self.set(DOING, |crq| {
                let flags = sys::GNUTLS_FSAN_APPEND;
                // SAFETY: see `set`; a NUL-terminated string and `size` bytes, which are copied.
                unsafe { sys::gnutls_x509_crq_set_subject_alt_othername(crq, oid.as_ptr(), start, size, flags) }
            });
        }
        let (start, size) = (start(&parts.value).cast::<c_void>(), length(parts.value.len(), DOING)?);
        self.set(DOING, |crq| {
            let flags = sys::GNUTLS_FSAN_APPEND;
            // SAFETY: see `set`; `size` bytes, which are copied.
            unsafe { sys::gnutls_x509_crq_set_subject_alt_name(crq, parts.kind, start, size, flags) }
        })
    }
}
