//! Certificates that a key in another place signs: on a token, in a store, in code.

use gnutls_sys as sys;

use super::CertificateBuilder;
use super::draft::Draft;
use crate::error::Result;
use crate::ffi::callback;
use crate::key::{PrivateKey, PublicKey};
use crate::x509::Certificate;
use crate::x509::certified_key::{CertifiedKey, Certify, key_fits};

const MAKING: &str = "making a certificate";

impl CertificateBuilder {
    /// As [`signed_by`](CertificateBuilder::signed_by), with the key of the issuer wherever that is.
    ///
    /// # Errors
    /// As there: a key that cannot be looked into signs something else first, to see whether it fits. What a key in code
    /// says is the source.
    ///
    /// # Panics
    /// With the panic of a key in code, if it raises one.
    #[doc(alias = "gnutls_x509_crt_privkey_sign")]
    pub fn signed_elsewhere<K: CertifiedKey>(
        &self,
        key: &K,
        issuer: &Certificate,
        issuer_key: &PrivateKey,
    ) -> Result<Certificate> {
        key_fits(issuer_key, &issuer.public_key()?, MAKING)?;
        let draft = Draft::new(self, key)?;
        let id = match issuer.subject_key_id()? {
            Some(id) => id,
            None => issuer.short_id()?,
        };
        draft.set_authority_key_id(&id)?;
        draft.sign_elsewhere(Some(issuer), issuer_key)
    }

    /// As [`self_signed`](CertificateBuilder::self_signed), with the key wherever that is, and its public half.
    ///
    /// # Errors
    /// As there, and [`ErrorKind::Credentials`](crate::ErrorKind::Credentials) if the two do not belong together. What a key in code says is the source.
    ///
    /// # Panics
    /// With the panic of a key in code, if it raises one.
    #[doc(alias = "gnutls_x509_crt_privkey_sign")]
    pub fn self_signed_elsewhere(&self, public: &PublicKey, key: &PrivateKey) -> Result<Certificate> {
        key_fits(key, public, MAKING)?;
        let draft = Draft::new(self, public)?;
        draft.set_authority_key_id(&public.short_id()?)?;
        draft.sign_elsewhere(None, key)
    }
}

impl Draft {
    /// Signs in the name of `issuer`, or in its own.
    fn sign_elsewhere(&self, issuer: Option<&Certificate>, key: &PrivateKey) -> Result<Certificate> {
        let issuer = issuer.map_or(self.raw(), Certificate::raw);
        let digest = self.raw_digest();
        let code = callback::entered(|| {
            // SAFETY: our own certificate in the making; issuer and key are only read.
            unsafe { sys::gnutls_x509_crt_privkey_sign(self.raw(), issuer, key.raw(), digest, 0) }
        });
        callback::check(code, "signing a certificate")?;
        self.finished()
    }
}
