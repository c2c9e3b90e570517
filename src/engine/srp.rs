//! Asking the caller's code for passwords, or what was made of them, inside the handshake, whose frame holds both locks.

use std::ffi::{CStr, c_char, c_int, c_uint};

use gnutls_sys as sys;

use super::Engine;
use super::frame;
use crate::algorithm::KeyExchange;
use crate::credentials::{SrpCredentials, SrpFunctions, SrpGroup, SrpSource, SrpVerifier};
use crate::error::{Refusal, Result};
use crate::ffi::{Wiped, allocated, check, copied, give};

/// What GnuTLS calls for what code has.
pub(crate) const SRP_FUNCTIONS: SrpFunctions =
    SrpFunctions { client: Some(frame::choose_srp), server: Some(frame::find_srp) };

/// For `gnutls_srp_server_credentials_function`: GnuTLS goes on with a salt and a verifier of its own, so that nobody
/// learns which users there are.
const UNKNOWN_USER: c_int = 1;

/// What a session has of its configuration.
#[derive(Clone)]
pub(crate) struct Srp {
    pub(crate) source: SrpSource,
    /// The group that unknown users see.
    pub(crate) decoy: Option<SrpGroup>,
    /// The least size of the server's prime, in bits: a client's.
    pub(crate) prime_bits: u32,
}

/// Where a server's callback puts what it has of a user.
pub(super) struct SrpPlaces {
    pub(super) salt: *mut sys::gnutls_datum_t,
    pub(super) verifier: *mut sys::gnutls_datum_t,
    pub(super) generator: *mut sys::gnutls_datum_t,
    pub(super) prime: *mut sys::gnutls_datum_t,
}

impl Engine {
    /// Gives the session, which nobody else has yet, credentials that live as long as its configuration.
    pub(crate) fn set_srp(&mut self, credentials: &SrpCredentials) -> Result<()> {
        let prime_bits = self.terms.srp.as_ref().map_or(0, |srp| srp.prime_bits);
        // SAFETY: a fresh session.
        unsafe { sys::gnutls_srp_set_prime_bits(self.raw(), prime_bits) };
        // SAFETY: a fresh session; the caller keeps the credentials alive, which are of the session's side.
        let code = unsafe { sys::gnutls_credentials_set(self.raw(), sys::GNUTLS_CRD_SRP, credentials.raw()) };
        check(code, "setting the credentials of SRP").map(drop)
    }

    /// The callback of a client: 0 if it has given a name and a password.
    ///
    /// # Safety
    /// Both places may be written; what they get is C's to free.
    pub(super) unsafe fn choose_srp(&self, name: *mut *mut c_char, password: *mut *mut c_char) -> c_int {
        let Some(Srp { source: SrpSource::Choice(choose), .. }) = &self.terms.srp else {
            return sys::GNUTLS_E_INSUFFICIENT_CREDENTIALS;
        };
        let chosen = self.run_hook("with_srp_callback", |_| Ok(choose())).flatten();
        let Some(user) = chosen else { return sys::GNUTLS_E_INSUFFICIENT_CREDENTIALS };
        // GnuTLS frees neither if this fails, so the password, which would stay unwiped, comes last.
        for (text, place) in [(user.name().as_bytes(), name), (&**user.password(), password)] {
            let text = Wiped::new([text, b"\0"].concat());
            let Some(copy) = allocated(&text) else { return sys::GNUTLS_E_MEMORY_ERROR };
            // SAFETY: the caller's promise.
            unsafe { place.write(copy.cast()) };
        }
        0
    }

