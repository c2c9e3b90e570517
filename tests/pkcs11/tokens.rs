//! What tokens are.

use std::sync::Arc;

use gnutls::ErrorKind;
use gnutls::key::{Cause, PinRequest};
use gnutls::pkcs11::{
    Mechanism, ObjectFlags, Setup, Token, TokenFlags, UrlDetail, deinit, has_default_pin, reinit, set_default_pin,
    set_token_prompt,
};

use super::softhsm::{LABEL, USER_PIN, pins, with_softhsm, with_token};
use super::tools::assert_error;

#[test]
fn a_token_says_what_it_is() {
    with_token("tokens::a_token_says_what_it_is", |token| {
        assert_eq!(token.label().expect("a label"), LABEL);
        assert_eq!(token.manufacturer().expect("a name"), "SoftHSM project");
        assert!(token.model().expect("a model").starts_with("SoftHSM"));
        assert!(token.serial().expect("a number").len() >= 8);
        assert_eq!(token.module().expect("readable"), "");
        let wanted = TokenFlags::RANDOM | TokenFlags::LOGIN_REQUIRED | TokenFlags::INITIALIZED;
        let flags = token.flags().expect("flags");
        assert!(
            flags.contains(wanted | TokenFlags::USER_PIN_SET) && !flags.contains(TokenFlags::HARDWARE),
            "{flags:?}"
        );
        for detail in [UrlDetail::Library, UrlDetail::LibraryVersion] {
            let urls = Token::list(detail).expect("tokens");
            assert!(urls.iter().any(|token| token.url().contains("library-")), "{urls:?}");
        }
    });
}

#[test]
fn a_token_says_what_it_can_do() {
    const CKM_RSA_PKCS: Mechanism = Mechanism(1);
    with_token("tokens::a_token_says_what_it_can_do", |token| {
        assert!(token.mechanisms().expect("mechanisms").contains(&CKM_RSA_PKCS));
        assert!(token.has_mechanism(CKM_RSA_PKCS) && !token.has_mechanism(Mechanism(0x7FFF_FFFF)));
        let (one, other) = (token.random(32).expect("bytes"), token.random(32).expect("bytes"));
        assert!(one.len() == 32 && *one != *other);
        let missing = Token::from_url("pkcs11:token=missing").expect("a URL");
        assert!(missing.flags().is_err() && missing.mechanisms().is_err() && missing.random(1).is_err());
        assert!(!missing.has_mechanism(CKM_RSA_PKCS));
        assert_error(Token::from_url("pkcs11:\0"), ErrorKind::InvalidInput, &["NUL"]);
    });
}

#[test]
fn pins_are_changed() {
    with_token("tokens::pins_are_changed", |token| {
        token.set_user_pin(Some(USER_PIN), "4321").expect("the user may");
        assert!(token.set_user_pin(Some(USER_PIN), "0000").is_err());
        token.set_officer_pin(super::softhsm::OFFICER_PIN, "87654321").expect("the officer may");
        assert!(token.set_officer_pin("wrong", "87654321").is_err());
    });
}

#[test]
fn what_the_pin_says_is_the_source_of_the_error() {
    with_token("tokens::what_the_pin_says_is_the_source_of_the_error", |token| {
        assert!(has_default_pin());
        set_default_pin(Some(Arc::new(|_: &PinRequest<'_>| {
            Err::<gnutls::x509::SecretBytes, Cause>("not today".into())
        })));
        let error = token.objects(ObjectFlags::LOGIN).unwrap_err();
        assert!(error.to_string().contains("not today"), "{error}");
        set_default_pin(None);
        assert!(!has_default_pin() && token.objects(ObjectFlags::LOGIN).is_err());
        set_default_pin(Some(pins()));
        assert!(token.objects(ObjectFlags::LOGIN).expect("objects").is_empty());
    });
}

#[test]
fn modules_are_chosen_before_all_else_and_only_then() {
    with_softhsm("tokens::modules_are_chosen_before_all_else_and_only_then", || {
        for setup in [Setup::manual(), Setup::auto(), Setup::auto_trusted()] {
            assert_error(setup.apply(), ErrorKind::Misuse, &["in use already"]);
        }
        assert_error(Setup::manual().provider("\0", None), ErrorKind::InvalidInput, &["NUL"]);
        set_token_prompt(Some(Arc::new(|_, _| false)));
        // SAFETY: the only thread, and there are no objects.
        unsafe { reinit() }.expect("once more");
        Token::list(UrlDetail::Generic).expect("a list");
        // SAFETY: as above.
        unsafe { deinit() };
    });
}
