//! Distinguished and alternative names, read from what `openssl` wrote.

use gnutls::ErrorKind::InvalidInput;
use gnutls::x509::{
    AuthorityKeyId, Certificate, CertificateBuilder, DistinguishedName, Extension, ExtensionValue, Format, GeneralName,
    Oid, SubjectAltNames,
};

use super::tools::{Directory, ask, assert_error, new_key, text};

/// A certificate that signs itself, made by `openssl` with these lines of configuration.
fn by_openssl(subject: &str, extensions: &str) -> Certificate {
    let directory = Directory::new();
    let config = format!("[req]\ndistinguished_name=dn\n[dn]\n[ext]\n{extensions}");
    let config = directory.file("config", config);
    let arguments = "req -x509 -newkey rsa:2048 -nodes -keyout /dev/null -utf8 -multivalue-rdn -days 3 -extensions ext";
    let mut arguments: Vec<_> = arguments.split(' ').collect();
    arguments.extend(["-subj", subject, "-config", text(&config)]);
    Certificate::from_pem(ask("openssl", &arguments, "")).expect("readable")
}

#[test]
fn a_name_of_openssl_has_its_attributes() {
    let certificate = by_openssl("/C=NO/O=Ex\u{e4}mple, Ltd./OU=one/OU=two/CN=a+serialNumber=7", "");
    let text = "serialNumber=7+CN=a,OU=two,OU=one,O=Ex\u{e4}mple\\, Ltd.,C=NO";
    let either = [text, "CN=a+serialNumber=7,OU=two,OU=one,O=Ex\u{e4}mple\\, Ltd.,C=NO"];
    let subject = certificate.subject().expect("a subject");
    assert!(either.contains(&&*subject), "{subject}");
    assert_eq!(certificate.issuer().expect("an issuer"), subject);
    let compat = certificate.subject_compat().expect("a subject");
    assert!(compat.starts_with("C=NO,O=Ex\u{e4}mple\\, Ltd.,OU=one,OU=two,"), "{compat}");
    assert_eq!(certificate.issuer_compat().expect("an issuer"), compat);
    let mut buffer = [0; 200];
    let size = certificate.subject_into(&mut buffer).expect("room");
    assert_eq!(&buffer[..size], compat.as_bytes());
    let size = certificate.issuer_into(&mut buffer).expect("room");
    assert_eq!((&buffer[..size], buffer[size]), (compat.as_bytes(), 0));
    assert_error(certificate.subject_into(&mut buffer[..3]), InvalidInput, &["not one of 3"]);

    let oids = certificate.subject_oids().expect("attributes");
    assert_eq!(oids[..4], [Oid::COUNTRY, Oid::ORGANIZATION, Oid::ORGANIZATIONAL_UNIT, Oid::ORGANIZATIONAL_UNIT]);
    assert_eq!(certificate.issuer_oids().expect("attributes"), oids);
    assert_eq!(certificate.subject_attributes(&Oid::ORGANIZATIONAL_UNIT).expect("two"), ["one", "two"]);
    assert_eq!(certificate.issuer_attributes(&Oid::ORGANIZATION).expect("one"), ["Ex\u{e4}mple\\, Ltd."]);
    assert!(certificate.subject_attributes(&Oid::LOCALITY).expect("none").is_empty());

    for name in [certificate.subject_name().expect("a name"), certificate.issuer_name().expect("a name")] {
        assert_eq!(name.to_text().expect("text"), subject);
        assert_eq!(name.to_compat_text().expect("text"), compat);
        assert_eq!((name.oids().expect("attributes"), name.rdns().expect("attributes").len()), (oids.clone(), 5));
        assert_eq!(name.attributes(&Oid::ORGANIZATIONAL_UNIT).expect("two"), ["one", "two"]);
        let rdns = name.rdns().expect("attributes");
        assert_eq!((&rdns[0][0].oid, &rdns[0][0].value[..], rdns[0][0].tag), (&Oid::COUNTRY, &b"NO"[..], 19));
        assert_eq!((rdns[1][0].tag, rdns[4].len()), (12, 2));
    }
    let der = certificate.subject_der().expect("bytes");
    assert_eq!(certificate.issuer_der().expect("bytes"), der);
    let name = DistinguishedName::from_der(&der).expect("a name");
    assert_eq!(name, certificate.subject_name().expect("a name"));
    assert_eq!(name.to_der().expect("bytes"), der);
    let size = name.export_into(Format::Der, &mut buffer).expect("room");
    assert_eq!(&buffer[..size], der);
    assert_eq!(DistinguishedName::der_to_text(&der).expect("text"), subject);
    let size = DistinguishedName::der_to_text_into(&der, &mut buffer).expect("room");
    assert_eq!(&buffer[..size], compat.as_bytes());
}

