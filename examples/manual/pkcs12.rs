//! Puts a certificate and its key into a PKCS#12 file, as browsers take it.

use std::fs;
use std::path::PathBuf;

use clap::Args;
use gnutls::pkcs12::{Bag, Pkcs12};
use gnutls::x509::{Certificate, Pkcs8Cipher, PrivateKey};

use crate::Ended;

#[derive(Args, Debug)]
pub(crate) struct Options {
    /// The certificate
    #[arg(long, value_name = "FILE")]
    x509certfile: PathBuf,

    /// Its private key
    #[arg(long, value_name = "FILE")]
    x509keyfile: PathBuf,

    /// The password that the file gets
    #[arg(long)]
    password: String,

    /// The file that is written
    #[arg(long, value_name = "FILE")]
    outfile: PathBuf,
}

const CIPHER: Pkcs8Cipher = Pkcs8Cipher::Aes256;
const NAME: &str = "My name";

// `Pkcs12::make` does all this in one call; here it is step by step.
pub(crate) fn run(options: &Options) -> Ended {
    let certificate = Certificate::list_from_file(&options.x509certfile)?.remove(0);
    let key = PrivateKey::from_file(&options.x509keyfile, None)?;
    // It tells readers which key is whose.
    let id = certificate.key_id()?;

    let mut certificates = Bag::new()?;
    let index = certificates.add_certificate(&certificate)?;
    certificates.set_friendly_name(index, NAME)?;
    certificates.set_key_id(index, id)?;
    certificates.encrypt(&options.password, CIPHER)?;

    // A key that is encrypted by itself needs no encrypted bag.
    let mut keys = Bag::new()?;
    let index = keys.add_key(&key, Some((&options.password, CIPHER)))?;
    keys.set_friendly_name(index, NAME)?;
    keys.set_key_id(index, id)?;

    let mut file = Pkcs12::new()?;
    file.add_bag(&certificates)?;
    file.add_bag(&keys)?;
    file.generate_mac(&options.password)?;
    fs::write(&options.outfile, file.to_der()?)?;
    Ok(())
}
