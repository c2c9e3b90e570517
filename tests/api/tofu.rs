//! Keys that hosts had before: in files of GnuTLS's form, and in stores of the program's own.

use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use gnutls::tofu::{Known, KnownHosts, Store};
use gnutls::x509::{Certificate, CertificateBuilder, KeyType, PrivateKey};
use gnutls::{Digest, ErrorKind, encoding};

use crate::common::pki;
use crate::is;

/// A file that is not there yet.
fn no_file(name: &str) -> PathBuf {
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("tofu-{}-{name}", std::process::id()));
    // An earlier process may have had the number.
    let _ = fs::remove_file(&path);
    path
}

fn another() -> Certificate {
    let key = PrivateKey::generate(KeyType::EcdsaP256).expect("a key");
    CertificateBuilder::new().subject("CN=another").self_signed(&key).expect("a certificate")
}

fn known(hosts: &KnownHosts, host: &str, service: Option<&str>, shown: &Certificate) -> Known {
    hosts.verify(host, service, shown).expect("an answer")
}

const HOUR: Duration = Duration::from_secs(3600);

#[test]
fn a_host_is_known_by_the_key_it_had_before() {
    let (hosts, first, other) = (KnownHosts::in_file(no_file("known")), &pki().server.chain()[0], another());
    assert_eq!(known(&hosts, "a.example", Some("443"), first), Known::Unknown);
    hosts.store("a.example", Some("443"), first, None).expect("a line");
    assert_eq!(known(&hosts, "a.example", Some("443"), first), Known::Same);
    assert_eq!(known(&hosts, "a.example", None, first), Known::Same);
    assert_eq!(known(&hosts, "a.example", Some("443"), &other), Known::Different);
    assert_eq!(known(&hosts, "a.example", Some("444"), first), Known::Unknown);
    assert_eq!(known(&hosts, "b.example", Some("443"), first), Known::Unknown);

    // A new certificate for the same key is the same host's, and a second key is one more.
    let key = pki().server.key();
    let renewed = CertificateBuilder::new().subject("CN=renewed").self_signed(key).expect("a certificate");
    assert_eq!(known(&hosts, "a.example", Some("443"), &renewed), Known::Same);
    hosts.store("a.example", None, &other, None).expect("a line");
    for shown in [first, &other] {
        assert_eq!(known(&hosts, "a.example", Some("443"), shown), Known::Same);
    }

    // Without a certificate.
    let bare = first.public_key().expect("a key");
    assert_eq!(hosts.verify_key("a.example", Some("443"), &bare).expect("an answer"), Known::Same);
    hosts.store_key("c.example", None, &bare, None).expect("a line");
    assert_eq!(known(&hosts, "c.example", Some("1"), first), Known::Same);
}

#[test]
fn what_was_kept_for_a_time_is_forgotten() {
    let (hosts, shown) = (KnownHosts::in_file(no_file("time")), &pki().ca);
    let now = SystemTime::now();
    for (host, expires, expected) in [
        ("a.example", now - HOUR, Known::Unknown),
        ("b.example", now + HOUR, Known::Same),
        ("c.example", UNIX_EPOCH, Known::Unknown),
    ] {
        hosts.store(host, None, shown, Some(expires)).expect("a line");
        assert_eq!(known(&hosts, host, None, shown), expected, "{host}");
    }
}

#[test]
fn the_digest_of_a_key_can_be_kept_before_the_key_is_seen() {
    let (hosts, shown) = (KnownHosts::in_file(no_file("digest")), &pki().ca);
    let key = shown.public_key().expect("a key").to_der().expect("DER");
    let hash = gnutls::crypto::Hash::of(Digest::SHA256, &key).expect("a digest");
    hosts.store_commitment("a.example", None, Digest::SHA256, &hash, None).expect("a line");
    assert_eq!(known(&hosts, "a.example", Some("443"), shown), Known::Same);
    assert_eq!(known(&hosts, "a.example", Some("443"), &another()), Known::Different);
    for (digest, hash) in [(Digest::SHA256, &hash[1..]), (Digest::SHA384, &hash), (Digest::SHAKE_128, &[])] {
        let error = hosts.store_commitment("a.example", None, digest, hash, None).expect_err("not its length");
        assert_eq!(error.kind(), ErrorKind::InvalidInput, "{error}");
    }
    let error = hosts.store_commitment("a.example", None, Digest::MD5, &hash[..16], None).expect_err("broken");
    assert!(error.to_string().contains("GNUTLS_E_INSUFFICIENT_SECURITY"), "{error}");
}

#[test]
fn the_file_has_the_form_that_gnutls_gives_it() {
    let (path, shown) = (no_file("form"), &pki().ca);
    let key = shown.public_key().expect("a key").to_der().expect("DER");
    let encoded = encoding::base64::encode(&key).expect("base64");
    let hash = gnutls::crypto::Hash::of(Digest::SHA256, &key).expect("a digest");
    let hex: String = hash.iter().map(|byte| format!("{byte:02x}")).collect();
    let hosts = KnownHosts::in_file(&path);
    let expires = Some(UNIX_EPOCH + Duration::from_secs(4_000_000_000));
    hosts.store("a.example", Some("443"), shown, None).expect("a line");
    hosts.store_commitment("b.example", None, Digest::SHA256, &hash, expires).expect("a line");
    let expected = format!("|g0|a.example|443|0|{encoded}\n|c0|b.example|*|4000000000|6|{hex}\n");
    assert_eq!(fs::read_to_string(&path).expect("a file"), expected);
    // And what others wrote is read.
    fs::write(&path, format!("a remark\n|g0|*|25|0|{encoded}\n")).expect("a file");
    assert_eq!(known(&hosts, "anybody.example", Some("25"), shown), Known::Same);
    assert_eq!(known(&hosts, "anybody.example", Some("26"), shown), Known::Unknown);
}

