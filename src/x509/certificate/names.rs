//! Whom a certificate is about, and who issued it.

use std::ffi::{c_int, c_uint, c_void};
use std::net::IpAddr;
use std::ptr;

use gnutls_sys as sys;

use super::Certificate;
use crate::error::Result;
use crate::ffi::{by_index, filled, filled_optional, sized_optional, texts_by_index, written};
use crate::x509::dn::oids;
use crate::x509::general_name::whole;
use crate::x509::{DistinguishedName, GeneralName, Oid};

impl Certificate {
    /// Whom the certificate is about, as RFC 4514 writes it: `CN=www.example.com,O=Example,C=NO`. Empty for a
    /// certificate that carries its names as alternative names only.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`](crate::ErrorKind::InvalidInput) if the name is malformed.
    #[doc(alias = "gnutls_x509_crt_get_dn3")]
    pub fn subject(&self) -> Result<String> {
        name("reading a certificate's subject", |out| {
            // SAFETY: an imported certificate and a valid out pointer.
            unsafe { sys::gnutls_x509_crt_get_dn3(self.raw(), out, 0) }
        })
    }

    /// Who issued the certificate, as RFC 4514 writes it.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`](crate::ErrorKind::InvalidInput) if the name is malformed.
    #[doc(alias = "gnutls_x509_crt_get_issuer_dn3")]
    pub fn issuer(&self) -> Result<String> {
        name("reading a certificate's issuer", |out| {
            // SAFETY: an imported certificate and a valid out pointer.
            unsafe { sys::gnutls_x509_crt_get_issuer_dn3(self.raw(), out, 0) }
        })
    }

    /// The subject as GnuTLS before 3.5.6 wrote it, the first attribute first: `C=NO,O=Example,CN=www.example.com`.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`](crate::ErrorKind::InvalidInput) if the name is malformed.
    #[doc(alias = "gnutls_x509_crt_get_dn2")]
    pub fn subject_compat(&self) -> Result<String> {
        name("reading a certificate's subject", |out| {
            // SAFETY: an imported certificate and a valid out pointer.
            unsafe { sys::gnutls_x509_crt_get_dn2(self.raw(), out) }
        })
    }

    /// The issuer as GnuTLS before 3.5.6 wrote it, the first attribute first.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`](crate::ErrorKind::InvalidInput) if the name is malformed.
    #[doc(alias = "gnutls_x509_crt_get_issuer_dn2")]
    pub fn issuer_compat(&self) -> Result<String> {
        name("reading a certificate's issuer", |out| {
            // SAFETY: an imported certificate and a valid out pointer.
            unsafe { sys::gnutls_x509_crt_get_issuer_dn2(self.raw(), out) }
        })
    }

    /// Writes the subject, in the form of [`subject_compat`](Certificate::subject_compat), into `buffer` with a NUL
    /// behind it: how many bytes it has without that.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`](crate::ErrorKind::InvalidInput) if the buffer is too small: the message says what is
    /// needed.
    #[doc(alias = "gnutls_x509_crt_get_dn")]
    pub fn subject_into(&self, buffer: &mut [u8]) -> Result<usize> {
        written("reading a certificate's subject", buffer, |start, size| {
            // SAFETY: an imported certificate; the buffer has the size that stands behind `size`.
            unsafe { sys::gnutls_x509_crt_get_dn(self.raw(), start.cast(), size) }
        })
    }

    /// Writes the issuer, in the form of [`issuer_compat`](Certificate::issuer_compat), into `buffer` with a NUL behind
    /// it: how many bytes it has without that.
    ///
    /// # Errors
    /// As for [`subject_into`](Certificate::subject_into).
    #[doc(alias = "gnutls_x509_crt_get_issuer_dn")]
    pub fn issuer_into(&self, buffer: &mut [u8]) -> Result<usize> {
        written("reading a certificate's issuer", buffer, |start, size| {
            // SAFETY: an imported certificate; the buffer has the size that stands behind `size`.
            unsafe { sys::gnutls_x509_crt_get_issuer_dn(self.raw(), start.cast(), size) }
        })
    }

