//! The crate's own source as a table: which public items stand for a C name, and whether the source really calls it.

mod attributes;
mod calls;
mod constants;
mod expand;
mod load;
mod resolve;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::{Attribute, Fields, ImplItem, Item as Source, ItemImpl, TraitItem, Type};

use attributes::{aliases, is_hidden};
use load::{Module, ModulePath};
use resolve::{Named, Names, is_public};

/// A public item of the crate.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Item {
    /// Where it is: `gnutls::Session::recv`.
    pub(crate) path: String,
    pub(crate) kind: &'static str,
    /// Its place in the documentation: `gnutls/struct.Session.html#method.recv`.
    pub(crate) link: String,
}

/// The table.
#[derive(Debug, Default)]
pub(crate) struct Index {
    /// By the C name that an item has as alias; for a constant also by the value that it has.
    by_name: BTreeMap<String, BTreeSet<Item>>,
    /// Methods and functions by the constants in their bodies.
    by_use: BTreeMap<String, BTreeSet<Item>>,
    used: BTreeSet<String>,
    all: BTreeMap<String, Item>,
}

impl Index {
    /// Reads the crate `krate` whose root is the file `root`.
    pub(crate) fn read(krate: &str, root: &Path) -> Result<Index, String> {
        let (modules, macros) = load::load(root)?;
        let names = Names::new(&modules);
        let public = names.public(krate);
        let mut index = Index::default();
        for module in &modules {
            for (place, item) in module.items.iter().enumerate() {
                calls::collect(item.to_token_stream(), &module.path, &macros, &mut index.used);
                if let Some(path) = public.get(&Named::Item(module.path.clone(), place)) {
                    index.add_item(path, item);
                }
            }
            if let Some(path) = public.get(&Named::Module(module.path.clone())) {
                index.add_module(path, module, &modules);
            }
        }
        for module in &modules {
            for item in &module.items {
                if let Source::Impl(block) = item {
                    index.add_impl(block, module, &names, &public);
                }
            }
        }
        constants::add(&mut index, &modules, &names, &public);
        Ok(index)
    }

    /// The public items that stand for the C name.
    pub(crate) fn items(&self, name: &str) -> impl Iterator<Item = &Item> {
        self.by_name.get(name).into_iter().flatten()
    }

    /// Whether the source really uses the C name.
    pub(crate) fn uses(&self, name: &str) -> bool {
        self.used.contains(name)
    }

    /// The public methods and functions that pass the constant to C: what it asks for is theirs to do.
    pub(crate) fn users(&self, constant: &str) -> impl Iterator<Item = &Item> {
        self.by_use.get(constant).into_iter().flatten()
    }

    /// The public item at this path.
    pub(crate) fn at(&self, path: &str) -> Option<&Item> {
        self.all.get(path)
    }

    fn add(&mut self, item: Item, aliases: Vec<String>) {
        for alias in aliases {
            self.by_name.entry(alias).or_default().insert(item.clone());
        }
        self.all.entry(item.path.clone()).or_insert(item);
    }

    fn add_module(&mut self, path: &[String], module: &Module, all: &[Module]) {
        let item = Item { path: path.join("::"), kind: "module", link: format!("{}/index.html", path.join("/")) };
        let Some((name, parent)) = module.path.split_last() else { return self.add(item, Vec::new()) };
        let declared = all.iter().filter(|module| module.path == parent).flat_map(|module| &module.items);
        let of_this = declared.filter_map(|item| match item {
            Source::Mod(declared) if declared.ident == name => Some(aliases(&declared.attrs)),
            _ => None,
        });
        self.add(item, of_this.flatten().collect());
    }

