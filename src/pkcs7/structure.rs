//! The structure, and the data inside of it.

use std::fmt;
use std::ptr;

use gnutls_sys as sys;

use crate::cstr::static_text;
use crate::error::{Failure, Result};
use crate::ffi::{OwnedDatum, check, datum, filled, filled_optional, handle, raw_access, written};
use crate::global;
use crate::x509::{Format, Oid};

handle! {
    /// A `gnutls_pkcs7_t` and the duty to release it.
    Pkcs7Handle(gnutls_pkcs7_t), gnutls_pkcs7_init, gnutls_pkcs7_deinit, "allocating a PKCS#7 structure"
}

/// A PKCS#7 structure of the kind SignedData.
///
/// Not `Sync`: writing it down changes the C object.
#[doc(alias = "gnutls_pkcs7_t")]
#[doc(alias = "gnutls_pkcs7_init")]
#[doc(alias = "gnutls_pkcs7_deinit")]
pub struct Pkcs7(Pkcs7Handle);

// SAFETY: the object is plain memory without ties to the thread that made it.
unsafe impl Send for Pkcs7 {}

pub(super) const READING: &str = "reading a PKCS#7 structure";

raw_access!(Pkcs7(Pkcs7Handle), sys::gnutls_pkcs7_t, "gnutls_pkcs7_deinit", "is initialised");

impl Pkcs7 {
    /// An empty one.
    ///
    /// # Errors
    /// If memory runs out.
    pub fn new() -> Result<Pkcs7> {
        Ok(Pkcs7(Pkcs7Handle::new()?))
    }

    /// Reads one in PEM.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`](crate::ErrorKind::InvalidInput) if it is malformed or of another kind.
    #[doc(alias = "gnutls_pkcs7_import")]
    pub fn from_pem(pem: impl AsRef<[u8]>) -> Result<Pkcs7> {
        Pkcs7::import(pem.as_ref(), Format::Pem)
    }

    /// Reads one in DER.
    ///
    /// # Errors
    /// As for [`from_pem`](Pkcs7::from_pem).
    #[doc(alias = "gnutls_pkcs7_import")]
    pub fn from_der(der: impl AsRef<[u8]>) -> Result<Pkcs7> {
        Pkcs7::import(der.as_ref(), Format::Der)
    }

    fn import(bytes: &[u8], format: Format) -> Result<Pkcs7> {
        let read = Pkcs7::new()?;
        let data = datum(bytes, READING)?;
        // SAFETY: a fresh handle; the datum borrows the caller's slice, which is copied.
        let code = unsafe { sys::gnutls_pkcs7_import(read.raw(), &data, format.raw()) };
        if code < 0 {
            return Err(Failure::of_input(code, READING).into());
        }
        Ok(read)
    }

    pub(super) fn raw(&self) -> sys::gnutls_pkcs7_t {
        self.0.raw()
    }

    /// The structure in PEM (`PKCS7`).
    ///
    /// # Errors
    /// If there is nothing in it.
    #[doc(alias = "gnutls_pkcs7_export2")]
    pub fn to_pem(&self) -> Result<String> {
        Ok(self.export(Format::Pem)?.to_text())
    }

    /// The structure in DER.
    ///
    /// # Errors
    /// If there is nothing in it.
    #[doc(alias = "gnutls_pkcs7_export2")]
    pub fn to_der(&self) -> Result<Vec<u8>> {
        Ok(self.export(Format::Der)?.to_vec())
    }

    fn export(&self, format: Format) -> Result<OwnedDatum> {
        filled("writing a PKCS#7 structure", |out| {
            // SAFETY: a structure that no other thread has, and a valid out pointer.
            unsafe { sys::gnutls_pkcs7_export2(self.raw(), format.raw(), out) }
        })
    }

    /// As [`to_der`](Pkcs7::to_der), into the start of `output`; returns how many bytes that were.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`](crate::ErrorKind::InvalidInput) if `output` is too small: the message says what is needed.
    #[doc(alias = "gnutls_pkcs7_export")]
    pub fn export_into(&self, format: Format, output: &mut [u8]) -> Result<usize> {
        written("writing a PKCS#7 structure", output, |buffer, size| {
            // SAFETY: a structure that no other thread has; the buffer has the size that stands behind `size`.
            unsafe { sys::gnutls_pkcs7_export(self.raw(), format.raw(), buffer.cast(), size) }
        })
    }

    /// The data inside, as they were signed. Nothing says that a signature over them is right: see
    /// [`verify`](Pkcs7::verify).
    ///
    /// # Errors
    /// If memory runs out.
    #[doc(alias = "gnutls_pkcs7_get_embedded_data")]
    pub fn embedded_data(&self) -> Result<Option<Vec<u8>>> {
        self.embedded(0)
    }

    /// As [`embedded_data`](Pkcs7::embedded_data), with the DER tag and length that stand before them.
    ///
    /// # Errors
    /// As there.
    #[doc(alias = "gnutls_pkcs7_get_embedded_data")]
    pub fn embedded_data_raw(&self) -> Result<Option<Vec<u8>>> {
        self.embedded(sys::GNUTLS_PKCS7_EDATA_GET_RAW)
    }

    fn embedded(&self, flags: u32) -> Result<Option<Vec<u8>>> {
        let data = filled_optional("reading the data of a PKCS#7 structure", |out| {
            // SAFETY: a structure and a valid out pointer.
            unsafe { sys::gnutls_pkcs7_get_embedded_data(self.raw(), flags, out) }
        })?;
        Ok(data.map(|data| data.as_slice().to_vec()))
    }

    /// What kind of data they are.
    #[doc(alias = "gnutls_pkcs7_get_embedded_data_oid")]
    pub fn embedded_data_oid(&self) -> Option<Oid> {
        // SAFETY: a structure.
        let oid = unsafe { sys::gnutls_pkcs7_get_embedded_data_oid(self.raw()) };
        // SAFETY: null or a NUL-terminated string of the structure's, which is copied at once.
        unsafe { static_text(oid) }.and_then(|oid| oid.parse().ok())
    }

    /// How many signatures there are.
    ///
    /// # Errors
    /// If the structure is malformed or empty.
    #[doc(alias = "gnutls_pkcs7_get_signature_count")]
    pub fn signature_count(&self) -> Result<u32> {
        // SAFETY: a structure.
        check(unsafe { sys::gnutls_pkcs7_get_signature_count(self.raw()) }, READING)
    }

    /// GnuTLS's description of the structure, in many lines. Its form differs between versions of GnuTLS.
    ///
    /// # Errors
    /// If a part of it is malformed.
    #[doc(alias = "gnutls_pkcs7_print")]
    pub fn print_full(&self) -> Result<String> {
        let text = filled("describing a PKCS#7 structure", |out| {
            // SAFETY: a structure and a valid out pointer.
            unsafe { sys::gnutls_pkcs7_print(self.raw(), sys::GNUTLS_CRT_PRINT_FULL, out) }
        })?;
        Ok(text.to_text())
    }
}

impl fmt::Debug for Pkcs7 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut out = f.debug_struct("Pkcs7");
        out.field("signatures", &self.signature_count().unwrap_or(0)).field("data", &self.embedded_data_oid()).finish()
    }
}
