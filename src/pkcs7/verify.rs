//! Signatures: checked.

use std::ptr;

use gnutls_sys as sys;

use super::Pkcs7;
use crate::error::{ErrorKind, Failure, Origin, Result};
use crate::ffi::{check, datum};
use crate::x509::{Certificate, Purpose, TrustList};

const DOING: &str = "verifying a signature of PKCS#7";

impl Pkcs7 {
    /// Checks that the signature at `index` was made over `data`, or without them over those inside, by a holder of a
    /// certificate for whom an authority of `trusted` vouches: for this purpose, if one is given. The certificate must be in the structure
    /// or in `trusted`.
    ///
    /// # Errors
    /// [`ErrorKind::Verification`] if it was not, [`ErrorKind::InvalidInput`] if there is no such signature or there are
    /// no data.
    #[doc(alias = "gnutls_pkcs7_verify")]
    pub fn verify(
        &self,
        trusted: &TrustList,
        purpose: Option<&Purpose>,
        index: u32,
        data: Option<&[u8]>,
    ) -> Result<()> {
        let data = data.map(|data| datum(data, DOING)).transpose()?;
        let data = data.as_ref().map_or(ptr::null(), ptr::from_ref);
        let mut wanted = purpose.map(|purpose| sys::gnutls_typed_vdata_st {
            type_: sys::GNUTLS_DT_KEY_PURPOSE_OID,
            data: purpose.as_c_str().as_ptr().cast_mut().cast(),
            size: 0,
        });
        let (wanted, count) = wanted.as_mut().map_or((ptr::null_mut(), 0), |wanted| (ptr::from_mut(wanted), 1));
        // SAFETY: a structure, a list, `count` entries, which are only read, and null or a datum; all live through the
        // call.
        let code = unsafe { sys::gnutls_pkcs7_verify(self.raw(), trusted.raw(), wanted, count, index, data, 0) };
        verdict(code)
    }

    /// Checks that the signature at `index` was made over `data`, or without them over those inside, with the key of
    /// `signer`. Whether `signer` is to be trusted is not looked at.
    ///
    /// # Errors
    /// As for [`verify`](Pkcs7::verify).
    #[doc(alias = "gnutls_pkcs7_verify_direct")]
    pub fn verify_direct(&self, signer: &Certificate, index: u32, data: Option<&[u8]>) -> Result<()> {
        let data = data.map(|data| datum(data, DOING)).transpose()?;
        let data = data.as_ref().map_or(ptr::null(), ptr::from_ref);
        // SAFETY: a structure, a certificate that is only read, and null or a datum that lives through the call.
        let code = unsafe { sys::gnutls_pkcs7_verify_direct(self.raw(), signer.raw(), index, data, 0) };
        verdict(code)
    }
}

fn verdict(code: i32) -> Result<()> {
    match code {
        sys::GNUTLS_E_PK_SIG_VERIFY_FAILED => {
            Err(Failure::of_code(code, Origin::Local, DOING).kind(ErrorKind::Verification).into())
        }
        _ => check(code, DOING).map(drop),
    }
}
