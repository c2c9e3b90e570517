//! Authentication of the client after the handshake (RFC 8446, section 4.6.2), under RECV and SEND.
//!
//! The server's question goes out at once. The answer comes among the client's data, and whoever receives takes it:
//! until it is there each record is received with `gnutls_reauth`, which knows what to do with the answer and leaves data
//! for the receive that follows. The client answers where it meets the question, inside a receive.

use std::sync::atomic::Ordering;

use gnutls_sys as sys;

use super::Engine;
use super::frame::{self, Stop};
use super::receive::note_record;
use super::sides::{End, Held, MOST_RECORDS};
use super::verify::has_certificate;
use crate::algorithm::CredentialsType;
use crate::duplex::interest::Interest;
use crate::error::{Error, ErrorKind, Failure, Result};
use crate::transport::{Silent, Transport};

const ASKING: &str = "asking the client for a certificate";
const ANSWERING: &str = "answering the server, who asks for a certificate";

/// What a client that does not read our answers may make us keep, in bytes.
const MOST_UNSENT: usize = 1 << 20;

/// A question under way, on a server.
#[derive(Default)]
pub(super) struct Reauth {
    /// It is not asked yet: the peer first answers our wish for its key update, which GnuTLS does not bear in between.
    waits: bool,
    /// The client has shown that it has the key of the certificate that it sent.
    pub(super) proved: bool,
    /// The caller wants the peer's key update once this is over.
    update: bool,
}

/// What has become of the question, in [`Engine::reauth`].
#[derive(Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Answer {
    NotAsked,
    Awaited,
    Shown,
    Declined,
}

/// What came of looking for the answer.
pub(crate) enum Looked {
    /// Something was received.
    Taken,
    /// The transport has nothing.
    Nothing,
    /// That is a reader's to do: it waits for the transport, or has data to take first.
    Readers,
}

/// What a record of the client's, or its absence, means while an answer is awaited.
pub(super) enum Step {
    /// There is data for a receive to take, without the transport.
    Data,
    /// A record without data, or the end of the authentication.
    Again,
    /// The transport gives no more.
    Stopped(Stop),
    Failed(Error),
}

impl Engine {
    /// What has become of the last question.
    pub(crate) fn client_answer(&self) -> Answer {
        match self.reauth.load(Ordering::Acquire) {
            0 => Answer::NotAsked,
            1 => Answer::Awaited,
            2 => Answer::Shown,
            _ => Answer::Declined,
        }
    }

    /// What the peer proved with who it is, in the handshake or since.
    pub(crate) fn peer_proof(&self) -> Option<CredentialsType> {
        if self.shown.load(Ordering::Acquire) {
            return Some(CredentialsType::CERTIFICATE);
        }
        self.info().and_then(|info| info.peer)
    }

    /// Asks the client for a certificate, unless it has been asked and has not answered. `demand` is of
    /// `gnutls_certificate_request_t`.
    pub(crate) fn ask_client(&self, io: &dyn Transport, demand: sys::gnutls_certificate_request_t) -> Result<()> {
        self.not_inside(ASKING)?;
        self.can_ask()?;
        let mut held = self.flush_held(io, self.lock.both());
        self.may_send(&mut held, ASKING)?;
        if held.recv_side().is_some_and(|side| side.reauth.is_some()) {
            return Ok(());
        }
        match held.recv_side().and_then(|side| side.end.clone()) {
            Some(End::Broken { error, .. }) => return Err(*error),
            Some(End::Closed { .. }) => {
                return Err(Failure::new(ErrorKind::Closed, ASKING).detail("the client has closed its side").into());
            }
            None => {}
        }
        if held.send_side().is_some_and(|side| side.outbox.is_full()) {
            return Err(Error::blocked(ASKING));
        }
        // SAFETY: RECV and SEND are held; GnuTLS looks at it when it asks and when it gets the answer.
        unsafe { sys::gnutls_certificate_server_set_request(self.raw(), demand) };
        self.verified.store(false, Ordering::Relaxed);
        let waits = held.send_side().is_some_and(|side| side.update_asked);
        if let Some(side) = held.recv_side() {
            side.reauth = Some(Reauth { waits, ..Reauth::default() });
        }
        self.reauth.store(Answer::Awaited as u8, Ordering::Release);
        if waits {
            return Ok(());
        }
        // A reader may be waiting for what the transport has: this only sends.
        let (held, step) = self.ask_held(&Silent, held);
        let held = self.flush_held(io, held);
        self.settle(held);
        match step {
            Step::Failed(error) => Err(error),
            _ => Ok(()),
        }
    }

