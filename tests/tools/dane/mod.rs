//! `--dane` and `--local-dns`, ours beside gnutls-cli: the same verdicts, in the same words, from the same records.

use std::fs;
use std::process::Command;

use gnutls::x509::Certificate;

use crate::files::Files;
use crate::peers::{Cli, Serv, Server};
use crate::process::{Finished, run};

const FITS: &str = "- DANE: Certificate matches.";
const DIFFERS: &str = "- DANE: Verification failed. The certificate differs.";
const NOTHING: &str = "No DANE data were found";

/// A server and the DNS that knows it.
struct Stage {
    files: Files,
    server: Server,
    resolver: String,
}

impl Stage {
    fn new(options: &[&str]) -> Stage {
        let files = Files::new();
        let (source, resolver) = (files.path("resolver.c"), files.path("resolver.so"));
        fs::write(&source, include_str!("resolver.c")).expect("a file");
        run(Command::new("cc").args(["-Wall", "-Werror", "-shared", "-fPIC", "-o", &resolver, &source, "-ldl"]), b"")
            .assert_says("");
        let server = Serv::Ours.start(&files, &[&["--echo"], options].concat());
        Stage { files, server, resolver }
    }

    /// A record of `usage` with the digest of the whole of a certificate.
    fn record(&self, protocol: &str, usage: u8, name: &str) -> String {
        let file = self.files.path(&format!("{name}.pem"));
        let certificate = Certificate::list_from_file(file).expect("a certificate").remove(0);
        let digest = certificate.fingerprint_sha256().expect("a digest");
        let digits: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
        format!("_{}._{protocol}.a.example. 60 IN TLSA {usage} 0 1 {digits}", self.server.port)
    }

    /// What a client says for itself that gets to know `record`, of which DNSSEC says `dnssec`.
    fn talk(&self, cli: Cli, (record, dnssec): (&str, &str), options: &[&str]) -> Finished {
        let mut command = cli.command(&self.files, self.server.port);
        command.arg("--dane").args(options).env("HOME", self.files.path(""));
        command.env("LD_PRELOAD", &self.resolver).env("LOCAL_RECORD", record).env("LOCAL_DNSSEC", dnssec);
        run(&mut command, b"hello\n")
    }

    /// Both clients go on, and say `text`.
    #[track_caller]
    fn assert_passes(&self, known: (&str, &str), options: &[&str], text: &str) {
        for cli in [Cli::Ours, Cli::Gnutls] {
            self.talk(cli, known, options).assert_says(text).assert_says("hello\n");
        }
    }

    /// Both clients end with 1 before a word of theirs is sent, and say `text`.
    #[track_caller]
    fn assert_refused(&self, known: (&str, &str), options: &[&str], text: &str) {
        for cli in [Cli::Ours, Cli::Gnutls] {
            self.talk(cli, known, options).assert_fails(text).assert_is_silent_on("hello\n");
        }
    }
}

#[test]
fn a_server_must_be_the_one_that_the_dns_has() {
    let stage = Stage::new(&[]);
    let own = stage.record("tcp", 3, "a");
    let other = stage.record("tcp", 3, "b");
    stage.assert_passes((&own, "secure"), &["--local-dns"], FITS);
    stage.assert_refused((&other, "secure"), &["--local-dns"], DIFFERS);
    stage.assert_passes((&format!("{other}\n{own}"), "secure"), &["--local-dns"], FITS);
    stage.assert_refused((&own, "secure"), &["--local-dns", "--verify-hostname", "b.example"], "");
    // It is asked for by its own port and protocol.
    stage.assert_refused((&stage.record("udp", 3, "a"), "secure"), &["--local-dns"], NOTHING);
    stage.assert_refused(("", "secure"), &["--local-dns"], NOTHING);
}

#[test]
fn what_this_machines_resolver_says_counts_if_that_is_wished() {
    let stage = Stage::new(&[]);
    let own = stage.record("tcp", 3, "a");
    stage.assert_refused((&own, "secure"), &[], NOTHING);
    stage.assert_refused((&own, "secure"), &["--no-local-dns"], NOTHING);
    // Ours goes by the last of them. (GnuTLS's before 3.7.3 takes one.)
    stage.talk(Cli::Ours, (&own, "secure"), &["--local-dns", "--no-local-dns"]).assert_fails(NOTHING);
    stage.talk(Cli::Ours, (&own, "secure"), &["--no-local-dns", "--local-dns"]).assert_says(FITS);
    let trusted = "- Status: The certificate is trusted.";
    stage.talk(Cli::Ours, (&own, ""), &["--local-dns", "--no-dane"]).assert_says(trusted).assert_says("hello\n");
}

#[test]
fn what_dnssec_does_not_protect_is_refused() {
    let stage = Stage::new(&[]);
    let own = stage.record("tcp", 3, "a");
    stage.assert_refused((&own, ""), &["--local-dns"], "*** DANE verification error: ");
    stage.assert_refused((&own, "bogus"), &["--local-dns"], "*** DANE verification error: ");
}

#[test]
fn records_are_about_authorities_too_and_about_servers_alone_where_no_authority_is_asked() {
    let stage = Stage::new(&[]);
    let (authority, own) = (stage.record("tcp", 2, "ca"), stage.record("tcp", 3, "a"));
    stage.assert_passes((&authority, "secure"), &["--local-dns"], FITS);
    stage.assert_refused((&stage.record("tcp", 2, "b"), "secure"), &["--local-dns"], "- DANE: Verification failed.");
    let alone = ["--local-dns", "--no-ca-verification"];
    stage.assert_passes((&own, "secure"), &alone, FITS);
    // GnuTLS's own function fails where nothing can be compared, and has said that it is no failure.
    stage.assert_refused((&authority, "secure"), &alone, "DANE");
}

#[test]
fn the_dns_only_has_an_opinion_where_anybody_is_taken_or_the_key_is_known() {
    let stage = Stage::new(&[]);
    let other = stage.record("tcp", 3, "b");
    for wish in ["--insecure", "--tofu"] {
        // With --tofu both ask, and read the answer from stdin.
        for (known, text) in [((&other[..], "secure"), DIFFERS), (("", "secure"), NOTHING)] {
            for cli in [Cli::Ours, Cli::Gnutls] {
                let said = stage.talk(cli, known, &["--local-dns", wish]);
                assert!(said.text().contains(text), "{}", said.text());
                assert_eq!(said.status.success(), wish == "--insecure", "{}", said.text());
                assert_eq!(said.text().contains("Are you sure"), wish == "--tofu", "{}", said.text());
            }
        }
    }
}

#[test]
fn datagram_servers_have_records_of_their_own() {
    let stage = Stage::new(&["--udp"]);
    let options = ["--udp", "--local-dns"];
    for cli in [Cli::Ours, Cli::Gnutls] {
        let known = stage.record("udp", 3, "a");
        let said = stage.talk(cli, (&known, "secure"), &options);
        assert!(said.status.success() && said.text().contains(FITS), "{}", said.text());
    }
    stage.assert_refused((&stage.record("tcp", 3, "a"), "secure"), &options, NOTHING);
}
