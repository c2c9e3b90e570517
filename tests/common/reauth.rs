//! Clients that show a certificate when they are asked after the handshake, and servers that may ask.

use gnutls::x509::{CertificateBuilder, KeyType, PrivateKey, Purpose};
use gnutls::{ClientConfig, ClientConfigBuilder, Identity, Priority, ServerConfig, ServerConfigBuilder};

use super::{TLS13, pki};

/// The subject of [`issued`] certificates.
pub(crate) const SOMEBODY: &str = "CN=somebody";

/// An identity for this purpose, which the usual authority issued.
pub(crate) fn issued(purpose: Purpose) -> Identity {
    let key = PrivateKey::generate(KeyType::EcdsaP256).expect("a key");
    let draft = CertificateBuilder::new().subject(SOMEBODY).purpose(purpose);
    let certificate = draft.signed_by(&key, &pki().ca, &pki().ca_key).expect("a certificate");
    Identity::new(vec![certificate], key).expect("they fit")
}

/// A client that may be asked.
pub(crate) fn asked() -> ClientConfigBuilder {
    let builder = ClientConfig::builder().with_trust(std::slice::from_ref(&pki().ca)).expect("trust");
    builder.priority(Priority::new(TLS13).expect("priorities")).post_handshake_auth(true)
}

/// The same with a certificate to show.
pub(crate) fn identified() -> ClientConfigBuilder {
    asked().with_identity(issued(Purpose::CLIENT_AUTH)).expect("an identity")
}

/// A server that may ask, and takes the certificates of the usual authority.
pub(crate) fn asking() -> ServerConfigBuilder {
    let builder = ServerConfig::builder().with_identity(pki().server.clone()).expect("identity");
    let builder = builder.with_trust(std::slice::from_ref(&pki().ca)).expect("trust");
    builder.priority(Priority::new(TLS13).expect("priorities")).post_handshake_auth(true)
}
