//! DANE: records that DNSSEC does not protect are given out as secure; and where none can be compared the verification
//! fails, although it was not told to.

use std::ptr;

use gnutls::dane::{Flags, State, Verdict, VerifyFlags};
use gnutls_sys as sys;

use crate::common::pki;
use crate::raw::datum;

const RECORD: [u8; 5] = [3, 1, 1, 9, 9];

fn state() -> State {
    State::new(Flags::IGNORE_LOCAL_RESOLVER | Flags::IGNORE_DNSSEC | Flags::INSECURE).expect("a state")
}

#[test]
fn the_plain_library_calls_them_secure_and_fails_where_it_should_not() {
    let (state, mut record) = (state(), RECORD);
    let (starts, lengths) = ([record.as_mut_ptr().cast(), ptr::null_mut()], [5, 0]);
    let mut query = ptr::null_mut();
    // SAFETY: a state, arrays that end with null, whose record outlives the object, and a valid out pointer.
    let code = unsafe { sys::dane_raw_tlsa(state.as_ptr(), &mut query, starts.as_ptr(), lengths.as_ptr(), 0, 0) };
    // SAFETY: the query was made.
    assert_eq!((code, unsafe { sys::dane_query_status(query) }), (0, sys::DANE_QUERY_NO_DNSSEC));
    let (mut count, mut records, mut sizes, mut secure, mut bogus) = (0, ptr::null_mut(), ptr::null_mut(), 9, 9);
    // SAFETY: a query of ours and valid out pointers.
    let code =
        unsafe { sys::dane_query_to_raw_tlsa(query, &mut count, &mut records, &mut sizes, &mut secure, &mut bogus) };
    assert_eq!((code, count, secure, bogus), (0, 1, 1, 1));
    let der = pki().server.chain()[0].to_der();
    let (mut status, flags, kind) = (0, sys::DANE_VFLAG_ONLY_CHECK_CA_USAGE, sys::GNUTLS_CRT_X509);
    // SAFETY: a state, a chain of one certificate, a query of ours and a valid out pointer.
    let code = unsafe { sys::dane_verify_crt_raw(state.as_ptr(), &datum(&der), 1, kind, query, 0, flags, &mut status) };
    assert_eq!((code, status), (sys::DANE_E_REQUESTED_DATA_NOT_AVAILABLE, sys::DANE_VERIFY_UNKNOWN_DANE_INFO));
    // SAFETY: read while nobody changes it.
    let free = unsafe { sys::gnutls_free }.expect("GnuTLS has one");
    // SAFETY: what the function has made for its caller.
    unsafe { free(records.cast()) };
    // SAFETY: as above.
    unsafe { free(sizes.cast()) };
    // SAFETY: nobody uses it after this.
    unsafe { sys::dane_query_deinit(query) };
}

#[test]
fn ours_says_what_dnssec_said_and_what_was_compared() {
    let state = state();
    let query = state.records(&[RECORD], false, false).expect("a record");
    assert!(!query.to_raw().expect("records").secure);
    let verdict = state.verify(pki().server.chain(), &query, VerifyFlags::ONLY_CA).expect("a verdict");
    assert_eq!(verdict, Verdict::UNKNOWN_DANE_INFO);
}
