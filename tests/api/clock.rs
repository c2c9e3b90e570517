//! A clock of the program's own, and what else is for the whole process.

use std::time::{Duration, SystemTime};

use gnutls::ErrorKind;
use gnutls::x509::{TrustFlags, TrustList, VerifyFlags, VerifyStatus};

use crate::children;
use crate::common::pki;

#[test]
fn certificates_are_judged_by_the_clock_of_the_program() {
    const TEST: &str = "clock::certificates_are_judged_by_the_clock_of_the_program";
    if !children::is_child(TEST) {
        let told = children::run(TEST);
        assert!(told.status.success(), "{}", String::from_utf8_lossy(&told.stderr));
        return;
    }
    let later = SystemTime::now() + Duration::from_secs(100 * 365 * 86400);
    gnutls::set_clock(move || later).expect("the first use");
    let mut trust = TrustList::new().expect("a list");
    trust.add_authorities(std::slice::from_ref(&pki().ca), TrustFlags::empty()).expect("added");
    let result = trust.verify(pki().server.chain(), VerifyFlags::empty()).expect("verified");
    assert!(result.status().contains(VerifyStatus::EXPIRED), "{:?}", result.status());
    let error = gnutls::set_clock(SystemTime::now).expect_err("it has been set");
    assert_eq!(error.kind(), ErrorKind::Misuse);
}

#[test]
fn the_file_of_the_policy_is_named() {
    let file = gnutls::system_config_file().expect("a name");
    assert!(file.is_absolute(), "{}", file.display());
}
