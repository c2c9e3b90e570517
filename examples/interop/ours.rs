//! Our side of a cell.

use std::io::{self, BufRead, BufReader};
use std::net::TcpStream;
use std::sync::Arc;

use gnutls::key::PublicKey;
use gnutls::x509::Format;
use gnutls::{
    AntiReplay, ClientAuth, ClientConfig, ClientConfigBuilder, Error, MemoryStore, Priority, Psk, ServerConfig,
    ServerConfigBuilder, Session, SrpUser,
};

use crate::WATCHDOG;
use crate::cells::{Cell, Feature, Peer, Version, What};
use crate::common::pki;
use crate::early;
use crate::world::World;

pub(crate) type Tls = Session<TcpStream>;

/// What our side offers, and the other understands as well.
pub(crate) const ALPN: [&str; 2] = ["h2", "http/1.1"];

/// The identity of the pre-shared key of both sides, and the key in hexadecimal digits.
pub(crate) const PSK: (&str, &str) = ("sensor", "c0ffee0102030405060708090a0b0c0d0e0f");

/// The user of both sides, and the password.
pub(crate) const SRP: (&str, &str) = ("alice", "correct-horse");

/// The kind of the server's key.
pub(crate) fn key(cell: &Cell) -> &'static str {
    match cell.what {
        What::Suite(..) => "rsa",
        What::Key(key) | What::Sign(_, key) => key,
        What::Feature(_) => "ecdsa-p256",
    }
}

/// The priorities that insist on what the cell is about.
pub(crate) fn priority(cell: &Cell) -> String {
    let version = format!("NORMAL:-VERS-ALL:+VERS-{}", cell.version.name());
    match cell.what {
        What::Suite(cipher, group) => {
            let exchange = match (cell.version, group.starts_with("FFDHE")) {
                (Version::Tls13, _) => "",
                (_, true) => ":-KX-ALL:+DHE-RSA",
                (_, false) if cell.peer == Peer::Against => ":-KX-ALL:+ECDHE-RSA:+ECDHE-ECDSA",
                (_, false) => ":-KX-ALL:+ECDHE-RSA",
            };
            format!("{version}:-CIPHER-ALL:+{cipher}:-GROUP-ALL:+GROUP-{group}{exchange}")
        }
        // Where the key exchange is RSA nobody signs, and servers fall back to it.
        What::Sign(sign, _) if cell.peer == Peer::Against && cell.version != Version::Tls13 => {
            format!("{version}:-RSA:-SIGN-ALL:+SIGN-{sign}")
        }
        What::Sign(sign, _) => format!("{version}:-SIGN-ALL:+SIGN-{sign}"),
        What::Feature(Feature::Srp) => format!("{version}:-KX-ALL:+SRP"),
        What::Feature(Feature::Anonymous) => format!("{version}:-KX-ALL:+ANON-ECDH"),
        What::Feature(Feature::RawKey) => format!("{version}:-CTYPE-SRV-ALL:+CTYPE-SRV-RAWPK"),
        What::Feature(Feature::Psk) => format!("{version}:-KX-ALL:+ECDHE-PSK:+DHE-PSK"),
        What::Key(_) | What::Feature(_) => version,
    }
}

/// Whether the cell is about `feature`.
pub(crate) fn is(cell: &Cell, feature: Feature) -> bool {
    cell.what == What::Feature(feature)
}

pub(crate) fn client(cell: &Cell, world: &World) -> gnutls::Result<ClientConfigBuilder> {
    if is(cell, Feature::Psk) {
        return common_client(ClientConfig::builder().with_psk(psk()?), cell);
    }
    if is(cell, Feature::Srp) {
        return common_client(ClientConfig::builder().with_srp(SrpUser::new(SRP.0, SRP.1)?), cell);
    }
    if is(cell, Feature::Anonymous) {
        return common_client(ClientConfig::builder().dangerous().with_anonymous()?, cell);
    }
    if is(cell, Feature::RawKey) {
        let public = PublicKey::from_pem(gnutls::encoding::load_file(&world.raw_key.0)?)?;
        return common_client(ClientConfig::builder().trust_raw_keys([public]), cell);
    }
    let mut builder = ClientConfig::builder().with_trust(std::slice::from_ref(&pki().ca))?;
    if is(cell, Feature::ClientCertificate) || is(cell, Feature::PostHandshakeAuth) {
        builder = builder.with_identity(world.client.0.clone())?;
    }
    builder = builder.post_handshake_auth(is(cell, Feature::PostHandshakeAuth));
    common_client(builder, cell)
}

