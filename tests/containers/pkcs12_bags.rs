//! Bags one by one.

use gnutls::pkcs12::{Bag, ElementKind, Pkcs12};
use gnutls::x509::{Certificate, Format, Pkcs8Cipher, PrivateKey, RevocationList};
use gnutls::{Cipher, ErrorKind, Mac};

use super::tools::{Chain, assert_error, new_key};

#[test]
fn a_bag_keeps_what_was_put_into_it() {
    let chain = Chain::new();
    let mut bag = Bag::new().expect("a bag");
    assert!(bag.is_empty());
    assert_eq!(bag.add_certificate(&chain.server).expect("room"), 0);
    assert_eq!(bag.add_key(&chain.server_key, None).expect("room"), 1);
    assert_eq!(bag.add_key(&chain.server_key, Some(("own", Pkcs8Cipher::Aes128))).expect("room"), 2);
    assert_eq!(bag.add(ElementKind::Secret, [4, 3, 1, 2, 3]).expect("room"), 3);
    bag.set_key_id(0, [7; 20]).expect("an id");
    bag.set_friendly_name(0, "näme").expect("a name");
    assert_eq!(bag.elements().expect("elements")[0].friendly_name.as_deref(), Some("näme"));
    assert!(bag.set_key_id(9, [7]).is_err());
    assert_error(bag.set_friendly_name(0, "名"), ErrorKind::InvalidInput, &["名"]);

    let mut file = Pkcs12::new().expect("a file");
    file.add_bag(&bag).expect("adding");
    file.generate_mac_with(Mac::SHA256, "x").expect("a MAC");
    let read = Pkcs12::from_der(file.to_der().expect("DER")).expect("a file");
    let bags = read.bags().expect("bags");
    assert_eq!((bags.len(), bags[0].len()), (1, 4));
    let elements = bags[0].elements().expect("elements");
    let kinds: Vec<_> = elements.iter().map(|one| one.kind).collect();
    assert_eq!(kinds, [ElementKind::Certificate, ElementKind::Key, ElementKind::EncryptedKey, ElementKind::Secret]);
    assert_eq!(Certificate::from_der(&elements[0].data).expect("a certificate"), chain.server);
    assert_eq!(elements[0].key_id.as_deref(), Some(&[7; 20][..]));
    assert_eq!(elements[0].friendly_name.as_deref(), Some("näme"));
    assert_eq!((&elements[1].key_id, &elements[1].friendly_name), (&None, &None));
    for (index, password) in [(1, None), (2, Some("own"))] {
        let key = PrivateKey::from_pkcs8(&elements[index].data, Format::Der, password).expect("the key");
        assert!(key.fits(&chain.server));
    }
    assert!(format!("{:?}", bags[0]).contains("SecretBytes("));
}

#[test]
fn only_what_is_in_a_bag_gets_a_name() {
    let mut bag = Bag::new().expect("a bag");
    for count in 0..3 {
        for index in [count, count + 1, 31, 32, 33, 1_000_000, u32::MAX] {
            assert_error(bag.set_key_id(index, [7]), ErrorKind::Misuse, &["no element"]);
            assert_error(bag.set_friendly_name(index, "name"), ErrorKind::Misuse, &["no element"]);
        }
        assert_eq!(bag.add(ElementKind::Secret, [4, 1, 2]).expect("room"), count);
    }
    let elements = bag.elements().expect("elements");
    assert!(elements.iter().all(|one| one.key_id.is_none() && one.friendly_name.is_none()));
}

#[test]
fn a_bag_is_encrypted_as_a_whole() {
    let mut bag = Bag::new().expect("a bag");
    assert_eq!(bag.encryption().expect("readable"), None);
    bag.add_key(&new_key(), None).expect("room");
    bag.encrypt("secret", Pkcs8Cipher::Aes192).expect("encrypting");
    assert_eq!(bag.elements().expect("one")[0].kind, ElementKind::EncryptedBag);
    let info = bag.encryption().expect("readable").expect("encrypted");
    assert_eq!((info.cipher, info.scheme_name()), (Cipher::AES_192_CBC, Some("PBES2-AES192-CBC")));
    assert!(!info.salt.is_empty() && info.iterations > 100);
    assert!(bag.encrypt("secret", Pkcs8Cipher::Aes192).is_err());

    assert_error(bag.decrypt("wrong"), ErrorKind::Credentials, &["decrypting a bag"]);
    bag.decrypt("secret").expect("decrypting");
    assert_eq!(bag.elements().expect("one")[0].kind, ElementKind::Key);
    assert_error(bag.decrypt("secret"), ErrorKind::Misuse, &["decrypting a bag"]);
}

#[test]
fn a_revocation_list_passes_through() {
    let directory = super::tools::Directory::new();
    let (key, chain) = (new_key(), Chain::new());
    let ca = gnutls::x509::CertificateBuilder::new().subject("CN=ca").ca(None).self_signed(&key).expect("a ca");
    let template = directory.file("template", "crl_next_update = 30\ncrl_number = 5\n");
    let key_file = directory.file("key.pem", key.to_pem().expect("PEM"));
    let ca_file = directory.file("ca.pem", ca.to_pem());
    let arguments = ["--generate-crl", "--load-ca-privkey", super::tools::text(&key_file), "--load-ca-certificate"];
    let rest = [super::tools::text(&ca_file), "--template", super::tools::text(&template), "--outder"];
    let crl = super::tools::run("certtool", &[&arguments[..], &rest].concat(), b"");

    let mut bag = Bag::new().expect("a bag");
    bag.add_revocation_list(&RevocationList::from_der(&crl).expect("a list")).expect("room");
    bag.add_certificate(&chain.server).expect("room");
    bag.add_key(&chain.server_key, Some(("x", Pkcs8Cipher::Aes256))).expect("room");
    bag.set_key_id(1, [1]).expect("an id");
    bag.set_key_id(2, [1]).expect("an id");
    let mut file = Pkcs12::new().expect("a file");
    file.add_bag(&bag).expect("adding");
    let contents = file.parse("x").expect("contents");
    assert_eq!(contents.revocation_list.map(|list| list.to_der()), Some(crl));
    assert_eq!(contents.chain, [chain.server]);
}
