//! The program's own clock is GnuTLS's. A program of its own: the clock is the whole process's.

#[path = "common/mod.rs"]
mod common;

use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, SystemTime};

use gnutls::transport::memory;
use gnutls::x509::{CertificateBuilder, KeyType, PrivateKey, VerifyStatus};
use gnutls::{ClientConfig, ErrorKind, Identity, ServerConfig};

use common::HOST;

const YEAR: Duration = Duration::from_secs(366 * 86_400);

static SECONDS: AtomicU64 = AtomicU64::new(0);

#[test]
fn certificates_are_valid_by_the_clock_of_the_program() {
    let now = || SystemTime::UNIX_EPOCH + Duration::from_secs(SECONDS.load(Ordering::Relaxed));
    gnutls::set_clock(now).expect("nobody has used the library");
    let error = gnutls::set_clock(SystemTime::now).expect_err("it is in use");
    assert_eq!(error.kind(), ErrorKind::Misuse);

    // In a year that nobody runs this in.
    let start = SystemTime::UNIX_EPOCH + 100 * YEAR;
    let (ca_key, key) = (PrivateKey::generate(KeyType::EcdsaP256), PrivateKey::generate(KeyType::EcdsaP256));
    let (ca_key, key) = (ca_key.expect("a key"), key.expect("a key"));
    let builder = |name: &str| CertificateBuilder::new().subject(name).valid_from(start).valid_for(YEAR);
    let ca = builder("CN=an authority of the future").ca(None).self_signed(&ca_key).expect("an authority");
    let server = builder("CN=a server of the future").dns_name(HOST);
    let certificate = server.signed_by(&key, &ca, &ca_key).expect("a certificate");
    let client = ClientConfig::builder().with_trust(&[ca]).expect("trust").build().expect("a client");
    let identity = Identity::new(vec![certificate], key).expect("they fit");
    let server = ServerConfig::builder().with_identity(identity).expect("an identity").build().expect("a server");
    let status_at = |time: SystemTime| {
        let seconds = time.duration_since(SystemTime::UNIX_EPOCH).expect("later").as_secs();
        SECONDS.store(seconds, Ordering::Relaxed);
        let (near, far) = memory::pair(1 << 16);
        let server = server.clone();
        let accepting = thread::spawn(move || server.accept(far).map(drop));
        let result = client.connect(HOST, near);
        // A client that believes nobody leaves.
        let _ = accepting.join().expect("no panic");
        result.map(drop).map_err(|error| error.verify_status().expect("it is about the certificate"))
    };
    assert_eq!(status_at(start + YEAR / 2), Ok(()));
    assert!(status_at(start - YEAR).expect_err("not yet").contains(VerifyStatus::NOT_ACTIVATED));
    assert!(status_at(start + 2 * YEAR).expect_err("no longer").contains(VerifyStatus::EXPIRED));
}