fn psk() -> gnutls::Result<Psk> {
    Psk::from_hex(PSK.0, PSK.1)
}

/// The part that has nothing to do with our own certificates.
pub(crate) fn common_client(builder: ClientConfigBuilder, cell: &Cell) -> gnutls::Result<ClientConfigBuilder> {
    let builder = builder.priority(Priority::new(&priority(cell))?).handshake_timeout(WATCHDOG);
    if is(cell, Feature::Alpn) { builder.alpn(ALPN) } else { Ok(builder) }
}

pub(crate) fn server(cell: &Cell, world: &World) -> gnutls::Result<ServerConfig> {
    server_builder(cell, world)?.build()
}

fn server_builder(cell: &Cell, world: &World) -> gnutls::Result<ServerConfigBuilder> {
    let (identity, _) = &world.servers[key(cell)];
    let mut builder = ServerConfig::builder();
    if is(cell, Feature::Psk) {
        let psk = psk()?;
        builder = builder.with_psk(move |identity| (identity == psk.identity()).then(|| psk.key().to_vec().into()));
    } else if is(cell, Feature::Srp) {
        builder = builder.with_srp_files(&world.srp.0, &world.srp.1);
    } else if is(cell, Feature::Anonymous) {
        builder = builder.dangerous().with_anonymous()?;
    } else if is(cell, Feature::RawKey) {
        let (public, private) = &world.raw_key;
        builder = builder.with_raw_key_files(public, private, Format::Pem, None, &[])?;
    } else {
        builder = builder.with_identity(identity.clone())?;
    }
    builder = builder.priority(Priority::new(&priority(cell))?).handshake_timeout(WATCHDOG);
    if is(cell, Feature::ClientCertificate) {
        builder = builder.with_trust(std::slice::from_ref(&pki().ca))?.client_auth(ClientAuth::Require);
    }
    if is(cell, Feature::PostHandshakeAuth) {
        builder = builder.with_trust(std::slice::from_ref(&pki().ca))?.post_handshake_auth(true);
    }
    if is(cell, Feature::Alpn) {
        builder = builder.alpn(ALPN)?;
    }
    // openssl s_client prints a ticket in the middle of the data.
    let talks_much = [Feature::BigTransfer, Feature::KeyUpdate, Feature::KeyUpdateTheirs];
    if talks_much.iter().any(|feature| is(cell, *feature)) {
        builder = builder.tickets(false);
    }
    if is(cell, Feature::EarlyData) {
        builder = builder.early_data(early::MOST, AntiReplay::in_this_process(1000));
    }
    if is(cell, Feature::ResumptionById) {
        builder = builder.tickets(false).session_store(Arc::new(MemoryStore::new(16)));
    }
    Ok(builder)
}

/// A session whose waits are bounded.
pub(crate) fn patient(session: Tls) -> Tls {
    session.set_read_timeout(Some(WATCHDOG));
    session.set_write_timeout(Some(WATCHDOG));
    session
}

/// The next line, of a peer that says nothing after it until asked.
pub(crate) fn read_line(session: &Tls) -> io::Result<String> {
    let mut line = String::new();
    BufReader::with_capacity(1, session).read_line(&mut line)?;
    Ok(line)
}

/// The crate's error inside of the standard library's.
pub(crate) fn inner(error: &io::Error) -> Option<&Error> {
    error.get_ref()?.downcast_ref()
}
