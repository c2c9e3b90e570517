//! What a side shows: identities from every place, and what a session says of them afterwards.

use std::fs;
use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use gnutls::key::{Cause, Pcert, PinRequest};
use gnutls::pkcs12::Pkcs12;
use gnutls::x509::{CertificateBuilder, Format, KeyType, Pkcs8Cipher, PrivateKey, SecretBytes};
use gnutls::{
    ClientAuth, ClientConfig, CredentialsType, ErrorKind, Identity, Result, ServerConfig, ServerConfigBuilder, Session,
};

use crate::common::{TLS13, client, connect, pki};
use crate::is;

type Pair = (Session<UnixStream>, Session<UnixStream>);

fn meet(client: &ClientConfig, server: &ServerConfig) -> Pair {
    connect(client, server, UnixStream::pair().expect("a pair"))
}

/// The server shows the certificate of [`pki`].
fn assert_shows(server: Result<ServerConfigBuilder>) {
    let server = server.expect("an identity").build().expect("a server");
    let expected = pki().server.chain()[0].to_der();
    let (near, far) = meet(&client(TLS13), &server);
    assert_eq!(far.own_certificate(), Some(expected.to_vec()));
    assert_eq!(near.peer_certificates().expect("certificates")[0].to_der(), expected);
    assert_eq!(near.own_certificate(), None);
    let chains = server.identities().expect("readable");
    assert_eq!(chains, [pki().server.chain()]);
    assert_eq!(server.identity_der(0, 0), Some(expected.to_vec()));
    assert_eq!((server.identity_der(0, 1), server.identity_der(1, 0)), (None, None));
    let key = server.identity_key(0).expect("readable").expect("a key");
    assert_eq!(key.key_id().expect("an identifier"), pki().server.key().key_id().expect("an identifier"));
    assert!(server.identity_key(1).expect("readable").is_none());
}

fn chain_pem() -> String {
    pki().server.chain()[0].to_pem()
}

/// A file of this process, which the test removes.
struct File(PathBuf);

impl File {
    fn new(name: &str, contents: impl AsRef<[u8]>) -> File {
        let path = std::env::temp_dir().join(format!("gnutls-identities-{}-{name}", std::process::id()));
        fs::write(&path, contents).expect("a file");
        File(path)
    }
}

impl Drop for File {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}

#[test]
fn identities_come_from_memory_with_and_without_a_password() {
    let key = pki().server.key();
    let (plain, sealed) = (key.to_pem().expect("PEM"), key.to_pkcs8_pem(Some("secret")).expect("PEM"));
    let load =
        |key: &[u8], password| ServerConfig::builder().with_identity_bytes(chain_pem(), key, Format::Pem, password);
    assert_shows(load(&plain, None));
    assert_shows(load(sealed.as_ref(), Some("secret")));
    for password in [Some("wrong"), None] {
        let error = load(sealed.as_ref(), password).map(drop).expect_err("another password");
        is(&error, ErrorKind::Credentials, &["loading a certificate and its key", "no password that opens it"]);
    }
    let der = key.to_der().expect("DER");
    let chain = pki().server.chain()[0].to_der();
    assert_shows(ServerConfig::builder().with_identity_bytes(chain, &*der, Format::Der, None));
    let other = PrivateKey::generate(KeyType::EcdsaP256).expect("a key").to_pem().expect("PEM");
    let error = load(&other, None).map(drop).expect_err("another key");
    is(&error, ErrorKind::Credentials, &["loading a certificate and its key"]);
}

#[test]
fn identities_come_from_files_with_and_without_a_password() {
    let key = pki().server.key();
    let chain = File::new("chain.pem", chain_pem());
    let plain = File::new("plain.pem", key.to_pem().expect("PEM"));
    let sealed = File::new("sealed.pem", key.to_pkcs8_pem(Some("secret")).expect("PEM"));
    let load =
        |key: &File, password| ServerConfig::builder().with_identity_files(&chain.0, &key.0, Format::Pem, password);
    assert_shows(load(&plain, None));
    assert_shows(load(&sealed, Some("secret")));
    let error = load(&sealed, Some("wrong")).map(drop).expect_err("another password");
    is(&error, ErrorKind::Credentials, &["no password that opens it"]);
    load(&File(PathBuf::from("/nowhere")), None).map(drop).expect_err("no file");
}

