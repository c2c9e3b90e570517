//! Keys made of a session's secrets, and channel bindings.

use gnutls::transport::memory;
use gnutls::{ChannelBinding, ErrorKind, RandomOrder, Session};

use crate::common::{TLS12, TLS13, client, connect, server};
use crate::is;

type Pair = (Session<memory::End>, Session<memory::End>);

const LABEL: &str = "EXPERIMENTAL a test";

fn pair(priority: &str) -> Pair {
    connect(&client(priority), &server(priority), memory::pair(1 << 16))
}

#[test]
fn both_sides_export_the_same_for_the_same_purpose_only() {
    for version in [TLS12, TLS13] {
        let (near, far) = pair(version);
        let ours = |context: Option<&[u8]>| near.export(LABEL, context, 40).expect("a key").to_vec();
        for context in [None, Some(&b""[..]), Some(b"c")] {
            assert_eq!(ours(context), far.export(LABEL, context, 40).expect("a key").to_vec());
        }
        assert_ne!(ours(None), ours(Some(b"c")));
        // RFC 8446, section 7.5: "the same value as ... an empty context".
        assert_eq!(ours(None) == ours(Some(b"")), version == TLS13);
        assert_ne!(ours(None), near.export("EXPERIMENTAL other", None, 40).expect("a key").to_vec());
        assert_ne!(ours(None), pair(version).0.export(LABEL, None, 40).expect("a key").to_vec());
    }
}

#[test]
fn the_prf_of_tls12_is_the_exporter_with_its_seed_spelt_out() {
    let (near, far) = pair(TLS12);
    let exported = near.export(LABEL, None, 64).expect("a key").to_vec();
    let prf = |order, extra: &[u8]| near.prf(LABEL, order, extra, 64).expect("a key").to_vec();
    assert_eq!(prf(RandomOrder::ClientFirst, b""), exported);
    assert_ne!(prf(RandomOrder::ServerFirst, b""), exported);
    // RFC 5705, section 4: the length of the context stands before it.
    assert_eq!(prf(RandomOrder::ClientFirst, b"\0\x02hi"), near.export(LABEL, Some(b"hi"), 64).expect("").to_vec());
    let raw = |session: &Session<_>, seed: &[u8]| session.prf_raw(LABEL, seed, 64).expect("a key").to_vec();
    assert_eq!(raw(&near, b"seed"), raw(&far, b"seed"));
    assert_ne!(raw(&near, b"seed"), raw(&near, b"deed"));
    // RFC 5246, section 5: by hand, P_hash of the master secret, with the digest that the session names.
    let secret = near.master_secret().expect("TLS 1.2 has one");
    assert_eq!(raw(&near, b"seed"), p_hash(near.prf_digest(), &secret, &[LABEL.as_bytes(), b"seed"].concat(), 64));
}

/// P_hash of RFC 5246, section 5.
fn p_hash(digest: gnutls::Digest, secret: &[u8], seed: &[u8], length: usize) -> Vec<u8> {
    let mac = gnutls::Mac::from_raw(digest.raw());
    let hmac = |data: &[u8]| gnutls::crypto::Hmac::of(mac, secret, data).expect("a MAC");
    let (mut out, mut a) = (Vec::new(), seed.to_vec());
    while out.len() < length {
        a = hmac(&a);
        out.extend(hmac(&[&a[..], seed].concat()));
    }
    out.truncate(length);
    out
}

#[test]
fn tls13_has_no_prf_and_no_master_secret() {
    let (near, _far) = pair(TLS13);
    for error in [
        near.prf(LABEL, RandomOrder::ServerFirst, b"", 32).expect_err("no PRF"),
        near.prf(LABEL, RandomOrder::ClientFirst, b"x", 32).expect_err("no PRF"),
        near.prf_raw(LABEL, b"x", 32).expect_err("no PRF"),
    ] {
        is(&error, ErrorKind::Unsupported, &["1.3", "export"]);
    }
    let same = near.prf(LABEL, RandomOrder::ClientFirst, b"", 32).expect("the exporter");
    assert_eq!(same.to_vec(), near.export(LABEL, None, 32).expect("a key").to_vec());
    assert!(near.master_secret().is_none());
}

#[test]
fn what_cannot_be_exported_is_refused() {
    let tls11 = "NORMAL:-VERS-ALL:+VERS-TLS1.1";
    for (version, label, most) in [(tls11, 255, 200), (TLS12, 255, 65536), (TLS13, 63, 255 * 32)] {
        let (near, far) = pair(version);
        let refused = |label: &str, length| near.export(label, None, length).expect_err("no");
        is(&refused("", 32), ErrorKind::InvalidInput, &["label"]);
        is(&refused(&"x".repeat(label + 1), 32), ErrorKind::InvalidInput, &["label"]);
        is(&refused(LABEL, 0), ErrorKind::InvalidInput, &["between"]);
        is(&refused(LABEL, usize::MAX), ErrorKind::InvalidInput, &["between"]);
        is(&near.export(LABEL, Some(&[0; 65536]), 32).expect_err("no"), ErrorKind::InvalidInput, &["65535"]);
        let all = |session: &Session<_>| session.export(&"x".repeat(label), None, most).expect("the most").to_vec();
        assert_eq!((all(&near).len(), all(&near)), (most, all(&far)));
        assert_ne!(all(&near), vec![0; most], "{version}");
        if version != TLS13 {
            is(&refused(LABEL, most + 1), ErrorKind::InvalidInput, &["between"]);
        }
    }
}

#[test]
fn both_sides_have_the_same_channel_bindings_where_they_are_unique() {
    let (near, far) = pair(TLS12);
    let unique = near.channel_binding(ChannelBinding::Unique).expect("TLS 1.2 has it");
    assert_eq!((unique.len(), &unique), (12, &far.channel_binding(ChannelBinding::Unique).expect("as there")));
    let (near, _far) = pair(TLS13);
    let error = near.channel_binding(ChannelBinding::Unique).expect_err("TLS 1.3");
    is(&error, ErrorKind::Unsupported, &["tls-unique", "1.3"]);
}

#[test]
fn without_the_extended_master_secret_nothing_unique_is_given() {
    let (near, _far) = pair("NORMAL:-VERS-ALL:+VERS-TLS1.2:%NO_SESSION_HASH");
    let error = near.channel_binding(ChannelBinding::Unique).expect_err("not unique");
    is(&error, ErrorKind::Unsupported, &["extended master secret"]);
    #[cfg(gnutls_3_7_2)]
    is(&near.channel_binding(ChannelBinding::Exporter).expect_err("not unique"), ErrorKind::Unsupported, &["RFC 9266"]);
}

#[cfg(gnutls_3_7_2)]
#[test]
fn the_end_point_is_the_digest_of_the_certificate_and_the_exporter_that_of_rfc_9266() {
    use gnutls::Digest;
    use gnutls::crypto::Hash;

    for version in [TLS12, TLS13] {
        let (near, far) = pair(version);
        let der = near.peer_certificates().expect("a chain")[0].to_der();
        for session in [&near, &far] {
            let end_point = session.channel_binding(ChannelBinding::ServerEndPoint).expect("a certificate");
            assert_eq!(end_point, Hash::of(Digest::SHA256, &der).expect("a digest"));
            let exporter = session.channel_binding(ChannelBinding::Exporter).expect("unique");
            assert_eq!(exporter, near.export("EXPORTER-Channel-Binding", Some(b""), 32).expect("a key").to_vec());
        }
    }
}
