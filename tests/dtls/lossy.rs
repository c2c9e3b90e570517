//! A network with a script: what becomes of each datagram, in the order in which they are sent.

use std::collections::VecDeque;
use std::io;
use std::sync::Mutex;
use std::time::Duration;

use gnutls::dtls::{DatagramTransport, DatagramWait};
use gnutls::transport::Readiness;
use gnutls::transport::memory::DatagramEnd;

/// What becomes of a datagram.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Fate {
    Passes,
    IsLost,
    ComesTwice,
    /// After the one that is sent next.
    IsLate,
    /// With a bit turned.
    IsDamaged,
}

/// An end whose datagrams meet these fates; those that come after the script pass.
pub(crate) struct Lossy<T = DatagramEnd> {
    end: T,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    script: VecDeque<Fate>,
    late: Vec<Vec<u8>>,
    /// All that was sent, whatever became of it.
    seen: Vec<Vec<u8>>,
}

impl<T: DatagramTransport> Lossy<T> {
    pub(crate) fn new(end: T, script: impl IntoIterator<Item = Fate>) -> Lossy<T> {
        let script = script.into_iter().collect();
        Lossy { end, state: Mutex::new(State { script, ..State::default() }) }
    }

    pub(crate) fn set_script(&self, script: impl IntoIterator<Item = Fate>) {
        self.state.lock().expect("no panic").script = script.into_iter().collect();
    }

    pub(crate) fn seen(&self) -> Vec<Vec<u8>> {
        self.state.lock().expect("no panic").seen.clone()
    }

    /// Sends what no session has made.
    pub(crate) fn forge(&self, datagram: &[u8]) {
        self.end.try_send(datagram).expect("there is room");
    }
}

impl<T: DatagramTransport> DatagramTransport for Lossy<T> {
    fn try_recv(&self, buf: &mut [u8]) -> io::Result<usize> {
        self.end.try_recv(buf)
    }

    fn try_send(&self, datagram: &[u8]) -> io::Result<()> {
        let mut state = self.state.lock().expect("no panic");
        state.seen.push(datagram.to_vec());
        let late = std::mem::take(&mut state.late);
        match state.script.pop_front().unwrap_or(Fate::Passes) {
            Fate::Passes => self.end.try_send(datagram)?,
            Fate::IsLost => {}
            Fate::ComesTwice => {
                self.end.try_send(datagram)?;
                self.end.try_send(datagram)?;
            }
            Fate::IsLate => state.late.push(datagram.to_vec()),
            Fate::IsDamaged => {
                let mut damaged = datagram.to_vec();
                *damaged.last_mut().expect("not empty") ^= 1;
                self.end.try_send(&damaged)?;
            }
        }
        late.iter().try_for_each(|datagram| self.end.try_send(datagram))
    }

    fn path_mtu(&self) -> Option<usize> {
        None
    }

    fn acquire(&self) -> io::Result<bool> {
        self.end.acquire()
    }

    fn release(&self) {
        self.end.release();
    }

    fn shutdown(&self) {
        self.end.shutdown();
    }
}

impl<T: DatagramWait> DatagramWait for Lossy<T> {
    fn wait(&self, want: Readiness, timeout: Option<Duration>) -> io::Result<bool> {
        self.end.wait(want, timeout)
    }
}
