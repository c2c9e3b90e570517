//! Two sessions joined in memory by one thread.

use gnutls::transport::Transport;
use gnutls::{Error, Handshaking, Progress, Session};

use crate::pki::{HOST, Setup};

/// How far one side's handshake is.
#[allow(clippy::large_enum_variant, reason = "it lives for one handshake")]
pub enum Side<T> {
    Pending(Handshaking<T>),
    Done(Session<T>),
    Failed(Error),
}

impl<T: Transport> Side<T> {
    /// One step, where there is one to make. What a finished side left over goes out.
    ///
    /// # Panics
    /// If the handshake neither ends nor says what it waits for.
    #[must_use]
    pub fn step(self) -> Side<T> {
        let handshaking = match self {
            Side::Pending(handshaking) => handshaking,
            Side::Done(session) => {
                // An error stays, and is the next call's.
                let _ = session.try_flush();
                return Side::Done(session);
            }
            failed @ Side::Failed(_) => return failed,
        };
        match handshaking.advance() {
            Ok(Progress::Done(session)) => Side::Done(session),
            Ok(Progress::Pending(handshaking)) => {
                let want = handshaking.interest();
                assert!(!want.ready_now() && (want.readable() || want.writable()), "waits for nothing: {want:?}");
                Side::Pending(handshaking)
            }
            Err(error) => Side::Failed(error),
        }
    }

    pub fn is_pending(&self) -> bool {
        matches!(self, Side::Pending(_))
    }
}

/// A client that has not sent anything.
pub fn client<T: Transport>(setup: Setup, io: T) -> Side<T> {
    Side::Pending(setup.client().to(HOST).and_then(|to| to.start(io)).expect("a client"))
}

/// A server that has not received anything.
pub fn server<T: Transport>(setup: Setup, io: T) -> Side<T> {
    Side::Pending(setup.server().start(io).expect("a server"))
}

/// A client and a server session over transports that are joined already.
///
/// # Panics
/// If the handshake fails: nobody interferes with it.
pub fn sessions<T: Transport>(setup: Setup, near: T, far: T) -> (Session<T>, Session<T>) {
    let (mut client, mut server) = (client(setup, near), server(setup, far));
    while client.is_pending() || server.is_pending() {
        (client, server) = (client.step(), server.step());
    }
    match (client, server) {
        (Side::Done(client), Side::Done(server)) => (client, server),
        (Side::Failed(error), _) | (_, Side::Failed(error)) => panic!("{error}"),
        _ => unreachable!("neither is pending"),
    }
}
