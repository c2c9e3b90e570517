//! Renegotiation: a second handshake in a session (TLS 1.2 and before; RFC 5246, section 7.4.1), under RECV and SEND.
//!
//! Who wants one is noted here. The handshake is that of `handshake.rs`, in a session that is in one hand: from its first
//! message on nobody sends data.
//!
//! The server may send some until it gets the client's hello. GnuTLS (3.7.1 to 3.8.13) lets a client that meets data then
//! begin anew, with another hello, which no server takes. So a client looks at the kind of each record, which these
//! versions do not hide, and takes data as data.

use std::borrow::Cow;
use std::ffi::c_int;
use std::io;
use std::ptr;
use std::sync::OnceLock;
use std::sync::atomic::Ordering;

use gnutls_sys as sys;

use super::frame;
use super::handshake::starved;
use super::inspect::Info;
use super::packet::Packet;
use super::sides::{End, Held, MOST_RECORDS};
use super::{Engine, Verify, code};
use crate::alert::Alert;
use crate::algorithm::Protocol;
use crate::error::{Error, ErrorKind, Failure, Origin, Result};
use crate::transport::Transport;
use crate::transport::framing::{APPLICATION_DATA, Framing};

const DOING: &str = "renegotiating";
const ASKING: &str = "asking the client to renegotiate";
const REFUSING: &str = "refusing to renegotiate";

/// What a server demands of its client's certificate, and as GnuTLS has it.
pub(crate) type Demand = (Verify, sys::gnutls_certificate_request_t);

/// How far a session is that may be renegotiated.
#[derive(Default)]
pub(super) struct Renegotiation {
    stage: Stage,
    framing: Framing,
    /// A record of data is being taken.
    taking: bool,
    /// Both sides bind it to the session that it is of (RFC 5746).
    safe: bool,
    /// The version, which stays.
    protocol: Option<Protocol>,
    /// How often it has been done.
    pub(super) done: u64,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Stage {
    #[default]
    None,
    /// This server has asked the client.
    Asked,
    /// The client will not.
    Refused,
    /// The peer wants it.
    Wanted,
    /// This client has begun; the server may not know yet.
    Begun,
    /// Both are at it.
    UnderWay,
}

impl Renegotiation {
    pub(super) fn is_under_way(&self) -> bool {
        matches!(self.stage, Stage::Begun | Stage::UnderWay)
    }

    /// The peer wants it, and waits.
    pub(super) fn is_wanted(&self) -> bool {
        self.stage == Stage::Wanted
    }

    /// Whether data would come among the messages; `next` says what the next record is, should GnuTLS be between two.
    pub(super) fn meets_data(&self, next: impl FnOnce() -> io::Result<Option<u8>>) -> io::Result<bool> {
        if self.stage != Stage::Begun || self.taking {
            return Ok(false);
        }
        let kind = self.framing.kind().map_or_else(next, |kind| Ok(Some(kind)))?;
        Ok(kind == Some(APPLICATION_DATA))
    }

    pub(super) fn taken(&mut self, bytes: &[u8]) {
        self.framing.taken(bytes);
    }

    /// The peer's handshake message has come.
    pub(super) fn note_message(&mut self, message: sys::gnutls_handshake_description_t) {
        // A server that asks for what has begun already has not begun.
        if self.stage == Stage::Begun && message != sys::GNUTLS_HANDSHAKE_HELLO_REQUEST {
            self.stage = Stage::UnderWay;
        }
    }
}

impl Engine {
    /// Lets the session, which nobody else has yet, be renegotiated.
    pub(crate) fn allow_renegotiation(&mut self) {
        if self.is_datagram() {
            return;
        }
        if let Some(side) = self.lock.recv().recv_side() {
            side.allow_renegotiation();
        }
    }

    /// Where it stands.
    pub(crate) fn renegotiation(&self) -> Stage {
        stage(&mut self.asked().recv())
    }

    /// The error of a receive that has nothing to look for before the peer's wish is granted or refused. RECV is held.
    pub(super) fn is_wanted(&self, held: &mut Held<'_>) -> Option<Error> {
        held.recv_side().is_some_and(|side| side.is_stuck()).then(|| self.wanted())
    }

    /// The peer wants a renegotiation: true if it can have one. RECV is held.
    pub(super) fn note_wish(&self, held: &mut Held<'_>) -> bool {
        let renegotiation = held.recv_side().and_then(|side| side.renegotiation());
        renegotiation.filter(|it| it.safe).map(|it| it.stage = Stage::Wanted).is_some()
    }

    /// A warning has come: whether it refuses what this server has asked for. RECV is held.
    pub(super) fn note_refusal(&self, held: &mut Held<'_>) -> bool {
        let refused = stage(held) == Stage::Asked && self.last_warning_refuses();
        if refused {
            set_stage(held, Stage::Refused);
        }
        refused
    }

