//! What a certificate says in its extensions.

use std::ffi::{c_int, c_uint, c_void};
use std::ptr;

use gnutls_sys as sys;

use super::Certificate;
use crate::error::Result;
use crate::ffi::{OwnedDatum, by_index, filled, filled_optional, items, optional, sized_optional, written};
use crate::x509::dn::oids;
use crate::x509::extension::{RawPolicy, names_and_serials, read_proxy};
use crate::x509::handle::{ConstraintsHandle, FeaturesHandle};
use crate::x509::{
    BasicConstraints, DistributionPoint, Extension, ExtensionValue, GeneralName, InhibitAnyPolicy, KeyUsage,
    NameConstraints, Oid, Policy, PrivateKeyUsagePeriod, ProxyPolicy, Purpose, RevocationReasons, TlsFeatures,
};

impl Certificate {
    /// Whether the certificate may issue others (basic constraints, RFC 5280, section 4.2.1.9).
    #[doc(alias = "gnutls_x509_crt_get_ca_status")]
    pub fn is_ca(&self) -> bool {
        // SAFETY: an imported certificate; null means that we do not ask whether the extension is critical.
        let code = unsafe { sys::gnutls_x509_crt_get_ca_status(self.raw(), ptr::null_mut()) };
        code > 0
    }

    /// Whether the certificate is an authority's, and how long the path below it may be, if it says so.
    ///
    /// # Errors
    /// If the extension is malformed.
    #[doc(alias = "gnutls_x509_crt_get_basic_constraints")]
    pub fn basic_constraints(&self) -> Result<Option<BasicConstraints>> {
        let (mut ca, mut path_len) = (0, -1);
        let critical = ptr::null_mut();
        // SAFETY: an imported certificate and valid out pointers; null as in `is_ca`.
        let code = unsafe { sys::gnutls_x509_crt_get_basic_constraints(self.raw(), critical, &mut ca, &mut path_len) };
        let found = optional(code, "reading a certificate's basic constraints")?;
        Ok(found.map(|_| BasicConstraints::from_raw(ca, path_len)))
    }

    /// What the key may do, if the certificate limits it.
    ///
    /// # Errors
    /// If the extension is malformed.
    #[doc(alias = "gnutls_x509_crt_get_key_usage")]
    pub fn key_usage(&self) -> Result<Option<KeyUsage>> {
        let mut bits = 0;
        // SAFETY: an imported certificate and a valid out pointer; null as in `is_ca`.
        let code = unsafe { sys::gnutls_x509_crt_get_key_usage(self.raw(), &mut bits, ptr::null_mut()) };
        let found = optional(code, "reading a certificate's key usage")?;
        Ok(found.map(|_| KeyUsage::from_raw(bits)))
    }

    /// What the certificate is for, empty if it does not say (extended key usage, RFC 5280, section 4.2.1.12).
    ///
    /// # Errors
    /// If the extension is malformed.
    #[doc(alias = "gnutls_x509_crt_get_key_purpose_oid")]
    pub fn purposes(&self) -> Result<Vec<Purpose>> {
        let doing = "reading a certificate's purposes";
        let oids = by_index(doing, |index, buffer, size| {
            let (oid, critical) = (buffer.cast::<c_void>(), ptr::null_mut());
            // SAFETY: an imported certificate; the buffer has the size that stands behind `size`; null as in `is_ca`.
            unsafe { sys::gnutls_x509_crt_get_key_purpose_oid(self.raw(), index, oid, size, critical) }
        })?;
        oids.into_iter().map(|(_, oid)| Oid::from_bytes(&oid).map(Purpose::from)).collect()
    }

    /// The identifier that the certificate gives to its own key, and that what it issues refers to.
    ///
    /// # Errors
    /// If the extension is malformed.
    #[doc(alias = "gnutls_x509_crt_get_subject_key_id")]
    pub fn subject_key_id(&self) -> Result<Option<Vec<u8>>> {
        sized_optional("reading a certificate's subject key identifier", |buffer, size| {
            let (id, critical) = (buffer.cast::<c_void>(), ptr::null_mut());
            // SAFETY: an imported certificate; the buffer has the size that stands behind `size`; null as in `is_ca`.
            unsafe { sys::gnutls_x509_crt_get_subject_key_id(self.raw(), id, size, critical) }
        })
    }

    /// The identifier of the issuer's key.
    ///
    /// # Errors
    /// If the extension is malformed, or names the issuer in another way.
    #[doc(alias = "gnutls_x509_crt_get_authority_key_id")]
    pub fn authority_key_id(&self) -> Result<Option<Vec<u8>>> {
        sized_optional("reading a certificate's authority key identifier", |buffer, size| {
            let (id, critical) = (buffer.cast::<c_void>(), ptr::null_mut());
            // SAFETY: an imported certificate; the buffer has the size that stands behind `size`; null as in `is_ca`.
            unsafe { sys::gnutls_x509_crt_get_authority_key_id(self.raw(), id, size, critical) }
        })
    }

