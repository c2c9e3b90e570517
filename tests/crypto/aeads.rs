//! AEAD: the GCM specification, RFC 8439, RFC 3610; every face of each gives the same bytes.

use std::io::{IoSlice, IoSliceMut};

use gnutls::crypto::Aead;
use gnutls::{Cipher, ErrorKind};

use super::{assert_error, hex};

struct Vector {
    cipher: Cipher,
    key: Vec<u8>,
    nonce: Vec<u8>,
    data: Vec<u8>,
    text: Vec<u8>,
    sealed: Vec<u8>,
    tag: usize,
}

fn vectors() -> Vec<Vector> {
    let sunscreen = b"Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the future, \
                      sunscreen would be it.";
    vec![
        Vector {
            cipher: Cipher::AES_128_GCM,
            key: hex("feffe9928665731c6d6a8f9467308308"),
            nonce: hex("cafebabefacedbaddecaf888"),
            data: hex("feedfacedeadbeeffeedfacedeadbeefabaddad2"),
            text: hex("d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72\
                       1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39"),
            sealed: hex("42831ec2217774244b7221b784d0d49ce3aa212f2c02a4e035c17e2329aca12e\
                         21d514b25466931c7d8f6a5aac84aa051ba30b396a0aac973d58e091\
                         5bc94fbc3221a5db94fae95ae7121a47"),
            tag: 16,
        },
        Vector {
            cipher: Cipher::CHACHA20_POLY1305,
            key: (0x80..0xa0).collect(),
            nonce: hex("070000004041424344454647"),
            data: hex("50515253c0c1c2c3c4c5c6c7"),
            text: sunscreen.to_vec(),
            sealed: hex("d31a8d34648e60db7b86afbc53ef7ec2a4aded51296e08fea9e2b5a736ee62d6\
                         3dbea45e8ca9671282fafb69da92728b1a71de0a9e060b2905d6a5b67ecd3b36\
                         92ddbd7f2d778b8c9803aee328091b58fab324e4fad675945585808b4831d7bc\
                         3ff4def08e4b7a9de576d26586cec64b61161ae10b594f09e26a7e902ecbd0600691"),
            tag: 16,
        },
        Vector {
            cipher: Cipher::AES_128_CCM,
            key: (0xc0..0xd0).collect(),
            nonce: hex("00000003020100a0a1a2a3a4a5"),
            data: (0..8).collect(),
            text: (8..0x1f).collect(),
            sealed: hex("588c979a61c663d2f066d0c2c0f989806d5f6b61dac38417e8d12cfdf926e0"),
            tag: 8,
        },
    ]
}

#[test]
fn every_face_gives_the_standards_bytes() {
    for vector in vectors() {
        let Vector { cipher, key, nonce, data, text, sealed, tag } = vector;
        let mut aead = Aead::new(cipher, &key).expect("a cipher").with_tag_size(tag).expect("a tag's size");
        assert_eq!((aead.cipher(), aead.tag_size()), (cipher, tag));
        assert_eq!(aead.encrypt(&nonce, &data, &text).expect("sealed"), sealed, "{cipher}");
        assert_eq!(*aead.decrypt(&nonce, &data, &sealed).expect("opened"), text, "{cipher}");
        let mut buffer = vec![0; sealed.len() + 5];
        assert_eq!(aead.encrypt_into(&nonce, &data, &text, &mut buffer).expect("sealed"), sealed.len());
        assert_eq!(buffer[..sealed.len()], sealed, "{cipher}");
        assert_eq!(aead.decrypt_into(&nonce, &data, &sealed, &mut buffer).expect("opened"), text.len());
        assert_eq!(buffer[..text.len()], text, "{cipher}");

        // In pieces of all sorts.
        for at in [0, 1, 7, 16, text.len()] {
            let (head, tail) = text.split_at(at);
            let halves = [IoSlice::new(head), IoSlice::new(&[]), IoSlice::new(tail)];
            let auth = [IoSlice::new(&data[..3]), IoSlice::new(&data[3..])];
            assert_eq!(aead.encrypt_vectored(&nonce, &auth, &halves).expect("sealed"), sealed, "{cipher} {at}");
            let mut copy = text.clone();
            let (head, tail) = copy.split_at_mut(at);
            let mut halves = [IoSliceMut::new(head), IoSliceMut::new(tail)];
            let made = aead.encrypt_in_place(&nonce, &auth, &mut halves).expect("sealed");
            assert_eq!(made, sealed[text.len()..], "{cipher} {at}");
            aead.decrypt_in_place(&nonce, &auth, &mut halves, &made).expect("opened");
            assert_eq!(copy, text, "{cipher} {at}");
        }
    }
}

