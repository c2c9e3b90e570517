//! Keys made of a session's secrets: exporters, the PRF, channel bindings. Asked under both locks.

use std::ffi::{c_char, c_int};

use gnutls_sys as sys;

use super::Engine;
use crate::algorithm::Digest;
use crate::error::{Error, ErrorKind, Failure, Result};
use crate::ffi::{OwnedDatum, check, filled};
use crate::secret::SecretBytes;

const DOING: &str = "exporting keys";

/// What ties something above TLS to one session below it (RFC 5056).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
#[doc(alias = "gnutls_channel_binding_t")]
pub enum ChannelBinding {
    /// `tls-unique` (RFC 5929): the first Finished message. TLS 1.2 and older, with the extended master secret.
    Unique,
    /// `tls-server-end-point` (RFC 5929): the digest of the server's certificate.
    #[cfg(gnutls_3_7_2)]
    ServerEndPoint,
    /// `tls-exporter` (RFC 9266): for TLS 1.3, and TLS 1.2 with the extended master secret.
    #[cfg(gnutls_3_7_2)]
    Exporter,
}

/// Whose random bytes come first in the seed of the PRF.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RandomOrder {
    /// The client's, as in RFC 5705.
    ClientFirst,
    /// The server's, as in the key expansion of TLS 1.2 itself.
    ServerFirst,
}

impl Engine {
    /// RFC 5705, RFC 8446 section 7.5.
    pub(crate) fn export(&self, label: &str, context: Option<&[u8]>, length: usize) -> Result<SecretBytes> {
        if context.is_some_and(|context| context.len() > usize::from(u16::MAX)) {
            return Err(Error::input(DOING, "the context is longer than 65535 bytes (RFC 5705, section 4)"));
        }
        // An empty context differs from none before TLS 1.3, and an empty slice need not point to anything.
        let from = context.map_or(std::ptr::null(), |context| context.as_ptr().cast::<c_char>());
        let size = context.map_or(0, <[u8]>::len);
        self.derive(label, length, |session, label, out| {
            // SAFETY: a live session, both locks held; label, context and output are as long as is said.
            unsafe {
                sys::gnutls_prf_rfc5705(session, label.len(), label.as_ptr().cast(), size, from, out.len(), chars(out))
            }
        })
    }

    /// The PRF of TLS 1.2 over the random bytes of both sides and `extra`.
    pub(crate) fn prf(&self, label: &str, order: RandomOrder, extra: &[u8], length: usize) -> Result<SecretBytes> {
        let from = if extra.is_empty() { std::ptr::null() } else { extra.as_ptr().cast::<c_char>() };
        let first = c_int::from(order == RandomOrder::ServerFirst);
        if self.has_key_updates() && (first != 0 || !extra.is_empty()) {
            return Err(no_prf());
        }
        self.derive(label, length, |session, label, out| {
            // SAFETY: as in `export`.
            unsafe {
                let (label, of) = (label.as_ptr().cast(), label.len());
                sys::gnutls_prf(session, of, label, first, extra.len(), from, out.len(), chars(out))
            }
        })
    }

    /// The PRF of TLS 1.2 over `seed` alone.
    pub(crate) fn prf_raw(&self, label: &str, seed: &[u8], length: usize) -> Result<SecretBytes> {
        if self.has_key_updates() {
            return Err(no_prf());
        }
        self.derive(label, length, |session, label, out| {
            // SAFETY: as in `export`.
            unsafe {
                let (label, of) = (label.as_ptr().cast(), label.len());
                sys::gnutls_prf_raw(session, of, label, seed.len(), seed.as_ptr().cast(), out.len(), chars(out))
            }
        })
    }

    /// The digest of the PRF, or of the HKDF of TLS 1.3.
    pub(crate) fn prf_digest(&self) -> Digest {
        // SAFETY: a live session, both locks held, and a getter that only looks.
        Digest::from_raw(self.ask(|session| unsafe { sys::gnutls_prf_hash_get(session) }))
    }

