//! TLS that begins in the middle: after words of another protocol, or of the user's.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, Shutdown, TcpListener, TcpStream};
use std::thread::{self, JoinHandle};

use nix::sys::signal::Signal;

use crate::files::Files;
use crate::peers::{Cli, Serv, Server};
use crate::process::Process;

/// A protocol that TLS begins in the middle of.
struct Protocol {
    name: &'static str,
    greeting: &'static str,
    /// What the server says to what; after the last it is ready.
    answers: &'static [(&'static str, &'static str)],
}

const PROTOCOLS: [Protocol; 10] = [
    Protocol {
        name: "smtp",
        greeting: "220 mail\r\n",
        answers: &[("EHLO 127.0.0.1\r\n", "250-mail\r\n250 STARTTLS\r\n"), ("STARTTLS\r\n", "220 go ahead\r\n")],
    },
    Protocol {
        name: "lmtp",
        greeting: "220 mail\r\n",
        answers: &[("LHLO 127.0.0.1\r\n", "250-mail\r\n250 STARTTLS\r\n"), ("STARTTLS\r\n", "220 go ahead\r\n")],
    },
    Protocol {
        name: "imap",
        greeting: "* OK ready\r\n",
        answers: &[("a CAPABILITY\r\n", "* CAPABILITY STARTTLS\r\na OK\r\n"), ("a STARTTLS\r\n", "a OK begin\r\n")],
    },
    Protocol { name: "pop3", greeting: "+OK ready\r\n", answers: &[("STLS\r\n", "+OK begin\r\n")] },
    Protocol {
        name: "ftp",
        greeting: "220 ready\r\n",
        answers: &[("FEAT\r\n", "211-Features\r\n AUTH TLS\r\n211 end\r\n"), ("AUTH TLS\r\n", "234 begin\r\n")],
    },
    Protocol { name: "nntp", greeting: "200 ready\r\n", answers: &[("STARTTLS\r\n", "382 begin\r\n")] },
    Protocol { name: "sieve", greeting: "\"STARTTLS\"\r\nOK ready\r\n", answers: &[("STARTTLS\r\n", "OK begin\r\n")] },
    Protocol {
        name: "xmpp",
        greeting: "",
        answers: &[
            (
                "to='127.0.0.1' version='1.0'>",
                "<?xml version='1.0'?><stream:stream><stream:features><starttls/></stream:features>",
            ),
            ("<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>", "<proceed/>"),
        ],
    },
    Protocol {
        name: "ldap",
        greeting: "",
        answers: &[("1.3.6.1.4.1.1466.20037", "\x30\x0c\x02\x01\x01\x78\x07\x0a\x01\x00\x04\x00\x04\x00")],
    },
    Protocol { name: "postgres", greeting: "", answers: &[("\0\0\0\x08\x04", ""), ("\x16\x2f", "S")] },
];

/// A port whose first client `begin` talks to, and then `server`.
fn before(server: &Server, begin: impl FnOnce(&TcpStream) + Send + 'static) -> (u16, JoinHandle<()>) {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
    let port = listener.local_addr().expect("an address").port();
    let behind = server.dial();
    let between = thread::spawn(move || {
        let client = listener.accept().expect("a client").0;
        begin(&client);
        let (mut up, mut down) = (client.try_clone().expect("a handle"), behind.try_clone().expect("a handle"));
        let upwards = thread::spawn(move || {
            let _ = io::copy(&mut up, &mut down);
            let _ = down.shutdown(Shutdown::Write);
        });
        let _ = io::copy(&mut { &behind }, &mut { &client });
        let _ = client.shutdown(Shutdown::Write);
        upwards.join().expect("no panic");
    });
    (port, between)
}

/// Reads until the bytes end with those wanted.
fn hear(mut from: &TcpStream, wanted: &[u8]) {
    let (mut heard, mut byte) = (Vec::new(), [0]);
    while !heard.ends_with(wanted) {
        let n = from.read(&mut byte).expect("reading");
        assert!(
            n == 1,
            "the client ends without {:?}: {:?}",
            wanted.escape_ascii().to_string(),
            heard.escape_ascii().to_string()
        );
        heard.push(byte[0]);
    }
}

