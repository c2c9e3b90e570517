//! Finds the system's GnuTLS and says which releases' items it has.
//!
//! Neither libclang nor the network is needed, unless the feature `bindgen` asks
//! for bindings made from the headers found instead of the checked-in ones.

#[path = "build/gates.rs"]
mod gates;
#[cfg(feature = "bindgen")]
#[path = "build/headers.rs"]
mod headers;

use gates::{Release, Since};

fn main() {
    for file in ["build.rs", "build", "since.tsv", "wrapper.h", "wrapper_dane.h"] {
        println!("cargo::rerun-if-changed={file}");
    }
    println!("cargo::rerun-if-env-changed=DOCS_RS");

    let since = Since::checked_in();
    // Documentation shows everything, and its builder has no GnuTLS to find.
    let documenting = std::env::var_os("DOCS_RS").is_some();
    let found = if documenting { since.headers } else { find(&since) };
    announce(&since, found);
}

/// Tells the compiler, and dependent packages' build scripts, about the gates.
fn announce(since: &Since, found: Release) {
    let gates = since.gates();
    let all: Vec<String> = gates.iter().map(|release| release.cfg()).collect();
    let on: Vec<String> = gates.range(..=found).map(|release| release.cfg()).collect();
    for cfg in &all {
        println!("cargo::rustc-check-cfg=cfg({cfg})");
    }
    for cfg in &on {
        println!("cargo::rustc-cfg={cfg}");
    }
    println!("cargo::rustc-env=GNUTLS_SYS_MINIMUM={}", since.minimum);
    println!("cargo::rustc-env=GNUTLS_SYS_FOUND={found}");
    let target = std::env::var("TARGET").expect("cargo sets TARGET");
    println!("cargo::rustc-env=GNUTLS_SYS_TARGET={target}");
    // These arrive as DEP_GNUTLS_VERSION, DEP_GNUTLS_GATES and DEP_GNUTLS_CFGS.
    println!("cargo::metadata=VERSION={found}");
    println!("cargo::metadata=GATES={}", all.join(","));
    println!("cargo::metadata=CFGS={}", on.join(","));
}

/// Links the library that pkg-config names, and returns its release.
fn find(since: &Since) -> Release {
    let gnutls = probe("gnutls", since);
    let release = gnutls.version.parse().unwrap_or_else(|error| panic!("gnutls.pc: {error}"));
    #[cfg(feature = "bindgen")]
    generate(headers::Library::Gnutls, &gnutls);
    if cfg!(feature = "dane") {
        let _dane = probe("gnutls-dane", since);
        #[cfg(feature = "bindgen")]
        generate(headers::Library::Dane, &_dane);
    }
    release
}

fn probe(name: &str, since: &Since) -> pkg_config::Library {
    let minimum = since.minimum.to_string();
    pkg_config::Config::new().atleast_version(&minimum).probe(name).unwrap_or_else(|error| {
        eprintln!(
            "\n\
            gnutls-sys needs the library {name}, {minimum} or newer, with its headers, and pkg-config.\n\
            \n    Debian, Ubuntu   apt install libgnutls28-dev pkg-config\
            \n    Fedora           dnf install gnutls-devel pkgconf-pkg-config\
            \n    Arch             pacman -S gnutls pkgconf\
            \n    Alpine           apk add gnutls-dev pkgconf\n\
            \nIf it is installed where pkg-config does not look, set PKG_CONFIG_PATH to the folder\
            \nof {name}.pc; to build for another machine, set PKG_CONFIG_SYSROOT_DIR and\
            \nPKG_CONFIG_ALLOW_CROSS=1.\n\
            \n{error}"
        );
        std::process::exit(1);
    })
}

/// Makes bindings from the headers found: what they have needs no gate.
#[cfg(feature = "bindgen")]
fn generate(library: headers::Library, found: &pkg_config::Library) {
    let include: Vec<String> = found.include_paths.iter().map(|path| path.display().to_string()).collect();
    let out_dir = std::env::var("OUT_DIR").expect("cargo sets OUT_DIR");
    headers::builder(library, library.wrapper(), &include, &out_dir)
        .and_then(|builder| builder.generate())
        .expect("bindgen reads the headers")
        .write_to_file(out_dir + "/" + library.output())
        .expect("OUT_DIR is writable");
}
