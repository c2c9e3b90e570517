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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::alert::Alert;
    use crate::credentials::Identity;
    use crate::engine::Engine;
    use crate::priority::Priority;
    use crate::session::{ClientAuth, ClientConfig, Handshaking, Progress, ServerConfig, Session};
    use crate::transport::memory::{self, End};
    use crate::x509::{CertificateBuilder, KeyType, PrivateKey};

    fn advance(unfinished: Progress<End>) -> Progress<End> {
        match unfinished {
            Progress::Pending(unfinished) => unfinished.advance().expect("a handshake"),
            done @ Progress::Done(_) => done,
        }
    }

    fn meet(client: Handshaking<End>, server: Handshaking<End>) -> (Session<End>, Session<End>) {
        let (mut client, mut server) = (Progress::Pending(client), Progress::Pending(server));
        loop {
            (client, server) = match (advance(client), advance(server)) {
                (Progress::Done(client), Progress::Done(server)) => return (client, server),
                unfinished => unfinished,
            };
        }
    }

    /// A client, and a server that has asked it for a certificate. Nothing was received since.
    fn asked() -> (Session<End>, Session<End>) {
        let key = PrivateKey::generate(KeyType::EcdsaP256).expect("a key");
        let own = CertificateBuilder::new()
            .subject("CN=localhost")
            .dns_name("localhost")
            .self_signed(&key)
            .expect("a certificate");
        let tls13 = || Priority::new("NORMAL:-VERS-ALL:+VERS-TLS1.3").expect("priorities");
        let server = ServerConfig::builder().with_trust(std::slice::from_ref(&own)).expect("trust");
        let server = server.with_identity(Identity::new(vec![own], key).expect("they fit")).expect("an identity");
        let server = server.priority(tls13()).post_handshake_auth(true).build().expect("a server");
        let client = ClientConfig::builder().dangerous().accept_any_certificate().priority(tls13());
        let client = client.post_handshake_auth(true).build().expect("a client");
        let (near, far) = memory::pair(1 << 16);
        let near = client.to("localhost").expect("a name").start(near).expect("a client's handshake");
        let (near, far) = meet(near, server.start(far).expect("a server's handshake"));
        far.try_reauthenticate(ClientAuth::Request).expect("a question");
        (near, far)
    }

    /// Ways to receive.
    type Receive = fn(&Engine, &End) -> Result<usize>;

    const WAYS: [(&str, Receive); 3] = [
        ("recv", |engine, io| engine.recv(io, &mut [0; 64])),
        ("recv_numbered", |engine, io| engine.recv_numbered(io, &mut [0; 64]).map(|(received, _)| received)),
        ("recv_packet", |engine, io| engine.recv_packet(io).map(|packet| packet.map_or(0, |packet| packet.len()))),
    ];

    #[test]
    #[cfg_attr(miri, ignore = "it calls C")]
    fn who_waits_for_an_answer_hears_that_the_session_was_ended() {
        let (_client, server) = asked();
        let seen = server.shared.engine.news.seen();
        server.abort(Alert::USER_CANCELED).expect("room");
        assert_ne!(server.shared.engine.news.seen(), seen);
    }

    /// Data that is taken makes room for a look; an answer may have come with any record, or the wait for one be over.
    #[test]
    #[cfg_attr(miri, ignore = "it calls C")]
    fn who_waits_for_an_answer_hears_of_every_receive() {
        for (name, receive) in WAYS {
            let (client, server) = asked();
            let (engine, io) = (&server.shared.engine, &server.shared.io);
            let heard = |what: &str, expected: Option<usize>| {
                let seen = engine.news.seen();
                let received = receive(engine, io);
                assert!(received.as_ref().ok() == expected.as_ref(), "{name}, {what}: {received:?}");
                assert_ne!(engine.news.seen(), seen, "{name}, {what}: nobody was told");
            };
            client.send(b"kept").expect("room");
            assert!(matches!(engine.look_for_answer(io, true, true), Ok(Looked::Taken)));
            heard("data that was kept", Some(4));
            client.send(b"data").expect("room");
            heard("data", Some(4));
            heard("nothing", None);
            let seen = engine.news.seen();
            engine.stop_waiting();
            assert_ne!(engine.news.seen(), seen, "the reader gave up");
            assert!(client.recv(&mut [0; 64]).expect_err("a question").would_block());
            heard("an answer", None);
            assert!(engine.client_answer() == Answer::Declined);
            client.close().expect("room");
            heard("the end", Some(0));
        }
    }
}
