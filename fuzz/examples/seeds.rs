//! Writes the seeds: `cargo run --manifest-path fuzz/Cargo.toml --example seeds`.
//!
//! Certificates and keys are new each time, so the files are as well; what they show the targets is the same.
//! A name that begins with `found_` is that of an input which once found a bug.

use std::fs;
use std::path::Path;

use gnutls::pkcs7::Pkcs7;
use gnutls::pkcs12::Pkcs12;
use gnutls::transport::{Transport, memory};
use gnutls::x509::{
    Certificate, CertificateBuilder, KeyType, KeyUsage, Pkcs8Cipher, PrivateKey, Purpose, RequestBuilder,
    RevocationListBuilder,
};
use gnutls::{Digest, Session, ocsp};
use gnutls_fuzz::join;
use gnutls_fuzz::pki::Setup;

fn main() {
    parsers();
    peer_handshake();
    peer_records();
    script();
}

fn write(target: &str, name: &str, bytes: &[u8]) {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("seeds").join(target);
    fs::create_dir_all(&directory).expect("a directory");
    fs::write(directory.join(name), bytes).expect("a seed");
}

fn parser(name: &str, parser: u8, more: u8, bytes: impl AsRef<[u8]>) {
    write("parsers", name, &[&[parser, more], bytes.as_ref()].concat());
}

fn parsers() {
    let key = PrivateKey::generate(KeyType::EcdsaP256).expect("a key");
    let other = PrivateKey::generate(KeyType::Ed25519).expect("a key");
    let builder = CertificateBuilder::new().subject("CN=seed,O=Tests,C=DE").dns_name("seed.example");
    let builder = builder.ip_address([127, 0, 0, 1]).purpose(Purpose::SERVER_AUTH).serial([1, 2, 3]);
    let leaf = builder.key_usage(KeyUsage::DIGITAL_SIGNATURE).self_signed(&key).expect("a certificate");
    let small = CertificateBuilder::new().subject("CN=x").ca(Some(1)).self_signed(&other).expect("a certificate");

    parser("certificate_der", 0, 0, leaf.to_der());
    parser("certificate_small_der", 0, 0, small.to_der());
    parser("certificate_pem", 1, 0, leaf.to_pem());
    parser("list_der", 2, 0, leaf.to_der());
    parser("list_pem", 2, 1, small.to_pem() + &leaf.to_pem());
    parser("key_der", 3, 0, key.to_der().expect("DER"));
    parser("key_ed25519_der", 3, 0, other.to_der().expect("DER"));
    parser("key_pem", 4, 0, key.to_pem().expect("PEM"));
    parser("key_pkcs8_pem", 4, 0, key.to_pkcs8_pem(None).expect("PEM"));
    parser("key_locked_pem", 4, 2, key.to_pkcs8_pem(Some("password")).expect("PEM"));
    let odd = "-----BEGIN RSA PRIVATE KEY-----\nDEK-Info: !\n\nMA==\n-----END RSA PRIVATE KEY-----\n";
    parser("found_dek_info", 4, 2, odd);
    parser("identity_pem", 5, 0, [leaf.to_pem().as_bytes(), &key.to_pem().expect("PEM")].concat());
    parser("priority", 6, 0, "NORMAL:-VERS-ALL:+VERS-TLS1.3:%SERVER_PRECEDENCE");
    parser("priority_groups", 6, 0, "SECURE256:-GROUP-ALL:+GROUP-X25519:+SIGN-ALL:%COMPAT");
    for (name, setup) in [("session_data_tls13", 0), ("session_data_tls12", 1)] {
        let (near, far) = memory::pair(1 << 16);
        let (client, server): (Session<_>, Session<_>) = join::sessions(Setup(setup), near, far);
        server.send(b"x").expect("room");
        client.recv(&mut [0]).expect("a byte");
        let data = client.session_data().expect("no error").expect("session data");
        parser(name, 7, setup, data.as_bytes());
    }
    parser("host", 8, 0, "seed.example");
    parser("host_with_root", 8, 0, "\u{fc}ber.example.");
    parser("host_ip", 8, 0, "::1");
    parser("alpn", 9, 2, "h2h3spdy");
    parser("found_alpn_of_32_bytes", 9, 32, "x".repeat(32));
    parser("purpose", 10, 0, "1.3.6.1.5.5.7.3.1");
    parser("build", 11, 0, "CN=seed,O=Tests\nseed.example");
    parser("found_subject", 11, 0, "CN=#");
    containers(&key, &leaf);
}

