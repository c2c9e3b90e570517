//! The kinds of names that certificates give to their holders, issuers and services.

use std::borrow::Cow;
use std::ffi::{CStr, c_uint};
use std::net::IpAddr;
use std::ptr;

use gnutls_sys as sys;

use super::Oid;
use crate::error::{Error, Result};
use crate::ffi::{OwnedDatum, c_string, copied, datum, filled, lossy};

/// The kind of a [`GeneralName`]: an open type, so that unknown kinds survive.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[doc(alias = "gnutls_x509_subject_alt_name_t")]
pub struct NameKind(c_uint);

macro_rules! kinds {
    ($($(#[$doc:meta])* $name:ident = $value:expr;)*) => {
        impl NameKind {
            $($(#[$doc])* pub const $name: NameKind = NameKind($value);)*
        }
    };
}

kinds! {
    /// A DNS name.
    DNS = sys::GNUTLS_SAN_DNSNAME;
    /// An e-mail address.
    EMAIL = sys::GNUTLS_SAN_RFC822NAME;
    /// A URI.
    URI = sys::GNUTLS_SAN_URI;
    /// An IP address, in name constraints a network.
    IP = sys::GNUTLS_SAN_IPADDRESS;
    /// A distinguished name.
    DIRECTORY = sys::GNUTLS_SAN_DN;
    /// An object identifier.
    REGISTERED_ID = sys::GNUTLS_SAN_REGISTERED_ID;
    /// A name of a kind that an object identifier tells.
    OTHER = sys::GNUTLS_SAN_OTHERNAME;
    /// An XMPP address (RFC 6120).
    XMPP = sys::GNUTLS_SAN_OTHERNAME_XMPP;
    /// A Kerberos principal (RFC 4556).
    KERBEROS_PRINCIPAL = sys::GNUTLS_SAN_OTHERNAME_KRB5PRINCIPAL;
    /// A user of a Microsoft directory. GnuTLS has the number since 3.7.5.
    MICROSOFT_PRINCIPAL = 1002;
    /// A service of a domain (RFC 4985). GnuTLS has the number since 3.8.13.
    SERVICE = 1003;
}

impl NameKind {
    /// The kind for a number of the C enumeration.
    pub const fn from_raw(raw: c_uint) -> NameKind {
        NameKind(raw)
    }

    /// The number of the C enumeration.
    pub const fn raw(self) -> c_uint {
        self.0
    }
}

/// A name as certificates have it beside the distinguished names (`GeneralName`, RFC 5280, section 4.2.1.6).
///
/// # Examples
/// ```
/// use gnutls::x509::{GeneralName, NameKind};
///
/// let network = GeneralName::ip_network("192.0.2.0/24")?;
/// assert_eq!(network.kind(), NameKind::IP);
/// assert_eq!(network, GeneralName::IpNetwork { address: [192, 0, 2, 0].into(), mask: [255, 255, 255, 0].into() });
/// # Ok::<(), gnutls::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
#[doc(alias = "gnutls_x509_othername_to_virtual")]
pub enum GeneralName {
    /// A DNS name. GnuTLS writes names beyond ASCII as `xn--` names.
    Dns(String),
    /// An e-mail address; after an `@`, names beyond ASCII become `xn--` names.
    Email(String),
    /// A URI, in ASCII.
    Uri(String),
    /// An IP address.
    Ip(IpAddr),
    /// A network of IP addresses: what name constraints are about.
    IpNetwork {
        /// The address of the network.
        address: IpAddr,
        /// Which bits of the address count.
        mask: IpAddr,
    },
    /// A distinguished name as RFC 4514 writes it. GnuTLS reads such names, and cannot write them.
    Directory(String),
    /// An object identifier.
    RegisteredId(Oid),
    /// An XMPP address (RFC 6120).
    Xmpp(String),
    /// A Kerberos principal (RFC 4556), such as `host/mail.example.org@EXAMPLE.ORG`.
    KerberosPrincipal(String),
    /// A user of a Microsoft directory, such as `user@example.org`. GnuTLS reads such names, and does not write them.
    MicrosoftPrincipal(String),
    /// A service of a domain (RFC 4985), such as `_imap.example.org`. GnuTLS writes them since 3.8.13.
    Service(String),
    /// A name of a kind that `oid` tells.
    Other {
        /// The kind of the name.
        oid: Oid,
        /// The name in DER.
        value: Vec<u8>,
    },
    /// A name that this crate has no form for.
    Unknown {
        /// The kind of the name.
        kind: NameKind,
        /// The bytes that GnuTLS has for it.
        value: Vec<u8>,
    },
}

/// A name in the form that C has it.
pub(super) struct Parts<'name> {
    pub(super) kind: c_uint,
    pub(super) value: Cow<'name, [u8]>,
    pub(super) oid: Option<&'name CStr>,
}

impl Parts<'_> {
    /// The identifier of the name's kind, or null.
    pub(super) fn oid_ptr(&self) -> *const std::ffi::c_char {
        self.oid.map_or(ptr::null(), CStr::as_ptr)
    }
}

impl GeneralName {
    /// A network in the notation of RFC 4632: `192.0.2.0/24`, `2001:db8::/32`.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`](crate::ErrorKind::InvalidInput) if it is something else.
    #[doc(alias = "gnutls_x509_cidr_to_rfc5280")]
    pub fn ip_network(cidr: &str) -> Result<GeneralName> {
        const DOING: &str = "reading an IP network";
        let text = c_string(cidr, DOING)?;
        let range = filled(DOING, |out| {
            // SAFETY: a NUL-terminated string that lives through the call, and a valid out pointer.
            unsafe { sys::gnutls_x509_cidr_to_rfc5280(text.as_ptr(), out) }
        })
        .map_err(|_| Error::input(DOING, format!("{cidr:?} is not of the form 192.0.2.0/24")))?;
        Ok(GeneralName::new(sys::GNUTLS_SAN_IPADDRESS, range.as_slice()))
    }

    /// The kind of the name.
    pub fn kind(&self) -> NameKind {
        match self {
            GeneralName::Dns(_) => NameKind::DNS,
            GeneralName::Email(_) => NameKind::EMAIL,
            GeneralName::Uri(_) => NameKind::URI,
            GeneralName::Ip(_) | GeneralName::IpNetwork { .. } => NameKind::IP,
            GeneralName::Directory(_) => NameKind::DIRECTORY,
            GeneralName::RegisteredId(_) => NameKind::REGISTERED_ID,
            GeneralName::Xmpp(_) => NameKind::XMPP,
            GeneralName::KerberosPrincipal(_) => NameKind::KERBEROS_PRINCIPAL,
            GeneralName::MicrosoftPrincipal(_) => NameKind::MICROSOFT_PRINCIPAL,
            GeneralName::Service(_) => NameKind::SERVICE,
            GeneralName::Other { .. } => NameKind::OTHER,
            GeneralName::Unknown { kind, .. } => *kind,
        }
    }

    /// Whether an object identifier tells the kind of the name where it is written down.
    pub(super) fn is_other(&self) -> bool {
        let kind = self.kind();
        matches!(kind, NameKind::OTHER | NameKind::XMPP | NameKind::KERBEROS_PRINCIPAL | NameKind::SERVICE)
    }

    /// The name for what a getter gave.
    pub(super) fn new(kind: c_uint, value: &[u8]) -> GeneralName {
        let unknown = || GeneralName::Unknown { kind: NameKind(kind), value: value.to_vec() };
        match NameKind(kind) {
            NameKind::DNS => GeneralName::Dns(whole(value)),
            NameKind::EMAIL => GeneralName::Email(whole(value)),
            NameKind::URI => GeneralName::Uri(whole(value)),
            NameKind::IP => ip(value).unwrap_or_else(unknown),
            NameKind::DIRECTORY => GeneralName::Directory(lossy(value)),
            NameKind::REGISTERED_ID => Oid::from_bytes(value).map_or_else(|_| unknown(), GeneralName::RegisteredId),
            NameKind::XMPP => GeneralName::Xmpp(lossy(value)),
            NameKind::KERBEROS_PRINCIPAL => GeneralName::KerberosPrincipal(lossy(value)),
            NameKind::MICROSOFT_PRINCIPAL => GeneralName::MicrosoftPrincipal(lossy(value)),
            NameKind::SERVICE => GeneralName::Service(lossy(value)),
            _ => unknown(),
        }
    }

    /// The name for what a getter gave that tells the identifier of other names.
    pub(super) fn with_oid(kind: c_uint, value: &[u8], oid: &[u8]) -> Result<GeneralName> {
        if kind != sys::GNUTLS_SAN_OTHERNAME {
            return Ok(GeneralName::new(kind, value));
        }
        let oid = Oid::from_bytes(oid)?;
        Ok(known_other(&oid, value)?.unwrap_or_else(|| GeneralName::Other { oid, value: value.to_vec() }))
    }

    /// The name for data that an object of GnuTLS lends.
    ///
    /// # Safety
    /// Both data are null or point to as many bytes as they say.
    pub(super) unsafe fn borrowed(
        kind: c_uint,
        value: &sys::gnutls_datum_t,
        oid: &sys::gnutls_datum_t,
    ) -> Result<GeneralName> {
        // SAFETY: the caller's promise.
        let value = unsafe { copied(value) };
        // SAFETY: as above.
        let oid = unsafe { copied(oid) };
        GeneralName::with_oid(kind, &value, &oid)
    }

    /// The name in the form that C has it.
    pub(super) fn parts(&self) -> Parts<'_> {
        let (value, oid) = match self {
            GeneralName::Dns(name)
            | GeneralName::Email(name)
            | GeneralName::Uri(name)
            | GeneralName::Directory(name)
            | GeneralName::Xmpp(name)
            | GeneralName::KerberosPrincipal(name)
            | GeneralName::MicrosoftPrincipal(name)
            | GeneralName::Service(name) => (Cow::Borrowed(name.as_bytes()), None),
            GeneralName::Ip(address) => (Cow::Owned(octets(*address)), None),
            GeneralName::IpNetwork { address, mask } => (Cow::Owned([octets(*address), octets(*mask)].concat()), None),
            GeneralName::RegisteredId(oid) => (Cow::Borrowed(oid.as_str().as_bytes()), None),
            GeneralName::Other { oid, value } => (Cow::Borrowed(&value[..]), Some(oid.as_c_str())),
            GeneralName::Unknown { value, .. } => (Cow::Borrowed(&value[..]), None),
        };
        Parts { kind: self.kind().raw(), value, oid }
    }

    /// The name in the form that C has it, if GnuTLS can write it; it would report an internal error.
    pub(super) fn writable(&self, doing: &'static str) -> Result<Parts<'_>> {
        let parts = self.parts();
        let odd = |c: char| c.is_whitespace() || c.is_control();
        let fault = match self {
            GeneralName::Dns(name) => {
                let label =
                    |name: &str| !name.contains(odd) && name.len() <= 253 && !name.split('.').any(str::is_empty);
                (!label(name)).then(|| format!("{name:?} is no DNS name"))
            }
            GeneralName::Uri(uri) if !uri.bytes().all(|byte| matches!(byte, b' '..=b'~')) => {
                Some(format!("{uri:?} is not ASCII"))
            }
            GeneralName::Directory(_) | GeneralName::MicrosoftPrincipal(_) => {
                Some("GnuTLS does not write names of this kind".to_owned())
            }
            GeneralName::Unknown { kind, .. } => Some(format!("names of the kind {} cannot be written", kind.raw())),
            _ if parts.value.is_empty() => Some("the name is empty".to_owned()),
            _ if matches!(self.kind(), NameKind::IP | NameKind::OTHER) || !parts.value.contains(&0) => None,
            _ => Some("there is a NUL byte in the name".to_owned()),
        };
        fault.map_or(Ok(parts), |why| Err(Error::input(doing, why)))
    }
}

/// The name that GnuTLS decodes `value` to, if it knows `oid`.
fn known_other(oid: &Oid, value: &[u8]) -> Result<Option<GeneralName>> {
    let data = datum(value, "reading a name")?;
    let (mut kind, mut name) = (0, OwnedDatum::new());
    // SAFETY: a NUL-terminated string and a datum that live through the call; valid out pointers.
    let code = unsafe { sys::gnutls_x509_othername_to_virtual(oid.as_ptr(), &data, &mut kind, name.as_mut_ptr()) };
    // What is unknown or malformed stays as it is.
    Ok((code >= 0).then(|| GeneralName::new(kind, name.as_slice())))
}

/// A name as text. A NUL byte at its end is a part of it: a name without is another one.
pub(super) fn whole(name: &[u8]) -> String {
    String::from_utf8_lossy(name).into_owned()
}

fn ip(bytes: &[u8]) -> Option<GeneralName> {
    if let Some(address) = address(bytes) {
        return Some(GeneralName::Ip(address));
    }
    if !matches!(bytes.len(), 8 | 32) {
        return None;
    }
    let (start, mask) = bytes.split_at(bytes.len() / 2);
    Some(GeneralName::IpNetwork { address: address(start)?, mask: address(mask)? })
}

pub(super) fn address(bytes: &[u8]) -> Option<IpAddr> {
    let v4 = <[u8; 4]>::try_from(bytes).map(IpAddr::from);
    v4.or_else(|_| <[u8; 16]>::try_from(bytes).map(IpAddr::from)).ok()
}

pub(super) fn octets(address: IpAddr) -> Vec<u8> {
    match address {
        IpAddr::V4(address) => address.octets().to_vec(),
        IpAddr::V6(address) => address.octets().to_vec(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_read_survives() {
        let odd = GeneralName::new(sys::GNUTLS_SAN_IPADDRESS, &[1, 2, 3]);
        assert_eq!(odd, GeneralName::Unknown { kind: NameKind::IP, value: vec![1, 2, 3] });
        let new = GeneralName::new(4711, b"x");
        assert_eq!((new.kind().raw(), new.parts().value.into_owned()), (4711, b"x".to_vec()));
    }

    #[test]
    fn only_networks_are_networks() {
        let network = GeneralName::ip_network("2001:db8::/32").expect("a network");
        assert_eq!(network.parts().value.len(), 32);
        for text in ["192.0.2.0", "192.0.2.0/33", "example", ""] {
            assert!(GeneralName::ip_network(text).is_err(), "{text:?}");
        }
    }
}
