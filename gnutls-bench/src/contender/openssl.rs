//! The crate `openssl`, over the system's OpenSSL.

use std::io::{self, Read, Write};
use std::net::TcpStream;
use std::thread;

use nix::poll::PollFlags;
use openssl::pkey::PKey;
use openssl::ssl::{
    ErrorCode, HandshakeError, Ssl, SslAcceptor, SslConnector, SslContextBuilder, SslMethod, SslStream, SslVersion,
};
use openssl::x509::X509;

use super::{Halves, Stack, locked};
use crate::Result;
use crate::material::{Setup, Suite};

/// A session under one mutex.
pub(crate) struct OpenSsl;

impl Stack for OpenSsl {
    fn name(&self) -> &'static str {
        "openssl-mutex"
    }

    fn note(&self) -> &'static str {
        "SslStream in a Mutex, a non-blocking socket, poll(2) outside the mutex, read-ahead on"
    }

    fn connect(&self, setup: &Setup, client: TcpStream, server: TcpStream) -> Result<(Halves, Halves)> {
        let (connects, accepts) = sessions(setup)?;
        let accepting = thread::spawn(move || handshake(server, |socket| accepts.accept(socket)));
        let client = handshake(client, |socket| connects.connect(socket))?;
        Ok((client, accepting.join().expect("no panic")?))
    }
}

/// A client's session and a server's, before their handshake.
pub(super) fn sessions(setup: &Setup) -> Result<(Ssl, Ssl)> {
    let material = &setup.material;
    let mut connector = SslConnector::builder(SslMethod::tls_client())?;
    prepare(&mut connector, setup)?;
    connector.cert_store_mut().add_cert(X509::from_pem(material.authority.as_bytes())?)?;
    let mut acceptor = SslAcceptor::mozilla_modern_v5(SslMethod::tls_server())?;
    prepare(&mut acceptor, setup)?;
    acceptor.set_certificate(&*X509::from_pem(material.chain.as_bytes())?)?;
    acceptor.set_private_key(&*PKey::private_key_from_pem(material.key.as_bytes())?)?;
    let accepts = Ssl::new(acceptor.build().context())?;
    let connects = connector.build().configure()?.into_ssl("localhost")?;
    Ok((connects, accepts))
}

fn prepare(context: &mut SslContextBuilder, setup: &Setup) -> Result<()> {
    context.set_min_proto_version(Some(SslVersion::TLS1_3))?;
    context.set_ciphersuites(match setup.suite {
        Suite::Aes128Gcm => "TLS_AES_128_GCM_SHA256",
        Suite::Aes256Gcm => "TLS_AES_256_GCM_SHA384",
        Suite::ChaCha20 => "TLS_CHACHA20_POLY1305_SHA256",
    })?;
    context.set_groups_list("X25519")?;
    // A read of the socket brings as much as there is.
    context.set_read_ahead(true);
    Ok(())
}

fn handshake(
    socket: TcpStream,
    begin: impl FnOnce(TcpStream) -> std::result::Result<SslStream<TcpStream>, HandshakeError<TcpStream>>,
) -> Result<Halves> {
    socket.set_nonblocking(true)?;
    let waits = socket.try_clone()?;
    let mut result = begin(socket);
    loop {
        match result {
            Ok(stream) => return Ok(locked::halves(Locked(stream), waits)),
            Err(HandshakeError::WouldBlock(unfinished)) => {
                let wants_write = unfinished.error().code() == ErrorCode::WANT_WRITE;
                locked::wait(&waits, if wants_write { PollFlags::POLLOUT } else { PollFlags::POLLIN })?;
                result = unfinished.handshake();
            }
            Err(error) => return Err(error.to_string().into()),
        }
    }
}

struct Locked(SslStream<TcpStream>);

impl locked::Session for Locked {
    fn try_read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        self.0.read(buf)
    }

    /// Partial writes are on, and the buffer may move: the defaults of the crate.
    fn try_write(&mut self, buf: &[u8]) -> io::Result<usize> {
        self.0.write(buf)
    }

    fn try_flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
