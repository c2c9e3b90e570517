//! The store of the system (`system:` URLs): on Windows, and nowhere else.

use std::ffi::c_char;
use std::ptr;

use gnutls_sys as sys;

use crate::error::Result;
use crate::ffi::{OwnedDatum, c_string, check, optional};
use crate::global;
use crate::x509::{self, Certificate};

/// An entry of the store: URLs for [`PrivateKey::from_url`](super::PrivateKey::from_url) and the like.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Entry {
    /// The URL of the certificate.
    pub certificate_url: Option<String>,
    /// The URL of the key.
    pub key_url: Option<String>,
    /// The label, for people.
    pub label: Option<String>,
    /// The certificate in DER.
    pub certificate: Vec<u8>,
}

/// An iterator of the store, and the duty to release it.
struct Iter(sys::gnutls_system_key_iter_t);

impl Drop for Iter {
    fn drop(&mut self) {
        // SAFETY: null or made by GnuTLS for us; released once.
        unsafe { sys::gnutls_system_key_iter_deinit(self.0) };
    }
}

/// The certificates with keys in the store.
///
/// # Errors
/// [`ErrorKind::Unsupported`](crate::ErrorKind::Unsupported) where the system has no store.
#[doc(alias = "gnutls_system_key_iter_get_info")]
#[doc(alias = "gnutls_system_key_iter_deinit")]
pub fn entries() -> Result<Vec<Entry>> {
    global::ready()?;
    let mut iter = Iter(ptr::null_mut());
    let mut all = Vec::new();
    loop {
        let (mut certificate, mut key, mut label) = (ptr::null_mut(), ptr::null_mut(), ptr::null_mut());
        let mut der = OwnedDatum::new();
        let out = der.as_mut_ptr();
        let kind = sys::GNUTLS_CRT_X509;
        // SAFETY: an iterator that GnuTLS makes at the first call, and valid out pointers.
        let code = unsafe {
            sys::gnutls_system_key_iter_get_info(&mut iter.0, kind, &mut certificate, &mut key, &mut label, out, 0)
        };
        if optional(code, "reading the store of the system")?.is_none() {
            return Ok(all);
        }
        let [certificate_url, key_url, label] = [certificate, key, label].map(|text| {
            // SAFETY: null, or a string that GnuTLS allocated for us.
            unsafe { taken(text) }
        });
        all.push(Entry { certificate_url, key_url, label, certificate: der.as_slice().to_vec() });
    }
}

/// Adds a certificate with its key; returns the URLs of both.
///
/// # Errors
/// [`ErrorKind::Unsupported`](crate::ErrorKind::Unsupported) where the system has no store.
#[doc(alias = "gnutls_system_key_add_x509")]
pub fn add(certificate: &Certificate, key: &x509::PrivateKey, label: &str) -> Result<(Option<String>, Option<String>)> {
    const DOING: &str = "adding to the store of the system";
    let label = c_string(label, DOING)?;
    let (mut certificate_url, mut key_url) = (ptr::null_mut(), ptr::null_mut());
    let (certificate, key, label) = (certificate.raw(), key.raw(), label.as_ptr());
    // SAFETY: a certificate and a key, which are only read; a NUL-terminated string; valid out pointers.
    let code = unsafe { sys::gnutls_system_key_add_x509(certificate, key, label, &mut certificate_url, &mut key_url) };
    check(code, DOING)?;
    // SAFETY: null, or a string that GnuTLS allocated for us.
    let certificate_url = unsafe { taken(certificate_url) };
    // SAFETY: as above.
    let key_url = unsafe { taken(key_url) };
    Ok((certificate_url, key_url))
}

/// Removes a certificate and its key by their URLs.
///
/// # Errors
/// [`ErrorKind::Unsupported`](crate::ErrorKind::Unsupported) where the system has no store.
#[doc(alias = "gnutls_system_key_delete")]
pub fn remove(certificate_url: &str, key_url: &str) -> Result<()> {
    const DOING: &str = "removing from the store of the system";
    global::ready()?;
    let (certificate_url, key_url) = (c_string(certificate_url, DOING)?, c_string(key_url, DOING)?);
    // SAFETY: two NUL-terminated strings that live through the call.
    let code = unsafe { sys::gnutls_system_key_delete(certificate_url.as_ptr(), key_url.as_ptr()) };
    check(code, DOING).map(drop)
}

/// The text of a string that is ours.
///
/// # Safety
/// Null, or a NUL-terminated string from GnuTLS's allocator that nobody else frees.
unsafe fn taken(text: *mut c_char) -> Option<String> {
    // SAFETY: the caller's promise.
    unsafe { OwnedDatum::from_c_string(text) }.map(|text| text.to_text())
}
