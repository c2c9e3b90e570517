//! What GnuTLS would answer with the end of the process, or with silence, is refused first.

use std::io::{IoSlice, IoSliceMut};

use gnutls::ErrorKind::{InvalidInput, Misuse, Unsupported};
use gnutls::crypto::{Aead, Hash, SymmetricCipher};
use gnutls::{Cipher, Digest};

use super::assert_error;

#[test]
fn keys_and_ivs_of_other_sizes() {
    for cipher in [Cipher::AES_256_CBC, Cipher::CHACHA20_32, Cipher::AES_256_GCM, Cipher::AES_128_XTS] {
        let (key, iv) = (vec![1; cipher.key_size()], vec![2; cipher.iv_size()]);
        let mut good = SymmetricCipher::new(cipher, &key, &iv).expect("a cipher");
        for size in [0, key.len() - 1, key.len() + 1] {
            let needed = format!("a key of {} bytes is needed, not one of {size}", key.len());
            assert_error(SymmetricCipher::new(cipher, vec![1; size], &iv), InvalidInput, &[&needed]);
        }
        for size in [0, iv.len() - 1, iv.len() + 1, 1000] {
            let needed = format!("an IV of {} bytes is needed, not one of {size}", iv.len());
            assert_error(SymmetricCipher::new(cipher, &key, vec![2; size]), InvalidInput, &[&needed]);
            assert_error(good.set_iv(vec![2; size]), InvalidInput, &[&needed]);
        }
    }
    let mut arcfour = SymmetricCipher::new(Cipher::ARCFOUR_128, [1; 16], []).expect("a cipher");
    assert_error(arcfour.set_iv([]), InvalidInput, &["takes none"]);
}

#[test]
fn pieces_that_the_mode_does_not_take() {
    let mut cbc = SymmetricCipher::new(Cipher::AES_128_CBC, [1; 16], [2; 16]).expect("a cipher");
    for length in [1, 15, 17] {
        assert_error(cbc.encrypt(&mut vec![0; length]), InvalidInput, &["whole blocks of 16 bytes"]);
        assert_error(cbc.decrypt(&mut vec![0; length]), InvalidInput, &["whole blocks of 16 bytes"]);
    }
    assert_error(cbc.encrypt_into([0; 16], &mut [0; 15]), InvalidInput, &["an output of 16 bytes"]);
    assert_error(cbc.decrypt_into([0; 16], &mut [0; 17]), InvalidInput, &["an output of 16 bytes"]);
    assert_error(cbc.tag(), Unsupported, &["does not authenticate"]);
    assert_error(cbc.add_auth("x"), Unsupported, &["does not authenticate"]);
    let mut xts = SymmetricCipher::new(Cipher::AES_128_XTS, [[1; 16], [2; 16]].concat(), [2; 16]).expect("a cipher");
    assert_error(xts.encrypt(&mut [0; 15]), InvalidInput, &["at least one block of 16 bytes"]);
    for cipher in [Cipher::AES_128_GCM, Cipher::CHACHA20_POLY1305] {
        let mut aead = SymmetricCipher::new(cipher, vec![1; cipher.key_size()], [2; 12]).expect("a cipher");
        aead.encrypt(&mut [0; 5]).expect("the last piece");
        assert_error(aead.encrypt(&mut [0; 64]), Misuse, &["has ended"]);
        assert_error(aead.add_auth("late"), Misuse, &["before the text"]);
        aead.tag().expect("a tag");
        assert_error(aead.tag(), Misuse, &["has been taken"]);
        assert_error(aead.decrypt(&mut [0; 64]), Misuse, &["has ended"]);
        aead.set_iv([3; 12]).expect("the next message");
        aead.add_auth("partial").expect("data");
        assert_error(aead.add_auth("more"), Misuse, &["whole blocks"]);
    }
}

#[cfg(gnutls_3_7_7)]
#[test]
fn padding_that_is_none() {
    let new = || SymmetricCipher::new(Cipher::AES_128_CBC, [1; 16], [2; 16]).expect("a cipher");
    let mut block = [0; 16];
    new().encrypt(&mut block).expect("a block");
    assert_error(new().decrypt_padded(block), InvalidInput, &["decrypting with padding"]);
    assert_error(new().decrypt_padded([0; 17]), InvalidInput, &["whole blocks"]);
    assert_error(new().decrypt_padded([]), InvalidInput, &["no block"]);
    let mut xts = SymmetricCipher::new(Cipher::AES_128_XTS, [[1; 16], [2; 16]].concat(), [2; 16]).expect("a cipher");
    assert_error(xts.encrypt_padded("text"), Unsupported, &["takes no padding"]);
}

