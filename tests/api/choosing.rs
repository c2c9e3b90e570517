//! Identities that code chooses in the handshake: by name, by authority, anew while sessions run.

use std::io::{Read, Write};
use std::os::unix::net::UnixStream;
use std::sync::{Arc, Mutex, RwLock};
use std::thread;

use gnutls::key::{Pcert, PrivateKey as AnyKey};
use gnutls::x509::{Certificate, CertificateBuilder, DistinguishedName, KeyType, PrivateKey};
use gnutls::{
    CertificateType, ClientAuth, ClientConfig, Error, ErrorKind, Identity, IdentityRequest, PreparedIdentity, Priority,
    Protocol, PublicKeyAlgorithm, Refusal, ServerConfig, Session,
};

use crate::common::{HOST, TLS12, TLS13, connect, pki, within};
use crate::is;

/// An identity for a name, issued by the authority of [`pki`].
fn identity(name: &str) -> Identity {
    let key = PrivateKey::generate(KeyType::EcdsaP256).expect("a key");
    let builder = CertificateBuilder::new().subject(format!("CN={name}")).dns_name(name);
    let certificate = builder.signed_by(&key, &pki().ca, &pki().ca_key).expect("a certificate");
    Identity::new(vec![certificate], key).expect("they fit")
}

fn prepared(identity: &Identity) -> PreparedIdentity {
    PreparedIdentity::try_from(identity).expect("an identity")
}

fn client(priority: &str) -> ClientConfig {
    crate::common::client(priority)
}

type Pair<T> = (Result<Session<T>, Error>, Result<Session<T>, Error>);

fn meet(client: &ClientConfig, host: &str, server: &ServerConfig) -> Pair<UnixStream> {
    let (client, server, host) = (client.clone(), server.clone(), host.to_owned());
    within("the handshake", move || {
        let (near, far) = UnixStream::pair().expect("a pair");
        let accepting = thread::spawn(move || server.accept(far));
        (client.connect(&host, near), accepting.join().expect("no panic"))
    })
}

fn shown(session: &Session<UnixStream>) -> Certificate {
    session.peer_certificates().expect("readable").remove(0)
}

#[test]
fn a_server_chooses_by_the_name_that_the_client_asks_for() {
    let names = ["a.example", "b.example"].map(identity);
    for (version, protocol) in [(TLS12, Protocol::TLS1_2), (TLS13, Protocol::TLS1_3)] {
        let all = names.clone().map(|one| (one.chain()[0].clone(), prepared(&one)));
        let choose = move |request: &IdentityRequest<'_>| {
            assert!(request.view().is_server() && request.authorities().is_empty());
            assert_eq!(request.certificate_type(), CertificateType::X509);
            let mut schemes = request.signature_schemes().into_iter();
            assert!(schemes.any(|scheme| scheme.supports(PublicKeyAlgorithm::ECDSA)));
            let name = request.server_name().unwrap_or_default();
            Ok(all.iter().find(|(certificate, _)| certificate.matches_host(&name)).map(|(_, one)| one.clone()))
        };
        let plain = names.clone();
        let choose_plain = move |request: &IdentityRequest<'_>| {
            let name = request.server_name().unwrap_or_default();
            Ok(plain.iter().find(|one| one.chain()[0].matches_host(&name)).cloned())
        };
        for builder in
            [ServerConfig::builder().choose_identity(choose), ServerConfig::builder().choose_certificate(choose_plain)]
        {
            let server = builder.priority(Priority::new(version).expect("priority")).build().expect("a server");
            for one in &names {
                let name = one.chain()[0].subject().expect("a name").replace("CN=", "");
                let (near, far) = meet(&client(version), &name, &server);
                let (near, far) = (near.expect("a handshake"), far.expect("a handshake"));
                assert_eq!((near.protocol(), shown(&near)), (protocol, one.chain()[0].clone()));
                assert_eq!(far.own_certificate(), Some(one.chain()[0].to_der().to_vec()));
            }
            let (near, far) = meet(&client(version), "c.example", &server);
            near.map(drop).expect_err("nobody has that name");
            far.map(drop).expect_err("nobody has that name");
        }
    }
}

#[test]
fn a_refusal_and_a_panic_fail_the_handshake_and_say_why() {
    let refusing = |_: &IdentityRequest<'_>| Err(Refusal::new("not today"));
    let panicking = |_: &IdentityRequest<'_>| -> Result<Option<Identity>, Refusal> { panic!("the list is gone") };
    for (builder, words) in [
        (ServerConfig::builder().choose_identity(refusing), "choose_identity refuses: not today"),
        (ServerConfig::builder().choose_certificate(panicking), "choose_certificate panicked: the list is gone"),
    ] {
        let server = builder.build().expect("a server");
        let (near, far) = meet(&client(TLS13), HOST, &server);
        is(&near.map(drop).expect_err("no handshake"), ErrorKind::Alert, &[]);
        is(&far.map(drop).expect_err("no handshake"), ErrorKind::Callback, &[words]);
    }
}

fn asking(authority: &Certificate) -> ServerConfig {
    let builder = ServerConfig::builder().with_identity(pki().server.clone()).expect("an identity");
    let builder = builder.with_trust(std::slice::from_ref(authority)).expect("trust");
    builder.client_auth(ClientAuth::Request).build().expect("a server")
}

