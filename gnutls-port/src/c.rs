//! Finds the names of GnuTLS in C and C++ sources: comments, strings, characters, and what `#if 0` and `#if 1` hide are skipped;
//! macros are looked into.

/// A place where a source uses a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Use {
    pub(crate) name: String,
    pub(crate) line: usize,
    /// Whether it is called here, rather than named.
    pub(crate) call: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Token {
    Word(String),
    Sign(char),
    /// Strings, characters, numbers.
    Literal,
}

/// Every use of a name that is GnuTLS's to give, in the order of the text.
pub(crate) fn uses(text: &str) -> Vec<Use> {
    let tokens = Scanner::new(text).tokens();
    let mut found = Vec::new();
    for (at, (token, line)) in tokens.iter().enumerate() {
        let Token::Word(name) = token else { continue };
        // A field may have any name.
        let before = |back: usize| at.checked_sub(back).map(|at| &tokens[at].0);
        let member = before(1) == Some(&Token::Sign('.'))
            || (before(1) == Some(&Token::Sign('>')) && before(2) == Some(&Token::Sign('-')));
        if member || !["gnutls_", "dane_", "GNUTLS_", "DANE_", "LIBGNUTLS_"].iter().any(|it| name.starts_with(it)) {
            continue;
        }
        let call = tokens.get(at + 1).is_some_and(|(next, _)| *next == Token::Sign('('));
        found.push(Use { name: name.clone(), line: *line, call });
    }
    found
}

/// Reads a source from its beginning.
struct Scanner {
    chars: Vec<char>,
    at: usize,
    line: usize,
    tokens: Vec<(Token, usize)>,
    /// The `#if`s that are open.
    open: Vec<Branch>,
}

/// An `#if`.
struct Branch {
    /// The present branch is hidden.
    hidden: bool,
    /// So is what follows it: `#if 1`.
    rest_hidden: bool,
}

impl Scanner {
    fn new(text: &str) -> Scanner {
        Scanner { chars: text.chars().collect(), at: 0, line: 1, tokens: Vec::new(), open: Vec::new() }
    }

    fn tokens(mut self) -> Vec<(Token, usize)> {
        let mut line_is_empty = true;
        while let Some(c) = self.peek(0) {
            match c {
                '\n' => {
                    self.next();
                    line_is_empty = true;
                    continue;
                }
                _ if c.is_whitespace() => drop(self.next()),
                '/' if self.peek(1) == Some('/') => self.skip_line(),
                // A comment does not make a line less empty.
                '/' if self.peek(1) == Some('*') => self.skip_comment(),
                '#' if line_is_empty => self.directive(),
                '"' => self.skip_quoted('"'),
                '\'' => self.skip_quoted('\''),
                _ if c.is_ascii_digit() => self.skip_number(),
                _ if is_word(c) => self.word(),
                _ => {
                    self.next();
                    self.add(Token::Sign(c), self.line);
                }
            }
            line_is_empty &= c.is_whitespace() || self.at_comment_end();
        }
        self.tokens
    }

    /// The character `ahead` of here; continued lines are one.
    fn peek(&mut self, ahead: usize) -> Option<char> {
        let mut at = self.at;
        for _ in 0..=ahead {
            while let Some(length) = self.continuation(at) {
                at += length;
            }
            at += 1;
        }
        self.chars.get(at - 1).copied()
    }

    fn next(&mut self) -> Option<char> {
        while let Some(length) = self.continuation(self.at) {
            self.at += length;
            self.line += 1;
        }
        let c = self.chars.get(self.at).copied()?;
        self.at += 1;
        self.line += usize::from(c == '\n');
        Some(c)
    }

    /// How long the backslash and the end of line at this place are, if they are there.
    fn continuation(&self, at: usize) -> Option<usize> {
        match (self.chars.get(at)?, self.chars.get(at + 1)?, self.chars.get(at + 2)) {
            ('\\', '\n', _) => Some(2),
            ('\\', '\r', Some('\n')) => Some(3),
            _ => None,
        }
    }

    fn at_comment_end(&self) -> bool {
        self.at >= 2 && self.chars[self.at - 2..self.at] == ['*', '/']
    }

    fn add(&mut self, token: Token, line: usize) {
        if !self.open.iter().any(|branch| branch.hidden) {
            self.tokens.push((token, line));
        }
    }

