//! `--starttls`: what is typed and received before TLS begins.

use std::fs::File;
use std::io::{self, Read, Write};
use std::net::TcpStream;
use std::os::fd::AsFd;
use std::os::unix::net::UnixStream;
use std::thread;

use nix::errno::Errno;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::sys::signal::{SigSet, Signal};

use crate::log;

/// Sees to it that SIGALRM ends no thread of this program: before there is a second one.
pub(crate) fn alarm() -> io::Result<SigSet> {
    let mut alarm = SigSet::empty();
    alarm.add(Signal::SIGALRM);
    alarm.thread_block()?;
    Ok(alarm)
}

/// Passes on what is typed and what the server says, until stdin ends or SIGALRM comes, which programs send that type: true
/// then, and false if the server has closed.
pub(crate) fn talk(server: &TcpStream, alarm: SigSet) -> io::Result<bool> {
    // Read without a buffer: what is typed after this is TLS's.
    let mut stdin = File::from(io::stdin().as_fd().try_clone_to_owned()?);
    let (rung, bell) = UnixStream::pair()?;
    thread::spawn(move || {
        // The end of `bell` is what counts.
        let _ = (alarm.wait(), bell);
    });
    let mut buf = [0; 4096];
    loop {
        let readable = |fd| PollFd::new(fd, PollFlags::POLLIN);
        let mut fds = [readable(server.as_fd()), readable(rung.as_fd()), readable(stdin.as_fd())];
        match poll(&mut fds, PollTimeout::NONE) {
            Err(Errno::EINTR) => continue,
            other => other?,
        };
        let [from_server, alarmed, typed] = fds.map(|fd| fd.any().unwrap_or(false));
        if from_server {
            match { server }.read(&mut buf)? {
                0 => return Ok(false),
                n => log::show(&buf[..n])?,
            }
        }
        if alarmed {
            return Ok(true);
        }
        if typed {
            match stdin.read(&mut buf)? {
                0 => return Ok(true),
                n => { server }.write_all(&buf[..n])?,
            }
        }
    }
}
