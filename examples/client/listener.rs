//! The thread that receives. It can be called back: who renegotiates wants the session alone.

use std::io;
use std::os::fd::AsFd;
use std::os::unix::net::UnixStream;
use std::sync::Arc;
use std::sync::mpsc::SyncSender;
use std::thread::{self, JoinHandle};

use gnutls::Session;
use gnutls::transport::Wait;
use nix::errno::Errno;
use nix::poll::{PollFd, PollFlags, poll};

use crate::log::{self, Log};
use crate::resume::Socket;
use crate::talk::{Event, RECORD};

pub(crate) struct Listener {
    thread: JoinHandle<()>,
    /// Its end calls the thread back.
    call: Option<UnixStream>,
}

impl Listener {
    /// Shows what comes on the connection with this number; each piece is `told`. The last thing that it does is to say
    /// in one event why it ends.
    pub(crate) fn start<T: Wait + 'static>(
        session: Arc<Session<T>>,
        socket: Socket<T>,
        number: u32,
        told: Option<Log>,
        to: SyncSender<Event>,
    ) -> io::Result<Listener> {
        let (call, called) = UnixStream::pair()?;
        let thread = thread::spawn(move || {
            let last = receive(&session, socket, told.as_ref(), &called);
            drop(session);
            // A main thread that is gone has ended the program.
            let _ = to.send(match last {
                Ok(true) => Event::Closed(number),
                Ok(false) => Event::CalledBack,
                Err(error) => Event::Failed(number, error),
            });
        });
        Ok(Listener { thread, call: Some(call) })
    }

    /// Has it end, if it does not end of itself; its event says which.
    pub(crate) fn call_back(&mut self) {
        self.call = None;
    }

    /// Waits for its end.
    pub(crate) fn join(self) {
        let _ = self.thread.join();
    }
}

/// True if the server has closed, false if this was called back.
fn receive<T: Wait>(
    session: &Session<T>,
    socket: Socket<T>,
    told: Option<&Log>,
    called: &UnixStream,
) -> io::Result<bool> {
    let mut buf = [0; RECORD];
    loop {
        match session.recv(&mut buf) {
            Ok(0) => return Ok(true),
            Ok(n) => {
                if let Some(log) = told {
                    log.write(&format!("- Received[{n}]: "));
                }
                log::show(&buf[..n])?;
            }
            Err(error) if error.would_block() => {
                let want = session.recv_interest();
                if want.ready_now() {
                    continue;
                }
                let mut fds =
                    [PollFd::new(socket(session), want.poll_flags()), PollFd::new(called.as_fd(), PollFlags::POLLIN)];
                match poll(&mut fds, want.timeout()) {
                    Ok(_) => {}
                    Err(Errno::EINTR) => continue,
                    Err(error) => return Err(error.into()),
                }
                if fds[1].any().unwrap_or(true) {
                    return Ok(false);
                }
            }
            Err(error) => return Err(error.into()),
        }
    }
}
