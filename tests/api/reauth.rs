//! Clients that are asked for a certificate after the handshake: what each side learns, and what a session is then.

use std::io::{self, Read, Write};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use gnutls::transport::{Readiness, Transport, Wait, memory};
use gnutls::x509::Purpose;
use gnutls::{
    Alert, ClientAuth, ClientConfig, CredentialsType, Error, ErrorKind, KeyUpdateRequest, Priority, Psk,
    Reauthentication, ServerConfig, Session,
};

use crate::common::reauth::{SOMEBODY, asked, asking, identified, issued};
use crate::common::{HOST, TLS12, check, connect, fill, pki, within};
use crate::is;

type End = Session<memory::End>;

fn pair(client: &ClientConfig, server: &ServerConfig) -> (End, End) {
    connect(client, server, memory::pair(1 << 16))
}

/// Reads to the end, which is where the server closes or fails.
fn reads(client: End) -> thread::JoinHandle<(End, Result<Vec<u8>, Error>)> {
    thread::spawn(move || {
        let mut all = Vec::new();
        let result = (&client).read_to_end(&mut all).map_err(|error| error.downcast::<Error>().expect("ours"));
        (client, result.map(|_| all))
    })
}

fn asks(
    client: ClientConfig,
    server: ServerConfig,
    demand: ClientAuth,
) -> (End, Result<bool, Error>, End, Option<Error>) {
    within("asking", move || {
        let (near, far) = pair(&client, &server);
        let reading = reads(near);
        let answer = far.reauthenticate(demand);
        if answer.is_ok() {
            far.close().expect("closing");
        }
        let (near, end) = reading.join().expect("no panic");
        (far, answer, near, end.err())
    })
}

#[test]
fn a_certificate_that_is_shown_later_is_verified_and_is_the_peers_from_then_on() {
    for demand in [ClientAuth::Request, ClientAuth::Require] {
        let (far, answer, near, end) =
            asks(identified().build().expect("fine"), asking().build().expect("fine"), demand);
        assert!(answer.expect("an answer"));
        assert!(end.is_none(), "{end:?}");
        assert_eq!(far.reauthentication(), Some(Reauthentication::Authenticated));
        assert_eq!(far.peer_authentication(), Some(CredentialsType::CERTIFICATE));
        assert_eq!(far.peer_certificates().expect("a chain")[0].subject().expect("a name"), SOMEBODY);
        assert!(format!("{far:?}").contains(SOMEBODY));
        assert_eq!((near.reauthentication(), near.counters().reauthentications), (None, 1));
    }
}

#[test]
fn before_it_is_asked_a_client_is_nobody() {
    let (_near, far) = pair(&identified().build().expect("fine"), &asking().build().expect("fine"));
    assert_eq!((far.reauthentication(), far.peer_authentication()), (None, None));
    assert!(far.can_reauthenticate() && far.peer_certificates().expect("a chain").is_empty());
}

#[test]
fn a_client_without_a_certificate_says_so_and_the_session_goes_on() {
    let (client, server) = (asked().build().expect("fine"), asking().build().expect("fine"));
    let (far, answer, _near, end) = asks(client, server, ClientAuth::Request);
    assert!(!answer.expect("an answer"));
    assert!(end.is_none(), "{end:?}");
    assert_eq!((far.reauthentication(), far.peer_authentication()), (Some(Reauthentication::Declined), None));
}

#[test]
fn a_client_that_must_have_a_certificate_and_has_none_is_told_so() {
    let (client, server) = (asked().build().expect("fine"), asking().build().expect("fine"));
    let (far, answer, _near, end) = asks(client, server, ClientAuth::Require);
    let error = answer.expect_err("it has none");
    is(&error, ErrorKind::Verification, &["asking the client"]);
    assert_eq!(error.alert_sent(), Some(Alert::CERTIFICATE_REQUIRED));
    assert_eq!(end.and_then(|end| end.alert_received()), Some(Alert::CERTIFICATE_REQUIRED));
    assert_eq!(far.send(b"x").expect_err("it is over").kind(), ErrorKind::Verification);
    assert_ne!(far.reauthentication(), Some(Reauthentication::Authenticated));
}