    /// Which certificate signed this one, where it is told by the names of that one's issuer and its serial number.
    ///
    /// # Errors
    /// If the extension is malformed.
    #[doc(alias = "gnutls_x509_crt_get_authority_key_gn_serial")]
    pub fn authority_issuer_and_serial(&self) -> Result<Vec<(GeneralName, Vec<u8>)>> {
        names_and_serials(
            "reading a certificate's authority key identifier",
            |index, (name, name_size), kind, (serial, serial_size)| {
                let (raw, critical) = (self.raw(), ptr::null_mut());
                // SAFETY: an imported certificate; both buffers have the sizes behind their sizes; a valid out pointer; null as in
                // `is_ca`.
                unsafe {
                    sys::gnutls_x509_crt_get_authority_key_gn_serial(
                        raw,
                        index,
                        name,
                        name_size,
                        kind,
                        serial,
                        serial_size,
                        critical,
                    )
                }
            },
        )
    }

    /// When the private key may be used, if that differs from when the certificate is valid.
    ///
    /// # Errors
    /// If the extension is malformed.
    #[doc(alias = "gnutls_x509_crt_get_private_key_usage_period")]
    pub fn private_key_usage_period(&self) -> Result<Option<PrivateKeyUsagePeriod>> {
        let (mut start, mut end) = (-1, -1);
        let critical = ptr::null_mut();
        // SAFETY: an imported certificate and valid out pointers; null as in `is_ca`.
        let code =
            unsafe { sys::gnutls_x509_crt_get_private_key_usage_period(self.raw(), &mut start, &mut end, critical) };
        let found = optional(code, "reading when a private key may be used")?;
        Ok(found.map(|_| PrivateKeyUsagePeriod::from_raw(start, end)))
    }

    /// How many more certificates of a path may use the policy "any", if the certificate limits it.
    ///
    /// # Errors
    /// If the extension is malformed.
    #[doc(alias = "gnutls_x509_crt_get_inhibit_anypolicy")]
    pub fn inhibit_any_policy(&self) -> Result<Option<InhibitAnyPolicy>> {
        let mut skip = 0;
        // SAFETY: an imported certificate and a valid out pointer; null as in `is_ca`.
        let code = unsafe { sys::gnutls_x509_crt_get_inhibit_anypolicy(self.raw(), &mut skip, ptr::null_mut()) };
        if code == sys::GNUTLS_E_ASN1_TAG_ERROR {
            // This getter (3.8.13 too) takes the number for a key usage.
            return self.extension_value();
        }
        Ok(optional(code, "reading how long any policy will do")?.map(|_| InhibitAnyPolicy(skip)))
    }

    /// The policies under which the certificate was issued.
    ///
    /// # Errors
    /// If the extension is malformed.
    #[doc(alias = "gnutls_x509_crt_get_policy")]
    #[doc(alias = "gnutls_x509_policy_release")]
    pub fn policies(&self) -> Result<Vec<Policy>> {
        let all = items("reading a certificate's policies", |index| {
            let mut raw = RawPolicy::empty();
            // SAFETY: an imported certificate and a valid out pointer; null as in `is_ca`.
            let code = unsafe { sys::gnutls_x509_crt_get_policy(self.raw(), index, raw.as_mut_ptr(), ptr::null_mut()) };
            if code < 0 {
                return (code, None);
            }
            // SAFETY: the getter succeeded.
            let policy = unsafe { raw.to_policy() };
            // SAFETY: this getter gives copies, which nobody uses after this.
            unsafe { raw.release() };
            (code, Some(policy))
        })?;
        all.into_iter().flatten().collect()
    }

    /// The names that the authority may certify, if the certificate limits them.
    ///
    /// # Errors
    /// If the extension is malformed.
    #[doc(alias = "gnutls_x509_crt_get_name_constraints")]
    pub fn name_constraints(&self) -> Result<Option<NameConstraints>> {
        let constraints = ConstraintsHandle::new()?;
        let (raw, critical) = (constraints.raw(), ptr::null_mut());
        // SAFETY: an imported certificate, a fresh object of ours; null as in `is_ca`.
        let code = unsafe { sys::gnutls_x509_crt_get_name_constraints(self.raw(), raw, 0, critical) };
        let found = optional(code, "reading a certificate's name constraints")?;
        found.map(|_| NameConstraints::from_handle(&constraints)).transpose()
    }

