//! Bytes of the peer before and during the handshake: an error or progress, never a panic, a hang, or a session with
//! somebody who is not there.
#![no_main]

use arbitrary::{Arbitrary, Unstructured};
use gnutls::transport::Transport;
use gnutls::transport::memory::{self, End};
use gnutls::{ErrorKind, Session};
use gnutls_fuzz::join::{self, Side};
use gnutls_fuzz::pki::Setup;
use gnutls_fuzz::{errors, feedback, stream};
use libfuzzer_sys::fuzz_target;

#[derive(Arbitrary, Debug)]
struct Input<'a> {
    setup: u8,
    /// One: against a server. Two: a true peer is there, and the bytes are edits of what both send. Four and eight: how
    /// the connection ends.
    flags: u8,
    /// How many bytes come at a time.
    pace: u8,
    bytes: &'a [u8],
}

/// A change of what one side sends.
#[derive(Arbitrary, Clone, Copy, Debug)]
struct Edit {
    what: u8,
    at: u16,
    value: u8,
}

/// How a handshake may fail because of the peer.
const FAILED: [ErrorKind; 8] = [
    ErrorKind::Protocol,
    ErrorKind::Negotiation,
    ErrorKind::Alert,
    ErrorKind::Verification,
    ErrorKind::Truncated,
    ErrorKind::Transport,
    ErrorKind::Unsupported,
    ErrorKind::Credentials,
];

const ROOM: usize = 1 << 18;

fuzz_target!(|input: Input<'_>| {
    feedback::install();
    let setup = Setup(input.setup);
    if input.flags & 2 == 0 {
        alone(&input, setup);
    } else {
        tampered(&input, setup);
    }
});

/// Somebody sends these bytes to us.
fn alone(input: &Input<'_>, setup: Setup) {
    let (near, far) = memory::pair(ROOM);
    let mut side = if input.flags & 1 == 0 { join::client(setup, near) } else { join::server(setup, near) };
    side = side.step();
    for part in input.bytes.chunks(1 + usize::from(input.pace) * 8) {
        // What is left of the transport after an error takes nothing.
        let _ = far.try_write(part);
        side = side.step();
        drain(&far);
    }
    if input.flags & 4 == 0 {
        far.shutdown();
        side = side.step();
        assert!(!side.is_pending(), "a handshake that goes on without a connection");
    }
    match side {
        Side::Done(_) => panic!("a handshake with nobody"),
        Side::Failed(error) => errors::expect(&error, &FAILED),
        Side::Pending(_) => {}
    }
}

fn drain(far: &End) {
    let mut buf = [0; 4096];
    while let Ok(1..) = far.try_read(&mut buf) {}
}

/// Two true peers, and somebody between them.
fn tampered(input: &Input<'_>, setup: Setup) {
    let mut bytes = Unstructured::new(input.bytes);
    let edits: Vec<Edit> = bytes.arbitrary_iter().map(|edits| edits.take(16).flatten().collect()).unwrap_or_default();
    let ((near, left), (right, far)) = (memory::pair(ROOM), memory::pair(ROOM));
    let (mut client, mut server) = (join::client(setup, near), join::server(setup, far));
    let (even, odd): (Vec<Edit>, Vec<Edit>) = edits.iter().partition(|edit| edit.what & 1 == 0);
    let (mut up, mut down) = (Lane::new(even), Lane::new(odd));
    let step = 1 + usize::from(input.pace) * 8;
    loop {
        (client, server) = (client.step(), server.step());
        let moved = up.pass(&left, &right, step) + down.pass(&right, &left, step);
        if moved == 0 {
            break;
        }
    }
    left.shutdown();
    right.shutdown();
    (client, server) = (client.step(), server.step());
    assert!(!client.is_pending() && !server.is_pending(), "a handshake that goes on without a connection");
    for side in [&client, &server] {
        if let Side::Failed(error) = side {
            errors::expect(error, &FAILED);
            assert!(edits.iter().any(|edit| edit.touches()) || !setup.succeeds(), "nobody interfered: {error}");
        }
    }
    if let (Side::Done(client), Side::Done(server)) = (client, server) {
        agree(&client, &server, setup);
    }
}

/// What both believe to be true is the same, and is what they would have agreed on without the man in the middle.
fn agree(client: &Session<End>, server: &Session<End>, setup: Setup) {
    assert!(setup.succeeds(), "a client without the certificate that is required");
    assert_eq!((client.protocol(), server.protocol()), (setup.protocol(), setup.protocol()));
    assert_eq!((client.cipher(), client.group()), (server.cipher(), server.group()));
    assert_eq!((client.alpn(), server.alpn()), (Some(&b"echo"[..]), Some(&b"echo"[..])));
    assert_eq!(server.server_name().as_deref(), Some("localhost"));
    assert_eq!(client.signature(), server.signature());
}

impl Edit {
    fn touches(self) -> bool {
        self.what >> 1 & 3 != 0 || self.value != 0
    }
}

/// One direction of the man in the middle.
struct Lane {
    edits: Vec<Edit>,
    /// How many bytes the sender has sent.
    seen: usize,
}

impl Lane {
    fn new(mut edits: Vec<Edit>) -> Lane {
        edits.sort_by_key(|edit| edit.at);
        Lane { edits, seen: 0 }
    }

    /// Passes on up to `step` bytes, with what the edits make of them: how many came.
    fn pass(&mut self, from: &End, to: &End, step: usize) -> usize {
        let mut buf = vec![0; step];
        let came = from.try_read(&mut buf).unwrap_or(0);
        let mut out = Vec::new();
        for byte in &buf[..came] {
            let mut byte = Some(*byte);
            for edit in self.edits.iter().filter(|edit| usize::from(edit.at) == self.seen) {
                match edit.what >> 1 & 3 {
                    0 => byte = byte.map(|byte| byte ^ edit.value),
                    1 => byte = None,
                    2 => out.extend(stream::bytes(edit.value.into(), 0, usize::from(edit.value) + 1)),
                    _ => out.extend(byte),
                }
            }
            out.extend(byte);
            self.seen += 1;
        }
        // A side that has failed takes nothing.
        let _ = to.try_write(&out);
        came
    }
}
