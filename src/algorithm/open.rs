//! The macros behind the open types: numbers of a C enumeration, with GnuTLS's tables about them.

use std::ffi::c_uint;
use std::iter;

/// Declares one open type over a GnuTLS enumeration, with the function that names its values.
macro_rules! named {
    ($(#[$doc:meta])* $name:ident($raw:ident), $get_name:ident, $alias:literal { $($(#[$item:meta])* $item_name:ident = $value:ident,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(::gnutls_sys::$raw);

        impl $name {
            $($(#[$item])* pub const $item_name: $name = $name(::gnutls_sys::$value);)*

            /// The value for a number of the C enumeration.
            pub const fn from_raw(raw: ::gnutls_sys::$raw) -> $name {
                $name(raw)
            }

            /// The number of the C enumeration.
            pub const fn raw(self) -> ::gnutls_sys::$raw {
                self.0
            }

            /// GnuTLS's name for it, if it has one.
            #[doc(alias = $alias)]
            pub fn name(self) -> Option<&'static str> {
                // SAFETY: takes any number and looks it up in a table.
                let name = unsafe { ::gnutls_sys::$get_name(self.0) };
                // SAFETY: null or a static string.
                unsafe { crate::cstr::static_text(name) }
            }
        }

        impl ::std::fmt::Display for $name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                match self.name() {
                    Some(name) => f.write_str(name),
                    None => write!(f, "{}({})", stringify!($name), self.0),
                }
            }
        }

        impl ::std::fmt::Debug for $name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                ::std::fmt::Display::fmt(self, f)
            }
        }
    };
}

/// Gives a type the list of its values, and the way from a name to a value.
macro_rules! listed {
    ($name:ident, $list:ident, $list_alias:literal, $get_id:ident, $id_alias:literal, $unknown:ident) => {
        impl $name {
            /// All that this GnuTLS has.
            #[doc(alias = $list_alias)]
            pub fn list() -> &'static [$name] {
                static LIST: ::std::sync::OnceLock<Vec<$name>> = ::std::sync::OnceLock::new();
                LIST.get_or_init(|| {
                    // SAFETY: takes nothing. The first call fills a static array, and this is the only one.
                    let first = unsafe { ::gnutls_sys::$list() };
                    // SAFETY: an array that ends with 0 and lives as long as the library.
                    unsafe { super::open::until_zero(first) }.map($name).collect()
                })
            }

            /// The value that GnuTLS calls `name`, in capitals or not.
            #[doc(alias = $id_alias)]
            pub fn from_name(name: &str) -> Option<$name> {
                let name = ::std::ffi::CString::new(name).ok()?;
                // SAFETY: a NUL-terminated string that lives through the call, which looks it up in a table.
                let raw = unsafe { ::gnutls_sys::$get_id(name.as_ptr()) };
                (raw != ::gnutls_sys::$unknown).then_some($name(raw))
            }
        }

        #[doc = concat!("As [`from_name`](", stringify!($name), "::from_name).")]
        impl ::std::str::FromStr for $name {
            type Err = crate::error::Error;

            fn from_str(name: &str) -> crate::error::Result<$name> {
                $name::from_name(name).ok_or_else(|| {
                    let why = format!("this GnuTLS knows no {name:?}");
                    crate::error::Error::input(concat!("reading a ", stringify!($name)), why)
                })
            }
        }
    };
}

/// Gives a type its object identifiers.
macro_rules! with_oid {
    ($name:ident, $get_oid:ident, $alias:literal) => {
        impl $name {
            /// The object identifier, in numbers with dots, if it has one.
            #[doc(alias = $alias)]
            pub fn oid(self) -> Option<&'static str> {
                // SAFETY: takes any number and looks it up in a table.
                let oid = unsafe { ::gnutls_sys::$get_oid(self.0) };
                // SAFETY: null or a static string.
                unsafe { crate::cstr::static_text(oid) }
            }
        }
    };
}

/// Gives a type the way from an object identifier to a value.
macro_rules! from_oid {
    ($name:ident, $from_oid:ident, $alias:literal, $unknown:ident) => {
        impl $name {
            /// The value with an object identifier, written as numbers with dots.
            #[doc(alias = $alias)]
            pub fn from_oid(oid: &str) -> Option<$name> {
                let oid = ::std::ffi::CString::new(oid).ok()?;
                // SAFETY: a NUL-terminated string that lives through the call, which looks it up in a table.
                let raw = unsafe { ::gnutls_sys::$from_oid(oid.as_ptr()) };
                (raw != ::gnutls_sys::$unknown).then_some($name(raw))
            }
        }
    };
}

/// The numbers of an array that ends with 0.
///
/// # Safety
/// `first` is null, or the start of such an array that nobody changes or frees.
pub(super) unsafe fn until_zero(first: *const c_uint) -> impl Iterator<Item = c_uint> {
    let mut next = first;
    iter::from_fn(move || {
        if next.is_null() {
            return None;
        }
        // SAFETY: inside of the array: the 0 at its end has not been passed.
        let value = unsafe { next.read() };
        if value == 0 {
            return None;
        }
        // SAFETY: as above; what was read was not the end.
        next = unsafe { next.add(1) };
        Some(value)
    })
}