    pub(crate) fn channel_binding(&self, binding: ChannelBinding) -> Result<Vec<u8>> {
        const DOING: &str = "making a channel binding";
        self.not_inside(DOING)?;
        let (kind, why) = match binding {
            ChannelBinding::Unique if self.has_key_updates() => {
                return Err(unavailable(DOING, "TLS 1.3 has no tls-unique (RFC 8446, appendix C.5)"));
            }
            // Without it, two sessions can have the same Finished (RFC 7627, section 1).
            ChannelBinding::Unique if !self.has_extended_master_secret() => {
                return Err(unavailable(DOING, "tls-unique is not unique without the extended master secret"));
            }
            ChannelBinding::Unique => (sys::GNUTLS_CB_TLS_UNIQUE, "there is no tls-unique"),
            #[cfg(gnutls_3_7_2)]
            ChannelBinding::ServerEndPoint => {
                (sys::GNUTLS_CB_TLS_SERVER_END_POINT, "the server has shown no certificate with a digest")
            }
            #[cfg(gnutls_3_7_2)]
            ChannelBinding::Exporter => (
                sys::GNUTLS_CB_TLS_EXPORTER,
                "tls-exporter is not unique without the extended master secret (RFC 9266, section 4.2)",
            ),
        };
        let filled = filled(DOING, |datum| {
            // SAFETY: a live session, both locks held; the out datum is valid and freed by its owner.
            self.ask(|session| unsafe { sys::gnutls_session_channel_binding(session, kind, datum) })
        });
        match filled {
            Ok(bytes) => Ok(OwnedDatum::to_vec(&bytes)),
            Err(error) => match error.code().map(|code| code.raw()) {
                Some(sys::GNUTLS_E_CHANNEL_BINDING_NOT_AVAILABLE | sys::GNUTLS_E_UNIMPLEMENTED_FEATURE) => {
                    Err(unavailable(DOING, why))
                }
                _ => Err(error),
            },
        }
    }

    /// The longest label and the longest output, in bytes: GnuTLS's limits (lib/secrets.c, lib/nettle/int/tls1-prf.h),
    /// and in TLS 1.3 those of HKDF.
    fn limits(&self) -> (usize, usize) {
        match self.prf_digest() {
            digest if self.has_key_updates() => (63, 255 * digest.output_size()),
            Digest::SHA256 | Digest::SHA384 => (255, 1 << 16),
            _ => (255, 200),
        }
    }

    /// Fills `length` bytes with `call`.
    fn derive(
        &self,
        label: &str,
        length: usize,
        call: impl FnOnce(sys::gnutls_session_t, &[u8], &mut [u8]) -> c_int,
    ) -> Result<SecretBytes> {
        self.not_inside(DOING)?;
        let (longest_label, most) = self.limits();
        if label.is_empty() || label.len() > longest_label {
            let why = format!("a label of {} bytes is not one of 1 to {longest_label}", label.len());
            return Err(Error::input(DOING, why));
        }
        if length == 0 || length > most {
            return Err(Error::input(DOING, format!("{length} bytes are not between 1 and {most}")));
        }
        let mut out = vec![0; length];
        // Before TLS 1.2 GnuTLS says that it worked if the output is too long, and leaves it as it was: see `limits`.
        let code = self.ask(|session| call(session, label.as_bytes(), &mut out));
        let out = SecretBytes::from(out);
        check(code, DOING)?;
        Ok(out)
    }
}

fn chars(out: &mut [u8]) -> *mut c_char {
    out.as_mut_ptr().cast()
}

fn no_prf() -> Error {
    unavailable(DOING, "TLS 1.3 has no PRF; `export` works in all versions")
}

fn unavailable(doing: &'static str, why: &str) -> Error {
    Failure::new(ErrorKind::Unsupported, doing).detail(why.to_owned()).into()
}
