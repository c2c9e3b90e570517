//! Configurations that cannot be.

use gnutls::x509::{KeyType, PrivateKey};
use gnutls::{ClientAuth, ClientConfig, ErrorKind, Identity, Priority, ServerConfig};

use crate::common::{TLS13, client, pki};
use crate::is;

#[test]
fn a_client_that_trusts_nobody_is_refused() {
    let error = ClientConfig::builder().build().expect_err("no trust");
    is(&error, ErrorKind::Credentials, &["client configuration", "with_system_trust()"]);
    ClientConfig::builder().dangerous().accept_any_certificate().build().expect("asked for");
    let error = ClientConfig::builder().with_trust(&[]).expect_err("an empty list");
    is(&error, ErrorKind::InvalidInput, &["trusted certificates", "there is none"]);
}

#[test]
fn a_server_that_verifies_clients_must_trust_somebody() {
    for demand in [ClientAuth::Request, ClientAuth::Require] {
        let error = ServerConfig::builder().client_auth(demand).build().expect_err("no trust");
        is(&error, ErrorKind::Credentials, &["server configuration", "with_trust_file()"]);
        let builder = ServerConfig::builder().client_auth(demand);
        builder.dangerous().accept_any_client_certificate().build().expect("asked for");
        let trust = std::slice::from_ref(&pki().ca);
        ServerConfig::builder().client_auth(demand).with_trust(trust).expect("trust").build().expect("fine");
    }
}

#[test]
fn a_key_that_does_not_fit_is_refused_with_the_name_of_the_certificate() {
    let stranger = PrivateKey::generate(KeyType::EcdsaP256).expect("a key");
    let error = Identity::new(pki().server.chain().to_vec(), stranger.clone()).expect_err("another key");
    is(&error, ErrorKind::Credentials, &["private key", "CN=test server"]);
    let error = Identity::new(Vec::new(), stranger).expect_err("no certificate");
    is(&error, ErrorKind::Credentials, &["there is no certificate"]);
}

#[test]
fn a_priority_string_that_does_not_parse_names_the_place() {
    let error = Priority::new("NORMAL:-VERS-ALL:+VERS-TLS9").expect_err("nonsense");
    is(&error, ErrorKind::Priority, &["byte 17", "+VERS-TLS9"]);
    let error = Priority::new("NORMAL:-VERS-ALL\0").expect_err("a NUL byte");
    is(&error, ErrorKind::InvalidInput, &["priority string", "NUL byte at byte 16"]);
    is(&Priority::new("").expect_err("nothing"), ErrorKind::Priority, &["priority string"]);
}

#[test]
fn host_names_that_cannot_be_are_refused_before_anything_is_sent() {
    let config = client(TLS13);
    for (host, why) in [("", "empty"), (".", "empty"), ("local\0host", "NUL byte at byte 5")] {
        let error = config.to(host).expect_err("no name");
        is(&error, ErrorKind::InvalidInput, &["connecting to", why]);
    }
    config.to("localhost.").expect("a name with its root");
}

#[test]
fn a_server_name_with_a_nul_byte_is_refused() {
    let (near, _far) = gnutls::transport::memory::pair(1 << 16);
    let connect = client(TLS13).to("localhost").expect("a name").server_name("other\0name");
    let error = connect.start(near).expect_err("a NUL byte");
    is(&error, ErrorKind::InvalidInput, &["server name", "NUL byte at byte 5"]);
}

#[test]
fn application_protocols_have_limits_that_the_message_names() {
    let long = "x".repeat(32);
    let refused: [(&[&str], &str); 3] =
        [(&[""], "empty"), (&["h2", &long], &long), (&["a"; 9], "9 names are more than the 8")];
    for (names, why) in refused {
        let error = ServerConfig::builder().alpn(names).expect_err("a limit");
        is(&error, ErrorKind::InvalidInput, &["application protocols", why]);
        ClientConfig::builder().alpn(names).expect_err("a limit");
    }
    let longest = ServerConfig::builder().alpn(["x".repeat(31)]).expect("fine").build().expect("a server");
    longest.start(gnutls::transport::memory::pair(1).0).expect("GnuTLS takes what the builder took");
}
