//! A session after its handshake, in one piece.

mod alerts;
#[cfg(feature = "dane")]
mod dane;
mod dh;
mod export;
mod extensions;
mod facts;
mod own;
mod padded;
mod peer;
mod raw_keys;
mod staple;

use std::fmt;
use std::fs::File;
use std::io::IoSlice;
use std::sync::Arc;
use std::time::Duration;

use super::halves::{ReadHalf, WriteHalf};
use super::shared::Shared;
use crate::algorithm::{Cipher, CredentialsType, Group, Protocol, SignatureScheme};
use crate::duplex::interest::Interest;
use crate::engine::{Counters, Info, Packet};
use crate::error::Result;
use crate::resumption::SessionData;
use crate::transport::{Transport, Wait};
use crate::x509::Certificate;

/// An established session over the transport `T`.
///
/// Any number of threads may use it at once. One that receives and one that sends run in parallel, decryption beside
/// encryption; only a change of keys makes one wait for the other, for microseconds. (Two that read with `Read` take
/// turns. Two that receive, one waiting and one polling, can take bytes that the other was woken for: let one do it.)
///
/// There are two ways to use it:
///
/// * **Waiting**: [`Read`](std::io::Read) and [`Write`](std::io::Write), for the session, for `&Session`, and for the
///   owned halves of [`into_split`](Session::into_split). They wait for the transport as needed. A write has reached
///   the transport when it returns.
/// * **Polling**: [`recv`](Session::recv), [`send`](Session::send) and the calls with `try_` in their names never wait, and
///   [`interest`](Session::interest) says what to wait for.
///
/// # Examples
/// One thread, poll(2), both directions:
/// ```no_run
/// # use std::os::fd::AsFd;
/// # use nix::poll::{PollFd, poll};
/// # struct Out; impl Out { fn pending(&self) -> &[u8] { &[] } fn advance(&mut self, _: usize) {} }
/// # fn take(_: &[u8]) {}
/// # fn f(session: gnutls::Session<std::net::TcpStream>, mut out: Out) -> Result<(), Box<dyn std::error::Error>> {
/// let mut buf = [0; 16 * 1024];
/// loop {
///     let want = session.interest();
///     if !want.ready_now() {
///         poll(&mut [PollFd::new(session.get_ref().as_fd(), want.poll_flags())], want.timeout())?;
///     }
///     match session.recv(&mut buf) {
///         Ok(0) => break,
///         Ok(n) => take(&buf[..n]),
///         Err(e) if e.would_block() => {}
///         Err(e) => return Err(e.into()),
///     }
///     match session.send(out.pending()) {
///         Ok(n) => out.advance(n),
///         Err(e) if e.would_block() => {}
///         Err(e) => return Err(e.into()),
///     }
/// }
/// # Ok(())
/// # }
/// ```
#[doc(alias = "gnutls_session_t")]
#[doc(alias = "gnutls_init")]
#[doc(alias = "gnutls_deinit")]
#[doc(alias = "gnutls_credentials_clear")]
pub struct Session<T> {
    pub(crate) shared: Arc<Shared<T>>,
}

/// Whether a key update asks the peer for its own (`KeyUpdateRequest` of RFC 8446, section 4.6.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyUpdateRequest {
    /// Only our sending keys change.
    NotRequested,
    /// The peer is asked to change its own as well. A GnuTLS peer that asks at the same moment ends the session
    /// (`illegal_parameter`): let one side ask.
    Requested,
}

impl<T: Transport> Session<T> {
    pub(super) fn new(shared: Arc<Shared<T>>) -> Session<T> {
        Session { shared }
    }

    /// Receives what is there into `buf`: the number of bytes, or 0 once the peer has closed its side. Never waits.
    ///
    /// # Errors
    /// [`would_block`](crate::Error::would_block) if nothing is there yet: wait for
    /// [`recv_interest`](Session::recv_interest). [`Truncated`](crate::ErrorKind::Truncated) if the transport ended
    /// without the peer's close_notify. Any other error ends the session; the peer has been sent the alert that fits.
    #[doc(alias = "gnutls_record_recv")]
    pub fn recv(&self, buf: &mut [u8]) -> Result<usize> {
        self.shared.engine.recv(&self.shared.io, buf)
    }

    /// Receives a record, or what an earlier call left of it, in the memory that GnuTLS decrypted it into: a copy less
    /// than [`recv`](Session::recv). `None` once the peer has closed its side. Never waits.
    ///
    /// # Errors
    /// As [`recv`](Session::recv).
    #[doc(alias = "gnutls_record_recv_packet")]
    pub fn recv_packet(&self) -> Result<Option<Packet>> {
        self.shared.engine.recv_packet(&self.shared.io)
    }

