//! Finds what a path in the source names, and by which public path users know it.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use syn::{Item, UseTree, Visibility};

use super::load::{Module, ModulePath};

/// Something that a path can name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Named {
    Module(ModulePath),
    /// An item, by its module and its place there.
    Item(ModulePath, usize),
}

#[derive(Debug)]
struct Import {
    path: Vec<String>,
    /// The name in the module that imports; none for a `*`.
    name: Option<String>,
    public: bool,
}

/// The names of a module.
#[derive(Debug, Default)]
struct Scope {
    own: BTreeMap<String, Vec<(Named, bool)>>,
    imports: Vec<Import>,
}

/// The names of all modules.
#[derive(Debug)]
pub(super) struct Names(BTreeMap<ModulePath, Scope>);

/// How many imports of imports are followed.
const DEEPEST: usize = 16;

impl Names {
    pub(super) fn new(modules: &[Module]) -> Names {
        let mut scopes = BTreeMap::new();
        for module in modules {
            let mut scope = Scope::default();
            for (place, item) in module.items.iter().enumerate() {
                if let Item::Use(item) = item {
                    add_imports(&item.tree, &mut Vec::new(), is_public(&item.vis), &mut scope.imports);
                    continue;
                }
                let Some((name, public)) = name(item) else { continue };
                let named = match item {
                    Item::Mod(_) => {
                        let mut path = module.path.clone();
                        path.push(name.clone());
                        Named::Module(path)
                    }
                    _ => Named::Item(module.path.clone(), place),
                };
                scope.own.entry(name).or_default().push((named, public));
            }
            scopes.insert(module.path.clone(), scope);
        }
        Names(scopes)
    }

    /// What the path `segments` names in `module`. Of items for different releases there can be several.
    pub(super) fn resolve(&self, module: &[String], segments: &[String]) -> Vec<Named> {
        self.resolve_at(module, segments, 0)
    }

    fn resolve_at(&self, module: &[String], segments: &[String], depth: usize) -> Vec<Named> {
        let Some((first, rest)) = segments.split_first() else { return vec![Named::Module(module.to_vec())] };
        match first.as_str() {
            "crate" => return self.resolve_at(&[], rest, depth),
            "self" => return self.resolve_at(module, rest, depth),
            "super" => return self.resolve_at(&module[..module.len().saturating_sub(1)], rest, depth),
            _ => {}
        }
        let found = self.lookup(module, first, depth);
        if rest.is_empty() {
            return found;
        }
        let inside = found.into_iter().filter_map(|named| match named {
            Named::Module(path) => Some(path),
            Named::Item(..) => None,
        });
        inside.flat_map(|path| self.resolve_at(&path, rest, depth)).collect()
    }

    fn lookup(&self, module: &[String], name: &str, depth: usize) -> Vec<Named> {
        let Some(scope) = self.0.get(module).filter(|_| depth < DEEPEST) else { return Vec::new() };
        if let Some(own) = scope.own.get(name) {
            return own.iter().map(|(named, _)| named.clone()).collect();
        }
        for import in scope.imports.iter().filter(|import| import.name.as_deref() == Some(name)) {
            let found = self.imported(module, import, depth);
            if !found.is_empty() {
                return found;
            }
        }
        for import in scope.imports.iter().filter(|import| import.name.is_none()) {
            for named in self.imported(module, import, depth) {
                let Named::Module(path) = named else { continue };
                let found = self.lookup(&path, name, depth + 1);
                if !found.is_empty() {
                    return found;
                }
            }
        }
        Vec::new()
    }

    fn imported(&self, module: &[String], import: &Import, depth: usize) -> Vec<Named> {
        // An import of its own name would look for itself.
        if import.path.len() == 1 && import.name.as_ref() == import.path.first() {
            return Vec::new();
        }
        self.resolve_at(module, &import.path, depth + 1)
    }

    /// The shortest public path of everything that has one, the name of the crate first.
    pub(super) fn public(&self, krate: &str) -> BTreeMap<Named, Vec<String>> {
        let mut found: BTreeMap<Named, Vec<String>> = BTreeMap::new();
        let mut seen = BTreeSet::new();
        let root = (ModulePath::new(), vec![krate.to_owned()]);
        found.insert(Named::Module(root.0.clone()), root.1.clone());
        let mut queue = VecDeque::from([root]);
        while let Some((module, path)) = queue.pop_front() {
            let Some(scope) = self.0.get(&module) else { continue };
            if !seen.insert((module.clone(), path.clone())) || path.len() > DEEPEST {
                continue;
            }
            let mut offered: Vec<(String, Named)> = Vec::new();
            for (name, own) in &scope.own {
                let public = own.iter().filter(|(_, public)| *public);
                offered.extend(public.map(|(named, _)| (name.clone(), named.clone())));
            }
            for import in scope.imports.iter().filter(|import| import.public) {
                for named in self.imported(&module, import, 0) {
                    match (&import.name, named) {
                        (Some(name), named) => offered.push((name.clone(), named)),
                        (None, Named::Module(inner)) => queue.push_back((inner, path.clone())),
                        (None, Named::Item(..)) => {}
                    }
                }
            }
            for (name, named) in offered {
                let mut path = path.clone();
                path.push(name);
                if let Named::Module(inner) = &named {
                    queue.push_back((inner.clone(), path.clone()));
                }
                let best = found.entry(named).or_insert_with(|| path.clone());
                if (path.len(), &path) < (best.len(), best) {
                    *best = path;
                }
            }
        }
        found
    }
}

pub(super) fn is_public(visibility: &Visibility) -> bool {
    matches!(visibility, Visibility::Public(_))
}

/// The name of an item, and whether it is public.
fn name(item: &Item) -> Option<(String, bool)> {
    let (name, visibility) = match item {
        Item::Const(item) => (&item.ident, &item.vis),
        Item::Enum(item) => (&item.ident, &item.vis),
        Item::Fn(item) => (&item.sig.ident, &item.vis),
        Item::Mod(item) => (&item.ident, &item.vis),
        Item::Static(item) => (&item.ident, &item.vis),
        Item::Struct(item) => (&item.ident, &item.vis),
        Item::Trait(item) => (&item.ident, &item.vis),
        Item::Type(item) => (&item.ident, &item.vis),
        Item::Union(item) => (&item.ident, &item.vis),
        _ => return None,
    };
    let hidden = super::attributes::is_hidden(super::attributes::of_item(item));
    Some((name.to_string(), is_public(visibility) && !hidden))
}

fn add_imports(tree: &UseTree, path: &mut Vec<String>, public: bool, found: &mut Vec<Import>) {
    let mut add = |path: &[String], name: Option<String>| {
        // `use x::{self}` names x itself.
        let itself = path.len() > 1 && path.last().is_some_and(|last| last == "self");
        let path = if itself { &path[..path.len() - 1] } else { path };
        let name = name.map(|name| if name == "self" { path.last().cloned().unwrap_or_default() } else { name });
        found.push(Import { path: path.to_vec(), name, public });
    };
    match tree {
        UseTree::Path(step) => {
            path.push(step.ident.to_string());
            add_imports(&step.tree, path, public, found);
            path.pop();
        }
        UseTree::Name(last) => {
            path.push(last.ident.to_string());
            add(path, Some(last.ident.to_string()));
            path.pop();
        }
        UseTree::Rename(last) => {
            path.push(last.ident.to_string());
            add(path, Some(last.rename.to_string()));
            path.pop();
        }
        UseTree::Glob(_) => add(path, None),
        UseTree::Group(group) => group.items.iter().for_each(|tree| add_imports(tree, path, public, found)),
    }
}
