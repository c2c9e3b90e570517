//! Alerts that a program sends, and what both sides make of them.

use std::io::{Read, Write};

use gnutls::transport::memory;
use gnutls::{Alert, ErrorKind, Priority, Session};

use crate::common::{TLS12, TLS13, client, connect, server, tcp, within};
use crate::is;

type Pair = (Session<memory::End>, Session<memory::End>);

fn pair(priority: &str) -> Pair {
    connect(&client(priority), &server(priority), memory::pair(1 << 16))
}

#[test]
fn a_fatal_alert_ends_both_sides_and_says_why() {
    for version in [TLS12, TLS13] {
        let (near, far) = pair(version);
        assert_eq!((near.last_alert(), far.last_alert()), (None, None));
        near.abort(Alert::ACCESS_DENIED).expect("sent");
        let error = far.recv(&mut [0; 9]).expect_err("the session is over");
        assert_eq!((error.kind(), error.alert_received()), (ErrorKind::Alert, Some(Alert::ACCESS_DENIED)), "{error:?}");
        assert_eq!(far.last_alert(), Some(Alert::ACCESS_DENIED));
        for error in [
            near.recv(&mut [0; 9]).expect_err("over"),
            near.send(b"x").expect_err("over"),
            near.abort(Alert::INTERNAL_ERROR).expect_err("once"),
        ] {
            is(&error, ErrorKind::Closed, &["access_denied"]);
            assert_eq!(error.alert_sent(), Some(Alert::ACCESS_DENIED));
        }
    }
}

#[test]
fn a_reader_that_waits_hears_of_the_end() {
    let (near, _far) = connect(&client(TLS13), &server(TLS13), tcp());
    let (mut reader, writer) = near.into_split();
    let reading = std::thread::spawn(move || within("the reader", move || reader.read(&mut [0; 9])));
    writer.abort(Alert::USER_CANCELED).expect("sent");
    let error = reading.join().expect("no panic").expect_err("the session is over");
    assert_eq!(error.kind(), std::io::ErrorKind::BrokenPipe, "{error:?}");
}

#[test]
fn a_warning_lets_tls12_go_on() {
    let (near, mut far) = pair(TLS12);
    near.warn(Alert::USER_CANCELED).expect("sent");
    near.warn(Alert(214)).expect("sent");
    (&near).write_all(b"on").expect("sent");
    let mut got = [0; 2];
    far.read_exact(&mut got).expect("received");
    assert_eq!((&got, far.last_alert()), (b"on", Some(Alert(214))));
}

#[test]
fn tls13_has_no_warnings_and_close_notify_is_none() {
    let (near, far) = pair(TLS13);
    is(&near.warn(Alert::NO_RENEGOTIATION).expect_err("fatal"), ErrorKind::Unsupported, &["no_renegotiation", "1.3"]);
    is(&near.warn(Alert::CLOSE_NOTIFY).expect_err("no warning"), ErrorKind::InvalidInput, &["close()"]);
    near.close().expect("closed");
    assert_eq!(far.recv(&mut [0; 9]).expect("the end"), 0);
    assert_eq!(far.last_alert(), Some(Alert::CLOSE_NOTIFY));
    let (near, _far) = pair(TLS12);
    near.close().expect("closed");
    is(&near.warn(Alert::USER_CANCELED).expect_err("closed"), ErrorKind::Closed, &["close_notify"]);
}

#[test]
fn an_error_has_the_alert_that_fits() {
    let error = Priority::new("NO-SUCH-THING").expect_err("no priorities");
    let (near, far) = pair(TLS13);
    near.abort_for(&error).expect("sent");
    let received = far.recv(&mut [0; 9]).expect_err("over").alert_received();
    assert_eq!(received, Some(error.code().expect("GnuTLS said so").alert()));
    // One without a code has this one.
    let (near, far) = pair(TLS13);
    let error = Priority::new("NORMAL\0").expect_err("no code");
    far.abort_for(&error).expect("sent");
    assert_eq!(near.recv(&mut [0; 9]).expect_err("over").alert_received(), Some(Alert::INTERNAL_ERROR));
}
