//! What a session knows about itself.

use std::io::{Read, Write};

use gnutls::transport::memory;
use gnutls::{Cipher, EccCurve, Group, KeyExchange, Mac, Protocol, Session, SessionData, SessionFlags};

use crate::common::{HOST, TLS12, TLS13, client, connect, pki, server};

type Pair = (Session<memory::End>, Session<memory::End>);

fn pair(priority: &str) -> Pair {
    connect(&client(priority), &server(priority), memory::pair(1 << 16))
}

#[test]
fn both_sides_agree_on_what_was_agreed_on() {
    let exact = "NONE:+VERS-TLS1.3:+AES-128-GCM:+AEAD:+SIGN-ECDSA-SECP256R1-SHA256:+GROUP-X25519:+ECDHE-ECDSA";
    for (priority, protocol) in [(TLS12, Protocol::TLS1_2), (TLS13, Protocol::TLS1_3), (exact, Protocol::TLS1_3)] {
        let (client, server) = pair(priority);
        assert_eq!((client.protocol(), server.protocol()), (protocol, protocol));
        assert_eq!((client.cipher(), client.group()), (server.cipher(), server.group()));
        assert_eq!(client.signature(), server.signature());
        assert_eq!(client.description(), server.description());
        assert!(client.description().contains(protocol.name().expect("a name")), "{}", client.description());
        assert!(!client.is_resumed() && !server.is_resumed());
        assert_eq!(client.max_record_size(), 16384);
        if priority == exact {
            assert_eq!((client.cipher(), client.group()), (Cipher::AES_128_GCM, Group::X25519));
        }
    }
}

#[test]
fn the_server_hears_the_name_that_the_client_wants() {
    for priority in [TLS12, TLS13] {
        let (_client, server) = pair(priority);
        assert_eq!(server.server_name().as_deref(), Some(HOST));
    }
    let start = |connect: gnutls::Connect| {
        let (near, far) = memory::pair(1 << 16);
        let accepting = std::thread::spawn(move || server(TLS13).accept(far));
        let _client = connect.connect(near).expect("the client's handshake");
        accepting.join().expect("no panic").expect("the server's handshake").server_name()
    };
    let to = || client(TLS13).to(HOST).expect("a name");
    assert_eq!(start(to().without_server_name()), None);
    assert_eq!(start(to().server_name("other.example")).as_deref(), Some("other.example"));
}

#[test]
fn the_peers_certificates_are_those_it_showed() {
    for priority in [TLS12, TLS13] {
        let (client, server) = pair(priority);
        let shown = client.peer_certificates().expect("certificates");
        assert_eq!(shown[0].to_der(), pki().server.chain()[0].to_der());
        assert!(server.peer_certificates().expect("none").is_empty());
    }
}

#[test]
fn counters_count_what_went_through() {
    for priority in [TLS12, TLS13] {
        let (client, server) = pair(priority);
        (&client).write_all(&[1; 30_000]).expect("writing");
        (&server).read_exact(&mut [0; 20_000]).expect("reading");
        assert_eq!(client.counters().bytes_sent, 30_000);
        assert_eq!(server.counters().bytes_received, 20_000);
        assert!(server.pending() > 0, "the rest of a record");
        (&server).read_exact(&mut [0; 10_000]).expect("reading");
        assert_eq!((server.counters().bytes_received, server.pending()), (30_000, 0));
    }
}

#[test]
fn debug_output_is_useful_and_shows_no_secret() {
    let (client, server) = pair(TLS13);
    (&server).write_all(b"tickets first").expect("writing");
    (&client).read_exact(&mut [0; 13]).expect("reading");
    let data = client.session_data().expect("no error").expect("a ticket");
    let key = pki().server.key().to_der().expect("a key");
    let hidden = [&key[..], data.as_bytes(), &key[key.len() / 2..]];
    let shown = [
        format!("{client:?}"),
        format!("{server:?}"),
        format!("{data:?}"),
        format!("{:?}", pki().server),
        format!("{:?}", pki().server.key()),
        format!("{:?} {:?}", crate::common::client(TLS13), crate::common::server(TLS13)),
        // SAFETY: never used to resume.
        format!("{:?}", unsafe { SessionData::from_bytes(b"a secret") }),
    ];
    for text in &shown {
        assert!(!text.contains("a secret") && !text.is_empty());
        for secret in hidden {
            // Neither as text nor as a list of numbers: no three bytes in a row.
            let listed = format!("{:?}", &secret[8..11]);
            assert!(!text.contains(listed.trim_matches(['[', ']'])), "{text}");
        }
    }
    assert!(shown[0].contains("TLS1.3") && shown[0].contains("cipher"), "{}", shown[0]);
}

