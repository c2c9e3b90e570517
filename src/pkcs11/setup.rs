//! What holds for all tokens: the modules, the PIN, the request to put a token in.

use std::ffi::{CStr, CString, c_char, c_int, c_uint, c_void};
use std::path::Path;
use std::ptr;
use std::sync::{Arc, Once};

use gnutls_sys as sys;
use parking_lot::RwLock;

use crate::error::{Error, Result};
use crate::ffi::{c_string, callback, check, path_c_string};
use crate::global;
use crate::key::{Pin, PinBox, ask};

const DOING: &str = "loading PKCS#11 modules";

/// Chooses the PKCS#11 modules of the process, in place of those that p11-kit is configured with.
#[derive(Clone, Debug)]
#[must_use = "nothing is chosen until the setup is applied"]
pub struct Setup {
    flags: c_uint,
    providers: Vec<(CString, Option<CString>)>,
}

impl Setup {
    /// Only the modules that are named.
    pub fn manual() -> Setup {
        Setup { flags: sys::GNUTLS_PKCS11_FLAG_MANUAL, providers: Vec::new() }
    }

    /// Those that p11-kit is configured with, and what is named.
    pub fn auto() -> Setup {
        Setup { flags: sys::GNUTLS_PKCS11_FLAG_AUTO, providers: Vec::new() }
    }

    /// Of those that p11-kit is configured with, the trusted ones; and what is named.
    pub fn auto_trusted() -> Setup {
        Setup { flags: sys::GNUTLS_PKCS11_FLAG_AUTO | sys::GNUTLS_PKCS11_FLAG_AUTO_TRUSTED, providers: Vec::new() }
    }

    /// Names a module. `parameters` are GnuTLS's: `trusted`, for a module with trusted authorities.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`](crate::ErrorKind::InvalidInput) for a NUL byte.
    pub fn provider(mut self, module: impl AsRef<Path>, parameters: Option<&str>) -> Result<Setup> {
        let module = path_c_string(module.as_ref(), DOING)?;
        let parameters = parameters.map(|text| c_string(text, DOING)).transpose()?;
        self.providers.push((module, parameters));
        Ok(self)
    }

    /// Loads the modules. GnuTLS keeps them without a lock: this must come before all other use of this crate.
    ///
    /// # Errors
    /// [`ErrorKind::Misuse`](crate::ErrorKind::Misuse) if GnuTLS is in use already, and another if a module cannot be
    /// loaded.
    #[doc(alias = "gnutls_pkcs11_init")]
    #[doc(alias = "gnutls_pkcs11_add_provider")]
    pub fn apply(self) -> Result<()> {
        let mut code = 0;
        let first = global::before_first_use(|| {
            // SAFETY: nobody else is in the library; null is no configuration file.
            code = unsafe { sys::gnutls_pkcs11_init(self.flags, ptr::null()) };
            for (module, parameters) in &self.providers {
                if code < 0 {
                    break;
                }
                let parameters = parameters.as_ref().map_or(ptr::null(), |text| text.as_ptr());
                // SAFETY: as above; NUL-terminated strings that live through the call, or null.
                code = unsafe { sys::gnutls_pkcs11_add_provider(module.as_ptr(), parameters) };
            }
        })?;
        if !first {
            return Err(Error::misuse(DOING, "GnuTLS is in use already"));
        }
        check(code, DOING).map(drop)
    }
}

/// Makes the modules usable in a process that has forked. GnuTLS does so by itself where it notices.
///
/// # Errors
/// If a module refuses.
///
/// # Safety
/// No other thread is in a call that concerns tokens.
#[doc(alias = "gnutls_pkcs11_reinit")]
pub unsafe fn reinit() -> Result<()> {
    global::ready()?;
    // SAFETY: the caller's promise.
    check(unsafe { sys::gnutls_pkcs11_reinit() }, "initialising PKCS#11 modules again").map(drop)
}

