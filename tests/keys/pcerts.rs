//! What a side shows in a handshake: certificates and raw public keys.

use gnutls::CertificateType;
use gnutls::key::{KeyType, Pcert, PrivateKey};
use gnutls::x509::{Format, KeyUsage};

use super::tools::{Chain, Directory};

#[test]
fn a_certificate_and_its_key_come_back() {
    let chain = Chain::new();
    for pcert in [
        Pcert::from_certificate(&chain.server).expect("a certificate"),
        Pcert::from_certificate_bytes(chain.server.to_der(), Format::Der).expect("a certificate"),
    ] {
        assert_eq!(pcert.certificate_type(), CertificateType::X509);
        assert_eq!(pcert.to_der(), chain.server.to_der());
        assert_eq!(pcert.to_certificate().expect("the certificate"), chain.server);
        let public = chain.server.public_key().expect("its key");
        assert_eq!(pcert.public_key().expect("its key"), public);
    }
    let list = Pcert::list_from_pem(chain.to_pem()).expect("three");
    let ders: Vec<_> = list.iter().map(Pcert::to_der).collect();
    assert_eq!(ders, [chain.server.to_der(), chain.middle.to_der(), chain.root.to_der()]);
    let directory = Directory::new();
    let file = directory.file("chain.pem", chain.to_pem());
    let from_file: Vec<_> = Pcert::list_from_file(file, None).expect("three").iter().map(Pcert::to_der).collect();
    assert_eq!(from_file, ders);
    Pcert::list_from_file("/nonexistent/chain.pem", None).expect_err("no file");
    let mixed = [chain.server.clone(), chain.root.clone(), chain.middle.clone()];
    let sorted = Pcert::list_from_certificates(&mixed).expect("a chain");
    assert_eq!(sorted.iter().map(Pcert::to_der).collect::<Vec<_>>(), ders);
    Pcert::list_from_pem("hello").expect_err("no certificate");
    Pcert::from_certificate_bytes("hello", Format::Der).expect_err("no certificate");
}

#[test]
fn a_raw_public_key_comes_back() {
    let key = PrivateKey::generate(KeyType::Ed25519).expect("a key");
    let public = key.public_key().expect("its public half");
    let pem = public.to_pem().expect("PEM");
    for pcert in [
        Pcert::from_public_key(&public, Some(KeyUsage::DIGITAL_SIGNATURE)).expect("a raw key"),
        Pcert::from_public_key_bytes(&pem, Format::Pem, None).expect("a raw key"),
    ] {
        assert_eq!(pcert.certificate_type(), CertificateType::RAW_PUBLIC_KEY);
        assert_eq!(pcert.to_der(), public.to_der().expect("DER"));
        assert_eq!(pcert.public_key().expect("the key"), public);
        pcert.to_certificate().expect_err("no certificate");
        assert_eq!(format!("{pcert:?}"), "Pcert(Raw Public Key)");
    }
    Pcert::from_public_key_bytes("hello", Format::Pem, None).expect_err("no key");
}
