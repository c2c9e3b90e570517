//! `gnutls_srp_client_credentials_t` and `gnutls_srp_server_credentials_t`: made from what a configuration says, and then
//! shared by sessions.

use std::ffi::c_void;
use std::ptr;

use gnutls_sys as sys;

use super::file::SrpFiles;
use super::{SrpDecoy, SrpSource, SrpUser};
use crate::error::{ErrorKind, Failure, Result};
use crate::ffi::{Wiped, check, datum, length, path_c_string};
use crate::global;

const CREATING: &str = "creating credentials of SRP";

/// The functions that GnuTLS asks for what code has: those of the engine, which know whose code it is.
#[derive(Clone, Copy)]
pub(crate) struct SrpFunctions {
    pub(crate) client: sys::gnutls_srp_client_credentials_function,
    pub(crate) server: sys::gnutls_srp_server_credentials_function,
}

/// The passwords of a configuration, or what was made of them, as GnuTLS has them.
pub(crate) struct SrpCredentials {
    raw: Raw,
}

enum Raw {
    Client(sys::gnutls_srp_client_credentials_t),
    Server(sys::gnutls_srp_server_credentials_t),
}

// SAFETY: the manual ("Thread safety") lets sessions of several threads share credentials that nobody changes; these are
// changed only where they are made.
unsafe impl Send for Raw {}
// SAFETY: as above.
unsafe impl Sync for Raw {}

impl SrpCredentials {
    /// Those of `source`. `decoy` is for servers.
    pub(crate) fn new(source: &SrpSource, decoy: Option<&SrpDecoy>, functions: SrpFunctions) -> Result<SrpCredentials> {
        global::ready()?;
        let raw = match source {
            SrpSource::User(_) | SrpSource::Choice(_) => Raw::client()?,
            SrpSource::Lookup(_) | SrpSource::Files(_) => Raw::server()?,
        };
        match (&raw, source) {
            (Raw::Client(raw), SrpSource::User(user)) => set_user(*raw, user)?,
            (Raw::Client(raw), _) => {
                // SAFETY: live credentials that nobody else uses; the function keeps the contract of its type.
                unsafe { sys::gnutls_srp_set_client_credentials_function(*raw, functions.client) };
            }
            (Raw::Server(raw), source) => {
                if let SrpSource::Files(files) = source {
                    set_files(*raw, files)?;
                }
                // Files or not: GnuTLS asks this first, and never reads files itself.
                // SAFETY: as above.
                unsafe { sys::gnutls_srp_set_server_credentials_function(*raw, functions.server) };
            }
        }
        if let (Raw::Server(raw), Some(decoy)) = (&raw, decoy) {
            const DOING: &str = "setting what unknown users of SRP see";
            let (seed, salt_length) = (datum(&decoy.seed, DOING)?, length(decoy.salt_length, DOING)?);
            // SAFETY: live credentials that nobody else uses; the view lives through the call, which copies it.
            unsafe { sys::gnutls_srp_set_server_fake_salt_seed(*raw, &seed, salt_length) };
        }
        Ok(SrpCredentials { raw })
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
    fn client() -> Result<Raw> {
        let mut raw = ptr::null_mut();
        // SAFETY: a valid place for the new credentials.
        check(unsafe { sys::gnutls_srp_allocate_client_credentials(&mut raw) }, CREATING)?;
        Ok(Raw::Client(raw))
    }

    fn server() -> Result<Raw> {
        let mut raw = ptr::null_mut();
        // SAFETY: a valid place for the new credentials.
        check(unsafe { sys::gnutls_srp_allocate_server_credentials(&mut raw) }, CREATING)?;
        Ok(Raw::Server(raw))
    }
}

impl Drop for Raw {
    fn drop(&mut self) {
        match *self {
            // SAFETY: made by us and freed once; sessions keep the owner of this value alive.
            Raw::Client(raw) => unsafe { sys::gnutls_srp_free_client_credentials(raw) },
            // SAFETY: as above.
            Raw::Server(raw) => unsafe { sys::gnutls_srp_free_server_credentials(raw) },
        }
    }
}

fn set_user(raw: sys::gnutls_srp_client_credentials_t, user: &SrpUser) -> Result<()> {
    const DOING: &str = "using a password";
    let name = Wiped::c_string(user.name(), DOING)?;
    let password = Wiped::new([user.password(), b"\0".as_slice()].concat());
    // SAFETY: live credentials that nobody else uses; both strings live through the call, which copies them.
    let code = unsafe { sys::gnutls_srp_set_client_credentials(raw, name.as_c_ptr(), password.as_c_ptr()) };
    check(code, DOING).map(drop)
}

/// GnuTLS sees whether it can read both files.
fn set_files(raw: sys::gnutls_srp_server_credentials_t, files: &SrpFiles) -> Result<()> {
    let doing = format!("using the SRP files {} and {}", files.users.display(), files.groups.display());
    for path in [&files.users, &files.groups] {
        // It has one error for whatever happens.
        if let Err(error) = std::fs::File::open(path) {
            return Err(Failure::new(ErrorKind::Credentials, doing).detail(error.to_string()).into());
        }
    }
    let users = path_c_string(&files.users, doing.clone())?;
    let groups = path_c_string(&files.groups, doing.clone())?;
    // SAFETY: live credentials that nobody else uses; both paths live through the call, which copies them.
    let code = unsafe { sys::gnutls_srp_set_server_credentials_file(raw, users.as_ptr(), groups.as_ptr()) };
    check(code, doing).map(drop)
}
