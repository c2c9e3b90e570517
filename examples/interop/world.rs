//! The certificates and keys of a run, as values and as files.

use std::collections::HashMap;
use std::fs;
use std::path::Path;

use gnutls::Identity;
use gnutls::x509::KeyType;

use crate::cells::KEYS;
use crate::common::pki;
use crate::files::{Files, Pem, client_identity, for_host, issued};
use crate::ours::PSK;

/// Made once, shared by all cells.
pub(crate) struct World {
    pub(crate) files: Files,
    pub(crate) ca: String,
    /// By the kind of key.
    pub(crate) servers: HashMap<&'static str, (Identity, Pem)>,
    pub(crate) client: (Identity, Pem),
    /// Pre-shared keys for servers.
    pub(crate) psks: String,
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
        World { ca: files.ca(), servers: identities.into(), client: (identity, pem), psks, files }
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
