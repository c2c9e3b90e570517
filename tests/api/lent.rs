//! A session that C shares: lent, with pointers of C's own and data of the program's.

use std::io::Write;
use std::os::unix::net::UnixStream;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::ptr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use gnutls::transport::{memory, wait_readable};
use gnutls::{Code, ErrorKind, Progress, RawSession, Refusal, ServerConfig, Session, sys};

use crate::common::{HOST, TLS12, TLS13, client, connect, pki, server};
use crate::{children, is};

type Pair = (Session<memory::End>, Session<memory::End>);

fn pair(priority: &str) -> Pair {
    connect(&client(priority), &server(priority), memory::pair(1 << 16))
}

const AGAIN: isize = sys::GNUTLS_E_AGAIN as isize;

fn send_by_c(c: &RawSession<'_>, data: &[u8]) -> isize {
    // SAFETY: a session that is lent, and readable bytes.
    unsafe { sys::gnutls_record_send(c.as_ptr(), data.as_ptr().cast(), data.len()) }
}

fn receive_by_c(c: &RawSession<'_>, buf: &mut [u8]) -> isize {
    // SAFETY: a session that is lent, and writable bytes.
    unsafe { sys::gnutls_record_recv(c.as_ptr(), buf.as_mut_ptr().cast(), buf.len()) }
}

#[test]
fn c_sends_and_receives_on_a_session_of_rust() {
    for priority in [TLS12, TLS13] {
        let (client, server) = pair(priority);
        assert_eq!(client.with_raw(|c| send_by_c(c, b"from C")).expect("lent"), 6);
        let mut buf = [0; 16];
        assert_eq!(server.recv(&mut buf).expect("it has come"), 6);
        assert_eq!(&buf[..6], b"from C");

        assert_eq!(server.send(b"to C").expect("taken"), 4);
        // What comes first may be tickets, which are no data.
        let mut tries = (0..8).map(|_| client.with_raw(|c| receive_by_c(c, &mut buf)).expect("lent"));
        assert_eq!(tries.find(|received| *received != AGAIN), Some(4));
        assert_eq!(&buf[..4], b"to C");
        let nothing = client.with_raw(|c| receive_by_c(c, &mut buf)).expect("lent");
        assert_eq!(nothing, AGAIN);

        // And Rust goes on.
        assert_eq!(server.send(b"to Rust").expect("taken"), 7);
        assert_eq!(client.recv(&mut buf).expect("it has come"), 7);
    }
}

#[test]
fn while_c_has_a_session_no_other_call_gets_in() {
    let (client, _server) = pair(TLS13);
    let error = client.with_raw(|_| client.recv(&mut [0; 1])).expect("lent").expect_err("it would wait for itself");
    is(&error, ErrorKind::Misuse, &["inside a call on the same session"]);
    let error = client.with_raw(|_| client.with_raw(|_| ())).expect("lent").expect_err("it would wait for itself");
    assert_eq!(error.kind(), ErrorKind::Misuse);

    let in_c = AtomicBool::new(false);
    std::thread::scope(|scope| {
        client.with_raw(|_| {
            in_c.store(true, Ordering::SeqCst);
            scope.spawn(|| {
                client.send(b"x").expect("taken");
                assert!(!in_c.load(Ordering::SeqCst), "it waited for its turn");
            });
            std::thread::yield_now();
            in_c.store(false, Ordering::SeqCst);
        })
    })
    .expect("lent");
}

#[test]
fn a_panic_of_the_code_that_has_the_session_leaves_it_in_order() {
    let (client, server) = pair(TLS13);
    let panic = catch_unwind(AssertUnwindSafe(|| client.with_raw(|_| panic!("of the code")))).expect_err("goes on");
    assert_eq!(panic.downcast_ref::<&str>(), Some(&"of the code"));
    assert_eq!(client.send(b"on").expect("taken"), 2);
    assert_eq!(server.recv(&mut [0; 2]).expect("it has come"), 2);
}

#[test]
fn an_end_that_c_meets_is_told_to_rust_as_well() {
    let (client, server) = pair(TLS13);
    drop(server.into_inner());
    let met = client.with_raw(|c| receive_by_c(c, &mut [0; 1])).expect("lent");
    assert_eq!(met, AGAIN, "GnuTLS does not hear of it");
    assert_eq!(client.recv(&mut [0; 1]).expect_err("cut").kind(), ErrorKind::Truncated);
}

#[test]
fn the_pointers_of_c_are_its_own_and_reach_no_transport() {
    let (client, server) = pair(TLS13);
    let (mut here, mut there) = (0u8, 0u8);
    let (here, there) = (ptr::from_mut(&mut here).cast(), ptr::from_mut(&mut there).cast());
    client
        .with_raw(|c| {
            assert_eq!((c.user_ptr(), c.transport_int()), (ptr::null_mut(), -1));
            c.set_user_ptr(here);
            c.set_transport_ptr(there);
            assert_eq!((c.user_ptr(), c.transport_ptr()), (here, there));
            c.set_transport_ptrs(here, there);
            assert_eq!(c.transport_ptrs(), (here, there));
            c.set_transport_ints(3, 4);
            assert_eq!((c.transport_int(), c.transport_ints()), (3, (3, 4)));
            assert!(format!("{c:?}").starts_with("RawSession("));
        })
        .expect("lent");
    assert_eq!(client.send(b"on").expect("taken"), 2);
    assert_eq!(server.recv(&mut [0; 2]).expect("it has come"), 2);
}

