//! Checking signatures: of certificates by certificates, and of data.

use gnutls_sys as sys;

use super::{Certificate, count};
use crate::algorithm::SignatureScheme;
use crate::error::{Error, Result};
use crate::ffi::{check, datum};
use crate::global;
use crate::x509::{RevocationList, VerifyFlags, VerifyStatus};

impl Certificate {
    /// Checks the certificate against authorities that are trusted. For anything beyond one step ask a
    /// [`TrustList`](crate::x509::TrustList).
    ///
    /// # Errors
    /// If memory runs out.
    ///
    /// # Examples
    /// ```
    /// use gnutls::x509::{CertificateBuilder, KeyType, PrivateKey, VerifyFlags, VerifyStatus};
    ///
    /// let key = PrivateKey::generate(KeyType::EcdsaP256)?;
    /// let root = CertificateBuilder::new().subject("CN=root").ca(None).self_signed(&key)?;
    /// let server = CertificateBuilder::new().dns_name("example.org").signed_by(&key, &root, &key)?;
    ///
    /// assert!(server.verify(&[root], VerifyFlags::empty())?.is_ok());
    /// let status = server.verify(&[], VerifyFlags::empty())?;
    /// assert!(status.contains(VerifyStatus::SIGNER_NOT_FOUND));
    /// # Ok::<(), gnutls::Error>(())
    /// ```
    #[doc(alias = "gnutls_x509_crt_verify")]
    pub fn verify(&self, authorities: &[Certificate], flags: VerifyFlags) -> Result<VerifyStatus> {
        const DOING: &str = "verifying a certificate";
        let authorities: Vec<_> = authorities.iter().map(Certificate::raw).collect();
        let (count, mut status) = (count(&authorities, DOING)?, 0);
        // SAFETY: an imported certificate, `count` of them that are only read, a valid out pointer.
        let code =
            unsafe { sys::gnutls_x509_crt_verify(self.raw(), authorities.as_ptr(), count, flags.raw(), &mut status) };
        check(code, DOING)?;
        Ok(VerifyStatus::from_raw(status))
    }

    /// Checks a chain, its own certificate first, against authorities and revocation lists that are trusted.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`](crate::ErrorKind::InvalidInput) if the chain is empty.
    #[doc(alias = "gnutls_x509_crt_list_verify")]
    pub fn verify_chain(
        chain: &[Certificate],
        authorities: &[Certificate],
        lists: &[RevocationList],
        flags: VerifyFlags,
    ) -> Result<VerifyStatus> {
        const DOING: &str = "verifying a chain of certificates";
        global::ready()?;
        if chain.is_empty() {
            return Err(Error::input(DOING, "the chain is empty"));
        }
        let chain: Vec<_> = chain.iter().map(Certificate::raw).collect();
        let authorities: Vec<_> = authorities.iter().map(Certificate::raw).collect();
        let lists: Vec<_> = lists.iter().map(RevocationList::raw).collect();
        let counts = (count(&chain, DOING)?, count(&authorities, DOING)?, count(&lists, DOING)?);
        let (flags, mut status) = (flags.raw(), 0);
        // SAFETY: arrays of as many imported objects as are said, which are only read; a valid out pointer.
        let code = unsafe {
            sys::gnutls_x509_crt_list_verify(
                chain.as_ptr(),
                counts.0,
                authorities.as_ptr(),
                counts.1,
                lists.as_ptr(),
                counts.2,
                flags,
                &mut status,
            )
        };
        check(code, DOING)?;
        Ok(VerifyStatus::from_raw(status))
    }

    /// Checks that the certificate's key signed `data`.
    ///
    /// # Errors
    /// [`ErrorKind::Credentials`](crate::ErrorKind::Credentials) or another error if the signature is wrong, made in
    /// another way, or not secure enough: [`code`](Error::code) tells which.
    #[doc(alias = "gnutls_x509_crt_verify_data2")]
    pub fn verify_data(
        &self,
        scheme: SignatureScheme,
        data: impl AsRef<[u8]>,
        signature: impl AsRef<[u8]>,
        flags: VerifyFlags,
    ) -> Result<()> {
        const DOING: &str = "verifying a signature";
        let (data, signature) = (datum(data.as_ref(), DOING)?, datum(signature.as_ref(), DOING)?);
        // SAFETY: an imported certificate; the data live through the call.
        let code =
            unsafe { sys::gnutls_x509_crt_verify_data2(self.raw(), scheme.raw(), flags.raw(), &data, &signature) };
        check(code, DOING).map(drop)
    }
}
