//! Tokens: what they are, and what they can do.

use std::ffi::{CStr, CString, c_ulong, c_void};
use std::ptr;

use gnutls_sys as sys;

use super::{Object, ObjectFlags, TokenFlags, UrlDetail, info, string};
use crate::error::{Error, Failure, Origin, Result};
use crate::ffi::{OwnedArray, Wiped, c_string, callback, check, until_end};
use crate::global;
use crate::secret::SecretBytes;

/// A token, by its URL.
///
/// # Examples
/// ```no_run
/// use gnutls::pkcs11::{ObjectFlags, Token, UrlDetail};
///
/// for token in Token::list(UrlDetail::Generic)? {
///     println!("{} at {}", token.label()?, token.url());
///     for object in token.objects(ObjectFlags::CERTIFICATES)? {
///         println!("  {}", object.label()?);
///     }
/// }
/// # Ok::<(), gnutls::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Token(CString);

/// A number of `CK_MECHANISM_TYPE`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Mechanism(pub c_ulong);

const DOING: &str = "asking a token";

impl Token {
    /// The tokens that are there.
    ///
    /// # Errors
    /// If a module fails.
    #[doc(alias = "gnutls_pkcs11_token_get_url")]
    pub fn list(detail: UrlDetail) -> Result<Vec<Token>> {
        global::ready()?;
        until_end(|index| {
            let url = string("listing tokens", |out| {
                // SAFETY: the out pointer is valid.
                unsafe { sys::gnutls_pkcs11_token_get_url(index, detail.raw(), out) }
            })?;
            Token::from_url(&url)
        })
    }

    /// The token of a URL: the first that fits it.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`](crate::ErrorKind::InvalidInput) for a NUL byte. Whether there is such a token, its use
    /// will tell.
    pub fn from_url(url: &str) -> Result<Token> {
        global::ready()?;
        Ok(Token(c_string(url, DOING)?))
    }

    /// Its URL.
    pub fn url(&self) -> &str {
        self.0.to_str().expect("made from text")
    }

    pub(super) fn as_c_str(&self) -> &CStr {
        &self.0
    }

    /// Its label, as its URL has it.
    ///
    /// # Errors
    /// If the URL is malformed.
    #[doc(alias = "gnutls_pkcs11_token_get_info")]
    pub fn label(&self) -> Result<String> {
        self.info(sys::GNUTLS_PKCS11_TOKEN_LABEL)
    }

    /// Its serial number, as its URL has it.
    ///
    /// # Errors
    /// If the URL is malformed.
    #[doc(alias = "gnutls_pkcs11_token_get_info")]
    pub fn serial(&self) -> Result<String> {
        self.info(sys::GNUTLS_PKCS11_TOKEN_SERIAL)
    }

    /// Its manufacturer, as its URL has it.
    ///
    /// # Errors
    /// If the URL is malformed.
    #[doc(alias = "gnutls_pkcs11_token_get_info")]
    pub fn manufacturer(&self) -> Result<String> {
        self.info(sys::GNUTLS_PKCS11_TOKEN_MANUFACTURER)
    }

    /// Its model, as its URL has it.
    ///
    /// # Errors
    /// If the URL is malformed.
    #[doc(alias = "gnutls_pkcs11_token_get_info")]
    pub fn model(&self) -> Result<String> {
        self.info(sys::GNUTLS_PKCS11_TOKEN_MODEL)
    }

    /// The file name of its module, as p11-kit is configured; empty for a module that [`Setup`](super::Setup) named.
    ///
    /// # Errors
    /// If the URL is malformed.
    #[doc(alias = "gnutls_pkcs11_token_get_info")]
    pub fn module(&self) -> Result<String> {
        self.info(sys::GNUTLS_PKCS11_TOKEN_MODNAME)
    }

    fn info(&self, kind: sys::gnutls_pkcs11_token_info_t) -> Result<String> {
        info(DOING, |buffer, size| {
            // SAFETY: a NUL-terminated URL; the buffer has the size that stands behind `size`.
            unsafe { sys::gnutls_pkcs11_token_get_info(self.0.as_ptr(), kind, buffer, size) }
        })
    }

    /// What it is, and in which state.
    ///
    /// # Errors
    /// If there is no such token.
    #[doc(alias = "gnutls_pkcs11_token_get_flags")]
    pub fn flags(&self) -> Result<TokenFlags> {
        let mut flags = 0;
        // SAFETY: a NUL-terminated URL and a valid out pointer.
        let code = unsafe { sys::gnutls_pkcs11_token_get_flags(self.0.as_ptr(), &mut flags) };
        check(code, DOING).map(|_| TokenFlags::from_raw(flags))
    }

    /// What it can compute.
    ///
    /// # Errors
    /// If there is no such token.
    #[doc(alias = "gnutls_pkcs11_token_get_mechanism")]
    pub fn mechanisms(&self) -> Result<Vec<Mechanism>> {
        // A missing token is told in the same words as the end of the list.
        self.flags()?;
        until_end(|index| {
            let mut mechanism: c_ulong = 0;
            // SAFETY: a NUL-terminated URL and a valid out pointer.
            let code = unsafe { sys::gnutls_pkcs11_token_get_mechanism(self.0.as_ptr(), index, &mut mechanism) };
            check(code, DOING).map(|_| Mechanism(mechanism))
        })
    }

    /// Whether it can compute this; false as well if there is no such token.
    #[doc(alias = "gnutls_pkcs11_token_check_mechanism")]
    pub fn has_mechanism(&self, mechanism: Mechanism) -> bool {
        // SAFETY: a NUL-terminated URL; null asks for no details.
        let found =
            unsafe { sys::gnutls_pkcs11_token_check_mechanism(self.0.as_ptr(), mechanism.0, ptr::null_mut(), 0, 0) };
        found == 1
    }

