//! Sets of bits that C has as flags: open, so that unknown bits survive.

/// Declares an open set of bits: its named members, and what all such sets can do. Where it is used, `sys` must be named.
macro_rules! bit_set {
    ($(#[$doc:meta])* $set:ident { $($(#[$item:meta])* $name:ident = $value:ident;)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Default, PartialEq, Eq, Hash)]
        pub struct $set(u32);

        impl $set {
            $($(#[$item])* pub const $name: $set = $set(sys::$value);)*

            const NAMES: &[($set, &str)] = &[$(($set::$name, stringify!($name)),)*];

            /// No bit.
            pub const fn empty() -> $set {
                $set(0)
            }

            /// The set for the bits that C has.
            pub const fn from_raw(bits: u32) -> $set {
                $set(bits)
            }

            /// The bits as C has them.
            pub const fn raw(self) -> u32 {
                self.0
            }

            /// Whether all of `others` are in it.
            pub const fn contains(self, others: $set) -> bool {
                self.0 & others.0 == others.0
            }

            /// Whether no bit is set.
            pub const fn is_empty(self) -> bool {
                self.0 == 0
            }
        }

        impl ::std::ops::BitOr for $set {
            type Output = $set;

            fn bitor(self, other: $set) -> $set {
                $set(self.0 | other.0)
            }
        }

        impl ::std::fmt::Debug for $set {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                let named = $set::NAMES.iter().filter(|(one, _)| !one.is_empty() && self.contains(*one));
                let names: Vec<_> = named.map(|(_, name)| *name).collect();
                write!(f, "{}({:#x}: {})", stringify!($set), self.0, names.join(" | "))
            }
        }
    };
}

pub(crate) use bit_set;
