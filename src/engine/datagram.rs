//! What is different over datagrams: a record is a datagram, of a size that the path takes, and flights come again.

use std::ffi::c_uint;
use std::io::IoSlice;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use gnutls_sys as sys;

use super::frame;
use super::pieces::Pieces;
use super::sides::Held;
use super::{Engine, Info, code};
use crate::cookie::Prestate;
use crate::error::{Error, ErrorKind, Failure, Result};
use crate::transport::Transport;
use crate::transport::outbox::Outbox;

const DOING: &str = "sending a datagram";

/// The smallest MTU, in bytes. GnuTLS subtracts headers from it without a look at what is left.
pub(crate) const LEAST_MTU: u16 = 256;
/// The most that GnuTLS sets, in bytes.
const MOST_MTU: u32 = 1 << 14;
/// What a record of DTLS may have beside its data, in bytes (CBC with SHA-384), and a little.
const MOST_OVERHEAD: u32 = 128;

/// How often a handshake looks around when GnuTLS has no flight to send again.
const LOOK: Duration = Duration::from_millis(100);

/// GnuTLS doubles the time to the next retransmission modulo a minute. From a multiple of this it comes to 0, and would
/// retransmit without a pause.
const RESONANT: u32 = 1875;

impl Engine {
    /// Whether this session runs over datagrams.
    pub(crate) fn is_datagram(&self) -> bool {
        self.datagram
    }

    /// Has the session, which nobody shares yet, go on where its client is that has shown a cookie.
    pub(crate) fn set_prestate(&mut self, prestate: Prestate) {
        let mut prestate = prestate.raw();
        // SAFETY: a fresh session; GnuTLS copies the state.
        unsafe { sys::gnutls_dtls_prestate_set(self.raw(), &mut prestate) };
    }

    /// How many bytes a record of ours has beside its data, at most.
    pub(crate) fn record_overhead(&self) -> usize {
        let _held = self.asked().both();
        // SAFETY: both locks are held, and the handshake is over, so that there is a version.
        unsafe { sys::gnutls_record_overhead_size(self.raw()) }
    }

    /// The times of the handshake of a session that nobody shares yet: until a flight is sent again for the first time, and
    /// until it is given up.
    pub(crate) fn set_dtls_timeouts(&mut self, retransmit: Duration, total: Duration) {
        let retransmit = millis(retransmit);
        let retransmit = if retransmit % RESONANT == 0 { retransmit + 1 } else { retransmit };
        // SAFETY: a fresh session that nobody shares.
        unsafe { sys::gnutls_dtls_set_timeouts(self.raw(), retransmit, millis(total)) };
    }

    /// The MTU, in bytes, without the headers of UDP and IP.
    pub(crate) fn mtu(&self) -> usize {
        let _held = self.asked().both();
        // SAFETY: both locks are held.
        unsafe { sys::gnutls_dtls_get_mtu(self.raw()) as usize }
    }

    /// How much data a datagram takes, in bytes.
    pub(crate) fn data_mtu(&self) -> usize {
        let _held = self.asked().both();
        self.data_mtu_held()
    }

    fn data_mtu_held(&self) -> usize {
        // SAFETY: SEND is held by the caller, and nobody sets the MTU or the keys without it.
        unsafe { sys::gnutls_dtls_get_data_mtu(self.raw()) as usize }
    }

    /// Sets the MTU.
    pub(crate) fn set_mtu(&self, mtu: u16) -> Result<()> {
        const DOING: &str = "setting the MTU";
        self.not_inside(DOING)?;
        check_mtu(mtu, DOING)?;
        let _held = self.lock.both();
        // SAFETY: both locks are held; it is large enough for the headers that GnuTLS subtracts.
        unsafe { sys::gnutls_dtls_set_mtu(self.raw(), mtu.into()) };
        Ok(())
    }

