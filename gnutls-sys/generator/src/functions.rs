//! Which header has which function, since when, and whether it is deprecated there. Written to `functions.tsv`, which
//! the porting kit reads.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use syn::{ForeignItem, Item};

use crate::Result;
use crate::entries::foreign_name;
use crate::gates::Since;

/// What `functions.tsv` says of a name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    Function,
    Deprecated,
    /// Data of the library, such as the pointer `gnutls_free`.
    Variable,
    /// A macro or an inline function, and the first function that it calls, if any.
    Macro(Option<String>),
}

/// The table for the headers in `include`; `bindings` are the texts of the bindings made from them.
pub(crate) fn functions(include: &str, bindings: &[&str], since: &Since) -> Result<String> {
    let bound = symbols(bindings)?;
    let mut file = String::from(
        "# Every function of every header: header, name, release if newer than the minimum, and what else it is.\n\
         # Made by `ci/bindings.sh regenerate`. Do not edit.\n",
    );
    for (header, text) in headers(include)? {
        for (name, kind) in declared(&text, &bound) {
            let release = since.items.get(&name).map(ToString::to_string).unwrap_or_default();
            let kind = match kind {
                Kind::Function => String::new(),
                Kind::Deprecated => "deprecated".to_owned(),
                Kind::Variable => "variable".to_owned(),
                Kind::Macro(Some(of)) => format!("macro of {of}"),
                Kind::Macro(None) => "macro of nothing".to_owned(),
            };
            file += &format!("{header}\t{name}\t{release}\t{kind}\n");
        }
    }
    Ok(file)
}

/// The symbols that are bound, and what each is.
fn symbols(bindings: &[&str]) -> Result<BTreeMap<String, Kind>> {
    let mut symbols = BTreeMap::new();
    for source in bindings {
        for item in syn::parse_file(source)?.items {
            let Item::ForeignMod(block) = item else { continue };
            for item in &block.items {
                let kind = if matches!(item, ForeignItem::Fn(_)) { Kind::Function } else { Kind::Variable };
                symbols.extend(foreign_name(item).map(|name| (name, kind)));
            }
        }
    }
    Ok(symbols)
}

/// Name and text of each header for C.
fn headers(include: &str) -> Result<BTreeMap<String, String>> {
    let mut all = BTreeMap::new();
    for entry in fs::read_dir(Path::new(include).join("gnutls"))? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        // C++, and a library of its own.
        if name != "gnutlsxx.h" && name != "openssl.h" {
            all.insert(name, fs::read_to_string(&path)?);
        }
    }
    Ok(all)
}

/// What a header's `text` declares and defines of the names that are `bound`, and its macros that stand for functions.
fn declared(text: &str, bound: &BTreeMap<String, Kind>) -> BTreeMap<String, Kind> {
    let text = without_comments(text).replace("\\\n", " ");
    let mut found = BTreeMap::new();
    let mut code = String::new();
    for line in text.lines() {
        match line.trim_start().strip_prefix('#') {
            Some(directive) => found.extend(macro_of(directive, bound)),
            None => code = code + line + "\n",
        }
    }
    for (at, name) in names(&code) {
        let rest = &code[at..];
        let deprecated = rest[..rest.find([';', '{']).unwrap_or(rest.len())].contains("_GNUTLS_GCC_ATTR_DEPRECATED");
        match bound.get(name) {
            Some(Kind::Function)
                if !is_a_call(&code[..at]) && rest[name.len()..].trim_start().starts_with(['(', ')']) =>
            {
                let seen = found.entry(name.to_owned()).or_insert(Kind::Function);
                if deprecated {
                    *seen = Kind::Deprecated;
                }
            }
            Some(Kind::Variable) => drop(found.insert(name.to_owned(), Kind::Variable)),
            _ => {}
        }
    }
    for (at, _) in code.match_indices("static inline") {
        let rest = &code[at..];
        let Some(name) = rest.split('(').next().and_then(|head| head.split([' ', '*', '\n']).next_back()) else {
            continue;
        };
        let Some((_, body)) = rest.split_once('{') else { continue };
        let of = names(body).map(|(_, name)| name).find(|name| bound.contains_key(*name)).map(str::to_owned);
        found.insert(name.to_owned(), Kind::Macro(of));
    }
    found
}

/// Whether what follows `before` is a call, in the body of an inline function: no type stands before its name.
fn is_a_call(before: &str) -> bool {
    before.trim_end().ends_with([';', '{', '}'])
}

/// The macro that the preprocessor's `directive` defines, if it is called as a function is.
fn macro_of(directive: &str, bound: &BTreeMap<String, Kind>) -> Option<(String, Kind)> {
    let definition = directive.trim_start().strip_prefix("define ")?.trim_start();
    let (_, name) = names(definition).next().filter(|(at, _)| *at == 0)?;
    if bound.contains_key(name) {
        return None;
    }
    let rest = &definition[name.len()..];
    let of = names(rest).map(|(_, name)| name).find(|name| bound.contains_key(*name)).map(str::to_owned);
    (rest.starts_with('(') || of.is_some()).then(|| (name.to_owned(), Kind::Macro(of)))
}

/// Identifiers that are written as functions of the libraries are, with their places.
fn names(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let inside = |c: char| c.is_ascii_alphanumeric() || c == '_';
    text.split(move |c| !inside(c))
        .filter(|word| word.starts_with("gnutls_") || word.starts_with("dane_"))
        .map(move |word| (word.as_ptr().addr() - text.as_ptr().addr(), word))
}

/// `text` without its comments.
fn without_comments(text: &str) -> String {
    let mut code = String::new();
    let mut rest = text;
    while let Some((before, comment)) = rest.split_once("/*") {
        code = code + before + " ";
        rest = comment.split_once("*/").map_or("", |(_, after)| after);
    }
    code + rest
}
