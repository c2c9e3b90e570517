//! h2load (Debian's package nghttp2-client).

use std::process::Command;

use super::Server;
use crate::files::Files;
use crate::process::run;

#[test]
fn h2load_gets_an_answer_to_each_of_its_requests() {
    let files = Files::new();
    let server = Server::start(&files, &["a"], &["--quiet"]);
    for version in ["h2", "http/1.1"] {
        let mut command = Command::new("h2load");
        command.args(["-n", "2000", "-c", "20", "-m", "10", "-t", "2", "--npn-list", version]);
        let done = run(command.arg(server.url("127.0.0.1", "/")), b"");
        done.assert_says(&format!("Application protocol: {version}"));
        done.assert_says("2000 total, 2000 started, 2000 done, 2000 succeeded, 0 failed, 0 errored, 0 timeout");
    }
}
