//! What can be asked of a session: what the handshake agreed on, the peer's certificates, counters.

use std::slice;

use gnutls_sys as sys;

use super::frame;
use super::psk::{psk_hint, psk_identity};
use super::sides::Held;
use super::srp::srp_username;
use super::verify::has_certificate;
use super::{Engine, Verify};
use crate::algorithm::{CertificateType, Cipher, CredentialsType, Group, Protocol, SignatureScheme};
use crate::error::{Failure, Origin, Result};
use crate::ffi::{OwnedDatum, copied};
use crate::resumption::SessionData;
use crate::transport::Silent;
use crate::x509::Certificate;

/// What a finished handshake agreed on. It does not change while the session lives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Info {
    pub(crate) protocol: Protocol,
    pub(crate) cipher: Cipher,
    pub(crate) group: Group,
    /// The server's signature in the handshake.
    pub(crate) signature: SignatureScheme,
    pub(crate) alpn: Option<Box<[u8]>>,
    pub(crate) resumed: bool,
    /// What the peer proved, if anything.
    pub(crate) peer: Option<CredentialsType>,
    /// Of this side.
    pub(crate) certificate_type: CertificateType,
    pub(crate) peer_certificate_type: CertificateType,
    pub(crate) client: CredentialsType,
    pub(crate) server: CredentialsType,
    /// The client bears to be asked for a certificate later (TLS 1.3); on a server that wants to.
    pub(crate) can_ask: bool,
    /// Who the peers said to be, where they have a secret in common.
    names: Option<Box<Names>>,
}

/// Whose key or password it is.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Names {
    /// On a server.
    psk_identity: Option<Vec<u8>>,
    /// On a client.
    psk_hint: Option<Vec<u8>>,
    /// On a server.
    srp_username: Option<String>,
}

/// What a session has done so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Counters {
    /// Application data received, in bytes.
    pub bytes_received: u64,
    /// Application data taken for sending, in bytes.
    pub bytes_sent: u64,
    /// Records received since the handshake, of any kind.
    pub records_received: u64,
    /// Records sent since the handshake, of any kind.
    pub records_sent: u64,
    /// How often a call of [`Read`](std::io::Read) waited for the transport.
    pub read_waits: u64,
    /// How often a call of [`Write`](std::io::Write), a close or a key update waited for the transport.
    pub write_waits: u64,
    /// Key updates that the peer made.
    pub key_updates_received: u64,
    /// Key updates that we made: by request, by limit, and as answers.
    pub key_updates_sent: u64,
    /// How often this client was asked for a certificate after the handshake, and answered.
    pub reauthentications: u64,
    /// How often the session was renegotiated.
    pub renegotiations: u64,
}

impl Info {
    /// Reads it from a session whose both locks are held.
    pub(super) fn read(session: sys::gnutls_session_t, is_server: bool) -> Info {
        // SAFETY: a live session, both locks held: true of each call here.
        let protocol = unsafe { sys::gnutls_protocol_get_version(session) };
        // SAFETY: as above.
        let cipher = unsafe { sys::gnutls_cipher_get(session) };
        // SAFETY: as above.
        let group = unsafe { sys::gnutls_group_get(session) };
        // SAFETY: as above.
        let signature = unsafe { sys::gnutls_sign_algorithm_get(session) };
        // SAFETY: as above.
        let resumed = unsafe { sys::gnutls_session_is_resumed(session) } != 0;
        // SAFETY: as above.
        let client = unsafe { sys::gnutls_auth_client_get_type(session) };
        // SAFETY: as above.
        let server = unsafe { sys::gnutls_auth_server_get_type(session) };
        // SAFETY: as above.
        let peer = CredentialsType::from_raw(unsafe { sys::gnutls_auth_get_type(session) });
        let proved = match peer {
            CredentialsType::CERTIFICATE => has_certificate(session),
            peer => peer != CredentialsType::ANONYMOUS,
        };
        // SAFETY: as above.
        let flags = unsafe { sys::gnutls_session_get_flags(session) };
        Info {
            can_ask: flags & sys::GNUTLS_SFLAGS_POST_HANDSHAKE_AUTH != 0,
            protocol: Protocol::from_raw(protocol),
            cipher: Cipher::from_raw(cipher),
            group: Group::from_raw(group),
            signature: SignatureScheme::from_raw(u32::try_from(signature).unwrap_or(0)),
            alpn: alpn(session),
            resumed,
            peer: proved.then_some(peer),
            // SAFETY: as above.
            certificate_type: CertificateType::from_raw(unsafe { sys::gnutls_certificate_type_get(session) }),
            peer_certificate_type: certificate_type(session, sys::GNUTLS_CTYPE_PEERS),
            client: CredentialsType::from_raw(client),
            server: CredentialsType::from_raw(server),
            names: Names::read(session, is_server).map(Box::new),
        }
    }

