//! Distinguished names: their attributes, their text, their bytes.

use std::ffi::{c_int, c_uint};
use std::fmt;
use std::hash::{Hash, Hasher};
use std::ptr;
use std::str::FromStr;
use std::sync::Arc;

use gnutls_sys as sys;

use super::handle::{CrtHandle, DnHandle};
use super::{Format, Oid};
use crate::error::{Error, Failure, Result};
use crate::ffi::{
    by_index, c_string, check, copied, datum, filled, filled_optional, lossy, no_datum, raw_access, texts_by_index,
    written,
};

/// A distinguished name (RFC 5280, section 4.1.2.4): whom a certificate is about, or who issued it.
///
/// Cheap to clone. Two names are equal if their DER bytes are. `{}` writes the name as RFC 4514 does.
///
/// # Examples
/// ```
/// use gnutls::x509::{DistinguishedName, Oid};
///
/// let name: DistinguishedName = "CN=a,O=Example\\, Ltd.,C=NO".parse()?;
/// assert_eq!(name.to_string(), "CN=a,O=Example\\, Ltd.,C=NO");
/// assert_eq!(name.attributes(&Oid::ORGANIZATION)?, ["Example\\, Ltd."]);
/// assert_eq!(name.rdns()?[1][0].value, b"Example, Ltd.");
/// assert_eq!(DistinguishedName::from_der(name.to_der()?)?, name);
/// # Ok::<(), gnutls::Error>(())
/// ```
#[derive(Clone)]
#[doc(alias = "gnutls_x509_dn_t")]
#[doc(alias = "gnutls_x509_dn_init")]
#[doc(alias = "gnutls_x509_dn_deinit")]
#[doc(alias = "gnutls_x509_dn_set_str")]
pub struct DistinguishedName(Arc<Owner>);

/// What keeps the C object alive.
enum Owner {
    Own(DnHandle),
    /// A part of a certificate that nobody else uses.
    Part {
        name: sys::gnutls_x509_dn_t,
        _certificate: CrtHandle,
    },
}

// SAFETY: the object is plain memory without ties to the thread that made it.
unsafe impl Send for Owner {}
// SAFETY: once it holds a name, only getters and exports are called on it, which read.
unsafe impl Sync for Owner {}

/// One attribute of a name, with its value as it stands there.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[doc(alias = "gnutls_x509_ava_st")]
#[non_exhaustive]
pub struct Attribute {
    /// What the value tells.
    pub oid: Oid,
    /// The value's contents, without tag and length.
    pub value: Vec<u8>,
    /// The ASN.1 tag of the value: 12 for UTF-8, 19 for a printable string, 22 for ASCII.
    pub tag: u32,
}

raw_access!(DistinguishedName, sys::gnutls_x509_dn_t, lend it => it.raw());
raw_access!(DistinguishedName, sys::gnutls_x509_dn_t,
    try_give "gnutls_x509_dn_deinit" unless "clones of it share the object, or if it is a part of a certificate" it => {
    match Arc::try_unwrap(it.0) {
        Ok(Owner::Own(handle)) => Ok(handle.into_raw()),
        Ok(part) => Err(DistinguishedName(Arc::new(part))),
        Err(shared) => Err(DistinguishedName(shared)),
    }
});
raw_access!(DistinguishedName, sys::gnutls_x509_dn_t, take "holds a name, and is not a part of a certificate" raw => {
    // SAFETY: the caller says so.
    DistinguishedName(Arc::new(Owner::Own(unsafe { DnHandle::from_raw(raw) })))
});

impl DistinguishedName {
    /// Reads a name in DER.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`](crate::ErrorKind::InvalidInput) if it is malformed.
    #[doc(alias = "gnutls_x509_dn_import")]
    pub fn from_der(der: impl AsRef<[u8]>) -> Result<DistinguishedName> {
        const DOING: &str = "reading a name";
        let (handle, data) = (DnHandle::new()?, datum(der.as_ref(), DOING)?);
        // SAFETY: a fresh handle; the datum lives through the call and is copied by it.
        check(unsafe { sys::gnutls_x509_dn_import(handle.raw(), &data) }, DOING)?;
        Ok(DistinguishedName(Arc::new(Owner::Own(handle))))
    }

    /// A name that is a part of a certificate; `call` gets the certificate and a place for the part.
    pub(super) fn part_of(
        crt: CrtHandle,
        doing: &'static str,
        call: impl FnOnce(sys::gnutls_x509_crt_t, *mut sys::gnutls_x509_dn_t) -> c_int,
    ) -> Result<DistinguishedName> {
        let mut name = ptr::null_mut();
        check(call(crt.raw(), &mut name), doing)?;
        Ok(DistinguishedName(Arc::new(Owner::Part { name, _certificate: crt })))
    }

