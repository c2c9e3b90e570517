//! Text that every tool passes on as it is, every byte of which is known from its place.

use std::io::{Read, Write};

use crate::common::expected;
use crate::output::Output;

/// No NUL (gnutls-serv echoes C strings), no CR, and nothing that begins a command of a tool.
const ALPHABET: &[u8; 32] = b"0123456789.,adefghijlmnopstuvwxy";

/// The length of a line.
pub(crate) const LINE: u64 = 80;

/// What stands before the text on the standard output of a tool that prints other things first.
const BEGIN: &str = "<begin>\n";

/// What the tools print in the middle of what they received. It begins with no letter of the alphabet.
const NOISE: [&str; 4] = ["Read BLOCK\n", "read R BLOCK\n", "- Rekey was completed\n", "SSL_do_handshake -> 1\n"];

/// What stream `seed` has at position `at`.
fn byte(seed: u64, at: u64) -> u8 {
    if at % LINE == LINE - 1 { b'\n' } else { ALPHABET[usize::from(expected(seed, at) % 32)] }
}

fn fill(seed: u64, at: u64, buf: &mut [u8]) {
    for (place, byte_at) in (at..).zip(buf) {
        *byte_at = byte(seed, place);
    }
}

/// Writes the mark that [`receive_from_tool`] waits for.
pub(crate) fn begin(writer: &mut impl Write) {
    writer.write_all(BEGIN.as_bytes()).expect("writing the mark");
}

/// Writes the first `total` bytes of stream `seed` in pieces of up to `largest` bytes. `interlude` is called `times`
/// times, in the middle but between lines, with the writer and how often it was called before.
pub(crate) fn send<W: Write>(
    writer: &mut W,
    (seed, total): (u64, u64),
    largest: usize,
    times: usize,
    mut interlude: impl FnMut(&mut W, usize),
) {
    let mut buf = vec![0; largest];
    let (mut at, mut size, mut called) = (0, 1, 0);
    while at < total {
        let due = called < times && at > total / (times as u64 + 1) * (called as u64 + 1);
        if due && at % LINE == 0 {
            interlude(writer, called);
            called += 1;
        }
        size = (size * 7 + 13) % largest;
        let most = if due { LINE - at % LINE } else { total - at };
        let piece = &mut buf[..(size + 1).min(usize::try_from(most).expect("fits"))];
        fill(seed, at, piece);
        writer.write_all(piece).unwrap_or_else(|error| panic!("writing at {at}: {error}"));
        at += piece.len() as u64;
    }
    assert_eq!(called, times, "the text is long enough for every interlude");
}

/// Reads the first `total` bytes of stream `seed`, and no more.
pub(crate) fn receive(reader: &mut impl Read, (seed, total): (u64, u64)) {
    let mut buf = vec![0; 20_000];
    let mut at = 0;
    while at < total {
        let room = usize::try_from(total - at).expect("fits").min(buf.len());
        let read = reader.read(&mut buf[..room]).unwrap_or_else(|error| panic!("reading at {at}: {error}"));
        assert_ne!(read, 0, "the end came at {at}, before {total}");
        for (place, got) in (at..).zip(&buf[..read]) {
            assert_eq!(*got, byte(seed, place), "byte {place} of stream {seed}");
        }
        at += read as u64;
    }
}

/// Waits until a tool has printed [`BEGIN`] and then the first `total` bytes of stream `seed`, noise left out.
pub(crate) fn receive_from_tool(stdout: &Output, (seed, total): (u64, u64)) {
    let mut position = stdout.wait_for(BEGIN).len();
    let mut at = 0;
    let mut unread = Vec::new();
    while at < total {
        let more = stdout.after(position);
        assert!(!more.is_empty(), "the tool ends or stops at {at} of {total} with {:?} left", text(&unread));
        position += more.len();
        unread.extend_from_slice(&more);
        let used = take(&unread, seed, &mut at, total);
        unread.drain(..used);
    }
}

/// Takes what is known from `printed`: the number of bytes. The rest is a part of some noise.
fn take(printed: &[u8], seed: u64, at: &mut u64, total: u64) -> usize {
    let mut used = 0;
    while let (Some(got), true) = (printed.get(used), *at < total) {
        if *got == byte(seed, *at) {
            (used, *at) = (used + 1, *at + 1);
            continue;
        }
        let rest = &printed[used..];
        match NOISE.iter().find(|noise| rest.starts_with(noise.as_bytes())) {
            Some(noise) => used += noise.len(),
            None if NOISE.iter().any(|noise| noise.as_bytes().starts_with(rest)) => return used,
            None => panic!("byte {at} of stream {seed} should not be {:?}", text(&rest[..rest.len().min(60)])),
        }
    }
    used
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}
