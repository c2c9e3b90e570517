//! Extensions of the program's own, supplemental data, and what a client begins with.

use std::sync::{Arc, Mutex};
use std::thread;

use gnutls::transport::memory;
use gnutls::{
    Alert, ClientConfig, ClientConfigBuilder, Error, ErrorKind, Extension, HelloMessages, Priority, Protocol, Refusal,
    ServerConfig, ServerConfigBuilder, Session, SupplementalData, hello,
};

use crate::common::{HOST, TLS12, TLS13, pki, within};
use crate::is;

const COLOUR: u16 = 0xff42;
const SIZE: u16 = 0xff43;

fn client(priority: &str) -> ClientConfigBuilder {
    let builder = ClientConfig::builder().with_trust(std::slice::from_ref(&pki().ca)).expect("trust");
    builder.priority(Priority::new(priority).expect("priorities"))
}

fn server(priority: &str) -> ServerConfigBuilder {
    let builder = ServerConfig::builder().with_identity(pki().server.clone()).expect("an identity");
    builder.priority(Priority::new(priority).expect("priorities"))
}

type Met = (Result<Session<memory::End>, Error>, Result<Session<memory::End>, Error>);

fn meet(client: ClientConfigBuilder, server: ServerConfigBuilder) -> Met {
    let (client, server) = (client.build().expect("a client"), server.build().expect("a server"));
    within("the handshake", move || {
        let (near, far) = memory::pair(1 << 16);
        let accepting = thread::spawn(move || server.accept(far));
        (client.connect(HOST, near), accepting.join().expect("no panic"))
    })
}

fn pair(client: ClientConfigBuilder, server: ServerConfigBuilder) -> (Session<memory::End>, Session<memory::End>) {
    let (near, far) = meet(client, server);
    (near.expect("the client's handshake"), far.expect("the server's handshake"))
}

fn colour() -> Extension {
    Extension::new(COLOUR, "favourite colour")
}

#[test]
fn both_sides_get_what_the_other_sends_in_the_messages_that_have_it() {
    for (version, answer) in [(TLS12, HelloMessages::TLS12_SERVER_HELLO), (TLS13, HelloMessages::ENCRYPTED_EXTENSIONS)]
    {
        let seen = Arc::new(Mutex::new(Vec::new()));
        let told = Arc::clone(&seen);
        let ours = colour().data(*b"blue").on_receive(move |view, message, data| {
            assert!(!view.is_server());
            assert_eq!(view.extension_name(COLOUR).as_deref(), Some("favourite colour"));
            told.lock().expect("no panic").push((message, data.to_vec()));
            Ok(())
        });
        let theirs = colour().on_send(move |view, message| {
            assert_eq!(message, answer);
            // What the answer says may depend on what was asked.
            let mut data = view.received_extension(COLOUR).expect("it has come");
            data.extend(b", too");
            Ok(Some(data))
        });
        let client = client(version).extension(ours).expect("a place");
        let (near, far) = pair(client, server(version).extension(theirs).expect("a place"));
        assert_eq!(*seen.lock().expect("no panic"), [(answer, b"blue, too".to_vec())]);
        assert_eq!(near.received_extension(COLOUR).as_deref(), Some(&b"blue, too"[..]));
        assert_eq!(far.received_extension(COLOUR).as_deref(), Some(&b"blue"[..]));
        assert_eq!(far.received_extension(SIZE), None);
    }
}

