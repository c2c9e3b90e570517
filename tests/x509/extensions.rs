//! Values of extensions as bytes that the RFCs and `openssl` agree to, and back.

use std::fmt::Debug;
use std::time::{Duration, SystemTime};

use gnutls::ErrorKind::InvalidInput;
use gnutls::x509::{
    AccessDescription, AuthorityInfoAccess, AuthorityKeyId, BasicConstraints, CertificateBuilder, CertificatePolicies,
    CrlDistributionPoints, DistributionPoint, Extension, ExtensionValue, GeneralName, InhibitAnyPolicy, IssuerAltNames,
    KeyPurposes, KeyUsage, NameConstraints, NameKind, Oid, Policy, PrintFormat, PrivateKeyUsagePeriod, ProxyPolicy,
    Purpose, Qualifier, RevocationReasons, SubjectAltNames, SubjectKeyId, TlsFeatures,
};

use super::tools::{assert_error, new_key, unhex};

/// Checks that a value and its bytes in hexadecimal digits stand for each other.
fn same<V: ExtensionValue + Debug + PartialEq>(value: &V, der: &str) {
    let bytes = unhex(der);
    assert_eq!(value.to_der().expect("writable"), bytes, "{value:?}");
    assert_eq!(&V::from_der(&bytes).expect("readable"), value);
}

fn at(seconds: u64) -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(seconds)
}

fn dns(name: &str) -> GeneralName {
    GeneralName::Dns(name.to_owned())
}

fn uri(name: &str) -> GeneralName {
    GeneralName::Uri(name.to_owned())
}

#[test]
fn numbers_have_the_bytes_of_rfc_5280() {
    same(&BasicConstraints { ca: true, path_len: Some(3) }, "30060101ff020103");
    same(&BasicConstraints { ca: true, path_len: None }, "30030101ff");
    same(&BasicConstraints { ca: false, path_len: None }, "3000");
    same(&InhibitAnyPolicy(2), "020102");
    same(&KeyUsage::DECIPHER_ONLY, "0303070080");
    // GnuTLS before 3.7.9 writes this one with an octet more.
    let usage = KeyUsage::KEY_CERT_SIGN | KeyUsage::CRL_SIGN;
    assert_eq!(KeyUsage::from_der(&unhex("03020106")).expect("readable"), usage);
    assert_eq!(KeyUsage::from_der(&usage.to_der().expect("writable")).expect("readable"), usage);
    same(&SubjectKeyId(vec![1, 2, 3]), "0403010203");
    same(&AuthorityKeyId::from_key_id([1, 2, 3]), "30058003010203");
    same(&KeyPurposes(vec![Purpose::SERVER_AUTH, Purpose::ANY]), "301006082b060105050703010604551d2500");
    same(&TlsFeatures(vec![TlsFeatures::STATUS_REQUEST, 17]), "3006020105020111");
    let period = PrivateKeyUsagePeriod::new(at(0), at(86_399));
    same(&period, "3022800f31393730303130313030303030305a810f31393730303130313233353935395a");
}

#[test]
fn names_have_the_bytes_of_rfc_5280() {
    let names = vec![
        dns("a.example"),
        GeneralName::Email("b@example".into()),
        uri("http://c"),
        GeneralName::Ip([192, 0, 2, 1].into()),
        GeneralName::RegisteredId(Oid::COMMON_NAME),
        GeneralName::Xmpp("x@example".into()),
        GeneralName::Other { oid: "1.2.3.4".parse().expect("an identifier"), value: vec![0x05, 0x00] },
    ];
    let der = "304f8209612e6578616d706c6581096240 6578616d706c658608687474703a2f2f638704c0000201880355 0403\
               a01706082b06010505070805a00b0c0978406578616d706c65a00906032a0304a0020500";
    same(&SubjectAltNames(names.clone()), der);
    same(&IssuerAltNames(names), der);
    let principal = SubjectAltNames(vec![GeneralName::KerberosPrincipal("host/a@EXAMPLE".into())]);
    assert_eq!(SubjectAltNames::from_der(&principal.to_der().expect("writable")).expect("readable"), principal);
}

