//! Renegotiation (TLS 1.2): who may, who is asked, what comes through, and what a session is then.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use gnutls::transport::memory;
use gnutls::x509::Purpose;
use gnutls::{Alert, ClientAuth, CredentialsType, ErrorKind, Renegotiation, Session};

use crate::common::polled::{Side, meet};
use crate::common::reauth::{SOMEBODY, issued};
use crate::common::renegotiation::{TURNS, both, polled, renegotiated, told, wants, willing_client, willing_server};
use crate::common::{HOST, TLS12, TLS13, check, client, fill, server, within};
use crate::is;

type End = Session<memory::End>;

fn willing() -> (End, End) {
    pair(&willing_client().build().expect("a client"), &willing_server().build().expect("a server"))
}

fn pair(client: &gnutls::ClientConfig, server: &gnutls::ServerConfig) -> (End, End) {
    polled(client, server, memory::pair(1 << 16))
}

/// Data of stream `seed` from one to the other.
fn passes(from: &End, to: &End, seed: u64, length: usize) {
    let (mut sent, mut received) = (0, 0);
    let (mut out, mut buf) = (vec![0; length], vec![0; 5000]);
    fill(seed, 0, &mut out);
    while received < length {
        match from.send(&out[sent..]) {
            Ok(taken) => sent += taken,
            Err(error) => assert!(error.would_block(), "{error:?}"),
        }
        match to.recv(&mut buf) {
            Ok(got) => {
                check(seed, received as u64, &buf[..got]);
                received += got;
            }
            Err(error) => assert!(error.would_block(), "{error:?}"),
        }
    }
}

#[test]
fn a_client_begins_and_the_session_goes_on_under_new_keys() {
    let (near, far) = willing();
    passes(&near, &far, 1, 100_000);
    let state = |session: &End| session.sending_state().expect("a state").cipher_key.to_vec();
    let before = (state(&near), state(&far));
    let (near, far) = renegotiated(near, far);
    assert!(state(&near) != before.0 && state(&far) != before.1);
    passes(&near, &far, 2, 100_000);
    passes(&far, &near, 3, 100_000);
    assert_eq!((near.renegotiation(), far.renegotiation()), (None, None));
    assert_eq!((near.counters().renegotiations, far.counters().renegotiations), (1, 1));
    assert_eq!((near.counters().bytes_sent, far.counters().bytes_received), (200_000, 200_000));
    assert!(near.has_safe_renegotiation() && !near.is_resumed());
}

#[test]
fn a_server_asks_and_data_goes_on_until_the_client_begins() {
    let (near, far) = willing();
    far.ask_renegotiation().expect("asking");
    far.ask_renegotiation().expect("asking again is nothing");
    assert_eq!(far.renegotiation(), Some(Renegotiation::Awaited));
    passes(&near, &far, 1, 50_000);
    assert_eq!(far.send(b"from the server").expect("sending"), 15);
    for _ in 0..3 {
        wants(near.recv(&mut [0; 64]));
    }
    assert_eq!(near.renegotiation(), Some(Renegotiation::Wanted));
    passes(&near, &far, 2, 50_000);
    let (near, far) = renegotiated(near, far);
    let mut buf = [0; 64];
    assert_eq!(near.recv(&mut buf).expect("what was sent before"), 15);
    assert_eq!(&buf[..15], b"from the server");
    passes(&far, &near, 3, 50_000);
}

#[test]
fn a_client_that_refuses_is_heard_and_nothing_is_lost() {
    let (near, far) = willing();
    far.ask_renegotiation().expect("asking");
    assert_eq!(far.send(b"data").expect("sending"), 4);
    wants(near.recv(&mut [0; 64]));
    assert_eq!(near.send(b"before").expect("sending"), 6);
    near.refuse_renegotiation().expect("refusing");
    assert_eq!(near.send(b"after").expect("sending"), 5);
    assert_eq!(near.renegotiation(), None);
    let mut buf = [0; 64];
    assert_eq!(near.recv(&mut buf).expect("data"), 4);
    assert_eq!(far.recv(&mut buf).expect("data"), 6);
    let error = far.recv(&mut buf).expect_err("a refusal");
    is(&error, ErrorKind::Renegotiation, &["does not want to renegotiate"]);
    assert_eq!(error.alert_received(), Some(Alert::NO_RENEGOTIATION));
    assert_eq!(far.renegotiation(), Some(Renegotiation::Refused));
    assert_eq!(far.recv(&mut buf).expect("data"), 5);
    passes(&near, &far, 1, 50_000);
    passes(&far, &near, 2, 50_000);
    // It may change its mind, and so may the server.
    let (near, far) = renegotiated(near, far);
    assert_eq!(far.renegotiation(), None);
    far.ask_renegotiation().expect("asking");
    wants(near.recv(&mut buf));
    let (near, far) = renegotiated(near, far);
    passes(&near, &far, 3, 1000);
}

