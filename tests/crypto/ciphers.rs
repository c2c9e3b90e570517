//! Ciphers in pieces: NIST SP 800-38A, IEEE 1619, RFC 8439 and the GCM specification.

use gnutls::crypto::SymmetricCipher;
use gnutls::{Cipher, ErrorKind};

use super::hex;

const KEY: &str = "2b7e151628aed2a6abf7158809cf4f3c";
const IV: &str = "000102030405060708090a0b0c0d0e0f";
const TEXT: &str = "6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e51";
const CBC: &str = "7649abac8119b246cee98e9b12e9197d5086cb9b507219ee95db113a917678b2";

#[test]
fn cbc_is_that_of_sp_800_38a_in_one_and_in_pieces() {
    let (key, iv, text, expected) = (hex(KEY), hex(IV), hex(TEXT), hex(CBC));
    let mut cipher = SymmetricCipher::new(Cipher::AES_128_CBC, &key, &iv).expect("a cipher");
    assert_eq!(cipher.cipher(), Cipher::AES_128_CBC);
    let mut whole = text.clone();
    cipher.encrypt(&mut whole).expect("two blocks");
    assert_eq!(whole, expected);

    // In pieces and to another buffer, after a new IV.
    cipher.set_iv(&iv).expect("16 bytes");
    let mut pieces = [0; 32];
    for (text, output) in text.chunks(16).zip(pieces.chunks_mut(16)) {
        cipher.encrypt_into(text, output).expect("a block");
    }
    assert_eq!(pieces[..], expected);

    let mut cipher = SymmetricCipher::new(Cipher::AES_128_CBC, &key, &iv).expect("a cipher");
    cipher.decrypt(&mut whole).expect("two blocks");
    cipher.set_iv(&iv).expect("16 bytes");
    let mut copy = [0; 32];
    cipher.decrypt_into(&expected, &mut copy).expect("two blocks");
    assert_eq!((&whole, &copy[..]), (&text, &text[..]));
}

#[cfg(gnutls_3_7_7)]
#[test]
fn padded_messages_of_every_length_come_back() {
    for length in 0..=33 {
        let text = vec![7; length];
        let new = || SymmetricCipher::new(Cipher::AES_128_CBC, hex(KEY), hex(IV)).expect("a cipher");
        let sealed = new().encrypt_padded(&text).expect("any length");
        assert_eq!(sealed.len(), length / 16 * 16 + 16);
        assert_eq!(*new().decrypt_padded(&sealed).expect("padded"), text);
    }
    // The padding is that of PKCS#7.
    let mut block = [3; 16];
    block[..13].copy_from_slice(b"thirteen byte");
    SymmetricCipher::new(Cipher::AES_128_CBC, hex(KEY), hex(IV))
        .expect("a cipher")
        .encrypt(&mut block)
        .expect("a block");
    let mut cipher = SymmetricCipher::new(Cipher::AES_128_CBC, hex(KEY), hex(IV)).expect("a cipher");
    assert_eq!(cipher.encrypt_padded("thirteen byte").expect("any length"), block);
}

#[test]
fn xts_is_that_of_ieee_1619() {
    let mut text = [0; 32];
    let mut key = [0; 32];
    key[16] = 1;
    // Equal halves, as in vector 1, are refused under FIPS rules: vector 2 has others.
    key[..16].fill(0x11);
    key[16..].fill(0x22);
    let mut iv = [0; 16];
    iv[..5].fill(0x33);
    text.fill(0x44);
    let mut cipher = SymmetricCipher::new(Cipher::AES_128_XTS, key, iv).expect("a cipher");
    cipher.encrypt(&mut text).expect("a unit");
    assert_eq!(text[..], hex("c454185e6a16936e39334038acef838bfb186fff7480adc4289382ecd6d394f0"));
}

#[test]
fn chacha20_is_that_of_rfc_8439() {
    let key: Vec<u8> = (0..32).collect();
    let iv = hex("01000000 000000000000004a00000000");
    let text = b"Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the future, \
                 sunscreen would be it.";
    let mut cipher = SymmetricCipher::new(Cipher::CHACHA20_32, key, iv).expect("a cipher");
    let mut output = vec![0; text.len()];
    let (head, tail) = text.split_at(64);
    cipher.encrypt_into(head, &mut output[..64]).expect("a block");
    cipher.encrypt_into(tail, &mut output[64..]).expect("the rest");
    assert_eq!(output[..16], hex("6e2e359a2568f98041ba0728dd0d6981"));
    assert_eq!(output[112..], hex("874d"));
}

#[test]
fn cfb8_takes_any_length() {
    // SP 800-38A, F.3.7.
    let mut text = hex("6bc1bee22e409f96e93d7e117393172aae2d");
    let mut cipher = SymmetricCipher::new(Cipher::AES_128_CFB8, hex(KEY), hex(IV)).expect("a cipher");
    let (head, tail) = text.split_at_mut(5);
    cipher.encrypt(head).expect("any length");
    cipher.encrypt(tail).expect("any length");
    assert_eq!(text, hex("3b79424c9c0dd436bace9e0ed4586a4f32b9"));
}

#[test]
fn gcm_in_pieces_is_gcm() {
    let key = hex("feffe9928665731c6d6a8f9467308308");
    let iv = hex("cafebabefacedbaddecaf888");
    let text = hex("d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72\
                    1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39");
    let auth = hex("feedfacedeadbeeffeedfacedeadbeefabaddad2");
    let tag = hex("5bc94fbc3221a5db94fae95ae7121a47");
    let mut cipher = SymmetricCipher::new(Cipher::AES_128_GCM, &key, &iv).expect("a cipher");
    cipher.add_auth(&auth[..16]).expect("a block");
    cipher.add_auth(&auth[16..]).expect("the rest");
    let mut sealed = text.clone();
    let (head, rest) = sealed.split_at_mut(32);
    cipher.encrypt(head).expect("blocks");
    cipher.encrypt(rest).expect("the rest");
    assert_eq!(sealed[..16], hex("42831ec2217774244b7221b784d0d49c"));
    assert_eq!(cipher.tag().expect("a tag"), tag);

    let mut cipher = SymmetricCipher::new(Cipher::AES_128_GCM, &key, &iv).expect("a cipher");
    for (data, outcome) in [(&auth[..], Ok(())), (&auth[1..], Err(ErrorKind::Verification))] {
        cipher.set_iv(&iv).expect("12 bytes");
        cipher.add_auth(data).expect("data");
        let mut opened = sealed.clone();
        cipher.decrypt(&mut opened).expect("text");
        assert_eq!(opened, text);
        assert_eq!(cipher.verify_tag(&tag).map_err(|error| error.kind()), outcome);
    }
}
