//! The answer about one certificate.

use std::time::SystemTime;

use gnutls_sys as sys;

use super::{CertificateId, Response, RevocationReason};
use crate::algorithm::Digest;
use crate::container::system_time;
use crate::error::Result;
use crate::ffi::{filled_many, until_end};
use crate::x509::Certificate;

/// What a responder says of one certificate.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct SingleResponse {
    /// The certificate.
    pub id: CertificateId,
    /// What became of it.
    pub status: CertificateStatus,
    /// When this was known to be right.
    pub this_update: Option<SystemTime>,
    /// When there will be newer information, if that is said.
    pub next_update: Option<SystemTime>,
}

/// What became of a certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
#[doc(alias = "gnutls_ocsp_cert_status_t")]
pub enum CertificateStatus {
    /// Not revoked.
    Good,
    /// Revoked.
    Revoked {
        /// Since when.
        at: Option<SystemTime>,
        /// Why.
        reason: RevocationReason,
    },
    /// The responder does not know the certificate.
    Unknown,
}

const READING: &str = "reading an OCSP answer";

impl Response {
    /// The answers about single certificates. There is none if the responder did not answer.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`](crate::ErrorKind::InvalidInput) if one is malformed.
    #[doc(alias = "gnutls_ocsp_resp_get_single")]
    pub fn singles(&self) -> Result<Vec<SingleResponse>> {
        if !self.has_answer() {
            return Ok(Vec::new());
        }
        until_end(|index| {
            let (mut digest, mut status, mut reason) = (0, 0, 0);
            let (mut this, mut next, mut revoked) = (-1, -1, -1);
            let [name, key, serial] = filled_many(READING, |[name, key, serial]| {
                // SAFETY: a response and valid out pointers.
                unsafe {
                    sys::gnutls_ocsp_resp_get_single(
                        self.raw(),
                        index,
                        &mut digest,
                        name,
                        key,
                        serial,
                        &mut status,
                        &mut this,
                        &mut next,
                        &mut revoked,
                        &mut reason,
                    )
                }
            })?;
            let id = CertificateId {
                digest: Digest::from_raw(digest),
                issuer_name_hash: name.as_slice().to_vec(),
                issuer_key_hash: key.as_slice().to_vec(),
                serial: serial.as_slice().to_vec(),
            };
            let status = match status {
                sys::GNUTLS_OCSP_CERT_GOOD => CertificateStatus::Good,
                sys::GNUTLS_OCSP_CERT_REVOKED => {
                    CertificateStatus::Revoked { at: system_time(revoked), reason: RevocationReason::from_raw(reason) }
                }
                _ => CertificateStatus::Unknown,
            };
            Ok(SingleResponse { id, status, this_update: system_time(this), next_update: system_time(next) })
        })
    }

    /// Whether the answer at `index` of [`singles`](Response::singles) is about `certificate`: its serial number and
    /// its issuer's name.
    ///
    /// # Errors
    /// If there is no such answer.
    #[doc(alias = "gnutls_ocsp_resp_check_crt")]
    pub fn is_about(&self, index: u32, certificate: &Certificate) -> Result<bool> {
        // SAFETY: a response and a certificate, which are only read.
        let code = unsafe { sys::gnutls_ocsp_resp_check_crt(self.raw(), index, certificate.raw()) };
        match code {
            // GnuTLS gives the certificate's serial number no more room than the answer's has: a longer one is another.
            sys::GNUTLS_E_OCSP_RESPONSE_ERROR | sys::GNUTLS_E_SHORT_MEMORY_BUFFER => Ok(false),
            _ => crate::ffi::check(code, READING).map(|_| true),
        }
    }
}
