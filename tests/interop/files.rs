//! Certificates made fresh, and the files that the tools read them from.

use std::fs;
use std::path::PathBuf;

use gnutls::Identity;
use gnutls::x509::{Certificate, CertificateBuilder, KeyType, PrivateKey, Purpose};
use nix::unistd::mkdtemp;

use crate::common::{HOST, pki};

/// A directory of one test, removed with everything in it when the test ends.
pub(crate) struct Files(PathBuf);

/// The files of an identity.
pub(crate) struct Pem {
    pub(crate) chain: String,
    pub(crate) key: String,
}

impl Files {
    pub(crate) fn new() -> Files {
        let template = std::env::temp_dir().join("gnutls-interop-XXXXXX");
        Files(mkdtemp(&template).expect("a fresh directory"))
    }

    /// A path in the directory.
    pub(crate) fn path(&self, name: &str) -> String {
        self.0.join(name).into_os_string().into_string().expect("a path in UTF-8")
    }

    /// Writes `identity` under `name`.
    pub(crate) fn identity(&self, name: &str, identity: &Identity) -> Pem {
        let chain = self.certificates(&format!("{name}.pem"), identity.chain());
        let key = self.path(&format!("{name}.key"));
        fs::write(&key, identity.key().to_pkcs8_pem(None).expect("a key in PEM")).expect("a key file");
        Pem { chain, key }
    }

    /// Writes certificates, one after the other.
    pub(crate) fn certificates(&self, name: &str, certificates: &[Certificate]) -> String {
        let path = self.path(name);
        let pem: String = certificates.iter().map(Certificate::to_pem).collect();
        fs::write(&path, pem).expect("a certificate file");
        path
    }

    /// The authority's certificate, for tools that verify.
    pub(crate) fn ca(&self) -> String {
        self.certificates("ca.pem", std::slice::from_ref(&pki().ca))
    }

    /// The usual server's identity.
    pub(crate) fn server(&self) -> Pem {
        self.identity("server", &pki().server)
    }
}

impl Drop for Files {
    fn drop(&mut self) {
        // A directory that stays behind fails no test.
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// What `builder` says, issued by the authority for a new key.
pub(crate) fn issued(builder: &CertificateBuilder, key_type: KeyType) -> Identity {
    let key = PrivateKey::generate(key_type).expect("a key");
    let certificate = builder.signed_by(&key, &pki().ca, &pki().ca_key).expect("a certificate");
    Identity::new(vec![certificate], key).expect("they fit")
}

/// A server's certificate for the usual host.
pub(crate) fn for_host() -> CertificateBuilder {
    CertificateBuilder::new().subject("CN=a server").dns_name(HOST).purpose(Purpose::SERVER_AUTH)
}

/// A client's identity.
pub(crate) fn client_identity() -> Identity {
    let builder = CertificateBuilder::new().subject("CN=a client").purpose(Purpose::CLIENT_AUTH);
    issued(&builder, KeyType::EcdsaP256)
}
