//! Everything that a certificate can say: made by the builder, told by `openssl`, read back by the getters.

use std::time::{Duration, SystemTime};

use gnutls::ErrorKind::InvalidInput;
use gnutls::key::{PublicKey, RsaPublicNumbers, Spki};
use gnutls::x509::{
    AccessDescription, AuthorityInfoAccess, BasicConstraints, Certificate, CertificateBuilder, DistributionPoint,
    Extension, Format, GeneralName, KeyIdKind, KeyType, KeyUsage, NameConstraints, NameKind, Oid, Policy, PrintFormat,
    PrivateKey, PrivateKeyUsagePeriod, ProxyPolicy, Purpose, Qualifier, RevocationReasons, TlsFeatures, VerifyFlags,
};
use gnutls::{Digest, EccCurve, PublicKeyAlgorithm, SignatureScheme};

use super::tools::{Chain, Directory, ask, assert_error, new_key, ok, run, text, unhex};

fn uri(name: &str) -> GeneralName {
    GeneralName::Uri(name.to_owned())
}

fn point(name: GeneralName) -> DistributionPoint {
    DistributionPoint { name, reasons: RevocationReasons::empty() }
}

fn oid(numbers: &str) -> Oid {
    numbers.parse().expect("an object identifier")
}

#[test]
fn an_authority_says_all_it_can() {
    let start = SystemTime::UNIX_EPOCH + Duration::from_secs(1_893_456_000);
    let period = PrivateKeyUsagePeriod::new(start, start + Duration::from_secs(3600));
    let constraints = NameConstraints {
        permitted: vec![GeneralName::Dns("example.org".into())],
        excluded: vec![GeneralName::ip_network("10.0.0.0/8").expect("a network")],
    };
    let policy = Policy { oid: oid("1.2.3.4"), qualifiers: vec![Qualifier::Uri("http://policy".into())] };
    let unknown = Extension { oid: oid("1.2.3.5"), critical: true, data: vec![0x05, 0x00] };
    let points = [point(uri("http://one.crl")), point(uri("http://two.crl"))];
    let builder = CertificateBuilder::new()
        .subject("O=Example")
        .subject_attribute(Oid::COMMON_NAME, "Authority")
        .subject_attribute_der(oid("1.2.3.6"), unhex("0c0178"))
        .ca(Some(2))
        .private_key_usage_period(period)
        .name_constraints(constraints.clone(), true)
        .policy(policy.clone())
        .inhibit_any_policy(1)
        .tls_features(TlsFeatures(vec![TlsFeatures::STATUS_REQUEST]))
        .crl_distribution_point(points[0].clone())
        .crl_distribution_point(points[1].clone())
        .ocsp_uri("http://ocsp")
        .ca_issuers_uri("http://issuer")
        .subject_unique_id([1, 2])
        .issuer_unique_id([3, 4])
        .subject_key_id([5, 6])
        .authority_key_id([7, 8])
        .extension(unknown.clone())
        .digest(Digest::SHA512);
    let certificate = builder.self_signed(&new_key()).expect("a certificate");

    let told = ask("openssl", &["x509", "-noout", "-text", "-nameopt", "RFC2253"], certificate.to_pem());
    for line in [
        "Version: 3 (0x2)",
        "Signature Algorithm: ecdsa-with-SHA512",
        "Subject: 1.2.3.6=#0C0178,CN=Authority,O=Example",
        "CA:TRUE, pathlen:2",
        "Not Before: Jan  1 00:00:00 2030 GMT, Not After: Jan  1 01:00:00 2030 GMT",
        "X509v3 Name Constraints: critical",
        "DNS:example.org",
        "IP:10.0.0.0/255.0.0.0",
        "Policy: 1.2.3.4",
        "CPS: http://policy",
        "X509v3 Inhibit Any Policy:",
        "status_request",
        "URI:http://one.crl",
        "URI:http://two.crl",
        "OCSP - URI:http://ocsp",
        "CA Issuers - URI:http://issuer",
        "05:06",
        "07:08",
        "1.2.3.5: critical",
    ] {
        assert!(told.contains(line), "{line:?} is missing in {told}");
    }

    assert_eq!(certificate.version().expect("readable"), 3);
    assert_eq!(ok(certificate.basic_constraints()), Some(BasicConstraints { ca: true, path_len: Some(2) }));
    assert_eq!(ok(certificate.private_key_usage_period()), Some(period));
    assert_eq!(ok(certificate.name_constraints()), Some(constraints.clone()));
    assert_eq!(ok(certificate.policies()), vec![policy]);
    assert_eq!(certificate.inhibit_any_policy().expect("readable").map(|policy| policy.0), Some(1));
    assert_eq!(ok(certificate.tls_features()), Some(TlsFeatures(vec![TlsFeatures::STATUS_REQUEST])));
    assert_eq!(ok(certificate.crl_distribution_points()), points.to_vec());
    assert_eq!(ok(certificate.ocsp_uris()), ["http://ocsp"]);
    assert_eq!(ok(certificate.ca_issuers_uris()), ["http://issuer"]);
    assert_eq!(ok(certificate.subject_unique_id()), Some(vec![1, 2]));
    assert_eq!(ok(certificate.issuer_unique_id()), Some(vec![3, 4]));
    assert_eq!(ok(certificate.subject_key_id()), Some(vec![5, 6]));
    assert_eq!(ok(certificate.authority_key_id()), Some(vec![7, 8]));
    assert_eq!(ok(certificate.proxy_policy()), None);
    assert_eq!(certificate.subject_attributes(&oid("1.2.3.6")).expect("one"), ["#0c0178"]);

    let extensions = certificate.extensions().expect("readable");
    assert!(extensions.contains(&unknown));
    let oids: Vec<_> = extensions.iter().map(|extension| extension.oid.clone()).collect();
    assert_eq!(ok(certificate.extension_oids()), oids.clone());
    assert_eq!(ok(certificate.extension(&unknown.oid)), Some(unknown.clone()));
    assert_eq!(ok(certificate.extension(&oid("1.2.3.7"))), None);
    assert_eq!(ok(certificate.extension_value::<NameConstraints>()), Some(constraints));
    let mut buffer = [0; 100];
    assert_eq!(
        ok(certificate.extension_into(&unknown.oid, &mut buffer).map(|size| buffer[..size].to_vec())),
        unknown.data
    );
    let last = u32::try_from(oids.len() - 1).expect("few");
    let size = certificate.extension_data_into(last, &mut buffer).expect("room");
    assert_eq!(buffer[..size], extensions[oids.len() - 1].data);

    let copy = CertificateBuilder::new().subject("CN=x").crl_distribution_points_of(&certificate);
    let copy = copy.self_signed(&new_key()).expect("a certificate");
    assert_eq!(ok(copy.crl_distribution_points()), points.to_vec());
    let features = TlsFeatures(vec![TlsFeatures::STATUS_REQUEST]);
    assert!(features.are_demanded_by(&certificate).expect("an answer"));
    assert!(!features.are_demanded_by(&copy).expect("an answer"));
}

