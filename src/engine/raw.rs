//! The C session itself, lent to the program under both locks; and the program's own data at a session.

use std::any::Any;
use std::ffi::{c_int, c_void};
use std::fmt;
use std::marker::PhantomData;
use std::ptr;
use std::sync::Arc;

use gnutls_sys as sys;

use super::Engine;
use super::frame;
use super::receive::note_stop;
use super::view::HandshakeView;
use crate::error::{Error, Result};
use crate::transport::Transport;

const LENDING: &str = "lending the session to C";
const KEEPING: &str = "keeping data at a session";

/// A C session that [`Session::with_raw`](crate::Session::with_raw) lends, and the pointers in it that are C's own.
///
/// The crate needs none of these pointers: its callbacks know whose they are. So C code that shares a session finds there
/// what it, or its caller, has put there. No transport is reached through them.
pub struct RawSession<'a> {
    raw: sys::gnutls_session_t,
    /// It stays on the thread whose call holds the locks.
    _here: PhantomData<(&'a Engine, *const ())>,
}

#[allow(clippy::not_unsafe_ptr_arg_deref, reason = "GnuTLS keeps these pointers, and follows none")]
impl RawSession<'_> {
    /// The C session. What C may do with it is said at [`Session::with_raw`](crate::Session::with_raw).
    pub fn as_ptr(&self) -> sys::gnutls_session_t {
        self.raw
    }

    /// The pointer that C keeps at the session; that of [`Session::set_user_data`](crate::Session::set_user_data), if
    /// there is one.
    #[doc(alias = "gnutls_session_get_ptr")]
    pub fn user_ptr(&self) -> *mut c_void {
        // SAFETY: a live session, both of whose locks the frame holds.
        unsafe { sys::gnutls_session_get_ptr(self.raw) }
    }

    /// Sets that pointer. Data of [`Session::set_user_data`](crate::Session::set_user_data) are not found any more.
    #[doc(alias = "gnutls_session_set_ptr")]
    pub fn set_user_ptr(&self, pointer: *mut c_void) {
        // SAFETY: as above; the pointer is only kept.
        unsafe { sys::gnutls_session_set_ptr(self.raw, pointer) };
    }

    /// What C takes for the pointer to the transport that it receives from.
    #[doc(alias = "gnutls_transport_get_ptr")]
    pub fn transport_ptr(&self) -> *mut c_void {
        // SAFETY: as above.
        unsafe { sys::gnutls_transport_get_ptr(self.raw) }
    }

    /// What C takes for the pointers to the transports that it receives from and sends to.
    #[doc(alias = "gnutls_transport_get_ptr2")]
    pub fn transport_ptrs(&self) -> (*mut c_void, *mut c_void) {
        let (mut receiving, mut sending) = (ptr::null_mut(), ptr::null_mut());
        // SAFETY: as above, and valid out pointers.
        unsafe { sys::gnutls_transport_get_ptr2(self.raw, &mut receiving, &mut sending) };
        (receiving, sending)
    }

    /// What C takes for the descriptor that it receives from; -1 if none was set.
    #[doc(alias = "gnutls_transport_get_int")]
    pub fn transport_int(&self) -> c_int {
        // SAFETY: as above.
        unsafe { sys::gnutls_transport_get_int(self.raw) }
    }

    /// What C takes for the descriptors that it receives from and sends to.
    #[doc(alias = "gnutls_transport_get_int2")]
    pub fn transport_ints(&self) -> (c_int, c_int) {
        let (mut receiving, mut sending) = (0, 0);
        // SAFETY: as above, and valid out pointers.
        unsafe { sys::gnutls_transport_get_int2(self.raw, &mut receiving, &mut sending) };
        (receiving, sending)
    }

    /// Sets one pointer for both directions.
    #[doc(alias = "gnutls_transport_set_ptr")]
    pub fn set_transport_ptr(&self, pointer: *mut c_void) {
        // SAFETY: as above; the pointer is only kept, and handed to our callbacks, which ignore it.
        unsafe { sys::gnutls_transport_set_ptr(self.raw, pointer) };
    }

    /// Sets the pointers.
    #[doc(alias = "gnutls_transport_set_ptr2")]
    pub fn set_transport_ptrs(&self, receiving: *mut c_void, sending: *mut c_void) {
        // SAFETY: as above.
        unsafe { sys::gnutls_transport_set_ptr2(self.raw, receiving, sending) };
    }

    /// Sets the descriptors, for C code that asks for them: to wait for one, say. (The kernel's TLS is not offered them:
    /// GnuTLS leaves that be where the transport is not its own.)
    #[doc(alias = "gnutls_transport_set_int2")]
    pub fn set_transport_ints(&self, receiving: c_int, sending: c_int) {
        // SAFETY: as above.
        unsafe { sys::gnutls_transport_set_int2(self.raw, receiving, sending) };
    }
}

