//! DANE without a network: records as `danetool` and the test make them.

mod common;
#[path = "x509/tools.rs"]
#[allow(dead_code, reason = "these tests need only some of it")]
mod tools;

use gnutls::dane::{Flags, Matching, Query, QueryStatus, RawRecords, Selector, State, Usage, Verdict, VerifyFlags};
use gnutls::transport::memory;
use gnutls::{ClientConfig, ErrorKind, Refusal, Session, sys};

use tools::{Chain, Directory, ask, assert_error, text};

fn state(more: Flags) -> State {
    State::new(Flags::IGNORE_LOCAL_RESOLVER | Flags::IGNORE_DNSSEC | more).expect("a state")
}

/// The record that `danetool` makes for the server, from its text `... ( 03 01 01 digits )`.
fn record_of_danetool(chain: &Chain) -> Vec<u8> {
    let directory = Directory::new();
    let file = directory.file("server.pem", chain.server.to_pem());
    let told = ask("danetool", &["--tlsa-rr", "--host", "localhost", "--load-certificate", text(&file)], b"");
    let inside = told.split_once('(').and_then(|(_, rest)| rest.split_once(')')).expect("a record").0;
    let digits: String = inside.split_whitespace().collect();
    (0..digits.len()).step_by(2).map(|at| u8::from_str_radix(&digits[at..at + 2], 16).expect("digits")).collect()
}

#[test]
fn a_record_of_danetool_fits_its_certificate_and_no_other() {
    let (chain, other, state) = (Chain::new(), Chain::new(), state(Flags::default()));
    let query = state.records(&[record_of_danetool(&chain)], true, false).expect("a record");
    let [record] = &query.records().expect("records")[..] else { panic!("{query:?}") };
    assert_eq!((record.usage, record.selector), (Usage::LOCAL_END_ENTITY, Selector::PUBLIC_KEY));
    assert_eq!((record.matching, record.data.len()), (Matching::SHA256, 32));
    assert_eq!(record.matching.name(), Some("SHA2-256 hash"));
    assert!(record.usage.name().is_some() && record.selector.name().is_some());
    assert_eq!(query.status(), QueryStatus::DnssecVerified);
    let verdict = state.verify(&[chain.server], &query, VerifyFlags::default()).expect("a verdict");
    assert!(verdict.is_ok() && verdict.to_string().contains("matches"), "{verdict}");
    let verdict = state.verify(&[other.server], &query, VerifyFlags::default()).expect("a verdict");
    assert!(verdict.contains(Verdict::CERTIFICATE_DIFFERS) && verdict.to_string().contains("failed"), "{verdict}");
}

#[test]
fn records_about_authorities_are_compared_with_the_chain() {
    let (chain, other, state) = (Chain::new(), Chain::new(), state(Flags::default()));
    let record = |chain: &Chain| [&[2, 0, 1][..], &chain.middle.fingerprint_sha256().expect("a digest")].concat();
    let shown = [chain.server.clone(), chain.middle.clone()];
    let query = state.records(&[record(&chain)], true, false).expect("a record");
    assert!(state.verify(&shown, &query, VerifyFlags::default()).expect("a verdict").is_ok());
    let wrong = state.records(&[record(&other)], true, false).expect("a record");
    let verdict = state.verify(&shown, &wrong, VerifyFlags::default()).expect("a verdict");
    assert!(verdict.contains(Verdict::CA_CONSTRAINTS_VIOLATED), "{verdict}");
    let verdict = state.verify(&shown, &query, VerifyFlags::ONLY_END_ENTITY).expect("a verdict");
    assert_eq!(verdict, Verdict::UNKNOWN_DANE_INFO);
    let flags = VerifyFlags::ONLY_END_ENTITY | VerifyFlags::FAIL_IF_NOT_CHECKED;
    assert_error(state.verify(&shown, &query, flags), ErrorKind::InvalidInput, &["TLSA"]);
    assert_error(state.verify(&[], &query, VerifyFlags::default()), ErrorKind::InvalidInput, &["TLSA"]);
}

