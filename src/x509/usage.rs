//! What a certificate's key may do, and what the certificate is for.

use std::ffi::CStr;
use std::fmt;
use std::str::FromStr;

use gnutls_sys as sys;

use super::Oid;
use crate::error::{Error, Result};
use crate::ffi::bit_set;

bit_set! {
    /// What a key may do: the bits of the key usage extension (RFC 5280, section 4.2.1.3). Unknown bits are kept.
    ///
    /// # Examples
    /// ```
    /// use gnutls::x509::KeyUsage;
    ///
    /// let usage = KeyUsage::DIGITAL_SIGNATURE | KeyUsage::KEY_ENCIPHERMENT;
    /// assert!(usage.contains(KeyUsage::DIGITAL_SIGNATURE) && !usage.contains(KeyUsage::CRL_SIGN));
    /// ```
    #[doc(alias = "gnutls_x509_ext_import_key_usage")]
    #[doc(alias = "gnutls_x509_ext_export_key_usage")]
    KeyUsage {
        /// Signatures, for example those of a handshake.
        DIGITAL_SIGNATURE = GNUTLS_KEY_DIGITAL_SIGNATURE;
        /// Signatures that are to bind the signer.
        NON_REPUDIATION = GNUTLS_KEY_NON_REPUDIATION;
        /// Encryption of keys: the RSA key exchange of TLS 1.2.
        KEY_ENCIPHERMENT = GNUTLS_KEY_KEY_ENCIPHERMENT;
        /// Encryption of data.
        DATA_ENCIPHERMENT = GNUTLS_KEY_DATA_ENCIPHERMENT;
        /// Static Diffie-Hellman.
        KEY_AGREEMENT = GNUTLS_KEY_KEY_AGREEMENT;
        /// Signatures of certificates.
        KEY_CERT_SIGN = GNUTLS_KEY_KEY_CERT_SIGN;
        /// Signatures of revocation lists.
        CRL_SIGN = GNUTLS_KEY_CRL_SIGN;
        /// Key agreement may only encrypt.
        ENCIPHER_ONLY = GNUTLS_KEY_ENCIPHER_ONLY;
        /// Key agreement may only decrypt.
        DECIPHER_ONLY = GNUTLS_KEY_DECIPHER_ONLY;
    }
}

/// What a certificate is for: an object identifier of the extended key usage (RFC 5280, section 4.2.1.12).
///
/// # Examples
/// ```
/// use gnutls::x509::Purpose;
///
/// assert_eq!(Purpose::SERVER_AUTH.to_string(), "1.3.6.1.5.5.7.3.1");
/// assert_eq!("1.3.6.1.5.5.7.3.2".parse::<Purpose>()?, Purpose::CLIENT_AUTH);
/// # Ok::<(), gnutls::Error>(())
/// ```
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Purpose(Oid);

macro_rules! purposes {
    ($($(#[$doc:meta])* $name:ident = $value:ident;)*) => {
        impl Purpose {
            $($(#[$doc])* pub const $name: Purpose = Purpose(Oid::from_static(sys::$value));)*
        }
    };
}

purposes! {
    /// To be a TLS server.
    SERVER_AUTH = GNUTLS_KP_TLS_WWW_SERVER;
    /// To be a TLS client.
    CLIENT_AUTH = GNUTLS_KP_TLS_WWW_CLIENT;
    /// To sign programs.
    CODE_SIGNING = GNUTLS_KP_CODE_SIGNING;
    /// To sign and encrypt mail.
    EMAIL_PROTECTION = GNUTLS_KP_EMAIL_PROTECTION;
    /// To sign time stamps.
    TIME_STAMPING = GNUTLS_KP_TIME_STAMPING;
    /// To sign OCSP answers.
    OCSP_SIGNING = GNUTLS_KP_OCSP_SIGNING;
    /// Anything.
    ANY = GNUTLS_KP_ANY;
}

impl Purpose {
    /// The object identifier.
    pub fn oid(&self) -> &Oid {
        &self.0
    }

    pub(crate) fn as_c_str(&self) -> &CStr {
        self.0.as_c_str()
    }
}

impl From<Oid> for Purpose {
    fn from(oid: Oid) -> Purpose {
        Purpose(oid)
    }
}

impl From<Purpose> for Oid {
    fn from(purpose: Purpose) -> Oid {
        purpose.0
    }
}

/// The purpose with an object identifier, in numbers and dots.
impl FromStr for Purpose {
    type Err = Error;

    fn from_str(oid: &str) -> Result<Purpose> {
        Ok(Purpose(Oid::parse(oid.to_owned(), "naming a certificate's purpose")?))
    }
}

impl fmt::Display for Purpose {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.oid())
    }
}

impl fmt::Debug for Purpose {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Purpose({})", self.oid())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::ErrorKind;

    #[test]
    fn only_object_identifiers_are_purposes() {
        for oid in ["", "1", "1.", ".1", "1..2", "1.a", "1.2 ", "1.2\0.3"] {
            let error = oid.parse::<Purpose>().unwrap_err();
            assert_eq!(error.kind(), ErrorKind::InvalidInput, "{oid:?}");
        }
        assert_eq!("2.5.29.37.0".parse::<Purpose>().expect("an identifier"), Purpose::ANY);
    }

    #[test]
    fn unknown_usage_bits_survive() {
        let usage = KeyUsage::from_raw(0x4_0080);
        assert_eq!(usage.raw(), 0x4_0080);
        assert_eq!(format!("{usage:?}"), "KeyUsage(0x40080: DIGITAL_SIGNATURE)");
    }
}
