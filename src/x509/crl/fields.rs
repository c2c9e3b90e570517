//! What a revocation list says, apart from whom it revokes.

use std::ffi::{c_uint, c_void};
use std::ptr;
use std::time::SystemTime;

use gnutls_sys as sys;

use super::RevocationList;
use crate::algorithm::SignatureScheme;
use crate::error::Result;
use crate::ffi::{by_index, check, filled, sized, sized_exactly, sized_optional, texts_by_index, written};
use crate::x509::certificate::name;
use crate::x509::dn::oids;
use crate::x509::extension::names_and_serials;
use crate::x509::time::{system_time, time_if_there};
use crate::x509::{Extension, GeneralName, Oid};

impl RevocationList {
    /// Who issued the list, as RFC 4514 writes it.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`](crate::ErrorKind::InvalidInput) if the name is malformed.
    #[doc(alias = "gnutls_x509_crl_get_issuer_dn3")]
    pub fn issuer(&self) -> Result<String> {
        name("reading a revocation list's issuer", |out| {
            // SAFETY: an imported list and a valid out pointer.
            unsafe { sys::gnutls_x509_crl_get_issuer_dn3(self.raw(), out, 0) }
        })
    }

    /// The issuer as GnuTLS before 3.5.6 wrote it, the first attribute first.
    ///
    /// # Errors
    /// As for [`issuer`](RevocationList::issuer).
    #[doc(alias = "gnutls_x509_crl_get_issuer_dn2")]
    pub fn issuer_compat(&self) -> Result<String> {
        name("reading a revocation list's issuer", |out| {
            // SAFETY: an imported list and a valid out pointer.
            unsafe { sys::gnutls_x509_crl_get_issuer_dn2(self.raw(), out) }
        })
    }

    /// Writes the issuer, in the form of [`issuer_compat`](RevocationList::issuer_compat), into `buffer` with a NUL
    /// behind it: how many bytes it has without that.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`](crate::ErrorKind::InvalidInput) if the buffer is too small: the message says what is
    /// needed.
    #[doc(alias = "gnutls_x509_crl_get_issuer_dn")]
    pub fn issuer_into(&self, buffer: &mut [u8]) -> Result<usize> {
        written("reading a revocation list's issuer", buffer, |start, size| {
            // SAFETY: an imported list; the buffer has the size that stands behind `size`.
            unsafe { sys::gnutls_x509_crl_get_issuer_dn(self.raw(), start.cast(), size) }
        })
    }

    /// The issuer in DER.
    ///
    /// # Errors
    /// If memory runs out.
    #[doc(alias = "gnutls_x509_crl_get_raw_issuer_dn")]
    pub fn issuer_der(&self) -> Result<Vec<u8>> {
        let der = filled("reading a revocation list's issuer", |out| {
            // SAFETY: an imported list and a valid out pointer.
            unsafe { sys::gnutls_x509_crl_get_raw_issuer_dn(self.raw(), out) }
        })?;
        Ok(der.to_vec())
    }

    /// The values of all attributes of one kind in the issuer's name, as RFC 4514 writes values: commas and the like
    /// behind a backslash, `#` and hexadecimal digits for what is no text.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`](crate::ErrorKind::InvalidInput) if the name is malformed.
    #[doc(alias = "gnutls_x509_crl_get_issuer_dn_by_oid")]
    pub fn issuer_attributes(&self, oid: &Oid) -> Result<Vec<String>> {
        texts_by_index("reading an attribute of a revocation list's issuer", |index, buffer, size| {
            let (crl, oid) = (self.raw(), oid.as_ptr());
            // SAFETY: an imported list; the identifier lives; the buffer has the size that stands behind `size`.
            unsafe { sys::gnutls_x509_crl_get_issuer_dn_by_oid(crl, oid, index, 0, buffer.cast::<c_void>(), size) }
        })
    }

