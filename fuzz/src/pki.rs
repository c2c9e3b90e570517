//! Configurations, made once for all inputs: an authority, a server, a client, and what a byte chooses of them.

use std::sync::OnceLock;

use gnutls::x509::{Certificate, CertificateBuilder, KeyType, PrivateKey};
use gnutls::{ClientAuth, ClientConfig, Identity, MemoryStore, Priority, Protocol, ServerConfig};

/// The name in the server's certificate.
pub const HOST: &str = "localhost";

/// What the two ends may agree on.
const PRIORITIES: [&str; 6] = [
    "NORMAL:-VERS-ALL:+VERS-TLS1.3",
    "NORMAL:-VERS-ALL:+VERS-TLS1.2",
    "NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2",
    "NORMAL:-VERS-ALL:+VERS-TLS1.3:-CIPHER-ALL:+CHACHA20-POLY1305",
    "NORMAL:-VERS-ALL:+VERS-TLS1.2:-CIPHER-ALL:+AES-128-CBC",
    "NORMAL:-VERS-ALL:+VERS-TLS1.2:-CIPHER-ALL:+CHACHA20-POLY1305",
];
const AUTHS: [ClientAuth; 3] = [ClientAuth::None, ClientAuth::Request, ClientAuth::Require];

/// A choice of configurations.
#[derive(Clone, Copy, Debug)]
pub struct Setup(pub u8);

impl Setup {
    fn priority(self) -> usize {
        usize::from(self.0) % PRIORITIES.len()
    }

    fn auth(self) -> usize {
        usize::from(self.0) / PRIORITIES.len() % AUTHS.len()
    }

    /// Whether the client has a certificate to show.
    fn client_identity(self) -> bool {
        (usize::from(self.0) / PRIORITIES.len() / AUTHS.len()).is_multiple_of(2)
    }

    /// The newest version that both sides have: nobody on the wire may talk them into less.
    pub fn protocol(self) -> Protocol {
        if matches!(self.priority(), 0 | 2 | 3) { Protocol::TLS1_3 } else { Protocol::TLS1_2 }
    }

    /// Whether an honest handshake succeeds.
    pub fn succeeds(self) -> bool {
        AUTHS[self.auth()] != ClientAuth::Require || self.client_identity()
    }

    /// The client's configuration.
    pub fn client(self) -> &'static ClientConfig {
        static CONFIGS: [OnceLock<ClientConfig>; PRIORITIES.len() * 2] =
            [const { OnceLock::new() }; PRIORITIES.len() * 2];
        CONFIGS[self.priority() * 2 + usize::from(self.client_identity())].get_or_init(|| {
            let mut builder = ClientConfig::builder()
                .with_trust(std::slice::from_ref(&pki().ca))
                .and_then(|builder| builder.alpn(["h2", "echo"]))
                .expect("a client")
                .priority(priority(self.priority()));
            if self.client_identity() {
                builder = builder.with_identity(pki().client.clone()).expect("they fit");
            }
            builder.build().expect("a client")
        })
    }

    /// The server's configuration.
    pub fn server(self) -> &'static ServerConfig {
        const COUNT: usize = PRIORITIES.len() * AUTHS.len();
        static CONFIGS: [OnceLock<ServerConfig>; COUNT] = [const { OnceLock::new() }; COUNT];
        CONFIGS[self.priority() * AUTHS.len() + self.auth()].get_or_init(|| {
            ServerConfig::builder()
                .with_identity(pki().server.clone())
                .and_then(|builder| builder.with_trust(std::slice::from_ref(&pki().ca)))
                .and_then(|builder| builder.alpn(["echo"]))
                .expect("a server")
                .client_auth(AUTHS[self.auth()])
                .session_store(std::sync::Arc::new(MemoryStore::new(16)))
                .priority(priority(self.priority()))
                .build()
                .expect("a server")
        })
    }
}

fn priority(index: usize) -> Priority {
    Priority::new(PRIORITIES[index]).expect("a priority")
}

/// An authority and whom it vouches for.
pub struct Pki {
    pub ca: Certificate,
    pub ca_key: PrivateKey,
    pub server: Identity,
    pub client: Identity,
}

/// One for all inputs.
pub fn pki() -> &'static Pki {
    static PKI: OnceLock<Pki> = OnceLock::new();
    PKI.get_or_init(|| {
        let ca_key = PrivateKey::generate(KeyType::EcdsaP256).expect("a key");
        let ca = CertificateBuilder::new().subject("CN=authority").ca(None).self_signed(&ca_key).expect("an authority");
        let issue = |builder: CertificateBuilder| {
            let key = PrivateKey::generate(KeyType::EcdsaP256).expect("a key");
            let certificate = builder.signed_by(&key, &ca, &ca_key).expect("a certificate");
            Identity::new(vec![certificate], key).expect("they fit")
        };
        let server = issue(CertificateBuilder::new().subject("CN=server").dns_name(HOST));
        let client = issue(CertificateBuilder::new().subject("CN=client"));
        Pki { ca, ca_key, server, client }
    })
}
