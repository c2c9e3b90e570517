//! The programs: ours and those of GnuTLS and OpenSSL, as servers that listen and as clients that have talked.

use std::net::{Ipv4Addr, TcpListener};
use std::os::fd::{AsRawFd, OwnedFd};
use std::process::Command;

use nix::sys::socket::{AddressFamily, SockFlag, SockType, SockaddrIn, bind, getsockname, socket};

use crate::examples::example;
use crate::files::{A, Files};
use crate::process::{Finished, Process, run};

/// A server that listens at `port` of 127.0.0.1.
pub(crate) struct Server {
    pub(crate) process: Process,
    pub(crate) port: u16,
}

/// Which server.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Serv {
    Ours,
    Gnutls,
}

/// Which client.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Cli {
    Ours,
    Gnutls,
}

impl Serv {
    /// Starts it as `a.example` with more options.
    pub(crate) fn start(self, files: &Files, options: &[&str]) -> Server {
        let identity = files.identities(&["a"]);
        self.start_with(&identity.iter().map(String::as_str).chain(options.iter().copied()).collect::<Vec<_>>())
    }

    /// Starts it with these options alone.
    pub(crate) fn start_with(self, options: &[&str]) -> Server {
        self.start_in(options, |command| command)
    }

    /// Starts it with these options alone, in the environment that is given to its command.
    pub(crate) fn start_in(self, options: &[&str], environment: impl Fn(&mut Command) -> &mut Command) -> Server {
        match self {
            Serv::Ours => ours(options, environment),
            Serv::Gnutls => gnutls_serv(options, environment),
        }
    }
}

fn ours(options: &[&str], environment: impl Fn(&mut Command) -> &mut Command) -> Server {
    let process = Process::start(environment(Command::new(example("server")).args(["--port", "0"]).args(options)));
    let port = process.wait_for_rest("listening on IPv4 0.0.0.0 port ");
    let port = port.trim_end_matches("...done").parse().expect("a port");
    Server { process, port }
}

/// gnutls-serv cannot be asked for any free port: it gets one that was free a moment ago, and another if it is not now.
fn gnutls_serv(options: &[&str], environment: impl Fn(&mut Command) -> &mut Command) -> Server {
    for _ in 0..10 {
        let free = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).and_then(|free| free.local_addr()).expect("a free port");
        let port = free.port();
        let mut command = Command::new("gnutls-serv");
        let process = Process::start(environment(command.args(["--port", &port.to_string()]).args(options)));
        // A port may be free in IPv6 and not here.
        let here = format!("IPv4 0.0.0.0 port {port}...done\n");
        if process.wait_for_any(&[&here, "bind() failed"]).contains(&here) {
            return Server { process, port };
        }
    }
    panic!("gnutls-serv finds no free port");
}

/// `openssl s_server` as `a.example` with more options.
pub(crate) fn openssl_server(files: &Files, options: &[&str]) -> Server {
    let mut command = Command::new("openssl");
    command.args(["s_server", "-accept", "127.0.0.1:0", "-cert", &files.path("a.pem"), "-key", &files.path("a.key")]);
    let process = Process::start(command.args(options));
    let port = process.wait_for_rest("ACCEPT 127.0.0.1:").parse().expect("a port");
    Server { process, port }
}

/// An address that nobody listens at, and that nobody else gets while the socket lives.
pub(crate) fn unheard() -> (OwnedFd, SockaddrIn) {
    let held = socket(AddressFamily::Inet, SockType::Stream, SockFlag::SOCK_CLOEXEC, None).expect("a socket");
    bind(held.as_raw_fd(), &SockaddrIn::new(127, 0, 0, 1, 0)).expect("a port");
    let address = getsockname(held.as_raw_fd()).expect("an address");
    (held, address)
}

impl Cli {
    /// The command that connects to `a.example` at `port`, trusting the authority.
    pub(crate) fn command(self, files: &Files, port: u16) -> Command {
        let mut command = self.plain(port);
        command.args([&files.trust(), "--sni-hostname", A, "--verify-hostname", A]);
        command
    }

    /// The command that connects to `port`.
    pub(crate) fn plain(self, port: u16) -> Command {
        let mut command = match self {
            Cli::Ours => Command::new(example("client")),
            Cli::Gnutls => Command::new("gnutls-cli"),
        };
        command.args(["127.0.0.1", "--port", &port.to_string()]);
        command
    }

    /// Connects with more options, sends `input`, hears the server out.
    pub(crate) fn talk(self, files: &Files, port: u16, options: &[&str], input: &str) -> Finished {
        run(self.command(files, port).args(options), input.as_bytes())
    }
}

/// `openssl s_client` that connects to `host` at `port`, verifies that name, and ends with its stdin.
pub(crate) fn openssl_client(files: &Files, port: u16, host: &str, options: &[&str]) -> Process {
    let mut command = Command::new("openssl");
    command.args(["s_client", "-connect", &format!("127.0.0.1:{port}"), "-CAfile", &files.path("ca.pem")]);
    command.args(["-servername", host, "-verify_hostname", host, "-verify_return_error"]);
    // Releases of openssl write names in forms of their own unless they are told one.
    command.args(["-nameopt", "RFC2253"]);
    Process::start(command.args(options))
}
