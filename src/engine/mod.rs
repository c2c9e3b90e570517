//! The C session, its two sides, and every call on it, each under the lock that it needs.
//!
//! | call | lock | file |
//! |---|---|---|
//! | `gnutls_record_recv`, `gnutls_record_recv_seq`, `gnutls_record_recv_packet`, `gnutls_record_check_pending` | RECV, and SEND once keys change in it | `receive.rs` |
//! | `gnutls_record_send` | SEND, after RECV and SEND if a key update is due before it | `send.rs` |
//! | `gnutls_record_send_file` | SEND, as above | `file.rs` |
//! | `gnutls_record_send2`, `gnutls_record_send_range` | SEND, as above | `padded.rs` |
//! | `gnutls_record_cork`, `gnutls_record_uncork`, `gnutls_record_check_corked` | SEND, as above | `cork.rs` |
//! | `gnutls_session_key_update` | RECV and SEND | `keys.rs` |
//! | `gnutls_reauth`, `gnutls_certificate_server_set_request` | RECV and SEND | `reauth.rs` |
//! | `gnutls_rehandshake`, and `gnutls_handshake` and `gnutls_record_recv_packet` in a renegotiation | RECV and SEND | `renegotiation.rs` |
//! | `gnutls_bye`, `gnutls_alert_send` | RECV and SEND | `close.rs` |
//! | `gnutls_heartbeat_*`, `gnutls_srtp_*` | RECV and SEND | `heartbeat.rs`, `srtp.rs` |
//! | over datagrams: any receive until the peer's first data | RECV and SEND | `datagram.rs` |
//! | `gnutls_dtls_get_data_mtu` in a send; `gnutls_record_get_discarded` | SEND; RECV | `datagram.rs` |
//! | `gnutls_alert_send`, `gnutls_alert_send_appropriate`, `gnutls_alert_get` | RECV and SEND | `alerts.rs` |
//! | `gnutls_handshake` | RECV and SEND | `handshake.rs`, `quic.rs` |
//! | `gnutls_handshake_write`, `gnutls_handshake_update_receiving_key` | RECV and SEND | `quic.rs` |
//! | `gnutls_anti_replay_enable`, `gnutls_record_recv_early_data`, `gnutls_prf_early` and what else is early | RECV and SEND | `early.rs` |
//! | what this side has shown, and what it is to show | RECV and SEND | `own.rs`, `retrieve.rs` |
//! | the raw public key of the peer, and the size of any | RECV and SEND | `raw_key.rs`, `peer_key.rs` |
//! | what is made of the secrets | RECV and SEND | `export.rs` |
//! | the facts that few ask for | RECV and SEND | `facts.rs` |
//! | where a handshake stands | RECV and SEND | `standing.rs` |
//! | `gnutls_session_ticket_send`, `gnutls_session_get_data` | RECV and SEND | `tickets.rs` |
//! | `gnutls_db_remove_session` | RECV and SEND | `resuming.rs` |
//! | how the peer is verified | RECV and SEND | `checks.rs`, `dane.rs`, `verify.rs` |
//! | what the program calls with the session that it is lent | RECV and SEND | `raw.rs` |
//! | everything that asks or sets | RECV and SEND | `inspect.rs`, `resuming.rs`, `psk.rs`, `srp.rs`, `staple.rs`, `dh.rs`, `credentials.rs`, the session's setup |
//!
//! The engine does not own the transport: it is handed to each call. It never waits.

mod alerts;
mod checks;
mod close;
mod cork;
mod credentials;
mod custom;
#[cfg(feature = "dane")]
mod dane;
mod datagram;
mod dh;
mod early;
mod export;
mod facts;
mod file;
mod frame;
mod handle;
mod handshake;
mod heartbeat;
mod hooks;
#[cfg(gnutls_3_8_1)]
mod imported_psk;
mod inspect;
mod interest;
mod key_log;
mod keys;
mod own;
mod packet;
mod padded;
mod peer_key;
mod pieces;
mod psk;
mod quic;
mod raw;
mod raw_key;
mod reauth;
mod receive;
mod renegotiation;
mod resuming;
mod retrieve;
mod send;
mod sides;
mod srp;
mod srtp;
mod standing;
mod staple;
mod terms;
mod tickets;
mod verify;
mod view;
mod view_peer;

use std::any::Any;
use std::ffi::{c_int, c_uint};
use std::sync::atomic::{AtomicBool, AtomicU8, AtomicU32, AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};

