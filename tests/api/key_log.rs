//! Secrets are told to who asked, in the form that tools read; what goes wrong there goes wrong here.

use std::collections::BTreeSet;
use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex};
use std::thread;

use gnutls::{ClientConfig, KeyLog, KeyLogFile, KeyUpdateRequest, Priority, ServerConfig};

use crate::common::{HOST, TLS12, TLS13, connect, pki, server, tcp};

type Lines = Arc<Mutex<Vec<(String, Vec<u8>, Vec<u8>)>>>;

fn collector() -> (Lines, impl KeyLog + 'static) {
    let lines = Lines::default();
    let collected = Arc::clone(&lines);
    let log = move |label: &str, random: &[u8], secret: &[u8]| {
        collected.lock().expect("no panic").push((label.to_owned(), random.to_vec(), secret.to_vec()));
    };
    (lines, log)
}

fn client(priority: &str, log: impl KeyLog + 'static) -> ClientConfig {
    let builder = ClientConfig::builder().with_trust(std::slice::from_ref(&pki().ca)).expect("trust");
    builder.priority(Priority::new(priority).expect("a priority")).key_log(log).build().expect("a client")
}

fn logging_server(priority: &str, log: impl KeyLog + 'static) -> ServerConfig {
    let builder = ServerConfig::builder().with_identity(pki().server.clone()).expect("an identity");
    builder.priority(Priority::new(priority).expect("a priority")).key_log(log).build().expect("a server")
}

#[test]
fn both_sides_tell_the_same_secrets_and_none_after_the_handshake() {
    const OF_TLS13: [&str; 5] = [
        "CLIENT_HANDSHAKE_TRAFFIC_SECRET",
        "CLIENT_TRAFFIC_SECRET_0",
        "EXPORTER_SECRET",
        "SERVER_HANDSHAKE_TRAFFIC_SECRET",
        "SERVER_TRAFFIC_SECRET_0",
    ];
    for (priority, labels) in [(TLS12, &["CLIENT_RANDOM"][..]), (TLS13, &OF_TLS13)] {
        let ((ours, our_log), (theirs, their_log)) = (collector(), collector());
        let (client, server) = connect(&client(priority, our_log), &logging_server(priority, their_log), tcp());
        if priority == TLS13 {
            client.update_keys(KeyUpdateRequest::NotRequested).expect("a key update");
            client.send(b"hello").expect("sending");
            assert_eq!(std::io::Read::read(&mut &server, &mut [0; 10]).expect("it comes"), 5);
        }
        let (ours, theirs) = (ours.lock().expect("no panic"), theirs.lock().expect("no panic"));
        let sorted = |lines: &[(String, Vec<u8>, Vec<u8>)]| lines.iter().cloned().collect::<BTreeSet<_>>();
        assert_eq!(sorted(&ours), sorted(&theirs));
        let told: BTreeSet<&str> = ours.iter().map(|(label, ..)| label.as_str()).collect();
        assert_eq!(told.into_iter().collect::<Vec<_>>(), labels);
        assert_eq!(ours.len(), labels.len(), "each once");
        assert!(ours.iter().all(|(_, random, secret)| random.len() == 32 && [32, 48].contains(&secret.len())));
    }
}

#[test]
fn a_panic_in_a_key_log_goes_on_in_the_thread_that_made_the_handshake() {
    let log = |_: &str, _: &[u8], _: &[u8]| panic!("no more room");
    let (near, far) = tcp();
    let accepting = thread::spawn(move || server(TLS13).accept(far));
    let panic = catch_unwind(AssertUnwindSafe(|| client(TLS13, log).connect(HOST, near))).expect_err("it goes on");
    assert_eq!(panic.downcast_ref::<&str>(), Some(&"no more room"));
    accepting.join().expect("no panic").expect_err("the client has gone");
}

#[test]
fn a_file_gets_lines_that_readers_know_and_is_for_nobody_else() {
    use std::os::unix::fs::PermissionsExt;
    let path = std::env::temp_dir().join(format!("gnutls-key-log-{}", std::process::id()));
    let log = KeyLogFile::new(&path).expect("a file");
    assert!(format!("{log:?}").contains("gnutls-key-log-"));
    connect(&client(TLS13, log), &server(TLS13), tcp());
    let written = fs::read_to_string(&path).expect("a text");
    let mode = fs::metadata(&path).expect("a file").permissions().mode();
    fs::remove_file(&path).expect("ours");
    assert_eq!(mode & 0o077, 0);
    assert_eq!(written.lines().count(), 5);
    for line in written.lines() {
        let words: Vec<&str> = line.split(' ').collect();
        let hexadecimal = |word: &str| word.bytes().all(|digit| b"0123456789abcdef".contains(&digit));
        assert!(
            matches!(words[..], [_, random, secret] if random.len() == 64 && hexadecimal(random) && hexadecimal(secret)),
            "{line}"
        );
    }
}

#[test]
fn a_file_that_cannot_be_opened_is_named() {
    let error = KeyLogFile::new("/nowhere/at/all").expect_err("there is none");
    assert!(error.to_string().contains("/nowhere/at/all"), "{error}");
}
