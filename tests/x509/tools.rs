//! The programs that the tests ask, and short ways to make what is needed.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;
use std::{env, fs};

use gnutls::x509::{Certificate, CertificateBuilder, KeyType, PrivateKey};
use gnutls::{Error, ErrorKind};
use nix::unistd::mkdtemp;

/// What `program` writes for `input`.
///
/// # Panics
/// If it is not installed, or does not succeed.
pub(crate) fn run(program: &str, arguments: &[&str], input: &[u8]) -> Vec<u8> {
    let mut child = Command::new(program)
        .args(arguments)
        .env("LC_ALL", "C")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap_or_else(|error| panic!("{program} is needed for this test: {error}"));
    let mut stdin = child.stdin.take().expect("piped");
    let output = thread::scope(|scope| {
        // A program that fails early does not read all; its output says why.
        scope.spawn(move || stdin.write_all(input));
        child.wait_with_output().expect("output")
    });
    let complaint = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{program} {arguments:?}: {complaint}");
    output.stdout
}

/// As [`run`], with text as the answer.
pub(crate) fn ask(program: &str, arguments: &[&str], input: impl AsRef<[u8]>) -> String {
    String::from_utf8(run(program, arguments, input.as_ref())).expect("text")
}

/// A directory of one test, removed at its end.
pub(crate) struct Directory(PathBuf);

impl Directory {
    pub(crate) fn new() -> Directory {
        Directory(mkdtemp(&env::temp_dir().join("gnutls-x509-XXXXXX")).expect("a new directory"))
    }

    /// A new file in it.
    pub(crate) fn file(&self, name: &str, contents: impl AsRef<[u8]>) -> PathBuf {
        let path = self.0.join(name);
        fs::write(&path, contents).expect("a new file");
        path
    }
}

impl Drop for Directory {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

pub(crate) fn text(path: &Path) -> &str {
    path.to_str().expect("UTF-8")
}

pub(crate) fn new_key() -> PrivateKey {
    PrivateKey::generate(KeyType::EcdsaP256).expect("a key")
}

/// A root, an intermediate authority and a server, each signed by the one before; and the server's key.
pub(crate) struct Chain {
    pub(crate) root: Certificate,
    pub(crate) middle: Certificate,
    pub(crate) server: Certificate,
    pub(crate) server_key: PrivateKey,
}

impl Chain {
    pub(crate) fn new() -> Chain {
        let (root_key, middle_key, server_key) = (new_key(), new_key(), new_key());
        let builder = |name: &str| CertificateBuilder::new().subject(format!("CN={name},O=Tests"));
        let root = builder("root").ca(None).self_signed(&root_key).expect("a root");
        let middle = builder("middle").ca(Some(0)).signed_by(&middle_key, &root, &root_key);
        let middle = middle.expect("an intermediate authority");
        let server = builder("server").dns_name("localhost");
        let server = server.signed_by(&server_key, &middle, &middle_key).expect("a server");
        Chain { root, middle, server, server_key }
    }

    /// The server's certificate first, as TLS wants it.
    pub(crate) fn to_pem(&self) -> String {
        [&self.server, &self.middle, &self.root].map(Certificate::to_pem).concat()
    }
}

/// Checks the class of an error, and that its message says `words`.
pub(crate) fn assert_error<T>(result: Result<T, Error>, kind: ErrorKind, words: &[&str]) {
    let error = result.err().unwrap_or_else(|| panic!("no error that says {words:?}"));
    let message = error.to_string();
    assert_eq!(error.kind(), kind, "{message}");
    for word in words {
        assert!(message.contains(word), "{message:?} does not say {word:?}");
    }
}

/// The bytes that hexadecimal digits stand for; spaces are left out.
pub(crate) fn unhex(digits: &str) -> Vec<u8> {
    let digits: Vec<_> = digits.bytes().filter(|byte| !byte.is_ascii_whitespace()).collect();
    let pair = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).expect("ASCII"), 16).expect("digits");
    digits.chunks(2).map(pair).collect()
}

/// What a call answers that must not fail.
pub(crate) fn ok<T>(result: Result<T, Error>) -> T {
    result.unwrap_or_else(|error| panic!("{error}"))
}
