//! Finds the names of GnuTLS in C and C++ sources, and which of them the sources give a meaning themselves.

use std::collections::BTreeSet;

use crate::scan::{Token, tokens};

/// A place where a source uses a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Use {
    /// The name; of C++ `gnutls::session`, of a header `gnutls/openssl.h`.
    pub(crate) name: String,
    pub(crate) line: usize,
    /// Whether it is called here, rather than named.
    pub(crate) call: bool,
}

/// What a source says of GnuTLS.
#[derive(Debug, Default)]
pub(crate) struct Source {
    /// Every use of a name that is GnuTLS's to give, in the order of the text.
    pub(crate) uses: Vec<Use>,
    /// The functions and macros that the source declares or defines.
    pub(crate) own: BTreeSet<String>,
}

/// Reads a source.
pub(crate) fn read(text: &str) -> Source {
    let tokens = Tokens(tokens(text));
    let mut source = Source::default();
    for (at, (token, line)) in tokens.0.iter().enumerate() {
        let mut found = |name: String, call| source.uses.push(Use { name, line: *line, call });
        match token {
            Token::Header(name) if name.starts_with("gnutls/") => found(name.clone(), false),
            Token::Defined(name) if is_name(name) => drop(source.own.insert(name.clone())),
            Token::Word(name) if name == "gnutls" => match tokens.inside_namespace(at) {
                Some(inner) => found(format!("gnutls::{inner}"), false),
                None if tokens.opens_namespace(at) => drop(source.own.insert("gnutls::".to_owned())),
                None => {}
            },
            Token::Word(name) if is_name(name) && !tokens.is_member(at) => {
                if tokens.declares(at) {
                    source.own.insert(name.clone());
                }
                found(name.clone(), tokens.is(at + 1, '('));
            }
            _ => {}
        }
    }
    source
}

fn is_name(word: &str) -> bool {
    ["gnutls_", "dane_", "GNUTLS_", "DANE_", "LIBGNUTLS_"].iter().any(|start| word.starts_with(start))
}

/// Words that stand before a call, and before no declaration.
const KEYWORDS: [&str; 6] = ["return", "else", "do", "case", "throw", "co_return"];

struct Tokens(Vec<(Token, usize)>);

impl Tokens {
    fn get(&self, at: usize) -> Option<&Token> {
        self.0.get(at).map(|(token, _)| token)
    }

    fn before(&self, at: usize, back: usize) -> Option<&Token> {
        self.get(at.checked_sub(back)?)
    }

    fn is(&self, at: usize, sign: char) -> bool {
        self.get(at) == Some(&Token::Sign(sign))
    }

    /// Whether the name at this place is that of a field, which may have any.
    fn is_member(&self, at: usize) -> bool {
        let sign = |back, sign| self.before(at, back) == Some(&Token::Sign(sign));
        sign(1, '.') || (sign(1, '>') && sign(2, '-'))
    }

    /// Whether the name at this place is declared or defined as a function.
    fn declares(&self, at: usize) -> bool {
        if !self.is(at + 1, '(') {
            return false;
        }
        let mut depth = 0;
        let end = (at + 1..self.0.len()).find(|at| {
            depth += i32::from(self.is(*at, '(')) - i32::from(self.is(*at, ')'));
            depth == 0
        });
        let Some(end) = end else { return false };
        let stars = (1..=at).take_while(|back| self.is(at - back, '*')).count();
        let is_type =
            |token: Option<&Token>| matches!(token, Some(Token::Word(word)) if !KEYWORDS.contains(&word.as_str()));
        self.is(end + 1, '{') || (self.is(end + 1, ';') && is_type(self.before(at, stars + 1)))
    }

    /// The name behind `gnutls::` at this place; `*` for all of `using namespace gnutls`.
    fn inside_namespace(&self, at: usize) -> Option<String> {
        let word = |back, wanted: &str| matches!(self.before(at, back), Some(Token::Word(word)) if word == wanted);
        if word(1, "namespace") && word(2, "using") {
            return Some("*".to_owned());
        }
        // That of another namespace, if something stands before the colons.
        let colon = |back| self.before(at, back) == Some(&Token::Sign(':'));
        let nested = colon(1) && colon(2) && matches!(self.before(at, 3), Some(Token::Word(_)));
        match self.get(at + 3) {
            Some(Token::Word(name)) if !nested && self.is(at + 1, ':') && self.is(at + 2, ':') => Some(name.clone()),
            _ => None,
        }
    }

