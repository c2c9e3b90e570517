//! Waiting for a client that was asked for a certificate.

use gnutls_sys as sys;

use crate::duplex::interest::Interest;
use crate::engine::Answer;
use crate::error::{Error, Result};
use crate::session::Shared;
use crate::transport::Wait;

const WAITING: &str = "waiting for the client's certificate";

impl<T: Wait> Shared<T> {
    /// Asks, and waits until somebody has received the answer: who reads, or else this call.
    pub(crate) fn reauthenticate(&self, demand: sys::gnutls_certificate_request_t) -> Result<bool> {
        let mut patience = self.write_patience();
        self.retry(&mut patience, |engine, io| engine.ask_client(io, demand))?;
        loop {
            let seen = self.engine.news.seen();
            match self.engine.answer() {
                Answer::Shown => return Ok(true),
                Answer::Declined => return Ok(false),
                Answer::NotAsked | Answer::Awaited => {}
            }
            // The question may not have gone, nor what stands before it.
            let gone = self.engine.flush(&self.io)?;
            // A blocking read that goes on holds this, and takes the answer.
            let alone = self.reading.try_lock().is_some();
            match self.engine.look_for_answer(&self.io, alone) {
                Ok(true) => {}
                Ok(false) if !gone => {
                    patience.wait(&self.io, Interest::new(false, true), Error::blocked(WAITING))?;
                }
                Ok(false) => patience.wait_for(&self.engine.news, seen, Error::blocked(WAITING))?,
                Err(error) if error.would_block() => {
                    patience.wait(&self.io, self.engine.answer_interest(), Error::blocked(WAITING))?;
                }
                Err(error) => return Err(error),
            }
        }
    }
}
