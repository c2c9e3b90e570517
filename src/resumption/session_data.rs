//! What a client keeps of a session to resume it later.

use std::any::Any;
use std::ffi::{CStr, CString};
use std::fmt;
use std::sync::{Arc, Weak};

use gnutls_sys as sys;

use super::TicketFacts;
use super::seal::{NO_SECRET, open, seal};
use crate::error::{Error, Failure, Result};
use crate::ffi::{OwnedDatum, Wiped};

/// The state that resumes a session with the same server: secret, and good for hours at most.
///
/// It holds keys: it is wiped when the last clone goes, and [`Debug`](fmt::Debug) shows only its size.
#[derive(Clone)]
#[doc(alias = "gnutls_session_get_data2")]
pub struct SessionData {
    bytes: Arc<Wiped>,
    voucher: Option<Voucher>,
}

/// Who has verified the server of a session, and as whom: the same configuration need not verify it again when it
/// resumes the session under the same name. It is not part of the bytes.
#[derive(Clone)]
pub(crate) struct Voucher {
    by: Weak<dyn Any + Send + Sync>,
    name: CString,
}

impl Voucher {
    pub(crate) fn new(by: &Arc<dyn Any + Send + Sync>, name: &CStr) -> Voucher {
        Voucher { by: Arc::downgrade(by), name: name.to_owned() }
    }

    /// Whether this is the word of the configuration `by`, for `name`.
    pub(crate) fn is_of(&self, by: &Arc<dyn Any + Send + Sync>, name: &CStr) -> bool {
        // An address is not used again as long as a `Weak` to it is left.
        self.by.as_ptr().cast::<()>() == Arc::as_ptr(by).cast() && *self.name == *name
    }
}

impl SessionData {
    pub(crate) fn new(mut data: OwnedDatum, facts: TicketFacts, voucher: Option<Voucher>) -> SessionData {
        let made = SessionData::of(data.as_slice(), facts, voucher);
        data.wipe();
        made
    }

    fn of(packed: &[u8], facts: TicketFacts, voucher: Option<Voucher>) -> SessionData {
        let whole = Wiped::new([&facts.to_bytes()[..], packed].concat());
        SessionData { bytes: Arc::new(Wiped::new(seal(NO_SECRET, &whole))), voucher }
    }

    pub(crate) fn voucher(&self) -> Option<&Voucher> {
        self.voucher.as_ref()
    }

    /// Takes back what [`as_bytes`](SessionData::as_bytes) gave. What is no session data, or was damaged, is refused by
    /// the connection that uses it ([`InvalidInput`](crate::ErrorKind::InvalidInput)). The server's certificate is
    /// verified again when the session is resumed; with data that has not been bytes in between, the configuration
    /// that verified it does not repeat that.
    ///
    /// # Safety
    /// Nobody may have forged the bytes: they are from `as_bytes`, and were kept where only this program can write.
    /// GnuTLS believes every length in them; a checksum finds damage, but whoever can write them can write that too.
    pub unsafe fn from_bytes(bytes: &[u8]) -> SessionData {
        SessionData { bytes: Arc::new(Wiped::new(bytes.to_vec())), voucher: None }
    }

    /// Takes what a program in C has from `gnutls_session_get_data` or `gnutls_session_get_data2`. It allows no
    /// [early data](SessionData::max_early_data).
    ///
    /// # Safety
    /// As for [`from_bytes`](SessionData::from_bytes), and there is no checksum: GnuTLS may crash over bytes that are not
    /// as it packed them.
    pub unsafe fn from_gnutls(packed: &[u8]) -> SessionData {
        SessionData::of(packed, TicketFacts::default(), None)
    }

    /// The bytes, to be kept as safe as a private key.
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// How much [early data](crate::Connect::early_data) (0-RTT) the server's ticket allows now, in bytes: 0 if none, if it is
    /// over, or if these are no session data.
    pub fn max_early_data(&self) -> usize {
        let limit = self.opened().map_or(0, |(facts, _)| facts.early_limit_now());
        usize::try_from(limit).unwrap_or(usize::MAX)
    }

    /// What the ticket said and what GnuTLS packed, if that is what it was.
    fn opened(&self) -> Option<(TicketFacts, &[u8])> {
        let (facts, packed) = open(NO_SECRET, &self.bytes)?.split_first_chunk()?;
        Some((TicketFacts::from_bytes(*facts), packed))
    }

    /// Gives it to a session that has not begun its handshake.
    pub(crate) fn apply(&self, session: sys::gnutls_session_t) -> Result<()> {
        const DOING: &str = "setting the session to resume";
        if self.bytes.is_empty() {
            return Err(Error::input(DOING, "the data is empty"));
        }
        let Some((_, data)) = self.opened() else {
            return Err(Error::input(DOING, "the data are damaged, or were not made by this crate"));
        };
        // SAFETY: a fresh session; GnuTLS parses and copies the bytes during the call. They are what it packed
        // itself: the checksum fits, and who gave us bytes has vouched for them.
        let code = unsafe { sys::gnutls_session_set_data(session, data.as_ptr().cast(), data.len()) };
        if code < 0 { Err(Failure::of_input(code, DOING).into()) } else { Ok(()) }
    }
}

impl fmt::Debug for SessionData {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SessionData({} bytes)", self.bytes.len())
    }
}
