//! `gnutls_record_send_file` counts the offset it is given from where the file stands, not from its start.
#![cfg(gnutls_3_7_4)]

use std::fs::File;
use std::io::{Seek, SeekFrom, Write};
use std::os::fd::AsRawFd;

use gnutls_sys as sys;

use crate::common::{TLS13, client, connect, server};
use crate::raw::stock_pair;

/// The letters, standing at `place`.
fn letters(name: &str, place: u64) -> File {
    let path = std::env::temp_dir().join(format!("gnutls-{name}-{}", std::process::id()));
    let mut file = File::options().read(true).write(true).create(true).truncate(true).open(&path).expect("a file");
    std::fs::remove_file(&path).expect("removing");
    file.write_all(b"abcdefghijklmnopqrstuvwxyz").expect("writing");
    file.seek(SeekFrom::Start(place)).expect("seeking");
    file
}

#[test]
fn the_plain_library_sends_other_bytes_than_it_is_asked_to() {
    let (client, server) = stock_pair(TLS13);
    let file = letters("offset", 3);
    let mut offset = 2;
    // SAFETY: a session that nobody else has, an open file, and a place for the offset.
    let sent = unsafe { sys::gnutls_record_send_file(client.session(), file.as_raw_fd(), &mut offset, 5) };
    assert_eq!(sent, 5);
    client.pass_to(&server);
    let (received, _) = server.recv_all();
    // "cdefg" would be from byte 2 on.
    let what = String::from_utf8_lossy(&received).into_owned();
    assert!(what == "fghij" || what == "cdefg", "{what}");
    println!("gnutls_record_send_file from byte 2 of a file that stands at 3 sends {what}");
}

#[test]
fn ours_sends_from_where_the_file_stands_and_says_so() {
    let (one, other) = connect(&client(TLS13), &server(TLS13), gnutls::transport::memory::pair(1 << 16));
    assert_eq!(one.send_file(&letters("place", 3), 5).expect("room"), 5);
    assert_eq!(&other.recv_packet().expect("data").expect("not the end")[..], b"defgh");
}
