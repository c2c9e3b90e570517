//! Records that no library would send, under the keys that a session of the plain library agreed on.

use std::ffi::c_void;
use std::ptr;

use gnutls_sys as sys;

use crate::raw::{Raw, datum};

/// The content types of RFC 8446, section 5.1.
pub(crate) const CHANGE_CIPHER_SPEC: u8 = 20;
pub(crate) const ALERT: u8 = 21;
pub(crate) const HANDSHAKE: u8 = 22;
pub(crate) const DATA: u8 = 23;

/// The writing direction of a session with AES-128-GCM. From its making on, records are made here only.
pub(crate) struct Forge {
    tls13: bool,
    key: Vec<u8>,
    iv: Vec<u8>,
    sequence: u64,
}

impl Forge {
    pub(crate) fn of(peer: &Raw, tls13: bool) -> Forge {
        let nothing = || sys::gnutls_datum_t { data: ptr::null_mut(), size: 0 };
        let (mut iv, mut key, mut sequence) = (nothing(), nothing(), [0; 8]);
        let session = peer.session();
        // SAFETY: a session that nobody else has; the out pointers are valid, and one may be null.
        let code = unsafe {
            sys::gnutls_record_get_state(session, 0, ptr::null_mut(), &mut iv, &mut key, sequence.as_mut_ptr())
        };
        assert_eq!(code, 0);
        let copy = |view: sys::gnutls_datum_t| {
            // SAFETY: a view into the session, copied at once.
            unsafe { std::slice::from_raw_parts(view.data, view.size as usize) }.to_vec()
        };
        Forge { tls13, key: copy(key), iv: copy(iv), sequence: u64::from_be_bytes(sequence) }
    }

    /// A record of `kind` with `data`, as the protocol has it.
    pub(crate) fn seal(&mut self, kind: u8, data: &[u8]) -> Vec<u8> {
        if self.tls13 {
            let inner = [data, &[kind]].concat();
            self.seal_as(DATA, &inner)
        } else {
            self.seal_as(kind, data)
        }
    }

    /// A record that is `outer` on the outside and `plain` inside. (In TLS 1.3 `plain` ends with its inner type.)
    pub(crate) fn seal_as(&mut self, outer: u8, plain: &[u8]) -> Vec<u8> {
        let sequence = self.sequence.to_be_bytes();
        self.sequence += 1;
        if self.tls13 {
            let mut nonce = self.iv.clone();
            nonce.iter_mut().skip(4).zip(sequence).for_each(|(byte, mask)| *byte ^= mask);
            let head = head(outer, plain.len() + 16);
            return [&head[..], &self.encrypt(&nonce, &head, plain)].concat();
        }
        let nonce = [&self.iv[..4], &sequence].concat();
        let additional = [&sequence[..], &head(outer, plain.len())].concat();
        let body = self.encrypt(&nonce, &additional, plain);
        [&head(outer, body.len() + 8)[..], &sequence, &body].concat()
    }

    /// The number of the next record.
    pub(crate) fn sequence(&self) -> u64 {
        self.sequence
    }

    fn encrypt(&self, nonce: &[u8], additional: &[u8], plain: &[u8]) -> Vec<u8> {
        let mut handle = ptr::null_mut();
        let key = datum(&self.key);
        // SAFETY: the out pointer and the key are valid.
        let code = unsafe { sys::gnutls_aead_cipher_init(&mut handle, sys::GNUTLS_CIPHER_AES_128_GCM, &key) };
        assert_eq!(code, 0);
        let mut body = vec![0; plain.len() + 16];
        let mut length = body.len();
        let view = |bytes: &[u8]| bytes.as_ptr().cast::<c_void>();
        let (nonce_at, additional_at, plain_at) = (view(nonce), view(additional), view(plain));
        // SAFETY: a live handle; each pointer comes with its length, and there is room for the data and its tag.
        let code = unsafe {
            sys::gnutls_aead_cipher_encrypt(
                handle,
                nonce_at,
                nonce.len(),
                additional_at,
                additional.len(),
                16,
                plain_at,
                plain.len(),
                body.as_mut_ptr().cast(),
                &mut length,
            )
        };
        // SAFETY: nobody uses it after this.
        unsafe { sys::gnutls_aead_cipher_deinit(handle) };
        assert_eq!((code, length), (0, body.len()));
        body
    }
}

/// The head of a record.
pub(crate) fn head(kind: u8, length: usize) -> [u8; 5] {
    let [high, low] = u16::try_from(length).expect("a length").to_be_bytes();
    [kind, 3, 3, high, low]
}

/// Whole records, each with its head.
pub(crate) fn records(mut bytes: &[u8]) -> Vec<Vec<u8>> {
    let mut records = Vec::new();
    while let [_, _, _, high, low, ..] = bytes {
        let (record, rest) = bytes.split_at(5 + usize::from(u16::from_be_bytes([*high, *low])));
        records.push(record.to_vec());
        bytes = rest;
    }
    assert!(bytes.is_empty(), "{} bytes are no record", bytes.len());
    records
}