#[test]
fn what_gnutls_cannot_write_is_refused_by_name() {
    let new = || CertificateBuilder::new().subject("CN=x");
    let reasons = RevocationReasons::SUPERSEDED;
    let cut = DistributionPoint { name: uri("http://c"), reasons };
    let half = PrivateKeyUsagePeriod { start: None, end: Some(SystemTime::now()) };
    for (builder, words) in [
        (new().crl_distribution_point(cut), "these reasons"),
        (new().private_key_usage_period(half), "both ends"),
        (new().ocsp_uri(""), "the URI is empty"),
        (new().spki(ok(Spki::rsa_pss(Digest::SHA256, 32))), "the key is EC/ECDSA"),
        (new().policy(Policy { oid: oid("1.2"), qualifiers: vec![Qualifier::Unknown] }), "unknown qualifier"),
    ] {
        assert_error(builder.self_signed(&new_key()), InvalidInput, &[words]);
    }
    let other = new().crl_distribution_point(point(GeneralName::Dns("crl.example".into())));
    let other = other.self_signed(&new_key()).expect("a certificate");
    let expected = vec![point(GeneralName::Dns("crl.example".into()))];
    assert_eq!(ok(other.crl_distribution_points()), expected);
}

#[test]
fn a_proxy_acts_for_its_holder() {
    let chain = Chain::new();
    let policy = ProxyPolicy { path_len: Some(0), language: Oid::PROXY_INHERIT_ALL, policy: None };
    let proxy = CertificateBuilder::new().proxy_for(&chain.server, "proxy").proxy_policy(policy.clone());
    let proxy = proxy.signed_by(&new_key(), &chain.server, &chain.server_key).expect("a proxy");
    assert_eq!(proxy.subject().expect("a name"), "CN=proxy,CN=server,O=Tests");
    assert_eq!(ok(proxy.issuer()), ok(chain.server.subject()));
    assert_eq!(ok(proxy.proxy_policy()), Some(policy));
    let told = ask("openssl", &["x509", "-noout", "-text"], proxy.to_pem());
    assert!(told.contains("Path Length Constraint: 0") && told.contains("Inherit all"), "{told}");
}

