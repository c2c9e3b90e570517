//! The conversation: stdin to the server and the server to stdout, at once, by two threads that share the session.

use std::collections::VecDeque;
use std::io::{self, Read, Write};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;
use std::time::Duration;

use gnutls::transport::{Transport, Wait};
use gnutls::{ErrorKind, KeyUpdateRequest, Protocol, Renegotiation, Session};

use crate::commands::{Command, Commands, Part};
use crate::failure::Failure;
use crate::listener::Listener;
use crate::log::Log;
use crate::options::Options;
use crate::report;
use crate::resume::{Again, Socket};

/// As much as a record carries.
pub(crate) const RECORD: usize = 16 * 1024;

/// How long to wait for the server's own account of a failure to send, and for its goodbye.
const PATIENCE: Duration = Duration::from_secs(5);

pub(crate) enum Event {
    /// Bytes of stdin.
    Typed(Vec<u8>),
    /// The end of stdin.
    Ended,
    /// The server has closed its side of the connection with this number.
    Closed(u32),
    /// Receiving on the connection with this number, or showing what was received, has failed.
    Failed(u32, io::Error),
    /// The thread that receives has been called back.
    CalledBack,
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
        socket: again.socket,
        sender,
        events,
        later: VecDeque::new(),
        crlf: options.crlf,
        verbose: options.verbose,
        piece: datagram.unwrap_or(RECORD),
        log,
    };
    talk.listen()?;
    let mut commands = Commands::new(options.inline_commands.then_some(options.inline_commands_prefix));
    let mut ended = false;
    while let Some(event) = talk.next(ended && datagram.is_some()) {
        match event {
            Event::Typed(bytes) => {
                for part in commands.split(&bytes) {
                    talk = talk.obey(part, again)?;
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
                log.say("*** Received rehandshake request");
                talk = talk.renegotiate()?;
                log.say("*** Rehandshake was performed.");
            }
            // Servers that have answered and been told goodbye often just hang up.
            Event::Failed(_, error) if ended && is_truncation(&error) => {
                log.say("- Peer has closed the connection, without close_notify");
                return Ok(());
            }
            Event::Failed(_, error) => return Err(error.into()),
            Event::CalledBack => {}
        }
    }
    Ok(())
}

struct Talk<'a, T: Transport> {
    session: Arc<Session<T>>,
    /// Of the connection: what others say does not count any more.
    number: u32,
    /// The thread that receives.
    listener: Option<Listener>,
    socket: Socket<T>,
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
    fn listen(&mut self) -> io::Result<()> {
        let told = self.verbose.then(|| self.log.clone());
        let session = Arc::clone(&self.session);
        self.listener = Some(Listener::start(session, self.socket, self.number, told, self.sender.clone())?);
        Ok(())
    }

    /// Renegotiates. The thread that receives has told why it ends, so that this one is alone.
    fn renegotiate(mut self) -> Result<Self, Failure> {
        if let Some(listener) = self.listener.take() {
            listener.join();
        }
        let Some(session) = Arc::into_inner(self.session) else { unreachable!("the other thread has ended") };
        let mut talk =
            Talk { session: Arc::new(session.renegotiate().map_err(gnutls::Error::from)?.complete()?), ..self };
        talk.listen()?;
        Ok(talk)
    }

    /// Begins a renegotiation that the server has not asked for.
    fn begin_renegotiation(mut self) -> Result<Self, Failure> {
        if self.session.protocol() == Protocol::TLS1_3 {
            self.sent(self.session.update_keys(KeyUpdateRequest::Requested).map_err(io::Error::from))?;
        } else {
            if let Some(listener) = &mut self.listener {
                listener.call_back();
            }
            loop {
                match self.events.recv().expect("this end has a sender, too") {
                    Event::CalledBack => break,
                    Event::Closed(number) | Event::Failed(number, _) if number != self.number => {}
                    event => {
                        let over = matches!(event, Event::Closed(_) | Event::Failed(..));
                        self.later.push_back(event);
                        if over {
                            return Ok(self);
                        }
                    }
                }
            }
            self = self.renegotiate()?;
        }
        self.log.say("- ReHandshake was completed");
        Ok(self)
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

    fn obey(mut self, part: Part, again: &Again<'_, T>) -> Result<Self, Failure> {
        match part {
            Part::Data(bytes) => self.send(&bytes)?,
            Part::Command(Command::Resume) => self.resume(again)?,
            Part::Command(Command::Rekey) => self.rekey(KeyUpdateRequest::Requested)?,
            Part::Command(Command::RekeyOurs) => self.rekey(KeyUpdateRequest::NotRequested)?,
            Part::Command(Command::Renegotiate) => return self.begin_renegotiation(),
        }
        Ok(self)
    }

    fn rekey(&self, request: KeyUpdateRequest) -> Result<(), Failure> {
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
        Ok(self.listen()?)
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

fn is_truncation(error: &io::Error) -> bool {
    report::inner(error).is_some_and(|error| error.kind() == ErrorKind::Truncated)
}

fn with_crlf(text: &[u8]) -> Vec<u8> {
    let bytes = text.iter().flat_map(|byte| if *byte == b'\n' { &b"\r\n"[..] } else { std::slice::from_ref(byte) });
    bytes.copied().collect()
}