#[test]
fn a_certificate_is_asked_for_in_the_second_handshake_alone() {
    let identified = willing_client().with_identity(issued(Purpose::CLIENT_AUTH)).expect("an identity");
    let (near, far) = pair(&identified.build().expect("a client"), &willing_server().build().expect("a server"));
    assert_eq!(far.peer_authentication(), None);
    far.ask_renegotiation().expect("asking");
    wants(near.recv(&mut [0; 1]));
    let near = near.renegotiate().expect("a client that may");
    let (near, far) = both(near, far, |far| far.renegotiate_asking(ClientAuth::Require).expect("a server that may"));
    let (near, far) = (near.session(), far.session());
    assert_eq!(far.peer_authentication(), Some(CredentialsType::CERTIFICATE));
    assert_eq!(far.peer_certificates().expect("a chain")[0].subject().expect("a name"), SOMEBODY);
    assert!(format!("{far:?}").contains(SOMEBODY));
    passes(&near, &far, 1, 1000);
    // The next demands what the last did.
    let (near, far) = renegotiated(near, far);
    assert_eq!(far.peer_authentication(), Some(CredentialsType::CERTIFICATE));
    passes(&far, &near, 2, 1000);
}

#[test]
fn a_client_without_the_certificate_that_is_demanded_then_is_told_so() {
    let (near, far) = willing();
    let near = near.renegotiate().expect("a client that may");
    let (near, far) = both(near, far, |far| far.renegotiate_asking(ClientAuth::Require).expect("a server that may"));
    let (Side::Failed(near), Side::Failed(far)) = (near, far) else { panic!("without a certificate") };
    is(&far, ErrorKind::Verification, &["renegotiating"]);
    assert_eq!(near.alert_received(), far.alert_sent());
    assert!(near.alert_received().is_some(), "{near:?}");
}

#[test]
fn a_certificate_that_is_not_for_clients_is_refused_in_the_second_handshake_as_in_the_first() {
    let mistaken = willing_client().with_identity(issued(Purpose::SERVER_AUTH)).expect("an identity");
    let (near, far) = pair(&mistaken.build().expect("a client"), &willing_server().build().expect("a server"));
    let near = near.renegotiate().expect("a client that may");
    let (_, far) = both(near, far, |far| far.renegotiate_asking(ClientAuth::Request).expect("a server that may"));
    let Side::Failed(far) = far else { panic!("not a client's certificate") };
    is(&far, ErrorKind::Verification, &["renegotiating", "purpose"]);
}

#[test]
fn the_server_is_verified_again() {
    let asked = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&asked);
    let client = willing_client().verify_with(move |_, _| {
        counted.fetch_add(1, Ordering::Relaxed);
        Ok(())
    });
    let (near, far) = pair(&client.build().expect("a client"), &willing_server().build().expect("a server"));
    assert_eq!(asked.load(Ordering::Relaxed), 1);
    let (near, far) = renegotiated(near, far);
    assert_eq!(asked.load(Ordering::Relaxed), 2);
    passes(&far, &near, 1, 1000);
}

/// A server cannot: GnuTLS goes on with the certificate that it chose first.
#[test]
fn a_client_that_turns_into_another_is_refused() {
    let asking = || willing_server().client_auth(ClientAuth::Require);
    // Also if nobody looks at the certificate.
    for server in [asking(), asking().dangerous().accept_any_client_certificate()] {
        let turned = Arc::new(AtomicBool::new(false));
        let (turns, first, other) = (Arc::clone(&turned), issued(Purpose::CLIENT_AUTH), issued(Purpose::CLIENT_AUTH));
        let client = willing_client().choose_certificate(move |_| {
            Ok(Some(if turns.load(Ordering::Relaxed) { other.clone() } else { first.clone() }))
        });
        let (client, server) = (client.build().expect("a client"), server.build().expect("a server"));
        let (near, far) = pair(&client, &server);
        let (near, far) = renegotiated(near, far);
        turned.store(true, Ordering::Relaxed);
        let near = near.renegotiate().expect("a client that may");
        let (_, far) = both(near, far, |far| far.renegotiate().expect("a server that may"));
        let Side::Failed(far) = far else { panic!("another client") };
        is(&far, ErrorKind::Verification, &["renegotiating", "GNUTLS_E_SESSION_USER_ID_CHANGED"]);
    }
}

