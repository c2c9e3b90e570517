//! A thread for each client.

use std::io::{self, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::thread;
use std::time::Duration;

/// How long to leave clients alone when descriptors or threads have run out: time to finish for those who have them.
const PAUSE: Duration = Duration::from_millis(100);

/// Gives each client a thread, for ever. What goes wrong with one is no matter for the next.
#[allow(clippy::disallowed_methods, reason = "there is no event that says that descriptors are free again")]
pub(crate) fn serve(listener: &TcpListener, serve: impl Fn(TcpStream, SocketAddr) + Send + Sync + 'static) -> ! {
    let serve = Arc::new(serve);
    loop {
        let accepted = listener.accept().and_then(|(stream, peer)| {
            let serve = Arc::clone(&serve);
            thread::Builder::new().spawn(move || serve(stream, peer))
        });
        if let Err(error) = accepted {
            let _ = writeln!(io::stderr(), "Error in accepting a connection: {error}");
            thread::sleep(PAUSE);
        }
    }
}
