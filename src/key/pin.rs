//! The question for a PIN, put to the program.

use std::ffi::{CStr, c_char, c_int, c_uint, c_void};
use std::sync::Arc;

use gnutls_sys as sys;

use super::external::Cause;
use crate::ffi::{Wiped, callback};
use crate::secret::SecretBytes;

/// Answers the question for a PIN or a password of a token, a key or a store.
///
/// A closure `Fn(&PinRequest) -> Result<SecretBytes, Cause>` is one.
#[doc(alias = "gnutls_pin_callback_t")]
pub trait Pin: Send + Sync {
    /// The PIN. An error ends the operation that needs it and becomes the source of its error.
    ///
    /// # Errors
    /// If there is none.
    fn pin(&self, request: &PinRequest<'_>) -> Result<SecretBytes, Cause>;
}

impl<F> Pin for F
where
    F: Fn(&PinRequest<'_>) -> Result<SecretBytes, Cause> + Send + Sync,
{
    fn pin(&self, request: &PinRequest<'_>) -> Result<SecretBytes, Cause> {
        self(request)
    }
}

/// What a PIN is asked for.
#[derive(Clone, Copy, Debug)]
pub struct PinRequest<'a> {
    url: &'a str,
    label: &'a str,
    attempt: u32,
    flags: c_uint,
}

impl PinRequest<'_> {
    /// The URL of the token or the key.
    pub fn url(&self) -> &str {
        self.url
    }

    /// The label of the token, for people.
    pub fn label(&self) -> &str {
        self.label
    }

    /// How many answers have been wrong.
    pub fn attempt(&self) -> u32 {
        self.attempt
    }

    /// Whether the answer before was wrong.
    pub fn was_wrong(&self) -> bool {
        self.flags & sys::GNUTLS_PIN_WRONG != 0
    }

    /// Whether a wrong answer now locks the token.
    pub fn is_final_try(&self) -> bool {
        self.flags & sys::GNUTLS_PIN_FINAL_TRY != 0
    }

    /// Whether few tries are left.
    pub fn few_tries_left(&self) -> bool {
        self.flags & sys::GNUTLS_PIN_COUNT_LOW != 0
    }

    /// Whether the PIN of the token's security officer is asked for, not the user's.
    pub fn is_for_security_officer(&self) -> bool {
        self.flags & sys::GNUTLS_PIN_SO != 0
    }

    /// Whether the PIN is for one operation with this key alone.
    pub fn is_for_one_operation(&self) -> bool {
        self.flags & sys::GNUTLS_PIN_CONTEXT_SPECIFIC != 0
    }
}

/// A [`Pin`] at a fixed place, for C.
pub(crate) struct PinBox(Arc<dyn Pin>);

impl PinBox {
    pub(crate) fn new(pin: Arc<dyn Pin>) -> Box<PinBox> {
        Box::new(PinBox(pin))
    }

    /// Another place for the same.
    pub(crate) fn another(&self) -> Box<PinBox> {
        PinBox::new(Arc::clone(&self.0))
    }

    pub(crate) fn as_userdata(&self) -> *mut c_void {
        (&raw const *self).cast_mut().cast()
    }
}

/// Makes a call with the callback that asks `pin`, and what that callback is to be given. Neither may be kept.
pub(crate) fn asking<R>(pin: Arc<dyn Pin>, call: impl FnOnce(sys::gnutls_pin_callback_t, *mut c_void) -> R) -> R {
    let pin = PinBox::new(pin);
    call(Some(ask), pin.as_userdata())
}

/// The callback: `userdata` is a [`PinBox`].
pub(crate) unsafe extern "C" fn ask(
    userdata: *mut c_void,
    attempt: c_int,
    url: *const c_char,
    label: *const c_char,
    flags: c_uint,
    pin: *mut c_char,
    pin_max: usize,
) -> c_int {
    callback::caught(sys::GNUTLS_E_PKCS11_PIN_ERROR, || {
        // SAFETY: what we set, which lives as long as the object that calls back.
        let PinBox(asked) = unsafe { &*userdata.cast::<PinBox>() };
        // SAFETY: null or a NUL-terminated string that lives through the callback.
        let url = unsafe { text(url) };
        // SAFETY: as above.
        let label = unsafe { text(label) };
        let attempt = attempt.try_into().unwrap_or(0);
        let answer = asked.pin(&PinRequest { url: &url, label: &label, attempt, flags })?;
        if answer.len() >= pin_max || answer.contains(&0) {
            return Err("the PIN is too long, or has a NUL byte".into());
        }
        let answer = Wiped::new([&answer, &[0][..]].concat());
        // SAFETY: C's buffer has room for `pin_max` bytes, which is no less than the answer has with its NUL.
        unsafe { pin.cast::<u8>().copy_from_nonoverlapping(answer.as_ptr(), answer.len()) };
        Ok(0)
    })
}

/// The text behind a pointer of C's.
///
/// # Safety
/// Null, or a NUL-terminated string.
unsafe fn text(pointer: *const c_char) -> String {
    if pointer.is_null() {
        return String::new();
    }
    // SAFETY: the caller's promise.
    unsafe { CStr::from_ptr(pointer) }.to_string_lossy().into_owned()
}