/// Also in a session that is resumed, where GnuTLS does not ask for the verification.
#[test]
fn a_certificate_that_is_not_for_clients_ends_the_session_also_if_it_is_resumed() {
    let client = asked().with_identity(issued(Purpose::SERVER_AUTH)).expect("an identity").build().expect("fine");
    let server = asking().build().expect("fine");
    let data = {
        let (client, server) = (client.clone(), server.clone());
        within("the first session", move || {
            let (near, far) = pair(&client, &server);
            far.close().expect("closing");
            assert_eq!((&near).read(&mut [0; 9]).expect("the end"), 0);
            near.session_data().expect("fine").expect("a ticket")
        })
    };
    for resumed in [false, true] {
        let (connect, server) = (client.to(HOST).expect("a name"), server.clone());
        let connect = if resumed { connect.resume(&data) } else { connect };
        within("asking", move || {
            let (near, far) = memory::pair(1 << 16);
            let accepting = thread::spawn(move || server.accept(far).expect("the server's handshake"));
            let near = connect.connect(near).expect("the client's handshake");
            let far = accepting.join().expect("no panic");
            assert_eq!(far.is_resumed(), resumed);
            let reading = reads(near);
            let error = far.reauthenticate(ClientAuth::Request).expect_err("no client");
            is(&error, ErrorKind::Verification, &["purpose"]);
            assert_eq!(error.alert_sent(), Some(Alert::UNSUPPORTED_CERTIFICATE));
            assert_ne!(far.reauthentication(), Some(Reauthentication::Authenticated));
            let (_, end) = reading.join().expect("no panic");
            assert_eq!(end.expect_err("an alert").alert_received(), Some(Alert::UNSUPPORTED_CERTIFICATE));
        });
    }
}

#[test]
fn a_resumed_session_can_be_asked_as_well() {
    within("two sessions", || {
        let (client, server) = (identified().build().expect("fine"), asking().build().expect("fine"));
        let (near, far) = pair(&client, &server);
        far.close().expect("closing");
        assert_eq!((&near).read(&mut [0; 9]).expect("the end"), 0);
        let connect = client.to(HOST).expect("a name").resume(&near.session_data().expect("fine").expect("a ticket"));
        let (near, far) = memory::pair(1 << 16);
        let accepting = thread::spawn(move || server.accept(far).expect("the server's handshake"));
        let near = connect.connect(near).expect("the client's handshake");
        let far = accepting.join().expect("no panic");
        assert!(far.is_resumed());
        let reading = reads(near);
        assert!(far.reauthenticate(ClientAuth::Require).expect("an answer"));
        assert_eq!(far.peer_certificates().expect("a chain")[0].subject().expect("a name"), SOMEBODY);
        far.close().expect("closing");
        reading.join().expect("no panic").1.expect("the end");
    });
}

#[test]
fn data_from_before_the_answer_is_kept_for_the_reads_that_follow() {
    within("asking", || {
        let (near, far) = pair(&identified().build().expect("fine"), &asking().build().expect("fine"));
        let mut sent = vec![0; 60_000];
        fill(1, 0, &mut sent);
        for part in sent.chunks(7_000) {
            // A part of the first record is read before the question, and some come after it.
            assert_eq!(near.send(part).expect("room"), part.len());
        }
        let mut got = [0; 100];
        (&far).read_exact(&mut got).expect("data");
        check(1, 0, &got);
        far.try_reauthenticate(ClientAuth::Require).expect("asking");
        assert_eq!(far.reauthentication(), Some(Reauthentication::Awaited));
        let reading = reads(near);
        assert!(far.reauthenticate(ClientAuth::Require).expect("an answer"));
        let mut rest = vec![0; sent.len() - got.len()];
        (&far).read_exact(&mut rest).expect("data");
        check(1, 100, &rest);
        far.close().expect("closing");
        reading.join().expect("no panic").1.expect("the end");
    });
}

#[test]
fn one_thread_asks_and_is_answered_by_polling() {
    let (near, far) = pair(&identified().build().expect("fine"), &asking().build().expect("fine"));
    let mut buf = [0; 64];
    far.try_reauthenticate(ClientAuth::Request).expect("asking");
    near.send(b"before").expect("room");
    assert!(near.recv(&mut buf).expect_err("a question").would_block());
    near.send(b"after").expect("room");
    assert_eq!(far.recv(&mut buf[..4]).expect("data"), 4);
    assert_eq!(far.reauthentication(), Some(Reauthentication::Awaited));
    assert_eq!(far.recv(&mut buf[4..]).expect("data"), 2);
    assert_eq!((&buf[..6], far.reauthentication()), (&b"before"[..], Some(Reauthentication::Awaited)));
    assert_eq!(far.recv(&mut buf).expect("data"), 5);
    assert_eq!((&buf[..5], far.reauthentication()), (&b"after"[..], Some(Reauthentication::Authenticated)));
}

