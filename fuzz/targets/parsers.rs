//! Everything in the crate that takes bytes or text from a file or a user: an error or a value, and a value whose every
//! part can be asked for.
#![no_main]

mod containers;

use std::str;
use std::time::{Duration, UNIX_EPOCH};

use arbitrary::Arbitrary;
use gnutls::key::PublicKey;
use gnutls::ocsp::Response;
use gnutls::transport::memory;
use gnutls::x509::{
    Certificate, CertificateBuilder, CertificateRequest, Format, KeyUsage, PrivateKey, Purpose, RevocationList,
};
use gnutls::{ClientConfig, Connect, ErrorKind, Identity, Priority, ServerConfig, SessionData};
use gnutls_fuzz::pki::{Pki, Setup, pki};
use gnutls_fuzz::{errors, feedback};
use libfuzzer_sys::fuzz_target;

#[derive(Arbitrary, Debug)]
struct Input<'a> {
    parser: u8,
    /// What the parser takes beside the bytes.
    more: u8,
    bytes: &'a [u8],
}

/// How malformed input may be refused.
const REFUSED: [ErrorKind; 4] =
    [ErrorKind::InvalidInput, ErrorKind::Unsupported, ErrorKind::Credentials, ErrorKind::Priority];

fuzz_target!(|input: Input<'_>| {
    feedback::install();
    let Input { parser, more, bytes } = input;
    let text = str::from_utf8(bytes).unwrap_or("");
    let format = if more & 1 == 0 { Format::Der } else { Format::Pem };
    match parser % 23 {
        0 => certificate(Certificate::from_der(bytes), text),
        1 => certificate(Certificate::from_pem(bytes), text),
        2 => certificates(bytes, if more & 1 == 0 { Format::Der } else { Format::Pem }),
        3 => private_key(PrivateKey::from_der(bytes, password(more))),
        4 => private_key(PrivateKey::from_pem(bytes, password(more))),
        5 => identity(bytes, usize::from(more) * 8),
        6 => priority(text),
        7 => session_data(bytes, Setup(more)),
        8 => host(text, Setup(more)),
        9 => alpn(bytes, usize::from(more)),
        10 => purpose(text),
        11 => extensions(bytes, more),
        22 => build(bytes, text, more),
        12 => containers::request(CertificateRequest::from_der(bytes)),
        13 => containers::request(CertificateRequest::from_pem(bytes)),
        14 => containers::revocation_list(RevocationList::from_der(bytes)),
        15 => containers::revocation_list(RevocationList::from_pem(bytes)),
        16 => containers::ocsp_response(Response::from_der(bytes)),
        17 => containers::ocsp_request(bytes),
        18 => containers::pkcs7(bytes, format, text),
        19 => containers::pkcs12(bytes, format, more),
        20 => containers::public_key(PublicKey::from_bytes(bytes, format)),
        _ => containers::ocsp_response(Response::from_pem(bytes)),
    }
});

/// Begins the handshake: a hello goes out, or the settings are refused.
fn hello(connect: Connect) {
    let (near, _far) = memory::pair(1 << 16);
    let refused = [&REFUSED[..], &[ErrorKind::Negotiation]].concat();
    let begun = connect.start(near).and_then(|handshaking| handshaking.advance());
    let _ = begun.map_err(|error| errors::expect(&error, &refused));
}

/// The value, if there is one; an error is looked at.
fn accepted<T>(result: gnutls::Result<T>) -> Option<T> {
    result.inspect_err(|error| errors::expect(error, &REFUSED)).ok()
}

/// The extensions of a hello.
fn extensions(bytes: &[u8], choice: u8) {
    use gnutls::hello;

    let read = [hello::extensions, hello::client_hello_extensions, hello::dtls_client_hello_extensions];
    for (id, data) in accepted(read[usize::from(choice) % 3](bytes)).unwrap_or_default() {
        assert!(data.len() <= bytes.len(), "{:?}", hello::extension_name(id));
    }
}

fn password(choice: u8) -> Option<&'static str> {
    [None, Some(""), Some("password"), Some("p\u{e4}ss\u{1F511}"), Some("nul\0inside")][usize::from(choice) % 5]
}

