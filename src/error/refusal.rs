//! What a callback of the program says when it refuses.

use std::error::Error as StdError;
use std::fmt;
use std::sync::Arc;

use crate::alert::Alert;

/// Why a callback refuses what it was asked about: the reason for this side, and the alert for the peer.
///
/// Every error becomes one by `?`, with the alert `handshake_failure`. The call that ran the callback returns an error of
/// the kind [`ErrorKind::Callback`](crate::ErrorKind::Callback) that has the reason as its
/// [`source`](std::error::Error::source).
///
/// # Examples
/// ```
/// use gnutls::{Alert, Refusal};
///
/// let refusal = Refusal::new("nobody of that name lives here").alert(Alert::UNRECOGNIZED_NAME);
/// ```
#[derive(Clone, Debug)]
pub struct Refusal {
    alert: Alert,
    why: Arc<dyn StdError + Send + Sync>,
}

impl Refusal {
    /// A refusal with this reason, which the peer does not learn.
    pub fn new(why: impl Into<Box<dyn StdError + Send + Sync>>) -> Refusal {
        Refusal { alert: Alert::HANDSHAKE_FAILURE, why: Arc::from(why.into()) }
    }

    /// The fatal alert that the peer gets. Default: `handshake_failure`.
    #[must_use]
    pub fn alert(self, alert: Alert) -> Refusal {
        Refusal { alert, ..self }
    }

    pub(crate) fn into_parts(self) -> (Alert, Arc<dyn StdError + Send + Sync>) {
        (self.alert, self.why)
    }
}

impl<E: StdError + Send + Sync + 'static> From<E> for Refusal {
    fn from(why: E) -> Refusal {
        Refusal::new(why)
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.why.fmt(f)
    }
}
