//! Whom a configuration trusts: lists, revocation, flags, limits.

use std::fs;
use std::io::{Read, Write};
use std::path::PathBuf;
use std::slice::from_ref;
use std::time::{Duration, SystemTime};

use gnutls::transport::memory;
use gnutls::x509::{Certificate, CertificateBuilder, KeyType, PrivateKey, Purpose, RevocationList};
use gnutls::x509::{RevocationListBuilder, TrustFlags, TrustList, VerifyFlags, VerifyStatus};
use gnutls::{
    Alert, ClientAuth, ClientConfig, ClientConfigBuilder, ErrorKind, Identity, Priority, ServerConfig, SessionData,
};

use crate::common::{HOST, TLS12, TLS13, pki};
use crate::is;
use crate::verification::{issued, meet, serving, trusting};

/// A list of the test authority that has the certificate of `identity`.
fn revoking(identity: &Identity) -> RevocationList {
    let draft = RevocationListBuilder::new().revoke(&identity.chain()[0]);
    draft.signed_by(&pki().ca, &pki().ca_key).expect("a list")
}

fn file(name: &str, contents: impl AsRef<[u8]>) -> PathBuf {
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("trust-{}-{name}", std::process::id()));
    fs::write(&path, contents).expect("a file");
    path
}

fn client(builder: ClientConfigBuilder) -> ClientConfig {
    builder.build().expect("a client")
}

#[test]
fn a_revoked_server_is_refused_however_the_list_came() {
    let lost = issued(CertificateBuilder::new().dns_name(HOST));
    let list = revoking(&lost);
    let (pem, der) = (file("list.pem", list.to_pem()), file("list.der", list.to_der()));
    let trusting = || trusting(&pki().ca);
    for builder in [
        trusting().with_revocation_lists(from_ref(&list)),
        trusting().with_revocation_pem(list.to_pem().as_bytes()),
        trusting().with_revocation_file(&pem),
        trusting().with_revocation_file(&der),
    ] {
        let config = client(builder.expect("a list"));
        let error = meet(config.clone(), serving(lost.clone()), HOST).0.expect_err("revoked");
        is(&error, ErrorKind::Verification, &["revoked"]);
        assert!(error.verify_status().expect("a status").contains(VerifyStatus::REVOKED));
        assert_eq!(error.alert_sent(), Some(Alert::CERTIFICATE_REVOKED));
        meet(config, serving(pki().server.clone()), HOST).0.expect("another one");
    }
}

#[test]
fn a_revoked_client_is_refused() {
    let lost = issued(CertificateBuilder::new().purpose(Purpose::CLIENT_AUTH));
    let server = ServerConfig::builder().with_identity(pki().server.clone()).expect("an identity");
    let server = server.with_trust(from_ref(&pki().ca)).expect("trust").client_auth(ClientAuth::Require);
    let server = server.with_revocation_lists(&[revoking(&lost)]).expect("a list").build().expect("a server");
    let error = meet(client(trusting(&pki().ca).with_identity(lost).expect("fits")), server, HOST).1;
    assert!(error.expect_err("revoked").verify_status().expect("a status").contains(VerifyStatus::REVOKED));
}

#[test]
fn a_revocation_list_that_nobody_trusted_signed_is_refused_and_so_is_an_old_one() {
    let key = PrivateKey::generate(KeyType::EcdsaP256).expect("a key");
    let stranger = CertificateBuilder::new().subject("CN=stranger").ca(None).self_signed(&key).expect("a ca");
    let other = RevocationListBuilder::new().revoke(&stranger).signed_by(&stranger, &key).expect("a list");
    // The name is right, the key is not.
    let twin = CertificateBuilder::new().subject("CN=test authority").ca(None).self_signed(&key).expect("a ca");
    let forged = RevocationListBuilder::new().revoke(&stranger).signed_by(&twin, &key).expect("a list");
    let ago = |seconds| SystemTime::now() - Duration::from_secs(seconds);
    let old = RevocationListBuilder::new().revoke(&stranger).this_update(ago(2000)).next_update(ago(1000));
    let old = old.signed_by(&pki().ca, &pki().ca_key).expect("a list");
    for list in [other, forged, old] {
        let path = file("bad.pem", list.to_pem());
        let error = trusting(&pki().ca).with_revocation_lists(from_ref(&list)).expect_err("not signed");
        is(&error, ErrorKind::InvalidInput, &["none of the authorities", &list.issuer().expect("a name")]);
        let error = trusting(&pki().ca).with_revocation_pem(list.to_pem().as_bytes()).expect_err("not signed");
        is(&error, ErrorKind::InvalidInput, &["none of the authorities"]);
        let error = trusting(&pki().ca).with_revocation_file(path).expect_err("not signed");
        is(&error, ErrorKind::InvalidInput, &["none of the authorities", "bad.pem"]);
    }
    let error = trusting(&pki().ca).with_revocation_pem(b"a letter").expect_err("no list");
    is(&error, ErrorKind::InvalidInput, &["revocation list"]);
    let error = trusting(&pki().ca).with_revocation_lists(&[]).expect_err("no list");
    is(&error, ErrorKind::InvalidInput, &["none"]);
    let error = trusting(&pki().ca).with_revocation_file("/does/not/exist.pem").expect_err("no file");
    is(&error, ErrorKind::Transport, &["exist.pem"]);
}

