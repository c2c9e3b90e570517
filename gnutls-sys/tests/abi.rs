//! Proves that the bindings fit the GnuTLS found: what the C compiler says about
//! every type and constant of its headers, and what its library exports. Items
//! newer than that GnuTLS are not compiled, and so not compared.

#[path = "abi/c.rs"]
mod c;
#[path = "abi/items.rs"]
mod items;
#[cfg(feature = "dane")]
#[path = "abi/items_dane.rs"]
mod items_dane;
#[path = "abi/table.rs"]
mod table;

use std::ffi::CString;

use table::{Layout, Number, Symbol, Text};

#[test]
fn types_and_constants_are_what_the_c_compiler_says() {
    let (layouts, numbers, strings) = (layouts(), numbers(), strings());
    let ours = layouts
        .iter()
        .map(describe)
        .chain(numbers.iter().map(|(name, value)| format!("{name} {value}")))
        .chain(strings.iter().map(|(name, value)| format!("{name} {}", value.to_string_lossy())));

    let answers = c::answers(&layouts, &numbers, &strings);
    let mut theirs = answers.lines();
    let differences: Vec<String> = ours
        .filter_map(|ours| match theirs.next() {
            Some(theirs) if theirs == ours => None,
            theirs => Some(format!("Rust: {ours}\n   C: {}", theirs.unwrap_or("nothing"))),
        })
        .collect();
    assert!(differences.is_empty(), "\n{}", differences.join("\n"));
    assert_eq!(theirs.next(), None);
}

/// That this test links proves the same of the library at build time.
#[test]
fn the_library_loaded_exports_every_symbol() {
    let missing: Vec<&str> = symbols()
        .into_iter()
        .filter(|(name, address)| {
            let c_name = CString::new(*name).expect("a C name");
            // SAFETY: the name is a C string that outlives the call.
            let found = unsafe { libc::dlsym(libc::RTLD_DEFAULT, c_name.as_ptr()) };
            address.is_null() || found.is_null()
        })
        .map(|(name, _)| name)
        .collect();
    assert!(missing.is_empty(), "{missing:?}");
}

#[test]
fn the_tables_name_every_item() {
    let bindings = [include_str!("../src/bindings.rs"), include_str!("../src/bindings_dane.rs")];
    let tables = [include_str!("abi/items.rs"), include_str!("abi/items_dane.rs")];
    for (bindings, tables) in bindings.into_iter().zip(tables) {
        let mut count = 0;
        for line in bindings.lines().map(str::trim_start) {
            let item = ["pub const ", "pub fn ", "pub static ", "pub static mut "]
                .into_iter()
                .filter_map(|kind| line.strip_prefix(kind))
                .next_back();
            let Some(name) = item.and_then(|item| item.split([':', '(']).next()) else { continue };
            assert!(tables.contains(&format!("!({name})")), "{name}");
            count += 1;
        }
        assert!(count > 0);
    }
}

fn describe(layout: &Layout) -> String {
    let mut line = format!("{} {} {}", layout.c, layout.size, layout.align);
    for (field, offset) in layout.fields {
        line += &format!(" {field} {offset}");
    }
    line
}

fn layouts() -> Vec<Layout> {
    #[allow(unused_mut, reason = "only DANE adds to it")]
    let mut all = items::layouts();
    #[cfg(feature = "dane")]
    all.extend(items_dane::layouts());
    all
}

fn numbers() -> Vec<Number> {
    #[allow(unused_mut, reason = "only DANE adds to it")]
    let mut all = items::numbers();
    #[cfg(feature = "dane")]
    all.extend(items_dane::numbers());
    all
}

fn strings() -> Vec<Text> {
    #[allow(unused_mut, reason = "only DANE adds to it")]
    let mut all = items::strings();
    #[cfg(feature = "dane")]
    all.extend(items_dane::strings());
    all
}

fn symbols() -> Vec<Symbol> {
    #[allow(unused_mut, reason = "only DANE adds to it")]
    let mut all = items::symbols();
    #[cfg(feature = "dane")]
    all.extend(items_dane::symbols());
    all
}
