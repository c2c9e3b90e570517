//! `--udp`: an echo of datagrams (DTLS), for many clients on one socket.

use std::convert::Infallible;
use std::error::Error;
use std::io::{self, Write};
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr, UdpSocket};
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use gnutls::ServerConfigBuilder;
use gnutls::dtls::{DtlsListener, DtlsSession};
use gnutls::transport::DatagramWait;

use crate::connection::Server;
use crate::listen::human;
use crate::nocookie;
use crate::options::Options;
use crate::report;

/// When a heartbeat is sent again, and when it is given up: GnuTLS's own defaults.
const HEARTBEAT: (Duration, Duration) = (Duration::from_secs(1), Duration::from_secs(60));

/// A client that says nothing for so long is forgotten: its close can be lost.
const IDLE: Duration = Duration::from_secs(120);

/// What the options say about datagrams.
pub(crate) fn settings(options: &Options, mut builder: ServerConfigBuilder) -> gnutls::Result<ServerConfigBuilder> {
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

/// Serves; comes back only if that is impossible.
pub(crate) fn serve(options: &Options, server: &Arc<Server>) -> Result<Infallible, Box<dyn Error>> {
    // As a rule a socket of IPv6 takes IPv4 as well.
    let six = UdpSocket::bind((Ipv6Addr::UNSPECIFIED, options.port));
    let socket = six.or_else(|_| UdpSocket::bind((Ipv4Addr::UNSPECIFIED, options.port)));
    let socket = socket.map_err(|error| format!("port {}: {error}", options.port))?;
    let place = human((Ipv4Addr::UNSPECIFIED, socket.local_addr()?.port()).into());
    io::stderr().write_all(format!("UDP Echo Server listening on {place}...done\n").as_bytes())?;
    if options.nocookie {
        return nocookie::serve(&socket, server);
    }
    let listener = DtlsListener::new(socket)?;
    loop {
        let (incoming, server) = (listener.accept()?, Arc::clone(server));
        let client = incoming.address();
        // A machine without threads to spare loses a client, who comes again, and not the others.
        if let Err(error) =
            thread::Builder::new().spawn(move || talk(&server, client, || incoming.accept(&server.config)))
        {
            io::stderr().write_all(format!("Error with a client: {error}\n").as_bytes())?;
        }
    }
}

/// Serves a client to the end, and tells of it.
pub(crate) fn talk<T: DatagramWait>(
    server: &Server,
    client: SocketAddr,
    accept: impl FnOnce() -> gnutls::Result<DtlsSession<T>>,
) {
    let peer = human(client);
    server.say(&format!("\n* Accepted connection from {peer}"));
    if let Err(error) = accept().and_then(|session| echo(server, &session)) {
        let _ = io::stderr().write_all(format!("Error with {peer}: {}\n", report::error(&error)).as_bytes());
    }
    server.say(&format!("* Closed connection from {peer}"));
}

/// Sends back each datagram until the client has closed its side.
fn echo<T: DatagramWait>(server: &Server, session: &DtlsSession<T>) -> gnutls::Result<()> {
    server.introduce(session, 0)?;
    if let Some(profile) = session.srtp_profile() {
        server.say(&format!("- SRTP profile: {profile}"));
    }
    session.set_read_timeout(server.patience.unwrap_or(Some(IDLE)));
    while let Some(packet) = session.read_packet()? {
        session.send(&packet)?;
    }
    session.close()
}
