//! From headers to the text of a bindings file: bindgen's output, with the gates
//! on the items that need them, in rustfmt's format.

use std::io::Write;
use std::process::{Command, Stdio};

use bindgen::Formatter;
use proc_macro2::Span;
use quote::ToTokens;
use syn::{Attribute, Ident, Item, Visibility, parse_quote};

use crate::entries::{attributes, foreign_name, item_attributes, name};
use crate::gates::Since;
use crate::headers::{self, Library};
use crate::{Result, package};

/// The text of `library`'s bindings, made from the headers in `include`.
pub(crate) fn bindings(library: Library, include: &str, since: &Since) -> Result<String> {
    let wrapper = package().join(library.wrapper()).display().to_string();
    // A folder of this process's own: bindgen's scratch files have fixed names.
    let scratch = std::env::temp_dir().join(format!("gnutls-sys-{}", std::process::id()));
    std::fs::create_dir_all(&scratch)?;
    let include = [include.to_owned()];
    let raw = headers::builder(library, &wrapper, &include, &scratch.display().to_string())?
        .disable_header_comment()
        .formatter(Formatter::None)
        .generate()?
        .to_string();
    std::fs::remove_dir(scratch)?;
    let mut items = syn::parse_file(&raw)?.items;
    for item in &mut items {
        gate(item, since);
    }
    let header = format!(
        "//! Bindings made by `ci/bindings.sh regenerate` from {} as of GnuTLS {}. Do not edit.\n\n",
        library.wrapper(),
        since.headers
    );
    format(&(header + &shorten(&items)))
}

fn gate(item: &mut Item, since: &Since) {
    if let Item::ForeignMod(block) = item {
        for item in &mut block.items {
            let gate = foreign_name(item).and_then(|name| attribute(&name, since));
            if let Some(gate) = gate {
                attributes(item).insert(0, gate);
            }
        }
    } else {
        let gate = name(item).and_then(|name| attribute(&name, since));
        if let (Some(gate), Some(attributes)) = (gate, item_attributes(item)) {
            attributes.insert(0, gate);
        }
    }
}

fn attribute(name: &str, since: &Since) -> Option<Attribute> {
    let cfg = Ident::new(&since.items.get(name)?.cfg(), Span::call_site());
    Some(parse_quote!(#[cfg(#cfg)]))
}

/// The items, one a line, with the names of `core` imported rather than spelled out.
fn shorten(items: &[Item]) -> String {
    const IMPORTED: [&str; 11] = [
        "CStr",
        "c_char",
        "c_int",
        "c_long",
        "c_longlong",
        "c_short",
        "c_uchar",
        "c_uint",
        "c_ulong",
        "c_ushort",
        "c_void",
    ];
    let mut text = String::new();
    for item in items {
        text += &item.to_token_stream().to_string();
        if matches!(item, Item::Use(item) if matches!(item.vis, Visibility::Inherited)) {
            // A blank line sets the imports apart.
            text.push('\n');
        }
        text.push('\n');
    }
    let text = text.replace(":: core :: option :: Option", "Option");
    let used: Vec<&str> =
        IMPORTED.into_iter().filter(|name| text.contains(&format!(":: core :: ffi :: {name} "))).collect();
    let import = format!("use core::ffi::{{{}}};\n", used.join(", "));
    import + &text.replace(":: core :: ffi :: ", "")
}

/// `source` as rustfmt writes it under this workspace's settings.
pub(crate) fn format(source: &str) -> Result<String> {
    let mut rustfmt = Command::new("rustfmt")
        .args(["--edition", "2024", "--config-path"])
        .arg(package().with_file_name("rustfmt.toml"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()?;
    let mut stdin = rustfmt.stdin.take().ok_or("rustfmt has no standard input")?;
    let source = source.to_owned();
    // Both pipes are smaller than the file: write while reading.
    let writer = std::thread::spawn(move || stdin.write_all(source.as_bytes()));
    let output = rustfmt.wait_with_output()?;
    writer.join().map_err(|_| "writing to rustfmt panicked")??;
    if !output.status.success() {
        return Err("rustfmt failed".into());
    }
    Ok(String::from_utf8(output.stdout)?)
}
