//! Ports and the names of their services, by /etc/services.

use std::fs;

/// Reads a port, or finds that of a service. For clap.
pub(crate) fn parse(text: &str) -> Result<u16, String> {
    if let Ok(number) = text.parse() {
        return Ok(number);
    }
    let found = services(|names, port| names.contains(&text).then(|| port.parse().ok())?);
    found.ok_or_else(|| format!("{text:?} is no port, and no service that /etc/services has"))
}

/// What gnutls-cli keeps a port under: its name in /etc/services, if it has one.
pub(crate) fn service(port: u16) -> String {
    let wanted = port.to_string();
    let found = services(|names, port| (port == wanted).then(|| names.first().map(|name| (*name).to_owned()))?);
    found.unwrap_or(wanted)
}

/// The first that `find` finds among the services of TCP: their names, and their port.
fn services<R>(find: impl Fn(&[&str], &str) -> Option<R>) -> Option<R> {
    let services = fs::read_to_string("/etc/services").unwrap_or_default();
    services.lines().find_map(|line| {
        let words: Vec<_> = line.split('#').next()?.split_whitespace().collect();
        let [name, port, aliases @ ..] = &words[..] else { return None };
        let names: Vec<_> = [*name].into_iter().chain(aliases.iter().copied()).collect();
        find(&names, port.strip_suffix("/tcp")?)
    })
}
