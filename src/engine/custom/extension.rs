//! Extensions of hello messages that GnuTLS does not know.

use std::ffi::c_int;
use std::fmt;
use std::sync::Arc;

use gnutls_sys as sys;

use crate::cstr::static_text;
use crate::engine::frame::{EXTENSION_RECEIVED, EXTENSION_SENDING};
use crate::engine::view::HandshakeView;
use crate::error::{ErrorKind, Failure, Origin, Refusal, Result};
use crate::ffi::{bit_set, c_string};

bit_set! {
    /// Messages of a handshake that have extensions.
    #[doc(alias = "gnutls_ext_flags_t")]
    HelloMessages {
        /// What the client begins with.
        CLIENT_HELLO = GNUTLS_EXT_FLAG_CLIENT_HELLO;
        /// The server's answer in TLS 1.2 and older.
        TLS12_SERVER_HELLO = GNUTLS_EXT_FLAG_TLS12_SERVER_HELLO;
        /// The server's answer in TLS 1.3, which is not encrypted.
        TLS13_SERVER_HELLO = GNUTLS_EXT_FLAG_TLS13_SERVER_HELLO;
        /// What a server of TLS 1.3 has to say beside it, encrypted.
        ENCRYPTED_EXTENSIONS = GNUTLS_EXT_FLAG_EE;
        /// The server's wish to hear another hello (TLS 1.3).
        HELLO_RETRY_REQUEST = GNUTLS_EXT_FLAG_HRR;
    }
}

/// The longest data of one extension, in bytes: all extensions of a message must fit into 65535.
const LONGEST: usize = 4096;

