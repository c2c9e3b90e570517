//! What came of a cell, and what was known of it before.

use std::fmt;

use crate::cells::{Cell, fits};

/// What a cell did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// It works; GnuTLS's description of the session.
    Works(String),
    /// One side refused, by the rules of TLS: with an alert, or because nothing is shared.
    Refused(String),
    /// It was not tried: this side or the tool has no means to.
    NotTried,
    /// Anything else.
    Broken(String),
}

/// What counts, after a look at what is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    Works,
    /// For the reason with this number.
    Known(usize),
    /// It is refused, and nobody knew; or it works, and should not.
    Unexplained(&'static str),
    Broken,
}

/// A cell that has been run.
#[derive(Debug)]
pub(crate) struct Done {
    pub(crate) cell: Cell,
    pub(crate) outcome: Outcome,
    pub(crate) verdict: Verdict,
    /// The peer's command line.
    pub(crate) command: String,
}

/// A line of `known.tsv`.
pub(crate) struct Known {
    pub(crate) pattern: &'static str,
    pub(crate) kind: Kind,
    pub(crate) reason: &'static str,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Refused,
    Tool,
    Later,
}

/// The lines of `known.tsv`.
///
/// # Panics
/// If one is malformed.
pub(crate) fn known() -> Vec<Known> {
    let lines = include_str!("known.tsv").lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    let parse = |line: &'static str| {
        let mut fields = line.split('\t');
        let (Some(pattern), Some(kind), Some(reason)) = (fields.next(), fields.next(), fields.next()) else {
            panic!("known.tsv: three fields are wanted in {line:?}");
        };
        let kind = match kind {
            "refused" => Kind::Refused,
            "tool" => Kind::Tool,
            "later" => Kind::Later,
            _ => panic!("known.tsv: {kind:?} is no kind"),
        };
        Known { pattern, kind, reason }
    };
    lines.map(parse).collect()
}

/// The number of the first line that fits.
pub(crate) fn reason(known: &[Known], cell: &Cell) -> Option<usize> {
    let name = cell.to_string();
    known.iter().position(|known| fits(known.pattern, &name))
}

impl Outcome {
    /// What `outcome` means when this is known of its cell. Nothing is known of the servers of other people: what they
    /// refuse is a finding.
    pub(crate) fn verdict(&self, expected: Option<(usize, Kind)>, against: bool) -> Verdict {
        match (self, expected) {
            (Outcome::Broken(_), _) => Verdict::Broken,
            (Outcome::Works(_), None) => Verdict::Works,
            (Outcome::Works(_), Some(_)) => Verdict::Unexplained("it works, although known.tsv says that it does not"),
            (Outcome::Refused(_), Some((number, Kind::Refused))) => Verdict::Known(number),
            (Outcome::NotTried, Some((number, Kind::Tool | Kind::Later))) => Verdict::Known(number),
            (Outcome::Refused(_), _) if against => Verdict::Works,
            (Outcome::Refused(_) | Outcome::NotTried, _) => Verdict::Unexplained("known.tsv does not say why"),
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Kind::Refused => "refused",
            Kind::Tool => "not possible with the tool",
            Kind::Later => "not offered yet",
        })
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Outcome::Works(description) => write!(f, "works: {description}"),
            Outcome::Refused(why) => write!(f, "refused: {why}"),
            Outcome::NotTried => f.write_str("not tried"),
            Outcome::Broken(why) => write!(f, "broken: {why}"),
        }
    }
}
