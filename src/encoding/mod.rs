//! The encodings around cryptography: base64, PEM, hexadecimal, and names and passwords beyond ASCII.

pub mod base64;
mod file;
pub mod hex;
mod names;
pub mod pem;
pub mod srp;

pub use file::load_file;
pub use names::{idna_map, idna_reverse_map, normalize_password, random_art};
