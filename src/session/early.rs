//! Early data (0-RTT), as configurations, handshakes and sessions offer them: under names and types of their own.

use std::fmt;
use std::sync::Arc;

use super::{Connect, Handshaking, ServerConfigBuilder, Session};
use crate::engine::{EarlyOutcome, EarlyPolicy};
use crate::error::{Error, ErrorKind, Failure, Result};
use crate::ffi::Wiped;
use crate::global;
use crate::resumption::{AntiReplay, Recorder};
use crate::transport::Transport;

impl Connect {
    /// Sends `bytes` with the first flight, before the server has answered anything, if the session that is
    /// [resumed](Connect::resume) [allows it](crate::SessionData::max_early_data) (TLS 1.3). Without one, or if that allows
    /// less, nothing is sent early. [`Session::early_outcome`] says what became of them, and
    /// [`Session::take_unaccepted_early_data`] gives back what the server has not taken, to be sent like all else.
    ///
    /// **Who captures them can send them to the server again**, and its protection may be weak: they should do no harm when
    /// they are repeated (a GET that changes nothing). They are not of forward secrecy: who gets at the key of the server's
    /// tickets later can read them. And the server has not been verified in this connection when they go out: only who has
    /// the ticket's secret can read them, so they are sent only with session data of a session that *this* configuration has
    /// verified under *this* name.
    ///
    /// If the handshake fails they may have been taken or not. (A server that does not speak TLS 1.3 any more makes it
    /// fail: try again without.)
    ///
    /// # Errors
    /// From [`start`](Connect::start): [`Misuse`](crate::ErrorKind::Misuse) for session data that another configuration
    /// has verified, or of another name, or that have been [bytes](crate::SessionData::from_bytes) in between.
    ///
    /// # Examples
    /// ```no_run
    /// # fn f(config: gnutls::ClientConfig, earlier: gnutls::SessionData) -> Result<(), Box<dyn std::error::Error>> {
    /// use std::io::Write;
    /// use std::net::TcpStream;
    ///
    /// let request = b"GET / HTTP/1.1\r\nHost: example.org\r\n\r\n";
    /// let connect = config.to("example.org")?.resume(&earlier).early_data(request);
    /// let mut session = connect.connect(TcpStream::connect("example.org:443")?)?;
    /// if let Some(bytes) = session.take_unaccepted_early_data() {
    ///     session.write_all(&bytes)?;
    /// }
    /// # Ok(())
    /// # }
    /// ```
    #[doc(alias = "gnutls_record_send_early_data")]
    #[doc(alias = "gnutls_record_get_max_early_data_size")]
    #[must_use]
    pub fn early_data(mut self, bytes: &[u8]) -> Connect {
        self.resume.early = Some(Arc::new(Wiped::new(bytes.to_vec())));
        self
    }
}

impl ServerConfigBuilder {
    /// Takes early data (0-RTT) of clients that resume a session, up to `most` bytes each (TLS 1.3); more of them is an error
    /// of the client's. `anti_replay` tells repeated ones from new ones. Default: they are ignored; clients send them again
    /// after the handshake.
    ///
    /// They are no part of what is read: [`Session::early_data`] has them. Servers with the same
    /// [ticket key](ServerConfigBuilder::ticket_key) must share what they remember; the manual says
    /// [what is safe](crate::manual::resumption_across_machines). `most` of 0 takes none. Needs GnuTLS 3.7.2.
    ///
    /// # Examples
    /// ```no_run
    /// # fn f(io: std::net::TcpStream) -> Result<(), Box<dyn std::error::Error>> {
    /// use gnutls::{AntiReplay, Identity, ServerConfig};
    ///
    /// let config = ServerConfig::builder()
    ///     .with_identity(Identity::from_files("server.pem", "server.key")?)?
    ///     .early_data(16384, AntiReplay::in_this_process(100_000))
    ///     .build()?;
    /// let session = config.accept(io)?;
    /// if let Some(early) = session.early_data() {
    ///     println!("{} bytes came early", early.replayable().len());
    /// }
    /// # Ok(())
    /// # }
    /// ```
    #[doc(alias = "gnutls_anti_replay_enable")]
    #[doc(alias = "gnutls_record_set_max_early_data_size")]
    #[must_use]
    pub fn early_data(mut self, most: u32, anti_replay: AntiReplay) -> Self {
        self.early = Some((most, anti_replay)).filter(|_| most > 0);
        self
    }
}