    /// The TLS extensions that the holder must use, if the certificate demands some.
    ///
    /// # Errors
    /// If the extension is malformed.
    #[doc(alias = "gnutls_x509_crt_get_tlsfeatures")]
    pub fn tls_features(&self) -> Result<Option<TlsFeatures>> {
        let features = FeaturesHandle::new()?;
        let critical = ptr::null_mut();
        // SAFETY: an imported certificate, a fresh object of ours; null as in `is_ca`.
        let code = unsafe { sys::gnutls_x509_crt_get_tlsfeatures(self.raw(), features.raw(), 0, critical) };
        let found = optional(code, "reading a certificate's TLS features")?;
        found.map(|_| TlsFeatures::from_handle(&features)).transpose()
    }

    /// What the certificate allows to a proxy, if it is a proxy's.
    ///
    /// # Errors
    /// If the extension is malformed.
    #[doc(alias = "gnutls_x509_crt_get_proxy")]
    pub fn proxy_policy(&self) -> Result<Option<ProxyPolicy>> {
        read_proxy("reading a certificate's proxy policy", |path_len, language, policy, size| {
            let critical = ptr::null_mut();
            // SAFETY: an imported certificate and valid out pointers; null as in `is_ca`.
            unsafe { sys::gnutls_x509_crt_get_proxy(self.raw(), critical, path_len, language, policy, size) }
        })
    }

    /// Where the lists are that would revoke the certificate.
    ///
    /// # Errors
    /// If the extension is malformed.
    #[doc(alias = "gnutls_x509_crt_get_crl_dist_points")]
    pub fn crl_distribution_points(&self) -> Result<Vec<DistributionPoint>> {
        let mut reasons = Vec::new();
        let names = by_index("reading where a certificate's revocation lists are", |index, buffer, size| {
            let (mut bits, critical) = (0, ptr::null_mut());
            let name = buffer.cast::<c_void>();
            // SAFETY: an imported certificate; the buffer has the size behind `size`; a valid out pointer; null as in
            // `is_ca`.
            let code =
                unsafe { sys::gnutls_x509_crt_get_crl_dist_points(self.raw(), index, name, size, &mut bits, critical) };
            if code >= 0 {
                reasons.push(RevocationReasons::from_raw(bits));
            }
            code
        })?;
        let points = names.into_iter().zip(reasons);
        let point = |((kind, name), reasons): ((c_uint, Vec<u8>), _)| DistributionPoint {
            name: GeneralName::new(kind, &name),
            reasons,
        };
        Ok(points.map(point).collect())
    }

    /// Where to ask whether the certificate is revoked: the OCSP servers' URIs.
    ///
    /// # Errors
    /// If the extension is malformed.
    #[doc(alias = "gnutls_x509_crt_get_authority_info_access")]
    pub fn ocsp_uris(&self) -> Result<Vec<String>> {
        self.access_uris(sys::GNUTLS_IA_OCSP_URI)
    }

    /// Where the certificates of the issuer are: their URIs.
    ///
    /// # Errors
    /// If the extension is malformed.
    #[doc(alias = "gnutls_x509_crt_get_authority_info_access")]
    pub fn ca_issuers_uris(&self) -> Result<Vec<String>> {
        self.access_uris(sys::GNUTLS_IA_CAISSUERS_URI)
    }

    fn access_uris(&self, what: sys::gnutls_info_access_what_t) -> Result<Vec<String>> {
        let all = items("reading a certificate's access descriptions", |index| {
            let (mut uri, critical) = (OwnedDatum::new(), ptr::null_mut());
            let what = what as c_int;
            // SAFETY: an imported certificate and a valid out pointer; null as in `is_ca`.
            let code = unsafe {
                sys::gnutls_x509_crt_get_authority_info_access(self.raw(), index, what, uri.as_mut_ptr(), critical)
            };
            match code {
                // How GnuTLS says that this description is about something else,
                sys::GNUTLS_E_UNKNOWN_ALGORITHM => (0, None),
                // and that there is no further one, or that it names no URI.
                sys::GNUTLS_E_REQUESTED_DATA_NOT_AVAILABLE => (self.describes_access(index), None),
                _ => (code, Some(uri.to_text())),
            }
        })?;
        Ok(all.into_iter().flatten().collect())
    }

    /// Whether there is an access description at an index, whatever it is about.
    fn describes_access(&self, index: c_uint) -> c_int {
        let (mut method, what) = (OwnedDatum::new(), sys::GNUTLS_IA_ACCESSMETHOD_OID as c_int);
        let (out, critical) = (method.as_mut_ptr(), ptr::null_mut());
        // SAFETY: an imported certificate and a valid out pointer; null as in `is_ca`.
        unsafe { sys::gnutls_x509_crt_get_authority_info_access(self.raw(), index, what, out, critical) }
    }

