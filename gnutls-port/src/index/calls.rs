//! Which names of the C library the source really uses: `sys::name` in code. Comments, strings and tests do not count.

use std::collections::BTreeSet;

use proc_macro2::{TokenStream, TokenTree};

use super::attributes::is_test_cfg;
use super::load::Macros;

/// The crates that have the C names, as the source calls them.
const CRATES: &[&str] = &["sys", "gnutls_sys"];

/// How deep macros may make macros.
const DEEPEST: usize = 32;

/// Adds the C names in the code `tokens` of `module` to `used`.
pub(super) fn collect(tokens: TokenStream, module: &[String], macros: &Macros, used: &mut BTreeSet<String>) {
    walk(tokens, module, macros, used, 0);
}

/// The C names in the code `tokens`, which calls no macros.
pub(super) fn names(tokens: TokenStream) -> BTreeSet<String> {
    let mut used = BTreeSet::new();
    collect(tokens, &[], &Macros::default(), &mut used);
    used
}

fn walk(tokens: TokenStream, module: &[String], macros: &Macros, used: &mut BTreeSet<String>, depth: usize) {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    let mut at = 0;
    while let Some(token) = tokens.get(at) {
        let rest = &tokens[at..];
        at += 1;
        match token {
            // An attribute: a test ends with its body; no other has code.
            TokenTree::Punct(punct) if punct.as_char() == '#' => {
                let Some(TokenTree::Group(group)) = rest.get(1) else { continue };
                at += 1;
                let text = group.stream().to_string();
                if text == "test" || (text.starts_with("cfg") && !text.starts_with("cfg_attr") && is_test_cfg(&text)) {
                    at += item_length(&tokens[at..]);
                }
            }
            TokenTree::Ident(name) => {
                if CRATES.iter().any(|known| name == known) && is_punct(rest, 1, ':') && is_punct(rest, 2, ':') {
                    match rest.get(3) {
                        Some(TokenTree::Ident(name)) => drop(used.insert(name.to_string())),
                        Some(TokenTree::Group(group)) => used.extend(identifiers(group.stream())),
                        _ => {}
                    }
                } else if let (true, Some(TokenTree::Group(input))) = (is_punct(rest, 1, '!'), rest.get(2)) {
                    if let Some(made) = macros.expand(&name.to_string(), &input.stream(), module) {
                        at += 2;
                        if depth < DEEPEST {
                            walk(made, module, macros, used, depth + 1);
                        }
                    }
                }
            }
            TokenTree::Group(group) => walk(group.stream(), module, macros, used, depth),
            _ => {}
        }
    }
}

fn is_punct(tokens: &[TokenTree], at: usize, wanted: char) -> bool {
    matches!(tokens.get(at), Some(TokenTree::Punct(punct)) if punct.as_char() == wanted)
}

/// How many tokens there are up to the end of the item that `tokens` begin with.
fn item_length(tokens: &[TokenTree]) -> usize {
    let ends = |token: &TokenTree| match token {
        TokenTree::Punct(punct) => punct.as_char() == ';',
        TokenTree::Group(group) => group.delimiter() == proc_macro2::Delimiter::Brace,
        _ => false,
    };
    tokens.iter().position(ends).map_or(tokens.len(), |last| last + 1)
}

fn identifiers(tokens: TokenStream) -> Vec<String> {
    let of_token = |token| match token {
        TokenTree::Ident(name) => vec![name.to_string()],
        TokenTree::Group(group) => identifiers(group.stream()),
        _ => Vec::new(),
    };
    tokens.into_iter().flat_map(of_token).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_strings_and_tests_do_not_count() {
        let code = r#"
            // sys::gnutls_a()
            /// sys::gnutls_b
            fn f() { let _ = "sys::gnutls_c"; unsafe { sys::gnutls_d(x(gnutls_sys::gnutls_e)) } }
            #[cfg(test)]
            mod tests { fn g() { sys::gnutls_f() } }
            #[cfg(not(test))]
            fn h() { sys::gnutls_g(sys::{gnutls_h, X as Y}) }
            fn gnutls_i() {}
        "#;
        let found = names(code.parse().expect("Rust"));
        assert_eq!(found.into_iter().collect::<Vec<_>>().join(" "), "X Y as gnutls_d gnutls_e gnutls_g gnutls_h");
    }
}
