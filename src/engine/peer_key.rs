//! The key of the peer's certificate: how large its numbers are, before GnuTLS computes with them.

use std::ffi::{c_int, c_uint};

use gnutls_sys as sys;

use super::Engine;
use crate::algorithm::PublicKeyAlgorithm;
use crate::ffi::copied;
use crate::key::PublicKey;
use crate::x509::Certificate;

/// GnuTLS computes with the peer's key once it has one of these messages, before it verifies the certificate.
const USING: [c_uint; 4] = [
    sys::GNUTLS_HANDSHAKE_SERVER_KEY_EXCHANGE,
    sys::GNUTLS_HANDSHAKE_SERVER_HELLO_DONE,
    sys::GNUTLS_HANDSHAKE_CLIENT_KEY_EXCHANGE,
    sys::GNUTLS_HANDSHAKE_CERTIFICATE_VERIFY,
];

/// In a certificate of so many bytes no numbers are so large that they would take a second.
const HARMLESS: usize = 3072;

/// The most bytes of a modulus, or of a prime: what other libraries take, too.
const LONGEST: usize = 2048;

/// The most bytes of an exponent (FIPS 186-4, appendix B.3.1), or of an order.
const LONGEST_EXPONENT: usize = 64;

impl Engine {
    /// Such a message has come, and GnuTLS has not acted on it: 0, or the error that ends the handshake. The frame holds both
    /// locks.
    ///
    /// GnuTLS (3.7.9) sets no limit: a signature with numbers as long as a certificate can be keeps the thread for an hour,
    /// and anybody can show such a certificate.
    pub(super) fn look_at_peer_key(&self, message: c_uint) -> c_int {
        if !USING.contains(&message) {
            return 0;
        }
        let mut count = 0;
        // SAFETY: both locks are held; the out pointer is valid.
        let chain = unsafe { sys::gnutls_certificate_get_peers(self.raw(), &mut count) };
        // SAFETY: a pointer to `count` data, or null.
        let Some(first) = unsafe { chain.as_ref() }.filter(|first| count > 0 && first.size as usize > HARMLESS) else {
            return 0;
        };
        // SAFETY: the session's own, which lives while the locks are held.
        let der = unsafe { copied(first) };
        let key = match self.peer_shows_raw_key() {
            true => PublicKey::from_der(der),
            false => Certificate::from_der(der).and_then(|certificate| certificate.public_key()),
        };
        // What we cannot read GnuTLS does not compute with.
        let too_large = key.is_ok_and(|key| is_too_large(&key));
        if too_large { sys::GNUTLS_E_PK_INVALID_PUBKEY } else { 0 }
    }
}

fn is_too_large(key: &PublicKey) -> bool {
    match key.algorithm().map(|(algorithm, _)| algorithm) {
        Ok(PublicKeyAlgorithm::DSA) => {
            key.to_dsa().is_ok_and(|numbers| numbers.p.len() > LONGEST || numbers.q.len() > LONGEST_EXPONENT)
        }
        // Others have no such numbers.
        Ok(_) => key
            .to_rsa()
            .is_ok_and(|numbers| numbers.modulus.len() > LONGEST || numbers.public_exponent.len() > LONGEST_EXPONENT),
        Err(_) => false,
    }
}