#[test]
fn places_have_the_bytes_of_rfc_5280() {
    let point = DistributionPoint { name: uri("http://c"), reasons: RevocationReasons::empty() };
    same(&CrlDistributionPoints(vec![point]), "3010300ea00ca00a8608687474703a2f2f63");
    let reasons = RevocationReasons::KEY_COMPROMISE | RevocationReasons::CA_COMPROMISE;
    let point = CrlDistributionPoints(vec![DistributionPoint { name: uri("http://c"), reasons }]);
    let der = unhex("30143012a00ca00a8608687474703a2f2f6381020560");
    assert_eq!(CrlDistributionPoints::from_der(&der).expect("readable"), point);
    // GnuTLS cuts off all reasons behind the first two: what would say something else is not written.
    assert_error(point.to_der(), InvalidInput, &["reasons"]);
    let reasons = RevocationReasons::KEY_COMPROMISE;
    let point = CrlDistributionPoints(vec![DistributionPoint { name: uri("http://c"), reasons }]);
    assert_eq!(CrlDistributionPoints::from_der(&point.to_der().expect("writable")).expect("readable"), point);
    let access = vec![
        AccessDescription { method: Oid::ACCESS_OCSP, location: uri("http://o") },
        AccessDescription { method: Oid::ACCESS_CA_ISSUERS, location: uri("http://i") },
    ];
    let der = "302c301406082b060105050730018608687474703a2f2f6f301406082b060105050730028608687474703a2f2f69";
    same(&AuthorityInfoAccess(access), der);
}

#[test]
fn policies_and_constraints_have_the_bytes_of_the_rfcs() {
    let policy = Policy { oid: Oid::ANY_POLICY, qualifiers: vec![Qualifier::Uri("http://p".into())] };
    let der = "3020301e0604551d20003016301406082b060105050702011608687474703a2f2f70";
    same(&CertificatePolicies(vec![policy]), der);
    let proxy = ProxyPolicy { path_len: Some(1), language: Oid::PROXY_INHERIT_ALL, policy: None };
    same(&proxy, "300f020101300a06082b06010505071501");
    let proxy = ProxyPolicy { path_len: None, language: "1.2.3".parse().expect("one"), policy: Some(b"abc".into()) };
    same(&proxy, "300b300906022a030403616263");
    let constraints = NameConstraints {
        permitted: vec![dns("example"), GeneralName::ip_network("192.0.2.0/24").expect("a network")],
        excluded: vec![GeneralName::Email("b.example".into())],
    };
    same(&constraints, "3028a017300982076578616d706c65300a8708c0000200ffffff00a10d300b8109622e6578616d706c65");
}

#[test]
fn a_policy_keeps_its_notice() {
    let qualifiers = vec![Qualifier::Notice("for tests".into()), Qualifier::Uri("http://p".into())];
    let policies = CertificatePolicies(vec![Policy { oid: "1.2.3.4".parse().expect("one"), qualifiers }]);
    assert_eq!(CertificatePolicies::from_der(&policies.to_der().expect("writable")).expect("readable"), policies);
    let many = Policy { oid: Oid::ANY_POLICY, qualifiers: vec![Qualifier::Uri("u".into()); 9] };
    assert_error(CertificatePolicies(vec![many]).to_der(), InvalidInput, &["9 qualifiers"]);
}

#[test]
fn constraints_say_what_they_allow() {
    let constraints = NameConstraints {
        permitted: vec![dns("example.org"), GeneralName::ip_network("192.0.2.0/24").expect("a network")],
        excluded: vec![dns("secret.example.org")],
    };
    for (name, allowed) in [
        (dns("www.example.org"), true),
        (dns("www.secret.example.org"), false),
        (dns("example.com"), false),
        (GeneralName::Ip([192, 0, 2, 200].into()), true),
        (GeneralName::Ip([192, 0, 3, 1].into()), false),
        (GeneralName::Email("a@example.com".into()), true),
    ] {
        assert_eq!(constraints.allow(&name).expect("an answer"), allowed, "{name:?}");
    }
    let all = NameConstraints { permitted: vec![], excluded: vec![dns("")] };
    assert!(!all.allow(&dns("www.example.org")).expect("an answer"));
    assert_eq!(NameConstraints::from_der(&all.to_der().expect("writable")).expect("readable"), all);
    let builder = CertificateBuilder::new().subject("CN=x").dns_name("www.example.com");
    let certificate = builder.self_signed(&new_key()).expect("a certificate");
    assert!(!constraints.allow_certificate(&certificate, NameKind::DNS).expect("an answer"));
    assert!(constraints.allow_certificate(&certificate, NameKind::EMAIL).expect("an answer"));
}

/// RFC 6962, section 3.3: a list of one timestamp, in an OCTET STRING.
#[cfg(gnutls_3_7_3)]
#[test]
fn timestamps_are_read_and_written_as_they_are() {
    use gnutls::x509::CertificateTimestamps;

    let log = [0xAB; 32];
    let mut sct = vec![0];
    sct.extend_from_slice(&log);
    sct.extend_from_slice(&1_600_000_000_123_u64.to_be_bytes());
    sct.extend_from_slice(&[0, 0, 4, 3, 0, 3, 7, 8, 9]);
    let size = u8::try_from(sct.len()).expect("short");
    let der = [&[0x04, size + 4, 0, size + 2, 0, size], &sct[..]].concat();
    let list = CertificateTimestamps::from_der(&der).expect("readable");
    assert_eq!(list.to_der().expect("writable"), der);
    let all = list.list().expect("readable");
    assert_eq!(all.len(), 1);
    assert_eq!((all[0].version, all[0].time, &all[0].log_id[..]), (1, at(1_600_000_000), &log[..]));
    assert_eq!((all[0].scheme.to_string(), &all[0].signature[..]), ("ECDSA-SHA256".into(), &[7, 8, 9][..]));
}