    /// Whether the server's group is large enough, once its key exchange has come: 0, or the error that ends the handshake.
    /// GnuTLS looks whether it is one of RFC 5054, and not at the bits that it was told.
    ///
    /// # Safety
    /// `body` is null, or a datum that is valid during the call.
    pub(super) unsafe fn look_at_srp_group(&self, message: c_uint, body: *const sys::gnutls_datum_t) -> c_int {
        let Some(srp) = self.terms.srp.as_ref().filter(|srp| srp.prime_bits > 0 && !self.is_server) else { return 0 };
        if message != sys::GNUTLS_HANDSHAKE_SERVER_KEY_EXCHANGE {
            return 0;
        }
        // SAFETY: a live session, whose both locks the frame of the handshake holds.
        let exchange = KeyExchange::from_raw(unsafe { sys::gnutls_kx_get(self.raw()) });
        if ![KeyExchange::SRP, KeyExchange::SRP_RSA, KeyExchange::SRP_DSS].contains(&exchange) {
            return 0;
        }
        // SAFETY: the caller's promise.
        let Some(body) = (unsafe { body.as_ref() }) else { return 0 };
        // SAFETY: the caller's promise.
        let body = unsafe { copied(body) };
        // It begins with the prime and its length (RFC 5054, section 2.8.2); GnuTLS says what is wrong with a malformed one.
        let Some(length) = body.first_chunk().map(|length| u16::from_be_bytes(*length)) else { return 0 };
        if u32::from(length) * 8 < srp.prime_bits { sys::GNUTLS_E_DH_PRIME_UNACCEPTABLE } else { 0 }
    }

    /// The callback of a server: 0 if it has given what it has of the user.
    ///
    /// # Safety
    /// `name` is a string that is valid during the call. All places may be written; what they get is C's to free, unless
    /// it is the library's own.
    pub(super) unsafe fn find_srp(&self, name: *const c_char, places: &SrpPlaces) -> c_int {
        let Some(Srp { source, decoy, .. }) = &self.terms.srp else {
            return sys::GNUTLS_E_INSUFFICIENT_CREDENTIALS;
        };
        // SAFETY: the caller's promise.
        let name = unsafe { CStr::from_ptr(name) }.to_str();
        let hook = match source {
            SrpSource::Files(_) => "with_srp_files",
            _ => "the lookup of with_srp",
        };
        let found = self.run_hook(hook, |_| match name {
            Ok(name) => source.find(name).map_err(Refusal::from),
            // Names are UTF-8 (RFC 5054, section 2.3).
            Err(_) => Ok(Err(None)),
        });
        match found {
            None => sys::GNUTLS_E_INTERNAL_ERROR,
            Some(Err(group)) => {
                // SAFETY: the caller's promise.
                unsafe { places.give_group(decoy.or(group).unwrap_or(SrpGroup::BITS_2048)) };
                UNKNOWN_USER
            }
            Some(Ok(found)) => {
                // SAFETY: the caller's promise.
                unsafe { places.give_group(found.group()) };
                // SAFETY: the caller's promise.
                if unsafe { places.give_user(&found) } { 0 } else { sys::GNUTLS_E_MEMORY_ERROR }
            }
        }
    }
}

impl SrpPlaces {
    /// # Safety
    /// As [`Engine::find_srp`].
    unsafe fn give_group(&self, group: SrpGroup) {
        let (prime, generator) = group.raw();
        for (from, to) in [(prime, self.prime), (generator, self.generator)] {
            // SAFETY: both are data; GnuTLS knows its own numbers by their address and does not free them.
            unsafe { to.copy_from_nonoverlapping(from, 1) };
        }
    }

    /// # Safety
    /// As [`Engine::find_srp`].
    unsafe fn give_user(&self, user: &SrpVerifier) -> bool {
        // SAFETY: the caller's promise.
        let salt = unsafe { give(user.salt(), self.salt) };
        // SAFETY: the caller's promise.
        salt && unsafe { give(user.verifier(), self.verifier) }
    }
}

/// The name of the user that a server's session was begun with, with both locks held.
pub(super) fn srp_username(session: sys::gnutls_session_t) -> Option<String> {
    // SAFETY: a live session, both locks held.
    let name = unsafe { sys::gnutls_srp_server_get_username(session) };
    if name.is_null() {
        return None;
    }
    // SAFETY: a NUL-terminated string in the session, which is copied at once.
    let name = unsafe { CStr::from_ptr(name) }.to_str().ok()?;
    // After a resumption GnuTLS (3.7.9) has the packed length in front of the name, which begins with a zero byte.
    (!name.is_empty()).then(|| name.to_owned())
}
