//! rustls 0.23.

use std::io::{self, Read, Write};
use std::net::TcpStream;
use std::sync::Arc;
use std::thread;

use nix::poll::PollFlags;
use rustls::crypto::{CryptoProvider, aws_lc_rs};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use rustls::{
    CipherSuite, ClientConfig, ClientConnection, Connection, NamedGroup, RootCertStore, ServerConfig, ServerConnection,
};

use super::{Halves, Stack, locked};
use crate::Result;
use crate::material::{Setup, Suite};

/// A session under one mutex.
pub(crate) struct Rustls;

impl Stack for Rustls {
    fn name(&self) -> &'static str {
        "rustls-mutex"
    }

    fn note(&self) -> &'static str {
        "rustls 0.23 with aws-lc-rs: Connection in a Mutex, a non-blocking socket, poll(2) outside the mutex"
    }

    fn connect(&self, setup: &Setup, client: TcpStream, server: TcpStream) -> Result<(Halves, Halves)> {
        let (connects, accepts, name) = configurations(setup)?;
        let connection = ClientConnection::new(connects, name)?;
        let accepting = ServerConnection::new(accepts)?;
        let accepting = thread::spawn(move || handshake(accepting.into(), server));
        let client = handshake(connection.into(), client)?;
        Ok((client, accepting.join().expect("no panic")?))
    }
}

/// A client, a server, and the name that the client asks for.
pub(super) fn configurations(setup: &Setup) -> Result<(Arc<ClientConfig>, Arc<ServerConfig>, ServerName<'static>)> {
    let provider = Arc::new(provider(setup.suite));
    let material = &setup.material;
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_slice(material.authority.as_bytes())?)?;
    let builder = ClientConfig::builder_with_provider(Arc::clone(&provider));
    let connects =
        builder.with_protocol_versions(&[&rustls::version::TLS13])?.with_root_certificates(roots).with_no_client_auth();
    let chain = CertificateDer::pem_slice_iter(material.chain.as_bytes()).collect::<std::result::Result<_, _>>()?;
    let key = PrivateKeyDer::from_pem_slice(material.key.as_bytes())?;
    let builder = ServerConfig::builder_with_provider(provider);
    let accepts = builder
        .with_protocol_versions(&[&rustls::version::TLS13])?
        .with_no_client_auth()
        .with_single_cert(chain, key)?;
    let name = ServerName::try_from("localhost")?;
    Ok((Arc::new(connects), Arc::new(accepts), name))
}

fn provider(suite: Suite) -> CryptoProvider {
    let suite = match suite {
        Suite::Aes128Gcm => CipherSuite::TLS13_AES_128_GCM_SHA256,
        Suite::Aes256Gcm => CipherSuite::TLS13_AES_256_GCM_SHA384,
        Suite::ChaCha20 => CipherSuite::TLS13_CHACHA20_POLY1305_SHA256,
    };
    let mut provider = aws_lc_rs::default_provider();
    provider.cipher_suites.retain(|known| known.suite() == suite);
    provider.kx_groups.retain(|group| group.name() == NamedGroup::X25519);
    provider
}

fn handshake(connection: Connection, socket: TcpStream) -> Result<Halves> {
    socket.set_nonblocking(true)?;
    let waits = socket.try_clone()?;
    let mut session = Locked { connection, socket };
    while session.connection.is_handshaking() || session.connection.wants_write() {
        match session.connection.complete_io(&mut session.socket) {
            Ok(_) => {}
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                let mut events = PollFlags::empty();
                events.set(PollFlags::POLLIN, session.connection.wants_read());
                events.set(PollFlags::POLLOUT, session.connection.wants_write());
                locked::wait(&waits, events)?;
            }
            Err(error) => return Err(error.into()),
        }
    }
    Ok(locked::halves(session, waits))
}

struct Locked {
    connection: Connection,
    socket: TcpStream,
}

impl locked::Session for Locked {
    fn try_read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        loop {
            match self.connection.reader().read(buf) {
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                other => return other,
            }
            self.connection.read_tls(&mut self.socket)?;
            self.connection.process_new_packets().map_err(io::Error::other)?;
        }
    }

    fn try_write(&mut self, buf: &[u8]) -> io::Result<usize> {
        self.try_flush()?;
        self.connection.writer().write(buf)
    }

    fn try_flush(&mut self) -> io::Result<()> {
        while self.connection.wants_write() {
            self.connection.write_tls(&mut self.socket)?;
        }
        Ok(())
    }
}