    /// On a server.
    pub(crate) fn psk_identity(&self) -> Option<&[u8]> {
        self.names.as_ref()?.psk_identity.as_deref()
    }

    /// On a client.
    pub(crate) fn psk_hint(&self) -> Option<&[u8]> {
        self.names.as_ref()?.psk_hint.as_deref()
    }

    /// On a server.
    pub(crate) fn srp_username(&self) -> Option<&str> {
        self.names.as_ref()?.srp_username.as_deref()
    }
}

impl Names {
    /// Reads them from a session whose both locks are held.
    fn read(session: sys::gnutls_session_t, is_server: bool) -> Option<Names> {
        let names = Names {
            // Clients have it in some versions of the protocol only.
            psk_identity: is_server.then(|| psk_identity(session)).flatten(),
            psk_hint: psk_hint(session),
            srp_username: is_server.then(|| srp_username(session)).flatten(),
        };
        let some = names.psk_identity.is_some() || names.psk_hint.is_some() || names.srp_username.is_some();
        some.then_some(names)
    }
}

/// The name that the client asked for, from a session whose both locks are held.
pub(super) fn server_name(session: sys::gnutls_session_t) -> Option<String> {
    let mut name = [0u8; 256];
    let (mut length, mut kind) = (name.len(), 0);
    // SAFETY: both locks are held; `length` is the room in `name`, and all out pointers are valid.
    let code = unsafe { sys::gnutls_server_name_get(session, name.as_mut_ptr().cast(), &mut length, &mut kind, 0) };
    let name = name.get(..length).filter(|_| code == 0 && kind == sys::GNUTLS_NAME_DNS)?;
    String::from_utf8(name.to_vec()).ok()
}

/// The certificates of the peer of a session, whose both locks are held.
pub(super) fn peers(session: sys::gnutls_session_t) -> Vec<Vec<u8>> {
    let mut count = 0;
    // SAFETY: both locks are held; the out pointer is valid.
    let chain = unsafe { sys::gnutls_certificate_get_peers(session, &mut count) };
    if chain.is_null() {
        return Vec::new();
    }
    // SAFETY: GnuTLS says that there are `count` of them, valid while the locks are held.
    let chain = unsafe { slice::from_raw_parts(chain, count as usize) };
    // SAFETY: each is a view of `size` bytes, valid as above; copied at once.
    chain.iter().map(|der| unsafe { copied(der) }).collect()
}

/// What kind of certificate a side of a session, whose both locks are held, shows.
pub(super) fn certificate_type(session: sys::gnutls_session_t, side: sys::gnutls_ctype_target_t) -> CertificateType {
    // SAFETY: both locks are held.
    CertificateType::from_raw(unsafe { sys::gnutls_certificate_type_get2(session, side) })
}

fn alpn(session: sys::gnutls_session_t) -> Option<Box<[u8]>> {
    let mut name = sys::gnutls_datum_t { data: std::ptr::null_mut(), size: 0 };
    // SAFETY: a live session, both locks held; the datum is filled with a view into the session.
    let code = unsafe { sys::gnutls_alpn_get_selected_protocol(session, &mut name) };
    if code < 0 || name.data.is_null() {
        return None;
    }
    // SAFETY: the view is valid while the session is; it is copied at once.
    Some(unsafe { slice::from_raw_parts(name.data, name.size as usize) }.into())
}

impl Engine {
    /// The peer's certificates in DER, its own first; empty if it showed none.
    pub(crate) fn peer_certificates(&self) -> Result<Vec<Vec<u8>>> {
        self.not_inside("reading the peer's certificates")?;
        let _held = self.lock.both();
        if self.peer_shows_raw_key() {
            return Ok(Vec::new());
        }
        Ok(peers(self.raw()))
    }

    /// The host that this client connects to.
    pub(crate) fn set_host(&mut self, host: &str) {
        self.host = Some(host.into());
    }

    /// The peer, for people: the name that the server was verified for, the subject of the certificate that it showed, or
    /// the identity of its key.
    pub(crate) fn peer_name(&self) -> Option<String> {
        match self.info() {
            // Whoever has the key need not have the name that was asked for.
            Some(info) if info.peer == Some(CredentialsType::PSK) => {
                return info.psk_identity().map(|identity| String::from_utf8_lossy(identity).into_owned());
            }
            Some(info) if info.peer == Some(CredentialsType::SRP) => return info.srp_username().map(str::to_owned),
            Some(info) if info.server == CredentialsType::ANONYMOUS => return None,
            _ => {}
        }
        // Nor whoever has a key that is trusted without a certificate.
        if let Some(name) = self.raw_key_name() {
            return Some(name);
        }
        if self.verify == Verify::Server {
            return self.host.as_deref().map(str::to_owned);
        }
        let chain = self.peer_certificates().ok()?;
        Certificate::from_peer(chain.first()?).ok()?.subject().ok()
    }

