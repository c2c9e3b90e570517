//! PKCS#7: nothing can be taken out of a structure. PKCS#12: a name becomes a letter for each of its bytes.

use std::ffi::CStr;
use std::ptr;

use gnutls::pkcs7::Pkcs7;
use gnutls::pkcs12::Bag;
use gnutls::x509::RevocationListBuilder;
use gnutls_sys as sys;

use crate::common::pki;
use crate::raw::{datum, name};

/// In UTF-8.
const NAME: &CStr = c"n\u{e4}me";

#[test]
fn the_plain_library_takes_nothing_out_of_a_structure() {
    let mut structure = ptr::null_mut();
    // SAFETY: the out pointer is valid.
    assert_eq!(unsafe { sys::gnutls_pkcs7_init(&mut structure) }, 0);
    let list = RevocationListBuilder::new().signed_by(&pki().ca, &pki().ca_key).expect("a list");
    let (certificate, list) = (pki().ca.to_der(), list.to_der());
    // SAFETY: a structure of ours, and bytes that are copied.
    assert_eq!(unsafe { sys::gnutls_pkcs7_set_crt_raw(structure, &datum(&certificate)) }, 0);
    // SAFETY: as above.
    assert_eq!(unsafe { sys::gnutls_pkcs7_set_crl_raw(structure, &datum(&list)) }, 0);
    // SAFETY: a structure of ours, which has one.
    let certificate = unsafe { sys::gnutls_pkcs7_delete_crt(structure, 0) };
    // SAFETY: as above.
    let list = unsafe { sys::gnutls_pkcs7_delete_crl(structure, 0) };
    // SAFETY: nobody uses it after this.
    unsafe { sys::gnutls_pkcs7_deinit(structure) };
    assert_eq!([certificate, list].map(name), ["GNUTLS_E_ASN1_VALUE_NOT_VALID"; 2]);
}

#[test]
fn ours_has_nothing_that_would_and_is_made_of_what_is_to_stay() {
    let [first, second] = [&pki().ca, &pki().server.chain()[0]];
    let mut both = Pkcs7::new().expect("a structure");
    both.add_certificate(first).expect("adding");
    both.add_certificate(second).expect("adding");
    let read = |structure: &Pkcs7| {
        let bytes = structure.to_der().expect("DER");
        Pkcs7::from_der(bytes).and_then(|structure| structure.certificates()).expect("certificates")
    };
    let mut rest = Pkcs7::new().expect("a structure");
    for stays in read(&both).iter().skip(1) {
        rest.add_certificate(stays).expect("adding");
    }
    assert_eq!(read(&rest).len(), 1);
}

#[test]
fn the_plain_library_makes_two_letters_of_one() {
    let (mut bag, mut again, mut file, mut given) =
        (ptr::null_mut(), ptr::null_mut(), ptr::null_mut(), ptr::null_mut());
    // SAFETY: the out pointer is valid.
    assert_eq!(unsafe { sys::gnutls_pkcs12_bag_init(&mut bag) }, 0);
    // SAFETY: as above.
    assert_eq!(unsafe { sys::gnutls_pkcs12_bag_init(&mut again) }, 0);
    // SAFETY: as above.
    assert_eq!(unsafe { sys::gnutls_pkcs12_init(&mut file) }, 0);
    let data = datum(b"data");
    // SAFETY: a bag of ours and bytes that are copied.
    assert_eq!(unsafe { sys::gnutls_pkcs12_bag_set_data(bag, sys::GNUTLS_BAG_SECRET, &data) }, 0);
    // SAFETY: a bag of ours with an element, and a string that is copied.
    assert_eq!(unsafe { sys::gnutls_pkcs12_bag_set_friendly_name(bag, 0, NAME.as_ptr()) }, 0);
    // SAFETY: a file and a bag of ours.
    assert_eq!(unsafe { sys::gnutls_pkcs12_set_bag(file, bag) }, 0);
    // SAFETY: the file has a bag; the other is empty.
    assert_eq!(unsafe { sys::gnutls_pkcs12_get_bag(file, 0, again) }, 0);
    // SAFETY: a bag of ours with an element, and a valid out pointer.
    assert_eq!(unsafe { sys::gnutls_pkcs12_bag_get_friendly_name(again, 0, &mut given) }, 0);
    // SAFETY: the bag has the string.
    let given = unsafe { CStr::from_ptr(given) }.to_str().expect("UTF-8").to_owned();
    // SAFETY: nobody uses it after this.
    unsafe { sys::gnutls_pkcs12_deinit(file) };
    for bag in [bag, again] {
        // SAFETY: nobody uses it after this.
        unsafe { sys::gnutls_pkcs12_bag_deinit(bag) };
    }
    assert_eq!(given, "n\u{c3}\u{a4}me");
}

#[test]
fn ours_keeps_the_letter() {
    let mut bag = Bag::new().expect("a bag");
    bag.add_certificate(&pki().ca).expect("adding");
    bag.set_friendly_name(0, NAME.to_str().expect("UTF-8")).expect("a name");
    assert_eq!(bag.elements().expect("elements")[0].friendly_name.as_deref(), NAME.to_str().ok());
}
