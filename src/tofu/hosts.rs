//! Asking for what is known, and keeping it.

use std::ffi::{CString, c_char, c_int};
use std::fmt;
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::ptr;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use gnutls_sys as sys;
use nix::libc::time_t;

use super::store::{Tdb, using};
use super::{Known, Store};
use crate::algorithm::Digest;
use crate::error::{Error, Failure, Result};
use crate::ffi::{c_string, callback, datum, path_c_string};
use crate::global;
use crate::key::PublicKey;
use crate::x509::Certificate;

/// The keys that hosts had before; cheap to clone.
#[derive(Clone)]
pub struct KnownHosts(Place);

#[derive(Clone)]
enum Place {
    User,
    File(PathBuf),
    Store(Arc<dyn Store>, Arc<Tdb>),
}

/// What GnuTLS calls the two forms that a key can come in.
enum Shown {
    Certificate(Vec<u8>),
    Key(Vec<u8>),
}

const VERIFYING: &str = "looking whether the key of a host is known";
const STORING: &str = "keeping the key of a host";
const COMMITTING: &str = "keeping the digest of a host's key";

impl KnownHosts {
    /// In the user's file, `known_hosts` in the directory `.gnutls` at home, where `gnutls-cli --tofu` has them, too.
    #[must_use]
    pub fn of_user() -> KnownHosts {
        KnownHosts(Place::User)
    }

    /// In a file of the same form: a line for each key. It need not be there yet.
    #[must_use]
    pub fn in_file(path: impl AsRef<Path>) -> KnownHosts {
        KnownHosts(Place::File(path.as_ref().to_owned()))
    }

    /// In a store of the program's own.
    ///
    /// # Errors
    /// If memory runs out.
    #[doc(alias = "gnutls_tdb_t")]
    #[doc(alias = "gnutls_tdb_init")]
    #[doc(alias = "gnutls_tdb_deinit")]
    pub fn in_store(store: impl Store + 'static) -> Result<KnownHosts> {
        Ok(KnownHosts(Place::Store(Arc::new(store), Arc::new(Tdb::of_stores()?))))
    }

    /// What is known of a certificate's key: whether it is the host's. A service, such as a port ("443"), tells the servers
    /// of a host apart; without one, the keys of all its services will do.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`](crate::ErrorKind::InvalidInput) for a name that cannot stand in a file (empty, or with
    /// `|` or a control character, or beginning with `*`). [`ErrorKind::Transport`](crate::ErrorKind::Transport) if the
    /// file is there and cannot be read; the error of the [`Store`].
    ///
    /// # Panics
    /// With the panic of the [`Store`].
    #[doc(alias = "gnutls_verify_stored_pubkey")]
    pub fn verify(&self, host: &str, service: Option<&str>, shown: &Certificate) -> Result<Known> {
        self.compare(host, service, Shown::Certificate(shown.to_der()))
    }

    /// [`verify`](KnownHosts::verify) for a key without a certificate (RFC 7250).
    ///
    /// # Errors
    /// As there.
    ///
    /// # Panics
    /// As there.
    #[doc(alias = "gnutls_verify_stored_pubkey")]
    pub fn verify_key(&self, host: &str, service: Option<&str>, shown: &PublicKey) -> Result<Known> {
        self.compare(host, service, Shown::Key(shown.to_der()?))
    }

    /// Keeps a certificate's key as that of a host, for a time or for good (`None`); of a service, or of all. What was kept
    /// before stays: the host may have either.
    ///
    /// # Errors
    /// As for [`verify`](KnownHosts::verify); `GNUTLS_E_DB_ERROR` if the file cannot be written.
    ///
    /// # Panics
    /// As there.
    #[doc(alias = "gnutls_store_pubkey")]
    pub fn store(
        &self,
        host: &str,
        service: Option<&str>,
        shown: &Certificate,
        expires: Option<SystemTime>,
    ) -> Result<()> {
        self.keep(host, service, Shown::Certificate(shown.to_der()), expires)
    }

    /// [`store`](KnownHosts::store) for a key without a certificate (RFC 7250).
    ///
    /// # Errors
    /// As there.
    ///
    /// # Panics
    /// As there.
    #[doc(alias = "gnutls_store_pubkey")]
    pub fn store_key(
        &self,
        host: &str,
        service: Option<&str>,
        shown: &PublicKey,
        expires: Option<SystemTime>,
    ) -> Result<()> {
        self.keep(host, service, Shown::Key(shown.to_der()?), expires)
    }

    /// Keeps the digest of the key that a host has or will have (of its SubjectPublicKeyInfo, RFC 5280, in DER), for a time
    /// or for good: [`verify`](KnownHosts::verify) takes that key for the [same](Known::Same).
    ///
    /// # Errors
    /// As for [`store`](KnownHosts::store), and if `hash` has not the length of the digest, or the digest is not secure.
    ///
    /// # Panics
    /// As there.
    #[doc(alias = "gnutls_store_commitment")]
    pub fn store_commitment(
        &self,
        host: &str,
        service: Option<&str>,
        digest: Digest,
        hash: &[u8],
        expires: Option<SystemTime>,
    ) -> Result<()> {
        if hash.is_empty() {
            return Err(Error::input(COMMITTING, "the digest is empty"));
        }
        let (names, hash) = (Names::new(host, service, COMMITTING)?, datum(hash, COMMITTING)?);
        self.call(COMMITTING, |file, tdb| {
            let (host, service) = names.raw();
            // SAFETY: a file or a store, names and a digest that live through the call and are only read.
            unsafe { sys::gnutls_store_commitment(file, tdb, host, service, digest.raw(), &hash, seconds(expires), 0) }
        })
        .and_then(|code| callback::check(code, COMMITTING).map(drop))
        .map_err(|error| match error.code() {
            Some(code) if code.raw() == sys::GNUTLS_E_INVALID_REQUEST => {
                Error::input(COMMITTING, "it has not the length of the digest")
            }
            _ => error,
        })
    }