impl fmt::Debug for RawSession<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("RawSession").field(&self.raw).finish()
    }
}

impl HandshakeView<'_> {
    /// The session with the pointers that are C's own, for callbacks that C has a part in. What C may do with it is said
    /// at [`Session::with_raw`](crate::Session::with_raw).
    pub fn to_raw(&self) -> RawSession<'_> {
        RawSession { raw: self.raw(), _here: PhantomData }
    }

    /// The data that the program keeps at the session: see [`Session::user_data`](crate::Session::user_data).
    #[doc(alias = "gnutls_session_get_ptr")]
    pub fn user_data<D: Any + Send + Sync>(&self) -> Option<Arc<D>> {
        self.engine().user_data_held()
    }

    /// Keeps data at the session: see [`Session::set_user_data`](crate::Session::set_user_data).
    #[doc(alias = "gnutls_session_set_ptr")]
    pub fn set_user_data<D: Any + Send + Sync>(&self, data: Arc<D>) {
        drop(self.engine().set_user_data_held(data));
    }
}

impl Engine {
    /// Lends the C session to `code`, with both locks held and the transport at hand.
    pub(crate) fn with_raw<R>(&self, io: &dyn Transport, code: impl FnOnce(&RawSession<'_>) -> R) -> Result<R> {
        self.not_inside(LENDING)?;
        let called = frame::lend(self, io, self.lock.both(), |raw| code(&RawSession { raw, _here: PhantomData }));
        let mut held = self.flush_held(io, called.held);
        if let Some(stop) = called.stop.filter(|_| self.info().is_some()) {
            note_stop(&mut held, stop, self.is_datagram());
        }
        drop(self.settle(held));
        called.value.ok_or_else(|| Error::misuse(LENDING, "the code that it was lent to did not return"))
    }

    /// Keeps the program's data, in place of what there was.
    pub(crate) fn set_user_data<D: Any + Send + Sync>(&self, data: Arc<D>) -> Result<()> {
        self.not_inside(KEEPING)?;
        let held = self.lock.both();
        let before = self.set_user_data_held(data);
        // What the program's own code does when it is dropped needs no locks.
        drop(held);
        drop(before);
        Ok(())
    }

    /// The program's data, if they are of this type.
    pub(crate) fn user_data<D: Any + Send + Sync>(&self) -> Option<Arc<D>> {
        let _held = self.asked().both();
        self.user_data_held()
    }

    /// Both locks are held. What C finds at the session are the data themselves.
    fn set_user_data_held<D: Any + Send + Sync>(&self, data: Arc<D>) -> Option<Arc<dyn Any + Send + Sync>> {
        let pointer = Arc::as_ptr(&data).cast_mut().cast();
        // SAFETY: a live session whose locks are held; the pointer is only kept.
        unsafe { sys::gnutls_session_set_ptr(self.raw(), pointer) };
        self.user.lock().replace(data)
    }

    /// Both locks are held.
    fn user_data_held<D: Any + Send + Sync>(&self) -> Option<Arc<D>> {
        // SAFETY: a live session whose locks are held.
        let pointer: *mut c_void = unsafe { sys::gnutls_session_get_ptr(self.raw()) };
        let data = self.user.lock().clone()?.downcast::<D>().ok()?;
        // C may have set another since.
        ptr::eq(Arc::as_ptr(&data).cast(), pointer).then_some(data)
    }
}
