//! `gnutls_psk_client_credentials_t` and `gnutls_psk_server_credentials_t`: made from what a configuration says, and then
//! shared by sessions.

use std::ffi::{CString, c_void};
use std::path::Path;
use std::ptr;

use gnutls_sys as sys;

use super::psk::{Psk, PskSource};
use crate::algorithm::Mac;
use crate::error::{ErrorKind, Failure, Result};
use crate::ffi::{c_string, check, datum, path_c_string};
use crate::global;

const CREATING: &str = "creating credentials of pre-shared keys";

/// The functions that GnuTLS asks for keys that code has: those of the engine, which know whose code it is.
#[derive(Clone, Copy)]
pub(crate) struct PskFunctions {
    pub(crate) client: sys::gnutls_psk_client_credentials_function2,
    pub(crate) server: sys::gnutls_psk_server_credentials_function2,
    #[cfg(gnutls_3_8_1)]
    pub(crate) client_importing: sys::gnutls_psk_client_credentials_function3,
    #[cfg(gnutls_3_8_1)]
    pub(crate) server_importing: sys::gnutls_psk_server_credentials_function3,
}

/// The keys of a configuration, as GnuTLS has them.
pub(crate) struct PskCredentials {
    raw: Raw,
}

enum Raw {
    Client(sys::gnutls_psk_client_credentials_t),
    Server(sys::gnutls_psk_server_credentials_t),
}

// SAFETY: the manual ("Thread safety") lets sessions of several threads share credentials that nobody changes; these are
// changed only where they are made.
unsafe impl Send for Raw {}
// SAFETY: as above.
unsafe impl Sync for Raw {}

impl PskCredentials {
    /// Those of `source`. `binder`: the keys are for this hash (TLS 1.3). A server's `hint` is for clients with several keys.
    pub(crate) fn new(
        source: &PskSource,
        binder: Option<Mac>,
        hint: Option<&str>,
        functions: PskFunctions,
    ) -> Result<PskCredentials> {
        global::ready()?;
        let raw = match source {
            PskSource::Key(_) | PskSource::Choice(_) => Raw::client(binder)?,
            #[cfg(gnutls_3_8_1)]
            PskSource::Imported(_) => Raw::server(binder)?,
            PskSource::Lookup(_) | PskSource::File(_) => Raw::server(binder)?,
        };
        match (&raw, source) {
            #[cfg(gnutls_3_8_1)]
            (Raw::Client(raw), source) if !matches!(source, PskSource::Key(psk) if !psk.is_imported()) => {
                // SAFETY: live credentials that nobody else uses; the function keeps the contract of its type.
                unsafe { sys::gnutls_psk_set_client_credentials_function3(*raw, functions.client_importing) };
            }
            (Raw::Client(raw), PskSource::Key(psk)) => set_key(*raw, psk)?,
            (Raw::Client(raw), _) => {
                // SAFETY: live credentials that nobody else uses; the function keeps the contract of its type.
                unsafe { sys::gnutls_psk_set_client_credentials_function2(*raw, functions.client) };
            }
            #[cfg(gnutls_3_8_1)]
            (Raw::Server(raw), PskSource::Imported(_)) => {
                // SAFETY: as above.
                unsafe { sys::gnutls_psk_set_server_credentials_function3(*raw, functions.server_importing) };
            }
            (Raw::Server(raw), PskSource::File(path)) => set_file(*raw, path)?,
            (Raw::Server(raw), _) => {
                // SAFETY: as above.
                unsafe { sys::gnutls_psk_set_server_credentials_function2(*raw, functions.server) };
            }
        }
        if let (Raw::Server(raw), Some(hint)) = (&raw, hint) {
            set_hint(*raw, hint)?;
        }
        Ok(PskCredentials { raw })
    }

    /// What `gnutls_credentials_set` takes.
    pub(crate) fn raw(&self) -> *mut c_void {
        match self.raw {
            Raw::Client(raw) => raw.cast(),
            Raw::Server(raw) => raw.cast(),
        }
    }
}