/// How a server takes early data, if what it says fits its tickets.
pub(super) fn early_policy(early: (u32, AntiReplay), tickets: bool, key_is_given: bool) -> Result<EarlyPolicy> {
    const DOING: &str = "taking early data";
    let (most, anti_replay) = early;
    if !global::is_at_least(c"3.7.2") {
        let why =
            "GnuTLS before 3.7.2 takes them for granted, also from a client whose ticket it cannot read, and crashes";
        return Err(Failure::new(ErrorKind::Unsupported, DOING).detail(why).into());
    }
    let why = match () {
        () if !tickets => "early data come with tickets only, and this server gives out none",
        () if key_is_given && !anti_replay.is_shared() => {
            "another server that has this ticket key would take the same early data again; all of them must share a \
             store: AntiReplay::shared()"
        }
        () => return Ok(EarlyPolicy { most, recorder: Arc::new(Recorder::new(&anti_replay)?) }),
    };
    Err(Error::misuse(DOING, why))
}

/// Early data that a server has received. They are kept apart from what is [read](crate::Session::recv).
///
/// Those of a [`Handshaking`] may be a repetition that was not recognised: nobody has shown that they are there. Once the
/// handshake is finished its client has, and those of the [`Session`] are its own; but it may have sent them to another
/// server before, if somebody kept that one's answer from it.
pub struct EarlyData(Vec<u8>);

impl EarlyData {
    /// The bytes: to be acted on only where a repetition does no harm.
    pub fn replayable(&self) -> &[u8] {
        &self.0
    }

    /// The same, to keep.
    pub fn into_replayable(self) -> Vec<u8> {
        self.0
    }

    fn new(bytes: Vec<u8>) -> Option<EarlyData> {
        (!bytes.is_empty()).then_some(EarlyData(bytes))
    }
}

impl fmt::Debug for EarlyData {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "EarlyData({} bytes)", self.0.len())
    }
}

impl<T: Transport> Handshaking<T> {
    /// The early data that have come since the last call; on a server. Work on them can begin before the handshake is
    /// finished, and the answer goes out after it. What is not taken here is the [session's](Session::early_data).
    #[doc(alias = "gnutls_record_recv_early_data")]
    pub fn early_data(&mut self) -> Option<EarlyData> {
        EarlyData::new(self.shared.engine.early_received())
    }
}

/// What holds while early data are on their way: on a client once the first step has been made, on a server once the
/// ClientHello has come, on both until the server has all of them.
#[cfg(gnutls_3_7_2)]
impl<T: Transport> Handshaking<T> {
    /// The cipher of early data.
    #[doc(alias = "gnutls_early_cipher_get")]
    pub fn early_cipher(&self) -> Option<crate::algorithm::Cipher> {
        self.shared.engine.early_algorithms().map(|(cipher, _)| cipher)
    }

    /// The hash that the keys of early data are derived with.
    #[doc(alias = "gnutls_early_prf_hash_get")]
    pub fn early_hash(&self) -> Option<crate::algorithm::Digest> {
        self.shared.engine.early_algorithms().map(|(_, hash)| hash)
    }

    /// `length` bytes that both sides can derive for `label` and `context`, and nobody else (the early exporter; RFC 8446,
    /// section 7.5). As with early data, a repetition gives the same.
    ///
    /// # Errors
    /// [`Misuse`](crate::ErrorKind::Misuse) if no early data are on their way,
    /// [`InvalidInput`](crate::ErrorKind::InvalidInput) for a label of more than 63 bytes or a length of more than 8160.
    #[doc(alias = "gnutls_prf_early")]
    pub fn early_exporter(&self, label: &str, context: &[u8], length: usize) -> Result<crate::secret::SecretBytes> {
        Ok(self.shared.engine.early_exporter(label, context, length)?.into())
    }
}

impl<T: Transport> Session<T> {
    /// The early data of the client that nobody has taken yet, in one piece; on a server that
    /// [takes them](ServerConfigBuilder::early_data).
    #[doc(alias = "gnutls_record_recv_early_data")]
    pub fn early_data(&self) -> Option<EarlyData> {
        EarlyData::new(self.shared.engine.early_received())
    }

    /// What became of the [early data](Connect::early_data) of this client; `None` if it had none.
    #[doc(alias = "gnutls_session_get_flags")]
    pub fn early_outcome(&self) -> Option<EarlyOutcome> {
        self.shared.engine.early_outcome()
    }

    /// Gives the [early data](Connect::early_data) of this client back, once, if the server has not taken them: they are to
    /// be sent like all else.
    pub fn take_unaccepted_early_data(&self) -> Option<Vec<u8>> {
        self.shared.engine.early_unaccepted().map(|bytes| bytes.to_vec())
    }
}
