//! Clients that talk: one, two, many at once, in both directions at once.

use std::sync::Arc;
use std::time::Duration;

use gnutls::tokio::dtls::{DtlsListener, DtlsReadHalf, DtlsWriteHalf};
use gnutls::{ErrorKind, Protocol};
use tokio::sync::Semaphore;
use tokio::time::timeout;

use super::{Session, arrive, dial, dial_at, join, let_in, listen, puppet, talk};
use crate::common::{check, fill};
use crate::pair::run;

#[test]
fn a_client_and_its_session_talk_while_nobody_calls_accept() {
    run("one client", async {
        let listener = listen().await;
        let (mut client, mut session) = join(&listener).await;
        assert_eq!((client.protocol(), session.protocol()), (Protocol::DTLS1_2, Protocol::DTLS1_2));
        assert_eq!(session.get_ref().address(), client.get_ref().local_addr().expect("an address"));
        assert_eq!((listener.clients(), listener.turned_away()), (1, 0));
        talk(&mut client, &mut session, b"hello").await;
        let most = client.data_mtu();
        talk(&mut client, &mut session, &vec![7; most]).await;
        assert_eq!(session.send(&vec![0; most + 1]).await.expect_err("too large").kind(), ErrorKind::TooLarge);
        client.close_notify().await.expect("closing");
        assert_eq!(session.recv(&mut [0; 10]).await.expect("the end"), 0);
        assert_eq!(session.get_ref().lost(), 0);
    });
}

#[test]
fn two_clients_have_a_session_each_and_nothing_of_the_other() {
    run("two clients", async {
        let listener = listen().await;
        let (mut first, mut for_first) = join(&listener).await;
        let (mut second, mut for_second) = join(&listener).await;
        assert_eq!(listener.clients(), 2);
        for i in 0..20_u8 {
            talk(&mut first, &mut for_first, &[i, 1]).await;
            talk(&mut second, &mut for_second, &[i, 2]).await;
        }
        let mut buf = [0; 10];
        for_second.send(b"second").await.expect("sending");
        for_first.send(b"first").await.expect("sending");
        assert_eq!(first.recv(&mut buf).await.expect("receiving"), 5);
        assert_eq!(second.recv(&mut buf).await.expect("receiving"), 6);
    });
}

/// Sends back all that comes, for each client that comes.
async fn echo(listener: Arc<DtlsListener>) {
    loop {
        let incoming = listener.accept().await.expect("a client");
        tokio::spawn(async move {
            let mut session = let_in(incoming).await;
            let mut buf = [0; 2000];
            while let length @ 1.. = session.recv(&mut buf).await.expect("receiving") {
                session.send(&buf[..length]).await.expect("sending");
            }
        });
    }
}

#[test]
fn many_clients_at_once_have_each_byte_back() {
    const CLIENTS: u64 = 60;
    const DATAGRAMS: u64 = 40;
    run("many clients", async {
        let listener = Arc::new(listen().await);
        let address = listener.local_addr().expect("an address");
        let serving = tokio::spawn(echo(Arc::clone(&listener)));
        let talking = |seed| async move {
            let mut client = arrive(dial_at(address).await).await.expect("the handshake");
            let (mut sent, mut came) = ([0; 1000], [0; 2000]);
            for number in 0..DATAGRAMS {
                let length = 8 + usize::try_from(number * 97 % 990).expect("small");
                sent[..8].copy_from_slice(&number.to_le_bytes());
                fill(seed, number, &mut sent[8..length]);
                // The kernel may lose some of so many; who wants an answer asks again, and may have two.
                let mut asked_again = true;
                loop {
                    if asked_again {
                        client.send(&sent[..length]).await.expect("sending");
                    }
                    match timeout(Duration::from_secs(1), client.recv(&mut came)).await {
                        Err(_) => asked_again = true,
                        Ok(received) => {
                            let came = &came[..received.expect("receiving")];
                            if came[..8] == number.to_le_bytes() {
                                assert_eq!(came.len(), length);
                                check(seed, number, &came[8..]);
                                break;
                            }
                            asked_again = false;
                        }
                    }
                }
            }
            client.close_notify().await.expect("closing");
        };
        let clients: Vec<_> = (0..CLIENTS).map(|seed| tokio::spawn(talking(seed))).collect();
        for client in clients {
            client.await.expect("no panic");
        }
        // A close may be lost.
        assert!(listener.clients() <= usize::try_from(CLIENTS).expect("small") && listener.turned_away() == 0);
        serving.abort();
    });
}

