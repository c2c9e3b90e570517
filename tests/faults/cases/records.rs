//! Records that are changed, repeated, lost, too long, empty, or of a wrong type.

use super::Case;
use crate::forge::{ALERT, CHANGE_CIPHER_SPEC, DATA, HANDSHAKE, head};
use crate::stage::Stage;

pub(super) const CASES: &[Case] = &[
    Case::new("a record comes twice", |stage| {
        let again = stage.wire[0].clone();
        stage.wire.push(again);
    }),
    Case::new("a record is missing", |stage| {
        stage.data(b"[during]");
        stage.wire.pop();
    }),
    Case::new("a bit of the type is changed", |stage| changed(stage, 0)),
    Case::new("a bit of the version is changed", |stage| changed(stage, 1)),
    Case::new("a bit of the body is changed", |stage| changed(stage, 14)),
    Case::new("the length says one byte less", |stage| longer(stage, u16::MAX)),
    Case::new("the length says one byte more", |stage| longer(stage, 1)),
    Case::new("the length says 20,000 bytes", |stage| stage.wire.push(head(DATA, 20_000).to_vec())),
    Case::new("more data than a record may hold, 2^14 + 1 bytes", |stage| stage.data(&[b'x'; (1 << 14) + 1])),
    Case::new("as much data as a record may hold", |stage| stage.data(&[b'x'; 1 << 14])),
    Case::new("an empty record", |stage| stage.data(b"")),
    Case::new("1000 empty records", |stage| (0..1000).for_each(|_| stage.data(b""))),
    Case::tls13("a record that is nothing but padding", |stage| {
        let record = stage.forge.seal_as(DATA, &[0; 9]);
        stage.wire.push(record);
    }),
    Case::tls13("data with padding", |stage| {
        let record = stage.forge.seal_as(DATA, b"[padded]\x17\0\0\0\0");
        stage.wire.push(record);
    }),
    Case::new("a record without a body", |stage| stage.wire.push(head(DATA, 0).to_vec())),
    Case::new("data in the clear", |stage| stage.wire.push([&head(DATA, 4)[..], b"oops"].concat())),
    Case::new("an alert in the clear", |stage| stage.wire.push([&head(ALERT, 2)[..], &[2, 40]].concat())),
    Case::new("text that is no TLS", |stage| stage.wire.push(b"HTTP/1.1 400 Bad Request\r\n\r\n".to_vec())),
    Case::new("an unknown type (99), encrypted", |stage| stage.record(99, b"oops")),
    Case::new("a change of cipher, encrypted", |stage| stage.record(CHANGE_CIPHER_SPEC, &[1])),
    Case::new("a change of cipher, in the clear", |stage| {
        stage.wire.push([&head(CHANGE_CIPHER_SPEC, 1)[..], &[1]].concat());
    }),
    Case::new("a heartbeat (RFC 6520) that was not agreed on", |stage| stage.record(24, &[1, 0, 2, 7, 7])),
    Case::new("an empty alert", |stage| stage.record(ALERT, b"")),
    Case::new("an empty part of the handshake", |stage| stage.record(HANDSHAKE, b"")),
];

/// The next record of the peer has one bit changed.
fn changed(stage: &mut Stage, at: usize) {
    stage.data(b"[during]");
    stage.wire.last_mut().expect("just sent")[at] ^= 0x20;
}

fn longer(stage: &mut Stage, by: u16) {
    stage.data(b"[during]");
    let record = stage.wire.last_mut().expect("just sent");
    let length = u16::from_be_bytes([record[3], record[4]]).wrapping_add(by);
    record[3..5].copy_from_slice(&length.to_be_bytes());
}
