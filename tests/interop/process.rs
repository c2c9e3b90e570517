//! Child processes: started with pipes, killed by their guard, every wait bounded.

use std::io::{ErrorKind, Write};
use std::os::unix::net::UnixStream;
use std::process::{Child, Command, Stdio};

use nix::sys::socket::{AddressFamily, SockFlag, SockType, socketpair};

use crate::WATCHDOG;
use crate::output::Output;

/// A running tool. Dropping it kills it.
pub(crate) struct Tool {
    name: String,
    child: Child,
    stdin: Option<UnixStream>,
    pub(crate) stdout: Output,
    pub(crate) stderr: Output,
}

/// A tool that has ended by itself.
#[derive(Debug)]
pub(crate) struct Finished {
    pub(crate) success: bool,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Tool {
    /// Starts `command`, a program and its first arguments, with `args`.
    ///
    /// Its standard input keeps message boundaries: one [`say`](Tool::say) is what one `read` of the tool gives. The
    /// tools look for commands only at the beginning of what a read gave them.
    pub(crate) fn start(command: &[&str], args: &[&str]) -> Tool {
        let kind = SockType::SeqPacket;
        let (stdin, theirs) =
            socketpair(AddressFamily::Unix, kind, None, SockFlag::SOCK_CLOEXEC).expect("a pair of sockets");
        let stdin = UnixStream::from(stdin);
        stdin.set_write_timeout(Some(WATCHDOG)).expect("a timeout");
        let [program, first @ ..] = command else { panic!("no program") };
        let child = Command::new(program)
            .args(first)
            .args(args)
            .env("LC_ALL", "C")
            .stdin(Stdio::from(theirs))
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn();
        let mut child = match child {
            Ok(child) => child,
            Err(error) if error.kind() == ErrorKind::NotFound => {
                panic!("{program} is missing: install the Debian package {}", package(program))
            }
            Err(error) => panic!("{program} does not start: {error}"),
        };
        let stdout = Output::collect(child.stdout.take().expect("piped"));
        let stderr = Output::collect(child.stderr.take().expect("piped"));
        let name = command.join(" ");
        Tool { name, child, stdin: Some(stdin), stdout, stderr }
    }

    /// Gives the tool `message` on its standard input, as one read of it.
    pub(crate) fn say(&self, message: &str) {
        self.stdin().write_all(message.as_bytes()).expect("the tool listens");
    }

    /// The tool's standard input.
    pub(crate) fn stdin(&self) -> &UnixStream {
        self.stdin.as_ref().expect("not hung up")
    }

    /// Ends the tool's standard input.
    pub(crate) fn hang_up(&mut self) {
        self.stdin = None;
    }

    /// Kills the tool, as a crash would.
    pub(crate) fn kill(&mut self) {
        self.child.kill().expect("it can be killed");
        self.child.wait().expect("it can be waited for");
    }

    /// Ends the tool's standard input, unless done, and waits for the tool to end by itself.
    pub(crate) fn finish(mut self) -> Finished {
        self.hang_up();
        self.ended()
    }

    /// Waits for the tool to end by itself, its standard input open.
    pub(crate) fn ended(mut self) -> Finished {
        let stdout = self.stdout.wait_for_end();
        let stderr = self.stderr.wait_for_end();
        let status = self.child.wait().expect("it can be waited for");
        Finished { success: status.success(), stdout, stderr }
    }
}

impl Drop for Tool {
    fn drop(&mut self) {
        // Both fail if it has ended already, which is as good.
        let _ = self.child.kill();
        let _ = self.child.wait();
        if std::thread::panicking() {
            let (stdout, stderr) = (tail(self.stdout.so_far()), tail(self.stderr.so_far()));
            eprintln!("--- {} printed:\n{stdout}\n--- and complained:\n{stderr}\n---", self.name);
        }
    }
}

/// The Debian package that has `program`.
fn package(program: &str) -> &'static str {
    if program == "openssl" { "openssl" } else { "gnutls-bin" }
}

/// The last part of a long text.
fn tail(text: String) -> String {
    let skip = text.chars().count().saturating_sub(1500);
    text.chars().skip(skip).collect()
}
