//! OCSP responses that are stapled to a handshake, given by `openssl ocsp`.

use std::slice::from_ref;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, SystemTime};

use gnutls::ocsp::{CertificateStatus, Request, Response};
use gnutls::transport::memory;
use gnutls::x509::{Certificate, CertificateBuilder, Format, PrivateKey, TlsFeatures, VerifyStatus};
use gnutls::{Alert, ClientConfig, Digest, ErrorKind, Identity, Priority, Refusal, ServerConfig, ServerConfigBuilder};
use gnutls::{Result, Session};

use super::common::{HOST, TLS12, TLS13, authority, within};
use super::tools::{Directory, assert_error, new_key, run, text};

/// An authority that answers by `openssl ocsp`, and a server's chain of its.
struct Authority {
    certificate: Certificate,
    key: PrivateKey,
}

impl Authority {
    fn new(name: &str) -> Authority {
        let key = new_key();
        Authority { certificate: authority(name).self_signed(&key).expect("an authority"), key }
    }

    fn issue(&self, draft: CertificateBuilder) -> (Certificate, PrivateKey) {
        let key = new_key();
        let draft = draft.subject("CN=somebody").serial([0x10, 1]);
        (draft.signed_by(&key, &self.certificate, &self.key).expect("a certificate"), key)
    }

    fn serves(&self, draft: CertificateBuilder) -> Identity {
        let (certificate, key) = self.issue(draft.dns_name(HOST));
        Identity::new(vec![certificate], key).expect("they fit")
    }

    /// What it answers about the certificate that it issued.
    fn answer(&self, certificate: &Certificate, revoked: bool) -> Response {
        let directory = Directory::new();
        let line = if revoked { "R\t491231235959Z\t200102030405Z" } else { "V\t491231235959Z\t" };
        let index = directory.file("index.txt", format!("{line}\t1001\tunknown\t/CN=somebody\n"));
        let mut request = Request::new().expect("a request");
        request.add_certificate(Digest::SHA1, &self.certificate, certificate).expect("asking");
        let request = directory.file("request.der", request.to_der().expect("DER"));
        let ca = directory.file("ca.pem", self.certificate.to_pem());
        let key = directory.file("ca.key", self.key.to_pem().expect("PEM"));
        let answer = request.with_file_name("response.der");
        let files = ["-index", text(&index), "-CA", text(&ca), "-rsigner", text(&ca), "-rkey", text(&key)];
        let rest = ["-reqin", text(&request), "-respout", text(&answer), "-ndays", "2"];
        run("openssl", &[&["ocsp"][..], &files, &rest].concat(), b"");
        Response::from_der(std::fs::read(&answer).expect("the answer")).expect("a response")
    }
}

/// An answer about somebody else's certificate with the same number.
fn unrelated() -> Response {
    let stranger = Authority::new("CN=other");
    stranger.answer(&stranger.issue(CertificateBuilder::new()).0, false)
}

type Ends = (Result<Session<memory::End>>, Result<Session<memory::End>>);

fn meet(authority: &Authority, version: &str, server: ServerConfigBuilder) -> Ends {
    let priority = || Priority::new(version).expect("priorities");
    let client = ClientConfig::builder().with_trust(from_ref(&authority.certificate)).expect("trust");
    let client = client.priority(priority()).build().expect("a client");
    let server = server.priority(priority()).build().expect("a server");
    within("two handshakes", move || {
        let (near, far) = memory::pair(1 << 16);
        let accepting = thread::spawn(move || server.accept(far));
        let client = client.connect(HOST, near);
        (client, accepting.join().expect("no panic"))
    })
}

fn serving(identity: &Identity) -> ServerConfigBuilder {
    ServerConfig::builder().with_identity(identity.clone()).expect("an identity")
}