use gnutls_sys as sys;
use parking_lot::Mutex;

use crate::algorithm::Protocol;
use crate::duplex::signal::Signal;
use crate::error::{Error, Result};
use crate::resumption::{SessionData, Voucher};
use crate::x509::VerifyDemands;
pub(crate) use checks::{VERIFY_FUNCTION, VerifyHook, VerifySettings};
pub(crate) use custom::Additions;
pub use custom::{Extension, HelloMessages, SupplementalData};
pub(crate) use datagram::check_mtu;
pub use dh::DhExchange;
pub use early::EarlyOutcome;
pub(crate) use early::EarlyPolicy;
pub use export::{ChannelBinding, RandomOrder};
pub use facts::{RecordState, SessionFlags};
use handle::Handle;
pub(crate) use handshake::too_long;
pub(crate) use hooks::Hooks;
pub use inspect::Counters;
pub(crate) use inspect::Info;
pub use packet::Packet;
pub(crate) use psk::PSK_FUNCTIONS;
pub(crate) use quic::PARAMETERS as QUIC_PARAMETERS;
pub use quic::{Level, Secrets};
pub use raw::RawSession;
pub(crate) use raw_key::RawKeyTrust;
pub(crate) use reauth::Answer;
pub(crate) use reauth::Looked;
pub(crate) use renegotiation::{Demand, Stage};
pub(crate) use resuming::Premaster;
pub use retrieve::IdentityRequest;
pub(crate) use retrieve::{IDENTITY_FUNCTIONS, IdentityHook};
use sides::{DirectionLock, RecvSide, SendSide};
pub(crate) use srp::{SRP_FUNCTIONS, Srp};
pub use srtp::SrtpKeys;
pub(crate) use srtp::SrtpOffer;
pub(crate) use staple::STAPLE_FUNCTION;
pub(crate) use terms::Terms;
pub(crate) use tickets::ticket_hook;
pub(crate) use verify::Verify;
pub use view::HandshakeView;

const INSIDE: &str = "this is inside a call on the same session (its transport or a callback)";

/// One GnuTLS session.
pub(crate) struct Engine {
    handle: Handle,
    lock: DirectionLock,
    /// This is the server's side.
    is_server: bool,
    /// Below are datagrams, not a stream.
    datagram: bool,
    /// GnuTLS keeps the last flight of the handshake in case the peer has not got it (DTLS).
    unsettled: AtomicBool,
    /// What GnuTLS packs of this session it can read again.
    resumable: bool,
    verify: Verify,
    /// The status that `verify` found, for the error that follows.
    verify_status: AtomicU32,
    checks: checks::Checks,
    /// The host that a client connects to.
    host: Option<Box<str>>,
    /// `verify` has found nothing wrong with a certificate.
    verified: AtomicBool,
    /// The client has sent a certificate in this handshake; on a server.
    certificate_came: AtomicBool,
    /// What the transport has given in the handshake, in bytes.
    handshake_read: AtomicUsize,
    /// What the finished handshake agreed on.
    info: OnceLock<Info>,
    /// The error that ended the session for both directions.
    failure: OnceLock<Error>,
    /// What has become of asking the client after the handshake, an [`Answer`]; written under both locks.
    reauth: AtomicU8,
    /// The client has shown a certificate since the handshake.
    shown: AtomicBool,
    /// Tells who waits for what another thread receives.
    pub(crate) news: Signal,
    /// Receiving left bytes in the outbox that it must see out: nobody else may be there to do it.
    owes: AtomicBool,
    /// There is no reader any more: what the peer still sends is for nobody.
    unread: AtomicBool,
    /// What the configuration says of all its sessions.
    terms: Arc<Terms>,
    /// What the program wants to be asked.
    hooks: Arc<Hooks>,
    /// The identities that a hook chose.
    choices: retrieve::Choices,
    /// How one of the program's callbacks made a call fail, for the error that follows.
    left: OnceLock<Box<hooks::Left>>,
    /// What a handshake that somebody else carries has said.
    outside: Option<Box<quic::Outside>>,
    /// What the configuration adds to the handshake.
    custom: Option<Box<custom::Custom>>,
    /// What the session that this one resumes was verified by.
    voucher: Option<Box<Voucher>>,
    /// The session is to resume one whose secret was agreed on elsewhere: a server that resumes it has the secret.
    has_premaster: bool,
    /// What the program keeps at the session.
    user: Mutex<Option<Arc<dyn Any + Send + Sync>>>,
    /// The configuration: the credentials, keys and priorities that the C session points to.
    keep: Arc<dyn Any + Send + Sync>,
}

