//! Expands the crate's own `macro_rules!`: items that a macro makes have documentation and aliases, too.

use std::collections::BTreeMap;

use proc_macro2::{Delimiter, Group, Ident, TokenStream, TokenTree};
use quote::ToTokens;
use syn::ext::IdentExt;
use syn::parse::discouraged::Speculative;
use syn::parse::{ParseStream, Parser};

/// The rules of one macro.
#[derive(Clone, Debug)]
pub(super) struct Rules(Vec<(Vec<Part>, Vec<Part>)>);

/// What a pattern or a body is made of.
#[derive(Clone, Debug)]
enum Part {
    Token(TokenTree),
    Group(Delimiter, Vec<Part>),
    /// `$name`, and in a pattern what it takes.
    Variable(String, String),
    /// `$( ... ) separator operator`
    Repeat(Vec<Part>, Option<TokenTree>, char),
}

/// What a variable stands for; one inside of a repetition for several.
#[derive(Clone, Debug)]
enum Value {
    One(TokenStream),
    Many(Vec<Value>),
}

type Values = BTreeMap<String, Value>;

impl Rules {
    /// Reads what stands in the braces of `macro_rules!`.
    pub(super) fn read(definition: TokenStream) -> Rules {
        let groups: Vec<Group> = definition
            .into_iter()
            .filter_map(|token| match token {
                TokenTree::Group(group) => Some(group),
                _ => None,
            })
            .collect();
        Rules(groups.chunks_exact(2).map(|rule| (parts(rule[0].stream()), parts(rule[1].stream()))).collect())
    }

