//! The program's own code inside a call: the closures of a configuration, and what becomes of their refusals and panics.

use std::any::Any;
use std::collections::BTreeMap;
use std::ffi::c_int;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use gnutls_sys as sys;

use super::Engine;
use super::checks::VerifyHook;
use super::frame;
use super::raw_key::RawKeyTrust;
use super::retrieve::IdentityHook;
use super::staple::StapleHook;
use super::tickets::TicketHook;
use super::view::HandshakeView;
use crate::alert::Alert;
use crate::error::{ErrorKind, Failure, Refusal};

/// What a configuration wants to be asked, each by its builder's method.
#[derive(Clone, Default)]
pub(crate) struct Hooks {
    pub(crate) identity: Option<IdentityHook>,
    pub(crate) raw_keys: Option<RawKeyTrust>,
    pub(crate) client_hello: Option<Arc<ClientHelloHook>>,
    pub(crate) verify: Option<Arc<VerifyHook>>,
    pub(crate) staple: Option<Arc<StapleHook>>,
    /// By the number of the identity.
    pub(crate) identity_staples: BTreeMap<usize, Arc<StapleHook>>,
    pub(crate) ticket: Option<Arc<TicketHook>>,
}

type ClientHelloHook = dyn Fn(&HandshakeView<'_>) -> Result<(), Refusal> + Send + Sync;

/// How a hook made its call fail.
pub(super) enum Left {
    Refused { name: &'static str, refusal: Refusal },
    Panicked { name: &'static str, message: String },
}

impl Engine {
    /// Has the session, which nobody else has yet, ask `hooks`.
    pub(crate) fn set_hooks(&mut self, hooks: Arc<Hooks>) {
        if hooks.client_hello.is_some() {
            // SAFETY: nobody shares the session yet; `client_hello` keeps the contract of the function.
            unsafe {
                sys::gnutls_handshake_set_post_client_hello_function(self.raw(), Some(frame::client_hello));
            };
        }
        self.hooks = hooks;
    }

    /// Asks `hook` about the peer's certificate, in place of the configuration's.
    pub(crate) fn set_verify_hook(&mut self, hook: Arc<VerifyHook>) {
        Arc::make_mut(&mut self.hooks).verify = Some(hook);
    }

    /// The callback once a server has read what the client offers: 0, or the error that ends the handshake.
    pub(super) fn asked_for_client_hello(&self) -> c_int {
        let Some(hook) = &self.hooks.client_hello else { return 0 };
        let answer = self.run_hook("on_client_hello", |view| hook(view));
        if answer.is_some() { 0 } else { sys::GNUTLS_E_USER_ERROR }
    }

    /// Runs a hook, whose frame holds both locks; `name` is its builder's method. `None` after a refusal or a panic: what
    /// C then gets must make its call fail, for which [`fail`](Engine::fail) finds the reason.
    pub(super) fn run_hook<R>(
        &self,
        name: &'static str,
        hook: impl FnOnce(&HandshakeView<'_>) -> Result<R, Refusal>,
    ) -> Option<R> {
        let left = match catch_unwind(AssertUnwindSafe(|| hook(&HandshakeView::new(self)))) {
            Ok(Ok(value)) => return Some(value),
            Ok(Err(refusal)) => Left::Refused { name, refusal },
            Err(panic) => Left::Panicked { name, message: message(&*panic) },
        };
        // The first is the one that is told.
        let _ = self.left.set(Box::new(left));
        None
    }
}

impl Left {
    /// The failure of the call that the hook was in.
    pub(super) fn tell(&self, failure: Failure) -> Failure {
        let failure = failure.kind(ErrorKind::Callback);
        match self {
            Left::Refused { name, refusal } => {
                let (_, why) = refusal.clone().into_parts();
                failure.detail(format!("{name} refuses: {why}")).source(why)
            }
            Left::Panicked { name, message } => failure.detail(format!("{name} panicked: {message}")),
        }
    }

    /// What the peer is told.
    pub(super) fn alert(&self) -> Alert {
        match self {
            Left::Refused { refusal, .. } => refusal.clone().into_parts().0,
            Left::Panicked { .. } => Alert::INTERNAL_ERROR,
        }
    }
}

/// What a panic says.
fn message(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().copied().or_else(|| panic.downcast_ref::<String>().map(String::as_str));
    text.unwrap_or("(no text)").to_owned()
}
