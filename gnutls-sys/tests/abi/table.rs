//! The entries of the generated tables, and the macros that write them.

use std::ffi::CStr;

/// A type: what C calls it, its size, alignment, and the offsets of its fields.
/// A field that Rust could not call by its name has an underscore behind it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Layout {
    pub(crate) c: &'static str,
    pub(crate) size: usize,
    pub(crate) align: usize,
    pub(crate) fields: &'static [(&'static str, usize)],
}

pub(crate) type Number = (&'static str, i128);
pub(crate) type Text = (&'static str, &'static CStr);
/// A function or variable of the library, with its address.
pub(crate) type Symbol = (&'static str, *const ());

macro_rules! layout {
    ($c:literal, $name:ident { $($field:ident),* }) => {
        Layout {
            c: $c,
            size: size_of::<$name>(),
            align: align_of::<$name>(),
            fields: &[$((stringify!($field), core::mem::offset_of!($name, $field))),*],
        }
    };
}

macro_rules! number {
    ($name:ident) => {
        (stringify!($name), i128::from($name))
    };
}

macro_rules! string {
    ($name:ident) => {
        (stringify!($name), $name)
    };
}

macro_rules! function {
    ($name:ident) => {
        (stringify!($name), $name as *const ())
    };
}

macro_rules! data {
    ($name:ident) => {
        (stringify!($name), (&raw const $name).cast())
    };
}

pub(crate) use {data, function, layout, number, string};
