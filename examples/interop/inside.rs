//! The other side in this process: this library itself, and rustls.

use std::io::Write;
use std::sync::{Arc, Mutex};

use gnutls::{ClientAuth, KeyUpdateRequest, SessionData};

use crate::cells::{Cell, Feature, Peer, Role};
use crate::common::HOST;
use crate::early::EARLY;
use crate::other::{Endpoint, Inside, Kind, Other, echo};
use crate::ours::{self, Tls, is, patient};
use crate::with_rustls;
use crate::world::World;

/// The other side of a cell; an error is something that it cannot even be configured for.
pub(crate) fn start(cell: &Cell, world: &World) -> Result<Other, String> {
    let inside: Inside = match (cell.ours, cell.peer) {
        (Role::Client, Peer::Ours) => our_server(cell, world).map_err(|error| error.to_string())?,
        (Role::Server, Peer::Ours) => our_client(cell, world).map_err(|error| error.to_string())?,
        (Role::Client, _) => with_rustls::server(cell, world)?,
        (Role::Server, _) => with_rustls::client(cell, world)?,
    };
    let kind = Kind::Inside(inside, Mutex::default());
    Ok(Other { kind, echoes: true, command: format!("(in the same process: --only {cell})") })
}

impl Endpoint for Tls {
    fn update_keys(&mut self) -> Result<(), String> {
        Tls::update_keys(self, KeyUpdateRequest::Requested).map_err(|error| error.to_string())
    }

    fn reauthenticate(&mut self) -> Result<(), String> {
        let shown = Tls::reauthenticate(self, ClientAuth::Require).map_err(|error| error.to_string())?;
        if shown { Ok(()) } else { Err("no certificate was shown".to_owned()) }
    }

    fn close(&mut self) -> Result<(), String> {
        Tls::close(self).map_err(|error| error.to_string())
    }
}

fn our_server(cell: &Cell, world: &World) -> gnutls::Result<Inside> {
    let config = ours::server(cell, world)?;
    Ok(Arc::new(move |tcp| {
        let mut session = patient(config.accept(tcp).map_err(|error| error.to_string())?);
        if let Some(early) = session.early_data() {
            session.write_all(early.replayable()).map_err(|error| error.to_string())?;
        }
        echo(&mut session)
    }))
}

fn our_client(cell: &Cell, world: &World) -> gnutls::Result<Inside> {
    let config = ours::client(cell, world)?.build()?;
    let earlier: Mutex<Option<SessionData>> = Mutex::default();
    let early = is(cell, Feature::EarlyData);
    Ok(Arc::new(move |tcp| {
        let mut connect = config.to(HOST).map_err(|error| error.to_string())?;
        if let Some(data) = &*earlier.lock().expect("no panic under the lock") {
            connect = connect.resume(data);
        }
        if early {
            connect = connect.early_data(EARLY.as_bytes());
        }
        let mut session = patient(connect.connect(tcp).map_err(|error| error.to_string())?);
        let outcome = echo(&mut session);
        *earlier.lock().expect("no panic under the lock") = session.session_data().unwrap_or_default();
        outcome
    }))
}
