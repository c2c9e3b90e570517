//! Private keys that are on a token.

use gnutls::key::{KeyPlace, KeyType, PrivateKey, PublicKey};
use gnutls::pkcs11::{KeyTemplate, ObjectFlags, ObjectKind, Token, TokenKey, UrlDetail, delete};
use gnutls::x509::{CertificateBuilder, VerifyFlags};
#[cfg(gnutls_3_8_13)]
use gnutls::{EccCurve, ErrorKind};
use gnutls::{PublicKeyAlgorithm, SignatureScheme};

use super::softhsm::{pins, with_token};
use super::tools::new_key;

fn url(token: &Token, rest: &str) -> String {
    format!("{};{rest}", token.url())
}

#[test]
fn a_key_that_was_made_on_the_token_signs_there() {
    with_token("keys::a_key_that_was_made_on_the_token_signs_there", |token| {
        for (number, (key_type, scheme)) in [
            (KeyType::Rsa { bits: 2048 }, SignatureScheme::RSA_SHA256),
            (KeyType::EcdsaP256, SignatureScheme::ECDSA_SHA256),
        ]
        .into_iter()
        .enumerate()
        {
            let label = format!("key{number}");
            let template = KeyTemplate {
                label: Some(&label),
                id: Some(&[7, 8]),
                flags: ObjectFlags::LOGIN,
                ..KeyTemplate::default()
            };
            let public = token.generate_key(key_type, &template).expect("a key");
            let url = url(&token, &format!("object={label};type=private"));
            let key = TokenKey::from_url(&url, ObjectFlags::LOGIN, Some(pins())).expect("the key");
            assert!(key.is_present() && key.label().expect("a label") == label);
            assert!(key.url(UrlDetail::Generic).expect("a URL").contains(&label));
            assert_eq!(key.public_key().expect("the other half"), public);
            let other = key.try_clone().expect("once more");
            assert_eq!(other.public_key().expect("the other half"), public);
            let key = PrivateKey::try_from(key).expect("taken over");
            let root = CertificateBuilder::new().subject("CN=root").ca(None).self_signed_elsewhere(&public, &key);
            let root = root.expect("a root that the token signs");
            assert!(root.verify(std::slice::from_ref(&root), VerifyFlags::empty()).expect("asking").is_ok());
            assert_eq!(key.place(), KeyPlace::Token);
            let signature = key.sign(scheme, b"a message").expect("a signature");
            public.verify(scheme, b"a message", &signature).expect("right");
            let again = TokenKey::behind(&key).expect("once more");
            assert_eq!(again.algorithm().expect("known").0, public.algorithm().expect("known").0);
        }
        assert!(TokenKey::behind(&PrivateKey::generate(KeyType::EcdsaP256).expect("a key")).is_err());
        assert!(TokenKey::from_url(&url(&token, "object=no;type=private"), ObjectFlags::LOGIN, Some(pins())).is_err());
    });
}

#[test]
fn a_key_that_was_stored_is_the_same_key() {
    with_token("keys::a_key_that_was_stored_is_the_same_key", |token| {
        let (key, template) =
            (new_key(), KeyTemplate { label: Some("mine"), id: Some(&[1]), ..KeyTemplate::default() });
        let flags = ObjectFlags::LOGIN | ObjectFlags::SENSITIVE | ObjectFlags::PRIVATE;
        token.store_key(&key, &KeyTemplate { flags, ..template }).expect("storing");
        let public = PrivateKey::try_from(&key).expect("a key").public_key().expect("the other half");
        let login = KeyTemplate { flags: ObjectFlags::LOGIN | ObjectFlags::NOT_PRIVATE, ..template };
        token.store_public_key(&public, &login).expect("storing");

        let url = url(&token, "object=mine");
        let key = PrivateKey::from_url(&format!("{url};type=private"), Some(pins())).expect("the key");
        let signature = key.sign(SignatureScheme::ECDSA_SHA256, b"a message").expect("a signature");
        public.verify(SignatureScheme::ECDSA_SHA256, b"a message", &signature).expect("right");
        let found = token.objects(ObjectFlags::PUBLIC_KEYS).expect("objects");
        assert_eq!(found[0].kind(), ObjectKind::PUBLIC_KEY);
        assert_eq!(found[0].public_key().expect("a key"), public);
        assert_eq!(PublicKey::from_der(found[0].contents().expect("DER")).expect("a key"), public);
        assert_eq!(public.algorithm().expect("known").0, PublicKeyAlgorithm::ECDSA);

        let private = token.objects(ObjectFlags::PRIVATE_KEYS | ObjectFlags::LOGIN).expect("objects");
        assert_eq!((private.len(), private[0].kind()), (1, ObjectKind::PRIVATE_KEY));
        #[cfg(gnutls_3_8_13)]
        {
            assert_eq!(private[0].key_type().expect("known"), KeyType::Curve(EccCurve::SECP256R1));
            assert_eq!(found[0].key_type().expect_err("a public key").kind(), ErrorKind::Unsupported);
        }
        let marks = private[0].flags().expect("marks");
        assert!(marks.contains(ObjectFlags::SENSITIVE | ObjectFlags::PRIVATE), "{marks}");
        assert!(marks.to_string().contains("CKA_SENSITIVE"), "{marks}");
        assert!(private[0].contents().is_err() && private[0].certificate().is_err());
        assert_eq!(delete(&url, ObjectFlags::LOGIN).expect("removing"), 2);
        assert!(token.objects(ObjectFlags::LOGIN).expect("objects").is_empty());
    });
}
