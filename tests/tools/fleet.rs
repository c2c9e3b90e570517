//! `fleet`: a session that began at one server is resumed at another, and after a restart; by tickets and through Redis.

use std::fs;
use std::io::{Read, Write};
use std::net::{Ipv4Addr, Shutdown, TcpListener, TcpStream};
use std::process::Command;

use gnutls::transport::{Transport, memory};
use gnutls::{ClientConfig, EarlyOutcome, Priority, Progress, SessionData};

use crate::common::early::{self, sooner_or_later};
use crate::examples::example;
use crate::files::{A, Files};
use crate::process::Process;

const TLS12: &str = "NORMAL:-VERS-ALL:+VERS-TLS1.2";
const TLS13: &str = "NORMAL:-VERS-ALL:+VERS-TLS1.3";

/// A server of the fleet.
struct Server {
    process: Process,
    port: u16,
}

fn start(files: &Files, options: &[&str]) -> Server {
    let mut command = Command::new(example("fleet"));
    let process = Process::start(command.args(["--port", "0"]).args(files.identities(&["a"])).args(options));
    let port = process.wait_for_rest("listening on 127.0.0.1:").parse().expect("a port");
    Server { process, port }
}

/// A visit: what the server says of the session, and what resumes it.
fn visit(
    files: &Files,
    server: &Server,
    priority: &str,
    earlier: Option<&SessionData>,
) -> (String, Option<SessionData>) {
    let builder = ClientConfig::builder().with_trust_file(files.path("ca.pem")).expect("trust");
    let config = builder.priority(Priority::new(priority).expect("a priority")).build().expect("a client");
    let mut connect = config.to(A).expect("a name");
    if let Some(earlier) = earlier {
        connect = connect.resume(earlier);
    }
    let tcp = TcpStream::connect((Ipv4Addr::LOCALHOST, server.port)).expect("it listens");
    let mut session = connect.connect(tcp).expect("a handshake");
    let mut said = String::new();
    session.read_to_string(&mut said).expect("a line and close_notify");
    session.close().expect("closing");
    (said, session.session_data().expect("it can be packed"))
}

/// A session that begins at one server is resumed at another, and at the first once that is another process.
fn goes_round(priority: &str, options: &dyn Fn(&Files) -> Vec<String>) {
    let files = Files::new();
    let options = options(&files);
    let options: Vec<&str> = options.iter().map(String::as_str).collect();
    let (one, other) = (start(&files, &options), start(&files, &options));
    let (said, data) = visit(&files, &one, priority, None);
    assert!(said.ends_with(": new\n"), "{said}");
    let (said, _) = visit(&files, &other, priority, data.as_ref());
    assert!(said.ends_with(": resumed\n"), "at the other, {said}");
    drop(one);
    let again = start(&files, &options);
    let (said, _) = visit(&files, &again, priority, data.as_ref());
    assert!(said.ends_with(": resumed\n"), "after a restart, {said}");
}

#[test]
fn tickets_are_good_at_every_server_with_the_key() {
    for priority in [TLS12, TLS13] {
        goes_round(priority, &|files| vec!["--ticket-key".to_owned(), files.path("tickets.key")]);
    }
}

#[test]
fn a_server_with_another_key_starts_anew() {
    let files = Files::new();
    for priority in [TLS12, TLS13] {
        let one = start(&files, &["--ticket-key", &files.path("one.key")]);
        let other = start(&files, &["--ticket-key", &files.path("other.key")]);
        let (_, data) = visit(&files, &one, priority, None);
        let (said, _) = visit(&files, &other, priority, data.as_ref());
        assert!(said.ends_with(": new\n"), "{said}");
    }
    assert_eq!(fs::read(files.path("one.key")).expect("it was made").len(), 64);
}

/// How long a server waits for Redis, in milliseconds: longer than a machine is ever busy elsewhere.
const PATIENCE: &str = "10000";

/// Redis, of this test alone.
fn redis(files: &Files) -> (Process, String) {
    for _ in 0..10 {
        let free = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).and_then(|free| free.local_addr()).expect("a free port");
        let mut command = Command::new("redis-server");
        command.args(["--port", &free.port().to_string(), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]);
        let process = Process::start(command.args(["--dir", &files.path("")]));
        if process.wait_for_any(&["Ready to accept connections", "bind:"]).contains("Ready") {
            return (process, free.to_string());
        }
    }
    panic!("redis-server finds no free port (Debian's package redis-server)");
}

#[test]
fn sessions_in_redis_are_good_at_every_server() {
    let files = Files::new();
    let (_running, address) = redis(&files);
    goes_round(TLS12, &|files| {
        let key = files.path("tickets.key");
        ["--redis", &address, "--redis-timeout", PATIENCE, "--no-tickets", "--ticket-key", &key]
            .map(str::to_owned)
            .to_vec()
    });
}

#[test]
fn without_its_redis_a_server_goes_on_with_full_handshakes() {
    let files = Files::new();
    let (running, address) = redis(&files);
    let server = start(&files, &["--redis", &address, "--redis-timeout", PATIENCE]);
    let (_, data) = visit(&files, &server, TLS12, None);
    let (said, _) = visit(&files, &server, TLS12, data.as_ref());
    assert!(said.ends_with(": resumed\n"), "{said}");
    drop(running);
    let (said, _) = visit(&files, &server, TLS12, data.as_ref());
    assert!(said.ends_with(": new\n"), "{said}");
    server.process.wait_for("going on without");
}

