//! What a responder answers.

use std::fmt;
use std::ptr;
use std::time::SystemTime;

use gnutls_sys as sys;

use super::{Nonce, ResponseStatus, extension};
use crate::algorithm::SignatureScheme;
use crate::container::system_time;
use crate::error::{Error, Failure, Result};
use crate::ffi::{OwnedArray, check, datum, filled, filled_many, filled_optional, handle, raw_access, until_end};
use crate::global;
use crate::x509::{Certificate, CrtHandle, Extension, Format, Oid};

handle! {
    /// A `gnutls_ocsp_resp_t` and the duty to release it.
    ResponseHandle(gnutls_ocsp_resp_t), gnutls_ocsp_resp_init, gnutls_ocsp_resp_deinit, "allocating an OCSP response"
}

/// An answer of an OCSP responder. It is read, and does not change after that.
///
/// A response may say that the responder does not answer: see [`status`](Response::status). Its other parts are empty
/// then, or errors.
#[doc(alias = "gnutls_ocsp_resp_t")]
#[doc(alias = "gnutls_ocsp_resp_init")]
#[doc(alias = "gnutls_ocsp_resp_deinit")]
pub struct Response(ResponseHandle);

// SAFETY: the object is plain memory without ties to the thread that made it.
unsafe impl Send for Response {}
// SAFETY: after the import only getters are called on it, which read. See the manual, "Thread safety": "Read-only access
// to objects ... is also thread-safe".
unsafe impl Sync for Response {}

/// Who has answered.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Responder {
    /// By its name, as RFC 4514 writes it.
    Name(String),
    /// By the SHA-1 digest of its public key.
    KeyHash(Vec<u8>),
}

const READING: &str = "reading an OCSP response";

raw_access!(Response(ResponseHandle), sys::gnutls_ocsp_resp_t, "gnutls_ocsp_resp_deinit", "holds a response");

impl Response {
    /// Reads a response in DER.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`](crate::ErrorKind::InvalidInput) if it is malformed.
    #[doc(alias = "gnutls_ocsp_resp_import")]
    pub fn from_der(der: impl AsRef<[u8]>) -> Result<Response> {
        let (handle, data) = (ResponseHandle::new()?, datum(der.as_ref(), READING)?);
        // SAFETY: a fresh handle; the datum borrows the caller's slice, which is copied.
        let code = unsafe { sys::gnutls_ocsp_resp_import(handle.raw(), &data) };
        Response::read(code, handle)
    }

    /// Reads the first response of a PEM text (`OCSP RESPONSE`).
    ///
    /// # Errors
    /// As for [`from_der`](Response::from_der).
    #[doc(alias = "gnutls_ocsp_resp_import2")]
    pub fn from_pem(pem: impl AsRef<[u8]>) -> Result<Response> {
        let (handle, data) = (ResponseHandle::new()?, datum(pem.as_ref(), READING)?);
        // SAFETY: a fresh handle; the datum borrows the caller's slice, which is copied.
        let code = unsafe { sys::gnutls_ocsp_resp_import2(handle.raw(), &data, sys::GNUTLS_X509_FMT_PEM) };
        Response::read(code, handle)
    }

    fn read(code: i32, handle: ResponseHandle) -> Result<Response> {
        if code < 0 {
            return Err(Failure::of_input(code, READING).into());
        }
        Ok(Response(handle))
    }

    /// Reads all responses: in PEM any number, in DER one.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`](crate::ErrorKind::InvalidInput) if there is none, or if one is malformed.
    #[doc(alias = "gnutls_ocsp_resp_list_import2")]
    pub fn list_from(bytes: impl AsRef<[u8]>, format: Format) -> Result<Vec<Response>> {
        global::ready()?;
        let data = datum(bytes.as_ref(), READING)?;
        let handles = OwnedArray::filled(|start, length| {
            // SAFETY: valid out pointers; the datum borrows the caller's slice, which is copied.
            unsafe { sys::gnutls_ocsp_resp_list_import2(start, length, &data, format.raw(), 0) }
        });
        let handles = handles.map_err(|code| Failure::of_input(code, READING))?;
        // Each is taken over once.
        Ok(handles.as_slice().iter().map(|&raw| Response(ResponseHandle(raw))).collect())
    }

    pub(super) fn raw(&self) -> sys::gnutls_ocsp_resp_t {
        self.0.raw()
    }

    /// Whether the responder answered.
    ///
    /// # Errors
    /// If the response is malformed.
    #[doc(alias = "gnutls_ocsp_resp_get_status")]
    pub fn status(&self) -> Result<ResponseStatus> {
        // SAFETY: a response.
        let status = check(unsafe { sys::gnutls_ocsp_resp_get_status(self.raw()) }, READING)?;
        Ok(ResponseStatus::from_raw(status))
    }