#[test]
fn a_trust_list_is_all_that_a_configuration_goes_by() {
    let key = PrivateKey::generate(KeyType::EcdsaP256).expect("a key");
    let other = CertificateBuilder::new().subject("CN=other").ca(None).self_signed(&key).expect("a ca");
    let list_of = |authority: &Certificate| {
        let mut list = TrustList::new().expect("a list");
        list.add_authorities(from_ref(authority), TrustFlags::empty()).expect("memory");
        list
    };
    let config = client(trusting(&pki().ca).with_trust_list(list_of(&other)).expect("a list"));
    assert_eq!(config.authorities().expect("memory"), from_ref(&other));
    let error = meet(config, serving(pki().server.clone()), HOST).0.expect_err("not trusted any more");
    assert!(error.verify_status().expect("a status").contains(VerifyStatus::SIGNER_NOT_FOUND));

    // With its revocation lists, and with what is trusted later.
    let lost = issued(CertificateBuilder::new().dns_name(HOST));
    let mut list = list_of(&pki().ca);
    list.add_revocation_lists(&[revoking(&lost)], TrustFlags::VERIFY_CRL, VerifyFlags::empty()).expect("a list");
    let builder = ClientConfig::builder().with_trust_list(list).expect("a list");
    let config = client(builder.with_trust(from_ref(&other)).expect("trust"));
    assert_eq!(config.authorities().expect("memory").len(), 2);
    let server = &pki().server.chain()[0];
    assert_eq!(config.issuer_of(server).expect("memory").as_ref(), Some(&pki().ca));
    let stranger = CertificateBuilder::new().subject("CN=x").self_signed(&key).expect("a certificate");
    assert_eq!(config.issuer_of(&stranger).expect("memory"), None);
    meet(config.clone(), serving(pki().server.clone()), HOST).0.expect("trusted");
    let error = meet(config, serving(lost), HOST).0.expect_err("revoked");
    assert!(error.verify_status().expect("a status").contains(VerifyStatus::REVOKED));

    let error = ClientConfig::builder().with_trust_list(TrustList::new().expect("a list")).expect_err("nobody");
    is(&error, ErrorKind::InvalidInput, &["trusts nobody"]);
}

#[test]
fn the_issuers_that_a_server_does_not_show_are_looked_up_in_the_handshake() {
    let key = PrivateKey::generate(KeyType::EcdsaP256).expect("a key");
    let draft = CertificateBuilder::new().subject("CN=middle").ca(None);
    let middle = draft.signed_by(&key, &pki().ca, &pki().ca_key).expect("a certificate");
    let server_key = PrivateKey::generate(KeyType::EcdsaP256).expect("a key");
    let draft = CertificateBuilder::new().subject("CN=s").dns_name(HOST);
    let server = draft.signed_by(&server_key, &middle, &key).expect("a certificate");
    let server = Identity::new(vec![server], server_key).expect("they fit");
    let found = connected(&server, move |_| vec![middle.clone()]);
    found.expect("found");
    for find in [|_: &Certificate| Vec::new(), |_: &Certificate| panic!("nobody home")] {
        let error = connected(&server, find).expect_err("not found");
        assert!(error.verify_status().expect("a status").contains(VerifyStatus::SIGNER_NOT_FOUND));
    }
}

/// What a client ends with that finds issuers by `find`.
fn connected(
    server: &Identity,
    find: impl Fn(&Certificate) -> Vec<Certificate> + Send + Sync + 'static,
) -> gnutls::Result<gnutls::Session<memory::End>> {
    let mut list = TrustList::new().expect("a list");
    list.add_authorities(from_ref(&pki().ca), TrustFlags::empty()).expect("memory");
    list.set_issuer_lookup(find);
    let config = client(ClientConfig::builder().with_trust_list(list).expect("a list"));
    meet(config, serving(server.clone()), HOST).0
}

