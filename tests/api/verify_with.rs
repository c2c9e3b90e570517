//! Code of the program's own that decides about the peer, other demands, and what is told of a failure.

use std::io::{Read, Write};
use std::net::IpAddr;
use std::slice::from_ref;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;

use gnutls::tofu::{Known, KnownHosts};
use gnutls::transport::memory;
use gnutls::x509::{
    CertificateBuilder, GeneralName, KeyType, PrivateKey, Purpose, VerifyDemands, VerifyProfile, VerifyStatus,
};
use gnutls::{Alert, CertificateType, ClientAuth, ClientConfig, ClientConfigBuilder, Connect, ErrorKind, Identity};
use gnutls::{Priority, Refusal, ServerConfig, Session, SessionData};

use crate::common::{HOST, TLS12, TLS13, pki, within};
use crate::is;
use crate::verification::{Ends, issued, meet, serving, trusting};

fn client(builder: ClientConfigBuilder) -> ClientConfig {
    builder.build().expect("a client")
}

fn of_version(version: &str) -> Priority {
    Priority::new(version).expect("priorities")
}

fn server(version: &str) -> ServerConfig {
    let builder = ServerConfig::builder().with_identity(pki().server.clone()).expect("an identity");
    builder.priority(of_version(version)).build().expect("a server")
}

fn with_email(address: &str) -> CertificateBuilder {
    CertificateBuilder::new().alt_name(GeneralName::Email(address.into()))
}

fn meet_by(connect: Connect, server: ServerConfig) -> Ends {
    within("two handshakes", move || {
        let (near, far) = memory::pair(1 << 16);
        let accepting = thread::spawn(move || server.accept(far));
        let client = connect.connect(near);
        (client, accepting.join().expect("no panic"))
    })
}

#[test]
fn a_server_that_would_be_accepted_can_be_refused_in_the_programs_own_words() {
    for version in [TLS12, TLS13] {
        let config = trusting(&pki().ca).priority(of_version(version)).verify_with(|view, found| {
            assert!(found.is_ok() && !found.steps().is_empty() && !view.is_server() && !view.is_resumed());
            assert_eq!((view.host(), view.peer_certificate_type()), (Some(HOST), CertificateType::X509));
            let subject = view.peer_certificates()?[0].subject()?;
            Err(Refusal::new(format!("{subject} is out of favour")).alert(Alert::ACCESS_DENIED))
        });
        let (near, far) = meet(client(config), server(version), HOST);
        let error = near.expect_err("refused");
        is(&error, ErrorKind::Callback, &["verify_with", "CN=test server is out of favour", "localhost"]);
        assert_eq!(error.alert_sent(), Some(Alert::ACCESS_DENIED));
        drop(far);
    }
}

#[test]
fn a_server_that_would_be_refused_is_refused_whatever_the_program_would_say() {
    let calls = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&calls);
    let config = client(trusting(&pki().ca).verify_with(move |_, _| {
        counter.fetch_add(1, Ordering::Relaxed);
        Ok(())
    }));
    let elsewhere = serving(issued(CertificateBuilder::new().dns_name("elsewhere.example")));
    let error = meet(config.clone(), elsewhere, HOST).0.expect_err("another name");
    assert!(error.verify_status().expect("a status").contains(VerifyStatus::UNEXPECTED_OWNER));
    assert_eq!(calls.load(Ordering::Relaxed), 0);
    meet(config, serving(pki().server.clone()), HOST).0.expect("accepted");
    assert_eq!(calls.load(Ordering::Relaxed), 1);
}

#[test]
fn who_accepts_any_certificate_can_decide_with_what_gnutls_found() {
    let key = PrivateKey::generate(KeyType::EcdsaP256).expect("a key");
    let own = CertificateBuilder::new().subject("CN=me").dns_name(HOST).self_signed(&key).expect("a certificate");
    let stranger = || serving(Identity::new(vec![own.clone()], key.clone()).expect("they fit"));
    for version in [TLS12, TLS13] {
        let any = || ClientConfig::builder().dangerous().accept_any_certificate().priority(of_version(version));
        let seen = Arc::new(Mutex::new(None));
        let note = Arc::clone(&seen);
        let config = client(any().verify_with(move |view, found| {
            *note.lock().expect("no panic") = Some((found.status(), view.host().map(str::to_owned)));
            Ok(())
        }));
        meet(config, stranger(), HOST).0.expect("the program says so");
        let (status, host) = seen.lock().expect("no panic").take().expect("it was asked");
        assert!(status.contains(VerifyStatus::SIGNER_NOT_FOUND) && !status.contains(VerifyStatus::UNEXPECTED_OWNER));
        assert_eq!(host.as_deref(), Some(HOST));
        let config = client(any().verify_with(|_, found| Err(Refusal::new(found.status().to_string()))));
        let error = meet(config, stranger(), HOST).0.expect_err("the program says so");
        is(&error, ErrorKind::Callback, &["NOT trusted"]);
    }
}