    /// A warning has come in a handshake: whether it refuses to renegotiate. Both locks are held.
    pub(super) fn ends_renegotiation(&self, held: &mut Held<'_>) -> bool {
        let renegotiation = held.recv_side().and_then(|side| side.renegotiation());
        renegotiation.is_some_and(|it| it.is_under_way()) && self.last_warning_refuses()
    }

    /// RECV is held.
    fn last_warning_refuses(&self) -> bool {
        // SAFETY: RECV is held.
        let alert = unsafe { sys::gnutls_alert_get(self.raw()) };
        alert == u32::from(Alert::NO_RENEGOTIATION.0)
    }

    fn wanted(&self) -> Error {
        let why = match self.is_server {
            true => "the client wants to renegotiate: renegotiate() does it, in a session in one piece",
            false => {
                "the server wants to renegotiate: renegotiate() does it, in a session in one piece, and \
                 refuse_renegotiation() goes on without"
            }
        };
        Failure::of_code(sys::GNUTLS_E_REHANDSHAKE, Origin::Session, "receiving").detail(why).into()
    }

    /// Whether this session can be renegotiated at all.
    pub(crate) fn can_renegotiate(&self, doing: &'static str) -> Result<()> {
        self.not_inside(doing)?;
        let unsupported = |why: &'static str| Err(Failure::new(ErrorKind::Unsupported, doing).detail(why).into());
        if self.is_datagram() {
            return unsupported("sessions over datagrams are not renegotiated");
        }
        if self.has_key_updates() {
            return unsupported("TLS 1.3 has no renegotiation; it has update_keys() and reauthenticate()");
        }
        match self.lock.recv().recv_side().and_then(|side| side.renegotiation()) {
            None => Err(Error::misuse(doing, "the configuration must allow it: allow_renegotiation()")),
            Some(it) if !it.safe => unsupported("the peer does not bind a renegotiation to its session (RFC 5746)"),
            Some(_) => Ok(()),
        }
    }

    /// Asks the client to begin, unless it has been asked and has not answered, or wants to.
    pub(crate) fn ask_renegotiation(&self, io: &dyn Transport) -> Result<()> {
        self.can_renegotiate(ASKING)?;
        if !self.is_server {
            return Err(Error::misuse(ASKING, "only a server asks; a client begins: renegotiate()"));
        }
        let mut held = self.flush_held(io, self.lock.both());
        self.is_open(&mut held, ASKING)?;
        if matches!(stage(&mut held), Stage::Asked | Stage::Wanted) {
            return Ok(());
        }
        if held.send_side().is_some_and(|side| side.outbox.is_full()) {
            return Err(Error::blocked(ASKING));
        }
        let called = frame::call(self, io, held, |session| {
            // SAFETY: the frame holds RECV and SEND. The push function takes the message whole.
            unsafe { sys::gnutls_rehandshake(session) }
        });
        let mut held = called.held;
        if called.value < 0 {
            return Err(self.fail(io, held, called.value, ASKING.into()).0);
        }
        set_stage(&mut held, Stage::Asked);
        let held = self.flush_held(io, held);
        self.settle(held);
        Ok(())
    }

    /// Tells the server, which wants a renegotiation, that it gets none.
    pub(crate) fn refuse_renegotiation(&self, io: &dyn Transport) -> Result<()> {
        self.can_renegotiate(REFUSING)?;
        if self.is_server {
            let why = "GnuTLS reads nothing behind the hello of a client; close() or abort() ends the session";
            return Err(Failure::new(ErrorKind::Unsupported, REFUSING).detail(why).into());
        }
        if stage(&mut self.lock.recv()) != Stage::Wanted {
            return Err(Error::misuse(REFUSING, "the server does not want to renegotiate"));
        }
        self.warn(io, Alert::NO_RENEGOTIATION)?;
        set_stage(&mut self.lock.recv(), Stage::None);
        Ok(())
    }

    /// Makes the session one that has not finished its handshake. `demand`: what a server wants to know of its client this
    /// time, in place of what the last handshake demanded.
    ///
    /// # Errors
    /// Those that leave the session as it was, unless it has failed before or fails by what it still has to send.
    pub(crate) fn renegotiate(&mut self, io: &dyn Transport, demand: Option<Demand>) -> Result<()> {
        self.can_renegotiate(DOING)?;
        self.begin(io)?;
        if let Some((verify, request)) = demand {
            // SAFETY: nobody shares the session.
            unsafe { sys::gnutls_certificate_server_set_request(self.raw(), request) };
            self.verify = verify;
        }
        if self.is_server {
            // A second handshake that resumes a session asks nobody for a certificate.
            // SAFETY: nobody shares the session; without this function GnuTLS uses none of the store's.
            unsafe { sys::gnutls_db_set_retrieve_function(self.raw(), None) };
        }
        // What is asked from here on is asked of a handshake.
        self.info = OnceLock::new();
        self.verified.store(false, Ordering::Relaxed);
        self.certificate_came.store(false, Ordering::Relaxed);
        self.verify_status.store(0, Ordering::Relaxed);
        self.handshake_read.store(0, Ordering::Relaxed);
        Ok(())
    }

