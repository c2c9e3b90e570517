//! `--resume` against `--noticket` and `--nodb`, in every pairing that has one of ours in it.

use std::fs;

use crate::common::early::{self, sooner_or_later};
use crate::files::Files;
use crate::peers::{Cli, Serv};

const TLS1_2: &str = "NORMAL:-VERS-ALL:+VERS-TLS1.2";
const TLS1_3: &str = "NORMAL:-VERS-ALL:+VERS-TLS1.3";

/// The server's options, the version, and whether a session can be resumed.
const CASES: [(&[&str], &str, bool); 8] = [
    (&[], TLS1_2, true),
    (&[], TLS1_3, true),
    // By session id.
    (&["--noticket"], TLS1_2, true),
    (&["--noticket"], TLS1_3, false),
    // By ticket.
    (&["--nodb"], TLS1_2, true),
    (&["--nodb"], TLS1_3, true),
    (&["--noticket", "--nodb"], TLS1_2, false),
    (&["--noticket", "--nodb"], TLS1_3, false),
];

#[test]
fn our_client_resumes_at_our_server() {
    all_cases(Cli::Ours, Serv::Ours);
}

#[test]
fn our_client_resumes_at_gnutls_serv() {
    all_cases(Cli::Ours, Serv::Gnutls);
}

#[test]
fn gnutls_cli_resumes_at_our_server() {
    all_cases(Cli::Gnutls, Serv::Ours);
}

fn all_cases(client: Cli, server: Serv) {
    let files = Files::new();
    for (options, version, resumes) in CASES {
        let running = server.start(&files, &[options, &["--echo"]].concat());
        let mut wishes = vec!["--resume", "--priority", version];
        // A ticket of TLS 1.3 comes when it comes; where none comes, nobody can wait for it.
        if resumes {
            wishes.push("--waitresumption");
        }
        let talk = client.talk(&files, running.port, &wishes, "hello again\n");
        talk.assert_says("- Connecting again- trying to resume previous session").assert_says("hello again\n");
        match resumes {
            true => talk.assert_says("*** This is a resumed session"),
            false => talk.assert_is_silent_on("*** This is a resumed session"),
        };
        if let (true, Serv::Ours) = (resumes, server) {
            running.process.wait_for("*** This is a resumed session");
        }
    }
}

/// Early data in every pairing that has one of ours in it: taken, or sent again.
fn with_early_data(client: Cli, server: Serv) {
    let files = Files::new();
    let file = files.path("early");
    fs::write(&file, "early\n").expect("a file");
    let running = server.start(&files, &["--echo", "--earlydata", "--maxearlydata", "100"]);
    let wishes = ["--resume", "--waitresumption", "--priority", TLS1_3, "--earlydata", &file];
    sooner_or_later(|| {
        let talk = client.talk(&files, running.port, &wishes, "hello again\n");
        talk.assert_says("*** This is a resumed session").assert_says("hello again\n");
        match (client, server) {
            (_, Serv::Ours) => {
                let taken = running.process.so_far().contains("- Early data: 6 bytes");
                if taken {
                    talk.assert_says("early\n");
                }
                taken.then_some(())
            }
            // (gnutls-serv receives early data, and loses them.)
            _ => talk.text().contains("*** Early data was accepted").then_some(()),
        }
    });
}

#[test]
fn our_client_sends_early_data_to_our_server() {
    if !early::are_taken() {
        return;
    }
    with_early_data(Cli::Ours, Serv::Ours);
}

#[test]
fn our_client_sends_early_data_to_gnutls_serv() {
    with_early_data(Cli::Ours, Serv::Gnutls);
}

#[test]
fn gnutls_cli_sends_early_data_to_our_server() {
    if !early::are_taken() || !early::gnutls_cli_sends() {
        return;
    }
    with_early_data(Cli::Gnutls, Serv::Ours);
}

#[test]
fn early_data_that_a_server_does_not_take_are_sent_all_the_same() {
    let files = Files::new();
    let file = files.path("early");
    fs::write(&file, "early\n").expect("a file");
    let running = Serv::Ours.start(&files, &["--echo"]);
    let wishes = ["--resume", "--waitresumption", "--priority", TLS1_3, "--earlydata", &file];
    let talk = Cli::Ours.talk(&files, running.port, &wishes, "hello again\n");
    talk.assert_says("*** Early data was not sent early").assert_says("early\nhello again\n");
}