#[test]
fn a_panic_is_the_error_of_the_handshake() {
    for version in [TLS12, TLS13] {
        let config = trusting(&pki().ca).priority(of_version(version)).verify_with(|_, _| panic!("nobody home"));
        let error = meet(client(config), server(version), HOST).0.expect_err("it panicked");
        is(&error, ErrorKind::Callback, &["verify_with panicked", "nobody home"]);
        assert_eq!(error.alert_sent(), Some(Alert::INTERNAL_ERROR));
    }
}

#[test]
fn one_connection_can_ask_somebody_else_and_demand_something_else() {
    let config = client(trusting(&pki().ca).verify_with(|_, _| Err(Refusal::new("the usual answer"))));
    let to = |host| config.to(host).expect("a name");
    meet_by(
        to(HOST).verify_with(|_, found| if found.is_ok() { Ok(()) } else { Err(Refusal::new("no")) }),
        server(TLS13),
    )
    .0
    .expect("accepted");
    let error = meet_by(to(HOST), server(TLS13)).0.expect_err("refused");
    is(&error, ErrorKind::Callback, &["the usual answer"]);

    let config = client(trusting(&pki().ca));
    let to = |demands| config.to(HOST).expect("a name").demand(demands);
    let address = IpAddr::from([192, 0, 2, 1]);
    let draft = || with_email("ada@example.org").ip_address(address);
    let named = || VerifyDemands::new();
    for (demands, shown, fits) in [
        (named().ip_address(address), draft(), true),
        (named().ip_address([192, 0, 2, 2]), draft(), false),
        (named().email("ada@example.org").expect("an address"), draft(), true),
        (named().email("bob@example.org").expect("an address"), draft(), false),
        (named().ip_address(address), draft().purpose(Purpose::CLIENT_AUTH), false),
        (named().ip_address(address).purpose(Purpose::CLIENT_AUTH), draft().purpose(Purpose::CLIENT_AUTH), true),
        (named().ip_address(address).purpose(Purpose::CODE_SIGNING), draft().purpose(Purpose::CLIENT_AUTH), false),
    ] {
        let told = format!("{demands:?}");
        let found = meet_by(to(demands).expect("a name"), serving(issued(shown))).0;
        assert_eq!(found.is_ok(), fits, "{told}: {found:?}");
    }
    let error = to(VerifyDemands::new().purpose(Purpose::SERVER_AUTH)).expect_err("anybody would do");
    is(&error, ErrorKind::InvalidInput, &["any name"]);
}

#[test]
fn a_server_for_another_purpose_is_taken_only_by_those_who_say_so() {
    let for_clients = || serving(issued(CertificateBuilder::new().dns_name(HOST).purpose(Purpose::CLIENT_AUTH)));
    let error = meet(client(trusting(&pki().ca)), for_clients(), HOST).0.expect_err("no server");
    assert!(error.verify_status().expect("a status").contains(VerifyStatus::PURPOSE_MISMATCH));
    let careless = || client(trusting(&pki().ca).dangerous().accept_any_purpose());
    meet(careless(), for_clients(), HOST).0.expect("whatever it is for");
    let error = meet(careless(), serving(issued(CertificateBuilder::new())), HOST).0.expect_err("another name");
    assert!(error.verify_status().expect("a status").contains(VerifyStatus::UNEXPECTED_OWNER));
}

#[test]
fn profiles_say_how_strong_a_certificate_must_be() {
    let low = || of_version("NORMAL:%PROFILE_LOW");
    let config = |profile| client(trusting(&pki().ca).priority(low()).verify_profile(profile).expect("a profile"));
    let ours = || serving(pki().server.clone());
    meet(config(VerifyProfile::HIGH), ours(), HOST).0.expect("P-256 is 128 bits");
    // A number that GnuTLS would mix with that of the priorities (2 | 8) would be no profile's.
    for profile in [VerifyProfile::ULTRA, VerifyProfile::FUTURE, VerifyProfile::SUITEB192] {
        let error = meet(config(profile), ours(), HOST).0.expect_err("not strong enough");
        let status = error.verify_status().expect("a status");
        assert!(status.contains(VerifyStatus::INSECURE_ALGORITHM), "{profile:?}: {status}");
    }
    let weak = trusting(&pki().ca).verify_profile(VerifyProfile::LOW).expect_err("weak");
    is(&weak, ErrorKind::InvalidInput, &["LOW", "dangerous()"].map(|word| if word == "LOW" { "Low" } else { word }));
    let weak = trusting(&pki().ca).dangerous().verify_profile(VerifyProfile::LOW).expect("a profile");
    meet(client(weak), ours(), HOST).0.expect("weak, and more so");
    // Also where the program's own code is asked.
    let asking =
        trusting(&pki().ca).verify_profile(VerifyProfile::FUTURE).expect("a profile").verify_with(|_, _| Ok(()));
    meet(client(asking), ours(), HOST).0.expect_err("not strong enough");
}