/// A client that has a ticket of `server`'s for early data.
fn early_client(files: &Files, server: &Server) -> (ClientConfig, SessionData) {
    let builder = ClientConfig::builder().with_trust_file(files.path("ca.pem")).expect("trust");
    let config = builder.priority(Priority::new(TLS13).expect("a priority")).build().expect("a client");
    let tcp = TcpStream::connect((Ipv4Addr::LOCALHOST, server.port)).expect("it listens");
    let mut session = config.connect(A, tcp).expect("a handshake");
    session.read_to_string(&mut String::new()).expect("a line and close_notify");
    session.close().expect("closing");
    let data = session.session_data().expect("it can be packed").expect("a ticket");
    assert_eq!(data.max_early_data(), 16384);
    (config, data)
}

fn with_redis(files: &Files, address: &str) -> Vec<String> {
    let key = files.path("tickets.key");
    let timeout = ["--redis-timeout", PATIENCE];
    [&timeout[..], &["--redis", address, "--ticket-key", &key, "--maxearlydata", "16384"]]
        .concat()
        .iter()
        .map(|option| (*option).to_owned())
        .collect()
}

/// A session with early data: what the server says of it, and what became of them.
fn early_visit(config: &ClientConfig, data: &SessionData, server: &Server) -> (String, EarlyOutcome) {
    let tcp = TcpStream::connect((Ipv4Addr::LOCALHOST, server.port)).expect("it listens");
    let connect = config.to(A).expect("a name").resume(data).early_data(b"early");
    let mut session = connect.connect(tcp).expect("a handshake");
    let mut said = String::new();
    session.read_to_string(&mut said).expect("a line and close_notify");
    session.close().expect("closing");
    (said, session.early_outcome().expect("there were some"))
}

#[test]
fn early_data_of_one_server_s_tickets_are_taken_at_the_other() {
    if !early::are_taken() {
        return;
    }
    let files = Files::new();
    let (_running, address) = redis(&files);
    let options = with_redis(&files, &address);
    let options: Vec<&str> = options.iter().map(String::as_str).collect();
    let (one, other) = (start(&files, &options), start(&files, &options));
    sooner_or_later(|| {
        let (config, data) = early_client(&files, &one);
        let (said, outcome) = early_visit(&config, &data, &other);
        let taken = outcome == EarlyOutcome::Accepted;
        let wanted = if taken { ": resumed, 5 bytes came early\n" } else { ": resumed\n" };
        assert!(said.ends_with(wanted), "{said}");
        taken.then_some(())
    });
}

#[test]
fn early_data_that_are_repeated_at_another_server_are_refused_there() {
    if !early::are_taken() {
        return;
    }
    let files = Files::new();
    let (_running, address) = redis(&files);
    let options = with_redis(&files, &address);
    let options: Vec<&str> = options.iter().map(String::as_str).collect();
    let (one, other) = (start(&files, &options), start(&files, &options));
    let mut played = 0;
    sooner_or_later(|| {
        let (config, data) = early_client(&files, &one);
        let connect = config.to(A).expect("a name").resume(&data).early_data(b"early");
        let (near, far) = memory::pair(1 << 16);
        let Ok(Progress::Pending(_)) = connect.start(near).expect("a client").advance() else { panic!("no flight") };
        let mut flight = vec![0; 1 << 16];
        let length = far.try_read(&mut flight).expect("a flight");
        played += 1;
        let play = |server: &Server| {
            let mut tcp = TcpStream::connect((Ipv4Addr::LOCALHOST, server.port)).expect("it listens");
            tcp.write_all(&flight[..length]).expect("writing");
            // Its answer: it has seen all of the flight.
            tcp.read_exact(&mut [0]).expect("an answer");
            tcp.shutdown(Shutdown::Both).expect("shutting down");
            server.process.wait_for_times("a client: ", played).matches("early data: 5 bytes").count()
        };
        let taken = play(&one);
        assert_eq!(play(&other), 0, "the other has taken it, too");
        (taken > 0).then_some(())
    });
}

#[test]
fn without_its_redis_a_server_takes_no_early_data_and_goes_on() {
    if !early::are_taken() {
        return;
    }
    let files = Files::new();
    let (running, address) = redis(&files);
    let options = with_redis(&files, &address);
    let options: Vec<&str> = options.iter().map(String::as_str).collect();
    let server = start(&files, &options);
    let (config, data) = early_client(&files, &server);
    drop(running);
    let (said, outcome) = early_visit(&config, &data, &server);
    assert_eq!(outcome, EarlyOutcome::Rejected);
    assert!(said.ends_with(": resumed\n"), "{said}");
    server.process.wait_for("going on without");
}

#[test]
fn a_server_with_a_shared_key_and_no_redis_does_not_start_with_early_data() {
    if !early::are_taken() {
        return;
    }
    let files = Files::new();
    let options = ["--ticket-key", &files.path("tickets.key"), "--maxearlydata", "16384"];
    let mut command = Command::new(example("fleet"));
    let end = Process::start(command.args(["--port", "0"]).args(files.identities(&["a"])).args(options)).finish();
    assert!(!end.status.success());
    let said = String::from_utf8_lossy(&end.stderr).into_owned();
    assert!(said.contains("share a store"), "{said}");
}

#[test]
fn a_file_that_is_no_ticket_key_and_a_redis_that_is_nowhere_are_named_at_the_start() {
    let files = Files::new();
    std::fs::write(files.path("junk.key"), "junk").expect("writing");
    let fleet = |options: &[&str]| {
        let mut command = Command::new(example("fleet"));
        crate::process::run(command.args(["--port", "0"]).args(files.identities(&["a"])).args(options), b"")
    };
    fleet(&["--ticket-key", &files.path("junk.key")]).assert_fails("junk.key: ");
    fleet(&["--redis", "nowhere"]).assert_fails("--redis wants HOST:PORT");
}
