//! Makes certificates: collects what they shall say, then signs.

mod draft;
mod elsewhere;
mod serial;
mod setting;
mod statements;

use std::net::IpAddr;
use std::time::{Duration, SystemTime};

use self::draft::Draft;
use self::setting::Setting;
use super::certified_key::CertifiedKey;
use super::validity::Validity;
use super::{Certificate, GeneralName, KeyUsage, PrivateKey, Purpose};
use crate::algorithm::Digest;
use crate::error::{Error, ErrorKind, Failure, Result};

/// Makes X.509 version 3 certificates.
///
/// What is not set gets a value that fits: a random serial number, a year of validity from now on, key usages that suit
/// the key and the role, identifiers of both keys, and the digest that suits the issuer's key. What is set is checked
/// when the certificate is signed.
///
/// # Examples
/// An authority, and a server certificate issued by it:
/// ```
/// use gnutls::x509::{CertificateBuilder, KeyType, PrivateKey, Purpose};
///
/// let ca_key = PrivateKey::generate(KeyType::EcdsaP256)?;
/// let ca = CertificateBuilder::new().subject("CN=Example Authority").ca(Some(0)).self_signed(&ca_key)?;
///
/// let key = PrivateKey::generate(KeyType::EcdsaP256)?;
/// let server = CertificateBuilder::new()
///     .subject("CN=server")
///     .dns_name("server.example.com")
///     .ip_address([192, 0, 2, 1])
///     .purpose(Purpose::SERVER_AUTH)
///     .signed_by(&key, &ca, &ca_key)?;
///
/// assert_eq!(server.issuer()?, "CN=Example Authority");
/// assert!(server.matches_host("192.0.2.1") && !server.is_ca());
/// # Ok::<(), gnutls::Error>(())
/// ```
#[derive(Clone, Debug, Default)]
#[must_use = "a builder makes a certificate only when it is signed"]
pub struct CertificateBuilder {
    subject: String,
    issuer: Option<String>,
    names: Vec<GeneralName>,
    validity: Validity,
    serial: Option<Vec<u8>>,
    authority: Option<Authority>,
    key_usage: Option<KeyUsage>,
    purposes: Vec<Purpose>,
    subject_key_id: Option<Vec<u8>>,
    authority_key_id: Option<Vec<u8>>,
    digest: Option<Digest>,
    settings: Vec<Setting>,
}

/// The rights of an authority.
#[derive(Clone, Copy, Debug)]
struct Authority {
    path_len: Option<u32>,
}

impl CertificateBuilder {
    /// A certificate that says nothing yet.
    pub fn new() -> CertificateBuilder {
        CertificateBuilder::default()
    }

    /// Whom the certificate is about, as RFC 4514 writes it: `CN=www.example.com,O=Example,C=NO`.
    #[doc(alias = "gnutls_x509_crt_set_dn")]
    pub fn subject(mut self, name: impl Into<String>) -> CertificateBuilder {
        self.subject = name.into();
        self
    }

    /// Adds a DNS name to the alternative names: what clients compare with the host they want. A wildcard
    /// (`*.example.com`) stands for one label; names beyond ASCII become `xn--` names.
    #[doc(alias = "gnutls_x509_crt_set_subject_alt_name")]
    #[doc(alias = "gnutls_x509_crt_set_subject_alternative_name")]
    pub fn dns_name(mut self, name: impl Into<String>) -> CertificateBuilder {
        self.names.push(GeneralName::Dns(name.into()));
        self
    }

    /// Adds an IP address to the alternative names.
    #[doc(alias = "gnutls_x509_crt_set_subject_alt_name")]
    pub fn ip_address(mut self, address: impl Into<IpAddr>) -> CertificateBuilder {
        self.names.push(GeneralName::Ip(address.into()));
        self
    }

    /// Adds an alternative name of any kind that GnuTLS can write.
    #[doc(alias = "gnutls_x509_crt_set_subject_alt_name")]
    #[doc(alias = "gnutls_x509_crt_set_subject_alt_othername")]
    pub fn alt_name(mut self, name: GeneralName) -> CertificateBuilder {
        self.names.push(name);
        self
    }

    /// When validity begins, to the second. Without it: the second before the one in which the certificate is signed,
    /// because the clock that verification reads may lag by some milliseconds.
    #[doc(alias = "gnutls_x509_crt_set_activation_time")]
    pub fn valid_from(mut self, start: SystemTime) -> CertificateBuilder {
        self.validity.start = Some(start);
        self
    }

    /// How long validity lasts, from its beginning on. Without it and [`valid_until`](CertificateBuilder::valid_until):
    /// 365 days.
    #[doc(alias = "gnutls_x509_crt_set_expiration_time")]
    pub fn valid_for(mut self, length: Duration) -> CertificateBuilder {
        self.validity.last_for(length);
        self
    }

