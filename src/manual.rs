//! The manual: what a reference cannot say. Its code runs with the tests.
//!
//! The chapters are pages of the repository as well, where names lead to source files. Of two definitions of a link Markdown
//! takes the first: here that is the one in `links.md`, which leads to the item.

#[doc = include_str!("manual/links.md")]
#[doc = include_str!("../docs/one-session-two-threads.md")]
pub mod one_session_two_threads {}

#[doc = include_str!("manual/links.md")]
#[doc = include_str!("../docs/from-c-to-rust.md")]
pub mod from_c_to_rust {}

#[doc = include_str!("manual/links.md")]
#[doc = include_str!("../docs/faults.md")]
pub mod faults {}

#[doc = include_str!("manual/links.md")]
#[doc = include_str!("../docs/resumption-across-machines.md")]
pub mod resumption_across_machines {}
