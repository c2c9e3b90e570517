//! The key log has what OpenSSL's has of the same session, line for line.

use std::collections::BTreeSet;
use std::fs;
use std::io::Write;

use gnutls::KeyLogFile;

use crate::files::Files;
use crate::ours::{Port, VERSIONS, client, connect, read_line, server};
use crate::servers::Server;

/// The lines of a key log, those left out that only one of the two writes.
fn lines(path: &str) -> BTreeSet<String> {
    let written = fs::read_to_string(path).expect("a key log");
    written.lines().filter(|line| !line.starts_with('#')).map(str::to_ascii_lowercase).collect()
}

#[test]
fn our_server_writes_what_openssl_client_writes() {
    let files = Files::new();
    let ca = files.ca();
    for (version, priority) in VERSIONS {
        let (ours, theirs) = (files.path(&format!("ours-{version}")), files.path(&format!("theirs-{version}")));
        let port = Port::new();
        let tool = port.openssl_client(&ca, &["-keylogfile", &theirs]);
        let config = server(priority).key_log(KeyLogFile::new(&ours).expect("a file")).build().expect("a server");
        let session = port.accept(&config);
        writeln!(&session, "welcome").expect("writing");
        tool.stdout.wait_for("welcome\n");
        assert!(tool.finish().success);
        assert_eq!(lines(&ours), lines(&theirs), "{version}");
        drop(session);
    }
}

#[test]
fn our_client_writes_what_openssl_server_writes() {
    let files = Files::new();
    let pem = files.server();
    for (version, priority) in VERSIONS {
        let (ours, theirs) = (files.path(&format!("ours-{version}")), files.path(&format!("theirs-{version}")));
        let server = Server::openssl(&pem, &["-keylogfile", &theirs]);
        let config = client(priority).key_log(KeyLogFile::new(&ours).expect("a file")).build().expect("a client");
        let session = connect(&config, server.tcp());
        server.tool.say("hello\n");
        assert_eq!(read_line(&session).expect("a line"), "hello\n");
        assert_eq!(lines(&ours), lines(&theirs), "{version}");
    }
}
