//! Certificates that their holders issue to those who act for them.

use std::ffi::{c_char, c_int};
use std::ptr;

use gnutls_sys as sys;

use super::basic::raw_path_len;
use super::{ExtensionValue, Sealed};
use crate::error::Result;
use crate::ffi::{OwnedDatum, datum, filled, optional, start};
use crate::x509::Oid;

/// What a proxy certificate allows (RFC 3820).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[doc(alias = "gnutls_x509_ext_import_proxy")]
#[doc(alias = "gnutls_x509_ext_export_proxy")]
pub struct ProxyPolicy {
    /// How many more proxies may stand below this one; `None` for any number.
    pub path_len: Option<u32>,
    /// The language of the policy: [`Oid::PROXY_INHERIT_ALL`], [`Oid::PROXY_INDEPENDENT`] or something else.
    pub language: Oid,
    /// The policy in that language, if it needs one.
    pub policy: Option<Vec<u8>>,
}

impl ProxyPolicy {
    /// A pointer to the policy, or null, and its size.
    pub(in crate::x509) fn raw_policy(&self) -> (*const c_char, usize) {
        self.policy.as_ref().map_or((ptr::null(), 0), |policy| (start(policy).cast(), policy.len()))
    }

    /// The path length as C takes it.
    pub(in crate::x509) fn raw_path_len(&self, doing: &'static str) -> Result<c_int> {
        raw_path_len(self.path_len, doing)
    }
}

/// The policy that `call` gives in parts: path length, language, policy and its size.
pub(in crate::x509) fn read_proxy(
    doing: &'static str,
    call: impl FnOnce(*mut c_int, *mut *mut c_char, *mut *mut c_char, *mut usize) -> c_int,
) -> Result<Option<ProxyPolicy>> {
    let (mut path_len, mut language, mut policy, mut size) = (-1, ptr::null_mut(), ptr::null_mut(), 0);
    let code = call(&mut path_len, &mut language, &mut policy, &mut size);
    if optional(code, doing)?.is_none() {
        return Ok(None);
    }
    // SAFETY: a NUL-terminated string that GnuTLS allocated for us, or null.
    let language = unsafe { OwnedDatum::from_c_string(language) }.unwrap_or_else(OwnedDatum::new);
    // SAFETY: `size` bytes that GnuTLS allocated for us, or null.
    let policy = unsafe { OwnedDatum::from_parts(policy.cast(), size) };
    Ok(Some(ProxyPolicy {
        path_len: path_len.try_into().ok(),
        language: Oid::from_bytes(language.as_slice())?,
        policy: policy.map(|policy| policy.to_vec()),
    }))
}

impl Sealed for ProxyPolicy {}

impl ExtensionValue for ProxyPolicy {
    const OID: Oid = Oid::from_static(sys::GNUTLS_X509EXT_OID_PROXY_CRT_INFO);

    fn from_der(der: &[u8]) -> Result<ProxyPolicy> {
        const DOING: &str = "reading a proxy policy";
        let data = datum(der, DOING)?;
        let policy = read_proxy(DOING, |path_len, language, policy, size| {
            // SAFETY: the datum lives through the call; valid out pointers.
            unsafe { sys::gnutls_x509_ext_import_proxy(&data, path_len, language, policy, size) }
        })?;
        policy.ok_or_else(|| crate::error::Error::input(DOING, "there is none in it"))
    }

    fn to_der(&self) -> Result<Vec<u8>> {
        const DOING: &str = "writing a proxy policy";
        let (path_len, (policy, size)) = (self.raw_path_len(DOING)?, self.raw_policy());
        let der = filled(DOING, |out| {
            // SAFETY: a NUL-terminated string and `size` bytes that live through the call; a valid out pointer.
            unsafe { sys::gnutls_x509_ext_export_proxy(path_len, self.language.as_ptr(), policy, size, out) }
        })?;
        Ok(der.to_vec())
    }
}
