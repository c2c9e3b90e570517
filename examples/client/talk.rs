//! The conversation: stdin to the server and the server to stdout, at once, by two threads that share the session.

use std::collections::VecDeque;
use std::io::{self, Read, Write};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use gnutls::transport::{Transport, Wait};
use gnutls::{ErrorKind, KeyUpdateRequest, Renegotiation, Session};

use crate::commands::{Command, Commands, Part};
use crate::failure::Failure;
use crate::log::{self, Log};
use crate::options::Options;
use crate::report;
use crate::resume::Again;

/// As much as a record carries.
const RECORD: usize = 16 * 1024;

/// How long to wait for the server's own account of a failure to send, and for its goodbye.
const PATIENCE: Duration = Duration::from_secs(1);

enum Event {
    /// Bytes of stdin.
    Typed(Vec<u8>),
    /// The end of stdin.
    Ended,
    /// The server has closed its side of the connection with this number.
    Closed(u32),
    /// Receiving on the connection with this number, or showing what was received, has failed.
    Failed(u32, io::Error),
}

/// Talks until the server has closed.
///
/// One thread receives, this one sends. A third reads stdin, because a wait for stdin cannot be broken off when the
/// server closes.
///
/// Over datagrams a server that does not close in time is let go: its last word may be lost.
pub(crate) fn talk<T: Wait + 'static>(
    session: Session<T>,
    options: &Options,
    again: &Again<'_, T>,
    log: &Log,
) -> Result<(), Failure> {
    let datagram = (again.most)(&session);
    let (sender, events) = sync_channel(4);
    let typed = sender.clone();
    thread::spawn(move || type_in(&typed));
    let mut talk = Talk {
        session: Arc::new(session),
        number: 0,
        listener: None,
        sender,
        events,
        later: VecDeque::new(),
        crlf: options.crlf,
        verbose: options.verbose,
        piece: datagram.unwrap_or(RECORD),
        log,
    };
    talk.listen();
    let mut commands = Commands::new(options.inline_commands.then_some(options.inline_commands_prefix));
    let mut ended = false;
    while let Some(event) = talk.next(ended && datagram.is_some()) {
        match event {
            Event::Typed(bytes) => {
                for part in commands.split(&bytes) {
                    talk.obey(part, again)?;
                }
            }
            Event::Ended => {
                talk.send(&commands.rest())?;
                talk.sent(talk.session.close().map_err(io::Error::from))?;
                ended = true;
            }
            Event::Closed(_) => {
                log.say("- Peer has closed the GnuTLS connection");
                return if ended { Ok(()) } else { Ok(talk.session.close()?) };
            }
            Event::Failed(..) if talk.session.renegotiation() == Some(Renegotiation::Wanted) => {
                talk = talk.renegotiate()?;
            }
            // Servers that have answered and been told goodbye often just hang up.
            Event::Failed(_, error) if ended && is_truncation(&error) => {
                log.say("- Peer has closed the connection, without close_notify");
                return Ok(());
            }
            Event::Failed(_, error) => return Err(error.into()),
        }
    }
    Ok(())
}

struct Talk<'a, T: Transport> {
    session: Arc<Session<T>>,
    /// Of the connection: what others say does not count any more.
    number: u32,
    /// The thread that receives.
    listener: Option<JoinHandle<()>>,
    sender: SyncSender<Event>,
    events: Receiver<Event>,
    /// What was typed while something else was waited for.
    later: VecDeque<Event>,
    crlf: bool,
    /// Each piece is told.
    verbose: bool,
    /// The most that is sent in one piece.
    piece: usize,
    log: &'a Log,
}

impl<T: Wait + 'static> Talk<'_, T> {
    /// Has a thread of its own receive.
    fn listen(&mut self) {
        let (session, number, events) = (Arc::clone(&self.session), self.number, self.sender.clone());
        let told = self.verbose.then(|| self.log.clone());
        self.listener = Some(thread::spawn(move || receive(&session, number, told.as_ref(), &events)));
    }

    /// Does what the server has asked for. The thread that receives has told it and ended, so that this one is alone.
    fn renegotiate(mut self) -> Result<Self, Failure> {
        self.log.say("*** Received rehandshake request");
        self.listener.take().map(JoinHandle::join);
        let Some(session) = Arc::into_inner(self.session) else { unreachable!("the other thread has ended") };
        let session = session.renegotiate().map_err(gnutls::Error::from)?.complete()?;
        let mut talk = Talk { session: Arc::new(session), ..self };
        talk.log.say("*** Rehandshake was performed.");
        talk.listen();
        Ok(talk)
    }

