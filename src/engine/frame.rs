//! One call into GnuTLS that may call back, and the callbacks.
//!
//! GnuTLS calls back on the thread that called it, before it returns. So the callbacks find what they may touch on
//! that thread's stack: the [`Frame`] of the innermost call, which owns the locks the call was made under. A callback
//! cannot reach a side of the session that its own call does not hold, whatever GnuTLS does.

mod custom;
mod innermost;
mod outside;

use std::cell::RefCell;
use std::ffi::{c_char, c_int, c_uint, c_void};
use std::io;
use std::ptr;
use std::slice;

use gnutls_sys as sys;
use nix::errno::Errno;

use super::Engine;
use super::sides::Held;
use super::srp::SrpPlaces;
use crate::ffi::{PanicSlot, copied};
use crate::resumption::TicketFacts;
use crate::transport::Transport;
pub(super) use custom::{EXTENSION_RECEIVED, EXTENSION_SENDING, SUPPLEMENTAL_RECEIVED, SUPPLEMENTAL_SENDING};
pub(super) use innermost::is_inside;
use innermost::{Entered, innermost};
pub(super) use outside::{alert_out, message_out, secrets_made};

/// A call into GnuTLS: on whose behalf, and with which locks.
pub(super) struct Frame<'a> {
    pub(super) engine: &'a Engine,
    io: &'a dyn Transport,
    held: RefCell<Held<'a>>,
    stop: RefCell<Option<Stop>>,
    panic: PanicSlot,
    outer: *const Frame<'static>,
}

/// Why the transport gave GnuTLS nothing more.
pub(super) enum Stop {
    /// Nothing is there yet.
    Starved,
    /// The stream is over.
    Ended,
    /// The transport failed.
    Failed(io::Error),
    /// A renegotiation has to make room for data first.
    Data,
}

/// What a call left behind.
pub(super) struct Called<'a, R> {
    pub(super) value: R,
    /// The locks it was made under, SEND added if it met a change of keys.
    pub(super) held: Held<'a>,
    /// Why it could not go on, if it could not.
    pub(super) stop: Option<Stop>,
}

/// Makes `call`, which may call back, with `held` in the hands of the callbacks.
///
/// # Panics
/// With the panic of the transport, or of another callback, once C has returned.
pub(super) fn call<'a, R>(
    engine: &'a Engine,
    io: &'a dyn Transport,
    held: Held<'a>,
    call: impl FnOnce(sys::gnutls_session_t) -> R,
) -> Called<'a, R> {
    let frame = Frame {
        engine,
        io,
        held: RefCell::new(held),
        stop: RefCell::new(None),
        panic: PanicSlot::default(),
        outer: innermost(),
    };
    let entered = Entered::new(&frame);
    let value = call(engine.raw());
    drop(entered);
    frame.panic.resume();
    Called { value, held: frame.held.into_inner(), stop: frame.stop.into_inner() }
}

/// Offers the outbox to the transport, with the same protection as a call into GnuTLS: a transport is somebody's code.
/// The value is true if everything went. Nothing happens without SEND.
pub(super) fn flush<'a>(engine: &'a Engine, io: &'a dyn Transport, held: Held<'a>) -> Called<'a, io::Result<bool>> {
    let result = RefCell::new(Ok(false));
    let called = call(engine, io, held, |_| {
        with_frame((), |frame| {
            if let Some(side) = frame.held.borrow_mut().send_side() {
                *result.borrow_mut() = side.outbox.flush(frame.io);
            }
        });
    });
    Called { value: result.into_inner(), held: called.held, stop: called.stop }
}

/// Runs code of the program's that makes calls of its own, protected as in [`flush`]. The value is `None` if it panicked,
/// which goes on in the caller.
pub(super) fn lend<'a, R>(
    engine: &'a Engine,
    io: &'a dyn Transport,
    held: Held<'a>,
    code: impl FnOnce(sys::gnutls_session_t) -> R,
) -> Called<'a, Option<R>> {
    let mut value = None;
    let called = call(engine, io, held, |session| with_frame((), |_| value = Some(code(session))));
    Called { value, held: called.held, stop: called.stop }
}