    fn compare(&self, host: &str, service: Option<&str>, shown: Shown) -> Result<Known> {
        if let Place::File(path) = &self.0 {
            readable(path)?;
        }
        let names = Names::new(host, service, VERIFYING)?;
        let (kind, bytes) = shown.parts();
        let data = datum(bytes, VERIFYING)?;
        let code = self.call(VERIFYING, |file, tdb| {
            let (host, service) = names.raw();
            // SAFETY: a file or a store, names and a key that live through the call and are only read.
            unsafe { sys::gnutls_verify_stored_pubkey(file, tdb, host, service, kind, &data, 0) }
        })?;
        match (code, callback::check(code, VERIFYING)) {
            (0, _) => Ok(Known::Same),
            (sys::GNUTLS_E_CERTIFICATE_KEY_MISMATCH, _) => Ok(Known::Different),
            // GnuTLS has this code for a store that failed, too: it has said why then.
            (sys::GNUTLS_E_NO_CERTIFICATE_FOUND, Err(error)) if std::error::Error::source(&error).is_none() => {
                Ok(Known::Unknown)
            }
            (_, result) => result.map(|_| Known::Unknown),
        }
    }

    fn keep(&self, host: &str, service: Option<&str>, shown: Shown, expires: Option<SystemTime>) -> Result<()> {
        let names = Names::new(host, service, STORING)?;
        let (kind, bytes) = shown.parts();
        let data = datum(bytes, STORING)?;
        let code = self.call(STORING, |file, tdb| {
            let (host, service) = names.raw();
            // SAFETY: a file or a store, names and a key that live through the call and are only read.
            unsafe { sys::gnutls_store_pubkey(file, tdb, host, service, kind, &data, seconds(expires), 0) }
        })?;
        callback::check(code, STORING).map(drop)
    }

    /// Makes a call with the file or the store, which is null if it is not there: both are for the user's file.
    fn call(&self, doing: &'static str, call: impl FnOnce(*const c_char, sys::gnutls_tdb_t) -> c_int) -> Result<c_int> {
        global::ready()?;
        Ok(match &self.0 {
            Place::User => callback::entered(|| call(ptr::null(), ptr::null_mut())),
            Place::File(path) => {
                let path = path_c_string(path, doing)?;
                callback::entered(|| call(path.as_ptr(), ptr::null_mut()))
            }
            Place::Store(store, tdb) => callback::entered(|| using(store, || call(ptr::null(), tdb.raw()))),
        })
    }
}

impl Shown {
    fn parts(&self) -> (sys::gnutls_certificate_type_t, &[u8]) {
        match self {
            Shown::Certificate(der) => (sys::GNUTLS_CRT_X509, der),
            Shown::Key(der) => (sys::GNUTLS_CRT_RAWPK, der),
        }
    }
}

/// Whom a key belongs to, as C has it.
struct Names {
    host: CString,
    service: Option<CString>,
}

impl Names {
    fn new(host: &str, service: Option<&str>, doing: &'static str) -> Result<Names> {
        let name = |what: &str, name: &str| {
            // GnuTLS writes them into lines as they are, and takes what begins with a star for everybody.
            if name.is_empty() || name.starts_with('*') || name.contains(|one: char| one == '|' || one.is_control()) {
                return Err(Error::input(doing, format!("{name:?} is no name of a {what} that can be kept")));
            }
            c_string(name, doing)
        };
        Ok(Names { host: name("host", host)?, service: service.map(|text| name("service", text)).transpose()? })
    }

    fn raw(&self) -> (*const c_char, *const c_char) {
        (self.host.as_ptr(), self.service.as_ref().map_or(ptr::null(), |service| service.as_ptr()))
    }
}

/// GnuTLS takes a file that it cannot read for one that is not there yet.
fn readable(path: &Path) -> Result<()> {
    match File::open(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            Err(Failure::of_io(error, format!("reading the keys of hosts in {}", path.display())).into())
        }
        _ => Ok(()),
    }
}

/// GnuTLS's time: 0 is for good, so the very beginning is a second later.
fn seconds(expires: Option<SystemTime>) -> time_t {
    let Some(expires) = expires else { return 0 };
    let since = expires.duration_since(UNIX_EPOCH).map_or(1, |since| since.as_secs().max(1));
    time_t::try_from(since).unwrap_or(time_t::MAX)
}

impl fmt::Debug for KnownHosts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Place::User => f.write_str("KnownHosts(the user's)"),
            Place::File(path) => write!(f, "KnownHosts({})", path.display()),
            Place::Store(..) => f.write_str("KnownHosts(a store)"),
        }
    }
}
