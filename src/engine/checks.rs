//! What verification demands, whom it asks, and what it finds about each certificate.

use std::ffi::{CString, c_int};
use std::ptr;
use std::sync::Arc;

use gnutls_sys as sys;

use super::frame;
use super::view::HandshakeView;
use super::{Engine, Verify};
use crate::error::{Error, Failure, Origin, Refusal, Result};
use crate::transport::Silent;
use crate::x509::{Verification, VerifyDemands, VerifyFlags, VerifyProfile, VerifyStatus, recorded};

/// Code of the program's own that has the last word about a peer's certificate.
pub(crate) type VerifyHook =
    dyn Fn(&HandshakeView<'_>, &Verification) -> std::result::Result<(), Refusal> + Send + Sync;

/// What GnuTLS calls to verify a peer's certificate.
pub(crate) const VERIFY_FUNCTION: sys::gnutls_certificate_verify_function = Some(frame::verify);

/// How a session verifies its peer.
pub(super) struct Checks {
    /// Beside trust.
    demands: Arc<VerifyDemands>,
    /// What the C session points to, and what points to `demands`, if GnuTLS verifies without asking us.
    alone: Option<Typed>,
}

/// What a session goes by.
pub(crate) struct VerifySettings {
    /// How strong the algorithms must be, in place of what the priorities say.
    pub(crate) profile: Option<VerifyProfile>,
    /// The credentials, and so all sessions that have them, have the [`VERIFY_FUNCTION`].
    pub(crate) by_credentials: bool,
}

#[derive(Default)]
struct Typed(Box<[sys::gnutls_typed_vdata_st]>);

// SAFETY: what it points to lies beside it, is never changed, and is read by C only, under both locks.
unsafe impl Send for Typed {}
// SAFETY: as above.
unsafe impl Sync for Typed {}

impl Checks {
    /// Those of a session that nobody else has yet.
    pub(super) fn of(demands: Arc<VerifyDemands>) -> Checks {
        Checks { demands, alone: None }
    }
}

impl Engine {
    /// What tells the session's demands on its peer from those of other sessions of the configuration.
    pub(super) fn demanded(&self) -> CString {
        let own = &self.terms.own_priorities;
        // The debug form has no NUL byte.
        CString::new(format!("{:?} {own:?}", self.checks.demands)).unwrap_or_default()
    }

    /// Remembers that the session, which nobody else has yet, has priorities of its own.
    pub(crate) fn set_own_priorities(&mut self, priorities: String) {
        Arc::make_mut(&mut self.terms).own_priorities = Some(priorities.into());
    }

    /// Has the session, which nobody else has yet, verify its peer so. Its [hooks](Engine::set_hooks) are known.
    pub(crate) fn set_verification(&mut self, settings: VerifySettings) -> Result<()> {
        // GnuTLS knows nothing of whose a raw public key is.
        let asks = self.hooks.verify.is_some() || self.hooks.raw_keys.is_some();
        let alone = !asks && self.verify == Verify::Server;
        let profile = settings.profile.map_or(0, |profile| VerifyFlags::empty().with_profile(profile).raw());
        let session = self.raw();
        let host = self.checks.demands.only_host().filter(|_| alone);
        if host.is_some() || profile != 0 {
            let host = host.map_or(ptr::null(), |host| host.as_ptr());
            // SAFETY: a fresh session; the name lives as long as the session, in `checks`. This call changes the profile
            // without mixing it with another.
            unsafe { sys::gnutls_session_set_verify_cert(session, host, profile) };
            if !host.is_null() {
                self.checks.alone = Some(Typed::default());
                return Ok(());
            }
        }
        if alone {
            let typed = self.checks.alone.insert(Typed::of(&self.checks.demands)?);
            let (typed, count) = typed.parts();
            // SAFETY: a fresh session; the `count` demands live as long as the session, in `checks`.
            unsafe { sys::gnutls_session_set_verify_cert2(session, typed, count, 0) };
            return Ok(());
        }
        let function = if settings.by_credentials { None } else { VERIFY_FUNCTION };
        // SAFETY: a fresh session; `verify` keeps the contract of the function. Without one GnuTLS calls that of the
        // credentials, which the caller says is the same.
        unsafe { sys::gnutls_session_set_verify_function(session, function) };
        Ok(())
    }

    /// What GnuTLS, if it verified by itself, found; `None` if it has not verified. Both locks are held.
    pub(super) fn found_alone(&self) -> Option<VerifyStatus> {
        self.checks.alone.as_ref()?;
        // SAFETY: both locks are held.
        let status = unsafe { sys::gnutls_session_get_verify_cert_status(self.raw()) };
        // GnuTLS has this before it has verified.
        (status != u32::MAX).then_some(VerifyStatus::from_raw(status))
    }

    /// Verifies the peer's certificate by the session's demands, in a frame that holds both locks.
    pub(super) fn verify_by_demands(&self, record: bool) -> (c_int, Verification) {
        match Typed::of(&self.checks.demands) {
            Ok(typed) => self.verify_by(&typed, record),
            Err(_) => (sys::GNUTLS_E_INVALID_REQUEST, Verification::new(VerifyStatus::empty(), Vec::new())),
        }
    }

    /// Verifies the peer's certificate by any demands, in a frame that holds both locks.
    fn verify_by(&self, typed: &Typed, record: bool) -> (c_int, Verification) {
        let (typed, count) = typed.parts();
        self.recorded(record, |session, status| {
            // SAFETY: the frame holds both locks; `count` demands with data that live through the call, which only reads
            // them; a valid out pointer.
            unsafe { sys::gnutls_certificate_verify_peers(session, typed, count, status) }
        })
    }

    /// Makes a verification in a frame that holds both locks: its code, and what it found, with the steps if `record`.
    fn recorded(
        &self,
        record: bool,
        call: impl FnOnce(sys::gnutls_session_t, &mut u32) -> c_int,
    ) -> (c_int, Verification) {
        let mut status = 0;
        if !record {
            let code = call(self.raw(), &mut status);
            return (code, Verification::new(VerifyStatus::from_raw(status), Vec::new()));
        }
        let (code, steps) = recorded(|record| {
            self.report_steps(record);
            let code = call(self.raw(), &mut status);
            self.report_steps(None);
            code
        });
        (code, Verification::new(VerifyStatus::from_raw(status), steps))
    }

    fn report_steps(&self, record: sys::gnutls_verify_output_function) {
        // SAFETY: a frame holds both locks; the function, if any, keeps the contract of its type.
        unsafe { sys::gnutls_session_set_verify_output_function(self.raw(), record) };
    }

    /// Verifies the peer of a finished handshake once more.
    pub(crate) fn verify_again(&self, demands: &VerifyDemands) -> Result<Verification> {
        const DOING: &str = "verifying the peer's certificate";
        self.not_inside(DOING)?;
        let mut found = Err(Error::input(DOING, "there is none"));
        let called = frame::call(self, &Silent, self.lock.both(), |_| found = self.verify_peer_by(demands));
        drop(self.settle(called.held));
        found
    }

    /// Verifies the peer's certificate by other demands, in a frame that holds both locks.
    fn verify_peer_by(&self, demands: &VerifyDemands) -> Result<Verification> {
        checked(self.verify_by(&Typed::of(demands)?, true))
    }
}

impl Typed {
    fn of(demands: &VerifyDemands) -> Result<Typed> {
        Ok(Typed(demands.raw()?.into()))
    }

    /// As C takes it, which does not write to it.
    fn parts(&self) -> (*mut sys::gnutls_typed_vdata_st, u32) {
        (self.0.as_ptr().cast_mut(), u32::try_from(self.0.len()).unwrap_or(0))
    }
}

fn checked((code, found): (c_int, Verification)) -> Result<Verification> {
    if code < 0 {
        return Err(Failure::of_code(code, Origin::Session, "verifying the peer's certificate").into());
    }
    Ok(found)
}

/// For a callback that decides about the peer's certificate.
impl HandshakeView<'_> {
    /// Verifies the peer's chain for other demands than the configuration's.
    ///
    /// # Errors
    /// [`ErrorKind::Verification`](crate::ErrorKind::Verification) if the peer has shown no certificate.
    #[doc(alias = "gnutls_certificate_verify_peers")]
    pub fn verify(&self, demands: &VerifyDemands) -> Result<Verification> {
        self.engine().verify_peer_by(demands)
    }

    /// Verifies the peer's chain, whoever it belongs to and whatever it is meant for.
    ///
    /// # Errors
    /// As for [`verify`](HandshakeView::verify).
    #[doc(alias = "gnutls_certificate_verify_peers2")]
    pub fn verify_chain(&self) -> Result<Verification> {
        checked(self.engine().recorded(true, |session, status| {
            // SAFETY: the callback's frame holds both locks; a valid out pointer.
            unsafe { sys::gnutls_certificate_verify_peers2(session, status) }
        }))
    }

    /// Verifies the peer's chain for a host, whatever it is meant for.
    ///
    /// # Errors
    /// As for [`verify`](HandshakeView::verify); [`ErrorKind::InvalidInput`](crate::ErrorKind::InvalidInput) if the name has
    /// a NUL byte.
    #[doc(alias = "gnutls_certificate_verify_peers3")]
    pub fn verify_host(&self, name: &str) -> Result<Verification> {
        let name = crate::ffi::c_string(name, "verifying the peer's certificate")?;
        checked(self.engine().recorded(true, |session, status| {
            // SAFETY: the callback's frame holds both locks; a name that lives through the call; a valid out pointer.
            unsafe { sys::gnutls_certificate_verify_peers3(session, name.as_ptr(), status) }
        }))
    }
}
