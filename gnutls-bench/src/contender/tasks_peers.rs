//! Other libraries for tasks of tokio: sessions without halves of their own, under the lock of `tokio::io::split`.

use std::net::TcpStream;
use std::pin::Pin;

use tokio::io::split;

use super::tasks::{End, halves};
use super::{Halves, Stack, openssl, rustls};
use crate::Result;
use crate::material::Setup;

/// rustls 0.23.
pub(crate) struct TokioRustls;

impl Stack for TokioRustls {
    fn name(&self) -> &'static str {
        "tokio-rustls"
    }

    fn note(&self) -> &'static str {
        "tokio-rustls with rustls 0.23 and aws-lc-rs: the halves of tokio::io::split in two tasks on two workers"
    }

    fn connect(&self, setup: &Setup, client: TcpStream, server: TcpStream) -> Result<(Halves, Halves)> {
        let (client, server) = (End::new(client)?, End::new(server)?);
        let (connects, accepts, name) = rustls::configurations(setup)?;
        let accepting = server.runtime.spawn(tokio_rustls::TlsAcceptor::from(accepts).accept(server.socket));
        let connecting = tokio_rustls::TlsConnector::from(connects).connect(name, client.socket);
        let near = split(client.runtime.block_on(connecting)?);
        let far = split(server.runtime.block_on(accepting)??);
        Ok((halves(&client.runtime, near.0, near.1), halves(&server.runtime, far.0, far.1)))
    }
}

/// The system's OpenSSL.
pub(crate) struct TokioOpenSsl;

impl Stack for TokioOpenSsl {
    fn name(&self) -> &'static str {
        "tokio-openssl"
    }

    fn note(&self) -> &'static str {
        "tokio-openssl, read-ahead on: the halves of tokio::io::split in two tasks on two workers"
    }

    fn connect(&self, setup: &Setup, client: TcpStream, server: TcpStream) -> Result<(Halves, Halves)> {
        let (client, server) = (End::new(client)?, End::new(server)?);
        let (connects, accepts) = openssl::sessions(setup)?;
        let mut far = tokio_openssl::SslStream::new(accepts, server.socket)?;
        let accepting = server.runtime.spawn(async move {
            Pin::new(&mut far).accept().await?;
            Ok::<_, ::openssl::ssl::Error>(far)
        });
        let mut near = tokio_openssl::SslStream::new(connects, client.socket)?;
        client.runtime.block_on(Pin::new(&mut near).connect())?;
        let (near, far) = (split(near), split(server.runtime.block_on(accepting)??));
        Ok((halves(&client.runtime, near.0, near.1), halves(&server.runtime, far.0, far.1)))
    }
}
