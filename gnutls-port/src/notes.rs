//! What a porter should know of a name, and why some have no counterpart: `notes.tsv`.

use std::fmt;

/// What a note says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum About {
    /// Gives memory, or the library's own state: Rust needs nothing of the kind.
    Allocation,
    /// Stands in another form, or the standard library has it.
    Instead,
    /// `Drop` calls it.
    Freed,
    /// Not to be used any more, though the headers do not say so.
    Deprecated,
    /// Was in a header before the oldest release that is supported, and is in none since.
    Removed,
    /// This crate calls it for its own ends, and a program must not.
    Library,
    /// Cannot be offered by a safe crate.
    Unsafe,
    /// Not offered, for another reason.
    Refused,
    /// To be known when using the counterpart.
    Note,
    /// The constants of this beginning are those of a type.
    Family,
}

impl About {
    /// The word for it in the table.
    pub(crate) fn word(self) -> &'static str {
        match self {
            About::Allocation => "allocation",
            About::Instead => "instead",
            About::Freed => "freed-by-drop",
            About::Deprecated => "deprecated",
            About::Removed => "removed",
            About::Library => "library",
            About::Unsafe => "unsafe",
            About::Refused => "refused",
            About::Note => "note",
            About::Family => "family",
        }
    }

    /// Whether it is a reason to have no counterpart.
    fn is_reason(self) -> bool {
        !matches!(self, About::Note | About::Family)
    }
}

impl fmt::Display for About {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

const ALL: [About; 10] = [
    About::Allocation,
    About::Instead,
    About::Freed,
    About::Deprecated,
    About::Removed,
    About::Library,
    About::Unsafe,
    About::Refused,
    About::Note,
    About::Family,
];

/// A line of the table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Note {
    /// A name, or the beginning and the end of names with a `*` between them.
    pub(crate) pattern: String,
    pub(crate) about: About,
    pub(crate) text: String,
}

/// The table.
#[derive(Debug)]
pub(crate) struct Notes(pub(crate) Vec<Note>);

impl Notes {
    /// The table that the kit comes with.
    pub(crate) fn own() -> Result<Notes, String> {
        Notes::parse(include_str!("../notes.tsv"))
    }

    pub(crate) fn parse(table: &str) -> Result<Notes, String> {
        let mut all = Vec::new();
        for line in table.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
            let columns: Vec<&str> = line.split('\t').collect();
            let [pattern, word, text] = columns[..] else { return Err(format!("notes.tsv: three columns: {line:?}")) };
            let about = ALL.into_iter().find(|about| about.word() == word);
            let about = about.ok_or(format!("notes.tsv: {word:?} is none of {ALL:?}"))?;
            all.push(Note { pattern: pattern.to_owned(), about, text: text.to_owned() });
        }
        Ok(Notes(all))
    }

    /// Why the name has no counterpart. The most particular line counts.
    pub(crate) fn reason(&self, name: &str) -> Option<&Note> {
        self.of(name).filter(|note| note.about.is_reason()).max_by_key(|note| note.pattern.len())
    }

    /// What to know of the name.
    pub(crate) fn hints(&self, name: &str) -> impl Iterator<Item = &str> {
        self.of(name).filter(|note| note.about == About::Note).map(|note| note.text.as_str())
    }

    /// The path that a constant has in the type of its family, if the type has it.
    pub(crate) fn family(&self, name: &str) -> Option<String> {
        let note = self.of(name).find(|note| note.about == About::Family)?;
        let beginning = note.pattern.strip_suffix('*')?;
        Some(format!("{}::{}", note.text, &name[beginning.len()..]))
    }

    fn of(&self, name: &str) -> impl Iterator<Item = &Note> {
        self.0.iter().filter(move |note| fits(&note.pattern, name))
    }
}

/// Whether the pattern is one for this name.
pub(crate) fn fits(pattern: &str, name: &str) -> bool {
    let inside = |(beginning, end): (&str, &str)| {
        name.len() >= beginning.len() + end.len() && name.starts_with(beginning) && name.ends_with(end)
    };
    pattern.split_once('*').map_or(pattern == name, inside)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_most_particular_reason_counts() {
        let notes = Notes::parse("gnutls_a_*\tunsafe\tall\ngnutls_a_b\trefused\tone\ngnutls_a_b\tnote\thint\n");
        let notes = notes.expect("well-formed");
        assert_eq!(notes.reason("gnutls_a_b").map(|note| note.text.as_str()), Some("one"));
        assert_eq!(notes.reason("gnutls_a_c").map(|note| note.about), Some(About::Unsafe));
        assert_eq!(notes.reason("gnutls_b"), None);
        assert_eq!(notes.hints("gnutls_a_b").collect::<Vec<_>>(), ["hint"]);
    }

    #[test]
    fn a_line_that_is_wrong_is_an_error() {
        assert!(Notes::parse("gnutls_a\tnote").is_err() && Notes::parse("gnutls_a\tbecause\tx").is_err());
    }

    #[test]
    fn a_star_stands_for_the_middle_of_a_name() {
        assert!(fits("gnutls_*_func", "gnutls_log_func") && fits("gnutls_*", "gnutls_log_func"));
        assert!(!fits("gnutls_*_func", "gnutls_log_t") && !fits("gnutls_*_func", "gnutls_func"));
    }
}
