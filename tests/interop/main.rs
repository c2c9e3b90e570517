//! Our library against the real `gnutls-serv`, `gnutls-cli`, `openssl s_server` and `openssl s_client`.
//!
//! A missing tool fails the tests: install the Debian packages `gnutls-bin` and `openssl`.

#[path = "../common/mod.rs"]
mod common;

mod files;
mod ours;
mod output;
mod process;
mod proxy;
mod servers;
mod staples;
#[cfg(feature = "tokio")]
mod tasks;
mod text;

mod alerts;
mod anonymous;
mod client_certificates;
mod closing;
mod early;
mod exchange;
mod exporter;
mod extensions;
mod garbage;
mod gnutls_cli;
mod gnutls_serv;
mod key_log;
mod negotiation;
mod openssl_client;
mod openssl_server;

mod parameters;
mod psk;
mod reauth;
mod renegotiation;
mod resumption;
mod srp;
mod truncation;
mod verification;

use std::time::Duration;

/// The longest any single wait may take: far more than a busy machine needs, so that nothing depends on it.
const WATCHDOG: Duration = Duration::from_secs(300);
