//! Reads a crate's source: every file that `mod` declarations lead to, with the crate's own macros expanded.

use std::fs;
use std::path::{Path, PathBuf};

use proc_macro2::TokenStream;
use quote::quote;
use syn::{ImplItem, Item, ItemImpl, Macro};

use super::attributes::{is_test, of_item};
use super::expand::Rules;

/// The path of a module: the names from the root on.
pub(super) type ModulePath = Vec<String>;

/// One module, its macros expanded.
pub(super) struct Module {
    pub(super) path: ModulePath,
    pub(super) items: Vec<Item>,
}

/// The crate's own macros, each with the module that it is in.
#[derive(Debug, Default)]
pub(super) struct Macros(Vec<(ModulePath, String, Rules)>);

impl Macros {
    /// What a call in `module` makes, if the macro is one of the crate's. Of several of a name the one of the module is
    /// meant, or else of the nearest one around it.
    pub(super) fn expand(&self, name: &str, input: &TokenStream, module: &[String]) -> Option<TokenStream> {
        let named = self.0.iter().filter(|(_, known, _)| known == name);
        let near = |path: &ModulePath| if module.starts_with(path) { path.len() + 1 } else { 0 };
        let (_, _, rules) = named.max_by_key(|(path, ..)| near(path))?;
        rules.expand(input)
    }
}

/// Every module of the crate whose root is the file `root`, and its macros; tests are left out.
pub(super) fn load(root: &Path) -> Result<(Vec<Module>, Macros), String> {
    let mut modules = Vec::new();
    let folder = root.parent().unwrap_or(Path::new("."));
    read_file(root, folder, ModulePath::new(), &mut modules)?;
    let mut macros = Macros::default();
    for module in &modules {
        for item in &module.items {
            let Item::Macro(definition) = item else { continue };
            let Some(name) = &definition.ident else { continue };
            macros.0.push((module.path.clone(), name.to_string(), Rules::read(definition.mac.tokens.clone())));
        }
    }
    for module in &mut modules {
        let items = std::mem::take(&mut module.items);
        module.items = items.into_iter().flat_map(|item| expanded(item, &module.path, &macros, 0)).collect();
    }
    Ok((modules, macros))
}

/// Reads the module at `path` from `file`; its own modules are in `folder`.
fn read_file(file: &Path, folder: &Path, path: ModulePath, modules: &mut Vec<Module>) -> Result<(), String> {
    let complain = |error: &dyn std::fmt::Display| format!("{}: {error}", file.display());
    let text = fs::read_to_string(file).map_err(|error| complain(&error))?;
    let source = syn::parse_file(&text).map_err(|error| complain(&error))?;
    read_items(source.items, folder, path, modules)
}

fn read_items(items: Vec<Item>, folder: &Path, path: ModulePath, modules: &mut Vec<Module>) -> Result<(), String> {
    let mut kept = Vec::new();
    let mut inner = Vec::new();
    for mut item in items {
        if of_item(&item).iter().any(is_test) {
            continue;
        }
        if let Item::Mod(module) = &mut item {
            let name = module.ident.to_string();
            inner.push((name, module.content.take().map(|(_, items)| items)));
        }
        kept.push(item);
    }
    modules.push(Module { path: path.clone(), items: kept });
    for (name, content) in inner {
        let folder = folder.join(&name);
        let mut path = path.clone();
        path.push(name);
        match content {
            Some(items) => read_items(items, &folder, path, modules)?,
            None => read_file(&module_file(&folder), &folder, path, modules)?,
        }
    }
    Ok(())
}

/// The file of the module whose own modules are in `folder`.
fn module_file(folder: &Path) -> PathBuf {
    let inside = folder.join("mod.rs");
    if inside.exists() { inside } else { folder.with_extension("rs") }
}

/// The item, or what the macro that it calls makes.
fn expanded(item: Item, module: &ModulePath, macros: &Macros, depth: usize) -> Vec<Item> {
    match item {
        Item::Macro(call) if call.ident.is_none() => {
            let file = made_by(&call.mac, module, macros, depth).and_then(|made| syn::parse2::<syn::File>(made).ok());
            let items = file.map(|file| file.items).unwrap_or_default();
            items.into_iter().flat_map(|item| expanded(item, module, macros, depth + 1)).collect()
        }
        Item::Impl(mut block) => {
            let items = std::mem::take(&mut block.items);
            let made = items.into_iter().flat_map(|item| expanded_inside(item, module, macros, depth));
            block.items = made.collect();
            vec![Item::Impl(block)]
        }
        other => vec![other],
    }
}

/// The same for the items of an `impl` block.
fn expanded_inside(item: ImplItem, module: &ModulePath, macros: &Macros, depth: usize) -> Vec<ImplItem> {
    match item {
        ImplItem::Macro(call) => {
            let Some(made) = made_by(&call.mac, module, macros, depth) else { return Vec::new() };
            let block = syn::parse2::<ItemImpl>(quote!(impl Made { #made }));
            let items = block.map(|block| block.items).unwrap_or_default();
            items.into_iter().flat_map(|item| expanded_inside(item, module, macros, depth + 1)).collect()
        }
        other => vec![other],
    }
}

/// How deep macros may make macros.
const DEEPEST: usize = 32;

fn made_by(call: &Macro, module: &ModulePath, macros: &Macros, depth: usize) -> Option<TokenStream> {
    let name = call.path.segments.last()?.ident.to_string();
    if depth > DEEPEST { None } else { macros.expand(&name, &call.tokens, module) }
}
