//! What a tool prints: collected by a thread, so that the tool never waits for us, and waited for by tests.

use std::io::{self, Read};
use std::sync::{Arc, Condvar, Mutex, MutexGuard};
use std::thread;
use std::time::Instant;

use crate::WATCHDOG;

/// Everything that came out of one stream of a tool so far.
#[derive(Clone)]
pub(crate) struct Output(Arc<(Mutex<State>, Condvar)>);

#[derive(Default)]
struct State {
    bytes: Vec<u8>,
    ended: bool,
}

impl Output {
    /// Collects `stream` until it ends.
    pub(crate) fn collect(mut stream: impl Read + Send + 'static) -> Output {
        let output = Output(Arc::default());
        let collected = output.clone();
        thread::spawn(move || {
            let mut buf = vec![0; 64 * 1024];
            loop {
                let read = match stream.read(&mut buf) {
                    Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                    read => read.unwrap_or(0),
                };
                let mut state = collected.lock();
                state.bytes.extend_from_slice(&buf[..read]);
                state.ended = read == 0;
                collected.0.1.notify_all();
                if state.ended {
                    return;
                }
            }
        });
        output
    }

    /// Waits until `text` has been printed; gives everything up to its end.
    pub(crate) fn wait_for(&self, text: &str) -> String {
        self.wait_for_any(&[text])
    }

    /// Waits until one of `texts` has been printed; gives everything up to its end.
    pub(crate) fn wait_for_any(&self, texts: &[&str]) -> String {
        let find = |state: &State| {
            let printed = String::from_utf8_lossy(&state.bytes);
            let ends = texts.iter().filter_map(|text| printed.find(text).map(|start| start + text.len()));
            ends.min().map(|end| printed[..end].to_owned())
        };
        let mut found = None;
        let state = self.wait(|state| {
            found = find(state);
            found.is_some()
        });
        let printed = String::from_utf8_lossy(&state.bytes).into_owned();
        drop(state);
        found.unwrap_or_else(|| panic!("none of {texts:?} was printed, only: {printed}"))
    }

    /// Waits until the stream has ended.
    pub(crate) fn wait_for_end(&self) -> String {
        let state = self.wait(|state| state.ended);
        assert!(state.ended, "the stream does not end");
        String::from_utf8_lossy(&state.bytes).into_owned()
    }

    /// What has been printed so far.
    pub(crate) fn so_far(&self) -> String {
        String::from_utf8_lossy(&self.lock().bytes).into_owned()
    }

    /// The bytes after the first `at`, as soon as there are any; none at the end.
    pub(crate) fn after(&self, at: usize) -> Vec<u8> {
        let state = self.wait(|state| state.bytes.len() > at);
        state.bytes.get(at..).unwrap_or_default().to_vec()
    }

    /// Waits until `done`, the end, or the watchdog.
    fn wait(&self, mut done: impl FnMut(&State) -> bool) -> MutexGuard<'_, State> {
        let deadline = Instant::now() + WATCHDOG;
        let mut state = self.lock();
        while !done(&state) && !state.ended {
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                break;
            }
            state = self.0.1.wait_timeout(state, left).expect("no panic under the lock").0;
        }
        state
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.0.lock().expect("no panic under the lock")
    }
}
