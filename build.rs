//! Repeats what the build script of `gnutls-sys` found: a `cfg` reaches only the
//! package whose build script prints it, and the code here has the same gates.

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    for cfg in list("DEP_GNUTLS_GATES") {
        println!("cargo::rustc-check-cfg=cfg({cfg})");
    }
    for cfg in list("DEP_GNUTLS_CFGS") {
        println!("cargo::rustc-cfg={cfg}");
    }
}

/// The metadata of a dependency with `links`, as a list of words.
fn list(variable: &str) -> Vec<String> {
    let value = std::env::var(variable).expect("gnutls-sys announces its gates");
    value.split(',').filter(|word| !word.is_empty()).map(str::to_owned).collect()
}
