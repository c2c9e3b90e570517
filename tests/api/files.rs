//! Files that are missing, or hold something else.

use std::fs;
use std::path::PathBuf;

use gnutls::{ClientConfig, ErrorKind, Identity};

use crate::common::pki;
use crate::is;

/// A directory of its own for a test.
fn scratch(test: &str) -> PathBuf {
    let dir = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("api-{test}-{}", std::process::id()));
    fs::create_dir_all(&dir).expect("a directory");
    dir
}

#[test]
fn a_missing_file_is_named_and_its_cause_kept() {
    let missing = scratch("missing").join("no-such.pem");
    for error in [
        ClientConfig::builder().with_trust_file(&missing).expect_err("missing"),
        Identity::from_files(&missing, &missing).expect_err("missing"),
    ] {
        assert!(error.to_string().contains("no-such.pem"), "{error}");
        let cause = std::error::Error::source(&error).and_then(|cause| cause.downcast_ref::<std::io::Error>());
        assert_eq!(cause.expect("an io::Error").kind(), std::io::ErrorKind::NotFound);
    }
    let error = ClientConfig::builder().with_trust_dir(missing.join("dir")).expect_err("missing");
    assert!(error.to_string().contains("no-such.pem"), "{error}");
}

#[test]
fn a_file_of_something_else_is_named() {
    let dir = scratch("other");
    let (text, broken) = (dir.join("text.pem"), dir.join("broken.pem"));
    fs::write(&text, "this is a letter\n").expect("a file");
    let mut pem = pki().ca.to_pem();
    pem.replace_range(100..110, "!!!!!!!!!!");
    fs::write(&broken, pem).expect("a file");
    for (file, name) in [(&text, "text.pem"), (&broken, "broken.pem")] {
        let error = ClientConfig::builder().with_trust_file(file).expect_err("no certificate");
        is(&error, ErrorKind::InvalidInput, &[name]);
    }
    let error = ClientConfig::builder().with_trust_pem(b"-----BEGIN CERTIFICATE-----\n").expect_err("cut off");
    is(&error, ErrorKind::InvalidInput, &["certificate"]);
}

#[test]
fn an_identity_from_files_serves_and_a_pair_that_does_not_fit_names_both() {
    let dir = scratch("identity");
    let (chain, key, other) = (dir.join("chain.pem"), dir.join("key.pem"), dir.join("other.pem"));
    let server = &pki().server;
    fs::write(&chain, server.chain()[0].to_pem()).expect("a file");
    fs::write(&key, &*server.key().to_pem().expect("a key")).expect("a file");
    fs::write(&other, &*pki().ca_key.to_pem().expect("a key")).expect("a file");
    Identity::from_files(&chain, &key).expect("they fit");
    let error = Identity::from_files(&chain, &other).expect_err("another key");
    is(&error, ErrorKind::Credentials, &["chain.pem", "other.pem"]);
    let error = Identity::from_files(&chain, &chain).expect_err("no key in it");
    is(&error, ErrorKind::InvalidInput, &["chain.pem"]);
}

#[test]
fn trust_is_the_same_from_a_file_a_text_and_a_directory() {
    let dir = scratch("trust");
    fs::write(dir.join("ca.pem"), pki().ca.to_pem()).expect("a file");
    let builder = || ClientConfig::builder();
    builder().with_trust_file(dir.join("ca.pem")).expect("a file").build().expect("a client");
    builder().with_trust_pem(pki().ca.to_pem().as_bytes()).expect("a text").build().expect("a client");
    builder().with_trust_dir(&dir).expect("a directory").build().expect("a client");
}