#[test]
fn a_stapled_response_reaches_the_client_which_goes_by_it_however_it_was_given() {
    let authority = Authority::new("CN=ca");
    let identity = authority.serves(CertificateBuilder::new());
    let response = authority.answer(&identity.chain()[0], false);
    let (der, pem) = (response.to_der().expect("DER"), response.to_pem().expect("PEM"));
    let directory = Directory::new();
    let (der_file, pem_file) = (directory.file("staple.der", &der), directory.file("staple.pem", &pem));
    for version in [TLS12, TLS13] {
        let code = der.clone();
        for server in [
            serving(&identity).with_staple(0, &response),
            serving(&identity).with_staple_pem(0, pem.as_bytes()),
            serving(&identity).with_staple_file(0, &der_file, Format::Der),
            serving(&identity).with_staple_file(0, &pem_file, Format::Pem),
            Ok(serving(&identity).staple_with(move |_| Ok(Some(code.clone())))),
        ] {
            let session = meet(&authority, version, server.expect("a staple")).0.expect("a session");
            let found = session.ocsp_response().expect("readable").expect("a response");
            assert_eq!(found.to_der().expect("DER"), der, "{version}");
            assert_eq!(found.singles().expect("answers")[0].status, CertificateStatus::Good);
            let again = session.ocsp_response_of(0).expect("readable").expect("a response");
            assert_eq!(again.to_der().expect("DER"), der);
            assert!(session.ocsp_response_of(1).expect("readable").is_none() && session.is_ocsp_checked());
        }
        let session = meet(&authority, version, serving(&identity)).0.expect("a session");
        assert!(session.ocsp_response().expect("readable").is_none() && !session.is_ocsp_checked());
    }
}

#[test]
fn a_server_whose_response_says_that_it_is_revoked_is_refused() {
    let authority = Authority::new("CN=ca");
    let identity = authority.serves(CertificateBuilder::new());
    let response = authority.answer(&identity.chain()[0], true);
    for version in [TLS12, TLS13] {
        let server = serving(&identity).unchecked_staples().with_staple(0, &response).expect("a staple");
        let error = meet(&authority, version, server).0.expect_err("revoked");
        assert!(error.verify_status().expect("a status").contains(VerifyStatus::REVOKED), "{error}");
        assert_eq!(error.alert_sent(), Some(Alert::CERTIFICATE_REVOKED));
    }
}

#[test]
fn a_certificate_that_demands_a_response_is_refused_without() {
    let authority = Authority::new("CN=ca");
    let features = TlsFeatures(vec![5]);
    let identity = authority.serves(CertificateBuilder::new().tls_features(features));
    let response = authority.answer(&identity.chain()[0], false);
    for version in [TLS12, TLS13] {
        let error = meet(&authority, version, serving(&identity)).0.expect_err("no response");
        assert!(error.verify_status().expect("a status").contains(VerifyStatus::MISSING_OCSP_STATUS), "{error}");
        let server = serving(&identity).with_staple(0, &response).expect("a staple");
        meet(&authority, version, server).0.expect("a session");
    }
}

#[test]
fn responses_for_the_whole_chain_find_their_certificates() {
    let (root, mut middle) = (Authority::new("CN=root"), Authority::new("CN=middle"));
    let draft = authority("CN=somebody").serial([0x10, 1]);
    middle.certificate = draft.signed_by(&middle.key, &root.certificate, &root.key).expect("a certificate");
    let (certificate, key) = middle.issue(CertificateBuilder::new().dns_name(HOST));
    let responses = [middle.answer(&certificate, false), root.answer(&middle.certificate, false)];
    let pem: String = responses.iter().rev().map(|response| response.to_pem().expect("PEM")).collect();
    let identity = Identity::new(vec![certificate, middle.certificate.clone()], key).expect("they fit");
    let server = || serving(&identity).with_staple_pem(0, pem.as_bytes()).expect("staples");
    let session = meet(&root, TLS13, server()).0.expect("a session");
    for (index, response) in responses.iter().enumerate() {
        let found = session.ocsp_response_of(index).expect("readable").expect("a response");
        assert_eq!(found.to_der().expect("DER"), response.to_der().expect("DER"), "{index}");
    }
    assert!(session.ocsp_response_of(2).expect("readable").is_none());

    let config = server().build().expect("a server");
    let expires = config.staple_expiration(0, Some(1)).expect("there").expect("a time");
    let left = expires.duration_since(SystemTime::now()).expect("later");
    assert!(left > Duration::from_secs(86400) && left <= Duration::from_secs(2 * 86400));
    assert!(config.staple_expiration(0, None).expect("there").is_some());
    for (chain, certificate) in [(0, Some(2)), (0, Some(8)), (0, Some(usize::MAX)), (1, None), (usize::MAX, None)] {
        assert_error(config.staple_expiration(chain, certificate), ErrorKind::InvalidInput, &["staple"]);
    }
    let bare = serving(&identity).build().expect("a server");
    assert_eq!(bare.staple_expiration(0, Some(0)).expect("there"), None);
    assert_eq!(bare.staple_expiration(0, None).expect("there"), None);
}

