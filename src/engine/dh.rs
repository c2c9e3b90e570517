//! What a session's Diffie-Hellman exchange over a finite field was.

use std::ffi::c_int;

use gnutls_sys as sys;

use super::Engine;
use crate::error::Result;
use crate::ffi::{OwnedDatum, filled, filled_many};

/// A Diffie-Hellman exchange over a finite field, as TLS 1.2 and older have it with certificates, pre-shared keys and
/// strangers. Numbers are big-endian and may begin with a zero byte.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct DhExchange {
    /// The prime.
    #[doc(alias = "gnutls_dh_get_group")]
    pub prime: Vec<u8>,
    /// The generator.
    #[doc(alias = "gnutls_dh_get_group")]
    pub generator: Vec<u8>,
    /// The peer's public key; empty in a session that was resumed from one whose peer had none.
    #[doc(alias = "gnutls_dh_get_pubkey")]
    pub peers_public: Vec<u8>,
    /// The size of the prime in bits.
    #[doc(alias = "gnutls_dh_get_prime_bits")]
    pub prime_bits: u32,
    /// The size of the peer's public key in bits.
    #[doc(alias = "gnutls_dh_get_peers_public_bits")]
    pub peers_public_bits: u32,
    /// The size of our private key in bits.
    #[doc(alias = "gnutls_dh_get_secret_bits")]
    pub secret_bits: u32,
}

const DOING: &str = "asking for the Diffie-Hellman exchange";

impl Engine {
    /// The exchange of the handshake, if it was of this kind.
    pub(crate) fn dh_exchange(&self) -> Result<Option<DhExchange>> {
        self.not_inside(DOING)?;
        let _held = self.lock.both();
        // SAFETY: both locks are held.
        let Some(prime_bits) = bits(unsafe { sys::gnutls_dh_get_prime_bits(self.raw()) }) else { return Ok(None) };
        let [generator, prime] = filled_many(DOING, |[generator, prime]| {
            // SAFETY: both locks are held; the out pointers are valid.
            unsafe { sys::gnutls_dh_get_group(self.raw(), generator, prime) }
        })?;
        let public = filled(DOING, |public| {
            // SAFETY: as above.
            unsafe { sys::gnutls_dh_get_pubkey(self.raw(), public) }
        })?;
        // SAFETY: both locks are held.
        let peers_public_bits = bits(unsafe { sys::gnutls_dh_get_peers_public_bits(self.raw()) });
        // SAFETY: as above.
        let secret_bits = bits(unsafe { sys::gnutls_dh_get_secret_bits(self.raw()) });
        let [prime, generator, peers_public] = [&prime, &generator, &public].map(OwnedDatum::to_vec);
        let (peers_public_bits, secret_bits) = (peers_public_bits.unwrap_or(0), secret_bits.unwrap_or(0));
        Ok(Some(DhExchange { prime, generator, peers_public, prime_bits, peers_public_bits, secret_bits }))
    }
}

/// A size that there is.
fn bits(code: c_int) -> Option<u32> {
    u32::try_from(code).ok().filter(|bits| *bits != 0)
}
