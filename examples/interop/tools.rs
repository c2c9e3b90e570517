//! The tools of GnuTLS and OpenSSL: how each is told what a cell is about.

use std::net::{TcpListener, UdpSocket};
use std::sync::mpsc;
use std::thread;

use gnutls::dtls::{DtlsListener, Incoming};

use crate::cells::{Cell, Feature, Peer, Role, Version, What};
use crate::common::HOST;
use crate::early;
use crate::other::{Kind, Listener, Other};
use crate::ours::{PSK, SRP, is, key, priority};
use crate::process::Tool;
use crate::servers::Server;
use crate::world::World;

/// Starts the tool of a cell. `extra` is what this visit needs besides.
pub(crate) fn start(cell: &Cell, world: &World, extra: &[&str]) -> Other {
    let extra: Vec<String> = extra.iter().map(|arg| (*arg).to_owned()).collect();
    match (cell.ours, cell.peer) {
        (Role::Client, Peer::Gnutls) => gnutls_serv(cell, world, extra),
        (Role::Client, _) => openssl_server(cell, world, extra),
        (Role::Server, Peer::Gnutls) => gnutls_cli(cell, world, extra),
        (Role::Server, _) => openssl_client(cell, world, extra),
    }
}

fn gnutls_serv(cell: &Cell, world: &World, extra: Vec<String>) -> Other {
    let mut args = owned(&["--priority", &priority(cell)]);
    args.extend(udp(cell));
    args.extend(owned(match cell.what {
        // It closes first only after an answer to a request.
        What::Feature(Feature::CloseTheirsFirst) => &["--http"],
        _ => &["--echo"],
    }));
    if is(cell, Feature::ClientCertificate) {
        args.extend(owned(&["--x509cafile", &world.ca, "--require-client-cert", "--verify-client-cert"]));
    } else {
        args.extend(owned(&["--disable-client-cert"]));
    }
    if is(cell, Feature::PostHandshakeAuth) {
        args.extend(owned(&["--x509cafile", &world.ca]));
    }
    if is(cell, Feature::Psk) {
        args.extend(owned(&["--pskpasswd", &world.psks]));
    }
    if is(cell, Feature::RawKey) {
        args.extend(owned(&["--rawpkfile", &world.raw_key.0, "--rawpkkeyfile", &world.raw_key.1]));
    }
    if is(cell, Feature::Srp) {
        args.extend(owned(&["--srppasswd", &world.srp.0, "--srppasswdconf", &world.srp.1]));
    }
    if is(cell, Feature::Alpn) {
        args.extend(owned(&["--alpn", "http/1.1"]));
    }
    if is(cell, Feature::ResumptionById) {
        args.extend(owned(&["--noticket"]));
    }
    if is(cell, Feature::EarlyData) {
        args.extend(owned(&["--earlydata", "--maxearlydata", &early::MOST.to_string()]));
    }
    args.extend(extra);
    let pem = &world.servers[key(cell)].1;
    let server = Server::gnutls(pem, &borrowed(&args));
    let own = ["gnutls-serv", "--port", "5556", "--x509certfile", &pem.chain, "--x509keyfile", &pem.key];
    Other { kind: Kind::Serv(server), echoes: true, command: command(world, &own, &args) }
}

fn openssl_server(cell: &Cell, world: &World, extra: Vec<String>) -> Other {
    let mut args = openssl(cell);
    if is(cell, Feature::ClientCertificate) {
        args.extend(owned(&["-CAfile", &world.ca, "-Verify", "1", "-verify_return_error"]));
    }
    if is(cell, Feature::PostHandshakeAuth) {
        args.extend(owned(&["-CAfile", &world.ca, "-verify_return_error"]));
    }
    if is(cell, Feature::Alpn) {
        args.extend(owned(&["-alpn", "http/1.1"]));
    }
    if is(cell, Feature::ResumptionById) {
        args.extend(owned(&["-no_ticket"]));
    }
    if is(cell, Feature::EarlyData) {
        args.extend(owned(&["-early_data", "-max_early_data", &early::MOST.to_string()]));
    }
    if is(cell, Feature::Psk) {
        // With a certificate it may take a cipher whose hash the key is not for.
        args.extend(owned(&["-nocert", "-psk_identity", PSK.0, "-psk", PSK.1]));
    }
    if is(cell, Feature::CloseTheirsFirst) {
        // As with gnutls-serv: it answers a request, and closes.
        args.extend(owned(&["-www"]));
    }
    args.extend(extra);
    let pem = &world.servers[key(cell)].1;
    let server = Server::openssl(pem, &borrowed(&args));
    let own = ["openssl", "s_server", "-accept", "5556", "-cert", &pem.chain, "-key", &pem.key];
    Other { kind: Kind::Serv(server), echoes: false, command: command(world, &own, &args) }
}

