//! `--udp`: datagrams (DTLS).

use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr, ToSocketAddrs, UdpSocket};
use std::time::Duration;

use gnutls::dtls::DtlsSession;
use gnutls::{ClientConfig, ClientConfigBuilder, SessionData};

use crate::connect;
use crate::failure::Failure;
use crate::log::Log;
use crate::ocsp;
use crate::options::Options;
use crate::tell;

/// When a heartbeat is sent again, and when it is given up: GnuTLS's own defaults.
const HEARTBEAT: (Duration, Duration) = (Duration::from_secs(1), Duration::from_secs(60));

/// What the options say about datagrams.
pub(crate) fn settings(options: &Options, mut builder: ClientConfigBuilder) -> gnutls::Result<ClientConfigBuilder> {
    if let Some(mtu) = options.mtu {
        builder = builder.mtu(mtu)?;
    }
    if let Some(profiles) = &options.srtp_profiles {
        builder = builder.srtp_profile_names(profiles)?;
    }
    if options.heartbeat {
        builder = builder.heartbeats(HEARTBEAT.0, HEARTBEAT.1);
    }
    Ok(builder)
}

/// Connects and does the handshake, resuming `earlier` if there is one.
pub(crate) fn connect(
    config: &ClientConfig,
    options: &Options,
    earlier: Option<&SessionData>,
    log: &Log,
) -> Result<DtlsSession<UdpSocket>, Failure> {
    let (host, port) = options.server()?;
    let mut connect = connect::prepared(config, options)?;
    if let Some(earlier) = earlier {
        connect = connect.resume(earlier);
    }
    let session = connect.connect_datagram(dial(host, port, log)?)?;
    tell::tell(&session, options, log)?;
    ocsp::check(&session, config, options, log)?;
    if let Some(profile) = session.srtp_profile() {
        log.say(&format!("- SRTP profile: {profile}"));
    }
    Ok(session)
}

/// A socket that is connected to the first of the server's addresses.
fn dial(host: &str, port: u16, log: &Log) -> Result<UdpSocket, Failure> {
    log.say(&format!("Resolving '{host}:{port}'..."));
    let named = |error| format!("resolving {host}:{port}: {error}");
    let address = (host, port).to_socket_addrs().map_err(named)?.next();
    let address = address.ok_or_else(|| format!("resolving {host}:{port}: there is no address"))?;
    log.say(&format!("Connecting to '{}:{port}'...", address.ip()));
    let ours: SocketAddr = match address {
        SocketAddr::V4(_) => (Ipv4Addr::UNSPECIFIED, 0).into(),
        SocketAddr::V6(_) => (Ipv6Addr::UNSPECIFIED, 0).into(),
    };
    let connected = UdpSocket::bind(ours).and_then(|socket| socket.connect(address).map(|()| socket));
    connected.map_err(|error| format!("connecting to {address}: {error}").into())
}
