//! The present configuration, which a reload replaces while connections go on with theirs.

use std::error::Error;
use std::fs;
use std::path::PathBuf;
use std::sync::{Arc, RwLock};

use gnutls::TicketKey;
use gnutls::tokio::TlsAcceptor;

use crate::config;
use crate::options::Options;

/// What new connections are accepted with.
pub(crate) struct Current {
    options: Arc<Options>,
    loaded: RwLock<Loaded>,
}

struct Loaded {
    acceptor: TlsAcceptor,
    tickets: TicketKey,
    /// The file of the authorities of clients, as it was read.
    authorities: Option<Vec<u8>>,
}

impl Current {
    pub(crate) fn load(options: &Arc<Options>) -> Result<Current, Box<dyn Error>> {
        let loaded = RwLock::new(Loaded::new(options, None)?);
        Ok(Current { options: Arc::clone(options), loaded })
    }

    /// Reads the files again. If one of them is wrong, everything stays as it is.
    pub(crate) fn reload(&self) -> Result<(), Box<dyn Error>> {
        let new = Loaded::new(&self.options, Some(&self.loaded.read().expect("no panic")))?;
        *self.loaded.write().expect("no panic") = new;
        Ok(())
    }

    /// What the next connection is accepted with.
    pub(crate) fn acceptor(&self) -> TlsAcceptor {
        self.loaded.read().expect("no panic").acceptor.clone()
    }
}

impl Loaded {
    /// A ticket stands for the client certificate that was verified when its session began. So where the authorities of
    /// clients have changed, the ticket key is a new one: a client that is no longer trusted cannot resume.
    fn new(options: &Options, before: Option<&Loaded>) -> Result<Loaded, Box<dyn Error>> {
        let read = |file: &PathBuf| fs::read(file).map_err(|error| format!("reading {}: {error}", file.display()));
        let authorities = options.client_cafile.as_ref().map(read).transpose()?;
        let tickets = match before {
            Some(before) if before.authorities == authorities => before.tickets.clone(),
            _ => TicketKey::generate()?,
        };
        let acceptor = TlsAcceptor::from(config::config(options, tickets.clone())?);
        Ok(Loaded { acceptor, tickets, authorities })
    }
}
