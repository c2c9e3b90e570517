//! Raw bindings to GnuTLS.

#[allow(
    missing_docs,
    non_camel_case_types,
    non_upper_case_globals,
    unreachable_pub,
    clippy::all,
    reason = "generated: the names are C's, and their documentation is the GnuTLS manual"
)]
mod bindings;
pub use bindings::*;

#[cfg(feature = "dane")]
#[allow(
    missing_docs,
    non_camel_case_types,
    unreachable_pub,
    clippy::all,
    reason = "generated: the names are C's, and their documentation is the GnuTLS manual"
)]
mod bindings_dane;
#[cfg(feature = "dane")]
pub use bindings_dane::*;
