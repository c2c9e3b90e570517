//! Verifies a chain of certificates that is in a file. (Sessions verify by themselves.)

use std::path::PathBuf;

use clap::Args;
use gnutls::x509::{Certificate, Format, Purpose, TrustFlags, TrustList, VerifyDemands, VerifyFlags};

use crate::Ended;

#[derive(Args, Debug)]
pub(crate) struct Options {
    /// Authorities to trust, in PEM
    #[arg(long, value_name = "FILE")]
    x509cafile: PathBuf,

    /// Lists of what the authorities have revoked, in PEM
    #[arg(long, value_name = "FILE")]
    x509crlfile: Option<PathBuf>,

    /// Name that the certificate is to have
    #[arg(long, value_name = "NAME")]
    name: String,

    /// The chain, the certificate itself first
    file: PathBuf,
}

pub(crate) fn run(options: &Options) -> Ended {
    // Made once, and used for many chains.
    let mut list = TrustList::new()?;
    list.add_file(&options.x509cafile, Format::Pem, TrustFlags::empty())?;
    if let Some(revoked) = &options.x509crlfile {
        list.add_revocation_file(revoked, Format::Pem, TrustFlags::VERIFY_CRL, VerifyFlags::empty())?;
    }
    let chain = Certificate::list_from_file(&options.file)?;
    let demands = VerifyDemands::new().host(&options.name)?.purpose(Purpose::SERVER_AUTH);
    let verification = list.verify_for(&chain, &demands, VerifyFlags::empty())?;
    for step in verification.steps() {
        if let Some(certificate) = &step.certificate {
            println!("\tSubject: {}\n\tIssuer: {}", certificate.subject()?, certificate.issuer()?);
        }
        if let Some(issuer) = &step.issuer {
            println!("\tVerified against: {}", issuer.subject()?);
        }
        println!("\tVerification output: {}\n", step.status);
    }
    if verification.is_ok() {
        println!("Trusted");
        return Ok(());
    }
    Err(format!("not trusted: {}", verification.status()).into())
}
