//! The conversation: stdin to the server and the server to stdout, at once, by the two halves of the session.

use std::io::{self, Read, Write};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;
use std::time::Duration;

use gnutls::transport::Wait;
use gnutls::{ErrorKind, KeyUpdateRequest, ReadHalf, Session};

use crate::failure::Failure;
use crate::log::{self, Log};
use crate::options::Options;
use crate::report;

/// As much as a record carries.
const RECORD: usize = 16 * 1024;

/// How long to wait for the server's own account of a failure to send.
const PATIENCE: Duration = Duration::from_secs(1);

enum Event {
    /// Bytes of stdin.
    Typed(Vec<u8>),
    /// The end of stdin.
    Ended,
    /// The server has closed its side.
    Closed,
    /// Receiving, or showing what was received, has failed.
    Failed(io::Error),
}

/// Talks until the server has closed.
///
/// One thread receives, this one sends. A third reads stdin, because a wait for stdin cannot be broken off when the
/// server closes.
///
/// Over datagrams each carries up to `datagram` bytes, and a server that does not close in time is let go: its last word
/// may be lost.
pub(crate) fn talk<T: Wait + 'static>(
    session: Session<T>,
    options: &Options,
    datagram: Option<usize>,
    log: &Log,
) -> Result<(), Failure> {
    let (reader, mut writer) = session.into_split();
    let (sender, events) = sync_channel(4);
    let (typed, crlf) = (sender.clone(), options.crlf);
    thread::spawn(move || type_in(crlf, &typed));
    thread::spawn(move || receive(reader, &sender));
    let mut ended = false;
    while let Some(event) = next(&events, ended && datagram.is_some()) {
        match event {
            Event::Typed(bytes) => {
                if let Some(request) = rekeying(&bytes, options) {
                    sent(writer.update_keys(request).map_err(io::Error::from), &events)?;
                    log.say("- Rekey was completed");
                    continue;
                }
                for part in bytes.chunks(datagram.unwrap_or(RECORD)) {
                    sent(writer.write_all(part), &events)?;
                }
            }
            Event::Ended => {
                sent(writer.close().map_err(io::Error::from), &events)?;
                ended = true;
            }
            Event::Closed => {
                log.say("- Peer has closed the GnuTLS connection");
                return if ended { Ok(()) } else { Ok(writer.close()?) };
            }
            // Servers that have answered and been told goodbye often just hang up.
            Event::Failed(error) if ended && is_truncation(&error) => {
                log.say("- Peer has closed the connection, without close_notify");
                return Ok(());
            }
            Event::Failed(error) => return Err(error.into()),
        }
    }
    Ok(())
}

/// The next event, if it comes; in `haste` it must come soon.
fn next(events: &Receiver<Event>, haste: bool) -> Option<Event> {
    if haste { events.recv_timeout(PATIENCE).ok() } else { events.recv().ok() }
}

/// The key update that `line` commands, if it is a command and such are wanted. As with gnutls-cli it stands at the
/// beginning of what is typed at once.
fn rekeying(line: &[u8], options: &Options) -> Option<KeyUpdateRequest> {
    let (text, mark) = (String::from_utf8_lossy(line), options.inline_commands_prefix);
    let (name, _) = text.strip_prefix(mark).filter(|_| options.inline_commands)?.split_once(mark)?;
    match name {
        "rekey" => Some(KeyUpdateRequest::Requested),
        "rekey1" => Some(KeyUpdateRequest::NotRequested),
        _ => None,
    }
}

fn type_in(crlf: bool, to: &SyncSender<Event>) {
    let mut buf = [0; RECORD];
    loop {
        let event = match io::stdin().read(&mut buf) {
            Ok(n @ 1..) if crlf => Event::Typed(with_crlf(&buf[..n])),
            Ok(n @ 1..) => Event::Typed(buf[..n].to_vec()),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            // A stdin that cannot be read has nothing to say.
            Ok(0) | Err(_) => Event::Ended,
        };
        let last = matches!(event, Event::Ended);
        if to.send(event).is_err() || last {
            return;
        }
    }
}

fn receive<T: Wait>(mut reader: ReadHalf<T>, to: &SyncSender<Event>) {
    let mut buf = [0; RECORD];
    let last = loop {
        match reader.read(&mut buf) {
            Ok(0) => break Event::Closed,
            Ok(n) => {
                if let Err(error) = log::show(&buf[..n]) {
                    break Event::Failed(error);
                }
            }
            Err(error) => break Event::Failed(error),
        }
    };
    // A main thread that is gone has ended the program.
    let _ = to.send(last);
}

/// The outcome of a sending. A server that does not listen any more may have said why: then that is the error.
fn sent(outcome: io::Result<()>, events: &Receiver<Event>) -> io::Result<()> {
    let Err(mut error) = outcome else { return Ok(()) };
    while let Ok(event) = events.recv_timeout(PATIENCE) {
        if let Event::Failed(received) = event {
            error = received;
            break;
        }
    }
    Err(error)
}

fn is_truncation(error: &io::Error) -> bool {
    report::inner(error).is_some_and(|error| error.kind() == ErrorKind::Truncated)
}

fn with_crlf(text: &[u8]) -> Vec<u8> {
    let bytes = text.iter().flat_map(|byte| if *byte == b'\n' { &b"\r\n"[..] } else { std::slice::from_ref(byte) });
    bytes.copied().collect()
}