/// What certificates and keys come in, and what is said about them.
fn containers(key: &PrivateKey, leaf: &Certificate) {
    let request = RequestBuilder::new().subject("CN=seed").dns_name("seed.example").challenge_password("word");
    let request = request.signed_by(key).expect("a request");
    parser("request_der", 12, 0, request.to_der());
    parser("request_pem", 13, 0, request.to_pem());
    let root = CertificateBuilder::new().subject("CN=root").ca(None).self_signed(key).expect("a root");
    let list = RevocationListBuilder::new().revoke(leaf).signed_by(&root, key).expect("a list");
    parser("crl_der", 14, 0, list.to_der());
    parser("crl_pem", 15, 0, list.to_pem());
    let mut question = ocsp::Request::new().expect("a request");
    question.add_certificate(Digest::SHA256, &root, leaf).expect("room");
    parser("ocsp_request", 17, 0, question.to_der().expect("DER"));
    // "Try later": the shortest response there is.
    parser("ocsp_response", 16, 0, [0x30, 3, 10, 1, 3]);
    let (name, chain) = (Some("seed"), std::slice::from_ref(leaf));
    let file = Pkcs12::make(key, chain, "password", name, Pkcs8Cipher::Aes128).expect("a file");
    parser("pkcs12", 19, 2, &*file.to_der().expect("DER"));
    parser("public_key", 20, 0, leaf.public_key().expect("a key").to_der().expect("DER"));
    let mut message = Pkcs7::new().expect("a structure");
    message.add_certificate(leaf).expect("room");
    message.add_revocation_list(&list).expect("room");
    parser("pkcs7", 18, 0, message.to_der().expect("DER"));
}

/// What a true side sends until it needs an answer, and what both send if they get theirs.
fn peer_handshake() {
    for setup in [0, 1, 4, 6 + 1, 12] {
        let (near, far) = memory::pair(1 << 18);
        let client = join::client(Setup(setup), near).step();
        let mut hello = vec![0; 4096];
        let length = far.try_read(&mut hello).expect("a hello");
        write("peer_handshake", &format!("client_hello_{setup}"), &[&[setup, 1, 31], &hello[..length]].concat());
        drop(client);

        let (back, server) = memory::pair(1 << 18);
        let server = join::server(Setup(setup), server);
        back.try_write(&hello[..length]).expect("room");
        let server = server.step();
        let mut flight = vec![0; 8192];
        let length = back.try_read(&mut flight).expect("a flight");
        let flight = [&[setup, 0, 31], &flight[..length]].concat();
        write("peer_handshake", &format!("server_flight_{setup}"), &flight);
        drop(server);
    }
    // Edits: one more (1), what and on which side, where (2 bytes), with what.
    write("peer_handshake", "nothing_changed", &[2, 2, 255]);
    write("peer_handshake", "a_bit", &[0, 2, 255, 1, 0, 60, 0, 1]);
    write("peer_handshake", "a_byte_gone", &[1, 2, 40, 1, 3, 200, 0, 0]);
    write("peer_handshake", "more_bytes", &[2, 6, 3, 1, 5, 100, 0, 9, 1, 6, 10, 1, 0]);
    write("peer_handshake", "version", &[2, 2, 255, 1, 0, 9, 0, 1, 1, 1, 9, 0, 1]);
}

/// A seed of `peer_records`: the setup, whose peer, and the steps.
fn records(name: &str, setup: u8, server: bool, steps: &[(u8, u16, u8)]) {
    let steps = steps.iter().flat_map(|&(what, amount, value)| {
        let [low, high] = amount.to_le_bytes();
        [1, what, low, high, value]
    });
    write("peer_records", name, &[setup, server.into()].into_iter().chain(steps).collect::<Vec<u8>>());
}

