//! AES-SIV (RFC 5297) where the text stands. Its tag goes in front of the text; GnuTLS does not get that right for pieces,
//! each release in its own way, so that they are put together for it.

use std::io::{IoSlice, IoSliceMut};

use super::aead::Aead;
use super::wipe;
use crate::error::Result;
use crate::ffi::Wiped;

impl Aead {
    pub(super) fn encrypt_siv_in_place(
        &mut self,
        nonce: &[u8],
        data: &[IoSlice<'_>],
        text: &mut [IoSliceMut<'_>],
    ) -> Result<Vec<u8>> {
        // It does not grow: what it grew out of would not be wiped.
        let mut whole = Vec::with_capacity(text.iter().map(|piece| piece.len()).sum());
        text.iter().for_each(|piece| whole.extend_from_slice(piece));
        let whole = Wiped::new(whole);
        let mut tag = self.encrypt(nonce, joined(data), &*whole)?;
        let ciphertext = tag.split_off(tag.len() - whole.len());
        put(text, &ciphertext);
        Ok(tag)
    }

    /// After an error, the text is all zeros.
    pub(super) fn decrypt_siv_in_place(
        &mut self,
        nonce: &[u8],
        data: &[IoSlice<'_>],
        text: &mut [IoSliceMut<'_>],
        tag: &[u8],
    ) -> Result<()> {
        let ciphertext = text.iter().flat_map(|piece| piece.iter().copied());
        let sealed: Vec<_> = tag.iter().copied().chain(ciphertext).collect();
        match self.decrypt(nonce, joined(data), sealed) {
            Ok(opened) => {
                put(text, &opened);
                Ok(())
            }
            Err(error) => {
                text.iter_mut().for_each(|piece| wipe(piece));
                Err(error)
            }
        }
    }
}

fn joined(data: &[IoSlice<'_>]) -> Vec<u8> {
    data.iter().flat_map(|piece| piece.iter().copied()).collect()
}

fn put(text: &mut [IoSliceMut<'_>], bytes: &[u8]) {
    let places = text.iter_mut().flat_map(|piece| piece.iter_mut());
    places.zip(bytes).for_each(|(place, byte)| *place = *byte);
}
