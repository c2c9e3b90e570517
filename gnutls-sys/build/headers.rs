//! How bindgen reads the headers: one set of options, shared by the generator
//! of the checked-in bindings and by the `bindgen` feature of the build script.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

use bindgen::callbacks::{
    DeriveTrait, EnumVariantCustomBehavior, EnumVariantValue, ImplementsTrait, IntKind, MacroParsingBehavior,
    ParseCallbacks,
};
use bindgen::{BindgenError, Builder, EnumVariation, RustEdition, RustTarget};

/// One library, and so one bindings file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Library {
    Gnutls,
    Dane,
}

impl Library {
    pub(crate) const fn wrapper(self) -> &'static str {
        match self {
            Self::Gnutls => "wrapper.h",
            Self::Dane => "wrapper_dane.h",
        }
    }

    pub(crate) const fn output(self) -> &'static str {
        match self {
            Self::Gnutls => "bindings.rs",
            Self::Dane => "bindings_dane.rs",
        }
    }

    const fn files(self) -> &'static str {
        match self {
            Self::Gnutls => r".*/gnutls/[a-z0-9-]+\.h",
            Self::Dane => r".*/gnutls/dane\.h",
        }
    }

    /// Types that the headers take from elsewhere.
    const fn imports(self) -> &'static str {
        match self {
            Self::Gnutls => "use libc::{iovec, off_t, sockaddr, socklen_t, time_t};",
            Self::Dane => "use crate::*;",
        }
    }
}

/// The options for `library`. `wrapper` is the path of its wrapper header; bindgen
/// leaves nothing in the folder `scratch`, but writes there.
pub(crate) fn builder(
    library: Library,
    wrapper: &str,
    include: &[String],
    scratch: &str,
) -> Result<Builder, BindgenError> {
    let clang = include.iter().map(|dir| format!("-I{dir}"));
    let read = Builder::default().header(wrapper).clang_args(clang);

    // Some names are enumerators and macros at once, and which ones differs by
    // release. The enumerator has the type, so the macro has to go; macros come
    // first, so it takes a reading of its own to know.
    let enumerators = Arc::default();
    let collect = Enumerators(Arc::clone(&enumerators));
    read.clone().parse_callbacks(Box::new(collect)).generate()?;

    Ok(read
        .rust_target(RustTarget::stable(85, 0).expect("bindgen knows this release"))
        .rust_edition(RustEdition::Edition2024)
        .use_core()
        .generate_cstr(true)
        .allowlist_file(library.files())
        // What the headers include is libc's to define.
        .allowlist_recursively(false)
        .raw_line(library.imports())
        .default_enum_style(EnumVariation::Consts)
        .prepend_enum_name(false)
        .generate_comments(false)
        .layout_tests(false)
        // Casts and aliases of enumerators are beyond bindgen's own evaluator.
        .clang_macro_fallback()
        .clang_macro_fallback_build_dir(scratch)
        .derive_debug(true)
        .merge_extern_blocks(true)
        .sort_semantically(true)
        .parse_callbacks(Box::new(Names { enumerators })))
}

type NameSet = Arc<Mutex<BTreeSet<String>>>;

/// Collects the names of all enumerators.
#[derive(Debug)]
struct Enumerators(NameSet);

impl ParseCallbacks for Enumerators {
    fn will_parse_macro(&self, _name: &str) -> MacroParsingBehavior {
        MacroParsingBehavior::Ignore
    }

    fn enum_variant_behavior(
        &self,
        _enum: Option<&str>,
        name: &str,
        _value: EnumVariantValue,
    ) -> Option<EnumVariantCustomBehavior> {
        self.0.lock().expect("no reader panics").insert(name.to_owned());
        None
    }
}

/// Decides which names are bound, and the types of the macros among them.
#[derive(Debug)]
struct Names {
    enumerators: NameSet,
}

impl ParseCallbacks for Names {
    fn will_parse_macro(&self, name: &str) -> MacroParsingBehavior {
        let enumerator = self.enumerators.lock().expect("no reader panics").contains(name);
        if enumerator || name.starts_with('_') || differs_by_release(name) {
            MacroParsingBehavior::Ignore
        } else {
            MacroParsingBehavior::Default
        }
    }

    fn int_macro(&self, name: &str, _value: i64) -> Option<IntKind> {
        // Functions return these as `int`, success included.
        let error = name.starts_with("GNUTLS_E_") || name.starts_with("DANE_E_");
        match name {
            _ if error => Some(IntKind::Int),
            // A time_t, and beyond a 32-bit one.
            "GNUTLS_X509_NO_WELL_DEFINED_EXPIRATION" => Some(IntKind::I64),
            _ => None,
        }
    }

    fn blocklisted_type_implements_trait(&self, _name: &str, derive: DeriveTrait) -> Option<ImplementsTrait> {
        // What structs have from libc are numbers.
        matches!(derive, DeriveTrait::Copy | DeriveTrait::Debug).then_some(ImplementsTrait::Yes)
    }

    fn enum_variant_behavior(
        &self,
        _enum: Option<&str>,
        name: &str,
        _value: EnumVariantValue,
    ) -> Option<EnumVariantCustomBehavior> {
        differs_by_release(name).then_some(EnumVariantCustomBehavior::Hide)
    }
}

/// Constants whose value is about the headers, not about the library loaded.
pub(crate) fn differs_by_release(name: &str) -> bool {
    let version = name.contains("GNUTLS_VERSION") || name.contains("GNUTLS_EXTRA_VERSION");
    (version && name != "GNUTLS_VERSION_UNKNOWN") || name.ends_with("_MAX") || name == "GNUTLS_MAX_ALGORITHM_NUM"
}
