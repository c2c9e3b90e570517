//! SIGPIPE: never, even in a program that has not ignored it as Rust's runtime does.

use std::io::Write;
use std::process::Command;

use gnutls::ErrorKind;
use nix::sys::signal::{SigHandler, Signal, signal};

use crate::common::{TLS13, client, connect, server, tcp, within};

const CHILD: &str = "GNUTLS_TEST_SIGPIPE_CHILD";

#[test]
fn writing_to_a_peer_that_is_gone_never_raises_sigpipe() {
    if std::env::var_os(CHILD).is_some() {
        return write_with_the_default_action();
    }
    let test = "sigpipe::writing_to_a_peer_that_is_gone_never_raises_sigpipe";
    let program = std::env::current_exe().expect("this program");
    let output = Command::new(program).args(["--exact", test, "--nocapture"]).env(CHILD, "1").output();
    let output = output.expect("a child");
    assert!(output.status.success(), "{}: {}", output.status, String::from_utf8_lossy(&output.stderr));
}

fn write_with_the_default_action() {
    // SAFETY: the default action is no handler of ours.
    unsafe { signal(Signal::SIGPIPE, SigHandler::SigDfl) }.expect("a signal");
    within("writing", || {
        let (ours, peer) = connect(&client(TLS13), &server(TLS13), tcp());
        drop(peer);
        let error = loop {
            if let Err(error) = (&ours).write_all(&[0; 10_000]) {
                break error;
            }
        };
        assert!(matches!(error.kind(), std::io::ErrorKind::BrokenPipe | std::io::ErrorKind::ConnectionReset));
        assert_eq!(ours.close().expect_err("nobody is there").kind(), ErrorKind::Transport);
    });
}
