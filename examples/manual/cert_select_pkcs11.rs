//! A client whose certificate and key are on a token, which asks for its PIN.

use std::io::{self, Write};
use std::sync::Arc;

use clap::Args;
use gnutls::key::{Cause, Pcert, PinRequest, PrivateKey};
use gnutls::pkcs11::set_default_pin;
use gnutls::x509::{Certificate, SecretBytes};

use crate::Ended;
use crate::common::{Target, Trust, talk};
use crate::pkcs11_list::Module;

#[derive(Args, Debug)]
pub(crate) struct Options {
    /// URL of the certificate
    #[arg(long, value_name = "URL")]
    x509certfile: String,

    /// URL of its private key
    #[arg(long, value_name = "URL")]
    x509keyfile: String,

    #[command(flatten)]
    module: Module,
    #[command(flatten)]
    trust: Trust,
    #[command(flatten)]
    target: Target,
}

pub(crate) fn run(options: &Options) -> Ended {
    options.module.load()?;
    set_default_pin(Some(Arc::new(ask)));
    let certificate = Certificate::from_url(&options.x509certfile)?;
    let key = PrivateKey::from_url(&options.x509keyfile, None)?;
    let config = options.trust.builder()?.with_key(vec![Pcert::from_certificate(&certificate)?], &key)?.build()?;
    talk(options.target.connect(&config)?)
}

/// The PIN, from the terminal. (A program of its own would not show what is typed.)
pub(crate) fn ask(request: &PinRequest<'_>) -> Result<SecretBytes, Cause> {
    eprintln!("PIN required for token '{}' with URL '{}'", request.label(), request.url());
    if request.was_wrong() {
        eprintln!("*** Wrong PIN");
    }
    if request.is_final_try() {
        eprintln!("*** This is the final try before locking!");
    }
    eprint!("Enter pin: ");
    io::stderr().flush()?;
    let mut pin = String::new();
    if io::stdin().read_line(&mut pin)? == 0 {
        return Err("no PIN was given".into());
    }
    Ok(SecretBytes::from(pin.trim_end().as_bytes().to_vec()))
}
