//! The waiting faces of a session: `Read` and `Write` of the standard library.

mod blocking;
mod reauth;
