//! A script of calls on both ends of a connection, against a model that knows what must arrive: in one thread, in an
//! order that the input decides, or with a thread for each half, in the order of the moment.
#![no_main]

mod face;
mod threads;
mod turns;

use arbitrary::Arbitrary;
use gnutls::Session;
use gnutls_fuzz::moody::{self, Moody};
use gnutls_fuzz::pki::Setup;
use gnutls_fuzz::{feedback, join};
use libfuzzer_sys::fuzz_target;

#[derive(Arbitrary, Debug)]
struct Input {
    setup: u8,
    /// How much fits into the connection.
    capacity: u8,
    /// One in four inputs runs with threads, in ways that the other bits choose.
    mode: u8,
    /// What the transports do.
    moods: [u8; 32],
    steps: Vec<Step>,
}

/// A call: the lowest bit of `what` says on which end.
#[derive(Arbitrary, Clone, Copy, Debug)]
struct Step {
    what: u8,
    amount: u16,
    #[arbitrary(value = LONGEST)]
    longest: usize,
}

impl Step {
    fn up_to(self, longest: usize) -> Step {
        Step { longest, ..self }
    }

    /// How many bytes a call is about.
    fn length(self) -> usize {
        usize::from(self.amount) % self.longest
    }
}

const CAPACITIES: [usize; 8] = [1 << 18, 1 << 16, 20_000, 4096, 512, 100, 23, 5];
const MOST_STEPS: usize = 64;
/// The most bytes in one call.
const LONGEST: usize = 20_000;
/// The most bytes in all calls with threads.
const ALL_THREADED: usize = 32 * 1024;
/// A GnuTLS that receives more than 8 key updates in a second ends the session.
const KEY_UPDATES: u32 = 7;

fuzz_target!(|input: Input| {
    feedback::install();
    let capacity = CAPACITIES[usize::from(input.capacity) % CAPACITIES.len()];
    let (near, far) = moody::pair(capacity, &input.moods);
    // The client's certificate has no part here.
    let (client, server): (Session<Moody>, Session<Moody>) = join::sessions(Setup(input.setup % 6), near, far);
    client.get_ref().calm(false);
    server.get_ref().calm(false);
    // Long calls only take long in a narrow connection, and more so where each byte may have a thread wait for it.
    let threads = input.mode & 3 == 3;
    let longest = if threads { ALL_THREADED / input.steps.len().max(4) } else { LONGEST.min(capacity * 128) };
    let steps: Vec<Step> = input.steps.iter().take(MOST_STEPS).map(|step| step.up_to(longest)).collect();
    if threads {
        threads::run(client, server, &steps, input.mode >> 2);
    } else {
        turns::run(client, server, &steps);
    }
});
