//! Whole files: made and read here, by `openssl pkcs12` and by `certtool`.

use gnutls::pkcs12::{Bag, Contents, ElementKind, Pkcs12};
use gnutls::x509::{Format, Oid, Pkcs8Cipher, PrivateKey};
use gnutls::{ErrorKind, Mac};

use super::tools::{Chain, Directory, ask, assert_error, run, text};

const PASSWORD: &str = "correct horse";

fn same_key(left: &PrivateKey, right: &PrivateKey) -> bool {
    left.key_id().expect("an id") == right.key_id().expect("an id")
}

fn some_bag() -> Bag {
    let mut bag = Bag::new().expect("a bag");
    bag.add_certificate(&Chain::new().root).expect("room");
    bag
}

#[test]
fn openssl_and_certtool_read_what_was_made() {
    let chain = Chain::new();
    let certificates = [chain.server.clone(), chain.middle.clone()];
    let made = Pkcs12::make(&chain.server_key, &certificates, PASSWORD, Some("tëst"), Pkcs8Cipher::Aes256);
    let der = made.expect("a file").to_der().expect("DER");

    let told = run("openssl", &["pkcs12", "-passin", "pass:correct horse", "-nodes"], &der);
    let told = String::from_utf8_lossy(&told);
    assert_eq!(told.matches("BEGIN CERTIFICATE").count(), 2, "{told}");
    assert!(told.contains("friendlyName"), "{told}");
    let key = PrivateKey::from_pem(told.as_bytes(), None).expect("the key");
    assert!(same_key(&key, &chain.server_key));
    let directory = Directory::new();
    let file = directory.file("me.p12", &der);
    let told = ask("certtool", &["--p12-info", "--inder", "--password", PASSWORD, "--infile", text(&file)], b"");
    assert!(told.contains("Friendly name: tëst") && told.matches("BEGIN CERTIFICATE").count() == 2, "{told}");
}

#[test]
fn a_file_of_openssl_is_opened() {
    let chain = Chain::new();
    let directory = Directory::new();
    let key = directory.file("key.pem", chain.server_key.to_pem().expect("PEM"));
    let all = directory.file("all.pem", chain.to_pem());
    let arguments = ["pkcs12", "-export", "-passout", "pass:correct horse", "-name", "me", "-in", text(&all), "-inkey"];
    let der = run("openssl", &[&arguments[..], &[text(&key)]].concat(), b"");

    let file = Pkcs12::from_der(&der).expect("a file");
    file.verify_mac(PASSWORD).expect("the password");
    let Contents { key, chain: found, others, revocation_list, .. } = file.parse(PASSWORD).expect("contents");
    assert!(same_key(&key.expect("a key"), &chain.server_key));
    assert_eq!(
        (found, others, revocation_list),
        (vec![chain.server.clone(), chain.middle.clone()], vec![chain.root.clone()], None)
    );
    let with_root = file.parse_with_root(PASSWORD).expect("contents");
    assert_eq!(with_root.chain, [chain.server, chain.middle, chain.root]);
    assert!(!format!("{with_root:?}").contains("correct"));
}

#[test]
fn a_wrong_password_is_told_from_a_malformed_file() {
    let chain = Chain::new();
    let made = Pkcs12::make(&chain.server_key, &[chain.server], PASSWORD, None, Pkcs8Cipher::Aes128).expect("a file");
    assert_error(made.verify_mac("battery"), ErrorKind::Credentials, &["verifying the MAC"]);
    assert_error(made.parse("battery"), ErrorKind::Credentials, &["opening a PKCS#12"]);
    assert_error(made.parse("a\0b"), ErrorKind::InvalidInput, &["NUL"]);
    assert_error(Pkcs12::from_der(b"junk"), ErrorKind::InvalidInput, &["PKCS#12"]);
    let pem = made.to_pem().expect("PEM");
    assert!(pem.starts_with(b"-----BEGIN PKCS12-----"));
    let mut room = vec![0; 10_000];
    let length = made.export_into(Format::Pem, &mut room).expect("room");
    assert!(
        room[..length].trim_ascii_end() == pem.trim_ascii_end()
            && made.export_into(Format::Pem, &mut room[..9]).is_err()
    );
    Pkcs12::from_pem(&pem).expect("the same").verify_mac(PASSWORD).expect("the password");
}

#[test]
fn a_wrong_password_is_never_taken_for_a_malformed_file() {
    let chain = Chain::new();
    let directory = Directory::new();
    let key = directory.file("key.pem", chain.server_key.to_pem().expect("PEM"));
    let arguments = ["pkcs12", "-export", "-noiter", "-passout", "pass:correct horse", "-inkey", text(&key)];
    for more in [&[][..], &["-nomac", "-certpbe", "AES-256-CBC"]] {
        let der = run("openssl", &[&arguments[..], more].concat(), chain.server.to_pem().as_bytes());
        let file = Pkcs12::from_der(&der).expect("a file");
        let mut bag = file.bags().expect("bags").remove(0);
        // What one wrong password in 256 leaves behind ends as it should.
        for number in 0..700 {
            let wrong = number.to_string();
            assert_error(file.parse(&wrong), ErrorKind::Credentials, &["opening a PKCS#12", "the password is wrong"]);
            assert_error(bag.decrypt(&wrong), ErrorKind::Credentials, &["decrypting a bag", "the password is wrong"]);
        }
        bag.decrypt(PASSWORD).expect("as it was");
        assert_eq!(bag.elements().expect("one")[0].kind, ElementKind::Certificate);
    }
}

#[test]
fn the_mac_says_how_it_was_made() {
    let mut file = Pkcs12::new().expect("a file");
    assert_eq!(file.mac_info().expect("readable"), None);
    file.add_bag(&some_bag()).expect("adding");
    for (mac, oid) in [(Mac::SHA1, "1.3.14.3.2.26"), (Mac::SHA256, "2.16.840.1.101.3.4.2.1")] {
        file.generate_mac_with(mac, PASSWORD).expect("a MAC");
        let der = file.to_der().expect("DER");
        let info = Pkcs12::from_der(&der).expect("a file").mac_info().expect("readable").expect("one");
        assert_eq!((info.mac, info.oid.as_ref().map(Oid::as_str)), (mac, Some(oid)));
        let told = ask("openssl", &["pkcs12", "-info", "-noout", "-passin", "pass:correct horse"], &der);
        assert!(info.salt.len() >= 8 && info.iterations >= 1000, "{info:?} {told}");
    }
    file.generate_mac(PASSWORD).expect("a MAC");
    file.verify_mac(PASSWORD).expect("the password");
    assert!(file.generate_mac_with(Mac::AEAD, PASSWORD).is_err());
}

#[cfg(gnutls_3_8_6)]
#[test]
fn pbmac1_is_made_and_checked() {
    let mut file = Pkcs12::new().expect("a file");
    file.add_bag(&some_bag()).expect("adding");
    file.generate_pbmac1(Mac::SHA256, PASSWORD).expect("a MAC");
    file.verify_mac(PASSWORD).expect("the password");
    assert_error(file.verify_mac("battery"), ErrorKind::Credentials, &["verifying the MAC"]);
}
