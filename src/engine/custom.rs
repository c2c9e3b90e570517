//! What a configuration adds to the handshake: extensions and supplemental data of the program's own, and a look at what
//! a client says. Asked in the handshake, whose frame holds both locks.

mod extension;
mod supplemental;

use std::ffi::c_int;
use std::sync::Arc;

use gnutls_sys as sys;
use parking_lot::Mutex;

use super::Engine;
use super::view::HandshakeView;
use crate::error::{Error, Refusal, Result};
pub use extension::{Extension, HelloMessages};
pub use supplemental::SupplementalData;

/// The most extensions, and the most supplemental data, of one configuration: C functions know which they are for by
/// their own address, and there are so many of each.
pub(super) const MOST: usize = 8;

/// What a configuration adds.
#[derive(Clone, Default)]
pub(crate) struct Additions {
    extensions: Vec<Extension>,
    supplemental: Vec<SupplementalData>,
    raw_hello: Option<Arc<RawHelloHook>>,
}

type RawHelloHook = dyn Fn(&HandshakeView<'_>, &[u8]) -> std::result::Result<(), Refusal> + Send + Sync;

/// The additions of a session, and what came of them.
pub(super) struct Custom {
    additions: Arc<Additions>,
    /// What the peer sent in the extensions, by their numbers.
    received: Mutex<Vec<(u16, Vec<u8>)>>,
}

impl Additions {
    pub(crate) fn is_empty(&self) -> bool {
        self.extensions.is_empty() && self.supplemental.is_empty() && self.raw_hello.is_none()
    }

    pub(crate) fn add_extension(&mut self, extension: Extension) -> Result<()> {
        let known = self.extensions.iter().any(|other| other.id() == extension.id());
        check_place("adding an extension", extension.id(), known, self.extensions.len())?;
        self.extensions.push(extension);
        Ok(())
    }

    pub(crate) fn add_supplemental(&mut self, data: SupplementalData) -> Result<()> {
        let known = self.supplemental.iter().any(|other| other.kind() == data.kind());
        check_place("adding supplemental data", data.kind(), known, self.supplemental.len())?;
        self.supplemental.push(data);
        Ok(())
    }

    pub(crate) fn set_raw_hello(&mut self, hook: Arc<RawHelloHook>) {
        self.raw_hello = Some(hook);
    }
}

/// Whether there is a place for one more of that number.
fn check_place(doing: &'static str, number: u16, known: bool, taken: usize) -> Result<()> {
    if known {
        return Err(Error::input(doing, format!("there is one with the number {number} already")));
    }
    if taken == MOST {
        return Err(Error::input(doing, format!("more than {MOST} are too many")));
    }
    Ok(())
}

impl Engine {
    /// Adds them to the session, which nobody else has yet.
    pub(crate) fn set_additions(&mut self, additions: Arc<Additions>) -> Result<()> {
        for (place, extension) in additions.extensions.iter().enumerate() {
            extension.register(self.raw(), place)?;
        }
        for (place, data) in additions.supplemental.iter().enumerate() {
            data.register(self.raw(), place)?;
        }
        self.custom = Some(Box::new(Custom { additions, received: Mutex::default() }));
        Ok(())
    }

    /// Adds one more to the session, which nobody else has yet.
    pub(super) fn extend(&mut self, extension: Extension) -> Result<()> {
        let mut additions = self.custom.take().map(|custom| (*custom.additions).clone()).unwrap_or_default();
        additions.add_extension(extension)?;
        let place = additions.extensions.len() - 1;
        additions.extensions[place].register(self.raw(), place)?;
        self.custom = Some(Box::new(Custom { additions: Arc::new(additions), received: Mutex::default() }));
        Ok(())
    }

    /// What the peer sent in the extension `id`.
    pub(crate) fn received_extension(&self, id: u16) -> Option<Vec<u8>> {
        let received = self.custom.as_ref()?.received.lock();
        received.iter().find(|(other, _)| *other == id).map(|(_, data)| data.clone())
    }

    /// The callback before GnuTLS acts on a handshake message that has come: 0, or the error of the handshake.
    pub(super) fn look_at(&self, message: sys::gnutls_handshake_description_t, body: &[u8]) -> c_int {
        let Some(custom) = &self.custom else { return 0 };
        let code = self.look_outside(message);
        if code != 0 {
            return code;
        }
        match message {
            // GnuTLS gives its callbacks the lengths that stand there, and looks later whether they are true.
            sys::GNUTLS_HANDSHAKE_SUPPLEMENTAL if !supplemental::is_well_formed(body) => {
                sys::GNUTLS_E_UNEXPECTED_PACKET_LENGTH
            }
            sys::GNUTLS_HANDSHAKE_CLIENT_HELLO if self.is_server => match &custom.additions.raw_hello {
                Some(hook) => self.answer("on_raw_client_hello", |view| hook(view, body)),
                None => 0,
            },
            _ => 0,
        }
    }

    /// The callback for the extension at `place`, whose data have come.
    pub(super) fn extension_received(&self, place: usize, data: &[u8]) -> c_int {
        let Some(custom) = &self.custom else { return 0 };
        let Some(extension) = custom.additions.extensions.get(place) else { return 0 };
        let mut received = custom.received.lock();
        received.retain(|(id, _)| *id != extension.id());
        received.push((extension.id(), data.to_vec()));
        drop(received);
        self.answer("on_receive of an extension", |view| extension.received(view, data))
    }

    /// The callback that wants the data of the extension at `place`: how many bytes `append` took.
    pub(super) fn extension_sending(&self, place: usize, append: impl FnOnce(&[u8]) -> c_int) -> c_int {
        let Some(custom) = &self.custom else { return 0 };
        let Some(extension) = custom.additions.extensions.get(place) else { return 0 };
        match self.run_hook("on_send of an extension", |view| extension.to_send(view)) {
            None => sys::GNUTLS_E_USER_ERROR,
            Some(None) => 0,
            // This is how an extension without data is sent.
            Some(Some(data)) if data.is_empty() => sys::GNUTLS_E_INT_RET_0,
            Some(Some(data)) => append(&data),
        }
    }

    /// The callback for the supplemental data at `place`, which have come.
    pub(super) fn supplemental_received(&self, place: usize, data: &[u8]) -> c_int {
        let Some(custom) = &self.custom else { return 0 };
        let Some(entry) = custom.additions.supplemental.get(place) else { return 0 };
        self.answer("on_receive of supplemental data", |view| entry.received(view, data))
    }

    /// The callback that wants the supplemental data at `place`.
    pub(super) fn supplemental_sending(&self, place: usize, append: impl FnOnce(&[u8]) -> c_int) -> c_int {
        let Some(custom) = &self.custom else { return 0 };
        let Some(entry) = custom.additions.supplemental.get(place) else { return 0 };
        match self.run_hook("on_send of supplemental data", |view| entry.to_send(view)) {
            None => sys::GNUTLS_E_USER_ERROR,
            Some(None) => 0,
            Some(Some(data)) => append(&data),
        }
    }

    /// Runs a hook that says yes or no.
    fn answer(
        &self,
        name: &'static str,
        hook: impl FnOnce(&HandshakeView<'_>) -> std::result::Result<(), Refusal>,
    ) -> c_int {
        if self.run_hook(name, hook).is_some() { 0 } else { sys::GNUTLS_E_USER_ERROR }
    }
}

impl HandshakeView<'_> {
    /// What the peer sent in the extension `id` that the configuration has, if it has come.
    pub fn received_extension(&self, id: u16) -> Option<Vec<u8>> {
        self.engine().received_extension(id)
    }
}
