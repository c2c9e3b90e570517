//! Records that do not show how long the data in them are.

use std::io::Read;

use gnutls::transport::{Transport, memory};
use gnutls::{ErrorKind, Session};

use crate::common::{TLS12, TLS13, client, connect, server};
use crate::is;

type Pair = (Session<memory::End>, Session<memory::End>);

const CBC: &str = "NORMAL:-VERS-ALL:+VERS-TLS1.2:-CIPHER-ALL:+AES-128-CBC";

fn pair(priority: &str) -> Pair {
    connect(&client(priority), &server(priority), memory::pair(1 << 20))
}

/// How many bytes `send` puts on the wire.
fn on_the_wire(send: impl FnOnce(&Session<memory::End>)) -> usize {
    let (near, far) = pair(TLS13);
    send(&near);
    assert!(near.try_flush().expect("no error"));
    far.into_inner().try_read(&mut [0; 1 << 12]).expect("what was sent")
}

#[test]
fn data_and_padding_look_like_their_sum() {
    let short = on_the_wire(|near| assert_eq!(near.send_padded(b"yes", 97).expect("sent"), 3));
    let long = on_the_wire(|near| assert_eq!(near.send_padded(&[b'n'; 90], 10).expect("sent"), 90));
    let none = on_the_wire(|near| assert_eq!(near.send_padded(b"", 100).expect("sent"), 0));
    let plain = on_the_wire(|near| assert_eq!(near.send(&[b'n'; 100]).expect("sent"), 100));
    assert_eq!((short, long, none), (plain, plain, plain));
}

#[test]
fn every_length_of_a_range_looks_like_its_end() {
    let sizes =
        [0, 1, 37, 100].map(|length| on_the_wire(|near| near.send_range(&vec![1; length], 0..=100).expect("sent")));
    assert_eq!(sizes, [sizes[3]; 4]);
}

#[test]
fn the_peer_gets_the_data_without_the_padding() {
    for version in [TLS13, CBC] {
        let (near, mut far) = pair(version);
        assert!(near.can_hide_lengths());
        near.send_range(b"one, ", 0..=200).expect("sent");
        near.send_range(&[b'x'; 40_000], 0..=60_000).expect("sent");
        if version == TLS13 {
            near.send_padded(b"", 1000).expect("sent");
            near.send_padded(b" and two", 1000).expect("sent");
        } else {
            near.send(b" and two").expect("sent");
        }
        near.close().expect("closed");
        let mut got = Vec::new();
        far.read_to_end(&mut got).expect("received");
        assert_eq!(got.len(), 5 + 40_000 + 8, "{version}");
        assert!(got.starts_with(b"one, xxx") && got.ends_with(b"xxx and two"), "{version}");
    }
}

#[test]
fn what_cannot_be_hidden_is_refused_and_the_session_goes_on() {
    let (near, mut far) = pair(TLS13);
    is(&near.send_padded(b"", 0).expect_err("nothing"), ErrorKind::InvalidInput, &["nothing"]);
    is(&near.send_padded(b"x", 16384).expect_err("too much"), ErrorKind::InvalidInput, &["16384"]);
    is(&near.send_padded(b"", 16384).expect_err("too much"), ErrorKind::InvalidInput, &["padding"]);
    is(&near.send_range(b"x", 2..=3).expect_err("not in it"), ErrorKind::InvalidInput, &["2..=3"]);
    is(&near.send_range(b"x", 0..=1 << 30).expect_err("too long"), ErrorKind::InvalidInput, &["131072"]);
    is(&near.send_range(b"", 0..=0).expect_err("nothing"), ErrorKind::InvalidInput, &[]);
    near.cork().expect("corked");
    is(&near.send_padded(b"x", 1).expect_err("corked"), ErrorKind::Misuse, &["uncork"]);
    near.uncork().expect("uncorked");
    near.send_padded(b"fine", 1).expect("sent");
    let mut got = [0; 4];
    far.read_exact(&mut got).expect("received");
    assert_eq!(&got, b"fine");

    let (near, _far) = pair(TLS12);
    is(&near.send_padded(b"x", 1).expect_err("TLS 1.2"), ErrorKind::Unsupported, &["1.3"]);
    assert!(!near.can_hide_lengths(), "{}", near.description());
    is(&near.send_range(b"x", 0..=1).expect_err("TLS 1.2"), ErrorKind::Unsupported, &["1.3"]);
}

#[test]
fn a_range_is_split_into_what_records_take() {
    let (near, _far) = pair(TLS13);
    assert_eq!(near.split_range(20_000..=20_000).expect("split"), [16384..=16384, 3616..=3616]);
    let mut rest = 100..=50_000;
    let mut most = 0;
    while *rest.end() > 0 {
        let next;
        [next, rest] = near.split_range(rest).expect("split");
        most += next.end();
    }
    assert_eq!(most, 50_000);
    #[expect(clippy::reversed_empty_ranges, reason = "that is what is refused")]
    let error = near.split_range(2..=1).expect_err("no range");
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
}
