//! Makes revocation lists.

use std::ffi::c_int;
use std::time::{Duration, SystemTime};

use gnutls_sys as sys;

use super::{RevocationList, export};
use crate::algorithm::Digest;
use crate::error::{ErrorKind, Failure, Result};
use crate::ffi::{callback, check, start};
use crate::key;
use crate::x509::certified_key::key_fits;
use crate::x509::handle::CrlHandle;
use crate::x509::time::c_time;
use crate::x509::validity::CLOCK_LAG;
use crate::x509::{Certificate, Format, PrivateKey};

/// Makes revocation lists of version 2.
///
/// What is not set gets a value that fits: made now, to be followed by a newer list in 30 days, with the digest that
/// suits the issuer's key.
///
/// # Examples
/// ```
/// use gnutls::x509::{CertificateBuilder, KeyType, PrivateKey, RevocationListBuilder};
///
/// let key = PrivateKey::generate(KeyType::EcdsaP256)?;
/// let root = CertificateBuilder::new().subject("CN=root").ca(None).self_signed(&key)?;
/// let list = RevocationListBuilder::new().number([7]).revoke_serial([1, 2, 3]).signed_by(&root, &key)?;
/// assert_eq!(list.revoked_at(0)?.expect("an entry").serial, [1, 2, 3]);
/// assert_eq!(list.number()?, Some(vec![7]));
/// # Ok::<(), gnutls::Error>(())
/// ```
#[derive(Clone, Debug, Default)]
#[must_use = "a builder makes a list only when it is signed"]
pub struct RevocationListBuilder {
    this_update: Option<SystemTime>,
    next_update: Option<SystemTime>,
    number: Option<Vec<u8>>,
    revoked: Vec<(Whom, Option<SystemTime>)>,
    digest: Option<Digest>,
}

#[derive(Clone, Debug)]
enum Whom {
    Serial(Vec<u8>),
    Certificate(Certificate),
}

const LIFE: Duration = Duration::from_secs(30 * 24 * 60 * 60);

impl RevocationListBuilder {
    /// A list that revokes nobody yet.
    pub fn new() -> RevocationListBuilder {
        RevocationListBuilder::default()
    }

    /// When the list is made, to the second. Without it: just before now.
    #[doc(alias = "gnutls_x509_crl_set_this_update")]
    pub fn this_update(mut self, time: SystemTime) -> RevocationListBuilder {
        self.this_update = Some(time);
        self
    }

    /// When there will be a newer list. Without it: 30 days after this one.
    #[doc(alias = "gnutls_x509_crl_set_next_update")]
    pub fn next_update(mut self, time: SystemTime) -> RevocationListBuilder {
        self.next_update = Some(time);
        self
    }

    /// The number of the list, big-endian. Each newer list of an authority should have a higher one. Where the first bit is
    /// 1, a zero byte is put in front: no number of a list is negative.
    #[doc(alias = "gnutls_x509_crl_set_number")]
    pub fn number(mut self, number: impl Into<Vec<u8>>) -> RevocationListBuilder {
        let mut number = number.into();
        if number.first().is_some_and(|first| *first >= 0x80) {
            number.insert(0, 0);
        }
        self.number = Some(number);
        self
    }

    /// Revokes a certificate, as of now.
    #[doc(alias = "gnutls_x509_crl_set_crt")]
    pub fn revoke(mut self, certificate: &Certificate) -> RevocationListBuilder {
        self.revoked.push((Whom::Certificate(certificate.clone()), None));
        self
    }

    /// Revokes the certificate with a serial number, as of now.
    #[doc(alias = "gnutls_x509_crl_set_crt_serial")]
    pub fn revoke_serial(mut self, serial: impl Into<Vec<u8>>) -> RevocationListBuilder {
        self.revoked.push((Whom::Serial(serial.into()), None));
        self
    }

    /// Revokes the certificate with a serial number as of `time`, to the second.
    #[doc(alias = "gnutls_x509_crl_set_crt_serial")]
    pub fn revoke_serial_at(mut self, serial: impl Into<Vec<u8>>, time: SystemTime) -> RevocationListBuilder {
        self.revoked.push((Whom::Serial(serial.into()), Some(time)));
        self
    }

    /// The digest of the signature. Without it: the one that suits the issuer's key.
    #[doc(alias = "gnutls_x509_crl_sign2")]
    pub fn digest(mut self, digest: Digest) -> RevocationListBuilder {
        self.digest = Some(digest);
        self
    }

    /// Signs the list with the key of the authority that issued what it revokes.
    ///
    /// # Errors
    /// [`ErrorKind::Credentials`] if `issuer_key` is not the key of `issuer`, [`ErrorKind::InvalidInput`] if something
    /// that was set cannot be: the message names it.
    #[doc(alias = "gnutls_x509_crl_sign")]
    #[doc(alias = "gnutls_x509_crl_sign2")]
    #[doc(alias = "gnutls_x509_crl_set_version")]
    #[doc(alias = "gnutls_x509_crl_set_authority_key_id")]
    pub fn signed_by(&self, issuer: &Certificate, issuer_key: &PrivateKey) -> Result<RevocationList> {
        if !issuer_key.fits(issuer) {
            let why = format!("the issuer's key does not fit the issuer's {issuer:?}");
            return Err(Failure::new(ErrorKind::Credentials, "making a revocation list").detail(why).into());
        }
        Draft::new(self, issuer)?.sign(issuer, issuer_key, self.digest)
    }

