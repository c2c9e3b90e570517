//! The script with a thread for each half of both ends, with the calls that wait. A hang is libFuzzer's to find.

use std::io::{Read, Write};
use std::thread;

use gnutls::{Error, ErrorKind, KeyUpdateRequest, Protocol, ReadHalf, Session, WriteHalf};
use gnutls_fuzz::moody::Moody;
use gnutls_fuzz::stream;

use crate::{KEY_UPDATES, LONGEST, Step};

const CLIENT: u64 = 7;

/// In `mode` one bit says that the client does not close. Three bits each, because it takes seconds (a writer looks once
/// a second whether it is alone), say that the client stops reading, or the server.
pub(crate) fn run(client: Session<Moody>, server: Session<Moody>, steps: &[Step], mode: u8) {
    let closes = mode & 1 == 0;
    let (client_reads, server_reads) = (mode & 0xE != 0xE, mode & 0x38 != 0x38);
    let updates = client.protocol() == Protocol::TLS1_3;
    let (client_reader, client_writer) = client.into_split();
    let (server_reader, server_writer) = server.into_split();
    // An end that stops reading may be gone before the other has sent everything.
    let writing = |writer, end: u8, seed, closes, heard| {
        move || Writer { writer, seed, sent: 0, updates: 0, heard }.run(steps, end, closes, updates)
    };
    let ([up, down], [sent_up, sent_down]) = thread::scope(|scope| {
        let up = scope.spawn(move || read(server_reader, CLIENT, server_reads, closes));
        let down = scope.spawn(move || read(client_reader, !CLIENT, client_reads, true));
        let sent_up = scope.spawn(writing(client_writer, 0, CLIENT, closes, server_reads));
        let sent_down = scope.spawn(writing(server_writer, 1, !CLIENT, true, client_reads));
        ([up, down].map(join), [sent_up, sent_down].map(join))
    });
    for (received, sent, reads) in [(up, sent_up, server_reads), (down, sent_down, client_reads)] {
        assert!(received <= sent);
        assert!(received == sent || !reads, "{received} of {sent} arrived");
    }
}

fn join(thread: thread::ScopedJoinHandle<'_, usize>) -> usize {
    thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
}

/// Reads to the end, or only once: how many bytes came.
fn read(mut reader: ReadHalf<Moody>, seed: u64, on: bool, closes: bool) -> usize {
    let mut buf = vec![0; LONGEST];
    let mut received = 0;
    loop {
        match reader.read(&mut buf) {
            Ok(0) => break,
            Ok(more) => {
                stream::check(seed, received as u64, &buf[..more]);
                received += more;
            }
            Err(error) => {
                let kind = kind(&error);
                assert!(kind == ErrorKind::Truncated && !closes, "{error}");
                break;
            }
        }
        if !on {
            break;
        }
    }
    received
}

fn kind(error: &std::io::Error) -> ErrorKind {
    let inner = error.get_ref().and_then(|inner| inner.downcast_ref::<Error>());
    inner.expect("an error of ours").kind()
}

struct Writer {
    writer: WriteHalf<Moody>,
    seed: u64,
    sent: usize,
    updates: u32,
    /// The peer reads to the end.
    heard: bool,
}

impl Writer {
    /// Takes the steps of its end: how many bytes were sent.
    fn run(mut self, steps: &[Step], end: u8, closes: bool, updates: bool) -> usize {
        for step in steps.iter().filter(|step| step.what & 1 == end) {
            let length = step.length();
            let ask = step.what & 32 == 0;
            let result = match step.what >> 1 & 7 {
                // Half of what one end may receive: the other half is for what the other end begins.
                0 if updates && self.updates < KEY_UPDATES / 2 => self.update(ask),
                1 => self.writer.flush(),
                2 => self.offer(length),
                _ => self.write(length),
            };
            if !self.may_go_on(result) {
                return self.sent;
            }
        }
        if closes {
            let result = self.writer.close().map_err(Into::into);
            self.may_go_on(result);
        }
        self.sent
    }

    fn write(&mut self, length: usize) -> std::io::Result<()> {
        let bytes = stream::bytes(self.seed, self.sent as u64, length);
        let taken = self.writer.write(&bytes)?;
        assert!(taken > 0 || length == 0);
        self.sent += taken;
        Ok(())
    }

    /// The call that does not wait, and what waits for the rest.
    fn offer(&mut self, length: usize) -> std::io::Result<()> {
        match self.writer.send(&stream::bytes(self.seed, self.sent as u64, length)) {
            Ok(taken) => self.sent += taken,
            Err(error) if error.would_block() => {}
            Err(error) => return Err(error.into()),
        }
        self.writer.flush()
    }

    fn update(&mut self, ask: bool) -> std::io::Result<()> {
        self.updates += 1;
        let request = if ask { KeyUpdateRequest::Requested } else { KeyUpdateRequest::NotRequested };
        Ok(self.writer.update_keys(request)?)
    }

    fn may_go_on(&self, result: std::io::Result<()>) -> bool {
        if let Err(error) = &result {
            assert!(kind(error) == ErrorKind::Transport && !self.heard, "{error}");
        }
        result.is_ok()
    }
}
