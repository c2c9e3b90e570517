//! What a program can see of a session: its counters and its `Debug`.

use std::io::{Read, Write};

use gnutls::logging::{self, Level};
use gnutls::x509::{CertificateBuilder, KeyType, PrivateKey};
use gnutls::{ClientAuth, ClientConfig, ErrorKind, Identity, KeyUpdateRequest, Priority, ServerConfig};

use crate::common::{HOST, TLS12, TLS13, client, connect, pki, server, tcp};

#[test]
fn records_and_waits_are_counted() {
    for priority in [TLS12, TLS13] {
        let without_tickets = ServerConfig::builder().with_identity(pki().server.clone()).expect("an identity");
        let without_tickets = without_tickets.priority(Priority::new(priority).expect("a priority")).tickets(false);
        let (mut near, mut far) = connect(&client(priority), &without_tickets.build().expect("a server"), tcp());
        assert_eq!((near.counters().records_sent, far.counters().records_received), (0, 0));
        for _ in 0..3 {
            near.write_all(b"hello").expect("writing");
        }
        near.write_all(&[0; 20_000]).expect("writing, in two records");
        let mut byte = [0; 1];
        for _ in 0..3 * 5 {
            far.read_exact(&mut byte).expect("a byte of a record that has more");
        }
        far.read_exact(&mut [0; 20_000]).expect("the rest");
        let (near, far) = (near.counters(), far.counters());
        assert_eq!((near.records_sent, far.records_received), (5, 5), "{priority}");
        assert_eq!((near.bytes_sent, far.bytes_received), (20_015, 20_015));
        assert_eq!((near.records_received, far.records_sent, near.write_waits), (0, 0, 0));
    }
}

#[test]
fn a_read_that_finds_nothing_waits_once_and_key_updates_are_records() {
    let (near, far) = connect(&client(TLS13), &server(TLS13), tcp());
    let (mut reader, writer) = far.into_split();
    let reading = std::thread::spawn(move || {
        let mut buf = [0; 10];
        let read = reader.read(&mut buf).expect("it comes");
        (read, reader)
    });
    // Only a reader that waits counts one.
    while writer.counters().read_waits == 0 {
        std::thread::yield_now();
    }
    near.update_keys(KeyUpdateRequest::NotRequested).expect("a key update");
    near.send(b"hello").expect("sending");
    let (read, reader) = reading.join().expect("no panic");
    assert_eq!(read, 5);
    let counters = reader.counters();
    assert_eq!((counters.records_received, counters.key_updates_received), (2, 1));
    assert!((1..=2).contains(&counters.read_waits), "{counters:?}");
    assert_eq!(near.counters().records_sent, 2);
}

#[test]
fn debug_says_who_and_what_and_how_much() {
    let key = PrivateKey::generate(KeyType::EcdsaP256).expect("a key");
    let builder = CertificateBuilder::new().subject("CN=a client of ours");
    let certificate = builder.signed_by(&key, &pki().ca, &pki().ca_key).expect("a certificate");
    let identity = Identity::new(vec![certificate], key).expect("they fit");
    let client = ClientConfig::builder().with_trust(std::slice::from_ref(&pki().ca)).expect("trust");
    let client = client.with_identity(identity).expect("an identity").alpn(["h2"]).expect("a name");
    let server = ServerConfig::builder().with_identity(pki().server.clone()).expect("an identity");
    let server = server.with_trust(std::slice::from_ref(&pki().ca)).expect("trust").client_auth(ClientAuth::Require);
    let server = server.alpn(["h2"]).expect("a name").build().expect("a server");
    let (near, far) = connect(&client.build().expect("a client"), &server, tcp());
    near.send(b"hello").expect("sending");
    let (near, far) = (format!("{near:?}"), format!("{far:?}"));
    for told in
        ["protocol: TLS1.3", "cipher: AES-256-GCM", "h2", HOST, "bytes_sent: 5", "records_sent: 1", "read_waits: "]
    {
        assert!(near.contains(told), "{told} is not in {near}");
    }
    assert!(far.contains("CN=a client of ours"), "{far}");
}

#[test]
fn a_log_handler_comes_too_late_once_gnutls_is_in_use() {
    let _used = client(TLS13);
    let refused = logging::set_handler(Level::AUDIT, |_, _| {}).expect_err("too late");
    assert_eq!(refused.kind(), ErrorKind::Misuse);
}
