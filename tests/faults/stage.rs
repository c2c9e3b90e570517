//! A session of ours and a peer of the plain library, with every record between them in the test's hands.

use std::ffi::c_int;
use std::sync::{Arc, OnceLock};

use gnutls::transport::{Transport, memory};
use gnutls::{ClientConfig, Handshaking, Progress, ServerConfig, Session};
use gnutls_sys as sys;

use crate::common::{HOST, client, server};
use crate::forge::{DATA, Forge};
use crate::raw::{Raw, Role};
use crate::scripted::{Plan, Script, Scripted};

pub(crate) type End = Scripted<memory::End>;
pub(crate) type Ours = Session<End>;

/// The bytes that the wire holds each way.
const WIRE: usize = 1 << 21;

/// The peer, the wire, and what the peer is about to send.
pub(crate) struct Stage {
    pub(crate) tls13: bool,
    pub(crate) peer: Raw,
    pub(crate) forge: Forge,
    /// What our transport does.
    pub(crate) script: Arc<Script>,
    /// Records on their way to us.
    pub(crate) wire: Vec<Vec<u8>>,
    /// Nothing comes after them.
    pub(crate) over: bool,
    far: memory::End,
}

pub(crate) const VERSIONS: [bool; 2] = [false, true];
pub(crate) const ROLES: [Role; 2] = [Role::Client, Role::Server];

/// The cipher that forged records are made with.
pub(crate) fn priority(tls13: bool) -> &'static str {
    if tls13 {
        "NORMAL:-VERS-ALL:+VERS-TLS1.3:-CIPHER-ALL:+AES-128-GCM"
    } else {
        "NORMAL:-VERS-ALL:+VERS-TLS1.2:-CIPHER-ALL:+AES-128-GCM"
    }
}

/// Our configurations, made once.
fn configs(tls13: bool) -> &'static (ClientConfig, ServerConfig) {
    static CONFIGS: [OnceLock<(ClientConfig, ServerConfig)>; 2] = [OnceLock::new(), OnceLock::new()];
    CONFIGS[usize::from(tls13)].get_or_init(|| (client(priority(tls13)), server(priority(tls13))))
}

/// Our side at the beginning of a handshake, and the other end of its wire.
pub(crate) fn begin(role: Role, tls13: bool) -> (Handshaking<End>, memory::End) {
    let (near, far) = memory::pair(WIRE);
    let near = Scripted::new(near, Plan::default());
    let (client, server) = configs(tls13);
    let ours = match role {
        Role::Client => client.to(HOST).expect("a name").start(near),
        Role::Server => server.start(near),
    };
    (ours.expect("a start"), far)
}

/// Everything that has come to `far`.
pub(crate) fn take(far: &memory::End) -> Vec<u8> {
    let mut all = Vec::new();
    let mut buf = [0; 4096];
    while let Ok(read @ 1..) = far.try_read(&mut buf) {
        all.extend_from_slice(&buf[..read]);
    }
    all
}

/// Sends all of it through `far`.
pub(crate) fn put(far: &memory::End, bytes: &[u8]) {
    if !bytes.is_empty() {
        assert_eq!(far.try_write(bytes).expect("room"), bytes.len());
    }
}

impl Stage {
    /// A session and its peer after their handshake; nothing is on the wire.
    pub(crate) fn new(role: Role, tls13: bool) -> (Ours, Stage) {
        let (ours, far) = begin(role, tls13);
        let peer = Raw::new(role.other(), priority(tls13));
        let mut ours = Progress::Pending(ours);
        let mut theirs = sys::GNUTLS_E_AGAIN;
        let ours = loop {
            ours = match ours {
                Progress::Done(session) if theirs == 0 => break session,
                Progress::Done(session) => Progress::Done(session),
                Progress::Pending(unfinished) => unfinished.advance().expect("our handshake"),
            };
            peer.feed(&take(&far));
            if theirs != 0 {
                theirs = peer.handshake();
            }
            assert!(theirs == 0 || theirs == sys::GNUTLS_E_AGAIN, "{}", crate::raw::name(theirs));
            put(&far, &peer.written());
        };
        // Tickets.
        assert!(ours.recv(&mut [0; 8]).expect_err("no data").would_block());
        peer.feed(&take(&far));
        assert_eq!(peer.recv_all().1, sys::GNUTLS_E_AGAIN);
        let (forge, script) = (Forge::of(&peer, tls13), Arc::clone(&ours.get_ref().script));
        (ours, Stage { tls13, peer, forge, script, wire: Vec::new(), over: false, far })
    }

    /// The peer sends a record of `kind`.
    pub(crate) fn record(&mut self, kind: u8, data: &[u8]) {
        let record = self.forge.seal(kind, data);
        self.wire.push(record);
    }

    /// The peer sends data.
    pub(crate) fn data(&mut self, data: &[u8]) {
        self.record(DATA, data);
    }

    /// The peer's library does something by itself, after the records that were forged in its name.
    pub(crate) fn by_library(&mut self, act: impl FnOnce(&Raw)) {
        let sequence = self.forge.sequence().to_be_bytes();
        // SAFETY: a session that nobody else has; 8 bytes are what it reads.
        let code = unsafe { sys::gnutls_record_set_state(self.peer.session(), 0, sequence.as_ptr()) };
        assert_eq!(code, 0);
        act(&self.peer);
        self.wire.push(self.peer.written());
        self.forge = Forge::of(&self.peer, self.tls13);
    }

    /// Our transport's reading does `fault` once it has given everything that is on the wire.
    pub(crate) fn then_reading(&mut self, fault: crate::scripted::Fault) {
        self.over = true;
        let length: usize = self.wire.iter().map(Vec::len).sum();
        self.script.fault_in_reading(length as u64, fault);
    }

    /// Lets everything on the wire arrive.
    pub(crate) fn deliver(&mut self) {
        for record in std::mem::take(&mut self.wire) {
            put(&self.far, &record);
        }
    }

    /// The data that the peer has received, and the code that ended its receiving.
    pub(crate) fn hear(&self) -> (Vec<u8>, c_int) {
        self.peer.feed(&take(&self.far));
        self.peer.recv_all()
    }

    /// The same in words.
    pub(crate) fn peer_receives(&self) -> String {
        match self.hear() {
            (data, sys::GNUTLS_E_AGAIN) if data.is_empty() => "nothing".to_owned(),
            (data, sys::GNUTLS_E_AGAIN) => format!("data ({})", String::from_utf8_lossy(&data)),
            (data, 0) if data.is_empty() => "close_notify".to_owned(),
            (data, code) => {
                let alert =
                    self.peer.alert_received().map_or(String::new(), |alert| format!("`{}`", gnutls::Alert(alert)));
                let name = crate::raw::name(code);
                assert!(data.is_empty() && name == "GNUTLS_E_FATAL_ALERT_RECEIVED", "{data:?}, {name}");
                alert
            }
        }
    }
}
