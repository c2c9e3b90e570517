//! What uses tokens, with SoftHSM.

use std::fs;
use std::path::Path;
use std::process::Command;

use super::{at, manual};
use crate::files::Files;
use crate::peers::Serv;
use crate::process::run;

const MODULES: [&str; 2] = ["/usr/lib/softhsm/libsofthsm2.so", "/usr/lib64/softhsm/libsofthsm2.so"];
const PIN: &str = "1234";

#[test]
fn a_certificate_of_a_token_is_listed_and_shown_to_a_server() {
    let files = Files::new();
    let module = MODULES.into_iter().find(|path| Path::new(path).exists()).expect("SoftHSM is needed for this test");
    let (tokens, configuration) = (files.path("tokens"), files.path("softhsm2.conf"));
    fs::create_dir(&tokens).expect("a directory");
    fs::write(&configuration, format!("directories.tokendir = {tokens}\n")).expect("a file");
    let tool = |words: &[&str]| {
        let mut command = Command::new(words[0]);
        run(command.args(&words[1..]).env("SOFTHSM2_CONF", &configuration).env("GNUTLS_PIN", PIN), b"").assert_says("");
    };
    tool(&["softhsm2-util", "--init-token", "--free", "--label", "tests", "--pin", PIN, "--so-pin", "12345678"]);
    let (certificate, key) = (files.path("friend.pem"), files.path("friend.key"));
    let write = ["p11tool", "--provider", module, "--login", "--write", "--label", "friend", "--id", "01", "--batch"];
    tool(&[&write[..], &["--load-certificate", &certificate, "pkcs11:token=tests"]].concat());
    tool(&[&write[..], &["--load-privkey", &key, "pkcs11:token=tests"]].concat());

    let mut list = manual("pkcs11-list", &["--login", "--provider", module, "pkcs11:token=tests"]);
    let listed = run(list.env("SOFTHSM2_CONF", &configuration), format!("{PIN}\n").as_bytes());
    // Before 3.7.5 GnuTLS does not see the last key of a token.
    if gnutls::is_at_least(c"3.7.5") {
        listed.assert_says("cert[0]: pkcs11:").assert_says("Subject: CN=friend.example");
    }

    let demanding = ["--http", &files.trust(), "--require-client-cert", "--verify-client-cert"];
    let server = Serv::Gnutls.start(&files, &demanding);
    let url = |kind| format!("pkcs11:token=tests;object=friend;type={kind}");
    let mut select = manual("cert-select-pkcs11", &["--provider", module, &files.trust()]);
    select.args(["--x509certfile", &url("cert"), "--x509keyfile", &url("private")]).args(at(server.port, &[]));
    let talk = run(select.env("SOFTHSM2_CONF", &configuration), format!("{PIN}\n").as_bytes());
    talk.assert_says("PIN required for token 'tests'").assert_says("HTTP/1.0 200 OK").assert_says("friend.example");
}
