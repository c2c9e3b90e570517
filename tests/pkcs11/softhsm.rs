//! Fresh tokens of SoftHSM.

use std::path::Path;
use std::sync::Arc;

use gnutls::key::{Cause, Pin, PinRequest};
use gnutls::pkcs11::{Setup, Token, UrlDetail, set_default_pin};
use gnutls::x509::SecretBytes;

use super::children;
use super::tools::{Directory, text};

pub(crate) const USER_PIN: &str = "1234";
pub(crate) const OFFICER_PIN: &str = "12345678";
pub(crate) const LABEL: &str = "tests";

const MODULES: [&str; 2] = ["/usr/lib/softhsm/libsofthsm2.so", "/usr/lib64/softhsm/libsofthsm2.so"];

/// Runs `body` in a child that has SoftHSM without a token; `test` is the path of the test that calls.
pub(crate) fn with_softhsm(test: &str, body: impl FnOnce()) {
    if children::is_child(test) {
        let module =
            MODULES.into_iter().find(|path| Path::new(path).exists()).expect("SoftHSM is needed for this test");
        Setup::manual().provider(module, None).expect("a path").apply().expect("SoftHSM");
        return body();
    }
    let directory = Directory::new();
    let tokens = directory.file("tokens", "");
    std::fs::remove_file(&tokens).expect("a file");
    std::fs::create_dir(&tokens).expect("a directory");
    let configuration = directory.file("softhsm2.conf", format!("directories.tokendir = {}\n", text(&tokens)));
    let output = children::command(test).env("SOFTHSM2_CONF", &configuration).output().expect("a child");
    let (told, complaint) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success() && told.contains("1 passed"), "{told}\n{complaint}");
}

/// As [`with_softhsm`], with a token that has both PINs, which the default PIN answers.
pub(crate) fn with_token(test: &str, body: impl FnOnce(Token)) {
    with_softhsm(test, || {
        set_default_pin(Some(pins()));
        body(new_token());
    });
}

/// The PINs of the token.
pub(crate) fn pins() -> Arc<dyn Pin> {
    Arc::new(|request: &PinRequest<'_>| -> Result<SecretBytes, Cause> {
        if request.was_wrong() {
            return Err("the PIN was wrong".into());
        }
        let pin = if request.is_for_security_officer() { OFFICER_PIN } else { USER_PIN };
        Ok(SecretBytes::from(pin.as_bytes().to_vec()))
    })
}

pub(crate) fn new_token() -> Token {
    // Lists have tokens with a label only.
    let empty = Token::from_url("pkcs11:manufacturer=SoftHSM%20project").expect("a URL");
    empty.initialize(OFFICER_PIN, LABEL).expect("initialising");
    let tokens = Token::list(UrlDetail::Generic).expect("tokens");
    let ours = tokens.into_iter().find(|token| token.label().expect("a label") == LABEL).expect("the token");
    ours.set_user_pin(None, USER_PIN).expect("the officer may");
    ours
}