    /// As [`signed_by`](RevocationListBuilder::signed_by), with the key of the issuer wherever that is.
    ///
    /// # Errors
    /// As there: a key that cannot be looked into signs something else first, to see whether it fits. What a key in code
    /// says is the source.
    ///
    /// # Panics
    /// With the panic of a key in code, if it raises one.
    #[doc(alias = "gnutls_x509_crl_privkey_sign")]
    pub fn signed_elsewhere(&self, issuer: &Certificate, issuer_key: &key::PrivateKey) -> Result<RevocationList> {
        key_fits(issuer_key, &issuer.public_key()?, "making a revocation list")?;
        let draft = Draft::new(self, issuer)?;
        let digest = self.digest.map_or(sys::GNUTLS_DIG_UNKNOWN, Digest::raw);
        let code = callback::entered(|| {
            // SAFETY: a list in the making, which is ours alone; issuer and key are only read.
            unsafe { sys::gnutls_x509_crl_privkey_sign(draft.0.raw(), issuer.raw(), issuer_key.raw(), digest, 0) }
        });
        callback::check(code, "signing a revocation list")?;
        draft.finished()
    }
}

/// A list in the making, which no other code has seen yet.
struct Draft(CrlHandle);

impl Draft {
    /// Everything except the signature.
    fn new(builder: &RevocationListBuilder, issuer: &Certificate) -> Result<Draft> {
        let draft = Draft(CrlHandle::new()?);
        draft.fill(builder)?;
        if let Some(id) = issuer.subject_key_id()? {
            draft.set("setting a revocation list's authority key identifier", |crl| {
                // SAFETY: see `set`; the identifier is copied.
                unsafe { sys::gnutls_x509_crl_set_authority_key_id(crl, start(&id).cast(), id.len()) }
            })?;
        }
        Ok(draft)
    }

    /// Makes one setting. `call` gets our handle: initialised, and used by nobody else.
    fn set(&self, doing: &'static str, call: impl FnOnce(sys::gnutls_x509_crl_t) -> c_int) -> Result<()> {
        check(call(self.0.raw()), doing).map(drop)
    }

    fn fill(&self, builder: &RevocationListBuilder) -> Result<()> {
        const THIS: &str = "setting when a revocation list was made";
        const NEXT: &str = "setting when a newer revocation list will be made";
        self.set("setting a revocation list's version", |crl| {
            // SAFETY: see `set`.
            unsafe { sys::gnutls_x509_crl_set_version(crl, 2) }
        })?;
        let now = SystemTime::now() - Duration::from_secs(CLOCK_LAG);
        let this_update = builder.this_update.unwrap_or(now);
        let this = c_time(this_update, THIS)?;
        // No time before the year 10000 is too late for that sum.
        let next = c_time(builder.next_update.unwrap_or_else(|| this_update + LIFE), NEXT)?;
        self.set(THIS, |crl| {
            // SAFETY: see `set`.
            unsafe { sys::gnutls_x509_crl_set_this_update(crl, this) }
        })?;
        self.set(NEXT, |crl| {
            // SAFETY: see `set`.
            unsafe { sys::gnutls_x509_crl_set_next_update(crl, next) }
        })?;
        for (whom, time) in &builder.revoked {
            self.revoke(whom, time.unwrap_or(now))?;
        }
        let Some(number) = &builder.number else { return Ok(()) };
        self.set("setting a revocation list's number", |crl| {
            // SAFETY: see `set`; the number is copied.
            unsafe { sys::gnutls_x509_crl_set_number(crl, start(number).cast(), number.len()) }
        })
    }

    fn revoke(&self, whom: &Whom, time: SystemTime) -> Result<()> {
        const DOING: &str = "revoking a certificate";
        let seconds = c_time(time, DOING)?;
        self.set(DOING, |crl| match whom {
            Whom::Serial(serial) => {
                let start = start(serial).cast();
                // SAFETY: see `set`; the serial number is copied.
                unsafe { sys::gnutls_x509_crl_set_crt_serial(crl, start, serial.len(), seconds) }
            }
            Whom::Certificate(certificate) => {
                // SAFETY: see `set`; an imported certificate, which is only read.
                unsafe { sys::gnutls_x509_crl_set_crt(crl, certificate.raw(), seconds) }
            }
        })
    }

    fn sign(&self, issuer: &Certificate, key: &PrivateKey, digest: Option<Digest>) -> Result<RevocationList> {
        let (issuer, key) = (issuer.raw(), key.raw());
        self.set("signing a revocation list", |crl| match digest {
            // SAFETY: see `set`; issuer and key are only read.
            None => unsafe { sys::gnutls_x509_crl_sign(crl, issuer, key) },
            // SAFETY: as above.
            Some(digest) => unsafe { sys::gnutls_x509_crl_sign2(crl, issuer, key, digest.raw(), 0) },
        })?;
        self.finished()
    }

    /// What has been signed.
    fn finished(&self) -> Result<RevocationList> {
        // SAFETY: a signed list.
        let der = unsafe { export(self.0.raw(), Format::Der) }?;
        RevocationList::from_der(der)
    }
}
