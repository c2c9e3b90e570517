//! What the DNS says of the peer's certificate.

use std::ptr;

use gnutls_sys as sys;

use super::Engine;
use super::inspect::peers;
use super::view::HandshakeView;
use crate::dane::{State, Verdict, VerifyFlags};
use crate::error::Result;
use crate::x509::{Certificate, TrustList};

impl HandshakeView<'_> {
    /// Looks up the TLSA records of a server and compares them with the chain that it shows, and the trusted authority that
    /// issued the last of it: for code that [decides](crate::ClientConfigBuilder::verify_with) about it. **It waits for
    /// the DNS**, and the handshake's thread with it.
    ///
    /// # Errors
    /// As [`State::verify_host`].
    ///
    /// # Examples
    /// ```no_run
    /// use std::sync::Mutex;
    /// use gnutls::dane::{Flags, State, VerifyFlags};
    /// use gnutls::{ClientConfig, Refusal};
    ///
    /// let dns = Mutex::new(State::new(Flags::default())?);
    /// let config = ClientConfig::builder().with_system_trust()?.verify_with(move |view, _| {
    ///     let (dns, host) = (dns.lock().unwrap(), view.host().unwrap_or_default());
    ///     let verdict = view.verify_dane(&dns, host, "tcp", 443, VerifyFlags::FAIL_IF_NOT_CHECKED)?;
    ///     if verdict.is_ok() { Ok(()) } else { Err(Refusal::new(verdict.to_string())) }
    /// });
    /// # config.build()?;
    /// # Ok::<(), gnutls::Error>(())
    /// ```
    #[doc(alias = "dane_verify_session_crt")]
    pub fn verify_dane(
        &self,
        state: &State,
        host: &str,
        protocol: &str,
        port: u16,
        flags: VerifyFlags,
    ) -> Result<Verdict> {
        // GnuTLS's own function loses the last certificate of a chain that does not end in its own issuer.
        // SAFETY: a live session, whose both locks the callback's frame holds.
        let chain = unsafe { peer_chain(self.raw()) }?;
        state.verify_host(&chain, host, protocol, port, flags)
    }
}

impl Engine {
    /// The peer's chain, and the trusted authority that issued the last of it, if that is known and not there already.
    pub(crate) fn peer_chain(&self) -> Result<Vec<Certificate>> {
        self.not_inside("reading the peer's certificates")?;
        let _held = self.lock.both();
        // SAFETY: both locks are held.
        unsafe { peer_chain(self.raw()) }
    }
}

/// # Safety
/// A live session, whose both locks are held.
unsafe fn peer_chain(session: sys::gnutls_session_t) -> Result<Vec<Certificate>> {
    let mut chain = peers(session).iter().map(|der| Certificate::from_peer(der)).collect::<Result<Vec<_>>>()?;
    let (mut credentials, kind) = (ptr::null_mut(), sys::GNUTLS_CRD_CERTIFICATE);
    // SAFETY: the caller's promise; a valid out pointer.
    let code = unsafe { sys::gnutls_credentials_get(session, kind, &mut credentials) };
    let Some(last) = chain.last().filter(|last| code == 0 && !last.is_issued_by(last)) else { return Ok(chain) };
    // SAFETY: the session's credentials, which are only read and live as long as it, and an imported certificate; the
    // flag asks for a copy.
    let call = |found| unsafe {
        sys::gnutls_certificate_get_issuer(credentials.cast(), last.raw(), found, sys::GNUTLS_TL_GET_COPY)
    };
    // SAFETY: what it makes is a copy for us.
    let issuer = unsafe { TrustList::copy_from("looking for an issuer", call) }?;
    chain.extend(issuer);
    Ok(chain)
}
