//! Certificate requests: made, told by `openssl`, read back, granted.

use std::time::{Duration, SystemTime};

use gnutls::ErrorKind::{InvalidInput, Verification};
use gnutls::key::Spki;
use gnutls::x509::{
    BasicConstraints, CertificateBuilder, CertificateRequest, Extension, Format, GeneralName, KeyIdKind, KeyType,
    KeyUsage, Oid, PrintFormat, PrivateKey, PrivateKeyUsagePeriod, Purpose, RequestBuilder, SubjectAltNames,
    TlsFeatures, VerifyFlags,
};
use gnutls::{Digest, PublicKeyAlgorithm};

use super::tools::{ask, assert_error, new_key, ok, unhex};

fn oid(numbers: &str) -> Oid {
    numbers.parse().expect("an object identifier")
}

fn names() -> Vec<GeneralName> {
    vec![
        GeneralName::Dns("www.example.org".into()),
        GeneralName::Ip([192, 0, 2, 1].into()),
        GeneralName::Email("a@example.org".into()),
        GeneralName::Other { oid: oid("1.2.3.5"), value: unhex("0c0178") },
    ]
}

#[test]
fn openssl_says_the_same() {
    let key = PrivateKey::generate(KeyType::Rsa { bits: 2048 }).expect("a key");
    let start = SystemTime::UNIX_EPOCH + Duration::from_secs(1_893_456_000);
    let period = PrivateKeyUsagePeriod::new(start, start + Duration::from_secs(3600));
    let unknown = Extension { oid: oid("1.2.3.6"), critical: true, data: vec![0x05, 0x00] };
    let builder = RequestBuilder::new()
        .subject("O=Example")
        .subject_attribute(Oid::COMMON_NAME, "www")
        .subject_attribute_der(oid("1.2.3.7"), unhex("0c0179"))
        .dns_name("www.example.org")
        .ip_address([192, 0, 2, 1])
        .alt_name(names()[2].clone())
        .alt_name(names()[3].clone())
        .ca(Some(1))
        .key_usage(KeyUsage::KEY_CERT_SIGN)
        .purpose(Purpose::SERVER_AUTH)
        .private_key_usage_period(period)
        .tls_features(TlsFeatures(vec![TlsFeatures::STATUS_REQUEST]))
        .extension(unknown.clone())
        .attribute(oid("1.2.840.113549.1.9.2"), unhex("1603616263"))
        .challenge_password("please revoke")
        .digest(Digest::SHA512);
    let request = builder.signed_by(&key).expect("a request");
    let told = ask("openssl", &["req", "-noout", "-text", "-verify", "-nameopt", "RFC2253"], request.to_pem());
    for line in [
        "Version: 1 (0x0)",
        "Subject: 1.2.3.7=#0C0179,CN=www,O=Example",
        "DNS:www.example.org, IP Address:192.0.2.1, email:a@example.org, othername:",
        "CA:TRUE, pathlen:1",
        "Certificate Sign",
        "TLS Web Server Authentication",
        "Not Before: Jan  1 00:00:00 2030 GMT, Not After: Jan  1 01:00:00 2030 GMT",
        "status_request",
        "1.2.3.6: critical",
        "challengePassword        :please revoke",
        "unstructuredName         :abc",
        "Signature Algorithm: sha512WithRSAEncryption",
    ] {
        assert!(told.contains(line), "{line:?} is missing in {told}");
    }
    ok(request.verify(VerifyFlags::empty()));

    assert_eq!(ok(request.version()), 1);
    assert_eq!(ok(request.subject()), "1.2.3.7=#0c0179,CN=www,O=Example");
    assert_eq!(ok(request.subject_compat()), "O=Example,CN=www,1.2.3.7=#0c0179");
    let mut buffer = [0; 400];
    let size = ok(request.subject_into(&mut buffer));
    assert_eq!(&buffer[..size], b"O=Example,CN=www,1.2.3.7=#0c0179");
    assert_eq!(ok(request.subject_oids()), [Oid::ORGANIZATION, Oid::COMMON_NAME, oid("1.2.3.7")]);
    assert_eq!(ok(request.subject_attributes(&Oid::COMMON_NAME)), ["www"]);
    assert_eq!(ok(request.alt_names()), names());
    assert_eq!(ok(request.extension_value::<SubjectAltNames>()), Some(SubjectAltNames(names())));
    assert_eq!(ok(request.basic_constraints()), Some(BasicConstraints { ca: true, path_len: Some(1) }));
    assert_eq!(ok(request.key_usage()), Some(KeyUsage::KEY_CERT_SIGN));
    assert_eq!(ok(request.purposes()), [Purpose::SERVER_AUTH]);
    assert_eq!(ok(request.private_key_usage_period()), Some(period));
    assert_eq!(ok(request.tls_features()), Some(TlsFeatures(vec![TlsFeatures::STATUS_REQUEST])));
    assert_eq!(ok(request.challenge_password()).as_deref(), Some("please revoke"));
    assert_eq!(ok(request.attribute(&oid("1.2.840.113549.1.9.2"))), [unhex("1603616263")]);
    let attributes = ok(request.attributes());
    assert!(attributes.contains(&(oid("1.2.840.113549.1.9.2"), unhex("1603616263"))), "{attributes:?}");
    assert_eq!(attributes.len(), 3);

    let extensions = ok(request.extensions());
    let place = extensions.iter().position(|extension| *extension == unknown).expect("present");
    assert_eq!(ok(request.extension(&unknown.oid)), Some(unknown.clone()));
    assert_eq!(ok(request.extension(&oid("1.2.3.8"))), None);
    let size = ok(request.extension_into(&unknown.oid, &mut buffer));
    assert_eq!(buffer[..size], unknown.data);
    let size = ok(request.extension_data_into(u32::try_from(place).expect("few"), &mut buffer));
    assert_eq!(buffer[..size], unknown.data);

    assert_eq!(ok(request.key_algorithm()), (PublicKeyAlgorithm::RSA, 2048));
    assert_eq!(ok(request.key_oid()).as_str(), "1.2.840.113549.1.1.1");
    assert_eq!(ok(request.spki()), None);
    assert_eq!(ok(request.rsa_key()), ok(key.to_rsa()).public);
    assert_eq!(ok(request.key_id()), ok(key.key_id()));
    assert_eq!(ok(request.key_id_of(KeyIdKind::Sha256)), ok(key.key_id()));
    assert_eq!(ok(request.signature_scheme()).to_string(), "RSA-SHA512");
    assert_eq!(ok(request.signature_oid()).as_str(), "1.2.840.113549.1.1.13");
    let printed = ok(request.print(PrintFormat::Full));
    assert!(printed.contains("Challenge password: please revoke"), "{printed}");
}

