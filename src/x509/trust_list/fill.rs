//! What goes into a trust list, and out of it.

use std::borrow::Cow;
use std::ffi::{CStr, c_char, c_int};
use std::path::Path;
use std::ptr;

use gnutls_sys as sys;

use super::{TrustFlags, TrustList};
use crate::error::{Failure, Origin, Result};
use crate::ffi::{c_string, check, datum, path_c_string};
use crate::x509::certificate::count;
use crate::x509::{Certificate, Format, RevocationList, VerifyFlags};

impl TrustList {
    /// Trusts these authorities: how many were added.
    ///
    /// # Errors
    /// If memory runs out.
    #[doc(alias = "gnutls_x509_trust_list_add_cas")]
    pub fn add_authorities(&mut self, authorities: &[Certificate], flags: TrustFlags) -> Result<usize> {
        for authority in authorities {
            let copy = authority.private_copy()?;
            // SAFETY: our list, which nobody else uses; one certificate, which it keeps.
            let code = unsafe { sys::gnutls_x509_trust_list_add_cas(self.raw(), &copy.raw(), 1, flags.raw()) };
            let taken = check(code, "trusting a certificate")?;
            if taken == 0 {
                return Err(memory("trusting a certificate"));
            }
            copy.into_raw();
        }
        Ok(authorities.len())
    }

    /// Trusts these authorities no longer, and nobody whom they vouch for: also if somebody else in the list vouches for
    /// them. How many of them were in the list.
    ///
    /// # Errors
    /// If memory runs out.
    #[doc(alias = "gnutls_x509_trust_list_remove_cas")]
    pub fn distrust(&mut self, authorities: &[Certificate]) -> Result<usize> {
        const DOING: &str = "distrusting certificates";
        let raw: Vec<_> = authorities.iter().map(Certificate::raw).collect();
        let count = count(&raw, DOING)?;
        // SAFETY: our list, which nobody else uses; `count` imported certificates, which are copied.
        let code = unsafe { sys::gnutls_x509_trust_list_remove_cas(self.raw(), raw.as_ptr(), count) };
        Ok(check(code, DOING)? as usize)
    }

    /// Adds revocation lists: how many were taken. With [`TrustFlags::VERIFY_CRL`] only those that the authorities in
    /// the list signed, for which `verify` says how strictly.
    ///
    /// # Errors
    /// With [`TrustFlags::FAIL_ON_INVALID_CRL`], if one is not verified.
    #[doc(alias = "gnutls_x509_trust_list_add_crls")]
    pub fn add_revocation_lists(
        &mut self,
        lists: &[RevocationList],
        flags: TrustFlags,
        verify: VerifyFlags,
    ) -> Result<usize> {
        let mut taken = 0;
        for list in lists {
            let copy = list.private_copy()?;
            let (flags_raw, verify) = (flags.raw(), verify.raw());
            // SAFETY: our list, which nobody else uses; one revocation list.
            let code = unsafe { sys::gnutls_x509_trust_list_add_crls(self.raw(), &copy.raw(), 1, flags_raw, verify) };
            // Without duplicates, what is not taken is released; otherwise it stays the caller's.
            if code > 0 || flags.contains(TrustFlags::NO_DUPLICATES) {
                copy.into_raw();
            }
            taken += check(code, "adding a revocation list")? as usize;
        }
        Ok(taken)
    }

    /// Trusts the authorities of a file: how many.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`](crate::ErrorKind::InvalidInput) or another error if the file cannot be read or has
    /// no certificate. The message names it.
    #[doc(alias = "gnutls_x509_trust_list_add_trust_file")]
    pub fn add_file(&mut self, path: impl AsRef<Path>, format: Format, flags: TrustFlags) -> Result<usize> {
        let path = path.as_ref();
        let doing = format!("trusting the certificates of {}", path.display());
        let c_path = path_c_string(path, doing.clone())?;
        self.add_files(c_path.as_ptr(), ptr::null(), format, flags, VerifyFlags::empty(), doing)
    }

