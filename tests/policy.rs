//! Changes to the system's policy. A process of its own: they are for the whole library.
#![cfg(gnutls_3_7_3)]

use std::process::Command;
use std::{env, fs, process};

use gnutls::{Digest, EccCurve, ErrorKind, Protocol, Result, SignatureScheme};

/// Each of the changes, one after the other.
fn changes() -> [Result<()>; 5] {
    [
        // SAFETY: nothing else in this process uses GnuTLS.
        unsafe { Digest::SHA512.set_secure(true) },
        // SAFETY: as above.
        unsafe { SignatureScheme::RSA_SHA512.set_secure(true) },
        // SAFETY: as above.
        unsafe { SignatureScheme::RSA_SHA512.set_secure_for_certificates(true) },
        // SAFETY: as above.
        unsafe { EccCurve::SECP521R1.set_enabled(true) },
        // SAFETY: as above.
        unsafe { Protocol::TLS1_2.set_enabled(true) },
    ]
}

const LISTS: &str = "[global]\noverride-mode = allowlist\n[overrides]\nsecure-hash = sha256\n\
                     secure-sig = rsa-sha256\nsecure-sig-for-cert = rsa-sha256\nenabled-curve = secp256r1\n\
                     enabled-version = tls1.3\ntls-enabled-cipher = aes-128-gcm\n";

/// The library reads its configuration when it is loaded: the second half runs in a process that has one.
#[test]
fn programs_change_the_policy_only_where_it_is_made_of_lists() {
    if env::var_os("GNUTLS_SYSTEM_PRIORITY_FILE").is_some() {
        assert!(!SignatureScheme::RSA_SHA512.is_secure(), "the list has SHA-256 alone");
        changes().into_iter().for_each(|result| result.expect("the system lets programs add to its lists"));
        assert!(SignatureScheme::RSA_SHA512.is_secure());
        return;
    }
    for result in changes() {
        assert_eq!(result.expect_err("no lists").kind(), ErrorKind::Misuse);
    }
    let file = env::temp_dir().join(format!("gnutls-policy-{}", process::id()));
    fs::write(&file, LISTS).expect("a new file");
    let again = Command::new(env::current_exe().expect("this program"))
        .env("GNUTLS_SYSTEM_PRIORITY_FILE", &file)
        .output()
        .expect("started again");
    fs::remove_file(&file).expect("our file");
    let complaint = String::from_utf8_lossy(&again.stdout);
    assert!(again.status.success(), "{complaint}");
}
