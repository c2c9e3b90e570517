//! No file descriptor is left: errors that name the file, and sessions that go on.

use std::fs::File;
use std::io::{self, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::thread;

use gnutls::x509::{Certificate, PrivateKey};
use gnutls::{ClientConfig, Error, ErrorKind, Identity};
use nix::libc;
use nix::unistd::mkdtemp;

use crate::children::{is_child, run};
use crate::common::{TLS13, client, connect, server, tcp};
use crate::script::{Texts, live};

const NAME: &str = "descriptors::without_descriptors_files_fail_by_name_and_sessions_go_on";

#[test]
fn without_descriptors_files_fail_by_name_and_sessions_go_on() {
    if is_child(NAME) {
        return starve();
    }
    let output = run(NAME);
    assert!(output.status.success(), "{}: {}", output.status, String::from_utf8_lossy(&output.stderr));
}

fn starve() {
    let texts = Texts::new();
    let dir = mkdtemp(&std::env::temp_dir().join("gnutls-resources-XXXXXX")).expect("a directory");
    let ca = dir.join("authority.pem");
    std::fs::write(&ca, &texts.ca).expect("a file");
    let key = dir.join("server.key");
    std::fs::write(&key, &texts.key).expect("a file");
    let (ours, peer) = connect(&client(TLS13), &server(TLS13), tcp());
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("an address");

    let limit = libc::rlimit { rlim_cur: 64, rlim_max: 64 };
    // SAFETY: a limit that is read during the call.
    assert_eq!(unsafe { libc::setrlimit(libc::RLIMIT_NOFILE, &limit) }, 0);
    let mut all = Vec::new();
    while let Ok(file) = File::open("/dev/null") {
        all.push(file);
    }

    let nothing_left = |what: &str, error: Error, named: bool| {
        println!("{what}: {error} ({:?})", error.kind());
        if named {
            assert_eq!(io::Error::from(error.clone()).raw_os_error().or(Some(libc::EMFILE)), Some(libc::EMFILE));
            assert_eq!(error.kind(), ErrorKind::Transport, "{error:?}");
            assert!(error.to_string().contains("gnutls-resources-"), "{what}: {error}");
            assert!(error.to_string().contains("open files"), "{what}: {error}");
        }
    };
    let trust = ClientConfig::builder().with_trust_file(&ca).expect_err("no descriptor");
    nothing_left("with_trust_file", trust, true);
    nothing_left("list_from_file", Certificate::list_from_file(&ca).expect_err("no descriptor"), true);
    nothing_left("a key from_file", PrivateKey::from_file(&key, None).expect_err("no descriptor"), true);
    nothing_left("from_files", Identity::from_files(&ca, &key).expect_err("no descriptor"), true);
    let dir_of_trust = ClientConfig::builder().with_trust_dir(&dir).expect_err("no descriptor");
    assert!(dir_of_trust.to_string().contains("gnutls-resources-"), "{dir_of_trust}");
    nothing_left("with_trust_dir", dir_of_trust, false);
    // GnuTLS does not say why it finds nothing.
    if let Err(error) = ClientConfig::builder().with_system_trust() {
        nothing_left("with_system_trust", error, false);
    }
    let refused = TcpStream::connect(address).expect_err("no descriptor");
    assert_eq!(refused.raw_os_error(), Some(libc::EMFILE));

    // What is open goes on, and sessions need no descriptor but their transport's.
    let echo = thread::spawn(move || {
        let mut data = [0; 5];
        (&peer).read_exact(&mut data).and_then(|()| (&peer).write_all(&data)).expect("an echo");
    });
    (&ours).write_all(b"hello").expect("writing");
    let mut data = [0; 5];
    (&ours).read_exact(&mut data).expect("reading");
    assert_eq!(&data, b"hello");
    echo.join().expect("no panic");
    live(&texts, TLS13).expect("a life in memory");

    drop(all);
    ClientConfig::builder().with_trust_file(&ca).expect("descriptors are back");
    std::fs::remove_dir_all(&dir).expect("a directory of ours");
}