impl Raw {
    fn client(binder: Option<Mac>) -> Result<Raw> {
        let mut raw = ptr::null_mut();
        let code = match binder {
            // SAFETY: a valid place for the new credentials; GnuTLS checks the number.
            #[cfg(gnutls_3_8_11)]
            Some(hash) => unsafe { sys::gnutls_psk_allocate_client_credentials2(&mut raw, hash.raw()) },
            // SAFETY: a valid place for the new credentials.
            _ => unsafe { sys::gnutls_psk_allocate_client_credentials(&mut raw) },
        };
        check(code, CREATING)?;
        Ok(Raw::Client(raw))
    }

    /// Those of a server offer finite fields, too, in the groups of RFC 7919, to clients that know no curves (TLS 1.2).
    fn server(binder: Option<Mac>) -> Result<Raw> {
        let mut raw = ptr::null_mut();
        let code = match binder {
            // SAFETY: a valid place for the new credentials; GnuTLS checks the number.
            #[cfg(gnutls_3_8_11)]
            Some(hash) => unsafe { sys::gnutls_psk_allocate_server_credentials2(&mut raw, hash.raw()) },
            // SAFETY: a valid place for the new credentials.
            _ => unsafe { sys::gnutls_psk_allocate_server_credentials(&mut raw) },
        };
        check(code, CREATING)?;
        let owner = Raw::Server(raw);
        // SAFETY: live credentials that nobody else uses.
        let code = unsafe { sys::gnutls_psk_set_server_known_dh_params(raw, sys::GNUTLS_SEC_PARAM_MEDIUM) };
        check(code, "choosing a Diffie-Hellman group")?;
        Ok(owner)
    }
}

impl Drop for Raw {
    fn drop(&mut self) {
        match *self {
            // SAFETY: made by us and freed once; sessions keep the owner of this value alive. The key is wiped.
            Raw::Client(raw) => unsafe { sys::gnutls_psk_free_client_credentials(raw) },
            // SAFETY: as above.
            Raw::Server(raw) => unsafe { sys::gnutls_psk_free_server_credentials(raw) },
        }
    }
}

fn set_key(raw: sys::gnutls_psk_client_credentials_t, psk: &Psk) -> Result<()> {
    const DOING: &str = "using a pre-shared key";
    let (identity, key) = (datum(psk.identity(), DOING)?, datum(psk.key(), DOING)?);
    let code = match CString::new(psk.identity()) {
        // SAFETY: live credentials that nobody else uses; the text and the view live through the call, which copies them.
        Ok(text) => unsafe {
            sys::gnutls_psk_set_client_credentials(raw, text.as_ptr(), &key, sys::GNUTLS_PSK_KEY_RAW)
        },
        // There is a NUL byte in it.
        // SAFETY: as above, with two views.
        Err(_) => unsafe { sys::gnutls_psk_set_client_credentials2(raw, &identity, &key, sys::GNUTLS_PSK_KEY_RAW) },
    };
    check(code, DOING).map(drop)
}

fn set_file(raw: sys::gnutls_psk_server_credentials_t, path: &Path) -> Result<()> {
    let doing = format!("using the pre-shared keys of {}", path.display());
    let c_path = path_c_string(path, doing.clone())?;
    // GnuTLS opens it for each handshake, and has one error for whatever happens then.
    if let Err(error) = std::fs::File::open(path) {
        return Err(Failure::new(ErrorKind::Credentials, doing).detail(error.to_string()).into());
    }
    // SAFETY: live credentials that nobody else uses; the path lives through the call, which copies it.
    check(unsafe { sys::gnutls_psk_set_server_credentials_file(raw, c_path.as_ptr()) }, doing).map(drop)
}

fn set_hint(raw: sys::gnutls_psk_server_credentials_t, hint: &str) -> Result<()> {
    const DOING: &str = "setting the hint for pre-shared keys";
    let hint = c_string(hint, DOING)?;
    // SAFETY: live credentials that nobody else uses; the text lives through the call, which copies it.
    check(unsafe { sys::gnutls_psk_set_server_credentials_hint(raw, hint.as_ptr()) }, DOING).map(drop)
}
