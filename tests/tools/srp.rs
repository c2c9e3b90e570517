//! Users with passwords that neither side sends (SRP): our server and client, and GnuTLS's.

use std::process::Command;

use gnutls::SrpGroup;

use crate::files::Files;
use crate::peers::{Cli, Serv};
use crate::process::run;

/// What `srptool` writes for alice: users and groups.
pub(crate) fn written(files: &Files) -> [String; 2] {
    let [users, groups] = ["tpasswd", "tpasswd.conf"].map(|name| files.path(name));
    let srptool = |options: &[&str]| run(Command::new("srptool").args(options), b"correct horse\n");
    srptool(&["--create-conf", &groups]);
    srptool(&["--passwd", &users, "--passwd-conf", &groups, "--username", "alice", "--index", "3"]);
    [users, groups]
}

#[test]
fn users_are_known_by_their_passwords() {
    let files = Files::new();
    if !SrpGroup::is_supported() {
        let file = files.path("a.pem");
        let mut server = Command::new(crate::examples::example("server"));
        run(server.args(["--port", "0", "--srppasswd", &file, "--srppasswdconf", &file]), b"").assert_fails("SRP");
        run(Cli::Ours.plain(1).args(["--srpusername", "alice", "--srppasswd", "p"]), b"").assert_fails("SRP");
        return;
    }
    let [users, groups] = written(&files);
    let also_srp = ["--priority", "NORMAL:-VERS-TLS1.3:-KX-ALL:+SRP"];
    let alice = ["--srpusername", "alice", "--srppasswd", "correct horse"];
    for serv in [Serv::Ours, Serv::Gnutls] {
        let own: &[&str] = if matches!(serv, Serv::Gnutls) { &also_srp } else { &[] };
        let server = serv.start_with(&[&["--echo", "--srppasswd", &users, "--srppasswdconf", &groups], own].concat());
        for cli in [Cli::Ours, Cli::Gnutls] {
            let own: &[&str] = if matches!(cli, Cli::Gnutls) { &also_srp } else { &[] };
            let talk = run(cli.plain(server.port).args(alice).args(own), b"hello\n");
            talk.assert_says("hello\n").assert_says("-(SRP)-");
        }
        server.process.wait_for("Connected as 'alice'");
        let wrong = run(Cli::Ours.plain(server.port).args(["--srpusername", "alice", "--srppasswd", "wrong"]), b"");
        wrong.assert_fails("*** Fatal error: ");
    }
}

#[test]
fn parameters_that_the_server_has_no_use_for_are_read_all_the_same() {
    let files = Files::new();
    let [good, bad] = ["dh.pem", "a.pem"].map(|name| files.path(name));
    let made = run(Command::new("certtool").args(["--get-dh-params", "--bits", "2048"]), b"");
    std::fs::write(&good, &made.stdout).expect("a file");
    let server = Serv::Ours.start(&files, &["--echo", "--dhparams", &good]);
    Cli::Gnutls.talk(&files, server.port, &[], "hello\n").assert_says("hello\n");
    let mut server = Command::new(crate::examples::example("server"));
    run(server.args(["--port", "0", "--dhparams", &bad]), b"").assert_fails("Diffie-Hellman");
}
