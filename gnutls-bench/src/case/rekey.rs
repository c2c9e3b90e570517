//! What key updates cost: the same transfer with one every second, and with as many as a GnuTLS peer bears.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use super::{Case, Entrants, Unit, tcp};
use crate::Result;
use crate::contender::ours::Ours;
use crate::contender::{FILLER, Halves};
use crate::material::{Key, Setup, Suite};
use crate::measure::{Entrant, Job, Kept, Sample, together};

/// The size of what is written at once: a full record.
const SIZE: usize = 16 * 1024;

pub(super) fn cases() -> Vec<Case> {
    let suite = Suite::Aes128Gcm;
    let mut case = Case::new(
        format!("tcp/rekey/{}/{SIZE}", suite.slug()),
        format!("one way, {SIZE}-byte writes, keys changing while it runs, {}", suite.name()),
        Unit::BytesPerSecond,
        move || entrants(suite),
    );
    // Long enough for two updates.
    case.longer = 6.0;
    vec![case]
}

fn entrants(suite: Suite) -> Result<Entrants> {
    let setup = Setup::new(suite, Key::Ecdsa)?;
    let rekeys = |name, note, every| Box::new(Rekeys { name, note, every, setup: setup.clone() }) as Box<dyn Entrant>;
    Ok(vec![
        rekeys("ours", "no key updates", None),
        rekeys("ours-rekey", "update_keys of the writing half every second", Some(Duration::from_secs(1))),
        rekeys("ours-rekey-7", "seven times a second", Some(Duration::from_secs(1) / 7)),
    ])
}

struct Rekeys {
    name: &'static str,
    note: &'static str,
    every: Option<Duration>,
    setup: Setup,
}

impl Entrant for Rekeys {
    fn name(&self) -> &str {
        self.name
    }

    fn note(&self) -> &str {
        self.note
    }

    #[allow(clippy::cast_precision_loss, reason = "a rate")]
    fn measure(&mut self, budget: Duration) -> Result<Sample> {
        let (client, server) = tcp::connect(&Ours, &self.setup)?;
        let moved = Arc::new(AtomicU64::new(0));
        let counts = Arc::clone(&moved);
        let every = self.every;
        let sends: Job = Box::new(move || send(client, every, budget, &counts));
        let receives: Job = Box::new(move || {
            let mut server = server;
            let mut buf = vec![0; SIZE];
            loop {
                server.reader.fill(&mut buf)?;
                if buf[0] != FILLER {
                    return Ok(Box::new(server));
                }
            }
        });
        let time = together(vec![sends, receives], true)?;
        Ok(Sample { value: moved.load(Ordering::Relaxed) as f64 / time.as_secs_f64(), more: Vec::new() })
    }
}

/// Sends for `budget`, and at last a block that is another than all before.
fn send(mut client: Halves, every: Option<Duration>, budget: Duration, moved: &AtomicU64) -> Result<Kept> {
    let mut data = vec![FILLER; SIZE];
    let start = Instant::now();
    // The first half a period in: as many updates as the time has periods.
    let mut next = every.map(|every| start + every / 2);
    loop {
        let now = Instant::now();
        if let (Some(at), Some(every)) = (next, every)
            && now >= at
        {
            client.writer.update_keys()?;
            next = Some(at + every);
        }
        if now >= start + budget {
            data[0] = !FILLER;
        }
        client.writer.write(&data, 1)?;
        moved.fetch_add(SIZE as u64, Ordering::Relaxed);
        if data[0] != FILLER {
            return Ok(Box::new(client));
        }
    }
}
