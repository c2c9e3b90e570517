//! `https_server` and `https_client` against curl, `openssl s_client`, h2load, Chromium, and each other.

mod certificates;
mod chromium;
mod client;
mod curl;
mod h2load;
mod limits;
mod openssl;
mod reload;
mod stop;
mod visit;

use std::process::Command;

use crate::examples::example;
use crate::files::Files;
use crate::process::Process;

/// A running `https_server`.
struct Server {
    process: Process,
    port: u16,
}

impl Server {
    /// It has the certificates of these names, the first for whoever asks for none.
    fn start(files: &Files, names: &[&str], options: &[&str]) -> Server {
        let mut command = Command::new(example("https_server"));
        command.args(["--listen", "127.0.0.1:0"]);
        for name in names {
            command.args(["--cert", &files.path(&format!("{name}.pem")), "--key", &files.path(&format!("{name}.key"))]);
        }
        let process = Process::start(command.args(options));
        let port = process.wait_for_rest("listening on https://127.0.0.1:").parse().expect("a port");
        Server { process, port }
    }

    fn url(&self, host: &str, path: &str) -> String {
        format!("https://{host}:{}{path}", self.port)
    }
}
