//! Handshake messages cut into records of a single byte (RFC 8446, section 5.1, allows it).

use std::io;
use std::sync::Mutex;
use std::time::Duration;

use gnutls::transport::{Readiness, Transport, Wait, memory};

use crate::common::{TLS12, TLS13, client, connect, server, within};

/// Cuts the first record that is written.
struct Cutter {
    inner: memory::End,
    /// The cut record's bytes that the inner end has not taken; none until the first write.
    cut: Mutex<Option<Vec<u8>>>,
}

impl Cutter {
    fn drain(&self, cut: &mut Vec<u8>) -> io::Result<()> {
        while !cut.is_empty() {
            let taken = self.inner.try_write(cut)?;
            cut.drain(..taken);
        }
        Ok(())
    }
}

impl Transport for Cutter {
    fn try_read(&self, buf: &mut [u8]) -> io::Result<usize> {
        self.inner.try_read(buf)
    }

    fn try_write(&self, buf: &[u8]) -> io::Result<usize> {
        let mut cut = self.cut.lock().expect("no panic");
        let first = cut.is_none();
        let bytes = cut.get_or_insert_with(|| buf[5..].iter().flat_map(|byte| [22, 3, 1, 0, 1, *byte]).collect());
        self.drain(bytes)?;
        if first { Ok(buf.len()) } else { self.inner.try_write(buf) }
    }
}

impl Wait for Cutter {
    fn wait(&self, want: Readiness, timeout: Option<Duration>) -> io::Result<bool> {
        self.inner.wait(want, timeout)
    }
}

#[test]
fn a_client_hello_in_records_of_one_byte_is_understood() {
    for version in [TLS12, TLS13] {
        within("the handshake", move || {
            let (near, far) = memory::pair(1 << 16);
            let cutter = Cutter { inner: near, cut: Mutex::new(None) };
            let (client, server) = connect(&client(version), &server(version), (cutter, far));
            assert_eq!(client.protocol(), server.protocol());
        });
    }
}
