//! The way out of the crate: C objects lent, taken over and given away, for programs that are ported file by file.

/// Declares `as_ptr` of a public type, and `from_raw` and `into_raw` where C can have one of its own. The rules that they
/// refer to are in the guide, "Objects that C and Rust share".
macro_rules! raw_access {
    ($type:ident, $raw:ty, lend $this:ident => $lent:expr) => {
        impl $type {
            /// The C object, for C code and for what this crate does not offer. It lives as long as this value, which
            /// goes on owning it: see
            /// [what C may do with it](crate::manual::from_c_to_rust#objects-that-c-and-rust-share).
            pub fn as_ptr(&self) -> $raw {
                let $this = self;
                $lent
            }
        }
    };
    ($type:ident, $raw:ty, give $release:literal $owner:ident => $given:expr) => {
        impl $type {
            /// Gives up the C object.
            #[doc = concat!("`", $release, "` is the caller's to call now.")]
            #[must_use = "nobody else releases it"]
            pub fn into_raw(self) -> $raw {
                let $owner = self;
                $given
            }
        }
    };
    ($type:ident, $raw:ty, try_give $release:literal unless $why:literal $owner:ident => $given:expr) => {
        impl $type {
            /// Gives up the C object.
            #[doc = concat!("`", $release, "` is the caller's to call now.")]
            ///
            /// # Errors
            #[doc = concat!("The value itself, if ", $why, ".")]
            pub fn into_raw(self) -> std::result::Result<$raw, $type> {
                let $owner = self;
                $given
            }
        }
    };
    ($type:ident, $raw:ty, take $holds:literal $object:ident => $taken:expr) => {
        impl $type {
            #[doc = concat!("Takes over a C object that ", $holds, ".")]
            ///
            /// # Safety
            /// `raw` is such an object, and from now on nobody else uses or releases it: see
            /// [what C may do with it](crate::manual::from_c_to_rust#objects-that-c-and-rust-share).
            pub unsafe fn from_raw(raw: $raw) -> $type {
                let $object = raw;
                $taken
            }
        }
    };
    // For a type that is nothing but the owner of its object, which `handle!` declared.
    ($type:ident($handle:ident), $raw:ty, $release:literal, $holds:literal) => {
        $crate::ffi::raw_access!($type, $raw, lend it => it.0.raw());
        $crate::ffi::raw_access!($type, $raw, give $release it => it.0.into_raw());
        $crate::ffi::raw_access!($type, $raw, take $holds raw => {
            // SAFETY: the caller says so.
            $type(unsafe { $handle::from_raw(raw) })
        });
    };
}

pub(crate) use raw_access;