    /// Adds the revocation lists of a file: how many. See
    /// [`add_revocation_lists`](TrustList::add_revocation_lists).
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`](crate::ErrorKind::InvalidInput) or another error if the file cannot be read or has
    /// no revocation list. The message names it.
    #[doc(alias = "gnutls_x509_trust_list_add_trust_file")]
    pub fn add_revocation_file(
        &mut self,
        path: impl AsRef<Path>,
        format: Format,
        flags: TrustFlags,
        verify: VerifyFlags,
    ) -> Result<usize> {
        let path = path.as_ref();
        let doing = format!("adding the revocation lists of {}", path.display());
        let c_path = path_c_string(path, doing.clone())?;
        self.add_files(ptr::null(), c_path.as_ptr(), format, flags, verify, doing)
    }

    /// Trusts a certificate on a token, or all that a token trusts, by a `pkcs11:` URL (RFC 7512): how many, 0 if there is
    /// none.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`](crate::ErrorKind::InvalidInput) or another error if the URL is malformed or the token
    /// cannot be read. The message names the URL.
    #[doc(alias = "gnutls_x509_trust_list_add_trust_file")]
    pub fn add_pkcs11(&mut self, url: &str, flags: TrustFlags) -> Result<usize> {
        let doing = format!("trusting the certificates of {url}");
        let c_url = c_string(url, doing.clone())?;
        self.add_files(c_url.as_ptr(), ptr::null(), Format::Der, flags, VerifyFlags::empty(), doing)
    }

    /// Adds from up to two files; each name is null, or a C string that lives through the call.
    fn add_files(
        &mut self,
        authorities: *const c_char,
        lists: *const c_char,
        format: Format,
        flags: TrustFlags,
        verify: VerifyFlags,
        doing: String,
    ) -> Result<usize> {
        let (format, flags, verify) = (format.raw(), flags.raw(), verify.raw());
        // SAFETY: our list, which nobody else uses; both names as was said.
        let code = unsafe {
            sys::gnutls_x509_trust_list_add_trust_file(self.raw(), authorities, lists, format, flags, verify)
        };
        counted(code, doing)
    }

    /// Trusts the authorities of all files of a directory: how many. What is no certificate is left out, also the whole
    /// directory if it is not there.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`](crate::ErrorKind::InvalidInput) if the name has a NUL byte.
    #[doc(alias = "gnutls_x509_trust_list_add_trust_dir")]
    pub fn add_dir(&mut self, path: impl AsRef<Path>, format: Format, flags: TrustFlags) -> Result<usize> {
        let path = path.as_ref();
        let doing = format!("trusting the certificates of {}", path.display());
        let c_path = path_c_string(path, doing.clone())?;
        self.add_dirs(Some(&c_path), None, format, flags, VerifyFlags::empty(), doing)
    }

    /// Adds the revocation lists of all files of a directory: how many. See
    /// [`add_revocation_lists`](TrustList::add_revocation_lists).
    ///
    /// # Errors
    /// As for [`add_dir`](TrustList::add_dir).
    #[doc(alias = "gnutls_x509_trust_list_add_trust_dir")]
    pub fn add_revocation_dir(
        &mut self,
        path: impl AsRef<Path>,
        format: Format,
        flags: TrustFlags,
        verify: VerifyFlags,
    ) -> Result<usize> {
        let path = path.as_ref();
        let doing = format!("adding the revocation lists of {}", path.display());
        let c_path = path_c_string(path, doing.clone())?;
        self.add_dirs(None, Some(&c_path), format, flags, verify, doing)
    }

    fn add_dirs(
        &mut self,
        authorities: Option<&CStr>,
        lists: Option<&CStr>,
        format: Format,
        flags: TrustFlags,
        verify: VerifyFlags,
        doing: String,
    ) -> Result<usize> {
        let (authorities, lists) = (or_null(authorities), or_null(lists));
        let (format, flags, verify) = (format.raw(), flags.raw(), verify.raw());
        // SAFETY: our list, which nobody else uses; names that are null or live through the call.
        let code =
            unsafe { sys::gnutls_x509_trust_list_add_trust_dir(self.raw(), authorities, lists, format, flags, verify) };
        counted(code, doing)
    }

    /// Trusts the authorities of a PEM text or of one certificate in DER, and adds revocation lists in the same form:
    /// how many of both.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`](crate::ErrorKind::InvalidInput) if one is malformed.
    #[doc(alias = "gnutls_x509_trust_list_add_trust_mem")]
    pub fn add_bytes(
        &mut self,
        authorities: Option<&[u8]>,
        lists: Option<&[u8]>,
        format: Format,
        flags: TrustFlags,
        verify: VerifyFlags,
    ) -> Result<usize> {
        const DOING: &str = "filling a trust list";
        let authorities = authorities.map(|bytes| datum(bytes, DOING)).transpose()?;
        let lists = lists.map(|bytes| datum(bytes, DOING)).transpose()?;
        let authorities = authorities.as_ref().map_or(ptr::null(), ptr::from_ref);
        let lists = lists.as_ref().map_or(ptr::null(), ptr::from_ref);
        let (format, flags, verify) = (format.raw(), flags.raw(), verify.raw());
        // SAFETY: our list, which nobody else uses; data that are null or live through the call, and are copied.
        let code =
            unsafe { sys::gnutls_x509_trust_list_add_trust_mem(self.raw(), authorities, lists, format, flags, verify) };
        counted(code, DOING)
    }

    /// Trusts whom this machine trusts: how many.
    ///
    /// # Errors
    /// [`ErrorKind::Unsupported`](crate::ErrorKind::Unsupported) if this GnuTLS does not know where to look.
    #[doc(alias = "gnutls_x509_trust_list_add_system_trust")]
    pub fn add_system(&mut self, flags: TrustFlags) -> Result<usize> {
        // SAFETY: our list, which nobody else uses.
        let code = unsafe { sys::gnutls_x509_trust_list_add_system_trust(self.raw(), flags.raw(), 0) };
        counted(code, "trusting the system's authorities")
    }

    /// [Distrusts](TrustList::distrust) the authorities of a file: how many of them were in the list.
    ///
    /// # Errors
    /// As for [`add_file`](TrustList::add_file).
    #[doc(alias = "gnutls_x509_trust_list_remove_trust_file")]
    pub fn distrust_file(&mut self, path: impl AsRef<Path>, format: Format) -> Result<usize> {
        let path = path.as_ref();
        let doing = format!("distrusting the certificates of {}", path.display());
        let c_path = path_c_string(path, doing.clone())?;
        // SAFETY: our list, which nobody else uses; a NUL-terminated string that lives through the call.
        let code = unsafe { sys::gnutls_x509_trust_list_remove_trust_file(self.raw(), c_path.as_ptr(), format.raw()) };
        counted(code, doing)
    }

    /// [Distrusts](TrustList::distrust) the authorities of a PEM text or one in DER: how many of them were in the list.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`](crate::ErrorKind::InvalidInput) if one is malformed.
    #[doc(alias = "gnutls_x509_trust_list_remove_trust_mem")]
    pub fn distrust_bytes(&mut self, authorities: impl AsRef<[u8]>, format: Format) -> Result<usize> {
        const DOING: &str = "distrusting certificates";
        let data = datum(authorities.as_ref(), DOING)?;
        // SAFETY: our list, which nobody else uses; the datum lives through the call.
        let code = unsafe { sys::gnutls_x509_trust_list_remove_trust_mem(self.raw(), &data, format.raw()) };
        counted(code, DOING)
    }
}

fn or_null(text: Option<&CStr>) -> *const c_char {
    text.map_or(ptr::null(), CStr::as_ptr)
}

fn counted(code: c_int, doing: impl Into<Cow<'static, str>>) -> Result<usize> {
    Ok(check(code, doing)? as usize)
}

/// GnuTLS takes fewer than it was given when memory runs out.
fn memory(doing: &'static str) -> crate::error::Error {
    Failure::of_code(sys::GNUTLS_E_MEMORY_ERROR, Origin::Local, doing).into()
}