fn gnutls_cli(cell: &Cell, world: &World, extra: Vec<String>) -> Other {
    // A gnutls-cli that offers TLS 1.2 alone crashes once it has used a key: the version is ours to choose.
    let priority = if is(cell, Feature::Psk) { "NORMAL:-KX-ALL:+ECDHE-PSK:+DHE-PSK" } else { &priority(cell) };
    let mut args = owned(&["--priority", priority, "--x509cafile", &world.ca, "--verify-hostname", HOST]);
    args.extend(udp(cell));
    if is(cell, Feature::KeyUpdateTheirs) {
        args.extend(owned(&["--inline-commands"]));
    }
    if is(cell, Feature::RawKey) {
        // It knows no keys but by a first look.
        args.extend(owned(&["--insecure"]));
    }
    if is(cell, Feature::ClientCertificate) {
        let pem = &world.client.1;
        args.extend(owned(&["--x509certfile", &pem.chain, "--x509keyfile", &pem.key]));
    }
    if is(cell, Feature::PostHandshakeAuth) {
        let pem = &world.client.1;
        args.extend(owned(&["--post-handshake-auth", "--x509certfile", &pem.chain, "--x509keyfile", &pem.key]));
    }
    if is(cell, Feature::Alpn) {
        args.extend(owned(&["--alpn", "http/1.1"]));
    }
    if is(cell, Feature::Psk) {
        args.extend(owned(&["--pskusername", PSK.0, "--pskkey", PSK.1]));
    }
    if is(cell, Feature::Srp) {
        args.extend(owned(&["--srpusername", SRP.0, "--srppasswd", SRP.1]));
    }
    if [Feature::Resumption, Feature::ResumptionById].iter().any(|feature| is(cell, *feature)) {
        args.extend(owned(&["--resume", "--waitresumption"]));
    }
    args.extend(extra);
    let (listener, port) = listen(cell);
    let tool = Tool::start(&["gnutls-cli"], &[&["--port", &port], &borrowed(&args)[..], &["127.0.0.1"]].concat());
    let command = command(world, &["gnutls-cli", "--port", "5556"], &args) + " 127.0.0.1";
    Other { kind: Kind::Cli(tool, listener), echoes: false, command }
}

fn openssl_client(cell: &Cell, world: &World, extra: Vec<String>) -> Other {
    let mut args = openssl(cell);
    args.extend(owned(&["-CAfile", &world.ca, "-verify_return_error", "-verify_hostname", HOST]));
    if is(cell, Feature::ClientCertificate) {
        let pem = &world.client.1;
        args.extend(owned(&["-cert", &pem.chain, "-key", &pem.key]));
    }
    if is(cell, Feature::PostHandshakeAuth) {
        let pem = &world.client.1;
        args.extend(owned(&["-enable_pha", "-cert", &pem.chain, "-key", &pem.key]));
    }
    if is(cell, Feature::Alpn) {
        args.extend(owned(&["-alpn", "http/1.1"]));
    }
    if is(cell, Feature::Psk) {
        args.extend(owned(&["-psk_identity", PSK.0, "-psk", PSK.1]));
    }
    if is(cell, Feature::Srp) {
        let password = format!("pass:{}", SRP.1);
        args.extend(owned(&["-srpuser", SRP.0, "-srppass", &password, "-cipher", "SRP"]));
    }
    args.extend(extra);
    let (listener, port) = listen(cell);
    let address = format!("127.0.0.1:{port}");
    let tool = Tool::start(&["openssl", "s_client"], &[&["-connect", &address], &borrowed(&args)[..]].concat());
    let command = command(world, &["openssl", "s_client", "-connect", "127.0.0.1:5556"], &args);
    Other { kind: Kind::Cli(tool, listener), echoes: false, command }
}

