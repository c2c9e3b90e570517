//! The other side of a cell: a tool with pipes, or a thread of ours that gives back what it receives.

use std::io::{self, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::os::fd::AsFd;
use std::sync::{Arc, Mutex, mpsc};
use std::thread::{self, JoinHandle};

use gnutls::dtls::Incoming;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};

use crate::WATCHDOG;
use crate::common;
use crate::process::Tool;
use crate::servers::Server;
use crate::tries::Trouble;

/// What a side in this process does with a connection, to its end.
pub(crate) type Inside = Arc<dyn Fn(TcpStream) -> Result<(), String> + Send + Sync>;

/// Who our side talks to.
pub(crate) struct Other {
    pub(crate) kind: Kind,
    /// It gives back what it receives. Otherwise its standard streams are the other end.
    pub(crate) echoes: bool,
    /// The command that makes one like it.
    pub(crate) command: String,
}

pub(crate) enum Kind {
    /// A tool that listens.
    Serv(Server),
    /// A tool that connects to here.
    Cli(Tool, Listener),
    Inside(Inside, Mutex<Vec<JoinHandle<Result<(), String>>>>),
}

/// Where our side waits for a tool.
pub(crate) enum Listener {
    Tcp(TcpListener),
    /// Clients that have shown that their address is their own.
    Udp(mpsc::Receiver<Incoming>),
}

impl Other {
    /// The next connection with it.
    pub(crate) fn tcp(&self) -> io::Result<TcpStream> {
        match &self.kind {
            Kind::Serv(server) => TcpStream::connect(("127.0.0.1", server.port)),
            Kind::Cli(_, Listener::Tcp(listener)) => accept(listener),
            Kind::Cli(_, Listener::Udp(_)) => Err(io::ErrorKind::Unsupported.into()),
            Kind::Inside(inside, threads) => {
                let (near, far) = common::tcp();
                far.set_read_timeout(Some(WATCHDOG))?;
                far.set_write_timeout(Some(WATCHDOG))?;
                let inside = Arc::clone(inside);
                threads.lock().expect("no panic under the lock").push(thread::spawn(move || inside(far)));
                Ok(near)
            }
        }
    }

    /// The next client over UDP.
    pub(crate) fn udp(&self) -> Result<Incoming, Trouble> {
        match &self.kind {
            Kind::Cli(_, Listener::Udp(clients)) => {
                clients.recv_timeout(WATCHDOG).map_err(|_| Trouble::Broken("nobody connects".to_owned()))
            }
            _ => Err(Trouble::Broken("no client over UDP".to_owned())),
        }
    }

    /// The port of a tool that listens; 0 otherwise.
    pub(crate) fn port(&self) -> u16 {
        match &self.kind {
            Kind::Serv(server) => server.port,
            _ => 0,
        }
    }

    /// The tool, if it is one.
    pub(crate) fn tool(&self) -> Option<&Tool> {
        match &self.kind {
            Kind::Serv(server) => Some(&server.tool),
            Kind::Cli(tool, _) => Some(tool),
            Kind::Inside(..) => None,
        }
    }

    /// The last thing that the other side complained of, for who wants to know why it ended.
    pub(crate) fn complaint(self) -> String {
        match self.kind {
            // It is killed only after it has had its say: a tool whose connection is over ends, or goes on listening.
            Kind::Cli(tool, _) => complaint(&tool.finish().stderr),
            Kind::Serv(server) => complaint(&server.tool.stderr.so_far()),
            Kind::Inside(_, threads) => {
                let threads = threads.into_inner().expect("no panic under the lock");
                let ended = threads.into_iter().map(|thread| thread.join().unwrap_or_else(|_| Err("a panic".into())));
                ended.filter_map(Result::err).last().unwrap_or_default()
            }
        }
    }

    /// Waits until the sides in this process are through with the connections so far.
    pub(crate) fn settle(&self) -> Result<(), Trouble> {
        let Kind::Inside(_, threads) = &self.kind else { return Ok(()) };
        for thread in threads.lock().expect("no panic under the lock").drain(..) {
            let ended = thread.join().unwrap_or_else(|_| Err("a panic".to_owned()));
            ended.map_err(|why| Trouble::Broken(format!("the other side: {why}")))?;
        }
        Ok(())
    }

    /// Waits until the other side has ended by itself, and says what it did not like.
    pub(crate) fn end(self) -> Result<(), String> {
        match self.kind {
            Kind::Cli(tool, _) => {
                let end = tool.ended();
                if end.success { Ok(()) } else { Err(complaint(&end.stderr)) }
            }
            // Servers go on listening.
            Kind::Serv(_) => Ok(()),
            Kind::Inside(_, threads) => {
                for thread in threads.into_inner().expect("no panic under the lock") {
                    thread.join().map_err(|_| "a panic".to_owned())??;
                }
                Ok(())
            }
        }
    }
}

/// The line that says most of what is wrong.
fn complaint(stderr: &str) -> String {
    let telling = |line: &&str| ["rror", "lert", "ailed", "xpected"].iter().any(|word| line.contains(word));
    stderr.lines().rfind(telling).unwrap_or_default().trim().to_owned()
}

/// The next connection, if it comes in time.
fn accept(listener: &TcpListener) -> io::Result<TcpStream> {
    let patience = PollTimeout::try_from(WATCHDOG).map_err(io::Error::other)?;
    if poll(&mut [PollFd::new(listener.as_fd(), PollFlags::POLLIN)], patience)? == 0 {
        return Err(io::Error::new(io::ErrorKind::TimedOut, "nobody connects"));
    }
    Ok(listener.accept()?.0)
}

/// What a side in this process can do.
pub(crate) trait Endpoint: Read + Write {
    fn update_keys(&mut self) -> Result<(), String>;
    /// Asks the client for a certificate, and gets it.
    fn reauthenticate(&mut self) -> Result<(), String>;
    fn close(&mut self) -> Result<(), String>;
}

/// What makes an endpoint of this process renew its keys, ask for a certificate, or close before we do. No text of ours
/// begins like that.
pub(crate) const REKEY: &str = "^rekey\n";
pub(crate) const REAUTH: &str = "^reauth\n";
pub(crate) const CLOSE: &str = "^close\n";

/// Gives back what it receives until the peer's close_notify.
pub(crate) fn echo(endpoint: &mut impl Endpoint) -> Result<(), String> {
    let mut buf = vec![0; 16 * 1024];
    loop {
        let read = endpoint.read(&mut buf).map_err(|error| error.to_string())?;
        match &buf[..read] {
            [] => return endpoint.close(),
            command if command == CLOSE.as_bytes() => endpoint.close()?,
            data => {
                if data == REKEY.as_bytes() {
                    endpoint.update_keys()?;
                }
                if data == REAUTH.as_bytes() {
                    endpoint.reauthenticate()?;
                }
                endpoint.write_all(data).and_then(|()| endpoint.flush()).map_err(|error| error.to_string())?;
            }
        }
    }
}
