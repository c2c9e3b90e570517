//! What comes out.

pub(crate) mod json;
pub(crate) mod markdown;
mod plots;
pub(crate) mod ratios;
pub(crate) mod table;
