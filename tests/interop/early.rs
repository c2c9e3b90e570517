//! Early data with the tools, in both directions. They are refused now and then for the age of a ticket, which is rounded:
//! then the tool, or we, try again with another.

use std::fs;
use std::io::{Read, Write};

use gnutls::{AntiReplay, ClientConfig, EarlyOutcome, ServerConfig, SessionData};

use crate::common::HOST;
use crate::common::early::{self, sooner_or_later};
use crate::files::Files;
use crate::ours::{Port, TLS13, Tls, client, connect, patient, read_line, server, talk};
use crate::servers::{Peer, Server};

const EARLY: &str = "0123 early\n";

fn early_server() -> ServerConfig {
    server(TLS13).early_data(16384, AntiReplay::in_this_process(1000)).build().expect("a server")
}

/// A session with early data, once they are accepted.
fn accepted(config: &ClientConfig, server: &Server, ticket: impl Fn() -> SessionData) -> Tls {
    sooner_or_later(|| {
        let data = ticket();
        assert_eq!(data.max_early_data(), 20000);
        let connect = config.to(HOST).expect("a name").resume(&data).early_data(EARLY.as_bytes());
        let session = patient(connect.connect(server.tcp()).expect("our handshake"));
        assert!(session.is_resumed());
        match session.early_outcome() {
            Some(EarlyOutcome::Accepted) => Some(session),
            outcome => {
                assert_eq!(outcome, Some(EarlyOutcome::Rejected));
                assert_eq!(session.take_unaccepted_early_data().as_deref(), Some(EARLY.as_bytes()));
                None
            }
        }
    })
}

#[test]
fn gnutls_serv_takes_our_early_data() {
    let files = Files::new();
    let args = ["--earlydata", "--maxearlydata", "20000"];
    let server = Server::answering(Peer::GnuTls, &files.server(), &args);
    let config = client(TLS13).build().expect("a client");
    let session = accepted(&config, &server, || {
        let session = connect(&config, server.tcp());
        talk(&session, Peer::GnuTls);
        session.close().expect("closing");
        session.session_data().expect("it can be packed").expect("a ticket")
    });
    if early::gnutls_serv_answers() {
        assert_eq!(read_line(&session).expect("an answer"), EARLY);
    }
    talk(&session, Peer::GnuTls);
}

#[test]
fn openssl_server_takes_our_early_data() {
    let files = Files::new();
    let server = Server::openssl(&files.server(), &["-early_data", "-max_early_data", "20000"]);
    let config = client(TLS13).build().expect("a client");
    let session = accepted(&config, &server, || {
        let session = connect(&config, server.tcp());
        writeln!(&session, "welcome").expect("writing");
        server.tool.say("hello\n");
        assert_eq!(read_line(&session).expect("a line"), "hello\n");
        let data = session.session_data().expect("it can be packed").expect("a ticket");
        session.close().expect("closing");
        assert_eq!((&session).read(&mut [0; 10]).unwrap_or(0), 0);
        data
    });
    // It prints them past the buffer that its words are in.
    server.tool.stdout.wait_for("Early data received:\n");
    server.tool.stdout.wait_for(EARLY);
    writeln!(&session, "and the rest").expect("writing");
    server.tool.stdout.wait_for("and the rest\n");
}

#[test]
fn a_server_without_early_data_gives_tickets_that_allow_none() {
    let files = Files::new();
    for peer in [Peer::GnuTls, Peer::OpenSsl] {
        let server = Server::answering(peer, &files.server(), &[]);
        let config = client(TLS13).build().expect("a client");
        let session = connect(&config, server.tcp());
        talk(&session, peer);
        let data = session.session_data().expect("it can be packed").expect("a ticket");
        assert_eq!(data.max_early_data(), 0, "{peer:?}");
    }
}

#[test]
fn our_server_takes_the_early_data_of_gnutls_cli() {
    if !early::are_taken() || !early::gnutls_cli_sends() {
        return;
    }
    let files = Files::new();
    let (ca, file) = (files.ca(), files.path("early"));
    fs::write(&file, EARLY).expect("a file");
    let (port, config) = (Port::new(), early_server());
    let (tool, session) = sooner_or_later(|| {
        let tool = port.gnutls_cli(&ca, &["--resume", "--waitresumption", "--earlydata", &file]);
        let first = port.accept(&config);
        assert!(first.early_data().is_none());
        assert_eq!((&first).read(&mut [0; 10]).expect("its close_notify"), 0);
        let second = port.accept(&config);
        assert!(second.is_resumed());
        let early = second.early_data()?;
        assert_eq!(early.replayable(), EARLY.as_bytes());
        Some((tool, second))
    });
    tool.stdout.wait_for("*** This is a resumed session\n");
    tool.say("hello\n");
    assert_eq!(read_line(&session).expect("a line"), "hello\n");
}

#[test]
fn our_server_takes_the_early_data_of_openssl_client() {
    if !early::are_taken() {
        return;
    }
    let files = Files::new();
    let (ca, file, saved) = (files.ca(), files.path("early"), files.path("session"));
    fs::write(&file, EARLY).expect("a file");
    let (port, config) = (Port::new(), early_server());
    sooner_or_later(|| {
        let visit = |options: &[&str]| {
            let tool = port.openssl_client(&ca, options);
            let session = port.accept(&config);
            writeln!(&session, "welcome").expect("writing");
            tool.stdout.wait_for("welcome\n");
            let end = tool.finish();
            assert!(end.success, "{end:?}");
            (session.early_data(), end.stdout)
        };
        assert!(visit(&["-sess_out", &saved]).0.is_none());
        let (early, said) = visit(&["-sess_in", &saved, "-early_data", &file]);
        assert!(
            said.contains(if early.is_some() { "Early data was accepted" } else { "Early data was rejected" }),
            "{said}"
        );
        assert_eq!(early?.replayable(), EARLY.as_bytes());
        Some(())
    });
}
