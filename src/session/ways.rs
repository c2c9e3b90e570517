//! The key exchanges that go with what a configuration has beside certificates.

use crate::algorithm::KeyExchange;
use crate::error::{ErrorKind, Failure, Result};
use crate::priority::Priority;

/// How a side can be known, or know others.
pub(super) struct Ways {
    pub(super) certificates: bool,
    pub(super) psk: bool,
    pub(super) srp: bool,
    /// It is a client with a password, who means to be known by it.
    pub(super) password: bool,
    pub(super) anonymous: bool,
}

impl Ways {
    /// What the machine's priorities need beside themselves.
    pub(super) fn words(&self) -> Option<String> {
        let &Ways { certificates, psk, srp, password, anonymous } = self;
        if !psk && !srp && !anonymous {
            return None;
        }
        let words = [
            (!certificates || password, "-KX-ALL"),
            (psk, "+ECDHE-PSK:+DHE-PSK"),
            (srp && certificates, "+SRP-RSA"),
            (srp, "+SRP"),
            (anonymous, "+ANON-ECDH:+ANON-DH"),
            // It has neither.
            (password || (!certificates && !psk), "-VERS-TLS1.3"),
        ];
        let words: Vec<_> = words.iter().filter(|(wanted, _)| *wanted).map(|(_, word)| *word).collect();
        Some(words.join(":"))
    }

    /// Whether the caller's priorities use what there is.
    pub(super) fn check(&self, priority: &Priority) -> Result<()> {
        const PSK: [KeyExchange; 4] =
            [KeyExchange::ECDHE_PSK, KeyExchange::DHE_PSK, KeyExchange::PSK, KeyExchange::RSA_PSK];
        const SRP: [KeyExchange; 3] = [KeyExchange::SRP, KeyExchange::SRP_RSA, KeyExchange::SRP_DSS];
        const ANONYMOUS: [KeyExchange; 2] = [KeyExchange::ANON_ECDH, KeyExchange::ANON_DH];
        let why = if self.psk && !priority.has_any(&PSK) {
            "there are pre-shared keys, but the priorities have no key exchange with them; \
             add :+ECDHE-PSK:+DHE-PSK (for TLS 1.3, too)"
        } else if self.srp && !priority.has_any(&SRP) {
            "there are passwords, but the priorities have no key exchange with them; add :+SRP:-VERS-TLS1.3"
        } else if self.anonymous && !priority.has_any(&ANONYMOUS) {
            "sessions may be anonymous, but the priorities have no key exchange for it; add :+ANON-ECDH:+ANON-DH"
        } else {
            return Ok(());
        };
        Err(Failure::new(ErrorKind::Priority, "choosing key exchanges").detail(why).into())
    }
}
