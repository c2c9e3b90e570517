//! What uses tokens, with SoftHSM.

use super::{at, manual};
use crate::files::Files;
use crate::peers::Serv;
use crate::process::run;
use crate::tokens::{PIN, Token, url};

#[test]
fn a_certificate_of_a_token_is_listed_and_shown_to_a_server() {
    let files = Files::new();
    let token = Token::with(&files, &["friend"]);
    let mut list = manual("pkcs11-list", &["--login", "--provider", token.module, "pkcs11:token=tests"]);
    let listed = run(token.show(&mut list), format!("{PIN}\n").as_bytes());
    // Before 3.7.5 GnuTLS does not see the last key of a token.
    if gnutls::is_at_least(c"3.7.5") {
        listed.assert_says("cert[0]: pkcs11:").assert_says("Subject: CN=friend.example");
    }

    let demanding = ["--http", &files.trust(), "--require-client-cert", "--verify-client-cert"];
    let server = Serv::Gnutls.start(&files, &demanding);
    let mut select = manual("cert-select-pkcs11", &["--provider", token.module, &files.trust()]);
    select.args(["--x509certfile", &url("friend", "cert"), "--x509keyfile", &url("friend", "private")]);
    let talk = run(token.show(&mut select).args(at(server.port, &[])), format!("{PIN}\n").as_bytes());
    talk.assert_says("PIN required for token 'tests'").assert_says("HTTP/1.0 200 OK").assert_says("friend.example");
}
