//! Servers that are not who they should be: a typed error with the reason for us, an alert for them.

use std::time::{Duration, SystemTime};

use gnutls::x509::{CertificateBuilder, KeyType, PrivateKey, Purpose, VerifyStatus};
use gnutls::{Alert, ErrorKind, Identity, Protocol};

use crate::common::HOST;
use crate::files::{Files, for_host, issued};
use crate::ours::{Port, VERSIONS, client, patient, server, talk};
use crate::servers::{PEERS, Peer, Server};

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// A server that must not be accepted.
struct Case {
    name: &'static str,
    identity: Identity,
    host: &'static str,
    status: VerifyStatus,
    /// A word of the message.
    reason: &'static str,
}

fn cases() -> Vec<Case> {
    let now = SystemTime::now();
    let known = |builder: CertificateBuilder| issued(&builder, KeyType::EcdsaP256);
    let case = |name, identity, host, status, reason| Case { name, identity, host, status, reason };
    let owner = VerifyStatus::UNEXPECTED_OWNER;
    let unknown = VerifyStatus::SIGNER_NOT_FOUND;
    let for_text_of_ip = for_host().dns_name("127.0.0.1");
    vec![
        case("another host", known(for_host()), "other.example", owner, "name"),
        case("another address", known(for_host().ip_address([127, 0, 0, 2])), "127.0.0.1", owner, "name"),
        case("an address as a DNS name", known(for_text_of_ip), "127.0.0.1", owner, "name"),
        case(
            "expired",
            known(for_host().valid_from(now - 10 * DAY).valid_until(now - DAY)),
            HOST,
            VerifyStatus::EXPIRED,
            "expired",
        ),
        case(
            "not valid yet",
            known(for_host().valid_from(now + DAY).valid_for(DAY)),
            HOST,
            VerifyStatus::NOT_ACTIVATED,
            "not yet",
        ),
        case("unknown authority", by_unknown_authority(), HOST, unknown, "issuer"),
        case("signed by itself", by_itself(), HOST, unknown, "issuer"),
        case("a client's", by_client_purpose(), HOST, VerifyStatus::PURPOSE_MISMATCH, "purpose"),
    ]
}

fn by_unknown_authority() -> Identity {
    let ca_key = PrivateKey::generate(KeyType::EcdsaP256).expect("a key");
    let ca = CertificateBuilder::new().subject("CN=nobody").ca(None).self_signed(&ca_key).expect("a ca");
    let key = PrivateKey::generate(KeyType::EcdsaP256).expect("a key");
    let certificate = for_host().signed_by(&key, &ca, &ca_key).expect("a certificate");
    Identity::new(vec![certificate, ca], key).expect("they fit")
}

fn by_itself() -> Identity {
    let key = PrivateKey::generate(KeyType::EcdsaP256).expect("a key");
    let certificate = for_host().self_signed(&key).expect("a certificate");
    Identity::new(vec![certificate], key).expect("they fit")
}

fn by_client_purpose() -> Identity {
    let builder = CertificateBuilder::new().subject("CN=a client").dns_name(HOST).purpose(Purpose::CLIENT_AUTH);
    issued(&builder, KeyType::EcdsaP256)
}

#[test]
fn a_server_that_must_not_be_accepted_is_not() {
    let files = Files::new();
    for (i, case) in cases().iter().enumerate() {
        let pem = files.identity(&format!("case-{i}"), &case.identity);
        for peer in PEERS {
            let server = Server::answering(peer, &pem, peer.verbose());
            for (version, priority) in VERSIONS {
                let about = format!("{}, {peer:?}, {version}", case.name);
                let config = client(priority).build().expect("a client");
                let error = config.connect(case.host, server.tcp()).expect_err(&about);
                assert_eq!(error.kind(), ErrorKind::Verification, "{about}: {error}");
                let status = error.verify_status().unwrap_or_else(|| panic!("{about}: no status in {error:?}"));
                assert!(status.contains(VerifyStatus::INVALID | case.status), "{about}: {status:?}");
                let text = error.to_string();
                assert!(text.contains(case.reason) && text.contains(case.host), "{about}: {text}");
                let alert = error.alert_sent().unwrap_or_else(|| panic!("{about}: no alert in {error:?}"));
                assert!((Alert::BAD_CERTIFICATE..=Alert::UNKNOWN_CA).contains(&alert), "{about}: {alert}");
                server.tool.stderr.wait_for(&peer.alert_text(alert.0));
            }
        }
    }
}

#[test]
fn an_address_is_accepted_where_the_certificate_has_it() {
    let files = Files::new();
    let identity = issued(&CertificateBuilder::new().subject("CN=x").ip_address([127, 0, 0, 1]), KeyType::EcdsaP256);
    let pem = files.identity("ip", &identity);
    for peer in PEERS {
        let server = Server::answering(peer, &pem, &[]);
        let config = client("NORMAL").build().expect("a client");
        let session = patient(config.connect("127.0.0.1", server.tcp()).expect("it has the address"));
        talk(&session, peer);
        assert_eq!(session.peer_certificates().expect("readable"), identity.chain());
    }
}

#[test]
fn any_certificate_is_accepted_by_who_insists() {
    let files = Files::new();
    for case in cases() {
        let pem = files.identity("any", &case.identity);
        for peer in PEERS {
            let server = Server::answering(peer, &pem, &[]);
            let config = client("NORMAL").dangerous().accept_any_certificate().build().expect("a client");
            talk(&patient(config.connect(case.host, server.tcp()).expect(case.name)), peer);
        }
    }
}

#[test]
fn the_tools_refuse_our_server_and_the_alert_arrives() {
    let files = Files::new();
    // A certificate that is nobody's authority: they know no issuer of ours.
    let stranger = files.certificates("stranger.pem", by_itself().chain());
    for peer in PEERS {
        for (version, priority) in VERSIONS {
            let port = Port::new();
            let tool = port.client_of(peer, &stranger, &[]);
            let error = server(priority).build().expect("a server").accept(port.tcp()).expect_err("refused");
            assert!(!tool.finish().success);
            if (peer, version) == (Peer::OpenSsl, Protocol::TLS1_3) {
                // OpenSSL 3.0 sends this alert in the clear, which GnuTLS takes for a record that it cannot decrypt.
                assert_eq!(error.kind(), ErrorKind::Protocol, "{error}");
                continue;
            }
            assert_eq!(error.kind(), ErrorKind::Alert, "{peer:?}, {version}: {error}");
            let alert = error.alert_received().expect("an alert");
            assert!((Alert::BAD_CERTIFICATE..=Alert::UNKNOWN_CA).contains(&alert), "{peer:?}, {version}: {alert}");
            assert!(error.to_string().contains(alert.name().expect("a known one")), "{error}");
            assert_eq!(error.alert_sent(), None);
        }
    }
}
