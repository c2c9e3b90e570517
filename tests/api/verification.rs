//! Who a session talks to: names, trust, purposes, and clients that must prove themselves.

use std::thread;
use std::time::{Duration, SystemTime};

use gnutls::transport::memory;
use gnutls::x509::{Certificate, CertificateBuilder, KeyType, PrivateKey, Purpose, VerifyStatus};
use gnutls::{Alert, ClientAuth, ClientConfig, ClientConfigBuilder, Error, ErrorKind, Identity, Priority};
use gnutls::{ServerConfig, Session};

use crate::common::{TLS12, TLS13, pki, within};
use crate::is;

pub(crate) type Ends = (Result<Session<memory::End>, Error>, Result<Session<memory::End>, Error>);

pub(crate) fn meet(client: ClientConfig, server: ServerConfig, host: &'static str) -> Ends {
    within("two handshakes", move || {
        let (near, far) = memory::pair(1 << 16);
        let accepting = thread::spawn(move || server.accept(far));
        let client = client.connect(host, near);
        (client, accepting.join().expect("no panic"))
    })
}

/// An identity from the test authority.
pub(crate) fn issued(draft: CertificateBuilder) -> Identity {
    let key = PrivateKey::generate(KeyType::EcdsaP256).expect("a key");
    let certificate = draft.subject("CN=somebody").signed_by(&key, &pki().ca, &pki().ca_key).expect("a certificate");
    Identity::new(vec![certificate], key).expect("they fit")
}

pub(crate) fn trusting(authority: &Certificate) -> ClientConfigBuilder {
    ClientConfig::builder().with_trust(std::slice::from_ref(authority)).expect("trust")
}

pub(crate) fn serving(identity: Identity) -> ServerConfig {
    ServerConfig::builder().with_identity(identity).expect("an identity").build().expect("a server")
}

#[test]
fn a_server_that_is_not_who_it_should_be_is_refused_and_told_so() {
    let stranger = PrivateKey::generate(KeyType::EcdsaP256).expect("a key");
    let stranger = CertificateBuilder::new().subject("CN=stranger").ca(None).self_signed(&stranger).expect("a ca");
    let long_ago = SystemTime::now() - Duration::from_secs(1_000_000);
    let new = CertificateBuilder::new;
    let local = || new().dns_name("localhost");
    let expired = local().valid_from(long_ago).valid_for(Duration::from_secs(60));
    let for_clients = local().purpose(Purpose::CLIENT_AUTH);
    let cases = [
        (pki().ca.clone(), new().dns_name("elsewhere.example"), VerifyStatus::UNEXPECTED_OWNER, Alert::BAD_CERTIFICATE),
        (stranger, local(), VerifyStatus::SIGNER_NOT_FOUND, Alert::UNKNOWN_CA),
        (pki().ca.clone(), expired, VerifyStatus::EXPIRED, Alert::CERTIFICATE_EXPIRED),
        (pki().ca.clone(), for_clients, VerifyStatus::PURPOSE_MISMATCH, Alert::UNSUPPORTED_CERTIFICATE),
    ];
    for (trusted, shown, reason, alert) in cases {
        let client = trusting(&trusted).build().expect("a client");
        let (at_client, at_server) = meet(client, serving(issued(shown)), "localhost");
        let error = at_client.expect_err("not who it should be");
        is(&error, ErrorKind::Verification, &["localhost"]);
        let status = error.verify_status().expect("a status");
        assert!(status.contains(reason), "{status} should have {reason:?}");
        assert_eq!(error.alert_sent(), Some(alert));
        if let Err(error) = at_server {
            assert_eq!(error.kind(), ErrorKind::Alert, "{error:?}");
        }
    }
}

#[test]
fn names_with_a_final_dot_addresses_and_wildcards_match_as_they_should() {
    let draft = || CertificateBuilder::new().dns_name("*.example.com").ip_address([127, 0, 0, 1]);
    let client = || trusting(&pki().ca).build().expect("a client");
    for (host, fits) in [
        ("www.example.com", true),
        ("www.example.com.", true),
        ("127.0.0.1", true),
        ("127.0.0.2", false),
        ("example.com", false),
        ("a.b.example.com", false),
    ] {
        let (at_client, _) = meet(client(), serving(issued(draft())), host);
        assert_eq!(at_client.is_ok(), fits, "{host}");
    }
}

#[test]
fn who_accepts_any_certificate_gets_any() {
    let any = ClientConfig::builder().dangerous().accept_any_certificate().build().expect("a client");
    let key = PrivateKey::generate(KeyType::EcdsaP256).expect("a key");
    let own = CertificateBuilder::new().subject("CN=me").self_signed(&key).expect("a certificate");
    let (at_client, _) = meet(any, serving(Identity::new(vec![own], key).expect("they fit")), "somewhere");
    let chain = at_client.expect("a session").peer_certificates().expect("certificates");
    assert_eq!(chain[0].subject().expect("a subject"), "CN=me");
}

#[test]
fn clients_are_asked_and_checked_as_the_server_says() {
    let known = || issued(CertificateBuilder::new().purpose(Purpose::CLIENT_AUTH));
    let key = PrivateKey::generate(KeyType::EcdsaP256).expect("a key");
    let unknown = CertificateBuilder::new().subject("CN=unknown").self_signed(&key).expect("a certificate");
    let unknown = Identity::new(vec![unknown], key).expect("they fit");
    for version in [TLS12, TLS13] {
        let priority = || Priority::new(version).expect("priority");
        let server = |demand| {
            let builder = ServerConfig::builder().with_identity(pki().server.clone()).expect("an identity");
            let builder = builder.with_trust(std::slice::from_ref(&pki().ca)).expect("trust").priority(priority());
            builder.client_auth(demand).build().expect("a server")
        };
        let client = |shown: Option<Identity>| {
            let builder = trusting(&pki().ca).priority(priority());
            let builder = match shown {
                Some(identity) => builder.with_identity(identity).expect("an identity"),
                None => builder,
            };
            builder.build().expect("a client")
        };
        let at_server = |demand, shown| meet(client(shown), server(demand), "localhost").1;
        for demand in [ClientAuth::Request, ClientAuth::Require] {
            let session = at_server(demand, Some(known())).expect("a known client");
            let chain = session.peer_certificates().expect("certificates");
            assert_eq!(chain[0].subject().expect("a subject"), "CN=somebody");
        }
        let session = at_server(ClientAuth::Request, None).expect("it may have none");
        assert!(session.peer_certificates().expect("none").is_empty());
        let error = at_server(ClientAuth::Require, None).expect_err("it must have one");
        is(&error, ErrorKind::Verification, &["the handshake with a client"]);
        for demand in [ClientAuth::Request, ClientAuth::Require] {
            // GnuTLS clients show only what the server's list of authorities allows, so this one shows nothing.
            let shown = at_server(demand, Some(unknown.clone()));
            assert_eq!(shown.is_err(), demand == ClientAuth::Require);
            let alert = shown.err().and_then(|error| error.alert_sent());
            assert!(alert.is_none_or(|alert| alert != Alert::INTERNAL_ERROR));
        }
    }
}
