//! What the headers define and bindings cannot have: macros that take arguments,
//! macros that rename, inline functions. Written to `unbound.tsv`, so that a
//! porter finds the name, and a new one is noticed.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use crate::Result;
use crate::entries::{Key, Namespace};
use crate::headers::differs_by_release;

/// The names that `bindings` does not have, each with the reason, as a file.
pub(crate) fn unbound<T>(include: &str, bindings: &BTreeMap<Key, T>) -> Result<String> {
    let text = headers(include)?.replace("\\\n", " ");
    let mut reasons = BTreeMap::new();
    for line in text.lines() {
        let Some(macro_) = line.trim_start().strip_prefix('#') else { continue };
        let Some(definition) = macro_.trim_start().strip_prefix("define ") else { continue };
        let (name, rest) = split_name(definition.trim_start());
        let bound = bindings.contains_key(&(Namespace::Values, name.to_owned()));
        if bound || name.starts_with('_') || name.ends_with("_H") || differs_by_release(name) {
            continue;
        }
        let value = rest.trim();
        let reason = if rest.starts_with('(') {
            "takes arguments".to_owned()
        } else if value.starts_with("gnutls_") && split_name(value).1.is_empty() {
            format!("is another name of {value}")
        } else {
            "is not a value".to_owned()
        };
        reasons.insert(name.to_owned(), reason);
    }
    for (at, _) in text.match_indices("static inline") {
        let name = text[at..].split('(').next().and_then(|head| head.split([' ', '*']).next_back());
        reasons.insert(name.unwrap_or_default().trim().to_owned(), "is inline".to_owned());
    }
    let mut file = String::from(
        "# What the headers define and the bindings lack, with the reason.\n\
         # Made by `ci/bindings.sh regenerate`. Do not edit.\n",
    );
    for (name, reason) in reasons {
        file += &format!("{name}\t{reason}\n");
    }
    Ok(file)
}

/// Divides `text` behind the identifier it begins with.
fn split_name(text: &str) -> (&str, &str) {
    let end = text.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(text.len());
    text.split_at(end)
}

/// The text of all headers for C, in the order of their names.
pub(crate) fn headers(include: &str) -> Result<String> {
    let mut files: Vec<_> = fs::read_dir(Path::new(include).join("gnutls"))?
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<std::io::Result<_>>()?;
    files.sort();
    let mut text = String::new();
    for file in files {
        // C++, and a library of its own.
        if !file.ends_with("gnutlsxx.h") && !file.ends_with("openssl.h") {
            text += &fs::read_to_string(&file)?;
        }
    }
    Ok(text)
}
