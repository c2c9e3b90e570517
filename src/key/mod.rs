//! Keys of every kind and place: in memory, on a token, in a system's store, or in code of your own.
//!
//! [`PrivateKey`] and [`PublicKey`] stand for `gnutls_privkey_t` and `gnutls_pubkey_t`: they sign, verify, encrypt and
//! decrypt. [`x509::PrivateKey`](crate::x509::PrivateKey) stands for `gnutls_x509_privkey_t`, a key whose numbers are in
//! memory: it is read, written and generated, and becomes a [`PrivateKey`] with `into()`.

mod dh;
mod encryption;
mod external;
mod external_raw;
mod ffdhe;
mod fits;
mod generate;
mod handle;
#[cfg(gnutls_3_8_13)]
pub mod hpke;
mod integers;
mod key_id;
mod key_type;
mod numbers;
mod pcert;
mod pin;
mod private;
mod private_numbers;
mod public;
mod public_forms;
mod public_numbers;
mod seed;
mod signature_flags;
mod signing;
mod spki;
pub mod system;
pub mod tpm;

pub use dh::DhParams;
pub use external::{Cause, SigningKey};
pub use external_raw::RawKey;
pub use ffdhe::FfdheGroup;
pub use generate::KeyGenerator;
pub use key_type::KeyType;
pub(crate) use numbers::Zeros;
pub use numbers::{
    DsaPrivateNumbers, DsaPublicNumbers, EccPrivateNumbers, EccPublicNumbers, GostPrivateNumbers, GostPublicNumbers,
    RsaPrivateNumbers, RsaPublicNumbers,
};
pub use pcert::Pcert;
pub use pin::{Pin, PinRequest};
pub use private::{KeyPlace, PrivateKey, is_url_supported};
pub use public::PublicKey;
pub use signature_flags::SignFlags;
pub use spki::Spki;

/// The same as in [`x509`](crate::x509).
pub use crate::x509::VerifyFlags;
pub use key_id::KeyIdKind;
pub(crate) use key_id::{key_id, key_id_of};
pub(crate) use pin::{PinBox, ask, asking};