fn peer_records() {
    for (version, setup) in [("tls13", 0), ("tls12", 1)] {
        let name = |what: &str| format!("{what}_{version}");
        records(&name("honest"), setup, true, &[(0, 99, 255), (2, 0, 1), (0, 4000, 255), (3, 0, 0), (4, 3, 255)]);
        records(&name("bit"), setup, false, &[(0, 99, 9), (0, 9, 9), (4, 0, 9), (7, 20, 1)]);
        records(&name("found_label"), setup, false, &[(0, 99, 9), (7, 0, 1), (0, 9, 9)]);
        records(&name("found_version"), setup, false, &[(0, 99, 9), (7, 1, 1), (0, 9, 9)]);
        records(&name("twice"), setup, true, &[(0, 99, 9), (4, 0, 9), (9, 0, 9)]);
        records(&name("swapped"), setup, true, &[(0, 99, 9), (0, 9, 9), (11, 0, 9), (4, 1, 9)]);
        records(&name("lost"), setup, false, &[(0, 99, 9), (0, 9, 9), (10, 0, 9), (4, 1, 9)]);
        records(&name("short"), setup, false, &[(0, 99, 9), (8, 30, 9), (0, 9, 9)]);
        records(&name("in_parts"), setup, true, &[(0, 99, 9), (6, 3, 9), (6, 30, 9), (4, 1, 9)]);
        records(&name("cut"), setup, true, &[(0, 99, 9), (6, 40, 9), (15, 0, 1)]);
        records(&name("forged"), setup, false, &[(0, 99, 9), (12, 3, 40), (4, 1, 9)]);
        records(&name("alert"), setup, true, &[(15, 0, 9), (0, 99, 9)]);
        records(&name("reflected"), setup, true, &[(13, 50, 9), (15, 0, 200)]);
        let crossing = [(2, 0, 1), (14, 0, 1), (0, 9, 9), (13, 9, 9), (4, 3, 255)];
        records(&name("crossing_updates"), setup, false, &crossing);
    }
}

/// A seed of `script`: the setup, the capacity, the mode, what the transports do (32 bytes), and the steps.
fn calls(name: &str, [setup, capacity, mode]: [u8; 3], moods: &[u8], steps: &[(u8, u16)]) {
    let moods = moods.iter().copied().cycle().take(32);
    let steps = steps.iter().flat_map(|&(what, amount)| {
        let [low, high] = amount.to_le_bytes();
        [1, what, low, high]
    });
    let bytes: Vec<u8> = [setup, capacity, mode].into_iter().chain(moods).chain(steps).collect();
    write("script", name, &bytes);
}

fn script() {
    const CALM: &[u8] = &[255];
    const MOODY: &[u8] = &[0, 255, 64, 48, 70, 20, 200];
    /// On which end a call is.
    const PEER: u8 = 1;
    let call = |call: u8| call << 1;
    let both_ways = [
        (call(0), 19_000),
        (call(0) | PEER, 15_000),
        (call(8), 0),
        (call(8) | PEER, 0),
        (call(4), 500),
        (call(4) | PEER, 19_999),
        (call(0), 3000),
        (call(11), 0),
        (call(7), 0),
        (call(9), 0),
        (call(10), 4),
        (call(4) | PEER, 19_999),
    ];
    for (version, setup) in [("tls13", 0), ("tls12", 1), ("chacha20", 3)] {
        for (place, capacity) in [("wide", 0), ("narrow", 5)] {
            calls(&format!("turns_{place}_{version}"), [setup, capacity, 0], MOODY, &both_ways);
            calls(&format!("threads_{place}_{version}"), [setup, capacity, 3], MOODY, &both_ways);
        }
    }
    calls("reader_dropped", [0, 4, 0], CALM, &[(call(0) | PEER, 9000), (call(12), 8), (call(0) | PEER, 9000)]);
    calls("writer_dropped", [0, 4, 0], CALM, &[(call(0), 9000), (call(8) | PEER, 0), (call(13), 8)]);
    calls("end_dropped", [0, 4, 0], MOODY, &[(call(0), 9000), (call(12), 8), (call(13), 8), (call(4) | PEER, 99)]);
    calls("shut_down", [0, 0, 0], MOODY, &[(call(0), 9000), (call(15), 16), (call(4) | PEER, 99), (call(0), 1)]);
    calls("threads_without_close", [0, 3, 3 | 4], MOODY, &both_ways);
    calls("threads_without_reader", [0, 3, 3 | 0x38], MOODY, &both_ways);
}
