//! Who waits does nothing: the clock of these tests goes on only when no task has anything to do.

use std::future::Future;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::time::{sleep, timeout};

use crate::common::TLS13;
use crate::pair::{piped, run_paused};

/// A busy loop would keep the clock from ever going on.
async fn never<R: std::fmt::Debug>(future: impl Future<Output = R>) {
    timeout(Duration::from_secs(3600), future).await.expect_err("nothing can have happened");
}

#[test]
fn a_reader_with_nothing_to_read_rests() {
    run_paused("an idle reader", async {
        let (mut client, server) = piped(TLS13, 1000).await;
        never(client.read(&mut [0; 100])).await;
        drop(server);
    });
}

#[test]
fn both_directions_of_both_ends_rest_when_both_are_full() {
    run_paused("a standstill", async {
        let (client, server) = piped(TLS13, 1000).await;
        let (client_in, mut client_out) = client.into_split();
        let (server_in, mut server_out) = server.into_split();
        let up = tokio::spawn(async move { client_out.write_all(&[1; 1_000_000]).await.map(|()| client_out) });
        let down = tokio::spawn(async move { server_out.write_all(&[1; 1_000_000]).await.map(|()| server_out) });
        sleep(Duration::from_secs(3600)).await;
        assert!(!up.is_finished() && !down.is_finished());
        drop((client_in, server_in));
        // Nobody reads any more, so the writers do.
        let _up = up.await.expect("no panic").expect("room at last");
        let _down = down.await.expect("no panic").expect("room at last");
    });
}

#[test]
fn a_writer_without_a_reader_rests() {
    run_paused("a lonely writer", async {
        let (client, server) = piped(TLS13, 1000).await;
        let (client_in, mut client_out) = client.into_split();
        drop(client_in);
        never(client_out.write_all(&[1; 1_000_000])).await;
        never(client_out.flush()).await;
        never(client_out.shutdown()).await;
        drop(server);
    });
}

#[test]
fn a_handshake_without_an_answer_rests() {
    run_paused("a silent peer", async {
        let (near, _far) = tokio::io::duplex(1000);
        let connector = crate::pair::connector(crate::common::client(TLS13));
        never(connector.connect(crate::common::HOST, near)).await;
    });
}
