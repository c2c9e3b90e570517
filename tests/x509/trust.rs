//! Trust lists: filled in every way, emptied, asked, and verified against.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::slice::from_ref;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use gnutls::ErrorKind::InvalidInput;
use gnutls::x509::{
    Certificate, CertificateBuilder, Format, PrivateKey, Purpose, RevocationList, RevocationListBuilder, TrustFlags,
    TrustList, Verification, VerifyDemands, VerifyFlags, VerifyProfile, VerifyStatus,
};

use super::tools::{Chain, Directory, assert_error, new_key, ok};

const NO_FLAGS: TrustFlags = TrustFlags::empty();
const AS_USUAL: VerifyFlags = VerifyFlags::empty();

fn trusting(authorities: &[&Certificate]) -> TrustList {
    let mut list = ok(TrustList::new());
    let authorities: Vec<_> = authorities.iter().map(|one| (*one).clone()).collect();
    assert_eq!(ok(list.add_authorities(&authorities, NO_FLAGS)), authorities.len());
    list
}

/// An authority with its key, and what it signs.
struct Authority {
    certificate: Certificate,
    key: PrivateKey,
}

impl Authority {
    fn new(name: &str) -> Authority {
        let key = new_key();
        let builder = CertificateBuilder::new().subject(name).ca(None);
        Authority { certificate: ok(builder.self_signed(&key)), key }
    }

    fn issue(&self, builder: CertificateBuilder) -> Certificate {
        ok(builder.signed_by(&new_key(), &self.certificate, &self.key))
    }

    fn revoking(&self, certificate: &Certificate) -> RevocationList {
        ok(RevocationListBuilder::new().revoke(certificate).signed_by(&self.certificate, &self.key))
    }
}

#[test]
fn a_chain_is_verified_step_by_step() {
    let chain = Chain::new();
    let list = trusting(&[&chain.root]);
    let leaves = [chain.server.clone(), chain.middle.clone()];
    let result = ok(list.verify(&leaves, AS_USUAL));
    assert!(result.is_ok() && result.status().is_empty());
    let steps = result.steps();
    let server = steps.iter().find(|step| step.certificate.as_ref() == Some(&chain.server)).expect("a step");
    assert_eq!((server.issuer.as_ref(), server.status.is_ok()), (Some(&chain.middle), true));
    assert!(steps.iter().any(|step| step.issuer.as_ref() == Some(&chain.root)));

    let gap = ok(list.verify(&leaves[..1], AS_USUAL));
    assert!(gap.status().contains(VerifyStatus::SIGNER_NOT_FOUND | VerifyStatus::INVALID));
    assert_error(list.verify(&[], AS_USUAL), InvalidInput, &["the chain is empty"]);
    assert!(ok(chain.middle.verify(from_ref(&chain.root), AS_USUAL)).is_ok());
    let strict = VerifyFlags::empty().with_profile(VerifyProfile::FUTURE);
    let weak = ok(list.verify(&leaves, strict));
    assert!(weak.status().contains(VerifyStatus::INSECURE_ALGORITHM), "{weak:?}");
}

#[test]
fn demands_are_checked() {
    let authority = Authority::new("CN=ca");
    let builder = CertificateBuilder::new().dns_name("www.example.org").ip_address([192, 0, 2, 1]);
    let builder = builder.alt_name(gnutls::x509::GeneralName::Email("a@example.org".into()));
    let leaf = [authority.issue(builder.purpose(Purpose::SERVER_AUTH))];
    let list = trusting(&[&authority.certificate]);
    let verify = |demands: &VerifyDemands| ok(list.verify_for(&leaf, demands, AS_USUAL)).status();
    let new = VerifyDemands::new;
    for demands in [
        new(),
        ok(new().host("www.example.org")),
        ok(new().host("192.0.2.1")),
        new().ip_address([192, 0, 2, 1]),
        ok(new().email("a@example.org")),
        new().purpose(Purpose::SERVER_AUTH),
        ok(new().host("www.example.org")).purpose(Purpose::SERVER_AUTH),
    ] {
        assert!(verify(&demands).is_ok(), "{demands:?}");
    }
    for demands in [ok(new().host("example.org")), new().ip_address([192, 0, 2, 2]), ok(new().email("b@example.org"))] {
        assert!(verify(&demands).contains(VerifyStatus::UNEXPECTED_OWNER), "{demands:?}");
    }
    assert!(verify(&new().purpose(Purpose::CLIENT_AUTH)).contains(VerifyStatus::PURPOSE_MISMATCH));
    assert_error(new().host("a\0b"), InvalidInput, &["NUL byte"]);
}

