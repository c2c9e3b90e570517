//! Lists the certificates of tokens whose keys are there, too.

use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;
use gnutls::pkcs11::{ObjectFlags, Setup, Token, UrlDetail, set_default_pin};

use crate::{Ended, cert_select_pkcs11};

#[derive(Args, Debug)]
pub(crate) struct Options {
    #[command(flatten)]
    pub(crate) module: Module,

    /// Log in: many tokens say nothing of private keys before
    #[arg(long)]
    login: bool,

    /// A URL of tokens, such as pkcs11:token=mine [default: all]
    url: Option<String>,
}

/// The module that the tokens are behind.
#[derive(Args, Debug)]
pub(crate) struct Module {
    /// A PKCS#11 module to load [default: those that this machine is configured for]
    #[arg(long, value_name = "FILE")]
    provider: Option<PathBuf>,
}

impl Module {
    pub(crate) fn load(&self) -> gnutls::Result<()> {
        self.provider.as_ref().map_or(Ok(()), |module| Setup::manual().provider(module, None)?.apply())
    }
}

pub(crate) fn run(options: &Options) -> Ended {
    options.module.load()?;
    let mut flags = ObjectFlags::CERTIFICATES | ObjectFlags::WITH_PRIVATE_KEY;
    if options.login {
        set_default_pin(Some(Arc::new(cert_select_pkcs11::ask)));
        flags = flags | ObjectFlags::LOGIN;
    }
    let tokens = match &options.url {
        Some(url) => vec![Token::from_url(url)?],
        None => Token::list(UrlDetail::Generic)?,
    };
    for token in tokens {
        for (place, object) in token.objects(flags)?.iter().enumerate() {
            println!("cert[{place}]: {}\n{}", object.url(UrlDetail::Generic)?, object.certificate()?.print_full()?);
        }
    }
    Ok(())
}
