//! Which public constants and variants have the value of a C constant: it stands in their definition, or in the table or
//! `match` that converts them. And which public methods and functions use one.

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use quote::ToTokens;
use syn::{Fields, ImplItem, Item as Source};

use super::load::Module;
use super::resolve::{Names, is_public};
use super::{Index, Item, Public, c_names};

/// Adds them all.
pub(super) fn add(index: &mut Index, modules: &[Module], names: &Names, public: &Public) {
    let (mut found, mut used) = (Vec::new(), Vec::new());
    for module in modules {
        for item in &module.items {
            let of_type = |segments: &[String]| index.resolved(segments, &module.path, names, public);
            match item {
                Source::Const(item) if is_public(&item.vis) => {
                    let items = of_type(&[item.ident.to_string()]);
                    found.extend(only_one(&item.expr).zip(items.first().cloned()));
                }
                Source::Fn(item) if is_public(&item.vis) => {
                    let items = of_type(&[item.sig.ident.to_string()]);
                    used.extend(items.first().map(|it| (constants(&item.block), it.clone())));
                }
                Source::Impl(block) => {
                    let parents = index.types(&block.self_ty, &module.path, names, public);
                    for parent in &parents {
                        for inner in &block.items {
                            if let ImplItem::Fn(item) = inner {
                                let method = index.at(&format!("{}::{}", parent.path, item.sig.ident));
                                let public = method.filter(|_| is_public(&item.vis));
                                used.extend(public.map(|it| (constants(&item.block), it.clone())));
                            }
                            if let ImplItem::Const(item) = inner {
                                let value = index.at(&format!("{}::{}", parent.path, item.ident));
                                found.extend(only_one(&item.expr).zip(value.cloned()));
                            }
                        }
                    }
                }
                Source::Enum(item) => {
                    for parent in of_type(&[item.ident.to_string()]) {
                        for variant in item.variants.iter().filter(|variant| matches!(variant.fields, Fields::Unit)) {
                            let Some((_, value)) = &variant.discriminant else { continue };
                            let variant = index.at(&format!("{}::{}", parent.path, variant.ident));
                            found.extend(only_one(value).zip(variant.cloned()));
                        }
                    }
                }
                _ => {}
            }
            let own = match item {
                Source::Impl(block) => index.types(&block.self_ty, &module.path, names, public),
                _ => Vec::new(),
            };
            let variant = |of: &str, name: &str| {
                let parents = if of == "Self" { own.clone() } else { of_type(&[of.to_owned()]) };
                let mut variants = parents.iter().filter_map(|parent| index.at(&format!("{}::{name}", parent.path)));
                variants.find(|item| item.kind == "variant").cloned()
            };
            pairs(item.to_token_stream(), &variant, &mut found);
        }
    }
    for (constant, item) in found {
        index.by_name.entry(constant).or_default().insert(item);
    }
    for (constants, item) in used {
        for constant in constants.into_iter().filter(|constant| is_wish(constant)) {
            index.by_use.entry(constant).or_default().insert(item.clone());
        }
    }
}

/// Whether the constant is passed to C; what is only returned says nothing of the method that looks at it.
fn is_wish(constant: &str) -> bool {
    !constant.contains("_E_") && !["_UNKNOWN", "_INVALID", "_NULL"].iter().any(|end| constant.ends_with(end))
}

/// The C constant that `code` has, if it has one and no more.
fn only_one(code: impl ToTokens) -> Option<String> {
    let mut found = constants(code).into_iter();
    found.next().filter(|_| found.next().is_none())
}

fn constants(code: impl ToTokens) -> Vec<String> {
    let is_constant = |name: &String| name.starts_with("GNUTLS_") || name.starts_with("DANE_");
    c_names(code).into_iter().filter(is_constant).collect()
}

/// Finds the arms of a `match` and the rows of a table that have one variant and C constants, and nothing else.
fn pairs(tokens: TokenStream, variant: &dyn Fn(&str, &str) -> Option<Item>, found: &mut Vec<(String, Item)>) {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    for part in tokens.split(|token| is_punct(token, ',')) {
        let arrow = part.windows(2).position(|pair| is_punct(&pair[0], '=') && is_punct(&pair[1], '>'));
        if let Some(at) = arrow {
            pair(&part[..at], &part[at + 2..], variant, found);
            pair(&part[at + 2..], &part[..at], variant, found);
        }
    }
    for token in tokens {
        let TokenTree::Group(group) = token else { continue };
        let inner: Vec<TokenTree> = group.stream().into_iter().collect();
        if group.delimiter() == Delimiter::Parenthesis && inner.get(4).is_some_and(|token| is_punct(token, ',')) {
            pair(&inner[..4], &inner[5..], variant, found);
        }
        pairs(group.stream(), variant, found);
    }
}

fn is_punct(token: &TokenTree, wanted: char) -> bool {
    matches!(token, TokenTree::Punct(punct) if punct.as_char() == wanted)
}

/// Adds the constants that are all there is in `values`, if `name` is a variant.
fn pair(
    name: &[TokenTree],
    values: &[TokenTree],
    variant: &dyn Fn(&str, &str) -> Option<Item>,
    found: &mut Vec<(String, Item)>,
) {
    let [TokenTree::Ident(of), first, second, TokenTree::Ident(name)] = name else { return };
    if !is_punct(first, ':') || !is_punct(second, ':') || !only_constants(values) {
        return;
    }
    if let Some(variant) = variant(&of.to_string(), &name.to_string()) {
        let code: TokenStream = values.iter().cloned().collect();
        found.extend(constants(code).into_iter().map(|constant| (constant, variant.clone())));
    }
}

/// Whether there is nothing but `sys::NAME`, in a list or with `|` between.
fn only_constants(values: &[TokenTree]) -> bool {
    values.iter().all(|token| match token {
        TokenTree::Punct(punct) => ":|&,".contains(punct.as_char()),
        TokenTree::Ident(name) => name == "sys" || name.to_string().starts_with(|c: char| c.is_ascii_uppercase()),
        TokenTree::Group(group) => {
            let inner: Vec<TokenTree> = group.stream().into_iter().collect();
            group.delimiter() == Delimiter::Bracket && only_constants(&inner)
        }
        TokenTree::Literal(_) => false,
    })
}