#[test]
fn an_authority_that_did_not_issue_the_certificate_vouches_for_nothing() {
    let (chain, evil, state) = (Chain::new(), Chain::new(), state(Flags::default()));
    let record = |usage, selector, data: &[u8]| [&[usage, selector, 1][..], data].concat();
    for authority in [&chain.middle, &chain.root] {
        let digests = [authority.fingerprint_sha256().expect("a digest"), authority.key_id().expect("a digest")];
        for (usage, selector) in [(0, 0), (0, 1), (2, 0), (2, 1)] {
            let record = record(usage, selector, &digests[usize::from(selector)]);
            let query = state.records(&[record], true, false).expect("a record");
            // What is public of the right chain stands beside a chain of somebody else's.
            for shown in [
                vec![&evil.server, &evil.middle, authority],
                vec![&evil.server, authority, &evil.middle],
                vec![&evil.server, &evil.middle, &evil.root, &chain.middle, &chain.root],
                vec![&evil.server, &chain.server, &chain.middle, &chain.root],
            ] {
                let shown: Vec<_> = shown.into_iter().cloned().collect();
                let verdict = state.verify(&shown, &query, VerifyFlags::default()).expect("a verdict");
                assert_eq!(verdict, Verdict::CA_CONSTRAINTS_VIOLATED, "{usage} {selector} {shown:?}");
            }
            for shown in [
                vec![&chain.server, &chain.middle, &chain.root],
                vec![&chain.server, &chain.root, &chain.middle],
                vec![&chain.server, &evil.root, &chain.middle, &chain.root],
            ] {
                let shown: Vec<_> = shown.into_iter().cloned().collect();
                let verdict = state.verify(&shown, &query, VerifyFlags::default()).expect("a verdict");
                assert!(verdict.is_ok(), "{usage} {selector} {shown:?} {verdict}");
            }
        }
    }
    // A record about the server does not care.
    let query = state.records(&[record(3, 0, &evil.server.fingerprint_sha256().expect("a digest"))], true, false);
    let shown = [evil.server.clone(), chain.middle.clone()];
    assert!(state.verify(&shown, &query.expect("a record"), VerifyFlags::default()).expect("a verdict").is_ok());
}

#[test]
fn records_come_back_as_they_were() {
    let records = vec![vec![3, 1, 1, 9, 9], vec![2, 0, 0, 1], vec![1, 1, 2, 7]];
    let query = state(Flags::default()).records(&records, true, false).expect("records");
    assert_eq!(query.to_raw().expect("records"), RawRecords { records, secure: true, bogus: false });
    assert_error(state(Flags::default()).records(&[[3, 1, 1]], true, false), ErrorKind::InvalidInput, &["TLSA"]);
    assert_error(state(Flags::default()).records(&[[3; 9]; 101], true, false), ErrorKind::InvalidInput, &["101"]);
}

#[test]
fn records_go_to_c_unless_they_lie_in_memory_of_ours() {
    let (state, mut record) = (state(Flags::default()), [3, 1, 1, 9, 9]);
    let query = state.records(&[record], true, false).expect("a record");
    // SAFETY: alive, and only read.
    assert_eq!(unsafe { sys::dane_query_entries(query.as_ptr()) }, 1);
    assert_eq!(query.into_raw().expect_err("it stays").records().expect("records").len(), 1);

    let (starts, lengths) = ([record.as_mut_ptr().cast(), std::ptr::null_mut()], [5, 0]);
    let mut raw = std::ptr::null_mut();
    // SAFETY: a state, arrays that end with null, whose record outlives the object, and a valid out pointer.
    let code = unsafe { sys::dane_raw_tlsa(state.as_ptr(), &mut raw, starts.as_ptr(), lengths.as_ptr(), 1, 0) };
    assert_eq!(code, 0);
    // SAFETY: it holds a record that is there to the end of this test, and nobody else has it.
    let query = unsafe { Query::from_raw(raw) };
    assert_eq!(query.records().expect("records")[0].data, [9, 9]);
    let raw = query.into_raw().expect("C's memory");
    // SAFETY: given away above, and released once.
    unsafe { sys::dane_query_deinit(raw) };
}

