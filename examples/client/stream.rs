//! The connection below TLS, and `--save-server-trace` and its like: what goes over it, in files.

use std::fs::File;
use std::io::{self, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use clap::Args;
use gnutls::transport::{Readiness, Transport, Wait};

#[derive(Args, Debug)]
pub(crate) struct Trace {
    /// Write what the server sends to this file, as it comes
    #[arg(long, value_name = "FILE", conflicts_with = "udp")]
    save_server_trace: Option<PathBuf>,

    /// Write what is sent to the server to this file, as it goes
    #[arg(long, value_name = "FILE", conflicts_with = "udp")]
    save_client_trace: Option<PathBuf>,
}

/// The open files. A second connection's bytes follow those of the first.
#[derive(Clone, Default)]
pub(crate) struct Files {
    server: Option<Arc<File>>,
    client: Option<Arc<File>>,
}

impl Trace {
    /// Makes the files.
    ///
    /// # Errors
    /// If one cannot be made, which the text names.
    pub(crate) fn open(&self) -> Result<Files, String> {
        let open = |path: &Option<PathBuf>| {
            let make = |path: &PathBuf| {
                File::create(path).map(Arc::new).map_err(|error| format!("opening {}: {error}", path.display()))
            };
            path.as_ref().map(make).transpose()
        };
        Ok(Files { server: open(&self.save_server_trace)?, client: open(&self.save_client_trace)? })
    }
}

/// A connection whose bytes are written to files, too, if such are wanted.
pub(crate) struct Stream {
    pub(crate) tcp: TcpStream,
    pub(crate) trace: Files,
}

impl Transport for Stream {
    fn try_read(&self, buf: &mut [u8]) -> io::Result<usize> {
        let n = self.tcp.try_read(buf)?;
        keep(self.trace.server.as_deref(), &buf[..n])?;
        Ok(n)
    }

    fn try_write(&self, buf: &[u8]) -> io::Result<usize> {
        let n = self.tcp.try_write(buf)?;
        keep(self.trace.client.as_deref(), &buf[..n])?;
        Ok(n)
    }

    fn acquire(&self) -> io::Result<bool> {
        self.tcp.acquire()
    }

    fn release(&self) {
        self.tcp.release();
    }

    fn shutdown(&self) {
        Transport::shutdown(&self.tcp);
    }
}

impl Wait for Stream {
    fn wait(&self, want: Readiness, timeout: Option<Duration>) -> io::Result<bool> {
        self.tcp.wait(want, timeout)
    }
}

fn keep(file: Option<&File>, bytes: &[u8]) -> io::Result<()> {
    file.map_or(Ok(()), |mut file| file.write_all(bytes))
}

/// Connects; with `fast` the first bytes that are written do (TCP Fast Open).
pub(crate) fn connect(address: SocketAddr, fast: bool) -> io::Result<TcpStream> {
    let stream = if fast { fast_open(address)? } else { TcpStream::connect(address)? };
    // What is typed goes out at once; where this fails it comes a little later.
    let _ = stream.set_nodelay(true);
    Ok(stream)
}

#[cfg(target_os = "linux")]
fn fast_open(address: SocketAddr) -> io::Result<TcpStream> {
    use nix::sys::socket::{
        AddressFamily, SockFlag, SockType, SockaddrStorage, connect, setsockopt, socket, sockopt::TcpFastOpenConnect,
    };
    use std::os::fd::AsRawFd;

    let family = if address.is_ipv4() { AddressFamily::Inet } else { AddressFamily::Inet6 };
    let socket = socket(family, SockType::Stream, SockFlag::SOCK_CLOEXEC, None)?;
    setsockopt(&socket, TcpFastOpenConnect, &true)?;
    connect(socket.as_raw_fd(), &SockaddrStorage::from(address))?;
    Ok(socket.into())
}

#[cfg(not(target_os = "linux"))]
fn fast_open(address: SocketAddr) -> io::Result<TcpStream> {
    eprintln!("Warning: there is no --fastopen on this system");
    TcpStream::connect(address)
}
