//! Where a side has its passwords, or what was made of them.

use std::sync::Arc;

use super::file::{Found, SrpFiles};
use super::{SrpGroup, SrpUser, SrpVerifier};
use crate::error::{Error, Result};
use crate::secret::SecretBytes;

/// Code of a client that says who it is.
pub(crate) type SrpChoice = dyn Fn() -> Option<SrpUser> + Send + Sync;

/// Code of a server that finds what it has of a user.
pub(crate) type SrpLookup = dyn Fn(&str) -> Option<SrpVerifier> + Send + Sync;

#[derive(Clone)]
pub(crate) enum SrpSource {
    /// A client's only one.
    User(SrpUser),
    Choice(Arc<SrpChoice>),
    Lookup(Arc<SrpLookup>),
    Files(SrpFiles),
}

impl SrpSource {
    /// Those of two files that `srptool` wrote.
    pub(crate) fn files(users: &std::path::Path, groups: &std::path::Path) -> SrpSource {
        SrpSource::Files(SrpFiles { users: users.to_owned(), groups: groups.to_owned() })
    }

    /// What a server has of a user; or the group that a stranger is to see, if that is not the configuration's to say.
    pub(crate) fn find(&self, name: &str) -> Result<std::result::Result<SrpVerifier, Option<SrpGroup>>> {
        match self {
            SrpSource::Lookup(find) => Ok(find(name).ok_or(None)),
            SrpSource::Files(files) => match files.find(name)? {
                Found::User(verifier) => Ok(Ok(verifier)),
                Found::Nobody(group) => Ok(Err(group)),
            },
            SrpSource::User(_) | SrpSource::Choice(_) => Ok(Err(None)),
        }
    }
}

/// What strangers see in place of a user's group and salt.
#[derive(Clone)]
pub(crate) struct SrpDecoy {
    pub(crate) group: SrpGroup,
    pub(super) seed: Arc<SecretBytes>,
    pub(super) salt_length: usize,
}

impl SrpDecoy {
    pub(crate) fn new(group: SrpGroup, seed: SecretBytes, salt_length: usize) -> Result<SrpDecoy> {
        const DOING: &str = "setting what unknown users of SRP see";
        /// What GnuTLS keeps of a seed, and how long its salts can be, in bytes.
        const SEED: usize = 64;
        const SALT: usize = 20;
        if !(1..=SEED).contains(&seed.len()) {
            return Err(Error::input(DOING, format!("a seed has 1 to {SEED} bytes, not {}", seed.len())));
        }
        if !(1..=SALT).contains(&salt_length) {
            return Err(Error::input(DOING, format!("GnuTLS makes salts of 1 to {SALT} bytes, not of {salt_length}")));
        }
        Ok(SrpDecoy { group, seed: Arc::new(seed), salt_length })
    }
}