    /// All extensions, known to GnuTLS or not, in their order.
    ///
    /// # Errors
    /// If memory runs out.
    #[doc(alias = "gnutls_x509_crt_get_extension_info")]
    #[doc(alias = "gnutls_x509_crt_get_extension_data2")]
    pub fn extensions(&self) -> Result<Vec<Extension>> {
        const DOING: &str = "reading a certificate's extensions";
        let infos = by_index(DOING, |index, buffer, size| {
            let mut critical = 0;
            // SAFETY: an imported certificate; the buffer has the size behind `size`; a valid out pointer.
            let code = unsafe {
                sys::gnutls_x509_crt_get_extension_info(self.raw(), index, buffer.cast(), size, &mut critical)
            };
            if code < 0 { code } else { (critical != 0).into() }
        })?;
        let extension = |(index, (critical, oid)): (c_uint, (c_uint, Vec<u8>))| {
            let data = filled(DOING, |out| {
                // SAFETY: an imported certificate and a valid out pointer.
                unsafe { sys::gnutls_x509_crt_get_extension_data2(self.raw(), index, out) }
            })?;
            Ok(Extension { oid: Oid::from_bytes(&oid)?, critical: critical != 0, data: data.to_vec() })
        };
        (0..).zip(infos).map(extension).collect()
    }

    /// What kinds of extensions the certificate has, in their order.
    ///
    /// # Errors
    /// If memory runs out.
    #[doc(alias = "gnutls_x509_crt_get_extension_oid")]
    pub fn extension_oids(&self) -> Result<Vec<Oid>> {
        oids("reading a certificate's extensions", |index, buffer, size| {
            // SAFETY: an imported certificate; the buffer has the size that stands behind `size`.
            unsafe { sys::gnutls_x509_crt_get_extension_oid(self.raw(), index, buffer.cast(), size) }
        })
    }

    /// The first extension of a kind.
    ///
    /// # Errors
    /// If memory runs out.
    #[doc(alias = "gnutls_x509_crt_get_extension_by_oid2")]
    pub fn extension(&self, oid: &Oid) -> Result<Option<Extension>> {
        let mut critical = 0;
        let data = filled_optional("reading an extension of a certificate", |out| {
            // SAFETY: an imported certificate; the identifier lives through the call; valid out pointers.
            unsafe { sys::gnutls_x509_crt_get_extension_by_oid2(self.raw(), oid.as_ptr(), 0, out, &mut critical) }
        })?;
        let extension = |data: OwnedDatum| Extension { oid: oid.clone(), critical: critical != 0, data: data.to_vec() };
        Ok(data.map(extension))
    }

    /// The value of the extension of a kind that GnuTLS knows, if the certificate has it.
    ///
    /// # Errors
    /// If the extension is malformed.
    pub fn extension_value<V: ExtensionValue>(&self) -> Result<Option<V>> {
        self.extension(&V::OID)?.map(|extension| extension.value()).transpose()
    }

    /// Writes the bytes of the extension at an index into `buffer`: how many they are. No index beyond the last is
    /// there: see [`extension_oids`](Certificate::extension_oids).
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`](crate::ErrorKind::InvalidInput) if the buffer is too small: the message says what is
    /// needed.
    #[doc(alias = "gnutls_x509_crt_get_extension_data")]
    pub fn extension_data_into(&self, index: u32, buffer: &mut [u8]) -> Result<usize> {
        written("reading an extension of a certificate", buffer, |start, size| {
            // SAFETY: an imported certificate; the buffer has the size that stands behind `size`.
            unsafe { sys::gnutls_x509_crt_get_extension_data(self.raw(), index, start.cast(), size) }
        })
    }

    /// Writes the bytes of the first extension of a kind into `buffer`: how many they are.
    ///
    /// # Errors
    /// As for [`extension_data_into`](Certificate::extension_data_into).
    #[doc(alias = "gnutls_x509_crt_get_extension_by_oid")]
    pub fn extension_into(&self, oid: &Oid, buffer: &mut [u8]) -> Result<usize> {
        written("reading an extension of a certificate", buffer, |start, size| {
            let (crt, oid, critical) = (self.raw(), oid.as_ptr(), ptr::null_mut());
            // SAFETY: an imported certificate; the identifier lives; the buffer has the size behind `size`; null as in
            // `is_ca`.
            unsafe { sys::gnutls_x509_crt_get_extension_by_oid(crt, oid, 0, start.cast(), size, critical) }
        })
    }
}
