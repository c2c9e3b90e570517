//! What a session keeps when it has nothing to do: heap, measured in a process of its own.

use std::os::unix::net::UnixStream;
use std::process::Command;
use std::time::Duration;

use super::{Case, Entrants, Unit};
use crate::Result;
use crate::contender::c_memory::CShaker;
use crate::contender::ours::OurShaker;
use crate::contender::{Held, Holder};
use crate::machine;
use crate::material::{Key, Setup, Suite};
use crate::measure::{Entrant, Sample};
use crate::options::Options;

pub(super) fn cases(options: &Options) -> Vec<Case> {
    let pairs = if options.quick { 100 } else { 1000 };
    let kinds = [
        ("idle/fresh", "heap per session after its handshake", 0),
        ("idle/used", "heap per session after 64 KiB each way", 64 * 1024),
    ];
    let case = |(id, title, traffic)| {
        let mut case = Case::new(id, title, Unit::Bytes, move || Ok(entrants(pairs, traffic)));
        // The heap is no matter of chance.
        case.rounds = Some(3);
        case
    };
    kinds.into_iter().map(case).collect()
}

fn entrants(pairs: usize, traffic: usize) -> Entrants {
    let idle = |name, note| Box::new(Idle { name, note, pairs, traffic }) as Box<dyn Entrant>;
    vec![
        idle("ours", "Session over UnixStream; the heap that mallinfo2 sees, client and server averaged"),
        idle("c", "gnutls_session_t and a mutex, over the same sockets; the heap that mallinfo2 sees"),
    ]
}

struct Idle {
    name: &'static str,
    note: &'static str,
    pairs: usize,
    traffic: usize,
}

impl Entrant for Idle {
    fn name(&self) -> &str {
        self.name
    }

    fn note(&self) -> &str {
        self.note
    }

    fn measure(&mut self, _: Duration) -> Result<Sample> {
        let child = format!("{}:{}:{}", self.name, self.pairs, self.traffic);
        let output = Command::new(std::env::current_exe()?).arg("--child").arg(child).output()?;
        if !output.status.success() {
            return Err(String::from_utf8_lossy(&output.stderr).into());
        }
        Ok(Sample { value: String::from_utf8(output.stdout)?.trim().parse()?, more: Vec::new() })
    }
}

/// The process of its own: prints the bytes that a session takes.
pub(crate) fn child(what: &str) -> Result<()> {
    let words: Vec<&str> = what.split(':').collect();
    let [name, pairs, traffic] = words[..] else { return Err("a name and two numbers are wanted".into()) };
    let (pairs, traffic) = (pairs.parse()?, traffic.parse()?);
    machine::raise_file_limit();
    let setup = Setup::new(Suite::Aes128Gcm, Key::Ecdsa)?;
    let mut holder: Box<dyn Holder> = match name {
        "ours" => Box::new(OurShaker::new(&setup, false)?),
        "c" => Box::new(CShaker::new(&setup, false)?),
        _ => return Err("nobody has that name".into()),
    };
    // What is made once, and what a pool keeps, is not a session's.
    let first = hold(&mut *holder, 2, traffic)?;
    let before = heap();
    let held = hold(&mut *holder, pairs, traffic)?;
    #[allow(clippy::cast_precision_loss, reason = "an average")]
    let each = (heap() - before) as f64 / (2 * pairs) as f64;
    drop((first, held));
    println!("{each:.1}");
    Ok(())
}

fn hold(holder: &mut dyn Holder, pairs: usize, traffic: usize) -> Result<Vec<Held>> {
    let mut held = Vec::with_capacity(pairs);
    for _ in 0..pairs {
        let (near, far) = UnixStream::pair()?;
        held.push(holder.hold(near, far, traffic)?);
    }
    Ok(held)
}

/// The bytes of the heap that are in use.
fn heap() -> usize {
    // SAFETY: it only reads the allocator's counters.
    let info = unsafe { libc::mallinfo2() };
    info.uordblks + info.hblkhd
}