#[test]
fn flags_make_verification_stricter_and_only_the_dangerous_ones_laxer() {
    let wild = || issued(CertificateBuilder::new().dns_name("*.example.com"));
    let to = |config, host| meet(config, serving(wild()), host).0;
    to(client(trusting(&pki().ca)), "www.example.com").expect("wildcards match");
    let strict = trusting(&pki().ca).verify_flags(VerifyFlags::DO_NOT_ALLOW_WILDCARDS).expect("a flag");
    let strict = client(strict);
    assert!(strict.verify_flags().contains(VerifyFlags::DO_NOT_ALLOW_WILDCARDS));
    let error = to(strict, "www.example.com").expect_err("not here");
    assert!(error.verify_status().expect("a status").contains(VerifyStatus::UNEXPECTED_OWNER));

    let any_time = VerifyFlags::DISABLE_TIME_CHECKS;
    let error = trusting(&pki().ca).verify_flags(any_time).expect_err("laxer");
    is(&error, ErrorKind::InvalidInput, &["DISABLE_TIME_CHECKS", "dangerous()"]);
    let long_ago = SystemTime::now() - Duration::from_secs(1_000_000);
    let old = CertificateBuilder::new().dns_name(HOST).valid_from(long_ago).valid_for(Duration::from_secs(60));
    let old = serving(issued(old));
    let config = client(trusting(&pki().ca).dangerous().verify_flags(any_time).expect("a flag"));
    meet(config, old.clone(), HOST).0.expect("at any time");
    let error = meet(client(trusting(&pki().ca)), old, HOST).0.expect_err("expired");
    assert!(error.verify_status().expect("a status").contains(VerifyStatus::EXPIRED));
}

#[test]
fn a_chain_may_be_only_so_long() {
    let server = &pki().server;
    let long = vec![server.chain()[0].clone(), pki().ca.clone()];
    let long = Identity::new(long, server.key().clone()).expect("they fit");
    let config = |most| client(trusting(&pki().ca).max_chain_length(most));
    meet(config(2), serving(long.clone()), HOST).0.expect("as long as may be");
    meet(config(0), serving(server.clone()), HOST).0.expect("one is always possible");
    let error = meet(config(1), serving(long), HOST).0.expect_err("too long");
    is(&error, ErrorKind::Verification, &["too long"]);
    assert_eq!(error.alert_sent(), Some(Alert::BAD_CERTIFICATE));
}

#[test]
fn clients_are_told_whom_the_server_trusts_unless_it_hides_that() {
    let key = PrivateKey::generate(KeyType::EcdsaP256).expect("a key");
    let unknown = CertificateBuilder::new().subject("CN=unknown").self_signed(&key).expect("a certificate");
    let unknown = Identity::new(vec![unknown], key).expect("they fit");
    for (hide, shown) in [(false, false), (true, true)] {
        let server = ServerConfig::builder().with_identity(pki().server.clone()).expect("an identity");
        let server = server.with_trust(from_ref(&pki().ca)).expect("trust").client_auth(ClientAuth::Require);
        let server = if hide { server.hide_authorities() } else { server };
        let showing = client(trusting(&pki().ca).with_identity(unknown.clone()).expect("fits"));
        let error = meet(showing, server.build().expect("a server"), HOST).1.expect_err("unknown");
        // What was shown was verified, and what was not was missed.
        assert_eq!(error.verify_status().is_some(), shown, "{error}");
    }
}

#[test]
fn a_certificate_that_must_be_shown_must_also_have_been_in_a_session_that_is_resumed() {
    let key = gnutls::TicketKey::generate().expect("a key");
    for version in [TLS12, TLS13] {
        let priority = || Priority::new(version).expect("priorities");
        let server = |demand| {
            let server = ServerConfig::builder().with_identity(pki().server.clone()).expect("an identity");
            let server = server.dangerous().accept_any_client_certificate().ticket_key(key.clone());
            server.priority(priority()).client_auth(demand).build().expect("a server")
        };
        let config = client(trusting(&pki().ca).priority(priority()));
        let data = {
            let (near, far) = memory::pair(1 << 16);
            let server = server(ClientAuth::Request);
            let accepting = std::thread::spawn(move || {
                let mut session = server.accept(far).expect("anybody");
                session.write_all(b"y").expect("writing");
                session.read_exact(&mut [0]).expect("reading");
            });
            let mut session = config.connect(HOST, near).expect("a session");
            session.read_exact(&mut [0]).expect("reading");
            session.write_all(b"x").expect("writing");
            accepting.join().expect("no panic");
            session.session_data().expect("packing").expect("a ticket")
        };
        let again = |demand, data: &SessionData| {
            let (near, far) = memory::pair(1 << 16);
            let server = server(demand);
            let accepting = std::thread::spawn(move || server.accept(far));
            let connected = config.to(HOST).expect("a name").resume(data).connect(near);
            let accepted = accepting.join().expect("no panic");
            drop(connected);
            accepted
        };
        assert!(again(ClientAuth::Request, &data).expect("anybody").is_resumed(), "{version}");
        let error = again(ClientAuth::Require, &data).expect_err("nobody");
        is(&error, ErrorKind::Verification, &["the handshake with a client"]);
    }
}
