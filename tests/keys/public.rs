//! Public keys: their forms and what they say about themselves.

use gnutls::ErrorKind::InvalidInput;
use gnutls::key::{KeyType, PrivateKey, PublicKey, is_url_supported};
use gnutls::x509::{Format, KeyUsage};
use gnutls::{Digest, PublicKeyAlgorithm};

use super::tools::{Chain, Directory, ask, assert_error, run, text};

#[test]
fn every_form_leads_back_to_the_key() {
    for key_type in [KeyType::Rsa { bits: 2048 }, KeyType::EcdsaP384, KeyType::Ed448] {
        let key = PrivateKey::generate(key_type).expect("a key");
        let public = key.public_key().expect("its public half");
        assert_eq!(public.algorithm().expect("known"), key.algorithm().expect("known"));
        let (pem, der) = (public.to_pem().expect("PEM"), public.to_der().expect("DER"));
        assert_eq!(PublicKey::from_pem(&pem).expect("a key"), public);
        assert_eq!(PublicKey::from_der(&der).expect("a key"), public);
        assert_eq!(public.key_id().expect("an identifier"), key.to_x509().expect("a copy").key_id().expect("the same"));
        public.verify_parameters().expect("numbers that fit");

        let directory = Directory::new();
        let memory = key.to_x509().expect("a copy").to_pkcs8_pem(None).expect("PKCS#8");
        let file = directory.file("key.pem", memory);
        assert_eq!(ask("openssl", &["pkey", "-pubout", "-in", text(&file)], ""), pem, "{key_type:?}");

        let mut output = [0; 1000];
        for (format, form) in [(Format::Pem, pem.as_bytes()), (Format::Der, &der)] {
            let size = public.export_into(format, &mut output).expect("room enough");
            assert_eq!(output[..size], *form);
            assert_error(
                public.export_into(format, &mut output[..10]),
                InvalidInput,
                &["an output of", "not one of 10"],
            );
        }
    }
}

#[test]
fn a_certificate_gives_its_key_and_its_usage() {
    let chain = Chain::new();
    let public = chain.server.public_key().expect("its key");
    assert_eq!(public.key_id().expect("an identifier"), chain.server.key_id().expect("the same"));
    let from_bytes = PublicKey::from_certificate_bytes(chain.server.to_pem(), Format::Pem).expect("its key");
    assert_eq!(from_bytes, public);
    assert_eq!(public.key_usage().expect("known"), Some(KeyUsage::DIGITAL_SIGNATURE));
    let told = public.with_key_usage(KeyUsage::KEY_AGREEMENT).expect("a copy");
    assert_eq!(told.key_usage().expect("known"), Some(KeyUsage::KEY_AGREEMENT));
    assert_eq!(public.key_usage().expect("known"), Some(KeyUsage::DIGITAL_SIGNATURE));
    assert_eq!(public.preferred_digest().expect("one"), (Digest::SHA256, false));
    let printed = public.print_full().expect("text");
    assert!(printed.contains("EC/ECDSA") && printed.contains("256"), "{printed}");
}

#[test]
fn an_ecdsa_key_has_the_form_of_x9_62() {
    let public = PrivateKey::generate(KeyType::EcdsaP256).expect("a key").public_key().expect("its public half");
    let (parameters, point) = public.to_x962().expect("two parts");
    // The object identifier of P-256, and an octet string with an uncompressed point.
    assert_eq!(parameters, [6, 8, 0x2a, 0x86, 0x48, 0xce, 0x3d, 3, 1, 7]);
    assert_eq!(point[..3], [4, 65, 4]);
    assert_eq!(PublicKey::from_x962(parameters, point).expect("a key"), public);
    assert_error(PublicKey::from_x962([5, 0], [4, 0]), InvalidInput, &["reading a public key"]);
}

#[test]
fn what_is_no_key_is_an_error() {
    assert_error(PublicKey::from_der([0x30, 0]), InvalidInput, &["reading a public key"]);
    assert_error(PublicKey::from_pem("hello"), InvalidInput, &["reading a public key"]);
    assert!(PublicKey::from_certificate_bytes("hello", Format::Pem).is_err());
    PublicKey::from_url("nonsense:", None).expect_err("no such scheme");
    PrivateKey::from_url("nonsense:", None).expect_err("no such scheme");
    assert_error(PrivateKey::from_url("a\0b", None), InvalidInput, &["NUL"]);
    assert!(is_url_supported("pkcs11:token=x") && !is_url_supported("nonsense:") && !is_url_supported("a\0"));
}

#[test]
fn openssl_keys_of_many_kinds_are_read() {
    for (arguments, algorithm, bits) in [
        (&["-algorithm", "X25519"][..], PublicKeyAlgorithm::X25519, 256),
        (&["-algorithm", "ED25519"], PublicKeyAlgorithm::ED25519, 256),
        (&["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-521"], PublicKeyAlgorithm::ECDSA, 521),
    ] {
        if algorithm == PublicKeyAlgorithm::X25519 && !gnutls::is_at_least(c"3.7.3") {
            continue; // Such keys outside of handshakes came with 3.7.3.
        }
        let pem = run("openssl", &[&["genpkey"], arguments].concat(), b"");
        let key = PrivateKey::from_pem(&pem, None).expect("a key");
        let (found, size) = key.algorithm().expect("known");
        assert_eq!(found, algorithm);
        // Some releases round up to whole bytes, some do not.
        assert!(size.abs_diff(bits) < 8, "{size}");
        let directory = Directory::new();
        let again = PrivateKey::from_file(directory.file("key.pem", &pem), None).expect("a key");
        let (one, other) = (key.to_x509().expect("a copy"), again.to_x509().expect("a copy"));
        assert_eq!(one.key_id().expect("an identifier"), other.key_id().expect("the same"));
        let der = one.to_der().expect("DER");
        assert_eq!(PrivateKey::from_der(&der, None).expect("a key").algorithm().expect("known").0, algorithm);
    }
}
