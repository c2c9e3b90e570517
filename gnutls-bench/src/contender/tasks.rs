//! The library itself for tasks of tokio, and what its entrants share with those of other libraries: each end has a
//! runtime with two workers, and each half a task of its own.

use std::net::TcpStream;
use std::sync::Arc;

use gnutls::tokio::{TlsAcceptor, TlsConnector};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::runtime::{Builder, Runtime};

use super::ours::Sides;
use super::{Halves, Reader, Stack, Writer};
use crate::Result;
use crate::material::Setup;

/// `AsyncRead` and `AsyncWrite` of the halves.
pub(crate) struct OursTokio;

impl Stack for OursTokio {
    fn name(&self) -> &'static str {
        "ours-tokio"
    }

    fn note(&self) -> &'static str {
        "gnutls::tokio over tokio's TcpStream: the halves of into_split in two tasks on two workers"
    }

    fn connect(&self, setup: &Setup, client: TcpStream, server: TcpStream) -> Result<(Halves, Halves)> {
        let (client, server) = (End::new(client)?, End::new(server)?);
        let sides = Sides::new(setup)?;
        let (connector, acceptor) = (TlsConnector::from(sides.client), TlsAcceptor::from(sides.server));
        let accepting = server.runtime.spawn(acceptor.accept(server.socket));
        let near = client.runtime.block_on(connector.connect("localhost", client.socket))?;
        let far = server.runtime.block_on(accepting)??;
        let (near, far) = (near.into_split(), far.into_split());
        Ok((halves(&client.runtime, near.0, near.1), halves(&server.runtime, far.0, far.1)))
    }
}

/// One end before its handshake.
pub(super) struct End {
    pub(super) runtime: Arc<Runtime>,
    pub(super) socket: tokio::net::TcpStream,
}

impl End {
    pub(super) fn new(socket: TcpStream) -> Result<End> {
        socket.set_nonblocking(true)?;
        let runtime = Arc::new(Builder::new_multi_thread().worker_threads(2).enable_io().build()?);
        let entered = runtime.enter();
        let socket = tokio::net::TcpStream::from_std(socket)?;
        drop(entered);
        Ok(End { runtime, socket })
    }
}

/// Halves whose work is done by the workers of `runtime`, whoever calls.
pub(super) fn halves<R, W>(runtime: &Arc<Runtime>, reader: R, writer: W) -> Halves
where
    R: AsyncRead + Send + Unpin + 'static,
    W: AsyncWrite + Send + Unpin + 'static,
{
    Halves {
        reader: Box::new(Tasked { half: Some(reader), runtime: Arc::clone(runtime) }),
        writer: Box::new(Tasked { half: Some(writer), runtime: Arc::clone(runtime) }),
    }
}

/// A half, which a task has while it works. An error ends it.
struct Tasked<H> {
    // Dropped before the runtime that it belongs to.
    half: Option<H>,
    runtime: Arc<Runtime>,
}

impl<H: Send + 'static> Tasked<H> {
    /// Does `work` in a task, and waits for it.
    fn run<T, F>(&mut self, work: impl FnOnce(H) -> F) -> Result<T>
    where
        T: Send + 'static,
        F: Future<Output = std::io::Result<(H, T)>> + Send + 'static,
    {
        let half = self.half.take().ok_or("this half has failed before")?;
        let (half, result) = self.runtime.block_on(self.runtime.spawn(work(half)))??;
        self.half = Some(half);
        Ok(result)
    }
}

impl<R: AsyncRead + Send + Unpin + 'static> Reader for Tasked<R> {
    fn fill(&mut self, buf: &mut [u8]) -> Result<()> {
        let mut own = vec![0; buf.len()];
        let own = self.run(|mut half| async move {
            half.read_exact(&mut own).await?;
            Ok((half, own))
        })?;
        buf.copy_from_slice(&own);
        Ok(())
    }

    fn drain(&mut self, buf: &mut [u8], total: u64) -> Result<()> {
        let mut own = vec![0; buf.len()];
        let own = self.run(|mut half| async move {
            let mut done = 0;
            while done < total {
                match half.read(&mut own).await? {
                    0 => return Err(std::io::ErrorKind::UnexpectedEof.into()),
                    got => done += got as u64,
                }
            }
            Ok((half, own))
        })?;
        buf.copy_from_slice(&own);
        Ok(())
    }
}

impl<W: AsyncWrite + Send + Unpin + 'static> Writer for Tasked<W> {
    fn write(&mut self, data: &[u8], times: u64) -> Result<()> {
        let data = data.to_vec();
        self.run(|mut half| async move {
            for _ in 0..times {
                half.write_all(&data).await?;
            }
            // Some libraries keep the last of it.
            half.flush().await?;
            Ok((half, ()))
        })
    }
}
