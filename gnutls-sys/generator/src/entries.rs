//! The items of a bindings file, by name, in a form that compares.

use std::collections::BTreeMap;

use quote::ToTokens;
use syn::{Attribute, ForeignItem, Item, UseTree};

use crate::Result;

/// An item's tokens, without the gate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Entry {
    pub(crate) text: String,
    /// What a constant's value is.
    value: Option<String>,
}

impl Entry {
    /// Whether a program sees no difference. A constant may become an enumerator,
    /// or the other way round: its type has another name then, not another size.
    pub(crate) fn means_the_same_as(&self, other: &Self) -> bool {
        self == other || (self.value.is_some() && self.value == other.value)
    }
}

/// An item's namespace and name: `gnutls_random_art` is an enumeration and a function.
pub(crate) type Key = (Namespace, String);

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Namespace {
    Types,
    Values,
}

/// Every item of a bindings file.
pub(crate) fn entries(source: &str) -> Result<BTreeMap<Key, Entry>> {
    let mut found = BTreeMap::new();
    for item in syn::parse_file(source)?.items {
        match item {
            Item::ForeignMod(block) => {
                for mut item in block.items {
                    let name = foreign_name(&item).ok_or("an unknown kind of foreign item")?;
                    attributes(&mut item).retain(|attribute| !attribute.path().is_ident("cfg"));
                    let text = item.to_token_stream().to_string();
                    add(&mut found, (Namespace::Values, name), Entry { text, value: None })?;
                }
            }
            mut item => {
                // Imports have no name of their own.
                let Some(name) = name(&item) else { continue };
                item_attributes(&mut item)
                    .ok_or("an unknown kind of item")?
                    .retain(|attribute| !attribute.path().is_ident("cfg"));
                let (space, value) = match &item {
                    Item::Const(item) => (Namespace::Values, Some(item.expr.to_token_stream().to_string())),
                    _ => (Namespace::Types, None),
                };
                let text = item.to_token_stream().to_string();
                add(&mut found, (space, name), Entry { text, value })?;
            }
        }
    }
    Ok(found)
}

fn add(found: &mut BTreeMap<Key, Entry>, key: Key, entry: Entry) -> Result<()> {
    match found.insert(key.clone(), entry) {
        None => Ok(()),
        Some(_) => Err(format!("{} is defined twice", key.1).into()),
    }
}

/// The name that an item defines.
pub(crate) fn name(item: &Item) -> Option<String> {
    match item {
        Item::Const(item) => Some(item.ident.to_string()),
        Item::Struct(item) => Some(item.ident.to_string()),
        Item::Type(item) => Some(item.ident.to_string()),
        Item::Union(item) => Some(item.ident.to_string()),
        Item::Use(item) => renamed(&item.tree),
        _ => None,
    }
}

fn renamed(tree: &UseTree) -> Option<String> {
    match tree {
        UseTree::Path(path) => renamed(&path.tree),
        UseTree::Rename(rename) => Some(rename.rename.to_string()),
        _ => None,
    }
}

/// The name that an item of an extern block defines.
pub(crate) fn foreign_name(item: &ForeignItem) -> Option<String> {
    match item {
        ForeignItem::Fn(item) => Some(item.sig.ident.to_string()),
        ForeignItem::Static(item) => Some(item.ident.to_string()),
        _ => None,
    }
}

pub(crate) fn item_attributes(item: &mut Item) -> Option<&mut Vec<Attribute>> {
    match item {
        Item::Const(item) => Some(&mut item.attrs),
        Item::Struct(item) => Some(&mut item.attrs),
        Item::Type(item) => Some(&mut item.attrs),
        Item::Union(item) => Some(&mut item.attrs),
        Item::Use(item) => Some(&mut item.attrs),
        _ => None,
    }
}

/// The attributes of a function or static; other kinds have no name to ask for.
pub(crate) fn attributes(item: &mut ForeignItem) -> &mut Vec<Attribute> {
    match item {
        ForeignItem::Fn(item) => &mut item.attrs,
        ForeignItem::Static(item) => &mut item.attrs,
        _ => unreachable!("named items are functions and statics"),
    }
}
