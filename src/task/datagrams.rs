//! Datagrams of a task below a session, and what sessions over them (DTLS) do that those over byte streams do not.

use std::future::poll_fn;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use super::family::Family;
use super::halves::{ReadHalf, WriteHalf};
use super::stream::TlsStream;
use crate::algorithm::SrtpProfile;
use crate::engine::SrtpKeys;
use crate::error::Result;
use crate::transport::Datagram;

/// Datagrams to and from one peer, as tasks use them. A **connected** `UdpSocket` of tokio has it (feature `tokio`).
///
/// `Pending` means that nothing was done and that the waker is kept, one for receiving and one for sending.
pub trait AsyncDatagram: Send {
    /// Takes one datagram: its length. What does not fit into `buf` is lost.
    ///
    /// # Errors
    /// As [`DatagramTransport::try_recv`](crate::dtls::DatagramTransport::try_recv), but for `WouldBlock`.
    fn poll_recv(&self, cx: &mut Context<'_>, buf: &mut [u8]) -> Poll<io::Result<usize>>;

    /// Sends one datagram, whole.
    ///
    /// # Errors
    /// As [`DatagramTransport::try_send`](crate::dtls::DatagramTransport::try_send), but for `WouldBlock`.
    fn poll_send(&self, cx: &mut Context<'_>, datagram: &[u8]) -> Poll<io::Result<()>>;
}

/// The family of datagrams: a session over a [`Datagram`] is one of DTLS.
#[derive(Clone, Copy, Debug)]
pub enum Datagrams {}

impl<IO: AsyncDatagram> Family<Datagram<IO>> for Datagrams {
    fn poll_read(io: Pin<&mut Datagram<IO>>, cx: &mut Context<'_>, buf: &mut [u8]) -> Poll<io::Result<usize>> {
        io.as_ref().get_ref().poll_recv(cx, buf)
    }

    fn poll_write(io: Pin<&mut Datagram<IO>>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        ready!(io.as_ref().get_ref().poll_send(cx, buf))?;
        Poll::Ready(Ok(buf.len()))
    }

    fn poll_flush(_: Pin<&mut Datagram<IO>>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_close(_: Pin<&mut Datagram<IO>>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}

/// Receiving, of the whole and of a half.
macro_rules! receiving {
    ($type:ident, $field:ident) => {
        impl<IO: AsyncDatagram + Unpin> $type<Datagram<IO>, Datagrams> {
            /// Receives a record into `buf`: the number of bytes, 0 once the peer has closed its side. What does not fit is
            /// given to the next receive. A dropped future has taken nothing.
            ///
            /// # Errors
            /// As [`Session::recv`](crate::Session::recv).
            #[doc(alias = "gnutls_record_recv")]
            pub async fn recv(&mut self, buf: &mut [u8]) -> Result<usize> {
                poll_fn(|cx| self.$field.shared.poll_read(cx, buf)).await
            }

            /// [`recv`](Self::recv), and the record's [number](crate::dtls::DtlsSession::recv_numbered).
            ///
            /// # Errors
            /// As there.
            #[doc(alias = "gnutls_record_recv_seq")]
            pub async fn recv_numbered(&mut self, buf: &mut [u8]) -> Result<(usize, u64)> {
                poll_fn(|cx| self.$field.shared.poll_read_numbered(cx, buf)).await
            }
        }
    };
}

/// Sending, of the whole and of a half.
macro_rules! sending {
    ($type:ident, $field:ident) => {
        impl<IO: AsyncDatagram + Unpin> $type<Datagram<IO>, Datagrams> {
            /// Sends `data` as one datagram, and sees it out. A dropped future has sent it, or will with the next call, or has
            /// done nothing; never a part.
            ///
            /// # Errors
            /// [`TooLarge`](crate::ErrorKind::TooLarge) for more than [`data_mtu`](Self::data_mtu), or than the path takes;
            /// otherwise as [`Session::send`](crate::Session::send).
            #[doc(alias = "gnutls_record_send")]
            pub async fn send(&mut self, data: &[u8]) -> Result<()> {
                poll_fn(|cx| self.$field.shared.poll_write(cx, data)).await?;
                poll_fn(|cx| self.$field.shared.poll_flush(cx)).await
            }

            /// [`DtlsSession::data_mtu`](crate::dtls::DtlsSession::data_mtu).
            #[doc(alias = "gnutls_dtls_get_data_mtu")]
            pub fn data_mtu(&self) -> usize {
                self.$field.shared.engine.data_mtu()
            }
        }
    };
}

receiving!(TlsStream, session);
receiving!(ReadHalf, half);
sending!(TlsStream, session);
sending!(WriteHalf, half);

/// What is told of a session over datagrams: as [`DtlsSession`](crate::dtls::DtlsSession) has it.
impl<IO: AsyncDatagram + Unpin> TlsStream<Datagram<IO>, Datagrams> {
    /// [`DtlsSession::mtu`](crate::dtls::DtlsSession::mtu).
    #[doc(alias = "gnutls_dtls_get_mtu")]
    pub fn mtu(&self) -> usize {
        self.session.shared.engine.mtu()
    }

    /// [`DtlsSession::set_mtu`](crate::dtls::DtlsSession::set_mtu).
    ///
    /// # Errors
    /// As there.
    #[doc(alias = "gnutls_dtls_set_mtu")]
    pub fn set_mtu(&self, mtu: u16) -> Result<()> {
        self.session.shared.engine.set_mtu(mtu)
    }

    /// [`DtlsSession::discarded`](crate::dtls::DtlsSession::discarded).
    #[doc(alias = "gnutls_record_get_discarded")]
    pub fn discarded(&self) -> u64 {
        self.session.shared.engine.discarded()
    }

    /// [`DtlsSession::srtp_profile`](crate::dtls::DtlsSession::srtp_profile).
    #[doc(alias = "gnutls_srtp_get_selected_profile")]
    pub fn srtp_profile(&self) -> Option<SrtpProfile> {
        self.session.shared.engine.srtp_profile()
    }

    /// [`DtlsSession::srtp_keys`](crate::dtls::DtlsSession::srtp_keys).
    ///
    /// # Errors
    /// As there.
    #[doc(alias = "gnutls_srtp_get_keys")]
    pub fn srtp_keys(&self) -> Result<SrtpKeys> {
        self.session.shared.engine.srtp_keys()
    }
}