/// Shuts the transport down, protected as in [`flush`].
pub(super) fn shutdown<'a>(engine: &'a Engine, io: &'a dyn Transport, held: Held<'a>) -> Held<'a> {
    call(engine, io, held, |_| with_frame((), |frame| frame.io.shutdown())).held
}

/// Runs the body of a callback on the frame that it belongs to; `failure` is for C if there is none, or after a panic.
pub(super) fn with_frame<R: Copy>(failure: R, body: impl FnOnce(&Frame<'_>) -> R) -> R {
    let frame = innermost();
    if frame.is_null() {
        return failure;
    }
    // SAFETY: `call` put the address of its own frame there and takes it away before the frame dies; C calls back on
    // this thread, inside that `call`. The lifetime that was erased is longer than this borrow.
    let frame = unsafe { &*frame };
    frame.panic.catch(failure, || body(frame))
}

impl Frame<'_> {
    /// Bytes for GnuTLS: copies up to `room` of them to `to`.
    fn pull(&self, to: *mut u8, room: usize) -> Option<usize> {
        let mut held = self.held.borrow_mut();
        let recv = held.recv_side()?;
        let datagram = self.engine.is_datagram();
        let read = match recv.is_before_data(self.io) {
            Ok(true) => {
                self.stop.replace(Some(Stop::Data));
                return None;
            }
            Ok(false) if datagram => recv.inbox.read_record(self.io, room),
            Ok(false) => recv.inbox.read(self.io, room),
            Err(error) => Err(error),
        };
        let stop = match read {
            Ok([]) => Stop::Ended,
            Ok(bytes) => {
                // SAFETY: GnuTLS's pull contract: `to` has `room` bytes for us, and `read` gives at most that many;
                // the inbox is our own memory.
                unsafe { ptr::copy_nonoverlapping(bytes.as_ptr(), to, bytes.len()) };
                let taken = bytes.len();
                if let Some(renegotiation) = recv.seldom.as_mut().and_then(|seldom| seldom.renegotiation.as_mut()) {
                    renegotiation.taken(bytes);
                }
                recv.pulled = true;
                // GnuTLS may have looked in vain before.
                self.stop.replace(None);
                return Some(taken);
            }
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => Stop::Starved,
            Err(error) => Stop::Failed(error),
        };
        self.stop.replace(Some(stop));
        None
    }

    /// Whether there is a datagram for GnuTLS, which does not wait for one.
    fn has_arrived(&self) -> bool {
        let mut held = self.held.borrow_mut();
        let Some(recv) = held.recv_side() else { return false };
        let stop = match recv.inbox.await_record(self.io) {
            Ok(_) => return true,
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => Stop::Starved,
            Err(error) => Stop::Failed(error),
        };
        drop(held);
        self.stop.replace(Some(stop));
        false
    }

    /// A record from GnuTLS.
    fn push(&self, record: &[u8]) {
        let mut held = self.held.borrow_mut();
        if !held.has_send() {
            // Receiving made GnuTLS write: from here on the call is exclusive.
            held.escalate();
        }
        let Some(side) = held.send_side() else { return };
        side.records += 1;
        side.all_records += 1;
        if std::mem::take(&mut side.last) || self.engine.is_datagram() {
            // GnuTLS has done its part, whatever becomes of the transport.
            self.panic.catch((), || side.outbox.pass(self.io, record));
        } else {
            side.outbox.append(record);
        }
    }

    /// GnuTLS is about to act on a handshake message of the peer.
    fn incoming(&self, message: sys::gnutls_handshake_description_t, body: *const sys::gnutls_datum_t) {
        let mut held = self.held.borrow_mut();
        if held.recv_side().is_none() {
            return;
        }
        held.escalate();
        if let Some(renegotiation) = held.recv_side().and_then(|side| side.renegotiation()) {
            renegotiation.note_message(message);
        }
        // SAFETY: GnuTLS's hook contract: null, or a datum that is valid during the callback.
        let text = || unsafe { body.as_ref() }.map(|body| unsafe { copied(body) }).unwrap_or_default();
        match message {
            sys::GNUTLS_HANDSHAKE_CERTIFICATE_VERIFY => {
                if let Some(reauth) = held.recv_side().and_then(|side| side.reauth.as_mut()) {
                    reauth.proved = true;
                }
            }
            sys::GNUTLS_HANDSHAKE_CLIENT_HELLO => self.engine.before_client_hello(&mut held, &text()),
            sys::GNUTLS_HANDSHAKE_NEW_SESSION_TICKET => {
                if let Some(side) = held.recv_side() {
                    side.ticket = TicketFacts::read(&text());
                }
            }
            _ => {}
        }
        if message != sys::GNUTLS_HANDSHAKE_KEY_UPDATE || !self.engine.has_key_updates() {
            return;
        }
        self.engine.keep_session_data(&mut held);
        let asked = take_update_request(body);
        if let Some(side) = held.recv_side() {
            side.key_updates += 1;
        }
        if let Some(side) = held.send_side() {
            side.answer_due |= asked;
            side.update_asked = false;
        }
    }

    /// GnuTLS has acted on a handshake message of the peer: 0, or the error that ends the session.
    fn acted_on(&self, message: sys::gnutls_handshake_description_t) -> c_int {
        if message == sys::GNUTLS_HANDSHAKE_CLIENT_HELLO {
            self.engine.forget_foreign_certificate(&mut self.held.borrow_mut());
        }
        if message != sys::GNUTLS_HANDSHAKE_NEW_SESSION_TICKET {
            return 0;
        }
        // The program's code, which is told, finds nothing borrowed.
        let facts = self.held.borrow_mut().recv_side().map(|side| side.ticket);
        self.engine.took_ticket(facts.unwrap_or_default())
    }
}

