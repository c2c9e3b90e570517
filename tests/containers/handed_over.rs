//! C objects that are lent to C, given away and taken back.

use gnutls::crypto::{Aead, Hash, Hmac, SymmetricCipher};
use gnutls::ocsp::Request;
use gnutls::pkcs7::Pkcs7;
use gnutls::pkcs12::{Bag, Pkcs12};
use gnutls::x509::Pkcs8Cipher;
use gnutls::{Cipher, Digest, Mac, sys};

use super::tools::Chain;

#[test]
fn containers_go_to_c_and_come_back() {
    let chain = Chain::new();
    let mut bag = Bag::new().expect("a bag");
    bag.add_certificate(&chain.root).expect("room");
    // SAFETY: alive, and only read.
    assert_eq!(unsafe { sys::gnutls_pkcs12_bag_get_count(bag.as_ptr()) }, 1);
    // SAFETY: initialised, and nobody else has it.
    let bag = unsafe { Bag::from_raw(bag.into_raw()) };
    assert_eq!(bag.len(), 1);

    let (key, certificates) = (&chain.server_key, std::slice::from_ref(&chain.server));
    let file = Pkcs12::make(key, certificates, "word", None, Pkcs8Cipher::Aes256).expect("a file");
    let before = file.to_der().expect("DER");
    // SAFETY: as above.
    let file = unsafe { Pkcs12::from_raw(file.into_raw()) };
    assert_eq!(&*file.to_der().expect("DER"), &*before);
    // SAFETY: alive, and only looked at.
    assert_eq!(unsafe { sys::gnutls_pkcs12_verify_mac(file.as_ptr(), c"word".as_ptr()) }, 0);

    let mut message = Pkcs7::new().expect("a structure");
    message.add_certificate(&chain.root).expect("room");
    // SAFETY: as above.
    let message = unsafe { Pkcs7::from_raw(message.into_raw()) };
    // SAFETY: alive, and only read.
    assert_eq!(unsafe { sys::gnutls_pkcs7_get_crt_count(message.as_ptr()) }, 1);

    let mut request = Request::new().expect("a request");
    request.add_certificate(Digest::SHA256, &chain.root, &chain.middle).expect("room");
    let before = request.to_der().expect("DER");
    // SAFETY: as above.
    let request = unsafe { Request::from_raw(request.into_raw()) };
    assert_eq!(request.to_der().expect("DER"), before);
    assert!(!request.as_ptr().is_null());
}

#[test]
fn c_goes_on_with_a_digest_that_rust_began() {
    let mut hash = Hash::new(Digest::SHA256).expect("a digest");
    hash.update(b"a").expect("taken");
    // SAFETY: a digest that nobody else uses, and three bytes.
    assert_eq!(unsafe { sys::gnutls_hash(hash.as_ptr(), b"bc".as_ptr().cast(), 2) }, 0);
    assert_eq!(hash.finish(), Hash::of(Digest::SHA256, b"abc").expect("a digest"));

    let mut mac = Hmac::new(Mac::SHA256, b"key").expect("a MAC");
    // SAFETY: as above.
    assert_eq!(unsafe { sys::gnutls_hmac(mac.as_ptr(), b"abc".as_ptr().cast(), 3) }, 0);
    mac.update(b"d").expect("taken");
    assert_eq!(mac.finish().expect("a MAC"), Hmac::of(Mac::SHA256, b"key", b"abcd").expect("a MAC"));

    let aead = Aead::new(Cipher::AES_128_GCM, [1; 16]).expect("a cipher");
    let cipher = SymmetricCipher::new(Cipher::AES_128_CBC, [1; 16], [2; 16]).expect("a cipher");
    assert!(!aead.as_ptr().is_null() && !cipher.as_ptr().is_null());
}