impl Engine {
    /// A session that has not begun its handshake. `flags` are `gnutls_init`'s; `keep` lives as long as the session.
    pub(crate) fn new(
        flags: c_uint,
        verify: Verify,
        demands: Arc<VerifyDemands>,
        terms: Arc<Terms>,
        keep: Arc<dyn Any + Send + Sync>,
    ) -> Result<Engine> {
        let datagram = flags & sys::GNUTLS_DATAGRAM != 0;
        let send = SendSide { outbox: datagram::outbox(datagram), ..SendSide::default() };
        Ok(Engine {
            handle: Handle::new(flags)?,
            lock: DirectionLock::new(RecvSide::default(), send),
            is_server: flags & sys::GNUTLS_SERVER != 0,
            datagram,
            unsettled: AtomicBool::new(false),
            resumable: true,
            verify,
            verify_status: AtomicU32::new(0),
            checks: checks::Checks::of(demands),
            host: None,
            verified: AtomicBool::new(false),
            certificate_came: AtomicBool::new(false),
            handshake_read: AtomicUsize::new(0),
            info: OnceLock::new(),
            failure: OnceLock::new(),
            reauth: AtomicU8::new(Answer::NotAsked as u8),
            shown: AtomicBool::new(false),
            news: Signal::default(),
            owes: AtomicBool::new(false),
            unread: AtomicBool::new(false),
            terms,
            hooks: Arc::default(),
            choices: retrieve::Choices::default(),
            left: OnceLock::new(),
            custom: None,
            outside: None,
            voucher: None,
            has_premaster: false,
            user: Mutex::default(),
            keep,
        })
    }

    /// The C session. Whoever calls with it holds the locks that the table above names.
    fn raw(&self) -> sys::gnutls_session_t {
        self.handle.raw()
    }

    /// The C session, for settings before anybody shares it.
    pub(crate) fn raw_mut(&mut self) -> sys::gnutls_session_t {
        self.handle.raw()
    }

    /// Offers to resume the session that `data` is of, in the handshake that has not begun.
    pub(crate) fn resume(&mut self, data: &SessionData) -> Result<()> {
        self.voucher = data.voucher().cloned().map(Box::new);
        data.apply(self.raw_mut())
    }

    /// What was agreed on; `None` until the handshake is finished.
    pub(crate) fn info(&self) -> Option<&Info> {
        self.info.get()
    }

    /// Whether this is a finished TLS 1.3 session.
    fn has_key_updates(&self) -> bool {
        self.info.get().is_some_and(|info| info.protocol == Protocol::TLS1_3)
    }

    /// What a finished handshake has left to send are tickets, which the peer's handshake does not wait for.
    pub(crate) fn has_only_tickets_left(&self) -> bool {
        self.is_server && self.has_key_updates()
    }

    /// From here on nobody reads: senders look for the peer's messages and drop its data.
    pub(crate) fn abandon_reading(&self) {
        self.unread.store(true, Ordering::Relaxed);
        // No lock is held, so who is about to wait may not be seen yet.
        self.news.tell();
    }

    /// The configuration that the session is of.
    pub(crate) fn configuration(&self) -> &(dyn Any + Send + Sync) {
        &*self.keep
    }

    /// Whether this is inside a call on this session: in its transport, or in a callback.
    pub(crate) fn is_inside(&self) -> bool {
        frame::is_inside(self)
    }

    /// Refuses a call that a callback of this session, or its transport, makes on it: it would wait for itself.
    fn not_inside(&self, doing: &'static str) -> Result<()> {
        if frame::is_inside(self) {
            return Err(Error::misuse(doing, INSIDE));
        }
        Ok(())
    }

    /// Readers that wait for the transport take turns.
    pub(crate) fn readers_turn(&self) -> &Mutex<()> {
        self.lock.turn()
    }

    /// The lock, for questions that have no error to answer with.
    ///
    /// # Panics
    /// Inside a call on the same session, as [`not_inside`](Engine::not_inside).
    fn asked(&self) -> &DirectionLock {
        assert!(!frame::is_inside(self), "{INSIDE}");
        &self.lock
    }
}

/// The code that a function with a `ssize_t` result returned.
fn code(result: isize) -> c_int {
    c_int::try_from(result).unwrap_or(sys::GNUTLS_E_INTERNAL_ERROR)
}
