//! DTLS in tasks: over sockets and over a network with a script, in halves, dropped at awaits.

use std::collections::VecDeque;
use std::future::{Future as _, poll_fn};
use std::io;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use gnutls::dtls::{Cookie, CookieKey, SrtpProfile};
use gnutls::tokio::dtls::{self, AsyncDatagram, DtlsStream};
use gnutls::{ClientConfig, ErrorKind, Protocol, ServerConfig};
use tokio::net::UdpSocket;
use tokio::time::timeout;

use crate::common::{HOST, check, fill, pki};
use crate::pair::run;

/// How many datagrams wait for an end before the other can send no more.
const ROOM: usize = 8;

/// One end of two, in memory. Datagrams that it sends are lost as its script says; nothing changes places.
struct End {
    wire: Arc<[Mutex<Lane>; 2]>,
    reads: usize,
    /// Whether the next to be sent is lost, and the one after it.
    lost: Mutex<VecDeque<bool>>,
    /// How often somebody has looked for a datagram.
    looks: Arc<AtomicUsize>,
}

#[derive(Default)]
struct Lane {
    datagrams: VecDeque<Vec<u8>>,
    reader: Option<Waker>,
    writer: Option<Waker>,
}

fn ends(lost: [Vec<bool>; 2]) -> (End, End) {
    let wire = Arc::new([Mutex::default(), Mutex::default()]);
    let [near, far] = lost.map(|lost| Mutex::new(lost.into()));
    let end = |reads, lost| End { wire: Arc::clone(&wire), reads, lost, looks: Arc::default() };
    (end(0, near), end(1, far))
}

impl AsyncDatagram for End {
    fn poll_recv(&self, cx: &mut Context<'_>, buf: &mut [u8]) -> Poll<io::Result<usize>> {
        self.looks.fetch_add(1, Ordering::Relaxed);
        let mut lane = self.wire[self.reads].lock().expect("no panic");
        let Some(datagram) = lane.datagrams.pop_front() else {
            lane.reader = Some(cx.waker().clone());
            return Poll::Pending;
        };
        let writer = lane.writer.take();
        drop(lane);
        writer.into_iter().for_each(Waker::wake);
        buf[..datagram.len()].copy_from_slice(&datagram);
        Poll::Ready(Ok(datagram.len()))
    }

    fn poll_send(&self, cx: &mut Context<'_>, datagram: &[u8]) -> Poll<io::Result<()>> {
        let mut lane = self.wire[1 - self.reads].lock().expect("no panic");
        if lane.datagrams.len() >= ROOM {
            lane.writer = Some(cx.waker().clone());
            return Poll::Pending;
        }
        if self.lost.lock().expect("no panic").pop_front() != Some(true) {
            lane.datagrams.push_back(datagram.to_vec());
        }
        let reader = lane.reader.take();
        drop(lane);
        reader.into_iter().for_each(Waker::wake);
        Poll::Ready(Ok(()))
    }
}

/// Configurations that try again soon.
pub(crate) fn configs() -> (ClientConfig, ServerConfig) {
    configs_after(Duration::from_millis(20))
}

/// Configurations that try again after a time.
fn configs_after(time: Duration) -> (ClientConfig, ServerConfig) {
    let client = ClientConfig::builder().with_trust(std::slice::from_ref(&pki().ca)).expect("trust");
    let server = ServerConfig::builder().with_identity(pki().server.clone()).expect("an identity");
    let client = client.retransmit_after(time).srtp_profiles(&[SrtpProfile::AES128_CM_HMAC_SHA1_80]);
    let server = server.retransmit_after(time).srtp_profiles(&[SrtpProfile::AES128_CM_HMAC_SHA1_80]);
    let client = client.and_then(|builder| builder.build()).expect("a client");
    (client, server.and_then(|builder| builder.build()).expect("a server"))
}

/// Nothing is lost, and the timers are longer than a machine is ever busy elsewhere: no datagram comes twice.
async fn connect<IO: AsyncDatagram + Unpin>((near, far): (IO, IO)) -> (DtlsStream<IO>, DtlsStream<IO>) {
    let (client, server) = configs_after(Duration::from_secs(60));
    let connecting = dtls::connect(client.to(HOST).expect("a name"), near);
    let (client, server) = tokio::join!(connecting, dtls::accept(&server, far));
    (client.expect("the client's handshake"), server.expect("the server's handshake"))
}

