//! Certificates, requests and revocation lists that a key in another place signs.

use std::sync::Arc;

use gnutls::key::{Cause, KeyType, PrivateKey, PublicKey, SigningKey};
use gnutls::x509::{CertificateBuilder, RequestBuilder, RevocationListBuilder, VerifyFlags};
use gnutls::{Digest, ErrorKind, PublicKeyAlgorithm, SignatureScheme};

use super::tools::{ask, assert_error};

/// A key in code, and its public half.
fn agent(key_type: KeyType) -> (PublicKey, PrivateKey) {
    let inside = PrivateKey::generate(key_type).expect("a key");
    (inside.public_key().expect("its public half"), PrivateKey::external(Arc::new(inside)).expect("a key"))
}

#[test]
fn an_agent_is_an_authority() {
    for key_type in [KeyType::EcdsaP256, KeyType::Rsa { bits: 2048 }, KeyType::Ed25519] {
        let (public, key) = agent(key_type);
        let root = CertificateBuilder::new().subject("CN=root").ca(None);
        let root = root.self_signed_elsewhere(&public, &key).expect("a root");
        assert_eq!(root.public_key().expect("a key"), public);
        assert!(ask("openssl", &["x509", "-noout", "-subject"], root.to_pem()).contains("root"));

        let (server_public, server_key) = agent(KeyType::EcdsaP256);
        let request = RequestBuilder::new().subject("CN=server").dns_name("example.org");
        let request = request.signed_elsewhere(&server_public, &server_key).expect("a request");
        request.verify(VerifyFlags::empty()).expect("its own signature");
        assert_eq!(request.public_key().expect("a key"), server_public);

        let builder = CertificateBuilder::new().subject("CN=server").dns_name("example.org");
        for server in [
            builder.signed_elsewhere(&request, &root, &key).expect("a certificate"),
            builder.signed_elsewhere(&server_public, &root, &key).expect("a certificate"),
        ] {
            assert!(server.verify(std::slice::from_ref(&root), VerifyFlags::empty()).expect("asking").is_ok());
            assert_eq!(server.authority_key_id().expect("readable"), root.subject_key_id().expect("readable"));
        }
        let list = RevocationListBuilder::new().revoke_serial([7]).signed_elsewhere(&root, &key).expect("a list");
        assert!(list.verify(std::slice::from_ref(&root), VerifyFlags::empty()).expect("asking").is_ok());

        let (other, _) = agent(key_type);
        let builder = CertificateBuilder::new().subject("CN=other");
        let kind = ErrorKind::Credentials;
        assert_error(builder.self_signed_elsewhere(&other, &key), kind, &["does not fit"]);
        assert_error(builder.signed_elsewhere(&other, &root, &server_key), kind, &["does not fit"]);
        assert_error(RequestBuilder::new().signed_elsewhere(&other, &key), kind, &["does not fit"]);
        let list = RevocationListBuilder::new().signed_elsewhere(&root, &server_key);
        assert_error(list, kind, &["does not fit"]);
    }
}

#[test]
fn the_digest_may_be_chosen() {
    let (public, key) = agent(KeyType::EcdsaP256);
    let builder = CertificateBuilder::new().subject("CN=root").ca(None).digest(Digest::SHA512);
    let root = builder.self_signed_elsewhere(&public, &key).expect("a root");
    assert_eq!(root.signature_scheme().expect("known"), SignatureScheme::ECDSA_SHA512);
    let request = RequestBuilder::new().subject("CN=x").digest(Digest::SHA384);
    let request = request.signed_elsewhere(&public, &key).expect("a request");
    request.verify(VerifyFlags::empty()).expect("its own signature");
    let list = RevocationListBuilder::new().digest(Digest::SHA384).signed_elsewhere(&root, &key).expect("a list");
    assert!(list.verify(&[root], VerifyFlags::empty()).expect("asking").is_ok());
}

/// A key that cannot sign.
struct Locked;

impl SigningKey for Locked {
    fn algorithm(&self) -> PublicKeyAlgorithm {
        PublicKeyAlgorithm::ECDSA
    }

    fn bits(&self) -> u32 {
        256
    }

    fn sign_hash(&self, _: SignatureScheme, _: &[u8]) -> Result<Vec<u8>, Cause> {
        Err("the card is locked".into())
    }
}

#[test]
fn what_a_key_in_code_says_is_told() {
    let (public, _) = agent(KeyType::EcdsaP256);
    let key = PrivateKey::external(Arc::new(Locked)).expect("a key");
    let made = CertificateBuilder::new().subject("CN=x").self_signed_elsewhere(&public, &key);
    let error = made.map(drop).expect_err("locked");
    assert!(error.to_string().contains("the card is locked"), "{error}");
}
