//! Cipher suites: what stands behind the two bytes that TLS sends.

use gnutls_sys as sys;

use super::{Cipher, KeyExchange, Mac, Protocol};
use crate::cstr::static_text;

/// A cipher suite that GnuTLS implements.
///
/// # Examples
/// ```
/// use gnutls::{Cipher, CipherSuite, Protocol};
///
/// let suite = CipherSuite::all().find(|suite| suite.id() == [0x13, 0x01]).expect("TLS 1.3 demands it");
/// assert_eq!((suite.name(), suite.cipher()), ("TLS_AES_128_GCM_SHA256", Cipher::AES_128_GCM));
/// assert_eq!(suite.minimum_version(), Protocol::TLS1_3);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct CipherSuite {
    name: &'static str,
    id: [u8; 2],
    key_exchange: KeyExchange,
    cipher: Cipher,
    mac: Mac,
    minimum_version: Protocol,
}

impl CipherSuite {
    /// Every cipher suite of this GnuTLS, by its place in GnuTLS's table.
    #[doc(alias = "gnutls_cipher_suite_info")]
    pub fn all() -> impl Iterator<Item = CipherSuite> {
        (0..).map_while(CipherSuite::at)
    }

    /// The cipher suite at a place of GnuTLS's table. Priority strings list suites by it.
    #[doc(alias = "gnutls_cipher_suite_info")]
    pub fn at(index: usize) -> Option<CipherSuite> {
        let (mut id, mut kx, mut cipher, mut mac, mut version) = ([0; 2], 0, 0, 0, 0);
        // SAFETY: takes any index; the out pointers are valid, and `id` has the two bytes that are written.
        let name = unsafe {
            sys::gnutls_cipher_suite_info(index, id.as_mut_ptr(), &mut kx, &mut cipher, &mut mac, &mut version)
        };
        // SAFETY: null or a static string.
        let name = unsafe { static_text(name) }?;
        Some(CipherSuite {
            name,
            id,
            key_exchange: KeyExchange::from_raw(kx),
            cipher: Cipher::from_raw(cipher),
            mac: Mac::from_raw(mac),
            minimum_version: Protocol::from_raw(version),
        })
    }

    /// The name of the suite that is made of these, if there is one: `RSA_AES_128_CBC_SHA1`. It is for TLS 1.2 and
    /// older.
    #[doc(alias = "gnutls_cipher_suite_get_name")]
    pub fn name_of(key_exchange: KeyExchange, cipher: Cipher, mac: Mac) -> Option<&'static str> {
        // SAFETY: takes any numbers and looks them up in a table.
        let name = unsafe { sys::gnutls_cipher_suite_get_name(key_exchange.raw(), cipher.raw(), mac.raw()) };
        // SAFETY: null or a static string.
        unsafe { static_text(name) }
    }

    /// GnuTLS's name.
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// The two bytes that stand for it in TLS.
    pub fn id(&self) -> [u8; 2] {
        self.id
    }

    /// The key exchange; in TLS 1.3 it is not part of the suite and of no meaning.
    pub fn key_exchange(&self) -> KeyExchange {
        self.key_exchange
    }

    /// The cipher.
    pub fn cipher(&self) -> Cipher {
        self.cipher
    }

    /// The MAC; [`Mac::AEAD`] where the cipher authenticates.
    pub fn mac(&self) -> Mac {
        self.mac
    }

    /// The oldest protocol version that has it.
    pub fn minimum_version(&self) -> Protocol {
        self.minimum_version
    }
}
