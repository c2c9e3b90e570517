//! Our side: configurations, sessions that do not wait for ever, and a server for the tools to connect to.

use std::io::{self, BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::os::fd::AsFd;

use gnutls::{
    ClientConfig, ClientConfigBuilder, Error, ErrorKind, Priority, Protocol, ServerConfig, ServerConfigBuilder, Session,
};
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};

use crate::WATCHDOG;
use crate::common::{HOST, pki};
use crate::process::Tool;
use crate::servers::Peer;

pub(crate) type Tls = Session<TcpStream>;

/// The versions that are tested, with our priorities for them.
pub(crate) const VERSIONS: [(Protocol, &str); 2] = [(Protocol::TLS1_2, TLS12), (Protocol::TLS1_3, TLS13)];
pub(crate) const TLS12: &str = "NORMAL:-VERS-ALL:+VERS-TLS1.2";
pub(crate) const TLS13: &str = "NORMAL:-VERS-ALL:+VERS-TLS1.3";

/// A client that trusts the usual authority.
pub(crate) fn client(priority: &str) -> ClientConfigBuilder {
    let builder = ClientConfig::builder().with_trust(std::slice::from_ref(&pki().ca)).expect("trust");
    builder.priority(Priority::new(priority).expect("a priority")).handshake_timeout(WATCHDOG)
}

/// A server with the usual identity.
pub(crate) fn server(priority: &str) -> ServerConfigBuilder {
    let builder = ServerConfig::builder().with_identity(pki().server.clone()).expect("an identity");
    builder.priority(Priority::new(priority).expect("a priority")).handshake_timeout(WATCHDOG)
}

/// A session with the usual host over `tcp`.
pub(crate) fn connect(config: &ClientConfig, tcp: TcpStream) -> Tls {
    patient(config.connect(HOST, tcp).expect("our handshake"))
}

/// The same session, with a limit to every wait.
pub(crate) fn patient(session: Tls) -> Tls {
    session.set_read_timeout(Some(WATCHDOG));
    session.set_write_timeout(Some(WATCHDOG));
    session
}

/// Sends a line and checks the answer.
pub(crate) fn talk(session: &Tls, peer: Peer) {
    let line = "0123 hello";
    writeln!(&*session, "{line}").expect("writing a line");
    assert_eq!(read_line(session).expect("an answer"), format!("{}\n", peer.answer(line)));
}

/// Checks that `read` came to the end of what `peer` had to say: with its close_notify, if it sends one.
pub(crate) fn assert_end(peer: Peer, read: io::Result<usize>) {
    match read {
        Ok(length) => assert_eq!(length, 0, "{peer:?}"),
        Err(error) => assert!(peer.is_lax() && inner(&error).kind() == ErrorKind::Truncated, "{peer:?}: {error}"),
    }
}

/// The next line, of a peer that says nothing after it until asked.
pub(crate) fn read_line(session: &Tls) -> io::Result<String> {
    let mut line = String::new();
    BufReader::with_capacity(1, session).read_line(&mut line)?;
    Ok(line)
}

/// The crate's error inside of `error`.
pub(crate) fn inner(error: &io::Error) -> Error {
    error.get_ref().and_then(|inner| inner.downcast_ref::<Error>()).expect("an error of the crate inside").clone()
}

/// A port for the tools' clients to connect to.
pub(crate) struct Port(TcpListener);

impl Port {
    pub(crate) fn new() -> Port {
        Port(TcpListener::bind("127.0.0.1:0").expect("a port"))
    }

    pub(crate) fn number(&self) -> u16 {
        self.0.local_addr().expect("an address").port()
    }

    /// A connection to here that says nothing by itself.
    pub(crate) fn plain(&self) -> TcpStream {
        TcpStream::connect(("127.0.0.1", self.number())).expect("we listen")
    }

    /// The next connection.
    pub(crate) fn tcp(&self) -> TcpStream {
        let patience = PollTimeout::try_from(WATCHDOG).expect("fits");
        let mut wait = [PollFd::new(self.0.as_fd(), PollFlags::POLLIN)];
        assert_eq!(poll(&mut wait, patience).expect("polling"), 1, "nobody connects");
        self.0.accept().expect("a connection").0
    }

    /// The next session.
    pub(crate) fn accept(&self, config: &ServerConfig) -> Tls {
        patient(config.accept(self.tcp()).expect("our handshake"))
    }

    /// `gnutls-cli`, on its way here. `args` can name another host to verify.
    pub(crate) fn gnutls_cli(&self, ca: &str, args: &[&str]) -> Tool {
        let port = self.number().to_string();
        let own = ["--port", &port, "--x509cafile", ca, "--verify-hostname", HOST];
        Tool::start(&["gnutls-cli"], &[&own, args, &["127.0.0.1"]].concat())
    }

    /// `openssl s_client`, on its way here.
    pub(crate) fn openssl_client(&self, ca: &str, args: &[&str]) -> Tool {
        let address = format!("127.0.0.1:{}", self.number());
        let own = ["-connect", &address, "-CAfile", ca, "-verify_return_error", "-verify_hostname", HOST];
        Tool::start(&["openssl", "s_client"], &[&own, args].concat())
    }

    /// The client of `peer`'s family, on its way here.
    pub(crate) fn client_of(&self, peer: Peer, ca: &str, args: &[&str]) -> Tool {
        match peer {
            Peer::GnuTls => self.gnutls_cli(ca, &[peer.verbose(), args].concat()),
            Peer::OpenSsl => self.openssl_client(ca, args),
        }
    }
}
