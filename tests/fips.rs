//! FIPS 140. A process of its own: one call changes the state of the whole library.

use gnutls::fips::{self, Mode};
#[cfg(gnutls_3_7_3)]
use gnutls::{Digest, crypto::Hash};

#[test]
fn fips_rules_are_off_unless_the_system_has_them_on() {
    let before = fips::mode();
    fips::set_thread_mode(Mode::LAX);
    assert!(before != Mode::DISABLED || fips::mode() == Mode::DISABLED, "nothing to be lax about");
    fips::set_thread_mode(before);
    #[cfg(gnutls_3_7_3)]
    match fips::observe(|| Hash::of(Digest::SHA256, "abc").expect("a digest").len()) {
        Ok((size, approval)) => assert!(size == 32 && (before != Mode::DISABLED || approval == fips::Approval::NONE)),
        Err(error) => assert_eq!(error.kind(), gnutls::ErrorKind::Misuse, "built without: {error}"),
    }
    // SAFETY: this is the only test of the process.
    #[cfg(gnutls_3_7_7)]
    unsafe { fips::run_self_tests() }.expect("they pass, or are not there");
}