#[test]
fn an_issuer_may_be_a_name_alone() {
    let key = new_key();
    let builder = CertificateBuilder::new().subject("CN=x").issuer("CN=far away,O=Example");
    let preview = builder.clone().issuer_attribute(Oid::COUNTRY, "NO").preview(&key).expect("a text");
    assert!(preview.contains("Subject: CN=x") && !preview.contains("Signature:"), "{preview}");
    let issuer_key = new_key();
    let certificate = builder.signed_in_name(&key, &issuer_key).expect("a certificate");
    assert_eq!(certificate.issuer().expect("a name"), "CN=far away,O=Example");
    let issuer = CertificateBuilder::new().subject("CN=far away,O=Example").ca(None);
    let issuer = issuer.self_signed(&issuer_key).expect("an issuer");
    assert!(certificate.is_issued_by(&issuer) && !issuer.is_issued_by(&certificate));
    assert!(certificate.verify(&[issuer], VerifyFlags::empty()).expect("an answer").is_ok());
    let nobody = CertificateBuilder::new().signed_in_name(&key, &issuer_key);
    assert_error(nobody, InvalidInput, &["no issuer"]);
}

#[test]
fn a_certificate_is_renewed_for_the_same_key() {
    let chain = Chain::new();
    let root_key = new_key();
    let root = CertificateBuilder::new().subject("CN=root").ca(None).self_signed(&root_key).expect("a root");
    let renewed = CertificateBuilder::new().subject("CN=again").signed_by(&chain.server, &root, &root_key);
    let renewed = renewed.expect("a certificate");
    assert!(chain.server_key.fits(&renewed));
    assert_eq!(ok(renewed.subject_key_id()), ok(chain.server.subject_key_id()));
    assert!(renewed.allows_purpose(&Purpose::SERVER_AUTH, true));
}

fn public_key(certificate: &Certificate) -> PublicKey {
    certificate.public_key().expect("a key")
}

#[test]
fn keys_tell_their_numbers_as_openssl_does() {
    let self_signed = |key: &PrivateKey| CertificateBuilder::new().subject("CN=x").self_signed(key);
    let key = PrivateKey::generate(KeyType::Rsa { bits: 2048 }).expect("a key");
    let rsa = self_signed(&key).expect("a certificate");
    let told = ask("openssl", &["x509", "-noout", "-modulus"], rsa.to_pem());
    let numbers = rsa.rsa_key().expect("numbers");
    let modulus = unhex(told.trim().strip_prefix("Modulus=").expect("a modulus"));
    assert_eq!(numbers, RsaPublicNumbers { modulus, public_exponent: vec![1, 0, 1] });
    assert_eq!(numbers, public_key(&rsa).to_rsa().expect("the same"));
    assert_eq!(rsa.key_oid().expect("one").as_str(), "1.2.840.113549.1.1.1");
    assert_eq!(rsa.signature_scheme().expect("one").to_string(), "RSA-SHA256");
    assert_eq!(rsa.signature_oid().expect("one").as_str(), "1.2.840.113549.1.1.11");
    assert_eq!(ok(rsa.spki()), None);
    assert!(rsa.ecc_key().is_err() && rsa.dsa_key().is_err() && rsa.gost_key().is_err());

    let pss = CertificateBuilder::new().subject("CN=x").spki(ok(Spki::rsa_pss(Digest::SHA384, 48)));
    let pss = pss.signed_by(&key, &rsa, &key).expect("a certificate");
    assert_eq!(ok(pss.spki()), Some(ok(Spki::rsa_pss(Digest::SHA384, 48))));
    let told = ask("openssl", &["x509", "-noout", "-text"], pss.to_pem());
    assert!(["rsassaPss", "384", "Salt Length"].iter().all(|words| told.contains(words)), "{told}");
    assert_eq!(pss.key_algorithm().expect("known").0, PublicKeyAlgorithm::RSA_PSS);

    let key = new_key();
    let ec = self_signed(&key).expect("a certificate");
    let point = ec.ecc_key().expect("a point");
    assert_eq!(point.curve, EccCurve::SECP256R1);
    assert_eq!(point, public_key(&ec).to_ecc().expect("the same"));
    let public = run("openssl", &["x509", "-noout", "-pubkey"], ec.to_pem().as_bytes());
    let der = run("openssl", &["pkey", "-pubin", "-outform", "DER"], &public);
    let padded = |number: &[u8]| [vec![0; 32 - number.len()], number.to_vec()].concat();
    assert!(der.ends_with(&[padded(&point.x), padded(&point.y)].concat()));
    assert_eq!(ec.key_id_of(KeyIdKind::Sha256).expect("32 bytes"), ec.key_id().expect("32 bytes"));
    assert_eq!(Some(ec.key_id_of(KeyIdKind::Sha1).expect("20 bytes")), ec.subject_key_id().expect("readable"));
    assert_eq!(ec.key_id_of(KeyIdKind::Sha512).expect("64 bytes").len(), 64);
    assert!(!ec.key_id_of(KeyIdKind::BestKnown).expect("bytes").is_empty());
}

