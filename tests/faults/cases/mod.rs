//! The faults, as data.

mod alerts;
mod messages;
mod records;
mod transport;

use crate::raw::Role;
use crate::stage::Stage;

/// A fault after the peer's data; more data follows unless the wire is over.
pub(crate) struct Case {
    /// The first column of the manual's table.
    pub(crate) name: &'static str,
    /// Where it can happen; none is everywhere.
    pub(crate) tls13: Option<bool>,
    pub(crate) role: Option<Role>,
    pub(crate) fault: fn(&mut Stage),
}

impl Case {
    const fn new(name: &'static str, fault: fn(&mut Stage)) -> Case {
        Case { name, tls13: None, role: None, fault }
    }

    const fn tls12(name: &'static str, fault: fn(&mut Stage)) -> Case {
        Case { tls13: Some(false), ..Case::new(name, fault) }
    }

    const fn tls13(name: &'static str, fault: fn(&mut Stage)) -> Case {
        Case { tls13: Some(true), ..Case::new(name, fault) }
    }

    /// Where our side is this one.
    const fn of(self, role: Role) -> Case {
        Case { role: Some(role), ..self }
    }
}

/// The parts of the manual's table.
pub(crate) const PARTS: [(&str, &[Case]); 4] = [
    ("The transport", transport::CASES),
    ("Records", records::CASES),
    ("Alerts", alerts::CASES),
    ("Messages of the handshake, after it", messages::CASES),
];
