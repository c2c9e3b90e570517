//! What fits into a datagram, and what happens to what does not.

use std::net::UdpSocket;
use std::os::unix::net::UnixDatagram;

use gnutls::ErrorKind;
use gnutls::dtls::DatagramTransport;
use gnutls::transport::memory;
use nix::sys::socket::{setsockopt, sockopt};

use crate::{client, client_builder, connect, hasty_client, hasty_server, pair, server, sockets};

#[test]
fn what_is_too_large_is_an_error_that_sends_nothing() {
    let (client, server) = pair();
    let most = client.data_mtu();
    assert!(most < client.mtu() && client.mtu() == 1200, "{most} of {}", client.mtu());
    let error = client.send(&vec![0; most + 1]).expect_err("too large");
    assert_eq!(error.kind(), ErrorKind::TooLarge);
    assert!(error.to_string().contains(&format!("{most}")), "{error}");
    assert!(server.recv(&mut [0; 10]).expect_err("nothing was sent").would_block());
    assert_eq!(client.send(&vec![0; most]).expect("it fits"), most);
    assert_eq!(server.recv(&mut [0; 2000]).expect("receiving"), most);
}

#[test]
fn the_mtu_can_be_set_within_bounds_and_by_the_data() {
    let (client, server) = pair();
    client.set_mtu(500).expect("setting");
    assert_eq!(client.mtu(), 500);
    assert!(client.data_mtu() < 500 && client.send(&[0; 500]).is_err());
    client.set_data_mtu(1000).expect("setting");
    assert!(client.data_mtu() >= 1000 && client.mtu() > 1000);
    assert_eq!(client.send(&[0; 1000]).expect("it fits"), 1000);
    assert_eq!(server.recv(&mut [0; 2000]).expect("receiving"), 1000);
    for wrong in [0, 255, u16::MAX] {
        assert_eq!(client.set_mtu(wrong).expect_err("out of bounds").kind(), ErrorKind::InvalidInput);
        assert_eq!(client.set_data_mtu(wrong).expect_err("out of bounds").kind(), ErrorKind::InvalidInput);
        assert!(client_builder().mtu(wrong).is_err());
    }
    let (reader, writer) = client.into_split();
    assert!(writer.data_mtu() >= 1000);
    drop(reader);
}

#[test]
fn a_path_that_takes_less_lowers_the_mtu_and_loses_only_what_it_refused() {
    let (near, far) = memory::datagram_pair(1100);
    let client = client_builder().mtu(1000).expect("in bounds").build().expect("a client");
    let (client, server) = connect(&client, &server(), (near, far));
    client.set_mtu(1400).expect("setting");
    let error = client.send(&[7; 1200]).expect_err("the path is narrow");
    assert_eq!(error.kind(), ErrorKind::TooLarge);
    assert!(error.to_string().contains("the path"), "{error}");
    assert_eq!(client.mtu(), 1100);
    let most = client.data_mtu();
    assert_eq!(client.send(&vec![7; most]).expect("it fits now"), most);
    assert_eq!(server.recv(&mut [0; 2000]).expect("receiving"), most);
}

#[test]
fn what_a_kernel_refuses_for_its_size_lowers_the_mtu_and_the_session_goes_on() {
    let (near, far) = UnixDatagram::pair().expect("sockets");
    let (client, server) = connect(&client(), &server(), (near, far));
    server.send(b"x").expect("sending");
    assert_eq!(client.read_packet().expect("receiving").expect("a record").len(), 1);
    client.set_mtu(16_000).expect("setting");
    // The kernel makes it the least that it has, which is some pages, and takes no larger datagram.
    setsockopt(&**client.get_ref(), sockopt::SndBuf, &1).expect("a smaller buffer");
    let error = client.send(&[7; 15_000]).expect_err("the buffer is smaller");
    assert_eq!(error.kind(), ErrorKind::TooLarge, "{error:?}");
    assert_eq!(client.mtu(), 1472, "the next step down");
    let most = client.data_mtu();
    assert_eq!(client.send(&vec![7; most]).expect("it fits now"), most);
    assert_eq!(server.read_packet().expect("receiving").expect("a record").len(), most);
}

#[test]
#[cfg(target_os = "linux")]
fn a_connected_socket_knows_what_its_path_takes() {
    let (near, _far) = sockets();
    let known = near.path_mtu().expect("the kernel knows");
    assert!(known > 1200, "{known}");
    assert_eq!(UdpSocket::bind("127.0.0.1:0").expect("a port").path_mtu(), None, "no path yet");
}

#[test]
fn a_handshake_whose_flights_are_too_large_comes_again_in_smaller_pieces() {
    let (near, far) = memory::datagram_pair(400);
    let (client, server) = connect(&hasty_client(), &hasty_server(), (near, far));
    assert!(client.mtu() <= 400 || server.mtu() <= 400, "{} and {}", client.mtu(), server.mtu());
}
