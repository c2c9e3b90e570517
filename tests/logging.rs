//! GnuTLS's log in a handler of the program's. One test: the handler is the process's, and chosen before anything else.

mod common;

use std::sync::Mutex;

use gnutls::logging::{self, Level};
use gnutls::{ClientConfig, ErrorKind, Priority};

use common::{TLS12, TLS13, connect, pki, server, tcp};

static SAID: Mutex<Vec<(Level, String)>> = Mutex::new(Vec::new());

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[test]
fn a_handler_hears_what_happens_and_never_a_key() {
    logging::set_handler(Level::ALL, |level, text| {
        SAID.lock().expect("no panic under the lock").push((level, text.to_owned()));
        assert!(!text.contains("CLIENT HELLO"), "a panic here is nobody's but the handler's");
    })
    .expect("nobody has used GnuTLS");
    let refused = logging::set_handler(Level::AUDIT, |_, _| {}).expect_err("there is one");
    assert_eq!(refused.kind(), ErrorKind::Misuse);

    static SECRETS: Mutex<Vec<String>> = Mutex::new(Vec::new());
    for priority in [TLS12, TLS13] {
        let builder = ClientConfig::builder().with_trust(std::slice::from_ref(&pki().ca)).expect("trust");
        let builder = builder.priority(Priority::new(priority).expect("a priority"));
        let client = builder.key_log(|_: &str, _: &[u8], secret: &[u8]| {
            SECRETS.lock().expect("no panic under the lock").push(hexadecimal(secret));
        });
        let (client, server) = connect(&client.build().expect("a client"), &server(priority), tcp());
        client.send(b"hello").expect("sending");
        client.close().expect("closing");
        drop(server);
    }

    let said = SAID.lock().expect("no panic under the lock");
    for level in [Level::HANDSHAKE, Level::RECORD] {
        assert!(said.iter().any(|(heard, _)| *heard == level), "{level} is heard of");
    }
    assert!(said.iter().all(|(level, text)| *level < Level::SECRETS && !text.ends_with('\n')));
    let secrets = SECRETS.lock().expect("no panic under the lock");
    assert_eq!(secrets.len(), 6, "one of TLS 1.2, five of TLS 1.3");
    let text: String = said.iter().map(|(_, text)| text.to_lowercase()).collect();
    assert!(secrets.iter().all(|secret| !text.contains(secret)), "no key is in the log");
}
