//! s2n-tls, whose connections come apart into halves.

use std::ffi::{c_int, c_void};
use std::io::{self, Read, Write};
use std::net::TcpStream;
use std::os::fd::AsRawFd;
use std::ptr;
use std::sync::Arc;
use std::task::Poll;
use std::thread;

use nix::poll::PollFlags;
use s2n_tls::config::Config;
use s2n_tls::connection::Connection;
use s2n_tls::connection::split::{ReadHalf, WriteHalf};
use s2n_tls::error::{Error, ErrorType};
use s2n_tls::security::DEFAULT_TLS13;

use super::{Halves, Reads, Stack, Writes, locked};
use crate::Result;
use crate::material::{Setup, Suite};

/// Two halves without a mutex.
pub(crate) struct S2n;

impl Stack for S2n {
    fn name(&self) -> &'static str {
        "s2n-halves"
    }

    fn note(&self) -> &'static str {
        "s2n-tls over aws-lc: Connection::split, a non-blocking socket and poll(2), throughput preferred, receive \
         buffering on"
    }

    /// The policies of s2n-tls put AES-128-GCM first, and none has another suite alone.
    fn speaks(&self, suite: Suite) -> bool {
        suite == Suite::Aes128Gcm
    }

    fn connect(&self, setup: &Setup, client: TcpStream, server: TcpStream) -> Result<(Halves, Halves)> {
        let material = &setup.material;
        let mut trusts = Config::builder();
        trusts
            .set_security_policy(&DEFAULT_TLS13)?
            .with_system_certs(false)?
            .trust_pem(material.authority.as_bytes())?;
        let mut serves = Config::builder();
        serves.set_security_policy(&DEFAULT_TLS13)?.load_pem(material.chain.as_bytes(), material.key.as_bytes())?;
        let (mut near, mut far) = (Connection::new_client(), Connection::new_server());
        near.set_config(trusts.build()?)?.set_server_name("localhost")?;
        far.set_config(serves.build()?)?;
        let accepting = thread::spawn(move || handshake(far, server));
        let client = handshake(near, client)?;
        Ok((client, accepting.join().expect("no panic")?))
    }
}

fn handshake(mut connection: Connection, socket: TcpStream) -> Result<Halves> {
    socket.set_nonblocking(true)?;
    let context = ptr::without_provenance_mut::<c_void>(usize::try_from(socket.as_raw_fd())?);
    connection.set_receive_callback(Some(receive))?.set_send_callback(Some(send))?;
    // SAFETY: the context is a number, the descriptor of a socket that both halves keep.
    unsafe { connection.set_receive_context(context) }?;
    // SAFETY: as above.
    unsafe { connection.set_send_context(context) }?;
    connection.prefer_throughput()?.set_receive_buffering(true)?;
    loop {
        match connection.poll_negotiate() {
            Poll::Ready(done) => break done.map(drop)?,
            // A flight of the handshake fits into the buffers of the socket.
            Poll::Pending => locked::wait(&socket, PollFlags::POLLIN)?,
        }
    }
    if !connection.cipher_suite()?.contains("AES_128_GCM") {
        return Err("another suite was chosen".into());
    }
    let (reader, writer) = connection.split();
    let socket = Arc::new(socket);
    let reader = Box::new(Reads(Half { half: reader, socket: Arc::clone(&socket) }));
    Ok(Halves { reader, writer: Box::new(Writes(Half { half: writer, socket })) })
}

/// A half, and the socket that it waits for and that the callbacks use.
struct Half<H> {
    half: H,
    socket: Arc<TcpStream>,
}

impl Read for Half<ReadHalf> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        loop {
            match self.half.poll_recv(buf) {
                Poll::Ready(result) => return result.map_err(into_io),
                Poll::Pending => locked::wait(&self.socket, PollFlags::POLLIN)?,
            }
        }
    }
}

impl Write for Half<WriteHalf> {
    fn write(&mut self, buf: &[u8]) -> io::Result<usize> {
        loop {
            match self.half.poll_send(buf) {
                Poll::Ready(result) => return result.map_err(into_io),
                Poll::Pending => locked::wait(&self.socket, PollFlags::POLLOUT)?,
            }
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn into_io(error: Error) -> io::Error {
    match error.kind() {
        ErrorType::ConnectionClosed => io::ErrorKind::UnexpectedEof.into(),
        _ => io::Error::other(error),
    }
}

/// The callbacks return -1 and leave errno as the system call set it.
unsafe extern "C" fn receive(context: *mut c_void, buf: *mut u8, len: u32) -> c_int {
    // SAFETY: s2n-tls passes a buffer of `len` bytes; the context is a descriptor.
    let got = unsafe { libc::recv(descriptor(context), buf.cast(), len as usize, 0) };
    c_int::try_from(got).unwrap_or(-1)
}

unsafe extern "C" fn send(context: *mut c_void, buf: *const u8, len: u32) -> c_int {
    // SAFETY: as in `receive`.
    let sent = unsafe { libc::send(descriptor(context), buf.cast(), len as usize, libc::MSG_NOSIGNAL) };
    c_int::try_from(sent).unwrap_or(-1)
}

fn descriptor(context: *mut c_void) -> c_int {
    c_int::try_from(context.addr()).unwrap_or(-1)
}