    /// Sets the MTU by how much data a datagram shall take.
    pub(crate) fn set_data_mtu(&self, mtu: u16) -> Result<()> {
        const DOING: &str = "setting the MTU for data";
        self.not_inside(DOING)?;
        check_mtu(mtu, DOING)?;
        let _held = self.lock.both();
        // SAFETY: both locks are held; `mtu` is bounded, so that nothing overflows.
        let code = unsafe { sys::gnutls_dtls_set_data_mtu(self.raw(), mtu.into()) };
        crate::ffi::check(code, DOING).map(drop)
    }

    /// Records that were no good: those that GnuTLS discarded, and those that it was not shown.
    pub(crate) fn discarded(&self) -> u64 {
        let mut held = self.asked().recv();
        let ours = held.recv_side().map_or(0, |side| side.inbox.discarded());
        // SAFETY: RECV is held, under which GnuTLS counts.
        u64::from(ours) + u64::from(unsafe { sys::gnutls_record_get_discarded(self.raw()) })
    }

    /// [`send`](Engine::send) of one datagram: all of `bufs`, or nothing. Empty `bufs` only offer what is left over.
    pub(super) fn send_datagram(&self, io: &dyn Transport, bufs: &[IoSlice<'_>]) -> Result<usize> {
        self.not_inside(DOING)?;
        let mut pieces = Pieces::new(bufs);
        let asked = pieces.left();
        let mut held = self.flush_held(io, self.lock.send());
        self.may_send(&mut held, DOING)?;
        let room = self.flushed_datagrams(&mut held)?;
        if let Some(refused) = self.shrink_mtu(io, &mut held) {
            return Err(too_large(format!("the path did not take an earlier datagram, of {refused} bytes")));
        }
        if asked == 0 {
            drop(held);
            self.look_for_messages(io);
            return Ok(0);
        }
        let most = self.data_mtu_held();
        if asked > most {
            return Err(too_large(format!("{asked} bytes are more than the {most} that fit (data_mtu)")));
        }
        if !room {
            if let Some(side) = held.send_side() {
                side.short = true;
            }
            return Err(Error::blocked(DOING));
        }
        let data = pieces.next();
        let called = frame::call(self, io, held, |session| {
            // SAFETY: the frame holds SEND; `data` is readable for its length. The push function takes whole records.
            unsafe { sys::gnutls_record_send(session, data.as_ptr().cast(), data.len()) }
        });
        let mut held = called.held;
        match usize::try_from(called.value) {
            Ok(_) => {}
            Err(_) if code(called.value) == sys::GNUTLS_E_LARGE_PACKET => {
                return Err(too_large(format!("{asked} bytes are more than fit")));
            }
            Err(_) => return Err(self.fail(io, held, code(called.value), DOING.into()).0),
        }
        if let Some(refused) = self.shrink_mtu(io, &mut held) {
            let most = self.data_mtu_held();
            return Err(too_large(format!(
                "the path does not take a datagram of {refused} bytes; from now on {most} bytes of data fit (data_mtu)"
            )));
        }
        // What the transport said of this very datagram.
        held = self.flush_held(io, held);
        self.flushed_datagrams(&mut held)?;
        let watch = self.after_send(&mut held, asked, asked);
        drop(held);
        if watch {
            self.look_for_messages(io);
        }
        Ok(asked)
    }

    /// Whether nothing waits for room; the error of a datagram that was lost is told once. SEND is held.
    pub(super) fn flushed_datagrams(&self, held: &mut Held<'_>) -> Result<bool> {
        let Some(side) = held.send_side() else { return Ok(false) };
        match side.lost.take() {
            Some(error) => Err(error),
            None => Ok(side.outbox.is_empty()),
        }
    }

    /// Lowers the MTU if the transport refused a datagram for its size, which is returned: to what the transport says that
    /// the path takes, or by a step. With SEND held, and RECV until the session has settled.
    pub(super) fn shrink_mtu(&self, io: &dyn Transport, held: &mut Held<'_>) -> Option<usize> {
        /// What paths take: Ethernet over IPv4 and over IPv6, the least of IPv6 and of IPv4, all without headers (RFC 8899,
        /// section 5.1.1; RFC 1191).
        const STEPS: [usize; 5] = [1472, 1452, 1232, 548, LEAST_MTU as usize];
        let refused = held.send_side()?.outbox.take_refused()?;
        let step = STEPS.into_iter().find(|&step| step < refused).unwrap_or(LEAST_MTU.into());
        let known = io.path_mtu().filter(|&known| known < refused);
        let mtu = known.unwrap_or(step).max(LEAST_MTU.into());
        // SAFETY: SEND is held, and where receiving could send by itself, RECV as well; it is not too small.
        unsafe { sys::gnutls_dtls_set_mtu(self.raw(), u32::try_from(mtu).unwrap_or(MOST_MTU)) };
        Some(refused)
    }

    /// When the handshake goes on even if nothing comes. Both locks are held, and GnuTLS has just returned.
    pub(super) fn note_timer(&self, held: &mut Held<'_>) {
        if !self.datagram {
            return;
        }
        // SAFETY: both locks are held.
        let left = unsafe { sys::gnutls_dtls_get_timeout(self.raw()) };
        let left = if left == 0 { LOOK } else { Duration::from_millis(left.into()) };
        if let Some(side) = held.send_side() {
            side.timer = Some(Instant::now() + left);
        }
    }

    /// The handshake is done. If the last flight was ours the peer may not have it: until its first data come GnuTLS keeps
    /// the flight and the old keys, and drops both in the middle of a receive. So receives are exclusive until then.
    pub(super) fn establish_datagram(&self, held: &mut Held<'_>, info: &Info) {
        if !self.datagram {
            return;
        }
        self.unsettled.store(self.is_server != info.resumed, Ordering::Relaxed);
        if let (true, Some(side)) = (self.is_server, held.recv_side()) {
            side.inbox.drop_hellos();
        }
        // GnuTLS goes on to compare the age of the session with the handshake's limit, and then a stray record is a timeout.
        // SAFETY: both locks are held.
        unsafe { sys::gnutls_dtls_set_timeouts(self.raw(), SETTLING_RETRANSMIT, sys::GNUTLS_INDEFINITE_TIMEOUT - 1) };
    }

    /// Takes SEND as well if this receive may touch what sending uses. RECV is held.
    pub(super) fn hold_for_receive(&self, held: &mut Held<'_>) {
        if self.unsettled.load(Ordering::Relaxed) {
            held.escalate();
        }
    }

    /// Data came from the peer, so that GnuTLS has dropped what it kept of the handshake. Both locks are held.
    pub(super) fn note_settled(&self) {
        self.unsettled.store(false, Ordering::Relaxed);
    }

    /// Refuses what only a stream has.
    pub(super) fn not_datagram(&self, doing: &'static str) -> Result<()> {
        if !self.datagram {
            return Ok(());
        }
        let why = "a datagram is a record of its own (DTLS); send each with send()";
        Err(Failure::new(ErrorKind::Unsupported, doing).detail(why).into())
    }
}

/// The time between two retransmissions of the last flight, in milliseconds.
const SETTLING_RETRANSMIT: c_uint = 1000;

/// The outbox of a session over datagrams.
pub(super) fn outbox(datagram: bool) -> Outbox {
    if datagram { Outbox::of_datagrams() } else { Outbox::default() }
}

/// Whether GnuTLS can do with this MTU.
pub(crate) fn check_mtu(mtu: u16, doing: &'static str) -> Result<()> {
    let most = MOST_MTU - MOST_OVERHEAD;
    if mtu < LEAST_MTU || u32::from(mtu) > most {
        return Err(Error::input(doing, format!("{mtu} is not between {LEAST_MTU} and {most}")));
    }
    Ok(())
}

fn millis(duration: Duration) -> c_uint {
    // What is longer than three weeks is without end.
    const LONG: c_uint = i32::MAX as c_uint;
    c_uint::try_from(duration.as_millis()).map_or(LONG, |millis| millis.clamp(1, LONG))
}

fn too_large(why: String) -> Error {
    Failure::new(ErrorKind::TooLarge, DOING).detail(why).into()
}
