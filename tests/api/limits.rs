//! Limits of a configuration's sessions: sizes of records and messages, compressed certificates, fixed random bytes.

use std::io::{Read, Write};
use std::sync::{Arc, Mutex};

use gnutls::transport::memory;
use gnutls::{ClientConfig, ClientConfigBuilder, ErrorKind, Priority, ServerConfig, ServerConfigBuilder, Session};

use crate::common::{TLS12, TLS13, check, connect, fill, pki};
use crate::is;

type Pair = (Session<memory::End>, Session<memory::End>);

fn client(priority: &str) -> ClientConfigBuilder {
    let builder = ClientConfig::builder().with_trust(std::slice::from_ref(&pki().ca)).expect("trust");
    builder.priority(Priority::new(priority).expect("priorities"))
}

fn server(priority: &str) -> ServerConfigBuilder {
    let builder = ServerConfig::builder().with_identity(pki().server.clone()).expect("an identity");
    builder.priority(Priority::new(priority).expect("priorities"))
}

fn pair(client: ClientConfigBuilder, server: ServerConfigBuilder) -> Pair {
    let (client, server) = (client.build().expect("a client"), server.build().expect("a server"));
    connect(&client, &server, memory::pair(1 << 20))
}

/// How many records 10000 bytes take that `from` sends.
fn records(from: &mut Session<memory::End>, to: &mut Session<memory::End>) -> u64 {
    let mut data = vec![0; 10_000];
    fill(7, 0, &mut data);
    let before = from.counters().records_sent;
    from.write_all(&data).expect("sent");
    let mut got = vec![0; data.len()];
    to.read_exact(&mut got).expect("received");
    check(7, 0, &got);
    from.counters().records_sent - before
}

#[test]
fn a_limit_of_records_holds_for_both_sides() {
    for version in [TLS12, TLS13] {
        let limited = client(version).max_record_size(1000).expect("a size");
        let (mut near, mut far) = pair(limited, server(version));
        assert_eq!(records(&mut near, &mut far), 10, "the client's, {version}");
        assert!(records(&mut far, &mut near) >= 10, "the server's, {version}");
        assert!(near.max_record_size() <= 1000, "{}", near.max_record_size());
    }
}

#[test]
fn a_limit_of_what_is_received_binds_the_peer_alone() {
    let limited = client(TLS13).max_recv_record_size(2000).expect("a size");
    let (mut near, mut far) = pair(limited, server(TLS13));
    assert_eq!(records(&mut near, &mut far), 1);
    assert!(records(&mut far, &mut near) >= 5);
    #[cfg(gnutls_3_8_11)]
    assert!(far.max_send_size() <= 2000, "{}", far.max_send_size());
}

#[test]
fn a_file_goes_out_whole_under_a_limit_of_records() {
    let (near, mut far) = pair(client(TLS13).max_record_size(512).expect("a size"), server(TLS13));
    let mut data = vec![0; 5000];
    fill(9, 0, &mut data);
    let path = std::env::temp_dir().join(format!("gnutls-limits-{}", std::process::id()));
    std::fs::write(&path, &data).expect("written");
    let file = std::fs::File::open(&path).expect("opened");
    assert_eq!(near.write_file(&file, 5000).expect("sent"), 5000);
    std::fs::remove_file(path).expect("removed");
    let mut got = vec![0; data.len()];
    far.read_exact(&mut got).expect("received");
    check(9, 0, &got);
}

#[test]
fn sizes_that_no_record_has_are_refused() {
    for size in [0, 511, 16385, usize::MAX] {
        is(&client(TLS13).max_record_size(size).map(drop).expect_err("no"), ErrorKind::InvalidInput, &["512", "16384"]);
        is(&server(TLS13).max_recv_record_size(size).map(drop).expect_err("no"), ErrorKind::InvalidInput, &["512"]);
    }
}

#[test]
fn messages_of_a_handshake_that_are_too_long_end_it() {
    let (near, far) = memory::pair(1 << 20);
    let server = server(TLS12).build().expect("a server");
    let accepting = std::thread::spawn(move || server.accept(far));
    let client = client(TLS12).max_handshake_message(64).build().expect("a client");
    let error = client.connect("localhost", near).expect_err("a certificate is longer");
    assert_eq!(error.kind(), ErrorKind::Protocol, "{error:?}");
    accepting.join().expect("no panic").expect_err("the client has gone");
}

#[test]
fn the_random_bytes_of_a_hello_can_be_fixed() {
    for version in [TLS12, TLS13] {
        let random = Arc::new(Mutex::new(Vec::new()));
        let told = Arc::clone(&random);
        let log = move |_: &str, random: &[u8], _: &[u8]| *told.lock().expect("no panic") = random.to_vec();
        let client = client(version).dangerous().fixed_random([0xa5; 32]).key_log(log);
        let (near, _far) = pair(client, server(version));
        assert!(near.is_key_logged());
        assert_eq!(*random.lock().expect("no panic"), [0xa5; 32], "{version}");
    }
}

#[test]
fn compatibility_gives_up_encrypt_then_mac_and_the_extended_master_secret() {
    let cbc = "NORMAL:-VERS-ALL:+VERS-TLS1.2:-CIPHER-ALL:+AES-128-CBC:-MAC-ALL:+SHA1:+SHA256";
    let (near, far) = pair(client(cbc), server(cbc));
    for session in [&near, &far] {
        assert!(session.encrypts_then_macs() && session.has_extended_master_secret() && !session.is_key_logged());
    }
    let (near, far) = pair(client(cbc).dangerous().compatibility_mode(), server(cbc));
    for session in [&near, &far] {
        assert!(!session.encrypts_then_macs() && !session.has_extended_master_secret());
    }
}

#[cfg(gnutls_3_7_4)]
#[test]
fn certificates_are_compressed_where_both_sides_can() {
    use gnutls::CompressionMethod;

    for method in [CompressionMethod::ZLIB, CompressionMethod::BROTLI, CompressionMethod::ZSTD] {
        let compressing = client(TLS13).compress_certificates(&[method]).build().expect("a client");
        if let Err(error) = compressing.to("localhost").expect("a name").start(memory::pair(1 << 10).0) {
            // Debian's GnuTLS has no method, of no release.
            is(&error, ErrorKind::Unsupported, &["built without"]);
            continue;
        }
        let client = || client(TLS13).compress_certificates(&[method]);
        let (near, far) = pair(client(), server(TLS13).compress_certificates(&[method]));
        assert_eq!(far.certificate_compression(), Some(method));
        assert_eq!(near.peer_certificates().expect("a chain").len(), 1);
        let (_near, far) = pair(client(), server(TLS13));
        assert_eq!(far.certificate_compression(), None);
    }
}

#[test]
fn a_hello_has_one_key_share_if_that_is_wanted() {
    let hello = |single| {
        let config = client(TLS13).single_key_share(single).build().expect("a client");
        let (near, far) = memory::pair(1 << 14);
        let handshake = config.to("localhost").expect("a name").start(near).expect("a session");
        let _waiting = handshake.advance().expect("waiting for the server");
        let mut bytes = [0; 1 << 14];
        gnutls::transport::Transport::try_read(&far, &mut bytes).expect("a hello")
    };
    // A key and its head.
    assert!(hello(false) >= hello(true) + 36);
    let (near, far) = pair(client(TLS13).single_key_share(true), server(TLS13));
    assert_eq!(near.group(), far.group());
}
