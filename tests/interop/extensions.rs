//! Extensions of our own, with `openssl s_client`, which asks for any number and prints the answer.

use gnutls::Extension;

use crate::files::Files;
use crate::ours::{Port, TLS12, server};
use crate::servers::Peer;

#[test]
fn openssl_gets_the_answer_of_our_server() {
    let (files, port) = (Files::new(), Port::new());
    let extension = Extension::new(65346, "favourite colour").data(*b"blue");
    let config = server(TLS12).extension(extension).expect("a place").build().expect("a server");
    // In TLS 1.3 this option of its does not know where answers stand.
    let tool = port.client_of(Peer::OpenSsl, &files.ca(), &["-tls1_2", "-serverinfo", "65346"]);
    let session = port.accept(&config);
    assert_eq!(session.received_extension(65346), Some(Vec::new()));
    tool.stdout.wait_for("BEGIN SERVERINFO FOR EXTENSION 65346");
    // The number, the length, and the data in base64.
    tool.stdout.wait_for("/0IABGJsdWU=");
}
