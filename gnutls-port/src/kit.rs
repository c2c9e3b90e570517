//! Brings together the three tables: the crate's own source, the C names, the notes. Says of each C name what it is worth.

use std::path::{Path, PathBuf};

use crate::index::{Index, Item};
use crate::names::{Kind, Names};
use crate::notes::{About, Notes};

/// What a C function has in Rust.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Status {
    /// A public item stands for it, and the source calls it.
    Covered,
    /// `Drop` calls it.
    Freed,
    /// Needs no counterpart: memory, the start of the library.
    NotNeeded,
    Deprecated,
    /// Was deprecated so long ago that no header has it any more.
    Removed,
    /// A public item stands for it, and does the same through other functions.
    Alike,
    /// The crate does it by itself, or it has another form.
    Elsewhere,
    /// Has none, for the reason that the notes give.
    Refused,
    /// Has none yet.
    Open,
    /// No header has it.
    Unknown,
}

impl Status {
    pub(crate) fn word(self) -> &'static str {
        match self {
            Status::Covered => "covered",
            Status::Freed => "freed by Drop",
            Status::NotNeeded => "not needed",
            Status::Deprecated => "deprecated",
            Status::Removed => "removed",
            Status::Alike => "done otherwise",
            Status::Elsewhere => "another form",
            Status::Refused => "not offered",
            Status::Open => "open",
            Status::Unknown => "unknown",
        }
    }

    /// Whether nobody should call it any more: it is deprecated, or gone.
    pub(crate) fn is_aside(self) -> bool {
        matches!(self, Status::Deprecated | Status::Removed)
    }

    /// Whether it is covered in the strict sense (a public item stands for it, and the source calls it), or need not be:
    /// `Drop` calls it, Rust needs nothing of the kind, or nobody should call it any more.
    pub(crate) fn is_covered(self) -> bool {
        matches!(self, Status::Covered | Status::Freed | Status::NotNeeded) || self.is_aside()
    }

    /// Whether a program that needs it can be ported: also if something else does the same, which has a name to look up.
    pub(crate) fn is_portable(self) -> bool {
        self.is_covered() || matches!(self, Status::Alike | Status::Elsewhere)
    }
}

/// All that is known of a C name.
#[derive(Clone, Debug)]
pub(crate) struct Verdict<'k> {
    pub(crate) status: Status,
    pub(crate) items: Vec<&'k Item>,
    /// Why there is none, and what to know.
    pub(crate) notes: Vec<String>,
}

/// The tables.
#[derive(Debug)]
pub(crate) struct Kit {
    pub(crate) index: Index,
    pub(crate) names: Names,
    pub(crate) notes: Notes,
}

/// Which of several items comes first: that of a whole session; what only callbacks and halves have comes later, and what
/// is for C code alone last.
fn rank(path: &str) -> usize {
    let later = ["gnutls::HandshakeView", "gnutls::ReadHalf", "gnutls::WriteHalf"];
    match path {
        _ if path.starts_with("gnutls::RawSession") => 2,
        _ => usize::from(later.iter().any(|start| path.starts_with(start))),
    }
}

/// The folder of the repository.
pub(crate) fn repository() -> PathBuf {
    let own = Path::new(env!("CARGO_MANIFEST_DIR"));
    own.parent().unwrap_or(own).to_owned()
}

impl Kit {
    /// Reads the repository that this program was built in.
    pub(crate) fn read() -> Result<Kit, String> {
        let root = repository();
        Ok(Kit {
            index: Index::read("gnutls", &root.join("src/lib.rs"))?,
            names: Names::read(&root.join("gnutls-sys"))?,
            notes: Notes::own()?,
        })
    }

