//! With gnutls-serv, gnutls-cli and OpenSSL at the other end.

use std::fmt::Write as _;
use std::net::{Ipv4Addr, UdpSocket};
use std::process::Command;
use std::sync::{Arc, Mutex, mpsc};
use std::thread;
use std::time::Duration;

use gnutls::dtls::{DtlsListener, DtlsPeer, DtlsSession, SrtpKeys};
use gnutls::{ClientConfig, ClientConfigBuilder, Identity, Protocol, ServerConfig};

use crate::common::within;
use crate::files::{A, Files};
use crate::lossy::{Fate, Lossy};
use crate::process::Process;

const PROFILE: &str = "SRTP_AES128_CM_HMAC_SHA1_80";

fn trusting(files: &Files) -> ClientConfigBuilder {
    ClientConfig::builder().with_trust_file(files.path("ca.pem")).expect("trust")
}

/// A socket for a server at `port`.
fn socket(port: u16) -> UdpSocket {
    let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
    socket.connect((Ipv4Addr::LOCALHOST, port)).expect("connecting");
    socket
}

/// Starts a server at a port that was free a moment ago: `command` makes it, and it says one of `ready` or that it is not.
fn start(command: impl Fn(u16) -> Command, ready: impl Fn(u16) -> String) -> (Process, u16) {
    for _ in 0..10 {
        let free = UdpSocket::bind((Ipv4Addr::UNSPECIFIED, 0)).and_then(|free| free.local_addr()).expect("a free port");
        let process = Process::start(&mut command(free.port()));
        let ready = ready(free.port());
        if process.wait_for_any(&[&ready, "bind() failed", "unable to bind"]).contains(&ready) {
            return (process, free.port());
        }
    }
    panic!("no free port");
}

fn gnutls_serv(files: &Files, options: &[&str]) -> (Process, u16) {
    let command = |port: u16| {
        let mut command = Command::new("gnutls-serv");
        command.args(["--udp", "--echo", "--disable-client-cert", "--port", &port.to_string()]);
        command.args(files.identities(&["a"])).args(options);
        command
    };
    // A port may be free in IPv6 and not here.
    start(command, |port| format!("IPv4 0.0.0.0 port {port}...done\n"))
}

fn s_server(files: &Files) -> impl Fn(u16) -> Command {
    |port| {
        let mut command = Command::new("openssl");
        command.args(["s_server", "-dtls1_2", "-accept", &format!("127.0.0.1:{port}")]);
        command.args(["-cert", &files.path("a.pem"), "-key", &files.path("a.key")]);
        command
    }
}

/// The keys in the order in which the handshake made them, in hexadecimal digits.
fn material(keys: &SrtpKeys) -> String {
    let parts = [&keys.client_key, &keys.server_key, &keys.client_salt, &keys.server_salt];
    parts.iter().flat_map(|part| part.iter()).fold(String::new(), |mut text, byte| {
        write!(text, "{byte:02X}").expect("a string takes it");
        text
    })
}

#[test]
fn our_client_talks_to_gnutls_serv_in_both_versions_with_srtp_and_heartbeats() {
    within("gnutls-serv", || {
        let files = Files::new();
        let (serv, port) = gnutls_serv(&files, &["--heartbeat", "--srtp-profiles", PROFILE]);
        let builder = trusting(&files).srtp_profile_names(PROFILE).expect("a profile");
        let config = builder.heartbeats(Duration::from_secs(1), Duration::from_secs(60)).build().expect("a client");
        let session = config.connect_datagram(A, socket(port)).expect("the handshake");
        assert_eq!(session.protocol(), Protocol::DTLS1_2);
        assert_eq!(session.srtp_keys().expect("keys").client_key.len(), 16);
        let mut last = 0;
        // Numbers are of the first epoch with keys, and larger each time.
        for size in [14, 200, 1] {
            session.send(&vec![b'a'; size]).expect("sending");
            let packet = session.read_packet().expect("receiving").expect("a record");
            assert_eq!(packet.len(), size);
            assert!(packet.sequence_number() >> 48 == 1 && packet.sequence_number() > last, "{packet:?}");
            last = packet.sequence_number();
        }

        assert_eq!(session.may_ping(), crate::heartbeats::are_there());
        assert!(session.ping(0).is_err() && session.ping(session.data_mtu()).is_err());
        let sizes = [1, 16, 17, 500, session.data_mtu() - 19];
        for (done, size) in sizes.into_iter().filter(|_| session.may_ping()).enumerate() {
            session.ping(size).expect("a heartbeat");
            assert!(session.ping_again_after() <= Duration::from_secs(1));
            let done = u64::try_from(done).expect("few") + 1;
            // The answer comes when it comes; an echo after it is what this waits for.
            while session.pongs().0 < done {
                session.send(b"and?\n").expect("sending");
                assert_eq!(&*session.read_packet().expect("receiving").expect("a record"), b"and?\n");
            }
            assert_eq!(session.pongs(), (done, done), "{size} bytes");
        }
        session.close().expect("closing");
        drop(serv);
    });
}

