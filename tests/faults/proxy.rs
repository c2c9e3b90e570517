//! A wire of two TCP connections that knows records: what comes from the far side can be spoiled, one record at a time.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use nix::sys::socket::{setsockopt, sockopt};

/// The longest wait of a wire; a failing test ends by it.
const WATCHDOG: Duration = Duration::from_secs(300);

/// What happens to the next record that comes from the far side.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Spoil {
    /// It comes twice.
    Twice,
    /// A bit of its body is turned over.
    Bit,
    /// It is lost.
    Lost,
    /// Half of it comes, and then the end.
    Half,
    /// It is lost, and the wire ends; the other way stays.
    End,
    /// It is lost, and both connections are reset.
    Reset,
    /// It comes byte by byte, each in a segment of its own.
    Bytes,
}

/// The near end is the test's; this decides about the records.
pub(crate) struct Proxy {
    next: Arc<Mutex<Option<Spoil>>>,
}

impl Proxy {
    /// A wire to `far`, and its near end.
    pub(crate) fn to(far: TcpStream) -> (TcpStream, Proxy) {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let near = TcpStream::connect(listener.local_addr().expect("an address")).expect("connecting");
        let middle = listener.accept().expect("a connection").0;
        for tcp in [&middle, &far] {
            tcp.set_nodelay(true).expect("an option");
            tcp.set_read_timeout(Some(WATCHDOG)).expect("a timeout");
            tcp.set_write_timeout(Some(WATCHDOG)).expect("a timeout");
        }
        let next = Arc::new(Mutex::new(None));
        let (up_from, up_to) = (middle.try_clone().expect("a handle"), far.try_clone().expect("a handle"));
        thread::spawn(move || pass(up_from, up_to));
        let spoil = Arc::clone(&next);
        thread::spawn(move || {
            // Either end may go at any moment: that is what this is for.
            let _ = pass_records(far, middle, &spoil);
        });
        (near, Proxy { next })
    }

    /// The next record is spoiled.
    pub(crate) fn spoil(&self, spoil: Spoil) {
        *self.next.lock().unwrap_or_else(PoisonError::into_inner) = Some(spoil);
    }
}

fn pass(mut from: TcpStream, mut to: TcpStream) {
    // (It repeats what a signal interrupts.) Either end may be gone at any moment.
    let _ = std::io::copy(&mut from, &mut to);
    let _ = to.shutdown(Shutdown::Write);
}

fn pass_records(mut from: TcpStream, mut to: TcpStream, next: &Mutex<Option<Spoil>>) -> std::io::Result<()> {
    let mut record = vec![0; 5];
    loop {
        record.resize(5, 0);
        if from.read_exact(&mut record).is_err() {
            return to.shutdown(Shutdown::Write);
        }
        record.resize(5 + usize::from(u16::from_be_bytes([record[3], record[4]])), 0);
        from.read_exact(&mut record[5..])?;
        let spoil = next.lock().unwrap_or_else(PoisonError::into_inner).take();
        match spoil {
            None => to.write_all(&record)?,
            Some(Spoil::Twice) => to.write_all(&record.repeat(2))?,
            Some(Spoil::Bit) => {
                let middle = record.len() / 2;
                record[middle.max(5)] ^= 4;
                to.write_all(&record)?;
            }
            Some(Spoil::Lost) => {}
            Some(Spoil::Half) => {
                to.write_all(&record[..record.len() / 2])?;
                return to.shutdown(Shutdown::Write);
            }
            Some(Spoil::End) => return to.shutdown(Shutdown::Write),
            Some(Spoil::Reset) => {
                reset(&from);
                reset(&to);
                // The other thread has handles of its own.
                drop((to, from));
                return Ok(());
            }
            Some(Spoil::Bytes) => record.iter().try_for_each(|byte| to.write_all(&[*byte]))?,
        }
    }
}

/// The next close of `tcp` is a reset.
pub(crate) fn reset(tcp: &TcpStream) {
    let now = nix::libc::linger { l_onoff: 1, l_linger: 0 };
    setsockopt(tcp, sockopt::Linger, &now).expect("an option");
    // What is read from here on is nothing, so that whoever else holds the socket lets go of it too.
    let _ = tcp.shutdown(Shutdown::Read);
}
