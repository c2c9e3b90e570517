//! Raw public keys (RFC 7250): trusted only where the program says so, of servers and of clients.

use std::io::{Read, Write};
use std::os::unix::net::UnixStream;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;

use gnutls::key::{KeyType, Pcert, PrivateKey, PublicKey};
use gnutls::x509::Format;
use gnutls::{
    CertificateType, ClientAuth, ClientConfig, Error, ErrorKind, IdentityRequest, PreparedIdentity, Priority, Protocol,
    Refusal, ServerConfig, ServerConfigBuilder, Session,
};

use crate::common::{HOST, pki, within};
use crate::is;

fn key() -> (PublicKey, PrivateKey) {
    let key = PrivateKey::generate(KeyType::EcdsaP256).expect("a key");
    (key.public_key().expect("its public half"), key)
}

/// A server that has this key, and nothing else.
fn keyed((public, private): &(PublicKey, PrivateKey)) -> ServerConfigBuilder {
    let private = private.to_x509().expect("a copy").to_pem().expect("PEM");
    let public = public.to_pem().expect("PEM");
    ServerConfig::builder().with_raw_key(public, &*private, Format::Pem, None, &[]).expect("they fit")
}

fn trusting(keys: impl IntoIterator<Item = PublicKey>) -> ClientConfig {
    ClientConfig::builder().trust_raw_keys(keys).build().expect("a client")
}

type Pair<T> = (Result<Session<T>, Error>, Result<Session<T>, Error>);

fn meet(client: &ClientConfig, server: &ServerConfig) -> Pair<UnixStream> {
    let (client, server) = (client.clone(), server.clone());
    within("the handshake", move || {
        let (near, far) = UnixStream::pair().expect("a pair");
        let accepting = thread::spawn(move || server.accept(far));
        (client.connect(HOST, near), accepting.join().expect("no panic"))
    })
}

fn pair(client: &ClientConfig, server: &ServerConfig) -> (Session<UnixStream>, Session<UnixStream>) {
    let (near, far) = meet(client, server);
    (near.expect("the client's handshake"), far.expect("the server's handshake"))
}

#[test]
fn a_server_is_known_by_its_key_in_both_versions() {
    let own = key();
    for (version, protocol) in [("TLS1.2", Protocol::TLS1_2), ("TLS1.3", Protocol::TLS1_3)] {
        let words = format!("NORMAL:-VERS-ALL:+VERS-{version}:-CTYPE-SRV-ALL:+CTYPE-SRV-RAWPK");
        let priority = || Priority::new(&words).expect("priorities");
        let server = keyed(&own).priority(priority()).build().expect("a server");
        let client = ClientConfig::builder().trust_raw_keys([key().0, own.0.clone()]).priority(priority());
        let (mut near, mut far) = pair(&client.build().expect("a client"), &server);
        assert_eq!(near.protocol(), protocol);
        assert_eq!(near.peer_public_key().expect("readable"), Some(own.0.clone()));
        assert!(near.peer_certificates().expect("none").is_empty());
        for (client, server) in [
            (near.certificate_type(), near.peer_certificate_type()),
            (far.peer_certificate_type(), far.certificate_type()),
        ] {
            assert_eq!((client, server), (CertificateType::X509, CertificateType::RAW_PUBLIC_KEY));
        }
        assert_eq!(far.own_certificate(), Some(own.0.to_der().expect("DER")));
        assert!(format!("{near:?}").contains("the key "), "{near:?}");
        far.write_all(b"hello").expect("sent");
        let mut text = [0; 5];
        near.read_exact(&mut text).expect("received");
        assert_eq!(&text, b"hello");
    }
}

#[test]
fn another_key_is_refused_and_none_is_trusted_by_default() {
    let server = keyed(&key()).build().expect("a server");
    let (near, far) = meet(&trusting([key().0]), &server);
    is(&near.map(drop).expect_err("another key"), ErrorKind::Verification, &[]);
    is(&far.map(drop).expect_err("refused"), ErrorKind::Alert, &[]);
    let (near, _) = meet(&trusting([]), &server);
    is(&near.map(drop).expect_err("no key"), ErrorKind::Verification, &[]);

    // A client that wants raw keys but does not say which.
    let words = "NORMAL:-CTYPE-SRV-ALL:+CTYPE-SRV-RAWPK";
    let client = ClientConfig::builder().with_trust(std::slice::from_ref(&pki().ca)).expect("trust");
    let client = client.priority(Priority::new(words).expect("priorities")).build().expect("a client");
    let (near, far) = meet(&client, &server);
    near.map(drop).expect_err("nobody is trusted");
    far.map(drop).expect_err("nobody is trusted");
    let error = ClientConfig::builder().build().map(drop).expect_err("nobody is trusted");
    is(&error, ErrorKind::Credentials, &["no authority is trusted"]);
}

