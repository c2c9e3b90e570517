//! Makes a certificate request, and the key that it is for.

use clap::Args;
use gnutls::x509::{KeyType, PrivateKey, RequestBuilder};

use crate::Ended;

#[derive(Args, Debug)]
pub(crate) struct Options {
    /// Whose request it is, such as CN=www.example.org,O=Example,C=GR
    #[arg(long, value_name = "DN")]
    subject: String,

    /// Name of a host that the certificate is to have. May be repeated
    #[arg(long, value_name = "NAME")]
    dns_name: Vec<String>,

    /// A password for revoking the certificate later
    #[arg(long, value_name = "PASSWORD")]
    challenge: Option<String>,
}

pub(crate) fn run(options: &Options) -> Ended {
    let key = PrivateKey::generate(KeyType::Rsa { bits: 3072 })?;
    let mut builder = RequestBuilder::new().subject(&options.subject);
    for name in &options.dns_name {
        builder = builder.dns_name(name);
    }
    if let Some(password) = &options.challenge {
        builder = builder.challenge_password(password);
    }
    let request = builder.signed_by(&key)?;
    println!("Certificate Request: \n{}", request.to_pem());
    println!("Private key: \n{}", String::from_utf8_lossy(&key.to_pem()?));
    Ok(())
}