#[test]
fn an_extension_may_be_empty_or_left_out_and_is_not_answered_unasked() {
    for version in [TLS12, TLS13] {
        let with = |extension| client(version).extension(extension).expect("a place");
        let answering = || server(version).extension(colour().data(*b"red")).expect("a place");
        let (near, far) = pair(with(colour().data(Vec::new())), answering());
        assert_eq!(far.received_extension(COLOUR).as_deref(), Some(&b""[..]));
        assert_eq!(near.received_extension(COLOUR).as_deref(), Some(&b"red"[..]));
        for silent in [colour(), colour().on_send(|_, _| Ok(None))] {
            let (near, far) = pair(with(silent), answering());
            assert_eq!((near.received_extension(COLOUR), far.received_extension(COLOUR)), (None, None));
        }
        // One side alone is no fault of either.
        let (near, _far) = pair(with(colour().data(*b"blue")), server(version));
        assert_eq!(near.received_extension(COLOUR), None);
        pair(client(version), answering());
    }
}

#[test]
fn eight_extensions_are_kept_apart() {
    let with_all = |value: u8| (0..8).map(move |n: u8| Extension::new(COLOUR + u16::from(n), "many").data([value, n]));
    let client = with_all(1).try_fold(client(TLS13), |builder, extension| builder.extension(extension)).expect("eight");
    let server = with_all(2).try_fold(server(TLS13), |builder, extension| builder.extension(extension)).expect("eight");
    let (near, far) = pair(client, server);
    for n in 0..8u8 {
        let id = COLOUR + u16::from(n);
        assert_eq!(near.received_extension(id), Some(vec![2, n]));
        assert_eq!(far.received_extension(id), Some(vec![1, n]));
    }
}

#[test]
fn what_cannot_be_added_is_refused() {
    let error = client(TLS13).extension(colour()).expect("a place").extension(colour()).map(drop).expect_err("twice");
    is(&error, ErrorKind::InvalidInput, &["65346"]);
    let mut many = (0..9).map(|n| Extension::new(COLOUR + n, "many"));
    let error = many.try_fold(client(TLS13), |builder, one| builder.extension(one)).map(drop).expect_err("nine");
    is(&error, ErrorKind::InvalidInput, &["8"]);
    let own = client(TLS13).extension(Extension::new(0, "server name")).expect("a place").build().expect("a client");
    let error = own.to(HOST).expect("a name").start(memory::pair(1).0).map(drop).expect_err("GnuTLS's own");
    is(&error, ErrorKind::InvalidInput, &["server name", "itself"]);
}

#[test]
fn a_refusal_and_a_panic_are_errors_of_the_handshake() {
    for version in [TLS12, TLS13] {
        let refusing = colour().on_receive(|_, _, _| Err(Refusal::new("no taste").alert(Alert::ACCESS_DENIED)));
        let client = || client(version).extension(colour().data(*b"mauve")).expect("a place");
        let (near, far) = meet(client(), server(version).extension(refusing).expect("a place"));
        is(&far.expect_err("refused"), ErrorKind::Callback, &["on_receive", "no taste"]);
        assert_eq!(near.expect_err("refused").alert_received(), Some(Alert::ACCESS_DENIED));
        let panicking = colour().on_send(|_, _| panic!("no paint left"));
        let (near, far) = meet(client(), server(version).extension(panicking).expect("a place"));
        is(&far.expect_err("refused"), ErrorKind::Callback, &["on_send", "panicked", "no paint left"]);
        assert_eq!(near.expect_err("refused").alert_received(), Some(Alert::INTERNAL_ERROR));
        let long = colour().data(vec![0; 4097]);
        let (_, far) = meet(client(), server(version).extension(long).expect("a place"));
        is(&far.expect_err("too long"), ErrorKind::Callback, &["4097", "4096"]);
    }
}

