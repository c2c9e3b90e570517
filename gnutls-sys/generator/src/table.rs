//! Writes `since.tsv`.

use std::fmt::Write;

use crate::gates::Since;
use crate::{Result, package};

/// The table as a file, oldest release first.
pub(crate) fn text(since: &Since) -> String {
    let mut text = format!(
        "# What came after the oldest release supported, with the release that brought it: each is a gate.\n\
         # `ci/bindings.sh since` makes this from the tags of the GnuTLS repository.\n\
         @minimum\t{}\n@headers\t{}\n",
        since.minimum, since.headers
    );
    let mut items: Vec<_> = since.items.iter().map(|(name, release)| (release, name)).collect();
    items.sort();
    for (release, name) in items {
        writeln!(text, "{name}\t{release}").expect("a String takes everything");
    }
    text
}

pub(crate) fn write(since: &Since) -> Result<()> {
    Ok(std::fs::write(package().join("since.tsv"), text(since))?)
}
