//! A handshake of two sessions in one thread, by polling.

use gnutls::transport::Transport;
use gnutls::{Error, Handshaking, Progress, Session};

/// How far one side has come.
#[allow(clippy::large_enum_variant, reason = "it lives for one handshake")]
pub(crate) enum Side<T> {
    Going(Handshaking<T>),
    Done(Session<T>),
    Failed(Error),
}

impl<T: Transport> Side<T> {
    fn step(self) -> Side<T> {
        match self {
            Side::Going(unfinished) => match unfinished.advance() {
                Ok(Progress::Pending(unfinished)) => Side::Going(unfinished),
                Ok(Progress::Done(session)) => Side::Done(session),
                Err(error) => Side::Failed(error),
            },
            Side::Done(session) => {
                // A transport that is gone is the business of the next call.
                let _ = session.try_flush();
                Side::Done(session)
            }
            failed => failed,
        }
    }

    fn is_going(&self) -> bool {
        matches!(self, Side::Going(_))
    }

    pub(crate) fn session(self) -> Session<T> {
        match self {
            Side::Done(session) => session,
            Side::Going(_) => panic!("the handshake does not end"),
            Side::Failed(error) => panic!("the handshake: {error}"),
        }
    }
}

/// Takes both on in turns until neither can go further, or each has had `turns`.
pub(crate) fn meet<C: Transport, S: Transport>(
    client: Handshaking<C>,
    server: Handshaking<S>,
    turns: u32,
) -> (Side<C>, Side<S>) {
    let (mut client, mut server) = (Side::Going(client), Side::Going(server));
    for _ in 0..turns {
        (client, server) = (client.step(), server.step());
        if !client.is_going() && !server.is_going() {
            break;
        }
    }
    (client, server)
}
