//! What every entrant is given alike: certificates, keys, and the one cipher suite that it may use.

use std::sync::{Arc, OnceLock};

use gnutls::x509::{CertificateBuilder, KeyType, PrivateKey};

use crate::Result;

/// The kind of the server's key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Key {
    Ecdsa,
    Rsa,
}

/// The cipher suite of TLS 1.3.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Suite {
    Aes128Gcm,
    Aes256Gcm,
    ChaCha20,
}

impl Suite {
    pub(crate) const ALL: [Suite; 3] = [Suite::Aes128Gcm, Suite::Aes256Gcm, Suite::ChaCha20];

    /// As GnuTLS writes it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Suite::Aes128Gcm => "AES-128-GCM",
            Suite::Aes256Gcm => "AES-256-GCM",
            Suite::ChaCha20 => "CHACHA20-POLY1305",
        }
    }

    /// As cases are called.
    pub(crate) fn slug(self) -> &'static str {
        match self {
            Suite::Aes128Gcm => "aes128gcm",
            Suite::Aes256Gcm => "aes256gcm",
            Suite::ChaCha20 => "chacha20",
        }
    }
}

/// TLS 1.3, one suite, X25519, and a server that an authority vouches for.
#[derive(Clone, Debug)]
pub(crate) struct Setup {
    pub(crate) suite: Suite,
    pub(crate) material: Arc<Material>,
}

impl Setup {
    pub(crate) fn new(suite: Suite, key: Key) -> Result<Setup> {
        Ok(Setup { suite, material: Material::of(key)? })
    }

    /// For GnuTLS.
    pub(crate) fn priority(&self) -> String {
        let suite = self.suite.name();
        format!("NORMAL:-VERS-ALL:+VERS-TLS1.3:-CIPHER-ALL:+{suite}:-GROUP-ALL:+GROUP-X25519")
    }
}

/// A server `localhost` and the authority that signed it, in PEM.
#[derive(Debug)]
pub(crate) struct Material {
    pub(crate) authority: String,
    pub(crate) chain: String,
    pub(crate) key: String,
}

impl Material {
    /// Made once for each kind of key.
    fn of(key: Key) -> Result<Arc<Material>> {
        static MADE: [OnceLock<Arc<Material>>; 2] = [OnceLock::new(), OnceLock::new()];
        let place = &MADE[usize::from(key == Key::Rsa)];
        if let Some(made) = place.get() {
            return Ok(Arc::clone(made));
        }
        let made = Arc::new(Material::make(key)?);
        Ok(Arc::clone(place.get_or_init(|| made)))
    }

    fn make(key: Key) -> Result<Material> {
        let kind = match key {
            Key::Ecdsa => KeyType::EcdsaP256,
            Key::Rsa => KeyType::Rsa { bits: 2048 },
        };
        let authority_key = PrivateKey::generate(kind)?;
        let authority = CertificateBuilder::new().subject("CN=gnutls-bench").ca(None).self_signed(&authority_key)?;
        let key = PrivateKey::generate(kind)?;
        let builder = CertificateBuilder::new().subject("CN=localhost").dns_name("localhost");
        let chain = builder.signed_by(&key, &authority, &authority_key)?.to_pem();
        let key = String::from_utf8(key.to_pkcs8_pem(None)?.to_vec())?;
        Ok(Material { authority: authority.to_pem(), chain, key })
    }
}
