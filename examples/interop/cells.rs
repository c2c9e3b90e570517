//! The matrix: which cells there are, and what each of them is called.

use std::fmt;

/// One thing that two programs do with each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Cell {
    pub(crate) ours: Role,
    pub(crate) peer: Peer,
    pub(crate) version: Version,
    pub(crate) what: What,
}

/// What our side is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    Client,
    Server,
}

/// Who is on the other side.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Peer {
    /// This library.
    Ours,
    /// `gnutls-serv` and `gnutls-cli`.
    Gnutls,
    /// `openssl s_server` and `openssl s_client`.
    Openssl,
    /// rustls, in this process.
    Rustls,
    /// The server of `--against`.
    Against,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Version {
    Tls12,
    Tls13,
    /// Over UDP.
    Dtls10,
    Dtls12,
}

/// What is tried. Everything that is not named is as usual.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum What {
    /// A cipher and a group, in GnuTLS's names.
    Suite(&'static str, &'static str),
    /// The kind of the server's key.
    Key(&'static str),
    /// The server's signature, in GnuTLS's name, and a kind of key that makes it.
    Sign(&'static str, &'static str),
    Feature(Feature),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Feature {
    /// By ticket.
    Resumption,
    /// By session id (TLS 1.2).
    ResumptionById,
    /// Both sides are known by a key that both have; nobody has a certificate.
    Psk,
    /// Both sides are known by a password that neither sends (TLS 1.2).
    Srp,
    /// Nobody is known (TLS 1.2).
    Anonymous,
    /// The server is known by its raw public key.
    RawKey,
    /// The server demands a certificate, and gets it.
    ClientCertificate,
    Alpn,
    /// Both directions at once.
    BigTransfer,
    /// Key updates of ours, some of which ask for the peer's.
    KeyUpdate,
    /// Key updates of the peer's.
    KeyUpdateTheirs,
    CloseOursFirst,
    CloseTheirsFirst,
    EarlyData,
    /// The server demands a certificate later, and gets it.
    PostHandshakeAuth,
}

/// The columns of the table.
pub(crate) const PAIRS: [(Role, Peer); 7] = [
    (Role::Client, Peer::Ours),
    (Role::Client, Peer::Gnutls),
    (Role::Client, Peer::Openssl),
    (Role::Client, Peer::Rustls),
    (Role::Server, Peer::Gnutls),
    (Role::Server, Peer::Openssl),
    (Role::Server, Peer::Rustls),
];

const GROUPS: [&str; 6] = ["X25519", "SECP256R1", "SECP384R1", "SECP521R1", "X448", "FFDHE2048"];
const CIPHERS12: [&str; 5] = ["AES-128-GCM", "AES-256-GCM", "CHACHA20-POLY1305", "AES-128-CBC", "AES-256-CBC"];
const CIPHERS13: [&str; 4] = ["AES-128-GCM", "AES-256-GCM", "CHACHA20-POLY1305", "AES-128-CCM"];
pub(crate) const KEYS: [&str; 7] = ["rsa", "rsa-pss", "ecdsa-p256", "ecdsa-p384", "ecdsa-p521", "ed25519", "ed448"];
const SIGNS_OF_BOTH: [(&str, &str); 6] = [
    ("RSA-PSS-RSAE-SHA256", "rsa"),
    ("RSA-PSS-RSAE-SHA384", "rsa"),
    ("RSA-PSS-RSAE-SHA512", "rsa"),
    ("RSA-PSS-SHA256", "rsa-pss"),
    ("EdDSA-Ed25519", "ed25519"),
    ("EdDSA-Ed448", "ed448"),
];
const SIGNS12: [(&str, &str); 5] = [
    ("RSA-SHA256", "rsa"),
    ("RSA-SHA384", "rsa"),
    ("RSA-SHA512", "rsa"),
    ("ECDSA-SHA256", "ecdsa-p256"),
    ("ECDSA-SHA384", "ecdsa-p384"),
];
const SIGNS13: [(&str, &str); 3] = [
    ("ECDSA-SECP256R1-SHA256", "ecdsa-p256"),
    ("ECDSA-SECP384R1-SHA384", "ecdsa-p384"),
    ("ECDSA-SECP521R1-SHA512", "ecdsa-p521"),
];
const FEATURES_OF_BOTH: [Feature; 8] = [
    Feature::Resumption,
    Feature::Psk,
    Feature::RawKey,
    Feature::ClientCertificate,
    Feature::Alpn,
    Feature::BigTransfer,
    Feature::CloseOursFirst,
    Feature::CloseTheirsFirst,
];
const FEATURES12: [Feature; 3] = [Feature::ResumptionById, Feature::Srp, Feature::Anonymous];
const FEATURES13: [Feature; 4] =
    [Feature::KeyUpdate, Feature::KeyUpdateTheirs, Feature::EarlyData, Feature::PostHandshakeAuth];

const DATAGRAM_GROUP: &str = "X25519";
const DATAGRAM_KEYS: [&str; 2] = ["rsa", "ecdsa-p256"];
const DATAGRAM_FEATURES: [Feature; 7] = [
    Feature::Resumption,
    Feature::Psk,
    Feature::Srp,
    Feature::Anonymous,
    Feature::RawKey,
    Feature::ClientCertificate,
    Feature::Alpn,
];
/// DTLS 1.0 has no others.
const CIPHERS10: [&str; 2] = ["AES-128-CBC", "AES-256-CBC"];

/// The rows of the table: what is tried in a version.
pub(crate) fn rows() -> Vec<(Version, What)> {
    let mut rows = Vec::new();
    for version in [Version::Tls13, Version::Tls12] {
        let ciphers: &[&str] = if version == Version::Tls13 { &CIPHERS13 } else { &CIPHERS12 };
        let signs: &[_] = if version == Version::Tls13 { &SIGNS13 } else { &SIGNS12 };
        let features: &[_] = if version == Version::Tls13 { &FEATURES13 } else { &FEATURES12 };
        let suites = ciphers.iter().flat_map(|cipher| GROUPS.iter().map(move |group| What::Suite(cipher, group)));
        let keys = KEYS.iter().map(|key| What::Key(key));
        let signs = SIGNS_OF_BOTH.iter().chain(signs).map(|(sign, key)| What::Sign(sign, key));
        let features = FEATURES_OF_BOTH.iter().chain(features).map(|feature| What::Feature(*feature));
        rows.extend(suites.chain(keys).chain(signs).chain(features).map(|what| (version, what)));
    }
    // Over datagrams: what TLS 1.2 has above, once.
    for version in [Version::Dtls12, Version::Dtls10] {
        let ciphers: &[&str] = if version == Version::Dtls12 { &CIPHERS12 } else { &CIPHERS10 };
        let suites = ciphers.iter().map(|cipher| What::Suite(cipher, DATAGRAM_GROUP));
        let keys = DATAGRAM_KEYS.iter().map(|key| What::Key(key));
        let features = DATAGRAM_FEATURES.iter().map(|feature| What::Feature(*feature));
        rows.extend(suites.chain(keys).chain(features).map(|what| (version, what)));
    }
    rows
}

/// Every cell, column by column.
pub(crate) fn all() -> Vec<Cell> {
    let rows = rows();
    let column =
        |(ours, peer)| rows.iter().map(move |(version, what)| Cell { ours, peer, version: *version, what: *what });
    PAIRS.into_iter().flat_map(column).collect()
}

/// What our client can try with a server that it knows nothing about, over datagrams or else a stream.
pub(crate) fn against(udp: bool) -> Vec<Cell> {
    let of_peer = |what: &What| {
        let impossible = [
            Feature::BigTransfer,
            Feature::Psk,
            Feature::Srp,
            Feature::Anonymous,
            Feature::RawKey,
            Feature::ClientCertificate,
            Feature::PostHandshakeAuth,
            Feature::KeyUpdateTheirs,
            Feature::CloseTheirsFirst,
            Feature::ResumptionById,
        ];
        !matches!(what, What::Key(_)) && !impossible.iter().any(|feature| *what == What::Feature(*feature))
    };
    let cell = |(version, what)| Cell { ours: Role::Client, peer: Peer::Against, version, what };
    rows().into_iter().filter(|(version, what)| version.is_datagram() == udp && of_peer(what)).map(cell).collect()
}

impl Version {
    /// GnuTLS's name of it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Version::Tls12 => "TLS1.2",
            Version::Tls13 => "TLS1.3",
            Version::Dtls10 => "DTLS1.0",
            Version::Dtls12 => "DTLS1.2",
        }
    }

    /// Whether it is DTLS.
    pub(crate) fn is_datagram(self) -> bool {
        matches!(self, Version::Dtls10 | Version::Dtls12)
    }
}

