//! What programs want from a file: the key, its chain, and the rest.

use std::fmt;
use std::ptr;

use gnutls_sys as sys;

use super::file::{c_password, locked};
use super::{Bag, Pkcs12};
use crate::error::{ErrorKind, Failure, Origin, Result};
use crate::ffi::OwnedArray;
use crate::x509::{Certificate, CrtHandle, KeyHandle, PrivateKey, RevocationList};

/// What was found in a PKCS#12 structure.
#[derive(Clone, Default)]
#[non_exhaustive]
pub struct Contents {
    /// The private key.
    pub key: Option<PrivateKey>,
    /// The certificate of the key, and those that vouch for it, each for the one before.
    pub chain: Vec<Certificate>,
    /// All other certificates.
    pub others: Vec<Certificate>,
    /// A revocation list.
    pub revocation_list: Option<RevocationList>,
}

impl Pkcs12 {
    /// Decrypts everything, and finds the key and its chain. Of a chain's certificates, one that signed itself (a root) is
    /// among the others: see [`parse_with_root`](Pkcs12::parse_with_root). The MAC is not looked at: see
    /// [`verify_mac`](Pkcs12::verify_mac).
    ///
    /// # Errors
    /// [`ErrorKind::Credentials`] if the password is wrong,
    /// [`ErrorKind::InvalidInput`] if something is malformed.
    #[doc(alias = "gnutls_pkcs12_simple_parse")]
    pub fn parse(&self, password: &str) -> Result<Contents> {
        self.parse_flagged(password, 0)
    }

    /// As [`parse`](Pkcs12::parse), with the root in the chain.
    ///
    /// # Errors
    /// As there.
    #[doc(alias = "gnutls_pkcs12_simple_parse")]
    pub fn parse_with_root(&self, password: &str) -> Result<Contents> {
        self.parse_flagged(password, sys::GNUTLS_PKCS12_SP_INCLUDE_SELF_SIGNED)
    }

    fn parse_flagged(&self, password: &str, flags: u32) -> Result<Contents> {
        const DOING: &str = "opening a PKCS#12 structure";
        let c_password = c_password(password)?;
        let (mut key, mut crl) = (ptr::null_mut(), ptr::null_mut());
        let mut rest = Err(0);
        let chain = OwnedArray::filled(|chain, chain_length| {
            let mut code = 0;
            rest = OwnedArray::filled(|others, others_length| {
                // SAFETY: a structure, a NUL-terminated password that lives through the call, valid out pointers.
                code = unsafe {
                    sys::gnutls_pkcs12_simple_parse(
                        self.raw(),
                        c_password.as_c_ptr(),
                        &mut key,
                        chain,
                        chain_length,
                        others,
                        others_length,
                        &mut crl,
                        flags,
                    )
                };
                code
            });
            code
        });
        let (chain, others) = match (chain, rest) {
            (Ok(chain), Ok(others)) => (chain, others),
            // GnuTLS has released what it had found.
            (Err(code), _) | (_, Err(code)) if code == sys::GNUTLS_E_DECRYPTION_FAILED || self.is_locked(password) => {
                return Err(locked(code, DOING));
            }
            (Err(code), _) | (_, Err(code)) => return Err(Failure::of_code(code, Origin::Local, DOING).into()),
        };
        // SAFETY: initialised by GnuTLS for us.
        let key = (!key.is_null()).then(|| PrivateKey::finished(unsafe { KeyHandle::from_raw(key) }));
        // SAFETY: as above.
        let crl = (!crl.is_null()).then(|| unsafe { RevocationList::from_raw(crl) });
        let certificates = |handles: OwnedArray<sys::gnutls_x509_crt_t>| {
            let owned = handles.as_slice().iter().map(|&raw| {
                // SAFETY: imported by GnuTLS for us; each is taken over once.
                Certificate::from_imported(unsafe { CrtHandle::from_raw(raw) })
            });
            owned.collect()
        };
        let (chain, others) = (certificates(chain), certificates(others));
        let key = key.map(|key| key.survivable(DOING)).transpose()?;
        Ok(Contents { key, chain, others, revocation_list: crl })
    }

    /// Whether there is a bag that the password does not open. GnuTLS's code does not tell: what a wrong one leaves behind
    /// looks like a malformed bag once in 256.
    fn is_locked(&self, password: &str) -> bool {
        let stays_closed =
            |bag: &mut Bag| bag.decrypt(password).is_err_and(|error| error.kind() == ErrorKind::Credentials);
        self.bags().is_ok_and(|mut bags| bags.iter_mut().any(stays_closed))
    }
}

impl fmt::Debug for Contents {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut out = f.debug_struct("Contents");
        out.field("key", &self.key).field("chain", &self.chain).field("others", &self.others);
        out.field("revocation_list", &self.revocation_list).finish()
    }
}