#[test]
fn an_extension_tells_its_kind_and_describes_itself() {
    let usage = Extension::new(&KeyUsage::CRL_SIGN, true).expect("writable");
    let unknown = Extension { oid: "1.2.3.4".parse().expect("one"), critical: false, data: vec![0x05, 0x00] };
    assert_error(unknown.value::<KeyUsage>(), InvalidInput, &["1.2.3.4", "2.5.29.15"]);
    let text = Extension::print(&[usage, unknown], PrintFormat::Full).expect("text");
    assert!(text.contains("Key Usage (critical):\n") && text.contains("CRL signing"), "{text}");
    assert!(text.contains("Unknown extension 1.2.3.4 (not critical)") && text.contains("0500"), "{text}");
}

#[test]
fn what_is_malformed_or_cannot_be_written_is_told() {
    for junk in [&b""[..], b"\x30", b"junk"] {
        assert_error(SubjectAltNames::from_der(junk), InvalidInput, &["reading alternative names"]);
        assert_error(NameConstraints::from_der(junk), InvalidInput, &["reading name constraints"]);
        assert_error(ProxyPolicy::from_der(junk), InvalidInput, &["reading a proxy policy"]);
    }
    let access = AccessDescription { method: Oid::ACCESS_OCSP, location: uri("http://\u{fc}") };
    assert_error(AuthorityInfoAccess(vec![access]).to_der(), InvalidInput, &["not ASCII"]);
    let directory = SubjectAltNames(vec![GeneralName::Directory("CN=x".into())]);
    assert_error(directory.to_der(), InvalidInput, &["does not write"]);
    let mut authority = AuthorityKeyId::from_key_id([1]);
    authority.serial = Some(vec![1]);
    assert_error(authority.to_der(), InvalidInput, &["identifier alone"]);
}

/// Reads damaged forms of a value's bytes; what can be read is written and described again.
fn damage<V: ExtensionValue>(value: &V) {
    let whole = value.to_der().expect("writable");
    let read = |bytes: &[u8]| {
        if let Ok(value) = V::from_der(bytes) {
            let _ = value.to_der();
        }
        let extension = Extension { oid: V::OID, critical: false, data: bytes.to_vec() };
        let _ = Extension::print(&[extension], PrintFormat::Full);
    };
    for place in 0..whole.len() {
        read(&whole[..place]);
        for change in [0x01, 0x20, 0x80, 0xFF] {
            let mut bytes = whole.clone();
            bytes[place] ^= change;
            read(&bytes);
        }
    }
}

#[test]
fn damaged_bytes_are_errors_or_other_values() {
    let names = vec![dns("a.example"), GeneralName::Xmpp("x@example".into()), GeneralName::Ip([192, 0, 2, 1].into())];
    damage(&SubjectAltNames(names.clone()));
    damage(&BasicConstraints { ca: true, path_len: Some(3) });
    damage(&InhibitAnyPolicy(2));
    damage(&(KeyUsage::KEY_CERT_SIGN | KeyUsage::DECIPHER_ONLY));
    damage(&SubjectKeyId(vec![1, 2, 3]));
    damage(&AuthorityKeyId::from_key_id([1, 2, 3]));
    damage(&KeyPurposes(vec![Purpose::SERVER_AUTH, Purpose::ANY]));
    damage(&TlsFeatures(vec![TlsFeatures::STATUS_REQUEST, 17]));
    damage(&PrivateKeyUsagePeriod::new(at(0), at(86_399)));
    let reasons = RevocationReasons::KEY_COMPROMISE;
    damage(&CrlDistributionPoints(vec![DistributionPoint { name: uri("http://c"), reasons }]));
    damage(&AuthorityInfoAccess(vec![AccessDescription { method: Oid::ACCESS_OCSP, location: uri("http://o") }]));
    let qualifiers = vec![Qualifier::Uri("http://p".into()), Qualifier::Notice("for tests".into())];
    damage(&CertificatePolicies(vec![Policy { oid: Oid::ANY_POLICY, qualifiers }]));
    damage(&ProxyPolicy { path_len: Some(1), language: Oid::PROXY_INHERIT_ALL, policy: Some(vec![1, 2]) });
    let network = GeneralName::ip_network("192.0.2.0/24").expect("a network");
    damage(&NameConstraints { permitted: vec![network, dns("example")], excluded: vec![dns("b.example")] });
}
