//! Which GnuTLS is loaded, and that the gates of the build fit it. `ci/versions.sh` reads what it prints.

use std::ffi::CString;

use gnutls_sys as sys;

#[test]
fn the_library_loaded_is_as_new_as_the_headers_built_against() {
    println!("loaded: {}", gnutls::version());
    let built_against = CString::new(sys::BUILT_AGAINST).expect("no NUL");
    assert!(
        gnutls::is_at_least(&built_against),
        "{} at run time, {} at build time",
        gnutls::version(),
        sys::BUILT_AGAINST
    );
    assert!(gnutls::is_at_least(sys::MINIMUM_VERSION));
    assert_eq!(sys::MINIMUM_VERSION.to_str(), Ok(gnutls::MINIMUM_VERSION));
}
