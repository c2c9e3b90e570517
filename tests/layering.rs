//! A module of `src/` uses only modules of lower layers; what a file says after `crate::` is what it uses.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// The lowest first. Modules in one row may use each other.
const LAYERS: &[&[&str]] = &[
    &["cstr"],
    &["error", "alert"],
    &["ffi"],
    &["global", "logging"],
    &["secret", "fips", "audit"],
    &["algorithm"],
    &["crypto"],
    &["encoding"],
    &["hello"],
    &["priority"],
    &["x509", "key"],
    &["container"],
    &["ocsp", "pkcs12", "pkcs7", "pkcs11", "dane", "tofu"],
    &["credentials"],
    &["transport"],
    &["duplex"],
    &["resumption", "key_log", "cookie"],
    &["engine"],
    &["session"],
    &["io", "task", "dtls"],
    &["tokio", "futures_io"],
    &["manual"],
    &["lib"],
];

fn layer(module: &str) -> Option<usize> {
    LAYERS.iter().position(|layer| layer.contains(&module))
}

fn sources(dir: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(dir).expect("a directory") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

/// The top-level module of a file below `src`.
fn module_of(file: &Path) -> String {
    let first = file.components().next().expect("a name").as_os_str().to_string_lossy();
    first.trim_end_matches(".rs").to_owned()
}

/// What stands after each `crate::` outside of comments; in braces, each name.
fn used_by(text: &str) -> BTreeSet<String> {
    let code: Vec<&str> = text.lines().map(|line| line.split("//").next().unwrap_or("")).collect();
    let code = code.join("\n");
    let mut used = BTreeSet::new();
    for (at, _) in code.match_indices("crate::") {
        let before = code[..at].chars().next_back();
        if before.is_some_and(|before| before.is_alphanumeric() || before == '_' || before == '$') {
            continue;
        }
        let rest = &code[at + "crate::".len()..];
        let names = rest.strip_prefix('{').map_or(vec![rest], top_level_names);
        used.extend(names.into_iter().map(first_name).filter(|name| !name.is_empty()).map(str::to_owned));
    }
    used
}

/// The beginnings of the names in `{a::b, c::{d, e}}`, of which the first brace is gone.
fn top_level_names(list: &str) -> Vec<&str> {
    let (mut depth, mut start, mut names) = (0, 0, Vec::new());
    for (at, letter) in list.char_indices() {
        match letter {
            '{' => depth += 1,
            '}' if depth == 0 => {
                names.push(&list[start..at]);
                return names;
            }
            '}' => depth -= 1,
            ',' if depth == 0 => {
                names.push(&list[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    names
}

fn first_name(path: &str) -> &str {
    let path = path.trim_start();
    path.split(|letter: char| !letter.is_alphanumeric() && letter != '_').next().unwrap_or("")
}

#[test]
fn every_module_uses_only_lower_layers() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    sources(&src, &mut files);
    let mut wrong = Vec::new();
    for file in &files {
        let name = file.strip_prefix(&src).expect("below src");
        let module = module_of(name);
        let own = layer(&module).unwrap_or_else(|| panic!("{} belongs to no layer: name it here", name.display()));
        for used in used_by(&fs::read_to_string(file).expect("a readable file")) {
            // What is no module is something that lib.rs re-exports, which only lib.rs itself may rely on.
            let allowed = layer(&used).is_some_and(|used| used <= own);
            if used != module && !allowed {
                wrong.push(format!("{} uses crate::{used}", name.display()));
            }
        }
    }
    assert!(files.len() > 20 && wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn the_reader_of_paths_sees_what_it_must() {
    let text = "use crate::{alert::Alert, ffi::{check, datum}};\nuse crate::error::Error; // crate::io\n\
                let x = crate::session::Shared; mycrate::no; $crate::no";
    let used: Vec<_> = used_by(text).into_iter().collect();
    assert_eq!(used, ["alert", "error", "ffi", "session"]);
}
