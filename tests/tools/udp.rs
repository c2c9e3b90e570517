//! The example programs over UDP (DTLS), with each other and with GnuTLS's.

use crate::files::Files;
use crate::peers::{Cli, Serv};
use crate::process::Process;

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
