//! The small shapes that every call into GnuTLS shares: results, strings, data, and panics that must not cross C.

mod bits;
pub(crate) mod callback;
mod data;
mod filled;
mod handle;
mod panic;
mod raw_access;
mod result;
mod text;
mod wiped;

pub(crate) use bits::bit_set;
pub(crate) use data::{OwnedDatum, allocated, copied, datum, give, no_datum, start, static_bytes};
pub(crate) use filled::{
    OwnedArray, by_index, filled, filled_many, filled_optional, items, optional, pairs_by_index, sized, sized_exactly,
    sized_optional, texts_by_index, until_end, written,
};
pub(crate) use handle::handle;
pub(crate) use panic::PanicSlot;
pub(crate) use raw_access::raw_access;
pub(crate) use result::{check, length};
pub(crate) use text::{c_string, lossy, path_c_string};
pub(crate) use wiped::{Wiped, equal, wipe};
