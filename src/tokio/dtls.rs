//! Sessions over datagrams (DTLS) for tokio: over a connected `UdpSocket`, or any [`AsyncDatagram`].
//!
//! ```no_run
//! use gnutls::{ClientConfig, tokio::dtls};
//! use tokio::net::UdpSocket;
//!
//! # async fn f() -> Result<(), Box<dyn std::error::Error>> {
//! let config = ClientConfig::builder().with_system_trust()?.build()?;
//! let socket = UdpSocket::bind("0.0.0.0:0").await?;
//! socket.connect("example.org:5684").await?;
//! let session = dtls::connect(config.to("example.org")?, socket).await?; // peer verified
//! let (mut reader, mut writer) = session.into_split();
//! let answer = tokio::spawn(async move {
//!     let mut buf = [0; 2048];
//!     reader.recv(&mut buf).await.map(|length| buf[..length].to_vec())
//! });
//! writer.send(b"one datagram").await?;
//! println!("{:?}", answer.await??); // another
//! writer.close_notify().await?;
//! # Ok(()) }
//! ```
//!
//! What [differs from byte streams](crate::dtls) is the same as without tasks: one send is one datagram, and the side that is
//! done first must go on receiving, for its last flight may be lost. The timers of the handshake are tokio's, so this needs a
//! runtime that has time; afterwards there are none. A dropped [`connect`] or [`accept`] drops the socket; what a dropped
//! receive or send has done is said at [`recv`](DtlsStream::recv) and [`send`](DtlsStream::send).
//!
//! Servers have a [`DtlsListener`]: many clients on one socket, each with a cookie first and a task of its own.

mod listener;
mod peer;
mod reader;
mod room;

pub use listener::{DtlsListener, Incoming};
pub use peer::DtlsPeer;

use std::future::{Future, poll_fn};
use std::io;
use std::pin::{Pin, pin};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use ::tokio::io::ReadBuf;
use ::tokio::net::UdpSocket;
use ::tokio::time::{Instant, sleep};

use crate::dtls::Prestate;
use crate::error::Result;
use crate::session::{Connect, ServerConfig};
use crate::task::{self, Handshake};
pub use crate::task::{AsyncDatagram, Datagrams};
use crate::transport::Datagram;

/// An established session over the datagrams `IO`.
pub type DtlsStream<IO> = task::TlsStream<Datagram<IO>, Datagrams>;
/// The receiving half of a [`DtlsStream`].
pub type DtlsReadHalf<IO> = task::ReadHalf<Datagram<IO>, Datagrams>;
/// The sending half of a [`DtlsStream`].
pub type DtlsWriteHalf<IO> = task::WriteHalf<Datagram<IO>, Datagrams>;

/// Does the handshake with a server: [`ClientConfig::to`](crate::ClientConfig::to) says with which.
///
/// # Errors
/// As [`ClientConfig::connect_datagram`](crate::ClientConfig::connect_datagram).
#[doc(alias = "gnutls_handshake")]
pub async fn connect<IO: AsyncDatagram + Unpin>(to: Connect, io: IO) -> Result<DtlsStream<IO>> {
    finish(task::start(to.prepare_datagram(), Datagram::new(io))).await
}

/// Does the handshake with the client that `io` is connected to, and whose address is its own: who sends one datagram under
/// another's makes this answer there with many. [`accept_from`] is for clients that have shown a cookie.
///
/// # Errors
/// As [`ServerConfig::accept_datagram`].
#[doc(alias = "gnutls_handshake")]
pub async fn accept<IO: AsyncDatagram + Unpin>(config: &ServerConfig, io: IO) -> Result<DtlsStream<IO>> {
    finish(task::start(config.prepare_datagram(None), Datagram::new(io))).await
}

/// [`accept`] of a client that has shown its [cookie](crate::dtls::CookieKey). The datagram with the cookie must be the first
/// that `io` gives.
///
/// # Errors
/// As there.
#[doc(alias = "gnutls_dtls_prestate_set")]
pub async fn accept_from<IO: AsyncDatagram + Unpin>(
    config: &ServerConfig,
    from: Prestate,
    io: IO,
) -> Result<DtlsStream<IO>> {
    finish(task::start(config.prepare_datagram(Some(from)), Datagram::new(io))).await
}

/// Polls a handshake when datagrams come, and when its timer runs out.
async fn finish<IO: AsyncDatagram + Unpin>(handshake: Handshake<Datagram<IO>, Datagrams>) -> Result<DtlsStream<IO>> {
    let mut handshake = handshake.into_fallible();
    let mut timer = pin!(sleep(Duration::ZERO));
    poll_fn(|cx| {
        loop {
            if let Poll::Ready(done) = Pin::new(&mut handshake).poll(cx) {
                return Poll::Ready(done.map_err(|(error, _)| error));
            }
            let Some(due) = handshake.due() else { return Poll::Pending };
            timer.as_mut().reset(Instant::now() + due);
            ready!(timer.as_mut().poll(cx));
        }
    })
    .await
}

impl AsyncDatagram for UdpSocket {
    fn poll_recv(&self, cx: &mut Context<'_>, buf: &mut [u8]) -> Poll<io::Result<usize>> {
        let mut buf = ReadBuf::new(buf);
        ready!(UdpSocket::poll_recv(self, cx, &mut buf))?;
        Poll::Ready(Ok(buf.filled().len()))
    }

    fn poll_send(&self, cx: &mut Context<'_>, datagram: &[u8]) -> Poll<io::Result<()>> {
        room::poll_send_alone(cx, || self.try_send(datagram), |cx| self.poll_send_ready(cx)).map_ok(drop)
    }
}
