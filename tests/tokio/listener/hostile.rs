//! Noise, hellos under false addresses, and what ICMP says of those who are gone.

use super::{dial, join, listen, nothing_came, puppet, talk};
use crate::pair::run;

#[test]
fn noise_leaves_no_trace_and_gets_no_answer() {
    run("noise", async {
        let listener = listen().await;
        let stranger = dial(&listener).await;
        let hello = puppet(&listener).await.first;
        let mut later_part = hello.clone();
        later_part[21] = 1;
        let record = [&[23, 254, 253, 0, 1, 0, 0, 0, 0, 0, 9, 0, 4][..], b"data"].concat();
        for noise in [&b""[..], b"\x16", b"GET / HTTP/1.0\r\n\r\n", &[22; 3000], &hello[..20], &later_part, &record] {
            stranger.send(noise).await.expect("sending");
            puppet(&listener).await;
            assert!(nothing_came(&stranger), "{noise:?}");
        }
        assert_eq!((listener.clients(), listener.turned_away()), (0, 0));
    });
}

#[test]
fn hellos_without_a_cookie_of_their_address_cost_no_place_and_answers_are_smaller() {
    const HELLOS: usize = 500;
    run("false hellos", async {
        let listener = listen().await;
        listener.set_max_clients(1);
        let honest = puppet(&listener).await;
        let thief = dial(&listener).await;
        let mut buf = [0; 2000];
        for i in 0..HELLOS {
            // By turns without a cookie, and with that of another address.
            let hello = if i % 2 == 0 { &honest.first } else { &honest.hello };
            thief.send(hello).await.expect("sending");
            let answer = thief.recv(&mut buf).await.expect("a request for a cookie");
            assert!(answer < hello.len() && listener.clients() == 0, "hello {i}: {answer} bytes");
        }
        puppet(&listener).await;
        assert!(nothing_came(&thief), "each had one answer");
        assert_eq!((listener.clients(), listener.turned_away()), (0, 0));
        let (mut client, mut session) = join(&listener).await;
        talk(&mut client, &mut session, b"there is a place").await;
    });
}

#[test]
fn who_claims_the_address_of_a_client_does_not_end_its_session() {
    run("a false client", async {
        let listener = listen().await;
        let other = puppet(&listener).await;
        let (mut client, mut session) = join(&listener).await;
        talk(&mut client, &mut session, b"hello").await;
        let alert = [21, 254, 253, 0, 0, 0, 0, 0, 0, 0, 9, 0, 2, 2, 40];
        let record = [&[23, 254, 253, 0, 1, 0, 0, 0, 0, 9, 9, 0, 40][..], &[7; 40]].concat();
        for forged in [&b"noise"[..], b"", &alert, &record, &other.first, &other.hello] {
            // Nobody can send under the client's address here but its own socket.
            client.get_ref().send(forged).await.expect("sending");
            talk(&mut client, &mut session, b"undisturbed").await;
        }
        assert!(session.discarded() > 0 && listener.clients() == 1);
    });
}

#[test]
#[cfg(target_os = "linux")]
fn what_icmp_says_of_one_client_is_no_error_of_another_nor_of_the_listener() {
    use nix::sys::socket::{setsockopt, sockopt};
    run("a client that is gone", async {
        let listener = listen().await;
        // Without this the kernel keeps it to itself.
        setsockopt(listener.get_ref(), sockopt::Ipv4RecvErr, &true).expect("an option of Linux");
        let (mut client, mut session) = join(&listener).await;
        for _ in 0..20 {
            let (gone, mut to_nobody) = join(&listener).await;
            drop(gone);
            to_nobody.send(b"nobody receives this").await.expect("it was sent");
            talk(&mut client, &mut session, b"it is somebody else who is gone").await;
        }
        assert_eq!(listener.clients(), 1);
        join(&listener).await;
    });
}
