//! Whatever GnuTLS lists works, or is refused in words; nothing ends the process.

use gnutls::crypto::{Aead, Hash, Hmac, SymmetricCipher};
use gnutls::{Cipher, Digest, ErrorKind, Mac};

#[test]
fn every_digest_is_computed() {
    let mut good = 0;
    for digest in Digest::list() {
        match Hash::of(*digest, "abc") {
            Ok(output) => {
                assert_eq!(output.len(), digest.output_size(), "{digest}");
                let mut hash = Hash::new(*digest).expect("as above");
                hash.update("abc").expect("data");
                assert_eq!(hash.finish(), output, "{digest}");
                good += 1;
            }
            Err(error) => assert_eq!(error.kind(), ErrorKind::Unsupported, "{error}"),
        }
    }
    assert!(good >= 5);
}

#[test]
fn every_mac_is_computed() {
    let mut good = 0;
    for mac in Mac::list() {
        match Hmac::new(*mac, vec![1; mac.key_size()]) {
            Ok(mut hmac) => {
                if mac.nonce_size() > 0 {
                    hmac.set_nonce(vec![2; mac.nonce_size()]).expect("a nonce");
                }
                hmac.update("abc").expect("data");
                assert_eq!(hmac.finish().expect("a code").len(), mac.output_size(), "{mac}");
                good += 1;
            }
            Err(error) => assert_eq!(error.kind(), ErrorKind::Unsupported, "{error}"),
        }
    }
    assert!(good >= 5);
}

#[test]
fn every_cipher_decrypts_what_it_encrypted() {
    for cipher in Cipher::list() {
        let key: Vec<u8> = (0..).take(cipher.key_size()).collect();
        let iv = vec![2; cipher.iv_size()];
        let text: Vec<u8> = (0..192).collect();
        let mut worked = false;
        match SymmetricCipher::new(*cipher, &key, &iv) {
            Ok(mut sealing) => {
                for pieces in [vec![192], vec![64, 128], vec![128, 64]] {
                    let mut opening = SymmetricCipher::new(*cipher, &key, &iv).expect("as above");
                    if cipher.iv_size() > 0 {
                        sealing.set_iv(&iv).expect("an IV");
                    } else {
                        sealing = SymmetricCipher::new(*cipher, &key, &iv).expect("as above");
                    }
                    let mut copy = text.clone();
                    let mut rest = &mut copy[..];
                    for piece in pieces {
                        let (head, tail) = rest.split_at_mut(piece);
                        sealing.encrypt(head).unwrap_or_else(|error| panic!("{cipher}: {error}"));
                        opening.decrypt(head).unwrap_or_else(|error| panic!("{cipher}: {error}"));
                        // XTS starts each call with the tweak, and so does decrypting.
                        rest = tail;
                    }
                    assert_eq!(copy, text, "{cipher}");
                }
                if cipher.iv_size() > 0 {
                    let [one, other] = [2, 3].map(|byte| {
                        let mut copy = text.clone();
                        let mut sealing = SymmetricCipher::new(*cipher, &key, vec![byte; iv.len()]).expect("as above");
                        sealing.encrypt(&mut copy).expect("sealed");
                        copy
                    });
                    assert_ne!(one, other, "{cipher} with another IV");
                }
                worked = true;
            }
            Err(error) => assert_eq!(error.kind(), ErrorKind::Unsupported, "{error}"),
        }
        match Aead::new(*cipher, &key) {
            Ok(mut aead) => {
                let nonce = vec![3; cipher.iv_size().min(12)];
                for length in [0, 1, 15, 16, 17, 192] {
                    let sealed = aead.encrypt(&nonce, "data", &text[..length]).expect("sealed");
                    assert_eq!(sealed.len(), length + cipher.tag_size(), "{cipher}");
                    assert_eq!(*aead.decrypt(&nonce, "data", &sealed).expect("opened"), text[..length], "{cipher}");
                }
                worked = true;
            }
            Err(error) => assert_eq!(error.kind(), ErrorKind::Unsupported, "{error}"),
        }
        // GnuTLS ignores the IV of Salsa20, so we refuse it.
        let refused = [Cipher::NULL, Cipher::SALSA20_256, Cipher::ESTREAM_SALSA20_256];
        assert!(worked != refused.contains(cipher), "{cipher}: {worked}");
    }
}