#[test]
fn a_request_that_says_little_is_no_error() {
    let request = ok(RequestBuilder::new().subject("CN=x").signed_by(&new_key()));
    assert!(ok(request.alt_names()).is_empty() && ok(request.purposes()).is_empty());
    assert!(ok(request.extensions()).is_empty() && ok(request.attributes()).is_empty());
    assert_eq!((ok(request.key_usage()), ok(request.basic_constraints())), (None, None));
    assert_eq!((ok(request.tls_features()), ok(request.private_key_usage_period())), (None, None));
    assert_eq!((ok(request.challenge_password()), ok(request.extension(&Oid::EMAIL))), (None, None));
    assert_eq!(format!("{request:?}"), "CertificateRequest(\"CN=x\")");
}

#[test]
fn both_forms_and_what_is_no_request() {
    let request = ok(RequestBuilder::new().subject("CN=x").signed_by(&new_key()));
    assert_eq!(ok(CertificateRequest::from_pem(request.to_pem())), request);
    assert_eq!(ok(CertificateRequest::from_der(request.to_der())), request);
    let mut buffer = vec![0; 2000];
    let size = ok(request.export_into(Format::Der, &mut buffer));
    assert_eq!(buffer[..size], request.to_der());
    assert_error(CertificateRequest::from_pem("hello"), InvalidInput, &["CERTIFICATE REQUEST-----\" in it"]);
    assert_error(CertificateRequest::from_der(b"junk"), InvalidInput, &["reading a certificate request"]);
    assert_error(CertificateRequest::from_der(b""), InvalidInput, &["nothing to read"]);
    let mut forged = request.to_der();
    let last = forged.len() - 1;
    forged[last] ^= 1;
    let forged = ok(CertificateRequest::from_der(forged)).verify(VerifyFlags::empty());
    assert_error(forged, Verification, &["verifying a certificate request"]);
}

