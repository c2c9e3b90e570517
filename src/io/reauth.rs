//! Waiting for a client that was asked for a certificate.

use gnutls_sys as sys;
use parking_lot::MutexGuard;

use crate::duplex::interest::Interest;
use crate::engine::{Answer, Looked};
use crate::error::{Error, Result};
use crate::session::Shared;
use crate::transport::Wait;

const WAITING: &str = "waiting for the client's certificate";

impl<T: Wait> Shared<T> {
    /// Asks, and waits until somebody has received the answer: who reads, or else this call.
    pub(crate) fn reauthenticate(&self, demand: sys::gnutls_certificate_request_t, whole: bool) -> Result<bool> {
        let mut patience = self.write_patience();
        self.retry(&mut patience, |engine, io| engine.ask_client(io, demand))?;
        loop {
            let seen = self.engine.news.seen();
            match self.engine.client_answer() {
                Answer::Shown => return Ok(true),
                Answer::Declined => return Ok(false),
                Answer::NotAsked | Answer::Awaited => {}
            }
            // The question may not have gone, nor what stands before it.
            let gone = self.engine.flush(&self.io)?;
            // A blocking read that goes on holds this, and takes the answer; one that begins waits until this call has
            // looked. Only who holds it waits for the transport: the other could sleep through what the one takes.
            let turn = self.engine.readers_turn().try_lock();
            match self.engine.look_for_answer(&self.io, turn.is_some(), whole) {
                Ok(Looked::Taken) => {}
                Ok(Looked::Nothing) if turn.is_some() => {
                    let want = self.engine.answer_interest();
                    patience.wait_a_while(&self.io, want, Error::blocked(WAITING))?;
                    if let Some(turn) = turn {
                        MutexGuard::unlock_fair(turn);
                    }
                }
                Ok(_) if !gone => {
                    drop(turn);
                    patience.wait(&self.io, Interest::new(false, true), Error::blocked(WAITING))?;
                }
                Ok(_) => {
                    drop(turn);
                    patience.wait_for(&self.engine.news, seen, Error::blocked(WAITING))?;
                }
                Err(error) => return Err(error),
            }
        }
    }
}
