//! A certificate chain with its private key.

use std::fmt;
use std::path::Path;

use crate::error::{Error, ErrorKind, Failure, Result};
use crate::x509::{Certificate, Format, PrivateKey};

/// What a server (or a client that authenticates itself) shows: its certificate, the certificates up to but without
/// the root, and the private key of the first.
///
/// # Examples
/// ```no_run
/// use gnutls::{Identity, ServerConfig};
///
/// let identity = Identity::from_files("server.pem", "server.key")?;
/// let config = ServerConfig::builder().with_identity(identity)?.build()?;
/// # Ok::<(), gnutls::Error>(())
/// ```
#[derive(Clone)]
pub struct Identity {
    chain: Vec<Certificate>,
    key: PrivateKey,
}

impl Identity {
    /// A chain, its own certificate first, and the key that belongs to that one.
    ///
    /// # Errors
    /// [`ErrorKind::Credentials`] if the chain is empty or the key belongs to another certificate; as
    /// [`PrivateKey::key_id`].
    pub fn new(chain: Vec<Certificate>, key: PrivateKey) -> Result<Identity> {
        const DOING: &str = "pairing a certificate with its private key";
        let credentials = |why| Error::from(Failure::new(ErrorKind::Credentials, DOING).detail(why));
        let Some(first) = chain.first() else {
            return Err(credentials("there is no certificate".to_owned()));
        };
        if key.key_id()? != first.key_id()? {
            let why = format!("the private key does not belong to the certificate of {}", first.subject()?);
            return Err(credentials(why));
        }
        Ok(Identity { chain, key })
    }

    /// From the text of a chain in PEM and of an unencrypted key in PEM (which may be the same text).
    ///
    /// # Errors
    /// As [`Certificate::list_from`], [`PrivateKey::from_pem`] and [`Identity::new`].
    pub fn from_pem(chain: &[u8], key: &[u8]) -> Result<Identity> {
        Identity::new(Certificate::list_from(chain, Format::Pem)?, PrivateKey::from_pem(key, None)?)
    }

    /// From the bytes of certificates in DER, the own one first, and of a key in DER.
    ///
    /// # Errors
    /// As [`Certificate::from_der`], [`PrivateKey::from_der`] and [`Identity::new`].
    pub fn from_der(chain: &[&[u8]], key: &[u8]) -> Result<Identity> {
        let chain = chain.iter().map(Certificate::from_der).collect::<Result<Vec<_>>>()?;
        Identity::new(chain, PrivateKey::from_der(key, None)?)
    }

    /// From files in PEM or DER.
    ///
    /// # Errors
    /// As [`Identity::from_pem`]; the message names the file.
    pub fn from_files(chain: impl AsRef<Path>, key: impl AsRef<Path>) -> Result<Identity> {
        let (chain, key) = (chain.as_ref(), key.as_ref());
        Identity::new(Certificate::list_from_file(chain)?, PrivateKey::from_file(key, None)?).map_err(|error| {
            let doing = format!("pairing the certificate of {} with the key of {}", chain.display(), key.display());
            error.while_doing(doing.into())
        })
    }

    /// The certificates, the own one first.
    pub fn chain(&self) -> &[Certificate] {
        &self.chain
    }

    /// The private key of the first certificate.
    pub fn key(&self) -> &PrivateKey {
        &self.key
    }
}

impl fmt::Debug for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Identity").field("chain", &self.chain).finish_non_exhaustive()
    }
}