    /// GnuTLS's one-line description of what was agreed on.
    pub(crate) fn description(&self) -> Option<String> {
        let _held = self.asked().both();
        // SAFETY: both locks are held.
        let text = unsafe { sys::gnutls_session_get_desc(self.raw()) };
        // SAFETY: null or a string that is ours to free.
        unsafe { OwnedDatum::from_c_string(text) }.map(|text| text.to_text())
    }

    /// The bytes that resume this session later; none if there is no ticket (yet) and no session id.
    pub(crate) fn session_data(&self) -> Result<Option<SessionData>> {
        const DOING: &str = "saving the session for resumption";
        self.not_inside(DOING)?;
        if !self.resumable {
            return Ok(None);
        }
        let mut data = OwnedDatum::new();
        // GnuTLS looks whether a ticket has come. A reader may be waiting for what the transport has, so it only
        // gets what is here already.
        let called = frame::call(self, &Silent, self.lock.both(), |session| {
            // SAFETY: the frame holds both locks; the out datum is valid and freed by its owner.
            unsafe { sys::gnutls_session_get_data2(session, data.as_mut_ptr()) }
        });
        let mut held = called.held;
        let has_ticket = self.has_ticket();
        let facts = held.recv_side().map(|side| side.ticket).unwrap_or_default();
        let kept = held.recv_side().and_then(|side| side.session_data.as_deref().cloned());
        drop(self.settle(held));
        match called.value {
            _ if self.has_key_updates() && !has_ticket => Ok(None),
            0 => Ok(Some(SessionData::new(data, facts, self.voucher()))),
            sys::GNUTLS_E_UNAVAILABLE_DURING_HANDSHAKE if self.has_key_updates() => Ok(kept),
            code => Err(Failure::of_code(code, Origin::Session, DOING).into()),
        }
    }

    /// Packs the session before its keys change for the first time: afterwards GnuTLS from 3.8.11 on refuses to, for it
    /// takes directions with different epochs for a handshake. Nothing happens without both locks, or without a ticket.
    pub(super) fn keep_session_data(&self, held: &mut Held<'_>) {
        let Some(side) = held.recv_side().filter(|side| side.session_data.is_none()) else { return };
        if !self.has_ticket() {
            return;
        }
        let mut data = OwnedDatum::new();
        // SAFETY: both locks are held; the out datum is valid and freed by its owner. With the ticket there, GnuTLS only
        // packs what it has and calls nothing.
        if unsafe { sys::gnutls_session_get_data2(self.raw(), data.as_mut_ptr()) } == 0 {
            side.session_data = Some(Box::new(SessionData::new(data, side.ticket, self.voucher())));
        }
    }

    /// Whether a ticket has come (TLS 1.3). Both locks are held.
    pub(super) fn has_ticket(&self) -> bool {
        // SAFETY: both locks are held.
        let flags = unsafe { sys::gnutls_session_get_flags(self.raw()) };
        flags & sys::GNUTLS_SFLAGS_SESSION_TICKET != 0
    }

    /// The name that the client asked for (RFC 6066, section 3).
    pub(crate) fn server_name(&self) -> Option<String> {
        let _held = self.asked().both();
        server_name(self.raw())
    }

    /// Decrypted bytes that wait for a receive.
    pub(crate) fn pending(&self) -> usize {
        let mut held = self.asked().recv();
        let set_aside = held.recv_side().map_or(0, |side| side.set_aside.iter().map(|packet| packet.len()).sum());
        if self.is_wanted(&mut held).is_some() {
            // GnuTLS counts the hello of a client, too.
            return set_aside;
        }
        // SAFETY: RECV is held.
        set_aside + unsafe { sys::gnutls_record_check_pending(self.raw()) }
    }

    /// The most application data that fits into one record, in bytes.
    pub(crate) fn max_record_size(&self) -> usize {
        let _held = self.asked().both();
        // SAFETY: both locks are held.
        unsafe { sys::gnutls_record_get_max_size(self.raw()) }
    }

    pub(crate) fn counters(&self) -> Counters {
        let mut counters = Counters::default();
        if let Some(side) = self.asked().recv().recv_side() {
            counters.bytes_received = side.bytes;
            counters.key_updates_received = side.key_updates;
            counters.reauthentications = side.requests_answered.into();
            counters.records_received = side.records;
            counters.renegotiations = side.renegotiation().map_or(0, |it| it.done);
        }
        if let Some(side) = self.asked().send().send_side() {
            counters.bytes_sent = side.bytes;
            counters.key_updates_sent = side.key_updates;
            counters.records_sent = side.all_records;
        }
        counters
    }
}
