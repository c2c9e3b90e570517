//! The numbers that answers carry.

use std::fmt;

use gnutls_sys as sys;

macro_rules! numbers {
    ($(#[$doc:meta])* $name:ident { $($(#[$item:meta])* $item_name:ident = $value:ident,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash)]
        pub struct $name(u32);

        impl $name {
            $($(#[$item])* pub const $item_name: $name = $name(sys::$value);)*

            /// The value for a number of the C enumeration.
            pub const fn from_raw(raw: u32) -> $name {
                $name(raw)
            }

            /// The number of the C enumeration.
            pub const fn raw(self) -> u32 {
                self.0
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                match *self {
                    $($name::$item_name => f.write_str(stringify!($item_name)),)*
                    $name(other) => write!(f, "{}({other})", stringify!($name)),
                }
            }
        }
    };
}

numbers! {
    /// Whether the responder answered at all.
    #[doc(alias = "gnutls_ocsp_resp_status_t")]
    ResponseStatus {
        /// There are answers.
        SUCCESSFUL = GNUTLS_OCSP_RESP_SUCCESSFUL,
        /// The request was malformed.
        MALFORMED_REQUEST = GNUTLS_OCSP_RESP_MALFORMEDREQUEST,
        /// The responder has a problem.
        INTERNAL_ERROR = GNUTLS_OCSP_RESP_INTERNALERROR,
        /// The responder is busy.
        TRY_LATER = GNUTLS_OCSP_RESP_TRYLATER,
        /// The request must be signed.
        SIGNATURE_REQUIRED = GNUTLS_OCSP_RESP_SIGREQUIRED,
        /// The responder does not answer this to us.
        UNAUTHORIZED = GNUTLS_OCSP_RESP_UNAUTHORIZED,
    }
}

numbers! {
    /// Why a certificate was revoked.
    #[doc(alias = "gnutls_x509_crl_reason_t")]
    RevocationReason {
        /// Not said.
        UNSPECIFIED = GNUTLS_X509_CRLREASON_UNSPECIFIED,
        /// The private key is known to others.
        KEY_COMPROMISE = GNUTLS_X509_CRLREASON_KEYCOMPROMISE,
        /// The authority's private key is known to others.
        CA_COMPROMISE = GNUTLS_X509_CRLREASON_CACOMPROMISE,
        /// What the certificate says of its owner is no longer so.
        AFFILIATION_CHANGED = GNUTLS_X509_CRLREASON_AFFILIATIONCHANGED,
        /// There is a newer certificate.
        SUPERSEDED = GNUTLS_X509_CRLREASON_SUPERSEDED,
        /// It is no longer needed.
        CESSATION_OF_OPERATION = GNUTLS_X509_CRLREASON_CESSATIONOFOPERATION,
        /// For the time being.
        CERTIFICATE_HOLD = GNUTLS_X509_CRLREASON_CERTIFICATEHOLD,
        /// It is valid again.
        REMOVE_FROM_CRL = GNUTLS_X509_CRLREASON_REMOVEFROMCRL,
        /// A right that it stated was taken away.
        PRIVILEGE_WITHDRAWN = GNUTLS_X509_CRLREASON_PRIVILEGEWITHDRAWN,
        /// The private key of an attribute authority is known to others.
        AA_COMPROMISE = GNUTLS_X509_CRLREASON_AACOMPROMISE,
    }
}
