//! Writes the tables of the ABI test: every type, constant and symbol that a
//! bindings file has, with the name that C knows it by.

use std::collections::{BTreeMap, BTreeSet};

use quote::ToTokens;
use syn::{Fields, FieldsNamed, File, ForeignItem, Item, Type};

use crate::Result;
use crate::bindings::format;
use crate::entries::{foreign_name, name};
use crate::gates::Since;

/// The tables for the bindings file `source`; `c` is the text of the headers.
pub(crate) fn tables(source: &str, c: &str, since: &Since) -> Result<String> {
    let file = syn::parse_file(source)?;
    let names = c_names(&file, c);
    let (mut types, mut numbers, mut strings, mut symbols) = Default::default();
    for item in &file.items {
        let Some(name) = name(item) else {
            if let Item::ForeignMod(block) = item {
                block.items.iter().for_each(|item| symbol(&mut symbols, item, since));
            }
            continue;
        };
        match item {
            Item::Const(item) if item.ty.to_token_stream().to_string().contains("CStr") => {
                add(&mut strings, since, &name, &format!("string!({name})"));
            }
            Item::Const(_) => add(&mut numbers, since, &name, &format!("number!({name})")),
            Item::Type(item) if !item.ty.to_token_stream().to_string().starts_with("Option") => {
                add(&mut types, since, &name, &layout(&names, &name, None));
            }
            Item::Use(_) => add(&mut types, since, &name, &layout(&names, &name, None)),
            Item::Struct(item) => {
                if let Some(fields) = fields(&item.fields) {
                    add(&mut types, since, &name, &layout(&names, &name, Some(fields)));
                }
            }
            Item::Union(item) => {
                add(&mut types, since, &name, &layout(&names, &name, Some(&item.fields)));
            }
            _ => {}
        }
    }
    let mut text = format!(
        "//! What the ABI test compares: all that the bindings have. Made by\n\
         //! `ci/bindings.sh regenerate` from the headers of GnuTLS {}. Do not edit.\n\n\
         use gnutls_sys::*;\n\n\
         use crate::table::*;\n\n",
        since.headers
    );
    for (function, of, entries) in [
        ("layouts", "Layout", types),
        ("numbers", "Number", numbers),
        ("strings", "Text", strings),
        ("symbols", "Symbol", symbols),
    ] {
        text += &format!(
            "pub(crate) fn {function}() -> Vec<{of}> {{\nlet all: &[{of}] = &[\n{entries}];\nall.to_vec()\n}}\n\n"
        );
    }
    format(&text)
}

fn add(table: &mut String, since: &Since, name: &str, entry: &str) {
    if let Some(release) = since.items.get(name) {
        *table += &format!("#[cfg({})]\n", release.cfg());
    }
    *table += entry;
    *table += ",\n";
}

fn symbol(table: &mut String, item: &ForeignItem, since: &Since) {
    let Some(name) = foreign_name(item) else { return };
    let entry = match item {
        ForeignItem::Fn(_) => format!("function!({name})"),
        _ => format!("data!({name})"),
    };
    add(table, since, &name, &entry);
}

fn layout(names: &BTreeMap<String, String>, name: &str, fields: Option<&FieldsNamed>) -> String {
    let fields: Vec<String> =
        fields.iter().flat_map(|fields| &fields.named).map(|field| field.ident.to_token_stream().to_string()).collect();
    format!("layout!({:?}, {name} {{ {} }})", names[name], fields.join(", "))
}

/// The fields of a struct whose layout the headers show.
fn fields(fields: &Fields) -> Option<&FieldsNamed> {
    let Fields::Named(fields) = fields else { return None };
    let hidden = fields.named.iter().flat_map(|field| &field.ident).any(|name| name == "_unused");
    (!hidden).then_some(fields)
}

/// What C calls each type: a tag, a typedef, or, for a type inside another, the
/// type of the field that has it.
fn c_names(file: &File, c: &str) -> BTreeMap<String, String> {
    // A brace between the keyword and the name makes the name something else.
    let spaced = c.replace('{', " { ");
    let words: Vec<&str> = spaced
        .split(|c: char| !c.is_ascii_alphanumeric() && c != '_' && c != '{')
        .filter(|word| !word.is_empty())
        .collect();
    let tags: BTreeMap<&str, &str> = words
        .windows(2)
        .filter(|pair| ["struct", "union", "enum"].contains(&pair[0]))
        .map(|pair| (pair[1], pair[0]))
        .collect();
    let words: BTreeSet<&str> = words.into_iter().collect();

    let c_name = |name: String| match tags.get(name.as_str()) {
        Some(tag) => (name.clone(), format!("{tag} {name}")),
        None => (name.clone(), name),
    };
    let mut names: BTreeMap<String, String> = file.items.iter().filter_map(name).map(c_name).collect();
    for item in &file.items {
        let fields = match item {
            Item::Struct(item) => fields(&item.fields),
            Item::Union(item) => Some(&item.fields),
            _ => None,
        };
        let parent = name(item).unwrap_or_default();
        for field in fields.iter().flat_map(|fields| &fields.named) {
            let (inner, index) = match &field.ty {
                Type::Array(array) => (array.elem.to_token_stream().to_string(), "[0]"),
                other => (other.to_token_stream().to_string(), ""),
            };
            // bindgen made the name up, so the headers don't have it.
            if names.contains_key(&inner) && !words.contains(inner.as_str()) {
                let field = field.ident.to_token_stream();
                let of = format!("__typeof__((({} *)0)->{field}{index})", names[&parent]);
                names.insert(inner, of);
            }
        }
    }
    names
}
