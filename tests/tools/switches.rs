//! Switches of gnutls-serv and gnutls-cli: what ours do with them, beside what the C programs do.

mod files;
mod lists;
mod records;
mod trust;

use std::process::Command;
use std::thread;

#[cfg(gnutls_3_7_4)]
use gnutls::{ClientConfig, CompressionMethod, transport::memory};

use crate::examples::example;
use crate::files::Files;
use crate::peers::{Cli, Serv};
use crate::process::{Process, run};

const TLS1_3: &str = "NORMAL:-VERS-ALL:+VERS-TLS1.3";

/// What stands behind `words` in a line of `text`.
fn rest<'a>(text: &'a str, words: &str) -> &'a str {
    let (_, rest) = text.split_once(words).unwrap_or_else(|| panic!("no {words:?} in {text}"));
    rest.lines().next().unwrap_or_default()
}

#[test]
fn both_sides_print_the_same_key_material() {
    let files = Files::new();
    let wishes = ["--keymatexport", "EXPERIMENTAL label", "--keymatexportsize", "24"];
    for serv in [Serv::Ours, Serv::Gnutls] {
        let server = serv.start(&files, &[&wishes[..], &["--http", "--disable-client-cert"]].concat());
        for (count, cli) in [Cli::Ours, Cli::Gnutls].into_iter().enumerate() {
            let talk = cli.talk(&files, server.port, &wishes, "GET / HTTP/1.0\r\n\r\n");
            let text = talk.assert_says("- Key material: ").text();
            let key = rest(&text, "- Key material: ");
            assert_eq!(key.len(), 48, "{key}");
            server.process.wait_for(&format!("- Key material: {key}\n"));
            assert_eq!(server.process.so_far().matches("- Key material: ").count(), count + 1);
        }
    }
    // Twenty bytes unless another number is asked for.
    let server = Serv::Ours.start(&files, &["--echo"]);
    let talk = Cli::Ours.talk(&files, server.port, &["--keymatexport", "label"], "");
    assert_eq!(rest(&talk.text(), "- Key material: ").len(), 40);
}

#[test]
fn a_client_without_tickets_has_nothing_to_resume_with() {
    let files = Files::new();
    let server = Serv::Ours.start(&files, &["--echo"]);
    for (wish, said) in
        [("--waitresumption", "*** This is a resumed session"), ("--noticket", "*** This is a new session")]
    {
        let wishes = ["--resume", wish, "--priority", TLS1_3];
        Cli::Ours.talk(&files, server.port, &wishes, "hello\n").assert_says(said).assert_says("hello\n");
    }
}

#[test]
fn a_prime_that_is_too_small_is_refused() {
    let files = Files::new();
    let dh = "NORMAL:-VERS-ALL:+VERS-TLS1.2:-KX-ALL:+ANON-DH:-GROUP-ALL:+GROUP-FFDHE2048";
    for serv in [Serv::Ours, Serv::Gnutls] {
        let server = serv.start(&files, &["--echo", "--priority", dh]);
        let talk = |bits| Cli::Ours.talk(&files, server.port, &["--priority", dh, "--dh-bits", bits], "hello\n");
        talk("2048").assert_says("hello\n");
        talk("3072").assert_fails("a prime of 2048 bits, --dh-bits wants 3072").assert_is_silent_on("hello");
    }
}

#[test]
fn fast_open_connects_to_every_server() {
    let files = Files::new();
    for serv in [Serv::Ours, Serv::Gnutls] {
        let server = serv.start(&files, &["--echo", "--disable-client-cert"]);
        let talk = Cli::Ours.talk(&files, server.port, &["--fastopen"], "hello\n");
        talk.assert_says("hello\n").assert_says("(TFO)");
    }
}

#[test]
fn a_silent_client_is_let_go() {
    let files = Files::new();
    let is_let_go = |service: &str| {
        // Long enough for a handshake on a machine that is busy elsewhere.
        let server = Serv::Ours.start(&files, &[service, "--timeout", "10"]);
        let mut session = server.session(&files);
        let mut rest = Vec::new();
        // However it ends: it does, without a word of ours.
        let _ = std::io::Read::read_to_end(&mut session, &mut rest);
        assert!(rest.is_empty());
        server.process.wait_for("* Closed connection");
        // Who talks is served.
        Cli::Gnutls.talk(&files, server.port, &[], "GET / HTTP/1.0\r\n\r\n").assert_says("HTTP/1.0");
    };
    thread::scope(|scope| {
        scope.spawn(|| is_let_go("--echo"));
        is_let_go("--http");
    });
}

