//! The facts of `since.tsv`: which releases get a gate, and how a gate is named.
//! Shared by the build script and the generator, so there is one list.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::str::FromStr;

/// A release of GnuTLS.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Release([u32; 3]);

impl Release {
    /// The `cfg` that is on when the library found is at least this release.
    pub(crate) fn cfg(self) -> String {
        let [major, minor, patch] = self.0;
        format!("gnutls_{major}_{minor}_{patch}")
    }
}

impl FromStr for Release {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let mut numbers = text.split('.').map(|part| part.parse().ok());
        match [numbers.next(), numbers.next(), numbers.next(), numbers.next()] {
            [Some(Some(major)), Some(Some(minor)), Some(Some(patch)), None] => Ok(Self([major, minor, patch])),
            _ => Err(format!("{text:?} is not a release of the form 3.8.0")),
        }
    }
}

impl fmt::Display for Release {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [major, minor, patch] = self.0;
        write!(f, "{major}.{minor}.{patch}")
    }
}

/// The contents of `since.tsv`.
#[derive(Clone, Debug)]
pub(crate) struct Since {
    /// The oldest release supported; what it has, has no gate.
    pub(crate) minimum: Release,
    /// The release whose headers the checked-in bindings come from.
    pub(crate) headers: Release,
    /// Items newer than the minimum, with the release that brought each.
    pub(crate) items: BTreeMap<String, Release>,
}

impl Since {
    /// The table that this source tree has.
    pub(crate) fn checked_in() -> Self {
        Self::parse(include_str!("../since.tsv")).expect("since.tsv is well-formed")
    }

    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let (mut minimum, mut headers, mut items) = (None, None, BTreeMap::new());
        for line in text.lines().filter(|line| !line.starts_with('#')) {
            let (name, release) = line.split_once('\t').ok_or(format!("no tab in {line:?}"))?;
            let release = release.parse()?;
            match name {
                "@minimum" => minimum = Some(release),
                "@headers" => headers = Some(release),
                _ => drop(items.insert(name.to_owned(), release)),
            }
        }
        Ok(Self { minimum: minimum.ok_or("no @minimum line")?, headers: headers.ok_or("no @headers line")?, items })
    }

    /// The releases that introduced something, oldest first.
    #[allow(dead_code, reason = "the build script's part")]
    pub(crate) fn gates(&self) -> BTreeSet<Release> {
        self.items.values().copied().collect()
    }
}
