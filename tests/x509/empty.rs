//! Values of no bytes: GnuTLS and libtasn1 look behind the pointers of some of them.

use gnutls::ErrorKind::InvalidInput;
use gnutls::x509::{
    AuthorityKeyId, CertificateBuilder, Extension, ExtensionValue, Oid, ProxyPolicy, RequestBuilder,
    RevocationListBuilder, SubjectKeyId,
};

use super::tools::{assert_error, new_key};

fn oid() -> Oid {
    "1.2.3.4".parse().expect("an identifier")
}

/// Bytes that nobody asked for, and no NUL: what follows an empty slice must not get into an object.
const BEHIND: [u8; 64] = [b'7'; 64];

#[test]
fn an_extension_may_be_empty_and_gets_nothing_from_elsewhere() {
    let (key, nothing) = (new_key(), Extension { oid: oid(), critical: false, data: Vec::new() });
    // 1.2.3.4, and an OCTET STRING of no bytes. (GnuTLS writes it, and does not read it.)
    let written = [6, 3, 0x2A, 3, 4, 4, 0];
    let made = CertificateBuilder::new().subject("CN=x").extension(nothing.clone()).self_signed(&key);
    assert!(made.expect("signed").to_der().windows(written.len()).any(|window| window == written));
    let asked = RequestBuilder::new().subject("CN=x").extension(nothing).signed_by(&key);
    assert!(asked.expect("signed").to_der().windows(written.len()).any(|window| window == written));
}

#[test]
fn identifiers_may_be_empty() {
    assert_eq!(SubjectKeyId(Vec::new()).to_der().expect("writable"), [4, 0]);
    let authority = AuthorityKeyId::from_key_id(Vec::new());
    assert!(AuthorityKeyId::from_der(&authority.to_der().expect("writable")).is_ok());
    let made = CertificateBuilder::new()
        .subject("CN=x")
        .subject_key_id([])
        .authority_key_id([])
        .subject_unique_id([])
        .issuer_unique_id([])
        .self_signed(&new_key());
    assert_eq!(made.expect("signed").subject().expect("a subject"), "CN=x");
    let policy = ProxyPolicy { path_len: None, language: Oid::PROXY_INDEPENDENT, policy: Some(Vec::new()) };
    assert!(policy.to_der().expect("writable").ends_with(&[4, 0]));
}

#[test]
fn numbers_of_no_bytes_are_refused() {
    let key = new_key();
    let root = CertificateBuilder::new().subject("CN=root").ca(None).self_signed(&key).expect("signed");
    let numbered = RevocationListBuilder::new().number([]).signed_by(&root, &key);
    assert_error(numbered, InvalidInput, &["setting a revocation list's number"]);
    let revoking = RevocationListBuilder::new().revoke_serial([]).signed_by(&root, &key);
    assert_error(revoking, InvalidInput, &["revoking a certificate"]);
    // A slice of no bytes in the midst of others.
    let number = gnutls::crypto::signature_value::encode(&BEHIND[..0], &BEHIND[..1]);
    assert_error(number, InvalidInput, &["encoding a signature"]);
}
