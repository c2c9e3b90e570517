//! DANE (RFC 6698, 7671): certificates that the DNS vouches for, by TLSA records that DNSSEC protects.
//!
//! # Examples
//! Records that the program has looked up itself, and verified:
//! ```
//! use gnutls::dane::{Flags, State, VerifyFlags};
//! use gnutls::x509::{CertificateBuilder, KeyType, PrivateKey};
//!
//! let key = PrivateKey::generate(KeyType::EcdsaP256)?;
//! let server = CertificateBuilder::new().subject("CN=server").self_signed(&key)?;
//! let record = [&[3, 0, 1][..], &server.fingerprint_sha256()?].concat(); // this certificate, by its SHA-256 digest
//!
//! let state = State::new(Flags::IGNORE_LOCAL_RESOLVER | Flags::IGNORE_DNSSEC)?;
//! let query = state.records(&[record], true, false)?;
//! assert!(state.verify(&[server], &query, VerifyFlags::default())?.is_ok());
//! # Ok::<(), gnutls::Error>(())
//! ```

mod query;
mod record;
mod state;
mod verify;

use gnutls_sys as sys;

use crate::cstr::static_text;
use crate::error::{ErrorKind, Failure, Result};

pub use query::{Query, QueryStatus, RawRecords};
pub use record::{Matching, Record, Selector, Usage};
pub use state::{Flags, State};
pub use verify::{Verdict, VerifyFlags};

/// The result of a call of libgnutls-dane, whose codes are its own.
fn check(code: i32, doing: &'static str) -> Result<()> {
    if code >= 0 {
        return Ok(());
    }
    let kind = match code {
        sys::DANE_E_MEMORY_ERROR | sys::DANE_E_INITIALIZATION_ERROR | sys::DANE_E_FILE_ERROR => ErrorKind::Resource,
        sys::DANE_E_RESOLVING_ERROR => ErrorKind::Transport,
        sys::DANE_E_INVALID_DNSSEC_SIG | sys::DANE_E_NO_DNSSEC_SIG => ErrorKind::Verification,
        sys::DANE_E_INVALID_REQUEST => ErrorKind::Misuse,
        _ => ErrorKind::InvalidInput,
    };
    // SAFETY: takes any number and looks it up in a table.
    let text = unsafe { sys::dane_strerror(code) };
    // SAFETY: null or a static string.
    let text = unsafe { static_text(text) }.unwrap_or("unknown");
    Err(Failure::new(kind, doing).detail(text.trim_end_matches('.')).into())
}
