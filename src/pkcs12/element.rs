//! What lies in a bag.

use std::ffi::{CStr, c_int};
use std::fmt;
use std::ptr;

use gnutls_sys as sys;

use super::Bag;
use crate::error::Result;
use crate::ffi::{check, optional};
use crate::secret::SecretBytes;

/// Of what kind an element of a bag is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
#[doc(alias = "gnutls_pkcs12_bag_type_t")]
pub enum ElementKind {
    /// A private key, encrypted with a password of its own.
    EncryptedKey,
    /// A private key.
    Key,
    /// A certificate.
    Certificate,
    /// A revocation list.
    Crl,
    /// Any secret bytes.
    Secret,
    /// A bag that is encrypted as a whole.
    EncryptedBag,
    /// Nothing.
    Empty,
    /// What GnuTLS does not know.
    Unknown(u32),
}

impl ElementKind {
    fn from_raw(raw: u32) -> ElementKind {
        match raw {
            sys::GNUTLS_BAG_EMPTY => ElementKind::Empty,
            sys::GNUTLS_BAG_PKCS8_ENCRYPTED_KEY => ElementKind::EncryptedKey,
            sys::GNUTLS_BAG_PKCS8_KEY => ElementKind::Key,
            sys::GNUTLS_BAG_CERTIFICATE => ElementKind::Certificate,
            sys::GNUTLS_BAG_CRL => ElementKind::Crl,
            sys::GNUTLS_BAG_SECRET => ElementKind::Secret,
            sys::GNUTLS_BAG_ENCRYPTED => ElementKind::EncryptedBag,
            other => ElementKind::Unknown(other),
        }
    }

    pub(super) fn raw(self) -> u32 {
        match self {
            ElementKind::Empty => sys::GNUTLS_BAG_EMPTY,
            ElementKind::EncryptedKey => sys::GNUTLS_BAG_PKCS8_ENCRYPTED_KEY,
            ElementKind::Key => sys::GNUTLS_BAG_PKCS8_KEY,
            ElementKind::Certificate => sys::GNUTLS_BAG_CERTIFICATE,
            ElementKind::Crl => sys::GNUTLS_BAG_CRL,
            ElementKind::Secret => sys::GNUTLS_BAG_SECRET,
            ElementKind::EncryptedBag => sys::GNUTLS_BAG_ENCRYPTED,
            ElementKind::Unknown(other) => other,
        }
    }
}

/// One thing in a bag.
#[non_exhaustive]
pub struct Element {
    /// Of what kind it is.
    pub kind: ElementKind,
    /// The thing in DER: PKCS#8 for keys.
    pub data: SecretBytes,
    /// What a key and its certificate have in common.
    pub key_id: Option<Vec<u8>>,
    /// A name for people.
    pub friendly_name: Option<String>,
}

const READING: &str = "reading a bag of PKCS#12";

impl Bag {
    /// The elements. A bag that is encrypted is one element.
    ///
    /// # Errors
    /// If memory runs out.
    #[doc(alias = "gnutls_pkcs12_bag_get_type")]
    #[doc(alias = "gnutls_pkcs12_bag_get_data")]
    #[doc(alias = "gnutls_pkcs12_bag_get_key_id")]
    #[doc(alias = "gnutls_pkcs12_bag_get_friendly_name")]
    pub fn elements(&self) -> Result<Vec<Element>> {
        (0..self.len()).map(|index| self.element(index)).collect()
    }

    fn element(&self, index: u32) -> Result<Element> {
        // SAFETY: a bag and an index of it.
        let kind = check(unsafe { sys::gnutls_pkcs12_bag_get_type(self.raw(), index) }, READING)?;
        let data = self.borrowed(|out| {
            // SAFETY: a bag and a valid out pointer.
            unsafe { sys::gnutls_pkcs12_bag_get_data(self.raw(), index, out) }
        })?;
        let key_id = self.borrowed(|out| {
            // SAFETY: as above.
            unsafe { sys::gnutls_pkcs12_bag_get_key_id(self.raw(), index, out) }
        })?;
        let mut name = ptr::null_mut();
        // SAFETY: as above.
        let code = unsafe { sys::gnutls_pkcs12_bag_get_friendly_name(self.raw(), index, &mut name) };
        let friendly_name = optional(code, READING)?.filter(|_| !name.is_null()).map(|_| {
            // SAFETY: a NUL-terminated string of the bag's, which is copied before the bag changes.
            let name = unsafe { CStr::from_ptr(name) };
            // UTF-8 from a file; as Bag::set_friendly_name gave it, before that.
            name.to_str()
                .map_or_else(|_| name.to_bytes().iter().map(|&letter| char::from(letter)).collect(), str::to_owned)
        });
        Ok(Element {
            kind: ElementKind::from_raw(kind),
            data: data.unwrap_or_default().into(),
            key_id: key_id.filter(|id| !id.is_empty()),
            friendly_name,
        })
    }

    /// A copy of what `call` points to, which stays the bag's.
    fn borrowed(&self, call: impl FnOnce(*mut sys::gnutls_datum_t) -> c_int) -> Result<Option<Vec<u8>>> {
        let mut view = sys::gnutls_datum_t { data: ptr::null_mut(), size: 0 };
        let found = optional(call(&mut view), READING)?;
        Ok(found.filter(|_| !view.data.is_null()).map(|_| {
            // SAFETY: GnuTLS filled the pair with bytes of the bag, which nobody changes meanwhile.
            unsafe { std::slice::from_raw_parts(view.data, view.size as usize) }.to_vec()
        }))
    }
}

impl fmt::Debug for Element {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut out = f.debug_struct("Element");
        out.field("kind", &self.kind).field("data", &self.data).field("friendly_name", &self.friendly_name).finish()
    }
}
