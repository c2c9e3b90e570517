//! What a request says of its sender and its key.

use std::ffi::{c_uint, c_void};

use gnutls_sys as sys;

use super::CertificateRequest;
use crate::algorithm::{PublicKeyAlgorithm, SignatureScheme};
use crate::error::Result;
use crate::ffi::{by_index, check, lossy, sized, sized_optional, texts_by_index, written};
use crate::key::{KeyIdKind, PublicKey, RsaPublicNumbers, Spki, Zeros, key_id, key_id_of};
use crate::x509::Oid;
use crate::x509::certificate::name;
use crate::x509::dn::oids;

impl CertificateRequest {
    /// Whom the certificate shall be about, as RFC 4514 writes it. Empty if the request does not say.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`](crate::ErrorKind::InvalidInput) if the name is malformed.
    #[doc(alias = "gnutls_x509_crq_get_dn3")]
    pub fn subject(&self) -> Result<String> {
        name("reading a request's subject", |out| {
            // SAFETY: an imported request and a valid out pointer.
            unsafe { sys::gnutls_x509_crq_get_dn3(self.raw(), out, 0) }
        })
    }

    /// The subject as GnuTLS before 3.5.6 wrote it, the first attribute first.
    ///
    /// # Errors
    /// As for [`subject`](CertificateRequest::subject).
    #[doc(alias = "gnutls_x509_crq_get_dn2")]
    pub fn subject_compat(&self) -> Result<String> {
        name("reading a request's subject", |out| {
            // SAFETY: an imported request and a valid out pointer.
            unsafe { sys::gnutls_x509_crq_get_dn2(self.raw(), out) }
        })
    }

    /// Writes the subject, in the form of [`subject_compat`](CertificateRequest::subject_compat), into `buffer` with a
    /// NUL behind it: how many bytes it has without that.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`](crate::ErrorKind::InvalidInput) if the buffer is too small: the message says what is
    /// needed.
    #[doc(alias = "gnutls_x509_crq_get_dn")]
    pub fn subject_into(&self, buffer: &mut [u8]) -> Result<usize> {
        written("reading a request's subject", buffer, |start, size| {
            // SAFETY: an imported request; the buffer has the size that stands behind `size`.
            unsafe { sys::gnutls_x509_crq_get_dn(self.raw(), start.cast(), size) }
        })
    }

    /// The values of all attributes of one kind in the subject, as RFC 4514 writes values: commas and the like
    /// behind a backslash, `#` and hexadecimal digits for what is no text.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`](crate::ErrorKind::InvalidInput) if the name is malformed.
    #[doc(alias = "gnutls_x509_crq_get_dn_by_oid")]
    pub fn subject_attributes(&self, oid: &Oid) -> Result<Vec<String>> {
        texts_by_index("reading an attribute of a request's subject", |index, buffer, size| {
            let (crq, oid) = (self.raw(), oid.as_ptr());
            // SAFETY: an imported request; the identifier lives; the buffer has the size that stands behind `size`.
            unsafe { sys::gnutls_x509_crq_get_dn_by_oid(crq, oid, index, 0, buffer.cast::<c_void>(), size) }
        })
    }

    /// What kinds of attributes the subject has, in its order.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`](crate::ErrorKind::InvalidInput) if the name is malformed.
    #[doc(alias = "gnutls_x509_crq_get_dn_oid")]
    pub fn subject_oids(&self) -> Result<Vec<Oid>> {
        oids("reading the attributes of a request's subject", |index, buffer, size| {
            // SAFETY: an imported request; the buffer has the size that stands behind `size`.
            unsafe { sys::gnutls_x509_crq_get_dn_oid(self.raw(), index, buffer.cast::<c_void>(), size) }
        })
    }

    /// The version, which is 1.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`](crate::ErrorKind::InvalidInput) if it is malformed.
    #[doc(alias = "gnutls_x509_crq_get_version")]
    pub fn version(&self) -> Result<u32> {
        // SAFETY: an imported request.
        check(unsafe { sys::gnutls_x509_crq_get_version(self.raw()) }, "reading a request's version")
    }

    /// The key that shall be certified.
    ///
    /// # Errors
    /// [`ErrorKind::Unsupported`](crate::ErrorKind::Unsupported) if its algorithm is unknown.
    #[doc(alias = "gnutls_pubkey_import_x509_crq")]
    pub fn public_key(&self) -> Result<PublicKey> {
        PublicKey::import("reading the key of a certificate request", |public| {
            // SAFETY: a fresh handle and an imported request.
            unsafe { sys::gnutls_pubkey_import_x509_crq(public, self.raw(), 0) }
        })
    }