/// The version, the cipher and the group for either openssl tool.
fn openssl(cell: &Cell) -> Vec<String> {
    let mut args = owned(&[match cell.version {
        Version::Tls12 => "-tls1_2",
        Version::Tls13 => "-tls1_3",
        Version::Dtls10 => "-dtls1",
        Version::Dtls12 => "-dtls1_2",
    }]);
    if cell.version == Version::Dtls10 {
        // Its signatures are of MD5 and SHA-1, which only security level 0 has.
        args.extend(owned(&["-cipher", "ALL:@SECLEVEL=0"]));
    }
    if is(cell, Feature::Anonymous) {
        // Its security level 0 is the only one with such key exchanges.
        args.extend(owned(&["-cipher", "aNULL:@SECLEVEL=0"]));
    }
    if let What::Suite(cipher, group) = cell.what {
        let group = match group {
            "SECP256R1" => "P-256",
            "SECP384R1" => "P-384",
            "SECP521R1" => "P-521",
            "FFDHE2048" => "ffdhe2048",
            group => group,
        };
        args.extend(owned(&["-groups", group]));
        args.extend(match cell.version {
            Version::Dtls10 => Vec::new(),
            Version::Tls12 | Version::Dtls12 => owned(&["-cipher", "ALL"]),
            Version::Tls13 => owned(&["-ciphersuites", suite13(cipher)]),
        });
    }
    args
}

/// The suite of TLS 1.3 with this cipher.
fn suite13(cipher: &str) -> &'static str {
    match cipher {
        "AES-256-GCM" => "TLS_AES_256_GCM_SHA384",
        "CHACHA20-POLY1305" => "TLS_CHACHA20_POLY1305_SHA256",
        "AES-128-CCM" => "TLS_AES_128_CCM_SHA256",
        _ => "TLS_AES_128_GCM_SHA256",
    }
}

/// What tells the tools of GnuTLS that it is about datagrams.
fn udp(cell: &Cell) -> Vec<String> {
    owned(if cell.version.is_datagram() { &["--udp"] } else { &[] })
}

/// Where our side listens, and its port.
fn listen(cell: &Cell) -> (Listener, String) {
    let (listener, address) = if cell.version.is_datagram() {
        let socket = UdpSocket::bind("127.0.0.1:0").expect("a port");
        let address = socket.local_addr();
        (Listener::Udp(clients(DtlsListener::new(socket).expect("a listener"))), address)
    } else {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = listener.local_addr();
        (Listener::Tcp(listener), address)
    };
    (listener, address.expect("an address").port().to_string())
}

/// The clients of `listener`, which is listened to as long as this program runs: that is what brings them their datagrams.
fn clients(listener: DtlsListener) -> mpsc::Receiver<Incoming> {
    let (sender, clients) = mpsc::channel();
    // Nobody may want them any more.
    thread::spawn(move || {
        while let Ok(incoming) = listener.accept() {
            let _ = sender.send(incoming);
        }
    });
    clients
}

fn owned(args: &[&str]) -> Vec<String> {
    args.iter().map(|arg| (*arg).to_owned()).collect()
}

fn borrowed(args: &[String]) -> Vec<&str> {
    args.iter().map(String::as_str).collect()
}

/// A command line to paste, where the directory of the certificates is called DIR.
fn command(world: &World, own: &[&str], args: &[String]) -> String {
    quote(world, own.iter().copied().chain(args.iter().map(String::as_str)))
}

/// Words as a shell takes them.
pub(crate) fn quote<'a>(world: &World, words: impl Iterator<Item = &'a str>) -> String {
    let dir = world.files.path("");
    let word = |word: &str| {
        let word = word.replace(&dir, "DIR/");
        let plain = word.chars().all(|letter| letter.is_ascii_alphanumeric() || "-_./:=,".contains(letter));
        if plain { word } else { format!("'{word}'") }
    };
    words.map(word).collect::<Vec<_>>().join(" ")
}
