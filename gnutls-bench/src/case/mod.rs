//! What is measured.

mod connections;
mod handshake;
pub(crate) mod idle;
mod memory;
mod rekey;
mod tcp;

use std::fmt;

use crate::Result;
use crate::measure::Entrant;
use crate::options::Options;

/// The unit of a measurement, which says as well what is better.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unit {
    BytesPerSecond,
    HandshakesPerSecond,
    MessagesPerSecond,
    Nanoseconds,
    Bytes,
}

/// One of the things that programs do.
pub(crate) struct Case {
    /// By which it is asked for: words between slashes, the last one a number if there are several of a kind.
    pub(crate) id: String,
    pub(crate) title: String,
    pub(crate) unit: Unit,
    /// More rounds than these tell nothing.
    pub(crate) rounds: Option<u32>,
    /// How much longer than usual a measurement has to be.
    pub(crate) longer: f64,
    /// Makes who takes part; taken when the case is run.
    pub(crate) entrants: Option<Make>,
}

type Entrants = Vec<Box<dyn Entrant>>;
type Make = Box<dyn FnOnce() -> Result<Entrants>>;

impl Case {
    fn new(
        id: impl Into<String>,
        title: impl Into<String>,
        unit: Unit,
        entrants: impl FnOnce() -> Result<Entrants> + 'static,
    ) -> Case {
        let (id, title, entrants) = (id.into(), title.into(), Some(Box::new(entrants) as Make));
        Case { id, title, unit, rounds: None, longer: 1.0, entrants }
    }
}

impl fmt::Debug for Case {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Case").field("id", &self.id).finish_non_exhaustive()
    }
}

/// The cases that `options` ask for.
pub(crate) fn chosen(options: &Options) -> Result<Vec<Case>> {
    let mut cases = Vec::new();
    cases.extend(tcp::cases(options));
    cases.extend(memory::cases(options));
    cases.extend(connections::cases(options));
    cases.extend(handshake::cases());
    cases.extend(rekey::cases());
    cases.extend(idle::cases(options));
    cases.retain(|case| options.wants_case(&case.id));
    if cases.is_empty() {
        return Err("no case has such a name; --list shows them".into());
    }
    Ok(cases)
}

/// The sizes of what is written and read at once, in bytes.
fn sizes(options: &Options) -> &'static [usize] {
    const ALL: [usize; 9] = [16, 64, 256, 1024, 4096, 16 * 1024, 64 * 1024, 256 * 1024, 1024 * 1024];
    const FEW: [usize; 3] = [64, 16 * 1024, 1024 * 1024];
    if options.quick { &FEW } else { &ALL }
}
