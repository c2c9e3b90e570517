//! Revocation lists: made, told by `openssl`, read back.

use std::slice::from_ref;
use std::time::{Duration, SystemTime};

use gnutls::Digest;
use gnutls::ErrorKind::{Credentials, InvalidInput};
use gnutls::x509::{
    Certificate, CertificateBuilder, Format, GeneralName, Oid, PrintFormat, PrivateKey, RevocationList,
    RevocationListBuilder, VerifyFlags, VerifyStatus,
};

use super::tools::{Directory, ask, assert_error, new_key, ok, text};

struct Authority {
    certificate: Certificate,
    key: PrivateKey,
}

impl Authority {
    fn new() -> Authority {
        let key = new_key();
        let builder = CertificateBuilder::new().subject("CN=Authority,O=Tests").ca(None);
        Authority { certificate: builder.self_signed(&key).expect("a certificate"), key }
    }

    fn issue(&self, name: &str) -> Certificate {
        let builder = CertificateBuilder::new().subject(format!("CN={name}"));
        builder.signed_by(&new_key(), &self.certificate, &self.key).expect("a certificate")
    }

    fn sign(&self, builder: &RevocationListBuilder) -> RevocationList {
        builder.signed_by(&self.certificate, &self.key).expect("a list")
    }
}

fn at(seconds: u64) -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(seconds)
}

#[test]
fn openssl_says_the_same() {
    let authority = Authority::new();
    let lost = authority.issue("lost");
    let builder = RevocationListBuilder::new()
        .this_update(at(1_893_456_000))
        .next_update(at(1_893_542_400))
        .number([0x12, 0x34])
        .revoke_serial_at([0x0A, 0x0B], at(1_893_455_000))
        .revoke_serial([0x0C])
        .revoke(&lost)
        .digest(Digest::SHA384);
    let list = authority.sign(&builder);
    let told = ask("openssl", &["crl", "-noout", "-text", "-nameopt", "RFC2253"], list.to_pem());
    for line in [
        "Version 2 (0x1)",
        "Signature Algorithm: ecdsa-with-SHA384",
        "Issuer: CN=Authority,O=Tests",
        "Last Update: Jan  1 00:00:00 2030 GMT",
        "Next Update: Jan  2 00:00:00 2030 GMT",
        "Serial Number: 0A0B",
        "Revocation Date: Dec 31 23:43:20 2029 GMT",
        "Serial Number: 0C",
    ] {
        assert!(told.contains(line), "{line:?} is missing in {told}");
    }
    let directory = Directory::new();
    let path = directory.file("ca.pem", authority.certificate.to_pem());
    let pem = directory.file("crl.pem", list.to_pem());
    // The verdict goes to the standard error; a wrong signature would be an error.
    ask("openssl", &["crl", "-noout", "-CAfile", text(&path), "-in", text(&pem)], "");

    assert_eq!(ok(list.version()), 2);
    assert_eq!(ok(list.issuer()), "CN=Authority,O=Tests");
    assert_eq!(ok(list.issuer_compat()), "O=Tests,CN=Authority");
    let mut buffer = [0; 100];
    let size = ok(list.issuer_into(&mut buffer));
    assert_eq!(&buffer[..size], b"O=Tests,CN=Authority");
    assert_eq!(ok(list.issuer_der()), ok(authority.certificate.subject_der()));
    assert_eq!(ok(list.issuer_oids()), [Oid::ORGANIZATION, Oid::COMMON_NAME]);
    assert_eq!(ok(list.issuer_attributes(&Oid::COMMON_NAME)), ["Authority"]);
    assert_eq!((list.this_update(), list.next_update()), (at(1_893_456_000), Some(at(1_893_542_400))));
    assert_eq!(ok(list.number()), Some(vec![0x12, 0x34]));
    assert_eq!(ok(list.authority_key_id()), ok(authority.certificate.subject_key_id()));
    assert_eq!(ok(list.signature_scheme()).to_string(), "ECDSA-SHA384");
    assert_eq!(ok(list.signature_oid()).as_str(), "1.2.840.10045.4.3.3");
    assert!(list.to_der().ends_with(&ok(list.signature())));

    assert_eq!(list.revoked_count(), 3);
    let entries: Vec<_> = list.revoked().map(|entry| entry.expect("an entry")).collect();
    assert_eq!((&entries[0].serial[..], entries[0].time), (&[0x0A, 0x0B][..], at(1_893_455_000)));
    assert_eq!((&entries[1].serial[..], &entries[2].serial), (&[0x0C][..], &ok(lost.serial())));
    for (index, entry) in (0..).zip(&entries) {
        assert_eq!(ok(list.revoked_at(index)).as_ref(), Some(entry));
    }
    assert_eq!(ok(list.revoked_at(3)), None);
    assert_eq!(list.revoked().count(), 3, "a second walk starts anew");

    let extensions = ok(list.extensions());
    let oids: Vec<_> = extensions.iter().map(|extension| extension.oid.clone()).collect();
    assert_eq!(ok(list.extension_oids()), oids);
    let number = extensions.iter().position(|extension| extension.oid.as_str() == "2.5.29.20").expect("a number");
    assert_eq!(extensions[number].data, [0x02, 0x02, 0x12, 0x34]);
    let size = ok(list.extension_data_into(u32::try_from(number).expect("few"), &mut buffer));
    assert_eq!(buffer[..size], extensions[number].data);
    let printed = ok(list.print(PrintFormat::Full));
    assert!(printed.contains("Revoked certificates (3):") && printed.contains("0a0b"), "{printed}");
}

