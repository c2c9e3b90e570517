//! `openssl s_client`.

use super::Server;
use crate::files::{A, B, Files};
use crate::peers::openssl_client;

#[test]
fn openssl_talks_http_1_1_with_and_without_alpn() {
    let files = Files::new();
    let server = Server::start(&files, &["a"], &[]);
    for options in [&[][..], &["-alpn", "http/1.1"], &["-alpn", "spdy/1,http/1.1"]] {
        let mut client = openssl_client(&files, server.port, A, &[options, &["-quiet", "-no_ign_eof"]].concat());
        client.type_in(b"GET / HTTP/1.1\r\nHost: a.example\r\nConnection: close\r\n\r\n");
        client.wait_for("<p>HTTP: HTTP/1.1</p>");
        client.finish().assert_says("<p>client: </p>");
    }
}

#[test]
fn openssl_is_told_of_http_2_and_of_what_the_server_does_not_talk() {
    let files = Files::new();
    let server = Server::start(&files, &["a", "b"], &[]);
    let client = openssl_client(&files, server.port, B, &["-alpn", "h2"]);
    client.wait_for("ALPN protocol: h2");
    client.finish().assert_says("subject=CN=b.example");
    let other = openssl_client(&files, server.port, A, &["-alpn", "imap"]).finish();
    // The alert's name, or its number: OpenSSL 1.1.1 does not know it.
    let told = ["no application protocol", "SSL alert number 120"].iter().any(|words| other.text().contains(words));
    assert!(!other.status.success() && told, "{}", other.text());
    server.process.wait_for("application protocol");
}