    /// What kinds of attributes the issuer's name has, in its order.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`](crate::ErrorKind::InvalidInput) if the name is malformed.
    #[doc(alias = "gnutls_x509_crl_get_dn_oid")]
    pub fn issuer_oids(&self) -> Result<Vec<Oid>> {
        oids("reading the attributes of a revocation list's issuer", |index, buffer, size| {
            // SAFETY: an imported list; the buffer has the size that stands behind `size`.
            unsafe { sys::gnutls_x509_crl_get_dn_oid(self.raw(), index, buffer.cast::<c_void>(), size) }
        })
    }

    /// The version: 2, for old lists 1.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`](crate::ErrorKind::InvalidInput) if it is malformed.
    #[doc(alias = "gnutls_x509_crl_get_version")]
    pub fn version(&self) -> Result<u32> {
        // SAFETY: an imported list.
        check(unsafe { sys::gnutls_x509_crl_get_version(self.raw()) }, "reading a revocation list's version")
    }

    /// When the list was made; what lies before 1970 is 1970.
    #[doc(alias = "gnutls_x509_crl_get_this_update")]
    pub fn this_update(&self) -> SystemTime {
        // SAFETY: an imported list.
        system_time(unsafe { sys::gnutls_x509_crl_get_this_update(self.raw()) })
    }

    /// When there will be a newer list, if this one says so.
    #[doc(alias = "gnutls_x509_crl_get_next_update")]
    pub fn next_update(&self) -> Option<SystemTime> {
        // SAFETY: an imported list.
        time_if_there(unsafe { sys::gnutls_x509_crl_get_next_update(self.raw()) })
    }

    /// How the list is signed, with [`raw`](SignatureScheme::raw) 0 for what GnuTLS does not know.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`](crate::ErrorKind::InvalidInput) if it is malformed.
    #[doc(alias = "gnutls_x509_crl_get_signature_algorithm")]
    pub fn signature_scheme(&self) -> Result<SignatureScheme> {
        // SAFETY: an imported list.
        let code = unsafe { sys::gnutls_x509_crl_get_signature_algorithm(self.raw()) };
        Ok(SignatureScheme::from_raw(check(code, "reading a revocation list's signature algorithm")?))
    }

    /// How the list is signed, as an object identifier.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`](crate::ErrorKind::InvalidInput) if it is malformed.
    #[doc(alias = "gnutls_x509_crl_get_signature_oid")]
    pub fn signature_oid(&self) -> Result<Oid> {
        let (_, oid) = sized("reading a revocation list's signature algorithm", |buffer, size| {
            // SAFETY: an imported list; the buffer has the size that stands behind `size`.
            unsafe { sys::gnutls_x509_crl_get_signature_oid(self.raw(), buffer.cast(), size) }
        })?;
        Oid::from_bytes(&oid)
    }

    /// The signature.
    ///
    /// # Errors
    /// If memory runs out.
    #[doc(alias = "gnutls_x509_crl_get_signature")]
    pub fn signature(&self) -> Result<Vec<u8>> {
        sized_exactly("reading a revocation list's signature", |buffer, size| {
            // SAFETY: an imported list; the buffer has the size that stands behind `size`.
            unsafe { sys::gnutls_x509_crl_get_signature(self.raw(), buffer.cast(), size) }
        })
    }

    /// The number of the list, big-endian: each newer list of an authority has a higher one.
    ///
    /// # Errors
    /// If the extension is malformed.
    #[doc(alias = "gnutls_x509_crl_get_number")]
    pub fn number(&self) -> Result<Option<Vec<u8>>> {
        sized_optional("reading a revocation list's number", |buffer, size| {
            // SAFETY: an imported list; the buffer has the size that stands behind `size`; null means that we do not ask
            // whether the extension is critical.
            unsafe { sys::gnutls_x509_crl_get_number(self.raw(), buffer.cast(), size, ptr::null_mut()) }
        })
    }