    /// The next event, if it comes; in `haste` it must come soon.
    fn next(&mut self, haste: bool) -> Option<Event> {
        if let Some(event) = self.later.pop_front() {
            return Some(event);
        }
        loop {
            let event = if haste { self.events.recv_timeout(PATIENCE).ok()? } else { self.events.recv().ok()? };
            match event {
                Event::Closed(number) | Event::Failed(number, _) if number != self.number => {}
                event => return Some(event),
            }
        }
    }

    fn obey(&mut self, part: Part, again: &Again<'_, T>) -> Result<(), Failure> {
        let request = match part {
            Part::Data(bytes) => return self.send(&bytes),
            Part::Command(Command::Resume) => return self.resume(again),
            Part::Command(Command::Rekey) => KeyUpdateRequest::Requested,
            Part::Command(Command::RekeyOurs) => KeyUpdateRequest::NotRequested,
        };
        self.sent(self.session.update_keys(request).map_err(io::Error::from))?;
        self.log.say("- Rekey was completed");
        Ok(())
    }

    fn send(&mut self, bytes: &[u8]) -> Result<(), Failure> {
        let converted = self.crlf.then(|| with_crlf(bytes));
        for part in converted.as_deref().unwrap_or(bytes).chunks(self.piece) {
            self.sent({ &*self.session }.write_all(part))?;
            if self.verbose {
                self.log.say(&format!("- Sent: {} bytes", part.len()));
            }
        }
        Ok(())
    }

    /// Leaves the server, and comes back with the session of now.
    fn resume(&mut self, again: &Again<'_, T>) -> Result<(), Failure> {
        let earlier = again.data(&self.session)?;
        self.log.say("- Disconnecting");
        self.sent(self.session.close().map_err(io::Error::from))?;
        loop {
            match self.events.recv_timeout(PATIENCE) {
                Ok(Event::Closed(number) | Event::Failed(number, _)) if number == self.number => break,
                Ok(typed @ (Event::Typed(_) | Event::Ended)) => self.later.push_back(typed),
                Ok(_) => {}
                // The server has nothing more to say, or it is lost.
                Err(_) => break,
            }
        }
        self.session.get_ref().shutdown();
        self.session = Arc::new(again.connect(earlier.as_ref(), self.log)?);
        self.number += 1;
        self.listen();
        Ok(())
    }

    /// The outcome of a sending. A server that does not listen any more may have said why: then that is the error.
    fn sent(&self, outcome: io::Result<()>) -> Result<(), Failure> {
        let Err(mut error) = outcome else { return Ok(()) };
        while let Ok(event) = self.events.recv_timeout(PATIENCE) {
            match event {
                Event::Failed(number, received) if number == self.number => {
                    error = received;
                    break;
                }
                _ => {}
            }
        }
        Err(error.into())
    }
}

fn type_in(to: &SyncSender<Event>) {
    let mut buf = [0; RECORD];
    loop {
        let event = match io::stdin().read(&mut buf) {
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

/// Shows what comes; each piece is `told`.
fn receive<T: Wait>(mut session: &Session<T>, number: u32, told: Option<&Log>, to: &SyncSender<Event>) {
    let mut buf = [0; RECORD];
    let last = loop {
        match session.read(&mut buf) {
            Ok(0) => break Event::Closed(number),
            Ok(n) => {
                if let Some(log) = told {
                    log.write(&format!("- Received[{n}]: "));
                }
                if let Err(error) = log::show(&buf[..n]) {
                    break Event::Failed(number, error);
                }
            }
            Err(error) => break Event::Failed(number, error),
        }
    };
    // A main thread that is gone has ended the program.
    let _ = to.send(last);
}

fn is_truncation(error: &io::Error) -> bool {
    report::inner(error).is_some_and(|error| error.kind() == ErrorKind::Truncated)
}

fn with_crlf(text: &[u8]) -> Vec<u8> {
    let bytes = text.iter().flat_map(|byte| if *byte == b'\n' { &b"\r\n"[..] } else { std::slice::from_ref(byte) });
    bytes.copied().collect()
}
