//! rustls as the other side, with the ciphers of ring.

use std::io::{self, Read, Write};
use std::net::TcpStream;
use std::ops::DerefMut;
use std::process::Command;
use std::sync::Arc;

use gnutls::Identity;
use rustls::crypto::ring;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use rustls::server::WebPkiClientVerifier;
use rustls::version::{TLS12, TLS13};
use rustls::{
    ClientConfig, ClientConnection, ConnectionCommon, RootCertStore, ServerConfig, ServerConnection, SideData,
    StreamOwned, SupportedProtocolVersion,
};

use crate::cells::{Cell, Feature, Version};
use crate::common::HOST;
use crate::early::{self, EARLY};
use crate::files::Pem;
use crate::other::{Endpoint, Inside, echo};
use crate::ours::{is, key};
use crate::world::{World, authority};

/// A connection of either role.
struct Talking<C>(StreamOwned<C, TcpStream>);

pub(crate) fn server(cell: &Cell, world: &World) -> Result<Inside, String> {
    let provider = Arc::new(ring::default_provider());
    let builder = ServerConfig::builder_with_provider(Arc::clone(&provider)).with_protocol_versions(versions(cell));
    let builder = builder.map_err(said)?;
    let builder = if is(cell, Feature::ClientCertificate) {
        let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots()?), provider).build();
        builder.with_client_cert_verifier(verifier.map_err(said)?)
    } else {
        builder.with_no_client_auth()
    };
    let (chain, private) = pair(&world.servers[key(cell)])?;
    let mut config = builder.with_single_cert(chain, private).map_err(said)?;
    if is(cell, Feature::Alpn) {
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
    }
    if is(cell, Feature::Resumption) {
        config.ticketer = ring::Ticketer::new().map_err(said)?;
    }
    if is(cell, Feature::EarlyData) {
        // It takes them with sessions that it keeps, not with tickets.
        config.max_early_data_size = early::MOST;
    }
    let config = Arc::new(config);
    Ok(Arc::new(move |mut tcp| {
        let mut connection = ServerConnection::new(Arc::clone(&config)).map_err(said)?;
        while connection.is_handshaking() {
            connection.complete_io(&mut tcp).map_err(said)?;
        }
        let mut early = Vec::new();
        if let Some(mut from) = connection.early_data() {
            from.read_to_end(&mut early).map_err(said)?;
        }
        let mut talking = Talking(StreamOwned::new(connection, tcp));
        talking.write_all(&early).map_err(said)?;
        echo(&mut talking)
    }))
}

pub(crate) fn client(cell: &Cell, world: &World) -> Result<Inside, String> {
    let provider = Arc::new(ring::default_provider());
    let builder = ClientConfig::builder_with_provider(provider).with_protocol_versions(versions(cell));
    let builder = builder.map_err(said)?.with_root_certificates(roots()?);
    let mut config = if is(cell, Feature::ClientCertificate) {
        let (chain, private) = pair(&world.client)?;
        builder.with_client_auth_cert(chain, private).map_err(said)?
    } else {
        builder.with_no_client_auth()
    };
    if is(cell, Feature::Alpn) {
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
    }
    config.enable_early_data = is(cell, Feature::EarlyData);
    let config = Arc::new(config);
    Ok(Arc::new(move |tcp| {
        let name = ServerName::try_from(HOST).map_err(said)?;
        let mut connection = ClientConnection::new(Arc::clone(&config), name).map_err(said)?;
        if let Some(mut early) = connection.early_data() {
            early.write_all(EARLY.as_bytes()).map_err(said)?;
        }
        echo(&mut Talking(StreamOwned::new(connection, tcp)))
    }))
}

fn versions(cell: &Cell) -> &'static [&'static SupportedProtocolVersion] {
    const ONLY12: &[&SupportedProtocolVersion] = &[&TLS12];
    const ONLY13: &[&SupportedProtocolVersion] = &[&TLS13];
    if cell.version == Version::Tls12 { ONLY12 } else { ONLY13 }
}

fn roots() -> Result<RootCertStore, String> {
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from(authority())).map_err(said)?;
    Ok(roots)
}

fn pair((identity, pem): &(Identity, Pem)) -> Result<(Vec<CertificateDer<'static>>, PrivateKeyDer<'static>), String> {
    let chain = identity.chain().iter().map(|certificate| CertificateDer::from(certificate.to_der())).collect();
    // ring does not read an elliptic-curve key of GnuTLS's writing, which names the curve in it a second time; openssl
    // leaves that out.
    let written = Command::new("openssl").args(["pkey", "-in", &pem.key]).output().map_err(said)?;
    Ok((chain, PrivateKeyDer::from_pem_slice(&written.stdout).map_err(said)?))
}

fn said(error: impl ToString) -> String {
    error.to_string()
}

impl<C, S> Read for Talking<C>
where
    C: DerefMut<Target = ConnectionCommon<S>>,
    S: SideData,
{
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        self.0.read(buf)
    }
}

impl<C, S> Write for Talking<C>
where
    C: DerefMut<Target = ConnectionCommon<S>>,
    S: SideData,
{
    fn write(&mut self, buf: &[u8]) -> io::Result<usize> {
        self.0.write(buf)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

impl<C, S> Endpoint for Talking<C>
where
    C: DerefMut<Target = ConnectionCommon<S>>,
    S: SideData,
{
    fn update_keys(&mut self) -> Result<(), String> {
        self.0.conn.refresh_traffic_keys().map_err(said)
    }

    fn reauthenticate(&mut self) -> Result<(), String> {
        Err("rustls cannot ask".to_owned())
    }

    fn close(&mut self) -> Result<(), String> {
        self.0.conn.send_close_notify();
        self.0.flush().map_err(said)
    }
}