    /// The subject with its attributes.
    ///
    /// # Errors
    /// If memory runs out.
    #[doc(alias = "gnutls_x509_crt_get_subject")]
    pub fn subject_name(&self) -> Result<DistinguishedName> {
        // The getter stores what it finds in the certificate: hence a copy that is not shared.
        DistinguishedName::part_of(self.private_copy()?, "reading a certificate's subject", |crt, out| {
            // SAFETY: a certificate of ours alone, and a valid out pointer.
            unsafe { sys::gnutls_x509_crt_get_subject(crt, out) }
        })
    }

    /// The issuer with its attributes.
    ///
    /// # Errors
    /// If memory runs out.
    #[doc(alias = "gnutls_x509_crt_get_issuer")]
    pub fn issuer_name(&self) -> Result<DistinguishedName> {
        DistinguishedName::part_of(self.private_copy()?, "reading a certificate's issuer", |crt, out| {
            // SAFETY: as in `subject_name`.
            unsafe { sys::gnutls_x509_crt_get_issuer(crt, out) }
        })
    }

    /// The subject in DER.
    ///
    /// # Errors
    /// If memory runs out.
    #[doc(alias = "gnutls_x509_crt_get_raw_dn")]
    pub fn subject_der(&self) -> Result<Vec<u8>> {
        let der = filled("reading a certificate's subject", |out| {
            // SAFETY: an imported certificate and a valid out pointer.
            unsafe { sys::gnutls_x509_crt_get_raw_dn(self.raw(), out) }
        })?;
        Ok(der.to_vec())
    }

    /// The issuer in DER.
    ///
    /// # Errors
    /// If memory runs out.
    #[doc(alias = "gnutls_x509_crt_get_raw_issuer_dn")]
    pub fn issuer_der(&self) -> Result<Vec<u8>> {
        let der = filled("reading a certificate's issuer", |out| {
            // SAFETY: an imported certificate and a valid out pointer.
            unsafe { sys::gnutls_x509_crt_get_raw_issuer_dn(self.raw(), out) }
        })?;
        Ok(der.to_vec())
    }

    /// The values of all attributes of one kind in the subject, as RFC 4514 writes values: commas and the like
    /// behind a backslash, `#` and hexadecimal digits for what is no text.
    ///
    /// ```
    /// # use gnutls::x509::{CertificateBuilder, KeyType, PrivateKey};
    /// use gnutls::x509::Oid;
    ///
    /// # let key = PrivateKey::generate(KeyType::EcdsaP256)?;
    /// # let client = CertificateBuilder::new().subject("CN=alice,O=Example").self_signed(&key)?;
    /// assert_eq!(client.subject_attributes(&Oid::COMMON_NAME)?, ["alice"]);
    /// # Ok::<(), gnutls::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`](crate::ErrorKind::InvalidInput) if the name is malformed.
    #[doc(alias = "common_name")]
    #[doc(alias = "gnutls_x509_crt_get_dn_by_oid")]
    pub fn subject_attributes(&self, oid: &Oid) -> Result<Vec<String>> {
        texts_by_index("reading an attribute of a certificate's subject", |index, buffer, size| {
            let (crt, oid) = (self.raw(), oid.as_ptr());
            // SAFETY: an imported certificate; the identifier lives; the buffer has the size behind `size`.
            unsafe { sys::gnutls_x509_crt_get_dn_by_oid(crt, oid, index, 0, buffer.cast::<c_void>(), size) }
        })
    }

