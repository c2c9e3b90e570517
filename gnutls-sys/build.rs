//! Finds the system's GnuTLS.

fn main() {
    let library = pkg_config::Config::new().atleast_version("3.7.1").probe("gnutls").expect("GnuTLS 3.7.1 or newer");
    println!("cargo::metadata=version={}", library.version);
    if std::env::var_os("CARGO_FEATURE_DANE").is_some() {
        pkg_config::Config::new().probe("gnutls-dane").expect("gnutls-dane");
    }
}
