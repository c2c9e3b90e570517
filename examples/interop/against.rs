//! Our client against a server that nothing is known about.

use std::io::{Read, Write};
use std::net::{TcpStream, UdpSocket};

use gnutls::transport::Wait;
use gnutls::{ClientConfig, EarlyOutcome, Error, ErrorKind, Identity, Session};

use crate::WATCHDOG;
use crate::cells::{Cell, Feature, What};
use crate::datagrams;
use crate::options::Options;
use crate::ours::{Tls, common_client, patient};
use crate::outcome::Outcome;
use crate::tries::{ASK, Trouble, check, outcome_of};

/// Whom to talk to, and whom to trust.
pub(crate) struct Target<'a> {
    pub(crate) address: &'a str,
    pub(crate) options: &'a Options,
}

pub(crate) fn run(cell: &Cell, target: &Target<'_>) -> Outcome {
    outcome_of(attempt(cell, target))
}

fn attempt(cell: &Cell, target: &Target<'_>) -> Result<String, Trouble> {
    let builder = ClientConfig::builder();
    let builder = match &target.options.x509cafile {
        Some(file) => builder.with_trust_file(file)?,
        None if target.options.insecure => builder.dangerous().accept_any_certificate(),
        None => builder.with_system_trust()?,
    };
    let builder = match (&target.options.x509certfile, &target.options.x509keyfile) {
        (Some(certificate), Some(key)) => builder.with_identity(Identity::from_files(certificate, key)?)?,
        _ => builder,
    };
    let config = common_client(builder, cell)?.build()?;
    if cell.version.is_datagram() {
        return over_udp(cell, target, &config);
    }
    let session = patient(config.connect(target.host(), target.tcp()?).map_err(|error| target.of_our_key(error))?);
    match over_tcp(cell, target, &config, &session) {
        // In TLS 1.3 the server refuses a client when that has finished its handshake. Who writes then hears of a broken
        // pipe, and of the reason by reading.
        Err(Trouble::Broken(why)) => match hear_out(&session) {
            Err(refused @ Trouble::Refused(_)) => Err(refused),
            _ => Err(Trouble::Broken(why)),
        },
        other => other.map(|()| session.description()),
    }
}

fn over_tcp(cell: &Cell, target: &Target<'_>, config: &ClientConfig, session: &Tls) -> Result<(), Trouble> {
    match cell.what {
        What::Feature(Feature::Resumption) => {
            session.close()?;
            hear_out(session)?;
            let Some(data) = session.session_data()? else {
                return Err(Trouble::Refused("the server gives nothing to resume with".to_owned()));
            };
            let again = patient(config.to(target.host())?.resume(&data).connect(target.tcp()?)?);
            if !again.is_resumed() {
                return Err(Trouble::Refused("the server does not resume the session".to_owned()));
            }
            again.close()?;
        }
        What::Feature(Feature::EarlyData) => {
            session.close()?;
            hear_out(session)?;
            let request = b"GET / HTTP/1.0\r\n\r\n";
            let Some(data) = session.session_data()?.filter(|data| data.max_early_data() >= request.len()) else {
                return Err(Trouble::Refused("the server gives no ticket that allows early data".to_owned()));
            };
            let connect = config.to(target.host())?.resume(&data).early_data(request);
            let again = patient(connect.connect(target.tcp()?)?);
            if again.early_outcome() != Some(EarlyOutcome::Accepted) {
                return Err(Trouble::Refused("the server does not take early data".to_owned()));
            }
            again.close()?;
        }
        What::Feature(Feature::KeyUpdate) => {
            session.update_keys(ASK)?;
            // Most servers answer a line of something; those that do not close, which is an answer, too.
            { session }.write_all(b"GET / HTTP/1.0\r\n\r\n")?;
            // They come before what follows them. A server that echoes does not end by itself.
            while session.counters().key_updates_received == 0 && { session }.read(&mut [0; 16 * 1024])? > 0 {}
            if session.counters().key_updates_received == 0 {
                return Err(Trouble::Refused("the server has not renewed its keys when asked".to_owned()));
            }
        }
        What::Feature(Feature::CloseOursFirst) => {
            session.close()?;
            if !hear_out(session)? {
                return Err(Trouble::Refused("the server closes without close_notify".to_owned()));
            }
        }
        _ => {
            end(cell, session)?;
            // A refusal may be on its way.
            if let Err(refused @ Trouble::Refused(_)) = hear_out(session) {
                return Err(refused);
            }
        }
    }
    Ok(())
}

