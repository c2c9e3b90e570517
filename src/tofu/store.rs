//! Stores of the program's own, and how GnuTLS calls them.

use std::cell::RefCell;
use std::error::Error as StdError;
use std::ffi::{CStr, c_char, c_int};
use std::ptr;
use std::sync::Arc;
use std::time::SystemTime;

use gnutls_sys as sys;
use nix::libc::time_t;

use super::Known;
use crate::algorithm::Digest;
use crate::container::system_time;
use crate::error::Result;
use crate::ffi::callback::caught;
use crate::ffi::{check, copied, handle};
use crate::global;

/// Where the keys of hosts are kept: a data base, for example. Several threads may call it at once.
///
/// A panic goes on in the call of [`KnownHosts`](super::KnownHosts) that it was raised in, and an error is that call's.
///
/// Keys are those of certificates (SubjectPublicKeyInfo of RFC 5280, in DER). No service means any.
pub trait Store: Send + Sync {
    /// What is known of the key of a host, at this time.
    ///
    /// # Errors
    /// Whatever keeps it from saying.
    #[doc(alias = "gnutls_tdb_set_verify_func")]
    fn verify(&self, host: &str, service: Option<&str>, key: &[u8]) -> std::result::Result<Known, Failed>;

    /// Keeps the key of a host, for a time or for good (`None`).
    ///
    /// # Errors
    /// Whatever keeps it from keeping it.
    #[doc(alias = "gnutls_tdb_set_store_func")]
    fn store(
        &self,
        host: &str,
        service: Option<&str>,
        key: &[u8],
        expires: Option<SystemTime>,
    ) -> std::result::Result<(), Failed>;

    /// Keeps the digest of a key that a host will have, for a time or for good.
    ///
    /// # Errors
    /// Whatever keeps it from keeping it.
    #[doc(alias = "gnutls_tdb_set_store_commitment_func")]
    fn store_commitment(
        &self,
        host: &str,
        service: Option<&str>,
        digest: Digest,
        hash: &[u8],
        expires: Option<SystemTime>,
    ) -> std::result::Result<(), Failed>;
}

/// Why a store could not do what it was asked.
type Failed = Box<dyn StdError + Send + Sync>;

handle! {
    /// A `gnutls_tdb_t` and the duty to release it.
    Tdb(gnutls_tdb_t), gnutls_tdb_init, gnutls_tdb_deinit, "allocating a store of keys"
}

// SAFETY: three function pointers, without ties to the thread that made them.
unsafe impl Send for Tdb {}
// SAFETY: nobody changes them once they are set, which is before anybody else has it.
unsafe impl Sync for Tdb {}

impl Tdb {
    /// One whose functions call the store that is [in use](using).
    pub(super) fn of_stores() -> Result<Tdb> {
        let tdb = Tdb::new()?;
        // SAFETY: a fresh object; the function keeps the contract of its type.
        unsafe { sys::gnutls_tdb_set_verify_func(tdb.raw(), Some(verify)) };
        // SAFETY: as above.
        unsafe { sys::gnutls_tdb_set_store_func(tdb.raw(), Some(store)) };
        // SAFETY: as above.
        unsafe { sys::gnutls_tdb_set_store_commitment_func(tdb.raw(), Some(store_commitment)) };
        Ok(tdb)
    }
}

thread_local! {
    /// The stores of the calls on this thread, the innermost last: GnuTLS gives its callbacks no place to keep them.
    static STORES: RefCell<Vec<Arc<dyn Store>>> = const { RefCell::new(Vec::new()) };
}

/// Makes a call that may call the functions of a [`Tdb`], which then call `store`.
pub(super) fn using<R>(store: &Arc<dyn Store>, call: impl FnOnce() -> R) -> R {
    STORES.with_borrow_mut(|stores| stores.push(Arc::clone(store)));
    let result = call();
    STORES.with_borrow_mut(Vec::pop);
    result
}

fn in_use() -> std::result::Result<Arc<dyn Store>, Failed> {
    STORES.with_borrow(|stores| stores.last().cloned()).ok_or_else(|| "no store is in use".into())
}

unsafe extern "C" fn verify(
    _: *const c_char,
    host: *const c_char,
    service: *const c_char,
    key: *const sys::gnutls_datum_t,
) -> c_int {
    caught(sys::GNUTLS_E_DB_ERROR, || {
        // SAFETY: GnuTLS passes on the names of our call, and a key that is valid during this one.
        let (host, service, key) = unsafe { arguments(host, service, key) };
        Ok(match in_use()?.verify(&host, service.as_deref(), &key)? {
            Known::Same => 0,
            Known::Unknown => sys::GNUTLS_E_NO_CERTIFICATE_FOUND,
            Known::Different => sys::GNUTLS_E_CERTIFICATE_KEY_MISMATCH,
        })
    })
}

unsafe extern "C" fn store(
    _: *const c_char,
    host: *const c_char,
    service: *const c_char,
    expires: time_t,
    key: *const sys::gnutls_datum_t,
) -> c_int {
    caught(sys::GNUTLS_E_DB_ERROR, || {
        // SAFETY: as in `verify`.
        let (host, service, key) = unsafe { arguments(host, service, key) };
        in_use()?.store(&host, service.as_deref(), &key, time(expires))?;
        Ok(0)
    })
}

unsafe extern "C" fn store_commitment(
    _: *const c_char,
    host: *const c_char,
    service: *const c_char,
    expires: time_t,
    digest: sys::gnutls_digest_algorithm_t,
    hash: *const sys::gnutls_datum_t,
) -> c_int {
    caught(sys::GNUTLS_E_DB_ERROR, || {
        // SAFETY: as in `verify`.
        let (host, service, hash) = unsafe { arguments(host, service, hash) };
        let digest = Digest::from_raw(digest);
        in_use()?.store_commitment(&host, service.as_deref(), digest, &hash, time(expires))?;
        Ok(0)
    })
}

/// What GnuTLS passes on.
///
/// # Safety
/// The names are null or NUL-terminated strings; the datum is valid, and so are its bytes.
unsafe fn arguments(
    host: *const c_char,
    service: *const c_char,
    data: *const sys::gnutls_datum_t,
) -> (String, Option<String>, Vec<u8>) {
    // SAFETY: the caller's promise.
    let host = unsafe { text(host) };
    // SAFETY: as above.
    let service = unsafe { text(service) };
    // SAFETY: as above.
    let data = unsafe { &*data };
    // SAFETY: as above.
    (host.unwrap_or_default(), service, unsafe { copied(data) })
}

/// # Safety
/// `text` is null or a NUL-terminated string.
unsafe fn text(text: *const c_char) -> Option<String> {
    // SAFETY: the caller's promise.
    (!text.is_null()).then(|| unsafe { CStr::from_ptr(text) }.to_string_lossy().into_owned())
}

fn time(seconds: time_t) -> Option<SystemTime> {
    if seconds == 0 { None } else { system_time(seconds) }
}