#[test]
fn what_few_ask_for_is_known_too() {
    let (near, far) = pair(TLS13);
    for session in [&near, &far] {
        assert_eq!((session.key_exchange(), session.mac()), (KeyExchange::ECDHE_RSA, Mac::AEAD));
        assert_eq!(session.curve().and_then(EccCurve::name), session.group().name());
        assert!(!session.is_key_logged());
        assert_eq!(session.client_signature(), None);
        #[cfg(gnutls_3_7_3)]
        assert!(!session.is_in_kernel());
        #[cfg(gnutls_3_7_4)]
        assert_eq!(session.cipher_suite(), Some("TLS_AES_256_GCM_SHA384"));
        assert_eq!(session.prf_digest(), gnutls::Digest::SHA384);
    }
    assert!(far.requested_signatures().contains(&far.signature()), "{:?}", far.requested_signatures());

    let rsa = "NORMAL:-VERS-ALL:+VERS-TLS1.2:-KX-ALL:+ECDHE-ECDSA:-GROUP-ALL:+GROUP-SECP256R1";
    let (near, _far) = pair(rsa);
    assert_eq!((near.key_exchange(), near.curve()), (KeyExchange::ECDHE_ECDSA, Some(EccCurve::SECP256R1)));
    assert_eq!(near.master_secret().expect("TLS 1.2 has one").len(), 48);
    assert!(near.flags().contains(SessionFlags::SAFE_RENEGOTIATION | SessionFlags::EXTENDED_MASTER_SECRET));
    assert!(near.has_extended_master_secret());
}

#[test]
fn the_state_of_records_is_what_the_other_side_has_and_changes_with_the_keys() {
    for priority in [TLS12, TLS13] {
        let (near, far) = pair(priority);
        let same = || {
            let (ours, theirs) = (near.sending_state().expect("keys"), far.receiving_state().expect("keys"));
            assert_eq!(&*ours.cipher_key, &*theirs.cipher_key);
            assert_eq!((&*ours.iv, ours.sequence_number), (&*theirs.iv, theirs.sequence_number));
            assert!(ours.mac_key.is_empty(), "{priority}");
            (ours.cipher_key.to_vec(), ours.sequence_number)
        };
        let (key, number) = same();
        assert_eq!(key.len(), 32, "{}", near.description());
        near.send(b"one").expect("sent");
        assert_eq!((&mut &far).read(&mut [0; 9]).expect("received"), 3);
        assert_eq!(same(), (key.clone(), number + 1));
        if priority == TLS13 {
            near.update_keys(gnutls::KeyUpdateRequest::NotRequested).expect("a key update");
            near.send(b"two").expect("sent");
            assert_eq!((&mut &far).read(&mut [0; 9]).expect("received"), 3);
            let (after, number) = same();
            assert_ne!(after, key);
            assert_eq!(number, 1);
        }
        assert_ne!(
            &*near.sending_state().expect("keys").cipher_key,
            &*near.receiving_state().expect("keys").cipher_key
        );
        assert!(!format!("{:?}", near.sending_state().expect("keys")).contains("["), "no key is shown");
    }
}

#[test]
fn whether_a_renegotiation_would_be_bound_to_its_session_is_known() {
    let (near, far) = pair(TLS12);
    assert!(near.has_safe_renegotiation() && far.has_safe_renegotiation());
    let (near, far) = pair(&format!("{TLS12}:%DISABLE_SAFE_RENEGOTIATION"));
    assert!(!near.has_safe_renegotiation() && !far.has_safe_renegotiation());
}
