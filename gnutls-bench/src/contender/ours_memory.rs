//! The library itself, in memory.

use std::io::{Read, Write};
use std::sync::{Arc, Mutex};

use gnutls::transport::{Wait, memory};
use gnutls::{Session, SessionData};

use super::ours::Sides;
use super::{Duplex, FILLER, Span, intact, tape};
use crate::Result;
use crate::material::Setup;
use crate::measure::Job;

/// How two threads share what they work on.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sharing {
    /// One session, as the library has it.
    Halves,
    /// One session under one mutex.
    Mutex,
    /// A session for each thread.
    TwoSessions,
}

impl Duplex for Sharing {
    fn prepare(&mut self, setup: &Setup, size: usize, times: u64, span: &Arc<Span>) -> Result<Vec<Job>> {
        let total = usize::try_from(times)? * size;
        let sides = Sides::new(setup)?;
        let (session, peer) = recorded(&sides, size, times)?;
        Ok(match self {
            Sharing::Halves => {
                let (reader, writer) = session.into_split();
                both(writer, size, decrypts(reader, size, total, peer), span)
            }
            Sharing::TwoSessions => {
                let (other, other_peer) = recorded(&sides, size, 0)?;
                drop(other_peer);
                both(other, size, decrypts(session, size, total, peer), span)
            }
            Sharing::Mutex => {
                let shared = Arc::new(Mutex::new(session));
                let (reader, writer) = (Locked(shared.clone()), Locked(shared));
                both(writer, size, decrypts(reader, size, total, peer), span)
            }
        })
    }
}

/// A session that forgets what it sends, and whose peer has sent already.
fn recorded(sides: &Sides, size: usize, times: u64) -> Result<(Session<tape::Tape>, Session<tape::Tape>)> {
    let room = usize::try_from(times)? * (size + size.div_ceil(16 * 1024) * 32);
    let (near, far) = tape::pair(room + 16 * 1024);
    let (session, mut peer) = sides.connect_alone(near, far, None)?;
    let data = vec![FILLER; size];
    for _ in 0..times {
        peer.write_all(&data)?;
    }
    session.get_ref().forget();
    Ok((session, peer))
}

/// `decrypts`, and a job that encrypts as long as that goes on.
fn both(mut writer: impl Write + Send + 'static, size: usize, decrypts: Job, span: &Arc<Span>) -> Vec<Job> {
    let (filling, ending) = (Arc::clone(span), Arc::clone(span));
    let encrypts: Job = Box::new(move || {
        let data = vec![FILLER; size];
        filling.fill(1, |_| Ok(writer.write_all(&data)?))?;
        Ok(Box::new(writer))
    });
    let decrypts: Job = Box::new(move || {
        let kept = decrypts();
        ending.end();
        kept
    });
    vec![encrypts, decrypts]
}

fn encrypts(mut writer: impl Write + Send + 'static, size: usize, times: u64) -> Job {
    Box::new(move || {
        let data = vec![FILLER; size];
        for _ in 0..times {
            writer.write_all(&data)?;
        }
        Ok(Box::new(writer))
    })
}

/// Whoever keeps the peer keeps the tape from ending.
fn decrypts(mut reader: impl Read + Send + 'static, size: usize, total: usize, peer: impl Send + 'static) -> Job {
    Box::new(move || {
        let mut buf = vec![0; size];
        let mut done = 0;
        while done < total {
            match reader.read(&mut buf)? {
                0 => return Err("the tape ended too early".into()),
                got => done += got,
            }
        }
        if intact(&buf) { Ok(Box::new((reader, peer))) } else { Err("wrong bytes arrived".into()) }
    })
}

/// A session that only one thread at a time may use.
struct Locked<T>(Arc<Mutex<Session<T>>>);

impl<T: Wait> Read for Locked<T> {
    fn read(&mut self, buf: &mut [u8]) -> std::io::Result<usize> {
        self.0.lock().expect("no panic under the lock").read(buf)
    }
}

impl<T: Wait> Write for Locked<T> {
    fn write(&mut self, buf: &[u8]) -> std::io::Result<usize> {
        self.0.lock().expect("no panic under the lock").write(buf)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// One thread that encrypts a record, decrypts it, and so on.
pub(crate) fn alternating<T: Wait + 'static>(setup: &Setup, ends: (T, T), size: usize, times: u64) -> Result<Vec<Job>> {
    let (mut near, mut far) = Sides::new(setup)?.connect_alone(ends.0, ends.1, None::<&SessionData>)?;
    Ok(vec![Box::new(move || {
        let (data, mut buf) = (vec![FILLER; size], vec![0; size]);
        for _ in 0..times {
            near.write_all(&data)?;
            far.read_exact(&mut buf)?;
        }
        if buf == data { Ok(Box::new((near, far))) } else { Err("wrong bytes arrived".into()) }
    })])
}

/// One thread that encrypts, and one that decrypts what the first has.
pub(crate) fn pipeline(setup: &Setup, size: usize, times: u64) -> Result<Vec<Job>> {
    let (near, far) = memory::pair((4 * size).max(256 * 1024));
    let (near, far) = Sides::new(setup)?.connect_alone(near, far, None)?;
    let total = usize::try_from(times)? * size;
    Ok(vec![encrypts(near, size, times), decrypts(far, size, total, ())])
}