#[test]
fn a_client_can_be_asked_again_and_again_with_key_updates_between() {
    within("asking", || {
        let (near, far) = pair(&identified().build().expect("fine"), &asking().build().expect("fine"));
        let reading = reads(near);
        for round in 0..3 {
            // The client's own update is on its way when it is asked.
            let request = if round == 1 { KeyUpdateRequest::NotRequested } else { KeyUpdateRequest::Requested };
            far.update_keys(request).expect("an update");
            assert!(far.reauthenticate(ClientAuth::Require).expect("an answer"), "round {round}");
            (&far).write_all(b"on").expect("writing");
        }
        far.close().expect("closing");
        assert_eq!(reading.join().expect("no panic").1.expect("data"), b"ononon");
        assert_eq!(far.counters().key_updates_received, 2);
    });
}

#[test]
fn an_update_that_is_asked_for_meanwhile_comes_afterwards() {
    within("asking", || {
        let (near, far) = pair(&identified().build().expect("fine"), &asking().build().expect("fine"));
        far.try_reauthenticate(ClientAuth::Require).expect("asking");
        far.update_keys(KeyUpdateRequest::Requested).expect("an update");
        let reading = reads(near);
        assert!(far.reauthenticate(ClientAuth::Require).expect("an answer"));
        assert_eq!(far.counters().key_updates_sent, 2);
        far.close().expect("closing");
        let (near, end) = reading.join().expect("no panic");
        end.expect("the end");
        (&near).write_all(b"on").expect("writing");
        assert_eq!((&far).read(&mut [0; 9]).expect("data"), 2);
        assert_eq!(far.counters().key_updates_received, 1);
    });
}

#[test]
fn who_cannot_be_asked_is_not() {
    let answer = |client: &ClientConfig, server: &ServerConfig| {
        let (near, far) = pair(client, server);
        assert_eq!(near.try_reauthenticate(ClientAuth::Request).expect_err("a client").kind(), ErrorKind::Misuse);
        let error = far.try_reauthenticate(ClientAuth::Request).expect_err("not here");
        assert_eq!((far.reauthentication(), far.send(b"on").expect("it goes on")), (None, 2));
        error
    };
    let (client, server) = (identified().build().expect("fine"), asking().build().expect("fine"));
    let reserved = asking().post_handshake_auth(false).build().expect("fine");
    is(&answer(&client, &reserved), ErrorKind::Misuse, &["post_handshake_auth"]);
    let unasked = identified().post_handshake_auth(false).build().expect("fine");
    is(&answer(&unasked, &server), ErrorKind::Unsupported, &["offer"]);
    let old = || Priority::new(TLS12).expect("priorities");
    let (old_client, old_server) = (identified().priority(old()), asking().priority(old()));
    let error = answer(&old_client.build().expect("fine"), &old_server.build().expect("fine"));
    is(&error, ErrorKind::Unsupported, &["TLS 1.3"]);
    let words = Priority::new("NORMAL:-VERS-ALL:+VERS-TLS1.3:+ECDHE-PSK:+DHE-PSK").expect("priorities");
    let psk = identified().with_psk(Psk::new("i", vec![1; 32]).expect("a key")).priority(words.clone());
    let known = asking().with_psk(|_| Some(vec![1; 32].into())).priority(words);
    let error = answer(&psk.build().expect("fine"), &known.build().expect("fine"));
    is(&error, ErrorKind::Unsupported, &["certificates"]);
    let (_near, far) = pair(&client, &server);
    let error = far.try_reauthenticate(ClientAuth::None).expect_err("no question");
    is(&error, ErrorKind::InvalidInput, &["None"]);
}

#[test]
fn a_server_that_wants_to_ask_must_trust_somebody() {
    let error = ServerConfig::builder().with_identity(pki().server.clone()).expect("identity");
    let error = error.post_handshake_auth(true).build().expect_err("nobody is trusted");
    is(&error, ErrorKind::Credentials, &["authority"]);
}

#[test]
fn a_client_that_closes_or_goes_instead_of_answering_is_an_error() {
    within("asking", || {
        for closes in [true, false] {
            let (near, far) = pair(&identified().build().expect("fine"), &asking().build().expect("fine"));
            near.send(b"last words").expect("room");
            if closes {
                near.close().expect("closing");
            } else {
                far.try_reauthenticate(ClientAuth::Request).expect("asking");
            }
            let near = closes.then_some(near);
            let error = far.reauthenticate(ClientAuth::Request).expect_err("no answer");
            is(&error, ErrorKind::Truncated, &[]);
            drop(near);
            let mut buf = [0; 64];
            assert_eq!(far.recv(&mut buf).expect("data"), 10);
        }
    });
}