#[test]
fn aead_nonces_tags_and_lengths() {
    for (cipher, wrong, needed) in [
        (Cipher::AES_128_GCM, [0, 11, 13], "a nonce of 12"),
        (Cipher::CHACHA20_POLY1305, [0, 8, 24], "a nonce of 12"),
        (Cipher::AES_128_CCM, [0, 6, 14], "a nonce of 7 to 13"),
    ] {
        let mut aead = Aead::new(cipher, vec![1; cipher.key_size()]).expect("a cipher");
        for size in wrong {
            let nonce = vec![0; size];
            assert_error(aead.encrypt(&nonce, "", ""), InvalidInput, &[needed]);
            assert_error(aead.decrypt(&nonce, "", [0; 16]), InvalidInput, &[needed]);
            assert_error(aead.encrypt_vectored(&nonce, &[], &[]), InvalidInput, &[needed]);
            assert_error(aead.encrypt_in_place(&nonce, &[], &mut []), InvalidInput, &[needed]);
            assert_error(aead.decrypt_in_place(&nonce, &[], &mut [], [0; 16]), InvalidInput, &[needed]);
        }
        assert_error(aead.encrypt_into([0; 12], "", "text", &mut [0; 19]), InvalidInput, &["an output of 20"]);
        assert_error(aead.decrypt_into([0; 12], "", [0; 20], &mut [0; 3]), InvalidInput, &["an output of 4"]);
        let mut text = [0; 4];
        let result = aead.decrypt_in_place([0; 12], &[], &mut [IoSliceMut::new(&mut text)], [0; 15]);
        assert_error(result, InvalidInput, &["a tag of 16 bytes"]);
        assert_error(aead.with_tag_size(17), InvalidInput, &["a tag of"]);
        assert_error(Aead::new(cipher, [0; 5]), InvalidInput, &["a key of"]);
    }
    for (cipher, size) in [(Cipher::AES_128_GCM, 3), (Cipher::AES_128_CCM, 5), (Cipher::CHACHA20_POLY1305, 12)] {
        let aead = Aead::new(cipher, vec![1; cipher.key_size()]).expect("a cipher");
        assert_error(aead.with_tag_size(size), InvalidInput, &["a tag of"]);
    }
    // The length of a CCM message must fit into what the nonce leaves of a block.
    let mut ccm = Aead::new(Cipher::AES_128_CCM, [1; 16]).expect("a cipher");
    let text = vec![0; 0x1_0000];
    ccm.encrypt([0; 13], "", &text[1..]).expect("65535 bytes");
    let needed = &["a message has 65535 bytes at most"];
    assert_error(ccm.encrypt([0; 13], "", &text), InvalidInput, needed);
    assert_error(ccm.encrypt_vectored([0; 13], &[], &[IoSlice::new(&text)]), InvalidInput, needed);
    assert_error(ccm.decrypt([0; 13], "", vec![0; 0x1_0010]), InvalidInput, needed);
    ccm.encrypt([0; 12], "", &text).expect("a shorter nonce");
}

#[test]
fn ciphers_that_are_not_there_or_not_for_this() {
    assert_error(Aead::new(Cipher::AES_128_CBC, [0; 16]), Unsupported, &["AES-128-CBC"]);
    assert_error(Aead::new(Cipher::from_raw(999), [0; 16]), Unsupported, &["Cipher(999)"]);
    for cipher in [Cipher::AES_128_CCM, Cipher::AES_256_SIV] {
        let result = SymmetricCipher::new(cipher, vec![0; cipher.key_size()], vec![0; cipher.iv_size()]);
        assert_error(result, Unsupported, &["use Aead"]);
    }
    assert_error(SymmetricCipher::new(Cipher::from_raw(999), [], []), Unsupported, &["Cipher(999)"]);
    assert_error(SymmetricCipher::new(Cipher::NULL, [], []), Unsupported, &["NULL"]);
}

#[test]
fn debug_shows_names_only() {
    let aead = Aead::new(Cipher::AES_128_GCM, [0; 16]).expect("a cipher");
    assert_eq!(format!("{aead:?}"), "Aead(AES-128-GCM, tags of 16 bytes)");
    let cipher = SymmetricCipher::new(Cipher::AES_128_CBC, [1; 16], [2; 16]).expect("a cipher");
    assert_eq!(format!("{cipher:?}"), "SymmetricCipher(AES-128-CBC)");
    assert_eq!(format!("{:?}", Hash::new(Digest::SHA256).expect("a digest")), "Hash(SHA256)");
}
