//! Private keys: every form that other programs write, and every way to be locked out.

use std::collections::HashSet;
use std::thread;

use gnutls::ErrorKind::{Credentials, InvalidInput, Transport};
use gnutls::PublicKeyAlgorithm;
use gnutls::x509::{Certificate, CertificateBuilder, KeyType, PrivateKey, SecretBytes};

use super::tools::{Chain, Directory, ask, assert_error, new_key, run, text};

const PASSWORD: &str = "correct horse";
const ON_ITS_WAY: &str = "pass:correct horse";

#[test]
fn keys_go_there_and_back() {
    for (key_type, algorithm, header) in [
        (KeyType::RsaPss { bits: 2048 }, PublicKeyAlgorithm::RSA_PSS, "-----BEGIN PRIVATE KEY-----"),
        (KeyType::Rsa { bits: 2048 }, PublicKeyAlgorithm::RSA, "-----BEGIN RSA PRIVATE KEY-----"),
        (KeyType::EcdsaP256, PublicKeyAlgorithm::ECDSA, "-----BEGIN EC PRIVATE KEY-----"),
        (KeyType::Ed25519, PublicKeyAlgorithm::ED25519, "-----BEGIN PRIVATE KEY-----"),
        (KeyType::Ed448, PublicKeyAlgorithm::ED448, "-----BEGIN PRIVATE KEY-----"),
    ] {
        let key = PrivateKey::generate(key_type).expect("a key");
        assert_eq!(key.algorithm().expect("known").0, algorithm);
        let id = key.key_id().expect("an identifier");
        let (pem, der) = (key.to_pem().expect("PEM"), key.to_der().expect("DER"));
        assert!(pem.starts_with(header.as_bytes()));
        let plain = key.to_pkcs8_pem(None).expect("PKCS#8");
        assert!(plain.starts_with(b"-----BEGIN PRIVATE KEY-----"));
        let locked = key.to_pkcs8_pem(Some(PASSWORD)).expect("PKCS#8");
        assert!(locked.starts_with(b"-----BEGIN ENCRYPTED PRIVATE KEY-----"));
        for password in [None, Some("not needed")] {
            for text in [&pem, &plain] {
                let again = PrivateKey::from_pem(text, password).expect("readable");
                assert_eq!(again.key_id().expect("an identifier"), id, "{key_type:?}");
            }
            let again = PrivateKey::from_der(&der, password).expect("readable");
            assert_eq!(again.key_id().expect("an identifier"), id, "{key_type:?}");
        }
        let again = PrivateKey::from_pem(&locked, Some(PASSWORD)).expect("opened");
        assert_eq!(again.key_id().expect("an identifier"), id, "{key_type:?}");

        // The public half, as others read it out of what we wrote.
        for (written, password) in [(&pem, None), (&plain, None), (&locked, Some(ON_ITS_WAY))] {
            let mut arguments = vec!["pkey", "-pubout", "-outform", "DER"];
            arguments.extend(password.iter().flat_map(|password| ["-passin", password]));
            let public = run("openssl", &arguments, written);
            let digest = run("openssl", &["dgst", "-sha256", "-binary"], &public);
            assert_eq!(digest, id, "{key_type:?}");
        }
    }
}

/// Each of openssl's ways to write a key: the commands with their arguments, and whether it asks for a password.
/// Only `pkey` has `-traditional` in every release, and no release has it for DER.
const FORMS: [(&str, &str, bool); 9] = [
    ("pkcs8 -topk8 -nocrypt", "PKCS#8", false),
    ("pkcs8 -topk8 -nocrypt -outform DER", "PKCS#8 in DER", false),
    ("pkcs8 -topk8 -v2 aes-256-cbc", "PKCS#8 with PBES2", true),
    ("pkcs8 -topk8 -v2 aes-128-cbc -outform DER", "PKCS#8 with PBES2 in DER", true),
    ("pkcs8 -topk8 -v2 des3", "PKCS#8 with triple DES", true),
    ("pkey -traditional", "PKCS#1", false),
    ("pkey -traditional | asn1parse -noout -out /dev/stdout", "PKCS#1 in DER", false),
    ("pkey -traditional -aes128", "OpenSSL's own encryption", true),
    ("pkey -traditional -des3", "OpenSSL's own encryption with triple DES", true),
];