fn certificate(parsed: gnutls::Result<Certificate>, host: &str) {
    let Some(certificate) = accepted(parsed) else { return };
    accepted(certificate.subject());
    accepted(certificate.issuer());
    accepted(certificate.serial());
    accepted(certificate.fingerprint_sha256());
    accepted(certificate.key_id());
    accepted(certificate.key_algorithm());
    accepted(certificate.key_usage());
    accepted(certificate.purposes());
    accepted(certificate.dns_names());
    accepted(certificate.ip_addresses());
    accepted(certificate.subject_key_id());
    accepted(certificate.authority_key_id());
    accepted(certificate.print_full());
    let _ = (certificate.not_before(), certificate.not_after(), certificate.is_ca());
    let _ = (certificate.matches_host("example.org"), certificate.matches_host("127.0.0.1"));
    let _ = (certificate.matches_host(host), pki().server.key().fits(&certificate));
    assert!(!certificate.to_string().is_empty() && !format!("{certificate:?}").is_empty());
    let again = Certificate::from_der(certificate.to_der()).expect("its own DER");
    assert_eq!(again, certificate);
    let again = Certificate::from_pem(certificate.to_pem()).expect("its own PEM");
    assert_eq!(again, certificate);
    accepted(ClientConfig::builder().with_trust(&[certificate]).and_then(|builder| builder.build()));
}

fn certificates(bytes: &[u8], format: Format) {
    let _ = Format::detect(bytes);
    let Some(list) = accepted(Certificate::list_from(bytes, format)) else { return };
    for certificate in &list {
        assert_eq!(Certificate::from_der(certificate.to_der()).expect("its own DER"), *certificate);
    }
    accepted(ServerConfig::builder().with_trust(&list));
}

fn private_key(parsed: gnutls::Result<PrivateKey>) {
    let Some(key) = accepted(parsed) else { return };
    accepted(key.algorithm());
    let id = accepted(key.key_id());
    let _ = (format!("{key:?}"), key.fits(&pki().ca));
    if let Some(pem) = accepted(key.to_pem()) {
        // Some keys that make no sense can be read once and not again.
        if let Some(again) = accepted(PrivateKey::from_pem(&pem, None)) {
            assert_eq!(accepted(again.key_id()), id, "a key and what it was written as");
        }
    }
    accepted(key.to_der());
    accepted(key.to_pkcs8_pem(None));
}

fn identity(bytes: &[u8], middle: usize) {
    let (chain, key) = bytes.split_at(middle.min(bytes.len()));
    accepted(Identity::from_der(&[chain], key));
    let identity = accepted(Identity::from_pem(bytes, bytes));
    identity.map(|identity| accepted(ServerConfig::builder().with_identity(identity)));
}

fn priority(text: &str) {
    let Some(priority) = accepted(Priority::new(text)) else { return };
    let _ = format!("{priority:?}");
    let config = ClientConfig::builder().with_trust(&[pki().ca.clone()]).expect("trust").priority(priority);
    hello(config.build().expect("a client").to("localhost").expect("a name"));
}

fn session_data(bytes: &[u8], setup: Setup) {
    // SAFETY: a fuzzer does not guess a checksum of 32 bytes.
    let data = unsafe { SessionData::from_bytes(bytes) };
    assert_eq!(data.as_bytes(), bytes);
    let connect = setup.client().to("localhost").expect("a name").resume(&data);
    if let Err(error) = connect.start(memory::pair(1).0) {
        errors::expect(&error, &[ErrorKind::InvalidInput]);
    }
}

fn host(text: &str, setup: Setup) {
    let Some(to) = accepted(setup.client().to(text)) else { return };
    for connect in [to.clone(), to.clone().without_server_name(), to.server_name(text)] {
        hello(connect);
    }
}

fn alpn(bytes: &[u8], length: usize) {
    let names: Vec<_> = bytes.chunks(length.max(1)).collect();
    accepted(ServerConfig::builder().alpn(&names));
    let builder = ClientConfig::builder().with_trust(&[pki().ca.clone()]).expect("trust");
    if let Some(builder) = accepted(builder.alpn(&names)) {
        hello(builder.build().expect("a client").to("localhost").expect("a name"));
    }
}

fn purpose(text: &str) {
    let Some(purpose) = accepted(text.parse::<Purpose>()) else { return };
    assert_eq!(purpose.to_string(), text);
    let _ = format!("{purpose:?}");
}

fn build(bytes: &[u8], text: &str, more: u8) {
    let (first, second) = text.split_once('\n').unwrap_or((text, ""));
    let mut builder = CertificateBuilder::new()
        .subject(first)
        .dns_name(second)
        .serial(bytes)
        .valid_from(UNIX_EPOCH + Duration::from_secs(u64::from(more) << (more % 50)))
        .key_usage(KeyUsage::from_raw(more.into()))
        .ca((more & 1 == 0).then_some(more.into()));
    if let Ok(purpose) = second.parse::<Purpose>() {
        builder = builder.purpose(purpose);
    }
    let Pki { ca, ca_key, .. } = pki();
    if let Some(built) = accepted(builder.signed_by(ca_key, ca, ca_key)) {
        certificate(Certificate::from_der(built.to_der()), text);
    }
}
