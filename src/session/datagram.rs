//! Sessions over datagrams: how they begin, and what they have that a stream does not.

use super::client::Connect;
use super::handshaking::Handshaking;
use super::setup::dtls::DATAGRAM;
use super::{ClientConfig, ReadHalf, ServerConfig, Session, WriteHalf};
use crate::algorithm::SrtpProfile;
use crate::cookie::Prestate;
use crate::engine::SrtpKeys;
use crate::error::Result;
use crate::transport::{Datagram, DatagramTransport, DatagramWait, Transport};

/// A [`Session`] over datagrams (DTLS).
///
/// It has the calls of every session, and they mean datagrams:
///
/// * [`send`](Session::send) and `write` send all that they are given as one record in one datagram, or nothing: what does not
///   fit is [`TooLarge`](crate::ErrorKind::TooLarge). See [`data_mtu`](Session::data_mtu).
/// * [`recv`](Session::recv) and `read` give one record. If the buffer is too small for it the next call gives the rest;
///   [`recv_packet`](Session::recv_packet) always has all of it. [`recv_numbered`](Session::recv_numbered) has its number.
/// * Records come in any order, or not at all, but never twice.
/// * An error of the transport ([`Transport`](crate::ErrorKind::Transport)) is told once, and the session goes on.
/// * `Ok(0)` is the peer's close_notify, which can be lost: a peer that is gone is silence.
/// * Data are not gathered, and files not sent ([`Unsupported`](crate::ErrorKind::Unsupported)); keys do not change.
///
/// Keep receiving: if the last flight of the handshake is lost the peer asks for it, and a receive is what answers.
pub type DtlsSession<T> = Session<Datagram<T>>;

impl ClientConfig {
    /// [`connect`](ClientConfig::connect) over datagrams (DTLS): a `UdpSocket` that is connected to the server, say.
    ///
    /// # Errors
    /// As there; [`ErrorKind::TimedOut`](crate::ErrorKind::TimedOut) if the server does not answer.
    #[doc(alias = "gnutls_handshake")]
    pub fn connect_datagram<T: DatagramWait>(&self, host: &str, io: T) -> Result<DtlsSession<T>> {
        self.to(host)?.connect_datagram(io)
    }
}

impl Connect {
    /// [`connect`](Connect::connect) over datagrams (DTLS).
    ///
    /// # Errors
    /// As [`ClientConfig::connect_datagram`].
    pub fn connect_datagram<T: DatagramWait>(self, io: T) -> Result<DtlsSession<T>> {
        self.start_datagram(io)?.complete()
    }

    /// [`start`](Connect::start) over datagrams (DTLS).
    ///
    /// # Errors
    /// As there.
    pub fn start_datagram<T: DatagramTransport>(self, io: T) -> Result<Handshaking<Datagram<T>>> {
        self.prepare_with(DATAGRAM)?.start(Datagram::new(io))
    }
}

impl ServerConfig {
    /// [`accept`](ServerConfig::accept) over datagrams (DTLS) that come from one client.
    ///
    /// Whoever sends one datagram under any address makes this answer there with many. A server in the open asks for a
    /// [cookie](crate::dtls) first.
    ///
    /// # Errors
    /// As there; [`ErrorKind::TimedOut`](crate::ErrorKind::TimedOut) if the client does not go on.
    #[doc(alias = "gnutls_handshake")]
    pub fn accept_datagram<T: DatagramWait>(&self, io: T) -> Result<DtlsSession<T>> {
        self.start_datagram(io)?.complete()
    }

    /// [`start`](ServerConfig::start) over datagrams (DTLS) that come from one client.
    ///
    /// # Errors
    /// As there.
    pub fn start_datagram<T: DatagramTransport>(&self, io: T) -> Result<Handshaking<Datagram<T>>> {
        self.prepare_with(DATAGRAM)?.start(Datagram::new(io))
    }
}

impl ServerConfig {
    /// [`start_datagram`](ServerConfig::start_datagram) with a client that has shown its [cookie](crate::dtls::CookieKey). The
    /// datagram with the cookie must be the first that `io` gives.
    ///
    /// # Errors
    /// As there.
    #[doc(alias = "gnutls_dtls_prestate_set")]
    pub fn start_datagram_from<T: DatagramTransport>(&self, from: Prestate, io: T) -> Result<Handshaking<Datagram<T>>> {
        let mut prepared = self.prepare_with(DATAGRAM)?;
        prepared.engine.set_prestate(from);
        prepared.start(Datagram::new(io))
    }
}

/// For tasks.
#[cfg(feature = "tokio")]
impl Connect {
    pub(crate) fn prepare_datagram(self) -> Result<super::Prepared> {
        self.prepare_with(DATAGRAM)
    }
}

/// For tasks.
#[cfg(feature = "tokio")]
impl ServerConfig {
    pub(crate) fn prepare_datagram(&self, from: Option<Prestate>) -> Result<super::Prepared> {
        let mut prepared = self.prepare_with(DATAGRAM)?;
        if let Some(from) = from {
            prepared.engine.set_prestate(from);
        }
        Ok(prepared)
    }
}

