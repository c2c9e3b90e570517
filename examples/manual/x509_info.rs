//! Says what a certificate has in it.

use std::path::PathBuf;
use std::time::UNIX_EPOCH;

use clap::Args;
use gnutls::encoding::hex;
use gnutls::x509::Certificate;

use crate::Ended;

#[derive(Args, Debug)]
pub(crate) struct Options {
    /// A file with certificates, in PEM or DER
    file: PathBuf,
}

pub(crate) fn run(options: &Options) -> Ended {
    Certificate::list_from_file(&options.file)?.iter().try_for_each(tell)
}

pub(crate) fn tell(certificate: &Certificate) -> Ended {
    // All that is important, in a line; `print_full` has the rest.
    println!("Certificate info:\n\t{certificate}");
    // What follows is for programs that look at single fields.
    let seconds = |time: std::time::SystemTime| time.duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
    println!(
        "\tValid from {} to {} (seconds since 1970)",
        seconds(certificate.not_before()),
        seconds(certificate.not_after())
    );
    println!("\tSerial number: {}", hex::encode(certificate.serial()?)?);
    let (algorithm, bits) = certificate.key_algorithm()?;
    println!("\tPublic key: {algorithm} of {bits} bits");
    println!("\tVersion: #{}", certificate.version()?);
    println!("\tDN: {}", certificate.subject()?);
    println!("\tIssuer's DN: {}", certificate.issuer()?);
    Ok(())
}
