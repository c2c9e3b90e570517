//! Compiles the loops in C that the library is measured against, with the headers of the GnuTLS that it links too, and notes
//! the versions that the report names.

use std::process::Command;
use std::{env, fs};

/// What takes part, as the lock file calls it.
const PEERS: [&str; 6] = ["openssl", "rustls", "rustls-aws-lc-rs", "aws-lc-rs", "aws-lc-sys", "s2n-tls"];

fn main() {
    for file in ["c", "build.rs", "../Cargo.lock"] {
        println!("cargo::rerun-if-changed={file}");
    }
    println!("cargo::rustc-env=BENCH_RUSTC={}", rustc());
    println!("cargo::rustc-env=BENCH_PEERS={}", peers().join(", "));
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

fn rustc() -> String {
    let compiler = env::var_os("RUSTC").expect("cargo sets RUSTC");
    let output = Command::new(compiler).arg("--version").output().expect("the compiler runs");
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}

/// Name and version of each package of the lock file that takes part.
fn peers() -> Vec<String> {
    let lock = fs::read_to_string("../Cargo.lock").expect("the workspace has a lock file");
    let field = |package: &str, name: &str| {
        let line = package.lines().find_map(|line| line.strip_prefix(&format!("{name} = \"")))?;
        Some(line.trim_end_matches('"').to_owned())
    };
    let named = |package: &str| {
        let name = field(package, "name")?;
        PEERS.contains(&name.as_str()).then(|| format!("{name} {}", field(package, "version").unwrap_or_default()))
    };
    lock.split("[[package]]").filter_map(named).collect()
}
