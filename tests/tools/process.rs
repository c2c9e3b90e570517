//! Programs under test and their peers: started, fed, listened to, and ended by their own handles.

use std::io::{Read, Write};
use std::process::{Child, ChildStdin, Command, ExitStatus, Stdio};
use std::sync::{Arc, Condvar, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

/// How long anything may take. Nothing waits for it to pass: it ends tests that hang.
const PATIENCE: Duration = Duration::from_secs(300);

/// A running program. It is killed when this is dropped.
pub(crate) struct Process {
    child: Child,
    stdin: Option<ChildStdin>,
    command: String,
    said: Arc<Said>,
}

/// A program that has ended.
#[derive(Debug)]
pub(crate) struct Finished {
    pub(crate) command: String,
    pub(crate) status: ExitStatus,
    pub(crate) stdout: Vec<u8>,
    pub(crate) stderr: Vec<u8>,
}

#[derive(Default)]
struct Said {
    so_far: Mutex<SoFar>,
    more: Condvar,
}

#[derive(Default)]
struct SoFar {
    /// stdout and stderr.
    streams: [Vec<u8>; 2],
    ended: usize,
}

impl SoFar {
    fn text(&self) -> String {
        self.streams.iter().map(|stream| String::from_utf8_lossy(stream)).collect()
    }
}

impl Process {
    pub(crate) fn start(command: &mut Command) -> Process {
        let name = format!("{command:?}");
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command
            // The tests know what they say in English.
            .env("LC_ALL", "C")
            .spawn()
            .unwrap_or_else(|error| panic!("cannot run {name}: {error}. ci/setup.sh installs what these tests need"));
        let said = Arc::new(Said::default());
        listen(child.stdout.take().expect("piped"), 0, &said);
        listen(child.stderr.take().expect("piped"), 1, &said);
        let stdin = child.stdin.take();
        Process { child, stdin, command: name, said }
    }

    /// Feeds the program. One that has ended meanwhile does not listen; what it said is looked at later.
    pub(crate) fn type_in(&mut self, bytes: &[u8]) {
        if let Some(stdin) = &mut self.stdin {
            let _ = stdin.write_all(bytes).and_then(|()| stdin.flush());
        }
    }

    pub(crate) fn signal(&self, signal: Signal) {
        let pid = i32::try_from(self.child.id()).expect("a process id");
        // It has not been waited for, so that the id is still its own.
        kill(Pid::from_raw(pid), signal).expect("it is there");
    }

    /// Waits until the program has said one of `texts`, and returns all that it has said so far.
    pub(crate) fn wait_for_any(&self, texts: &[&str]) -> String {
        let found = |said: &SoFar| {
            let text = said.text();
            texts.iter().any(|wanted| text.contains(wanted)).then_some(text)
        };
        self.wait(&format!("saying one of {texts:?}"), |said| found(said).or_else(|| gone(said).then(String::new)))
    }

    /// Waits until the program has said `text`, and returns all that it has said so far.
    pub(crate) fn wait_for(&self, text: &str) -> String {
        let said = self.wait_for_any(&[text]);
        assert!(said.contains(text), "{} ended without saying {text:?}: {}", self.command, self.so_far());
        said
    }

    /// Waits until the program has said `text` so many times, and returns all that it has said so far.
    pub(crate) fn wait_for_times(&self, text: &str, times: usize) -> String {
        let found = |said: &SoFar| Some(said.text()).filter(|said| said.matches(text).count() >= times);
        self.wait(&format!("saying {text:?} {times} times"), found)
    }

    /// Waits until the program has said a line with `words`, and returns what stands behind them in that line.
    pub(crate) fn wait_for_rest(&self, words: &str) -> String {
        let rest = |said: &SoFar| {
            let text = said.text();
            let (_, rest) = text.split_once(words)?;
            rest.split_once('\n').map(|(rest, _)| rest.to_owned())
        };
        let said = self.wait(&format!("saying {words:?}"), |said| rest(said).or_else(|| gone(said).then(String::new)));
        assert!(!said.is_empty(), "{} ended without saying {words:?}: {}", self.command, self.so_far());
        said
    }

    /// Ends the program's stdin, and waits until it has come to its own end.
    pub(crate) fn finish(mut self) -> Finished {
        self.stdin = None;
        self.wait("ending", |said| gone(said).then_some(()));
        let status = self.child.wait().expect("its status");
        let said = std::mem::take(&mut *self.said.so_far.lock().expect("no panic"));
        let [stdout, stderr] = said.streams;
        Finished { command: self.command.clone(), status, stdout, stderr }
    }

    fn wait<R>(&self, what: &str, mut done: impl FnMut(&SoFar) -> Option<R>) -> R {
        let deadline = Instant::now() + PATIENCE;
        let mut said = self.said.so_far.lock().expect("no panic");
        loop {
            if let Some(done) = done(&said) {
                return done;
            }
            let left = deadline.saturating_duration_since(Instant::now());
            assert!(!left.is_zero(), "{} takes too long for {what}; so far: {}", self.command, said.text());
            said = self.said.more.wait_timeout(said, left).expect("no panic").0;
        }
    }

    /// All that it has said.
    pub(crate) fn so_far(&self) -> String {
        self.said.so_far.lock().expect("no panic").text()
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // Both fail only for a program that has been waited for.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Finished {
    /// Both streams as text.
    pub(crate) fn text(&self) -> String {
        [&self.stdout, &self.stderr].map(|stream| String::from_utf8_lossy(stream)).concat()
    }

    /// Panics unless the program has succeeded and said `text`.
    #[track_caller]
    pub(crate) fn assert_says(&self, text: &str) -> &Finished {
        assert!(self.status.success(), "{} failed: {}", self.command, self.text());
        assert!(self.text().contains(text), "{} does not say {text:?}: {}", self.command, self.text());
        self
    }

    /// Panics if the program has said `text`.
    #[track_caller]
    pub(crate) fn assert_is_silent_on(&self, text: &str) -> &Finished {
        assert!(!self.text().contains(text), "{} says {text:?}: {}", self.command, self.text());
        self
    }

    /// Panics unless the program has ended with 1 and given `reason`.
    #[track_caller]
    pub(crate) fn assert_fails(&self, reason: &str) -> &Finished {
        assert_eq!(self.status.code(), Some(1), "{}: {}", self.command, self.text());
        assert!(self.text().contains(reason), "{} does not say {reason:?}: {}", self.command, self.text());
        self
    }
}

/// Runs a program to its end, with `input` for its stdin.
pub(crate) fn run(command: &mut Command, input: &[u8]) -> Finished {
    let mut process = Process::start(command);
    process.type_in(input);
    process.finish()
}

fn gone(said: &SoFar) -> bool {
    said.ended == said.streams.len()
}

fn listen(mut stream: impl Read + Send + 'static, place: usize, said: &Arc<Said>) {
    let said = Arc::clone(said);
    thread::spawn(move || {
        let mut buf = [0; 4096];
        loop {
            let n = stream.read(&mut buf).unwrap_or(0);
            let mut so_far = said.so_far.lock().expect("no panic");
            so_far.streams[place].extend_from_slice(&buf[..n]);
            so_far.ended += usize::from(n == 0);
            said.more.notify_all();
            if n == 0 {
                return;
            }
        }
    });
}
