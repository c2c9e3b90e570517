//! The library at work: one session, both directions at once, keys changing, every byte checked.

#[macro_use]
#[path = "../shared/say.rs"]
mod say;

mod one_lock;
mod options;
mod progress;
mod stream;

use std::error::Error;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::ExitCode;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use clap::Parser;
use gnutls::x509::{Certificate, CertificateBuilder, KeyType, PrivateKey};
use gnutls::{ClientConfig, Identity, Priority, ServerConfig, Session};

use options::Options;
use progress::megabytes_per_second;
use stream::{Pattern, Progress};

/// Any error of a thread.
type Failed = Box<dyn Error + Send + Sync>;

fn main() -> ExitCode {
    let options = Options::parse();
    let result = match (&options.connect, &options.listen) {
        (Some(target), _) => connect(&options, target),
        (_, Some(address)) => listen(&options, address),
        (None, None) => loopback(&options),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("duplex: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Server and client in this process.
fn loopback(options: &Options) -> Result<(), Failed> {
    let priority = Priority::new(&options.priority_string())?;
    let identity = self_made()?;
    let trust = identity.chain().to_vec();
    let server = ServerConfig::builder().with_identity(identity)?.priority(priority.clone()).build()?;
    let client = ClientConfig::builder().with_trust(&trust)?.priority(priority).build()?;

    let listener = TcpListener::bind("127.0.0.1:0")?;
    let near = TcpStream::connect(listener.local_addr()?)?;
    let (far, _) = listener.accept()?;
    let accepting = {
        let server = server.clone();
        thread::spawn(move || server.accept(far))
    };
    let near = client.connect("localhost", near)?;
    let far = accepting.join().expect("no panic")?;
    eprintln!("GnuTLS {}, {} over TCP on loopback", gnutls::version(), near.description());

    let (up, down) = (Progress::default(), Progress::default());
    let (up_pattern, down_pattern) = (Pattern::new(1), Pattern::new(2));
    let start = Instant::now();
    let until = start + options.seconds;
    let rekey = options.rekey_every;
    let (near_in, near_out) = near.into_split();
    let (far_in, far_out) = far.into_split();
    let done = AtomicBool::new(false);
    let shown = [("client to server", &up), ("server to client", &down)];
    let (near, far) = thread::scope(|scope| -> Result<_, Failed> {
        let display = scope.spawn(|| progress::show(&shown, options.seconds, &done));
        let near_out = scope.spawn(|| stream::send(near_out, &up_pattern, &up, until, rekey));
        let far_out = scope.spawn(|| stream::send(far_out, &down_pattern, &down, until, rekey));
        let near_in = scope.spawn(|| stream::receive(near_in, &down_pattern, &down));
        let far_in = stream::receive(far_in, &up_pattern, &up);
        let near_in = near_in.join().expect("no panic");
        let (near_out, far_out) = (near_out.join().expect("no panic"), far_out.join().expect("no panic"));
        done.store(true, Ordering::Relaxed);
        display.thread().unpark();
        Ok((near_in?.unsplit(near_out?)?, far_in?.unsplit(far_out?)?))
    })?;
    let time = start.elapsed();
    all_arrived("client to server", &up)?;
    all_arrived("server to client", &down)?;

    eprintln!("Now one session in memory, its two directions on two cores, against the same under one lock...");
    let gain = one_lock::measure(&client, &server)?;
    println!(
        "OK: every byte right. Client to server {}, server to client {}; key updates seen: {} by the server, {} by \
         the client. In memory, both directions of one session: {:.0} MB/s, under one lock {:.0} MB/s: {:.2} times.",
        amount(&up, time),
        amount(&down, time),
        far.counters().key_updates_received,
        near.counters().key_updates_received,
        gain.parallel,
        gain.one_lock,
        gain.parallel / gain.one_lock,
    );
    Ok(())
}

/// A client of a server that echoes.
fn connect(options: &Options, target: &str) -> Result<(), Failed> {
    let (host, _port) = target.rsplit_once(':').ok_or("--connect wants HOST:PORT")?;
    let host = host.trim_start_matches('[').trim_end_matches(']');
    let builder = ClientConfig::builder().priority(Priority::new(&options.priority_string())?);
    let builder = match (&options.x509cafile, options.insecure) {
        (_, true) => builder.dangerous().accept_any_certificate(),
        (Some(file), _) => builder.with_trust_file(file)?,
        (None, _) => builder.with_system_trust()?,
    };
    let session = builder.build()?.connect(host, dial(target)?)?;
    eprintln!("{} with {target}", session.description());

    let (echo, pattern) = (Progress::default(), Pattern::new(1));
    let start = Instant::now();
    let until = start + options.seconds;
    let (reader, writer) = session.into_split();
    let done = AtomicBool::new(false);
    let shown = [("there and back", &echo)];
    let session = thread::scope(|scope| -> Result<_, Failed> {
        let display = scope.spawn(|| progress::show(&shown, options.seconds, &done));
        let writer = scope.spawn(|| stream::send(writer, &pattern, &echo, until, options.rekey_every));
        let reader = stream::receive(reader, &pattern, &echo);
        done.store(true, Ordering::Relaxed);
        display.thread().unpark();
        Ok(reader?.unsplit(writer.join().expect("no panic")?)?)
    })?;
    let time = start.elapsed();
    all_arrived("there and back", &echo)?;
    let counters = session.counters();
    println!(
        "OK: every byte right. There and back {}; key updates: {} ours, {} of the peer.",
        amount(&echo, time),
        counters.key_updates_sent,
        counters.key_updates_received
    );
    Ok(())
}

fn dial(target: &str) -> Result<TcpStream, Failed> {
    TcpStream::connect(target).map_err(|error| format!("connecting to {target}: {error}").into())
}

/// A server that echoes, for one client.
fn listen(options: &Options, address: &str) -> Result<(), Failed> {
    let builder = ServerConfig::builder().with_identity(self_made()?)?;
    let server = builder.priority(Priority::new(&options.priority_string())?).build()?;
    let listener = TcpListener::bind(address).map_err(|error| format!("listening on {address}: {error}"))?;
    eprintln!("Waiting on {} (with a certificate made for the occasion)", listener.local_addr()?);
    let (io, peer) = listener.accept()?;
    let session = server.accept(io)?;
    eprintln!("{} with {peer}", session.description());
    let start = Instant::now();
    let echoed = echo(&session)?;
    let rate = megabytes_per_second(echoed, start.elapsed());
    let seen = session.counters().key_updates_received;
    println!("OK: echoed {} MB, {rate:.0} MB/s; key updates seen: {seen}.", echoed / 1_000_000);
    Ok(())
}

fn echo(mut session: &Session<TcpStream>) -> Result<u64, Failed> {
    let mut buf = vec![0; 128 * 1024];
    let mut echoed = 0;
    loop {
        let read = session.read(&mut buf)?;
        if read == 0 {
            session.close()?;
            return Ok(echoed);
        }
        session.write_all(&buf[..read])?;
        echoed += read as u64;
    }
}

fn all_arrived(name: &str, progress: &Progress) -> Result<(), Failed> {
    let (sent, received) = (progress.sent.load(Ordering::Relaxed), progress.received.load(Ordering::Relaxed));
    if sent == received {
        return Ok(());
    }
    Err(format!("{name}: {sent} bytes were sent, and {received} arrived").into())
}

fn amount(progress: &Progress, time: Duration) -> String {
    let bytes = progress.received.load(Ordering::Relaxed);
    format!("{} MB at {:.0} MB/s", bytes / 1_000_000, megabytes_per_second(bytes, time))
}

/// An identity for `localhost` that lives as long as this process.
fn self_made() -> Result<Identity, Failed> {
    let key = PrivateKey::generate(KeyType::EcdsaP256)?;
    let certificate: Certificate = CertificateBuilder::new()
        .subject("CN=localhost")
        .dns_name("localhost")
        .ip_address(std::net::Ipv4Addr::LOCALHOST)
        .self_signed(&key)?;
    Ok(Identity::new(vec![certificate], key)?)
}