#[test]
fn revocation_lists_count_if_their_authority_signed_them() {
    let (authority, other) = (Authority::new("CN=ca"), Authority::new("CN=other"));
    let lost = authority.issue(CertificateBuilder::new().subject("CN=lost"));
    let crl = authority.revoking(&lost);
    let foreign = other.revoking(&lost);
    let verify_crl = TrustFlags::VERIFY_CRL;

    let mut list = trusting(&[&authority.certificate]);
    let chain = [lost.clone()];
    assert!(ok(list.verify(&chain, AS_USUAL)).is_ok());
    assert_eq!(ok(list.add_revocation_lists(from_ref(&foreign), verify_crl, AS_USUAL)), 0);
    let no_duplicates = verify_crl | TrustFlags::NO_DUPLICATES;
    assert_eq!(ok(list.add_revocation_lists(from_ref(&foreign), no_duplicates, AS_USUAL)), 0);
    let fail = verify_crl | TrustFlags::FAIL_ON_INVALID_CRL;
    assert!(list.add_revocation_lists(from_ref(&foreign), fail, AS_USUAL).is_err());
    assert!(list.add_revocation_lists(&[foreign], fail | no_duplicates, AS_USUAL).is_err());
    assert_eq!(ok(list.add_revocation_lists(&[crl.clone(), crl.clone()], no_duplicates, AS_USUAL)), 2);
    let result = ok(list.verify(&chain, AS_USUAL));
    assert!(result.status().contains(VerifyStatus::REVOKED));
    assert!(result.steps().iter().any(|step| step.list.as_ref() == Some(&crl)));
    assert!(ok(list.verify(&chain, VerifyFlags::DISABLE_CRL_CHECKS)).is_ok());
}

#[test]
fn files_directories_and_bytes_fill_a_list() {
    let authority = Authority::new("CN=ca");
    let lost = authority.issue(CertificateBuilder::new().subject("CN=lost"));
    let crl = authority.revoking(&lost);
    let directory = Directory::new();
    let (ca_dir, crl_dir) = (Directory::new(), Directory::new());
    let file = directory.file("ca.pem", authority.certificate.to_pem());
    let crl_file = directory.file("crl.pem", crl.to_pem());
    let place = ca_dir.file("ca.pem", authority.certificate.to_pem());
    let crl_place = crl_dir.file("crl.pem", crl.to_pem());
    let parent = |path: &std::path::Path| path.parent().expect("a directory").to_owned();
    let revoked =
        |list: &TrustList| ok(list.verify(from_ref(&lost), AS_USUAL)).status().contains(VerifyStatus::REVOKED);

    let mut list = ok(TrustList::new());
    assert_eq!(ok(list.add_file(&file, Format::Pem, NO_FLAGS)), 1);
    assert!(ok(list.verify(from_ref(&lost), AS_USUAL)).is_ok());
    assert_eq!(ok(list.add_revocation_file(&crl_file, Format::Pem, NO_FLAGS, AS_USUAL)), 1);
    assert!(revoked(&list));

    let mut list = ok(TrustList::new());
    assert_eq!(ok(list.add_dir(parent(&place), Format::Pem, NO_FLAGS)), 1);
    assert_eq!(ok(list.add_revocation_dir(parent(&crl_place), Format::Pem, NO_FLAGS, AS_USUAL)), 1);
    assert!(revoked(&list));

    let mut list = ok(TrustList::new());
    let (ca, lists) = (authority.certificate.to_der(), crl.to_der());
    assert_eq!(ok(list.add_bytes(Some(&ca), Some(&lists), Format::Der, NO_FLAGS, AS_USUAL)), 2);
    assert!(revoked(&list));

    assert!(list.add_file(directory.file("junk", "hello"), Format::Pem, NO_FLAGS).is_err());
    let missing = list.add_file("/nowhere/ca.pem", Format::Pem, NO_FLAGS).unwrap_err();
    assert!(missing.to_string().contains("/nowhere/ca.pem"), "{missing}");
    assert_eq!(list.add_pkcs11("pkcs11:token=nowhere;object=nothing;type=cert", NO_FLAGS).unwrap_or(0), 0);
}

