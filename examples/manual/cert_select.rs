//! A client that chooses its certificate when the server asks for one, by the authorities that the server names.

use std::path::PathBuf;

use clap::Args;
use gnutls::x509::DistinguishedName;
use gnutls::{CertificateType, Identity, PreparedIdentity};

use crate::Ended;
use crate::common::{Target, Trust, talk};

#[derive(Args, Debug)]
pub(crate) struct Options {
    /// A certificate of the client's, with its chain. May be repeated
    #[arg(long, value_name = "FILE", required = true)]
    x509certfile: Vec<PathBuf>,

    /// The private key of the certificate in the same place
    #[arg(long, value_name = "FILE", required = true)]
    x509keyfile: Vec<PathBuf>,

    #[command(flatten)]
    trust: Trust,
    #[command(flatten)]
    target: Target,
}

pub(crate) fn run(options: &Options) -> Ended {
    let mut ours = Vec::new();
    for (certificate, key) in options.x509certfile.iter().zip(&options.x509keyfile) {
        let identity = Identity::from_files(certificate, key)?;
        // Whom the server must trust for this one.
        let issuer = identity.chain().last().ok_or("a chain without certificates")?.issuer_der()?;
        ours.push((issuer, PreparedIdentity::try_from(&identity)?));
    }
    let config = options.trust.builder()?.choose_identity(move |request| {
        if request.authorities().is_empty() {
            println!("- Server did not send us any trusted authorities names.");
        } else {
            println!("- Server's trusted authorities:");
        }
        for (place, name) in request.authorities().iter().enumerate() {
            println!("   [{place}]: {}", DistinguishedName::from_der(name)?);
        }
        if request.certificate_type() != CertificateType::X509 {
            return Ok(None);
        }
        let fits = |issuer: &Vec<u8>| request.authorities().is_empty() || request.authorities().contains(issuer);
        Ok(ours.iter().find(|(issuer, _)| fits(issuer)).map(|(_, identity)| identity.clone()))
    });
    talk(options.target.connect(&config.build()?)?)
}
