//! How signatures are made.

use gnutls_sys as sys;

use crate::ffi::bit_set;

bit_set! {
    /// How a signature is made.
    SignFlags {
        /// With padding of PSS, by an RSA key for any padding, where the digest alone says how to sign.
        RSA_PSS = GNUTLS_PRIVKEY_SIGN_FLAG_RSA_PSS;
        /// The same signature each time: RFC 6979 for (EC)DSA, no salt for RSA-PSS.
        REPRODUCIBLE = GNUTLS_PRIVKEY_FLAG_REPRODUCIBLE;
    }
}

#[cfg(gnutls_3_7_3)]
impl SignFlags {
    /// RSA-PSS with a salt as long as the digest, as TLS 1.3 has it.
    pub const RSA_PSS_FIXED_SALT_LENGTH: SignFlags = SignFlags(sys::GNUTLS_PRIVKEY_FLAG_RSA_PSS_FIXED_SALT_LENGTH);
}