#[test]
fn the_systems_authorities_are_listed() {
    let mut list = ok(TrustList::new());
    let count = ok(list.add_system(NO_FLAGS));
    assert_eq!(ok(list.authorities()).len(), count);
}

#[test]
fn what_is_distrusted_vouches_for_nobody() {
    let chain = Chain::new();
    let leaves = [chain.server.clone(), chain.middle.clone()];
    let directory = Directory::new();
    let file = directory.file("root.pem", chain.root.to_pem());
    let verify = |list: &TrustList| ok(list.verify(&leaves, AS_USUAL)).status();
    for way in 0..4 {
        let mut list = trusting(&[&chain.root]);
        assert!(verify(&list).is_ok());
        let count = match way {
            0 => list.distrust(from_ref(&chain.root)),
            1 => list.distrust_file(&file, Format::Pem),
            2 => list.distrust_bytes(chain.root.to_der(), Format::Der),
            _ => list.distrust(from_ref(&chain.middle)),
        };
        assert_eq!(ok(count), usize::from(way < 3));
        assert!(!verify(&list).is_ok(), "{way}");
    }
    let mut list = trusting(&[&chain.root]);
    ok(list.distrust(from_ref(&chain.server)));
    assert!(verify(&list).contains(VerifyStatus::REVOKED));
}

#[test]
fn authorities_are_found_by_certificate_name_and_key() {
    let chain = Chain::new();
    let list = trusting(&[&chain.root, &chain.middle]);
    let all = ok(list.authorities());
    assert!(all.len() == 2 && all.contains(&chain.root) && all.contains(&chain.middle));
    assert_eq!(format!("{list:?}"), "TrustList { authorities: 2, .. }");
    assert_eq!(ok(list.issuer_of(&chain.server)), Some(chain.middle.clone()));
    assert_eq!(ok(list.authority_named(ok(chain.middle.issuer_der()))), Some(chain.root.clone()));
    assert_eq!(ok(list.authority_named(ok(chain.server.subject_der()))), None);
    let id = ok(chain.server.authority_key_id()).expect("an identifier");
    assert_eq!(ok(list.authority_with_key_id(None, &id)), Some(chain.middle.clone()));
    let name = ok(chain.root.subject_der());
    assert_eq!(ok(list.authority_with_key_id(Some(&name), &id)), None);
    assert_eq!(ok(ok(TrustList::new()).issuer_of(&chain.server)), None);
    assert!(ok(ok(TrustList::new()).authorities()).is_empty());

    let mut twice = trusting(&[&chain.root]);
    ok(twice.add_authorities(from_ref(&chain.root), TrustFlags::NO_DUPLICATES));
    assert_eq!(ok(twice.authorities()).len(), 1);
    ok(twice.add_authorities(from_ref(&chain.root), TrustFlags::NO_DUPLICATE_KEY | TrustFlags::USE_IN_TLS));
    assert_eq!(ok(twice.authorities()).len(), 1);
}