#[test]
fn who_may_not_renegotiate_is_told_why_and_has_its_session_back() {
    let (near, far) = pair(&client(TLS12), &server(TLS12));
    let (error, near) = near.renegotiate().expect_err("not allowed").into_parts();
    is(&error, ErrorKind::Misuse, &["allow_renegotiation"]);
    is(&far.ask_renegotiation().expect_err("not allowed"), ErrorKind::Misuse, &["allow_renegotiation"]);
    passes(&near, &far, 1, 1000);

    let (near, far) = willing();
    let (error, far) = far.renegotiate().expect_err("nobody has begun").into_parts();
    is(&error, ErrorKind::Misuse, &["ask_renegotiation"]);
    is(&near.ask_renegotiation().expect_err("a client"), ErrorKind::Misuse, &["only a server"]);
    is(&near.refuse_renegotiation().expect_err("nobody asks"), ErrorKind::Misuse, &["does not want"]);
    let (error, near) = near.renegotiate_asking(ClientAuth::Require).expect_err("a client").into_parts();
    is(&error, ErrorKind::Misuse, &["only a server"]);
    passes(&near, &far, 2, 1000);
    far.try_close().expect("closing");
    assert_eq!(near.recv(&mut [0; 1]).expect("the end"), 0);
    let (error, _near) = near.renegotiate().expect_err("closed").into_parts();
    is(&error, ErrorKind::Closed, &["closed"]);

    let newer = |builder: gnutls::ClientConfigBuilder| builder.priority(gnutls::Priority::new(TLS13).expect("fine"));
    let client = newer(willing_client()).build().expect("a client");
    let server = willing_server().priority(gnutls::Priority::new(TLS13).expect("fine")).build().expect("a server");
    let (near, far) = pair(&client, &server);
    let (error, near) = near.renegotiate().expect_err("TLS 1.3").into_parts();
    is(&error, ErrorKind::Unsupported, &["TLS 1.3"]);
    is(&far.ask_renegotiation().expect_err("TLS 1.3"), ErrorKind::Unsupported, &["TLS 1.3"]);
    passes(&near, &far, 3, 1000);
}

#[test]
fn with_a_peer_that_does_not_bind_it_to_the_session_there_is_none() {
    let unsafe_priority = || gnutls::Priority::new(&format!("{TLS12}:%DISABLE_SAFE_RENEGOTIATION")).expect("fine");
    let old = willing_client().priority(unsafe_priority()).build().expect("a client");
    let (near, far) = pair(&old, &willing_server().build().expect("a server"));
    is(&far.ask_renegotiation().expect_err("unsafe"), ErrorKind::Unsupported, &["5746"]);
    let (error, near) = near.renegotiate().expect_err("unsafe").into_parts();
    is(&error, ErrorKind::Unsupported, &["5746"]);
    passes(&near, &far, 1, 1000);
}

#[test]
fn who_does_not_allow_it_ends_the_session_with_the_alert() {
    let (near, far) = pair(&willing_client().build().expect("a client"), &server(TLS12));
    let (near, far) = (near.renegotiate().expect("a client that may"), far);
    let gnutls::Progress::Pending(near) = near.advance().expect("begun") else { panic!("alone") };
    let error = far.recv(&mut [0; 1]).expect_err("refused");
    assert_eq!((error.kind(), error.alert_sent()), (ErrorKind::Renegotiation, Some(Alert::NO_RENEGOTIATION)));
    let error = near.advance().expect_err("refused");
    assert_eq!((error.kind(), error.alert_received()), (ErrorKind::Alert, Some(Alert::NO_RENEGOTIATION)));
}

#[test]
fn a_server_that_refuses_with_a_warning_ends_the_session_too() {
    let (near, far) = willing();
    let near = told(near.renegotiate().expect("a client that may"), &far);
    is(&far.refuse_renegotiation().expect_err("a server"), ErrorKind::Unsupported, &["abort()"]);
    far.warn(Alert::NO_RENEGOTIATION).expect("warning");
    let error = near.advance().expect_err("refused");
    is(&error, ErrorKind::Renegotiation, &["refuses"]);
    assert_eq!(error.alert_received(), Some(Alert::NO_RENEGOTIATION));
}

#[test]
fn what_was_gathered_goes_first() {
    let (near, far) = willing();
    near.cork().expect("corking");
    assert_eq!(near.send(b"gathered").expect("sending"), 8);
    let near = near.renegotiate().expect("a client that may");
    let gnutls::Progress::Pending(near) = near.advance().expect("begun") else { panic!("alone") };
    let mut buf = [0; 64];
    assert_eq!(far.recv(&mut buf).expect("data"), 8);
    assert_eq!(&buf[..8], b"gathered");
    wants(far.recv(&mut buf));
    let (near, far) = meet(near, far.renegotiate().expect("a server that may"), TURNS);
    passes(&near.session(), &far.session(), 1, 1000);
}

