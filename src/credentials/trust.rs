//! Whom credentials trust, who is revoked, and how strictly that is taken.

use std::ffi::c_uint;
use std::fs;
use std::mem::ManuallyDrop;
use std::path::Path;
use std::ptr;

use gnutls_sys as sys;

use super::CertificateCredentials;
use crate::error::{Error, ErrorKind, Failure, Result};
use crate::ffi::{check, datum, path_c_string};
use crate::x509::{Certificate, Format, RevocationList, TrustList, VerifyFlags};

/// GnuTLS keeps it and never looks at it.
const ANY_BITS: c_uint = 16 * 1024;

impl CertificateCredentials {
    /// Trusts the authorities that this machine trusts: how many.
    pub(crate) fn trust_system(&mut self) -> Result<usize> {
        const DOING: &str = "loading the system's trusted certificates";
        // SAFETY: live credentials that nobody else uses.
        let count = check(unsafe { sys::gnutls_certificate_set_x509_system_trust(self.0) }, DOING)?;
        if count == 0 {
            let why = "there are none (Debian and Ubuntu have them in the package ca-certificates)";
            return Err(Failure::new(ErrorKind::Credentials, DOING).detail(why).into());
        }
        Ok(count as usize)
    }

    /// Trusts these authorities.
    pub(crate) fn trust(&mut self, authorities: &[Certificate]) -> Result<()> {
        const DOING: &str = "adding trusted certificates";
        if authorities.is_empty() {
            return Err(Error::input(DOING, "there is none"));
        }
        let mut list: Vec<_> = authorities.iter().map(Certificate::raw).collect();
        let count = i32::try_from(list.len()).map_err(|_| Error::input(DOING, "there are too many"))?;
        // SAFETY: `count` certificates, alive during the call; GnuTLS copies them.
        check(unsafe { sys::gnutls_certificate_set_x509_trust(self.0, list.as_mut_ptr(), count) }, DOING).map(drop)
    }

    /// Trusts the authorities of a text in PEM.
    pub(crate) fn trust_pem(&mut self, pem: &[u8]) -> Result<()> {
        const DOING: &str = "adding trusted certificates";
        let data = datum(pem, DOING)?;
        // SAFETY: live credentials that nobody else uses; the datum lives through the call, which copies it.
        let code = unsafe { sys::gnutls_certificate_set_x509_trust_mem(self.0, &data, sys::GNUTLS_X509_FMT_PEM) };
        if code > 0 {
            return Ok(());
        }
        // Ours says more precisely what is wrong with it.
        self.trust(&Certificate::list_from(pem, Format::Pem)?)
    }

    /// Trusts the authorities of a file in PEM or DER.
    pub(crate) fn trust_file(&mut self, path: &Path) -> Result<()> {
        let doing = format!("trusting the certificates of {}", path.display());
        let (c_path, format) = (path_c_string(path, doing)?, format_of(path));
        // SAFETY: live credentials that nobody else uses; the path lives through the call.
        let code = unsafe { sys::gnutls_certificate_set_x509_trust_file(self.0, c_path.as_ptr(), format.raw()) };
        if code > 0 {
            return Ok(());
        }
        // Ours says more precisely what is wrong with it.
        self.trust(&Certificate::list_from_file(path)?)
    }

    /// Trusts the authorities of every file of a directory: how many.
    pub(crate) fn trust_dir(&mut self, dir: &Path, format: Format) -> Result<usize> {
        let doing = format!("loading trusted certificates of {}", dir.display());
        let c_dir = path_c_string(dir, doing.clone())?;
        // SAFETY: live credentials that nobody else uses; the path lives through the call.
        let code = unsafe { sys::gnutls_certificate_set_x509_trust_dir(self.0, c_dir.as_ptr(), format.raw()) };
        let count = check(code, doing.clone())?;
        if count == 0 {
            return Err(Error::input(doing, "no certificate was found there"));
        }
        Ok(count as usize)
    }

    /// Goes by `list`, and by nothing that was trusted before.
    pub(crate) fn set_trust_list(&mut self, list: TrustList) -> Result<()> {
        if list.authorities()?.is_empty() {
            return Err(Error::input("using a trust list", "it trusts nobody"));
        }
        let (raw, lookup) = list.into_parts();
        // SAFETY: live credentials that nobody else uses; the list is theirs from here on.
        unsafe { sys::gnutls_certificate_set_trust_list(self.0, raw, 0) };
        self.1.lookup = lookup;
        Ok(())
    }

    /// The list that the credentials go by.
    fn trust_list(&self) -> ManuallyDrop<TrustList> {
        let mut raw = ptr::null_mut();
        // SAFETY: live credentials, which are only read; a valid out pointer.
        unsafe { sys::gnutls_certificate_get_trust_list(self.0, &mut raw) };
        // SAFETY: the list lives as long as the credentials, which outlive what is returned: it does not leave this file.
        unsafe { TrustList::lent(raw) }
    }

    /// Everybody who is trusted.
    pub(crate) fn authorities(&self) -> Result<Vec<Certificate>> {
        self.trust_list().authorities()
    }

