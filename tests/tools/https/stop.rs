//! SIGTERM: what has begun is finished, and nothing else is begun.

use std::fs;
use std::io::{ErrorKind, Read};
use std::net::{Ipv4Addr, TcpStream};

use nix::sys::signal::Signal;

use super::visit::Visit;
use super::{Server, curl};
use crate::common::fill;
use crate::files::{A, Files};
use crate::process::Process;

/// A request whose body is `size` bytes and goes out slowly, in bytes a second. The server has begun to answer it.
fn begin(files: &Files, server: &Server, version: &str, size: usize, rate: &str) -> (Process, Vec<u8>) {
    let mut body = vec![0; size];
    fill(1, 0, &mut body);
    fs::write(files.path("body"), &body).expect("writing");
    let mut command = curl::command(files, server, version);
    let data = format!("@{}", files.path("body"));
    command.args(["--fail", "--limit-rate", rate, "--data-binary", &data]).arg(server.url(A, "/echo"));
    let request = Process::start(&mut command);
    server.process.wait_for("POST /echo 200");
    (request, body)
}

#[test]
fn a_request_under_way_is_finished_and_nobody_else_gets_in() {
    for version in ["--http1.1", "--http2"] {
        let files = Files::new();
        let server = Server::start(&files, &["a"], &[]);
        let (request, body) = begin(&files, &server, version, 1 << 20, "500K");
        server.process.signal(Signal::SIGTERM);
        server.process.wait_for("stopping");
        let late = TcpStream::connect((Ipv4Addr::LOCALHOST, server.port)).expect_err("nobody listens");
        assert_eq!(late.kind(), ErrorKind::ConnectionRefused);
        let answer = request.finish();
        assert!(answer.status.success() && answer.stdout == body, "{version}: {}", answer.command);
        server.process.finish().assert_says("stopped\n").assert_is_silent_on("under way");
    }
}

#[test]
fn idle_connections_end_with_close_notify() {
    for signal in [Signal::SIGTERM, Signal::SIGINT] {
        let files = Files::new();
        let server = Server::start(&files, &["a"], &[]);
        let mut visit = Visit::new(&files, &server);
        visit.get().expect("an answer");
        server.process.signal(signal);
        // An end of the connection without close_notify would be an error.
        assert_eq!(visit.0.read(&mut [0; 10]).expect("close_notify"), 0);
        server.process.finish().assert_says("stopped\n");
    }
}

#[test]
fn a_request_that_goes_on_for_ever_does_not_keep_the_server() {
    let files = Files::new();
    let server = Server::start(&files, &["a"], &["--grace", "1"]);
    let (_request, _) = begin(&files, &server, "--http2", 1 << 20, "50K");
    server.process.signal(Signal::SIGTERM);
    server.process.finish().assert_says("stopped, with requests under way");
}