impl<T: DatagramTransport> DtlsSession<T> {
    /// The SRTP profile that was agreed on, if any.
    #[doc(alias = "gnutls_srtp_get_selected_profile")]
    pub fn srtp_profile(&self) -> Option<SrtpProfile> {
        self.shared.engine.srtp_profile()
    }

    /// The keys that the handshake has made for SRTP.
    ///
    /// # Errors
    /// [`ErrorKind::Misuse`](crate::ErrorKind::Misuse) if no profile was agreed on;
    /// [`Unsupported`](crate::ErrorKind::Unsupported) if GnuTLS does not know it.
    #[doc(alias = "gnutls_srtp_get_keys")]
    pub fn srtp_keys(&self) -> Result<SrtpKeys> {
        self.shared.engine.srtp_keys()
    }

    /// The master key identifier of SRTP that the peer sent, if it did (RFC 5764, section 4.1.3).
    #[doc(alias = "gnutls_srtp_get_mki")]
    pub fn srtp_mki(&self) -> Option<Vec<u8>> {
        self.shared.engine.srtp_mki()
    }

    /// The largest datagram to send, in bytes, without the headers of UDP and IP.
    #[doc(alias = "gnutls_dtls_get_mtu")]
    pub fn mtu(&self) -> usize {
        self.shared.engine.mtu()
    }

    /// How much data fits into a datagram, in bytes.
    #[doc(alias = "gnutls_dtls_get_data_mtu")]
    pub fn data_mtu(&self) -> usize {
        self.shared.engine.data_mtu()
    }

    /// Sets the largest datagram to send, in bytes (256 to 16256), without the headers of UDP and IP.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`](crate::ErrorKind::InvalidInput) for less or more.
    #[doc(alias = "gnutls_dtls_set_mtu")]
    pub fn set_mtu(&self, mtu: u16) -> Result<()> {
        self.shared.engine.set_mtu(mtu)
    }

    /// Sets the largest datagram to send by the data in it, in bytes (256 to 16256).
    ///
    /// # Errors
    /// As [`set_mtu`](Session::set_mtu).
    #[doc(alias = "gnutls_dtls_set_data_mtu")]
    pub fn set_data_mtu(&self, mtu: u16) -> Result<()> {
        self.shared.engine.set_data_mtu(mtu)
    }

    /// How many records came that were no good and have been dropped: damaged, forged, repeated, too old.
    #[doc(alias = "gnutls_record_get_discarded")]
    pub fn discarded(&self) -> u64 {
        self.shared.engine.discarded()
    }
}

impl<T: Transport> Session<T> {
    /// How many bytes a record of ours has beside its data, at most.
    #[doc(alias = "gnutls_record_overhead_size")]
    pub fn record_overhead(&self) -> usize {
        self.shared.engine.record_overhead()
    }

    /// Whether the peer has agreed to answer [heartbeats](crate::ClientConfigBuilder::heartbeats).
    #[doc(alias = "gnutls_heartbeat_allowed")]
    pub fn may_ping(&self) -> bool {
        self.shared.engine.may_ping()
    }

    /// Sends a heartbeat with so many random bytes, at least 1, which the peer sends back. Over datagrams it finds out what the
    /// path takes. [`pongs`](Session::pongs) counts the answers, which any receive meets. Never waits.
    ///
    /// # Errors
    /// [`Unsupported`](crate::ErrorKind::Unsupported) if the peer has not agreed to answer,
    /// [`InvalidInput`](crate::ErrorKind::InvalidInput) for no bytes or more than fit; otherwise as [`send`](Session::send).
    #[doc(alias = "gnutls_heartbeat_ping")]
    pub fn ping(&self, bytes: usize) -> Result<()> {
        self.shared.engine.ping(&self.shared.io, bytes)
    }

    /// How many heartbeats were answered, and how many were sent.
    pub fn pongs(&self) -> (u64, u64) {
        self.shared.engine.pongs()
    }

    /// The time until a heartbeat that has not been answered should be sent again.
    #[doc(alias = "gnutls_heartbeat_get_timeout")]
    pub fn ping_again_after(&self) -> std::time::Duration {
        self.shared.engine.ping_again()
    }
}

/// Receiving with the number of the record.
macro_rules! numbered {
    ($type:ty, $self:ty) => {
        impl<T: DatagramTransport> $type {
            /// Receives a record into `buf`, and says which it was: the number of bytes (0 once the peer has closed its
            /// side), and the record's number, whose 16 upper bits are the epoch. Numbers of one epoch are those of the
            /// peer's sends: what is missing is lost, or late. Never waits.
            ///
            /// # Errors
            /// As `recv`.
            #[doc(alias = "gnutls_record_recv_seq")]
            pub fn recv_numbered(self: $self, buf: &mut [u8]) -> Result<(usize, u64)> {
                self.shared.engine.recv_numbered(&self.shared.io, buf)
            }
        }
    };
}

numbered!(DtlsSession<T>, &Self);
numbered!(ReadHalf<Datagram<T>>, &mut Self);

impl<T: DatagramTransport> WriteHalf<Datagram<T>> {
    /// [`data_mtu`](Session::data_mtu) for this half.
    #[doc(alias = "gnutls_dtls_get_data_mtu")]
    pub fn data_mtu(&self) -> usize {
        self.shared.engine.data_mtu()
    }
}
