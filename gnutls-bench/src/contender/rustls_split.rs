//! rustls 0.24 (a development release), whose connections come apart into two directions.

use std::borrow::Cow;
use std::io::{self, Read, Write};
use std::net::TcpStream;
use std::sync::Arc;
use std::thread;

use rustls_split::crypto::kx::NamedGroup;
use rustls_split::crypto::{CipherSuite, CryptoProvider, Identity};
use rustls_split::pki_types::pem::PemObject;
use rustls_split::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use rustls_split::split::{ReceiveTraffic, ReceiveTrafficState, SendTraffic};
use rustls_split::{ClientConfig, Connection, RootCertStore, ServerConfig, SideData, Tcp, TlsInputBuffer};
use rustls_split_aws_lc_rs::DEFAULT_TLS13_PROVIDER;

use super::{Halves, Reads, Stack, Writes};
use crate::Result;
use crate::material::{Setup, Suite};

/// Two halves, each doing its own input or output.
pub(crate) struct RustlsSplit;

impl Stack for RustlsSplit {
    fn name(&self) -> &'static str {
        "rustls-split"
    }

    fn note(&self) -> &'static str {
        "rustls 0.24.0-dev.2 with aws-lc-rs: Connection::split, a blocking socket, reads of up to 64 KiB"
    }

    fn connect(&self, setup: &Setup, client: TcpStream, server: TcpStream) -> Result<(Halves, Halves)> {
        let provider = Arc::new(provider(setup.suite));
        let material = &setup.material;
        let mut roots = RootCertStore::empty();
        roots.add(CertificateDer::from_pem_slice(material.authority.as_bytes())?)?;
        let builder = ClientConfig::builder(Arc::clone(&provider));
        let connects = Arc::new(builder.with_root_certificates(roots).with_no_client_auth()?);
        let chain = CertificateDer::pem_slice_iter(material.chain.as_bytes()).collect::<std::result::Result<_, _>>()?;
        let identity = Arc::new(Identity::from_cert_chain(chain)?);
        let key = PrivateKeyDer::from_pem_slice(material.key.as_bytes())?;
        let builder = ServerConfig::builder(provider);
        let accepts = Arc::new(builder.with_no_client_auth().with_single_cert(identity, key)?);
        let mut first_flight = Vec::new();
        let near = connects.connect(ServerName::try_from("localhost")?).build(&mut first_flight)?;
        let far = Connection::new(accepts)?;
        let accepting = thread::spawn(move || handshake(far, server, Vec::new()));
        let client = handshake(near, client, first_flight)?;
        Ok((client, accepting.join().expect("no panic")?))
    }
}

fn provider(suite: Suite) -> CryptoProvider {
    let suite = match suite {
        Suite::Aes128Gcm => CipherSuite::TLS13_AES_128_GCM_SHA256,
        Suite::Aes256Gcm => CipherSuite::TLS13_AES_256_GCM_SHA384,
        Suite::ChaCha20 => CipherSuite::TLS13_CHACHA20_POLY1305_SHA256,
    };
    let mut provider = DEFAULT_TLS13_PROVIDER;
    let suites = provider.tls13_cipher_suites.iter().copied();
    provider.tls13_cipher_suites = Cow::Owned(suites.filter(|known| known.common.suite == suite).collect());
    let groups = provider.kx_groups.iter().copied();
    provider.kx_groups = Cow::Owned(groups.filter(|group| group.name() == NamedGroup::X25519).collect());
    provider
}

fn handshake<S: SideData + 'static>(
    mut connection: Connection<S, Tcp>,
    mut socket: TcpStream,
    mut output: Vec<u8>,
) -> Result<Halves>
where
    ReceiveTraffic<S>: Send,
{
    let mut input = Input::default();
    loop {
        socket.write_all(&output)?;
        output.clear();
        if !connection.is_handshaking() {
            break;
        }
        input.fill(&mut socket)?;
        connection.read_tls(&mut input, &mut output).handle_all(&mut Vec::new())?;
    }
    let halves = connection.split()?;
    let reader = Receiver { traffic: Some(halves.receive), input, rest: Vec::new(), socket: socket.try_clone()? };
    Ok(Halves {
        reader: Box::new(Reads(reader)),
        writer: Box::new(Writes(Sender { traffic: halves.send, output, socket })),
    })
}

struct Sender {
    traffic: SendTraffic,
    output: Vec<u8>,
    socket: TcpStream,
}

impl Write for Sender {
    fn write(&mut self, buf: &[u8]) -> io::Result<usize> {
        self.output.clear();
        self.traffic.write(buf.into(), &mut self.output).map_err(io::Error::other)?;
        self.socket.write_all(&self.output)?;
        Ok(buf.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

struct Receiver<S: SideData> {
    /// Empty only after an error.
    traffic: Option<ReceiveTraffic<S>>,
    input: Input,
    /// What did not fit into the caller's buffer.
    rest: Vec<u8>,
    socket: TcpStream,
}

impl<S: SideData> Read for Receiver<S> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        if !self.rest.is_empty() {
            let taken = self.rest.len().min(buf.len());
            buf[..taken].copy_from_slice(&self.rest[..taken]);
            self.rest.drain(..taken);
            return Ok(taken);
        }
        loop {
            let traffic = self.traffic.take().ok_or(io::ErrorKind::BrokenPipe)?;
            match traffic.read(&mut self.input).map_err(io::Error::other)? {
                ReceiveTrafficState::Available(mut received) => {
                    let data = received.data();
                    let taken = data.len().min(buf.len());
                    buf[..taken].copy_from_slice(&data[..taken]);
                    self.rest.extend_from_slice(&data[taken..]);
                    self.traffic = after(received.into_next());
                    if taken > 0 {
                        return Ok(taken);
                    }
                }
                other => {
                    self.traffic = after(other);
                    if self.traffic.is_none() {
                        return Ok(0);
                    }
                    self.input.fill(&mut self.socket)?;
                }
            }
        }
    }
}

/// Whatever has to be sent goes with the next write. None at the peer's end.
fn after<S: SideData>(state: ReceiveTrafficState<'_, S>) -> Option<ReceiveTraffic<S>> {
    match state {
        ReceiveTrafficState::ReadMore(traffic) => Some(traffic),
        ReceiveTrafficState::FlushSender(flush) => after(flush.into_next()),
        _ => None,
    }
}

/// What came from the socket: 64 KiB, where the buffer that rustls offers reads 4.
struct Input {
    bytes: Vec<u8>,
    start: usize,
    end: usize,
    ended: bool,
    closed: bool,
}

impl Default for Input {
    fn default() -> Input {
        Input { bytes: vec![0; 64 * 1024], start: 0, end: 0, ended: false, closed: false }
    }
}

impl Input {
    fn fill(&mut self, socket: &mut TcpStream) -> io::Result<()> {
        if self.closed {
            return Ok(());
        }
        if self.start > 0 {
            self.bytes.copy_within(self.start..self.end, 0);
            (self.start, self.end) = (0, self.end - self.start);
        }
        let got = socket.read(&mut self.bytes[self.end..])?;
        self.ended = got == 0;
        self.end += got;
        if got == 0 { Err(io::ErrorKind::UnexpectedEof.into()) } else { Ok(()) }
    }
}

impl TlsInputBuffer for Input {
    fn slice_mut(&mut self) -> &mut [u8] {
        &mut self.bytes[self.start..self.end]
    }

    fn discard(&mut self, num_bytes: usize) {
        self.start += num_bytes;
    }

    fn received_close_notify(&mut self) {
        self.closed = true;
    }

    fn has_seen_eof(&self) -> bool {
        self.ended
    }
}
