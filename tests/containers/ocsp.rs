//! Requests and responses, written and read by `openssl ocsp`.

use std::time::{Duration, SystemTime};

use gnutls::ocsp::{
    CertificateId, CertificateStatus, Nonce, Request, Responder, Response, ResponseStatus, RevocationReason,
};
use gnutls::x509::{Certificate, Extension, Format};
use gnutls::{Digest, ErrorKind, SignatureScheme};

use super::ocsp_verdicts::{REVOKED_AT, Station};
use super::tools::{Directory, assert_error, run, text};
use super::trusting;

#[test]
fn openssl_reads_the_request_that_was_made() {
    let station = Station::new();
    let mut request = Request::new().expect("a request");
    request.add_certificate(Digest::SHA1, &station.ca, &station.good).expect("asking");
    let nonce = Nonce { bytes: vec![0xA5; 16], critical: false };
    request.set_nonce(&nonce).expect("a nonce");
    let der = request.to_der().expect("DER");

    let told = run("openssl", &["ocsp", "-reqin", "/dev/stdin", "-req_text"], &der);
    let told = String::from_utf8_lossy(&told).into_owned();
    let serial: String = station.good.serial().expect("a number").iter().map(|byte| format!("{byte:02X}")).collect();
    assert!(told.contains(&serial) && told.contains("OCSP Nonce") && told.contains("A5A5A5A5"), "{told}");
    let printed = request.print_full().expect("a text");
    assert!(printed.to_uppercase().contains(&serial), "{printed}");
}

#[test]
fn a_request_takes_nothing_that_it_could_not_write_down() {
    let mut request = Request::new().expect("a request");
    for (name, key, serial) in [(0, 20, 1), (20, 0, 1), (20, 20, 0)] {
        let (issuer_name_hash, issuer_key_hash, serial) = (vec![1; name], vec![2; key], vec![3; serial]);
        let id = CertificateId { digest: Digest::SHA1, issuer_name_hash, issuer_key_hash, serial };
        assert_error(request.add_id(&id), ErrorKind::InvalidInput, &["is empty"]);
    }
    request.to_der().expect("DER");
    let nothing = Extension { oid: "1.2.3.4".parse().expect("an identifier"), critical: false, data: Vec::new() };
    assert_error(request.set_extension(&nothing), ErrorKind::InvalidInput, &["has no bytes"]);
    let nonce = Nonce { bytes: Vec::new(), critical: false };
    assert_error(request.set_nonce(&nonce), ErrorKind::InvalidInput, &["has no bytes"]);
    request.to_der().expect("DER");
}

#[test]
fn a_request_says_what_was_put_into_it() {
    let station = Station::new();
    let mut request = Request::new().expect("a request");
    request.add_certificate(Digest::SHA256, &station.ca, &station.good).expect("asking");
    let id = CertificateId {
        digest: Digest::SHA1,
        issuer_name_hash: vec![1; 20],
        issuer_key_hash: vec![2; 20],
        serial: vec![3, 4, 5],
    };
    request.add_id(&id).expect("asking");
    let extension = Extension { oid: "1.2.3.4".parse().expect("an identifier"), critical: true, data: vec![4, 1, 7] };
    request.set_extension(&extension).expect("an extension");
    request.randomize_nonce().expect("a nonce");

    let read = Request::from_der(request.to_der().expect("DER")).expect("a request");
    let ids = read.ids().expect("identifiers");
    assert_eq!(ids.len(), 2);
    assert_eq!((ids[0].digest, &ids[0].serial), (Digest::SHA256, &station.good.serial().expect("a number")));
    assert_eq!(ids[0].issuer_key_hash.len(), 32);
    assert_eq!(ids[1], id);
    assert_eq!(read.version().expect("a version"), 1);
    let extensions = read.extensions().expect("extensions");
    assert!(extensions.len() == 2 && extensions.contains(&extension), "{extensions:?}");
    let nonce = read.nonce().expect("readable").expect("a nonce");
    assert!(nonce.bytes.len() >= 16 && Some(nonce) == request.nonce().expect("readable"));
    assert_eq!(Request::new().expect("a request").nonce().expect("readable"), None);
    assert_error(Request::from_der(b"junk"), ErrorKind::InvalidInput, &["OCSP request"]);
}

