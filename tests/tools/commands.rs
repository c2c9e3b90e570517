//! `--inline-commands`: commands among the lines of a client.

use crate::files::Files;
use crate::peers::{Cli, Serv};
use crate::process::Process;

const RESUMED: &str = "*** This is a resumed session";

#[test]
fn lines_are_commands_if_such_are_wanted() {
    let files = Files::new();
    for serv in [Serv::Ours, Serv::Gnutls] {
        let server = serv.start(&files, &["--echo", "--disable-client-cert"]);
        for (wishes, rekey) in [(&[][..], "^rekey^\n"), (&["--inline-commands-prefix", "@"], "@rekey@\n")] {
            let mut command = Cli::Ours.command(&files, server.port);
            let mut client = Process::start(command.arg("--inline-commands").args(wishes));
            client.wait_for("- Simple Client Mode:");
            client.type_in(rekey.as_bytes());
            client.wait_for("- Rekey was completed");
            for line in ["^other^ line\n", "x ^rekey^\n", "^rekey^x\n"] {
                client.type_in(line.as_bytes());
                client.wait_for(line);
            }
            client.finish().assert_says("- Peer has closed the GnuTLS connection");
        }
        let mut client = Process::start(&mut Cli::Ours.command(&files, server.port));
        client.type_in(b"^rekey^\n");
        client.wait_for("^rekey^\n");
        client.finish().assert_is_silent_on("- Rekey");
    }
}

#[test]
fn a_session_is_resumed_in_the_middle_at_every_server() {
    let files = Files::new();
    for serv in [Serv::Ours, Serv::Gnutls] {
        for version in ["NORMAL:-VERS-ALL:+VERS-TLS1.2", "NORMAL:-VERS-ALL:+VERS-TLS1.3"] {
            let server = serv.start(&files, &["--echo", "--disable-client-cert"]);
            let wishes = ["--inline-commands", "--priority", version];
            let mut client = Process::start(Cli::Ours.command(&files, server.port).args(wishes));
            client.type_in(b"one\n");
            client.wait_for("one\n");
            for (count, line) in ["two\n", "three\n"].into_iter().enumerate() {
                client.type_in(b"^resume^\n");
                client.wait_for_times(RESUMED, count + 1);
                client.type_in(line.as_bytes());
                client.wait_for(line);
            }
            client.finish().assert_says("- Peer has closed the GnuTLS connection");
        }
    }
}

#[test]
fn gnutls_cli_does_the_same_at_our_server() {
    let files = Files::new();
    let server = Serv::Ours.start(&files, &["--echo", "--disable-client-cert"]);
    let mut client = Process::start(Cli::Gnutls.command(&files, server.port).arg("--inline-commands"));
    client.type_in(b"one\n");
    client.wait_for("one\n");
    client.type_in(b"^resume^\n");
    client.wait_for(RESUMED);
    client.type_in(b"two\n");
    client.wait_for("two\n");
    client.finish();
}

#[test]
fn commands_and_lines_are_obeyed_in_their_order() {
    let files = Files::new();
    let server = Serv::Ours.start(&files, &["--echo"]);
    let mut client = Process::start(Cli::Ours.command(&files, server.port).args(["--inline-commands", "--crlf"]));
    client.wait_for("- Simple Client Mode:");
    // The ticket has come by then: GnuTLS 3.8.13 gives no data to resume with once keys have changed.
    client.type_in(b"one\n");
    client.wait_for("one\r\n");
    client.type_in(b"^rekey^\ntwo\n^resume^\n^rekey1^\nthree\n^res");
    client.wait_for("three\r\n");
    let text = client.finish().assert_says("- Peer has closed the GnuTLS connection").text();
    // The end of a session begins with our close_notify: what the server has sent before may come after that.
    for order in [&["one\r\n", "two\r\n", RESUMED, "three\r\n"][..], &["- Disconnecting", RESUMED]] {
        let places: Vec<_> = order.iter().map(|words| text.find(words)).collect();
        assert!(places.iter().all(Option::is_some) && places.is_sorted(), "{places:?}: {text}");
    }
    assert_eq!(text.matches("- Rekey was completed").count(), 2, "{text}");
    // What begins like a command and ends before it is one is data.
    assert!(text.contains("^res"), "{text}");
}

#[test]
fn datagram_sessions_are_resumed_too() {
    let files = Files::new();
    for serv in [Serv::Ours, Serv::Gnutls] {
        let server = serv.start(&files, &["--udp", "--echo", "--disable-client-cert"]);
        let wishes = ["--udp", "--resume", "--inline-commands"];
        let mut client = Process::start(Cli::Ours.command(&files, server.port).args(wishes));
        client.wait_for(RESUMED);
        client.type_in(b"one\n");
        client.wait_for("one\n");
        client.type_in(b"^resume^\n");
        client.wait_for_times(RESUMED, 2);
        client.type_in(b"two\n");
        client.wait_for("two\n");
        client.finish();
    }
}