#[test]
fn two_sockets_of_tokio_are_connected_and_a_send_is_a_datagram() {
    run("over UDP", async {
        let (near, far) = (UdpSocket::bind("127.0.0.1:0").await, UdpSocket::bind("127.0.0.1:0").await);
        let (near, far) = (near.expect("a port"), far.expect("a port"));
        near.connect(far.local_addr().expect("an address")).await.expect("connecting");
        far.connect(near.local_addr().expect("an address")).await.expect("connecting");
        let (mut client, mut server) = connect((near, far)).await;
        assert_eq!((client.protocol(), server.protocol()), (Protocol::DTLS1_2, Protocol::DTLS1_2));
        assert_eq!(client.peer_certificates().expect("shown").len(), 1);
        let mut buf = [0; 2000];
        client.send(b"a question").await.expect("sending");
        client.send(b"and another").await.expect("sending");
        let (length, first) = server.recv_numbered(&mut buf).await.expect("receiving");
        assert_eq!(&buf[..length], b"a question");
        assert_eq!(server.recv_numbered(&mut buf).await.expect("receiving"), (11, first + 1));
        server.send(b"an answer").await.expect("sending");
        assert_eq!(client.recv(&mut buf).await.expect("receiving"), 9);
        client.close_notify().await.expect("closing");
        assert_eq!(server.recv(&mut buf).await.expect("the end"), 0);
    });
}

/// An end that gives what was taken from it before.
struct Again {
    first: Mutex<Option<Vec<u8>>>,
    end: End,
}

impl AsyncDatagram for Again {
    fn poll_recv(&self, cx: &mut Context<'_>, buf: &mut [u8]) -> Poll<io::Result<usize>> {
        match self.first.lock().expect("no panic").take() {
            Some(first) => {
                buf[..first.len()].copy_from_slice(&first);
                Poll::Ready(Ok(first.len()))
            }
            None => self.end.poll_recv(cx, buf),
        }
    }

    fn poll_send(&self, cx: &mut Context<'_>, datagram: &[u8]) -> Poll<io::Result<()>> {
        self.end.poll_send(cx, datagram)
    }
}

#[test]
fn a_client_is_accepted_from_where_its_cookie_is() {
    run("a cookie", async {
        let (near, end) = ends([vec![], vec![]]);
        let (client, server) = configs();
        let accepting = tokio::spawn(async move {
            let key = CookieKey::generate().expect("a key");
            let mut buf = [0; 2000];
            let (prestate, first) = loop {
                let length = poll_fn(|cx| end.poll_recv(cx, &mut buf)).await.expect("a hello");
                match key.check(&buf[..length], b"client").expect("a check") {
                    Cookie::Valid(prestate) => break (prestate, buf[..length].to_vec()),
                    Cookie::Missing(reply) => poll_fn(|cx| end.poll_send(cx, &reply)).await.expect("sending"),
                    Cookie::NoHello => panic!("the client says nothing else"),
                }
            };
            let mut session =
                dtls::accept_from(&server, prestate, Again { first: Mutex::new(Some(first)), end }).await?;
            session.send(b"welcome").await
        });
        let mut session = dtls::connect(client.to(HOST).expect("a name"), near).await.expect("the handshake");
        assert_eq!(session.recv(&mut [0; 100]).await.expect("receiving"), 7);
        accepting.await.expect("no panic").expect("the server");
    });
}

#[test]
fn a_dropped_handshake_drops_its_socket() {
    run("a dropped handshake", async {
        let (near, far) = ends([vec![], vec![]]);
        let (client, _server) = configs();
        let mut connecting = Box::pin(dtls::connect(client.to(HOST).expect("a name"), near));
        let pending = poll_fn(|cx| Poll::Ready(connecting.as_mut().poll(cx).is_pending())).await;
        assert!(pending && Arc::strong_count(&far.wire) == 2);
        drop(connecting);
        assert_eq!(Arc::strong_count(&far.wire), 1);
    });
}

