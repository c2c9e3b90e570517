//! Clients that take their time, and too many of them.

use std::io::{Read, Write};
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

/// A server with little patience.
fn impatient(files: &Files, options: &[&str]) -> Server {
    Server::start(files, &["a"], &[&["--grace", "1", "--handshake-timeout", "1"], options].concat())
}

/// Hears the server out: it has to come to an end, which may be that of the connection alone.
fn hear_out(client: &mut Visit) -> Vec<u8> {
    let mut said = Vec::new();
    let _ = client.0.read_to_end(&mut said);
    said
}

#[test]
fn a_client_that_keeps_a_part_of_its_body_back_is_sent_away() {
    let files = Files::new();
    let server = impatient(&files, &["--idle-timeout", "1"]);
    let mut slow = Visit::new(&files, &server);
    slow.0.write_all(b"POST /echo HTTP/1.1\r\nHost: a.example\r\nContent-Length: 100\r\n\r\nslow").expect("writing");
    let said = String::from_utf8_lossy(&hear_out(&mut slow)).into_owned();
    assert!(said.starts_with("HTTP/1.1 200 "), "{said}");
    server.process.wait_for("timeout: nothing moves");
    Visit::new(&files, &server).get().expect("others are served");
}

#[test]
fn a_client_that_does_not_read_its_answer_is_sent_away() {
    let files = Files::new();
    let server = impatient(&files, &["--idle-timeout", "1"]);
    let mut deaf = Visit::new(&files, &server);
    let head = format!("POST /echo HTTP/1.1\r\nHost: a.example\r\nContent-Length: {}\r\n\r\n", 64 << 20);
    deaf.0.write_all(head.as_bytes()).expect("writing");
    // Neither side's buffers hold so much: what goes on for ever if nobody ends it is this.
    deaf.0.write_all(&vec![0; 64 << 20]).expect_err("the server's end");
    server.process.wait_for("timeout: nothing moves");
    Visit::new(&files, &server).get().expect("others are served");
}

#[test]
fn a_client_of_http_2_that_asks_for_nothing_is_told_goodbye() {
    let files = Files::new();
    let server = impatient(&files, &["--idle-timeout", "1"]);
    let mut silent = Visit::speaking("h2", &files, &server);
    // The preface, and settings without anything in them.
    silent.0.write_all(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0").expect("writing");
    let said = hear_out(&mut silent);
    let goodbye = frames(&said).any(|kind| kind == 7);
    assert!(goodbye, "no GOAWAY in {said:?}");
    server.process.wait_for("timeout: nothing moves");
}

/// The types of frames of HTTP/2 (RFC 9113, section 4.1).
fn frames(mut bytes: &[u8]) -> impl Iterator<Item = u8> {
    std::iter::from_fn(move || {
        let [a, b, c, kind, ..] = *bytes else { return None };
        let length = u32::from_be_bytes([0, a, b, c]) as usize;
        bytes = bytes.get(9 + length..)?;
        Some(kind)
    })
}

#[test]
fn a_client_that_always_asks_is_sent_away_in_the_end() {
    let files = Files::new();
    let server = impatient(&files, &["--lifetime", "1"]);
    let mut busy = Visit::new(&files, &server);
    // It ends because the server ends it.
    while busy.get().is_ok() {}
    server.process.wait_for("lifetime is over");
    Visit::new(&files, &server).get().expect("others are served");
}

#[test]
fn a_body_that_is_too_long_is_refused_whether_or_not_its_length_is_told() {
    let files = Files::new();
    let server = impatient(&files, &["--max-body", "10"]);
    let ask = |rest: &str| {
        let mut client = Visit::new(&files, &server);
        let request = format!("POST /echo HTTP/1.1\r\nHost: a.example\r\nConnection: close\r\n{rest}");
        client.0.write_all(request.as_bytes()).expect("writing");
        String::from_utf8_lossy(&hear_out(&mut client)).into_owned()
    };
    let fits = ask("Content-Length: 10\r\n\r\n0123456789");
    assert!(fits.starts_with("HTTP/1.1 200 ") && fits.ends_with("0123456789"), "{fits}");
    let told = ask("Content-Length: 11\r\n\r\n0123456789a");
    assert!(told.starts_with("HTTP/1.1 413 "), "{told}");
    let untold = ask("Transfer-Encoding: chunked\r\n\r\n5\r\n01234\r\n6\r\n56789a\r\n0\r\n\r\n");
    assert!(!untold.ends_with("\r\n0\r\n\r\n"), "an answer that is whole: {untold}");
    server.process.wait_for("length limit exceeded");
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