    /// Whether there is more than a status: without, GnuTLS has nothing to look into.
    pub(super) fn has_answer(&self) -> bool {
        self.status().is_ok_and(|status| status == ResponseStatus::SUCCESSFUL)
    }

    /// An error, if the responder did not answer.
    pub(super) fn answered(&self, doing: &'static str) -> Result<()> {
        match self.status()? {
            ResponseStatus::SUCCESSFUL => Ok(()),
            status => Err(Error::input(doing, format!("the responder did not answer: {status:?}"))),
        }
    }

    /// The object identifier of the answer's kind, and the answer in DER.
    ///
    /// # Errors
    /// If there is none.
    #[doc(alias = "gnutls_ocsp_resp_get_response")]
    pub fn answer(&self) -> Result<(Oid, Vec<u8>)> {
        self.answered(READING)?;
        let [oid, answer] = filled_many(READING, |[oid, answer]| {
            // SAFETY: a response and valid out pointers.
            unsafe { sys::gnutls_ocsp_resp_get_response(self.raw(), oid, answer) }
        })?;
        Ok((Oid::from_bytes(oid.as_slice())?, answer.to_vec()))
    }

    /// The version, 1 for all responses today.
    ///
    /// # Errors
    /// If the responder did not answer.
    #[doc(alias = "gnutls_ocsp_resp_get_version")]
    pub fn version(&self) -> Result<u32> {
        self.answered(READING)?;
        // SAFETY: a response.
        check(unsafe { sys::gnutls_ocsp_resp_get_version(self.raw()) }, READING)
    }

    /// Who answered.
    ///
    /// # Errors
    /// If the responder did not answer.
    #[doc(alias = "gnutls_ocsp_resp_get_responder2")]
    #[doc(alias = "gnutls_ocsp_resp_get_responder_raw_id")]
    pub fn responder(&self) -> Result<Responder> {
        self.answered(READING)?;
        let name = filled_optional(READING, |out| {
            // SAFETY: a response and a valid out pointer.
            unsafe { sys::gnutls_ocsp_resp_get_responder2(self.raw(), out, 0) }
        })?;
        match name {
            Some(name) if !name.as_slice().is_empty() => Ok(Responder::Name(name.to_text())),
            _ => {
                let hash = filled(READING, |out| {
                    let kind = sys::GNUTLS_OCSP_RESP_ID_KEY;
                    // SAFETY: a response and a valid out pointer.
                    unsafe { sys::gnutls_ocsp_resp_get_responder_raw_id(self.raw(), kind, out) }
                })?;
                Ok(Responder::KeyHash(hash.as_slice().to_vec()))
            }
        }
    }

    /// The name of who answered as GnuTLS before 3.5.6 wrote it: in the order of the encoding, the reverse of RFC 4514.
    /// `None` if the responder is known by its key.
    ///
    /// # Errors
    /// If the responder did not answer.
    #[doc(alias = "gnutls_ocsp_resp_get_responder")]
    pub fn responder_name_reversed(&self) -> Result<Option<String>> {
        self.answered(READING)?;
        let name = filled(READING, |out| {
            // SAFETY: a response and a valid out pointer.
            unsafe { sys::gnutls_ocsp_resp_get_responder(self.raw(), out) }
        })?;
        Ok((!name.as_slice().is_empty()).then(|| name.to_text()))
    }

    /// When the answer was signed.
    #[doc(alias = "gnutls_ocsp_resp_get_produced")]
    pub fn produced_at(&self) -> Option<SystemTime> {
        // SAFETY: a response.
        system_time(unsafe { sys::gnutls_ocsp_resp_get_produced(self.raw()) })
    }

    /// The nonce, if there is one.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`](crate::ErrorKind::InvalidInput) if it is malformed.
    #[doc(alias = "gnutls_ocsp_resp_get_nonce")]
    pub fn nonce(&self) -> Result<Option<Nonce>> {
        if !self.has_answer() {
            return Ok(None);
        }
        let mut critical = 0;
        let nonce = filled_optional(READING, |out| {
            // SAFETY: a response and valid out pointers.
            unsafe { sys::gnutls_ocsp_resp_get_nonce(self.raw(), &mut critical, out) }
        })?;
        Ok(nonce.map(|nonce| Nonce { bytes: nonce.as_slice().to_vec(), critical: critical != 0 }))
    }

