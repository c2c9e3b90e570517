//! DTLS: sessions over datagrams (RFC 6347), such as UDP.
//!
//! The configurations are those of TLS, and so is the session: [`DtlsSession`] is a [`Session`](crate::Session) that two
//! threads use at once. What differs follows from datagrams, which arrive whole or not at all, in any order, once or more.
//!
//! ```no_run
//! use std::io::{Read, Write};
//! use std::net::UdpSocket;
//! use gnutls::ClientConfig;
//!
//! let socket = UdpSocket::bind("0.0.0.0:0")?;
//! socket.connect("example.org:5684")?;
//! let config = ClientConfig::builder().with_system_trust()?.build()?;
//! let mut session = config.connect_datagram("example.org", socket)?; // peer verified
//! session.write_all(b"one datagram")?;
//! let mut buf = [0; 2048];
//! let length = session.read(&mut buf)?; // another
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # What a session does with datagrams
//!
//! * **One send, one datagram.** Nothing is cut or joined. What is larger than [`data_mtu`](DtlsSession::data_mtu) is an error
//!   that sends nothing; what the transport refuses for its size (`EMSGSIZE`) as well, and the MTU is lowered to what fits.
//!   Linux cuts up datagrams of UDP that are larger than the path takes, and loses them if one piece is lost, unless the
//!   program sets `IP_MTU_DISCOVER` (`IPV6_MTU_DISCOVER`) to `IP_PMTUDISC_DO`; then it refuses them, and says what fits.
//! * **One receive, one record**, with [its number](DtlsSession::recv_numbered). A record that comes twice is given once. What
//!   is damaged, forged or too old is dropped and [counted](DtlsSession::discarded), and nobody is told.
//! * **The handshake has timers.** A flight without an answer is sent again, first
//!   [after a second](crate::ClientConfigBuilder::retransmit_after). The calls that wait know; a poll loop finds the time
//!   in [`Interest::timeout`](crate::Interest::timeout), and must call [`advance`](crate::Handshaking::advance) then.
//! * **The last flight may be lost.** The side that sent it is done, and sends it again when the peer's comes once more: from
//!   within a receive. So receive even if nothing is expected.
//! * **No error of the transport ends it.** An ICMP message, which anybody may have sent, is told once as an error, and the next
//!   call goes on. Only the peer's authenticated records, and we, can end a session after its handshake. Who has Linux keep such
//!   messages (`IP_RECVERR`) should read them (`MSG_ERRQUEUE`): while one is there poll(2) returns at once. The calls that wait
//!   look once in a millisecond then.
//!
//! * **A handshake can be disturbed.** Its first messages are not authenticated: who can send datagrams under the peer's address
//!   can make it fail (an alert in the clear, a record with a number far ahead), but not make it end well with anybody else.
//!
//! # Both directions at once
//!
//! In DTLS 1.2 keys never change, so receiving and sending share nothing once the handshake is over; but it is over late. The
//! side that sent the last flight keeps it, and the old keys, until the peer's first data, and GnuTLS drops both in the
//! middle of a receive. Until then a receive has the session to itself; afterwards the two directions run in parallel.
//!
//! # Servers
//!
//! A [`DtlsListener`] has the sessions of many clients on one socket. Who sends its first datagram is asked for a cookie, so that
//! nothing is kept of somebody who does not receive at that address, and nobody gets more than he sends. A client that
//! restarts at the same port is let in again, and its old session ends when the new handshake is done. A program with its
//! own way to tell clients apart uses [`CookieKey`] and [`ServerConfig::start_datagram_from`](crate::ServerConfig::start_datagram_from).
//!
//! # Tasks
//!
//! `gnutls::tokio::dtls` (feature `tokio`) connects and accepts over a connected socket of tokio, with the timers of its runtime; its
//! `DtlsListener` has many clients on one socket, each in a task of its own.
//!
//! # SRTP
//!
//! With [`srtp_profiles`](crate::ClientConfigBuilder::srtp_profiles) of both sides the handshake agrees on the keys of a media
//! stream (RFC 5764), which [`srtp_keys`](DtlsSession::srtp_keys) has. Such sessions are not resumed.
//!
//! # Not offered
//!
//! GnuTLS has no DTLS 1.3 and no connection ids.

pub(crate) mod clients;
pub(crate) mod hearsay;
pub(crate) mod listener;
mod peer;
mod places;
pub(crate) mod waiting;

pub use crate::algorithm::SrtpProfile;
pub use crate::cookie::{Cookie, CookieKey, Prestate};
pub use crate::engine::SrtpKeys;
pub use crate::session::DtlsSession;
pub use crate::transport::{Datagram, DatagramTransport, DatagramWait};
pub use listener::{DtlsListener, Event, Incoming};
pub use peer::DtlsPeer;