    /// The algorithm of the key, and its size in bits.
    ///
    /// # Errors
    /// If the key is malformed.
    #[doc(alias = "gnutls_x509_crq_get_pk_algorithm")]
    pub fn key_algorithm(&self) -> Result<(PublicKeyAlgorithm, u32)> {
        let mut bits = 0;
        // SAFETY: an imported request and a valid out pointer.
        let code = unsafe { sys::gnutls_x509_crq_get_pk_algorithm(self.raw(), &mut bits) };
        let algorithm = check(code, "reading the algorithm of a request's key")?;
        Ok((PublicKeyAlgorithm::from_raw(algorithm), bits))
    }

    /// The algorithm of the key, as an object identifier.
    ///
    /// # Errors
    /// If the key is malformed.
    #[doc(alias = "gnutls_x509_crq_get_pk_oid")]
    pub fn key_oid(&self) -> Result<Oid> {
        let (_, oid) = sized("reading the algorithm of a request's key", |buffer, size| {
            // SAFETY: an imported request; the buffer has the size that stands behind `size`.
            unsafe { sys::gnutls_x509_crq_get_pk_oid(self.raw(), buffer.cast(), size) }
        })?;
        Oid::from_bytes(&oid)
    }

    /// What the key is restricted to, beside its algorithm.
    ///
    /// # Errors
    /// If the parameters are malformed.
    #[doc(alias = "gnutls_x509_crq_get_spki")]
    pub fn spki(&self) -> Result<Option<Spki>> {
        Spki::read(|spki| {
            // SAFETY: an imported request and an object of ours.
            unsafe { sys::gnutls_x509_crq_get_spki(self.raw(), spki, 0) }
        })
    }

    /// The numbers of an RSA key.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`](crate::ErrorKind::InvalidInput) or
    /// [`ErrorKind::Misuse`](crate::ErrorKind::Misuse) if the key is of another algorithm.
    #[doc(alias = "gnutls_x509_crq_get_key_rsa_raw")]
    pub fn rsa_key(&self) -> Result<RsaPublicNumbers> {
        RsaPublicNumbers::taken("reading the RSA key of a request", Zeros::Cut, |[m, e]| {
            // SAFETY: an imported request and valid out pointers.
            unsafe { sys::gnutls_x509_crq_get_key_rsa_raw(self.raw(), m, e) }
        })
    }

    /// The SHA-256 digest of the public key, the same as
    /// [`PrivateKey::key_id`](super::super::PrivateKey::key_id) of the key that belongs to it.
    ///
    /// # Errors
    /// [`ErrorKind::Unsupported`](crate::ErrorKind::Unsupported) for a kind of key that GnuTLS does not know.
    #[doc(alias = "gnutls_x509_crq_get_key_id")]
    pub fn key_id(&self) -> Result<[u8; 32]> {
        key_id("identifying a request's key", |flags, buffer, size| {
            // SAFETY: an imported request; the buffer has the size that stands behind `size`.
            unsafe { sys::gnutls_x509_crq_get_key_id(self.raw(), flags, buffer, size) }
        })
    }

    /// Another digest of the public key.
    ///
    /// # Errors
    /// As for [`key_id`](CertificateRequest::key_id).
    #[doc(alias = "gnutls_x509_crq_get_key_id")]
    pub fn key_id_of(&self, kind: KeyIdKind) -> Result<Vec<u8>> {
        key_id_of("identifying a request's key", kind, |flags, buffer, size| {
            // SAFETY: an imported request; the buffer has the size that stands behind `size`.
            unsafe { sys::gnutls_x509_crq_get_key_id(self.raw(), flags, buffer, size) }
        })
    }

    /// How the request is signed, with [`raw`](SignatureScheme::raw) 0 for what GnuTLS does not know.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`](crate::ErrorKind::InvalidInput) if it is malformed.
    #[doc(alias = "gnutls_x509_crq_get_signature_algorithm")]
    pub fn signature_scheme(&self) -> Result<SignatureScheme> {
        // SAFETY: an imported request.
        let code = unsafe { sys::gnutls_x509_crq_get_signature_algorithm(self.raw()) };
        Ok(SignatureScheme::from_raw(check(code, "reading a request's signature algorithm")?))
    }

