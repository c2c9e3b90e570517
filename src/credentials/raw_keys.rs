//! Raw public keys that GnuTLS loads by itself (RFC 7250).

use std::ffi::{CString, c_char, c_uint};
use std::path::Path;
use std::ptr;

use gnutls_sys as sys;

use super::CertificateCredentials;
use super::loading::Password;
use crate::algorithm::CertificateType;
use crate::error::Result;
use crate::ffi::{c_string, datum, path_c_string};
use crate::key::PublicKey;
use crate::x509::{Format, KeyUsage};

const RAW_KEY: &str = "loading a raw public key and its private key";

impl CertificateCredentials {
    /// Adds a raw public key and the private one from files or URLs, for clients that ask for one of `names`.
    pub(crate) fn load_raw_key_files(
        &mut self,
        public: &Path,
        private: &Path,
        format: Format,
        password: Option<&str>,
        names: &[&str],
    ) -> Result<()> {
        let (public, private) = (path_c_string(public, RAW_KEY)?, path_c_string(private, RAW_KEY)?);
        let (password, names) = (Password::new(password)?, Names::new(names)?);
        self.load_any(RAW_KEY, CertificateType::RAW_PUBLIC_KEY, &private, |raw| {
            let (public, private, password) = (public.as_ptr(), private.as_ptr(), password.as_ptr());
            let (start, count, usage) = (names.as_ptr(), names.count(), KeyUsage::default().raw());
            // SAFETY: live credentials that nobody else uses; strings, and `count` of them, that live through the call.
            unsafe {
                sys::gnutls_certificate_set_rawpk_key_file(
                    raw,
                    public,
                    private,
                    format.raw(),
                    password,
                    usage,
                    start,
                    count,
                    0,
                    0,
                )
            }
        })
    }

    /// As [`load_raw_key_files`](CertificateCredentials::load_raw_key_files), from memory.
    pub(crate) fn load_raw_key(
        &mut self,
        public: &[u8],
        private: &[u8],
        format: Format,
        password: Option<&str>,
        names: &[&str],
    ) -> Result<()> {
        // GnuTLS (3.7.9) loses an object over a key that it cannot read: see first whether it can.
        PublicKey::from_bytes(public, format)?;
        let (spki, pkey) = (datum(public, RAW_KEY)?, datum(private, RAW_KEY)?);
        let (password, names) = (Password::new(password)?, Names::new(names)?);
        self.load_checked(RAW_KEY, CertificateType::RAW_PUBLIC_KEY, |raw| {
            let (start, count, usage) = (names.as_ptr(), names.count(), KeyUsage::default().raw());
            let (password, format) = (password.as_ptr(), format.raw());
            // SAFETY: live credentials that nobody else uses; data that borrow the caller's slices, and `count` strings.
            unsafe {
                sys::gnutls_certificate_set_rawpk_key_mem(raw, &spki, &pkey, format, password, usage, start, count, 0)
            }
        })
    }
}

/// Names for C.
struct Names {
    /// What `starts` points to.
    _texts: Vec<CString>,
    starts: Vec<*const c_char>,
}

impl Names {
    fn new(names: &[&str]) -> Result<Names> {
        let texts = names.iter().map(|name| c_string(*name, RAW_KEY)).collect::<Result<Vec<_>>>()?;
        let starts = texts.iter().map(|text| text.as_ptr()).collect();
        Ok(Names { _texts: texts, starts })
    }

    /// For parameters that are not to const, but only read.
    fn as_ptr(&self) -> *mut *const c_char {
        if self.starts.is_empty() { ptr::null_mut() } else { self.starts.as_ptr().cast_mut() }
    }

    fn count(&self) -> c_uint {
        c_uint::try_from(self.starts.len()).unwrap_or(0)
    }
}