#[test]
fn no_number_of_a_list_is_negative() {
    let list = Authority::new().sign(&RevocationListBuilder::new().number([0x80, 0x01]));
    assert_eq!(ok(list.number()), Some(vec![0, 0x80, 0x01]));
    let told = ask("openssl", &["crl", "-noout", "-crlnumber"], list.to_pem());
    assert!(told.contains("=0x8001") || told.contains("=8001"), "{told}");
}

#[test]
fn both_forms_lists_and_limits() {
    let authority = Authority::new();
    let one = authority.sign(&RevocationListBuilder::new().number([1]));
    let two = authority.sign(&RevocationListBuilder::new().number([2]).revoke_serial([7]));
    assert_eq!(ok(RevocationList::from_der(one.to_der())), one);
    assert_eq!(ok(RevocationList::from_pem(two.to_pem())), two);
    assert_ne!(one, two);
    assert_eq!((one.revoked_count(), one.revoked().count()), (0, 0));
    let mut buffer = vec![0; 2000];
    let size = ok(one.export_into(Format::Der, &mut buffer));
    assert_eq!(buffer[..size], one.to_der());
    let pem = one.to_pem() + &two.to_pem();
    assert_eq!(ok(RevocationList::list_from(&pem, Format::Pem)), [one.clone(), two.clone()]);
    assert_eq!(ok(RevocationList::first_from(&pem, Format::Pem, 1)), from_ref(&one));
    assert_eq!(ok(RevocationList::first_from(&pem, Format::Pem, 5)), [one.clone(), two.clone()]);
    assert_eq!(ok(RevocationList::first_from(&pem, Format::Pem, usize::MAX)), [one, two]);
    assert_error(RevocationList::from_pem("hello"), InvalidInput, &["no line \"-----BEGIN X509 CRL-----\""]);
    assert_error(RevocationList::from_der(b"junk"), InvalidInput, &["reading a revocation list"]);
    assert_error(RevocationList::from_der(b""), InvalidInput, &["nothing to read"]);
    assert_error(RevocationList::list_from("hello", Format::Pem), InvalidInput, &["reading revocation lists"]);
}

#[test]
fn what_is_revoked_is_known_and_who_signed_is_checked() {
    let (authority, other) = (Authority::new(), Authority::new());
    let (lost, kept) = (authority.issue("lost"), authority.issue("kept"));
    let list = authority.sign(&RevocationListBuilder::new().revoke(&lost));
    let lists = [list.clone()];
    assert!(ok(lost.is_revoked_by(&lists)) && !ok(kept.is_revoked_by(&lists)) && !ok(lost.is_revoked_by(&[])));
    assert!(list.is_issued_by(&authority.certificate));
    let verify = |by: &Authority| ok(list.verify(from_ref(&by.certificate), VerifyFlags::empty()));
    assert!(verify(&authority).is_ok());
    // The other has the same name and another key.
    assert!(verify(&other).contains(VerifyStatus::INVALID));
    let chain = |leaf: &Certificate| {
        let authorities = [authority.certificate.clone()];
        ok(Certificate::verify_chain(from_ref(leaf), &authorities, &lists, VerifyFlags::empty()))
    };
    assert!(chain(&kept).is_ok());
    assert!(chain(&lost).contains(VerifyStatus::REVOKED));
    let empty = Certificate::verify_chain(&[], &[], &[], VerifyFlags::empty());
    assert_error(empty, InvalidInput, &["the chain is empty"]);
    let late = RevocationListBuilder::new().this_update(at(i64::MAX.unsigned_abs()));
    assert_error(late.signed_by(&authority.certificate, &authority.key), InvalidInput, &["beyond the year 9999"]);
    let early = RevocationListBuilder::new().next_update(SystemTime::UNIX_EPOCH - Duration::from_secs(1));
    assert_error(early.signed_by(&authority.certificate, &authority.key), InvalidInput, &["before the year 1970"]);
    let stolen = RevocationListBuilder::new().signed_by(&authority.certificate, &other.key);
    assert_error(stolen, Credentials, &["key does not fit"]);
}

#[test]
fn an_authority_may_be_told_by_issuer_and_number() {
    let directory = Directory::new();
    let lines = "[ca]\ndefault_ca=x\n[x]\ndatabase=DIR/index\ndefault_md=sha256\ndefault_crl_days=3\n\
                 [crl]\nauthorityKeyIdentifier=keyid:always,issuer:always\n";
    let index = directory.file("index", "");
    let config = directory.file("config", lines.replace("DIR/index", text(&index)));
    let authority = Authority::new();
    let certificate = directory.file("ca.pem", authority.certificate.to_pem());
    let key = directory.file("key.pem", authority.key.to_pem().expect("PEM"));
    let mut arguments = vec!["ca", "-gencrl", "-crlexts", "crl", "-config", text(&config)];
    arguments.extend(["-cert", text(&certificate), "-keyfile", text(&key)]);
    let list = ok(RevocationList::from_pem(ask("openssl", &arguments, "")));
    let told = ok(list.authority_issuer_and_serial());
    assert_eq!(told.len(), 1);
    assert_eq!(told[0].1, ok(authority.certificate.serial()));
    assert!(matches!(&told[0].0, GeneralName::Directory(name) if name.contains("CN=Authority")), "{told:?}");
}
