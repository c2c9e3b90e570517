//! Signatures of PKCS#7, made and checked here, by `openssl` and by `certtool`.

use std::time::Duration;

use gnutls::pkcs7::{Attribute, Pkcs7, SignOptions, Signer};
use gnutls::x509::{Certificate, Format, Oid, Purpose, RevocationList};
use gnutls::{Digest, ErrorKind, SignatureScheme};

use super::tools::{Chain, Directory, ask, assert_error, new_key, run, text};
use super::trusting;

const DATA: &[u8] = b"a message\n";

fn signed(chain: &Chain, options: &SignOptions) -> Pkcs7 {
    let key = gnutls::key::PrivateKey::try_from(&chain.server_key).expect("a key");
    let empty = Pkcs7::new().expect("a structure");
    empty.sign(&chain.server, &key, DATA, Digest::SHA256, options).expect("signing")
}

#[test]
fn openssl_and_certtool_verify_a_detached_signature() {
    let (chain, directory) = (Chain::new(), Directory::new());
    let options = SignOptions { include_certificate: true, include_time: true, ..SignOptions::default() };
    let mut made = signed(&chain, &options);
    made.add_certificate(&chain.middle).expect("adding");
    let file = directory.file("it.p7s", made.to_der().expect("DER"));
    let data = directory.file("data", DATA);
    let ca = directory.file("ca.pem", chain.root.to_pem());
    let cms = ["cms", "-verify", "-binary", "-inform", "DER", "-in", text(&file), "-content", text(&data)];
    assert_eq!(run("openssl", &[&cms[..], &["-CAfile", text(&ca), "-purpose", "any"]].concat(), b""), DATA);
    let certtool = ["--p7-verify", "--inder", "--infile", text(&file), "--load-data", text(&data)];
    // It fails where a signature is wrong.
    run("certtool", &[&certtool[..], &["--load-ca-certificate", text(&ca)]].concat(), b"");
}

#[test]
fn a_signature_of_openssl_is_verified() {
    let (chain, directory) = (Chain::new(), Directory::new());
    let key = directory.file("key.pem", chain.server_key.to_pem().expect("PEM"));
    let signer = directory.file("signer.pem", chain.server.to_pem());
    let middle = directory.file("middle.pem", chain.middle.to_pem());
    let arguments = ["cms", "-sign", "-binary", "-nodetach", "-outform", "PEM", "-md", "sha384", "-signer"];
    let rest = [text(&signer), "-inkey", text(&key), "-certfile", text(&middle)];
    let pem = String::from_utf8(run("openssl", &[&arguments[..], &rest].concat(), DATA)).expect("PEM");
    let read = Pkcs7::from_pem(pem.replace("CMS-----", "PKCS7-----")).expect("a structure");

    assert_eq!(read.embedded_data().expect("data").as_deref(), Some(DATA));
    assert_eq!(read.embedded_data_oid().as_ref().map(Oid::as_str), Some("1.2.840.113549.1.7.1"));
    let raw = read.embedded_data_raw().expect("data").expect("inside");
    assert!(raw.ends_with(DATA) && raw.len() > DATA.len());
    assert_eq!(read.signature_count().expect("a number"), 1);
    let mut found = read.certificates().expect("certificates");
    found.sort_by_key(|one| one.subject().expect("a name"));
    assert_eq!(found, [chain.middle.clone(), chain.server.clone()]);
    read.verify_direct(&chain.server, 0, None).expect("right");
    read.verify(&trusting(std::slice::from_ref(&chain.root)), None, 0, None).expect("right");
    let info = &read.signatures().expect("one")[0];
    assert_eq!(info.signature_scheme(), SignatureScheme::ECDSA_SHA384);
    assert!(read.print_full().expect("a text").contains("Signers:"));
}

#[test]
fn what_is_not_right_is_not_verified() {
    let (chain, other) = (Chain::new(), Chain::new());
    let options = SignOptions { include_certificate: true, ..SignOptions::default() };
    let made = signed(&chain, &options);
    assert_eq!(made.embedded_data().expect("none"), None);
    let trusted = trusting(&[chain.root.clone(), chain.middle.clone()]);
    made.verify(&trusted, None, 0, Some(DATA)).expect("right");
    made.verify(&trusted, Some(&Purpose::SERVER_AUTH), 0, Some(DATA)).expect("right");
    assert_error(made.verify(&trusted, None, 0, Some(b"other")), ErrorKind::Verification, &["PKCS#7"]);
    assert_error(made.verify(&trusting(&[other.root]), None, 0, Some(DATA)), ErrorKind::Verification, &["PKCS#7"]);
    assert_error(made.verify_direct(&other.server, 0, Some(DATA)), ErrorKind::Verification, &["PKCS#7"]);
    assert!(made.verify_direct(&chain.server, 1, Some(DATA)).is_err());
    assert!(made.verify_direct(&chain.server, 0, None).is_err());
    assert_error(Pkcs7::from_der(b"junk"), ErrorKind::InvalidInput, &["PKCS#7"]);
}

