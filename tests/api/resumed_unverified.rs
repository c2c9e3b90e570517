//! A session that was never verified is not resumed as a verified one.

use std::io::{Read, Write};

use gnutls::transport::memory;
use gnutls::x509::{CertificateBuilder, KeyType, PrivateKey, VerifyProfile};
use gnutls::{
    Cipher, ClientConfig, Connect, ErrorKind, KeyExchange, Mac, Priority, Protocol, ServerConfig, Session,
    SharedSession,
};

use crate::common::{HOST, TLS12, TLS13, client, server};

/// Connects and exchanges a byte each way, so that the client has seen what the server sends after the handshake.
fn exchange(connect: Connect, server: &ServerConfig) -> gnutls::Result<Session<memory::End>> {
    let (near, far) = memory::pair(64 * 1024);
    let server = server.clone();
    let peer = std::thread::spawn(move || -> std::io::Result<()> {
        let mut session = server.accept(far)?;
        session.read_exact(&mut [0])?;
        session.write_all(b"y")
    });
    let result = connect.connect(near).map(|mut session| {
        session.write_all(b"x").expect("writing");
        session.read_exact(&mut [0]).expect("reading");
        session
    });
    assert_eq!(peer.join().expect("no panic").is_ok(), result.is_ok());
    result
}

#[test]
fn a_session_that_nobody_verified_does_not_resume_as_a_verified_one() {
    for version in [TLS12, TLS13] {
        let careless = ClientConfig::builder().dangerous().accept_any_certificate();
        let careless = careless.priority(Priority::new(version).expect("priority")).build().expect("a client");
        let (careful, server) = (client(version), server(version));
        // A server resumes only under the server name of the first session, so none is sent.
        let to = |config: &ClientConfig, host| config.to(host).expect("a name").without_server_name();
        let first = exchange(to(&careless, "elsewhere.example"), &server).expect("anything goes");
        let data = first.session_data().expect("packing").expect("a ticket");
        let error = exchange(to(&careful, "elsewhere.example").resume(&data), &server).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Verification, "{version}: {error}");
        // The name is right, the authority is trusted: the same data is good here.
        let second = exchange(to(&careful, HOST).resume(&data), &server).expect("the right name");
        assert!(second.is_resumed(), "{version}");
    }
}

#[test]
fn data_vouches_only_for_the_configuration_and_the_name_that_it_was_verified_with() {
    let key = PrivateKey::generate(KeyType::EcdsaP256).expect("a key");
    let stranger = CertificateBuilder::new().subject("CN=stranger").ca(None).self_signed(&key).expect("a ca");
    let other = ClientConfig::builder().with_trust(&[stranger]).expect("trust");
    let (first, other) = (client(TLS13), other.build().expect("a client that trusts others"));
    let server = server(TLS13);
    let to = |config: &ClientConfig, host| config.to(host).expect("a name").without_server_name();
    let data = exchange(to(&first, HOST), &server).expect("verified").session_data().expect("packing");
    let data = data.expect("a ticket");
    // SAFETY: as they came from `as_bytes`.
    let as_bytes = unsafe { gnutls::SessionData::from_bytes(data.as_bytes()) };

    assert!(exchange(to(&first, HOST).resume(&data), &server).expect("the same again").is_resumed());
    assert!(exchange(to(&first, HOST).resume(&as_bytes), &server).expect("verified again").is_resumed());
    for (config, host) in [(&first, "elsewhere.example"), (&other, HOST)] {
        for data in [&data, &as_bytes] {
            let error = exchange(to(config, host).resume(data), &server).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Verification, "{host}: {error}");
        }
    }
}

/// The secret of another session vouches for nobody else's.
#[test]
fn a_secret_that_is_offered_as_well_does_not_vouch_for_unverified_data() {
    let both = "NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2";
    let careless = ClientConfig::builder().dangerous().accept_any_certificate();
    let careless = careless.priority(Priority::new(both).expect("priority")).build().expect("a client");
    let (careful, server) = (client(both), server(both));
    let to = |config: &ClientConfig| config.to("elsewhere.example").expect("a name").without_server_name();
    let first = exchange(to(&careless), &server).expect("anything goes");
    assert_eq!(first.protocol(), Protocol::TLS1_3);
    let data = first.session_data().expect("packing").expect("a ticket");
    let secret = SharedSession {
        id: vec![1; 32],
        protocol: Protocol::TLS1_2,
        exchange: KeyExchange::ECDHE_ECDSA,
        cipher: Cipher::AES_128_GCM,
        mac: Mac::AEAD,
        secret: vec![2; 48].into(),
    };
    let connect = to(&careful).resume(&data).resume_secret(secret).expect("a secret");
    let error = exchange(connect, &server).expect_err("nobody was verified");
    assert_eq!(error.kind(), ErrorKind::Verification, "{error}");
}

/// The server's key is one of 256 bits on a curve: too weak for `ULTRA`.
#[test]
fn a_session_that_was_verified_by_weaker_priorities_does_not_resume_by_stronger_ones() {
    for version in [TLS12, TLS13] {
        let (weak, strong) = (format!("{version}:%PROFILE_MEDIUM"), format!("{version}:%PROFILE_ULTRA"));
        let (strict, lenient, server) = (client(&strong), client(&weak), server(version));
        let to = |config: &ClientConfig| config.to(HOST).expect("a name");
        let refused = |connect: Connect| {
            let error = exchange(connect, &server).expect_err("a weak key");
            assert_eq!(error.kind(), ErrorKind::Verification, "{version}: {error}");
        };
        let data = |connect: Connect| {
            let session = exchange(connect, &server).expect("strong enough");
            session.session_data().expect("packing").expect("a ticket")
        };
        refused(to(&strict));
        let of_weak = data(to(&strict).priority_string(&weak));
        refused(to(&strict).resume(&of_weak));
        refused(to(&strict).priority_string(&strong).resume(&of_weak));
        let of_lenient = data(to(&lenient));
        refused(to(&lenient).priority_string(&strong).resume(&of_lenient));
        // As it was, and verified again by other words of the same strength.
        for connect in [
            to(&strict).priority_string(&weak).resume(&of_weak),
            to(&lenient).resume(&of_lenient),
            to(&lenient).priority_string(&weak).resume(&of_lenient),
            to(&lenient).resume(&of_weak),
        ] {
            assert!(exchange(connect, &server).expect("strong enough").is_resumed(), "{version}");
        }
    }
}

#[test]
fn priorities_of_a_connection_do_not_weaken_the_profile_of_its_configuration() {
    let builder = ClientConfig::builder().with_trust(std::slice::from_ref(&crate::common::pki().ca)).expect("trust");
    let strict = builder.verify_profile(VerifyProfile::ULTRA).expect("strong").build().expect("a client");
    let server = server("NORMAL");
    let to = || strict.to(HOST).expect("a name");
    for connect in
        [to(), to().priority_string("NORMAL:%PROFILE_MEDIUM"), to().priority_string("NORMAL"), to().system_priority()]
    {
        let error = exchange(connect, &server).expect_err("a weak key");
        assert_eq!(error.kind(), ErrorKind::Verification, "{error}");
    }
}
