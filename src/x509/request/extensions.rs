//! The extensions that a request asks for.

use std::ffi::{c_uint, c_void};
use std::ptr;

use gnutls_sys as sys;

use super::CertificateRequest;
use crate::error::Result;
use crate::ffi::{OwnedDatum, by_index, filled, filled_optional, optional, written};
use crate::x509::certificate::with_oids;
use crate::x509::handle::FeaturesHandle;
use crate::x509::{
    BasicConstraints, Extension, ExtensionValue, GeneralName, KeyUsage, Oid, PrivateKeyUsagePeriod, Purpose,
    TlsFeatures,
};

impl CertificateRequest {
    /// Whether it asks for the rights of an authority, if it speaks of them.
    ///
    /// # Errors
    /// If the extension is malformed.
    #[doc(alias = "gnutls_x509_crq_get_basic_constraints")]
    pub fn basic_constraints(&self) -> Result<Option<BasicConstraints>> {
        let (mut ca, mut path_len) = (0, -1);
        let critical = ptr::null_mut();
        // SAFETY: an imported request and valid out pointers; null means that we do not ask whether the extension is
        // critical.
        let code = unsafe { sys::gnutls_x509_crq_get_basic_constraints(self.raw(), critical, &mut ca, &mut path_len) };
        let found = optional(code, "reading a request's basic constraints")?;
        Ok(found.map(|_| BasicConstraints::from_raw(ca, path_len)))
    }

    /// What the key shall be allowed to do, if the request says so.
    ///
    /// # Errors
    /// If the extension is malformed.
    #[doc(alias = "gnutls_x509_crq_get_key_usage")]
    pub fn key_usage(&self) -> Result<Option<KeyUsage>> {
        let mut bits = 0;
        // SAFETY: an imported request and a valid out pointer; null as in `basic_constraints`.
        let code = unsafe { sys::gnutls_x509_crq_get_key_usage(self.raw(), &mut bits, ptr::null_mut()) };
        let found = optional(code, "reading a request's key usage")?;
        Ok(found.map(|_| KeyUsage::from_raw(bits)))
    }

    /// What the certificate shall be for, empty if the request does not say.
    ///
    /// # Errors
    /// If the extension is malformed.
    #[doc(alias = "gnutls_x509_crq_get_key_purpose_oid")]
    pub fn purposes(&self) -> Result<Vec<Purpose>> {
        let oids = by_index("reading a request's purposes", |index, buffer, size| {
            let (oid, critical) = (buffer.cast::<c_void>(), ptr::null_mut());
            // SAFETY: an imported request; the buffer has the size that stands behind `size`; null as in
            // `basic_constraints`.
            unsafe { sys::gnutls_x509_crq_get_key_purpose_oid(self.raw(), index, oid, size, critical) }
        })?;
        oids.into_iter().map(|(_, oid)| Oid::from_bytes(&oid).map(Purpose::from)).collect()
    }

    /// All alternative names that the request asks for.
    ///
    /// # Errors
    /// If the extension is malformed.
    #[doc(alias = "gnutls_x509_crq_get_subject_alt_name")]
    #[doc(alias = "gnutls_x509_crq_get_subject_alt_othername_oid")]
    pub fn alt_names(&self) -> Result<Vec<GeneralName>> {
        let names = by_index("reading a request's alternative names", |index, buffer, size| {
            let (name, kind, critical) = (buffer.cast::<c_void>(), ptr::null_mut(), ptr::null_mut());
            // SAFETY: an imported request; the buffer has the size that stands behind `size`; null for the kind, which is
            // returned as well, and as in `basic_constraints`.
            unsafe { sys::gnutls_x509_crq_get_subject_alt_name(self.raw(), index, name, size, kind, critical) }
        })?;
        with_oids(names, |index, buffer, size| {
            let oid = buffer.cast::<c_void>();
            // SAFETY: an imported request; the buffer has the size that stands behind `size`.
            unsafe { sys::gnutls_x509_crq_get_subject_alt_othername_oid(self.raw(), index, oid, size) }
        })
    }

    /// When the private key shall be used, if the request says so.
    ///
    /// # Errors
    /// If the extension is malformed.
    #[doc(alias = "gnutls_x509_crq_get_private_key_usage_period")]
    pub fn private_key_usage_period(&self) -> Result<Option<PrivateKeyUsagePeriod>> {
        let (mut start, mut end) = (-1, -1);
        let critical = ptr::null_mut();
        // SAFETY: an imported request and valid out pointers; null as in `basic_constraints`.
        let code =
            unsafe { sys::gnutls_x509_crq_get_private_key_usage_period(self.raw(), &mut start, &mut end, critical) };
        let found = optional(code, "reading when a private key shall be used")?;
        Ok(found.map(|_| PrivateKeyUsagePeriod::from_raw(start, end)))
    }

