//! Sessions of TLS 1.2 in halves at both ends, which are put together, renegotiated, and taken apart again.

use std::io::{self, Read, Write};
use std::thread;
use std::time::Instant;

use gnutls::transport::Wait;
use gnutls::{ClientConfig, Error, ErrorKind, ReadHalf, Renegotiation, ServerConfig, Session, WriteHalf};

use crate::common::renegotiation::{willing_client, willing_server};
use crate::common::{check, fill};
use crate::stress::{DOWN, Figures, Span, UP, joined};

/// What goes each way between two renegotiations, in bytes: less than is kept of it.
const AMOUNT: u64 = 300_000;

const PART: usize = 7000;

pub(crate) fn configurations() -> (ClientConfig, ServerConfig) {
    (willing_client().build().expect("a client"), willing_server().build().expect("a server"))
}

/// The client begins in every second round; in the others the server asks in the middle of its data.
pub(crate) fn renegotiated<T: Wait + 'static>(
    (mut client, mut server): (Session<T>, Session<T>),
    span: &Span,
) -> Figures {
    let mut rounds = 0;
    while rounds < 2 || Instant::now() < span.server_stops {
        let (from, to) = (rounds * AMOUNT, (rounds + 1) * AMOUNT);
        let asks = (rounds % 2 == 1).then_some(from + AMOUNT / 2);
        rounds += 1;
        let (client_in, client_out) = client.into_split();
        let (server_in, server_out) = server.into_split();
        let up = thread::spawn(move || write(client_out, UP, from, to, None));
        let down = thread::spawn(move || write(server_out, DOWN, from, to, asks));
        let at_client = thread::spawn(move || read(client_in, DOWN, from, if asks.is_some() { u64::MAX } else { to }));
        // Until the client begins.
        let at_server = thread::spawn(move || read(server_in, UP, from, u64::MAX));
        let ((client_in, seen), client_out) = (joined(at_client), joined(up));
        let again = client_in.unsplit(client_out).expect("one session").renegotiate().expect("it may");
        // It takes what the server still sends.
        let at_client = thread::spawn(move || again.complete().expect("the client's handshake"));
        let (server_out, (server_in, all)) = (joined(down), joined(at_server));
        assert_eq!(all, to);
        let again = server_in.unsplit(server_out).expect("one session").renegotiate().expect("the client has begun");
        server = again.complete().expect("the server's handshake");
        client = joined(at_client);
        receive(|buf| { &client }.read(buf), DOWN, seen, to).expect("what was kept");
        assert_eq!((client.counters().renegotiations, server.counters().renegotiations), (rounds, rounds));
    }
    println!("    renegotiated {rounds} times");
    Figures::of_both(&client, &server)
}

/// Writes `stream` from one place to another; a server asks the client on its way, at `asks`.
fn write<T: Wait>(mut half: WriteHalf<T>, stream: u64, from: u64, to: u64, asks: Option<u64>) -> WriteHalf<T> {
    let (mut at, mut buf, mut asks) = (from, [0; PART], asks);
    while at < to {
        if asks.is_some_and(|asks| at >= asks) {
            half.ask_renegotiation().expect("asking");
            asks = None;
        }
        let part = PART.min(usize::try_from(to - at).expect("a little"));
        fill(stream, at, &mut buf[..part]);
        half.write_all(&buf[..part]).expect("writing");
        at += part as u64;
    }
    half
}

/// Reads `stream` from one place to another, or until the peer wants to renegotiate: where that is.
fn read<T: Wait>(mut half: ReadHalf<T>, stream: u64, from: u64, to: u64) -> (ReadHalf<T>, u64) {
    let at = match receive(|buf| half.read(buf), stream, from, to) {
        Ok(()) => to,
        Err(at) => {
            assert_eq!(half.renegotiation(), Some(Renegotiation::Wanted));
            at
        }
    };
    (half, at)
}

fn receive(mut read: impl FnMut(&mut [u8]) -> io::Result<usize>, stream: u64, from: u64, to: u64) -> Result<(), u64> {
    let (mut at, mut buf) = (from, [0; PART]);
    while at < to {
        let part = PART.min(usize::try_from(to - at).unwrap_or(PART));
        match read(&mut buf[..part]) {
            Ok(count) => {
                assert!(count > 0, "closed at {at}");
                check(stream, at, &buf[..count]);
                at += count as u64;
            }
            Err(error) => {
                let error = error.downcast::<Error>().expect("ours");
                assert_eq!(error.kind(), ErrorKind::Renegotiation, "{error:?}");
                return Err(at);
            }
        }
    }
    Ok(())
}