#[test]
fn what_cannot_be_stapled_is_refused_when_the_server_is_configured() {
    let authority = Authority::new("CN=ca");
    let (identity, other) =
        (authority.serves(CertificateBuilder::new()), authority.serves(CertificateBuilder::new().serial([7])));
    let response = authority.answer(&identity.chain()[0], false);
    let unrelated = unrelated();
    assert_error(
        serving(&identity).with_staple(0, &unrelated),
        ErrorKind::InvalidInput,
        &["about no certificate of the chain"],
    );
    for chain in [1, 2, usize::MAX] {
        let error = serving(&identity).with_staple(chain, &response);
        assert_error(error, ErrorKind::InvalidInput, &["no identity with the number"]);
        let error = serving(&identity).staple_identity_with(chain, |_| Ok(None));
        assert_error(error, ErrorKind::InvalidInput, &["no identity with the number"]);
    }
    let revoked = authority.answer(&identity.chain()[0], true);
    assert_error(serving(&identity).with_staple(0, &revoked), ErrorKind::InvalidInput, &["revoked"]);
    assert_error(serving(&identity).with_staple_pem(0, b"a letter"), ErrorKind::InvalidInput, &["stapling"]);
    let missing = serving(&identity).with_staple_file(0, "/does/not/exist.der", Format::Der);
    assert_error(missing, ErrorKind::Transport, &["exist.der"]);
    let two = serving(&other).with_identity(identity).expect("an identity").with_staple(1, &response);
    two.expect("the second one");
}

#[test]
fn who_does_not_check_what_it_staples_is_noticed_by_its_clients() {
    let authority = Authority::new("CN=ca");
    let identity = authority.serves(CertificateBuilder::new());
    let unrelated = unrelated();
    for version in [TLS12, TLS13] {
        let server = serving(&identity).unchecked_staples().with_staple(0, &unrelated).expect("not looked at");
        let error = meet(&authority, version, server).0.expect_err("unrelated");
        assert!(error.verify_status().expect("a status").contains(VerifyStatus::INVALID_OCSP_STATUS), "{error}");
    }
}

#[test]
fn code_that_has_the_responses_is_asked_for_the_identity_it_is_for_and_may_have_none() {
    let authority = Authority::new("CN=ca");
    let identity = authority.serves(CertificateBuilder::new());
    let der = authority.answer(&identity.chain()[0], false).to_der().expect("DER");
    for version in [TLS12, TLS13] {
        let calls = Arc::new(AtomicUsize::new(0));
        let (counter, mine) = (Arc::clone(&calls), der.clone());
        let server = serving(&identity).staple_identity_with(0, move |view| {
            assert!(view.is_server());
            counter.fetch_add(1, Ordering::Relaxed);
            Ok(Some(mine.clone()))
        });
        let session = meet(&authority, version, server.expect("it is there")).0.expect("a session");
        assert!(session.is_ocsp_checked() && calls.load(Ordering::Relaxed) == 1, "{version}");
        for nothing in [|| None, || Some(Vec::new())] {
            let server = serving(&identity).staple_with(move |_| Ok(nothing()));
            let session = meet(&authority, version, server).0.expect("a session");
            assert!(session.ocsp_response().expect("readable").is_none());
        }
    }
}

#[test]
fn code_that_has_the_responses_and_refuses_or_panics_ends_the_handshake() {
    let authority = Authority::new("CN=ca");
    let identity = authority.serves(CertificateBuilder::new());
    for version in [TLS12, TLS13] {
        let server = serving(&identity).staple_with(|_| Err(Refusal::new("the responder is away")));
        assert_error(meet(&authority, version, server).1, ErrorKind::Callback, &["the responder is away"]);
        let server = serving(&identity).staple_with(|_| panic!("nobody home"));
        assert_error(meet(&authority, version, server).1, ErrorKind::Callback, &["panicked", "nobody home"]);
    }
}