#[test]
fn what_dnssec_does_not_protect_is_refused_unless_asked_for() {
    let record = [[3, 1, 1, 9, 9]];
    for bogus in [false, true] {
        assert_error(state(Flags::default()).records(&record, false, bogus), ErrorKind::Verification, &["DNSSEC"]);
        let query = state(Flags::INSECURE).records(&record, false, bogus).expect("records");
        assert_eq!(query.status(), if bogus { QueryStatus::Bogus } else { QueryStatus::NoDnssec });
        let raw = query.to_raw().expect("records");
        assert_eq!((raw.secure, raw.bogus), (false, bogus));
    }
}

/// The resolver answers for names that end with `.invalid` (RFC 6761), and asks nobody.
#[test]
fn a_host_without_records_is_told() {
    let (chain, mut state) = (Chain::new(), state(Flags::INSECURE));
    let error = state.look_up("host.invalid", "tcp", 443).unwrap_err();
    assert!(error.to_string().contains("DANE"), "{error}");
    let error = state.verify_host(&[chain.server], "host.invalid", "tcp", 443, VerifyFlags::default()).unwrap_err();
    assert!(error.to_string().contains("DANE"), "{error}");
    assert_error(state.look_up("a\0b", "tcp", 443), ErrorKind::InvalidInput, &["NUL"]);
    assert_error(state.set_dlv_file("/no/such/file"), ErrorKind::Resource, &["look-aside"]);
}

/// What a client ends with that trusts the usual authority and asks `decide`.
fn session(
    decide: impl Fn(&gnutls::HandshakeView<'_>) -> Result<(), Refusal> + Send + Sync + 'static,
) -> gnutls::Result<Session<memory::End>> {
    let config = ClientConfig::builder().with_trust(std::slice::from_ref(&common::pki().ca)).expect("trust");
    let config = config.verify_with(move |view, _| decide(view)).build().expect("a client");
    common::within("two handshakes", move || {
        let (near, far) = memory::pair(1 << 16);
        let accepting = std::thread::spawn(move || common::server(common::TLS13).accept(far).map(drop));
        let session = config.connect(common::HOST, near);
        // The server's end is of no interest.
        let _ = accepting.join().expect("no panic");
        session
    })
}

#[test]
fn a_session_is_compared_with_records_about_its_server_and_its_authority() {
    let session = session(|_| Ok(())).expect("a session");
    let (state, pki) = (state(Flags::default()), common::pki());
    let digest = |certificate: &gnutls::x509::Certificate| certificate.fingerprint_sha256().expect("a digest");
    // The authority is trusted, and not shown.
    for (usage, of, fits) in [
        (3, &pki.server.chain()[0], true),
        (3, &pki.ca, false),
        (2, &pki.ca, true),
        (0, &pki.ca, true),
        (2, &Chain::new().root, false),
    ] {
        let query = state.records(&[[&[usage, 0, 1][..], &digest(of)].concat()], true, false).expect("a record");
        let verdict = session.verify_dane(&state, &query, VerifyFlags::default()).expect("a verdict");
        assert_eq!(verdict.is_ok(), fits, "usage {usage}: {verdict}");
    }
}

#[test]
fn a_handshake_can_wait_for_the_dns_which_may_know_nothing() {
    let error = session(|view| {
        let state = State::new(Flags::IGNORE_LOCAL_RESOLVER | Flags::IGNORE_DNSSEC | Flags::INSECURE)?;
        let verdict = view.verify_dane(&state, "host.invalid", "tcp", 443, VerifyFlags::FAIL_IF_NOT_CHECKED)?;
        Err(Refusal::new(verdict.to_string()))
    });
    assert_error(error, ErrorKind::Callback, &["verify_with", "DANE"]);
}
