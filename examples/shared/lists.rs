//! `--list`: the algorithms that there are, or that a priority string allows, in the words of gnutls-serv and gnutls-cli.

use std::fmt::Display;

use gnutls::{CertificateType, Cipher, CipherSuite, Digest, Group, KeyExchange, Mac, Priority, Protocol};
use gnutls::{PublicKeyAlgorithm, SignatureScheme};

/// The text: of what `priority` allows, or of all that there is.
///
/// # Errors
/// If `priority` is no priority string.
pub(crate) fn text(priority: Option<&str>) -> gnutls::Result<String> {
    match priority {
        Some(priority) => allowed(priority),
        None => Ok(all()),
    }
}

fn allowed(text: &str) -> gnutls::Result<String> {
    let priority = Priority::new(text)?;
    let lines = [
        format!("Cipher suites for {text}"),
        suites(priority.cipher_suites()),
        line("Protocols", "VERS-", priority.protocols()),
        line("Ciphers", "", priority.ciphers()),
        line("MACs", "", priority.macs()),
        line("Key Exchange Algorithms", "", priority.key_exchanges()),
        line("Groups", "GROUP-", priority.groups()),
        line("PK-signatures", "SIGN-", priority.signatures()),
    ];
    Ok(lines.join("\n"))
}

fn all() -> String {
    let types = [CertificateType::X509, CertificateType::RAW_PUBLIC_KEY];
    let lines = [
        "Cipher suites:".to_owned(),
        suites(CipherSuite::all()),
        line("Certificate types", "CTYPE-", types),
        line("Protocols", "VERS-", Protocol::list()),
        line("Ciphers", "", Cipher::list()),
        line("MACs", "", Mac::list()),
        line("Digests", "", Digest::list()),
        line("Key exchange algorithms", "", KeyExchange::list()),
        line("Groups", "GROUP-", Group::list()),
        line("Public Key Systems", "", PublicKeyAlgorithm::list()),
        line("PK-signatures", "SIGN-", SignatureScheme::list()),
    ];
    lines.join("\n")
}

fn suites(suites: impl IntoIterator<Item = CipherSuite>) -> String {
    let line = |suite: CipherSuite| {
        let [high, low] = suite.id();
        format!("{:<50}\t0x{high:02x}, 0x{low:02x}\t{}\n", suite.name(), suite.minimum_version())
    };
    suites.into_iter().map(line).collect()
}

fn line(what: &str, prefix: &str, names: impl IntoIterator<Item = impl Display>) -> String {
    let names: Vec<_> = names.into_iter().map(|name| format!("{prefix}{name}")).collect();
    let names = if names.is_empty() { "none".to_owned() } else { names.join(", ") };
    format!("{what}: {names}")
}
