//! TLS records on the wire, as a man in the middle sees them.

use gnutls::transport::Transport;
use gnutls::transport::memory::End;

const HEADER: usize = 5;

/// What is on its way, in whole records as far as it came.
#[derive(Default)]
pub struct Wire {
    rest: Vec<u8>,
}

impl Wire {
    /// Takes what a session sent: the records that are complete.
    pub fn take(&mut self, from: &End) -> Vec<Vec<u8>> {
        let mut buf = [0; 4096];
        while let Ok(taken @ 1..) = from.try_read(&mut buf) {
            self.rest.extend_from_slice(&buf[..taken]);
        }
        let mut records = Vec::new();
        while let Some(length) = length(&self.rest).filter(|length| *length <= self.rest.len()) {
            records.push(self.rest.drain(..length).collect());
        }
        records
    }
}

/// How long the record is that begins here, its header included.
fn length(bytes: &[u8]) -> Option<usize> {
    let [_, _, _, high, low, ..] = bytes else { return None };
    Some(HEADER + usize::from(u16::from_be_bytes([*high, *low])))
}

/// A record that nobody encrypted.
pub fn forged(content: u8, payload: &[u8]) -> Vec<u8> {
    let length = u16::try_from(payload.len()).expect("short").to_be_bytes();
    [&[content, 3, 3, length[0], length[1]], payload].concat()
}
