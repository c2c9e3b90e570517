//! Which TLS extensions a server must use.

use gnutls_sys as sys;

use super::{ExtensionValue, Sealed};
use crate::error::Result;
use crate::ffi::{check, datum, filled, items};
use crate::x509::handle::FeaturesHandle;
use crate::x509::{Certificate, Oid};

/// The TLS extensions, by number, that the holder of a certificate must use (RFC 7633).
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
#[doc(alias = "gnutls_x509_tlsfeatures_t")]
#[doc(alias = "gnutls_x509_tlsfeatures_init")]
#[doc(alias = "gnutls_x509_tlsfeatures_deinit")]
#[doc(alias = "gnutls_x509_tlsfeatures_get")]
#[doc(alias = "gnutls_x509_tlsfeatures_add")]
#[doc(alias = "gnutls_x509_ext_import_tlsfeatures")]
#[doc(alias = "gnutls_x509_ext_export_tlsfeatures")]
pub struct TlsFeatures(pub Vec<u16>);

impl TlsFeatures {
    /// The number of `status_request`: a certificate with it must be shown with an OCSP status ("must staple").
    pub const STATUS_REQUEST: u16 = 5;

    /// Whether `certificate` demands all of these features, as what an authority with them issues must.
    ///
    /// # Errors
    /// If memory runs out.
    #[doc(alias = "gnutls_x509_tlsfeatures_check_crt")]
    pub fn are_demanded_by(&self, certificate: &Certificate) -> Result<bool> {
        let features = self.to_handle()?;
        // SAFETY: our object; an imported certificate, which is only read.
        Ok(unsafe { sys::gnutls_x509_tlsfeatures_check_crt(features.raw(), certificate.raw()) } != 0)
    }

    pub(in crate::x509) fn from_handle(features: &FeaturesHandle) -> Result<TlsFeatures> {
        let all = items("reading TLS features", |index| {
            let mut feature = 0;
            // SAFETY: our object, and a valid out pointer.
            let code = unsafe { sys::gnutls_x509_tlsfeatures_get(features.raw(), index, &mut feature) };
            (code, feature)
        })?;
        // TLS has 16 bits for the number; what is more is no TLS feature.
        Ok(TlsFeatures(all.into_iter().filter_map(|feature| feature.try_into().ok()).collect()))
    }

    pub(in crate::x509) fn to_handle(&self) -> Result<FeaturesHandle> {
        let features = FeaturesHandle::new()?;
        for feature in &self.0 {
            // SAFETY: our object.
            let code = unsafe { sys::gnutls_x509_tlsfeatures_add(features.raw(), (*feature).into()) };
            check(code, "setting TLS features")?;
        }
        Ok(features)
    }
}

impl Sealed for TlsFeatures {}

impl ExtensionValue for TlsFeatures {
    const OID: Oid = Oid::from_static(sys::GNUTLS_X509EXT_OID_TLSFEATURES);

    fn from_der(der: &[u8]) -> Result<TlsFeatures> {
        const DOING: &str = "reading TLS features";
        let (features, data) = (FeaturesHandle::new()?, datum(der, DOING)?);
        // SAFETY: a fresh object of ours; the datum lives through the call.
        check(unsafe { sys::gnutls_x509_ext_import_tlsfeatures(&data, features.raw(), 0) }, DOING)?;
        TlsFeatures::from_handle(&features)
    }

    fn to_der(&self) -> Result<Vec<u8>> {
        let features = self.to_handle()?;
        let der = filled("writing TLS features", |out| {
            // SAFETY: our object and a valid out pointer.
            unsafe { sys::gnutls_x509_ext_export_tlsfeatures(features.raw(), out) }
        })?;
        Ok(der.to_vec())
    }
}