    fn begin(&self, io: &dyn Transport) -> Result<()> {
        let mut held = self.lock.both();
        self.is_open(&mut held, DOING)?;
        if self.is_server && stage(&mut held) != Stage::Wanted {
            let why = "the client has not begun; ask_renegotiation() asks it to, and a receive says that it has";
            return Err(Error::misuse(DOING, why));
        }
        // GnuTLS would forget it.
        let (held, uncorked) = self.uncork_held(io, held);
        uncorked?;
        let mut held = held.into_both();
        if !self.is_server {
            // On a server the client's hello lies there.
            self.set_pending_aside(&mut held)?;
        }
        let protocol = self.info().map(|info| info.protocol);
        if let Some(side) = held.recv_side() {
            side.starved = false;
            if let Some(it) = side.renegotiation() {
                it.stage = if self.is_server { Stage::UnderWay } else { Stage::Begun };
                it.protocol = protocol;
            }
        }
        Ok(())
    }

    /// Whether both directions are open. Both locks are held.
    fn is_open(&self, held: &mut Held<'_>, doing: &'static str) -> Result<()> {
        self.may_send(held, doing)?;
        match held.recv_side().and_then(|side| side.end.clone()) {
            Some(End::Broken { error, .. }) => Err(*error),
            Some(End::Closed { .. }) => {
                Err(Failure::new(ErrorKind::Closed, doing).detail("the peer has closed its side").into())
            }
            None => Ok(()),
        }
    }

    /// Takes a record of data that has come before the server's hello, for the reads that follow.
    pub(super) fn take_data<'a>(
        &'a self,
        io: &'a dyn Transport,
        mut held: Held<'a>,
        doing: &dyn Fn() -> Cow<'static, str>,
    ) -> Result<()> {
        set_taking(&mut held, true);
        let mut raw = ptr::null_mut();
        let called = frame::call(self, io, held, |session| {
            // SAFETY: the frame holds RECV and SEND; a valid place for the packet.
            unsafe { sys::gnutls_record_recv_packet(session, &mut raw) }
        });
        let mut held = called.held;
        set_taking(&mut held, false);
        let packet = (!raw.is_null()).then(|| Packet::new(raw));
        match (code(called.value), called.stop, held.recv_side(), packet) {
            (sys::GNUTLS_E_AGAIN | sys::GNUTLS_E_INTERRUPTED, Some(stop), ..) => Err(starved(held, stop, doing)),
            // A record without data.
            (sys::GNUTLS_E_AGAIN | sys::GNUTLS_E_INTERRUPTED, None, ..) => Ok(()),
            // The transport gives no more than to any handshake.
            (0.., _, Some(side), Some(packet)) if side.set_aside.len() < MOST_RECORDS => {
                side.set_aside.push_back(packet);
                Ok(())
            }
            (0.., ..) => Err(self.fail(io, held, sys::GNUTLS_E_HANDSHAKE_TOO_LARGE, doing()).0),
            (code, ..) => Err(self.fail(io, held, code, doing()).0),
        }
    }

    /// A handshake is done: whether it was a renegotiation, or the error that ends it. Both locks are held.
    pub(super) fn end_renegotiation(&self, held: &mut Held<'_>, info: &Info) -> std::result::Result<bool, c_int> {
        let Some(it) = held.recv_side().and_then(|side| side.renegotiation()) else { return Ok(false) };
        if !it.is_under_way() {
            // SAFETY: both locks are held.
            it.safe = unsafe { sys::gnutls_safe_renegotiation_status(self.raw()) } != 0;
            return Ok(false);
        }
        it.stage = Stage::None;
        it.done += 1;
        // A server must not change it (RFC 8446, section 4.1.2), nor can a client want that.
        if it.protocol != Some(info.protocol) { Err(sys::GNUTLS_E_UNSUPPORTED_VERSION_PACKET) } else { Ok(true) }
    }
}

/// The error of a receive that meets the client's answer.
pub(super) fn refused() -> Error {
    let why = "the client does not want to renegotiate; the session goes on as it was";
    let failure = Failure::of_code(sys::GNUTLS_E_WARNING_ALERT_RECEIVED, Origin::Session, "receiving");
    failure.kind(ErrorKind::Renegotiation).alert_received(Some(Alert::NO_RENEGOTIATION)).detail(why).into()
}

fn stage(held: &mut Held<'_>) -> Stage {
    held.recv_side().and_then(|side| side.renegotiation()).map_or(Stage::None, |it| it.stage)
}

fn set_stage(held: &mut Held<'_>, stage: Stage) {
    if let Some(it) = held.recv_side().and_then(|side| side.renegotiation()) {
        it.stage = stage;
    }
}

fn set_taking(held: &mut Held<'_>, taking: bool) {
    if let Some(it) = held.recv_side().and_then(|side| side.renegotiation()) {
        it.taking = taking;
    }
}
