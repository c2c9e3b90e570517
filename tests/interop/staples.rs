//! OCSP responses stapled by our server and read by `gnutls-cli`, and the other way round; and the file of known hosts that
//! `gnutls-cli --tofu` keeps.

use std::fs;
use std::process::Command;

use gnutls::ocsp::Request;
use gnutls::tofu::{Known, KnownHosts};
use gnutls::x509::{Certificate, CertificateBuilder, Format, KeyType};
use gnutls::{Digest, Identity, Priority, ServerConfig};

use crate::common::{HOST, pki};
use crate::files::{Files, for_host, issued};
use crate::ours::{Port, VERSIONS, client, connect, server, talk};
use crate::process::Tool;
use crate::servers::{Peer, Server};

/// A server that the usual authority has answered about, by `openssl ocsp`; and the file of the answer, in DER.
fn stapled(files: &Files) -> (Identity, String) {
    let identity = issued(&for_host().serial([0x10, 1]), KeyType::EcdsaP256);
    let at = |name| files.path(name);
    let write = |name, contents: &[u8]| fs::write(files.path(name), contents).expect("a file");
    write("index.txt", b"V\t491231235959Z\t\t1001\tunknown\t/CN=a server\n");
    write("ca.key", &pki().ca_key.to_pem().expect("PEM"));
    let mut request = Request::new().expect("a request");
    request.add_certificate(Digest::SHA1, &pki().ca, &identity.chain()[0]).expect("asking");
    write("request.der", &request.to_der().expect("DER"));
    let (ca, answer) = (files.ca(), at("staple.der"));
    let signer = ["-index", &at("index.txt"), "-CA", &ca, "-rsigner", &ca, "-rkey", &at("ca.key"), "-ndays", "2"];
    let paths = ["-reqin", &at("request.der"), "-respout", &answer];
    let made = Command::new("openssl").arg("ocsp").args(signer).args(paths).output().expect("openssl is installed");
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    (identity, answer)
}

#[test]
fn gnutls_serv_staples_and_our_client_goes_by_it() {
    let files = Files::new();
    let (identity, staple) = stapled(&files);
    let pem = files.identity("stapled", &identity);
    for (version, priority) in VERSIONS {
        let with = Server::gnutls(&pem, &["--echo", "--ocsp-response", &staple]);
        let session = connect(&client(priority).build().expect("a client"), with.tcp());
        talk(&session, Peer::GnuTls);
        let found = session.ocsp_response().expect("readable").expect("a response").to_der().expect("DER");
        assert!(found == fs::read(&staple).expect("the answer") && session.is_ocsp_checked(), "{version}");
        let without = Server::gnutls(&pem, &["--echo"]);
        let session = connect(&client(priority).build().expect("a client"), without.tcp());
        talk(&session, Peer::GnuTls);
        assert!(session.ocsp_response().expect("readable").is_none() && !session.is_ocsp_checked(), "{version}");
    }
}

#[test]
fn our_server_staples_and_gnutls_cli_goes_by_it() {
    let files = Files::new();
    let (identity, staple) = stapled(&files);
    for (version, priority) in VERSIONS {
        let builder = ServerConfig::builder().with_identity(identity.clone()).expect("an identity");
        let builder = builder.with_staple_file(0, &staple, Format::Der).expect("a staple");
        let config = builder.priority(Priority::new(priority).expect("a priority")).build().expect("a server");
        let (port, saved) = (Port::new(), files.path("saved.der"));
        let tool = port.gnutls_cli(&files.ca(), &["--save-ocsp", &saved]);
        let session = port.accept(&config);
        session.close().expect("closing");
        let end = tool.ended();
        assert!(end.success && end.stdout.contains("OCSP status request"), "{version}: {end:?}");
        assert_eq!(fs::read(&saved).expect("a response"), fs::read(&staple).expect("the answer"), "{version}");
    }
}

#[test]
fn the_known_hosts_of_gnutls_cli_are_ours_too() {
    let (files, port) = (Files::new(), Port::new());
    let home = format!("HOME={}", files.path(""));
    let start = |args: &[&str]| {
        let number = port.number().to_string();
        let own = ["--port", &number, "--x509cafile", &files.ca(), "--tofu"];
        Tool::start(&["env", &home, "gnutls-cli"], &[&own, args, &[HOST]].concat())
    };
    let config = server("NORMAL").build().expect("a server");
    let tool = start(&[]);
    tool.say("y\n");
    port.accept(&config).close().expect("closing");
    let end = tool.ended();
    assert!(end.success, "{end:?}");

    let hosts = KnownHosts::in_file(files.path(".gnutls/known_hosts"));
    let number = port.number().to_string();
    let known = |shown: &Certificate| hosts.verify(HOST, Some(&number), shown).expect("an answer");
    assert_eq!(known(&pki().server.chain()[0]), Known::Same);
    let other = issued(&CertificateBuilder::new().subject("CN=other"), KeyType::EcdsaP256);
    assert_eq!(known(&other.chain()[0]), Known::Different);

    // And what we keep is known there: nobody is asked.
    fs::remove_file(files.path(".gnutls/known_hosts")).expect("it was there");
    hosts.store(HOST, Some(&number), &pki().server.chain()[0], None).expect("a line");
    let tool = start(&["--strict-tofu"]);
    port.accept(&config).close().expect("closing");
    let end = tool.ended();
    assert!(end.success, "{end:?}");
}
