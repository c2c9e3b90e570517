//! How long a private key may be used, where that differs from the validity of its certificate.

use std::time::SystemTime;

use gnutls_sys as sys;

use super::{ExtensionValue, Sealed};
use crate::error::Result;
use crate::ffi::{check, datum, filled};
use crate::x509::Oid;
use crate::x509::time::{c_time, time_if_there};

/// When a private key may be used for signatures (X.509, section 8.2.2.5).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[doc(alias = "gnutls_x509_ext_import_private_key_usage_period")]
#[doc(alias = "gnutls_x509_ext_export_private_key_usage_period")]
pub struct PrivateKeyUsagePeriod {
    /// The first second, if there is one. GnuTLS writes no period without it.
    pub start: Option<SystemTime>,
    /// The last second, if there is one. GnuTLS writes no period without it.
    pub end: Option<SystemTime>,
}

impl PrivateKeyUsagePeriod {
    /// A period with both ends.
    pub fn new(start: SystemTime, end: SystemTime) -> PrivateKeyUsagePeriod {
        PrivateKeyUsagePeriod { start: Some(start), end: Some(end) }
    }

    /// What the C getters leave.
    pub(in crate::x509) fn from_raw<T: TryInto<u64>>(start: T, end: T) -> PrivateKeyUsagePeriod {
        PrivateKeyUsagePeriod { start: time_if_there(start), end: time_if_there(end) }
    }

    /// What the C setters take.
    pub(in crate::x509) fn raw<T: TryFrom<u64>>(self, doing: &'static str) -> Result<(T, T)> {
        let missing = || crate::error::Error::input(doing, "GnuTLS writes periods with both ends only");
        Ok((c_time(self.start.ok_or_else(missing)?, doing)?, c_time(self.end.ok_or_else(missing)?, doing)?))
    }
}

impl Sealed for PrivateKeyUsagePeriod {}

impl ExtensionValue for PrivateKeyUsagePeriod {
    const OID: Oid = Oid::from_static(sys::GNUTLS_X509EXT_OID_PRIVATE_KEY_USAGE_PERIOD);

    fn from_der(der: &[u8]) -> Result<PrivateKeyUsagePeriod> {
        const DOING: &str = "reading a private key usage period";
        let (data, mut start, mut end) = (datum(der, DOING)?, -1, -1);
        // SAFETY: the datum lives through the call; valid out pointers.
        let code = unsafe { sys::gnutls_x509_ext_import_private_key_usage_period(&data, &mut start, &mut end) };
        check(code, DOING)?;
        Ok(PrivateKeyUsagePeriod::from_raw(start, end))
    }

    fn to_der(&self) -> Result<Vec<u8>> {
        const DOING: &str = "writing a private key usage period";
        let (start, end) = self.raw(DOING)?;
        let der = filled(DOING, |out| {
            // SAFETY: a valid out pointer.
            unsafe { sys::gnutls_x509_ext_export_private_key_usage_period(start, end, out) }
        })?;
        Ok(der.to_vec())
    }
}
