//! Listening at all addresses of both families.

use std::io;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener};

/// The listeners for a port, and the port: `port`, or the one that the system chose for 0.
///
/// As a rule a listener of IPv6 takes IPv4 as well. Where it does not, IPv4 gets a second one; where there is no IPv6,
/// IPv4 is alone.
pub(crate) fn everywhere(port: u16) -> io::Result<(Vec<TcpListener>, u16)> {
    let six = match TcpListener::bind((Ipv6Addr::UNSPECIFIED, port)) {
        Err(error) if error.kind() == io::ErrorKind::AddrInUse => return Err(error),
        other => other.ok(),
    };
    let port = six.as_ref().map_or(Ok(port), |six| six.local_addr().map(|address| address.port()))?;
    match (TcpListener::bind((Ipv4Addr::UNSPECIFIED, port)), six) {
        (Ok(four), six) => {
            let port = four.local_addr()?.port();
            Ok((six.into_iter().chain([four]).collect(), port))
        }
        (Err(error), Some(six)) if error.kind() == io::ErrorKind::AddrInUse => Ok((vec![six], port)),
        (Err(error), _) => Err(error),
    }
}

/// An address as gnutls-serv writes it.
pub(crate) fn human(address: SocketAddr) -> String {
    let (ip, port) = (address.ip().to_canonical(), address.port());
    let family = if ip.is_ipv4() { "IPv4" } else { "IPv6" };
    format!("{family} {ip} port {port}")
}
