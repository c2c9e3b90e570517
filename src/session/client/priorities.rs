//! Priorities of one connection, instead of its configuration's.

use gnutls_sys as sys;

use super::Connect;
use crate::engine::Engine;
use crate::error::Result;
use crate::ffi::check;
use crate::priority::with_text;

/// What one connection may use.
#[derive(Clone, Debug)]
pub(super) enum Priorities {
    Only(String),
    System,
    SystemAnd(String),
}

impl Connect {
    /// Uses this priority string for this connection alone, whatever the configuration has. It is read when the
    /// connection starts; a [`Priority`](crate::Priority) of the configuration is read once for all.
    ///
    /// Priorities also say how servers are verified (`%PROFILE_MEDIUM`), where the configuration does not
    /// ([`verify_profile`](crate::ClientConfigBuilder::verify_profile)). A session that is resumed with other ones than those
    /// that its server was verified under is verified again.
    ///
    /// # Examples
    /// ```no_run
    /// # fn f(config: gnutls::ClientConfig, io: std::net::TcpStream) -> Result<(), gnutls::Error> {
    /// let old = config.to("old.example.org")?.priority_string("NORMAL:-VERS-TLS1.3:%COMPAT").connect(io)?;
    /// # Ok(())
    /// # }
    /// ```
    #[doc(alias = "gnutls_priority_set_direct")]
    #[must_use]
    pub fn priority_string(self, text: &str) -> Connect {
        Connect { priorities: Some(Priorities::Only(text.to_owned())), ..self }
    }

    /// Uses what this machine's policy prescribes for this connection, whatever the configuration has.
    #[doc(alias = "gnutls_set_default_priority")]
    #[must_use]
    pub fn system_priority(self) -> Connect {
        Connect { priorities: Some(Priorities::System), ..self }
    }

    /// Uses the machine's policy, and `more` after it (`"-VERS-TLS1.3"`), for this connection alone.
    #[doc(alias = "gnutls_set_default_priority_append")]
    #[must_use]
    pub fn system_priority_and(self, more: &str) -> Connect {
        Connect { priorities: Some(Priorities::SystemAnd(more.to_owned())), ..self }
    }
}

impl Priorities {
    /// Sets them in a session that nobody else has yet.
    pub(super) fn apply(&self, engine: &mut Engine) -> Result<()> {
        engine.set_own_priorities(format!("{self:?}"));
        let session = engine.raw_mut();
        match self {
            Priorities::Only(text) => with_text(Some(text), |start, stopped_at| {
                // SAFETY: a fresh session; the string lives through the call, and the out pointer is valid.
                unsafe { sys::gnutls_priority_set_direct(session, start, stopped_at) }
            }),
            Priorities::System => {
                // SAFETY: a fresh session.
                let code = unsafe { sys::gnutls_set_default_priority(session) };
                check(code, "setting the priorities").map(drop)
            }
            Priorities::SystemAnd(more) => with_text(Some(more), |start, stopped_at| {
                // SAFETY: as above.
                unsafe { sys::gnutls_set_default_priority_append(session, start, stopped_at, 0) }
            }),
        }
    }
}
