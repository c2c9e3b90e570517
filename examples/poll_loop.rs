//! The question of 2009, answered: one thread, one session, one poll(2), both directions at once.
//!
//! "If I use poll() instead of two threads, how do I combine what gnutls_record_recv and gnutls_record_send wait for?"
//! (gnutls-help, 16 December 2009.) The loop is [`exchange`]; everything else is around it.

#[macro_use]
#[path = "shared/say.rs"]
mod say;

use std::error::Error;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::os::fd::AsFd;
use std::path::PathBuf;
use std::process::ExitCode;
use std::thread;

use clap::Parser;
use gnutls::x509::{CertificateBuilder, KeyType, PrivateKey};
use gnutls::{ClientConfig, Identity, ServerConfig, Session};
use nix::poll::{PollFd, poll};

type Failed = Box<dyn Error + Send + Sync>;

/// Sends data to a server that echoes and receives it at the same time, in one thread with poll(2).
///
/// Without --connect the server is a thread of this process.
#[derive(Parser, Debug)]
#[command(version)]
struct Options {
    /// A server that echoes, such as gnutls-serv --echo.
    #[arg(long, value_name = "HOST:PORT")]
    connect: Option<String>,

    /// Trusts the authorities of this file. Default: those of this machine.
    #[arg(long, value_name = "FILE", requires = "connect")]
    x509cafile: Option<PathBuf>,

    /// How much to send, in bytes.
    #[arg(long, default_value = "50000000", value_name = "N")]
    bytes: usize,
}

fn main() -> ExitCode {
    match run(&Options::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("poll_loop: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(options: &Options) -> Result<(), Failed> {
    let (config, target) = match &options.connect {
        Some(target) => {
            let builder = ClientConfig::builder();
            let builder = match &options.x509cafile {
                Some(file) => builder.with_trust_file(file)?,
                None => builder.with_system_trust()?,
            };
            (builder.build()?, target.clone())
        }
        None => echo_server()?,
    };
    let (host, _port) = target.rsplit_once(':').ok_or("--connect wants HOST:PORT")?;
    let tcp = TcpStream::connect(&target).map_err(|error| format!("connecting to {target}: {error}"))?;
    let session = config.connect(host.trim_start_matches('[').trim_end_matches(']'), tcp)?;
    eprintln!("{} with {target}", session.description());

    // Lines, because gnutls-serv echoes line by line; each another, so that a wrong place is found.
    let data: Vec<u8> = (0..options.bytes / 16).flat_map(|line| format!("{line:015}\n").into_bytes()).collect();
    let (echo, waits) = exchange(&session, &data)?;
    session.close()?;
    if echo != data {
        return Err("what came back is not what was sent".into());
    }
    println!("OK: {} bytes there and back in one thread, {waits} waits", data.len());
    Ok(())
}

/// Sends `data` and receives as much at the same time: what came back, and how often there was nothing to do but wait.
fn exchange(session: &Session<TcpStream>, data: &[u8]) -> Result<(Vec<u8>, usize), Failed> {
    let mut unsent = data;
    let mut received = Vec::with_capacity(data.len());
    let mut buf = vec![0; 16 * 1024];
    let mut waits = 0;
    while received.len() < data.len() {
        // Both directions say what they wait for; the session combines it.
        let want = session.interest();
        if !want.ready_now() {
            waits += 1;
            poll(&mut [PollFd::new(session.get_ref().as_fd(), want.poll_flags())], want.timeout())?;
        }
        // Whichever event came, both may be called, in any order. A call that cannot go on takes nothing, so the next
        // one may pass other bytes, and calling one never disturbs the other.
        match session.recv(&mut buf) {
            Ok(0) => return Err("the server closed early".into()),
            Ok(n) => received.extend_from_slice(&buf[..n]),
            Err(error) if error.would_block() => {}
            Err(error) => return Err(error.into()),
        }
        match session.send(unsent) {
            Ok(n) => unsent = &unsent[n..],
            Err(error) if error.would_block() => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok((received, waits))
}

/// Starts a server that echoes to one client: how to reach it.
fn echo_server() -> Result<(ClientConfig, String), Failed> {
    let key = PrivateKey::generate(KeyType::EcdsaP256)?;
    let certificate = CertificateBuilder::new().subject("CN=localhost").dns_name("localhost").self_signed(&key)?;
    let client = ClientConfig::builder().with_trust(std::slice::from_ref(&certificate))?.build()?;
    let server = ServerConfig::builder().with_identity(Identity::new(vec![certificate], key)?)?.build()?;
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let target = format!("localhost:{}", listener.local_addr()?.port());
    thread::spawn(move || -> Result<(), Failed> {
        let session = server.accept(listener.accept()?.0)?;
        let (mut reader, mut writer) = session.into_split();
        let mut buf = vec![0; 64 * 1024];
        loop {
            match reader.read(&mut buf)? {
                0 => break,
                n => writer.write_all(&buf[..n])?,
            }
        }
        Ok(writer.close()?)
    });
    Ok((client, target))
}
