//! The example programs over UDP (DTLS), with each other and with GnuTLS's.

use std::net::{Ipv4Addr, UdpSocket};
use std::process::{self, Command};

use crate::examples::example;
use crate::files::Files;
use crate::peers::{Cli, Serv};
use crate::process::{Finished, Process};

const PROFILE: &str = "SRTP_AES128_CM_HMAC_SHA1_80";

#[test]
fn each_client_talks_to_each_server() {
    let files = Files::new();
    let options = ["--udp", "--mtu", "1000", "--heartbeat", "--srtp-profiles", PROFILE];
    for serv in [Serv::Ours, Serv::Gnutls] {
        let server = serv.start(&files, &[&options[..], &["--echo", "--disable-client-cert"]].concat());
        for cli in [Cli::Ours, Cli::Gnutls] {
            let mut client = Process::start(cli.command(&files, server.port).args(options));
            client.wait_for("- Simple Client Mode:");
            client.type_in(b"hello, server\n");
            client.wait_for("\nhello, server\n");
            client.finish().assert_says("- Description: (DTLS1.2").assert_says(&format!("- SRTP profile: {PROFILE}"));
        }
    }
}

/// So many of gnutls-cli at `port`, each of which has its line back while all the others are connected.
pub(crate) fn talk_at_once(files: &Files, port: u16, clients: usize) -> Vec<Finished> {
    let start = |_| Process::start(Cli::Gnutls.command(files, port).arg("--udp"));
    let mut clients: Vec<Process> = (0..clients).map(start).collect();
    for client in &clients {
        client.wait_for("- Simple Client Mode:");
    }
    for (i, client) in clients.iter_mut().enumerate() {
        client.type_in(format!("I am {i}\n").as_bytes());
    }
    for (i, client) in clients.iter().enumerate() {
        client.wait_for(&format!("\nI am {i}\n"));
    }
    clients.into_iter().map(Process::finish).collect()
}

#[test]
fn the_echo_servers_in_one_thread_and_in_tasks_have_many_clients_at_once() {
    for server in ["dtls_server", "dtls_echo_tokio"] {
        echo_to_many(server);
    }
}

#[test]
fn openssl_is_served_again_by_each_echo_server_when_it_is_killed_and_restarts_at_its_port() {
    let files = Files::new();
    for name in ["dtls_server", "dtls_echo_tokio"] {
        let mut command = Command::new(example(name));
        let server = Process::start(command.args(["--listen", "127.0.0.1:0"]).args(files.identities(&["a"])));
        let address = server.wait_for_rest("listening on ");
        let port = format!("127.0.0.1:{}", free_port());
        for i in 1..=3 {
            let mut client = Command::new("openssl");
            client.args(["s_client", "-dtls1_2", "-connect", &address, "-bind", &port]);
            let mut client = Process::start(client.args(["-CAfile", &files.path("ca.pem"), "-verify_return_error"]));
            client.type_in(format!("I am {i}\n").as_bytes());
            client.wait_for(&format!("\nI am {i}\n"));
            server.wait_for_times(&format!("{port}: (DTLS1.2"), i);
            // It is killed, and says nothing of that.
            drop(client);
        }
        server.wait_for_times(&format!("{port}: "), 4);
        server.wait_for_times("new session at the same address", 2);
    }
}

/// A port that the system gives to nobody who does not ask for it.
fn free_port() -> u16 {
    let first = 20_000 + u16::try_from(process::id() % 10_000).expect("small");
    (first..).find(|port| UdpSocket::bind((Ipv4Addr::LOCALHOST, *port)).is_ok()).expect("a free port")
}

fn echo_to_many(server: &str) {
    let files = Files::new();
    let mut command = Command::new(example(server));
    let server = Process::start(command.args(["--listen", "127.0.0.1:0"]).args(files.identities(&["a"])));
    let address = server.wait_for_rest("listening on ");
    let port = address.rsplit(':').next().and_then(|port| port.parse().ok()).expect("a port");
    for talk in talk_at_once(&files, port, 5) {
        talk.assert_says("- Description: (DTLS1.2").assert_says("- Status: The certificate is trusted.");
    }
    server.wait_for_times(": (DTLS1.2", 5);
}

#[test]
fn cookies_are_asked_for_unless_they_are_not_wanted() {
    let files = Files::new();
    for (options, asked) in [(&["--udp"][..], true), (&["--udp", "--nocookie"], false)] {
        let server = Serv::Ours.start(&files, options);
        // Twice: the next client is served, too.
        for cli in [Cli::Gnutls, Cli::Ours] {
            let mut client = Process::start(cli.command(&files, server.port).args(["--udp", "--debug", "4"]));
            client.wait_for("- Simple Client Mode:");
            client.type_in(b"hello\n");
            client.wait_for("\nhello\n");
            let text = client.finish().assert_says("- Description: (DTLS1.2").text();
            assert_eq!(text.contains("HELLO VERIFY REQUEST"), asked, "{cli:?} {options:?}: {text}");
        }
    }
}

#[test]
fn our_server_has_many_clients_at_once() {
    let files = Files::new();
    let server = Serv::Ours.start(&files, &["--udp"]);
    let start = |_| Process::start(Cli::Ours.command(&files, server.port).arg("--udp"));
    let mut clients: Vec<Process> = (0..5).map(start).collect();
    for (i, client) in clients.iter_mut().enumerate() {
        client.wait_for("- Simple Client Mode:");
        client.type_in(format!("I am {i}\n").as_bytes());
    }
    for (i, client) in clients.into_iter().enumerate() {
        client.wait_for(&format!("\nI am {i}\n"));
        client.finish().assert_says("- Peer has closed the GnuTLS connection");
    }
}
