//! C objects that are lent to C, given away and taken back.

use gnutls::key::{self, DhParams, Pcert, PublicKey, Spki};
use gnutls::x509::{
    Certificate, CertificateBuilder, CertificateRequest, DistinguishedName, PrivateKey, RequestBuilder, RevocationList,
    RevocationListBuilder, TrustFlags, TrustList, VerifyFlags,
};
use gnutls::{Digest, Priority, SignatureScheme, sys};

use super::tools::Chain;

/// What C says of a call.
fn fine(code: i32) {
    assert!(code >= 0, "{}", gnutls::Code::from_raw(code).description());
}

#[test]
fn a_certificate_that_c_imported_is_a_certificate() {
    let chain = Chain::new();
    let mut der = chain.root.to_der();
    let data = sys::gnutls_datum_t { data: der.as_mut_ptr(), size: der.len().try_into().expect("small") };
    let mut raw = std::ptr::null_mut();
    // SAFETY: a valid place for the new object.
    fine(unsafe { sys::gnutls_x509_crt_init(&mut raw) });
    // SAFETY: a fresh object and a datum, alive during the call.
    fine(unsafe { sys::gnutls_x509_crt_import(raw, &data, sys::GNUTLS_X509_FMT_DER) });
    // SAFETY: imported, and nobody else has it.
    let taken = unsafe { Certificate::from_raw(raw) };
    assert_eq!(taken, chain.root);

    // SAFETY: two certificates that are alive and only read.
    assert_ne!(unsafe { sys::gnutls_x509_crt_equals(taken.as_ptr(), chain.root.as_ptr()) }, 0);
    let again = taken.clone();
    let taken = taken.into_raw().expect_err("a clone has it too");
    drop(again);
    let raw = taken.into_raw().expect("the last one");
    // SAFETY: given away to us: released once.
    unsafe { sys::gnutls_x509_crt_deinit(raw) };
}

#[test]
fn keys_go_to_c_and_come_back() {
    let chain = Chain::new();
    let raw = chain.server_key.clone().into_raw().expect_err("the chain has it").as_ptr();
    // SAFETY: a key, alive and only read.
    assert!(unsafe { sys::gnutls_x509_privkey_get_pk_algorithm(raw) } > 0);

    let generated = PrivateKey::generate(key::KeyType::Ed25519).expect("a key");
    let id = generated.key_id().expect("an id");
    // SAFETY: it holds a key, and nobody else has it.
    let generated = unsafe { PrivateKey::from_raw(generated.into_raw().expect("no clones")) };
    assert_eq!(generated.key_id().expect("an id"), id);

    let private = key::PrivateKey::try_from(&generated).expect("a key");
    // SAFETY: as above.
    let private = unsafe { key::PrivateKey::from_raw(private.into_raw().expect("no clones")) };
    let public = private.public_key().expect("its public half");
    // SAFETY: as above.
    let public = unsafe { PublicKey::from_raw(public.into_raw().expect("no clones")) };
    let signature = private.sign(SignatureScheme::EDDSA_ED25519, b"data").expect("a signature");
    public.verify(SignatureScheme::EDDSA_ED25519, b"data", &signature).expect("it is right");
    let clone = public.clone();
    assert_eq!(public.into_raw().expect_err("a clone has it too"), clone);

    let spki = Spki::rsa_pss(Digest::SHA256, 32).expect("parameters");
    // SAFETY: as above.
    let spki = unsafe { Spki::from_raw(spki.into_raw().expect("no clones")) };
    assert_eq!(spki.rsa_pss_parameters().expect("read"), Some((Digest::SHA256, 32)));

    let params = DhParams::new([23], [5]).expect("parameters");
    // SAFETY: as above.
    let params = unsafe { DhParams::from_raw(params.into_raw()) };
    assert_eq!(params.numbers().expect("read"), (vec![23], vec![5], 0));

    let shown = Pcert::from_certificate(&chain.root).expect("a certificate");
    // SAFETY: alive, and only read.
    assert_eq!(unsafe { (*shown.as_ptr()).type_ }, sys::GNUTLS_CRT_X509);
    // SAFETY: as above.
    let shown = unsafe { Pcert::from_raw(shown.into_raw()) };
    assert_eq!(shown.to_der(), chain.root.to_der());
}

#[test]
fn a_key_that_calls_the_program_is_not_given_away() {
    let pem = PrivateKey::generate(key::KeyType::EcdsaP256).expect("a key").to_pkcs8_pem(Some("word")).expect("PEM");
    let pin = std::sync::Arc::new(|_: &key::PinRequest<'_>| Ok(b"word".to_vec().into()));
    let asked = key::PrivateKey::from_bytes_asking(&pem, gnutls::x509::Format::Pem, pin).expect("the right password");
    let asked = asked.into_raw().expect_err("its PIN would be gone");
    assert!(asked.public_key().is_ok(), "and it still works");
}

#[test]
fn names_lists_and_requests_go_to_c_and_come_back() {
    let chain = Chain::new();
    let name: DistinguishedName = "CN=a,O=b".parse().expect("a name");
    // SAFETY: it holds a name, and nobody else has it.
    let name = unsafe { DistinguishedName::from_raw(name.into_raw().expect("no clones")) };
    assert_eq!(name.to_string(), "CN=a,O=b");
    let part = chain.root.subject_name().expect("a name").into_raw().expect_err("a part of a certificate");
    assert_eq!(part.to_string(), chain.root.subject().expect("a name"));

    let key = PrivateKey::generate(key::KeyType::EcdsaP256).expect("a key");
    let root = CertificateBuilder::new().subject("CN=root").ca(None).self_signed(&key).expect("a root");
    let made = RevocationListBuilder::new().signed_by(&root, &key).expect("a list");
    let der = made.to_der();
    // SAFETY: as above.
    let list = unsafe { RevocationList::from_raw(made.into_raw().expect("no clones")) };
    assert_eq!(list.to_der(), der);
    // SAFETY: alive, and only read.
    assert!(unsafe { sys::gnutls_x509_crl_get_crt_count(list.as_ptr()) } == 0);

    let request = RequestBuilder::new().subject("CN=c").signed_by(&key).expect("a request");
    // SAFETY: as above.
    let request = unsafe { CertificateRequest::from_raw(request.into_raw().expect("no clones")) };
    request.verify(VerifyFlags::empty()).expect("it is right");

    let mut trust = TrustList::new().expect("a list");
    trust.add_authorities(std::slice::from_ref(&chain.root), TrustFlags::empty()).expect("added");
    // SAFETY: as above; what is in it is its own.
    let trust = unsafe { TrustList::from_raw(trust.into_raw().expect("it calls nothing")) };
    assert_eq!(trust.authorities().expect("read"), std::slice::from_ref(&chain.root));
}

#[test]
fn priorities_go_to_c_and_come_back() {
    let priority = Priority::new("NORMAL:-VERS-ALL:+VERS-TLS1.3").expect("they are right");
    let mut list = std::ptr::null();
    // SAFETY: live priorities, which are only read, and a valid out pointer.
    assert_eq!(unsafe { sys::gnutls_priority_protocol_list(priority.as_ptr(), &mut list) }, 1);
    let clone = priority.clone();
    let priority = priority.into_raw().expect_err("a clone has them too");
    drop(clone);
    // SAFETY: given away to us, and nobody else has them.
    let priority = unsafe { Priority::from_raw(priority.into_raw().expect("the last one")) };
    assert_eq!(priority.protocols(), [gnutls::Protocol::TLS1_3]);
}
