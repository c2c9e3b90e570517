//! Early records that no GnuTLS client sends: made with the secret that a client logs.

use std::sync::{Arc, Mutex};

use gnutls::crypto::{Aead, hkdf_expand};
use gnutls::transport::{Transport, memory};
use gnutls::{Alert, AntiReplay, Cipher, EarlyData, ErrorKind, Mac, Priority, Progress, ServerConfig};

use crate::common::HOST;
use crate::common::early::{self, client_builder, server_builder, sooner_or_later, ticket};
use crate::is;

const ONE_SUITE: &str = "NORMAL:-VERS-ALL:+VERS-TLS1.3:-CIPHER-ALL:+AES-128-GCM";

/// What a client with its ticket can say early: the ClientHello, and the secret of what follows.
struct Opening {
    hello: Vec<u8>,
    secret: Vec<u8>,
}

impl Opening {
    fn new(server: &ServerConfig) -> Opening {
        let secret = Arc::new(Mutex::new(Vec::new()));
        let told = Arc::clone(&secret);
        let log = move |label: &str, _: &[u8], secret: &[u8]| {
            if label == "CLIENT_EARLY_TRAFFIC_SECRET" {
                *told.lock().expect("no panic") = secret.to_vec();
            }
        };
        let builder = client_builder().priority(Priority::new(ONE_SUITE).expect("priorities"));
        let config = builder.key_log(log).build().expect("a client");
        let connect = config.to(HOST).expect("a name").resume(&ticket(&config, server)).early_data(b"x");
        let (near, far) = memory::pair(1 << 16);
        let Ok(Progress::Pending(_client)) = connect.start(near).expect("a client").advance() else {
            panic!("no flight")
        };
        let mut flight = vec![0; 1 << 16];
        assert!(far.try_read(&mut flight).expect("a flight") > 5);
        let length = usize::from(u16::from_be_bytes([flight[3], flight[4]]));
        flight.truncate(5 + length);
        Opening { hello: flight, secret: secret.lock().expect("no panic").clone() }
    }

    /// `HKDF-Expand-Label` without a context (RFC 8446, section 7.1).
    fn key(&self, label: &str, length: usize) -> Vec<u8> {
        let label = format!("tls13 {label}");
        let mut info = u16::try_from(length).expect("short").to_be_bytes().to_vec();
        info.push(u8::try_from(label.len()).expect("short"));
        info.extend_from_slice(label.as_bytes());
        info.push(0);
        let mut key = vec![0; length];
        hkdf_expand(Mac::SHA256, &self.secret, info, &mut key).expect("a key");
        key
    }

    /// The ClientHello and a record of application data for each of `texts`.
    fn flight(&self, texts: &[&[u8]]) -> Vec<u8> {
        let mut aead = Aead::new(Cipher::AES_128_GCM, self.key("key", 16)).expect("a cipher");
        let iv = self.key("iv", 12);
        let mut flight = self.hello.clone();
        for (number, text) in texts.iter().enumerate() {
            let mut nonce = iv.clone();
            nonce[11] ^= u8::try_from(number).expect("few");
            let inner = [text, &[23][..]].concat();
            let length = u16::try_from(inner.len() + 16).expect("short").to_be_bytes();
            let head = [23, 3, 3, length[0], length[1]];
            flight.extend_from_slice(&head);
            flight.extend_from_slice(&aead.encrypt(&nonce, head, &inner).expect("a record"));
        }
        flight
    }
}

fn server() -> ServerConfig {
    let builder = server_builder().priority(Priority::new(ONE_SUITE).expect("priorities"));
    builder.early_data(1000, AntiReplay::in_this_process(100)).build().expect("a server")
}

fn play(flight: &[u8], server: &ServerConfig) -> gnutls::Result<Option<Vec<u8>>> {
    let (wire, far) = memory::pair(1 << 16);
    assert_eq!(wire.try_write(flight).expect("writing"), flight.len());
    match server.start(far).expect("a server").advance()? {
        Progress::Pending(mut unfinished) => Ok(unfinished.early_data().map(EarlyData::into_replayable)),
        Progress::Done(_) => panic!("nobody has answered"),
    }
}

#[test]
fn early_data_come_in_records_of_any_size() {
    if !early::are_taken() {
        return;
    }
    let server = server();
    let taken = sooner_or_later(|| {
        let flight = Opening::new(&server).flight(&[b"one", b" ", b"two", &[7; 900]]);
        play(&flight, &server).expect("no error")
    });
    assert_eq!(taken, [&b"one two"[..], &[7; 900]].concat());
}

/// GnuTLS gives nothing of what stands behind an empty record: to go on would be to lose it.
#[test]
fn an_empty_early_record_ends_the_handshake() {
    if !early::are_taken() {
        return;
    }
    let server = server();
    let error = sooner_or_later(|| play(&Opening::new(&server).flight(&[b"one", b"", b"two"]), &server).err());
    is(&error, ErrorKind::Protocol, &["the handshake with a client"]);
    assert_eq!(error.alert_sent(), Some(Alert::UNEXPECTED_MESSAGE));
}

#[test]
fn records_of_early_data_that_are_together_more_than_the_server_takes_end_the_handshake() {
    if !early::are_taken() {
        return;
    }
    let server = server();
    let error = sooner_or_later(|| play(&Opening::new(&server).flight(&[&[7; 500], &[7; 501]]), &server).err());
    is(&error, ErrorKind::Protocol, &["the handshake with a client"]);
}

#[test]
fn early_data_that_were_changed_on_the_way_end_the_handshake() {
    if !early::are_taken() {
        return;
    }
    let server = server();
    let error = sooner_or_later(|| {
        let mut flight = Opening::new(&server).flight(&[b"one"]);
        *flight.last_mut().expect("not empty") ^= 1;
        play(&flight, &server).err()
    });
    is(&error, ErrorKind::Protocol, &["the handshake with a client"]);
}
