//! The numbers of public keys, and the parameters that restrict them.

use gnutls_sys as sys;

use super::handle::SpkiHandle;
use crate::algorithm::{Digest, EccCurve, GostParamset};
use crate::error::Result;
use crate::ffi::{OwnedDatum, optional};

/// An RSA key: big-endian numbers.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct RsaNumbers {
    /// The modulus n.
    pub modulus: Vec<u8>,
    /// The public exponent e.
    pub exponent: Vec<u8>,
}

/// A DSA key: big-endian numbers.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct DsaNumbers {
    /// The prime.
    pub p: Vec<u8>,
    /// The order of the subgroup.
    pub q: Vec<u8>,
    /// The generator.
    pub g: Vec<u8>,
    /// The public key.
    pub y: Vec<u8>,
}

/// A key on an elliptic curve.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct EcPoint {
    /// The curve.
    pub curve: EccCurve,
    /// The first coordinate, big-endian; for Edwards curves the whole key in its own form.
    pub x: Vec<u8>,
    /// The second coordinate, big-endian; empty for Edwards curves.
    pub y: Vec<u8>,
}

/// A GOST key.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct GostPoint {
    /// The curve.
    pub curve: EccCurve,
    /// The digest that signatures use.
    pub digest: Digest,
    /// The parameters of encryption.
    pub paramset: GostParamset,
    /// The first coordinate, little-endian.
    pub x: Vec<u8>,
    /// The second coordinate, little-endian.
    pub y: Vec<u8>,
}

impl EcPoint {
    pub(super) fn new(curve: sys::gnutls_ecc_curve_t, x: &OwnedDatum, y: &OwnedDatum) -> EcPoint {
        EcPoint { curve: EccCurve::from_raw(curve), x: x.to_vec(), y: y.to_vec() }
    }
}

impl GostPoint {
    pub(super) fn new(
        curve: sys::gnutls_ecc_curve_t,
        digest: sys::gnutls_digest_algorithm_t,
        paramset: sys::gnutls_gost_paramset_t,
        x: &OwnedDatum,
        y: &OwnedDatum,
    ) -> GostPoint {
        GostPoint {
            curve: EccCurve::from_raw(curve),
            digest: Digest::from_raw(digest),
            paramset: GostParamset::from_raw(paramset),
            x: x.to_vec(),
            y: y.to_vec(),
        }
    }
}

/// How a key may be used, where its algorithm leaves a choice.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
#[doc(alias = "gnutls_x509_spki_t")]
#[doc(alias = "gnutls_x509_spki_init")]
#[doc(alias = "gnutls_x509_spki_deinit")]
#[non_exhaustive]
#[doc(alias = "gnutls_x509_spki_get_rsa_pss_params")]
#[doc(alias = "gnutls_x509_spki_set_rsa_pss_params")]
#[doc(alias = "gnutls_x509_spki_get_rsa_oaep_params")]
#[doc(alias = "gnutls_x509_spki_set_rsa_oaep_params")]
pub struct KeyParameters {
    /// For RSA keys that only make PSS signatures: the digest, and the size of the salt in bytes.
    pub rsa_pss: Option<(Digest, u32)>,
    /// For RSA keys that only decrypt with OAEP: the digest and the label. Needs GnuTLS 3.8.4.
    pub rsa_oaep: Option<(Digest, Vec<u8>)>,
}

impl KeyParameters {
    /// A key for PSS signatures with this digest and a salt of so many bytes.
    pub fn rsa_pss(digest: Digest, salt_size: u32) -> KeyParameters {
        KeyParameters { rsa_pss: Some((digest, salt_size)), ..KeyParameters::default() }
    }

    /// A key for OAEP with this digest and label. Needs GnuTLS 3.8.4.
    pub fn rsa_oaep(digest: Digest, label: impl Into<Vec<u8>>) -> KeyParameters {
        KeyParameters { rsa_oaep: Some((digest, label.into())), ..KeyParameters::default() }
    }

    pub(super) fn from_handle(spki: &SpkiHandle) -> Result<KeyParameters> {
        let (mut digest, mut salt_size) = (0, 0);
        // SAFETY: an object of ours, and valid out pointers.
        let code = unsafe { sys::gnutls_x509_spki_get_rsa_pss_params(spki.raw(), &mut digest, &mut salt_size) };
        let found = if code == sys::GNUTLS_E_INVALID_REQUEST {
            // How GnuTLS says that the key is no PSS key.
            None
        } else {
            optional(code, "reading the parameters of a key")?
        };
        let rsa_pss = found.map(|_| (Digest::from_raw(digest), salt_size));
        Ok(KeyParameters { rsa_pss, rsa_oaep: oaep(spki)? })
    }

    pub(super) fn to_handle(&self) -> Result<SpkiHandle> {
        let spki = SpkiHandle::new()?;
        if let Some((digest, salt_size)) = self.rsa_pss {
            // SAFETY: an object of ours.
            unsafe { sys::gnutls_x509_spki_set_rsa_pss_params(spki.raw(), digest.raw(), salt_size) };
        }
        if let Some((digest, label)) = &self.rsa_oaep {
            set_oaep(&spki, *digest, label)?;
        }
        Ok(spki)
    }
}

#[cfg(gnutls_3_8_4)]
fn oaep(spki: &SpkiHandle) -> Result<Option<(Digest, Vec<u8>)>> {
    let (mut digest, mut label) = (0, OwnedDatum::new());
    // SAFETY: an object of ours, and valid out pointers.
    let code = unsafe { sys::gnutls_x509_spki_get_rsa_oaep_params(spki.raw(), &mut digest, label.as_mut_ptr()) };
    if code == sys::GNUTLS_E_INVALID_REQUEST {
        return Ok(None);
    }
    let found = optional(code, "reading the parameters of a key")?;
    Ok(found.map(|_| (Digest::from_raw(digest), label.to_vec())))
}

#[cfg(not(gnutls_3_8_4))]
fn oaep(_: &SpkiHandle) -> Result<Option<(Digest, Vec<u8>)>> {
    Ok(None)
}

#[cfg(gnutls_3_8_4)]
fn set_oaep(spki: &SpkiHandle, digest: Digest, label: &[u8]) -> Result<()> {
    const DOING: &str = "setting the parameters of a key";
    let label = crate::ffi::datum(label, DOING)?;
    // SAFETY: an object of ours; the label lives through the call and is copied.
    let code = unsafe { sys::gnutls_x509_spki_set_rsa_oaep_params(spki.raw(), digest.raw(), &label) };
    crate::ffi::check(code, DOING).map(drop)
}

#[cfg(not(gnutls_3_8_4))]
fn set_oaep(_: &SpkiHandle, _: Digest, _: &[u8]) -> Result<()> {
    use crate::error::{ErrorKind, Failure};
    let failure = Failure::new(ErrorKind::Unsupported, "setting the parameters of a key");
    Err(failure.detail("RSA-OAEP keys need GnuTLS 3.8.4").into())
}
