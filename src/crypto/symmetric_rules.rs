//! What a symmetric cipher takes, in which order: the rules whose breach GnuTLS answers by ending the process.

use crate::algorithm::Cipher;
use crate::error::{Error, Result};

/// How much data a call may bring.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Pieces {
    /// Whole blocks (CBC).
    Blocks(usize),
    /// One unit of at least one block for each call (XTS).
    Unit(usize),
    /// Whole blocks, except for the last call (GCM, ChaCha20).
    BlocksThenRest(usize),
    /// Anything.
    Any,
}

impl Pieces {
    pub(super) fn of(cipher: Cipher) -> Pieces {
        let block = cipher.block_size();
        match cipher {
            Cipher::AES_128_CFB8 | Cipher::AES_192_CFB8 | Cipher::AES_256_CFB8 => Pieces::Any,
            Cipher::AES_128_XTS | Cipher::AES_256_XTS => Pieces::Unit(block),
            Cipher::NULL | Cipher::ARCFOUR_128 | Cipher::ARCFOUR_40 => Pieces::Any,
            _ if is_block_mode(cipher) => Pieces::Blocks(block),
            _ => Pieces::BlocksThenRest(block),
        }
    }
}

/// Whether GnuTLS counts the cipher among the block ciphers whose padding it can do.
pub(super) fn is_block_mode(cipher: Cipher) -> bool {
    matches!(
        cipher,
        Cipher::AES_128_CBC
            | Cipher::AES_192_CBC
            | Cipher::AES_256_CBC
            | Cipher::CAMELLIA_128_CBC
            | Cipher::CAMELLIA_192_CBC
            | Cipher::CAMELLIA_256_CBC
            | Cipher::TRIPLE_DES_CBC
            | Cipher::DES_CBC
            | Cipher::RC2_40_CBC
    )
}

/// How far a message is, from its IV to its tag.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stage {
    /// Data to authenticate only may come.
    Start,
    /// The data to authenticate ended in the middle of a block.
    AuthEnded,
    /// Text has come.
    Text,
    /// The text ended in the middle of a block.
    TextEnded,
    /// The tag has been taken.
    Done,
}

impl Stage {
    /// The stage after `length` bytes of text.
    pub(super) fn text(self, pieces: Pieces, length: usize) -> Result<Stage> {
        let refuse = |why: String| Err(Error::input("encrypting or decrypting", why));
        if matches!(self, Stage::TextEnded | Stage::Done) {
            let why = "this message has ended: set the next IV";
            return Err(Error::misuse("encrypting or decrypting", why));
        }
        match pieces {
            Pieces::Blocks(block) if length % block != 0 => {
                refuse(format!("whole blocks of {block} bytes are needed, and {length} bytes are not"))
            }
            Pieces::Unit(block) if length < block => {
                refuse(format!("at least one block of {block} bytes is needed, not {length} bytes"))
            }
            Pieces::BlocksThenRest(block) if length % block != 0 => Ok(Stage::TextEnded),
            _ if length == 0 => Ok(self),
            _ => Ok(Stage::Text),
        }
    }

    /// The stage after `length` bytes to authenticate only.
    pub(super) fn auth(self, block: usize, length: usize) -> Result<Stage> {
        match self {
            Stage::Start if length % block == 0 => Ok(Stage::Start),
            Stage::Start => Ok(Stage::AuthEnded),
            Stage::AuthEnded => {
                let why = format!("all pieces but the last must be whole blocks of {block} bytes");
                Err(Error::misuse("adding data to authenticate", why))
            }
            _ => Err(Error::misuse("adding data to authenticate", "it must come before the text")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::ErrorKind;

    #[test]
    fn only_the_last_piece_may_end_inside_of_a_block() {
        let gcm = Pieces::of(Cipher::AES_128_GCM);
        assert_eq!(gcm, Pieces::BlocksThenRest(16));
        let text = Stage::Start.text(gcm, 32).expect("whole blocks");
        let ended = text.text(gcm, 5).expect("the last piece");
        assert_eq!((text, ended), (Stage::Text, Stage::TextEnded));
        assert_eq!(ended.text(gcm, 16).expect_err("ended").kind(), ErrorKind::Misuse);
        assert_eq!(Stage::Text.auth(16, 16).expect_err("too late").kind(), ErrorKind::Misuse);
        assert_eq!(Stage::AuthEnded.auth(16, 16).expect_err("ended").kind(), ErrorKind::Misuse);
    }

    #[test]
    fn cbc_takes_whole_blocks_and_xts_at_least_one() {
        let cbc = Pieces::of(Cipher::AES_128_CBC);
        assert_eq!(Stage::Start.text(cbc, 17).expect_err("no block").kind(), ErrorKind::InvalidInput);
        let xts = Pieces::of(Cipher::AES_128_XTS);
        assert_eq!(Stage::Start.text(xts, 15).expect_err("no block").kind(), ErrorKind::InvalidInput);
        assert_eq!(Stage::Start.text(xts, 17).expect("stolen"), Stage::Text);
    }
}