#[test]
fn openssls_forms_open_with_the_password_and_only_with_it() {
    let generate = ["genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048"];
    let original = ask("openssl", &generate, "");
    let id = PrivateKey::from_pem(&original, None).expect("PKCS#8").key_id().expect("identifier");
    let directory = Directory::new();
    for (number, (command, form, encrypted)) in FORMS.into_iter().enumerate() {
        let bytes = command.split(" | ").fold(original.clone().into_bytes(), |input, command| {
            let mut arguments: Vec<_> = command.split(' ').collect();
            if encrypted {
                arguments.extend(["-passout", ON_ITS_WAY]);
            }
            run("openssl", &arguments, &input)
        });
        let path = directory.file(&format!("{number}.key"), &bytes);
        let open = |password| PrivateKey::from_file(&path, password);
        let key = open(Some(PASSWORD)).unwrap_or_else(|error| panic!("{form}: {error}"));
        assert_eq!(key.key_id().expect("an identifier"), id, "{form}");
        if encrypted {
            let name = format!("{number}.key");
            assert_error(open(None), Credentials, &[&name, "encrypted, and there is no password"]);
            for wrong in ["battery staple", "", "correct horse "] {
                assert_error(open(Some(wrong)), Credentials, &[&name, "password does not open it"]);
            }
        } else {
            assert_eq!(open(None).expect(form).key_id().expect("an identifier"), id, "{form}");
        }
    }
}

#[test]
fn a_pkcs12_file_gives_its_key() {
    let chain = Chain::new();
    let directory = Directory::new();
    let key = directory.file("key.pem", chain.server_key.to_pem().expect("PEM"));
    let arguments = ["pkcs12", "-export", "-noiter", "-inkey", text(&key), "-passout", ON_ITS_WAY];
    let bundle = run("openssl", &arguments, chain.server.to_pem().as_bytes());
    let opened = PrivateKey::from_der(&bundle, Some(PASSWORD)).expect("opened");
    assert!(opened.fits(&chain.server));
    // The same without its MAC: the version, and what the bags are in.
    let size = usize::from(u16::from_be_bytes([bundle[9], bundle[10]]));
    let inside = &bundle[4..11 + size];
    let without = [&[0x30, 0x82], &u16::try_from(inside.len()).expect("short").to_be_bytes()[..], inside].concat();
    assert!(PrivateKey::from_der(&without, Some(PASSWORD)).expect("opened").fits(&chain.server));
    for (file, number) in [&bundle, &without].into_iter().flat_map(|file| (0..1500).map(move |number| (file, number))) {
        let wrong = PrivateKey::from_der(file, Some(&number.to_string()));
        assert_error(wrong, Credentials, &["the password does not open it"]);
    }
    assert_error(PrivateKey::from_der(&bundle, None), Credentials, &["there is no password"]);
}

#[test]
fn a_wrong_password_is_never_taken_for_a_damaged_key() {
    // One wrong password in 256 leaves something behind that starts, or ends, as a key does.
    let plain = new_key().to_pem().expect("SEC 1");
    for command in ["pkcs8 -topk8 -v2 aes-128-cbc -iter 1", "pkcs8 -topk8 -v1 PBE-SHA1-3DES -iter 1", "ec -aes128"] {
        let mut arguments: Vec<_> = command.split(' ').collect();
        arguments.extend(["-passout", ON_ITS_WAY]);
        let locked = run("openssl", &arguments, &plain);
        for number in 0..1000 {
            let result = PrivateKey::from_pem(&locked, Some(&number.to_string()));
            assert_error(result, Credentials, &["the password does not open it"]);
        }
    }
}