    /// `length` random bytes of the token's.
    ///
    /// # Errors
    /// If there is no such token, or if it has none.
    #[doc(alias = "gnutls_pkcs11_token_get_random")]
    pub fn random(&self, length: usize) -> Result<SecretBytes> {
        let mut bytes = Wiped::new(vec![0; length]);
        let start = bytes.as_mut_ptr().cast::<c_void>();
        // SAFETY: a NUL-terminated URL and a buffer of `length` bytes.
        let code = unsafe { sys::gnutls_pkcs11_token_get_random(self.0.as_ptr(), start, length) };
        check(code, "getting randomness from a token")?;
        Ok(bytes.into())
    }

    /// Erases the token and gives it a label and a PIN of the security officer. Its URL is another one after that.
    ///
    /// # Errors
    /// If the token refuses: a PIN that is too short, or not the one that it has.
    #[doc(alias = "gnutls_pkcs11_token_init")]
    pub fn initialize(&self, officer_pin: &str, label: &str) -> Result<()> {
        const DOING: &str = "initialising a token";
        let (pin, label) = (Wiped::c_string(officer_pin, DOING)?, c_string(label, DOING)?);
        // SAFETY: NUL-terminated strings that live through the call.
        let code = unsafe { sys::gnutls_pkcs11_token_init(self.0.as_ptr(), pin.as_c_ptr(), label.as_ptr()) };
        check(code, DOING).map(drop)
    }

    /// Sets the user's PIN. Without the old one this is the security officer's doing, whose PIN is asked for.
    ///
    /// # Errors
    /// If the token refuses.
    ///
    /// # Panics
    /// With the panic of the [`Pin`](crate::key::Pin) that is asked, if it raises one.
    #[doc(alias = "gnutls_pkcs11_token_set_pin")]
    pub fn set_user_pin(&self, old: Option<&str>, new: &str) -> Result<()> {
        self.set_pin(old, new, sys::GNUTLS_PIN_USER)
    }

    /// Sets the PIN of the security officer.
    ///
    /// # Errors
    /// If the token refuses.
    ///
    /// # Panics
    /// As [`set_user_pin`](Token::set_user_pin).
    #[doc(alias = "gnutls_pkcs11_token_set_pin")]
    pub fn set_officer_pin(&self, old: &str, new: &str) -> Result<()> {
        self.set_pin(Some(old), new, sys::GNUTLS_PIN_SO)
    }

    fn set_pin(&self, old: Option<&str>, new: &str, flags: u32) -> Result<()> {
        const DOING: &str = "setting the PIN of a token";
        let old = old.map(|old| Wiped::c_string(old, DOING)).transpose()?;
        let new = Wiped::c_string(new, DOING)?;
        let old = old.as_ref().map_or(ptr::null(), Wiped::as_c_ptr);
        let code = callback::entered(|| {
            // SAFETY: NUL-terminated strings that live through the call, or null.
            unsafe { sys::gnutls_pkcs11_token_set_pin(self.0.as_ptr(), old, new.as_c_ptr(), flags) }
        });
        callback::check(code, DOING).map(drop)
    }

    /// The objects, or those of the kinds that `flags` name; private ones with [`ObjectFlags::LOGIN`] only.
    ///
    /// # Errors
    /// If the PIN is wrong or missing.
    ///
    /// # Panics
    /// As [`set_user_pin`](Token::set_user_pin).
    #[doc(alias = "gnutls_pkcs11_obj_list_import_url4")]
    pub fn objects(&self, flags: ObjectFlags) -> Result<Vec<Object>> {
        const DOING: &str = "listing the objects of a token";
        let handles = callback::entered(|| {
            OwnedArray::filled(|start, length| {
                // SAFETY: a NUL-terminated URL and valid out pointers.
                unsafe { sys::gnutls_pkcs11_obj_list_import_url4(start, length, self.0.as_ptr(), flags.raw()) }
            })
        });
        let handles = handles.map_err(|code| match callback::check(code, DOING) {
            Err(error) => error,
            Ok(_) => Failure::of_code(code, Origin::Local, DOING).into(),
        })?;
        let owned = handles.as_slice().iter().map(|&raw| {
            // SAFETY: imported by GnuTLS for us; each is taken over once.
            unsafe { Object::from_raw(raw) }
        });
        Ok(owned.collect())
    }

    /// As [`objects`](Token::objects), but an error if there are more than `most`.
    ///
    /// # Errors
    /// As there, and [`ErrorKind::InvalidInput`](crate::ErrorKind::InvalidInput) if there are more.
    ///
    /// # Panics
    /// As there.
    #[doc(alias = "gnutls_pkcs11_obj_list_import_url3")]
    pub fn objects_up_to(&self, most: u32, flags: ObjectFlags) -> Result<Vec<Object>> {
        const DOING: &str = "listing the objects of a token";
        let mut room = vec![ptr::null_mut(); most as usize];
        let mut count = most;
        let start = room.as_mut_ptr();
        let code = callback::entered(|| {
            // SAFETY: a NUL-terminated URL and room for `count` handles.
            unsafe { sys::gnutls_pkcs11_obj_list_import_url3(start, &mut count, self.0.as_ptr(), flags.raw()) }
        });
        if code == sys::GNUTLS_E_SHORT_MEMORY_BUFFER {
            return Err(Error::input(DOING, format!("there are {count}, more than {most}")));
        }
        callback::check(code, DOING)?;
        room.truncate(count as usize);
        let owned = room.into_iter().map(|raw| {
            // SAFETY: imported by GnuTLS for us; each is taken over once.
            unsafe { Object::from_raw(raw) }
        });
        Ok(owned.collect())
    }
}