    /// Whether GnuTLS can ask at all.
    fn can_ask(&self) -> Result<()> {
        let unsupported = |why: &'static str| Err(Failure::new(ErrorKind::Unsupported, ASKING).detail(why).into());
        if !self.is_server || self.terms.verify_later.is_none() {
            let why = "only a server asks, and its configuration must say so: post_handshake_auth()";
            return Err(Error::misuse(ASKING, why));
        }
        match self.info() {
            Some(_) if !self.has_key_updates() => unsupported("this session is not TLS 1.3"),
            // GnuTLS would not say whose certificate it got.
            Some(info) if info.client != CredentialsType::CERTIFICATE => {
                unsupported("the client is known by something else than certificates")
            }
            Some(info) if !info.can_ask => unsupported("the client does not offer it (RFC 8446, section 4.2.6)"),
            _ => Ok(()),
        }
    }

    /// Receives a record while an answer is awaited. Takes `held` with RECV and leaves it so.
    pub(super) fn await_client<'a>(&'a self, io: &'a dyn Transport, mut held: Held<'a>) -> (Held<'a>, Step) {
        let waits = held.recv_side().and_then(|side| side.reauth.as_ref()).is_some_and(|reauth| reauth.waits);
        if self.has_pending() {
            return (held, Step::Data);
        }
        held.escalate();
        if waits && held.send_side().is_some_and(|side| side.update_asked) {
            held.release_send();
            return (held, Step::Data);
        }
        let (held, step) = self.ask_held(io, held);
        (self.settle(held), step)
    }

    /// One `gnutls_reauth`, with both locks held.
    fn ask_held<'a>(&'a self, io: &'a dyn Transport, mut held: Held<'a>) -> (Held<'a>, Step) {
        if let Some(reauth) = held.recv_side().and_then(|side| side.reauth.as_mut()) {
            reauth.waits = false;
        }
        if let Err(error) = self.set_pending_aside(&mut held) {
            return (held, Step::Failed(error));
        }
        let called = frame::call(self, io, held, |session| {
            // SAFETY: the frame holds RECV and SEND, and there is no data in the session that GnuTLS would take for a
            // message. What it sends is taken whole, so that it only stops to receive.
            unsafe { sys::gnutls_reauth(session, 0) }
        });
        let mut held = called.held;
        match (called.value, called.stop) {
            (0, _) => {
                note_record(&mut held);
                match self.answered(io, held) {
                    (held, Ok(())) => (held, Step::Again),
                    (held, Err(error)) => (held, Step::Failed(error)),
                }
            }
            (sys::GNUTLS_E_GOT_APPLICATION_DATA, _) => {
                note_record(&mut held);
                (held, Step::Data)
            }
            (sys::GNUTLS_E_AGAIN | sys::GNUTLS_E_INTERRUPTED, Some(stop)) => (held, Step::Stopped(stop)),
            (sys::GNUTLS_E_AGAIN | sys::GNUTLS_E_INTERRUPTED, None) => (held, Step::Again),
            (code, _) => {
                let (error, held) = self.fail(io, held, code, ASKING.into());
                (held, Step::Failed(error))
            }
        }
    }

    /// GnuTLS has the client's answer: a certificate, or that it has none.
    fn answered<'a>(&'a self, io: &'a dyn Transport, mut held: Held<'a>) -> (Held<'a>, Result<()>) {
        let Some(reauth) = held.recv_side().and_then(|side| side.reauth.take()) else { return (held, Ok(())) };
        if reauth.proved {
            // In a resumed session GnuTLS does not call back to have the certificate verified. The program's own code is asked,
            // which must not wait for the locks that this thread has.
            let called = frame::call(self, io, held, |session| match self.terms.verify_later {
                _ if !has_certificate(session) => sys::GNUTLS_E_NO_CERTIFICATE_FOUND,
                None => 0,
                Some(_) if self.verified.load(Ordering::Relaxed) => 0,
                Some(_) => self.verify_peer(),
            });
            held = called.held;
            if called.value < 0 {
                let (error, held) = self.fail(io, held, called.value, ASKING.into());
                return (held, Err(error));
            }
            self.shown.store(true, Ordering::Release);
        }
        let answer = if reauth.proved { Answer::Shown } else { Answer::Declined };
        self.reauth.store(answer as u8, Ordering::Release);
        self.news.tell();
        if reauth.update { self.ask_for_update(io, held) } else { (held, Ok(())) }
    }

    /// Puts off asking for the peer's key update, if an answer is awaited: true if it is put off.
    pub(super) fn put_off_update(&self, held: &mut Held<'_>) -> bool {
        let reauth = held.recv_side().and_then(|side| side.reauth.as_mut());
        reauth.map(|reauth| reauth.update = true).is_some()
    }

    /// Answers the server, whose question GnuTLS has just received, with what the credentials have. Takes `held` with
    /// RECV and leaves it so.
    pub(super) fn answer_server<'a>(&'a self, io: &'a dyn Transport, mut held: Held<'a>) -> (Held<'a>, Result<()>) {
        held.escalate();
        let Some(side) = held.send_side() else { return (held, Ok(())) };
        if side.closed || side.broken.is_some() {
            // Nothing can follow close_notify: the server learns from that.
            held.release_send();
            return (held, Ok(()));
        }
        if side.outbox.len() > MOST_UNSENT {
            let (error, held) = self.fail(io, held, sys::GNUTLS_E_TOO_MANY_HANDSHAKE_PACKETS, ANSWERING.into());
            return (self.settle(held), Err(error));
        }
        let called = frame::call(self, io, held, |session| {
            // SAFETY: the frame holds RECV and SEND. The push function takes whole records, so this ends.
            unsafe { sys::gnutls_reauth(session, 0) }
        });
        let (mut held, mut result) = (called.held, Ok(()));
        if called.value < 0 {
            let error;
            (error, held) = self.fail(io, held, called.value, ANSWERING.into());
            result = Err(error);
        } else if let Some(side) = held.recv_side() {
            side.requests_answered += 1;
        }
        let held = self.flush_held(io, held);
        (self.settle(held), result)
    }

    /// Receives on behalf of who waits for the client's answer; data is kept for the reader. `alone`: no reader waits for
    /// the transport. `whole`: the session is not in halves, so that nobody else takes what is kept.
    ///
    /// # Errors
    /// Those of a receive.
    pub(crate) fn look_for_answer(&self, io: &dyn Transport, alone: bool, whole: bool) -> Result<Looked> {
        /// Data that is kept where nobody else reads, in bytes.
        const MOST_KEPT: usize = 1 << 20;
        self.not_inside(ASKING)?;
        if let Some(failure) = self.failure.get() {
            return Err(failure.clone());
        }
        let mut held = self.lock.recv();
        let unread = self.unread.load(Ordering::Relaxed);
        let Some(side) = held.recv_side() else { return Ok(Looked::Readers) };
        let kept = side.set_aside.iter().map(|packet| packet.len()).sum::<usize>();
        if !unread && ((side.starved && !alone) || (kept > 0 && !whole)) {
            return Ok(Looked::Readers);
        }
        if (kept > MOST_KEPT || side.set_aside.len() > MOST_RECORDS) && !unread {
            let why = "the client sends data instead of an answer; receive that first";
            return Err(Failure::new(ErrorKind::Resource, ASKING).detail(why).into());
        }
        let (mut held, packet) = self.receive_packet(io, held);
        match (packet, held.recv_side()) {
            (Err(error), _) if error.would_block() => {
                Ok(if self.client_answer() == Answer::Awaited { Looked::Nothing } else { Looked::Taken })
            }
            (Err(error), _) => Err(error),
            (Ok(Some(packet)), Some(side)) if unread => {
                side.bytes += packet.len() as u64;
                Ok(Looked::Taken)
            }
            (Ok(Some(packet)), Some(side)) => {
                side.set_aside.push_back(packet);
                Ok(Looked::Taken)
            }
            (Ok(_), _) => {
                let why = "the client has closed its side without an answer";
                Err(Failure::new(ErrorKind::Closed, ASKING).detail(why).into())
            }
        }
    }

    /// What [`look_for_answer`](Engine::look_for_answer) waits for.
    pub(crate) fn answer_interest(&self) -> Interest {
        let unsent = self.asked().send().send_side().is_some_and(|side| !side.outbox.is_empty());
        Interest::new(true, unsent)
    }

    /// Somebody may be waiting to hear what a receive met, under RECV: who waits looks under it, too.
    pub(super) fn tell_news(&self) {
        if self.reauth.load(Ordering::Relaxed) != Answer::NotAsked as u8 {
            self.news.tell();
        }
    }

    /// Whether GnuTLS has decrypted data. RECV is held.
    fn has_pending(&self) -> bool {
        // SAFETY: RECV is held.
        unsafe { sys::gnutls_record_check_pending(self.raw()) > 0 }
    }

    /// Takes the data that GnuTLS has decrypted out of the session, for the reader. Both locks are held.
    pub(super) fn set_pending_aside(&self, held: &mut Held<'_>) -> Result<()> {
        while self.has_pending() {
            let Some(packet) = self.pending_packet()? else { return Ok(()) };
            if let Some(side) = held.recv_side() {
                side.set_aside.push_back(packet);
            }
        }
        Ok(())
    }
}