type Send = dyn Fn(&HandshakeView<'_>, HelloMessages) -> std::result::Result<Option<Vec<u8>>, Refusal>
    + std::marker::Send
    + Sync;
type Receive =
    dyn Fn(&HandshakeView<'_>, HelloMessages, &[u8]) -> std::result::Result<(), Refusal> + std::marker::Send + Sync;

/// An extension of the hello messages (RFC 8446, section 4.2) that GnuTLS does not know itself.
///
/// A client sends it if it has something to send; a server answers only clients that have sent it. What came is kept, for
/// [`Session::received_extension`](crate::Session::received_extension).
///
/// # Examples
/// ```
/// use gnutls::{ClientConfig, Extension, Refusal};
///
/// let extension = Extension::new(0xff42, "favourite colour").data(*b"blue").on_receive(|_, _, answer| {
///     if answer == b"blue" { Ok(()) } else { Err(Refusal::new("no taste")) }
/// });
/// let builder = ClientConfig::builder().extension(extension)?;
/// # Ok::<(), gnutls::Error>(())
/// ```
#[derive(Clone)]
pub struct Extension {
    id: u16,
    name: String,
    messages: HelloMessages,
    send: Option<Arc<Send>>,
    receive: Option<Arc<Receive>>,
}

impl Extension {
    /// The extension with the number `id`; the name is for logs. It stands in the client's hello, and in the server's hello
    /// of TLS 1.2 or its encrypted extensions of TLS 1.3.
    pub fn new(id: u16, name: &str) -> Extension {
        Extension { id, name: name.to_owned(), messages: HelloMessages::default(), send: None, receive: None }
    }

    /// The messages that it stands in, instead of those of [`new`](Extension::new).
    #[must_use]
    pub fn messages(self, messages: HelloMessages) -> Extension {
        Extension { messages, ..self }
    }

    /// Sends these, always the same; at most 4096 bytes.
    #[must_use]
    pub fn data(self, data: impl Into<Vec<u8>>) -> Extension {
        let data = data.into();
        self.on_send(move |_, _| Ok(Some(data.clone())))
    }

    /// Asks `send` what to send in the message (one of them), at most 4096 bytes; with `None` the extension is left out. A
    /// client is asked again when the server wants to hear another hello, and must answer the same.
    ///
    /// A refusal and a panic end the handshake with [`ErrorKind::Callback`](crate::ErrorKind::Callback).
    #[must_use]
    pub fn on_send(
        self,
        send: impl Fn(&HandshakeView<'_>, HelloMessages) -> std::result::Result<Option<Vec<u8>>, Refusal>
        + std::marker::Send
        + Sync
        + 'static,
    ) -> Extension {
        Extension { send: Some(Arc::new(send)), ..self }
    }

    /// Tells `receive` what has come in the message (one of them).
    ///
    /// A refusal and a panic end the handshake with [`ErrorKind::Callback`](crate::ErrorKind::Callback).
    #[must_use]
    pub fn on_receive(
        self,
        receive: impl Fn(&HandshakeView<'_>, HelloMessages, &[u8]) -> std::result::Result<(), Refusal>
        + std::marker::Send
        + Sync
        + 'static,
    ) -> Extension {
        Extension { receive: Some(Arc::new(receive)), ..self }
    }

    /// The number.
    pub fn id(&self) -> u16 {
        self.id
    }

    /// Adds it to a fresh session, with the functions for `place`.
    pub(super) fn register(&self, session: sys::gnutls_session_t, place: usize) -> Result<()> {
        let doing = format!("adding the extension {:?} ({})", self.name, self.id);
        let name = c_string(self.name.as_str(), doing.clone())?;
        // Parsed before the program is told of the client's hello.
        let point = sys::GNUTLS_EXT_APPLICATION;
        let (received, sending) = (EXTENSION_RECEIVED[place], EXTENSION_SENDING[place]);
        // SAFETY: a fresh session; the name lives through the call, which copies it; the functions keep the contracts of
        // their types, and GnuTLS keeps no data for them.
        let code = unsafe {
            sys::gnutls_session_ext_register(
                session,
                name.as_ptr(),
                c_int::from(self.id),
                point,
                Some(received),
                Some(sending),
                None,
                None,
                None,
                self.messages.raw(),
            )
        };
        if code == sys::GNUTLS_E_ALREADY_REGISTERED {
            let failure = Failure::of_code(code, Origin::Local, doing).kind(ErrorKind::InvalidInput);
            return Err(failure.detail("GnuTLS has this extension itself").into());
        }
        crate::ffi::check(code, doing).map(drop)
    }

    pub(super) fn received(&self, view: &HandshakeView<'_>, data: &[u8]) -> std::result::Result<(), Refusal> {
        self.receive.as_ref().map_or(Ok(()), |receive| receive(view, view.current_message(), data))
    }

    pub(super) fn to_send(&self, view: &HandshakeView<'_>) -> std::result::Result<Option<Vec<u8>>, Refusal> {
        let Some(send) = &self.send else { return Ok(None) };
        let data = send(view, view.current_message())?;
        match &data {
            Some(data) if data.len() > LONGEST => {
                let why = format!("{} bytes are more than the {LONGEST} for one extension", data.len());
                Err(Refusal::new(why).alert(crate::alert::Alert::INTERNAL_ERROR))
            }
            _ => Ok(data),
        }
    }
}

impl HandshakeView<'_> {
    /// The message whose extensions are read or made: that of an extension's callback, otherwise the last that was.
    #[doc(alias = "gnutls_ext_get_current_msg")]
    pub fn current_message(&self) -> HelloMessages {
        // SAFETY: a live session, whose both locks the callback's frame holds.
        HelloMessages::from_raw(unsafe { sys::gnutls_ext_get_current_msg(self.raw()) })
    }

    /// The name of an extension that GnuTLS has, or the configuration.
    #[doc(alias = "gnutls_ext_get_name2")]
    pub fn extension_name(&self, id: u16) -> Option<String> {
        // SAFETY: as above; takes any number.
        let name = unsafe { sys::gnutls_ext_get_name2(self.raw(), id.into(), sys::GNUTLS_EXT_ANY) };
        // SAFETY: null, or a string that lives as long as the session; it is copied at once.
        unsafe { static_text(name) }.map(str::to_owned)
    }
}

impl fmt::Debug for Extension {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Extension").field("id", &self.id).field("name", &self.name).finish_non_exhaustive()
    }
}
