//! Where the example programs are.

use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

/// The program of an example, up to date.
pub(crate) fn example(name: &str) -> PathBuf {
    static DIRECTORY: OnceLock<PathBuf> = OnceLock::new();
    DIRECTORY.get_or_init(build).join(name)
}

/// Builds the examples into the directory that these tests were built into. A plain `cargo test` has done so already
/// and this finds nothing to do, but `cargo test --test tools` has not: it would test what an earlier build has left.
fn build() -> PathBuf {
    let tests = env::current_exe().expect("the path of these tests");
    let profile = tests.parent().and_then(Path::parent).expect("they lie in target/PROFILE/deps");
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().expect("it lies in the target directory");
    // Below the target directory: PROFILE, or TRIPLE/PROFILE where a target was asked for.
    let below = profile.strip_prefix(target).expect("both are of one build");
    let words: Vec<_> = below.iter().map(|word| word.to_str().expect("ASCII")).collect();
    let (triple, name) = match words[..] {
        [name] => (None, name),
        [triple, name] => (Some(triple), name),
        _ => panic!("unexpected place of the tests: {}", tests.display()),
    };
    let mut cargo = Command::new(env!("CARGO"));
    cargo
        .args([
            "build",
            "--quiet",
            // Of this package alone: those of gnutls-sys want libclang.
            "--package=gnutls",
            "--all-features",
            "--example=server",
            "--example=client",
            "--example=interop",
            "--example=fleet",
            "--example=manual",
            "--example=dtls_echo_tokio",
            "--example=dtls_server",
            "--example=mio_echo",
            "--example=https_server",
            "--example=https_client",
            "--manifest-path",
        ])
        .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml"));
    cargo.args(["--profile", if name == "debug" { "dev" } else { name }]).arg("--target-dir").arg(target);
    cargo.args(triple.into_iter().flat_map(|triple| ["--target", triple]));
    let built = cargo.output().expect("cargo");
    assert!(built.status.success(), "building the examples: {}", String::from_utf8_lossy(&built.stderr));
    profile.join("examples")
}
