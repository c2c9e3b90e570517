//! TLS alerts (RFC 8446, section 6).

use std::fmt;

use gnutls_sys as sys;

use crate::cstr::static_text;
use crate::error::Code;

/// An alert description, the byte that a TLS alert carries. Values without a name here are kept.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Alert(pub u8);

macro_rules! alerts {
    ($($name:ident = $value:literal $rfc:literal;)*) => {
        impl Alert {
            $(
                #[doc = concat!("`", $rfc, "` (", $value, ").")]
                pub const $name: Alert = Alert($value);
            )*

            /// The name as RFC 8446 writes it (`"close_notify"`), or `None` for a value without one.
            pub const fn name(self) -> Option<&'static str> {
                match self {
                    $(Alert::$name => Some($rfc),)*
                    _ => None,
                }
            }
        }
    };
}

alerts! {
    CLOSE_NOTIFY = 0 "close_notify";
    UNEXPECTED_MESSAGE = 10 "unexpected_message";
    BAD_RECORD_MAC = 20 "bad_record_mac";
    DECRYPTION_FAILED = 21 "decryption_failed";
    RECORD_OVERFLOW = 22 "record_overflow";
    DECOMPRESSION_FAILURE = 30 "decompression_failure";
    HANDSHAKE_FAILURE = 40 "handshake_failure";
    NO_CERTIFICATE = 41 "no_certificate";
    BAD_CERTIFICATE = 42 "bad_certificate";
    UNSUPPORTED_CERTIFICATE = 43 "unsupported_certificate";
    CERTIFICATE_REVOKED = 44 "certificate_revoked";
    CERTIFICATE_EXPIRED = 45 "certificate_expired";
    CERTIFICATE_UNKNOWN = 46 "certificate_unknown";
    ILLEGAL_PARAMETER = 47 "illegal_parameter";
    UNKNOWN_CA = 48 "unknown_ca";
    ACCESS_DENIED = 49 "access_denied";
    DECODE_ERROR = 50 "decode_error";
    DECRYPT_ERROR = 51 "decrypt_error";
    EXPORT_RESTRICTION = 60 "export_restriction";
    PROTOCOL_VERSION = 70 "protocol_version";
    INSUFFICIENT_SECURITY = 71 "insufficient_security";
    INTERNAL_ERROR = 80 "internal_error";
    INAPPROPRIATE_FALLBACK = 86 "inappropriate_fallback";
    USER_CANCELED = 90 "user_canceled";
    NO_RENEGOTIATION = 100 "no_renegotiation";
    MISSING_EXTENSION = 109 "missing_extension";
    UNSUPPORTED_EXTENSION = 110 "unsupported_extension";
    CERTIFICATE_UNOBTAINABLE = 111 "certificate_unobtainable";
    UNRECOGNIZED_NAME = 112 "unrecognized_name";
    BAD_CERTIFICATE_STATUS_RESPONSE = 113 "bad_certificate_status_response";
    UNKNOWN_PSK_IDENTITY = 115 "unknown_psk_identity";
    CERTIFICATE_REQUIRED = 116 "certificate_required";
    NO_APPLICATION_PROTOCOL = 120 "no_application_protocol";
}

impl Alert {
    /// The constant that C has for it (`"GNUTLS_A_CLOSE_NOTIFY"`), if it has one.
    #[doc(alias = "gnutls_alert_get_strname")]
    pub fn constant(self) -> Option<&'static str> {
        // SAFETY: takes any number.
        let name = unsafe { sys::gnutls_alert_get_strname(self.0.into()) };
        // SAFETY: null or a static string.
        unsafe { static_text(name) }
    }

    /// GnuTLS's description of the alert ("Close notify"), if it has one.
    #[doc(alias = "gnutls_alert_get_name")]
    pub fn description(self) -> Option<&'static str> {
        // SAFETY: takes any number.
        let name = unsafe { sys::gnutls_alert_get_name(self.0.into()) };
        // SAFETY: null or a static string.
        unsafe { static_text(name) }
    }
}

impl Code {
    /// The alert that tells a peer of this error; [`Alert::INTERNAL_ERROR`] where no other fits.
    #[doc(alias = "gnutls_error_to_alert")]
    pub fn alert(self) -> Alert {
        let mut level = 0;
        // SAFETY: takes any code; the out pointer is valid.
        let alert = unsafe { sys::gnutls_error_to_alert(self.raw(), &mut level) };
        u8::try_from(alert).map_or(Alert::INTERNAL_ERROR, Alert)
    }
}

impl fmt::Display for Alert {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.name() {
            Some(name) => f.write_str(name),
            None => write!(f, "{}", self.0),
        }
    }
}

impl fmt::Debug for Alert {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self} ({})", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_the_rfcs_and_unknown_values_survive() {
        assert_eq!(Alert::NO_APPLICATION_PROTOCOL.to_string(), "no_application_protocol");
        assert_eq!(Alert::CLOSE_NOTIFY.description(), Some("Close notify"));
        assert_eq!(Alert::CLOSE_NOTIFY.constant(), Some("GNUTLS_A_CLOSE_NOTIFY"));
        assert_eq!(Alert(213).constant(), None);
        assert_eq!(Code::from_raw(sys::GNUTLS_E_DECRYPTION_FAILED).alert(), Alert::BAD_RECORD_MAC);
        assert_eq!(Code::from_raw(-77_777).alert(), Alert::INTERNAL_ERROR);
        assert_eq!((Alert(213).name(), Alert(213).to_string()), (None, "213".to_owned()));
    }
}
