//! What a server has shown, in files.

use std::fs;

use crate::files::Files;
use crate::peers::{Cli, Serv};

#[test]
fn the_chain_is_saved_as_gnutls_cli_saves_it() {
    let files = Files::new();
    let chain = fs::read_to_string(files.path("a.pem")).expect("a file")
        + &fs::read_to_string(files.path("ca.pem")).expect("a file");
    fs::write(files.path("a.pem"), &chain).expect("writing");
    for serv in [Serv::Ours, Serv::Gnutls] {
        let server = serv.start(&files, &["--echo"]);
        for cli in [Cli::Ours, Cli::Gnutls] {
            let saved = files.path("saved.pem");
            cli.talk(&files, server.port, &["--save-cert", &saved], "").assert_says("- Handshake was completed");
            assert_eq!(fs::read_to_string(&saved).expect("a file"), chain, "{serv:?} {cli:?}");
            fs::remove_file(saved).expect("removed");
        }
    }
    let server = Serv::Ours.start(&files, &["--echo"]);
    let nowhere = files.path("no/such/directory");
    Cli::Ours.talk(&files, server.port, &["--save-cert", &nowhere], "").assert_fails(&format!("writing {nowhere}"));
}
