//! The x509 module from outside, with `certtool` and `openssl` as second opinions.
//!
//! Both programs must be there: a test that cannot ask them fails.

mod builder;
mod certificates;
mod empty;
mod extensions;
mod handed_over;
mod keys;
mod names;
mod requests;
mod revocation;
mod statements;
mod tools;
mod trust;