#[test]
fn a_certificate_does_not_stand_in_for_a_key() {
    let server = ServerConfig::builder().with_identity(pki().server.clone()).expect("an identity");
    let (near, _) = meet(&trusting([key().0]), &server.build().expect("a server"));
    is(&near.map(drop).expect_err("a certificate"), ErrorKind::Verification, &[]);
    // Not even the key in it.
    let server = ServerConfig::builder().with_identity(pki().server.clone()).expect("an identity");
    let inside = pki().server.chain()[0].public_key().expect("a key");
    let (near, _) = meet(&trusting([inside]), &server.build().expect("a server"));
    is(&near.map(drop).expect_err("a certificate"), ErrorKind::Verification, &[]);
}

#[test]
fn code_decides_which_keys_to_trust() {
    let own = key();
    let server = keyed(&own).build().expect("a server");
    let expected = own.0.clone();
    let client = ClientConfig::builder().trust_raw_keys_by(move |key, view| {
        assert!(!view.is_server());
        if *key == expected { Ok(()) } else { Err(Refusal::new("who is that?")) }
    });
    let client = client.build().expect("a client");
    let (near, _far) = pair(&client, &server);
    assert_eq!(near.peer_public_key().expect("readable"), Some(own.0));
    let (near, far) = meet(&client, &keyed(&key()).build().expect("a server"));
    is(&near.map(drop).expect_err("refused"), ErrorKind::Callback, &["trust_raw_keys_by refuses: who is that?"]);
    is(&far.map(drop).expect_err("refused"), ErrorKind::Alert, &[]);

    let client = ClientConfig::builder().trust_raw_keys_by(|_, _| panic!("the list is gone"));
    let (near, _) = meet(&client.build().expect("a client"), &server);
    is(&near.map(drop).expect_err("panicked"), ErrorKind::Callback, &["the list is gone"]);
}

#[test]
fn a_client_is_known_by_its_key() {
    let (server_key, client_key, other) = (key(), key(), key());
    let builder = || keyed(&server_key).trust_raw_keys([client_key.0.clone()]);
    let requiring = builder().client_auth(ClientAuth::Require).build().expect("a server");
    let client = |own: Option<&(PublicKey, PrivateKey)>| {
        let builder = ClientConfig::builder().trust_raw_keys([server_key.0.clone()]);
        let Some((public, private)) = own else { return builder.build().expect("a client") };
        let shown = vec![Pcert::from_public_key(public, None).expect("a key")];
        builder.with_key(shown, private).expect("they fit").build().expect("a client")
    };
    let (near, far) = pair(&client(Some(&client_key)), &requiring);
    assert_eq!(far.peer_public_key().expect("readable"), Some(client_key.0.clone()));
    assert_eq!(near.certificate_type(), CertificateType::RAW_PUBLIC_KEY);
    assert_eq!(near.own_certificate(), Some(client_key.0.to_der().expect("DER")));

    let (near, far) = meet(&client(Some(&other)), &requiring);
    is(&far.map(drop).expect_err("another key"), ErrorKind::Verification, &[]);
    drop(near);
    let (near, far) = meet(&client(None), &requiring);
    far.map(drop).expect_err("no key");
    drop(near);
    let asking = builder().client_auth(ClientAuth::Request).build().expect("a server");
    let (_near, far) = pair(&client(None), &asking);
    assert_eq!(far.peer_public_key().expect("readable"), None);
}

#[test]
fn who_takes_any_certificate_takes_only_trusted_keys() {
    let (own, other) = (key(), key());
    let certificate = ServerConfig::builder().with_identity(pki().server.clone()).expect("an identity");
    let certificate = certificate.build().expect("a server");
    for version in ["TLS1.2", "TLS1.3"] {
        let words = format!("NORMAL:-VERS-ALL:+VERS-{version}:+CTYPE-SRV-RAWPK:+CTYPE-CLI-RAWPK");
        let any = ClientConfig::builder().trust_raw_keys([own.0.clone()]).dangerous().accept_any_certificate();
        let any = any.priority(Priority::new(&words).expect("priorities")).build().expect("a client");
        pair(&any, &certificate);
        let (near, _far) = pair(&any, &keyed(&own).build().expect("a server"));
        assert_eq!(near.peer_public_key().expect("readable"), Some(own.0.clone()));
        let (near, far) = meet(&any, &keyed(&other).build().expect("a server"));
        is(&near.map(drop).expect_err("another key"), ErrorKind::Verification, &[]);
        is(&far.map(drop).expect_err("refused"), ErrorKind::Alert, &[]);

        // A client that shows a key of its own, and says nothing of servers' keys.
        let shown = vec![Pcert::from_public_key(&own.0, None).expect("a key")];
        let showing = ClientConfig::builder().with_key(shown, &own.1).expect("they fit");
        let showing = showing.dangerous().accept_any_certificate();
        let showing = showing.priority(Priority::new(&words).expect("priorities")).build().expect("a client");
        let server = keyed(&other).priority(Priority::new(&words).expect("priorities")).build().expect("a server");
        let (near, _) = meet(&showing, &server);
        is(&near.map(drop).expect_err("no key is trusted"), ErrorKind::Verification, &[]);

        for auth in [ClientAuth::Request, ClientAuth::Require] {
            let server = keyed(&own).trust_raw_keys([other.0.clone()]).client_auth(auth);
            let server = server.dangerous().accept_any_client_certificate();
            let server = server.priority(Priority::new(&words).expect("priorities")).build().expect("a server");
            let client = |(public, private): &(PublicKey, PrivateKey)| {
                let shown = vec![Pcert::from_public_key(public, None).expect("a key")];
                let builder = ClientConfig::builder().trust_raw_keys([own.0.clone()]);
                let builder = builder.with_key(shown, private).expect("they fit");
                builder.priority(Priority::new(&words).expect("priorities")).build().expect("a client")
            };
            let (_near, far) = pair(&client(&other), &server);
            assert_eq!(far.peer_public_key().expect("readable"), Some(other.0.clone()));
            let (_near, far) = meet(&client(&key()), &server);
            is(&far.map(drop).expect_err("another key"), ErrorKind::Verification, &[]);
        }
    }
}