/// `KeyUpdateRequest` of RFC 8446, section 4.6.3.
const UPDATE_NOT_REQUESTED: u8 = 0;
const UPDATE_REQUESTED: u8 = 1;

/// Whether a KeyUpdate asks for ours; if so, GnuTLS is made to read that it does not.
///
/// GnuTLS would answer inside a later `gnutls_record_send`, where an interrupted send repeats data, and it takes two
/// requests that cross for a fault of the peer (RFC 8446, section 4.6.3, allows them). The answer is ours to send.
fn take_update_request(body: *const sys::gnutls_datum_t) -> bool {
    if body.is_null() {
        return false;
    }
    // SAFETY: GnuTLS's hook contract: a datum that is valid during the callback.
    let body = unsafe { &*body };
    if body.size != 1 || body.data.is_null() {
        return false;
    }
    // SAFETY: `size` says that there is one byte.
    let request = unsafe { body.data.read() };
    if request == UPDATE_REQUESTED {
        // SAFETY: the byte lies in the session's own heap buffer of the received message (`hsk.data`, a gnutls_buffer
        // that is not const in any release from 3.7.1 to 3.8.13), which GnuTLS reads after this hook and before
        // anything else; no other thread is in the session, because `incoming` has both locks.
        unsafe { body.data.write(UPDATE_NOT_REQUESTED) };
        return true;
    }
    false
}

/// `gnutls_pull_func`.
pub(super) unsafe extern "C" fn pull(_: sys::gnutls_transport_ptr_t, to: *mut c_void, room: usize) -> isize {
    let taken = with_frame(None, |frame| frame.pull(to.cast(), room));
    // GnuTLS never learns of an end or an error of the transport: its session stays usable for the other direction, and
    // `Called::stop` has the cause. What it learns is what `why` says.
    taken.and_then(|taken| isize::try_from(taken).ok()).unwrap_or(-1)
}

/// `gnutls_errno_func`: why a callback of the transport has failed. The thread's own `errno` may be another's by now.
pub(super) unsafe extern "C" fn why(_: sys::gnutls_transport_ptr_t) -> c_int {
    with_frame(Errno::EIO as c_int, |_| Errno::EAGAIN as c_int)
}

/// `gnutls_push_func`.
pub(super) unsafe extern "C" fn push(_: sys::gnutls_transport_ptr_t, from: *const c_void, length: usize) -> isize {
    let part = sys::giovec_t { iov_base: from.cast_mut(), iov_len: length };
    // SAFETY: GnuTLS's push contract: `from` has `length` bytes during the call.
    unsafe { push_all(slice::from_ref(&part)) }
}