#[test]
fn a_certificate_may_be_trusted_for_one_name() {
    let chain = Chain::new();
    let mut list = ok(TrustList::new());
    ok(list.add_named(&chain.server, "alice"));
    let verify = |name: &str| ok(list.verify_named(&chain.server, name, AS_USUAL)).status();
    assert!(verify("alice").is_ok());
    assert!(verify("bob").contains(VerifyStatus::SIGNER_NOT_FOUND));
    assert!(!ok(list.verify_named(&chain.root, "alice", AS_USUAL)).is_ok());
    let demands = ok(VerifyDemands::new().host("alice"));
    assert!(ok(list.verify_for(from_ref(&chain.server), &demands, AS_USUAL)).is_ok());
    assert_error(list.add_named(&chain.server, [b'a'; 256]), InvalidInput, &["255 bytes"]);
    ok(list.add_named(&chain.server, [b'a'; 255]));
}

#[test]
fn missing_issuers_are_looked_up() {
    let chain = Chain::new();
    let mut list = trusting(&[&chain.root]);
    let (middle, calls) = (chain.middle.clone(), Arc::new(AtomicU32::new(0)));
    let counter = Arc::clone(&calls);
    let server = chain.server.clone();
    list.set_issuer_lookup(move |certificate| {
        counter.fetch_add(1, Ordering::Relaxed);
        if *certificate == server { vec![middle.clone()] } else { vec![] }
    });
    let verify = |list: &TrustList| -> Verification { ok(list.verify(from_ref(&chain.server), AS_USUAL)) };
    assert!(verify(&list).is_ok());
    assert_eq!(calls.load(Ordering::Relaxed), 1);

    // An unrelated certificate does not help.
    let root = chain.root.clone();
    list.set_issuer_lookup(move |_| vec![root.clone()]);
    assert!(verify(&list).status().contains(VerifyStatus::SIGNER_NOT_FOUND));
    list.set_issuer_lookup(|_| vec![]);
    assert!(!verify(&list).is_ok());

    // Verification within a lookup, and a panic there.
    let root = chain.root.clone();
    let middle = chain.middle.clone();
    list.set_issuer_lookup(move |_| {
        let inner = trusting(&[&root]);
        assert!(ok(inner.verify(from_ref(&middle), AS_USUAL)).is_ok());
        vec![middle.clone()]
    });
    let outer = verify(&list);
    assert!(outer.is_ok() && outer.steps().iter().any(|step| step.certificate.as_ref() == Some(&chain.server)));
    list.set_issuer_lookup(|_| panic!("nobody home"));
    let panic = catch_unwind(AssertUnwindSafe(|| verify(&list))).expect_err("goes on");
    assert_eq!(panic.downcast_ref::<&str>(), Some(&"nobody home"));
}

#[test]
fn profiles_have_names() {
    assert_eq!(VerifyProfile::MEDIUM.name(), Some("Medium"));
    assert_eq!(VerifyProfile::from_name("medium"), Some(VerifyProfile::MEDIUM));
    assert_eq!(VerifyProfile::from_name("nonsense"), None);
    assert_eq!(VerifyProfile::from_raw(77).name(), None);
    assert_eq!(format!("{:?}", VerifyProfile::HIGH), "VerifyProfile(High)");
    let flags = VerifyFlags::DO_NOT_ALLOW_SAME.with_profile(VerifyProfile::ULTRA).with_profile(VerifyProfile::LOW);
    assert_eq!((flags.profile(), flags.contains(VerifyFlags::DO_NOT_ALLOW_SAME)), (VerifyProfile::LOW, true));
}

#[test]
fn a_list_moves_between_threads() {
    fn sends<T: Send>() {}
    fn shares<T: Send + Sync>() {}
    sends::<TrustList>();
    shares::<RevocationList>();
    shares::<Verification>();
    let chain = Chain::new();
    let list = trusting(&[&chain.root]);
    let leaves = [chain.server.clone(), chain.middle.clone()];
    let verified = std::thread::spawn(move || ok(list.verify(&leaves, AS_USUAL)).is_ok());
    assert!(verified.join().expect("no panic"));
}
