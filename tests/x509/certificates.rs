//! Reading certificates and asking them what they say.

use std::collections::HashSet;
use std::error::Error as _;
use std::net::{IpAddr, Ipv6Addr};
use std::thread;
use std::time::{Duration, SystemTime};

use gnutls::ErrorKind::{InvalidInput, Transport};
use gnutls::PublicKeyAlgorithm;
use gnutls::x509::{Certificate, CertificateBuilder, Format, KeyUsage, Purpose};

use super::tools::{Chain, Directory, ask, assert_error, new_key};

/// The value behind `label` in one line of `text`.
fn field<'text>(text: &'text str, label: &str) -> &'text str {
    let line = text.lines().find_map(|line| line.trim().strip_prefix(label));
    line.unwrap_or_else(|| panic!("no {label:?} in {text}")).trim()
}

fn hex(bytes: impl AsRef<[u8]>) -> String {
    bytes.as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
}

fn unix(time: SystemTime) -> u64 {
    time.duration_since(SystemTime::UNIX_EPOCH).expect("after 1970").as_secs()
}

#[test]
fn certtool_says_the_same() {
    let chain = Chain::new();
    for certificate in [&chain.root, &chain.server] {
        let told = ask("certtool", &["-i"], certificate.to_pem());
        assert!(told.starts_with(&certificate.print_full().expect("text")), "{told}");
        assert!(told.contains(&certificate.to_pem()), "{told}");
        assert_eq!(field(&told, "Subject:"), certificate.subject().expect("a subject"));
        assert_eq!(field(&told, "Issuer:"), certificate.issuer().expect("an issuer"));
        let serial = certificate.serial().expect("a serial number");
        assert_eq!(field(&told, "Serial Number (hex):"), hex(serial));
        let fingerprint = certificate.fingerprint_sha256().expect("a fingerprint");
        assert!(told.contains(&format!("sha256:{}", hex(fingerprint))), "{told}");
        let key_id = certificate.key_id().expect("a key identifier");
        assert!(told.contains(&format!("sha256:{}", hex(key_id))), "{told}");
        let subject_key_id = certificate.subject_key_id().expect("readable").expect("present");
        assert!(told.contains(&format!("sha1:{}", hex(subject_key_id))), "{told}");
        assert_eq!(field(&told, "Certificate Authority (CA):") == "TRUE", certificate.is_ca());
    }
    let parent = chain.middle.subject_key_id().expect("readable");
    assert_eq!(chain.server.authority_key_id().expect("readable"), parent);
}

#[test]
fn openssl_says_the_same() {
    let key = new_key();
    let start = SystemTime::UNIX_EPOCH + Duration::from_secs(1_893_456_000);
    let certificate = CertificateBuilder::new()
        .subject("CN=a\\,b,O=Ex\u{e4}mple,C=NO")
        .dns_name("www.example.com")
        .dns_name("b\u{fc}cher.example")
        .ip_address([192, 0, 2, 7])
        .ip_address("2001:db8::7".parse::<Ipv6Addr>().expect("an address"))
        .valid_from(start)
        .valid_for(Duration::from_secs(30 * 365 * 86400))
        .serial([0x01, 0xAB, 0xCD])
        .purpose(Purpose::SERVER_AUTH)
        .purpose(Purpose::CLIENT_AUTH)
        .self_signed(&key)
        .expect("a certificate");
    let arguments = ["x509", "-noout", "-subject", "-serial", "-dates", "-nameopt", "RFC2253,-esc_msb,utf8"];
    let told = ask("openssl", &arguments, certificate.to_pem());
    assert_eq!(field(&told, "subject="), certificate.subject().expect("a subject"));
    assert_eq!(field(&told, "serial="), "01ABCD");
    assert_eq!(field(&told, "notBefore="), "Jan  1 00:00:00 2030 GMT");
    assert_eq!(field(&told, "notAfter="), "Dec 25 00:00:00 2059 GMT");
    let told = ask("openssl", &["x509", "-noout", "-text"], certificate.to_pem());
    for line in [
        "DNS:www.example.com, DNS:xn--bcher-kva.example, IP Address:192.0.2.7, IP Address:2001:DB8:0:0:0:0:0:7",
        "TLS Web Server Authentication, TLS Web Client Authentication",
        "CA:FALSE",
        "Digital Signature",
        "Version: 3 (0x2)",
    ] {
        assert!(told.contains(line), "{line:?} is missing in {told}");
    }

    assert_eq!(certificate.serial().expect("a number"), [0x01, 0xAB, 0xCD]);
    assert_eq!((certificate.not_before(), unix(certificate.not_after())), (start, 2_839_536_000));
    let names = certificate.dns_names().expect("names");
    assert_eq!(names, ["www.example.com", "xn--bcher-kva.example"]);
    let addresses = certificate.ip_addresses().expect("addresses");
    let addresses: Vec<_> = addresses.iter().map(IpAddr::to_string).collect();
    assert_eq!(addresses, ["192.0.2.7", "2001:db8::7"]);
    let purposes = certificate.purposes().expect("purposes");
    assert_eq!(purposes, [Purpose::SERVER_AUTH, Purpose::CLIENT_AUTH]);
    assert_eq!(certificate.key_usage().expect("readable"), Some(KeyUsage::DIGITAL_SIGNATURE));
    assert_eq!(certificate.key_algorithm().expect("known"), (PublicKeyAlgorithm::ECDSA, 256));
}

