//! Signatures: made by private keys, checked by public ones.

use std::ffi::c_int;

use gnutls_sys as sys;

use super::{PrivateKey, PublicKey, SignFlags, VerifyFlags};
use crate::algorithm::{Digest, SignatureScheme};
use crate::error::{Error, ErrorKind, Failure, Origin, Result};
use crate::ffi::{OwnedDatum, callback, check, datum};

const SIGNING: &str = "signing";
const VERIFYING: &str = "verifying a signature";

impl PrivateKey {
    /// Signs `data`, with the digest that `scheme` names.
    ///
    /// # Errors
    /// [`ErrorKind::Credentials`] or [`ErrorKind::Misuse`] if the key makes no such signatures. For a key in code, the
    /// [`source`](std::error::Error::source) is what the code said.
    ///
    /// # Panics
    /// With the panic of the code, if it raises one.
    #[doc(alias = "gnutls_privkey_sign_data2")]
    pub fn sign(&self, scheme: SignatureScheme, data: impl AsRef<[u8]>) -> Result<Vec<u8>> {
        self.sign_with(scheme, SignFlags::default(), data)
    }

    /// As [`sign`](PrivateKey::sign), with flags.
    ///
    /// # Errors
    /// As there.
    ///
    /// # Panics
    /// As there.
    #[doc(alias = "gnutls_privkey_sign_data2")]
    pub fn sign_with(&self, scheme: SignatureScheme, flags: SignFlags, data: impl AsRef<[u8]>) -> Result<Vec<u8>> {
        let data = datum(data.as_ref(), SIGNING)?;
        made(|out| {
            // SAFETY: a key, a datum that borrows the caller's slice, and a valid out pointer.
            unsafe { sys::gnutls_privkey_sign_data2(self.raw(), scheme.raw(), flags.raw(), &data, out) }
        })
    }

    /// Signs a digest that was made as `scheme` says.
    ///
    /// # Errors
    /// As for [`sign`](PrivateKey::sign), and [`ErrorKind::InvalidInput`] for a digest of another size.
    ///
    /// # Panics
    /// As there.
    #[doc(alias = "gnutls_privkey_sign_hash2")]
    pub fn sign_hash(&self, scheme: SignatureScheme, flags: SignFlags, hash: impl AsRef<[u8]>) -> Result<Vec<u8>> {
        let hash = hash_of(scheme, hash.as_ref(), SIGNING)?;
        made(|out| {
            // SAFETY: as for sign_with.
            unsafe { sys::gnutls_privkey_sign_hash2(self.raw(), scheme.raw(), flags.raw(), &hash, out) }
        })
    }

    /// Signs `data` with a digest, in the way of signing that the key is for.
    ///
    /// # Errors
    /// As for [`sign`](PrivateKey::sign).
    ///
    /// # Panics
    /// As there.
    #[doc(alias = "gnutls_privkey_sign_data")]
    pub fn sign_with_digest(&self, digest: Digest, flags: SignFlags, data: impl AsRef<[u8]>) -> Result<Vec<u8>> {
        let data = datum(data.as_ref(), SIGNING)?;
        made(|out| {
            // SAFETY: as for sign_with.
            unsafe { sys::gnutls_privkey_sign_data(self.raw(), digest.raw(), flags.raw(), &data, out) }
        })
    }

    /// Signs a digest of the given kind, in the way of signing that the key is for.
    ///
    /// # Errors
    /// As for [`sign_hash`](PrivateKey::sign_hash).
    ///
    /// # Panics
    /// As there.
    #[doc(alias = "gnutls_privkey_sign_hash")]
    pub fn sign_digest(&self, digest: Digest, flags: SignFlags, hash: impl AsRef<[u8]>) -> Result<Vec<u8>> {
        let hash = sized(Some(digest), hash.as_ref(), SIGNING)?;
        made(|out| {
            // SAFETY: as for sign_with.
            unsafe { sys::gnutls_privkey_sign_hash(self.raw(), digest.raw(), flags.raw(), &hash, out) }
        })
    }

