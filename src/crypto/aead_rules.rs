//! What the AEAD ciphers take for nonces, tags and lengths. GnuTLS ends the process over some of what is refused here.

use super::{unsupported, wrong_size};
use crate::algorithm::Cipher;
use crate::error::{Error, Result};

/// The constructions that GnuTLS has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Family {
    Gcm,
    Ccm,
    ChaCha,
    Siv,
    GcmSiv,
}

const GCM_SIV: [Cipher; 2] =
    // GNUTLS_CIPHER_AES_128_SIV_GCM and its sibling, which came with 3.8.2.
    [Cipher::from_raw(42), Cipher::from_raw(43)];

impl Family {
    /// The construction of an AEAD cipher.
    pub(super) fn of(cipher: Cipher) -> Option<Family> {
        Some(match cipher {
            Cipher::AES_128_CCM | Cipher::AES_256_CCM | Cipher::AES_128_CCM_8 | Cipher::AES_256_CCM_8 => Family::Ccm,
            Cipher::AES_128_GCM
            | Cipher::AES_192_GCM
            | Cipher::AES_256_GCM
            | Cipher::CAMELLIA_128_GCM
            | Cipher::CAMELLIA_256_GCM => Family::Gcm,
            Cipher::CHACHA20_POLY1305 => Family::ChaCha,
            Cipher::AES_128_SIV | Cipher::AES_256_SIV => Family::Siv,
            cipher if GCM_SIV.contains(&cipher) => Family::GcmSiv,
            _ => return None,
        })
    }

    /// As [`of`](Family::of), for one that this GnuTLS has.
    pub(super) fn available(cipher: Cipher) -> Result<Family> {
        let family = Family::of(cipher).filter(|_| Cipher::list().contains(&cipher));
        family.ok_or_else(|| unsupported("starting an AEAD cipher", format!("{cipher} is none that this GnuTLS has")))
    }

    /// Whether a message may come in pieces.
    pub(super) fn in_pieces(self) -> bool {
        matches!(self, Family::Gcm | Family::ChaCha)
    }

    /// Whether tags may be shorter than they could be.
    pub(super) fn tag(self, cipher: Cipher, size: usize) -> Result<()> {
        let full = cipher.tag_size();
        let refuse = |needed: &str| Err(wrong_size(format!("using {cipher}"), "a tag", needed, size));
        match self {
            _ if size == full => Ok(()),
            Family::Gcm if (4..=full).contains(&size) => Ok(()),
            Family::Ccm if (4..=full).contains(&size) && size % 2 == 0 => Ok(()),
            Family::Gcm => refuse("4 to 16"),
            Family::Ccm => refuse(&format!("4, 6, ... up to {full}")),
            Family::ChaCha | Family::Siv | Family::GcmSiv => refuse("16"),
        }
    }

    /// Whether a nonce has a size that the cipher takes.
    pub(super) fn nonce(self, cipher: Cipher, nonce: &[u8]) -> Result<()> {
        let refuse = |needed: &str| Err(wrong_size(format!("using {cipher}"), "a nonce", needed, nonce.len()));
        match self {
            Family::Ccm if !(7..=13).contains(&nonce.len()) => refuse("7 to 13"),
            Family::Siv if nonce.is_empty() => refuse("1 or more"),
            Family::Gcm | Family::ChaCha | Family::GcmSiv if nonce.len() != 12 => refuse("12"),
            _ => Ok(()),
        }
    }

    /// Whether a message of this length can be counted: in CCM, the longer the nonce, the shorter the message.
    pub(super) fn text(self, cipher: Cipher, nonce: &[u8], length: usize) -> Result<()> {
        if self != Family::Ccm {
            return Ok(());
        }
        let bits = 8 * (15 - nonce.len());
        let most = if bits >= 64 { u64::MAX } else { (1 << bits) - 1 };
        if length as u64 > most {
            let size = nonce.len();
            let why = format!("with a nonce of {size} bytes a message has {most} bytes at most, not {length}");
            return Err(Error::input(format!("using {cipher}"), why));
        }
        Ok(())
    }
}
