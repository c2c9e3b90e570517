//! Identities that GnuTLS loads by itself: their keys are looked at before anybody signs with them.

use std::ffi::{CStr, c_int};

use gnutls_sys as sys;

use super::CertificateCredentials;
use super::loading::loaded;
use crate::algorithm::CertificateType;
use crate::error::{ErrorKind, Result};
use crate::key::{self, Pcert};
use crate::x509::Format;

/// Has GnuTLS not sign.
const SKIP: u32 = sys::GNUTLS_CERTIFICATE_SKIP_KEY_CERT_MATCH;

impl CertificateCredentials {
    /// As [`load_checked`](CertificateCredentials::load_checked), if the key is not behind the URL `name`: the numbers of
    /// those are elsewhere.
    pub(super) fn load_any(
        &mut self,
        doing: &'static str,
        kind: CertificateType,
        name: &CStr,
        load: impl Fn(sys::gnutls_certificate_credentials_t) -> c_int,
    ) -> Result<()> {
        // SAFETY: a NUL-terminated string that lives through the call.
        if unsafe { sys::gnutls_url_is_supported(name.as_ptr()) } != 0 {
            return loaded(doing, || load(self.raw()));
        }
        self.load_checked(doing, kind, load)
    }

    /// Has `load` add an identity with a key of these bytes or of this file: refuses one with which Nettle would end the
    /// process. GnuTLS signs with a key as soon as it has loaded it, to see whether it fits: that is put off until it has
    /// been looked at.
    pub(super) fn load_checked(
        &mut self,
        doing: &'static str,
        kind: CertificateType,
        load: impl Fn(sys::gnutls_certificate_credentials_t) -> c_int,
    ) -> Result<()> {
        let place = (0..).find(|place| self.shown(*place, 0).is_none()).unwrap_or(u32::MAX);
        let flags = self.flags();
        self.set_flags(flags | SKIP);
        let done = loaded(doing, || load(self.raw()));
        self.set_flags(flags);
        done?;
        let Some(shown) = self.shown(place, 0) else { return Ok(()) };
        let key = match self.key(place) {
            Ok(Some(key)) => Some(key.survivable(doing)?),
            // It has no numbers here: the file names a key in a TPM.
            Err(error) if error.kind() == ErrorKind::Misuse => None,
            Ok(None) => None,
            Err(error) => return Err(error),
        };
        if flags & SKIP != 0 {
            return Ok(());
        }
        // These see whether the key fits, as GnuTLS does it, and go.
        let mut others = CertificateCredentials::new()?;
        let Some(key) = key else {
            others.ask_as(self);
            return loaded(doing, || load(others.raw()));
        };
        let shown = match kind {
            CertificateType::RAW_PUBLIC_KEY => Pcert::from_public_key_bytes(shown, Format::Der, None)?,
            _ => Pcert::from_certificate_bytes(shown, Format::Der)?,
        };
        let key = key::PrivateKey::try_from(key)?;
        others.add_key(vec![shown], &key).map_err(|error| error.while_doing(doing.into()))
    }
}