#[test]
fn servers_ask_and_demand_too() {
    let ada = || issued(with_email("ada@example.org").purpose(Purpose::CLIENT_AUTH));
    let bob = || issued(with_email("bob@example.org").purpose(Purpose::CLIENT_AUTH));
    for version in [TLS12, TLS13] {
        let builder = || {
            let builder = ServerConfig::builder().with_identity(pki().server.clone()).expect("an identity");
            let builder = builder.with_trust(from_ref(&pki().ca)).expect("trust").priority(of_version(version));
            builder.client_auth(ClientAuth::Request)
        };
        let at_server = |server: gnutls::ServerConfigBuilder, shown: Option<Identity>| {
            let config = trusting(&pki().ca).priority(of_version(version));
            let config = match shown {
                Some(identity) => config.with_identity(identity).expect("fits"),
                None => config,
            };
            meet(client(config), server.build().expect("a server"), HOST).1
        };
        let demanding = || builder().client_demands(VerifyDemands::new().email("ada@example.org").expect("an address"));
        at_server(demanding(), Some(ada())).expect("Ada");
        let error = at_server(demanding(), Some(bob())).expect_err("Bob");
        assert!(error.verify_status().expect("a status").contains(VerifyStatus::UNEXPECTED_OWNER));

        let asking = || {
            builder().verify_with(|view, found| {
                assert!(view.is_server() && view.host().is_none() && found.is_ok());
                if view.verify(&VerifyDemands::new().email("ada@example.org")?)?.is_ok() {
                    return Ok(());
                }
                assert!(view.verify_chain()?.is_ok() && !view.verify_host("localhost")?.is_ok());
                Err(Refusal::new("only Ada"))
            })
        };
        let session = at_server(asking(), Some(ada())).expect("Ada");
        let again = |address| session.verify_peer(&VerifyDemands::new().email(address).expect("an address"));
        assert!(again("ada@example.org").expect("verified").is_ok());
        let found = again("bob@example.org").expect("verified");
        assert!(found.status().contains(VerifyStatus::UNEXPECTED_OWNER) && !found.steps().is_empty());
        assert_eq!(session.peer_certificate_type(), CertificateType::X509);
        assert_eq!(session.certificate_type(), CertificateType::X509);
        is(&at_server(asking(), Some(bob())).expect_err("Bob"), ErrorKind::Callback, &["only Ada"]);
        // Nobody is nobody to ask about.
        let session = at_server(asking(), None).expect("it may have none");
        assert_eq!(session.verify_peer(&VerifyDemands::new()).expect_err("none").kind(), ErrorKind::Verification);
    }
}

#[test]
fn an_error_tells_what_was_found_about_each_certificate() {
    let key = PrivateKey::generate(KeyType::EcdsaP256).expect("a key");
    let draft = CertificateBuilder::new().subject("CN=middle").ca(None);
    let middle = draft.signed_by(&key, &pki().ca, &pki().ca_key).expect("a certificate");
    let server_key = PrivateKey::generate(KeyType::EcdsaP256).expect("a key");
    let long_ago = std::time::SystemTime::now() - std::time::Duration::from_secs(1_000_000);
    let draft = CertificateBuilder::new().subject("CN=late").dns_name(HOST).valid_from(long_ago);
    let late = draft.valid_for(std::time::Duration::from_secs(60)).signed_by(&server_key, &middle, &key);
    let chain = vec![late.expect("a certificate"), middle];
    let late = || serving(Identity::new(chain.clone(), server_key.clone()).expect("they fit"));
    for version in [TLS12, TLS13] {
        for asking in [false, true] {
            let config = trusting(&pki().ca).priority(of_version(version));
            let config = if asking { config.verify_with(|_, _| Ok(())) } else { config };
            let error = meet(client(config), late(), HOST).0.expect_err("expired");
            let found = error.verification().expect("what was found");
            assert_eq!(Some(found.status()), error.verify_status());
            let step = found.steps().iter().find(|step| step.certificate.as_ref() == Some(&chain[0])).expect("a step");
            assert!(step.status.contains(VerifyStatus::EXPIRED), "{:?}", found.steps());
            assert_eq!(step.issuer.as_ref(), Some(&chain[1]));
            let above = found.steps().iter().find(|step| step.certificate.as_ref() == Some(&chain[1]));
            assert!(above.expect("a step").status.is_ok());
        }
    }
    let other = ClientConfig::builder().with_trust_pem(b"").expect_err("nothing");
    assert!(other.verification().is_none() && other.verify_status().is_none());
}

