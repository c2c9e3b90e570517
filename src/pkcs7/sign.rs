//! Signatures: made.

use gnutls_sys as sys;

use super::attributes::List;
use super::{Attribute, Pkcs7};
use crate::algorithm::Digest;
use crate::error::Result;
use crate::ffi::{callback, datum};
use crate::key::PrivateKey;
use crate::x509::Certificate;

/// What a signature shall bring along.
#[derive(Clone, Debug, Default)]
#[doc(alias = "gnutls_pkcs7_sign_flags")]
pub struct SignOptions {
    /// The data are put into the structure; without, they are kept elsewhere (a detached signature).
    pub embed_data: bool,
    /// The certificate of the signer is put into the structure.
    pub include_certificate: bool,
    /// The time of the signature is signed as well.
    pub include_time: bool,
    /// Attributes that are signed as well; there are two always, the kind of the data and their digest.
    pub signed_attributes: Vec<Attribute>,
    /// Attributes that stand beside the signature.
    pub unsigned_attributes: Vec<Attribute>,
}

impl SignOptions {
    fn flags(&self) -> u32 {
        let flag = |on, flag| if on { flag } else { 0 };
        flag(self.embed_data, sys::GNUTLS_PKCS7_EMBED_DATA)
            | flag(self.include_certificate, sys::GNUTLS_PKCS7_INCLUDE_CERT)
            | flag(self.include_time, sys::GNUTLS_PKCS7_INCLUDE_TIME)
    }
}

impl Pkcs7 {
    /// The same structure with a signature over `data` by the holder of `signer`, whose key is `key`.
    ///
    /// # Errors
    /// If the key and the digest make no signature. For a key in code, the [`source`](std::error::Error::source) is what
    /// the code said.
    ///
    /// # Panics
    /// With the panic of the code, if it raises one.
    #[doc(alias = "gnutls_pkcs7_sign")]
    #[doc(alias = "gnutls_pkcs7_add_attr")]
    #[doc(alias = "gnutls_pkcs7_attrs_deinit")]
    pub fn sign(
        self,
        signer: &Certificate,
        key: &PrivateKey,
        data: impl AsRef<[u8]>,
        digest: Digest,
        options: &SignOptions,
    ) -> Result<Pkcs7> {
        const DOING: &str = "signing with PKCS#7";
        let data = datum(data.as_ref(), DOING)?;
        let signed = List::new(&options.signed_attributes)?;
        let unsigned = List::new(&options.unsigned_attributes)?;
        let code = callback::entered(|| {
            // SAFETY: a structure that is ours alone, a certificate and a key that are only read, and a datum and lists
            // that live through the call and are copied.
            unsafe {
                sys::gnutls_pkcs7_sign(
                    self.raw(),
                    signer.raw(),
                    key.raw(),
                    &data,
                    signed.raw(),
                    unsigned.raw(),
                    digest.raw(),
                    options.flags(),
                )
            }
        });
        callback::check(code, DOING)?;
        // GnuTLS finds the data inside, and their kind, only in what it has read.
        Pkcs7::from_der(self.to_der()?)
    }
}
