//! `--keymatexport`: a key made of the session's secrets (RFC 5705), which both sides can compare.

use clap::Args;
use gnutls::Session;
use gnutls::transport::Transport;

#[derive(Args, Clone, Debug)]
pub(crate) struct KeyMaterial {
    /// Print a key that both sides make of the session's secrets for the purpose of this name (RFC 5705), in hexadecimal
    /// digits
    #[arg(long, value_name = "LABEL")]
    keymatexport: Option<String>,

    /// How long the key of --keymatexport is, in bytes
    #[arg(long, value_name = "BYTES", default_value_t = 20)]
    keymatexportsize: usize,
}

impl KeyMaterial {
    /// The line with the key, if one is wanted.
    ///
    /// # Errors
    /// If the session makes no keys of this label or length.
    pub(crate) fn line<T: Transport>(&self, session: &Session<T>) -> gnutls::Result<Option<String>> {
        let Some(label) = &self.keymatexport else { return Ok(None) };
        let key = session.export(label, None, self.keymatexportsize)?;
        Ok(Some(format!("- Key material: {}", gnutls::encoding::hex::encode(&*key)?)))
    }
}
