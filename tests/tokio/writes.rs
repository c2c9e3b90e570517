//! When bytes leave, and in which records.

use std::io::IoSlice;

use tokio::io::{AsyncReadExt, AsyncWrite, AsyncWriteExt};

use crate::common::{TLS13, check, fill};
use crate::pair::{piped, run};

#[test]
fn small_slices_share_a_record() {
    run("slices", async {
        let (mut client, mut server) = piped(TLS13, 64 * 1024).await;
        assert!(client.is_write_vectored());
        let slices = [&b""[..], b"one", b"", b"two", b"three"].map(IoSlice::new);
        assert_eq!(client.write_vectored(&slices).await.expect("room"), 11);
        // A read gives one record.
        let mut buf = [0; 100];
        assert_eq!(server.read(&mut buf).await.expect("a record"), 11);
        assert_eq!(&buf[..11], b"onetwothree");
        assert_eq!(client.write_vectored(&[]).await.expect("nothing"), 0);
    });
}

#[test]
fn slices_of_every_size_arrive_in_order() {
    run("many slices", async {
        let (client, mut server) = piped(TLS13, 3000).await;
        let (_reader, mut writer) = client.into_split();
        let writing = tokio::spawn(async move {
            let mut data = vec![0; 400_000];
            fill(5, 0, &mut data);
            let mut rest = &data[..];
            for round in 1.. {
                if rest.is_empty() {
                    break;
                }
                let sizes = [round * 37 % 100, round * 7919 % 9000, round * 104_729 % 40_000];
                let mut slices = Vec::new();
                let mut after = rest;
                for size in sizes {
                    let (slice, more) = after.split_at(size.min(after.len()));
                    slices.push(IoSlice::new(slice));
                    after = more;
                }
                let taken = writer.write_vectored(&slices).await.expect("room");
                rest = &rest[taken..];
            }
            writer.shutdown().await.expect("closing");
        });
        let mut all = Vec::new();
        server.read_to_end(&mut all).await.expect("all of it");
        assert_eq!(all.len(), 400_000);
        check(5, 0, &all);
        writing.await.expect("no panic");
    });
}

#[test]
fn a_flush_reaches_the_byte_stream_and_what_it_holds_back() {
    run("a buffered byte stream", async {
        let (near, far) = tokio::io::duplex(64 * 1024);
        let near = tokio::io::BufStream::new(near);
        let (mut client, mut server) = crate::pair::connect(TLS13, (near, far)).await;
        client.write_all(b"kept").await.expect("room");
        client.flush().await.expect("room");
        let mut buf = [0; 4];
        server.read_exact(&mut buf).await.expect("four bytes");
        assert_eq!(&buf, b"kept");
        client.write_all(b"more").await.expect("room");
        client.shutdown().await.expect("closing");
        let mut all = Vec::new();
        server.read_to_end(&mut all).await.expect("the end");
        assert_eq!(all, b"more");
    });
}
