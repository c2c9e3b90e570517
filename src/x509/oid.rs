//! Object identifiers: the names that ASN.1 gives to attributes, extensions, purposes and policies.

use std::borrow::Cow;
use std::ffi::CStr;
use std::fmt;
use std::str::FromStr;

use gnutls_sys as sys;

use crate::cstr::static_text;
use crate::error::{Error, Result};
use crate::ffi::{c_string, lossy};

/// An object identifier, in numbers and dots.
///
/// # Examples
/// ```
/// use gnutls::x509::Oid;
///
/// let oid: Oid = "2.5.4.3".parse()?;
/// assert_eq!(oid, Oid::COMMON_NAME);
/// assert_eq!((oid.as_str(), oid.attribute_name()), ("2.5.4.3", Some("CN")));
/// assert!("common name".parse::<Oid>().is_err());
/// # Ok::<(), gnutls::Error>(())
/// ```
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Oid(Cow<'static, CStr>);

macro_rules! known {
    ($($(#[$doc:meta])* $name:ident = $value:expr;)*) => {
        impl Oid {
            $($(#[$doc])* pub const $name: Oid = Oid(Cow::Borrowed($value));)*
        }
    };
}

known! {
    /// Country (C), two letters.
    COUNTRY = sys::GNUTLS_OID_X520_COUNTRY_NAME;
    /// Organization (O).
    ORGANIZATION = sys::GNUTLS_OID_X520_ORGANIZATION_NAME;
    /// Organizational unit (OU).
    ORGANIZATIONAL_UNIT = sys::GNUTLS_OID_X520_ORGANIZATIONAL_UNIT_NAME;
    /// Common name (CN).
    COMMON_NAME = sys::GNUTLS_OID_X520_COMMON_NAME;
    /// Locality (L): the town.
    LOCALITY = sys::GNUTLS_OID_X520_LOCALITY_NAME;
    /// State or province (ST).
    STATE_OR_PROVINCE = sys::GNUTLS_OID_X520_STATE_OR_PROVINCE_NAME;
    /// Initials.
    INITIALS = sys::GNUTLS_OID_X520_INITIALS;
    /// Generation qualifier ("Jr.").
    GENERATION_QUALIFIER = sys::GNUTLS_OID_X520_GENERATION_QUALIFIER;
    /// Surname.
    SURNAME = sys::GNUTLS_OID_X520_SURNAME;
    /// Given name.
    GIVEN_NAME = sys::GNUTLS_OID_X520_GIVEN_NAME;
    /// Title.
    TITLE = sys::GNUTLS_OID_X520_TITLE;
    /// What tells people of the same name apart.
    DN_QUALIFIER = sys::GNUTLS_OID_X520_DN_QUALIFIER;
    /// Pseudonym.
    PSEUDONYM = sys::GNUTLS_OID_X520_PSEUDONYM;
    /// Postal code.
    POSTAL_CODE = sys::GNUTLS_OID_X520_POSTALCODE;
    /// Name.
    NAME = sys::GNUTLS_OID_X520_NAME;
    /// Domain component (DC).
    DOMAIN_COMPONENT = sys::GNUTLS_OID_LDAP_DC;
    /// User identifier (UID).
    USER_ID = sys::GNUTLS_OID_LDAP_UID;
    /// E-mail address (EMAIL) in a name.
    EMAIL = sys::GNUTLS_OID_PKCS9_EMAIL;
    /// An access description: the OCSP server.
    ACCESS_OCSP = sys::GNUTLS_OID_AD_OCSP;
    /// An access description: the issuers' certificates.
    ACCESS_CA_ISSUERS = sys::GNUTLS_OID_AD_CAISSUERS;
    /// A certificate policy: any.
    ANY_POLICY = c"2.5.29.32.0";
    /// A proxy policy: all rights of the holder (RFC 3820).
    PROXY_INHERIT_ALL = c"1.3.6.1.5.5.7.21.1";
    /// A proxy policy: no rights of the holder (RFC 3820).
    PROXY_INDEPENDENT = c"1.3.6.1.5.5.7.21.2";
}

impl Oid {
    pub(crate) const fn from_static(oid: &'static CStr) -> Oid {
        Oid(Cow::Borrowed(oid))
    }

    /// The numbers and dots.
    pub fn as_str(&self) -> &str {
        self.0.to_str().expect("digits and dots, as was checked")
    }

    /// Whether GnuTLS knows it as an attribute of names, and encodes and decodes its values.
    #[doc(alias = "gnutls_x509_dn_oid_known")]
    pub fn is_known_attribute(&self) -> bool {
        // SAFETY: a NUL-terminated string that lives through the call.
        unsafe { sys::gnutls_x509_dn_oid_known(self.as_ptr()) != 0 }
    }

    /// How names in text call the attribute ("CN"), if GnuTLS knows it.
    #[doc(alias = "gnutls_x509_dn_oid_name")]
    pub fn attribute_name(&self) -> Option<&'static str> {
        // SAFETY: as above; without the flag to return the identifier itself the answer is static or null.
        let name = unsafe { sys::gnutls_x509_dn_oid_name(self.as_ptr(), 0) };
        // SAFETY: as was said.
        unsafe { static_text(name) }
    }

    pub(crate) fn as_c_str(&self) -> &CStr {
        &self.0
    }

    pub(crate) fn as_ptr(&self) -> *const std::ffi::c_char {
        self.0.as_ptr()
    }

    /// What GnuTLS wrote as an identifier.
    pub(crate) fn from_bytes(bytes: &[u8]) -> Result<Oid> {
        Oid::parse(lossy(bytes), "reading an object identifier")
    }

    pub(crate) fn parse(oid: String, doing: &'static str) -> Result<Oid> {
        let arcs = || oid.split('.');
        let whole = arcs().filter(|arc| !arc.is_empty() && arc.bytes().all(|byte| byte.is_ascii_digit())).count();
        if whole < 2 || whole != arcs().count() {
            return Err(Error::input(doing, format!("{oid:?} is no object identifier")));
        }
        Ok(Oid(Cow::Owned(c_string(oid, doing)?)))
    }
}

impl FromStr for Oid {
    type Err = Error;

    fn from_str(oid: &str) -> Result<Oid> {
        Oid::parse(oid.to_owned(), "reading an object identifier")
    }
}

impl AsRef<str> for Oid {
    fn as_ref(&self) -> &str {
        self.as_str()
    }
}

impl fmt::Display for Oid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for Oid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Oid({self})")
    }
}