#[test]
fn the_answers_of_openssl_are_read() {
    let station = Station::new();
    let response = station.answer(&[&station.good, &station.revoked, &station.unknown]);
    assert_eq!(response.status().expect("a status"), ResponseStatus::SUCCESSFUL);
    let singles = response.singles().expect("answers");
    assert_eq!(singles.len(), 3);
    assert_eq!(singles[0].status, CertificateStatus::Good);
    let at = Some(SystemTime::UNIX_EPOCH + Duration::from_secs(REVOKED_AT));
    assert_eq!(singles[1].status, CertificateStatus::Revoked { at, reason: RevocationReason::KEY_COMPROMISE });
    assert_eq!(singles[2].status, CertificateStatus::Unknown);
    for (index, (single, certificate)) in
        singles.iter().zip([&station.good, &station.revoked, &station.unknown]).enumerate()
    {
        assert_eq!(single.id.serial, certificate.serial().expect("a number"));
        let (this, next) = (single.this_update.expect("a time"), single.next_update.expect("a time"));
        // openssl looks at the clock for each of them.
        let length = next.duration_since(this).expect("later").as_secs();
        assert!((2 * 86400..2 * 86400 + 60).contains(&length), "{length}");
        let index = u32::try_from(index).expect("small");
        assert!(response.is_about(index, certificate).expect("an answer"));
        assert!(!response.is_about(index, &station.ca).expect("an answer"));
    }
    assert!(response.is_about(3, &station.good).is_err());
    let produced = response.produced_at().expect("a time");
    assert!(produced.elapsed().unwrap_or_default() < Duration::from_secs(3600));
}

#[test]
fn the_rest_of_a_response_is_read() {
    let station = Station::new();
    let response = station.answer(&[&station.good]);
    assert_eq!(response.responder().expect("a name"), Responder::Name("CN=ca".into()));
    assert_eq!(response.responder_name_reversed().expect("a name").as_deref(), Some("CN=ca"));
    assert_eq!(response.version().expect("a version"), 1);
    assert_eq!(response.signature_scheme().expect("a scheme"), SignatureScheme::ECDSA_SHA256);
    assert!(response.signature().expect("a signature").len() > 60);
    assert_eq!(response.certificates().expect("certificates"), std::slice::from_ref(&station.ca));
    assert_eq!(response.answer().expect("an answer").0.as_str(), "1.3.6.1.5.5.7.48.1.1");
    let nonce = response.nonce().expect("readable").expect("a nonce");
    assert_eq!(nonce.bytes, [0x5A; 16]);
    let extensions = response.extensions().expect("extensions");
    assert_eq!(extensions.iter().map(|one| one.oid.as_str()).collect::<Vec<_>>(), ["1.3.6.1.5.5.7.48.1.2"]);
    let (full, compact) = (response.print_full().expect("a text"), response.print_compact().expect("a text"));
    assert!(full.contains("Certificate Status: good") && compact.len() < full.len(), "{full}");
}

#[test]
fn responses_go_through_pem_and_lists() {
    let station = Station::new();
    let response = station.answer(&[&station.good]);
    let (der, pem) = (response.to_der().expect("DER"), response.to_pem().expect("PEM"));
    assert!(pem.starts_with("-----BEGIN OCSP RESPONSE-----"));
    assert_eq!(Response::from_pem(&pem).expect("PEM").to_der().expect("DER"), der);
    let other = station.answer(&[&station.revoked]).to_pem().expect("PEM");
    let list = Response::list_from(format!("{pem}{other}"), Format::Pem).expect("two");
    let found: Vec<_> = list.iter().map(|one| one.to_der().expect("DER")).collect();
    assert!(found.len() == 2 && found[0] == der);
    assert_eq!(Response::list_from(&der, Format::Der).expect("one").len(), 1);
    assert_error(Response::from_pem("text"), ErrorKind::InvalidInput, &["OCSP response"]);
    assert_error(Response::from_der(&der[..40]), ErrorKind::InvalidInput, &["OCSP response"]);
}

#[test]
fn a_refusal_has_a_status_and_nothing_else() {
    let response = Response::from_der([0x30, 3, 0x0A, 1, 3]).expect("a response");
    assert_eq!(response.status().expect("a status"), ResponseStatus::TRY_LATER);
    assert_eq!(response.singles().expect("none"), []);
    assert!(response.certificates().expect("none").is_empty() && response.extensions().expect("none").is_empty());
    assert_eq!((response.nonce().expect("none"), response.produced_at()), (None, None));
    assert!(response.version().is_err() && response.signature().is_err() && response.responder().is_err());
    assert!(response.answer().is_err() && response.signature_scheme().is_err());
    assert_error(response.verify(&trusting(&[])), ErrorKind::InvalidInput, &["did not answer", "TRY_LATER"]);
    assert!(format!("{response:?}").contains("TRY_LATER"));
    response.print_full().expect("a text");
}

#[test]
fn must_staple_is_seen() {
    let directory = Directory::new();
    let key = directory.file("key.pem", super::tools::new_key().to_pem().expect("PEM"));
    for (extra, expected) in [(&["-addext", "tlsfeature=status_request"][..], true), (&[][..], false)] {
        let usual = ["req", "-x509", "-subj", "/CN=x", "-days", "9", "-key", text(&key)];
        let pem = run("openssl", &[&usual[..], extra].concat(), b"");
        let certificate = Certificate::from_pem(pem).expect("a certificate");
        assert_eq!(gnutls::ocsp::demands_staple(&certificate).expect("readable"), expected);
    }
}
