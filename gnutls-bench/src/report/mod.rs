//! What comes out.

pub(crate) mod json;
pub(crate) mod ratios;
pub(crate) mod table;
