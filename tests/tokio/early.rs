//! Early data and tickets of tasks.

use std::sync::mpsc;

use gnutls::tokio::TlsStream;
use gnutls::{AntiReplay, EarlyOutcome, SessionData};
use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream, duplex};

use crate::common::HOST;
use crate::common::early::{self, client, client_builder, server_builder};
use crate::pair::{acceptor, connector, run};

/// A byte from the server, and with it whatever came before.
async fn a_byte(client: &mut TlsStream<DuplexStream>, server: &mut TlsStream<DuplexStream>) {
    let send = async {
        server.write_all(b"x").await.expect("room");
        server.flush().await.expect("room");
    };
    let ((), read) = tokio::join!(send, client.read_u8());
    assert_eq!(read.expect("a byte"), b'x');
}

#[test]
fn early_data_go_with_connect_with_and_come_back_if_they_are_not_taken() {
    if !early::are_taken() {
        return;
    }
    run("early data", async {
        let early = vec![7; 20_000];
        let server = server_builder().early_data(20_000, AntiReplay::in_this_process(100)).build().expect("a server");
        let (connector, acceptor) = (connector(client()), acceptor(server));
        let mut data: Option<SessionData> = None;
        // Now and then early data are refused for the age of a ticket, which is rounded.
        for turn in 0..50 {
            let (near, far) = duplex(if turn % 2 == 0 { 1 << 16 } else { 100 });
            let resuming = data.as_ref();
            let connecting = connector.connect_with(HOST, near, |connect| match resuming {
                Some(data) => connect.resume(data).early_data(&early),
                None => connect.early_data(&early),
            });
            let (tls, peer) = tokio::join!(connecting, acceptor.accept(far));
            let (mut client, mut server) = (tls.expect("connected"), peer.expect("accepted"));
            match client.early_outcome().expect("there were some") {
                EarlyOutcome::Accepted => {
                    assert_eq!(server.early_data().expect("early data").replayable(), early);
                    assert!(client.take_unaccepted_early_data().is_none());
                    if turn >= 4 {
                        return;
                    }
                }
                outcome => {
                    assert_eq!(outcome == EarlyOutcome::NotSent, turn == 0);
                    assert_eq!(client.take_unaccepted_early_data().expect("they come back"), early);
                    assert!(server.early_data().is_none());
                }
            }
            a_byte(&mut client, &mut server).await;
            data = client.session_data().expect("a session");
        }
        panic!("early data are never accepted");
    });
}

#[test]
fn a_task_sends_tickets_when_it_likes() {
    run("tickets", async {
        let (tickets, shelf) = mpsc::channel();
        let client = client_builder().on_ticket(move |ticket| drop(tickets.send(ticket))).build().expect("a client");
        let (connector, acceptor) = (connector(client), acceptor(server_builder().build().expect("a server")));
        let (near, far) = duplex(100);
        let (tls, peer) = tokio::join!(connector.connect(HOST, near), acceptor.accept(far));
        let (mut client, mut server) = (tls.expect("connected"), peer.expect("accepted"));
        a_byte(&mut client, &mut server).await;
        shelf.try_iter().for_each(drop);
        let (sent, read) = tokio::join!(
            async {
                server.send_tickets(5).await?;
                server.write_all(b"y").await.expect("room");
                server.flush().await.expect("room");
                Ok::<_, gnutls::Error>(())
            },
            client.read_u8()
        );
        sent.expect("tickets");
        assert_eq!(read.expect("a byte"), b'y');
        assert_eq!(shelf.try_iter().count(), 5);
    });
}
