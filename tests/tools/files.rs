//! Certificates and keys in files, made fresh for each test and removed with it.

use std::fs;
use std::path::{Path, PathBuf};

use gnutls::x509::{Certificate, CertificateBuilder, KeyType, PrivateKey};
use nix::unistd::mkdtemp;

use crate::common;

/// The names of the two servers.
pub(crate) const A: &str = "a.example";
pub(crate) const B: &str = "b.example";

/// A directory with `NAME.pem` and `NAME.key`, for each of `ca`, `a`, `b`, `friend` (a client that the authority knows)
/// and `stranger` (one that it does not).
pub(crate) struct Files(PathBuf);

impl Files {
    pub(crate) fn new() -> Files {
        let template = Path::new(env!("CARGO_TARGET_TMPDIR")).join("tools-XXXXXX");
        let files = Files(mkdtemp(&template).expect("a directory"));
        let (ca, ca_key) = authority();
        let (other, other_key) = authority();
        files.write("ca", &ca, &ca_key);
        let names = [("a", A), ("b", B), ("friend", "friend.example")];
        for (name, host) in names {
            files.issue(name, host, &ca, &ca_key);
        }
        files.issue("stranger", "stranger.example", &other, &other_key);
        files
    }

    /// Gives `name` a new key and certificate.
    pub(crate) fn renew(&self, name: &str, host: &str) {
        let ca = Certificate::list_from_file(self.path("ca.pem")).expect("a certificate").remove(0);
        self.issue(name, host, &ca, &PrivateKey::from_file(self.path("ca.key"), None).expect("a key"));
    }

    /// The path of a file, as an argument.
    pub(crate) fn path(&self, name: &str) -> String {
        self.0.join(name).to_str().expect("ASCII").to_owned()
    }

    /// The arguments with which a server (or client) is `names`.
    pub(crate) fn identities(&self, names: &[&str]) -> Vec<String> {
        let pair = |name: &&str| {
            let (certificate, key) = (self.path(&format!("{name}.pem")), self.path(&format!("{name}.key")));
            ["--x509certfile".to_owned(), certificate, "--x509keyfile".to_owned(), key]
        };
        names.iter().flat_map(pair).collect()
    }

    /// The argument that trusts the authority.
    pub(crate) fn trust(&self) -> String {
        format!("--x509cafile={}", self.path("ca.pem"))
    }

    fn issue(&self, name: &str, host: &str, ca: &Certificate, ca_key: &PrivateKey) {
        let key = PrivateKey::generate(KeyType::EcdsaP256).expect("a key");
        let builder = CertificateBuilder::new().subject(format!("CN={host}")).dns_name(host);
        self.write(name, &builder.signed_by(&key, ca, ca_key).expect("a certificate"), &key);
    }

    fn write(&self, name: &str, certificate: &Certificate, key: &PrivateKey) {
        fs::write(self.path(&format!("{name}.pem")), certificate.to_pem()).expect("writing");
        fs::write(self.path(&format!("{name}.key")), key.to_pem().expect("a key in PEM")).expect("writing");
    }
}

impl Drop for Files {
    fn drop(&mut self) {
        // What is left over lies in the target directory, where it harms nobody.
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn authority() -> (Certificate, PrivateKey) {
    let key = PrivateKey::generate(KeyType::EcdsaP256).expect("a key");
    let certificate = common::authority("CN=authority").self_signed(&key).expect("a ca");
    (certificate, key)
}