    /// The values of all attributes of one kind in the issuer's name; as
    /// [`subject_attributes`](Certificate::subject_attributes).
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`](crate::ErrorKind::InvalidInput) if the name is malformed.
    #[doc(alias = "gnutls_x509_crt_get_issuer_dn_by_oid")]
    pub fn issuer_attributes(&self, oid: &Oid) -> Result<Vec<String>> {
        texts_by_index("reading an attribute of a certificate's issuer", |index, buffer, size| {
            let (crt, oid) = (self.raw(), oid.as_ptr());
            // SAFETY: an imported certificate; the identifier lives; the buffer has the size behind `size`.
            unsafe { sys::gnutls_x509_crt_get_issuer_dn_by_oid(crt, oid, index, 0, buffer.cast::<c_void>(), size) }
        })
    }

    /// What kinds of attributes the subject has, in its order.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`](crate::ErrorKind::InvalidInput) if the name is malformed.
    #[doc(alias = "gnutls_x509_crt_get_dn_oid")]
    pub fn subject_oids(&self) -> Result<Vec<Oid>> {
        oids("reading the attributes of a certificate's subject", |index, buffer, size| {
            // SAFETY: an imported certificate; the buffer has the size that stands behind `size`.
            unsafe { sys::gnutls_x509_crt_get_dn_oid(self.raw(), index, buffer.cast::<c_void>(), size) }
        })
    }

    /// What kinds of attributes the issuer's name has, in its order.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`](crate::ErrorKind::InvalidInput) if the name is malformed.
    #[doc(alias = "gnutls_x509_crt_get_issuer_dn_oid")]
    pub fn issuer_oids(&self) -> Result<Vec<Oid>> {
        oids("reading the attributes of a certificate's issuer", |index, buffer, size| {
            // SAFETY: an imported certificate; the buffer has the size that stands behind `size`.
            unsafe { sys::gnutls_x509_crt_get_issuer_dn_oid(self.raw(), index, buffer.cast::<c_void>(), size) }
        })
    }

    /// All alternative names of the subject.
    ///
    /// # Errors
    /// If the extension is malformed.
    #[doc(alias = "gnutls_x509_crt_get_subject_alt_name2")]
    #[doc(alias = "gnutls_x509_crt_get_subject_alt_othername_oid")]
    pub fn alt_names(&self) -> Result<Vec<GeneralName>> {
        let names = by_index("reading a certificate's alternative names", |index, buffer, size| {
            let (name, kind, critical) = (buffer.cast::<c_void>(), ptr::null_mut(), ptr::null_mut());
            // SAFETY: an imported certificate; the buffer has the size that stands behind `size`; null means that we do
            // not ask for the kind, which is returned as well, nor whether the extension is critical.
            unsafe { sys::gnutls_x509_crt_get_subject_alt_name2(self.raw(), index, name, size, kind, critical) }
        })?;
        with_oids(names, |index, buffer, size| {
            let oid = buffer.cast::<c_void>();
            // SAFETY: an imported certificate; the buffer has the size that stands behind `size`.
            unsafe { sys::gnutls_x509_crt_get_subject_alt_othername_oid(self.raw(), index, oid, size) }
        })
    }

    /// All alternative names of the issuer.
    ///
    /// # Errors
    /// If the extension is malformed.
    #[doc(alias = "gnutls_x509_crt_get_issuer_alt_name2")]
    #[doc(alias = "gnutls_x509_crt_get_issuer_alt_othername_oid")]
    pub fn issuer_alt_names(&self) -> Result<Vec<GeneralName>> {
        let names = by_index("reading the alternative names of a certificate's issuer", |index, buffer, size| {
            let (name, kind, critical) = (buffer.cast::<c_void>(), ptr::null_mut(), ptr::null_mut());
            // SAFETY: as in `alt_names`.
            unsafe { sys::gnutls_x509_crt_get_issuer_alt_name2(self.raw(), index, name, size, kind, critical) }
        })?;
        with_oids(names, |index, buffer, size| {
            let oid = buffer.cast::<c_void>();
            // SAFETY: an imported certificate; the buffer has the size that stands behind `size`.
            unsafe { sys::gnutls_x509_crt_get_issuer_alt_othername_oid(self.raw(), index, oid, size) }
        })
    }

    /// The DNS names among the alternative names, as they stand there (`xn--` for names beyond ASCII).
    ///
    /// To find out whether the certificate is good for a host, ask [`matches_host`](Certificate::matches_host).
    ///
    /// # Errors
    /// If the extension is malformed.
    #[doc(alias = "gnutls_x509_crt_get_subject_alt_name")]
    pub fn dns_names(&self) -> Result<Vec<String>> {
        let names = self.plain_alt_names()?.into_iter();
        let dns = names.filter(|(kind, _)| *kind == sys::GNUTLS_SAN_DNSNAME);
        Ok(dns.map(|(_, name)| whole(&name)).collect())
    }

    /// The addresses among the alternative names.
    ///
    /// # Errors
    /// If the extension is malformed.
    #[doc(alias = "gnutls_x509_crt_get_subject_alt_name")]
    pub fn ip_addresses(&self) -> Result<Vec<IpAddr>> {
        let names = self.plain_alt_names()?.into_iter();
        let address = |(kind, value): (c_uint, Vec<u8>)| match GeneralName::new(kind, &value) {
            GeneralName::Ip(address) => Some(address),
            _ => None,
        };
        Ok(names.filter_map(address).collect())
    }

    fn plain_alt_names(&self) -> Result<Vec<(c_uint, Vec<u8>)>> {
        by_index("reading a certificate's alternative names", |index, buffer, size| {
            let (name, critical) = (buffer.cast::<c_void>(), ptr::null_mut());
            // SAFETY: an imported certificate; the buffer has the size that stands behind `size`; null means that we do
            // not ask whether the extension is critical.
            unsafe { sys::gnutls_x509_crt_get_subject_alt_name(self.raw(), index, name, size, critical) }
        })
    }

    /// The DNS names among the alternative names of the issuer.
    ///
    /// # Errors
    /// If the extension is malformed.
    #[doc(alias = "gnutls_x509_crt_get_issuer_alt_name")]
    pub fn issuer_dns_names(&self) -> Result<Vec<String>> {
        let names = by_index("reading the alternative names of a certificate's issuer", |index, buffer, size| {
            let (name, critical) = (buffer.cast::<c_void>(), ptr::null_mut());
            // SAFETY: as in `plain_alt_names`.
            unsafe { sys::gnutls_x509_crt_get_issuer_alt_name(self.raw(), index, name, size, critical) }
        })?;
        let dns = names.into_iter().filter(|(kind, _)| *kind == sys::GNUTLS_SAN_DNSNAME);
        Ok(dns.map(|(_, name)| whole(&name)).collect())
    }

    /// The number that tells the subject from others of the same name (X.509 version 2; RFC 5280 advises against it).
    ///
    /// # Errors
    /// If memory runs out.
    #[doc(alias = "gnutls_x509_crt_get_subject_unique_id")]
    pub fn subject_unique_id(&self) -> Result<Option<Vec<u8>>> {
        unique_id("reading a certificate's unique subject identifier", |buffer, size| {
            // SAFETY: an imported certificate; the buffer has the size that stands behind `size`.
            unsafe { sys::gnutls_x509_crt_get_subject_unique_id(self.raw(), buffer.cast(), size) }
        })
    }

    /// The number that tells the issuer from others of the same name; as
    /// [`subject_unique_id`](Certificate::subject_unique_id).
    ///
    /// # Errors
    /// If memory runs out.
    #[doc(alias = "gnutls_x509_crt_get_issuer_unique_id")]
    pub fn issuer_unique_id(&self) -> Result<Option<Vec<u8>>> {
        unique_id("reading a certificate's unique issuer identifier", |buffer, size| {
            // SAFETY: an imported certificate; the buffer has the size that stands behind `size`.
            unsafe { sys::gnutls_x509_crt_get_issuer_unique_id(self.raw(), buffer.cast(), size) }
        })
    }
}

