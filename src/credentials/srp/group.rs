//! The groups that passwords are computed in.

use std::fmt;

use gnutls_sys as sys;

use crate::algorithm::KeyExchange;
use crate::ffi::static_bytes;

/// A group of RFC 5054, appendix A. Clients of GnuTLS take no other. All but the smallest two are safe to use; 8192 bits
/// take a second or more of a server.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct SrpGroup(Size);

#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Size {
    Bits1024,
    Bits1536,
    Bits2048,
    Bits3072,
    Bits4096,
    Bits8192,
}

impl SrpGroup {
    /// The one whose prime has 1024 bits.
    #[doc(alias = "gnutls_srp_1024_group_prime")]
    #[doc(alias = "gnutls_srp_1024_group_generator")]
    pub const BITS_1024: SrpGroup = SrpGroup(Size::Bits1024);
    /// The one whose prime has 1536 bits.
    #[doc(alias = "gnutls_srp_1536_group_prime")]
    #[doc(alias = "gnutls_srp_1536_group_generator")]
    pub const BITS_1536: SrpGroup = SrpGroup(Size::Bits1536);
    /// The one whose prime has 2048 bits.
    #[doc(alias = "gnutls_srp_2048_group_prime")]
    #[doc(alias = "gnutls_srp_2048_group_generator")]
    pub const BITS_2048: SrpGroup = SrpGroup(Size::Bits2048);
    /// The one whose prime has 3072 bits.
    #[doc(alias = "gnutls_srp_3072_group_prime")]
    #[doc(alias = "gnutls_srp_3072_group_generator")]
    pub const BITS_3072: SrpGroup = SrpGroup(Size::Bits3072);
    /// The one whose prime has 4096 bits.
    #[doc(alias = "gnutls_srp_4096_group_prime")]
    #[doc(alias = "gnutls_srp_4096_group_generator")]
    pub const BITS_4096: SrpGroup = SrpGroup(Size::Bits4096);
    /// The one whose prime has 8192 bits.
    #[doc(alias = "gnutls_srp_8192_group_prime")]
    #[doc(alias = "gnutls_srp_8192_group_generator")]
    pub const BITS_8192: SrpGroup = SrpGroup(Size::Bits8192);

    /// All of them, the smallest first.
    pub const ALL: [SrpGroup; 6] = [
        SrpGroup::BITS_1024,
        SrpGroup::BITS_1536,
        SrpGroup::BITS_2048,
        SrpGroup::BITS_3072,
        SrpGroup::BITS_4096,
        SrpGroup::BITS_8192,
    ];

    /// Whether this GnuTLS has SRP: from 3.8.0 on it is left out unless the builder asks for it, and Debian's has none
    /// from Debian 13 on. Without, configurations that use it are refused
    /// ([`ErrorKind::Unsupported`](crate::ErrorKind::Unsupported)).
    pub fn is_supported() -> bool {
        KeyExchange::from_name("SRP").is_some()
    }

    /// The prime, big-endian.
    pub fn prime(self) -> &'static [u8] {
        // SAFETY: a datum of the library's, which nobody changes.
        unsafe { static_bytes(self.raw().0) }
    }

    /// The generator, big-endian.
    pub fn generator(self) -> &'static [u8] {
        // SAFETY: as above.
        unsafe { static_bytes(self.raw().1) }
    }

    /// The size of the prime in bits.
    pub fn bits(self) -> u32 {
        match self.0 {
            Size::Bits1024 => 1024,
            Size::Bits1536 => 1536,
            Size::Bits2048 => 2048,
            Size::Bits3072 => 3072,
            Size::Bits4096 => 4096,
            Size::Bits8192 => 8192,
        }
    }

    /// The one that has these numbers, big-endian.
    pub fn from_numbers(prime: impl AsRef<[u8]>, generator: impl AsRef<[u8]>) -> Option<SrpGroup> {
        let (prime, generator) = (prime.as_ref(), generator.as_ref());
        SrpGroup::ALL.into_iter().find(|group| group.prime() == prime && group.generator() == generator)
    }

    /// GnuTLS's own data: prime and generator.
    pub(crate) fn raw(self) -> (*const sys::gnutls_datum_t, *const sys::gnutls_datum_t) {
        match self.0 {
            Size::Bits1024 => {
                (&raw const sys::gnutls_srp_1024_group_prime, &raw const sys::gnutls_srp_1024_group_generator)
            }
            Size::Bits1536 => {
                (&raw const sys::gnutls_srp_1536_group_prime, &raw const sys::gnutls_srp_1536_group_generator)
            }
            Size::Bits2048 => {
                (&raw const sys::gnutls_srp_2048_group_prime, &raw const sys::gnutls_srp_2048_group_generator)
            }
            Size::Bits3072 => {
                (&raw const sys::gnutls_srp_3072_group_prime, &raw const sys::gnutls_srp_3072_group_generator)
            }
            Size::Bits4096 => {
                (&raw const sys::gnutls_srp_4096_group_prime, &raw const sys::gnutls_srp_4096_group_generator)
            }
            Size::Bits8192 => {
                (&raw const sys::gnutls_srp_8192_group_prime, &raw const sys::gnutls_srp_8192_group_generator)
            }
        }
    }
}

impl fmt::Debug for SrpGroup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SrpGroup({} bits)", self.bits())
    }
}
