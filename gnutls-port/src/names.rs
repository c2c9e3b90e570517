//! The names of the C library: functions, from the table that is made from the headers, and constants, from the bindings.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

/// A function, variable or macro of a header.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Function {
    pub(crate) header: String,
    /// The release that brought it, if newer than the oldest one supported.
    pub(crate) since: Option<String>,
    pub(crate) kind: Kind,
}

/// What a name of a header is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Function,
    /// The header says that it is deprecated.
    Deprecated,
    Variable,
    /// A macro that calls another function; none if it does nothing.
    Macro(Option<String>),
}

/// All of them.
#[derive(Debug, Default)]
pub(crate) struct Names {
    pub(crate) functions: BTreeMap<String, Function>,
    constants: BTreeSet<String>,
    types: BTreeSet<String>,
    /// Types that are other names of types.
    other_names: BTreeMap<String, String>,
}

impl Names {
    /// Reads what the folder of `gnutls-sys` has.
    pub(crate) fn read(sys: &Path) -> Result<Names, String> {
        let read = |name: &str| {
            let path = sys.join(name);
            fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))
        };
        let mut names = Names { functions: functions(&read("functions.tsv")?)?, ..Names::default() };
        for bindings in ["src/bindings.rs", "src/bindings_dane.rs"] {
            let text = read(bindings)?;
            let constants = text.lines().filter_map(|line| line.strip_prefix("pub const ")?.split(':').next());
            names.constants.extend(constants.map(str::to_owned));
            for declares in ["pub type ", "pub struct ", "pub union "] {
                let types = text.lines().filter_map(|line| line.strip_prefix(declares)?.split([' ', ';', '(']).next());
                names.types.extend(types.map(str::to_owned));
            }
            let same =
                text.lines().filter_map(|line| line.strip_prefix("pub type ")?.strip_suffix(';')?.split_once(" = "));
            names.other_names.extend(same.map(|(name, of)| (name.to_owned(), of.to_owned())));
        }
        for line in read("unbound.tsv")?.lines() {
            let (name, what) = line.split_once('\t').unwrap_or_default();
            // Macros that rename types.
            if let Some(of) = what.strip_prefix("is another name of ").filter(|of| names.types.contains(*of)) {
                names.types.insert(name.to_owned());
                names.other_names.insert(name.to_owned(), of.to_owned());
                continue;
            }
            if !name.starts_with('#') && !names.functions.contains_key(name) {
                names.constants.insert(name.to_owned());
            }
        }
        Ok(names)
    }

    /// Whether the headers have a type of this name.
    pub(crate) fn is_type(&self, name: &str) -> bool {
        self.types.contains(name)
    }

    /// The type that this is an old name of, or the struct of.
    pub(crate) fn other_name(&self, name: &str) -> Option<&str> {
        let behind = || name.strip_suffix("_st").or(name.strip_suffix("_int")).map(|start| format!("{start}_t"));
        let of = self.other_names.get(name).cloned().filter(|of| self.is_type(of)).or_else(behind)?;
        self.types.get(&of).map(String::as_str)
    }

    /// The types.
    #[cfg(test)]
    pub(crate) fn types(&self) -> impl Iterator<Item = &str> {
        self.types.iter().map(String::as_str)
    }

    /// The constants, and the macros with arguments.
    #[cfg(test)]
    pub(crate) fn constants(&self) -> impl Iterator<Item = &str> {
        self.constants.iter().map(String::as_str)
    }

    /// Whether the headers have a constant, or a macro with arguments, of this name.
    pub(crate) fn is_constant(&self, name: &str) -> bool {
        // What is about the headers themselves is not bound.
        self.constants.contains(name) || name.contains("GNUTLS_VERSION")
    }
}

fn functions(table: &str) -> Result<BTreeMap<String, Function>, String> {
    let mut all = BTreeMap::new();
    for line in table.lines().filter(|line| !line.starts_with('#')) {
        let columns: Vec<&str> = line.split('\t').collect();
        let [header, name, since, kind] = columns[..] else { return Err(format!("functions.tsv: {line:?}")) };
        let kind = match kind.strip_prefix("macro of ") {
            Some("nothing") => Kind::Macro(None),
            Some(of) => Kind::Macro(Some(of.to_owned())),
            None if kind == "deprecated" => Kind::Deprecated,
            None if kind == "variable" => Kind::Variable,
            None => Kind::Function,
        };
        let since = Some(since.to_owned()).filter(|since| !since.is_empty());
        all.insert(name.to_owned(), Function { header: header.to_owned(), since, kind });
    }
    Ok(all)
}
