//! Tokens: SoftHSM, with `p11tool` as a second opinion.
//!
//! The module and its configuration belong to a process: each test runs in a child with a token of its own.

#[path = "../common/children.rs"]
mod children;
mod keys;
mod objects;
mod softhsm;
mod tokens;
#[path = "../x509/tools.rs"]
#[allow(dead_code, reason = "these tests need only some of it")]
mod tools;
