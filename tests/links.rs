//! The links of the documents lead somewhere, on a page of the repository and in the rustdoc.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// What `src/manual.rs` makes chapters of the rustdoc.
const CHAPTERS: &[&str] =
    &["faults.md", "from-c-to-rust.md", "one-session-two-threads.md", "resumption-across-machines.md"];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn documents() -> Vec<PathBuf> {
    let above =
        ["README.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md", "fuzz/README.md"].map(|name| root().join(name));
    let docs = fs::read_dir(root().join("docs")).expect("a directory").map(|entry| entry.expect("an entry").path());
    above.into_iter().chain(docs.filter(|path| path.extension().is_some_and(|extension| extension == "md"))).collect()
}

/// A document without its blocks and spans of code, whose brackets are no links. The text of a link keeps its place.
struct Document {
    prose: String,
    /// Labels and where they lead.
    definitions: BTreeMap<String, String>,
    headings: BTreeSet<String>,
}

impl Document {
    fn read(path: &Path) -> Document {
        let text = fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let (mut prose, mut definitions, mut headings) = (String::new(), BTreeMap::new(), BTreeSet::new());
        let mut code = false;
        for line in text.lines() {
            if line.trim_start().starts_with("```") {
                code = !code;
            } else if let (false, Some((label, target))) = (code, definition(line)) {
                let again = definitions.insert(label.to_owned(), target.to_owned());
                assert_eq!(again, None, "{}: {label} is defined twice", path.display());
            } else if !code {
                if line.starts_with('#') {
                    headings.insert(anchor(line.trim_start_matches('#')));
                }
                // Every other piece is code.
                prose.extend(line.split('`').step_by(2));
                prose.push('\n');
            }
        }
        Document { prose, definitions, headings }
    }

    /// What stands between `open` and `close`, wherever it does.
    fn between<'a>(&'a self, open: &'a str, close: char) -> impl Iterator<Item = &'a str> {
        self.prose.match_indices(open).map(move |(at, _)| {
            let rest = &self.prose[at + open.len()..];
            rest.split(close).next().expect("a first piece")
        })
    }

    /// The targets of links, inline and by definition.
    fn targets(&self) -> impl Iterator<Item = &str> {
        self.between("](", ')').chain(self.definitions.values().map(String::as_str))
    }
}

/// `[label]: target`
fn definition(line: &str) -> Option<(&str, &str)> {
    line.strip_prefix('[')?.split_once("]: ").filter(|(label, _)| !label.contains(']'))
}

/// A heading as forges name it.
fn anchor(heading: &str) -> String {
    let kept = heading.trim().chars().filter(|letter| letter.is_alphanumeric() || " -_".contains(*letter));
    kept.map(|letter| if letter == ' ' { '-' } else { letter.to_ascii_lowercase() }).collect()
}

fn is_elsewhere(target: &str) -> bool {
    target.starts_with("https://") || target.starts_with("http://")
}

#[test]
fn every_link_leads_to_something_that_exists() {
    let mut links = 0;
    for path in documents() {
        let document = Document::read(&path);
        let at = path.strip_prefix(root()).expect("below").display();
        for target in document.targets().filter(|target| !is_elsewhere(target)) {
            let (file, place) = target.split_once('#').unwrap_or((target, ""));
            let there = if file.is_empty() { path.clone() } else { path.parent().expect("a directory").join(file) };
            assert!(there.exists(), "{at}: there is no {target}");
            assert!(
                place.is_empty() || Document::read(&there).headings.contains(place),
                "{at}: no heading for {target}"
            );
            links += 1;
        }
        for label in document.between("][", ']') {
            assert!(document.definitions.contains_key(label), "{at}: [{label}] is not defined");
        }
    }
    assert!(links > 100, "{links} links: the reader of documents is blind");
}

#[test]
fn a_name_of_the_manual_leads_to_the_file_that_has_it() {
    for chapter in CHAPTERS {
        for (label, target) in Document::read(&root().join("docs").join(chapter)).definitions {
            if is_elsewhere(&target) || target.ends_with(".md") {
                continue;
            }
            let name = label.rsplit("::").next().expect("a last piece");
            let is_module = target.ends_with(&format!("/{name}.rs")) || target.ends_with(&format!("/{name}/mod.rs"));
            let text = fs::read_to_string(root().join("docs").join(&target)).expect("a file");
            let has = text.split(|letter: char| !letter.is_alphanumeric() && letter != '_').any(|word| word == name);
            assert!(is_module || name == "sys" || has, "{chapter}: nothing in {target} is called {name}");
        }
    }
}

/// A link by a path would be dead there, and so would be one whose definition `links.md` lacks.
#[test]
fn the_rustdoc_has_an_item_for_every_link_of_the_manual() {
    let items = Document::read(&root().join("src/manual/links.md")).definitions;
    let mut used = BTreeSet::new();
    for chapter in CHAPTERS {
        let document = Document::read(&root().join("docs").join(chapter));
        for target in document.between("](", ')') {
            assert!(is_elsewhere(target), "{chapter}: {target} is not there in the rustdoc: it wants a label");
        }
        for label in document.definitions.into_keys() {
            assert!(items.contains_key(&label), "src/manual/links.md lacks [{label}] of {chapter}");
            used.insert(label);
        }
    }
    let unused: Vec<_> = items.keys().filter(|label| !used.contains(*label)).collect();
    assert!(unused.is_empty(), "no chapter has a link to {unused:?}");
}