    /// The last second of validity; replaces [`valid_for`](CertificateBuilder::valid_for).
    #[doc(alias = "gnutls_x509_crt_set_expiration_time")]
    pub fn valid_until(mut self, end: SystemTime) -> CertificateBuilder {
        self.validity.last_until(end);
        self
    }

    /// The serial number: 1 to 20 bytes, big-endian, positive (the first bit is 0). Without it: 16 random bytes.
    #[doc(alias = "gnutls_x509_crt_set_serial")]
    pub fn serial(mut self, number: impl Into<Vec<u8>>) -> CertificateBuilder {
        self.serial = Some(number.into());
        self
    }

    /// Makes it the certificate of an authority, with at most `path_len` authorities between it and what it vouches
    /// for, or any number.
    #[doc(alias = "gnutls_x509_crt_set_basic_constraints")]
    #[doc(alias = "gnutls_x509_crt_set_ca_status")]
    pub fn ca(mut self, path_len: Option<u32>) -> CertificateBuilder {
        self.authority = Some(Authority { path_len });
        self
    }

    /// What the key may do. Without it: sign certificates and revocation lists for an authority, otherwise sign, and
    /// decrypt keys if it is an RSA key.
    #[doc(alias = "gnutls_x509_crt_set_key_usage")]
    pub fn key_usage(mut self, usage: KeyUsage) -> CertificateBuilder {
        self.key_usage = Some(usage);
        self
    }

    /// Adds a purpose. A certificate without any is good for all.
    #[doc(alias = "gnutls_x509_crt_set_key_purpose_oid")]
    pub fn purpose(mut self, purpose: Purpose) -> CertificateBuilder {
        self.purposes.push(purpose);
        self
    }

    /// The digest of the signature. Without it: the one that suits the issuer's key.
    #[doc(alias = "gnutls_x509_crt_sign2")]
    pub fn digest(mut self, digest: Digest) -> CertificateBuilder {
        self.digest = Some(digest);
        self
    }

    /// Signs the certificate with its own key: an authority's root, or a server that clients know by its certificate.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`] if something that was set cannot be: the message names it. A subject must be set.
    #[doc(alias = "gnutls_x509_crt_sign")]
    #[doc(alias = "gnutls_x509_crt_sign2")]
    pub fn self_signed(&self, key: &PrivateKey) -> Result<Certificate> {
        if self.subject.is_empty() {
            let why = "one that signs itself needs a subject, because it names its issuer";
            return Err(Error::input("making a certificate", why));
        }
        Draft::new(self, key)?.self_sign(key)
    }

    /// Signs the certificate, which is for the holder of `key`, with the key of an issuer. The key may be told by the
    /// private key, by another certificate for it, or by a request, which also gives the subject if none is set.
    ///
    /// # Errors
    /// [`ErrorKind::Credentials`] if `issuer_key` is not the key of `issuer`, [`ErrorKind::InvalidInput`] if something
    /// that was set cannot be: the message names it.
    #[doc(alias = "gnutls_x509_crt_sign")]
    #[doc(alias = "gnutls_x509_crt_sign2")]
    #[doc(alias = "gnutls_x509_crt_set_key")]
    #[doc(alias = "gnutls_x509_crt_set_pubkey")]
    #[doc(alias = "gnutls_x509_crt_set_crq")]
    #[doc(alias = "gnutls_x509_crt_set_version")]
    pub fn signed_by<K: CertifiedKey>(
        &self,
        key: &K,
        issuer: &Certificate,
        issuer_key: &PrivateKey,
    ) -> Result<Certificate> {
        if !issuer_key.fits(issuer) {
            let why = format!("the issuer's key does not fit the issuer's {issuer:?}");
            let failure = Failure::new(ErrorKind::Credentials, "making a certificate");
            return Err(failure.detail(why).into());
        }
        Draft::new(self, key)?.issue(issuer, issuer_key)
    }

    /// Signs the certificate in the name that was set as [`issuer`](CertificateBuilder::issuer), for an issuer whose
    /// certificate is not at hand.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`] if no issuer is set, or if something that was set cannot be: the message names it.
    #[doc(alias = "gnutls_x509_crt_sign")]
    #[doc(alias = "gnutls_x509_crt_sign2")]
    pub fn signed_in_name<K: CertifiedKey>(&self, key: &K, issuer_key: &PrivateKey) -> Result<Certificate> {
        let Some(issuer) = &self.issuer else {
            return Err(Error::input("making a certificate", "it has no issuer"));
        };
        Draft::new(self, key)?.issue_in_name(issuer, issuer_key)
    }

    /// GnuTLS's description of the certificate as it would be, before anybody signs it.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`] if something that was set cannot be: the message names it.
    #[doc(alias = "gnutls_x509_crt_print")]
    pub fn preview<K: CertifiedKey>(&self, key: &K) -> Result<String> {
        Draft::new(self, key)?.print()
    }
}
