//! What can become of a connection, from the connect to the last drop.

use std::os::unix::net::UnixStream;
use std::sync::Arc;

use gnutls::transport::{Transport, memory};
use gnutls::x509::{CertificateBuilder, KeyType, PrivateKey};
use gnutls::{ClientConfig, Connect, ErrorKind, MemoryStore, Priority, ServerConfig, Session, SessionData};

use crate::common::lane::Lane;
use crate::common::polled::{Side, meet};
use crate::common::{HOST, TLS12, TLS13, client, pki, server};
use crate::random::Random;

/// The configurations of one version; servers of TLS 1.2 resume with tickets or by the id.
struct Version {
    client: ClientConfig,
    /// Trusts somebody else.
    stranger: ClientConfig,
    servers: [ServerConfig; 2],
}

impl Version {
    fn new(priority: &str) -> Version {
        let key = PrivateKey::generate(KeyType::EcdsaP256).expect("a key");
        let other = CertificateBuilder::new().subject("CN=somebody else").ca(None).self_signed(&key).expect("a ca");
        let stranger = ClientConfig::builder().with_trust(&[other]).expect("trust");
        let cached = ServerConfig::builder().with_identity(pki().server.clone()).expect("an identity").tickets(false);
        let cached = cached.session_store(Arc::new(MemoryStore::new(100)));
        let parse = || Priority::new(priority).expect("a priority");
        Version {
            client: client(priority),
            stranger: stranger.priority(parse()).build().expect("a client"),
            servers: [server(priority), cached.priority(parse()).build().expect("a server")],
        }
    }
}

/// What all connections share.
pub(crate) struct World([Version; 2]);

impl World {
    pub(crate) fn new() -> World {
        World([Version::new(TLS13), Version::new(TLS12)])
    }
}

/// How many connections came to what.
#[derive(Clone, Copy, Default)]
pub(crate) struct Tally {
    pub(crate) full: [u64; 2],
    pub(crate) resumed: [u64; 2],
    pub(crate) refused: u64,
    pub(crate) broken_off: u64,
    pub(crate) split: u64,
}

impl Tally {
    pub(crate) fn add(&mut self, other: Tally) {
        for version in 0..2 {
            self.full[version] += other.full[version];
            self.resumed[version] += other.resumed[version];
        }
        self.refused += other.refused;
        self.broken_off += other.broken_off;
        self.split += other.split;
    }
}

/// One thread's connections, and what the last of each kind left to resume.
pub(crate) struct Visitor<'a> {
    world: &'a World,
    random: Random,
    kept: [[Option<SessionData>; 2]; 2],
    pub(crate) tally: Tally,
}

impl<'a> Visitor<'a> {
    pub(crate) fn new(world: &'a World, seed: u64) -> Visitor<'a> {
        Visitor { world, random: Random::new(seed), kept: Default::default(), tally: Tally::default() }
    }

    /// One connection of some kind, over sockets or in memory.
    pub(crate) fn visit(&mut self) {
        if self.random.below(2) == 0 {
            let (near, far) = UnixStream::pair().expect("sockets");
            self.visit_over(near, far);
        } else {
            let (near, far) = memory::pair(16 << 10);
            self.visit_over(near, far);
        }
    }

    fn visit_over<T: Transport>(&mut self, near: T, far: T) {
        let (version, how) = (self.random.below(2), self.random.below(2));
        let Version { client, stranger, servers } = &self.world.0[version];
        let server = &servers[how];
        let to = |config: &ClientConfig, host: &str| config.to(host).expect("a name");
        match self.random.below(10) {
            0 => self.refused(to(client, "elsewhere.example"), server, near, far),
            1 => self.refused(to(stranger, HOST), server, near, far),
            2 => self.broken_off(to(client, HOST), server, near, far),
            3 | 4 => self.finished(to(client, HOST), server, [version, how], near, far),
            _ => {
                let connect = match &self.kept[version][how] {
                    Some(data) => to(client, HOST).resume(data),
                    None => to(client, HOST),
                };
                self.finished(connect, server, [version, how], near, far);
            }
        }
    }

    /// The client does not accept the server's certificate.
    fn refused<T: Transport>(&mut self, connect: Connect, server: &ServerConfig, near: T, far: T) {
        let (client, server) = meet(connect.start(near).expect("a start"), server.start(far).expect("a start"), 1000);
        match client {
            Side::Failed(error) => assert_eq!(error.kind(), ErrorKind::Verification, "{error}"),
            _ => panic!("it was to be refused"),
        }
        // In TLS 1.3 a server can have finished; it learns of the alert when it receives.
        if let Side::Done(session) = server {
            let error = session.recv(&mut [0]).expect_err("an alert");
            assert!(error.alert_received().is_some(), "{error}");
        }
        self.tally.refused += 1;
    }

    /// Both sides are dropped somewhere in the handshake, in either order.
    fn broken_off<T: Transport>(&mut self, connect: Connect, server: &ServerConfig, near: T, far: T) {
        let turns = u32::try_from(self.random.below(3)).expect("small");
        let (client, server) = meet(connect.start(near).expect("a start"), server.start(far).expect("a start"), turns);
        if self.random.below(2) == 0 {
            drop(client);
            drop(server);
        } else {
            drop(server);
            drop(client);
        }
        self.tally.broken_off += 1;
    }

    /// A handshake, a few bytes each way, and one of many ends.
    fn finished<T: Transport>(
        &mut self,
        connect: Connect,
        server: &ServerConfig,
        [version, how]: [usize; 2],
        near: T,
        far: T,
    ) {
        let (near, far) = meet(connect.start(near).expect("a start"), server.start(far).expect("a start"), 1000);
        let (near, far) = (near.session(), far.session());
        for (from, to) in [(&far, &near), (&near, &far)] {
            let mut lane = Lane::new(from, to, 0);
            assert_eq!(lane.send(&mut [0; 100]), 100);
            lane.drain(&mut [0; 100]);
        }
        let tally = if near.is_resumed() { &mut self.tally.resumed } else { &mut self.tally.full };
        tally[version] += 1;
        self.kept[version][how] = near.session_data().expect("it can be packed");
        let sides = if self.random.below(2) == 0 { [near, far] } else { [far, near] };
        sides.into_iter().for_each(|session| self.leave(session));
    }

    fn leave<T: Transport>(&mut self, session: Session<T>) {
        if self.random.below(2) == 0 {
            // The peer can be gone already.
            let _ = session.try_close();
        }
        match self.random.below(4) {
            0 => drop(session),
            1 => drop(session.into_inner()),
            order => {
                let (reader, writer) = session.into_split();
                self.tally.split += 1;
                if order == 2 {
                    drop(reader);
                    drop(writer);
                } else {
                    drop(writer);
                    drop(reader);
                }
            }
        }
    }
}