#[test]
fn what_is_no_key_is_told_in_words() {
    let key = new_key();
    let (pem, der) = (key.to_pem().expect("PEM"), key.to_der().expect("DER"));
    let certificate = Chain::new().root.to_pem();
    for password in [None, Some("not needed")] {
        let read = |pem: &[u8]| PrivateKey::from_pem(pem, password);
        assert_error(read(b""), InvalidInput, &["reading a private key", "nothing to read"]);
        assert_error(read(b"hello"), InvalidInput, &["reading a private key", "no line"]);
        assert_error(read(certificate.as_bytes()), InvalidInput, &["PRIVATE KEY-----\" in it"]);
        assert_error(read(&pem[..pem.len() / 2]), InvalidInput, &["cut off"]);
        for length in 1..der.len() {
            let result = PrivateKey::from_der(&der[..length], password);
            assert_error(result, InvalidInput, &["reading a private key"]);
        }
    }
    let odd = "-----BEGIN RSA PRIVATE KEY-----\nDEK-Info: !\n\nMA==\n-----END RSA PRIVATE KEY-----\n";
    assert_error(PrivateKey::from_pem(odd, Some(PASSWORD)), InvalidInput, &["reading a private key"]);
    let locked = key.to_pkcs8_pem(Some(PASSWORD)).expect("PKCS#8");
    let result = PrivateKey::from_pem(&locked, Some("correct\0horse"));
    assert_error(result, InvalidInput, &["password", "NUL byte at byte 7"]);
    assert_error(key.to_pkcs8_pem(Some("a\0")).map(drop), InvalidInput, &["password", "NUL"]);
    for bits in [0, 512, 1 << 31 | 2] {
        let result = PrivateKey::generate(KeyType::Rsa { bits });
        assert_error(result, InvalidInput, &["generating a private key", &bits.to_string()]);
    }
}

#[test]
fn an_error_about_a_file_names_the_file() {
    let directory = Directory::new();
    let path = directory.file("notes.key", "no key here");
    assert_error(PrivateKey::from_file(&path, None), InvalidInput, &["notes.key", "no line"]);
    let missing = path.with_file_name("missing.key");
    assert_error(PrivateKey::from_file(missing, None), Transport, &["missing.key"]);
}

#[test]
fn a_key_fits_its_certificates_and_no_others() {
    let chain = Chain::new();
    assert!(chain.server_key.fits(&chain.server));
    assert!(!chain.server_key.fits(&chain.root));
    let again = CertificateBuilder::new().subject("CN=again").self_signed(&chain.server_key);
    assert!(chain.server_key.fits(&again.expect("a certificate")));
}

#[test]
fn debug_shows_no_secret() {
    let key = new_key();
    assert_eq!(format!("{key:?}"), "PrivateKey(EC/ECDSA, 256 bits)");
    let der = key.to_der().expect("DER");
    assert_eq!(format!("{der:?}"), format!("SecretBytes({} bytes)", der.len()));
}

#[test]
fn threads_share_one_key() {
    let key = new_key();
    let sign = |key: &PrivateKey| {
        let certificate = CertificateBuilder::new().subject("CN=x").self_signed(key);
        assert!(key.fits(&certificate.expect("a certificate")));
        key.to_der().expect("DER").to_vec()
    };
    let exports: HashSet<_> = thread::scope(|scope| {
        let threads: Vec<_> = (0..4)
            .map(|_| {
                let clone = key.clone();
                scope.spawn(move || (0..25).map(|_| sign(&clone)).collect::<HashSet<_>>())
            })
            .collect();
        threads.into_iter().flat_map(|thread| thread.join().expect("no panic")).collect()
    });
    assert_eq!(exports.len(), 1);
}

#[test]
fn every_type_may_cross_and_be_shared_by_threads() {
    fn shared<T: Send + Sync + 'static>() {}
    shared::<PrivateKey>();
    shared::<SecretBytes>();
    shared::<Certificate>();
    shared::<CertificateBuilder>();
}
