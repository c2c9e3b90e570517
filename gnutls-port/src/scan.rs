//! The tokens of C and C++ sources: comments, strings, characters, and what `#if 0` and `#if 1` hide are skipped; macros are
//! looked into.

/// What a source is made of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Token {
    Word(String),
    Sign(char),
    /// Strings, characters, numbers.
    Literal,
    /// The file that `#include` names.
    Header(String),
    /// The name that `#define` gives a meaning.
    Defined(String),
}

/// The tokens of a source, with their lines.
pub(crate) fn tokens(text: &str) -> Vec<(Token, usize)> {
    Scanner::new(text).tokens()
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

    fn skip_blanks(&mut self) {
        while self.peek(0).is_some_and(|c| c == ' ' || c == '\t') {
            self.next();
        }
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
        self.skip_blanks();
        let name = self.read_word();
        match name.as_str() {
            "if" | "ifdef" | "ifndef" => {
                self.skip_blanks();
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
            "define" => {
                self.skip_blanks();
                let (name, line) = (self.read_word(), self.line);
                self.add(Token::Defined(name), line);
            }
            "include" | "include_next" | "import" => {
                self.skip_blanks();
                let line = self.line;
                let rest: String = self.chars.iter().skip(self.at).take_while(|c| **c != '\n').collect();
                let header = rest.strip_prefix(['<', '"']).and_then(|rest| rest.split(['>', '"']).next());
                if let Some(header) = header {
                    self.add(Token::Header(header.to_owned()), line);
                }
                self.skip_line();
            }
            // Prose.
            "error" | "warning" | "pragma" | "line" | "ident" => self.skip_line(),
            _ => {}
        }
    }
}

fn is_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}