    /// Whether a namespace of this name begins here.
    fn opens_namespace(&self, at: usize) -> bool {
        matches!(self.before(at, 1), Some(Token::Word(word)) if word == "namespace") && self.is(at + 1, '{')
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The uses as `line:name`, with `()` for a call.
    fn found(text: &str) -> String {
        let shown = |it: &Use| format!("{}:{}{}", it.line, it.name, if it.call { "()" } else { "" });
        read(text).uses.iter().map(shown).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn comments_are_skipped() {
        assert_eq!(
            found("/* gnutls_a() \n // */ gnutls_b(); // gnutls_c() \\\n gnutls_d()\ngnutls_e();"),
            "2:gnutls_b() 4:gnutls_e()"
        );
    }

    #[test]
    fn strings_and_characters_are_skipped() {
        let text = r#"f("gnutls_a() \" gnutls_b", L"gnutls_c", '"', '\'', gnutls_d, '"');"#;
        assert_eq!(found(text), "1:gnutls_d");
        assert_eq!(found("R\"x(gnutls_a \" )\" \n)x\" gnutls_b(1'000'000, GNUTLS_X)"), "2:gnutls_b() 2:GNUTLS_X");
    }

    #[test]
    fn a_call_may_go_over_lines() {
        assert_eq!(found("gnutls_a /* here */\n\n (x,\n GNUTLS_B)"), "1:gnutls_a() 4:GNUTLS_B");
        assert_eq!(found("gnu\\\ntls_a(x);\ngnutls_b()"), "1:gnutls_a() 3:gnutls_b()");
    }

    #[test]
    fn macros_are_looked_into_and_files_and_prose_are_not() {
        let text = "#include <gnutls/gnutls.h>\n#include \"gnutls_my.h\"\n#error don't use gnutls_a\n\
                    # define SEND(x) \\\n  gnutls_b(x)\n#if GNUTLS_VERSION_NUMBER >= 0x030701\n/* x */ #include \"gnutls_q\"\n";
        assert_eq!(found(text), "1:gnutls/gnutls.h 5:gnutls_b() 6:GNUTLS_VERSION_NUMBER");
    }

    #[test]
    fn what_if_0_hides_is_skipped() {
        let text =
            "#if 0\nit's gnutls_a\n#ifdef X\ngnutls_b\n#else\ngnutls_c\n#endif\n#else\ngnutls_d\n#endif\ngnutls_e";
        assert_eq!(found(text), "9:gnutls_d 11:gnutls_e");
    }

    #[test]
    fn what_is_not_for_if_1_is_skipped() {
        let text =
            "#if 1\ngnutls_a\n#if 0\n#else\ngnutls_b\n#endif\n#elif X\ngnutls_c\n#else\ngnutls_d\n#endif\ngnutls_e";
        assert_eq!(found(text), "2:gnutls_a 5:gnutls_b 12:gnutls_e");
        let text = "#if 1 && X\ngnutls_a\n#else\ngnutls_b\n#endif\n#if 0 || X\ngnutls_c\n#endif\n#if 0 /* X > Y */\ngnutls_d\n#endif";
        assert_eq!(found(text), "2:gnutls_a 4:gnutls_b 7:gnutls_c");
    }

    #[test]
    fn fields_are_not_functions() {
        assert_eq!(found("x.gnutls_a(); x->gnutls_b(); y > gnutls_c();"), "1:gnutls_c()");
    }

    #[test]
    fn a_line_is_counted_whatever_ends_it() {
        assert_eq!(found("a\r\n#define X \\\r\n gnutls_a\r\n\"x\ngnutls_b"), "3:gnutls_a 5:gnutls_b");
    }

    fn own(text: &str) -> Vec<String> {
        read(text).own.into_iter().collect()
    }

    #[test]
    fn what_a_source_defines_is_its_own() {
        let text = "#define GNUTLS_A 1\n#define gnutls_b(x) gnutls_c(x)\nint gnutls_d(int (*f)(void), int x);\n\
                    static char **gnutls_e(void)\n{ return gnutls_f(); }\nextern x_t gnutls_g(void) { if (gnutls_h()) {} }";
        assert_eq!(own(text), ["GNUTLS_A", "gnutls_b", "gnutls_d", "gnutls_e", "gnutls_g"]);
        assert_eq!(
            own("{ gnutls_a(); x = gnutls_b(); else gnutls_c(); *gnutls_d(); return *gnutls_e(); f(gnutls_g())"),
            [""; 0]
        );
    }

    #[test]
    fn the_classes_of_cxx_are_found_and_other_namespaces_are_not() {
        assert_eq!(
            found("gnutls::session s; ::gnutls::DB d;\nusing namespace gnutls;"),
            "1:gnutls::session 1:gnutls::DB 2:gnutls::*"
        );
        assert_eq!(found("boost::asio::gnutls::stream s; gnutls ::\n x"), "1:gnutls::x");
        assert_eq!(own("namespace gnutls { class x; }"), ["gnutls::"]);
    }

    #[test]
    fn headers_are_found() {
        assert_eq!(
            found(
                "#include <gnutls/x509.h>\n# include \"gnutls/crypto.h\" // x\n#include <stdio.h>\n#if 0\n#include <gnutls/a.h>\n#endif"
            ),
            "1:gnutls/x509.h 2:gnutls/crypto.h"
        );
    }
}