    /// What the function `name` has in Rust.
    pub(crate) fn function(&self, name: &str) -> Verdict<'_> {
        let kind = self.names.functions.get(name).map(|function| &function.kind);
        let mut items: Vec<&Item> = self.index.items(name).collect();
        items.sort_by_key(|item| rank(&item.path));
        let mut notes = Vec::new();
        let reason = self.notes.reason(name);
        let called = match kind {
            Some(Kind::Macro(Some(of))) => self.index.uses(name) || self.index.uses(of),
            _ => self.index.uses(name),
        };
        let status = match (kind, reason.map(|note| note.about)) {
            (None, Some(About::Removed | About::Deprecated)) => Status::Removed,
            (None, about) if about != Some(About::Allocation) => Status::Unknown,
            (_, Some(About::Freed)) if called => Status::Freed,
            _ if called && !items.is_empty() => Status::Covered,
            (_, Some(About::Allocation)) => Status::NotNeeded,
            (Some(Kind::Deprecated), _) | (_, Some(About::Deprecated)) => Status::Deprecated,
            _ if !items.is_empty() => Status::Alike,
            (_, Some(About::Library | About::Instead)) => Status::Elsewhere,
            (_, Some(About::Unsafe | About::Refused)) => Status::Refused,
            (Some(Kind::Macro(None)), _) => Status::NotNeeded,
            (Some(Kind::Macro(Some(of))), _) => {
                let behind = self.function(of);
                items = behind.items;
                notes.push(format!("a macro for {of}"));
                notes.extend(behind.notes);
                behind.status
            }
            (None, _) => Status::Unknown,
            (Some(_), _) => Status::Open,
        };
        match (status, reason) {
            (Status::Covered | Status::Alike | Status::Open | Status::Unknown, _) | (_, None) => {}
            (_, Some(reason)) => notes.push(reason.text.clone()),
        }
        if let Some(since) = self.names.functions.get(name).and_then(|function| function.since.as_ref()) {
            notes.push(format!("needs GnuTLS {since}"));
        }
        notes.extend(self.notes.hints(name).map(str::to_owned));
        Verdict { status, items, notes }
    }

    /// What the type `name` has in Rust.
    pub(crate) fn c_type(&self, name: &str) -> Verdict<'_> {
        let items: Vec<&Item> = self.index.items(name).collect();
        let reason = self.notes.reason(name).filter(|_| items.is_empty());
        let known = self.names.is_type(name);
        if let (true, None, Some(other)) = (known && items.is_empty(), reason, self.names.other_name(name)) {
            let mut verdict = self.c_type(other);
            verdict.notes.push(format!("another name of {other}"));
            return verdict;
        }
        let status = match reason.map(|note| note.about) {
            _ if !known => Status::Unknown,
            _ if !items.is_empty() => Status::Covered,
            Some(About::Deprecated) => Status::Deprecated,
            Some(About::Instead | About::Library) => Status::Elsewhere,
            Some(About::Allocation | About::Freed) => Status::NotNeeded,
            Some(_) => Status::Refused,
            None => Status::Open,
        };
        let reason = reason.map(|note| note.text.clone());
        let notes = reason.into_iter().chain(self.notes.hints(name).map(str::to_owned)).collect();
        Verdict { status, items, notes }
    }

    /// What the constant `name` has in Rust.
    pub(crate) fn constant(&self, name: &str) -> Verdict<'_> {
        let mut items: Vec<&Item> = self.index.items(name).collect();
        items.extend(self.notes.family(name).and_then(|path| self.index.at(&path)));
        items.dedup();
        let reason = self.notes.reason(name);
        if items.is_empty() && reason.is_none() {
            items.extend(self.index.users(name));
        }
        let status = match reason.map(|note| note.about) {
            _ if !items.is_empty() => Status::Covered,
            Some(About::Allocation | About::Freed) => Status::NotNeeded,
            Some(About::Library | About::Instead) => Status::Elsewhere,
            Some(About::Deprecated) => Status::Deprecated,
            Some(About::Removed) => Status::Removed,
            Some(_) => Status::Refused,
            None if self.names.is_constant(name) => Status::Open,
            None => Status::Unknown,
        };
        let reason = reason.filter(|_| status != Status::Covered).map(|note| note.text.clone());
        let notes = reason.into_iter().chain(self.notes.hints(name).map(str::to_owned)).collect();
        Verdict { status, items, notes }
    }

    /// What there is instead of a header, or of a name of C++, if there is something to say of it.
    pub(crate) fn other(&self, name: &str) -> Verdict<'_> {
        let reason = self.notes.reason(name);
        let status = match reason.map(|note| note.about) {
            None => Status::Unknown,
            Some(About::Removed) => Status::Removed,
            Some(About::Refused | About::Unsafe) => Status::Refused,
            Some(_) => Status::Elsewhere,
        };
        let notes =
            reason.iter().map(|note| note.text.clone()).chain(self.notes.hints(name).map(str::to_owned)).collect();
        Verdict { status, items: Vec::new(), notes }
    }
}