#[test]
fn a_server_sees_what_a_client_begins_with() {
    for version in [TLS12, TLS13] {
        let seen = Arc::new(Mutex::new(Vec::new()));
        let told = Arc::clone(&seen);
        let server = server(version).on_raw_client_hello(move |view, raw| {
            assert_eq!((view.is_server(), view.server_name()), (true, None), "it is not read yet");
            *told.lock().expect("no panic") = hello::client_hello_extensions(raw)?;
            Ok(())
        });
        pair(client(version).extension(colour().data(*b"blue")).expect("a place"), server);
        let seen = seen.lock().expect("no panic");
        let of = |id| seen.iter().find(|(other, _)| *other == id).map(|(_, data)| data.clone());
        assert_eq!(of(COLOUR).as_deref(), Some(&b"blue"[..]));
        assert!(of(0).expect("a server name").ends_with(HOST.as_bytes()));
        assert_eq!(of(43).is_some(), version == TLS13, "supported_versions");
    }
    let server = server(TLS13).on_raw_client_hello(|_, _| Err(Refusal::new("closed")));
    is(&meet(client(TLS13), server).1.expect_err("refused"), ErrorKind::Callback, &["on_raw_client_hello", "closed"]);
}

#[test]
fn supplemental_data_go_both_ways_and_keep_tls13_away() {
    let seen = Arc::new(Mutex::new(Vec::new()));
    let both = |name: &'static [u8]| {
        let told = Arc::clone(&seen);
        SupplementalData::new(0x4243).on_send(|_| Ok(name.to_vec())).on_receive(move |view, data| {
            told.lock().expect("no panic").push((view.is_server(), data.to_vec()));
            Ok(())
        })
    };
    let client = client("NORMAL").supplemental_data(both(b"from the client")).expect("a place");
    let server = server("NORMAL").supplemental_data(both(b"from the server")).expect("a place");
    let (near, far) = pair(client, server);
    assert_eq!((near.protocol(), far.protocol()), (Protocol::TLS1_2, Protocol::TLS1_2));
    let expected = [(false, b"from the server".to_vec()), (true, b"from the client".to_vec())];
    assert_eq!(*seen.lock().expect("no panic"), expected);
}

#[test]
fn an_extension_can_negotiate_supplemental_data() {
    let sent = Arc::new(Mutex::new(None));
    let got = Arc::clone(&sent);
    let receiving = SupplementalData::new(7).on_receive(move |_, data| {
        *got.lock().expect("no panic") = Some(data.to_vec());
        Ok(())
    });
    // The client sends only if the server says that it takes them.
    let sending = SupplementalData::new(7).on_send(|_| Ok(b"a ticket".to_vec()));
    let offer = colour().on_send(|view, _| {
        view.send_supplemental(false);
        Ok(Some(b"?".to_vec()))
    });
    let offer = offer.on_receive(|view, _, _| {
        view.send_supplemental(true);
        Ok(())
    });
    let client = || {
        let builder = client(TLS12).extension(offer.clone()).expect("a place");
        builder.supplemental_data(sending.clone()).expect("a place")
    };
    pair(client(), server(TLS12));
    assert_eq!(*sent.lock().expect("no panic"), None);
    let taking = colour().on_send(|view, _| {
        view.expect_supplemental(true);
        Ok(Some(b"!".to_vec()))
    });
    let server = server(TLS12).extension(taking).expect("a place").supplemental_data(receiving).expect("a place");
    pair(client(), server);
    assert_eq!(sent.lock().expect("no panic").as_deref(), Some(&b"a ticket"[..]));
}

#[test]
fn supplemental_data_that_are_refused_end_the_handshake() {
    let sending =
        || client(TLS12).supplemental_data(SupplementalData::new(7).on_send(|_| Ok(vec![1]))).expect("a place");
    let refusing = SupplementalData::new(7).on_receive(|_, _| Err(Refusal::new("not that")));
    let (_, far) = meet(sending(), server(TLS12).supplemental_data(refusing).expect("a place"));
    is(&far.expect_err("refused"), ErrorKind::Callback, &["supplemental", "not that"]);
    let empty = SupplementalData::new(7).on_send(|_| Ok(Vec::new()));
    let (near, _) = meet(client(TLS12).supplemental_data(empty).expect("a place"), server(TLS12));
    is(&near.expect_err("refused"), ErrorKind::Callback, &["16384"]);
}
