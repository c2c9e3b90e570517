//! Where the client's own words go: to stdout as gnutls-cli's, or to a file.

use std::fs::File;
use std::io::{self, Write};
use std::path::Path;
use std::sync::Arc;

/// The client's words, apart from errors.
#[derive(Clone)]
pub(crate) struct Log(Option<Arc<File>>);

impl Log {
    /// To `file`, or to stdout.
    pub(crate) fn to(file: Option<&Path>) -> Result<Log, String> {
        let open = |file: &Path| {
            File::create(file).map(Arc::new).map_err(|error| format!("opening {}: {error}", file.display()))
        };
        file.map(open).transpose().map(Log)
    }

    pub(crate) fn say_all(&self, lines: &[String]) {
        lines.iter().for_each(|line| self.say(line));
    }

    /// One or more lines. Who has stopped listening does not miss them.
    pub(crate) fn say(&self, text: &str) {
        self.write(&format!("{text}\n"));
    }

    /// As [`say`](Log::say), without the end of the line.
    pub(crate) fn write(&self, line: &str) {
        let _ = match &self.0 {
            Some(file) => { &**file }.write_all(line.as_bytes()),
            None => io::stdout().write_all(line.as_bytes()),
        };
    }
}

/// What the server sent, as it came.
pub(crate) fn show(data: &[u8]) -> io::Result<()> {
    let mut out = io::stdout().lock();
    out.write_all(data).and_then(|()| out.flush())
}
