//! Who a client is by its password.

use std::fmt;
use std::sync::Arc;

use crate::error::{Error, Result};
use crate::secret::SecretBytes;

/// A user's name and password, for a client (SRP, RFC 5054). The password is not sent: both sides prove to each other that
/// they know it, or, on the server, [what was made of it](crate::SrpVerifier).
///
/// **SRP is of another age**: TLS 1.2 and older, ciphers in CBC mode with SHA-1. It is here for programs that must talk it.
/// The name is sent in the clear. What [resumes](crate::Session::session_data) such a session on a client contains the
/// password, as GnuTLS packs it. GnuTLS does not wipe the copies that it makes.
///
/// # Examples
/// ```no_run
/// use gnutls::{ClientConfig, SrpUser};
///
/// let config = ClientConfig::builder().with_srp(SrpUser::new("alice", "correct horse")?).build()?;
/// # Ok::<(), gnutls::Error>(())
/// ```
#[derive(Clone)]
pub struct SrpUser {
    name: String,
    password: Arc<SecretBytes>,
}

/// What a server of GnuTLS takes, in bytes (`MAX_USERNAME_SIZE` of its source).
const LONGEST: usize = 128;

impl SrpUser {
    /// A name, of up to 128 bytes, and its password; both as RFC 8265 has them prepared, which for ASCII is as they are.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`](crate::ErrorKind::InvalidInput) if one is empty or has a NUL byte, or if the name is
    /// too long.
    pub fn new(name: impl Into<String>, password: impl Into<String>) -> Result<SrpUser> {
        const DOING: &str = "naming a user of SRP";
        let (name, password) = (name.into(), password.into());
        let password = SecretBytes::from(password.into_bytes());
        for (what, bytes) in [("name", name.as_bytes()), ("password", &*password)] {
            if bytes.is_empty() || bytes.contains(&0) {
                return Err(Error::input(DOING, format!("the {what} is empty, or has a NUL byte")));
            }
        }
        if name.len() > LONGEST {
            return Err(Error::input(DOING, format!("a name of {} bytes is longer than {LONGEST}", name.len())));
        }
        Ok(SrpUser { name, password: Arc::new(password) })
    }

    /// The name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The password.
    pub fn password(&self) -> &SecretBytes {
        &self.password
    }
}

impl fmt::Debug for SrpUser {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SrpUser").field("name", &self.name).finish_non_exhaustive()
    }
}
