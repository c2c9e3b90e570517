//! What goes over the connection, as the files of `--save-server-trace` and `--save-client-trace` have it.

use std::fs;

use crate::files::Files;
use crate::peers::{Cli, Serv};
use crate::switches::TLS1_3;

const APPLICATION_DATA: u8 = 23;

/// The records in the bytes of one direction: their types and lengths.
fn records(path: &str) -> Vec<(u8, usize)> {
    let bytes = fs::read(path).expect("a trace");
    let (mut rest, mut all) = (&bytes[..], Vec::new());
    while let [kind, 3, _, high, low, after @ ..] = rest {
        let length = usize::from(*high) << 8 | usize::from(*low);
        assert!(after.len() >= length, "a record is cut");
        all.push((*kind, length));
        rest = &after[length..];
    }
    assert!(rest.is_empty() && !all.is_empty(), "{path} has more than records: {rest:?}");
    all
}

#[test]
fn a_trace_has_every_record_of_its_direction() {
    let files = Files::new();
    for serv in [Serv::Ours, Serv::Gnutls] {
        let server = serv.start(&files, &["--echo", "--disable-client-cert"]);
        for cli in [Cli::Ours, Cli::Gnutls] {
            let (from, to) = (files.path("from"), files.path("to"));
            let wishes = ["--save-server-trace", &from, "--save-client-trace", &to, "--priority", TLS1_3];
            cli.talk(&files, server.port, &wishes, "hello\n").assert_says("hello\n");
            for trace in [records(&from), records(&to)] {
                // A hello, then data or what looks like data.
                assert_eq!(trace[0].0, 22, "{serv:?} {cli:?}: {trace:?}");
                assert!(trace.iter().filter(|(kind, _)| *kind == APPLICATION_DATA).count() >= 2, "{trace:?}");
            }
        }
    }
    let nowhere = files.path("no/such/directory");
    Cli::Ours.talk(&files, 1, &["--save-server-trace", &nowhere], "").assert_fails(&format!("opening {nowhere}"));
}

#[test]
fn the_second_connection_is_in_the_trace_too() {
    let files = Files::new();
    let server = Serv::Ours.start(&files, &["--echo"]);
    let trace = files.path("to");
    let wishes = ["--resume", "--waitresumption", "--save-client-trace", &trace, "--priority", TLS1_3];
    Cli::Ours.talk(&files, server.port, &wishes, "").assert_says("*** This is a resumed session");
    assert_eq!(records(&trace).iter().filter(|(kind, _)| *kind == 22).count(), 2, "two hellos");
}

#[test]
fn no_record_is_longer_than_the_client_wishes() {
    let files = Files::new();
    let (file, trace) = (files.path("data"), files.path("trace"));
    fs::write(&file, vec![b'x'; 5000]).expect("writing");
    for serv in [Serv::Ours, Serv::Gnutls] {
        let server = serv.start(&files, &["--http", "--httpdata", &file, "--disable-client-cert"]);
        for (size, many) in [("512", true), ("4096", false)] {
            let wishes = ["--recordsize", size, "--save-server-trace", &trace, "--priority", TLS1_3];
            Cli::Ours.talk(&files, server.port, &wishes, "GET / HTTP/1.0\r\n\r\n").assert_says("xxxx");
            let most: usize = size.parse().expect("a number");
            let records: Vec<_> = records(&trace).into_iter().filter(|(kind, _)| *kind == APPLICATION_DATA).collect();
            // With the type of what is inside and the tag.
            assert!(records.iter().all(|(_, length)| *length <= most + 17), "{serv:?} {size}: {records:?}");
            assert_eq!(records.len() > 10, many, "{serv:?} {size}: {records:?}");
        }
    }
    Cli::Ours.talk(&files, 1, &["--recordsize", "100"], "").assert_fails("not between 512 and 16384");
}

#[test]
fn no_record_is_longer_than_the_server_wishes() {
    let files = Files::new();
    let trace = files.path("trace");
    let server = Serv::Ours.start(&files, &["--echo", "--recordsize", "512"]);
    for cli in [Cli::Ours, Cli::Gnutls] {
        let wishes = ["--save-client-trace", &trace, "--priority", TLS1_3];
        let line = format!("{}\n", "x".repeat(3000));
        cli.talk(&files, server.port, &wishes, &line).assert_says("xxxx");
        let records = records(&trace);
        let data: Vec<_> = records.iter().filter(|(kind, _)| *kind == APPLICATION_DATA).collect();
        assert!(data.iter().all(|(_, length)| *length <= 512 + 17), "{cli:?}: {records:?}");
        // (gnutls-cli sends the first record alone.)
        let full = if matches!(cli, Cli::Ours) { 5 } else { 1 };
        assert!(data.iter().filter(|(_, length)| *length == 512 + 17).count() >= full, "{cli:?}: {records:?}");
    }
}

#[test]
fn a_single_key_share_makes_the_hello_shorter() {
    let files = Files::new();
    let server = Serv::Gnutls.start(&files, &["--echo"]);
    let trace = files.path("trace");
    for cli in [Cli::Ours, Cli::Gnutls] {
        let hello = |more: &[&str]| {
            let wishes = [&["--save-client-trace", &trace, "--priority", TLS1_3], more].concat();
            cli.talk(&files, server.port, &wishes, "hello\n").assert_says("hello\n");
            records(&trace)[0].1
        };
        let (usual, single) = (hello(&[]), hello(&["--single-key-share"]));
        // A key and its head.
        assert!(usual >= single + 36, "{cli:?}: {usual} bytes, {single} bytes");
    }
}