    /// Adds an item that is no module, and what it has inside.
    fn add_item(&mut self, path: &[String], source: &Source) {
        let (kind, attributes): (_, &[Attribute]) = match source {
            Source::Const(item) => ("constant", &item.attrs),
            Source::Enum(item) => ("enum", &item.attrs),
            Source::Fn(item) => ("fn", &item.attrs),
            Source::Static(item) => ("static", &item.attrs),
            Source::Struct(item) => ("struct", &item.attrs),
            Source::Trait(item) => ("trait", &item.attrs),
            Source::Type(item) => ("type", &item.attrs),
            Source::Union(item) => ("union", &item.attrs),
            _ => return,
        };
        let (name, folders) = path.split_last().expect("the crate and a name");
        let item = Item { path: path.join("::"), kind, link: format!("{}/{kind}.{name}.html", folders.join("/")) };
        match source {
            Source::Enum(source) => {
                for variant in &source.variants {
                    self.add_inside(&item, "variant", &variant.ident.to_string(), &variant.attrs);
                }
            }
            Source::Struct(source) => {
                if let Fields::Named(fields) = &source.fields {
                    for field in fields.named.iter().filter(|field| is_public(&field.vis)) {
                        let name = field.ident.as_ref().map(ToString::to_string).unwrap_or_default();
                        self.add_inside(&item, "structfield", &name, &field.attrs);
                    }
                }
            }
            Source::Trait(source) => {
                for inner in &source.items {
                    match inner {
                        TraitItem::Fn(method) => {
                            let kind = if method.default.is_some() { "method" } else { "tymethod" };
                            self.add_inside(&item, kind, &method.sig.ident.to_string(), &method.attrs);
                        }
                        TraitItem::Const(constant) => {
                            self.add_inside(&item, "associatedconstant", &constant.ident.to_string(), &constant.attrs);
                        }
                        _ => {}
                    }
                }
            }
            _ => {}
        }
        self.add(item, aliases(attributes));
    }

    /// Adds something that a type has.
    fn add_inside(&mut self, parent: &Item, anchor: &str, name: &str, attributes: &[Attribute]) {
        if is_hidden(attributes) {
            return;
        }
        let kind = match anchor {
            "tymethod" | "method" => "method",
            "associatedconstant" => "constant",
            "structfield" => "field",
            _ => "variant",
        };
        let item =
            Item { path: format!("{}::{name}", parent.path), kind, link: format!("{}#{anchor}.{name}", parent.link) };
        self.add(item, aliases(attributes));
    }

    /// Adds what an `impl` block has.
    fn add_impl(&mut self, block: &ItemImpl, module: &Module, names: &Names, public: &Public) {
        let of_trait = block.trait_.is_some();
        for parent in self.types(&block.self_ty, &module.path, names, public) {
            for inner in &block.items {
                match inner {
                    ImplItem::Fn(method) if of_trait || is_public(&method.vis) => {
                        self.add_inside(&parent, "method", &method.sig.ident.to_string(), &method.attrs);
                    }
                    ImplItem::Const(constant) if of_trait || is_public(&constant.vis) => {
                        self.add_inside(&parent, "associatedconstant", &constant.ident.to_string(), &constant.attrs);
                    }
                    _ => {}
                }
            }
        }
    }

    /// The public items that a type of the source is.
    fn types(&self, of: &Type, module: &ModulePath, names: &Names, public: &Public) -> Vec<Item> {
        let of = match of {
            Type::Reference(reference) => &*reference.elem,
            other => other,
        };
        let Type::Path(path) = of else { return Vec::new() };
        let segments: Vec<String> = path.path.segments.iter().map(|segment| segment.ident.to_string()).collect();
        self.resolved(&segments, module, names, public)
    }

    /// The public items that a path of the source names.
    fn resolved(&self, segments: &[String], module: &[String], names: &Names, public: &Public) -> Vec<Item> {
        let found: BTreeSet<&Vec<String>> =
            names.resolve(module, segments).iter().filter_map(|named| public.get(named)).collect();
        found.into_iter().filter_map(|path| self.all.get(&path.join("::")).cloned()).collect()
    }
}

/// The public paths of the crate's items.
type Public = BTreeMap<Named, Vec<String>>;

/// The C names that code of the crate uses, for what is not a whole crate.
fn c_names(code: impl ToTokens) -> BTreeSet<String> {
    let tokens: TokenStream = code.into_token_stream();
    calls::names(tokens)
}

#[cfg(test)]
mod tests;
