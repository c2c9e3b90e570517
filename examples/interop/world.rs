//! The certificates and keys of a run, as values and as files.

use std::collections::HashMap;
use std::fs;
use std::path::Path;

use gnutls::encoding::srp;
use gnutls::key::PrivateKey;
use gnutls::x509::KeyType;
use gnutls::{Identity, SrpGroup, SrpUser, SrpVerifier};

use crate::cells::KEYS;
use crate::common::pki;
use crate::files::{Files, Pem, client_identity, for_host, issued};
use crate::ours::{PSK, SRP};

/// Made once, shared by all cells.
pub(crate) struct World {
    pub(crate) files: Files,
    pub(crate) ca: String,
    /// By the kind of key.
    pub(crate) servers: HashMap<&'static str, (Identity, Pem)>,
    pub(crate) client: (Identity, Pem),
    /// Pre-shared keys for servers.
    pub(crate) psks: String,
    /// The user of SRP, and the groups.
    pub(crate) srp: (String, String),
    /// A raw public key of a server, and its private key.
    pub(crate) raw_key: (String, String),
}

impl World {
    pub(crate) fn new() -> World {
        let files = Files::new();
        let identities = KEYS.map(|kind| {
            let identity = issued(&for_host(), key_type(kind));
            let pem = files.identity(kind, &identity);
            (kind, (identity, pem))
        });
        let identity = client_identity();
        let pem = files.identity("client", &identity);
        let psks = files.path("psks");
        fs::write(&psks, format!("{}:{}\n", PSK.0, PSK.1)).expect("a file of keys");
        let srp = (files.path("tpasswd"), files.path("tpasswd.conf"));
        write_srp(&srp).expect("files of a user");
        let raw_key = raw_key(&files);
        World { ca: files.ca(), servers: identities.into(), client: (identity, pem), psks, srp, raw_key, files }
    }

    /// Copies the files to `to`.
    pub(crate) fn keep(&self, to: &Path) -> std::io::Result<()> {
        fs::create_dir_all(to)?;
        for file in fs::read_dir(self.files.path(""))? {
            let file = file?;
            fs::copy(file.path(), to.join(file.file_name()))?;
        }
        Ok(())
    }
}

/// What `srptool` would write. A GnuTLS without SRP leaves them empty.
fn write_srp((users, groups): &(String, String)) -> std::io::Result<()> {
    let group = SrpGroup::BITS_2048;
    let made = || -> gnutls::Result<(String, String)> {
        // A salt that begins with a zero byte would be shorter in the file.
        let known = SrpVerifier::with_salt(&SrpUser::new(SRP.0, SRP.1)?, group, &[0xa5; 16])?;
        let [prime, generator] = [srp::encode(group.prime())?, srp::encode(group.generator())?];
        let [verifier, salt] = [srp::encode(known.verifier())?, srp::encode(known.salt())?];
        Ok((format!("{}:{verifier}:{salt}:1\n", SRP.0), format!("1:{prime}:{generator}\n")))
    };
    let (user, group) = made().unwrap_or_default();
    fs::write(users, user)?;
    fs::write(groups, group)
}

fn raw_key(files: &Files) -> (String, String) {
    let key = PrivateKey::generate(KeyType::EcdsaP256).expect("a key");
    let (public, private) = (files.path("raw.pub"), files.path("raw.key"));
    fs::write(&public, key.public_key().and_then(|key| key.to_pem()).expect("PEM")).expect("a file");
    fs::write(&private, key.to_x509().and_then(|key| key.to_pem()).expect("PEM")).expect("a file");
    (public, private)
}

fn key_type(kind: &str) -> KeyType {
    match kind {
        "rsa" => KeyType::Rsa { bits: 2048 },
        "rsa-pss" => KeyType::RsaPss { bits: 2048 },
        "ecdsa-p384" => KeyType::EcdsaP384,
        "ecdsa-p521" => KeyType::EcdsaP521,
        "ed25519" => KeyType::Ed25519,
        "ed448" => KeyType::Ed448,
        _ => KeyType::EcdsaP256,
    }
}

/// The authority's certificate in DER.
pub(crate) fn authority() -> Vec<u8> {
    pki().ca.to_der()
}