/// A distinguished name as text; GnuTLS calls an empty one missing.
pub(in crate::x509) fn name(
    doing: &'static str,
    call: impl FnOnce(*mut sys::gnutls_datum_t) -> c_int,
) -> Result<String> {
    let name = filled_optional(doing, call)?;
    Ok(name.map_or_else(String::new, |name| name.to_text()))
}

/// Alternative names, with the identifiers of those that have one; `oid` gets an index, a buffer and its size.
pub(in crate::x509) fn with_oids(
    names: Vec<(c_uint, Vec<u8>)>,
    mut oid: impl FnMut(c_uint, *mut u8, *mut usize) -> c_int,
) -> Result<Vec<GeneralName>> {
    let named = names.into_iter().zip(0..).map(|((kind, value), index)| {
        if kind != sys::GNUTLS_SAN_OTHERNAME {
            return Ok(GeneralName::new(kind, &value));
        }
        let found = sized_optional("reading the kind of an alternative name", |buffer, size| oid(index, buffer, size))?;
        GeneralName::with_oid(kind, &value, &found.unwrap_or_default())
    });
    named.collect()
}

/// An identifier for whose absence GnuTLS has another code.
fn unique_id(doing: &'static str, call: impl FnMut(*mut u8, *mut usize) -> c_int) -> Result<Option<Vec<u8>>> {
    match sized_optional(doing, call) {
        Err(error) if error.code().is_some_and(|code| code.raw() == sys::GNUTLS_E_ASN1_ELEMENT_NOT_FOUND) => Ok(None),
        found => found,
    }
}
