//! Which release introduced an item: what the headers at each release's tag have,
//! read by the same bindgen as the bindings.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::process::Command;

use crate::bindings::bindings;
use crate::entries::{Entry, Key, entries};
use crate::gates::{Release, Since};
use crate::headers::Library;
use crate::{Result, table};

/// Rewrites `since.tsv` from the tags of the repository `git`.
pub(crate) fn since(git: &str, scratch: &Path) -> Result<()> {
    let mut since = Since::checked_in();
    since.items.clear();
    let mut known: BTreeMap<Key, (Entry, Release)> = BTreeMap::new();
    let mut newest = BTreeMap::new();
    let mut changes = 0;
    for release in releases(git, &since)? {
        let include = extract(git, release, scratch)?;
        newest = entries(&bindings(Library::Gnutls, &include, &since)?)?;
        newest.extend(entries(&bindings(Library::Dane, &include, &since)?)?);
        println!("{release}: {} items", newest.len());
        for (key, entry) in &newest {
            let (before, _) = known.entry(key.clone()).or_insert((entry.clone(), release));
            if !before.means_the_same_as(entry) {
                println!("{release} changes {}:\n{}\n{}", key.1, before.text, entry.text);
                *before = entry.clone();
                changes += 1;
            }
        }
    }
    for (key, (_, release)) in known {
        if !newest.contains_key(&key) {
            println!("{}, new in {release}, is gone in {}", key.1, since.headers);
        } else if release > since.minimum && since.items.insert(key.1.clone(), release).is_some() {
            return Err(format!("{}: a type and a value, both gated", key.1).into());
        }
    }
    symbol_versions(git, &since)?;
    table::write(&since)?;
    // No gate expresses a change: a person has to decide.
    if changes == 0 { Ok(()) } else { Err(format!("{changes} changes").into()) }
}

/// The tagged releases from the minimum to that of the newest headers.
fn releases(git: &str, since: &Since) -> Result<BTreeSet<Release>> {
    let tags = run(git, &["tag", "--list", "3.*"])?;
    Ok(tags
        .lines()
        .filter_map(|tag| tag.parse().ok())
        .filter(|release| (since.minimum..=since.headers).contains(release))
        .collect())
}

/// Writes the headers of `release` below `scratch`, and returns the include folder.
fn extract(git: &str, release: Release, scratch: &Path) -> Result<String> {
    let include = scratch.join(release.to_string());
    fs::create_dir_all(include.join("gnutls"))?;
    for folder in ["lib/includes/gnutls/", "libdane/includes/gnutls/"] {
        let tag = release.to_string();
        for path in run(git, &["ls-tree", "--name-only", &tag, folder])?.lines() {
            let text = run(git, &["show", &format!("{tag}:{path}")])?;
            let name = path.trim_start_matches(folder).trim_end_matches(".in");
            fs::write(include.join("gnutls").join(name), configured(&text))?;
        }
    }
    Ok(include.display().to_string())
}

/// What `configure` puts in `gnutls.h.in`, where it matters to the bindings.
fn configured(text: &str) -> String {
    let mut text = text.replace("@DEFINE_IOVEC_T@", "#include <sys/uio.h>\ntypedef struct iovec giovec_t;");
    for number in ["VERSION", "MAJOR_VERSION", "MINOR_VERSION", "PATCH_VERSION", "NUMBER_VERSION"] {
        text = text.replace(&format!("@{number}@"), "0");
    }
    text
}

/// Says where the library's own symbol versions name another release.
fn symbol_versions(git: &str, since: &Since) -> Result<()> {
    let map = run(git, &["show", &format!("{}:lib/libgnutls.map", since.headers)])?;
    let mut version = None;
    for line in map.lines().map(str::trim) {
        if let Some(node) = line.strip_prefix("GNUTLS_") {
            // Nodes as old as GNUTLS_3_4 have two numbers: older than any gate.
            version = node.replace('_', ".").parse().ok().filter(|v| *v > since.minimum);
        }
        let header = line.strip_suffix(';').and_then(|symbol| since.items.get(symbol)).copied();
        if line.starts_with("gnutls_") && version != header {
            println!("{line} symbol version {version:?}, header {header:?}");
        }
    }
    Ok(())
}

fn run(git: &str, arguments: &[&str]) -> Result<String> {
    let output = Command::new("git").args(["--git-dir", git]).args(arguments).output()?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into_owned().into());
    }
    Ok(String::from_utf8(output.stdout)?)
}