#[test]
fn a_signature_says_who_and_when_and_what_else() {
    let chain = Chain::new();
    let attribute = |oid: &str, byte| Attribute { oid: oid.parse().expect("an identifier"), data: vec![4, 1, byte] };
    let options = SignOptions {
        embed_data: true,
        include_time: true,
        signed_attributes: vec![attribute("1.2.3.1", 1), attribute("1.2.3.2", 2)],
        unsigned_attributes: vec![attribute("1.2.3.3", 3)],
        ..SignOptions::default()
    };
    let made = signed(&chain, &options);
    let info = &made.signatures().expect("one")[0];
    let serial = chain.server.serial().expect("a number");
    assert!(matches!(info.signer(), Signer::Certificate { serial: found, .. } if found == serial));
    let time = info.signing_time().expect("a time");
    assert!(time.elapsed().unwrap_or_default() < Duration::from_secs(3600));
    let found = info.signed_attributes().expect("attributes");
    assert!(options.signed_attributes.iter().all(|one| found.contains(one)), "{found:?}");
    assert_eq!(info.unsigned_attributes().expect("attributes"), options.unsigned_attributes);
    assert!(info.signature().len() > 60 && info.print_full().expect("a text").contains("1.2.3.1"));

    assert!(format!("{info:?}").contains("Certificate"));
}

#[test]
fn a_signer_that_is_named_by_its_key_is_found() {
    let (chain, directory) = (Chain::new(), Directory::new());
    let key = directory.file("key.pem", chain.server_key.to_pem().expect("PEM"));
    let signer = directory.file("signer.pem", chain.server.to_pem());
    let arguments = ["cms", "-sign", "-binary", "-noattr", "-keyid", "-outform", "DER", "-signer", text(&signer)];
    let der = run("openssl", &[&arguments[..], &["-inkey", text(&key)]].concat(), DATA);
    let read = Pkcs7::from_der(der).expect("a structure");
    let info = &read.signatures().expect("one")[0];
    assert_eq!(info.signer(), Signer::KeyId(chain.server.subject_key_id().expect("readable").expect("an id")));
    assert_eq!((info.signing_time(), info.signed_attributes().expect("none")), (None, vec![]));
    read.verify(&trusting(&[chain.middle, chain.root]), None, 0, Some(DATA)).expect("right");
}

#[test]
fn certificates_and_revocation_lists_are_carried() {
    let (chain, directory, key) = (Chain::new(), Directory::new(), new_key());
    let ca = gnutls::x509::CertificateBuilder::new().subject("CN=ca").ca(None).self_signed(&key).expect("a ca");
    let template = directory.file("template", "crl_next_update = 30\ncrl_number = 5\n");
    let key = directory.file("key.pem", key.to_pem().expect("PEM"));
    let ca = directory.file("ca.pem", ca.to_pem());
    let arguments = ["--generate-crl", "--load-ca-privkey", text(&key), "--load-ca-certificate", text(&ca)];
    let crl = run("certtool", &[&arguments[..], &["--template", text(&template), "--outder"]].concat(), b"");

    let mut bundle = Pkcs7::new().expect("a structure");
    bundle.add_certificate(&chain.root).expect("adding");
    bundle.add_certificate_der(chain.middle.to_der()).expect("adding");
    bundle.add_revocation_list(&RevocationList::from_der(&crl).expect("a list")).expect("adding");
    bundle.add_revocation_list_der(&crl).expect("adding");
    let der = bundle.to_der().expect("DER");
    let mut room = vec![0; 10_000];
    let length = bundle.export_into(Format::Der, &mut room).expect("room");
    assert_eq!(room[..length], der);
    assert_error(bundle.export_into(Format::Der, &mut room[..9]), ErrorKind::InvalidInput, &["is needed"]);
    let told = ask("openssl", &["pkcs7", "-inform", "DER", "-print_certs"], &der);
    assert_eq!(Certificate::list_from(told, Format::Pem).expect("certificates").len(), 2);

    let read = Pkcs7::from_der(&der).expect("a structure");
    assert_eq!(read.certificates().expect("two").len(), 2);
    let ders: Vec<_> = read.revocation_lists().expect("two").iter().map(RevocationList::to_der).collect();
    assert_eq!(ders, [crl.clone(), crl.clone()]);

    let length = read.certificate_into(1, &mut room).expect("room");
    assert_eq!(room[..length], read.certificates().expect("two")[1].to_der());
    assert_error(read.certificate_into(0, &mut room[..9]), ErrorKind::InvalidInput, &["is needed"]);
    assert!(read.certificate_into(2, &mut room).is_err());
    let length = read.revocation_list_into(0, &mut room).expect("room");
    assert_eq!(room[..length], crl);
}