#[test]
fn a_client_chooses_by_the_authorities_that_the_server_names() {
    let own = identity("client");
    let seen: Arc<Mutex<Vec<String>>> = Arc::default();
    for (version, plain) in [(TLS12, false), (TLS13, false), (TLS12, true), (TLS13, true)] {
        let (log, chosen) = (Arc::clone(&seen), own.clone());
        let look = move |request: &IdentityRequest<'_>| {
            assert!(!request.view().is_server());
            let names = request
                .authorities()
                .iter()
                .map(|der| DistinguishedName::from_der(der).expect("a name").to_text().expect("a text"));
            let names: Vec<_> = names.collect();
            log.lock().expect("no panic").extend(names.clone());
            names.iter().any(|name| name == "CN=test authority").then(|| chosen.clone())
        };
        let builder = ClientConfig::builder().with_trust(std::slice::from_ref(&pki().ca)).expect("trust");
        let builder = builder.priority(Priority::new(version).expect("priority"));
        let builder = if plain {
            builder.choose_certificate(move |request| Ok(look(request)))
        } else {
            builder.choose_identity(move |request| Ok(look(request).as_ref().map(prepared)))
        };
        let config = builder.build().expect("a client");
        let (near, far) = meet(&config, HOST, &asking(&pki().ca));
        let (near, far) = (near.expect("a handshake"), far.expect("a handshake"));
        assert_eq!(shown(&far), own.chain()[0]);
        assert_eq!(near.own_certificate(), Some(own.chain()[0].to_der().to_vec()));
        assert_eq!(*seen.lock().expect("no panic"), ["CN=test authority"]);
        seen.lock().expect("no panic").clear();

        let other_key = PrivateKey::generate(KeyType::EcdsaP256).expect("a key");
        let other = CertificateBuilder::new().subject("CN=other").ca(None).self_signed(&other_key).expect("a ca");
        let (near, far) = meet(&config, HOST, &asking(&other));
        assert!(far.expect("a handshake").peer_certificates().expect("readable").is_empty());
        assert_eq!(near.expect("a handshake").own_certificate(), None);
        assert_eq!(*seen.lock().expect("no panic"), ["CN=other"]);
        seen.lock().expect("no panic").clear();
    }
}

#[test]
fn identities_change_while_sessions_run() {
    let [old, new] = [identity(HOST), identity(HOST)];
    let current = Arc::new(RwLock::new(Some(prepared(&old))));
    let choice = Arc::clone(&current);
    let choose = move |_: &IdentityRequest<'_>| Ok(choice.read().expect("no panic").clone());
    let server = ServerConfig::builder().choose_identity(choose).build().expect("a server");
    let pair = || connect(&client(TLS13), &server, UnixStream::pair().expect("a pair"));
    let (mut near, mut far) = pair();
    assert_eq!(shown(&near), old.chain()[0]);
    // Nobody else has the old one now but the session.
    *current.write().expect("no panic") = Some(prepared(&new));
    let (second, _second) = pair();
    assert_eq!(shown(&second), new.chain()[0]);
    near.write_all(b"still here").expect("sent");
    let mut text = [0; 10];
    far.read_exact(&mut text).expect("received");
    assert_eq!(&text, b"still here");
    assert_eq!(far.own_certificate(), Some(old.chain()[0].to_der().to_vec()));
}

#[test]
fn many_handshakes_share_a_prepared_identity_at_once() {
    let one = prepared(&identity(HOST));
    let choose = move |_: &IdentityRequest<'_>| Ok(Some(one.clone()));
    let server = ServerConfig::builder().choose_identity(choose).build().expect("a server");
    let client = client(TLS13);
    within("the handshakes", move || {
        thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| {
                    for _ in 0..5 {
                        let (near, _far) = connect(&client, &server, UnixStream::pair().expect("a pair"));
                        assert!(near.peer_certificates().is_ok_and(|chain| chain.len() == 1));
                    }
                });
            }
        });
    });
}

#[test]
fn a_prepared_identity_is_what_it_was_made_of() {
    let identity = identity(HOST);
    let one = prepared(&identity);
    assert_eq!(one.certificate_type(), CertificateType::X509);
    let certificate = one.shown().expect("readable").remove(0).to_certificate().expect("a certificate");
    assert_eq!(certificate, identity.chain()[0]);
    let stapled = one.with_ocsp_responses([vec![1, 2, 3]]).expect("an identity");
    drop(one);
    assert_eq!(stapled.ocsp_responses(), [[1, 2, 3]]);
    assert_eq!(stapled.shown().expect("readable").len(), 1);

    let other = AnyKey::generate(gnutls::key::KeyType::EcdsaP256).expect("a key");
    let chain = || vec![Pcert::from_certificate(&identity.chain()[0]).expect("a certificate")];
    let error = PreparedIdentity::new(chain(), &other).expect_err("another key");
    is(&error, ErrorKind::Credentials, &["does not fit"]);
    let error = PreparedIdentity::new(Vec::new(), &other).expect_err("nothing");
    is(&error, ErrorKind::Credentials, &["nothing to show"]);
}
