//! A session that C shares, and data of the program's own at it.

use std::any::Any;
use std::sync::Arc;

use super::{Handshaking, Session};
use crate::engine::RawSession;
use crate::error::Result;
use crate::transport::Transport;

impl<T: Transport> Session<T> {
    /// Lends the C session to `code`, for what the crate does not offer and for C code that is not ported yet. No other
    /// call on the session is in progress until it returns, and GnuTLS reaches the transport as in any other call.
    ///
    /// C may ask and set whatever the crate has no word for, send with `gnutls_record_send` and receive with
    /// `gnutls_record_recv`. It must not
    ///
    /// * release the session, or keep the pointer after `code` has returned;
    /// * set functions or a transport: push and pull, verification, hooks, key logs, the caches of a server. (The pointer
    ///   of the transport is C's own: see [`RawSession`].)
    /// * shake hands, close or renew keys: [`close`](Session::close) and [`update_keys`](Session::update_keys) do, and
    ///   the crate must know of it;
    /// * wait: the transport never blocks, so `GNUTLS_E_AGAIN` is to be returned, and
    ///   [`interest`](Session::interest) waited for. What did not fit into the transport is sent later by itself: a send is
    ///   never repeated.
    ///
    /// # Errors
    /// [`Misuse`](crate::ErrorKind::Misuse) inside a callback of this session.
    ///
    /// # Panics
    /// With the panic of `code`.
    ///
    /// # Examples
    /// ```
    /// # use gnutls::x509::*;
    /// # use gnutls::*;
    /// # let key = PrivateKey::generate(KeyType::EcdsaP256)?;
    /// # let cert = CertificateBuilder::new().subject("CN=example.org").dns_name("example.org").self_signed(&key)?;
    /// # let client = ClientConfig::builder().with_trust(&[cert.clone()])?.build()?;
    /// # let server = ServerConfig::builder().with_identity(Identity::new(vec![cert], key)?)?.build()?;
    /// # let (near, far) = gnutls::transport::memory::pair(4096);
    /// # let peer = std::thread::spawn(move || server.accept(far).map(drop));
    /// # let session = client.connect("example.org", near)?;
    /// let is_tls13 = session.with_raw(|c| {
    ///     // SAFETY: a session that nobody else uses meanwhile, and that is only asked.
    ///     unsafe { gnutls::sys::gnutls_protocol_get_version(c.as_ptr()) == gnutls::sys::GNUTLS_TLS1_3 }
    /// })?;
    /// assert!(is_tls13);
    /// # let _ = peer.join();
    /// # Ok::<(), gnutls::Error>(())
    /// ```
    pub fn with_raw<R>(&self, code: impl FnOnce(&RawSession<'_>) -> R) -> Result<R> {
        self.shared.engine.with_raw(&self.shared.io, code)
    }

    /// Keeps `data` at the session, in place of what there was: [`user_data`](Session::user_data) gives them, and so does
    /// [`HandshakeView::user_data`](crate::HandshakeView::user_data) in callbacks. C that shares the session finds a pointer
    /// to `D` with `gnutls_session_get_ptr`, good until other data are set or the session ends.
    ///
    /// # Errors
    /// [`Misuse`](crate::ErrorKind::Misuse) inside a callback of this session.
    #[doc(alias = "gnutls_session_set_ptr")]
    pub fn set_user_data<D: Any + Send + Sync>(&self, data: Arc<D>) -> Result<()> {
        self.shared.engine.set_user_data(data)
    }

    /// The data that [`set_user_data`](Session::set_user_data) has put there, if they are of this type.
    ///
    /// # Panics
    /// Inside a callback of this session, which asks its
    /// [`HandshakeView`](crate::HandshakeView::user_data).
    #[doc(alias = "gnutls_session_get_ptr")]
    pub fn user_data<D: Any + Send + Sync>(&self) -> Option<Arc<D>> {
        self.shared.engine.user_data()
    }
}

impl<T: Transport> Handshaking<T> {
    /// Lends the C session to `code`, before the handshake or between two steps of it: as
    /// [`Session::with_raw`], for settings that the crate does not offer.
    ///
    /// # Errors
    /// As there.
    ///
    /// # Panics
    /// As there.
    pub fn with_raw<R>(&self, code: impl FnOnce(&RawSession<'_>) -> R) -> Result<R> {
        self.shared.engine.with_raw(&self.shared.io, code)
    }

    /// Keeps `data` at the session: as [`Session::set_user_data`], before anything is called back.
    ///
    /// # Errors
    /// As there.
    #[doc(alias = "gnutls_session_set_ptr")]
    pub fn set_user_data<D: Any + Send + Sync>(&self, data: Arc<D>) -> Result<()> {
        self.shared.engine.set_user_data(data)
    }

    /// The data that are kept at the session, if they are of this type.
    ///
    /// # Panics
    /// As [`Session::user_data`].
    #[doc(alias = "gnutls_session_get_ptr")]
    pub fn user_data<D: Any + Send + Sync>(&self) -> Option<Arc<D>> {
        self.shared.engine.user_data()
    }
}
