//! What a server keeps of a password.

use std::fmt;
use std::sync::Arc;

use gnutls_sys as sys;

use super::{SrpGroup, SrpUser};
use crate::crypto;
use crate::error::{Error, Result};
use crate::ffi::{Wiped, datum, filled};
use crate::secret::SecretBytes;

const DOING: &str = "making an SRP verifier";

/// What a server keeps in place of a password (RFC 5054, section 2.4): it cannot log in with it, but **who has it can try
/// passwords** as fast as a machine counts. It is wiped when the last clone goes.
///
/// # Examples
/// ```
/// use gnutls::{ServerConfig, SrpGroup, SrpUser, SrpVerifier};
///
/// # if !SrpGroup::is_supported() { return Ok(()) }
/// let alice = SrpVerifier::new(&SrpUser::new("alice", "correct horse")?, SrpGroup::BITS_2048)?;
/// let config = ServerConfig::builder().with_srp(move |user| (user == "alice").then(|| alice.clone())).build()?;
/// # Ok::<(), gnutls::Error>(())
/// ```
#[derive(Clone)]
pub struct SrpVerifier {
    group: SrpGroup,
    salt: Arc<[u8]>,
    verifier: Arc<SecretBytes>,
}

impl SrpVerifier {
    /// That of a user, with a new salt of 16 bytes.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`](crate::ErrorKind::InvalidInput) if the password is nothing that RFC 8265 allows.
    /// [`ErrorKind::Unsupported`](crate::ErrorKind::Unsupported) if this GnuTLS was built without SRP.
    pub fn new(user: &SrpUser, group: SrpGroup) -> Result<SrpVerifier> {
        SrpVerifier::with_salt(user, group, &crypto::generate_key(16)?)
    }

    /// As [`new`](SrpVerifier::new), with a salt of the caller's: 1 to 255 random bytes.
    ///
    /// # Errors
    /// As there, and if the salt is of another size.
    #[doc(alias = "gnutls_srp_verifier")]
    pub fn with_salt(user: &SrpUser, group: SrpGroup, salt: &[u8]) -> Result<SrpVerifier> {
        let (prime, generator) = group.raw();
        let name = Wiped::c_string(user.name(), DOING)?;
        let password = Wiped::new([user.password(), b"\0".as_slice()].concat());
        let salt_datum = datum(salt, DOING)?;
        let verifier = filled(DOING, |out| {
            // SAFETY: two strings with their NUL and a view that live through the call, the library's own data, and a
            // valid out pointer.
            unsafe {
                sys::gnutls_srp_verifier(name.as_c_ptr(), password.as_c_ptr(), &salt_datum, generator, prime, out)
            }
        })?;
        SrpVerifier::from_parts(group, salt, SecretBytes::new(verifier))
    }

    /// One that was kept: the salt, and the verifier, big-endian.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`](crate::ErrorKind::InvalidInput) if the salt is empty or longer than 255 bytes, or the
    /// verifier is 0 or not of the group.
    pub fn from_parts(group: SrpGroup, salt: &[u8], verifier: impl Into<SecretBytes>) -> Result<SrpVerifier> {
        let verifier = verifier.into();
        if !(1..=255).contains(&salt.len()) {
            return Err(Error::input(DOING, format!("a salt has 1 to 255 bytes, not {}", salt.len())));
        }
        let start = verifier.iter().position(|byte| *byte != 0);
        let number = start.map_or(&[][..], |start| &verifier[start..]);
        let prime = group.prime();
        if number.is_empty() || (number.len(), number) >= (prime.len(), prime) {
            return Err(Error::input(DOING, "the verifier is not a number of the group"));
        }
        Ok(SrpVerifier { group, salt: salt.into(), verifier: Arc::new(verifier) })
    }

    /// The group that it is of.
    pub fn group(&self) -> SrpGroup {
        self.group
    }

    /// The salt, which clients are sent.
    pub fn salt(&self) -> &[u8] {
        &self.salt
    }

    /// The verifier itself, big-endian.
    pub fn verifier(&self) -> &SecretBytes {
        &self.verifier
    }
}

impl fmt::Debug for SrpVerifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SrpVerifier").field("group", &self.group).finish_non_exhaustive()
    }
}
