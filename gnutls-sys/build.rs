//! Finds the system's GnuTLS.

fn main() {
    println!("cargo::rustc-link-lib=gnutls");
}
