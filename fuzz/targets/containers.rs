//! What certificates and keys come in, and what is said about them: requests, revocation lists, OCSP, PKCS#7, PKCS#12,
//! public keys.

use gnutls::key::PublicKey;
use gnutls::ocsp::{Request, Response};
use gnutls::pkcs7::Pkcs7;
use gnutls::pkcs12::Pkcs12;
use gnutls::x509::{
    CertificateRequest, Format, PrintFormat, RevocationList, TrustFlags, TrustList, VerifyFlags, VerifyStatus,
};
use gnutls_fuzz::pki::pki;

use super::{accepted, certificate, password};

pub(super) fn request(parsed: gnutls::Result<CertificateRequest>) {
    let Some(request) = accepted(parsed) else { return };
    accepted(request.subject());
    accepted(request.key_algorithm());
    accepted(request.spki());
    accepted(request.challenge_password());
    accepted(request.attributes());
    accepted(request.print(PrintFormat::Full));
    // Whether a signature is right is another question than whether it can be looked at.
    let _ = request.verify(VerifyFlags::empty());
    let again = CertificateRequest::from_der(request.to_der()).expect("its own DER");
    assert_eq!(again, request);
}

pub(super) fn revocation_list(parsed: gnutls::Result<RevocationList>) {
    let Some(list) = accepted(parsed) else { return };
    accepted(list.issuer());
    accepted(list.version());
    accepted(list.number());
    accepted(list.extensions());
    accepted(list.authority_key_id());
    accepted(list.print(PrintFormat::Full));
    let _ = (list.this_update(), list.next_update(), list.revoked_count(), list.is_issued_by(&pki().ca));
    list.revoked().for_each(|entry| drop(accepted(entry)));
    if let Ok(status) = list.verify(std::slice::from_ref(&pki().ca), VerifyFlags::empty()) {
        assert!(status != VerifyStatus::default(), "nobody signed it");
    }
    accepted(RevocationList::from_der(list.to_der()));
}

fn trusting() -> TrustList {
    let mut trusted = TrustList::new().expect("a list");
    trusted.add_authorities(std::slice::from_ref(&pki().ca), TrustFlags::empty()).expect("room");
    trusted
}

pub(super) fn ocsp_response(parsed: gnutls::Result<Response>) {
    let Some(response) = accepted(parsed) else { return };
    accepted(response.status());
    accepted(response.responder());
    accepted(response.nonce());
    accepted(response.extensions());
    accepted(response.certificates());
    accepted(response.print_full());
    accepted(response.to_der());
    let singles = accepted(response.singles()).unwrap_or_default();
    for index in 0..singles.len().try_into().unwrap_or(u32::MAX) {
        accepted(response.is_about(index, &pki().ca));
    }
    if let Some(verdict) = accepted(response.verify(&trusting())) {
        assert!(!verdict.is_ok(), "nobody signed it");
    }
    accepted(response.verify_direct(&pki().ca));
}

pub(super) fn ocsp_request(bytes: &[u8]) {
    let Some(request) = accepted(Request::from_der(bytes)) else { return };
    accepted(request.ids());
    accepted(request.nonce());
    accepted(request.extensions());
    accepted(request.print_full());
    accepted(request.to_der());
}

pub(super) fn pkcs7(bytes: &[u8], format: Format, text: &str) {
    let read = if format == Format::Pem { Pkcs7::from_pem(bytes) } else { Pkcs7::from_der(bytes) };
    let Some(message) = accepted(read) else { return };
    for one in accepted(message.certificates()).unwrap_or_default() {
        certificate(Ok(one), text);
    }
    accepted(message.revocation_lists());
    accepted(message.embedded_data());
    accepted(message.embedded_data_raw());
    let _ = message.embedded_data_oid();
    accepted(message.print_full());
    for signature in accepted(message.signatures()).unwrap_or_default() {
        accepted(signature.signed_attributes());
        accepted(signature.unsigned_attributes());
        accepted(signature.print_full());
        let _ = (signature.signature_scheme(), signature.signer(), signature.signing_time(), signature.signature());
    }
    for index in 0..accepted(message.signature_count()).unwrap_or(0).min(4) {
        assert!(message.verify(&trusting(), None, index, None).is_err(), "nobody signed it");
        let _ = message.verify_direct(&pki().ca, index, Some(bytes));
    }
    accepted(message.to_der());
}

pub(super) fn pkcs12(bytes: &[u8], format: Format, more: u8) {
    let read = if format == Format::Pem { Pkcs12::from_pem(bytes) } else { Pkcs12::from_der(bytes) };
    let Some(file) = accepted(read) else { return };
    let password = password(more).unwrap_or("");
    let _ = file.verify_mac(password);
    accepted(file.mac_info());
    accepted(file.parse(password));
    for mut bag in accepted(file.bags()).unwrap_or_default() {
        accepted(bag.encryption());
        let _ = bag.decrypt(password);
        accepted(bag.elements());
    }
}

pub(super) fn public_key(parsed: gnutls::Result<PublicKey>) {
    let Some(key) = accepted(parsed) else { return };
    accepted(key.algorithm());
    accepted(key.key_id());
    accepted(key.key_usage());
    accepted(key.print_full());
    let _ = (key.verify_parameters(), key.preferred_digest(), format!("{key:?}"));
    accepted(key.to_pem());
}