    /// The extensions, the nonce's included.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`](crate::ErrorKind::InvalidInput) if one is malformed.
    #[doc(alias = "gnutls_ocsp_resp_get_extension")]
    pub fn extensions(&self) -> Result<Vec<Extension>> {
        if !self.has_answer() {
            return Ok(Vec::new());
        }
        until_end(|index| {
            extension(READING, |oid, critical, data| {
                // SAFETY: a response and valid out pointers.
                unsafe { sys::gnutls_ocsp_resp_get_extension(self.raw(), index, oid, critical, data) }
            })
        })
    }

    /// How the answer is signed.
    ///
    /// # Errors
    /// If the responder did not answer.
    #[doc(alias = "gnutls_ocsp_resp_get_signature_algorithm")]
    pub fn signature_scheme(&self) -> Result<SignatureScheme> {
        self.answered(READING)?;
        // SAFETY: a response.
        let scheme = check(unsafe { sys::gnutls_ocsp_resp_get_signature_algorithm(self.raw()) }, READING)?;
        Ok(SignatureScheme::from_raw(scheme))
    }

    /// The signature.
    ///
    /// # Errors
    /// If the responder did not answer.
    #[doc(alias = "gnutls_ocsp_resp_get_signature")]
    pub fn signature(&self) -> Result<Vec<u8>> {
        self.answered(READING)?;
        let signature = filled(READING, |out| {
            // SAFETY: a response and a valid out pointer.
            unsafe { sys::gnutls_ocsp_resp_get_signature(self.raw(), out) }
        })?;
        Ok(signature.as_slice().to_vec())
    }

    /// The certificates that came with the answer.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`](crate::ErrorKind::InvalidInput) if one is malformed.
    #[doc(alias = "gnutls_ocsp_resp_get_certs")]
    pub fn certificates(&self) -> Result<Vec<Certificate>> {
        if !self.has_answer() {
            return Ok(Vec::new());
        }
        let handles = OwnedArray::filled(|start, length| {
            let mut count = 0;
            // SAFETY: a response and valid out pointers.
            let code = unsafe { sys::gnutls_ocsp_resp_get_certs(self.raw(), start, &mut count) };
            // SAFETY: the array's own length; there are no more certificates than bytes in a datum.
            unsafe { length.write(count.try_into().unwrap_or(0)) };
            code
        });
        let handles = handles.map_err(|code| Failure::of_input(code, READING))?;
        let owned = handles.as_slice().iter().map(|&raw| {
            // SAFETY: imported by GnuTLS for us; each is taken over once.
            Certificate::from_imported(unsafe { CrtHandle::from_raw(raw) })
        });
        Ok(owned.collect())
    }

    /// The response in DER.
    ///
    /// # Errors
    /// If memory runs out.
    #[doc(alias = "gnutls_ocsp_resp_export")]
    pub fn to_der(&self) -> Result<Vec<u8>> {
        let der = filled("writing an OCSP response", |out| {
            // SAFETY: a response and a valid out pointer.
            unsafe { sys::gnutls_ocsp_resp_export(self.raw(), out) }
        })?;
        Ok(der.as_slice().to_vec())
    }

    /// The response in PEM (`OCSP RESPONSE`).
    ///
    /// # Errors
    /// If memory runs out.
    #[doc(alias = "gnutls_ocsp_resp_export2")]
    pub fn to_pem(&self) -> Result<String> {
        let pem = filled("writing an OCSP response", |out| {
            // SAFETY: a response and a valid out pointer.
            unsafe { sys::gnutls_ocsp_resp_export2(self.raw(), out, sys::GNUTLS_X509_FMT_PEM) }
        })?;
        Ok(pem.to_text())
    }

    /// GnuTLS's description of the response, in many lines. Its form differs between versions of GnuTLS.
    ///
    /// # Errors
    /// If a part of it is malformed.
    #[doc(alias = "gnutls_ocsp_resp_print")]
    pub fn print_full(&self) -> Result<String> {
        self.print(sys::GNUTLS_OCSP_PRINT_FULL)
    }

    /// As [`print_full`](Response::print_full), in fewer lines.
    ///
    /// # Errors
    /// As there.
    #[doc(alias = "gnutls_ocsp_resp_print")]
    pub fn print_compact(&self) -> Result<String> {
        self.print(sys::GNUTLS_OCSP_PRINT_COMPACT)
    }

    fn print(&self, form: sys::gnutls_ocsp_print_formats_t) -> Result<String> {
        let text = filled("describing an OCSP response", |out| {
            // SAFETY: a response and a valid out pointer.
            unsafe { sys::gnutls_ocsp_resp_print(self.raw(), form, out) }
        })?;
        Ok(text.to_text())
    }
}

impl fmt::Debug for Response {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut out = f.debug_struct("Response");
        out.field("status", &self.status().ok()).field("singles", &self.singles().unwrap_or_default()).finish()
    }
}