    /// Takes from `buf` what there is room for, encrypts it and offers it to the transport: the number of bytes taken.
    /// Never waits. What is taken is on its way: the next call may pass other bytes. Taking less than all means that
    /// the transport is full; [`send_interest`](Session::send_interest) waits for the rest. An empty `buf` offers
    /// the transport what is left over.
    ///
    /// # Errors
    /// [`would_block`](crate::Error::would_block) if nothing was taken. [`Closed`](crate::ErrorKind::Closed) after
    /// [`close`](Session::close). An error of the transport ends this direction; any other the session.
    #[doc(alias = "gnutls_record_send")]
    pub fn send(&self, buf: &[u8]) -> Result<usize> {
        self.shared.engine.send(&self.shared.io, &[IoSlice::new(buf)])
    }

    /// [`send`](Session::send) for several slices as one stream: small ones share a record.
    ///
    /// # Errors
    /// As there.
    #[doc(alias = "gnutls_record_send")]
    pub fn send_vectored(&self, bufs: &[IoSlice<'_>]) -> Result<usize> {
        self.shared.engine.send(&self.shared.io, bufs)
    }

    /// Sends up to `count` bytes of a regular file, from where it stands: how many there was room for, 0 at its end.
    /// Never waits for the peer; [`write_file`](Session::write_file) does.
    ///
    /// # Errors
    /// As [`send`](Session::send); [`InvalidInput`](crate::ErrorKind::InvalidInput) if the file is not a regular one or
    /// cannot be read, which leaves the session as it was.
    #[doc(alias = "gnutls_record_send_file")]
    pub fn send_file(&self, file: &File, count: usize) -> Result<usize> {
        self.shared.engine.send_file(&self.shared.io, file, count)
    }

    /// From here on what is sent is gathered, to leave in full records (16384 bytes), until
    /// [`uncork`](Session::uncork) or [`close`](Session::close) sends the rest.
    ///
    /// # Errors
    /// [`Misuse`](crate::ErrorKind::Misuse) inside a callback of this session.
    #[doc(alias = "gnutls_record_cork")]
    pub fn cork(&self) -> Result<()> {
        self.shared.engine.cork()
    }

    /// [`uncork`](Session::uncork) that never waits: true once everything has reached the transport. False: call again
    /// when [`send_interest`](Session::send_interest) says so.
    ///
    /// # Errors
    /// As [`send`](Session::send).
    #[doc(alias = "gnutls_record_uncork")]
    pub fn try_uncork(&self) -> Result<bool> {
        self.shared.engine.uncork(&self.shared.io)
    }

    /// How many bytes [`cork`](Session::cork) has gathered: less than a full record.
    #[doc(alias = "gnutls_record_check_corked")]
    pub fn corked(&self) -> usize {
        self.shared.engine.corked()
    }

    /// Offers the transport what is left over of earlier calls: true if nothing is left. Never waits.
    ///
    /// # Errors
    /// Those of the transport.
    pub fn try_flush(&self) -> Result<bool> {
        self.shared.engine.flush(&self.shared.io)
    }

    /// [`close`](Session::close) that never waits: true once close_notify has reached the transport, with everything
    /// before it. Until then [`send_interest`](Session::send_interest) says what to wait for.
    ///
    /// # Errors
    /// As [`send`](Session::send).
    #[doc(alias = "gnutls_bye")]
    pub fn try_close(&self) -> Result<bool> {
        self.shared.engine.close(&self.shared.io)
    }

    /// [`update_keys`](Session::update_keys) that never waits.
    ///
    /// # Errors
    /// [`would_block`](crate::Error::would_block) if the transport is too far behind; otherwise as there.
    #[doc(alias = "gnutls_session_key_update")]
    pub fn try_update_keys(&self, request: KeyUpdateRequest) -> Result<()> {
        self.shared.engine.update_keys(&self.shared.io, request == KeyUpdateRequest::Requested)
    }

    /// What both directions wait for, combined.
    ///
    /// A direction says that it is [ready now](Interest::ready_now) until a call on it has found the opposite, so a
    /// loop that calls [`recv`](Session::recv) and [`send`](Session::send) after each wait is right by construction.
    /// (A program that only sends waits for [`send_interest`](Session::send_interest).)
    #[doc(alias = "gnutls_record_get_direction")]
    pub fn interest(&self) -> Interest {
        self.recv_interest() | self.send_interest()
    }

    /// What the next receive waits for.
    pub fn recv_interest(&self) -> Interest {
        self.shared.engine.recv_interest()
    }

    /// What the next send or flush waits for; nothing if the last one left nothing over.
    pub fn send_interest(&self) -> Interest {
        self.shared.engine.send_interest()
    }

    /// Decrypted bytes that wait for [`recv`](Session::recv). No substitute for [`interest`](Session::interest):
    /// bytes can also wait undecrypted.
    #[doc(alias = "gnutls_record_check_pending")]
    pub fn pending(&self) -> usize {
        self.shared.engine.pending()
    }

    /// Two halves for two threads.
    pub fn into_split(self) -> (ReadHalf<T>, WriteHalf<T>) {
        (ReadHalf::new(Arc::clone(&self.shared)), WriteHalf::new(self.shared))
    }

    /// The transport below.
    #[doc(alias = "gnutls_transport_get_ptr")]
    #[doc(alias = "gnutls_transport_get_ptr2")]
    #[doc(alias = "gnutls_transport_get_int")]
    #[doc(alias = "gnutls_transport_get_int2")]
    pub fn get_ref(&self) -> &T {
        &self.shared.io
    }

    /// Gives the transport back, blocking again if it was before. Nothing is sent: [`close`](Session::close) first.
    /// What was read ahead from it is lost: what the peer says without TLS has to wait for our first word without it.
    pub fn into_inner(self) -> T {
        match Arc::try_unwrap(self.shared) {
            Ok(shared) => shared.into_io(),
            // A session is made of one `Arc`, and halves give it back when they are joined.
            Err(_) => unreachable!("a session in one piece has no other owner"),
        }
    }

    /// Whether the calls of [`Read`](std::io::Read) and [`Write`](std::io::Write) fail with `WouldBlock` instead of
    /// waiting. Default: they wait. The transport itself never blocks, either way.
    pub fn set_nonblocking(&self, nonblocking: bool) {
        self.shared.mode.nonblocking.store(nonblocking, std::sync::atomic::Ordering::Relaxed);
    }

    /// How long a `read` waits at most; it fails with `TimedOut` then, and nothing is lost. `None`: without end.
    #[doc(alias = "gnutls_record_set_timeout")]
    pub fn set_read_timeout(&self, timeout: Option<Duration>) {
        self.shared.mode.read_timeout.set(timeout);
    }

    /// How long a `write`, `flush` or `close` waits at most. A write that has taken bytes by then succeeds; what it
    /// took goes out with the next call. `None`: without end.
    pub fn set_write_timeout(&self, timeout: Option<Duration>) {
        self.shared.mode.write_timeout.set(timeout);
    }

    /// The version of the protocol.
    #[doc(alias = "gnutls_protocol_get_version")]
    pub fn protocol(&self) -> Protocol {
        self.info().protocol
    }

    /// The bulk cipher.
    #[doc(alias = "gnutls_cipher_get")]
    pub fn cipher(&self) -> Cipher {
        self.info().cipher
    }

    /// The group of the key exchange.
    #[doc(alias = "gnutls_group_get")]
    pub fn group(&self) -> Group {
        self.info().group
    }

    /// The algorithm of the server's signature in the handshake.
    #[doc(alias = "gnutls_sign_algorithm_get")]
    pub fn signature(&self) -> SignatureScheme {
        self.info().signature
    }

    /// The application protocol that both sides agreed on (ALPN).
    #[doc(alias = "gnutls_alpn_get_selected_protocol")]
    pub fn alpn(&self) -> Option<&[u8]> {
        self.info().alpn.as_deref()
    }

    /// Whether this session resumed an earlier one.
    #[doc(alias = "gnutls_session_is_resumed")]
    pub fn is_resumed(&self) -> bool {
        self.info().resumed
    }

    /// What the peer proved with who it is, in this session (in its handshake or [since](Session::reauthenticate)) or in the one that it resumes; `None` for a client that
    /// showed nothing, and for anybody in an anonymous session. (Whether a certificate was verified is for the configuration to say.)
    #[doc(alias = "gnutls_auth_get_type")]
    pub fn peer_authentication(&self) -> Option<CredentialsType> {
        self.shared.engine.peer_proof()
    }

    /// What clients prove with who they are in the key exchange of this session, if they do.
    #[doc(alias = "gnutls_auth_client_get_type")]
    pub fn client_credentials(&self) -> CredentialsType {
        self.info().client
    }

    /// What the server proves with who it is in the key exchange of this session.
    #[doc(alias = "gnutls_auth_server_get_type")]
    pub fn server_credentials(&self) -> CredentialsType {
        self.info().server
    }

    /// The identity of the client's [pre-shared key](crate::ServerConfigBuilder::with_psk); on a server.
    #[doc(alias = "gnutls_psk_server_get_username2")]
    pub fn psk_identity(&self) -> Option<&[u8]> {
        self.info().psk_identity()
    }

    /// The [same identity](Session::psk_identity), if it is UTF-8 without NUL bytes.
    #[doc(alias = "gnutls_psk_server_get_username")]
    pub fn psk_name(&self) -> Option<String> {
        self.shared.engine.psk_name()
    }

    /// The server's [hint](crate::ServerConfigBuilder::psk_hint) which pre-shared key to take; on a client (TLS 1.2).
    #[doc(alias = "gnutls_psk_client_get_hint")]
    pub fn psk_hint(&self) -> Option<&[u8]> {
        self.info().psk_hint()
    }

    /// The name of the [user](crate::ServerConfigBuilder::with_srp) who has shown to know its password; on a server. A
    /// resumed session has none.
    #[doc(alias = "gnutls_srp_server_get_username")]
    pub fn srp_username(&self) -> Option<&str> {
        self.info().srp_username()
    }

    /// The server name that the client sent (RFC 6066); on a server.
    #[doc(alias = "gnutls_server_name_get")]
    pub fn server_name(&self) -> Option<String> {
        self.shared.engine.server_name()
    }

    /// The peer's certificate chain, its own first; empty if it showed none.
    ///
    /// # Errors
    /// If GnuTLS cannot read a certificate that it was shown (it reads each in the handshake, so it can).
    #[doc(alias = "gnutls_certificate_get_peers")]
    pub fn peer_certificates(&self) -> Result<Vec<Certificate>> {
        self.shared.engine.peer_certificates()?.iter().map(|der| Certificate::from_peer(der)).collect()
    }

    /// GnuTLS's one-line description, such as `(TLS1.3)-(ECDHE-SECP256R1)-(ECDSA-SECP256R1-SHA256)-(AES-256-GCM)`.
    #[doc(alias = "gnutls_session_get_desc")]
    pub fn description(&self) -> String {
        self.shared.engine.description().unwrap_or_default()
    }

    /// What a client resumes this session with later. In TLS 1.3 a server sends it after the handshake, so it is there
    /// once something has been received; `None` before, and if the server gives none. GnuTLS from 3.8.11 on takes none
    /// that comes after a key update.
    ///
    /// # Errors
    /// If GnuTLS cannot pack it.
    #[doc(alias = "gnutls_session_get_data2")]
    pub fn session_data(&self) -> Result<Option<SessionData>> {
        self.shared.engine.session_data()
    }

    /// The most application data in one record of ours, in bytes.
    #[doc(alias = "gnutls_record_get_max_size")]
    pub fn max_record_size(&self) -> usize {
        self.shared.engine.max_record_size()
    }

    /// What this session has done so far.
    pub fn counters(&self) -> Counters {
        self.shared.counters()
    }

    fn info(&self) -> &Info {
        self.shared.engine.info().expect("a session exists once its handshake is finished")
    }
}

impl<T: Wait> Session<T> {
    /// Ends our sending with close_notify and waits until it has reached the transport. What the peer still sends can
    /// be received; its own close_notify is the `Ok(0)` of a read. Closing twice is once.
    ///
    /// # Errors
    /// As [`send`](Session::send).
    #[doc(alias = "gnutls_bye")]
    pub fn close(&self) -> Result<()> {
        self.shared.close()
    }