/// `gnutls_vec_push_func`.
pub(super) unsafe extern "C" fn push_vector(
    _: sys::gnutls_transport_ptr_t,
    parts: *const sys::giovec_t,
    count: c_int,
) -> isize {
    let count = usize::try_from(count).unwrap_or(0);
    // SAFETY: GnuTLS's vec_push contract: `count` parts, one at least, during the call.
    let parts = unsafe { slice::from_raw_parts(parts, count) };
    // SAFETY: as above, and each has the bytes that it says.
    unsafe { push_all(parts) }
}

/// Takes records: how many bytes, or -1 after a panic.
///
/// # Safety
/// Each part has as many bytes as it says.
unsafe fn push_all(parts: &[sys::giovec_t]) -> isize {
    let body = |frame: &Frame<'_>| {
        let mut length = 0;
        for part in parts {
            // SAFETY: the caller's promise.
            let record = unsafe { slice::from_raw_parts(part.iov_base.cast::<u8>(), part.iov_len) };
            frame.push(record);
            length += record.len();
        }
        isize::try_from(length).unwrap_or(isize::MAX)
    };
    let taken = with_frame(-1, body);
    if taken < 0 {
        // GnuTLS must not come again with what it could not push.
        // SAFETY: a live session, in a callback of a call on it. The number is one that GnuTLS itself has the calls of both
        // directions reset without a lock.
        with_frame((), |frame| unsafe { sys::gnutls_transport_set_errno(frame.engine.raw(), Errno::EIO as c_int) });
    }
    taken
}

/// `gnutls_pull_timeout_func`: a session is made with GNUTLS_NONBLOCK, and GnuTLS does not wait in it. Over datagrams it
/// decides by the answer whether to send a flight again.
pub(super) unsafe extern "C" fn pull_timeout(_: sys::gnutls_transport_ptr_t, _: c_uint) -> c_int {
    with_frame(0, |frame| c_int::from(!frame.engine.is_datagram() || frame.has_arrived()))
}

/// `gnutls_handshake_hook_func`, before a message is acted on and after.
pub(super) unsafe extern "C" fn hook(
    _: sys::gnutls_session_t,
    message: c_uint,
    when: c_uint,
    incoming: c_uint,
    body: *const sys::gnutls_datum_t,
) -> c_int {
    with_frame(sys::GNUTLS_E_INTERNAL_ERROR, |frame| {
        match (incoming != 0, when) {
            (true, sys::GNUTLS_HOOK_PRE) => {
                frame.incoming(message, body);
                // SAFETY: GnuTLS's hook contract: null, or a datum that is valid during the callback.
                let code = unsafe { frame.engine.look_at_client(message, body) };
                if code != 0 {
                    return code;
                }
                let code = frame.engine.look_at_peer_key(message);
                if code != 0 {
                    return code;
                }
                // SAFETY: as above.
                let code = unsafe { frame.looked_at(message, body) };
                if code != 0 {
                    return code;
                }
                // SAFETY: as above.
                return unsafe { frame.engine.look_at_srp_group(message, body) };
            }
            (true, sys::GNUTLS_HOOK_POST) => return frame.acted_on(message),
            _ => {}
        }
        0
    })
}

/// `gnutls_keylog_func`.
pub(super) unsafe extern "C" fn key_log(
    _: sys::gnutls_session_t,
    label: *const c_char,
    secret: *const sys::gnutls_datum_t,
) -> c_int {
    with_frame(sys::GNUTLS_E_INTERNAL_ERROR, |frame| {
        // SAFETY: GnuTLS's contract: a string and a datum that are valid during the callback.
        unsafe { frame.engine.log_key(label, secret) };
        0
    })
}

/// `gnutls_certificate_verify_function`.
pub(super) unsafe extern "C" fn verify(_: sys::gnutls_session_t) -> c_int {
    with_frame(sys::GNUTLS_E_CERTIFICATE_VERIFICATION_ERROR, |frame| frame.engine.verify_peer())
}

/// `gnutls_handshake_simple_hook_func`, after a client hello.
pub(super) unsafe extern "C" fn client_hello(_: sys::gnutls_session_t) -> c_int {
    with_frame(sys::GNUTLS_E_INTERNAL_ERROR, |frame| frame.engine.asked_for_client_hello())
}

