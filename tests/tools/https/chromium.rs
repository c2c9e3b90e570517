//! A real browser (Debian's packages chromium and libnss3-tools).

use std::fs;
use std::process::Command;

use super::Server;
use crate::files::{A, Files};
use crate::process::run;

#[test]
#[ignore = "wants a browser, which is large: ci/check.sh chromium"]
fn chromium_loads_the_page_over_http_2() {
    let files = Files::new();
    let server = Server::start(&files, &["a"], &[]);
    // Chromium trusts whom the database in the home directory trusts: one of this test alone.
    let home = files.path("home");
    let database = format!("sql:{home}/.pki/nssdb");
    fs::create_dir_all(format!("{home}/.pki/nssdb")).expect("a directory");
    let certutil = |arguments: &[&str]| {
        run(Command::new("certutil").args(["-d", &database]).args(arguments), b"").assert_says("");
    };
    certutil(&["-N", "--empty-password"]);
    certutil(&["-A", "-n", "test authority", "-t", "C,,", "-i", &files.path("ca.pem")]);

    let mut chromium = Command::new("chromium");
    chromium.env("HOME", &home).env_remove("XDG_CONFIG_HOME").env_remove("XDG_CACHE_HOME");
    chromium.args(["--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-proxy-server"]);
    // Of Chromium's own errands none is to leave this machine.
    chromium.args(["--no-first-run", "--disable-background-networking", "--disable-component-update"]);
    chromium.arg(format!("--host-resolver-rules=MAP {A} 127.0.0.1, MAP * ~NOTFOUND"));
    let done = run(chromium.args(["--dump-dom", &server.url(A, "/")]), b"");
    done.assert_says("<title>https_server</title>").assert_says("<p>HTTP: HTTP/2.0</p>");
    let line = server.process.wait_for_rest(" HTTP/2.0 GET / 200 ");
    println!("\nfigure: chromium: the page over HTTP/2: {line}");
}