#[test]
fn what_a_receive_has_left_in_the_session_is_read_afterwards() {
    let (near, far) = willing();
    assert_eq!(far.send(b"in two parts").expect("sending"), 12);
    let mut buf = [0; 64];
    assert_eq!(near.recv(&mut buf[..3]).expect("data"), 3);
    let (near, far) = renegotiated(near, far);
    assert_eq!(near.pending(), 9);
    assert_eq!(near.recv(&mut buf).expect("data"), 9);
    assert_eq!(&buf[..9], b"two parts");
    passes(&far, &near, 1, 1000);
}

/// RFC 5246, section 7.4.1.1, has the client ignore it; GnuTLS does not.
#[test]
fn a_server_that_asks_while_its_client_begins_is_taken_to_break_the_protocol() {
    let (near, far) = willing();
    let near = near.renegotiate().expect("a client that may");
    let gnutls::Progress::Pending(near) = near.advance().expect("begun") else { panic!("alone") };
    far.ask_renegotiation().expect("asking");
    is(&near.advance().expect_err("GnuTLS"), ErrorKind::Protocol, &["GNUTLS_E_UNEXPECTED_HANDSHAKE_PACKET"]);
    wants(far.recv(&mut [0; 1]));
}

/// A server that never takes notice, and goes on sending.
#[test]
fn what_is_kept_until_the_server_begins_is_bounded() {
    for (size, bytes) in [(1, 4096..4098), (16384, 1 << 19..(1 << 20) + (1 << 17))] {
        let sent = within("sending", move || {
            let (near, far) = willing();
            let mut near = near.renegotiate().expect("a client that may");
            let data = vec![0; size];
            let mut sent = 0;
            loop {
                match far.send(&data) {
                    Ok(taken) => sent += taken,
                    Err(error) if error.would_block() => {}
                    Err(_) => unreachable!("it reads nothing"),
                }
                near = match near.advance() {
                    Ok(gnutls::Progress::Pending(near)) => near,
                    Ok(gnutls::Progress::Done(_)) => panic!("without the server"),
                    Err(error) => {
                        is(&error, ErrorKind::Protocol, &["renegotiating", "GNUTLS_E_HANDSHAKE_TOO_LARGE"]);
                        return sent;
                    }
                };
            }
        });
        assert!(bytes.contains(&sent), "{sent} bytes in records of {size}");
    }
}

/// The client offers it each time; the second handshake would ask nobody for a certificate.
#[test]
fn a_session_that_was_resumed_is_not_resumed_again() {
    let store = Arc::new(gnutls::MemoryStore::new(10));
    let server = willing_server().session_store(store).build().expect("a server");
    let identified = willing_client().with_identity(issued(Purpose::CLIENT_AUTH)).expect("an identity");
    let client = identified.build().expect("a client");
    let (near, _far) = pair(&client, &server);
    let data = near.session_data().expect("fine").expect("an entry in the store");
    let (near, far) = memory::pair(1 << 16);
    let near = client.to(HOST).expect("a name").resume(&data).start(near).expect("a client");
    let (near, far) = meet(near, server.start(far).expect("a server"), TURNS);
    let (near, far) = (near.session(), far.session());
    assert!(near.is_resumed() && far.is_resumed());
    let near = near.renegotiate().expect("a client that may");
    let (near, far) = both(near, far, |far| far.renegotiate_asking(ClientAuth::Require).expect("a server that may"));
    let (near, far) = (near.session(), far.session());
    assert!(!near.is_resumed() && !far.is_resumed());
    assert_eq!(far.peer_authentication(), Some(CredentialsType::CERTIFICATE));
    passes(&near, &far, 1, 1000);
}

#[test]
fn halves_are_put_together_and_renegotiated_again_and_again() {
    let (mut near, mut far) = willing();
    for round in 1..=5 {
        let (reader, writer) = near.into_split();
        let (far_reader, mut far_writer) = far.into_split();
        if round % 2 == 0 {
            far_writer.ask_renegotiation().expect("asking");
            assert_eq!(far_reader.renegotiation(), Some(Renegotiation::Awaited));
        }
        near = reader.unsplit(writer).expect("two of one");
        far = far_reader.unsplit(far_writer).expect("two of one");
        if round % 2 == 0 {
            wants(near.recv(&mut [0; 1]));
        }
        (near, far) = renegotiated(near, far);
        passes(&near, &far, round, 20_000);
        passes(&far, &near, round + 100, 20_000);
        assert_eq!((near.counters().renegotiations, far.counters().renegotiations), (round, round));
    }
}