#[test]
fn a_dsa_certificate_of_openssl_tells_its_numbers() {
    let directory = Directory::new();
    let parameters = ask("openssl", &["dsaparam", "-genkey", "2048"], "");
    let key = directory.file("dsa.pem", parameters);
    let arguments = ["req", "-x509", "-key", text(&key), "-subj", "/CN=dsa"];
    let certificate = Certificate::from_pem(ask("openssl", &arguments, "")).expect("readable");
    let numbers = certificate.dsa_key().expect("numbers");
    let told = ask("openssl", &["x509", "-noout", "-modulus"], certificate.to_pem());
    // For DSA this is the public value.
    let told = told.trim().rsplit('=').next().expect("a number").to_owned();
    let even = if told.len() % 2 == 0 { told } else { format!("0{told}") };
    assert_eq!(numbers.y, unhex(&even));
    assert!(numbers.p.len() == 256 && numbers.q.len() >= 28 && !numbers.g.is_empty());
    assert_eq!(numbers, public_key(&certificate).to_dsa().expect("the same"));
}

/// A GOST certificate of RFC 9215, section C.1.
#[test]
fn a_gost_certificate_tells_its_numbers() {
    let arguments = ["--generate-privkey", "--key-type=gost12-256", "--no-text"];
    let directory = Directory::new();
    let key = directory.file("gost.pem", ask("certtool", &arguments, ""));
    let template = directory.file("template", "cn = gost\nexpiration_days = 3\n");
    let (key, template) = (text(&key), text(&template));
    let arguments = ["--generate-self-signed", "--load-privkey", key, "--template", template, "--no-text"];
    let certificate = Certificate::from_pem(ask("certtool", &arguments, "")).expect("readable");
    let point = certificate.gost_key().expect("numbers");
    assert_eq!((point.digest.to_string().as_str(), (28..=32).contains(&point.x.len())), ("STREEBOG-256", true));
    assert_eq!(point, public_key(&certificate).to_gost().expect("the same"));
    let told = ask("certtool", &["-i"], certificate.to_pem());
    assert!(told.contains(&point.curve.to_string()) && told.contains(&point.paramset.to_string()), "{told}");
}

#[test]
fn fingerprints_and_signatures_are_those_of_openssl() {
    let certificate = Chain::new().server;
    for (digest, name) in [(Digest::SHA1, "-sha1"), (Digest::SHA384, "-sha384"), (Digest::MD5, "-md5")] {
        let told = ask("openssl", &["x509", "-noout", "-fingerprint", name], certificate.to_pem());
        let told = told.trim().rsplit('=').next().expect("digits").replace(':', "");
        assert_eq!(ok(certificate.fingerprint(digest)), unhex(&told));
    }
    let signature = certificate.signature().expect("a signature");
    assert!(certificate.to_der().ends_with(&signature));
    assert!(certificate.fingerprint(Digest::from_raw(9999)).is_err());
}

#[test]
fn forms_of_printing_differ() {
    let certificate = Chain::new().server;
    let print = |format| certificate.print(format).expect("a text");
    assert!(print(PrintFormat::Full).contains("Public Key ID:"));
    assert!(print(PrintFormat::FullNumbers).contains("X.509 Certificate Information:"));
    assert!(print(PrintFormat::Compact).len() < print(PrintFormat::Full).len());
    assert!(!print(PrintFormat::OneLine).contains('\n'));
    assert!(!print(PrintFormat::UnsignedFull).contains("Fingerprint"));
}

