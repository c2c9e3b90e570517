//! OCSP responses that credentials staple to their certificates.

use std::ffi::{c_int, c_uint};
use std::fs::File;
use std::path::Path;
use std::ptr;
use std::time::SystemTime;

use gnutls_sys as sys;

use super::CertificateCredentials;
use crate::container::system_time;
use crate::error::{Error, Failure, Result};
use crate::ffi::{check, datum, path_c_string};
use crate::x509::Format;

/// GnuTLS has room for so many in a chain.
const MOST: c_int = 8;

/// What GnuTLS says of a chain, or of a certificate in one, that is not there.
const NOT_THERE: i64 = -2;
/// ... and of a certificate without a staple.
const NONE: i64 = -1;

impl CertificateCredentials {
    /// Staples the response of `bytes`, in PEM the responses, to the certificates of a chain that they are about.
    pub(crate) fn staple(&mut self, chain: usize, bytes: &[u8], format: Format) -> Result<()> {
        const DOING: &str = "stapling an OCSP response";
        let chain = self.staple_chain(chain, DOING)?;
        let data = datum(bytes, DOING)?;
        // SAFETY: live credentials that nobody else uses, which have the chain; the datum lives through the call, which
        // copies it.
        let code = unsafe { sys::gnutls_certificate_set_ocsp_status_request_mem(self.0, &data, chain, format.raw()) };
        self.stapled(chain, code, DOING)
    }

    /// [`staple`](CertificateCredentials::staple) of a file.
    pub(crate) fn staple_file(&mut self, chain: usize, path: &Path, format: Format) -> Result<()> {
        let doing = format!("stapling the OCSP response of {}", path.display());
        let (chain, c_path) = (self.staple_chain(chain, &doing)?, path_c_string(path, doing.clone())?);
        // GnuTLS has one error for whatever is wrong with it.
        File::open(path).map_err(|error| Error::from(Failure::of_io(error, doing.clone())))?;
        let code = match format {
            // SAFETY: live credentials that nobody else uses, which have the chain; the path lives through the call.
            Format::Der => unsafe {
                sys::gnutls_certificate_set_ocsp_status_request_file(self.0, c_path.as_ptr(), chain)
            },
            // SAFETY: as above.
            Format::Pem => unsafe {
                sys::gnutls_certificate_set_ocsp_status_request_file2(self.0, c_path.as_ptr(), chain, format.raw())
            },
        };
        self.stapled(chain, code, &doing)
    }

    /// Has `function` asked for the response to the first certificate of any chain that has none.
    pub(crate) fn staple_by(&mut self, function: sys::gnutls_status_request_ocsp_func) {
        let any = ptr::without_provenance_mut(usize::MAX);
        // SAFETY: live credentials that nobody else uses; the function keeps the contract of its type, and takes the pointer
        // for the number that it is.
        unsafe { sys::gnutls_certificate_set_ocsp_status_request_function(self.0, function, any) };
    }

    /// [`staple_by`](CertificateCredentials::staple_by) for one chain.
    pub(crate) fn staple_chain_by(
        &mut self,
        chain: usize,
        function: sys::gnutls_status_request_ocsp_func,
    ) -> Result<()> {
        const DOING: &str = "setting who has the OCSP responses of a chain";
        let (raw, number) = (self.staple_chain(chain, DOING)?, ptr::without_provenance_mut(chain));
        // SAFETY: as in `staple_by`; GnuTLS checks the number of the chain.
        let code = unsafe { sys::gnutls_certificate_set_ocsp_status_request_function2(self.0, raw, function, number) };
        check(code, DOING).map(drop)
    }

    /// Staples what comes next to the first certificate of its chain, whatever it is about.
    pub(crate) fn staple_unchecked(&mut self) {
        self.set_flag(sys::GNUTLS_CERTIFICATE_SKIP_OCSP_RESPONSE_CHECK);
    }

    /// Until when the staple of a certificate is good, or all those of a chain are (`None`); no time if there is none, or
    /// if it has no end.
    pub(crate) fn staple_expiration(&self, chain: usize, certificate: Option<usize>) -> Result<Option<SystemTime>> {
        const DOING: &str = "looking until when a staple is good";
        let chain = self.staple_chain(chain, DOING)?;
        let certificate =
            certificate.map_or(Some(-1), |index| c_int::try_from(index).ok().filter(|index| *index < MOST));
        let found = certificate.map_or(NOT_THERE, |certificate| self.expiration(chain, certificate));
        match found {
            NOT_THERE => Err(Error::input(DOING, "the chain has no such certificate")),
            NONE | 0 => Ok(None),
            seconds => Ok(system_time(seconds)),
        }
    }

    /// The number of a chain as C has it, which looks up some without a check.
    fn staple_chain(&self, chain: usize, doing: &str) -> Result<c_uint> {
        let raw = c_uint::try_from(chain).ok().filter(|raw| self.expiration(*raw, -1) != NOT_THERE);
        raw.ok_or_else(|| Error::input(doing.to_owned(), format!("there is no identity with the number {chain} (yet)")))
    }

    fn expiration(&self, chain: c_uint, certificate: c_int) -> i64 {
        // SAFETY: live credentials, which are only read; any numbers are allowed.
        unsafe { sys::gnutls_certificate_get_ocsp_expiration(self.0, chain, certificate, 0) }
    }

    fn stapled(&self, chain: c_uint, code: c_int, doing: &str) -> Result<()> {
        let input = |why| Err(Error::input(doing.to_owned(), why));
        match code {
            sys::GNUTLS_E_EXPIRED => input("it is out of date, or says that the certificate is revoked"),
            sys::GNUTLS_E_OCSP_MISMATCH_WITH_CERTS => input("it is about no certificate of the chain"),
            0.. if (0..MOST).all(|certificate| self.expiration(chain, certificate) < 0) => input("it is too old"),
            code if code < 0 => Err(Failure::of_input(code, doing.to_owned()).into()),
            _ => Ok(()),
        }
    }
}
