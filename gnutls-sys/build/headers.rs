//! How bindgen reads the headers: one set of options, shared by the generator
//! of the checked-in bindings and by the `bindgen` feature of the build script.

use bindgen::callbacks::{IntKind, MacroParsingBehavior, ParseCallbacks};
use bindgen::{Builder, EnumVariation, RustEdition, RustTarget};

/// One library, and so one bindings file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Library {
    Gnutls,
    Dane,
}

impl Library {
    pub const fn wrapper(self) -> &'static str {
        match self {
            Self::Gnutls => "wrapper.h",
            Self::Dane => "wrapper_dane.h",
        }
    }

    pub const fn output(self) -> &'static str {
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

/// The options for `library`; `wrapper` is the path of its wrapper header.
pub fn builder(library: Library, wrapper: &str, include: &[String]) -> Builder {
    Builder::default()
        .header(wrapper)
        .clang_args(include.iter().map(|dir| format!("-I{dir}")))
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
        .derive_debug(true)
        .merge_extern_blocks(true)
        .sort_semantically(true)
        .parse_callbacks(Box::new(Callbacks))
}

#[derive(Debug)]
struct Callbacks;

impl ParseCallbacks for Callbacks {
    fn will_parse_macro(&self, name: &str) -> MacroParsingBehavior {
        if name.starts_with('_') || differs_by_release(name) || ALSO_ENUMERATORS.contains(&name) {
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

    fn enum_variant_behavior(
        &self,
        _enum: Option<&str>,
        name: &str,
        _value: bindgen::callbacks::EnumVariantValue,
    ) -> Option<bindgen::callbacks::EnumVariantCustomBehavior> {
        differs_by_release(name).then_some(bindgen::callbacks::EnumVariantCustomBehavior::Hide)
    }
}

/// Constants whose value is about the headers, not about the library loaded.
fn differs_by_release(name: &str) -> bool {
    let version = name.contains("GNUTLS_VERSION") || name.contains("GNUTLS_EXTRA_VERSION");
    (version && name != "GNUTLS_VERSION_UNKNOWN") || name.ends_with("_MAX")
}

/// Names that the headers define twice, as enumerator and as macro: the
/// enumerator has the type.
const ALSO_ENUMERATORS: [&str; 17] = [
    "GNUTLS_ALLOW_ID_CHANGE",
    "GNUTLS_CLIENT",
    "GNUTLS_DATAGRAM",
    "GNUTLS_ENABLE_FALSE_START",
    "GNUTLS_FORCE_CLIENT_CERT",
    "GNUTLS_NONBLOCK",
    "GNUTLS_NO_DEFAULT_EXTENSIONS",
    "GNUTLS_NO_REPLAY_PROTECTION",
    "GNUTLS_NO_SIGNAL",
    "GNUTLS_NO_TICKETS",
    "GNUTLS_SERVER",
    "GNUTLS_TL_FAIL_ON_INVALID_CRL",
    "GNUTLS_TL_GET_COPY",
    "GNUTLS_TL_NO_DUPLICATES",
    "GNUTLS_TL_NO_DUPLICATE_KEY",
    "GNUTLS_TL_USE_IN_TLS",
    "GNUTLS_TL_VERIFY_CRL",
];