    fn raw(&self) -> sys::gnutls_x509_dn_t {
        match &*self.0 {
            Owner::Own(handle) => handle.raw(),
            Owner::Part { name, .. } => *name,
        }
    }

    /// The name in DER.
    ///
    /// # Errors
    /// If memory runs out.
    #[doc(alias = "gnutls_x509_dn_export2")]
    pub fn to_der(&self) -> Result<Vec<u8>> {
        let der = filled("writing a name", |out| {
            // SAFETY: a name and a valid out pointer.
            unsafe { sys::gnutls_x509_dn_export2(self.raw(), Format::Der.raw(), out) }
        })?;
        Ok(der.to_vec())
    }

    /// Writes the name into `buffer`, without allocating for the result: how many bytes it has.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`](crate::ErrorKind::InvalidInput) if the buffer is too small: the message says what is
    /// needed.
    #[doc(alias = "gnutls_x509_dn_export")]
    pub fn export_into(&self, format: Format, buffer: &mut [u8]) -> Result<usize> {
        written("writing a name", buffer, |start, size| {
            // SAFETY: a name; the buffer has the size that stands behind `size`.
            unsafe { sys::gnutls_x509_dn_export(self.raw(), format.raw(), start.cast(), size) }
        })
    }

    /// The name as RFC 4514 writes it: the last attribute first. Nothing for a name without attributes.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`](crate::ErrorKind::InvalidInput) if a value is malformed.
    #[doc(alias = "gnutls_x509_dn_get_str2")]
    pub fn to_text(&self) -> Result<String> {
        described(|out| {
            // SAFETY: a name and a valid out pointer.
            unsafe { sys::gnutls_x509_dn_get_str2(self.raw(), out, 0) }
        })
    }

    /// The name as GnuTLS before 3.5.6 wrote it: the first attribute first.
    ///
    /// # Errors
    /// As for [`to_text`](DistinguishedName::to_text).
    #[doc(alias = "gnutls_x509_dn_get_str")]
    pub fn to_compat_text(&self) -> Result<String> {
        described(|out| {
            // SAFETY: a name and a valid out pointer.
            unsafe { sys::gnutls_x509_dn_get_str(self.raw(), out) }
        })
    }

    /// The attributes in the order of the name. The inner lists have one attribute, or several that count as one.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`](crate::ErrorKind::InvalidInput) if a value is malformed.
    #[doc(alias = "gnutls_x509_dn_get_rdn_ava")]
    pub fn rdns(&self) -> Result<Vec<Vec<Attribute>>> {
        let mut rdns = Vec::new();
        for rdn in 0.. {
            let mut attributes = Vec::new();
            for index in 0.. {
                match self.attribute_at(rdn, index)? {
                    Some(attribute) => attributes.push(attribute),
                    None => break,
                }
            }
            if attributes.is_empty() {
                break;
            }
            rdns.push(attributes);
        }
        Ok(rdns)
    }

    fn attribute_at(&self, rdn: c_int, index: c_int) -> Result<Option<Attribute>> {
        let mut found = sys::gnutls_x509_ava_st { oid: no_datum(), value: no_datum(), value_tag: 0 };
        // SAFETY: a name and a valid out pointer.
        let code = unsafe { sys::gnutls_x509_dn_get_rdn_ava(self.raw(), rdn, index, &mut found) };
        if code == sys::GNUTLS_E_ASN1_ELEMENT_NOT_FOUND {
            return Ok(None);
        }
        check(code, "reading the attributes of a name")?;
        // SAFETY: what the getter lent belongs to the name, which lives.
        let oid = unsafe { copied(&found.oid) };
        // SAFETY: as above.
        let value = unsafe { copied(&found.value) };
        Ok(Some(Attribute {
            oid: Oid::from_bytes(&oid)?,
            value,
            tag: u32::try_from(found.value_tag).unwrap_or(u32::MAX),
        }))
    }

    /// What kinds of attributes the name has, in its order.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`](crate::ErrorKind::InvalidInput) if the name is malformed.
    #[doc(alias = "gnutls_x509_rdn_get_oid")]
    pub fn oids(&self) -> Result<Vec<Oid>> {
        const DOING: &str = "reading the attributes of a name";
        let der = self.to_der()?;
        let name = datum(&der, DOING)?;
        oids(DOING, |index, buffer, size| {
            // SAFETY: the name lives through the call; the buffer has the size that stands behind `size`.
            unsafe { sys::gnutls_x509_rdn_get_oid(&name, index, buffer.cast(), size) }
        })
    }