    /// The TLS extensions that the holder promises to use, if the request names some.
    ///
    /// # Errors
    /// If the extension is malformed.
    #[doc(alias = "gnutls_x509_crq_get_tlsfeatures")]
    pub fn tls_features(&self) -> Result<Option<TlsFeatures>> {
        let features = FeaturesHandle::new()?;
        let critical = ptr::null_mut();
        // SAFETY: an imported request, a fresh object of ours; null as in `basic_constraints`.
        let code = unsafe { sys::gnutls_x509_crq_get_tlsfeatures(self.raw(), features.raw(), 0, critical) };
        let found = optional(code, "reading a request's TLS features")?;
        found.map(|_| TlsFeatures::from_handle(&features)).transpose()
    }

    /// All extensions, known to GnuTLS or not, in their order.
    ///
    /// # Errors
    /// If memory runs out.
    #[doc(alias = "gnutls_x509_crq_get_extension_info")]
    #[doc(alias = "gnutls_x509_crq_get_extension_data2")]
    pub fn extensions(&self) -> Result<Vec<Extension>> {
        const DOING: &str = "reading a request's extensions";
        let infos = by_index(DOING, |index, buffer, size| {
            let mut critical = 0;
            // SAFETY: an imported request; the buffer has the size behind `size`; a valid out pointer.
            let code = unsafe {
                sys::gnutls_x509_crq_get_extension_info(self.raw(), index, buffer.cast(), size, &mut critical)
            };
            if code < 0 { code } else { (critical != 0).into() }
        })?;
        let extension = |(index, (critical, oid)): (c_uint, (c_uint, Vec<u8>))| {
            let data = filled(DOING, |out| {
                // SAFETY: an imported request and a valid out pointer.
                unsafe { sys::gnutls_x509_crq_get_extension_data2(self.raw(), index, out) }
            })?;
            Ok(Extension { oid: Oid::from_bytes(&oid)?, critical: critical != 0, data: data.to_vec() })
        };
        (0..).zip(infos).map(extension).collect()
    }

    /// The first extension of a kind.
    ///
    /// # Errors
    /// If memory runs out.
    #[doc(alias = "gnutls_x509_crq_get_extension_by_oid2")]
    pub fn extension(&self, oid: &Oid) -> Result<Option<Extension>> {
        let mut critical = 0;
        let data = filled_optional("reading an extension of a request", |out| {
            // SAFETY: an imported request; the identifier lives through the call; valid out pointers.
            unsafe { sys::gnutls_x509_crq_get_extension_by_oid2(self.raw(), oid.as_ptr(), 0, out, &mut critical) }
        })?;
        let extension = |data: OwnedDatum| Extension { oid: oid.clone(), critical: critical != 0, data: data.to_vec() };
        Ok(data.map(extension))
    }

    /// The value of the extension of a kind that GnuTLS knows, if the request has it.
    ///
    /// # Errors
    /// If the extension is malformed.
    pub fn extension_value<V: ExtensionValue>(&self) -> Result<Option<V>> {
        self.extension(&V::OID)?.map(|extension| extension.value()).transpose()
    }

    /// Writes the bytes of the extension at an index into `buffer`: how many they are.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`](crate::ErrorKind::InvalidInput) if the buffer is too small: the message says what is
    /// needed.
    #[doc(alias = "gnutls_x509_crq_get_extension_data")]
    pub fn extension_data_into(&self, index: u32, buffer: &mut [u8]) -> Result<usize> {
        written("reading an extension of a request", buffer, |start, size| {
            // SAFETY: an imported request; the buffer has the size that stands behind `size`.
            unsafe { sys::gnutls_x509_crq_get_extension_data(self.raw(), index, start.cast(), size) }
        })
    }

    /// Writes the bytes of the first extension of a kind into `buffer`: how many they are.
    ///
    /// # Errors
    /// As for [`extension_data_into`](CertificateRequest::extension_data_into).
    #[doc(alias = "gnutls_x509_crq_get_extension_by_oid")]
    pub fn extension_into(&self, oid: &Oid, buffer: &mut [u8]) -> Result<usize> {
        written("reading an extension of a request", buffer, |start, size| {
            let (crq, oid, critical) = (self.raw(), oid.as_ptr(), ptr::null_mut());
            // SAFETY: an imported request; the identifier lives; the buffer has the size behind `size`; null as in
            // `basic_constraints`.
            unsafe { sys::gnutls_x509_crq_get_extension_by_oid(crq, oid, 0, start.cast(), size, critical) }
        })
    }
}