    /// Sends what [`cork`](Session::cork) gathered, gathers no longer, and waits until all has reached the transport.
    ///
    /// # Errors
    /// As [`send`](Session::send).
    #[doc(alias = "gnutls_record_uncork")]
    pub fn uncork(&self) -> Result<()> {
        self.shared.uncork()
    }

    /// Sends up to `count` bytes of a regular file, from where it stands, and waits until they have reached the
    /// transport: how many, fewer only if the file ends.
    ///
    /// # Errors
    /// As [`send_file`](Session::send_file). Where the file stands then says how much was taken.
    #[doc(alias = "gnutls_record_send_file")]
    pub fn write_file(&self, file: &File, count: u64) -> Result<u64> {
        self.shared.write_file(file, count)
    }

    /// Changes our sending keys (TLS 1.3), and asks for the peer's if `request` says so. It happens by itself when the
    /// present keys have served their time. Both directions may be in full use.
    ///
    /// A GnuTLS peer that receives more than 8 in a second ends the session.
    ///
    /// # Errors
    /// [`Unsupported`](crate::ErrorKind::Unsupported) before TLS 1.3; otherwise as [`send`](Session::send).
    #[doc(alias = "gnutls_session_key_update")]
    pub fn update_keys(&self, request: KeyUpdateRequest) -> Result<()> {
        self.shared.update_keys(request == KeyUpdateRequest::Requested)
    }
}

impl<T> fmt::Debug for Session<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.shared, f)
    }
}
