//! What attributes say: aliases, tests, what is hidden.

use quote::ToTokens;
use syn::punctuated::Punctuated;
use syn::{Attribute, Item, Lit, LitStr, Meta, Token};

/// The aliases that `#[doc(alias = "...")]` and its other forms give.
pub(super) fn aliases(attributes: &[Attribute]) -> Vec<String> {
    attributes.iter().flat_map(|attribute| of_meta(&attribute.meta)).collect()
}

fn of_meta(meta: &Meta) -> Vec<String> {
    let Meta::List(list) = meta else { return Vec::new() };
    let inner = || list.parse_args_with(Punctuated::<Meta, Token![,]>::parse_terminated).unwrap_or_default();
    if list.path.is_ident("cfg_attr") {
        return inner().iter().skip(1).flat_map(of_meta).collect();
    }
    if !list.path.is_ident("doc") {
        return Vec::new();
    }
    let mut found = Vec::new();
    for meta in inner().iter().filter(|meta| meta.path().is_ident("alias")) {
        match meta {
            Meta::NameValue(pair) => {
                if let Ok(Lit::Str(text)) = syn::parse2(pair.value.to_token_stream()) {
                    found.push(text.value());
                }
            }
            Meta::List(list) => {
                let texts = list.parse_args_with(Punctuated::<LitStr, Token![,]>::parse_terminated);
                found.extend(texts.unwrap_or_default().iter().map(LitStr::value));
            }
            Meta::Path(_) => {}
        }
    }
    found
}

/// Whether the item is there in tests only.
pub(super) fn is_test(attribute: &Attribute) -> bool {
    if attribute.path().is_ident("test") {
        return true;
    }
    let Meta::List(list) = &attribute.meta else { return false };
    list.path.is_ident("cfg") && is_test_cfg(&list.tokens.to_string())
}

/// Whether `cfg(...)` with this text is on in tests only.
pub(super) fn is_test_cfg(text: &str) -> bool {
    let word = |word: &&str| *word == "test";
    let mut words = text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
    words.any(|text| word(&text)) && !text.contains("not") && !text.contains("any")
}

/// Whether the documentation leaves the item out.
pub(super) fn is_hidden(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        let Meta::List(list) = &attribute.meta else { return false };
        list.path.is_ident("doc") && list.tokens.to_string() == "hidden"
    })
}

/// The attributes of an item.
pub(super) fn of_item(item: &Item) -> &[Attribute] {
    match item {
        Item::Const(item) => &item.attrs,
        Item::Enum(item) => &item.attrs,
        Item::Fn(item) => &item.attrs,
        Item::Impl(item) => &item.attrs,
        Item::Macro(item) => &item.attrs,
        Item::Mod(item) => &item.attrs,
        Item::Static(item) => &item.attrs,
        Item::Struct(item) => &item.attrs,
        Item::Trait(item) => &item.attrs,
        Item::Type(item) => &item.attrs,
        Item::Union(item) => &item.attrs,
        Item::Use(item) => &item.attrs,
        _ => &[],
    }
}
