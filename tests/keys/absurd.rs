//! Private keys of numbers over which Nettle ends the process, wherever they come from: they are refused with an error.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use gnutls::encoding::pem;
use gnutls::key::{Cause, KeyType, PinRequest, PrivateKey, RsaPrivateNumbers};
use gnutls::pkcs12::{Bag, ElementKind, Pkcs12};
use gnutls::x509::{self, CertificateBuilder, Format, SecretBytes};
use gnutls::{ClientConfig, ErrorKind, Result, ServerConfig, ServerConfigBuilder};

use super::numbers::{element, sequence};
use super::tools::Directory;

/// A good key, its certificate, and bad keys of the same kind with the reason for which each is refused.
struct Kind {
    /// How PEM calls it.
    label: &'static str,
    certificate: x509::Certificate,
    good: Vec<u8>,
    bad: Vec<(Vec<u8>, &'static str)>,
}

/// PKCS#1: n, e, d, p, q, d mod (p - 1), d mod (q - 1), 1/q mod p.
type Rsa = [Vec<u8>; 8];

fn rsa(numbers: &RsaPrivateNumbers) -> Rsa {
    let rest = [&numbers.exponent1, &numbers.exponent2, &numbers.coefficient];
    let [e1, e2, u] = rest.map(|number| number.as_deref().expect("a number").to_vec());
    let RsaPrivateNumbers { public, private_exponent: d, prime1: p, prime2: q, .. } = numbers;
    [public.modulus.clone(), public.public_exponent.clone(), d.to_vec(), p.to_vec(), q.to_vec(), e1, e2, u]
}

fn der(numbers: &[Vec<u8>]) -> Vec<u8> {
    sequence(&numbers.iter().map(Vec::as_slice).collect::<Vec<_>>())
}

fn kinds() -> Vec<Kind> {
    let certificate = |key: &x509::PrivateKey| {
        CertificateBuilder::new()
            .subject("CN=absurd")
            .dns_name("absurd.example")
            .self_signed(key)
            .expect("a certificate")
    };
    let key = x509::PrivateKey::generate(KeyType::Rsa { bits: 2048 }).expect("a key");
    let good = rsa(&key.to_rsa().expect("numbers"));
    let with = |changes: &[(usize, Vec<u8>)]| {
        let mut numbers = good.clone();
        changes.iter().for_each(|(place, number)| numbers[*place] = number.clone());
        der(&numbers)
    };
    let [n, e, d, p, ..] = &good;
    let long = [p, &[1; 200][..]].concat();
    let mut other = n.clone();
    *other.last_mut().expect("a byte") ^= 2;
    // The modulus is 3 times a number nearly as long.
    let third: Vec<u8> = [&[0x50][..], &n[1..]].concat();
    let thrice = times(&third, 3);
    let product = "not the product";
    let rsa = Kind {
        label: "RSA PRIVATE KEY",
        certificate: certificate(&key),
        bad: vec![
            (with(&[(3, long.clone())]), "longer than the modulus"),
            (with(&[(4, long)]), "longer than the modulus"),
            (with(&[(4, d.clone())]), "as long as the modulus"),
            (with(&[(0, thrice), (3, vec![3]), (4, third)]), "as long as the modulus"),
            (with(&[(0, p.clone())]), "as long as the modulus"),
            (with(&[(0, [&[1; 100], &p[..]].concat())]), product),
            (with(&[(0, other)]), product),
            (with(&[(2, vec![0])]), ""),
            // A multiple of p - 1.
            (with(&[(2, p[..p.len() - 1].iter().copied().chain([p[p.len() - 1] - 1]).collect())]), "exponent"),
            (with(&[(1, vec![0])]), "public exponent"),
            (with(&[(1, [n, &e[..]].concat())]), "public exponent"),
        ],
        good: der(&good),
    };
    let key = x509::PrivateKey::generate(KeyType::Dsa { bits: 2048 }).expect("a key");
    let numbers = key.to_dsa().expect("numbers");
    let public = &numbers.public;
    let dsa = |p: &[u8], q: &[u8]| sequence(&[p, q, &public.g, &public.y, &numbers.x]);
    let dsa = Kind {
        label: "DSA PRIVATE KEY",
        certificate: certificate(&key),
        good: dsa(&public.p, &public.q),
        bad: vec![
            (dsa(&public.p, &[0]), "160 bits"),
            (dsa(&public.p, &[1]), "160 bits"),
            (dsa(&[0], &public.q), "even"),
            (dsa(&[2], &public.q), "even"),
        ],
    };
    vec![rsa, dsa]
}

/// The last number of `rsaEncryption` and of `id-RSASSA-PSS` (RFC 8017, appendix C).
const RSA: u8 = 1;
const RSASSA_PSS: u8 = 10;

/// An RSA key, in PKCS#1, as PKCS#8 has it.
fn pkcs8(algorithm: u8, key: &[u8]) -> Vec<u8> {
    let oid = element(6, &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, algorithm]);
    let parts = [element(2, &[0]), element(0x30, &oid), element(4, key)];
    element(0x30, &parts.concat())
}

