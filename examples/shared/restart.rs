//! `--debug`: GnuTLS reads its debug level from the environment once, when it is loaded, so the program starts anew.

use std::env;
use std::io;
use std::os::unix::process::CommandExt;
use std::process::Command;

const VARIABLE: &str = "GNUTLS_DEBUG_LEVEL";

/// Sees to it that GnuTLS logs to stderr up to `level`. Returns if it does already, or if it cannot.
pub(crate) fn with_debug_level(level: u16) -> io::Result<()> {
    let level = level.to_string();
    if env::var_os(VARIABLE).is_some_and(|present| present == *level) {
        return Ok(());
    }
    let mut arguments = env::args_os();
    let mut again = Command::new(env::current_exe()?);
    if let Some(name) = arguments.next() {
        again.arg0(name);
    }
    Err(again.args(arguments).env(VARIABLE, level).exec())
}
