//! A client that is asked for its certificate after the handshake.

use std::io::Write;

use gnutls::ClientAuth;

use crate::cells::{Cell, Peer, Role};
use crate::other::{Other, REAUTH};
use crate::ours::{Tls, read_line};
use crate::tries::{Tried, Trouble, expected, hello};

pub(crate) fn attempt(cell: &Cell, session: &Tls, other: &Other) -> Tried<()> {
    match cell.ours {
        Role::Client => answer(cell, session, other),
        Role::Server => ask(session, other),
    }
}

fn ask(session: &Tls, other: &Other) -> Tried<()> {
    hello(session, other, 1)?;
    if !session.can_reauthenticate() {
        return Err(Trouble::Refused("the client does not offer it".to_owned()));
    }
    if !session.reauthenticate(ClientAuth::Require)? || session.peer_certificates()?.is_empty() {
        return Err(Trouble::Broken("no certificate was shown".to_owned()));
    }
    hello(session, other, 2)
}

fn answer(cell: &Cell, session: &Tls, other: &Other) -> Tried<()> {
    hello(session, other, 1)?;
    match (other.tool(), cell.peer) {
        (_, Peer::Rustls) => return Err(Trouble::Refused("the server cannot ask".to_owned())),
        // It asks before the next line that it sends.
        (Some(tool), Peer::Openssl) => tool.say("c\n"),
        (Some(_), _) => {
            { session }.write_all(b"**REAUTH**\n")?;
            expected("answer", "Successfully executed command\n", &read_line(session)?)?;
        }
        (None, _) => {
            { session }.write_all(REAUTH.as_bytes())?;
            expected("answer", REAUTH, &read_line(session)?)?;
        }
    }
    hello(session, other, 2)?;
    expected("number of their questions", "1", &session.counters().reauthentications.to_string())
}