#[test]
fn a_password_is_asked_for_where_there_is_somebody_to_ask() {
    let asked = Arc::new(AtomicU32::new(0));
    let counter = Arc::clone(&asked);
    let pin = move |_: &PinRequest<'_>| -> std::result::Result<SecretBytes, Cause> {
        counter.fetch_add(1, Ordering::Relaxed);
        Ok(SecretBytes::from(b"secret".to_vec()))
    };
    let sealed = pki().server.key().to_pkcs8_pem(Some("secret")).expect("PEM");
    let builder = ServerConfig::builder().pin(Arc::new(pin));
    assert_shows(builder.with_identity_bytes(chain_pem(), &sealed, Format::Pem, None));
    assert_eq!(asked.load(Ordering::Relaxed), 1);
    let refuse = |_: &PinRequest<'_>| -> std::result::Result<SecretBytes, Cause> { Err("nobody is here".into()) };
    let builder = ServerConfig::builder().pin(Arc::new(refuse));
    let error =
        builder.with_identity_bytes(chain_pem(), &sealed, Format::Pem, None).map(drop).expect_err("no password");
    assert!(error.to_string().contains("nobody is here"), "{error}");
}

#[test]
fn pkcs12_is_an_identity_if_its_mac_is_right() {
    let (chain, key) = (pki().server.chain(), pki().server.key());
    let p12 = Pkcs12::make(key, chain, "secret", None, Pkcs8Cipher::Aes256).expect("PKCS#12");
    let p12 = p12.to_der().expect("DER");
    assert_shows(ServerConfig::builder().with_pkcs12(&*p12, Format::Der, "secret"));
    let file = File::new("it.p12", &*p12);
    assert_shows(ServerConfig::builder().with_pkcs12_file(&file.0, Format::Der, "secret"));
    for password in ["wrong", ""] {
        let error =
            ServerConfig::builder().with_pkcs12(&*p12, Format::Der, password).map(drop).expect_err("a password");
        is(&error, ErrorKind::Credentials, &["PKCS#12"]);
    }
    ServerConfig::builder().with_pkcs12(b"junk", Format::Der, "secret").map(drop).expect_err("no PKCS#12");
}

#[test]
fn identities_can_be_forgotten_and_keys_go_unchecked() {
    let other = PrivateKey::generate(KeyType::EcdsaP256).expect("a key");
    let root = CertificateBuilder::new().subject("CN=x").self_signed(&other).expect("a certificate");
    let builder = ServerConfig::builder().with_identity(Identity::new(vec![root], other.clone()).expect("they fit"));
    let builder = builder.expect("an identity").without_identities();
    assert_shows(builder.with_identity(pki().server.clone()));

    let shown = || vec![Pcert::from_certificate(&pki().server.chain()[0]).expect("a certificate")];
    let key = gnutls::key::PrivateKey::try_from(&other).expect("a key");
    ServerConfig::builder().with_key(shown(), &key).map(drop).expect_err("they do not fit");
    ServerConfig::builder().skip_key_check().with_key(shown(), &key).map(drop).expect("nobody looks");
}

#[test]
fn a_client_knows_that_it_was_asked_and_tells_what_it_showed() {
    let pki = pki();
    let key = PrivateKey::generate(KeyType::EcdsaP256).expect("a key");
    let own = CertificateBuilder::new().subject("CN=client").signed_by(&key, &pki.ca, &pki.ca_key);
    let own = own.expect("a certificate");
    let trusting = || ClientConfig::builder().with_trust(std::slice::from_ref(&pki.ca)).expect("trust");
    let with = trusting().with_identity(Identity::new(vec![own.clone()], key).expect("they fit"));
    let with = with.expect("an identity").build().expect("a client");
    let without = trusting().build().expect("a client");
    assert_eq!(with.identities().expect("readable"), [[own.clone()]]);
    let builder = || ServerConfig::builder().with_identity(pki.server.clone()).expect("an identity");
    let asking = |builder: ServerConfigBuilder| {
        let builder = builder.with_trust(std::slice::from_ref(&pki.ca)).expect("trust");
        builder.client_auth(ClientAuth::Request).build().expect("a server")
    };
    for (server, asks) in [
        (builder().build().expect("a server"), false),
        (asking(builder()), true),
        (asking(builder().hide_authorities()), true),
    ] {
        let (near, far) = meet(&with, &server);
        assert_eq!(near.was_certificate_requested(), asks);
        assert!(!far.was_certificate_requested());
        assert_eq!(near.own_certificate(), asks.then(|| own.to_der().to_vec()));
        assert_eq!(far.client_signature().is_some(), asks);
        assert_eq!(near.client_signature(), far.client_signature());
        let (near, _far) = meet(&without, &server);
        assert_eq!((near.was_certificate_requested(), near.own_certificate()), (asks, None));
        assert_eq!(near.client_signature(), None);
        assert!(near.has_credentials(CredentialsType::CERTIFICATE) && !near.has_credentials(CredentialsType::PSK));
    }
}
