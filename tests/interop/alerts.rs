//! Alerts that a program of ours sends, as the tools report them.

use gnutls::Alert;

use crate::files::Files;
use crate::ours::{Port, VERSIONS, server};
use crate::servers::PEERS;

#[test]
fn their_clients_are_told_why_our_server_ends() {
    let (files, port) = (Files::new(), Port::new());
    for peer in PEERS {
        for (version, priority) in VERSIONS {
            let config = server(priority).build().expect("a server");
            let tool = port.client_of(peer, &files.ca(), &[]);
            let session = port.accept(&config);
            assert_eq!(session.protocol(), version);
            session.abort(Alert::ACCESS_DENIED).expect("sent");
            let end = tool.ended();
            let said = end.stdout + &end.stderr;
            assert!(said.contains(&peer.alert_text(Alert::ACCESS_DENIED.0)), "{peer:?}, {version}: {said}");
        }
    }
}