    /// How the request is signed, as an object identifier.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`](crate::ErrorKind::InvalidInput) if it is malformed.
    #[doc(alias = "gnutls_x509_crq_get_signature_oid")]
    pub fn signature_oid(&self) -> Result<Oid> {
        let (_, oid) = sized("reading a request's signature algorithm", |buffer, size| {
            // SAFETY: an imported request; the buffer has the size that stands behind `size`.
            unsafe { sys::gnutls_x509_crq_get_signature_oid(self.raw(), buffer.cast(), size) }
        })?;
        Oid::from_bytes(&oid)
    }

    /// The password with which the sender may ask for revocation later. The request shows it to everybody.
    ///
    /// # Errors
    /// If it is malformed.
    #[doc(alias = "gnutls_x509_crq_get_challenge_password")]
    pub fn challenge_password(&self) -> Result<Option<String>> {
        let found = sized_optional("reading a request's challenge password", |buffer, size| {
            // SAFETY: an imported request; the buffer has the size that stands behind `size`.
            unsafe { sys::gnutls_x509_crq_get_challenge_password(self.raw(), buffer.cast(), size) }
        })?;
        let Some(escaped) = found else { return Ok(None) };
        // GnuTLS writes it as RFC 4514 writes values of names, with backslashes. What was set stands in the attribute.
        let values = self.attribute(&Oid::from_static(c"1.2.840.113549.1.9.7"))?;
        Ok(Some(values.first().and_then(|value| plain_text(value)).unwrap_or_else(|| lossy(&escaped))))
    }

    /// All attributes, with their values in DER. The extensions are one of them.
    ///
    /// # Errors
    /// If one is malformed.
    #[doc(alias = "gnutls_x509_crq_get_attribute_info")]
    #[doc(alias = "gnutls_x509_crq_get_attribute_data")]
    pub fn attributes(&self) -> Result<Vec<(Oid, Vec<u8>)>> {
        const DOING: &str = "reading the attributes of a request";
        let oids = oids(DOING, |index, buffer, size| {
            // SAFETY: an imported request; the buffer has the size that stands behind `size`.
            unsafe { sys::gnutls_x509_crq_get_attribute_info(self.raw(), index, buffer.cast(), size) }
        })?;
        let with_value = |(index, oid): (c_uint, Oid)| {
            let (_, value) = sized(DOING, |buffer, size| {
                // SAFETY: as above.
                unsafe { sys::gnutls_x509_crq_get_attribute_data(self.raw(), index, buffer.cast(), size) }
            })?;
            Ok((oid, value))
        };
        (0..).zip(oids).map(with_value).collect()
    }

    /// The values of all attributes of one kind, in DER.
    ///
    /// # Errors
    /// If one is malformed.
    #[doc(alias = "gnutls_x509_crq_get_attribute_by_oid")]
    pub fn attribute(&self, oid: &Oid) -> Result<Vec<Vec<u8>>> {
        let values = by_index("reading an attribute of a request", |index, buffer, size| {
            let (crq, oid) = (self.raw(), oid.as_ptr());
            // SAFETY: an imported request; the identifier lives; the buffer has the size that stands behind `size`.
            let code = unsafe { sys::gnutls_x509_crq_get_attribute_by_oid(crq, oid, index, buffer.cast(), size) };
            // How GnuTLS says that an attribute has no more values.
            let ended = index > 0 && code == sys::GNUTLS_E_ASN1_GENERIC_ERROR;
            if ended { sys::GNUTLS_E_REQUESTED_DATA_NOT_AVAILABLE } else { code }
        })?;
        Ok(values.into_iter().map(|(_, value)| value).collect())
    }
}

/// The text of a DirectoryString (RFC 5280, section 4.1.2.4) in DER, if its letters are those of UTF-8 or ASCII.
fn plain_text(der: &[u8]) -> Option<String> {
    const UTF8: u8 = 12;
    const PRINTABLE: u8 = 19;
    const IA5: u8 = 22;
    let [UTF8 | PRINTABLE | IA5, length, rest @ ..] = der else { return None };
    let contents = match (*length, rest) {
        (..=0x7F, contents) | (0x81, [_, contents @ ..]) | (0x82, [_, _, contents @ ..]) => contents,
        _ => return None,
    };
    String::from_utf8(contents.to_vec()).ok()
}
