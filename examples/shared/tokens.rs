//! Tokens and encrypted keys: the module of the one, and the PINs and passwords of both, which come from the variable
//! GNUTLS_PIN, as with GnuTLS's tools, or the terminal.

use std::env;
use std::fs::File;
use std::io::{self, Read, Write};
use std::path::Path;
use std::sync::Arc;

use gnutls::key::{Cause, PinRequest};
use gnutls::pkcs11::{Setup, set_default_pin};
use gnutls::x509::SecretBytes;
use nix::sys::termios::{LocalFlags, SetArg, tcgetattr, tcsetattr};

const VARIABLE: &str = "GNUTLS_PIN";

/// Makes URLs of tokens work, those of `module` alone if it is given, and encrypted keys.
///
/// # Errors
/// If the module cannot be loaded.
pub(crate) fn provide(module: Option<&Path>) -> gnutls::Result<()> {
    if let Some(module) = module {
        Setup::manual().provider(module, None)?.apply()?;
    }
    set_default_pin(Some(Arc::new(answer)));
    Ok(())
}

fn answer(request: &PinRequest<'_>) -> Result<SecretBytes, Cause> {
    if request.was_wrong() {
        eprintln!("*** Wrong PIN has been provided!");
    }
    if request.is_final_try() {
        eprintln!("*** This is the final try before locking!");
    }
    match env::var(VARIABLE) {
        Ok(_) if request.was_wrong() => Err(format!("the PIN in {VARIABLE} is wrong").into()),
        Ok(pin) => Ok(SecretBytes::from(pin.into_bytes())),
        Err(_) => ask(request).map_err(|error| {
            let what = if request.label().is_empty() { "the password" } else { "the PIN" };
            format!("it needs {what}: {error}; without a terminal that comes from the variable {VARIABLE}").into()
        }),
    }
}

/// Asks on the terminal, which does not show what is typed.
fn ask(request: &PinRequest<'_>) -> io::Result<SecretBytes> {
    let none = |error| io::Error::other(format!("there is no terminal to ask on ({error})"));
    let mut terminal = File::options().read(true).write(true).open("/dev/tty").map_err(none)?;
    let before = tcgetattr(&terminal)?;
    let mut silent = before.clone();
    silent.local_flags.remove(LocalFlags::ECHO);
    tcsetattr(&terminal, SetArg::TCSAFLUSH, &silent)?;
    // A key in a file has no label.
    let asked = match request.label() {
        "" => write!(terminal, "Enter password: "),
        label => write!(terminal, "Token '{label}' requires user PIN\nEnter PIN: "),
    };
    // A terminal gives a line at a time.
    let mut typed = vec![0; 256];
    let read = asked.and_then(|()| terminal.read(&mut typed));
    tcsetattr(&terminal, SetArg::TCSANOW, &before)?;
    writeln!(terminal)?;
    typed.truncate(read?);
    match typed.strip_suffix(b"\n") {
        Some(pin @ [_, ..]) => Ok(SecretBytes::from(pin.to_vec())),
        _ => Err(io::Error::new(io::ErrorKind::UnexpectedEof, "none was typed")),
    }
}
