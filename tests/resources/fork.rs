//! A process that forks while it has sessions: the child may drop them or leave, the parent goes on. Only one of the two
//! may use a session; new ones are good in both.

use std::fs::File;
use std::io::{Read, Write};
use std::os::fd::FromRawFd;

use gnutls::Progress;
use gnutls::transport::{Transport, memory};
use nix::libc;

use crate::children::{is_child, run};
use crate::common::{HOST, TLS12, TLS13, client, server};
use crate::script::{say, shake};

const NAME: &str = "fork::a_child_that_drops_its_sessions_leaves_the_parents_alone";

#[test]
fn a_child_that_drops_its_sessions_leaves_the_parents_alone() {
    if is_child(NAME) {
        return fork();
    }
    let output = run(NAME);
    assert!(output.status.success(), "{}: {}", output.status, String::from_utf8_lossy(&output.stderr));
}

/// How the child ends.
#[derive(Clone, Copy, Debug)]
enum Leaves {
    /// It drops the session and makes a new one.
    Drops,
    /// It ends at once.
    Exits,
}

fn fork() {
    for priority in [TLS12, TLS13] {
        for leaves in [Leaves::Drops, Leaves::Exits] {
            let (client, server) = (client(priority), server(priority));
            let (ours, peer) = shake(&client, &server).expect("a handshake");
            say(&ours, &peer, b"before").expect("data");
            let (mut from_child, mut to_parent) = pipe();
            // SAFETY: this child of the test program runs one test in one thread beside the harness, which waits.
            let pid = unsafe { libc::fork() };
            if pid == 0 {
                if let Leaves::Drops = leaves {
                    drop((ours, peer));
                    let (fresh, other) = shake(&client, &server).expect("a handshake in the child");
                    say(&fresh, &other, b"child").expect("data in the child");
                    to_parent.write_all(&random(&client)).expect("a pipe");
                }
                // SAFETY: ends the child without its parent's exit handlers.
                unsafe { libc::_exit(0) };
            }
            assert!(pid > 0);
            drop(to_parent);
            let mut childs = Vec::new();
            from_child.read_to_end(&mut childs).expect("a pipe");
            let mut status = 0;
            // SAFETY: a child of ours; the out pointer is valid.
            assert_eq!(unsafe { libc::waitpid(pid, &mut status, 0) }, pid);
            assert_eq!(status, 0, "the child fails, {leaves:?}");
            // The same state of the generator before the fork must not give the same numbers after it.
            assert_ne!(childs, random(&client), "{leaves:?}");
            say(&ours, &peer, b"after").expect("the parent goes on");
            say(&peer, &ours, b"answer").expect("the parent goes on");
        }
    }
}

/// The 32 random bytes of a new ClientHello.
fn random(client: &gnutls::ClientConfig) -> Vec<u8> {
    let (near, far) = memory::pair(1 << 16);
    let Ok(Progress::Pending(_unfinished)) = client.to(HOST).and_then(|to| to.start(near)?.advance()) else {
        panic!("nobody has answered")
    };
    let mut hello = [0; 43];
    assert_eq!(far.try_read(&mut hello).expect("a ClientHello"), 43);
    hello[11..].to_vec()
}

fn pipe() -> (File, File) {
    let mut ends = [0; 2];
    // SAFETY: there is room for both descriptors.
    assert_eq!(unsafe { libc::pipe(ends.as_mut_ptr()) }, 0);
    // SAFETY: a fresh descriptor that nobody else owns.
    let reading = unsafe { File::from_raw_fd(ends[0]) };
    // SAFETY: as above.
    (reading, unsafe { File::from_raw_fd(ends[1]) })
}