#[test]
fn data_without_end_instead_of_an_answer_is_not_kept_without_end() {
    // Much, and many: a record takes as much memory as the longest.
    for (total, record) in [(2 << 20, 1 << 20), (10_000, 1)] {
        data_without_end(total, record);
    }
}

/// A transport that ends where there is nothing, if it is told so: whoever would wait there hears of it instead.
struct Ending(memory::End, Arc<AtomicBool>);

impl Transport for Ending {
    fn try_read(&self, buf: &mut [u8]) -> io::Result<usize> {
        match self.0.try_read(buf) {
            Err(error) if error.kind() == io::ErrorKind::WouldBlock && self.1.load(Ordering::SeqCst) => Ok(0),
            read => read,
        }
    }

    fn try_write(&self, buf: &[u8]) -> io::Result<usize> {
        self.0.try_write(buf)
    }
}

impl Wait for Ending {
    fn wait(&self, want: Readiness, timeout: Option<Duration>) -> io::Result<bool> {
        self.0.wait(want, timeout)
    }
}

/// So many bytes, in writes of so many.
fn data_without_end(total: usize, record: usize) {
    within("asking", move || {
        let (client, server) = (identified().build().expect("fine"), asking().build().expect("fine"));
        let ((near, far), ends) = (memory::pair(4 << 20), Arc::new(AtomicBool::new(false)));
        let (near, far) = connect(&client, &server, (near, Ending(far, Arc::clone(&ends))));
        let mut sent = vec![0; total];
        fill(5, 0, &mut sent);
        sent.chunks(record).for_each(|part| (&near).write_all(part).expect("room"));
        // Who takes all of it meets an end.
        ends.store(true, Ordering::SeqCst);
        let error = far.reauthenticate(ClientAuth::Request).expect_err("no answer");
        is(&error, ErrorKind::Resource, &["receive that first"]);
        ends.store(false, Ordering::SeqCst);
        assert_eq!(far.reauthentication(), Some(Reauthentication::Awaited));
        let mut got = vec![0; sent.len()];
        (&far).read_exact(&mut got).expect("nothing is lost");
        check(5, 0, &got);
        let reading = reads(near);
        assert!(far.reauthenticate(ClientAuth::Request).expect("an answer"));
        far.close().expect("closing");
        reading.join().expect("no panic").1.expect("the end");
    });
}

/// Also in a session that is resumed, where GnuTLS does not ask for the verification.
#[test]
fn code_that_judges_a_later_certificate_may_try_to_use_the_session_and_is_told_that_it_may_not() {
    within("two sessions", || {
        let judged: Arc<Mutex<Option<Arc<End>>>> = Arc::default();
        let (session, told) = (Arc::clone(&judged), Arc::new(Mutex::new(Vec::new())));
        let heard = Arc::clone(&told);
        let server = asking().verify_with(move |_, _| {
            let session = session.lock().expect("no panic").clone();
            if let Some(session) = session {
                heard.lock().expect("no panic").push(session.send(b"from inside").expect_err("inside").kind());
            }
            Ok(())
        });
        let (client, server) = (identified().build().expect("fine"), server.build().expect("fine"));
        let mut data = None;
        for resumed in [false, true] {
            let connect = client.to(HOST).expect("a name");
            let connect = data.iter().fold(connect, gnutls::Connect::resume);
            let (near, far) = memory::pair(1 << 16);
            let server = server.clone();
            let accepting = thread::spawn(move || server.accept(far).expect("the server's handshake"));
            let near = connect.connect(near).expect("the client's handshake");
            let far = Arc::new(accepting.join().expect("no panic"));
            assert_eq!(far.is_resumed(), resumed);
            *judged.lock().expect("no panic") = Some(Arc::clone(&far));
            let reading = reads(near);
            assert!(far.reauthenticate(ClientAuth::Require).expect("an answer"));
            assert_eq!(std::mem::take(&mut *told.lock().expect("no panic")), [ErrorKind::Misuse], "{resumed}");
            *judged.lock().expect("no panic") = None;
            far.close().expect("closing");
            let (near, end) = reading.join().expect("no panic");
            end.expect("the end");
            data = near.session_data().expect("fine");
        }
    });
}
