//! Compiles the loops in C that the library is measured against, with the headers of the GnuTLS that it links too.

fn main() {
    println!("cargo::rerun-if-changed=c");
    let gnutls = pkg_config::probe_library("gnutls").expect("GnuTLS, which gnutls-sys asks for as well");
    cc::Build::new()
        .files(["c/session.c", "c/stream.c", "c/wire.c", "c/aead.c"])
        .includes(gnutls.include_paths)
        .opt_level(2)
        .flag("-Wall")
        .flag("-Wextra")
        .warnings_into_errors(true)
        .compile("gnutls_bench_c");
}