    /// The trusted authority that issued `certificate`.
    pub(crate) fn issuer_of(&self, certificate: &Certificate) -> Result<Option<Certificate>> {
        // SAFETY: live credentials, which are only read, and an imported certificate; the flag asks for a copy.
        let call = |found| unsafe {
            sys::gnutls_certificate_get_issuer(self.0, certificate.raw(), found, sys::GNUTLS_TL_GET_COPY)
        };
        // SAFETY: what it makes is a copy for us.
        unsafe { TrustList::copy_from("looking for an issuer", call) }
    }

    /// Lets a server not tell its clients whom it trusts.
    pub(crate) fn hide_authorities(&mut self) {
        // SAFETY: live credentials that nobody else uses.
        unsafe { sys::gnutls_certificate_free_ca_names(self.0) };
    }

    /// Adds revocation lists, each signed by somebody who is trusted already.
    pub(crate) fn revoke(&mut self, lists: &[RevocationList]) -> Result<()> {
        const DOING: &str = "adding revocation lists";
        if lists.is_empty() {
            return Err(Error::input(DOING, "there is none"));
        }
        self.set_flag(sys::GNUTLS_CERTIFICATE_VERIFY_CRLS);
        // One by one: of several, GnuTLS frees those that it has taken already if it refuses a later one.
        for list in lists {
            let mut raw = list.raw();
            // SAFETY: live credentials that nobody else uses; one list, alive during the call, which copies it.
            let code = unsafe { sys::gnutls_certificate_set_x509_crl(self.0, &mut raw, 1) };
            taken(code, lists, DOING)?;
        }
        Ok(())
    }

    /// Adds the revocation lists of a text in PEM.
    pub(crate) fn revoke_pem(&mut self, pem: &[u8]) -> Result<()> {
        const DOING: &str = "adding revocation lists";
        // What is wrong with the text is said by this.
        let lists = RevocationList::list_from(pem, Format::Pem)?;
        let data = datum(pem, DOING)?;
        self.set_flag(sys::GNUTLS_CERTIFICATE_VERIFY_CRLS);
        // SAFETY: live credentials that nobody else uses; the datum lives through the call, which copies it.
        let code = unsafe { sys::gnutls_certificate_set_x509_crl_mem(self.0, &data, sys::GNUTLS_X509_FMT_PEM) };
        taken(code, &lists, DOING)
    }

    /// Adds the revocation lists of a file in PEM or DER.
    pub(crate) fn revoke_file(&mut self, path: &Path) -> Result<()> {
        let doing = format!("adding the revocation lists of {}", path.display());
        let bytes = fs::read(path).map_err(|error| Error::from(Failure::of_io(error, doing.clone())))?;
        let format = Format::detect(&bytes);
        let lists =
            RevocationList::list_from(&bytes, format).map_err(|error| error.while_doing(doing.clone().into()))?;
        let c_path = path_c_string(path, doing.clone())?;
        self.set_flag(sys::GNUTLS_CERTIFICATE_VERIFY_CRLS);
        // SAFETY: live credentials that nobody else uses; the path lives through the call.
        let code = unsafe { sys::gnutls_certificate_set_x509_crl_file(self.0, c_path.as_ptr(), format.raw()) };
        taken(code, &lists, doing)
    }

    /// Adds to the flags that verification goes by. A profile is no such flag: GnuTLS would mix its number with that of the
    /// priorities, and check nothing for a number that is no profile's.
    pub(crate) fn add_verify_flags(&mut self, flags: VerifyFlags) {
        let flags = self.verify_flags() | flags.without_profile();
        // SAFETY: live credentials that nobody else uses.
        unsafe { sys::gnutls_certificate_set_verify_flags(self.0, flags.raw()) };
    }

    /// The flags that verification goes by.
    pub(crate) fn verify_flags(&self) -> VerifyFlags {
        // SAFETY: live credentials, which are only read.
        VerifyFlags::from_raw(unsafe { sys::gnutls_certificate_get_verify_flags(self.0) })
    }

    /// Has `function` verify the peers of all sessions that have none of their own.
    pub(crate) fn verify_by(&mut self, function: sys::gnutls_certificate_verify_function) {
        // SAFETY: live credentials that nobody else uses; the function keeps the contract of its type.
        unsafe { sys::gnutls_certificate_set_verify_function(self.0, function) };
    }

    /// How many certificates a peer may show, at least one.
    pub(crate) fn limit_chains(&mut self, certificates: u32) {
        // SAFETY: live credentials that nobody else uses.
        unsafe { sys::gnutls_certificate_set_verify_limits(self.0, ANY_BITS, certificates.max(1)) };
    }
}

/// What a file looks like; what cannot be read is told by whoever reads it next.
fn format_of(path: &Path) -> Format {
    fs::read(path).map_or(Format::Pem, |bytes| Format::detect(&bytes))
}

/// The result of adding `lists`.
fn taken(code: i32, lists: &[RevocationList], doing: impl Into<std::borrow::Cow<'static, str>>) -> Result<()> {
    let doing = doing.into();
    if code == sys::GNUTLS_E_CRL_VERIFICATION_ERROR {
        let issuers: Vec<_> = lists.iter().filter_map(|list| list.issuer().ok()).collect();
        let why = format!(
            "none of the authorities trusted so far signed it, or it is out of date (issued by {})",
            issuers.join("; ")
        );
        return Err(Error::input(doing, why));
    }
    check(code, doing).map(drop)
}