#[test]
fn a_session_says_what_fits_and_has_the_keys_of_srtp() {
    run("facts", async {
        let (mut client, server) = connect(ends([vec![], vec![]])).await;
        let most = client.data_mtu();
        assert!(most < client.mtu() && client.mtu() == 1200, "{most} of {}", client.mtu());
        assert_eq!(client.send(&vec![0; most + 1]).await.expect_err("too large").kind(), ErrorKind::TooLarge);
        client.set_mtu(600).expect("in bounds");
        assert!(client.data_mtu() < 600);
        assert_eq!(client.srtp_profile(), Some(SrtpProfile::AES128_CM_HMAC_SHA1_80));
        let (ours, theirs) = (client.srtp_keys().expect("keys"), server.srtp_keys().expect("keys"));
        assert_eq!(*ours.client_key, *theirs.client_key);
        assert_eq!(server.discarded(), 0);
    });
}

#[test]
fn whatever_datagram_of_a_handshake_is_lost_a_timer_wakes_the_task_that_sends_it_again() {
    run("handshakes with losses", async {
        for at in 0..10 {
            for side in 0..2 {
                let mut lost = [vec![], vec![]];
                lost[side] = vec![false; at];
                lost[side].extend([true, true]);
                let (near, far) = ends(lost);
                let (client, server) = configs();
                // The side that is done first goes on receiving.
                let mut echo = tokio::spawn(async move {
                    let mut session = dtls::accept(&server, far).await.expect("the server's handshake");
                    let mut buf = [0; 100];
                    while let length @ 1.. = session.recv(&mut buf).await.expect("receiving") {
                        session.send(&buf[..length]).await.expect("sending");
                    }
                });
                let to = client.to(HOST).expect("a name");
                let mut session = dtls::connect(to, near).await.expect("the client's handshake");
                session.get_ref().lost.lock().expect("no panic").clear();
                // The answer may be lost as well; who wants one asks again.
                let mut buf = [0; 100];
                loop {
                    session.send(b"hello").await.expect("sending");
                    if let Ok(answer) = timeout(Duration::from_millis(20), session.recv(&mut buf)).await {
                        assert_eq!(answer.expect("receiving"), 5, "{at} of {side}");
                        break;
                    }
                }
                session.close_notify().await.expect("closing");
                // It may have more to answer than there is room for.
                loop {
                    tokio::select! {
                        ended = &mut echo => break ended.expect("no panic"),
                        answer = session.recv(&mut buf) => assert_eq!(answer.expect("receiving"), 5),
                    }
                }
            }
        }
    });
}

#[test]
fn a_peer_that_says_nothing_is_a_timeout_that_needs_no_other_wake() {
    run("nobody there", async {
        let client = ClientConfig::builder().with_trust(std::slice::from_ref(&pki().ca)).expect("trust");
        let client = client.handshake_timeout(Duration::from_millis(30)).build().expect("a client");
        let (near, _far) = ends([vec![], vec![]]);
        let looks = Arc::clone(&near.looks);
        let error = dtls::connect(client.to(HOST).expect("a name"), near).await.expect_err("nobody answers");
        assert_eq!(error.kind(), ErrorKind::TimedOut, "{error:?}");
        let looks = looks.load(Ordering::Relaxed);
        assert!(looks < 100, "it sleeps in between: {looks}");
    });
}

const RECORDS: u64 = 4000;

async fn send_all(mut writer: dtls::DtlsWriteHalf<End>, seed: u64) -> dtls::DtlsWriteHalf<End> {
    let mut buf = [0; 1000];
    for i in 0..RECORDS {
        let size = 1 + usize::try_from(i * 7 % 900).expect("small");
        fill(seed, i, &mut buf[..size]);
        writer.send(&buf[..size]).await.expect("sending");
    }
    writer.close_notify().await.expect("closing");
    writer
}