#[test]
fn data_of_the_program_are_found_where_they_were_put() {
    let (client, _server) = pair(TLS13);
    assert_eq!(client.user_data::<String>(), None);
    client.set_user_data(Arc::new("one".to_owned())).expect("kept");
    assert_eq!(client.user_data::<String>().as_deref().map(String::as_str), Some("one"));
    assert_eq!(client.user_data::<u32>(), None, "another type");

    let number = Arc::new(7u32);
    client.set_user_data(Arc::clone(&number)).expect("kept");
    assert_eq!(client.user_data::<String>(), None, "there is room for one");
    // SAFETY: the data, which live as long as the session.
    let seen = client.with_raw(|c| unsafe { *c.user_ptr().cast::<u32>() }).expect("lent");
    assert_eq!(seen, 7);
    client.with_raw(|c| c.set_user_ptr(ptr::null_mut())).expect("lent");
    assert_eq!(client.user_data::<u32>(), None, "C has set another");
    drop(client);
    assert_eq!(Arc::strong_count(&number), 1, "a session takes its data along");
}

#[test]
fn a_callback_finds_the_data_of_its_own_session() {
    let config = ServerConfig::builder().with_identity(pki().server.clone()).expect("an identity");
    let config = config.on_client_hello(|view| {
        let heard = view.user_data::<Mutex<Vec<String>>>().ok_or(Refusal::new("no data"))?;
        assert!(ptr::eq(Arc::as_ptr(&heard).cast(), view.to_raw().user_ptr()));
        heard.lock().expect("whole").extend(view.server_name());
        view.set_user_data(Arc::new(7u8));
        Ok(())
    });
    let config = config.build().expect("a configuration");
    let (near, far) = memory::pair(1 << 16);
    let heard = Arc::new(Mutex::new(Vec::<String>::new()));
    let accepting = config.start(far).expect("a start");
    accepting.set_user_data(Arc::clone(&heard)).expect("kept");
    assert!(accepting.user_data::<Mutex<Vec<String>>>().is_some());
    // Settings that the crate does not know are for C, before the handshake.
    // SAFETY: a session that is lent.
    accepting.with_raw(|c| unsafe { sys::gnutls_handshake_set_max_packet_length(c.as_ptr(), 1 << 17) }).expect("lent");
    let connecting = std::thread::spawn(move || client(TLS13).connect(HOST, near));
    let session = accepting.complete().expect("a handshake");
    let _client = connecting.join().expect("no panic").expect("a handshake");
    assert_eq!(*heard.lock().expect("whole"), [HOST]);
    assert_eq!(session.user_data::<u8>().as_deref(), Some(&7), "the callback has put others there");
}

#[test]
fn a_handshake_that_is_lent_between_two_steps_goes_on() {
    let (near, far) = memory::pair(1 << 16);
    let mut accepting = server(TLS13).start(far).expect("a start");
    let connecting = std::thread::spawn(move || client(TLS13).connect(HOST, near));
    let session = loop {
        // SAFETY: a session that is lent, and that is only asked.
        accepting.with_raw(|c| unsafe { sys::gnutls_handshake_get_last_in(c.as_ptr()) }).expect("lent");
        match accepting.advance().expect("a step") {
            Progress::Done(session) => break session,
            Progress::Pending(unfinished) => accepting = unfinished,
        }
    };
    let client = connecting.join().expect("no panic").expect("a handshake");
    assert_eq!(client.send(b"on").expect("taken"), 2);
    assert_eq!(session.protocol(), client.protocol());
}

#[test]
fn a_handshake_that_takes_too_long_ends_for_c_as_well() {
    let config = ServerConfig::builder().with_identity(pki().server.clone()).expect("an identity");
    let config = config.handshake_timeout(Duration::from_millis(1)).build().expect("a configuration");
    let (_near, far) = memory::pair(1 << 16);
    let accepting = config.start(far).expect("a start");
    loop {
        // SAFETY: a session that is lent.
        match accepting.with_raw(|c| unsafe { sys::gnutls_handshake(c.as_ptr()) }).expect("lent") {
            sys::GNUTLS_E_AGAIN => std::thread::yield_now(),
            code => break assert_eq!(code, sys::GNUTLS_E_TIMEDOUT),
        }
    }
    let error = accepting.complete().expect_err("and so for Rust");
    assert_eq!(error.kind(), ErrorKind::TimedOut);
}

#[test]
fn a_socket_is_waited_for_as_gnutls_does() {
    let (near, mut far) = UnixStream::pair().expect("a pair");
    assert!(!wait_readable(&near, Some(Duration::ZERO)).expect("polled"));
    far.write_all(b"x").expect("written");
    assert!(wait_readable(&near, Some(Duration::MAX)).expect("polled"));
    assert!(wait_readable(&near, None).expect("polled"));
}

#[test]
fn a_code_is_printed_where_c_prints() {
    const TEST: &str = "lent::a_code_is_printed_where_c_prints";
    if children::is_child(TEST) {
        return Code::from_raw(sys::GNUTLS_E_UNEXPECTED_PACKET).print();
    }
    let told = children::run(TEST);
    let told = String::from_utf8_lossy(&told.stderr);
    let code = Code::from_raw(sys::GNUTLS_E_UNEXPECTED_PACKET);
    assert!(told.contains("GnuTLS error: ") && told.contains(code.description()), "{told}");
}
