//! Keys from other secrets: HKDF (RFC 5869) and PBKDF2 (RFC 8018).

use std::num::NonZeroU32;

use gnutls_sys as sys;

use super::unsupported;
use crate::algorithm::Mac;
use crate::error::{Error, Result};
use crate::ffi::{check, datum};
use crate::global;
use crate::secret::SecretBytes;

/// HKDF-Extract: a pseudorandom key, of the output size of `mac`, from a secret of any shape.
///
/// # Errors
/// [`ErrorKind::Unsupported`](crate::ErrorKind::Unsupported) if `mac` is no HMAC.
///
/// # Examples
/// ```
/// use gnutls::Mac;
/// use gnutls::crypto::{hkdf_expand, hkdf_extract};
///
/// let key = hkdf_extract(Mac::SHA256, b"a shared secret", b"salt")?;
/// let mut okm = [0; 42];
/// hkdf_expand(Mac::SHA256, &key, b"what for", &mut okm)?;
/// # Ok::<(), gnutls::Error>(())
/// ```
#[doc(alias = "gnutls_hkdf_extract")]
pub fn hkdf_extract(mac: Mac, secret: impl AsRef<[u8]>, salt: impl AsRef<[u8]>) -> Result<SecretBytes> {
    const DOING: &str = "extracting a key with HKDF";
    hmac(mac, DOING)?;
    let (secret, salt) = (datum(secret.as_ref(), DOING)?, datum(salt.as_ref(), DOING)?);
    let mut key = vec![0; mac.output_size()];
    // SAFETY: both data borrow the caller's slices; the output has the size that the algorithm fills.
    let code = unsafe { sys::gnutls_hkdf_extract(mac.raw(), &secret, &salt, key.as_mut_ptr().cast()) };
    check(code, DOING)?;
    Ok(key.into())
}

/// HKDF-Expand: fills `output` from a pseudorandom key, differently for each `info`.
///
/// # Errors
/// [`ErrorKind::InvalidInput`](crate::ErrorKind::InvalidInput) if more is asked for than 255 times the output size of
/// `mac`, [`ErrorKind::Unsupported`](crate::ErrorKind::Unsupported) if `mac` is no HMAC.
#[doc(alias = "gnutls_hkdf_expand")]
pub fn hkdf_expand(mac: Mac, key: impl AsRef<[u8]>, info: impl AsRef<[u8]>, output: &mut [u8]) -> Result<()> {
    const DOING: &str = "expanding a key with HKDF";
    hmac(mac, DOING)?;
    let most = 255 * mac.output_size();
    if output.len() > most {
        return Err(Error::input(DOING, format!("{mac} gives {most} bytes at most, not {}", output.len())));
    }
    let (key, info) = (datum(key.as_ref(), DOING)?, datum(info.as_ref(), DOING)?);
    let (start, length) = (output.as_mut_ptr().cast(), output.len());
    // SAFETY: both data borrow the caller's slices; the output and its length are one slice's.
    let code = unsafe { sys::gnutls_hkdf_expand(mac.raw(), &key, &info, start, length) };
    check(code, DOING).map(drop)
}

/// PBKDF2: fills `output` from a password. More iterations make guessing dearer, for the caller as well.
///
/// # Errors
/// [`ErrorKind::Unsupported`](crate::ErrorKind::Unsupported) if `mac` is no HMAC.
#[doc(alias = "gnutls_pbkdf2")]
pub fn pbkdf2(
    mac: Mac,
    password: impl AsRef<[u8]>,
    salt: impl AsRef<[u8]>,
    iterations: NonZeroU32,
    output: &mut [u8],
) -> Result<()> {
    const DOING: &str = "deriving a key from a password";
    hmac(mac, DOING)?;
    let (password, salt) = (datum(password.as_ref(), DOING)?, datum(salt.as_ref(), DOING)?);
    let (start, length) = (output.as_mut_ptr().cast(), output.len());
    // SAFETY: both data borrow the caller's slices; the output and its length are one slice's.
    let code = unsafe { sys::gnutls_pbkdf2(mac.raw(), &password, &salt, iterations.get(), start, length) };
    check(code, DOING).map(drop)
}

/// The functions here are built on HMAC; with another code GnuTLS would end the process.
fn hmac(mac: Mac, doing: &'static str) -> Result<()> {
    global::ready()?;
    if mac.is_hmac() { Ok(()) } else { Err(unsupported(doing, format!("{mac} is no HMAC"))) }
}
