//! Extensions: an identifier, whether it is critical, and bytes; and the values that GnuTLS reads and writes there.

mod access;
mod alt_names;
mod authority_key;
mod basic;
mod constraints;
mod crl_points;
mod features;
mod period;
mod policies;
mod proxy;
mod purposes;
#[cfg(gnutls_3_7_3)]
mod timestamps;

use std::ffi::c_uint;
use std::fmt;

use gnutls_sys as sys;

pub use access::{AccessDescription, AuthorityInfoAccess};
pub(super) use alt_names::encoded_other;
pub use alt_names::{IssuerAltNames, SubjectAltNames};
pub(super) use authority_key::names_and_serials;
pub use authority_key::{AuthorityKeyId, SubjectKeyId};
pub(super) use basic::raw_path_len;
pub use basic::{BasicConstraints, InhibitAnyPolicy};
pub use constraints::NameConstraints;
pub use crl_points::{CrlDistributionPoints, DistributionPoint, RevocationReasons};
pub use features::TlsFeatures;
pub use period::PrivateKeyUsagePeriod;
pub(super) use policies::RawPolicy;
pub use policies::{CertificatePolicies, Policy, Qualifier};
pub use proxy::ProxyPolicy;
pub(super) use proxy::read_proxy;
pub use purposes::KeyPurposes;
#[cfg(gnutls_3_7_3)]
pub use timestamps::{CertificateTimestamp, CertificateTimestamps};

use super::{Oid, PrintFormat};
use crate::error::{Error, Result};
use crate::ffi::{datum, filled};
use crate::global;

/// What a certificate or a request says in one extension (RFC 5280, section 4.2).
///
/// # Examples
/// ```
/// use gnutls::x509::{BasicConstraints, Extension};
///
/// let authority = BasicConstraints { ca: true, path_len: None };
/// let extension = Extension::new(&authority, true)?;
/// assert_eq!((extension.oid.as_str(), &extension.data[..]), ("2.5.29.19", &[0x30, 0x03, 0x01, 0x01, 0xFF][..]));
/// assert_eq!(extension.value::<BasicConstraints>()?, authority);
/// # Ok::<(), gnutls::Error>(())
/// ```
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Extension {
    /// What kind of extension it is.
    pub oid: Oid,
    /// Whether those who do not know the extension must reject what it stands in.
    pub critical: bool,
    /// The value in DER.
    pub data: Vec<u8>,
}

impl Extension {
    /// An extension with a value that GnuTLS knows to write.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`](crate::ErrorKind::InvalidInput) if the value cannot be written.
    pub fn new<V: ExtensionValue>(value: &V, critical: bool) -> Result<Extension> {
        Ok(Extension { oid: V::OID, critical, data: value.to_der()? })
    }

    /// The value.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`](crate::ErrorKind::InvalidInput) if the extension is of another kind or malformed.
    pub fn value<V: ExtensionValue>(&self) -> Result<V> {
        if self.oid != V::OID {
            let why = format!("the extension is {}, and {} was asked for", self.oid, V::OID);
            return Err(Error::input("reading an extension", why));
        }
        V::from_der(&self.data)
    }

    /// GnuTLS's description of extensions, for people.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`](crate::ErrorKind::InvalidInput) if one is malformed.
    #[doc(alias = "gnutls_x509_ext_print")]
    pub fn print(extensions: &[Extension], format: PrintFormat) -> Result<String> {
        const DOING: &str = "describing extensions";
        global::ready()?;
        let mut list = Vec::with_capacity(extensions.len());
        for extension in extensions {
            list.push(sys::gnutls_x509_ext_st {
                oid: extension.oid.as_ptr().cast_mut(),
                critical: extension.critical.into(),
                data: datum(&extension.data, DOING)?,
            });
        }
        let count = c_uint::try_from(list.len()).map_err(|_| Error::input(DOING, "there are too many"))?;
        let text = filled(DOING, |out| {
            // SAFETY: `count` extensions whose parts live through the call and are only read; a valid out pointer.
            unsafe { sys::gnutls_x509_ext_print(list.as_mut_ptr(), count, format.raw(), out) }
        })?;
        Ok(text.to_text())
    }
}

impl fmt::Debug for Extension {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let critical = if self.critical { ", critical" } else { "" };
        write!(f, "Extension({}{critical}, {} bytes)", self.oid, self.data.len())
    }
}

mod sealed {
    pub trait Sealed {}
}

use sealed::Sealed;

/// A value that GnuTLS reads from the bytes of an extension, and writes.
///
/// Implemented by this crate's types only.
pub trait ExtensionValue: Sized + Sealed {
    /// The kind of extension that has such values.
    const OID: Oid;

    /// Reads the value.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`](crate::ErrorKind::InvalidInput) if `der` is malformed.
    fn from_der(der: &[u8]) -> Result<Self>;

    /// Writes the value.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`](crate::ErrorKind::InvalidInput) if something in it cannot be written.
    fn to_der(&self) -> Result<Vec<u8>>;
}
