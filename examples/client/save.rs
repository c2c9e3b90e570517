//! `--save-cert`, `--save-ocsp` and their like: what the server has shown, in files.

use std::fs;
use std::path::{Path, PathBuf};

use clap::Args;
use gnutls::Session;
use gnutls::transport::Transport;

use crate::failure::Failure;
use crate::log::Log;

#[derive(Args, Debug)]
pub(crate) struct Save {
    /// Write the server's certificates to this file, in PEM
    #[arg(long, value_name = "FILE")]
    save_cert: Option<PathBuf>,

    /// Write the OCSP response that the server has stapled to its certificate to this file, in DER
    #[arg(long, value_name = "FILE", conflicts_with = "save_ocsp_multi")]
    save_ocsp: Option<PathBuf>,

    /// Write all OCSP responses that the server has stapled to this file, in PEM
    #[arg(long, value_name = "FILE")]
    save_ocsp_multi: Option<PathBuf>,
}

impl Save {
    /// Writes what is asked for.
    pub(crate) fn save<T: Transport>(&self, session: &Session<T>, log: &Log) -> Result<(), Failure> {
        if let Some(file) = &self.save_cert {
            let chain = session.peer_certificates()?;
            if chain.is_empty() {
                return Err("--save-cert: the server has shown no certificate".to_owned().into());
            }
            write(file, chain.iter().map(gnutls::x509::Certificate::to_pem).collect::<String>().as_bytes())?;
        }
        if let Some(file) = &self.save_ocsp {
            let response =
                session.ocsp_response()?.ok_or_else(|| "the server has stapled no OCSP response".to_owned())?;
            write(file, &response.to_der()?)?;
        }
        if let Some(file) = &self.save_ocsp_multi {
            let mut text = String::new();
            for place in 0..session.peer_certificates()?.len() {
                match session.ocsp_response_of(place)? {
                    Some(response) => text.push_str(&response.to_pem()?),
                    None => log.say(&format!("- No OCSP response for certificate {place}")),
                }
            }
            write(file, text.as_bytes())?;
        }
        Ok(())
    }
}

fn write(file: &Path, bytes: &[u8]) -> Result<(), Failure> {
    fs::write(file, bytes).map_err(|error| format!("writing {}: {error}", file.display()).into())
}
