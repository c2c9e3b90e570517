//! Password files as `srptool` writes them: `tpasswd` with users, `tpasswd.conf` with groups.
//!
//! They are read here and not by GnuTLS, which takes a salt that it cannot decode for one of 4 GB, and which tells users
//! from strangers where no group has the number 1 (as in what its own `srptool` makes).

use std::path::{Path, PathBuf};

use super::{SrpGroup, SrpVerifier};
use crate::encoding::srp::decode;
use crate::error::{ErrorKind, Failure, Result};
use crate::ffi::Wiped;

/// Where the two are.
#[derive(Clone, Debug)]
pub(crate) struct SrpFiles {
    pub(super) users: PathBuf,
    pub(super) groups: PathBuf,
}

/// What the files say of a name.
pub(crate) enum Found {
    User(SrpVerifier),
    /// Nobody has the name; the first user has this group, if there is one.
    Nobody(Option<SrpGroup>),
}

impl SrpFiles {
    /// Looks a user up.
    pub(crate) fn find(&self, name: &str) -> Result<Found> {
        let users = read(&self.users)?;
        let mut first = None;
        for (number, line) in lines(&users) {
            // A name may have colons, what follows it not.
            let mut fields = line.rsplitn(4, |byte| *byte == b':');
            let (index, salt, verifier) = (fields.next(), fields.next(), fields.next());
            let (Some(index), Some(salt), Some(verifier), Some(user)) = (index, salt, verifier, fields.next()) else {
                return Err(malformed(&self.users, number, "there are not four fields"));
            };
            if user == name.as_bytes() {
                let group = self.group(index)?;
                let decoded = (decode(salt), decode(verifier));
                let (Ok(salt), Ok(verifier)) = decoded else {
                    return Err(malformed(&self.users, number, "the salt or the verifier is malformed"));
                };
                let found = SrpVerifier::from_parts(group, &salt, verifier);
                return found.map(Found::User).map_err(|_| malformed(&self.users, number, "it is not of its group"));
            }
            first = first.or(Some(index));
        }
        Ok(Found::Nobody(first.map(|index| self.group(index)).transpose()?))
    }

    /// The group with a number.
    fn group(&self, wanted: &[u8]) -> Result<SrpGroup> {
        let groups = read(&self.groups)?;
        for (number, line) in lines(&groups) {
            let mut fields = line.split(|byte| *byte == b':');
            let (index, prime, generator) = (fields.next(), fields.next(), fields.next());
            if index != Some(wanted) {
                continue;
            }
            let decoded = prime.zip(generator).map(|(prime, generator)| (decode(prime), decode(generator)));
            let Some((Ok(prime), Ok(generator))) = decoded else {
                return Err(malformed(&self.groups, number, "the prime or the generator is malformed"));
            };
            let known = SrpGroup::from_numbers(prime, generator);
            return known.ok_or_else(|| malformed(&self.groups, number, "it is no group of RFC 5054"));
        }
        let why = format!("no group has the number {}", String::from_utf8_lossy(wanted));
        Err(Failure::new(ErrorKind::Credentials, doing(&self.groups)).detail(why).into())
    }
}

fn doing(path: &Path) -> String {
    format!("reading the SRP file {}", path.display())
}

fn read(path: &Path) -> Result<Wiped> {
    let read = std::fs::read(path).map(Wiped::new);
    read.map_err(|error| Failure::new(ErrorKind::Credentials, doing(path)).detail(error.to_string()).into())
}

/// The lines that say something, with their numbers.
fn lines(text: &[u8]) -> impl Iterator<Item = (usize, &[u8])> {
    let lines = text.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii).enumerate();
    lines.filter(|(_, line)| !line.is_empty()).map(|(at, line)| (at + 1, line))
}

fn malformed(path: &Path, line: usize, why: &str) -> crate::error::Error {
    Failure::new(ErrorKind::Credentials, doing(path)).detail(format!("line {line}: {why}")).into()
}
