//! Where revocation lists are found.

use gnutls_sys as sys;

use super::{ExtensionValue, Sealed};
use crate::error::{Error, Result};
use crate::ffi::{bit_set, check, datum, filled, items, no_datum};
use crate::x509::handle::CrlPointsHandle;
use crate::x509::{GeneralName, Oid};

bit_set! {
    /// For which reasons a revocation list revokes; empty for all.
    #[doc(alias = "gnutls_x509_crl_reason_flags_t")]
    RevocationReasons {
        /// The key was never used.
        UNUSED = GNUTLS_CRL_REASON_UNUSED;
        /// Somebody else has the certificate's key.
        KEY_COMPROMISE = GNUTLS_CRL_REASON_KEY_COMPROMISE;
        /// Somebody else has the authority's key.
        CA_COMPROMISE = GNUTLS_CRL_REASON_CA_COMPROMISE;
        /// The holder's names or affiliation changed.
        AFFILIATION_CHANGED = GNUTLS_CRL_REASON_AFFILIATION_CHANGED;
        /// There is a newer certificate.
        SUPERSEDED = GNUTLS_CRL_REASON_SUPERSEDED;
        /// The holder is no longer in operation.
        CESSATION_OF_OPERATION = GNUTLS_CRL_REASON_CESSATION_OF_OPERATION;
        /// On hold.
        CERTIFICATE_HOLD = GNUTLS_CRL_REASON_CERTIFICATE_HOLD;
        /// A privilege was withdrawn.
        PRIVILEGE_WITHDRAWN = GNUTLS_CRL_REASON_PRIVILEGE_WITHDRAWN;
        /// Somebody else has the attribute authority's key.
        AA_COMPROMISE = GNUTLS_CRL_REASON_AA_COMPROMISE;
    }
}

/// Where a revocation list is.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct DistributionPoint {
    /// The place, usually a URI.
    pub name: GeneralName,
    /// What the list there is about. GnuTLS writes none, [`UNUSED`](RevocationReasons::UNUSED) and
    /// [`KEY_COMPROMISE`](RevocationReasons::KEY_COMPROMISE).
    pub reasons: RevocationReasons,
}

/// Where the lists are that would revoke a certificate (RFC 5280, section 4.2.1.13).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[doc(alias = "gnutls_x509_crl_dist_points_t")]
#[doc(alias = "gnutls_x509_crl_dist_points_init")]
#[doc(alias = "gnutls_x509_crl_dist_points_deinit")]
#[doc(alias = "gnutls_x509_ext_import_crl_dist_points")]
#[doc(alias = "gnutls_x509_crl_dist_points_get")]
#[doc(alias = "gnutls_x509_ext_export_crl_dist_points")]
#[doc(alias = "gnutls_x509_crl_dist_points_set")]
pub struct CrlDistributionPoints(pub Vec<DistributionPoint>);

impl Sealed for CrlDistributionPoints {}

impl ExtensionValue for CrlDistributionPoints {
    const OID: Oid = Oid::from_static(sys::GNUTLS_X509EXT_OID_CRL_DIST_POINTS);

    fn from_der(der: &[u8]) -> Result<CrlDistributionPoints> {
        const DOING: &str = "reading distribution points";
        let (points, data) = (CrlPointsHandle::new()?, datum(der, DOING)?);
        // SAFETY: a fresh object of ours; the datum lives through the call.
        check(unsafe { sys::gnutls_x509_ext_import_crl_dist_points(&data, points.raw(), 0) }, DOING)?;
        let all = items(DOING, |index| {
            let (mut kind, mut value, mut reasons) = (0, no_datum(), 0);
            // SAFETY: our object, and valid out pointers.
            let code = unsafe {
                sys::gnutls_x509_crl_dist_points_get(points.raw(), index, &mut kind, &mut value, &mut reasons)
            };
            // SAFETY: what the getter lent belongs to `points`, which lives.
            let name = unsafe { GeneralName::borrowed(kind, &value, &no_datum()) };
            (code, name.map(|name| DistributionPoint { name, reasons: RevocationReasons::from_raw(reasons) }))
        })?;
        Ok(CrlDistributionPoints(all.into_iter().collect::<Result<_>>()?))
    }

    fn to_der(&self) -> Result<Vec<u8>> {
        const DOING: &str = "writing distribution points";
        let points = CrlPointsHandle::new()?;
        for point in &self.0 {
            let parts = point.name.writable(DOING)?;
            let (value, reasons) = (datum(&parts.value, DOING)?, point.reasons.raw());
            // SAFETY: our object; the value lives through the call and is copied.
            let code = unsafe { sys::gnutls_x509_crl_dist_points_set(points.raw(), parts.kind, &value, reasons) };
            check(code, DOING)?;
        }
        let der = filled(DOING, |out| {
            // SAFETY: our object and a valid out pointer.
            unsafe { sys::gnutls_x509_ext_export_crl_dist_points(points.raw(), out) }
        })?;
        // GnuTLS (3.8.13 too) writes the first two reasons and leaves out all others.
        let written = CrlDistributionPoints::from_der(der.as_slice())?;
        if !written.0.iter().map(|point| point.reasons).eq(self.0.iter().map(|point| point.reasons)) {
            return Err(Error::input(DOING, "GnuTLS cannot write these reasons"));
        }
        Ok(der.to_vec())
    }
}