#[test]
fn tls_begins_in_the_middle_of_other_protocols() {
    let files = Files::new();
    let server = Serv::Ours.start(&files, &["--echo", "--disable-client-cert"]);
    for protocol in PROTOCOLS {
        for cli in [Cli::Ours, Cli::Gnutls] {
            let Protocol { name, greeting, answers } = protocol;
            let (port, between) = before(&server, move |mut client| {
                client.write_all(greeting.as_bytes()).expect("said");
                for (wanted, answer) in answers {
                    hear(client, wanted.as_bytes());
                    client.write_all(answer.as_bytes()).expect("said");
                }
            });
            cli.talk(&files, port, &["--starttls-proto", name], "hello\n").assert_says("hello\n");
            between.join().expect("no panic");
        }
    }
}

#[test]
fn a_server_hears_the_name_that_it_is_to_hear() {
    let files = Files::new();
    let server = Serv::Ours.start(&files, &["--echo", "--disable-client-cert"]);
    let (port, between) = before(&server, |mut client| {
        client.write_all(b"220 mail\r\n").expect("said");
        hear(client, b"EHLO relay.example\r\n");
        client.write_all(b"250 STARTTLS\r\n").expect("said");
        hear(client, b"STARTTLS\r\n");
        client.write_all(b"220 go ahead\r\n").expect("said");
    });
    let wishes = ["--app-proto", "submission", "--starttls-name", "relay.example"];
    Cli::Ours.talk(&files, port, &wishes, "hello\n").assert_says("hello\n");
    between.join().expect("no panic");
}

#[test]
fn a_server_that_does_not_begin_tls_is_quoted() {
    let files = Files::new();
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
    let port = listener.local_addr().expect("an address").port();
    let refusing = thread::spawn(move || {
        let client = listener.accept().expect("a client").0;
        { &client }.write_all(b"554 not today\r\n").expect("said");
        let _ = BufReader::new(&client).read_line(&mut String::new());
    });
    let mut client = Process::start(Cli::Ours.command(&files, port).args(["--starttls-proto", "smtp"]));
    client.type_in(b"");
    client.finish().assert_fails("554 not today");
    refusing.join().expect("no panic");
}

/// A server that says so when TLS is to begin.
fn ready(mut client: &TcpStream) {
    hear(client, b"begin\n");
    client.write_all(b"go ahead\n").expect("said");
}

#[test]
fn a_signal_begins_tls_after_what_the_user_says() {
    let files = Files::new();
    let server = Serv::Ours.start(&files, &["--echo", "--disable-client-cert"]);
    for cli in [Cli::Ours, Cli::Gnutls] {
        let (port, between) = before(&server, ready);
        let mut client = Process::start(cli.command(&files, port).arg("--starttls"));
        client.wait_for("- Simple Client Mode:");
        client.type_in(b"begin\n");
        client.wait_for("go ahead\n");
        client.signal(Signal::SIGALRM);
        client.wait_for("*** Starting TLS handshake");
        client.wait_for("- Description: (TLS1.3");
        client.type_in(b"hello\n");
        client.wait_for("hello\n");
        client.finish().assert_says("- Status: The certificate is trusted.");
        between.join().expect("no panic");
    }
}

#[test]
fn the_end_of_stdin_begins_tls_after_what_the_user_says() {
    let files = Files::new();
    let server = Serv::Ours.start(&files, &["--echo", "--disable-client-cert"]);
    for cli in [Cli::Ours, Cli::Gnutls] {
        let (port, between) = before(&server, ready);
        let mut client = Process::start(cli.command(&files, port).arg("-s"));
        client.type_in(b"begin\n");
        client.wait_for("go ahead\n");
        client.finish().assert_says("*** Starting TLS handshake").assert_says("- Description: (TLS1.3");
        between.join().expect("no panic");
    }
}
