//! The checked-in files that are made from headers: what each contains, and
//! writing them all.

use std::collections::BTreeMap;
use std::fs;

use crate::bindings::bindings;
use crate::entries::entries;
use crate::gates::{Release, Since};
use crate::headers::Library;
use crate::{Result, abi, functions, package, table, unbound};

pub(crate) const LIBRARIES: [Library; 2] = [Library::Gnutls, Library::Dane];

/// Path below `gnutls-sys`, and contents, of each file made from the headers in `include`.
pub(crate) fn files(include: &str, since: &Since) -> Result<Vec<(String, String)>> {
    let mut sources = Vec::new();
    for library in LIBRARIES {
        sources.push((library, bindings(library, include, since)?));
    }
    let mut files = tables(include, &sources, since)?;
    let texts: Vec<&str> = sources.iter().map(|(_, source)| source.as_str()).collect();
    files.push(("functions.tsv".to_owned(), functions::functions(include, &texts, since)?));
    let mut all = BTreeMap::new();
    for (library, source) in sources {
        all.extend(entries(&source)?);
        files.push((format!("src/{}", library.output()), source));
    }
    files.push(("unbound.tsv".to_owned(), unbound::unbound(include, &all)?));
    Ok(files)
}

/// The files that are made from bindings: the tables of the ABI test.
pub(crate) fn tables(include: &str, sources: &[(Library, String)], since: &Since) -> Result<Vec<(String, String)>> {
    let c = unbound::headers(include)?;
    let mut files = Vec::new();
    for (library, source) in sources {
        let path = library.output().replace("bindings", "items");
        files.push((format!("tests/abi/{path}"), abi::tables(source, &c, since)?));
    }
    Ok(files)
}

/// The checked-in bindings of `library`.
pub(crate) fn checked_in(library: Library) -> Result<String> {
    Ok(fs::read_to_string(package().join("src").join(library.output()))?)
}

/// Writes every file from the headers of `release`.
pub(crate) fn regenerate(include: &str, release: Release) -> Result<()> {
    let mut since = Since::checked_in();
    let newer = release > since.headers;
    if release < since.headers {
        return Err(format!("the bindings come from {}, which is newer", since.headers).into());
    }
    if newer {
        for library in LIBRARIES {
            let before = entries(&checked_in(library)?)?;
            for key in entries(&bindings(library, include, &since)?)?.into_keys() {
                if !before.contains_key(&key) {
                    println!("new: {}", key.1);
                    since.items.insert(key.1, release);
                }
            }
        }
        println!(
            "Gated as of {release}. If there were releases since {}, have `ci/bindings.sh since` find the right ones.",
            since.headers
        );
        since.headers = release;
    }
    table::write(&since)?;
    for (path, text) in files(include, &since)? {
        fs::write(package().join(path), text)?;
    }
    Ok(())
}
