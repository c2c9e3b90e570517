//! Tokens of SoftHSM for programs.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::files::Files;
use crate::process::run;

const MODULES: [&str; 2] = ["/usr/lib/softhsm/libsofthsm2.so", "/usr/lib64/softhsm/libsofthsm2.so"];

pub(crate) const PIN: &str = "1234";

/// A token with some of the certificates and keys of the files.
pub(crate) struct Token {
    pub(crate) module: &'static str,
    configuration: String,
}

impl Token {
    /// Makes one that has `names`, with their keys.
    pub(crate) fn with(files: &Files, names: &[&str]) -> Token {
        let module =
            MODULES.into_iter().find(|path| Path::new(path).exists()).expect("SoftHSM is needed for this test");
        let (tokens, configuration) = (files.path("tokens"), files.path("softhsm2.conf"));
        fs::create_dir(&tokens).expect("a directory");
        fs::write(&configuration, format!("directories.tokendir = {tokens}\n")).expect("a file");
        let token = Token { module, configuration };
        token.tool(&[
            "softhsm2-util",
            "--init-token",
            "--free",
            "--label",
            "tests",
            "--pin",
            PIN,
            "--so-pin",
            "12345678",
        ]);
        for (name, id) in names.iter().zip(["01", "02", "03"]) {
            let write = ["p11tool", "--provider", module, "--login", "--write", "--label", name, "--id", id, "--batch"];
            let (certificate, key) = (files.path(&format!("{name}.pem")), files.path(&format!("{name}.key")));
            token.tool(&[&write[..], &["--load-certificate", &certificate, "pkcs11:token=tests"]].concat());
            token.tool(&[&write[..], &["--load-privkey", &key, "pkcs11:token=tests"]].concat());
        }
        token
    }

    /// Lets a program find it, not use it.
    pub(crate) fn show<'a>(&self, command: &'a mut Command) -> &'a mut Command {
        command.env("SOFTHSM2_CONF", &self.configuration).env_remove("GNUTLS_PIN")
    }

    fn tool(&self, words: &[&str]) {
        let mut command = Command::new(words[0]);
        run(self.show(&mut command).args(&words[1..]).env("GNUTLS_PIN", PIN), b"").assert_says("");
    }
}

/// The URL of what is called `name` and is a `cert` or `private`.
pub(crate) fn url(name: &str, kind: &str) -> String {
    format!("pkcs11:token=tests;object={name};type={kind}")
}
