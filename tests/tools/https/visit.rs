//! A client of this library, whose connections stay open as long as a test wants.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpStream};

use gnutls::{ClientConfig, Identity, Result, Session, SessionData};

use super::Server;
use crate::files::{A, Files};

/// A client's connection to `a.example`.
pub(super) struct Visit(pub(super) Session<TcpStream>);

impl Visit {
    pub(super) fn new(files: &Files, server: &Server) -> Visit {
        Visit::speaking("http/1.1", files, server)
    }

    /// With the application protocol `alpn`.
    pub(super) fn speaking(alpn: &str, files: &Files, server: &Server) -> Visit {
        Visit::begin(alpn, files, server, None).expect("a handshake")
    }

    /// As `friend`, if the server asks.
    pub(super) fn resuming(files: &Files, server: &Server, earlier: Option<&SessionData>) -> Result<Visit> {
        Visit::begin("http/1.1", files, server, earlier)
    }

    fn begin(alpn: &str, files: &Files, server: &Server, earlier: Option<&SessionData>) -> Result<Visit> {
        let identity = Identity::from_files(files.path("friend.pem"), files.path("friend.key"))?;
        let config = ClientConfig::builder().with_trust_file(files.path("ca.pem"))?.with_identity(identity)?;
        let mut connect = config.alpn([alpn])?.build()?.to(A)?;
        if let Some(earlier) = earlier {
            connect = connect.resume(earlier);
        }
        let tcp = TcpStream::connect((Ipv4Addr::LOCALHOST, server.port)).expect("it listens");
        Ok(Visit(connect.connect(tcp)?))
    }

    /// Gets the page; the connection stays open.
    pub(super) fn get(&mut self) -> std::io::Result<String> {
        self.0.write_all(b"GET / HTTP/1.1\r\nHost: a.example\r\n\r\n")?;
        let (mut page, mut byte) = (Vec::new(), [0]);
        // The row of the client is the last one.
        while !page.windows(10).any(|window| window == b"<p>client:") || !page.ends_with(b"</p>\n") {
            self.0.read_exact(&mut byte)?;
            page.push(byte[0]);
        }
        Ok(String::from_utf8_lossy(&page).into_owned())
    }

    pub(super) fn data(&self) -> SessionData {
        self.0.session_data().expect("it can be packed").expect("the server gave a ticket")
    }

    /// The server's certificate.
    pub(super) fn certificate(&self) -> String {
        self.0.peer_certificates().expect("readable")[0].to_pem()
    }
}
