//! Handshakes per second: both ends in one thread, in turn, over a pair of sockets.

use std::os::unix::net::UnixStream;
use std::time::{Duration, Instant};

use super::{Case, Entrants, Unit};
use crate::Result;
use crate::contender::Shaker;
use crate::contender::c_memory::CShaker;
use crate::contender::ours::OurShaker;
use crate::machine;
use crate::material::{Key, Setup, Suite};
use crate::measure::{Entrant, Sample};

pub(super) fn cases() -> Vec<Case> {
    let kinds = [
        ("ecdsa", "full handshakes, ECDSA on P-256", Key::Ecdsa, false),
        ("rsa", "full handshakes, RSA of 2048 bits", Key::Rsa, false),
        ("resumed", "resumed handshakes", Key::Ecdsa, true),
    ];
    let case = |(id, title, key, resumed)| {
        Case::new(format!("handshake/{id}"), title, Unit::HandshakesPerSecond, move || entrants(key, resumed))
    };
    kinds.into_iter().map(case).collect()
}

fn entrants(key: Key, resumed: bool) -> Result<Entrants> {
    let setup = Setup::new(Suite::Aes128Gcm, key)?;
    Ok(vec![
        Box::new(Handshakes {
            name: "ours",
            note: "ClientConfig and ServerConfig shared, start and advance",
            shaker: Box::new(OurShaker::new(&setup, resumed)?),
        }),
        Box::new(Handshakes {
            name: "c",
            note: "credentials and priorities shared, gnutls_handshake on non-blocking sockets",
            shaker: Box::new(CShaker::new(&setup, resumed)?),
        }),
    ])
}

struct Handshakes {
    name: &'static str,
    note: &'static str,
    shaker: Box<dyn Shaker>,
}

impl Entrant for Handshakes {
    fn name(&self) -> &str {
        self.name
    }

    fn note(&self) -> &str {
        self.note
    }

    fn measure(&mut self, budget: Duration) -> Result<Sample> {
        machine::pin(0);
        let start = Instant::now();
        let mut count = 0.0;
        loop {
            let (near, far) = UnixStream::pair()?;
            self.shaker.shake(near, far)?;
            count += 1.0;
            let time = start.elapsed();
            if time >= budget {
                machine::unpin();
                return Ok(Sample { value: count / time.as_secs_f64(), more: Vec::new() });
            }
        }
    }
}
