//! The table over small crates, and over the real one.

use std::fs;
use std::path::{Path, PathBuf};

use super::Index;

/// Writes a crate and reads it.
fn index(files: &[(&str, &str)]) -> Index {
    let name = std::thread::current().name().unwrap_or("test").replace("::", "-");
    let folder: PathBuf = std::env::temp_dir().join(format!("gnutls-port-{}-{name}", std::process::id()));
    for (path, text) in files {
        let file = folder.join(path);
        fs::create_dir_all(file.parent().expect("a folder")).expect("writable");
        fs::write(file, text).expect("writable");
    }
    let index = Index::read("c", &folder.join("lib.rs")).expect("a crate");
    fs::remove_dir_all(folder).expect("ours");
    index
}

fn paths(index: &Index, name: &str) -> String {
    let paths: Vec<&str> = index.items(name).map(|item| item.path.as_str()).collect();
    paths.join(" ")
}

#[test]
fn reexports_give_an_item_its_path() {
    let index = index(&[
        ("lib.rs", "mod a; pub mod b; pub use a::{Inner as Outer, free}; pub use b::deep::*;"),
        ("a.rs", "mod part; pub use self::part::Inner; #[doc(alias = \"gnutls_free_fn\")] pub fn free() {}"),
        (
            "a/part.rs",
            "pub struct Inner; impl Inner { #[doc(alias(\"gnutls_x\", \"gnutls_y\"))] pub fn m(&self) {}
             #[doc(alias = \"gnutls_private\")] fn p(&self) {} }",
        ),
        ("b/mod.rs", "pub(crate) mod deep; #[doc(alias = \"gnutls_crate\")] pub(crate) fn hidden() {}"),
        ("b/deep.rs", "#[doc(alias = \"gnutls_e\")] pub enum E { #[doc(alias = \"gnutls_v\")] V }"),
        ("not_declared.rs", "#[doc(alias = \"gnutls_no\")] pub fn no() {}"),
    ]);
    assert_eq!(paths(&index, "gnutls_x"), "c::Outer::m");
    assert_eq!(paths(&index, "gnutls_y"), "c::Outer::m");
    assert_eq!(paths(&index, "gnutls_free_fn"), "c::free");
    assert_eq!(paths(&index, "gnutls_e"), "c::E");
    assert_eq!(paths(&index, "gnutls_v"), "c::E::V");
    for private in ["gnutls_private", "gnutls_crate", "gnutls_no"] {
        assert_eq!(paths(&index, private), "", "{private}");
    }
    let link = index.at("c::Outer::m").map(|item| item.link.as_str());
    assert_eq!(link, Some("c/struct.Outer.html#method.m"));
}

#[test]
fn what_macros_make_has_its_aliases() {
    let index = index(&[
        ("lib.rs", "mod m; mod n; pub use n::N;"),
        (
            "m.rs",
            "macro_rules! common { () => { #[doc(alias = \"gnutls_c\")] pub fn c(&self) { unsafe { sys::gnutls_c() } } }; }
             pub(super) use common;",
        ),
        (
            "n.rs",
            "use super::m::common; pub struct N; impl N { common!(); }
             macro_rules! named { ($name:ident, $f:ident, $alias:literal) => { impl $name {
                 #[cfg(gnutls_3_8_0)] #[doc(alias = $alias)] pub fn f() { unsafe { sys::$f() } } } } }
             named!(N, gnutls_f, \"gnutls_f\");",
        ),
    ]);
    assert_eq!(paths(&index, "gnutls_c"), "c::N::c");
    assert_eq!(paths(&index, "gnutls_f"), "c::N::f");
    assert!(index.uses("gnutls_c") && index.uses("gnutls_f"));
}

#[test]
fn constants_are_found_by_their_values() {
    let index = index(&[(
        "lib.rs",
        "pub struct P(u32); impl P { pub const ONE: P = P(sys::GNUTLS_ONE); const TWO: P = P(sys::GNUTLS_TWO); }
         pub enum F { Pem, Der }
         impl F { fn raw(self) -> u32 { match self { F::Pem => sys::GNUTLS_PEM, Self::Der => sys::GNUTLS_DER } } }
         fn f(e: u32) -> bool { match e { _ if e == sys::GNUTLS_C => g(F::Pem), sys::GNUTLS_D => h(F::Der) } }
         const TABLE: &[(F, &[u32])] = &[(F::Pem, &[sys::GNUTLS_A, sys::GNUTLS_B])];",
    )]);
    assert_eq!(paths(&index, "GNUTLS_ONE"), "c::P::ONE");
    assert_eq!(paths(&index, "GNUTLS_TWO"), "");
    assert_eq!(paths(&index, "GNUTLS_DER"), "c::F::Der");
    assert_eq!(paths(&index, "GNUTLS_PEM"), "c::F::Pem");
    assert_eq!(paths(&index, "GNUTLS_B"), "c::F::Pem");
    assert_eq!(paths(&index, "GNUTLS_C") + &paths(&index, "GNUTLS_D"), "");
}

#[test]
fn the_real_crate_is_read() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../src/lib.rs");
    let index = Index::read("gnutls", &root).expect("the crate");
    for (name, path) in [
        ("gnutls_record_recv", "gnutls::Session::recv"),
        ("gnutls_protocol_get_name", "gnutls::Protocol::name"),
        ("gnutls_alpn_set_protocols", "gnutls::ServerConfigBuilder::alpn"),
        ("gnutls_certificate_status_t", "gnutls::x509::VerifyStatus"),
        ("GNUTLS_CERT_REVOKED", "gnutls::x509::VerifyStatus::REVOKED"),
        ("GNUTLS_X509_FMT_PEM", "gnutls::x509::Format::Pem"),
        ("GNUTLS_E_TIMEDOUT", "gnutls::ErrorKind::TimedOut"),
    ] {
        assert!(index.items(name).any(|item| item.path == path), "{name}: {}", paths(&index, name));
    }
    assert!(index.uses("gnutls_record_recv") && index.uses("gnutls_protocol_get_name"));
    assert!(!index.uses("gnutls_global_set_mem_functions"));
}