#[test]
fn what_was_changed_is_not_opened_and_leaves_nothing_behind() {
    for vector in vectors() {
        let Vector { cipher, key, nonce, data, text, sealed, tag } = vector;
        let mut aead = Aead::new(cipher, &key).expect("a cipher").with_tag_size(tag).expect("a tag's size");
        for at in [0, text.len() - 1, text.len(), sealed.len() - 1] {
            let mut forged = sealed.clone();
            forged[at] ^= 0x80;
            assert_error(aead.decrypt(&nonce, &data, &forged), ErrorKind::Verification, &["tag does not fit"]);
            let mut buffer = vec![0xAA; text.len()];
            aead.decrypt_into(&nonce, &data, &forged, &mut buffer).expect_err("forged");
            assert!(buffer.iter().all(|byte| *byte == 0));
            let (body, end) = forged.split_at_mut(text.len());
            let mut pieces = [IoSliceMut::new(body)];
            aead.decrypt_in_place(&nonce, &[IoSlice::new(&data)], &mut pieces, end).expect_err("forged");
            assert!(body.iter().all(|byte| *byte == 0));
        }
        assert_error(aead.decrypt(&nonce, b"other", &sealed), ErrorKind::Verification, &["tag does not fit"]);
        assert_error(
            aead.decrypt(&nonce, &data, &sealed[..tag - 1]),
            ErrorKind::Verification,
            &["shorter than its tag"],
        );
    }
}

#[test]
fn siv_takes_nonces_of_many_sizes_and_full_tags_only() {
    let mut siv = Aead::new(Cipher::AES_128_SIV, (0..32).collect::<Vec<u8>>()).expect("a cipher");
    for size in [1, 12, 16] {
        let sealed = siv.encrypt(vec![9; size], "data", "text").expect("sealed");
        assert_eq!(sealed.len(), 20);
        assert_eq!(&*siv.decrypt(vec![9; size], "data", &sealed).expect("opened"), b"text");
    }
    assert_error(siv.encrypt("", "data", "text"), ErrorKind::InvalidInput, &["a nonce of 1 or more"]);
    assert_error(siv.with_tag_size(8), ErrorKind::InvalidInput, &["a tag of 16"]);
}

#[test]
fn siv_works_in_place_and_in_pieces() {
    for (cipher, size) in [(Cipher::AES_128_SIV, 32), (Cipher::AES_256_SIV, 64)] {
        let mut siv = Aead::new(cipher, (0..size).collect::<Vec<u8>>()).expect("a cipher");
        let text: Vec<u8> = (0..100).collect();
        for cut in [0, 1, 16, 17, 50, 100] {
            let sealed = siv.encrypt("nonce", "data", &text).expect("sealed");
            let (mut one, mut other) = (text[..cut].to_vec(), text[cut..].to_vec());
            let data = [IoSlice::new(b"da"), IoSlice::new(b"ta")];
            let tag =
                siv.encrypt_in_place("nonce", &data, &mut [IoSliceMut::new(&mut one), IoSliceMut::new(&mut other)]);
            let tag = tag.expect("a tag");
            assert_eq!([&tag[..], &one, &other].concat(), sealed, "{cipher} {cut}");
            let mut pieces = [IoSliceMut::new(&mut one), IoSliceMut::new(&mut other)];
            siv.decrypt_in_place("nonce", &data, &mut pieces, &tag).expect("opened");
            assert_eq!([&one[..], &other].concat(), text, "{cipher} {cut}");
            let mut pieces = [IoSliceMut::new(&mut one), IoSliceMut::new(&mut other)];
            siv.decrypt_in_place("nonce", &data, &mut pieces, &tag).expect_err("it is no ciphertext now");
            assert_eq!([&one[..], &other].concat(), [0; 100]);
        }
        let nothing = siv.encrypt_in_place("nonce", &[], &mut []).expect("a tag");
        siv.decrypt_in_place("nonce", &[], &mut [], &nothing).expect("opened");
    }
}

#[test]
fn another_key_may_be_set() {
    for vector in vectors() {
        let other = vec![0; vector.key.len()];
        let mut aead = Aead::new(vector.cipher, other).expect("a cipher").with_tag_size(vector.tag).expect("a size");
        aead.set_key(&vector.key).expect("a key");
        assert_eq!(aead.encrypt(&vector.nonce, &vector.data, &vector.text).expect("sealed"), vector.sealed);
        assert_error(aead.set_key([0; 15]), ErrorKind::InvalidInput, &["a key of"]);
        assert_eq!(aead.encrypt(&vector.nonce, &vector.data, &vector.text).expect("sealed"), vector.sealed);
    }
}

#[cfg(gnutls_3_8_2)]
#[test]
fn gcm_siv_is_that_of_rfc_8452() {
    if !Cipher::list().contains(&Cipher::AES_128_SIV_GCM) {
        return; // Depends on the release of Nettle.
    }
    let key = hex("01000000000000000000000000000000");
    let mut aead = Aead::new(Cipher::AES_128_SIV_GCM, key).expect("a cipher");
    let sealed = aead.encrypt(hex("030000000000000000000000"), "", hex("0100000000000000")).expect("sealed");
    assert_eq!(sealed, hex("b5d839330ac7b786578782fff6013b815b287c22493a364c"));
}
