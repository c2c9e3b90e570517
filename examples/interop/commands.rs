//! The command lines that do a cell again by hand.

use crate::cells::{Cell, Feature, Peer, Role};
use crate::ours::{PSK, SRP, is, key, priority};
use crate::outcome::Done;
use crate::tools::quote;
use crate::world::World;

/// The cell as this program runs it.
pub(crate) fn again(cell: &Cell, against: Option<&str>) -> String {
    let udp = if cell.version.is_datagram() { "--udp " } else { "" };
    let target = against.map_or(String::new(), |address| format!("--against {address} {udp}"));
    format!("cargo run --release --example interop -- {target}--only '{cell}'")
}

/// Our side alone, with the example programs.
pub(crate) fn ours(cell: &Cell, world: &World, against: Option<&str>) -> String {
    let priority = priority(cell);
    let mut args = vec!["cargo", "run", "--release", "--example"];
    let pem = &world.servers[key(cell)].1;
    match (cell.ours, cell.peer) {
        (Role::Client, Peer::Against) => args.extend(["client", "--", "--insecure", "--priority", &priority]),
        (Role::Client, _) => {
            args.extend(["client", "--", "--port", "5556", "--x509cafile", &world.ca, "--priority", &priority]);
        }
        (Role::Server, _) => {
            let files = ["--x509certfile", &pem.chain, "--x509keyfile", &pem.key];
            args.extend(["server", "--", "--port", "5556", "--echo"].into_iter().chain(files));
            args.extend(["--priority", &priority]);
        }
    }
    let client = &world.client.1;
    match cell.ours {
        Role::Client if is(cell, Feature::ClientCertificate) => {
            args.extend(["--x509certfile", &client.chain, "--x509keyfile", &client.key]);
        }
        Role::Server if is(cell, Feature::ClientCertificate) => {
            args.extend(["--x509cafile", &world.ca, "--require-client-cert", "--verify-client-cert"]);
        }
        Role::Client if is(cell, Feature::PostHandshakeAuth) => {
            args.extend(["--post-handshake-auth", "--x509certfile", &client.chain, "--x509keyfile", &client.key]);
        }
        // It asks when it gets the line **REAUTH**.
        Role::Server if is(cell, Feature::PostHandshakeAuth) => {
            args.extend(["--x509cafile", &world.ca, "--disable-client-cert", "--secret", "require"]);
        }
        Role::Client if is(cell, Feature::Resumption) || is(cell, Feature::ResumptionById) => {
            args.extend(["--resume", "--waitresumption"]);
        }
        Role::Client if is(cell, Feature::RawKey) => args.extend(["--server-rawpkfile", &world.raw_key.0]),
        Role::Server if is(cell, Feature::RawKey) => {
            args.extend(["--rawpkfile", &world.raw_key.0, "--rawpkkeyfile", &world.raw_key.1]);
        }
        Role::Client if is(cell, Feature::EarlyData) => {
            args.extend(["--resume", "--waitresumption", "--earlydata", "FILE"]);
        }
        Role::Server if is(cell, Feature::EarlyData) => args.push("--earlydata"),
        Role::Client if is(cell, Feature::Psk) => args.extend(["--pskusername", PSK.0, "--pskkey", PSK.1]),
        Role::Server if is(cell, Feature::Psk) => args.extend(["--pskpasswd", &world.psks]),
        Role::Client if is(cell, Feature::Srp) => args.extend(["--srpusername", SRP.0, "--srppasswd", SRP.1]),
        Role::Server if is(cell, Feature::Srp) => {
            args.extend(["--srppasswd", &world.srp.0, "--srppasswdconf", &world.srp.1]);
        }
        Role::Server if is(cell, Feature::ResumptionById) => args.push("--noticket"),
        Role::Client if is(cell, Feature::KeyUpdate) => args.push("--rekey"),
        _ => {}
    }
    if cell.version.is_datagram() {
        args.push("--udp");
    }
    if is(cell, Feature::Alpn) {
        args.extend(["--alpn", "h2", "--alpn", "http/1.1"]);
    }
    match (cell.ours, against) {
        (Role::Client, Some(address)) => args.push(address),
        (Role::Client, None) => args.push("localhost"),
        (Role::Server, _) => {}
    }
    quote(world, args.into_iter())
}

/// All that is known about a cell.
pub(crate) fn details(done: &Done, world: &World, against: Option<&str>) -> String {
    let peer = if done.command.is_empty() { "(not started)" } else { &done.command };
    format!(
        "{}: {}\n  peer:  {peer}\n  ours:  {}\n  again: {}",
        done.cell,
        done.outcome,
        ours(&done.cell, world, against),
        again(&done.cell, against)
    )
}