    /// Goes to the end of the line, which stays.
    fn skip_line(&mut self) {
        while self.peek(0).is_some_and(|c| c != '\n') {
            self.next();
        }
    }

    fn skip_comment(&mut self) {
        self.next();
        self.next();
        while let Some(c) = self.next() {
            if c == '*' && self.peek(0) == Some('/') {
                self.next();
                return;
            }
        }
    }

    /// Skips a string or a character. An end of line ends it as well: then it was none, but prose.
    fn skip_quoted(&mut self, quote: char) {
        let line = self.line;
        self.next();
        while let Some(c) = self.peek(0).filter(|c| *c != '\n') {
            self.next();
            if c == quote {
                break;
            }
            if c == '\\' {
                self.next();
            }
        }
        self.add(Token::Literal, line);
    }

    /// Skips `R"x(...)x"`, whose quote is next.
    fn skip_raw(&mut self) {
        let line = self.line;
        let rest = &self.chars[self.at + 1..];
        let length = rest.iter().position(|c| *c == '(').unwrap_or(0);
        let mut end = vec![')'];
        end.extend(&rest[..length]);
        end.push('"');
        let found = rest.windows(end.len()).position(|window| window == end);
        let until = found.map_or(self.chars.len(), |found| self.at + 1 + found + end.len());
        self.line += self.chars[self.at..until].iter().filter(|c| **c == '\n').count();
        self.at = until;
        self.add(Token::Literal, line);
    }

    /// Skips a number, with the quotes that C++ allows in it.
    fn skip_number(&mut self) {
        let line = self.line;
        while let Some(c) = self.peek(0) {
            let quote = c == '\'' && self.peek(1).is_some_and(|next| next.is_ascii_alphanumeric());
            if !(is_word(c) || c == '.' || quote) {
                break;
            }
            self.next();
        }
        self.add(Token::Literal, line);
    }

    /// Whether more than one character stands in the rest of the line: `#if 0 || X`.
    fn goes_on(&self) -> bool {
        // Comments say anything.
        let rest: String = self.chars.iter().skip(self.at + 1).take_while(|c| !['\n', '/'].contains(c)).collect();
        !rest.trim().is_empty()
    }

    fn read_word(&mut self) -> String {
        let mut word = String::new();
        while let Some(c) = self.peek(0).filter(|c| is_word(*c)) {
            word.push(c);
            self.next();
        }
        word
    }

    fn word(&mut self) {
        // The name begins behind the continuation, where there is one.
        self.peek_line();
        let line = self.line;
        let word = self.read_word();
        if self.peek(0) == Some('"') && ["R", "LR", "uR", "UR", "u8R"].contains(&word.as_str()) {
            return self.skip_raw();
        }
        self.add(Token::Word(word), line);
    }

    /// Takes the continuations that stand here.
    fn peek_line(&mut self) {
        while let Some(length) = self.continuation(self.at) {
            self.at += length;
            self.line += 1;
        }
    }

    /// Reads what follows a `#`. Of most directives the rest is read like code: macros call functions.
    fn directive(&mut self) {
        self.next();
        while self.peek(0).is_some_and(|c| c == ' ' || c == '\t') {
            self.next();
        }
        let name = self.read_word();
        match name.as_str() {
            "if" | "ifdef" | "ifndef" => {
                while self.peek(0).is_some_and(|c| c == ' ' || c == '\t') {
                    self.next();
                }
                let alone = name == "if" && !self.goes_on();
                let is = |digit| alone && self.chars.get(self.at) == Some(&digit);
                let branch = Branch { hidden: is('0'), rest_hidden: is('1') };
                self.open.push(branch);
            }
            "else" | "elif" => {
                if let Some(branch) = self.open.last_mut() {
                    branch.hidden = branch.rest_hidden;
                }
            }
            "endif" => drop(self.open.pop()),
            // Prose, and names of files.
            "include" | "include_next" | "import" | "error" | "warning" | "pragma" | "line" | "ident" => {
                self.skip_line();
            }
            _ => {}
        }
    }
}

fn is_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The uses as `line:name`, with `()` for a call.
    fn found(text: &str) -> String {
        let shown = |it: &Use| format!("{}:{}{}", it.line, it.name, if it.call { "()" } else { "" });
        uses(text).iter().map(shown).collect::<Vec<_>>().join(" ")
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
        assert_eq!(found(text), "5:gnutls_b() 6:GNUTLS_VERSION_NUMBER");
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
}