#[test]
fn names_that_would_stand_for_others_are_refused_and_files_that_cannot_be_used_are_named() {
    let (path, shown) = (no_file("names"), &pki().ca);
    let hosts = KnownHosts::in_file(&path);
    for name in ["", "*", "*.example", "a|443|0|x", "a\n|g0|b", "a\0b", "a\tb"] {
        for (host, service) in [(name, None), ("a", Some(name))] {
            let error = hosts.store(host, service, shown, None).expect_err("no name");
            is(&error, ErrorKind::InvalidInput, &["no name"]);
            let error = hosts.verify(host, service, shown).expect_err("no name");
            is(&error, ErrorKind::InvalidInput, &["no name"]);
        }
    }
    assert!(!path.exists());
    let below = KnownHosts::in_file(format!("{}/below", file!()));
    let error = below.verify("a", None, shown).expect_err("a file is no directory");
    is(&error, ErrorKind::Transport, &["below"]);
    below.store("a", None, shown, None).expect_err("a file is no directory");
    assert!(format!("{below:?}").contains("below"));
}

/// Keeps what it was told, and answers what it was made with.
struct Told {
    answer: fn() -> Result<Known, &'static str>,
    calls: Arc<Mutex<Vec<String>>>,
}

impl Told {
    fn note(&self, call: String) -> Result<Known, Box<dyn std::error::Error + Send + Sync>> {
        self.calls.lock().expect("no panic").push(call);
        Ok((self.answer)()?)
    }
}

type Failed = Box<dyn std::error::Error + Send + Sync>;

impl Store for Told {
    fn verify(&self, host: &str, service: Option<&str>, key: &[u8]) -> Result<Known, Failed> {
        self.note(format!("verify {host} {service:?} {}", key.len()))
    }

    fn store(&self, host: &str, service: Option<&str>, key: &[u8], expires: Option<SystemTime>) -> Result<(), Failed> {
        let expires = expires.map(|at| at.duration_since(UNIX_EPOCH).expect("later").as_secs());
        self.note(format!("store {host} {service:?} {} {expires:?}", key.len())).map(drop)
    }

    fn store_commitment(
        &self,
        host: &str,
        service: Option<&str>,
        digest: Digest,
        hash: &[u8],
        expires: Option<SystemTime>,
    ) -> Result<(), Failed> {
        let forever = expires.is_none();
        self.note(format!("commit {host} {service:?} {digest} {} {forever}", hash.len())).map(drop)
    }
}

fn told(answer: fn() -> Result<Known, &'static str>) -> (KnownHosts, Arc<Mutex<Vec<String>>>) {
    let calls = Arc::default();
    let store = Told { answer, calls: Arc::clone(&calls) };
    (KnownHosts::in_store(store).expect("memory"), calls)
}

#[test]
fn a_store_of_the_programs_own_is_told_everything_and_believed() {
    let shown = &pki().ca;
    let size = shown.public_key().expect("a key").to_der().expect("DER").len();
    for answer in [|| Ok(Known::Same), || Ok(Known::Unknown), || Ok(Known::Different)] {
        assert_eq!(known(&told(answer).0, "a", None, shown), answer().expect("an answer"));
    }
    let (hosts, calls) = told(|| Ok(Known::Same));
    assert_eq!(known(&hosts, "a", Some("1"), shown), Known::Same);
    hosts.store("b", None, shown, Some(UNIX_EPOCH + HOUR)).expect("kept");
    hosts.store("c", Some("x"), shown, None).expect("kept");
    hosts.store_commitment("d", None, Digest::SHA256, &[7; 32], None).expect("kept");
    let expected = [
        format!("verify a Some(\"1\") {size}"),
        format!("store b None {size} Some(3600)"),
        format!("store c Some(\"x\") {size} None"),
        "commit d None SHA256 32 true".to_owned(),
    ];
    assert_eq!(*calls.lock().expect("no panic"), expected);
}

#[test]
fn a_store_that_fails_or_panics_is_no_host_that_is_unknown() {
    let shown = &pki().ca;
    let (hosts, _) = told(|| Err("the disk is full"));
    for error in [
        hosts.verify("a", None, shown).map(drop).expect_err("it failed"),
        hosts.store("a", None, shown, None).expect_err("it failed"),
        hosts.store_commitment("a", None, Digest::SHA256, &[7; 32], None).expect_err("it failed"),
    ] {
        assert!(error.to_string().contains("the disk is full"), "{error}");
    }
    let (hosts, _) = told(|| panic!("nobody home"));
    let panic = catch_unwind(AssertUnwindSafe(|| hosts.verify("a", None, shown))).expect_err("goes on");
    assert_eq!(panic.downcast_ref::<&str>(), Some(&"nobody home"));
    // The next one is not disturbed.
    let (hosts, _) = told(|| Ok(Known::Unknown));
    assert_eq!(known(&hosts, "a", None, shown), Known::Unknown);
}