#[test]
fn a_nul_at_the_end_makes_another_name() {
    // Two names of 12 bytes: "example.org" with a NUL behind it, and one without.
    let data = [&[0x30, 28, 0x82, 12][..], b"example.org\0", &[0x81, 12], b"a@example.or"].concat();
    let names = Extension { oid: "2.5.29.17".parse().expect("an identifier"), critical: false, data };
    let certificate = CertificateBuilder::new().subject("CN=x").extension(names).self_signed(&new_key());
    let certificate = certificate.expect("a certificate");
    assert_eq!(certificate.dns_names().expect("names"), ["example.org\0"]);
    let names = [GeneralName::Dns("example.org\0".into()), GeneralName::Email("a@example.or".into())];
    assert_eq!(certificate.alt_names().expect("names"), names);
    assert!(!certificate.matches_host("example.org"));
}

#[test]
fn a_name_without_attributes_is_a_name() {
    let empty = DistinguishedName::from_der([0x30, 0]).expect("a name");
    assert_eq!((empty.to_text().expect("a text"), empty.to_compat_text().expect("a text")), Default::default());
    assert_eq!((empty.to_string(), DistinguishedName::der_to_text([0x30, 0]).expect("a text")), Default::default());
    assert_eq!((empty.rdns().expect("attributes"), empty.oids().expect("attributes")), Default::default());
}

#[test]
fn a_name_is_read_as_rfc_4514_writes_it() {
    let name: DistinguishedName = "CN=Steve Kille,O=Isode Limited,C=GB".parse().expect("a name");
    assert_eq!(name.to_string(), "CN=Steve Kille,O=Isode Limited,C=GB");
    assert_eq!(name.oids().expect("attributes"), [Oid::COUNTRY, Oid::ORGANIZATION, Oid::COMMON_NAME]);
    assert_error("nonsense".parse::<DistinguishedName>(), InvalidInput, &["\"nonsense\" is not in the form"]);
    assert_error("CN=a\nO=b".parse::<DistinguishedName>(), InvalidInput, &["line break"]);
    assert_error(DistinguishedName::from_der(b"junk"), InvalidInput, &["reading a name"]);
}

#[test]
fn attributes_have_their_usual_names() {
    let names = [
        (Oid::COUNTRY, "C"),
        (Oid::COMMON_NAME, "CN"),
        (Oid::STATE_OR_PROVINCE, "ST"),
        (Oid::DOMAIN_COMPONENT, "DC"),
        (Oid::USER_ID, "UID"),
        (Oid::EMAIL, "EMAIL"),
    ];
    for (oid, name) in names {
        assert!(oid.is_known_attribute());
        assert_eq!(oid.attribute_name(), Some(name));
    }
    let unknown: Oid = "1.2.3.4".parse().expect("an identifier");
    assert!(!unknown.is_known_attribute() && unknown.attribute_name().is_none());
}

const NAMES: &str = "subjectAltName=DNS:a.example,email:b@example,URI:http://c,IP:192.0.2.1,RID:1.2.3.4,\
                     dirName:dir,otherName:1.3.6.1.5.5.7.8.5;UTF8:x@example,otherName:1.2.3.5;UTF8:other\n\
                     issuerAltName=DNS:i.example,otherName:1.2.3.5;UTF8:other\n[dir]\nC=NO\nCN=d\n";