    /// The identifier of the issuer's key.
    ///
    /// # Errors
    /// If the extension is malformed, or names the issuer in another way.
    #[doc(alias = "gnutls_x509_crl_get_authority_key_id")]
    pub fn authority_key_id(&self) -> Result<Option<Vec<u8>>> {
        sized_optional("reading a revocation list's authority key identifier", |buffer, size| {
            let (id, critical) = (buffer.cast::<c_void>(), ptr::null_mut());
            // SAFETY: an imported list; the buffer has the size that stands behind `size`; null as in `number`.
            unsafe { sys::gnutls_x509_crl_get_authority_key_id(self.raw(), id, size, critical) }
        })
    }

    /// Which certificate signed the list, where it is told by the names of that one's issuer and its serial number.
    ///
    /// # Errors
    /// If the extension is malformed.
    #[doc(alias = "gnutls_x509_crl_get_authority_key_gn_serial")]
    pub fn authority_issuer_and_serial(&self) -> Result<Vec<(GeneralName, Vec<u8>)>> {
        names_and_serials(
            "reading a revocation list's authority key identifier",
            |index, (name, name_size), kind, (serial, serial_size)| {
                let (raw, critical) = (self.raw(), ptr::null_mut());
                // SAFETY: an imported list; both buffers have the sizes behind their sizes; a valid out pointer; null as in
                // `number`.
                unsafe {
                    sys::gnutls_x509_crl_get_authority_key_gn_serial(
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

    /// All extensions of the list (not of its entries), in their order.
    ///
    /// # Errors
    /// If memory runs out.
    #[doc(alias = "gnutls_x509_crl_get_extension_info")]
    #[doc(alias = "gnutls_x509_crl_get_extension_data2")]
    pub fn extensions(&self) -> Result<Vec<Extension>> {
        const DOING: &str = "reading a revocation list's extensions";
        let infos = by_index(DOING, |index, buffer, size| {
            let mut critical = 0;
            // SAFETY: an imported list; the buffer has the size behind `size`; a valid out pointer.
            let code = unsafe {
                sys::gnutls_x509_crl_get_extension_info(self.raw(), index, buffer.cast(), size, &mut critical)
            };
            if code < 0 { code } else { (critical != 0).into() }
        })?;
        let extension = |(index, (critical, oid)): (c_uint, (c_uint, Vec<u8>))| {
            let data = filled(DOING, |out| {
                // SAFETY: an imported list and a valid out pointer.
                unsafe { sys::gnutls_x509_crl_get_extension_data2(self.raw(), index, out) }
            })?;
            Ok(Extension { oid: Oid::from_bytes(&oid)?, critical: critical != 0, data: data.to_vec() })
        };
        (0..).zip(infos).map(extension).collect()
    }

    /// What kinds of extensions the list has, in their order.
    ///
    /// # Errors
    /// If memory runs out.
    #[doc(alias = "gnutls_x509_crl_get_extension_oid")]
    pub fn extension_oids(&self) -> Result<Vec<Oid>> {
        oids("reading a revocation list's extensions", |index, buffer, size| {
            // SAFETY: an imported list; the buffer has the size that stands behind `size`.
            unsafe { sys::gnutls_x509_crl_get_extension_oid(self.raw(), index, buffer.cast(), size) }
        })
    }

    /// Writes the bytes of the extension at an index into `buffer`: how many they are.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`](crate::ErrorKind::InvalidInput) if the buffer is too small: the message says what is
    /// needed.
    #[doc(alias = "gnutls_x509_crl_get_extension_data")]
    pub fn extension_data_into(&self, index: u32, buffer: &mut [u8]) -> Result<usize> {
        written("reading an extension of a revocation list", buffer, |start, size| {
            // SAFETY: an imported list; the buffer has the size that stands behind `size`.
            unsafe { sys::gnutls_x509_crl_get_extension_data(self.raw(), index, start.cast(), size) }
        })
    }
}
