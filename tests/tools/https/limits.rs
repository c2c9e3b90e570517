//! Clients that take their time, and too many of them.

use std::io::Read;
use std::net::{Ipv4Addr, TcpStream};
use std::process::Command;
use std::thread;

use super::Server;
use super::visit::Visit;
use crate::examples::example;
use crate::files::Files;
use crate::process::run;

#[test]
fn a_client_without_a_handshake_is_sent_away() {
    let files = Files::new();
    let server = Server::start(&files, &["a"], &["--handshake-timeout", "1"]);
    let mut silent = TcpStream::connect((Ipv4Addr::LOCALHOST, server.port)).expect("it listens");
    assert_eq!(silent.read(&mut [0; 10]).expect("the end"), 0);
    server.process.wait_for("the handshake takes too long");
}

#[test]
fn a_client_without_a_request_is_sent_away() {
    let files = Files::new();
    let server = Server::start(&files, &["a"], &["--idle-timeout", "1"]);
    let mut silent = Visit::new(&files, &server);
    // close_notify and no error of the transport; hyper may say 408 first.
    let mut last_words = String::new();
    silent.0.read_to_string(&mut last_words).expect("close_notify");
    server.process.wait_for("timeout");
}

#[test]
fn there_are_not_more_connections_than_allowed() {
    let files = Files::new();
    let server = Server::start(&files, &["a"], &["--connections", "1"]);
    let mut first = Visit::new(&files, &server);
    let port = first.0.get_ref().local_addr().expect("an address").port();
    let said = thread::scope(|scope| {
        // It connects at once, and is served once there is room.
        let second = scope.spawn(|| Visit::new(&files, &server).get().expect("an answer"));
        (0..20).for_each(|_| drop(first.get().expect("an answer")));
        drop(first);
        second.join().expect("no panic");
        server.process.wait_for("listening")
    });
    let lines: Vec<_> = said.lines().filter(|line| line.contains("GET /")).collect();
    let of_first = lines.iter().take_while(|line| line.starts_with(&format!("127.0.0.1:{port} "))).count();
    assert_eq!((of_first, lines.len()), (20, 21), "{said}");
}

#[test]
fn a_time_that_no_clock_can_tell_is_refused() {
    let mut command = Command::new(example("https_server"));
    let ended = run(command.args(["--cert", "a", "--key", "a", "--idle-timeout", "18446744073709551615"]), b"");
    assert_eq!(ended.status.code(), Some(2), "{}", ended.text());
}
