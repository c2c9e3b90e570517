//! A generated key of Ed25519 is written as `BEGIN UNKNOWN`, which nothing reads.

use std::ptr;

use gnutls::x509::{KeyType, PrivateKey};
use gnutls_sys as sys;

#[test]
fn the_plain_library_writes_a_key_of_unknown_kind() {
    let mut key = ptr::null_mut();
    // SAFETY: the out pointer is valid.
    assert_eq!(unsafe { sys::gnutls_x509_privkey_init(&mut key) }, 0);
    // SAFETY: a fresh key.
    let code = unsafe { sys::gnutls_x509_privkey_generate(key, sys::GNUTLS_PK_EDDSA_ED25519, 256, 0) };
    assert_eq!(code, 0);
    let (mut text, mut length) = ([0_u8; 4096], 4096);
    // SAFETY: a key of ours; the buffer has `length` bytes.
    let code = unsafe {
        sys::gnutls_x509_privkey_export(key, sys::GNUTLS_X509_FMT_PEM, text.as_mut_ptr().cast(), &mut length)
    };
    // SAFETY: nobody uses it after this.
    unsafe { sys::gnutls_x509_privkey_deinit(key) };
    assert_eq!(code, 0);
    let text = String::from_utf8_lossy(&text[..length]).into_owned();
    assert!(text.starts_with("-----BEGIN UNKNOWN"), "{:?}", text.lines().next());
}

#[test]
fn ours_writes_one_that_can_be_read() {
    let key = PrivateKey::generate(KeyType::Ed25519).expect("a key");
    let pem = key.to_pem().expect("PEM");
    assert!(pem.as_ref().starts_with(b"-----BEGIN PRIVATE KEY-----"));
    let again = PrivateKey::from_pem(&pem, None).expect("it can be read");
    assert_eq!(again.key_id().expect("an id"), key.key_id().expect("an id"));
}