#[test]
fn a_certificate_of_openssl_reads_as_openssl_wrote_it() {
    let arguments = "req -x509 -newkey rsa:2048 -nodes -keyout /dev/null -subj /O=Plain/CN=plain -days 3";
    let arguments: Vec<_> = arguments.split(' ').collect();
    let pem = ask("openssl", &arguments, "");
    let certificate = Certificate::from_pem(&pem).expect("readable");
    assert_eq!(certificate.subject().expect("a subject"), "CN=plain,O=Plain");
    assert_eq!(certificate.key_algorithm().expect("known"), (PublicKeyAlgorithm::RSA, 2048));
    let told = ask("openssl", &["x509", "-noout", "-fingerprint", "-sha256"], &pem);
    let fingerprint = certificate.fingerprint_sha256().expect("a fingerprint");
    assert_eq!(told.replace(':', "").trim().split_once('=').expect("a value").1.to_lowercase(), hex(fingerprint));
    // It has no alternative names, no key usage and no purposes: that is an answer, not an error.
    assert!(certificate.dns_names().expect("none").is_empty());
    assert!(certificate.purposes().expect("none").is_empty());
    assert_eq!(certificate.key_usage().expect("none"), None);
    assert!(certificate.matches_host("plain"), "the common name counts where nothing else is");
}

#[test]
fn both_forms_and_equality() {
    let chain = Chain::new();
    let again = Certificate::from_der(chain.server.to_der()).expect("DER");
    assert_eq!(again, chain.server);
    assert_eq!(Certificate::from_pem(chain.server.to_pem()).expect("PEM"), again);
    assert_eq!(again.clone(), again);
    assert_ne!(again, chain.root);
    let printed = again.to_string();
    assert!(printed.contains("CN=server,O=Tests") && !printed.contains('\n'), "{printed}");
    assert_eq!(format!("{again:?}"), "Certificate(\"CN=server,O=Tests\")");
}

#[test]
fn a_chain_keeps_its_order_with_anything_between() {
    let chain = Chain::new();
    let expected = [&chain.server, &chain.middle, &chain.root].map(Certificate::to_der);
    let der = |list: Vec<Certificate>| list.iter().map(Certificate::to_der).collect::<Vec<_>>();
    let pem = chain.to_pem();
    assert_eq!(der(Certificate::list_from(&pem, Format::Pem).expect("a chain")), expected);

    let spaced = pem.replace("-----BEGIN", "subject=/CN=comment\r\n\n-----BEGIN").replace('\n', "\r\n");
    assert_eq!(der(Certificate::list_from(&spaced, Format::Pem).expect("a chain")), expected);
    let first = Certificate::from_pem(&spaced).expect("the first");
    assert_eq!(first, chain.server);

    let directory = Directory::new();
    let path = directory.file("chain.pem", &pem);
    assert_eq!(der(Certificate::list_from_file(path).expect("a chain")), expected);
    let path = directory.file("server.der", chain.server.to_der());
    assert_eq!(der(Certificate::list_from_file(path).expect("one")), expected[..1]);
    let many = pem.repeat(400);
    assert_eq!(Certificate::list_from(many, Format::Pem).expect("a bundle").len(), 1200);
}

