//! A short life of two sessions in one thread, which any resource may be missing for.

use gnutls::transport::memory::{self, End};
use gnutls::x509::{Certificate, Format};
use gnutls::{ClientConfig, Identity, KeyUpdateRequest, Priority, Progress, Result, ServerConfig, Session};

use crate::common::HOST;

/// What a program has before it begins.
pub(crate) struct Texts {
    pub(crate) ca: String,
    pub(crate) chain: String,
    pub(crate) key: Vec<u8>,
}

impl Texts {
    pub(crate) fn new() -> Texts {
        let pki = crate::common::pki();
        let chain = pki.server.chain().iter().map(Certificate::to_pem).collect();
        let key = pki.server.key().to_pkcs8_pem(None).expect("a key in PEM").to_vec();
        Texts { ca: pki.ca.to_pem(), chain, key }
    }
}

/// Configurations, a handshake, data both ways, a key update, the end.
pub(crate) fn live(texts: &Texts, priority: &str) -> Result<()> {
    let authorities = Certificate::list_from(texts.ca.as_bytes(), Format::Pem)?;
    let client = ClientConfig::builder().with_trust(&authorities)?.priority(Priority::new(priority)?).build()?;
    let identity = Identity::from_pem(texts.chain.as_bytes(), &texts.key)?;
    let server = ServerConfig::builder().with_identity(identity)?.priority(Priority::new(priority)?).build()?;
    let (client, server) = shake(&client, &server)?;
    for (from, to) in [(&client, &server), (&server, &client)] {
        say(from, to, b"before")?;
        if from.protocol() == gnutls::Protocol::TLS1_3 {
            from.try_update_keys(KeyUpdateRequest::Requested)?;
        }
        say(from, to, b"after")?;
        say(to, from, b"answer")?;
    }
    client.session_data()?;
    server.peer_certificates()?;
    client.peer_certificates()?;
    client.try_close()?;
    assert_eq!(server.recv(&mut [0; 8])?, 0);
    Ok(())
}

/// The handshake of two sessions over a wire in memory.
pub(crate) fn shake(client: &ClientConfig, server: &ServerConfig) -> Result<(Session<End>, Session<End>)> {
    let (near, far) = memory::pair(1 << 16);
    let mut sides = (Progress::Pending(client.to(HOST)?.start(near)?), Progress::Pending(server.start(far)?));
    for _ in 0..20 {
        sides = match sides {
            (Progress::Done(client), Progress::Done(server)) => return Ok((client, server)),
            (client, server) => (step(client)?, step(server)?),
        };
    }
    panic!("the handshake does not end");
}

fn step(side: Progress<End>) -> Result<Progress<End>> {
    match side {
        Progress::Pending(unfinished) => unfinished.advance(),
        done => Ok(done),
    }
}

/// Sends `data`, which arrives whole.
pub(crate) fn say(from: &Session<End>, to: &Session<End>, data: &[u8]) -> Result<()> {
    assert_eq!(from.send(data)?, data.len());
    let mut received = [0; 16];
    let length = to.recv(&mut received)?;
    assert_eq!(&received[..length], data);
    Ok(())
}