    /// Pads `data` as PKCS#1 v1.5 does for signatures, and applies the RSA key: for protocols that bring a `DigestInfo`
    /// of their own, or none (TLS before 1.2).
    ///
    /// # Errors
    /// As for [`sign`](PrivateKey::sign).
    ///
    /// # Panics
    /// As there.
    #[doc(alias = "gnutls_privkey_sign_hash")]
    #[doc(alias = "gnutls_privkey_sign_raw_data")]
    pub fn sign_raw(&self, data: impl AsRef<[u8]>) -> Result<Vec<u8>> {
        let data = datum(data.as_ref(), SIGNING)?;
        let flags = sys::GNUTLS_PRIVKEY_SIGN_FLAG_TLS1_RSA;
        made(|out| {
            // SAFETY: as for sign_with.
            unsafe { sys::gnutls_privkey_sign_hash(self.raw(), sys::GNUTLS_DIG_UNKNOWN, flags, &data, out) }
        })
    }
}

impl PublicKey {
    /// Checks that `signature` is one of `data`, made with `scheme` by the private key that belongs to this one.
    ///
    /// # Errors
    /// [`ErrorKind::Verification`] if it is not.
    #[doc(alias = "gnutls_pubkey_verify_data2")]
    pub fn verify(&self, scheme: SignatureScheme, data: impl AsRef<[u8]>, signature: impl AsRef<[u8]>) -> Result<()> {
        self.verify_with(scheme, VerifyFlags::default(), data, signature)
    }

    /// As [`verify`](PublicKey::verify), with flags.
    ///
    /// # Errors
    /// As there.
    #[doc(alias = "gnutls_pubkey_verify_data2")]
    pub fn verify_with(
        &self,
        scheme: SignatureScheme,
        flags: VerifyFlags,
        data: impl AsRef<[u8]>,
        signature: impl AsRef<[u8]>,
    ) -> Result<()> {
        let (data, signature) = (datum(data.as_ref(), VERIFYING)?, datum(signature.as_ref(), VERIFYING)?);
        // SAFETY: a key, and two data that borrow the caller's slices.
        let code = unsafe { sys::gnutls_pubkey_verify_data2(self.raw(), scheme.raw(), flags.raw(), &data, &signature) };
        verified(code)
    }

    /// Checks a signature of a digest that was made as `scheme` says; with [`VerifyFlags::USE_TLS1_RSA`], of what
    /// [`PrivateKey::sign_raw`] signed.
    ///
    /// # Errors
    /// As for [`verify`](PublicKey::verify), and [`ErrorKind::InvalidInput`] for a digest of another size.
    #[doc(alias = "gnutls_pubkey_verify_hash2")]
    pub fn verify_hash(
        &self,
        scheme: SignatureScheme,
        flags: VerifyFlags,
        hash: impl AsRef<[u8]>,
        signature: impl AsRef<[u8]>,
    ) -> Result<()> {
        let hash = match flags.contains(VerifyFlags::USE_TLS1_RSA) {
            true => datum(hash.as_ref(), VERIFYING)?,
            false => hash_of(scheme, hash.as_ref(), VERIFYING)?,
        };
        let signature = datum(signature.as_ref(), VERIFYING)?;
        // SAFETY: a key, and two data that borrow the caller's slices.
        let code = unsafe { sys::gnutls_pubkey_verify_hash2(self.raw(), scheme.raw(), flags.raw(), &hash, &signature) };
        verified(code)
    }
}

/// The signature that `call` makes, with what code of the caller's says about a failure.
fn made(call: impl FnOnce(*mut sys::gnutls_datum_t) -> c_int) -> Result<Vec<u8>> {
    let mut signature = OwnedDatum::new();
    let code = callback::entered(|| call(signature.as_mut_ptr()));
    if let Err(error) = callback::check(code, SIGNING) {
        // What a call that failed leaves behind is not ours to free.
        std::mem::forget(signature);
        return Err(error);
    }
    Ok(signature.as_slice().to_vec())
}

fn verified(code: c_int) -> Result<()> {
    if code == sys::GNUTLS_E_PK_SIG_VERIFY_FAILED {
        let failure = Failure::of_code(code, Origin::Local, VERIFYING).kind(ErrorKind::Verification);
        return Err(failure.detail("it is not a signature of this by this key").into());
    }
    check(code, VERIFYING).map(drop)
}

/// A digest of the size that a scheme takes.
fn hash_of(scheme: SignatureScheme, hash: &[u8], doing: &'static str) -> Result<sys::gnutls_datum_t> {
    sized(scheme.digest(), hash, doing)
}

fn sized(digest: Option<Digest>, hash: &[u8], doing: &'static str) -> Result<sys::gnutls_datum_t> {
    if let Some(digest) = digest {
        let needed = digest.output_size();
        if hash.len() != needed {
            let why = format!("a digest of {digest} has {needed} bytes, not {}", hash.len());
            return Err(Error::input(doing, why));
        }
    }
    datum(hash, doing)
}
