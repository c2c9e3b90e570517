//! Proofs that a certificate was shown to public logs.

use std::time::SystemTime;

use gnutls_sys as sys;

use super::{ExtensionValue, Sealed};
use crate::algorithm::SignatureScheme;
use crate::error::Result;
use crate::ffi::{OwnedDatum, check, datum, filled, items, raw_access};
use crate::x509::Oid;
use crate::x509::handle::SctsHandle;
use crate::x509::time::system_time;

/// The promise of one log to publish a certificate (RFC 6962, section 3.2).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct CertificateTimestamp {
    /// The version, as people count: 1.
    pub version: u32,
    /// When the log saw the certificate, to the second.
    pub time: SystemTime,
    /// The SHA-256 digest of the log's public key.
    pub log_id: Vec<u8>,
    /// How the log signed.
    pub scheme: SignatureScheme,
    /// The log's signature.
    pub signature: Vec<u8>,
}

/// The timestamps in a certificate (RFC 6962, section 3.3). They come from logs: read them, and write them as they are.
#[doc(alias = "gnutls_x509_ct_scts_t")]
#[doc(alias = "gnutls_x509_ext_ct_scts_init")]
#[doc(alias = "gnutls_x509_ext_ct_scts_deinit")]
#[doc(alias = "gnutls_x509_ext_ct_import_scts")]
#[doc(alias = "gnutls_x509_ext_ct_export_scts")]
pub struct CertificateTimestamps(SctsHandle);

// SAFETY: the object is plain memory without ties to the thread that made it.
unsafe impl Send for CertificateTimestamps {}
// SAFETY: after the import only getters and the export are called on it, which read.
unsafe impl Sync for CertificateTimestamps {}

raw_access!(
    CertificateTimestamps(SctsHandle),
    sys::gnutls_x509_ct_scts_t,
    "gnutls_x509_ext_ct_scts_deinit",
    "holds timestamps"
);

impl CertificateTimestamps {
    /// All timestamps.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`](crate::ErrorKind::InvalidInput) if one is of a version that GnuTLS does not know.
    #[doc(alias = "gnutls_x509_ct_sct_get")]
    #[doc(alias = "gnutls_x509_ct_sct_get_version")]
    pub fn list(&self) -> Result<Vec<CertificateTimestamp>> {
        items("reading certificate timestamps", |index| {
            let (mut version, mut seconds, mut scheme) = (0, 0, 0);
            let (mut log_id, mut signature) = (OwnedDatum::new(), OwnedDatum::new());
            // SAFETY: our object, and a valid out pointer.
            let code = unsafe { sys::gnutls_x509_ct_sct_get_version(self.0.raw(), index, &mut version) };
            let (log_out, signature_out) = (log_id.as_mut_ptr(), signature.as_mut_ptr());
            let code = if code < 0 {
                code
            } else {
                // SAFETY: as above; the data that it fills are ours to free.
                unsafe {
                    sys::gnutls_x509_ct_sct_get(self.0.raw(), index, &mut seconds, log_out, &mut scheme, signature_out)
                }
            };
            let timestamp = CertificateTimestamp {
                version,
                time: system_time(seconds),
                log_id: log_id.to_vec(),
                scheme: SignatureScheme::from_raw(scheme),
                signature: signature.to_vec(),
            };
            (code, timestamp)
        })
    }
}

impl std::fmt::Debug for CertificateTimestamps {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("CertificateTimestamps").field(&self.list()).finish()
    }
}

impl Sealed for CertificateTimestamps {}

impl ExtensionValue for CertificateTimestamps {
    const OID: Oid = Oid::from_static(sys::GNUTLS_X509EXT_OID_CT_SCT_V1);

    fn from_der(der: &[u8]) -> Result<CertificateTimestamps> {
        const DOING: &str = "reading certificate timestamps";
        let (timestamps, data) = (SctsHandle::new()?, datum(der, DOING)?);
        // SAFETY: a fresh object of ours; the datum lives through the call.
        check(unsafe { sys::gnutls_x509_ext_ct_import_scts(&data, timestamps.raw(), 0) }, DOING)?;
        Ok(CertificateTimestamps(timestamps))
    }

    fn to_der(&self) -> Result<Vec<u8>> {
        let der = filled("writing certificate timestamps", |out| {
            // SAFETY: our object and a valid out pointer.
            unsafe { sys::gnutls_x509_ext_ct_export_scts(self.0.raw(), out) }
        })?;
        Ok(der.to_vec())
    }
}
