//! Servers whose descriptors run out, and programs whose reader has read enough.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, TcpStream};
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::process::{Command, Stdio};

use gnutls::ClientConfig;

use crate::examples::example;
use crate::files::{A, Files};
use crate::process::Process;

/// More than the servers here have descriptors for.
const CROWD: usize = 40;

/// A program that may have few descriptors.
fn poor(name: &str) -> Command {
    let mut command = Command::new("sh");
    command.args(["-c", "ulimit -n 24; exec \"$0\" \"$@\""]).arg(example(name));
    command
}

fn dial(port: u16) -> TcpStream {
    TcpStream::connect((Ipv4Addr::LOCALHOST, port)).expect("it listens")
}

/// Who is in the queue is served once the crowd before has gone, although nobody comes to remind of it.
fn serves_after_the_crowd(files: &Files, server: &Process, port: u16, complaint: &str) {
    let crowd: Vec<_> = (0..CROWD).map(|_| dial(port)).collect();
    server.wait_for(complaint);
    let waiting = dial(port);
    drop(crowd);
    let config =
        ClientConfig::builder().with_trust_file(files.path("ca.pem")).expect("trust").build().expect("a client");
    config.connect(A, waiting).expect("a handshake");
}

#[test]
fn an_event_loop_without_descriptors_goes_on_when_it_has_them_again() {
    let files = Files::new();
    let server = Process::start(poor("mio_echo").args([&files.path("a.pem"), &files.path("a.key"), "0"]));
    let port = server.wait_for_rest("listening on 127.0.0.1:").parse().expect("a port");
    serves_after_the_crowd(&files, &server, port, "accepting: Too many open files");
}

#[test]
fn servers_with_threads_go_on_when_they_have_descriptors_again() {
    let files = Files::new();
    let identity = files.identities(&["a"]);
    let complaint = "Error in accepting a connection: Too many open files";
    let server = Process::start(poor("fleet").args(["--port", "0"]).args(&identity));
    let port = server.wait_for_rest("listening on 127.0.0.1:").parse().expect("a port");
    serves_after_the_crowd(&files, &server, port, complaint);
    let server = Process::start(poor("manual").args(["serv-x509", "--port", "0"]).args(&identity));
    let port = server.wait_for_rest("Listening to port '").trim_end_matches("'.").parse().expect("a port");
    serves_after_the_crowd(&files, &server, port, complaint);
}

#[test]
fn an_event_loop_sends_a_client_away_that_does_not_begin_its_handshake() {
    let files = Files::new();
    let server =
        Process::start(Command::new(example("mio_echo")).args([&files.path("a.pem"), &files.path("a.key"), "0"]));
    let port = server.wait_for_rest("listening on 127.0.0.1:").parse().expect("a port");
    assert_eq!(dial(port).read(&mut [0; 10]).expect("the end"), 0);
    server.wait_for("client 1: ");
}

/// A stdout that nobody reads from.
fn unread() -> Stdio {
    let (ours, _) = UnixStream::pair().expect("a pair");
    OwnedFd::from(ours).into()
}

#[test]
fn programs_whose_reader_has_gone_end_without_a_panic() {
    let files = Files::new();
    let a = files.path("a.pem");
    let programs: [(&str, &[&str]); 4] = [
        ("manual", &["print-ciphersuites", "NORMAL"]),
        ("manual", &["x509-info", &a]),
        ("mio_echo", &[&a, &files.path("a.key"), "0"]),
        ("dtls_server", &["--listen", "127.0.0.1:0"]),
    ];
    for (name, options) in programs {
        let ended = Command::new(example(name)).args(options).stdout(unread()).output().expect("it runs");
        assert!(
            ended.status.success() && ended.stderr.is_empty(),
            "{name}: {}",
            String::from_utf8_lossy(&ended.stderr)
        );
    }
}

#[test]
fn https_server_serves_on_when_nobody_reads_its_lines() {
    let files = Files::new();
    let mut server = Command::new(example("https_server"));
    server.args(["--listen", "127.0.0.1:0", "--cert", &files.path("a.pem"), "--key", &files.path("a.key")]);
    let mut server = server.stdout(unread()).stderr(Stdio::piped()).spawn().expect("it runs");
    let mut said = BufReader::new(server.stderr.take().expect("piped"));
    let mut line = String::new();
    said.read_line(&mut line).expect("a line");
    let address = line.trim_end().rsplit('/').next().expect("an address");
    let config =
        ClientConfig::builder().with_trust_file(files.path("ca.pem")).expect("trust").build().expect("a client");
    let mut page = String::new();
    let asked = config.connect(A, TcpStream::connect(address).expect("it listens")).map(|mut session| {
        session.write_all(b"GET / HTTP/1.1\r\nHost: a.example\r\nConnection: close\r\n\r\n").expect("writing");
        session.read_to_string(&mut page)
    });
    server.kill().expect("it is there");
    server.wait().expect("its status");
    asked.expect("a handshake").expect("an answer");
    assert!(page.contains("<title>https_server</title>"), "{page}");
}

#[test]
fn https_client_tells_of_a_page_that_it_could_not_write() {
    let files = Files::new();
    let page = files.path("page");
    std::fs::write(&page, "a page without an end of line").expect("writing");
    let mut server = Command::new(example("server"));
    let server = Process::start(server.args(["--port", "0", "--httpdata", &page]).args(files.identities(&["a"])));
    let port = server.wait_for_rest("0.0.0.0 port ").trim_end_matches("...done").to_owned();
    let mut client = Command::new(example("https_client"));
    client.args([&format!("https://a.example:{port}/"), "--connect", &format!("127.0.0.1:{port}")]);
    client.args(["--cafile", &files.path("ca.pem")]);
    let full = std::fs::File::options().write(true).open("/dev/full").expect("it is there");
    let ended = client.stdout(full).output().expect("it runs");
    let said = String::from_utf8_lossy(&ended.stderr);
    assert!(!ended.status.success() && said.contains("No space left"), "{said}");
}
