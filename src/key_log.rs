//! The secrets of sessions for tools that decrypt captured traffic, written only where the program asks for it.

use std::env;
use std::fmt;
use std::fs::{File, OpenOptions};
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use parking_lot::Mutex;

use crate::error::{Failure, Result};
use crate::ffi::Wiped;

/// The variable that other TLS libraries have made the custom.
const VARIABLE: &str = "SSLKEYLOGFILE";

/// Takes the secrets of sessions. **Who has them can read all that these sessions send and receive.**
///
/// It is called inside handshakes, by any thread. A panic ends the handshake and goes on in the thread that made it.
pub trait KeyLog: Send + Sync {
    /// A secret: its name in the NSS key log format (`CLIENT_RANDOM`, `CLIENT_TRAFFIC_SECRET_0` and so on), the
    /// client's random bytes, which tell the session, and the secret itself.
    fn log(&self, label: &str, client_random: &[u8], secret: &[u8]);
}

impl<F: Fn(&str, &[u8], &[u8]) + Send + Sync> KeyLog for F {
    fn log(&self, label: &str, client_random: &[u8], secret: &[u8]) {
        self(label, client_random, secret);
    }
}

/// A [`KeyLog`] that appends to a file in the NSS key log format, which Wireshark and others read.
///
/// A line that cannot be written is lost; the session goes on.
pub struct KeyLogFile(Option<(PathBuf, Mutex<File>)>);

impl KeyLogFile {
    /// The file that the variable `SSLKEYLOGFILE` names now; without the variable, one that writes nothing.
    ///
    /// A program that runs with more rights than who starts it must not ask for this.
    ///
    /// # Errors
    /// If the file cannot be opened.
    pub fn from_env() -> Result<KeyLogFile> {
        match env::var_os(VARIABLE).filter(|path| !path.is_empty()) {
            Some(path) => KeyLogFile::new(path),
            None => Ok(KeyLogFile(None)),
        }
    }

    /// Appends to the file at `path`; one that is not there is made for this user alone.
    ///
    /// # Errors
    /// If the file cannot be opened.
    pub fn new(path: impl AsRef<Path>) -> Result<KeyLogFile> {
        let path = path.as_ref();
        let opened = OpenOptions::new().append(true).create(true).mode(0o600).open(path);
        let file = opened.map_err(|error| Failure::of_io(error, format!("opening the key log {}", path.display())))?;
        Ok(KeyLogFile(Some((path.to_owned(), Mutex::new(file)))))
    }
}

impl KeyLog for KeyLogFile {
    fn log(&self, label: &str, client_random: &[u8], secret: &[u8]) {
        if let Some((_, file)) = &self.0 {
            // In one write: other processes may append to the same file.
            let _ = file.lock().write_all(&line(label, client_random, secret));
        }
    }
}

/// `LABEL RANDOM SECRET`, the latter two in hexadecimal digits.
fn line(label: &str, client_random: &[u8], secret: &[u8]) -> Wiped {
    // Of its final size from the start: no copies stay behind.
    let mut line = Vec::with_capacity(label.len() + 2 * (client_random.len() + secret.len()) + 3);
    line.extend_from_slice(label.as_bytes());
    for bytes in [client_random, secret] {
        line.push(b' ');
        line.extend(
            bytes.iter().flat_map(|byte| [byte >> 4, byte & 15].map(|digit| b"0123456789abcdef"[usize::from(digit)])),
        );
    }
    line.push(b'\n');
    Wiped::new(line)
}

impl fmt::Debug for KeyLogFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("KeyLogFile").field(&self.0.as_ref().map(|(path, _)| path)).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_as_the_readers_want_it() {
        assert_eq!(&*line("CLIENT_RANDOM", &[0, 0xA5], &[0xFF, 0x10]), b"CLIENT_RANDOM 00a5 ff10\n");
    }
}
