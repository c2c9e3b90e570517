//! Whether a private key and a public key belong together, when the private one cannot be looked into.

use super::{PrivateKey, PublicKey};
use crate::algorithm::SignatureScheme;
use crate::error::Result;

/// What is signed to see. It begins as no message of a protocol does.
const PROBE: &[u8] = b"gnutls: does this key fit? ";

impl PrivateKey {
    /// Whether `public` is the public half of this key. Where nobody can tell the public half, as with a key in code, the
    /// key signs something.
    ///
    /// # Errors
    /// If the key does not sign; what a key in code says is the source.
    ///
    /// # Panics
    /// With the panic of a key in code, or of a [`Pin`](super::Pin) that is asked, if it raises one.
    pub fn fits(&self, public: &PublicKey) -> Result<bool> {
        if let Ok(ours) = self.public_key() {
            return Ok(ours == *public);
        }
        let (algorithm, (digest, _)) = (public.algorithm()?.0, public.preferred_digest()?);
        let Some(scheme) = SignatureScheme::of(algorithm, digest) else { return Ok(false) };
        if self.algorithm()?.0 != algorithm {
            return Ok(false);
        }
        let signature = self.sign(scheme, PROBE)?;
        Ok(public.verify(scheme, PROBE, signature).is_ok())
    }
}
