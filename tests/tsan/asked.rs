//! A client that is asked for a certificate, and gets tickets, while both directions are in full use.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use gnutls::transport::Wait;
use gnutls::{ClientAuth, ClientConfig, ServerConfig, Session};

use crate::common::reauth::{asking, identified};
use crate::stress::{DOWN, Figures, Span, UP, joined, read, write, write_with};

/// Between two questions of the server.
const PACE: Duration = Duration::from_millis(50);

pub(crate) fn configurations() -> (ClientConfig, ServerConfig) {
    (identified().build().expect("a client"), asking().build().expect("a server"))
}

/// A reader and a writer at each end. The server's writer asks, sends tickets, and updates keys; the client answers in its
/// reader, and closes when the server has.
pub(crate) fn client_asked<T: Wait + 'static>((client, server): (Session<T>, Session<T>), span: &Span) -> Figures {
    let (client_in, client_out) = client.into_split();
    let (server_in, server_out) = server.into_split();
    let over = Arc::new(AtomicBool::new(false));
    let (client_stops, server_stops) = (Arc::clone(&over), span.server_stops);
    let up = thread::spawn(move || write(client_out, UP, || client_stops.load(Ordering::Acquire), false));
    let down = thread::spawn(move || {
        let mut next = Instant::now();
        let mut asked = 0_u64;
        let stop = || Instant::now() >= server_stops;
        let writer = write_with(server_out, DOWN, stop, true, |writer| {
            if Instant::now() < next {
                return;
            }
            next = Instant::now() + PACE;
            asked += 1;
            assert!(writer.reauthenticate(ClientAuth::Require).expect("an answer"), "question {asked}");
            writer.send_tickets(1).expect("a ticket");
        });
        (writer, asked)
    });
    let at_client = thread::spawn(|| read(client_in, DOWN));
    let at_server = thread::spawn(|| read(server_in, UP));
    let (server_out, asked) = joined(down);
    over.store(true, Ordering::Release);
    let (client_out, client_in, server_in) = (joined(up), joined(at_client), joined(at_server));
    let client = client_in.unsplit(client_out).expect("one session");
    let server = server_in.unsplit(server_out).expect("one session");
    assert_eq!(client.counters().reauthentications, asked);
    println!("    asked {asked} times, a ticket after each");
    Figures::of_both(&client, &server)
}