#[test]
fn our_client_talks_to_openssl() {
    within("openssl s_server", || {
        let files = Files::new();
        let (mut server, port) = start(s_server(&files), |_| "ACCEPT".to_owned());
        let config = trusting(&files).build().expect("a client");
        let session = config.connect_datagram(A, socket(port)).expect("the handshake");
        session.send(b"question\n").expect("sending");
        server.wait_for("question\n");
        server.type_in(b"answer\n");
        let packet = session.read_packet().expect("receiving").expect("a record");
        assert_eq!(&*packet, b"answer\n");
        // As much as fits into a datagram.
        let most = "a".repeat(session.data_mtu() - 1) + "\n";
        session.send(most.as_bytes()).expect("sending");
        server.wait_for(&most);
        session.close().expect("closing");
        drop(server);
    });
}

/// A session with the server at `port`, over a network that loses our datagram `at` and the one after it.
fn over_losses(config: &ClientConfig, port: u16, at: usize) -> DtlsSession<Lossy<UdpSocket>> {
    let script = (0..at).map(|_| Fate::Passes).chain([Fate::IsLost, Fate::IsLost]);
    let session = config.connect_datagram(A, Lossy::new(socket(port), script)).expect("the handshake");
    session.get_ref().set_script([]);
    session
}

#[test]
fn real_servers_are_reached_through_a_network_that_loses_our_flights() {
    within("flights that are lost", || {
        let files = Files::new();
        let config = trusting(&files).retransmit_after(Duration::from_millis(20)).build().expect("a client");
        let (_gnutls, port) = gnutls_serv(&files, &[]);
        for at in 0..4 {
            let session = over_losses(&config, port, at);
            session.send(b"hello, server\n").expect("sending");
            assert_eq!(&*session.read_packet().expect("receiving").expect("a record"), b"hello, server\n", "{at}");
            session.close().expect("closing");
        }
        for at in 0..4 {
            let (mut openssl, port) = start(s_server(&files), |_| "ACCEPT".to_owned());
            let session = over_losses(&config, port, at);
            session.send(b"hello, server\n").expect("sending");
            openssl.wait_for("hello, server\n");
            openssl.type_in(b"answer\n");
            assert_eq!(&*session.read_packet().expect("receiving").expect("a record"), b"answer\n", "{at}");
            session.close().expect("closing");
        }
    });
}

/// An echo server of ours in this process: its port, and the keys of each session for SRTP.
fn echo(files: &Files) -> (u16, mpsc::Receiver<Option<SrtpKeys>>) {
    let identity = Identity::from_files(files.path("a.pem"), files.path("a.key")).expect("an identity");
    let builder = ServerConfig::builder().with_identity(identity).expect("they fit");
    let config = builder.srtp_profile_names(PROFILE).expect("a profile").build().expect("a server");
    let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
    let port = socket.local_addr().expect("an address").port();
    let listener = DtlsListener::new(socket).expect("a listener");
    let (told, keys) = mpsc::channel();
    let serve = move |session: DtlsSession<DtlsPeer>, told: mpsc::Sender<_>| {
        // Nobody may care.
        let _ = told.send(session.srtp_keys().ok());
        // A client that restarts ends its old session.
        while let Ok(Some(packet)) = session.read_packet() {
            session.send(&packet).expect("sending");
        }
    };
    // It ends with the process: nothing ends a wait for clients.
    thread::spawn(move || {
        loop {
            let (incoming, config, told) = (listener.accept().expect("a client"), config.clone(), told.clone());
            thread::spawn(move || serve(incoming.accept(&config).expect("the handshake"), told));
        }
    });
    (port, keys)
}