#[test]
fn a_certificate_is_written_into_a_buffer() {
    let certificate = Chain::new().server;
    let der = certificate.to_der();
    let mut buffer = vec![0; 4096];
    let size = certificate.export_into(Format::Der, &mut buffer).expect("room");
    assert_eq!(buffer[..size], der);
    assert_error(certificate.export_into(Format::Der, &mut buffer[..9]), InvalidInput, &["not one of 9"]);
    assert!(certificate.is_der(&der) && !certificate.is_der(b"junk"));
    assert_eq!(ok(Certificate::from_der_lenient(&der)), certificate);
}

#[test]
fn services_that_no_uri_names_hide_no_others() {
    let described = |method: &Oid, location| AccessDescription { method: method.clone(), location };
    let access = AuthorityInfoAccess(vec![
        described(&Oid::ACCESS_CA_ISSUERS, GeneralName::Email("a@example.org".into())),
        described(&Oid::ACCESS_OCSP, GeneralName::Dns("example.org".into())),
        described(&Oid::ACCESS_CA_ISSUERS, uri("http://one")),
        described(&oid("1.2.3.4"), uri("http://other")),
        described(&Oid::ACCESS_OCSP, uri("http://ocsp")),
        described(&Oid::ACCESS_CA_ISSUERS, uri("http://two")),
    ]);
    let extension = Extension::new(&access, false).expect("writable");
    let certificate = ok(CertificateBuilder::new().subject("CN=x").extension(extension).self_signed(&new_key()));
    assert_eq!(ok(certificate.ca_issuers_uris()), ["http://one", "http://two"]);
    assert_eq!(ok(certificate.ocsp_uris()), ["http://ocsp"]);
}

#[test]
fn chains_are_sorted_demanded_in_order_or_cut() {
    let chain = Chain::new();
    let mixed = [&chain.server, &chain.root, &chain.middle].map(Certificate::to_pem).concat();
    let sorted = Certificate::sorted_list_from(&mixed, Format::Pem).expect("a chain");
    assert_eq!(sorted, [chain.server.clone(), chain.middle.clone(), chain.root.clone()]);
    assert!(Certificate::ordered_list_from(&mixed, Format::Pem).is_err());
    assert_eq!(Certificate::ordered_list_from(chain.to_pem(), Format::Pem).expect("a chain"), sorted);
    assert_eq!(Certificate::first_from(chain.to_pem(), Format::Pem, 2).expect("two"), sorted[..2]);
    for limit in [9, usize::MAX] {
        assert_eq!(Certificate::first_from(chain.to_pem(), Format::Pem, limit).expect("all"), sorted);
    }
    assert_error(Certificate::first_from("", Format::Pem, 2), InvalidInput, &["nothing to read"]);
}

#[test]
fn urls_that_lead_nowhere_are_told() {
    assert_error(Certificate::from_url("nonsense:"), InvalidInput, &["nonsense:", "does not know"]);
    assert_error(Certificate::list_from_url("nonsense:"), InvalidInput, &["nonsense:", "does not know"]);
}

#[test]
fn hosts_and_purposes_are_checked_as_strictly_as_asked() {
    let builder = CertificateBuilder::new().subject("CN=x").dns_name("*.example.org").ip_address([192, 0, 2, 1]);
    let certificate = builder.purpose(Purpose::ANY).self_signed(&new_key()).expect("a certificate");
    let with = |host, flags| certificate.matches_host_with(host, flags);
    assert!(with("www.example.org", VerifyFlags::empty()) && with("192.0.2.1", VerifyFlags::empty()));
    assert!(!with("www.example.org", VerifyFlags::DO_NOT_ALLOW_WILDCARDS));
    assert!(!with("192.0.2.1", VerifyFlags::DO_NOT_ALLOW_IP_MATCHES));
    assert!(certificate.allows_purpose(&Purpose::SERVER_AUTH, true));
    assert!(!certificate.allows_purpose(&Purpose::SERVER_AUTH, false));
    assert_eq!(ok(certificate.key_usage()), Some(KeyUsage::DIGITAL_SIGNATURE));
    let none = NameConstraints::default();
    assert!(none.allow_certificate(&certificate, NameKind::DNS).expect("an answer"));
}

#[test]
fn data_are_verified_with_the_certified_key() {
    let key = new_key();
    let certificate = CertificateBuilder::new().subject("CN=x").self_signed(&key).expect("a certificate");
    let directory = Directory::new();
    let path = directory.file("key.pem", key.to_pem().expect("PEM"));
    let signature = run("openssl", &["dgst", "-sha256", "-sign", text(&path)], b"data");
    let verify = |data| certificate.verify_data(SignatureScheme::ECDSA_SHA256, data, &signature, VerifyFlags::empty());
    verify("data").expect("signed by the key");
    assert!(verify("other").is_err());
}