#[test]
fn an_authority_grants_what_it_wants() {
    let ca_key = new_key();
    let ca = ok(CertificateBuilder::new().subject("CN=ca").ca(None).self_signed(&ca_key));
    let key = new_key();
    let request = RequestBuilder::new().subject("CN=www").dns_name("www.example.org").purpose(Purpose::SERVER_AUTH);
    let request = ok(request.ca(None).signed_by(&key));

    let plain = ok(CertificateBuilder::new().signed_by(&request, &ca, &ca_key));
    assert_eq!((ok(plain.subject()), ok(plain.dns_names()).len(), plain.is_ca()), ("CN=www".into(), 0, false));
    assert!(key.fits(&plain));

    let names = CertificateBuilder::new().extension_of(&request, oid("2.5.29.17"));
    let names = ok(names.signed_by(&request, &ca, &ca_key));
    assert_eq!((ok(names.dns_names()).len(), ok(names.purposes()).len(), names.is_ca()), (1, 0, false));

    let all = ok(CertificateBuilder::new().extensions_of(&request).signed_by(&request, &ca, &ca_key));
    assert_eq!((ok(all.dns_names()).len(), ok(all.purposes()).len(), all.is_ca()), (1, 1, true));
}

#[test]
fn a_request_may_name_its_key_in_other_ways() {
    let key = PrivateKey::generate(KeyType::Rsa { bits: 2048 }).expect("a key");
    let certificate = ok(CertificateBuilder::new().subject("CN=x").self_signed(&key));
    let by_numbers = ok(RequestBuilder::new().subject("CN=x").rsa_key(ok(certificate.rsa_key())).signed_by(&key));
    let renewal = ok(RequestBuilder::new().subject("CN=x").key_of(&certificate).signed_by(&key));
    for request in [by_numbers, renewal] {
        ok(request.verify(VerifyFlags::empty()));
        assert_eq!(ok(request.key_id()), ok(key.key_id()));
        ask("openssl", &["req", "-noout", "-verify"], request.to_pem());
    }
    let pss = RequestBuilder::new().subject("CN=x").spki(ok(Spki::rsa_pss(Digest::SHA256, 32)));
    let pss = ok(pss.signed_by(&key));
    assert_eq!(ok(pss.spki()), Some(ok(Spki::rsa_pss(Digest::SHA256, 32))));
}

#[test]
fn what_cannot_be_is_refused_by_name() {
    let new = || RequestBuilder::new().subject("CN=x");
    for (builder, words) in [
        (new().subject("nonsense"), "\"nonsense\" is not in the form of RFC 4514"),
        (new().dns_name("two words"), "is no DNS name"),
        (new().challenge_password("a\0b"), "NUL byte"),
        (new().spki(ok(Spki::rsa_pss(Digest::SHA256, 32))), "they are for RSA keys"),
        (new().ca(Some(u32::MAX)), "4294967295"),
    ] {
        assert_error(builder.signed_by(&new_key()), InvalidInput, &[words]);
    }
}

#[test]
fn a_challenge_password_comes_back_as_it_was_set() {
    let (key, long) = (new_key(), "x,y".repeat(100));
    for password in ["plain", "a,b", "#x", " a ", "a+b;c<d>e\\\"f=", "p\u{e4}ss", "", &long[..200], &long] {
        let request = RequestBuilder::new().subject("CN=x").challenge_password(password).signed_by(&key);
        let request = request.expect("a request");
        assert_eq!(request.challenge_password().expect("readable").as_deref(), Some(password));
    }
}
