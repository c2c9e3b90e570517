//! Whether a response is from somebody who may answer; and the responder of these tests.

use std::path::PathBuf;

use gnutls::Digest;
use gnutls::ocsp::{Nonce, Request, Response, Verification};
use gnutls::x509::{Certificate, CertificateBuilder, PrivateKey};

use super::tools::{Directory, new_key, run, text};
use super::trusting;

/// 2020-01-02 03:04:05 UTC, in seconds since 1970.
pub(crate) const REVOKED_AT: u64 = 1_577_934_245;

/// An authority that answers by `openssl ocsp`, and three certificates of its.
pub(crate) struct Station {
    directory: Directory,
    index: PathBuf,
    ca_file: PathBuf,
    pub(crate) ca: Certificate,
    ca_key: PrivateKey,
    pub(crate) good: Certificate,
    pub(crate) revoked: Certificate,
    pub(crate) unknown: Certificate,
}

impl Station {
    pub(crate) fn new() -> Station {
        let ca_key = new_key();
        let ca = CertificateBuilder::new().subject("CN=ca").ca(None).self_signed(&ca_key).expect("an authority");
        let issue = |serial: u8| {
            let builder = CertificateBuilder::new().subject("CN=somebody").serial([0x10, serial]);
            builder.signed_by(&new_key(), &ca, &ca_key).expect("a certificate")
        };
        let (good, revoked, unknown) = (issue(1), issue(2), issue(3));
        let directory = Directory::new();
        let lines = "V\t491231235959Z\t\t1001\tunknown\t/CN=somebody\n\
                     R\t491231235959Z\t200102030405Z,keyCompromise\t1002\tunknown\t/CN=somebody\n";
        let index = directory.file("index.txt", lines);
        let ca_file = directory.file("ca.pem", ca.to_pem());
        Station { directory, index, ca_file, ca, ca_key, good, revoked, unknown }
    }

    /// What the authority answers about these, with a nonce of its own.
    pub(crate) fn answer(&self, certificates: &[&Certificate]) -> Response {
        self.answer_signed(certificates, &self.ca, &self.ca_key)
    }

    fn answer_signed(&self, certificates: &[&Certificate], signer: &Certificate, key: &PrivateKey) -> Response {
        let mut request = Request::new().expect("a request");
        for certificate in certificates {
            request.add_certificate(Digest::SHA1, &self.ca, certificate).expect("asking");
        }
        request.set_nonce(&Nonce { bytes: vec![0x5A; 16], critical: false }).expect("a nonce");
        let request = self.directory.file("request.der", request.to_der().expect("DER"));
        let signer = self.directory.file("signer.pem", signer.to_pem());
        let key = self.directory.file("signer.key", key.to_pem().expect("PEM"));
        let answer = request.with_file_name("response.der");
        let files = ["-index", text(&self.index), "-CA", text(&self.ca_file), "-rsigner", text(&signer), "-rkey"];
        let rest = [text(&key), "-reqin", text(&request), "-respout", text(&answer), "-ndays", "2"];
        run("openssl", &[&["ocsp"][..], &files, &rest].concat(), b"");
        Response::from_der(std::fs::read(&answer).expect("the answer")).expect("a response")
    }
}

#[test]
fn an_answer_of_the_authority_is_accepted() {
    let station = Station::new();
    let response = station.answer(&[&station.good]);
    let verdict = response.verify_direct(&station.ca).expect("a verdict");
    assert!(verdict.is_ok() && verdict.raw() == 0, "{verdict:?}");
    let verdict = response.verify(&trusting(std::slice::from_ref(&station.ca))).expect("a verdict");
    // Before 3.7.3 GnuTLS wants an authority that is in the list to say that it may answer for itself.
    let wants_purpose = !gnutls::is_at_least(c"3.7.3");
    assert_eq!(verdict.contains(Verification::SIGNER_KEY_USAGE), wants_purpose, "{verdict:?}");
    assert_eq!(verdict.is_ok(), !wants_purpose, "{verdict:?}");
}

#[test]
fn an_answer_of_another_is_not_accepted() {
    let station = Station::new();
    let key = new_key();
    let stranger = CertificateBuilder::new().subject("CN=stranger").self_signed(&key).expect("a certificate");
    let response = station.answer_signed(&[&station.good], &stranger, &key);
    let verdict = response.verify_direct(&station.ca).expect("a verdict");
    assert!(!verdict.is_ok(), "{verdict:?}");
    let verdict = response.verify(&trusting(std::slice::from_ref(&station.ca))).expect("a verdict");
    assert!(verdict.contains(Verification::UNTRUSTED_SIGNER), "{verdict:?}");
    assert!(!response.verify(&trusting(&[])).expect("a verdict").is_ok());
}

#[test]
fn a_forged_answer_is_noticed() {
    let station = Station::new();
    let response = station.answer(&[&station.good]);
    let mut der = response.to_der().expect("DER");
    let place = der.windows(16).position(|window| window == [0x5A; 16]).expect("the nonce");
    der[place] ^= 1;
    let forged = Response::from_der(&der).expect("well-formed");
    let verdict = forged.verify_direct(&station.ca).expect("a verdict");
    assert!(verdict.contains(Verification::SIGNATURE_FAILURE), "{verdict:?}");
}
