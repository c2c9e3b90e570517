//! Client certificates: required, asked for, refused.

use super::{Server, curl};
use crate::files::{A, Files};

const VERSIONS: [&str; 2] = ["--http1.1", "--http2"];

/// curl's options to be `name`.
fn as_client(files: &Files, name: &str) -> Vec<String> {
    ["--cert", &files.path(&format!("{name}.pem")), "--key", &files.path(&format!("{name}.key"))]
        .map(str::to_owned)
        .into()
}

fn get(files: &Files, server: &Server, version: &str, name: &str) -> crate::process::Finished {
    let options = as_client(files, name);
    curl::get(files, server, version, A, &options.iter().map(String::as_str).collect::<Vec<_>>())
}

#[test]
fn only_clients_with_a_certificate_of_the_authority_get_in_where_one_is_required() {
    let files = Files::new();
    let ca = files.path("ca.pem");
    let server = Server::start(&files, &["a"], &["--client-cafile", &ca, "--require-client-cert"]);
    for version in VERSIONS {
        get(&files, &server, version, "friend").assert_says("<p>client: CN=friend.example</p>");
        server.process.wait_for("new a.example CN=friend.example");
        let stranger = get(&files, &server, version, "stranger");
        assert!(!stranger.status.success(), "{}", stranger.text());
        let nobody = curl::get(&files, &server, version, A, &[]);
        assert!(!nobody.status.success(), "{}", nobody.text());
    }
}

#[test]
fn clients_may_have_no_certificate_but_no_wrong_one_where_one_is_asked_for() {
    let files = Files::new();
    let server = Server::start(&files, &["a"], &["--client-cafile", &files.path("ca.pem")]);
    for version in VERSIONS {
        get(&files, &server, version, "friend").assert_says("<p>client: CN=friend.example</p>");
        curl::get(&files, &server, version, A, &[]).assert_says("<p>client: </p>");
        let stranger = get(&files, &server, version, "stranger");
        assert!(!stranger.status.success(), "{}", stranger.text());
    }
}
