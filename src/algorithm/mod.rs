//! The vocabulary of the library: ciphers, digests, curves, signatures, ... Open types: unknown values are kept.

#[macro_use]
mod open;
mod certificate_type;
mod cipher;
mod cipher_suite;
mod compression;
mod credentials_type;
mod curve;
mod digest;
mod gost;
mod group;
mod handshake_message;
mod key_exchange;
mod mac;
mod overhead;
#[cfg(gnutls_3_7_3)]
mod policy;
mod protocol;
mod public_key;
mod security;
mod signature;
mod srtp;

pub use certificate_type::CertificateType;
pub use cipher::Cipher;
pub use cipher_suite::CipherSuite;
pub use compression::CompressionMethod;
pub use credentials_type::CredentialsType;
pub use curve::EccCurve;
pub use digest::Digest;
pub use gost::GostParamset;
pub use group::Group;
pub use handshake_message::HandshakeMessage;
pub use key_exchange::KeyExchange;
pub use mac::Mac;
pub use protocol::Protocol;
pub use public_key::PublicKeyAlgorithm;
pub use security::SecurityParameter;
pub use signature::SignatureScheme;
pub use srtp::SrtpProfile;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_values_have_names_and_unknown_ones_survive() {
        assert_eq!(Protocol::TLS1_3.to_string(), "TLS1.3");
        assert_eq!(Cipher::AES_128_GCM.to_string(), "AES-128-GCM");
        assert_eq!(Group::from_raw(54_321).to_string(), "Group(54321)");
    }
}
