//! Certificates and other objects of tokens.

use gnutls::Digest;
use gnutls::key::PrivateKey;
use gnutls::pkcs7::{Pkcs7, SignOptions, Signer};
use gnutls::pkcs11::{KeyTemplate, Object, ObjectFlags, ObjectKind, UrlDetail, certificates, delete};
use gnutls::x509::{Certificate, Format};

use super::softhsm::{LABEL, pins, with_token};
use super::tools::{Chain, ask};

#[test]
fn certificates_are_stored_found_changed_and_removed() {
    with_token("objects::certificates_are_stored_found_changed_and_removed", |token| {
        let chain = Chain::new();
        for (label, id, certificate) in [("server", &[1], &chain.server), ("middle", &[2], &chain.middle)] {
            let flags = ObjectFlags::LOGIN | ObjectFlags::NOT_PRIVATE;
            let template = KeyTemplate { label: Some(label), id: Some(id), flags, ..KeyTemplate::default() };
            token.store_certificate(certificate, &template).expect("storing");
        }
        let found = token.objects(ObjectFlags::CERTIFICATES).expect("objects");
        let mut names: Vec<_> = found.iter().map(|one| one.label().expect("a label")).collect();
        names.sort();
        assert_eq!(names, ["middle", "server"]);
        assert_eq!(token.objects_up_to(2, ObjectFlags::CERTIFICATES).expect("objects").len(), 2);
        let error = token.objects_up_to(1, ObjectFlags::CERTIFICATES).expect_err("too many");
        assert!(error.to_string().contains("there are 2, more than 1"), "{error}");
        let all = certificates(&found).expect("certificates");
        assert!(all.len() == 2 && all.contains(&chain.server) && all.contains(&chain.middle));

        let url = format!("{};object=server;type=cert", token.url());
        let mut object = Object::from_url(&url, ObjectFlags::default(), Some(pins())).expect("the object");
        assert_eq!((object.kind(), object.kind().name()), (ObjectKind::CERTIFICATE, "X.509 Certificate"));
        assert_eq!((object.id().expect("an id"), object.token_label().expect("a label")), (vec![1], LABEL.to_owned()));
        assert_eq!(object.certificate().expect("a certificate"), chain.server);
        assert_eq!(Certificate::from_url_asking(&url, pins()).expect("a certificate"), chain.server);
        // SoftHSM attaches nothing, and says so.
        assert!(object.attached_extensions(ObjectFlags::default()).expect("none").is_empty());
        token.attach_extension(&chain.server, [0x30, 0], None, ObjectFlags::LOGIN).expect_err("not there");
        assert_eq!(*object.contents().expect("DER"), *chain.server.to_der());
        let mut room = vec![0; 10_000];
        let length = object.contents_into(&mut room).expect("room");
        assert_eq!(room[..length], chain.server.to_der());
        let pem = object.contents_as(Format::Pem).expect("PEM");
        assert_eq!(Certificate::from_pem(&pem).expect("a certificate"), chain.server);
        assert_eq!(object.public_key().expect("a key").key_id().expect("an id"), chain.server.key_id().expect("an id"));
        assert!(object.url(UrlDetail::LibraryVersion).expect("a URL").contains("library-version"));

        assert_eq!(token.issuer_of(&chain.server, ObjectFlags::ANY).expect("asking"), Some(chain.middle.clone()));
        assert_eq!(token.issuer_of(&chain.middle, ObjectFlags::ANY).expect("asking"), None);
        let name = issuer_name(&chain);
        let id = chain.middle.subject_key_id().expect("readable").expect("an id");
        for (id, expected) in [(None, true), (Some(&id[..]), true), (Some(&[1; 20][..]), false)] {
            let issuer = token.issuer_by_name(&name, id, ObjectFlags::ANY).expect("asking");
            assert_eq!(issuer, expected.then(|| chain.middle.clone()), "{id:?}");
        }
        assert!(token.knows(&chain.server, ObjectFlags::COMPARE) && !token.knows(&chain.root, ObjectFlags::COMPARE));

        object.set_label("other", ObjectFlags::LOGIN).expect("changing");
        let url = format!("{};object=other;type=cert", token.url());
        let mut object = Object::from_url(&url, ObjectFlags::default(), None).expect("the object");
        object.set_id([9, 9], ObjectFlags::LOGIN).expect("changing");
        let object = Object::from_url(&url, ObjectFlags::default(), None).expect("the object");
        assert_eq!(object.id().expect("an id"), [9, 9]);
        assert_eq!(delete(&url, ObjectFlags::LOGIN).expect("removing"), 1);
        assert_eq!(delete(&url, ObjectFlags::LOGIN).expect("nothing to remove"), 0);
        assert!(Object::from_url(&url, ObjectFlags::default(), None).is_err());
    });
}

/// The name of the server's issuer in DER.
fn issuer_name(chain: &Chain) -> Vec<u8> {
    let key = PrivateKey::try_from(&chain.server_key).expect("a key");
    let empty = Pkcs7::new().expect("a structure");
    let signed = empty.sign(&chain.server, &key, b"x", Digest::SHA256, &SignOptions::default()).expect("signing");
    match signed.signatures().expect("one")[0].signer() {
        Signer::Certificate { issuer, .. } => issuer,
        other => panic!("{other:?}"),
    }
}

#[test]
fn p11tool_sees_what_was_stored() {
    with_token("objects::p11tool_sees_what_was_stored", |token| {
        let (chain, flags) = (Chain::new(), ObjectFlags::LOGIN | ObjectFlags::NOT_PRIVATE);
        let template = KeyTemplate { label: Some("it"), flags, ..KeyTemplate::default() };
        token.store_certificate(&chain.root, &template).expect("storing");
        let secret = KeyTemplate { label: Some("secret"), flags: ObjectFlags::LOGIN, ..KeyTemplate::default() };
        token.store_secret_key([7; 16], &secret).expect("storing");
        let told = ask("p11tool", &["--batch", "--list-all-certs", token.url()], b"");
        assert!(told.contains("Label: it"), "{told}");
        let told = ask("p11tool", &["--batch", "--login", "--set-pin", "1234", "--list-all", token.url()], b"");
        assert!(told.contains("Label: secret") && told.contains("Secret key"), "{told}");
    });
}