/// `gnutls_status_request_ocsp_func`; `chain` is the number that it was set with.
pub(super) unsafe extern "C" fn staple(
    _: sys::gnutls_session_t,
    chain: *mut c_void,
    response: *mut sys::gnutls_datum_t,
) -> c_int {
    // SAFETY: GnuTLS's contract: a datum whose contents it frees.
    with_frame(sys::GNUTLS_E_INTERNAL_ERROR, |frame| unsafe { frame.engine.give_staple(chain.addr(), response) })
}

/// `gnutls_psk_client_credentials_function2`.
pub(super) unsafe extern "C" fn choose_psk(
    _: sys::gnutls_session_t,
    identity: *mut sys::gnutls_datum_t,
    key: *mut sys::gnutls_datum_t,
) -> c_int {
    // SAFETY: GnuTLS's contract: two empty data, whose contents it frees.
    with_frame(sys::GNUTLS_E_INTERNAL_ERROR, |frame| unsafe { frame.engine.choose_psk(identity, key) })
}

/// `gnutls_psk_server_credentials_function2`.
pub(super) unsafe extern "C" fn find_psk(
    _: sys::gnutls_session_t,
    identity: *const sys::gnutls_datum_t,
    key: *mut sys::gnutls_datum_t,
) -> c_int {
    // SAFETY: GnuTLS's contract: the identity is valid during the callback, and what the empty datum gets is freed.
    with_frame(sys::GNUTLS_E_INTERNAL_ERROR, |frame| unsafe { frame.engine.find_psk(identity, key) })
}

/// `gnutls_psk_client_credentials_function3`.
#[cfg(gnutls_3_8_1)]
pub(super) unsafe extern "C" fn choose_importing_psk(
    _: sys::gnutls_session_t,
    identity: *mut sys::gnutls_datum_t,
    key: *mut sys::gnutls_datum_t,
    flags: *mut sys::gnutls_psk_key_flags,
) -> c_int {
    // SAFETY: GnuTLS's contract: two empty data, whose contents it frees, and null or a place for flags.
    with_frame(sys::GNUTLS_E_INTERNAL_ERROR, |frame| unsafe { frame.engine.choose_importing_psk(identity, key, flags) })
}

/// `gnutls_psk_server_credentials_function3`.
#[cfg(gnutls_3_8_1)]
pub(super) unsafe extern "C" fn find_imported_psk(
    _: sys::gnutls_session_t,
    identity: *const sys::gnutls_datum_t,
    key: *mut sys::gnutls_datum_t,
    flags: *mut sys::gnutls_psk_key_flags,
) -> c_int {
    // SAFETY: GnuTLS's contract: the identity is valid during the callback, what the empty datum gets is freed, and null or
    // a place for flags.
    with_frame(sys::GNUTLS_E_INTERNAL_ERROR, |frame| unsafe { frame.engine.find_imported_psk(identity, key, flags) })
}

/// `gnutls_srp_client_credentials_function`.
pub(super) unsafe extern "C" fn choose_srp(
    _: sys::gnutls_session_t,
    name: *mut *mut c_char,
    password: *mut *mut c_char,
) -> c_int {
    // SAFETY: GnuTLS's contract: two places for strings, which it frees.
    with_frame(sys::GNUTLS_E_INTERNAL_ERROR, |frame| unsafe { frame.engine.choose_srp(name, password) })
}

/// `gnutls_srp_server_credentials_function`.
pub(super) unsafe extern "C" fn find_srp(
    _: sys::gnutls_session_t,
    name: *const c_char,
    salt: *mut sys::gnutls_datum_t,
    verifier: *mut sys::gnutls_datum_t,
    generator: *mut sys::gnutls_datum_t,
    prime: *mut sys::gnutls_datum_t,
) -> c_int {
    let places = SrpPlaces { salt, verifier, generator, prime };
    // SAFETY: GnuTLS's contract: a string that is valid during the callback, and four empty data, whose contents it frees.
    with_frame(sys::GNUTLS_E_INTERNAL_ERROR, |frame| unsafe { frame.engine.find_srp(name, &places) })
}