    /// What the macro makes of `input`, if a rule fits.
    pub(super) fn expand(&self, input: &TokenStream) -> Option<TokenStream> {
        self.0.iter().find_map(|(pattern, body)| {
            let values = (|stream: ParseStream<'_>| take(pattern, stream)).parse2(input.clone()).ok()?;
            let mut made = TokenStream::new();
            write(body, &values, &mut made)?;
            Some(made)
        })
    }
}

/// Divides a pattern or a body.
fn parts(tokens: TokenStream) -> Vec<Part> {
    let mut found = Vec::new();
    let mut tokens = tokens.into_iter().peekable();
    while let Some(token) = tokens.next() {
        let is_dollar = matches!(&token, TokenTree::Punct(punct) if punct.as_char() == '$');
        match (token, is_dollar) {
            (_, true) => match tokens.next() {
                Some(TokenTree::Ident(name)) if name == "crate" => found.push(Part::Token(name.into())),
                Some(TokenTree::Ident(name)) => {
                    let colon = matches!(tokens.peek(), Some(TokenTree::Punct(punct)) if punct.as_char() == ':');
                    // In a body a colon may follow for itself; a kind is not looked at there, and not taken away.
                    let mut ahead = tokens.clone();
                    let kind = match (colon, ahead.next(), ahead.next()) {
                        (true, _, Some(TokenTree::Ident(kind))) if is_kind(&kind) => kind.to_string(),
                        _ => String::new(),
                    };
                    if !kind.is_empty() {
                        tokens = ahead;
                    }
                    found.push(Part::Variable(name.unraw().to_string(), kind));
                }
                Some(TokenTree::Group(group)) => {
                    let is_operator = |token: &TokenTree| match token {
                        TokenTree::Punct(punct) if "*+?".contains(punct.as_char()) => Some(punct.as_char()),
                        _ => None,
                    };
                    let Some(next) = tokens.next() else { break };
                    let (separator, operator) = match is_operator(&next) {
                        Some(operator) => (None, operator),
                        None => (Some(next), tokens.next().as_ref().and_then(is_operator).unwrap_or('*')),
                    };
                    found.push(Part::Repeat(parts(group.stream()), separator, operator));
                }
                _ => {}
            },
            (TokenTree::Group(group), false) => found.push(Part::Group(group.delimiter(), parts(group.stream()))),
            (token, false) => found.push(Part::Token(token)),
        }
    }
    found
}

fn is_kind(name: &Ident) -> bool {
    const KINDS: &[&str] =
        &["block", "expr", "ident", "item", "lifetime", "literal", "meta", "pat", "path", "stmt", "tt", "ty", "vis"];
    KINDS.iter().any(|kind| name == kind)
}

/// Takes from `input` what `pattern` says.
fn take(pattern: &[Part], input: ParseStream<'_>) -> syn::Result<Values> {
    let mut values = Values::new();
    for part in pattern {
        match part {
            Part::Token(wanted) => {
                let token: TokenTree = input.parse()?;
                if token.to_string() != wanted.to_string() {
                    return Err(input.error("another token"));
                }
            }
            Part::Group(delimiter, inner) => match input.parse()? {
                TokenTree::Group(group) if group.delimiter() == *delimiter => {
                    values.extend((|stream: ParseStream<'_>| take(inner, stream)).parse2(group.stream())?);
                }
                _ => return Err(input.error("no such group")),
            },
            Part::Variable(name, kind) => {
                values.insert(name.clone(), Value::One(fragment(kind, input)?));
            }
            Part::Repeat(inner, separator, operator) => {
                let rounds = repeated(inner, separator.as_ref(), *operator, input);
                for name in names(inner) {
                    let of_round = |round: &Values| round.get(&name).cloned();
                    values.insert(name.clone(), Value::Many(rounds.iter().filter_map(of_round).collect()));
                }
            }
        }
    }
    Ok(values)
}

/// Takes a repetition, for as long as it fits.
fn repeated(inner: &[Part], separator: Option<&TokenTree>, operator: char, input: ParseStream<'_>) -> Vec<Values> {
    let mut rounds = Vec::new();
    let most = if operator == '?' { 1 } else { usize::MAX };
    while !input.is_empty() && rounds.len() < most {
        let ahead = input.fork();
        if let (Some(separator), false) = (separator, rounds.is_empty()) {
            if !ahead.parse::<TokenTree>().is_ok_and(|token| token.to_string() == separator.to_string()) {
                break;
            }
        }
        match take(inner, &ahead) {
            Ok(values) if ahead.cursor() != input.cursor() => rounds.push(values),
            _ => break,
        }
        input.advance_to(&ahead);
    }
    rounds
}

/// Takes what a variable of this kind stands for.
fn fragment(kind: &str, input: ParseStream<'_>) -> syn::Result<TokenStream> {
    Ok(match kind {
        "block" => input.parse::<syn::Block>()?.into_token_stream(),
        "expr" => input.parse::<syn::Expr>()?.into_token_stream(),
        "ident" => input.call(Ident::parse_any)?.into_token_stream(),
        "item" => input.parse::<syn::Item>()?.into_token_stream(),
        "lifetime" => input.parse::<syn::Lifetime>()?.into_token_stream(),
        "literal" => input.parse::<syn::Lit>()?.into_token_stream(),
        "meta" => input.parse::<syn::Meta>()?.into_token_stream(),
        "pat" => input.call(syn::Pat::parse_multi_with_leading_vert)?.into_token_stream(),
        "path" => input.parse::<syn::Path>()?.into_token_stream(),
        "stmt" => input.parse::<syn::Stmt>()?.into_token_stream(),
        "ty" => input.parse::<syn::Type>()?.into_token_stream(),
        "vis" => input.parse::<syn::Visibility>()?.into_token_stream(),
        _ => input.parse::<TokenTree>()?.into_token_stream(),
    })
}

/// Writes a body.
fn write(body: &[Part], values: &Values, made: &mut TokenStream) -> Option<()> {
    for part in body {
        match part {
            Part::Token(token) => made.extend([token.clone()]),
            Part::Group(delimiter, inner) => {
                let mut inside = TokenStream::new();
                write(inner, values, &mut inside)?;
                made.extend([TokenTree::Group(Group::new(*delimiter, inside))]);
            }
            Part::Variable(name, _) => match values.get(name)? {
                Value::One(tokens) => made.extend(tokens.clone()),
                Value::Many(_) => return None,
            },
            Part::Repeat(inner, separator, _) => {
                let used = names(inner);
                let lists: Vec<(&String, &Vec<Value>)> = used
                    .iter()
                    .filter_map(|name| match values.get(name) {
                        Some(Value::Many(list)) => Some((name, list)),
                        _ => None,
                    })
                    .collect();
                let rounds = lists.iter().map(|(_, list)| list.len()).min()?;
                for round in 0..rounds {
                    let mut of_round = values.clone();
                    of_round.extend(lists.iter().map(|(name, list)| ((*name).clone(), list[round].clone())));
                    if round > 0 {
                        made.extend(separator.clone());
                    }
                    write(inner, &of_round, made)?;
                }
            }
        }
    }
    Some(())
}

/// The variables in `parts`.
fn names(parts: &[Part]) -> Vec<String> {
    let mut found = Vec::new();
    for part in parts {
        match part {
            Part::Token(_) => {}
            Part::Group(_, inner) | Part::Repeat(inner, ..) => found.extend(names(inner)),
            Part::Variable(name, _) => found.push(name.clone()),
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn expanded(rules: &str, input: &str) -> Option<String> {
        let tokens = |text: &str| text.parse::<TokenStream>().expect("tokens");
        Rules::read(tokens(rules)).expand(&tokens(input)).map(|made| made.to_string())
    }

    #[test]
    fn repetitions_inside_of_repetitions_are_written_out() {
        let rules =
            "($($(#[$doc:meta])* $name:ident = $value:expr),* $(,)?) => { $($(#[$doc])* const $name: u8 = $value;)* }";
        let made = expanded(rules, "#[doc(alias = \"x\")] /** y */ A = 1 + 1, B = 2,").expect("fits");
        let wanted: TokenStream =
            "#[doc(alias = \"x\")] #[doc = \" y \"] const A: u8 = 1 + 1; const B: u8 = 2;".parse().expect("tokens");
        assert_eq!(made, wanted.to_string());
    }

    #[test]
    fn the_first_rule_that_fits_is_taken() {
        let rules = "(read $type:ty) => { R($type) }; (write $type:ty) => { W($type) };";
        assert_eq!(expanded(rules, "write &Vec<T>").expect("fits").replace(' ', ""), "W(&Vec<T>)");
        assert_eq!(expanded(rules, "close X"), None);
    }
}
