//! The tools as servers, listening on ports of their own.

use std::net::{TcpListener, TcpStream};
use std::process::Command;
use std::sync::OnceLock;

use crate::files::Pem;
use crate::process::Tool;

/// A server of someone else's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Peer {
    /// `gnutls-serv --echo`: gives back each line.
    GnuTls,
    /// `openssl s_server -rev`: gives back each line, reversed.
    OpenSsl,
}

pub(crate) const PEERS: [Peer; 2] = [Peer::GnuTls, Peer::OpenSsl];

/// A tool that listens.
pub(crate) struct Server {
    pub(crate) tool: Tool,
    pub(crate) port: u16,
}

impl Server {
    /// A server that answers each line with [`Peer::answer`].
    pub(crate) fn answering(peer: Peer, identity: &Pem, args: &[&str]) -> Server {
        match peer {
            Peer::GnuTls => Server::gnutls(identity, &[&["--echo"], args].concat()),
            Peer::OpenSsl => Server::openssl(identity, &[&["-rev"], args].concat()),
        }
    }

    /// `gnutls-serv`.
    pub(crate) fn gnutls(identity: &Pem, args: &[&str]) -> Server {
        for _ in 0..20 {
            let port = free_port();
            let number = port.to_string();
            let own = ["--port", &number, "--x509certfile", &identity.chain, "--x509keyfile", &identity.key];
            let tool = Tool::start(&["gnutls-serv"], &[&own, args].concat());
            let listening = format!("IPv4 0.0.0.0 port {port}...done\n");
            let printed = tool.stderr.wait_for_any(&[&listening, "() failed"]);
            if printed.ends_with(&listening) {
                return Server { tool, port };
            }
        }
        panic!("every port that was free is taken a moment later");
    }

    /// `openssl s_server`, which finds a port by itself.
    pub(crate) fn openssl(identity: &Pem, args: &[&str]) -> Server {
        const LISTENING: &str = "ACCEPT 127.0.0.1:";
        let own = ["-accept", "127.0.0.1:0", "-cert", &identity.chain, "-key", &identity.key];
        let tool = Tool::start(&["openssl", "s_server"], &[&own, args].concat());
        tool.stdout.wait_for(LISTENING);
        let printed = tool.stdout.so_far();
        let mut rest = printed.split_once(LISTENING).expect("it was printed").1.to_owned();
        while !rest.contains('\n') {
            let more = tool.stdout.after(printed.len());
            rest.push_str(&String::from_utf8_lossy(&more));
        }
        let port = rest.lines().next().and_then(|port| port.trim().parse().ok());
        Server { port: port.unwrap_or_else(|| panic!("no port in {printed}")), tool }
    }

    /// A connection to it.
    pub(crate) fn tcp(&self) -> TcpStream {
        TcpStream::connect(("127.0.0.1", self.port)).expect("it listens")
    }
}

impl Peer {
    /// Whether it is OpenSSL 1.1.1 (Debian 11). Its `s_server` sends no close_notify, lets application protocols differ and
    /// clients renegotiate, and none of its tools complains of an end without close_notify.
    pub(crate) fn is_lax(self) -> bool {
        static LAX: OnceLock<bool> = OnceLock::new();
        let asked = || Command::new("openssl").arg("version").output().expect("openssl is installed").stdout;
        self == Peer::OpenSsl && *LAX.get_or_init(|| asked().starts_with(b"OpenSSL 1."))
    }

    /// What a server makes of `line`, without its end.
    pub(crate) fn answer(self, line: &str) -> String {
        match self {
            Peer::GnuTls => line.to_owned(),
            Peer::OpenSsl => line.chars().rev().collect(),
        }
    }

    /// The arguments that make a server tell which alerts it receives.
    pub(crate) fn verbose(self) -> &'static [&'static str] {
        match self {
            Peer::GnuTls => &["--debug", "5"],
            Peer::OpenSsl => &[],
        }
    }

    /// How a verbose server (or client) says that it received the alert `number`.
    pub(crate) fn alert_text(self, number: u8) -> String {
        match self {
            Peer::GnuTls => format!("Alert[2|{number}]"),
            Peer::OpenSsl => format!("SSL alert number {number}\n"),
        }
    }
}

/// A port that is free now.
fn free_port() -> u16 {
    let listener = TcpListener::bind("0.0.0.0:0").expect("a free port");
    listener.local_addr().expect("an address").port()
}
