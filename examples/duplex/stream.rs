//! A stream of bytes that is known at every place, so that a lost, doubled or changed byte is found.

use std::io::{Read, Write};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use gnutls::transport::Wait;
use gnutls::{ErrorKind, KeyUpdateRequest, ReadHalf, WriteHalf};

use crate::Failed;

/// The stream repeats after a prime number of bytes: no record, buffer or page size divides it.
const PERIOD: usize = 1_000_003;

/// How much is written and read at once.
const CHUNK: usize = 128 * 1024;

/// Printable, because some servers that echo (gnutls-serv) do so line by line.
const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+\n";

/// The bytes of one direction.
pub(crate) struct Pattern(Vec<u8>);

impl Pattern {
    /// Each `seed` is another stream.
    pub(crate) fn new(seed: u64) -> Pattern {
        let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
        let mut next = || {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            ALPHABET[usize::from(state.to_le_bytes()[3] % 64)]
        };
        let mut bytes: Vec<u8> = (0..PERIOD).map(|_| next()).collect();
        bytes.extend_from_within(..CHUNK);
        Pattern(bytes)
    }

    /// The next `CHUNK` bytes of the stream from `at` on.
    fn from(&self, at: u64) -> &[u8] {
        let start = usize::try_from(at % PERIOD as u64).expect("less than the period");
        &self.0[start..start + CHUNK]
    }
}

/// What one direction has moved so far.
#[derive(Default)]
pub(crate) struct Progress {
    pub(crate) sent: AtomicU64,
    pub(crate) received: AtomicU64,
}

/// Writes the stream until `until`, changes the keys every `rekey`, and closes.
pub(crate) fn send<T: Wait>(
    mut writer: WriteHalf<T>,
    pattern: &Pattern,
    progress: &Progress,
    until: Instant,
    rekey: Duration,
) -> Result<WriteHalf<T>, Failed> {
    let mut at = 0;
    let mut updates = 0_u32;
    let mut next_update = Instant::now() + rekey;
    let mut rekeying = !rekey.is_zero();
    loop {
        let now = Instant::now();
        if now >= until {
            break;
        }
        if rekeying && now >= next_update {
            next_update = now + rekey;
            updates += 1;
            let request = match updates % 2 {
                0 => KeyUpdateRequest::Requested,
                _ => KeyUpdateRequest::NotRequested,
            };
            match writer.update_keys(request) {
                Err(error) if error.kind() == ErrorKind::Unsupported => rekeying = false,
                other => other?,
            }
        }
        let written = writer.write(pattern.from(at))?;
        at += written as u64;
        progress.sent.store(at, Ordering::Relaxed);
    }
    // The stream ends with its line, for those who echo lines.
    let line = pattern.from(at).split_inclusive(|byte| *byte == b'\n').next().unwrap_or_default();
    writer.write_all(line)?;
    progress.sent.store(at + line.len() as u64, Ordering::Relaxed);
    writer.close()?;
    Ok(writer)
}

/// Reads the stream to its end and checks every byte.
pub(crate) fn receive<T: Wait>(
    mut reader: ReadHalf<T>,
    pattern: &Pattern,
    progress: &Progress,
) -> Result<ReadHalf<T>, Failed> {
    let mut buf = vec![0; CHUNK];
    let mut at = 0;
    loop {
        let read = reader.read(&mut buf)?;
        if read == 0 {
            return Ok(reader);
        }
        let expected = &pattern.from(at)[..read];
        if let Some(wrong) = buf.iter().zip(expected).position(|(got, want)| got != want) {
            return Err(format!("byte {} of the stream is wrong", at + wrong as u64).into());
        }
        at += read as u64;
        progress.received.store(at, Ordering::Relaxed);
    }
}