#[test]
fn what_is_no_certificate_is_told_in_words() {
    let certificate = Chain::new().server;
    let (pem, der) = (certificate.to_pem(), certificate.to_der());
    let key = new_key().to_pem().expect("PEM");
    let read = |pem: &str| Certificate::from_pem(pem);
    assert_error(read(""), InvalidInput, &["reading a certificate", "nothing to read"]);
    assert_error(read("hello"), InvalidInput, &["no line \"-----BEGIN CERTIFICATE-----\""]);
    assert_error(Certificate::from_pem(&key), InvalidInput, &["no line \"-----BEGIN CERTIFICATE"]);
    assert_error(read(&pem[..pem.len() / 2]), InvalidInput, &["cut off"]);
    assert_error(read(&pem.replace("MII", "M!I")), InvalidInput, &["damaged"]);
    assert_error(Certificate::from_der([]), InvalidInput, &["reading a certificate", "nothing"]);
    assert_error(Certificate::from_der(&pem), InvalidInput, &["reading a certificate"]);
    assert_error(Certificate::from_der([&der[..], &[0]].concat()), InvalidInput, &["DER"]);
    for length in 1..der.len() {
        assert_error(Certificate::from_der(&der[..length]), InvalidInput, &["a certificate"]);
    }

    let list = |bytes: &str| Certificate::list_from(bytes, Format::Pem);
    assert_error(list(""), InvalidInput, &["reading certificates", "nothing to read"]);
    assert_error(list("# no certificates yet\n"), InvalidInput, &["no line \"-----BEGIN CERT"]);
    let half = format!("{pem}{}", &pem[..pem.len() / 2]);
    assert_error(list(&half), InvalidInput, &["reading certificates", "cut off"]);
    assert_error(Certificate::list_from(b"0", Format::Der), InvalidInput, &["certificates"]);
}

#[test]
fn an_error_about_a_file_names_the_file() {
    let directory = Directory::new();
    let path = directory.file("notes.pem", "no certificate here");
    assert_error(Certificate::list_from_file(&path), InvalidInput, &["notes.pem", "no line"]);
    let empty = directory.file("empty.pem", "");
    assert_error(Certificate::list_from_file(empty), InvalidInput, &["empty.pem", "nothing"]);
    let missing = path.with_file_name("missing.pem");
    assert_error(Certificate::list_from_file(&missing), Transport, &["missing.pem"]);
    let error = Certificate::list_from_file(missing).unwrap_err();
    assert!(error.source().is_some(), "{error:?}");
    assert_eq!(std::io::Error::from(error).kind(), std::io::ErrorKind::NotFound);
}

#[test]
fn hosts_match_by_name_wildcard_and_address() {
    let certificate = CertificateBuilder::new()
        .subject("CN=ignored.example")
        .dns_name("www.example.com")
        .dns_name("*.apps.example.com")
        .ip_address([127, 0, 0, 1])
        .ip_address(Ipv6Addr::LOCALHOST)
        .self_signed(&new_key())
        .expect("a certificate");
    for host in ["www.example.com", "WWW.Example.COM", "a.apps.example.com", "127.0.0.1", "::1"] {
        assert!(certificate.matches_host(host), "{host}");
    }
    for host in ["ignored.example", "example.com", "a.b.apps.example.com", "127.0.0.2", "::2", "", "www.example.com\0"]
    {
        assert!(!certificate.matches_host(host), "{host}");
    }
}

#[test]
fn threads_share_one_certificate() {
    let chain = Chain::new();
    let (server, middle) = (&chain.server, &chain.middle);
    let read = || {
        let host = server.matches_host("localhost");
        let usage = server.key_usage().expect("readable");
        let parent = server.authority_key_id().expect("readable");
        assert_eq!(parent, middle.subject_key_id().expect("readable"));
        (host, usage.is_some(), server.to_der(), server.print_full().expect("text"), server == middle)
    };
    let results: HashSet<_> = thread::scope(|scope| {
        let threads: Vec<_> =
            (0..8).map(|_| scope.spawn(|| (0..200).map(|_| read()).collect::<HashSet<_>>())).collect();
        threads.into_iter().flat_map(|thread| thread.join().expect("no panic")).collect()
    });
    assert_eq!(results.len(), 1);
}

#[test]
fn what_is_equal_is_one_element_of_a_set() {
    let chain = Chain::new();
    let again = Certificate::from_der(chain.root.to_der()).expect("a certificate");
    let set = HashSet::from([chain.root.clone(), again.clone(), chain.server.clone()]);
    assert_eq!(set.len(), 2);
    let keys = [&chain.root, &again, &chain.server].map(|certificate| certificate.public_key().expect("a key"));
    assert_eq!(HashSet::from(keys).len(), 2);
    let names = [&chain.root, &again, &chain.server].map(|certificate| certificate.subject_name().expect("a name"));
    assert_eq!(HashSet::from(names).len(), 2);
}
