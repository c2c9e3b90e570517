//! `https_client`.

use std::process::Command;

use super::Server;
use crate::examples::example;
use crate::files::{A, B, Files};
use crate::process::{Finished, run};

fn get(server: &Server, url: &str, options: &[&str]) -> Finished {
    let mut command = Command::new(example("https_client"));
    run(command.args([url, "--connect", &format!("127.0.0.1:{}", server.port)]).args(options), b"")
}

#[test]
fn our_client_gets_the_page_over_both_versions_of_http() {
    let files = Files::new();
    let server = Server::start(&files, &["a", "b"], &[]);
    let ca = files.path("ca.pem");
    for host in [A, B] {
        let answer = get(&server, &server.url(host, "/"), &["--cafile", &ca, "--verbose"]);
        answer.assert_says("<p>HTTP: HTTP/2.0</p>").assert_says(&format!("<p>name: {host}</p>"));
        answer.assert_says("* session: (TLS1.3)").assert_says("* ALPN: h2").assert_says("* HTTP/2.0 200 OK");
        let answer = get(&server, &server.url(host, "/"), &["--cafile", &ca, "--http1"]);
        answer.assert_says("<p>HTTP: HTTP/1.1</p>").assert_is_silent_on("* ");
    }
}

#[test]
fn our_client_says_what_went_wrong() {
    let files = Files::new();
    let server = Server::start(&files, &["a"], &[]);
    let ca = files.path("ca.pem");
    for version in [&[][..], &["--http1"]] {
        let trusting = [version, &["--cafile", &ca]].concat();
        get(&server, &server.url(A, "/none"), &trusting).assert_fails("404 Not Found");
        get(&server, &server.url(B, "/"), &trusting).assert_fails("b.example");
        get(&server, &server.url(A, "/"), version).assert_fails("NOT trusted");
    }
    get(&server, "http://a.example/", &[]).assert_fails("does not begin with https://");
}

#[test]
fn our_client_shows_its_certificate() {
    let files = Files::new();
    let ca = files.path("ca.pem");
    let server = Server::start(&files, &["a"], &["--client-cafile", &ca, "--require-client-cert"]);
    let (cert, key) = (files.path("friend.pem"), files.path("friend.key"));
    let answer = get(&server, &server.url(A, "/"), &["--cafile", &ca, "--cert", &cert, "--key", &key]);
    answer.assert_says("<p>client: CN=friend.example</p>");
    // Whether it meets the alert first or the closed connection is up to the network.
    get(&server, &server.url(A, "/"), &["--cafile", &ca]).assert_fails("https_client: ");
}
