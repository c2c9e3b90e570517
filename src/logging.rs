//! What GnuTLS says while it works, given to a function of the program.
//!
//! GnuTLS keeps its logging for the whole process, so it is chosen once, before anything else of this crate is used:
//! ```
//! use gnutls::logging::{self, Level};
//!
//! logging::set_handler(Level::HANDSHAKE, |level, text| eprintln!("gnutls {level}: {text}"))?;
//! # Ok::<(), gnutls::Error>(())
//! ```
//! The features `tracing` and `log` have `to_tracing` and `to_log` for the same.
//!
//! # What it costs
//! Without a handler, nothing. With one, GnuTLS formats each message up to the level, also where the handler drops it:
//! [`Level::AUDIT`] and [`Level::DEBUG`] are rare, [`Level::HANDSHAKE`] is dozens of messages for each handshake,
//! [`Level::RECORD`] several for each record.
//!
//! # Secrets
//! From [`Level::SECRETS`] on the messages have keys in them. [`set_handler`] never goes that far; who needs it says so
//! with [`set_handler_that_sees_keys`]. Below, messages still tell who talks to whom: names, certificates, parameters.

use std::ffi::{CStr, c_char, c_int};
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::OnceLock;

use gnutls_sys as sys;

use crate::error::{Error, Result};
use crate::global;

/// How much GnuTLS says: each level includes those below.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Level(u8);

impl Level {
    /// What an operator should see: attacks, weak parameters, misconfigurations.
    pub const AUDIT: Level = Level(1);
    /// What a developer wonders about.
    pub const DEBUG: Level = Level(2);
    /// Where in GnuTLS an error came up, and certificates.
    pub const ASSERT: Level = Level(3);
    /// The messages of handshakes.
    pub const HANDSHAKE: Level = Level(4);
    /// The records.
    pub const RECORD: Level = Level(5);
    /// Datagrams.
    pub const DTLS: Level = Level(6);
    /// Keys and secrets: see [`set_handler_that_sees_keys`].
    pub const SECRETS: Level = Level(9);
    /// Everything.
    pub const ALL: Level = Level(99);

    /// The most that [`set_handler`] takes.
    const MOST: Level = Level(8);

    /// The level of a number as GnuTLS has it (0 to 99).
    pub const fn from_raw(raw: u8) -> Level {
        Level(raw)
    }

    /// GnuTLS's number.
    pub const fn raw(self) -> u8 {
        self.0
    }
}

type Handler = Box<dyn Fn(Level, &str) + Send + Sync>;

static HANDLER: OnceLock<Handler> = OnceLock::new();

/// Gives GnuTLS's messages up to `level` to `handler`; a level that would show keys is taken for the highest that does
/// not. `GNUTLS_DEBUG_LEVEL` in the environment has no effect any more.
///
/// The handler is called by any thread that uses this crate, in the middle of what it does: it must not use a session,
/// and be quick. A panic in it loses the message and nothing else.
///
/// # Errors
/// [`ErrorKind::Misuse`](crate::ErrorKind::Misuse) if GnuTLS is in use already, or has a handler: other threads may be
/// reading what this call would change.
#[doc(alias = "gnutls_global_set_log_function")]
#[doc(alias = "gnutls_global_set_log_level")]
#[doc(alias = "gnutls_global_set_audit_log_function")]
pub fn set_handler(level: Level, handler: impl Fn(Level, &str) + Send + Sync + 'static) -> Result<()> {
    install(level.min(Level::MOST), Box::new(handler))
}

/// [`set_handler`] without a limit: **from [`Level::SECRETS`] on the messages contain the keys of every session**. Who
/// reads them reads all that was and will be sent. It is for finding faults of TLS with data that is nobody's.
///
/// # Errors
/// As [`set_handler`].
pub fn set_handler_that_sees_keys(level: Level, handler: impl Fn(Level, &str) + Send + Sync + 'static) -> Result<()> {
    install(level, Box::new(handler))
}

/// [`set_handler`] with the events of `tracing`, target `gnutls`: audit messages are warnings, [`Level::DEBUG`] is
/// debugging, the rest tracing.
///
/// # Errors
/// As [`set_handler`].
#[cfg(feature = "tracing")]
pub fn to_tracing(level: Level) -> Result<()> {
    set_handler(level, |level, text| match level {
        Level::AUDIT => tracing::warn!(target: "gnutls", "{text}"),
        Level::DEBUG => tracing::debug!(target: "gnutls", "{text}"),
        Level(raw) => tracing::trace!(target: "gnutls", level = raw, "{text}"),
    })
}

/// [`set_handler`] with the records of `log`, target `gnutls`: audit messages are warnings, [`Level::DEBUG`] is
/// debugging, the rest tracing.
///
/// # Errors
/// As [`set_handler`].
#[cfg(feature = "log")]
pub fn to_log(level: Level) -> Result<()> {
    set_handler(level, |level, text| match level {
        Level::AUDIT => log::warn!(target: "gnutls", "{text}"),
        Level::DEBUG => log::debug!(target: "gnutls", "{text}"),
        Level(_) => log::trace!(target: "gnutls", "{text}"),
    })
}

fn install(level: Level, handler: Handler) -> Result<()> {
    let installed = global::before_first_use(|| {
        if HANDLER.set(handler).is_err() {
            return;
        }
        // SAFETY: nobody else is in the library, as `before_first_use` says; `said` keeps the contract of gnutls_log_func.
        unsafe { sys::gnutls_global_set_log_function(Some(said)) };
        // SAFETY: as above; `audited` keeps the contract of gnutls_audit_log_func.
        unsafe { sys::gnutls_global_set_audit_log_function(Some(audited)) };
        // SAFETY: as above.
        unsafe { sys::gnutls_global_set_log_level(c_int::from(level.0)) };
    })?;
    if installed {
        return Ok(());
    }
    let why = "GnuTLS is in use already; choose its logging before anything else of this crate is called, and once";
    Err(Error::misuse("setting the log handler", why))
}

/// `gnutls_log_func`.
unsafe extern "C" fn said(level: c_int, text: *const c_char) {
    // SAFETY: GnuTLS's contract: a string that is valid during the call.
    unsafe { pass_on(Level(u8::try_from(level).unwrap_or(u8::MAX)), text) };
}

/// `gnutls_audit_log_func`. The session may be in any state, and is left alone.
unsafe extern "C" fn audited(_: sys::gnutls_session_t, text: *const c_char) {
    // SAFETY: as above.
    unsafe { pass_on(Level::AUDIT, text) };
}

/// # Safety
/// `text` is null, or a NUL-terminated string that is valid during the call.
unsafe fn pass_on(level: Level, text: *const c_char) {
    let (Some(handler), false) = (HANDLER.get(), text.is_null()) else { return };
    // SAFETY: the caller's promise.
    let text = unsafe { CStr::from_ptr(text) }.to_string_lossy();
    // Nobody is there to take a panic: the message is lost.
    let _ = catch_unwind(AssertUnwindSafe(|| handler(level, text.trim_end_matches('\n'))));
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = match *self {
            Level::AUDIT => "audit",
            Level::DEBUG => "debug",
            Level::ASSERT => "assert",
            Level::HANDSHAKE => "handshake",
            Level::RECORD => "record",
            Level::DTLS => "dtls",
            Level::SECRETS => "secrets",
            Level(raw) => return write!(f, "level {raw}"),
        };
        f.write_str(name)
    }
}