#[test]
fn gnutls_cli_talks_to_our_server() {
    let files = Files::new();
    let (port, keys) = echo(&files);
    let mut command = Command::new("gnutls-cli");
    command.args(["--udp", "127.0.0.1", "--port", &port.to_string(), &files.trust(), "--srtp-profiles", PROFILE]);
    command.args(["--sni-hostname", A, "--verify-hostname", A]);
    let mut client = Process::start(&mut command);
    client.type_in(b"hello, server\n");
    client.wait_for("\nhello, server\n");
    let talk = client.finish();
    talk.assert_says("(DTLS1.2-").assert_says(PROFILE);
    assert!(keys.recv().expect("a session").is_some());
}

/// Hands datagrams between whoever spoke last to the port that this gives, and the server at `port`, which sees one client.
fn one_address(port: u16) -> u16 {
    let (front, back) = (socket_at(0), socket(port));
    let (back_again, front_again) = (back.try_clone().expect("a socket"), front.try_clone().expect("a socket"));
    let (last, answered) = (Arc::new(Mutex::new(None)), front.local_addr().expect("an address").port());
    let answer_to = Arc::clone(&last);
    // Both end with the process.
    thread::spawn(move || {
        let mut buf = [0; 2000];
        loop {
            let (length, from) = front.recv_from(&mut buf).expect("receiving");
            *last.lock().expect("no panic") = Some(from);
            back.send(&buf[..length]).expect("sending");
        }
    });
    thread::spawn(move || {
        let mut buf = [0; 2000];
        loop {
            let length = back_again.recv(&mut buf).expect("receiving");
            let to = answer_to.lock().expect("no panic").expect("it has asked");
            front_again.send_to(&buf[..length], to).expect("sending");
        }
    });
    answered
}

fn socket_at(port: u16) -> UdpSocket {
    UdpSocket::bind((Ipv4Addr::LOCALHOST, port)).expect("a port")
}

#[test]
fn gnutls_cli_and_openssl_are_served_again_when_they_restart_at_the_address_of_each_other() {
    let files = Files::new();
    let (port, keys) = echo(&files);
    let port = one_address(port);
    let gnutls_cli = || {
        let mut command = Command::new("gnutls-cli");
        command.args(["--udp", "127.0.0.1", "--port", &port.to_string(), &files.trust()]);
        command.args(["--sni-hostname", A, "--verify-hostname", A]);
        command
    };
    let s_client = || {
        let mut command = Command::new("openssl");
        command.args(["s_client", "-dtls1_2", "-connect", &format!("127.0.0.1:{port}")]);
        command.args(["-CAfile", &files.path("ca.pem"), "-verify_return_error", "-verify_hostname", A]);
        command
    };
    for i in 0..3 {
        for mut command in [gnutls_cli(), s_client()] {
            let mut client = Process::start(&mut command);
            keys.recv().expect("a session");
            client.type_in(format!("I am {i}\n").as_bytes());
            client.wait_for(&format!("\nI am {i}\n"));
            // It is killed, and says nothing of that.
            drop(client);
        }
    }
}

#[test]
fn openssl_talks_to_our_server_and_makes_the_same_keys() {
    let files = Files::new();
    let (port, keys) = echo(&files);
    let mut command = Command::new("openssl");
    command.args(["s_client", "-dtls1_2", "-connect", &format!("127.0.0.1:{port}"), "-CAfile", &files.path("ca.pem")]);
    command.args(["-verify_return_error", "-verify_hostname", A, "-use_srtp", "SRTP_AES128_CM_SHA1_80"]);
    command.args(["-keymatexport", "EXTRACTOR-dtls_srtp", "-keymatexportlen", "60"]);
    let mut client = Process::start(&mut command);
    client.wait_for("Keying material: ");
    client.type_in(b"hello, server\n");
    client.wait_for("\nhello, server\n");
    let talk = client.finish();
    let keys = keys.recv().expect("a session").expect("keys");
    talk.assert_says(&format!("Keying material: {}", material(&keys)));
}
