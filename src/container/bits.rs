//! Sets of bits of C: unknown ones survive.

/// Declares the type. Where it is used, `sys` must be named.
macro_rules! bits {
    ($(#[$doc:meta])* $name:ident { $($(#[$item:meta])* $item_name:ident = $value:ident,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Default, PartialEq, Eq, Hash)]
        pub struct $name(u32);

        impl $name {
            $($(#[$item])* pub const $item_name: $name = $name(sys::$value);)*

            /// The value for the bits of C.
            pub const fn from_raw(bits: u32) -> $name {
                $name(bits)
            }

            /// The bits as C has them.
            pub const fn raw(self) -> u32 {
                self.0
            }

            /// Whether all of `others` are set.
            pub const fn contains(self, others: $name) -> bool {
                self.0 & others.0 == others.0
            }
        }

        impl ::std::ops::BitOr for $name {
            type Output = $name;

            fn bitor(self, other: $name) -> $name {
                $name(self.0 | other.0)
            }
        }

        impl ::std::fmt::Debug for $name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                write!(f, "{}({:#x})", stringify!($name), self.0)
            }
        }
    };
}

pub(crate) use bits;
