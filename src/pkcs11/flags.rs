//! The bits of tokens and objects.

use std::fmt;

use gnutls_sys as sys;

use crate::ffi::bit_set;

bit_set! {
    /// What a token is, and in which state.
    TokenFlags {
        /// Made of hardware.
        HARDWARE = GNUTLS_PKCS11_TOKEN_HW;
        /// Marked as trusted in the configuration of p11-kit.
        TRUSTED = GNUTLS_PKCS11_TOKEN_TRUSTED;
        /// It has a source of randomness.
        RANDOM = GNUTLS_PKCS11_TOKEN_RNG;
        /// Most things need a login.
        LOGIN_REQUIRED = GNUTLS_PKCS11_TOKEN_LOGIN_REQUIRED;
        /// PINs are typed on the token.
        OWN_PIN_PAD = GNUTLS_PKCS11_TOKEN_PROTECTED_AUTHENTICATION_PATH;
        /// It is ready for use.
        INITIALIZED = GNUTLS_PKCS11_TOKEN_INITIALIZED;
        /// A wrong user's PIN was tried.
        USER_PIN_COUNT_LOW = GNUTLS_PKCS11_TOKEN_USER_PIN_COUNT_LOW;
        /// One more wrong user's PIN locks the token.
        USER_PIN_FINAL_TRY = GNUTLS_PKCS11_TOKEN_USER_PIN_FINAL_TRY;
        /// The user's PIN is locked.
        USER_PIN_LOCKED = GNUTLS_PKCS11_TOKEN_USER_PIN_LOCKED;
        /// A wrong PIN of the security officer was tried.
        OFFICER_PIN_COUNT_LOW = GNUTLS_PKCS11_TOKEN_SO_PIN_COUNT_LOW;
        /// One more wrong PIN of the security officer locks the token.
        OFFICER_PIN_FINAL_TRY = GNUTLS_PKCS11_TOKEN_SO_PIN_FINAL_TRY;
        /// The security officer's PIN is locked.
        OFFICER_PIN_LOCKED = GNUTLS_PKCS11_TOKEN_SO_PIN_LOCKED;
        /// There is a user's PIN.
        USER_PIN_SET = GNUTLS_PKCS11_TOKEN_USER_PIN_INITIALIZED;
        /// It has failed a test of itself.
        ERROR_STATE = GNUTLS_PKCS11_TOKEN_ERROR_STATE;
    }
}

bit_set! {
    /// What to look for or to do, and what an object is marked as.
    #[doc(alias = "gnutls_pkcs11_obj_flags")]
    ObjectFlags {
        /// Log in as the user.
        LOGIN = GNUTLS_PKCS11_OBJ_FLAG_LOGIN;
        /// Log in as the security officer.
        LOGIN_OFFICER = GNUTLS_PKCS11_OBJ_FLAG_LOGIN_SO;
        /// Only certificates.
        CERTIFICATES = GNUTLS_PKCS11_OBJ_FLAG_CRT;
        /// Only what there is a private key for.
        WITH_PRIVATE_KEY = GNUTLS_PKCS11_OBJ_FLAG_WITH_PRIVKEY;
        /// Only public keys.
        PUBLIC_KEYS = GNUTLS_PKCS11_OBJ_FLAG_PUBKEY;
        /// Only private keys.
        PRIVATE_KEYS = GNUTLS_PKCS11_OBJ_FLAG_PRIVKEY;
        /// Whether trusted or not, where usually only the trusted count.
        ANY = GNUTLS_PKCS11_OBJ_FLAG_RETRIEVE_ANY;
        /// Trusted.
        TRUSTED = GNUTLS_PKCS11_OBJ_FLAG_MARK_TRUSTED;
        /// Distrusted.
        DISTRUSTED = GNUTLS_PKCS11_OBJ_FLAG_MARK_DISTRUSTED;
        /// An authority's.
        AUTHORITY = GNUTLS_PKCS11_OBJ_FLAG_MARK_CA;
        /// A secret that never leaves the token.
        SENSITIVE = GNUTLS_PKCS11_OBJ_FLAG_MARK_SENSITIVE;
        /// Not a secret.
        NOT_SENSITIVE = GNUTLS_PKCS11_OBJ_FLAG_MARK_NOT_SENSITIVE;
        /// Seen after a login only.
        PRIVATE = GNUTLS_PKCS11_OBJ_FLAG_MARK_PRIVATE;
        /// Seen without a login.
        NOT_PRIVATE = GNUTLS_PKCS11_OBJ_FLAG_MARK_NOT_PRIVATE;
        /// A key that wraps others.
        KEY_WRAP = GNUTLS_PKCS11_OBJ_FLAG_MARK_KEY_WRAP;
        /// The PIN is asked for with each use.
        ALWAYS_AUTHENTICATE = GNUTLS_PKCS11_OBJ_FLAG_MARK_ALWAYS_AUTH;
        /// A key that may leave the token, wrapped.
        EXTRACTABLE = GNUTLS_PKCS11_OBJ_FLAG_MARK_EXTRACTABLE;
        /// It never was extractable.
        NEVER_EXTRACTABLE = GNUTLS_PKCS11_OBJ_FLAG_NEVER_EXTRACTABLE;
        /// The certificate must be the very one, not one with the same names.
        COMPARE = GNUTLS_PKCS11_OBJ_FLAG_COMPARE;
        /// The key of the certificate must be the very one.
        COMPARE_KEY = GNUTLS_PKCS11_OBJ_FLAG_COMPARE_KEY;
        /// Only in a trusted module.
        IN_TRUSTED_MODULE = GNUTLS_PKCS11_OBJ_FLAG_PRESENT_IN_TRUSTED_MODULE;
        /// With the extensions that a trusted module attaches.
        ATTACHED_EXTENSIONS = GNUTLS_PKCS11_OBJ_FLAG_OVERWRITE_TRUSTMOD_EXT;
    }
}

impl fmt::Display for ObjectFlags {
    /// GnuTLS's words for the marks.
    #[doc(alias = "gnutls_pkcs11_obj_flags_get_str")]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // SAFETY: takes any number.
        let text = unsafe { sys::gnutls_pkcs11_obj_flags_get_str(self.0) };
        // SAFETY: null, or a string that GnuTLS allocated for us.
        let text = unsafe { crate::ffi::OwnedDatum::from_c_string(text) };
        f.write_str(text.map(|text| text.to_text()).unwrap_or_default().trim_end_matches("; "))
    }
}