const RECORDS: u64 = 2000;

fn length_of(record: u64) -> usize {
    1 + usize::try_from(record * 7 % 900).expect("small")
}

/// Takes of `room` what is on its way, so that the kernel loses nothing.
async fn send_all(mut writer: DtlsWriteHalf<impl Datagrams>, seed: u64, room: Arc<Semaphore>) {
    let mut buf = [0; 1000];
    for i in 0..RECORDS {
        room.acquire().await.expect("open").forget();
        fill(seed, i, &mut buf[..length_of(i)]);
        writer.send(&buf[..length_of(i)]).await.expect("sending");
    }
    writer.close_notify().await.expect("closing");
}

async fn receive_all(mut reader: DtlsReadHalf<impl Datagrams>, seed: u64, room: Arc<Semaphore>) {
    let mut buf = [0; 1000];
    for i in 0..RECORDS {
        let received = loop {
            // A dropped receive has taken nothing.
            tokio::select! {
                biased;
                received = reader.recv(&mut buf) => break received,
                () = tokio::task::yield_now() => {}
            }
        };
        assert_eq!(received.expect("receiving"), length_of(i), "record {i}");
        check(seed, i, &buf[..length_of(i)]);
        room.add_permits(1);
    }
    assert_eq!(reader.recv(&mut buf).await.expect("the end"), 0);
}

trait Datagrams: gnutls::tokio::dtls::AsyncDatagram + Unpin + 'static {}
impl<IO: gnutls::tokio::dtls::AsyncDatagram + Unpin + 'static> Datagrams for IO {}

#[test]
fn two_tasks_drive_the_halves_of_a_client_of_many() {
    run("both directions", async {
        let listener = listen().await;
        let mut tasks = Vec::new();
        for seed in [1, 11] {
            let (client, session) = join(&listener).await;
            let ((client_in, client_out), (session_in, session_out)) = (client.into_split(), session.into_split());
            let (up, down) = (Arc::new(Semaphore::new(16)), Arc::new(Semaphore::new(16)));
            tasks.push(tokio::spawn(send_all(client_out, seed, Arc::clone(&up))));
            tasks.push(tokio::spawn(receive_all(session_in, seed, up)));
            tasks.push(tokio::spawn(send_all(session_out, seed + 1, Arc::clone(&down))));
            tasks.push(tokio::spawn(receive_all(client_in, seed + 1, down)));
        }
        for task in tasks {
            task.await.expect("no panic");
        }
    });
}

#[test]
fn clients_that_say_nothing_in_their_handshake_stop_nobody_else() {
    run("slow clients", async {
        let listener = listen().await;
        let mut slow = Vec::new();
        for _ in 0..5 {
            let puppet = puppet(&listener).await;
            puppet.show_cookie().await;
            let incoming = listener.accept().await.expect("a client");
            slow.push((puppet, tokio::spawn(let_in(incoming))));
        }
        let (mut client, mut session): (_, Session) = join(&listener).await;
        talk(&mut client, &mut session, b"hello").await;
        assert_eq!(listener.clients(), 6);
        assert!(slow.iter().all(|(_, handshake)| !handshake.is_finished()));
        slow.iter().for_each(|(_, handshake)| handshake.abort());
    });
}

#[test]
fn two_tasks_that_accept_have_a_client_each() {
    run("two acceptors", async {
        let listener = Arc::new(listen().await);
        let accept = || {
            let listener = Arc::clone(&listener);
            tokio::spawn(async move { let_in(listener.accept().await.expect("a client")).await.get_ref().address() })
        };
        let (first, second) = (accept(), accept());
        let mut clients = Vec::new();
        for _ in 0..2 {
            clients.push(arrive(dial(&listener).await).await.expect("the handshake"));
        }
        let mut came = [first.await.expect("no panic"), second.await.expect("no panic")];
        let mut went = [&clients[0], &clients[1]].map(|client| client.get_ref().local_addr().expect("an address"));
        came.sort_unstable();
        went.sort_unstable();
        assert_eq!(came, went);
    });
}