/// The same over UDP, where a close is not answered.
fn over_udp(cell: &Cell, target: &Target<'_>, config: &ClientConfig) -> Result<String, Trouble> {
    let session = datagrams::patient(config.connect_datagram(target.host(), target.udp()?)?);
    let description = session.description();
    match cell.what {
        What::Feature(Feature::Resumption) => {
            session.close()?;
            let Some(data) = session.session_data()? else {
                return Err(Trouble::Refused("the server gives nothing to resume with".to_owned()));
            };
            let connect = config.to(target.host())?.resume(&data);
            let again = datagrams::patient(connect.connect_datagram(target.udp()?)?);
            if !again.is_resumed() {
                return Err(Trouble::Refused("the server does not resume the session".to_owned()));
            }
            again.close()?;
        }
        _ => end(cell, &session)?,
    }
    Ok(description)
}

/// Looks at what a session that does no more is about, and closes it.
fn end<T: Wait>(cell: &Cell, session: &Session<T>) -> Result<(), Trouble> {
    match cell.what {
        What::Feature(Feature::Alpn) if session.alpn().is_none() => {
            return Err(Trouble::Refused("the server chooses neither h2 nor http/1.1".to_owned()));
        }
        What::Feature(_) => {}
        _ => check(cell, session)?,
    }
    Ok(session.close()?)
}

/// Reads to the end: whether that was close_notify.
fn hear_out(session: &Tls) -> Result<bool, Trouble> {
    let mut buf = [0; 16 * 1024];
    loop {
        match { session }.read(&mut buf) {
            Ok(0) => return Ok(true),
            Ok(_) => {}
            Err(error) => match Trouble::from(error) {
                Trouble::Broken(_)
                    if session.recv(&mut buf).is_err_and(|error| error.kind() == ErrorKind::Truncated) =>
                {
                    return Ok(false);
                }
                trouble => return Err(trouble),
            },
        }
    }
}

impl Target<'_> {
    /// Whether somebody is there; over UDP, whether the name has an address.
    pub(crate) fn reach(&self) -> Result<(), String> {
        match if self.options.udp { self.udp().map(drop) } else { self.tcp().map(drop) } {
            Err(Trouble::Broken(why)) => Err(why),
            _ => Ok(()),
        }
    }

    /// A cell about signatures is about ours as well, once we show a certificate.
    fn of_our_key(&self, error: Error) -> Trouble {
        let code = error.code().and_then(|code| code.name());
        if self.options.x509keyfile.is_some() && code == Some("GNUTLS_E_UNWANTED_ALGORITHM") {
            return Trouble::Refused("the key of --x509keyfile does not sign like that".to_owned());
        }
        error.into()
    }

    fn host(&self) -> &str {
        if let Some(name) = &self.options.name {
            return name;
        }
        self.address.rsplit_once(':').map_or(self.address, |(host, _)| host).trim_matches(['[', ']'])
    }

    fn udp(&self) -> Result<UdpSocket, Trouble> {
        let connect = || {
            // Of the family of the address that the name has.
            let six = UdpSocket::bind("[::]:0").and_then(|udp| udp.connect(self.address).map(|()| udp));
            six.or_else(|_| UdpSocket::bind("0.0.0.0:0").and_then(|udp| udp.connect(self.address).map(|()| udp)))
        };
        connect().map_err(|error| Trouble::Broken(format!("connecting to {}: {error}", self.address)))
    }

    fn tcp(&self) -> Result<TcpStream, Trouble> {
        let connect = || {
            let tcp = TcpStream::connect(self.address)?;
            tcp.set_read_timeout(Some(WATCHDOG)).map(|()| tcp)
        };
        connect().map_err(|error| Trouble::Broken(format!("connecting to {}: {error}", self.address)))
    }
}