/// Unloads all modules.
///
/// # Safety
/// No other thread is in a call that concerns tokens, and no object or key of a token is used, or dropped, after this.
#[doc(alias = "gnutls_pkcs11_deinit")]
pub unsafe fn deinit() {
    // SAFETY: the caller's promise.
    unsafe { sys::gnutls_pkcs11_deinit() };
}

static DEFAULT_PIN: RwLock<Option<Arc<dyn Pin>>> = RwLock::new(None);

/// Who is asked for PINs that no object, key or URL answers for, and for the passwords of encrypted keys that are read without
/// one; `None`: nobody. A panic goes on in the call that asked.
#[doc(alias = "gnutls_pkcs11_set_pin_function")]
pub fn set_default_pin(pin: Option<Arc<dyn Pin>>) {
    static INSTALLED: Once = Once::new();
    INSTALLED.call_once(|| {
        // SAFETY: the callback lives as long as the process and needs no data. C reads the one pointer that is stored here
        // as a whole.
        unsafe { sys::gnutls_pkcs11_set_pin_function(Some(ask_default), ptr::null_mut()) };
    });
    *DEFAULT_PIN.write() = pin;
}

/// Whether somebody is asked by default: what [`set_default_pin`] set, or C code in this process.
#[doc(alias = "gnutls_pkcs11_get_pin_function")]
pub fn has_default_pin() -> bool {
    let mut userdata = ptr::null_mut();
    // SAFETY: the out pointer is valid.
    let function = unsafe { sys::gnutls_pkcs11_get_pin_function(&mut userdata) };
    let ours = function.is_some_and(|function| ptr::fn_addr_eq(function, ask_default as AskDefault));
    if ours { DEFAULT_PIN.read().is_some() } else { function.is_some() }
}

type AskDefault =
    unsafe extern "C" fn(*mut c_void, c_int, *const c_char, *const c_char, c_uint, *mut c_char, usize) -> c_int;

unsafe extern "C" fn ask_default(
    _: *mut c_void,
    attempt: c_int,
    url: *const c_char,
    label: *const c_char,
    flags: c_uint,
    pin: *mut c_char,
    pin_max: usize,
) -> c_int {
    let Some(asked) = DEFAULT_PIN.read().clone() else { return sys::GNUTLS_E_PKCS11_PIN_ERROR };
    let asked = PinBox::new(asked);
    // SAFETY: C's own arguments, and a box that lives through the call.
    unsafe { ask(asked.as_userdata(), attempt, url, label, flags, pin, pin_max) }
}

/// Asked to have a token put in: its label, and how often it was asked before. False ends the operation.
pub type TokenPrompt = dyn Fn(&str, u32) -> bool + Send + Sync;

static TOKEN_PROMPT: RwLock<Option<Arc<TokenPrompt>>> = RwLock::new(None);

/// Who is asked when a token is missing; `None`: nobody, which ends the operation.
#[doc(alias = "gnutls_pkcs11_set_token_function")]
#[doc(alias = "gnutls_pkcs11_token_callback_t")]
pub fn set_token_prompt(prompt: Option<Arc<TokenPrompt>>) {
    static INSTALLED: Once = Once::new();
    INSTALLED.call_once(|| {
        // SAFETY: as in set_default_pin.
        unsafe { sys::gnutls_pkcs11_set_token_function(Some(prompt_for_token), ptr::null_mut()) };
    });
    *TOKEN_PROMPT.write() = prompt;
}

unsafe extern "C" fn prompt_for_token(_: *mut c_void, label: *const c_char, retry: c_uint) -> c_int {
    callback::caught(sys::GNUTLS_E_PKCS11_TOKEN_ERROR, || {
        let Some(prompt) = TOKEN_PROMPT.read().clone() else { return Ok(sys::GNUTLS_E_PKCS11_TOKEN_ERROR) };
        // SAFETY: a NUL-terminated string of C's that lives through the callback.
        let label = unsafe { CStr::from_ptr(label) }.to_string_lossy();
        Ok(if prompt(&label, retry) { 0 } else { sys::GNUTLS_E_PKCS11_TOKEN_ERROR })
    })
}