/// `number`, which is not very large, times a digit.
fn times(number: &[u8], digit: u16) -> Vec<u8> {
    let mut carry = 0;
    let mut product: Vec<u8> = number.to_vec();
    for byte in product.iter_mut().rev() {
        let [high, low] = (u16::from(*byte) * digit + carry).to_be_bytes();
        (*byte, carry) = (low, u16::from(high));
    }
    assert_eq!(carry, 0, "too large");
    product
}

/// Refused for this reason. GnuTLS itself refuses some, in words of its own.
fn assert_refused<T>(result: Result<T>, why: &str, place: &str) {
    let error = result.map(drop).expect_err(&format!("{place}: {why}"));
    let said = error.to_string();
    let kinds = [ErrorKind::InvalidInput, ErrorKind::Misuse];
    assert!(kinds.contains(&error.kind()), "{place}: {why}: {said}");
    assert!(error.code().is_some() || said.contains(why), "{place}: {why}: {said}");
}

fn pem(label: &str, der: &[u8]) -> Vec<u8> {
    pem::encode(label, der).expect("PEM").into()
}

#[test]
fn keys_that_are_read_are_refused() {
    for Kind { label, good, bad, .. } in kinds() {
        let key = x509::PrivateKey::from_der(&good, None).expect("a key");
        key.verify_parameters().expect("they fit");
        for (der, why) in bad {
            assert_refused(x509::PrivateKey::from_der(&der, None), why, "DER");
            assert_refused(x509::PrivateKey::from_pem(pem(label, &der), None), why, "PEM");
            assert_refused(PrivateKey::from_der(&der, None), why, "elsewhere");
            let nobody = Arc::new(|_: &PinRequest<'_>| Err("nobody is asked".into()));
            assert_refused(PrivateKey::from_bytes_asking(&der, Format::Der, nobody), why, "asking");
        }
    }
}

#[test]
fn keys_that_are_made_of_numbers_are_refused() {
    let key = PrivateKey::generate(KeyType::Rsa { bits: 2048 }).expect("a key");
    let good = key.to_rsa().expect("numbers");
    // Here the exponents for the primes are computed by GnuTLS, and are 0.
    let mut less = good.prime1.to_vec();
    *less.last_mut().expect("a byte") -= 1;
    let none = RsaPrivateNumbers {
        private_exponent: less.into(),
        coefficient: None,
        exponent1: None,
        exponent2: None,
        ..good.clone()
    };
    let short = RsaPrivateNumbers {
        public: gnutls::key::RsaPublicNumbers { modulus: good.prime2.to_vec(), ..good.public.clone() },
        ..good.clone()
    };
    let zero = RsaPrivateNumbers { private_exponent: vec![0; 3].into(), ..good };
    for numbers in [none, short, zero] {
        assert_refused(x509::PrivateKey::from_rsa(&numbers), "", "in memory");
        assert_refused(PrivateKey::from_rsa(&numbers), "", "elsewhere");
    }
}

#[test]
fn exponents_of_a_key_for_pss_are_refused_as_they_are() {
    // GnuTLS computes those of other RSA keys anew.
    let key = x509::PrivateKey::generate(KeyType::Rsa { bits: 2048 }).expect("a key");
    let good = rsa(&key.to_rsa().expect("numbers"));
    let pkcs8 = |numbers: &Rsa| pkcs8(RSASSA_PSS, &der(numbers));
    let key = x509::PrivateKey::from_der(pkcs8(&good), None).expect("a key");
    assert_eq!(key.algorithm().expect("known").0, gnutls::PublicKeyAlgorithm::RSA_PSS);
    let p = &good[3];
    for place in 5..8 {
        for number in [vec![0], [&[1], &p[..]].concat(), vec![0xff; 1000]] {
            let mut numbers = good.clone();
            numbers[place] = number;
            assert_refused(x509::PrivateKey::from_der(pkcs8(&numbers), None), "", "PSS");
        }
    }
}

/// Every way in which a server has GnuTLS read a private key by itself.
fn ways(it: &Kind, key: &[u8]) -> Vec<(&'static str, Result<ServerConfigBuilder>)> {
    let directory = Directory::new();
    let (chain, public) = (it.certificate.to_pem(), it.certificate.public_key().expect("a key"));
    let spki = public.to_der().expect("DER");
    let pem = pem(it.label, key);
    let file = |name: &str, contents: &[u8]| directory.file(name, contents);
    let (chain_file, key_file, spki_file) = (
        file("chain.pem", chain.as_bytes()),
        file("key.pem", &pem),
        file("spki.pem", public.to_pem().expect("PEM").as_bytes()),
    );
    let new = ServerConfig::builder;
    let refuse = Arc::new(|_: &PinRequest<'_>| -> std::result::Result<SecretBytes, Cause> { Err("nobody".into()) });
    let files = |builder: ServerConfigBuilder, password| {
        builder.with_identity_files(&chain_file, &key_file, Format::Pem, password)
    };
    vec![
        ("bytes", new().with_identity_bytes(&chain, &pem, Format::Pem, None)),
        ("bytes and a password", new().with_identity_bytes(&chain, &pem, Format::Pem, Some(""))),
        ("DER", new().with_identity_bytes(it.certificate.to_der(), key, Format::Der, None)),
        ("files", files(new(), None)),
        ("files and a password", files(new(), Some(""))),
        ("files and somebody to ask", files(new().pin(refuse), None)),
        ("files unchecked", files(new().skip_key_check(), None)),
        ("raw", new().with_raw_key(&*spki, key, Format::Der, None, &[])),
        ("raw files", new().with_raw_key_files(&spki_file, &key_file, Format::Pem, None, &["a.example"])),
        ("raw unchecked", new().skip_key_check().with_raw_key(&*spki, key, Format::Der, None, &[])),
    ]
}

#[test]
fn keys_that_gnutls_loads_are_refused_before_it_signs_with_them() {
    for it in kinds() {
        for (way, result) in ways(&it, &it.good) {
            result.map(drop).unwrap_or_else(|error| panic!("{}: {way}: {error}", it.label));
        }
        for (key, why) in &it.bad {
            for (way, result) in ways(&it, key) {
                assert_refused(result, why, &format!("{} {way}", it.label));
            }
            let pem = pem(it.label, key);
            let client = ClientConfig::builder().with_identity_bytes(it.certificate.to_pem(), pem, Format::Pem, None);
            assert_refused(client, why, "a client");
        }
    }
}

/// A PKCS#12 structure with the certificate and an RSA key of these bytes.
fn pkcs12(it: &Kind, key: &[u8]) -> Vec<u8> {
    let mut file = Pkcs12::new().expect("a file");
    let mut add = |fill: &dyn Fn(&mut Bag) -> Result<u32>| {
        let mut bag = Bag::new().expect("a bag");
        let index = fill(&mut bag).expect("room");
        bag.set_key_id(index, it.certificate.key_id().expect("an identifier")).expect("an element");
        file.add_bag(&bag).expect("room");
    };
    add(&|bag| bag.add(ElementKind::Key, pkcs8(RSA, key)));
    add(&|bag| bag.add_certificate(&it.certificate));
    file.generate_mac("secret").expect("a MAC");
    file.to_der().expect("DER").to_vec()
}

#[test]
fn keys_in_pkcs12_are_refused_before_gnutls_signs_with_them() {
    let all = kinds();
    let it = &all[0];
    let directory = Directory::new();
    let load = |p12: &[u8]| {
        let file = directory.file("it.p12", p12);
        let builder = ServerConfig::builder;
        [
            builder().with_pkcs12(p12, Format::Der, "secret").map(drop),
            builder().with_pkcs12_file(&file, Format::Der, "secret").map(drop),
            builder().skip_key_check().with_pkcs12_file(&file, Format::Der, "secret").map(drop),
            Pkcs12::from_der(p12).and_then(|p12| p12.parse("secret")).map(drop),
        ]
    };
    for result in load(&pkcs12(it, &it.good)) {
        result.expect("a good key");
    }
    for (key, why) in &it.bad {
        for result in load(&pkcs12(it, key)) {
            assert_refused(result, why, "PKCS#12");
        }
    }
}

#[test]
fn a_key_that_does_not_fit_is_told_from_one_that_is_none() {
    let [it, other] = [0, 1].map(|_| kinds().remove(0));
    for (way, result) in ways(&it, &other.good) {
        match way {
            _ if way.ends_with("unchecked") => drop(result.expect("nobody looks")),
            _ => assert_eq!(result.map(drop).expect_err(way).kind(), ErrorKind::Credentials, "{way}"),
        }
    }
}

#[test]
fn identities_that_were_there_stay_and_the_password_is_asked_for_once() {
    let it = kinds().remove(0);
    let key = x509::PrivateKey::from_der(&it.good, None).expect("a key");
    let sealed = key.to_pkcs8_pem(Some("secret")).expect("PEM");
    let asked = Arc::new(AtomicU32::new(0));
    let counter = Arc::clone(&asked);
    let pin = move |_: &PinRequest<'_>| -> std::result::Result<SecretBytes, Cause> {
        counter.fetch_add(1, Ordering::Relaxed);
        Ok(SecretBytes::from(b"secret".to_vec()))
    };
    let mut builder = ServerConfig::builder().pin(Arc::new(pin));
    for count in 1..=3 {
        builder = builder.with_identity_bytes(it.certificate.to_pem(), &sealed, Format::Pem, None).expect("a key");
        assert_eq!(asked.load(Ordering::Relaxed), count);
    }
    let server = builder.build().expect("a server");
    assert_eq!(server.identities().expect("readable"), vec![vec![it.certificate]; 3]);
}
