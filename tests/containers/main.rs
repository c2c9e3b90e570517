//! What certificates and keys come in: OCSP, PKCS#7, PKCS#12, with `openssl` and GnuTLS's tools as second opinions.
//!
//! The programs must be there: a test that cannot ask them fails.

#[path = "../common/mod.rs"]
mod common;
mod handed_over;
mod ocsp;
mod ocsp_verdicts;
mod pkcs12;
mod pkcs12_bags;
mod pkcs7;
mod staples;
#[path = "../x509/tools.rs"]
#[allow(dead_code, reason = "these tests need only some of it")]
mod tools;

/// Those who trust these authorities.
fn trusting(authorities: &[gnutls::x509::Certificate]) -> gnutls::x509::TrustList {
    let mut list = gnutls::x509::TrustList::new().expect("a list");
    list.add_authorities(authorities, gnutls::x509::TrustFlags::empty()).expect("room");
    list
}
