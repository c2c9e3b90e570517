//! An identity made ready for handshakes: what C needs of it, for as many sessions at once as there are.

use std::fmt;
use std::mem;
use std::sync::Arc;

use gnutls_sys as sys;

use super::Identity;
use crate::algorithm::CertificateType;
use crate::error::{Error, ErrorKind, Failure, Result};
use crate::ffi::datum;
use crate::key::{self, Pcert};

const DOING: &str = "preparing an identity";

/// An identity made ready to be shown in many handshakes: certificates or a raw public key, and the key for it, wherever
/// that is. Cheap to clone. What [`choose_identity`](crate::ServerConfigBuilder::choose_identity) chooses from.
///
/// # Examples
/// ```no_run
/// use gnutls::{Identity, PreparedIdentity};
///
/// let identity = Identity::from_files("server.pem", "server.key")?;
/// let prepared = PreparedIdentity::try_from(&identity)?;
/// # Ok::<(), gnutls::Error>(())
/// ```
#[derive(Clone)]
pub struct PreparedIdentity(Arc<Inner>);

struct Inner {
    shown: Vec<sys::gnutls_pcert_st>,
    key: key::PrivateKey,
    /// Views of `responses`.
    staples: Vec<sys::gnutls_ocsp_data_st>,
    responses: Vec<Vec<u8>>,
}

// SAFETY: all of it is plain memory that it owns, without ties to the thread that made it.
unsafe impl Send for Inner {}
// SAFETY: nothing changes it once it is made: sessions only read the structures of credentials, which the manual ("Thread
// safety") lets them share, and these are the same. The key is Sync.
unsafe impl Sync for Inner {}

impl PreparedIdentity {
    /// What is shown, the side's own certificate first (or a raw public key alone), and the key that belongs to the first.
    /// A key that cannot be looked into signs something, to see whether it fits.
    ///
    /// # Errors
    /// [`ErrorKind::Credentials`] if nothing is shown, or if the key does not fit; as [`PrivateKey::fits`].
    ///
    /// # Panics
    /// With the panic of a key in code, if it raises one.
    ///
    /// [`PrivateKey::fits`]: key::PrivateKey::fits
    pub fn new(shown: Vec<Pcert>, key: &key::PrivateKey) -> Result<PreparedIdentity> {
        let Some(first) = shown.first() else {
            return Err(Failure::new(ErrorKind::Credentials, DOING).detail("there is nothing to show").into());
        };
        if !key.fits(&first.public_key()?)? {
            return Err(Failure::new(ErrorKind::Credentials, DOING).detail("the private key does not fit").into());
        }
        if u32::try_from(shown.len()).is_err() {
            return Err(Error::input(DOING, "the chain is too long"));
        }
        let shown = shown.into_iter().map(Pcert::into_raw).collect();
        let (key, staples, responses) = (key.clone(), Vec::new(), Vec::new());
        Ok(PreparedIdentity(Arc::new(Inner { shown, key, staples, responses })))
    }

    /// The same with OCSP responses in DER that are stapled to it on a server: for its own certificate first, then for the
    /// others of the chain (TLS 1.3 sends those, too). Whether they are right and fresh is the caller's to see.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`] if one is too long.
    pub fn with_ocsp_responses<R: Into<Vec<u8>>>(&self, responses: impl IntoIterator<Item = R>) -> Result<Self> {
        let responses: Vec<Vec<u8>> = responses.into_iter().map(Into::into).collect();
        let staple = |response: &Vec<u8>| -> Result<_> {
            let response = datum(response, DOING)?;
            // 0: no time after which GnuTLS would not send it.
            Ok(sys::gnutls_ocsp_data_st { version: 0, response, exptime: 0, padding: [0; 32] })
        };
        let staples = responses.iter().map(staple).collect::<Result<_>>()?;
        // Structures of its own: each is released once.
        let shown = self.shown()?.into_iter().map(Pcert::into_raw).collect();
        Ok(PreparedIdentity(Arc::new(Inner { shown, key: self.0.key.clone(), staples, responses })))
    }

    /// What is shown.
    ///
    /// # Errors
    /// If memory runs out.
    pub fn shown(&self) -> Result<Vec<Pcert>> {
        self.0.shown.iter().map(Pcert::copied).collect()
    }

    /// Whether certificates are shown, or a raw public key.
    pub fn certificate_type(&self) -> CertificateType {
        CertificateType::from_raw(self.0.shown.first().map_or(sys::GNUTLS_CRT_UNKNOWN, |first| first.type_))
    }

    /// The private key.
    pub fn key(&self) -> &key::PrivateKey {
        &self.0.key
    }

    /// The OCSP responses.
    pub fn ocsp_responses(&self) -> &[Vec<u8>] {
        &self.0.responses
    }

    /// For C, which only reads them as long as `self` lives, although its pointers are not to const.
    pub(crate) fn raw_shown(&self) -> (*mut sys::gnutls_pcert_st, u32) {
        (self.0.shown.as_ptr().cast_mut(), u32::try_from(self.0.shown.len()).unwrap_or(0))
    }

    /// As [`raw_shown`](PreparedIdentity::raw_shown).
    pub(crate) fn raw_staples(&self) -> (*mut sys::gnutls_ocsp_data_st, u32) {
        (self.0.staples.as_ptr().cast_mut(), u32::try_from(self.0.staples.len()).unwrap_or(0))
    }
}

impl TryFrom<&Identity> for PreparedIdentity {
    type Error = Error;

    fn try_from(identity: &Identity) -> Result<PreparedIdentity> {
        let shown = identity.chain().iter().map(Pcert::from_certificate).collect::<Result<_>>()?;
        PreparedIdentity::new(shown, &key::PrivateKey::try_from(identity.key())?)
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        // SAFETY: what `Pcert::into_raw` gave, and no session has it any more.
        mem::take(&mut self.shown).into_iter().for_each(|raw| drop(unsafe { Pcert::from_raw(raw) }));
    }
}

impl fmt::Debug for PreparedIdentity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut out = f.debug_struct("PreparedIdentity");
        out.field("shown", &self.0.shown.len())
            .field("key", &self.0.key)
            .field("staples", &self.0.staples.len())
            .finish()
    }
}
