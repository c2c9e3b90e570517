//! Changes to the system's policy. A process of its own: they are for the whole library.
#![cfg(gnutls_3_7_3)]

#[path = "common/children.rs"]
mod children;
#[path = "x509/tools.rs"]
#[allow(dead_code, reason = "this test needs only some of it")]
mod tools;

use std::env;

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

/// A configuration that says nothing.
const NOTHING: &str = "/dev/null";

const LISTS: &str = "[global]\noverride-mode = allowlist\n[overrides]\nsecure-hash = sha256\n\
                     secure-sig = rsa-sha256\nsecure-sig-for-cert = rsa-sha256\nenabled-curve = secp256r1\n\
                     enabled-version = tls1.3\ntls-enabled-cipher = aes-128-gcm\n";

/// The library reads its configuration when it is loaded: both halves run in processes that have one, whatever that of the
/// machine says.
#[test]
fn programs_change_the_policy_only_where_it_is_made_of_lists() {
    const NAME: &str = "programs_change_the_policy_only_where_it_is_made_of_lists";
    if children::is_child(NAME) {
        let configuration = env::var("GNUTLS_SYSTEM_PRIORITY_FILE").expect("as below");
        if configuration == NOTHING {
            for result in changes() {
                assert_eq!(result.expect_err("no lists").kind(), ErrorKind::Misuse);
            }
            return;
        }
        assert!(!SignatureScheme::RSA_SHA512.is_secure(), "the list has SHA-256 alone");
        changes().into_iter().for_each(|result| result.expect("the system lets programs add to its lists"));
        assert!(SignatureScheme::RSA_SHA512.is_secure());
        return;
    }
    let directory = tools::Directory::new();
    let lists = directory.file("lists", LISTS);
    for configuration in [NOTHING, tools::text(&lists)] {
        let again = children::command(NAME).env("GNUTLS_SYSTEM_PRIORITY_FILE", configuration).output();
        let again = again.expect("started again");
        let told = String::from_utf8_lossy(&again.stdout);
        assert!(again.status.success() && told.contains("1 passed"), "{told}");
    }
}
