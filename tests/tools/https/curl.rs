//! curl.

use std::fs;
use std::process::Command;

use super::Server;
use crate::common::fill;
use crate::files::{A, B, Files};
use crate::process::{Finished, run};

/// curl that trusts the authority and finds our names here.
pub(super) fn command(files: &Files, server: &Server, version: &str) -> Command {
    let mut command = Command::new("curl");
    // Nobody's settings, and no proxy.
    command.args(["--disable", "--noproxy", "*", "--silent", "--show-error", "--max-time", "300", version]);
    for host in [A, B] {
        command.args(["--resolve", &format!("{host}:{}:127.0.0.1", server.port)]);
    }
    command.args(["--cacert", &files.path("ca.pem")]);
    command
}

/// What curl gets of `path`.
pub(super) fn get(files: &Files, server: &Server, version: &str, host: &str, options: &[&str]) -> Finished {
    run(command(files, server, version).args(options).arg(server.url(host, "/")), b"")
}

#[test]
fn curl_gets_the_page_over_both_versions_of_http() {
    let files = Files::new();
    let server = Server::start(&files, &["a"], &[]);
    for (version, name) in [("--http1.1", "HTTP/1.1"), ("--http2", "HTTP/2.0")] {
        get(&files, &server, version, A, &["--fail"]).assert_says(&format!("<p>HTTP: {name}</p>"));
        server.process.wait_for(&format!("{name} GET / 200 (TLS1.3)"));
        let head = get(&files, &server, version, A, &["--head"]);
        head.assert_says(" 200").assert_says("content-length: ").assert_is_silent_on("<p>");
        let none = run(command(&files, &server, version).arg(server.url(A, "/none")).args(["--include"]), b"");
        none.assert_says(" 404");
    }
    get(&files, &server, "--http2", A, &["--tls-max", "1.2"]).assert_says("<p>session: (TLS1.2)");
}

#[test]
fn a_big_body_goes_both_ways_at_once() {
    let files = Files::new();
    let server = Server::start(&files, &["a"], &["--quiet"]);
    let mut body = vec![0; 2 << 20];
    fill(1, 0, &mut body);
    fs::write(files.path("body"), &body).expect("writing");
    for version in ["--http1.1", "--http2"] {
        let mut command = command(&files, &server, version);
        let data = format!("@{}", files.path("body"));
        let answer = run(command.args(["--fail", "--data-binary", &data]).arg(server.url(A, "/echo")), b"");
        assert!(answer.status.success(), "{}", answer.command);
        assert!(answer.stdout == body, "{version}: other bytes came back");
    }
}

#[test]
fn names_choose_the_certificate() {
    let files = Files::new();
    let server = Server::start(&files, &["a", "b"], &[]);
    for version in ["--http1.1", "--http2"] {
        for host in [A, B] {
            // curl verifies that the certificate is for the name.
            get(&files, &server, version, host, &["--fail"]).assert_says(&format!("<p>name: {host}</p>"));
        }
    }
}