impl fmt::Display for Cell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}/{}/{}", self.ours, self.peer, self.version, self.what)
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Role::Client => "client",
            Role::Server => "server",
        })
    }
}

impl fmt::Display for Peer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Peer::Ours => "ours",
            Peer::Gnutls => "gnutls",
            Peer::Openssl => "openssl",
            Peer::Rustls => "rustls",
            Peer::Against => "against",
        })
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Version::Tls12 => "1.2",
            Version::Tls13 => "1.3",
            Version::Dtls10 => "dtls1.0",
            Version::Dtls12 => "dtls1.2",
        })
    }
}

impl fmt::Display for What {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            What::Suite(cipher, group) => write!(f, "{cipher}+{group}"),
            What::Key(key) => write!(f, "key={key}"),
            What::Sign(sign, _) => write!(f, "sign={sign}"),
            What::Feature(feature) => fmt::Display::fmt(feature, f),
        }
    }
}

impl fmt::Display for Feature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Feature::Resumption => "resumption",
            Feature::ResumptionById => "resumption-by-id",
            Feature::Psk => "psk",
            Feature::RawKey => "raw-public-key",
            Feature::Srp => "srp",
            Feature::Anonymous => "anonymous",
            Feature::ClientCertificate => "client-certificate",
            Feature::Alpn => "alpn",
            Feature::BigTransfer => "big-transfer",
            Feature::KeyUpdate => "key-update-ours",
            Feature::KeyUpdateTheirs => "key-update-theirs",
            Feature::CloseOursFirst => "close-ours-first",
            Feature::CloseTheirsFirst => "close-theirs-first",
            Feature::EarlyData => "early-data",
            Feature::PostHandshakeAuth => "post-handshake-auth",
        })
    }
}

/// Whether `name` fits `pattern`, where `*` stands for anything.
pub(crate) fn fits(pattern: &str, name: &str) -> bool {
    let mut pieces = pattern.split('*');
    let first = pieces.next().unwrap_or("");
    let Some(mut rest) = name.strip_prefix(first) else { return false };
    let mut open = false;
    for piece in pieces {
        open = true;
        match rest.find(piece) {
            // The last piece must be at the end: later finds of it are tried by looking from there.
            Some(at) => rest = &rest[at + piece.len()..],
            None => return false,
        }
    }
    let last = pattern.rsplit('*').next().unwrap_or("");
    rest.is_empty() || (open && (last.is_empty() || name.ends_with(last)))
}
