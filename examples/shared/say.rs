//! `println!` for programs whose reader may have read enough (`... | head -1`): they end then, and nothing panics.

use std::fmt::Arguments;
use std::io::{self, Write};
use std::process::exit;

macro_rules! println {
    ($($words:tt)*) => {
        $crate::say::line(format_args!($($words)*))
    };
}

/// Writes a line to stdout.
pub(crate) fn line(words: Arguments<'_>) {
    let written = writeln!(io::stdout(), "{words}");
    match written {
        Ok(()) => {}
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => exit(0),
        Err(error) => {
            eprintln!("writing to stdout: {error}");
            exit(1);
        }
    }
}
