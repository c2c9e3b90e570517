//! Diffie-Hellman over finite fields: what a session says of it, and the groups that there are.

use std::os::unix::net::UnixStream;
use std::thread;

use gnutls::key::{DhParams, FfdheGroup};
use gnutls::{ClientConfig, Group, Priority, ServerConfig, Session};

use crate::common::{HOST, within};

fn strangers(exchange: &str) -> [Session<UnixStream>; 2] {
    let priority = || Priority::new(&format!("NORMAL:-VERS-ALL:+VERS-TLS1.2:-KX-ALL:{exchange}")).expect("priorities");
    let client = ClientConfig::builder().priority(priority()).dangerous().with_anonymous().expect("credentials");
    let server = ServerConfig::builder().priority(priority()).dangerous().with_anonymous().expect("credentials");
    let (client, server) = (client.build().expect("a client"), server.build().expect("a server"));
    within("the handshake", move || {
        let (near, far) = UnixStream::pair().expect("a pair");
        let accepting = thread::spawn(move || server.accept(far).expect("the server's handshake"));
        let near = client.connect(HOST, near).expect("the client's handshake");
        [near, accepting.join().expect("no panic")]
    })
}

#[test]
fn an_exchange_over_a_finite_field_is_told_and_others_are_not() {
    let sessions = strangers("+ANON-DH:-GROUP-ALL:+GROUP-FFDHE3072");
    let group = FfdheGroup::FFDHE_3072;
    let exchanges = sessions.each_ref().map(|session| session.dh_exchange().expect("asked").expect("there was one"));
    for exchange in &exchanges {
        assert_eq!(FfdheGroup::from_numbers(trimmed(&exchange.prime), trimmed(&exchange.generator)), Some(group));
        assert_eq!(exchange.prime_bits, 3072);
        assert!(!exchange.peers_public.is_empty());
        assert!((1..=3072).contains(&exchange.peers_public_bits), "{exchange:?}");
        assert!((1..=3072).contains(&exchange.secret_bits), "{exchange:?}");
    }
    assert_ne!(exchanges[0].peers_public, exchanges[1].peers_public);
    for session in strangers("+ANON-ECDH") {
        assert_eq!(session.dh_exchange().expect("asked"), None);
    }
}

/// Without zero bytes in front.
fn trimmed(number: &[u8]) -> &[u8] {
    let start = number.iter().position(|byte| *byte != 0).unwrap_or(number.len());
    &number[start..]
}

#[test]
fn groups_are_those_of_rfc_7919() {
    let sizes = [(2048, Group::FFDHE2048), (3072, Group::FFDHE3072), (4096, Group::FFDHE4096)];
    let sizes = sizes.into_iter().chain([(6144, Group::FFDHE6144), (8192, Group::FFDHE8192)]);
    for (group, (bits, name)) in FfdheGroup::ALL.into_iter().zip(sizes) {
        assert_eq!((group.prime().len() * 8, group.generator(), group.group()), (bits, &[2][..], name));
        assert!(group.key_bits() >= 225 && (group.key_bits() as usize) < bits / 4);
        // Appendix A: the prime begins with 64 ones and the digits of e, and ends with 64 ones.
        assert!(group.prime().starts_with(&[0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xad, 0xf8, 0x54, 0x58]));
        assert!(group.prime().ends_with(&[0xff; 8]));
        // A safe prime: the order is its half.
        let order = trimmed(group.order());
        let half: Vec<u8> = (0..group.prime().len())
            .map(|at| group.prime()[at] >> 1 | if at == 0 { 0 } else { group.prime()[at - 1] << 7 })
            .collect();
        assert_eq!(order, half);
        let (prime, generator, _) = group.params().expect("parameters").numbers().expect("numbers");
        assert_eq!(FfdheGroup::from_numbers(trimmed(&prime), trimmed(&generator)), Some(group));
    }
    assert_eq!(FfdheGroup::from_numbers([23], [5]), None);
    assert!(DhParams::new([23], [5]).is_ok());
}
