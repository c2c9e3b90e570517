//! Proofs that the checked-in files fit the headers, of the newest release and of
//! older ones.

use std::collections::BTreeMap;
use std::fs;

use crate::archive::{LIBRARIES, checked_in, files, tables};
use crate::bindings::bindings;
use crate::entries::{Entry, Key, entries};
use crate::gates::{Release, Since};
use crate::{Result, package, table};

/// Checks against the headers of the newest `release`.
///
/// While that is the release recorded, every file has to be what `regenerate`
/// would write. Once the world has moved on, the new release may only have added.
pub(crate) fn newest(include: &str, release: Release) -> Result<()> {
    let since = Since::checked_in();
    let mut expected = vec![("since.tsv".to_owned(), table::text(&since))];
    if release == since.headers {
        expected.extend(files(include, &since)?);
    } else {
        let mut sources = Vec::new();
        for library in LIBRARIES {
            sources.push((library, checked_in(library)?));
        }
        expected.extend(tables(include, &sources, &since)?);
    }
    let mut stale = Vec::new();
    for (path, text) in expected {
        if fs::read_to_string(package().join(&path))? != text {
            stale.push(path);
        }
    }
    if !stale.is_empty() {
        let stale = stale.join(", ");
        return Err(format!("`ci/bindings.sh regenerate` would change {stale}").into());
    }
    if release == since.headers {
        println!("GnuTLS {release}: regenerating changes nothing");
        return Ok(());
    }
    let mut added = 0;
    for library in LIBRARIES {
        let before = entries(&checked_in(library)?)?;
        let after = entries(&bindings(library, include, &since)?)?;
        only_adds(&before, &after)?;
        added += after.len() - before.len();
    }
    println!(
        "NOTICE: the archive has GnuTLS {release}, the bindings come from {}. The newer headers \
         add {added} items and change none: run `ci/bindings.sh regenerate`.",
        since.headers
    );
    Ok(())
}

/// Checks against the headers of an older `release`: they have what its gates
/// turn on, and the bindings have all that they define.
pub(crate) fn older(include: &str, release: Release) -> Result<()> {
    let since = Since::checked_in();
    let mut count = 0;
    for library in LIBRARIES {
        let all = entries(&checked_in(library)?)?;
        let mut on = all.clone();
        on.retain(|(_, name), _| since.items.get(name).is_none_or(|gate| *gate <= release));
        let theirs = entries(&bindings(library, include, &since)?)?;
        only_adds(&on, &theirs)?;
        if release <= since.headers {
            only_adds(&theirs, &all)?;
        }
        // A distribution's fixes may bring a name to an older release.
        for (_, name) in theirs.keys().filter(|key| !on.contains_key(key)) {
            println!("{name} came with a later release, but these headers have it");
        }
        count += on.len();
    }
    println!("GnuTLS {release}: its headers and the bindings agree on {count} items");
    Ok(())
}

/// Fails if `after` lacks or changes an item of `before`.
fn only_adds(before: &BTreeMap<Key, Entry>, after: &BTreeMap<Key, Entry>) -> Result<()> {
    let mut faults = String::new();
    for (key, entry) in before {
        match after.get(key) {
            Some(now) if now.means_the_same_as(entry) => {}
            Some(now) => {
                faults += &format!("changed: {}\n  {}\n  {}\n", key.1, entry.text, now.text);
            }
            None => faults += &format!("missing: {}\n", key.1),
        }
    }
    if faults.is_empty() { Ok(()) } else { Err(faults.into()) }
}
