//! The library itself.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::os::fd::{AsFd, BorrowedFd};
use std::os::unix::net::UnixStream;
use std::thread;

use gnutls::transport::{Transport, Wait};
use gnutls::x509::Certificate;
use gnutls::{
    ClientConfig, Handshaking, Identity, KeyUpdateRequest, Priority, Progress, ServerConfig, Session, SessionData,
    WriteHalf,
};

use super::{Halves, Held, Holder, Polled, PolledPair, Reads, Shaker, Stack, Writer, Writes};
use crate::Result;
use crate::material::Setup;

/// What one thread can write before it reads, without waiting.
pub(super) const CHUNK: usize = 16 * 1024;

/// The configurations of both sides.
pub(crate) struct Sides {
    pub(crate) client: ClientConfig,
    pub(crate) server: ServerConfig,
}

impl Sides {
    pub(crate) fn new(setup: &Setup) -> Result<Sides> {
        let priority = Priority::new(&setup.priority())?;
        let material = &setup.material;
        let identity = Identity::from_pem(material.chain.as_bytes(), material.key.as_bytes())?;
        let trust = [Certificate::from_pem(&material.authority)?];
        Ok(Sides {
            client: ClientConfig::builder().with_trust(&trust)?.priority(priority.clone()).build()?,
            server: ServerConfig::builder().with_identity(identity)?.priority(priority).build()?,
        })
    }

    /// Both ends' handshake, in two threads.
    pub(crate) fn connect<C: Wait, S: Wait + 'static>(&self, client: C, server: S) -> Result<(Session<C>, Session<S>)> {
        let config = self.server.clone();
        let accepting = thread::spawn(move || config.accept(server));
        let client = self.client.connect("localhost", client)?;
        Ok((client, accepting.join().expect("no panic")?))
    }

    /// Both ends' handshake in this thread.
    pub(crate) fn connect_alone<C: Transport, S: Transport>(
        &self,
        client: C,
        server: S,
        resume: Option<&SessionData>,
    ) -> Result<(Session<C>, Session<S>)> {
        let to = self.client.to("localhost")?;
        let to = match resume {
            Some(data) => to.resume(data),
            None => to,
        };
        let (mut client, mut server) = (Step::Going(to.start(client)?), Step::Going(self.server.start(server)?));
        loop {
            (client, server) = (client.advance()?, server.advance()?);
            match (client, server) {
                (Step::Done(client), Step::Done(server)) => return Ok((client, server)),
                unfinished => (client, server) = unfinished,
            }
        }
    }
}

/// One end of a handshake.
#[allow(clippy::large_enum_variant, reason = "there are two")]
enum Step<T> {
    Going(Handshaking<T>),
    Done(Session<T>),
}

impl<T: Transport> Step<T> {
    fn advance(self) -> Result<Step<T>> {
        Ok(match self {
            Step::Done(session) => Step::Done(session),
            Step::Going(handshaking) => match handshaking.advance()? {
                Progress::Done(session) => Step::Done(session),
                Progress::Pending(unfinished) => Step::Going(unfinished),
            },
        })
    }
}

/// `Read` and `Write` of the halves.
pub(crate) struct Ours;

impl Stack for Ours {
    fn name(&self) -> &'static str {
        "ours"
    }

    fn note(&self) -> &'static str {
        "Read and Write of the halves of into_split, over TcpStream"
    }

    fn connect(&self, setup: &Setup, client: TcpStream, server: TcpStream) -> Result<(Halves, Halves)> {
        let (client, server) = Sides::new(setup)?.connect(client, server)?;
        Ok((halves(client), halves(server)))
    }
}

fn halves<T: Wait + 'static>(session: Session<T>) -> Halves {
    let (reader, writer) = session.into_split();
    Halves { reader: Box::new(Reads(reader)), writer: Box::new(OurWriter(Writes(writer))) }
}

struct OurWriter<T>(Writes<WriteHalf<T>>);

impl<T: Wait> Writer for OurWriter<T> {
    fn write(&mut self, data: &[u8], times: u64) -> Result<()> {
        self.0.write(data, times)
    }

    fn update_keys(&mut self) -> Result<()> {
        Ok(self.0.0.update_keys(KeyUpdateRequest::NotRequested)?)
    }
}

/// Handshakes by `start` and `advance`.
pub(crate) struct OurShaker {
    sides: Sides,
    ticket: Option<SessionData>,
}

impl OurShaker {
    pub(crate) fn new(setup: &Setup, resumed: bool) -> Result<OurShaker> {
        let sides = Sides::new(setup)?;
        let mut shaker = OurShaker { sides, ticket: None };
        if resumed {
            let (near, far) = UnixStream::pair()?;
            let (near, _far) = shaker.sides.connect_alone(near, far, None)?;
            // The tickets of TLS 1.3 come after the handshake: a receive takes them in.
            let _ = near.recv(&mut [0; 16]);
            shaker.ticket = near.session_data()?;
            if shaker.ticket.is_none() {
                return Err("no ticket came".into());
            }
        }
        Ok(shaker)
    }
}

impl Shaker for OurShaker {
    fn shake(&mut self, client: UnixStream, server: UnixStream) -> Result<()> {
        let (client, server) = self.sides.connect_alone(client, server, self.ticket.as_ref())?;
        if client.is_resumed() != self.ticket.is_some() || server.is_resumed() != self.ticket.is_some() {
            return Err("resumed, or not, against expectation".into());
        }
        Ok(())
    }
}

impl Holder for OurShaker {
    fn hold(&mut self, client: UnixStream, server: UnixStream, traffic: usize) -> Result<Held> {
        let (mut client, mut server) = self.sides.connect_alone(client, server, None)?;
        let mut buf = vec![0; CHUNK];
        for _ in 0..traffic / CHUNK {
            client.write_all(&buf)?;
            server.read_exact(&mut buf)?;
            server.write_all(&buf)?;
            client.read_exact(&mut buf)?;
        }
        Ok(Box::new((client, server)))
    }

    fn polled(&mut self, client: UnixStream, server: UnixStream) -> Result<PolledPair> {
        let (client, server) = self.sides.connect_alone(client, server, None)?;
        Ok((Box::new(OurPolled(client)), Box::new(OurPolled(server))))
    }
}

/// A session that is polled.
struct OurPolled(Session<UnixStream>);

impl AsFd for OurPolled {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.0.get_ref().as_fd()
    }
}

impl Polled for OurPolled {
    fn send(&mut self, data: &[u8]) -> Result<usize> {
        none_if_blocked(self.0.send(data))
    }

    fn is_ready(&self) -> bool {
        self.0.recv_interest().ready_now()
    }

    fn recv(&mut self, buf: &mut [u8]) -> Result<usize> {
        none_if_blocked(self.0.recv(buf))
    }
}

fn none_if_blocked(result: gnutls::Result<usize>) -> Result<usize> {
    match result {
        Err(error) if error.would_block() => Ok(0),
        other => Ok(other?),
    }
}