#[test]
fn a_resumed_session_is_with_the_same_key() {
    let own = key();
    let server = keyed(&own).build().expect("a server");
    let client = trusting([own.0.clone()]);
    let (mut near, mut far) = pair(&client, &server);
    far.write_all(b"x").expect("sent");
    near.read_exact(&mut [0]).expect("received");
    let data = near.session_data().expect("readable").expect("a ticket");
    let resume = |client: &ClientConfig| {
        let connect = client.to(HOST).expect("a name").resume(&data);
        let server = server.clone();
        within("the handshake", move || {
            let (near, far) = UnixStream::pair().expect("a pair");
            let accepting = thread::spawn(move || server.accept(far));
            (connect.connect(near), accepting.join().expect("no panic"))
        })
    };
    let (near, _far) = resume(&client);
    let near = near.expect("a handshake");
    assert!(near.is_resumed());
    // Who trusts another key does not take over what somebody else has verified.
    let (near, _) = resume(&trusting([key().0]));
    near.map(drop).expect_err("another key");
}

#[test]
fn code_may_choose_a_raw_key() {
    let (public, private) = key();
    let shown = vec![Pcert::from_public_key(&public, None).expect("a key")];
    let raw = PreparedIdentity::new(shown, &private).expect("they fit");
    let certificate = PreparedIdentity::try_from(&pki().server).expect("an identity");
    let asked = Arc::new(AtomicU32::new(0));
    let count = Arc::clone(&asked);
    let choose = move |request: &IdentityRequest<'_>| {
        count.fetch_add(1, Ordering::Relaxed);
        Ok(Some(match request.certificate_type() {
            CertificateType::RAW_PUBLIC_KEY => raw.clone(),
            _ => certificate.clone(),
        }))
    };
    let server = ServerConfig::builder().choose_identity(choose).offer_raw_keys().build().expect("a server");
    let (near, _far) = pair(&trusting([public.clone()]), &server);
    assert_eq!(near.peer_public_key().expect("readable"), Some(public));
    let client = ClientConfig::builder().with_trust(std::slice::from_ref(&pki().ca)).expect("trust");
    let (near, _far) = pair(&client.build().expect("a client"), &server);
    assert_eq!(near.peer_certificates().expect("readable"), pki().server.chain());
    assert!(asked.load(Ordering::Relaxed) >= 2);
}

#[test]
fn what_is_no_key_is_told() {
    let (public, private) = key();
    let private = private.to_x509().expect("a copy").to_pem().expect("PEM");
    let load =
        |public: &[u8]| ServerConfig::builder().with_raw_key(public, &*private, Format::Pem, None, &["a.example"]);
    load(public.to_pem().expect("PEM").as_ref()).map(drop).expect("they fit");
    is(&load(b"junk").map(drop).expect_err("no key"), ErrorKind::InvalidInput, &[]);
    let other = key().0.to_pem().expect("PEM");
    is(&load(other.as_ref()).map(drop).expect_err("another key"), ErrorKind::Credentials, &[]);
    let gone = ServerConfig::builder().with_raw_key_files("/nowhere", "/nowhere", Format::Pem, None, &[]);
    gone.map(drop).expect_err("no file");
    let words = Priority::new("NORMAL").expect("priorities");
    let error =
        ClientConfig::builder().trust_raw_keys([public]).priority(words).build().map(drop).expect_err("X.509 only");
    is(&error, ErrorKind::Priority, &["CTYPE-SRV-RAWPK"]);
}
