//! The groups of RFC 7919, which TLS has for Diffie-Hellman over finite fields.

use std::fmt;

use gnutls_sys as sys;

use super::DhParams;
use crate::algorithm::Group;
use crate::error::Result;
use crate::ffi::static_bytes;

/// A group of RFC 7919, appendix A: safe primes that anybody can check.
///
/// # Examples
/// ```
/// use gnutls::key::FfdheGroup;
///
/// let group = FfdheGroup::FFDHE_3072;
/// assert_eq!((group.prime().len(), group.generator(), group.key_bits()), (384, &[2][..], 276));
/// # Ok::<(), gnutls::Error>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct FfdheGroup(Size);

#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Size {
    Bits2048,
    Bits3072,
    Bits4096,
    Bits6144,
    Bits8192,
}

/// GnuTLS's own data.
struct Raw {
    prime: *const sys::gnutls_datum_t,
    order: *const sys::gnutls_datum_t,
    generator: *const sys::gnutls_datum_t,
    key_bits: *const u32,
}

impl FfdheGroup {
    /// The one whose prime has 2048 bits.
    #[doc(alias = "gnutls_ffdhe_2048_group_prime")]
    #[doc(alias = "gnutls_ffdhe_2048_group_q")]
    #[doc(alias = "gnutls_ffdhe_2048_group_generator")]
    #[doc(alias = "gnutls_ffdhe_2048_key_bits")]
    pub const FFDHE_2048: FfdheGroup = FfdheGroup(Size::Bits2048);
    /// The one whose prime has 3072 bits.
    #[doc(alias = "gnutls_ffdhe_3072_group_prime")]
    #[doc(alias = "gnutls_ffdhe_3072_group_q")]
    #[doc(alias = "gnutls_ffdhe_3072_group_generator")]
    #[doc(alias = "gnutls_ffdhe_3072_key_bits")]
    pub const FFDHE_3072: FfdheGroup = FfdheGroup(Size::Bits3072);
    /// The one whose prime has 4096 bits.
    #[doc(alias = "gnutls_ffdhe_4096_group_prime")]
    #[doc(alias = "gnutls_ffdhe_4096_group_q")]
    #[doc(alias = "gnutls_ffdhe_4096_group_generator")]
    #[doc(alias = "gnutls_ffdhe_4096_key_bits")]
    pub const FFDHE_4096: FfdheGroup = FfdheGroup(Size::Bits4096);
    /// The one whose prime has 6144 bits.
    #[doc(alias = "gnutls_ffdhe_6144_group_prime")]
    #[doc(alias = "gnutls_ffdhe_6144_group_q")]
    #[doc(alias = "gnutls_ffdhe_6144_group_generator")]
    #[doc(alias = "gnutls_ffdhe_6144_key_bits")]
    pub const FFDHE_6144: FfdheGroup = FfdheGroup(Size::Bits6144);
    /// The one whose prime has 8192 bits.
    #[doc(alias = "gnutls_ffdhe_8192_group_prime")]
    #[doc(alias = "gnutls_ffdhe_8192_group_q")]
    #[doc(alias = "gnutls_ffdhe_8192_group_generator")]
    #[doc(alias = "gnutls_ffdhe_8192_key_bits")]
    pub const FFDHE_8192: FfdheGroup = FfdheGroup(Size::Bits8192);

    /// All of them, the smallest first.
    pub const ALL: [FfdheGroup; 5] = [
        FfdheGroup::FFDHE_2048,
        FfdheGroup::FFDHE_3072,
        FfdheGroup::FFDHE_4096,
        FfdheGroup::FFDHE_6144,
        FfdheGroup::FFDHE_8192,
    ];

    /// The prime, big-endian.
    pub fn prime(self) -> &'static [u8] {
        // SAFETY: a datum of the library's, which nobody changes.
        unsafe { static_bytes(self.raw().prime) }
    }

    /// The order of the subgroup, big-endian.
    pub fn order(self) -> &'static [u8] {
        // SAFETY: as above.
        unsafe { static_bytes(self.raw().order) }
    }

    /// The generator, big-endian.
    pub fn generator(self) -> &'static [u8] {
        // SAFETY: as above.
        unsafe { static_bytes(self.raw().generator) }
    }

    /// How many bits private keys in it need.
    pub fn key_bits(self) -> u32 {
        // SAFETY: a number of the library's, which nobody changes.
        unsafe { *self.raw().key_bits }
    }

    /// What TLS calls it.
    pub fn group(self) -> Group {
        match self.0 {
            Size::Bits2048 => Group::FFDHE2048,
            Size::Bits3072 => Group::FFDHE3072,
            Size::Bits4096 => Group::FFDHE4096,
            Size::Bits6144 => Group::FFDHE6144,
            Size::Bits8192 => Group::FFDHE8192,
        }
    }

    /// The parameters, for keys in it.
    ///
    /// # Errors
    /// If memory runs out.
    pub fn params(self) -> Result<DhParams> {
        DhParams::with_order(self.prime(), self.order(), self.generator())
    }

    /// The one that has these numbers, big-endian.
    pub fn from_numbers(prime: impl AsRef<[u8]>, generator: impl AsRef<[u8]>) -> Option<FfdheGroup> {
        let (prime, generator) = (prime.as_ref(), generator.as_ref());
        FfdheGroup::ALL.into_iter().find(|group| group.prime() == prime && group.generator() == generator)
    }

    fn raw(self) -> Raw {
        match self.0 {
            Size::Bits2048 => Raw {
                prime: &raw const sys::gnutls_ffdhe_2048_group_prime,
                order: &raw const sys::gnutls_ffdhe_2048_group_q,
                generator: &raw const sys::gnutls_ffdhe_2048_group_generator,
                key_bits: &raw const sys::gnutls_ffdhe_2048_key_bits,
            },
            Size::Bits3072 => Raw {
                prime: &raw const sys::gnutls_ffdhe_3072_group_prime,
                order: &raw const sys::gnutls_ffdhe_3072_group_q,
                generator: &raw const sys::gnutls_ffdhe_3072_group_generator,
                key_bits: &raw const sys::gnutls_ffdhe_3072_key_bits,
            },
            Size::Bits4096 => Raw {
                prime: &raw const sys::gnutls_ffdhe_4096_group_prime,
                order: &raw const sys::gnutls_ffdhe_4096_group_q,
                generator: &raw const sys::gnutls_ffdhe_4096_group_generator,
                key_bits: &raw const sys::gnutls_ffdhe_4096_key_bits,
            },
            Size::Bits6144 => Raw {
                prime: &raw const sys::gnutls_ffdhe_6144_group_prime,
                order: &raw const sys::gnutls_ffdhe_6144_group_q,
                generator: &raw const sys::gnutls_ffdhe_6144_group_generator,
                key_bits: &raw const sys::gnutls_ffdhe_6144_key_bits,
            },
            Size::Bits8192 => Raw {
                prime: &raw const sys::gnutls_ffdhe_8192_group_prime,
                order: &raw const sys::gnutls_ffdhe_8192_group_q,
                generator: &raw const sys::gnutls_ffdhe_8192_group_generator,
                key_bits: &raw const sys::gnutls_ffdhe_8192_key_bits,
            },
        }
    }
}

impl fmt::Debug for FfdheGroup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "FfdheGroup({})", self.group())
    }
}