    /// The values of all attributes of one kind, as RFC 4514 writes values: commas and the like
    /// behind a backslash, `#` and hexadecimal digits for what is no text.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`](crate::ErrorKind::InvalidInput) if the name is malformed.
    #[doc(alias = "gnutls_x509_rdn_get_by_oid")]
    pub fn attributes(&self, oid: &Oid) -> Result<Vec<String>> {
        const DOING: &str = "reading an attribute of a name";
        let der = self.to_der()?;
        let name = datum(&der, DOING)?;
        texts_by_index(DOING, |index, buffer, size| {
            // SAFETY: the name and the identifier live through the call; the buffer has the size behind `size`.
            unsafe { sys::gnutls_x509_rdn_get_by_oid(&name, oid.as_ptr(), index, 0, buffer.cast(), size) }
        })
    }

    /// The text of a name in DER, as RFC 4514 writes it.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`](crate::ErrorKind::InvalidInput) if it is malformed.
    #[doc(alias = "gnutls_x509_rdn_get2")]
    pub fn der_to_text(der: impl AsRef<[u8]>) -> Result<String> {
        let name = datum(der.as_ref(), DESCRIBING)?;
        described(|out| {
            // SAFETY: the name lives through the call; a valid out pointer.
            unsafe { sys::gnutls_x509_rdn_get2(&name, out, 0) }
        })
    }

    /// Writes the text of a name in DER into `buffer`, the first attribute first as GnuTLS before 3.5.6 did, with a NUL
    /// behind it: how many bytes it has without that.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`](crate::ErrorKind::InvalidInput) if it is malformed, or the buffer too small: the
    /// message says what is needed.
    #[doc(alias = "gnutls_x509_rdn_get")]
    pub fn der_to_text_into(der: impl AsRef<[u8]>, buffer: &mut [u8]) -> Result<usize> {
        let name = datum(der.as_ref(), DESCRIBING)?;
        written(DESCRIBING, buffer, |start, size| {
            // SAFETY: the name lives through the call; the buffer has the size that stands behind `size`.
            unsafe { sys::gnutls_x509_rdn_get(&name, start.cast(), size) }
        })
    }
}

/// Reads a name as RFC 4514 writes it. GnuTLS does not read attributes that a `+` joins.
impl FromStr for DistinguishedName {
    type Err = Error;

    fn from_str(text: &str) -> Result<DistinguishedName> {
        let handle = DnHandle::new()?;
        set_name(text, "reading a name", |name, stopped_at| {
            // SAFETY: a fresh handle, a NUL-terminated string that lives through the call, a valid out pointer.
            unsafe { sys::gnutls_x509_dn_set_str(handle.raw(), name, stopped_at) }
        })?;
        Ok(DistinguishedName(Arc::new(Owner::Own(handle))))
    }
}

impl PartialEq for DistinguishedName {
    fn eq(&self, other: &DistinguishedName) -> bool {
        matches!((self.to_der(), other.to_der()), (Ok(ours), Ok(theirs)) if ours == theirs)
    }
}

impl Eq for DistinguishedName {}

impl Hash for DistinguishedName {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.to_der().ok().hash(state);
    }
}

impl fmt::Display for DistinguishedName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.to_text().as_deref().unwrap_or("a name that GnuTLS cannot describe"))
    }
}

impl fmt::Debug for DistinguishedName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DistinguishedName({:?})", self.to_text().as_deref().unwrap_or("?"))
    }
}

const DESCRIBING: &str = "describing a name";

/// The text of a name. GnuTLS has none for a name without attributes, which a certificate may well be for.
fn described(call: impl FnOnce(*mut sys::gnutls_datum_t) -> c_int) -> Result<String> {
    let text = filled_optional(DESCRIBING, call)?;
    Ok(text.map_or_else(String::new, |text| text.to_text()))
}

/// Sets a name from its text; `call` gets the text, and a place for where the reading stopped.
pub(super) fn set_name(
    text: &str,
    doing: &'static str,
    call: impl FnOnce(*const std::ffi::c_char, *mut *const std::ffi::c_char) -> c_int,
) -> Result<()> {
    if text.contains('\n') {
        // GnuTLS would take it for the end and leave out the rest.
        return Err(Error::input(doing, format!("there is a line break in {text:?}")));
    }
    let c_text = c_string(text, doing)?;
    let mut stopped_at = ptr::null();
    let code = call(c_text.as_ptr(), &mut stopped_at);
    if code < 0 {
        let why = format!("{text:?} is not in the form of RFC 4514 (\"CN=name,O=organization\")");
        return Err(Failure::of_input(code, doing).detail(why).into());
    }
    Ok(())
}

/// The identifiers that a getter writes, by index.
pub(super) fn oids(doing: &'static str, call: impl FnMut(c_uint, *mut u8, *mut usize) -> c_int) -> Result<Vec<Oid>> {
    by_index(doing, call)?.iter().map(|(_, oid)| Oid::parse(lossy(oid), doing)).collect()
}