/// Connects and exchanges a byte each way, so that the client has what the server sends after the handshake.
fn exchange(connect: Connect, server: &ServerConfig) -> gnutls::Result<(Session<memory::End>, Option<SessionData>)> {
    let (near, far) = memory::pair(1 << 16);
    let server = server.clone();
    let peer = thread::spawn(move || -> std::io::Result<()> {
        let mut session = server.accept(far)?;
        session.read_exact(&mut [0])?;
        session.write_all(b"y")
    });
    let result = connect.connect(near).map(|mut session| {
        session.write_all(b"x").expect("writing");
        session.read_exact(&mut [0]).expect("reading");
        let data = session.session_data().expect("packing");
        (session, data)
    });
    // The peer's end is of no interest if this one failed.
    let _ = peer.join().expect("no panic");
    result
}

#[test]
fn the_program_is_asked_again_when_a_session_is_resumed() {
    for version in [TLS12, TLS13] {
        let asked = Arc::new(Mutex::new(Vec::new()));
        let note = Arc::clone(&asked);
        let allowed = Arc::new(AtomicUsize::new(2));
        let left = Arc::clone(&allowed);
        let config = client(trusting(&pki().ca).priority(of_version(version)).verify_with(move |view, found| {
            let subject = view.peer_certificates()?[0].subject()?;
            note.lock().expect("no panic").push((view.is_resumed(), found.is_ok(), subject));
            let more = left.load(Ordering::Relaxed);
            left.store(more.saturating_sub(1), Ordering::Relaxed);
            if more > 0 { Ok(()) } else { Err(Refusal::new("it has changed its mind")) }
        }));
        let server = server(version);
        let to = || config.to(HOST).expect("a name");
        let data = exchange(to(), &server).expect("allowed").1.expect("a ticket");
        let (second, data) = exchange(to().resume(&data), &server).expect("allowed");
        assert!(second.is_resumed(), "{version}");
        drop(second);
        let data = data.expect("a ticket");
        let error = exchange(to().resume(&data), &server).map(drop).expect_err("no longer");
        is(&error, ErrorKind::Callback, &["changed its mind"]);
        let subject = || "CN=test server".to_owned();
        let expected = [(false, true, subject()), (true, true, subject()), (true, true, subject())];
        assert_eq!(*asked.lock().expect("no panic"), expected, "{version}");
    }
}

#[test]
fn demands_of_one_connection_are_not_vouched_for_by_another() {
    for version in [TLS12, TLS13] {
        let config = client(trusting(&pki().ca).priority(of_version(version)));
        let server = server(version);
        let to = || config.to(HOST).expect("a name");
        let data = exchange(to(), &server).expect("verified").1.expect("a ticket");
        let demands = VerifyDemands::new().host(HOST).expect("a name").purpose(Purpose::CODE_SIGNING);
        let narrow = to().demand(demands).expect("a name").resume(&data);
        // A certificate without purposes is for all of them, so it takes another name.
        exchange(narrow, &server).expect("any purpose");
        let other = VerifyDemands::new().host("elsewhere.example").expect("a name");
        let error = exchange(to().demand(other).expect("a name").resume(&data), &server).map(drop).expect_err("no");
        is(&error, ErrorKind::Verification, &[]);
    }
}

#[test]
fn trust_on_first_use_is_a_few_lines() {
    let path = format!("{}/verify-known-{}", env!("CARGO_TARGET_TMPDIR"), std::process::id());
    let _ = std::fs::remove_file(&path);
    let hosts = KnownHosts::in_file(&path);
    let config = || {
        let hosts = hosts.clone();
        client(ClientConfig::builder().dangerous().accept_any_certificate().verify_with(move |view, found| {
            let (host, chain) = (view.host().ok_or("no host").map_err(Refusal::new)?, view.peer_certificates()?);
            match hosts.verify(host, Some("443"), &chain[0])? {
                Known::Same => Ok(()),
                Known::Unknown if found.status().contains(VerifyStatus::UNEXPECTED_OWNER) => {
                    Err(Refusal::new("a first server of another name"))
                }
                Known::Unknown => Ok(hosts.store(host, Some("443"), &chain[0], None)?),
                Known::Different => Err(Refusal::new("somebody else")),
            }
        }))
    };
    let other = || serving(issued(CertificateBuilder::new().dns_name(HOST)));
    let error = meet(config(), other(), "elsewhere.example").0.expect_err("another name");
    is(&error, ErrorKind::Callback, &["another name"]);
    meet(config(), serving(pki().server.clone()), HOST).0.expect("the first");
    meet(config(), serving(pki().server.clone()), HOST).0.expect("the same");
    let error = meet(config(), other(), HOST).0.expect_err("another");
    is(&error, ErrorKind::Callback, &["somebody else"]);
}
