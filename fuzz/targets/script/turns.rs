//! The script in one thread. At the end the transports are calm, and whatever the sessions say that they wait for is
//! given to them, and nothing else: everything must arrive that way.

use gnutls::transport::Transport;
use gnutls::{Interest, Session};
use gnutls_fuzz::moody::Moody;

use crate::face::Face;
use crate::{KEY_UPDATES, LONGEST, Step};

/// Rounds in which something is ready, and nothing comes of it.
const IDLE: u32 = 64;

pub(crate) fn run(client: Session<Moody>, server: Session<Moody>, steps: &[Step]) {
    let mut both = Both { faces: [Face::new(client, 7), Face::new(server, !7)], key_updates: [0; 2], cut: false };
    steps.iter().for_each(|step| both.act(*step));
    both.finish();
}

struct Both {
    faces: [Face; 2],
    /// How many each end receives.
    key_updates: [u32; 2],
    /// The connection was ended by force.
    cut: bool,
}

impl Both {
    fn act(&mut self, step: Step) {
        let at = usize::from(step.what & 1);
        let amount = usize::from(step.amount);
        let rarely = |one_in: usize| amount % one_in == 0;
        let (face, cut) = (&mut self.faces[at], self.cut);
        match step.what >> 1 & 15 {
            0..=3 => face.send(step.length(), cut),
            4..=6 => face.receive(step.length(), cut),
            7 => self.update_keys(at, false),
            8 => self.update_keys(at, true),
            9 => drop(face.flush(cut)),
            10 if rarely(4) => face.close(cut),
            11 => face.ask(),
            12 if rarely(8) => self.drop_half(at, true),
            13 if rarely(8) => self.drop_half(at, false),
            14 => face.io().into_iter().for_each(|io| io.calm(amount & 1 == 0)),
            15 if rarely(16) => {
                face.io().into_iter().for_each(Transport::shutdown);
                self.cut = true;
            }
            _ => {}
        }
    }

    fn update_keys(&mut self, at: usize, ask: bool) {
        // One for the peer, and one that it answers with.
        let [ours, theirs] = [self.key_updates[at] + u32::from(ask), self.key_updates[1 - at] + 1];
        if ours.max(theirs) <= KEY_UPDATES && self.faces[at].update_keys(ask, self.cut) {
            (self.key_updates[at], self.key_updates[1 - at]) = (ours, theirs);
        }
    }

    fn drop_half(&mut self, at: usize, reader: bool) {
        let face = &mut self.faces[at];
        if reader {
            face.reader = None;
        } else {
            face.writer = None;
        }
        // With the last half the transport goes.
        self.cut |= face.io().is_none();
    }

    fn finish(&mut self) {
        self.faces.iter().filter_map(Face::io).for_each(|io| io.calm(true));
        self.settle();
        self.check_arrived();
        for face in &mut self.faces {
            face.close(self.cut);
        }
        self.settle();
        self.check_arrived();
        self.check_ended();
    }

    /// Makes the calls that the sessions wait for, until they wait for nothing that is there.
    fn settle(&mut self) {
        let (mut idle, mut before) = (0, 0);
        while self.round() {
            let moved = self.faces.iter().filter_map(Face::io).map(Moody::moved).sum::<usize>();
            let now = moved + self.faces.iter().map(|face| face.received).sum::<usize>();
            idle = if now == before { idle + 1 } else { 0 };
            before = now;
            assert!(idle < IDLE, "it is ready, again and again, and nothing moves");
        }
    }

    /// True if anything was ready.
    fn round(&mut self) -> bool {
        let mut any = false;
        let cut = self.cut;
        for face in &mut self.faces {
            if face.reader.as_ref().is_some_and(|reader| is_ready(reader.interest(), reader.get_ref())) {
                any = true;
                face.receive(LONGEST, cut);
            }
            if face.writer.as_ref().is_some_and(|writer| is_ready(writer.interest(), writer.get_ref())) {
                any = true;
                face.send(0, cut);
            }
        }
        any
    }

    /// What one end sent is what the other received, where nobody gave up.
    fn check_arrived(&mut self) {
        for at in [0, 1] {
            let [from, to] = if at == 0 { [0, 1] } else { [1, 0] };
            let (sent, received) = (self.faces[from].sent, self.faces[to].received);
            assert!(received <= sent);
            let alive = self.faces[from].writer.is_some() && self.faces[to].reader.is_some();
            if alive && !self.cut {
                assert_eq!(received, sent, "bytes are on their way, and nobody waits for them");
            }
            if !self.cut {
                assert!(self.faces[from].flush(false), "bytes are left over, and nobody waits for room");
            }
        }
    }

    fn check_ended(&self) {
        for at in [0, 1] {
            let (face, peer) = (&self.faces[at], &self.faces[1 - at]);
            if face.reader.is_some() && (self.cut || peer.writer.is_some()) {
                let clean = face.ended.expect("the stream has an end").is_ok();
                assert!(!clean || (peer.closed && face.received == peer.sent), "an end before the end");
                assert!(clean || self.cut);
            }
        }
    }
}

fn is_ready(want: Interest, io: &Moody) -> bool {
    want.ready_now() || io.is_ready(want.readiness())
}