/// Receives all, dropping the future whenever it has to wait if it is to be `hasty`.
async fn receive_all(mut reader: dtls::DtlsReadHalf<End>, seed: u64, hasty: bool) -> dtls::DtlsReadHalf<End> {
    let mut buf = [0; 2000];
    for i in 0..RECORDS {
        let received = loop {
            let dropped =
                async { if hasty { tokio::task::yield_now().await } else { poll_fn(|_| Poll::Pending).await } };
            tokio::select! {
                biased;
                received = reader.recv(&mut buf) => break received,
                () = dropped => {}
            }
        };
        assert_eq!(received.expect("receiving"), 1 + usize::try_from(i * 7 % 900).expect("small"), "record {i}");
        check(seed, i, &buf[..1 + usize::try_from(i * 7 % 900).expect("small")]);
    }
    assert_eq!(reader.recv(&mut buf).await.expect("the end"), 0);
    reader
}

#[test]
fn two_tasks_drive_both_directions_at_once_and_dropped_receives_lose_nothing() {
    run("both directions", async {
        for hasty in [false, true] {
            let (client, server) = connect(ends([vec![], vec![]])).await;
            let ((client_in, client_out), (server_in, server_out)) = (client.into_split(), server.into_split());
            let up = tokio::spawn(send_all(client_out, 1));
            let down = tokio::spawn(send_all(server_out, 2));
            let at_server = tokio::spawn(receive_all(server_in, 1, hasty));
            let at_client = tokio::spawn(receive_all(client_in, 2, hasty));
            let (client_out, client_in) = (up.await.expect("no panic"), at_client.await.expect("no panic"));
            let (server_out, server_in) = (down.await.expect("no panic"), at_server.await.expect("no panic"));
            assert!(client_in.reunite(client_out).is_ok() && server_in.reunite(server_out).is_ok());
        }
    });
}

#[test]
fn a_dropped_send_has_sent_a_datagram_or_nothing() {
    run("dropped sends", async {
        let (mut client, mut server) = connect(ends([vec![], vec![]])).await;
        let mut buf = [0; 100];
        // The server's first data end the handshake for good.
        client.send(b"first").await.expect("sending");
        assert_eq!(server.recv(&mut buf).await.expect("receiving"), 5);
        let mut sent = 0;
        for number in 0..100_u8 {
            let datagram = [number; 20];
            tokio::select! {
                biased;
                done = client.send(&datagram) => { done.expect("sending"); sent += 1; }
                () = async {} => {}
            }
        }
        assert!((ROOM..100).contains(&sent), "{sent}");
        // Each came whole, once, in order; those that were given up, perhaps.
        let end = tokio::spawn(async move { client.close_notify().await.map(|()| client) });
        let (mut came, mut last) = (0, None);
        loop {
            match server.recv(&mut buf).await.expect("receiving") {
                0 => break,
                20 => {
                    assert!(buf[..20].iter().all(|byte| *byte == buf[0]) && last < Some(buf[0]));
                    (came, last) = (came + 1, Some(buf[0]));
                }
                other => panic!("{other} bytes"),
            }
        }
        end.await.expect("no panic").expect("closing");
        assert!(came >= sent, "{came} of {sent}");
    });
}

/// A transport that has nothing, and no room.
struct Full(Arc<AtomicUsize>);

impl AsyncDatagram for Full {
    fn poll_recv(&self, _: &mut Context<'_>, _: &mut [u8]) -> Poll<io::Result<usize>> {
        Poll::Pending
    }

    fn poll_send(&self, _: &mut Context<'_>, _: &[u8]) -> Poll<io::Result<()>> {
        self.0.fetch_add(1, Ordering::Relaxed);
        Poll::Pending
    }
}

#[test]
fn a_handshake_without_room_for_its_flight_waits_for_some() {
    run("no room", async {
        let tries = Arc::new(AtomicUsize::new(0));
        let config = configs_after(Duration::from_secs(60)).0;
        let mut going = Box::pin(dtls::connect(config.to(HOST).expect("a name"), Full(Arc::clone(&tries))));
        for polled in 1..=3 {
            assert!(poll_fn(|cx| Poll::Ready(going.as_mut().poll(cx).is_pending())).await);
            let tries = tries.load(Ordering::Relaxed);
            assert!(tries <= 4 * polled, "{tries} tries in {polled} polls");
        }
    });
}