#[test]
fn all_kinds_of_alternative_names_of_openssl_are_read() {
    let certificate = by_openssl("/CN=x", NAMES);
    let other = GeneralName::Other { oid: "1.2.3.5".parse().expect("one"), value: b"\x0c\x05other".to_vec() };
    let names = certificate.alt_names().expect("names");
    let directory = names.iter().find_map(|name| match name {
        GeneralName::Directory(name) => Some(name.clone()),
        _ => None,
    });
    let expected = [
        GeneralName::Dns("a.example".into()),
        GeneralName::Email("b@example".into()),
        GeneralName::Uri("http://c".into()),
        GeneralName::Ip([192, 0, 2, 1].into()),
        GeneralName::RegisteredId("1.2.3.4".parse().expect("one")),
        GeneralName::Directory(directory.expect("a directory name")),
        GeneralName::Xmpp("x@example".into()),
        other.clone(),
    ];
    assert_eq!(names, expected);
    let GeneralName::Directory(directory) = &names[5] else { panic!("{names:?}") };
    assert!(["CN=d,C=NO", "C=NO,CN=d"].contains(&&**directory), "{directory}");
    assert_eq!(certificate.extension_value::<SubjectAltNames>().expect("readable"), Some(SubjectAltNames(names)));
    let issuer = certificate.issuer_alt_names().expect("names");
    assert_eq!(issuer, [GeneralName::Dns("i.example".into()), other]);
    assert_eq!(certificate.issuer_dns_names().expect("names"), ["i.example"]);
    assert!(certificate.matches_email("b@example") && !certificate.matches_email("c@example"));
    assert!(certificate.matches_ip([192, 0, 2, 1]) && !certificate.matches_ip([192, 0, 2, 2]));
}

#[test]
fn an_authority_is_told_by_its_issuer_and_number() {
    let certificate =
        by_openssl("/CN=x", "subjectKeyIdentifier=hash\nauthorityKeyIdentifier=keyid:always,issuer:always\n");
    let serial = certificate.serial().expect("a number");
    let authority: AuthorityKeyId = certificate.extension_value().expect("readable").expect("present");
    assert_eq!(authority.key_id, certificate.subject_key_id().expect("readable"));
    assert_eq!(authority.issuer, [GeneralName::Directory("CN=x".into())]);
    assert_eq!(authority.serial.as_deref(), Some(&serial[..]));
    let told = certificate.authority_issuer_and_serial().expect("readable");
    assert_eq!(told, [(GeneralName::Directory("CN=x".into()), serial)]);
    assert_eq!(AuthorityKeyId::OID.as_str(), "2.5.29.35");
}

#[test]
fn every_kind_of_name_goes_into_a_certificate_and_comes_back() {
    let names = [
        GeneralName::Email("b@example".into()),
        GeneralName::Uri("http://c".into()),
        GeneralName::Ip("2001:db8::1".parse().expect("an address")),
        GeneralName::Xmpp("x@example".into()),
        GeneralName::KerberosPrincipal("host/a@EXAMPLE".into()),
        GeneralName::Other { oid: "1.2.3.5".parse().expect("one"), value: b"\x0c\x05other".to_vec() },
        GeneralName::RegisteredId("1.2.3.4".parse().expect("one")),
    ];
    let builder = CertificateBuilder::new().subject("CN=x");
    let builder = names.iter().cloned().fold(builder, CertificateBuilder::alt_name);
    let builder = names.iter().cloned().fold(builder, CertificateBuilder::issuer_alt_name);
    let certificate = builder.self_signed(&new_key()).expect("a certificate");
    assert_eq!(certificate.alt_names().expect("names"), names);
    assert_eq!(certificate.issuer_alt_names().expect("names"), names);
    let told = ask("openssl", &["x509", "-noout", "-text"], certificate.to_pem());
    let line = "email:b@example, URI:http://c, IP Address:2001:DB8:0:0:0:0:0:1, othername:";
    assert_eq!(told.matches(line).count(), 2, "{told}");
    let bad = CertificateBuilder::new().subject("CN=x").alt_name(GeneralName::Directory("CN=d".into()));
    assert_error(bad.self_signed(&new_key()), InvalidInput, &["alternative name", "does not write"]);
}
