//! Attributes: what a signer says besides the data.

use std::ffi::CStr;
use std::ptr;

use gnutls_sys as sys;

use crate::error::Result;
use crate::ffi::{check, datum, filled, until_end};
use crate::x509::Oid;

/// One attribute.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Attribute {
    /// Of which kind it is.
    pub oid: Oid,
    /// Its value in DER.
    pub data: Vec<u8>,
}

/// A `gnutls_pkcs7_attrs_t` and the duty to release it; null is the empty list.
pub(super) struct List(sys::gnutls_pkcs7_attrs_t);

impl List {
    pub(super) fn new(attributes: &[Attribute]) -> Result<List> {
        const DOING: &str = "collecting attributes for a signature";
        let mut list = List(ptr::null_mut());
        // GnuTLS adds in front.
        for attribute in attributes.iter().rev() {
            let mut data = datum(&attribute.data, DOING)?;
            // SAFETY: a list or null; a string and a datum that live through the call and are copied.
            let code = unsafe { sys::gnutls_pkcs7_add_attr(&mut list.0, attribute.oid.as_ptr(), &mut data, 0) };
            if code < 0 {
                // GnuTLS has released the whole list.
                list.0 = ptr::null_mut();
            }
            check(code, DOING)?;
        }
        Ok(list)
    }

    pub(super) fn raw(&self) -> sys::gnutls_pkcs7_attrs_t {
        self.0
    }
}

impl Drop for List {
    fn drop(&mut self) {
        // SAFETY: a list of ours, or null, which GnuTLS ignores; released once.
        unsafe { sys::gnutls_pkcs7_attrs_deinit(self.0) };
    }
}

/// The attributes of a list of GnuTLS's, which adds in front: what it read comes last first.
///
/// # Safety
/// `list` is null or a list that nobody changes meanwhile.
pub(super) unsafe fn all(list: sys::gnutls_pkcs7_attrs_t) -> Result<Vec<Attribute>> {
    let mut all = until_end(|index| {
        let mut oid = ptr::null_mut();
        let data = filled("reading the attributes of a signature", |out| {
            // SAFETY: the caller's promise; valid out pointers.
            unsafe { sys::gnutls_pkcs7_get_attr(list, index, &mut oid, out, 0) }
        })?;
        // SAFETY: a NUL-terminated string of the list's, which is copied at once.
        let oid = unsafe { CStr::from_ptr(oid) };
        Ok(Attribute { oid: Oid::from_bytes(oid.to_bytes())?, data: data.to_vec() })
    })?;
    all.reverse();
    Ok(all)
}