#[test]
fn diffie_hellman_parameters_are_made_and_printed() {
    let files = Files::new();
    let server = Serv::Ours.start(&files, &["--generate", "--echo"]);
    let said = server.process.wait_for("-----END DH PARAMETERS-----");
    let file = files.path("dh.pem");
    let start = said.find("-----BEGIN DH PARAMETERS-----").expect("its beginning");
    std::fs::write(&file, &said[start..]).expect("writing");
    let read = run(Command::new("openssl").args(["dhparam", "-in", &file, "-text", "-noout"]), b"");
    read.assert_says("(2048 bit)");
    // And what is made can be read again.
    Serv::Ours.start(&files, &["--dhparams", &file, "--echo"]).assert_echoes(&files);
}

/// Whether the GnuTLS that is loaded has a method: a session that wants it can begin.
#[cfg(gnutls_3_7_4)]
fn compresses(method: CompressionMethod) -> bool {
    let config = ClientConfig::builder().with_system_trust().expect("trust").compress_certificates(&[method]);
    let connect = config.build().expect("a client").to("localhost").expect("a name");
    connect.start(memory::pair(1 << 10).0).is_ok()
}

#[cfg(gnutls_3_7_4)]
#[test]
fn certificates_are_compressed_where_gnutls_has_the_method() {
    let files = Files::new();
    let methods =
        [("zlib", CompressionMethod::ZLIB), ("brotli", CompressionMethod::BROTLI), ("zstd", CompressionMethod::ZSTD)];
    for (name, method) in methods {
        let wishes = ["--compress-cert", name, "--priority", TLS1_3];
        let usual = Serv::Ours.start(&files, &["--echo"]);
        let talk = Cli::Ours.talk(&files, usual.port, &wishes, "hello\n");
        if !compresses(method) {
            let why = "this GnuTLS was built without one of the methods";
            talk.assert_fails(why);
            let unwilling = Serv::Ours.start(&files, &["--echo", "--compress-cert", name]);
            Cli::Ours.talk(&files, unwilling.port, &[], "");
            unwilling.process.wait_for(why);
            continue;
        }
        talk.assert_says("hello\n");
        for serv in [Serv::Ours, Serv::Gnutls] {
            let server = serv.start(&files, &["--echo", "--compress-cert", name]);
            for cli in [Cli::Ours, Cli::Gnutls] {
                cli.talk(&files, server.port, &wishes, "hello\n").assert_says("hello\n");
            }
        }
    }
    let talk = Cli::Ours.talk(&files, 1, &["--compress-cert", "rar"], "");
    talk.assert_fails("the methods are zlib, brotli, zstd");
}

#[test]
fn a_talkative_client_counts_what_comes_and_goes() {
    let files = Files::new();
    let server = Serv::Gnutls.start(&files, &["--echo", "--disable-client-cert"]);
    for cli in [Cli::Ours, Cli::Gnutls] {
        let talk = cli.talk(&files, server.port, &["--verbose"], "hello\n");
        talk.assert_says("- Sent: 6 bytes\n").assert_says("- Received[6]: hello\n");
    }
}

#[test]
fn a_port_that_is_none_is_told() {
    let talk = run(Command::new(example("client")).args(["127.0.0.1", "--port", "no-such-service"]), b"");
    talk.assert_fails("\"no-such-service\" is no port, and no service that /etc/services has");
    let talk = run(Command::new(example("client")).arg("127.0.0.1:no-such-service"), b"");
    talk.assert_fails("is no port");
}

#[test]
fn what_is_the_default_may_be_said() {
    let files = Files::new();
    let server = Serv::Ours.start(&files, &["--echo", "--crlf", "--x509fmtder"]);
    let no = ["--no-tofu", "--no-strict-tofu", "--no-dane", "--no-local-dns", "--no-ocsp", "--no-ca-auto-retrieve"];
    let said = [&no[..], &["--ca-verification", "--x509fmtder"]].concat();
    let mut client = Process::start(Cli::Ours.command(&files, server.port).args(said));
    client.type_in(b"hello\r\n");
    client.wait_for("hello\r\n");
    client.finish().assert_says("- Status: The certificate is trusted.");
}
