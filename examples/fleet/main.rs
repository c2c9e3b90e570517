//! A server of which there are many: sessions that began at one are resumed at any other, and after a restart.
//!
//! Run it with `cargo run --example fleet -- --help`; what is safe is in docs/resumption-across-machines.md.

#[path = "../shared/crowd.rs"]
mod crowd;
mod redis;

use std::error::Error;
use std::fs::{self, OpenOptions};
use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::{Duration, Instant};

use clap::Parser;
use gnutls::transport::Wait;
use gnutls::{AntiReplay, Identity, Progress, ServerConfig, TicketKey};

use crate::redis::Redis;

/// How many clients with early data are remembered at once without Redis.
const CLIENTS: usize = 100_000;

/// How long a client may take for its handshake, and for what it has to say.
const PATIENCE: Duration = Duration::from_secs(20);

/// One of many servers that resume each other's sessions: by tickets, whose key they share, and by session id (TLS 1.2),
/// from a Redis that they share. Tells each client whether its session is new or resumed.
#[derive(Debug, Parser)]
#[command(name = "fleet", version, after_help = EXAMPLES)]
struct Options {
    /// Port to listen on at 127.0.0.1; with 0 the system chooses one, which is told on stderr
    #[arg(short, long, value_name = "PORT", default_value_t = 5556)]
    port: u16,

    /// Certificate with its chain, in PEM or DER
    #[arg(long, value_name = "FILE")]
    x509certfile: PathBuf,

    /// Its private key
    #[arg(long, value_name = "FILE")]
    x509keyfile: PathBuf,

    /// The key of the tickets and of what Redis keeps, the same at each server; the first server makes it. As secret as
    /// the private key
    #[arg(long, value_name = "FILE")]
    ticket_key: Option<PathBuf>,

    /// Gives out no tickets
    #[arg(long)]
    no_tickets: bool,

    /// Redis for the sessions of clients without tickets
    #[arg(long, value_name = "HOST:PORT")]
    redis: Option<String>,

    /// How long a handshake waits for Redis before it goes on without, in milliseconds
    #[arg(long, value_name = "MILLISECONDS", default_value_t = 500)]
    redis_timeout: u64,

    /// How long a session can be resumed, in seconds; the same at each server
    #[arg(long, value_name = "SECONDS", default_value_t = 3600)]
    lifetime: u64,

    /// Takes early data of clients that come back (0-RTT), up to so many bytes. Servers with one --ticket-key need one --redis
    /// for it, which knows the repetitions
    #[arg(long, value_name = "BYTES", default_value_t = 0)]
    maxearlydata: u32,
}

const EXAMPLES: &str = "\
Examples:
  fleet --x509certfile a.pem --x509keyfile a.key --ticket-key tickets.key --port 5556
  fleet --x509certfile a.pem --x509keyfile a.key --ticket-key tickets.key --port 5557
  fleet --x509certfile a.pem --x509keyfile a.key --ticket-key tickets.key --redis 127.0.0.1:6379 --maxearlydata 16384";

fn main() -> ExitCode {
    match run(&Options::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("fleet: {error}\nTry 'fleet --help'.");
            ExitCode::FAILURE
        }
    }
}

fn run(options: &Options) -> Result<(), Box<dyn Error>> {
    let config = config(options)?;
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, options.port));
    let listener = listener.map_err(|error| format!("listening at port {}: {error}", options.port))?;
    eprintln!("listening on {}", listener.local_addr()?);
    crowd::serve(&listener, move |connection, peer| {
        if let Err(error) = serve(&config, connection) {
            eprintln!("{peer}: {error}");
        }
    })
}

fn config(options: &Options) -> Result<ServerConfig, Box<dyn Error>> {
    let identity = Identity::from_files(&options.x509certfile, &options.x509keyfile)?;
    let lifetime = Duration::from_secs(options.lifetime);
    let mut builder = ServerConfig::builder().with_identity(identity)?.session_lifetime(lifetime);
    if let Some(file) = &options.ticket_key {
        builder = builder.ticket_key(ticket_key(file)?);
    }
    // Early data need tickets, if of a key of this process's own.
    if options.no_tickets || (options.ticket_key.is_none() && options.maxearlydata == 0) {
        builder = builder.tickets(false);
    }
    if options.redis.as_ref().is_some_and(|address| !address.contains(':')) {
        return Err("--redis wants HOST:PORT".into());
    }
    let patience = Duration::from_millis(options.redis_timeout.max(1));
    let redis = options.redis.as_ref().map(|address| Arc::new(Redis::new(address, patience)));
    if options.maxearlydata > 0 {
        // Where the key is shared and the memory is not, `build` refuses.
        let anti_replay = match &redis {
            Some(redis) => AntiReplay::shared(redis.clone()),
            None => AntiReplay::in_this_process(CLIENTS),
        };
        builder = builder.early_data(options.maxearlydata, anti_replay);
    }
    if let Some(redis) = redis {
        builder = builder.session_store(redis);
    }
    Ok(builder.handshake_timeout(PATIENCE).build()?)
}

/// The key in `file`, which is made if it is not there. Of several servers that start at once one makes it: the others find
/// a file, which is whole from the beginning.
fn ticket_key(file: &Path) -> Result<TicketKey, Box<dyn Error>> {
    let read = |error: io::Error| format!("the ticket key {}: {error}", file.display());
    if !fs::exists(file).map_err(read)? {
        let own = file.with_extension(format!("{}.new", std::process::id()));
        let mut made = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&own).map_err(read)?;
        made.write_all(TicketKey::generate()?.as_bytes())?;
        let linked = fs::hard_link(&own, file);
        fs::remove_file(&own)?;
        match linked {
            Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(read(error).into()),
            _ => {}
        }
    }
    let mut bytes = fs::read(file).map_err(read)?;
    let key = TicketKey::from_bytes(&bytes);
    bytes.fill(0);
    Ok(key.map_err(|error| format!("the ticket key {}: {error}", file.display()))?)
}

/// Says what the session is, and hears the client out.
fn serve(config: &ServerConfig, connection: TcpStream) -> io::Result<()> {
    let mut early = 0;
    let mut handshaking = config.start(connection)?;
    let mut session = loop {
        handshaking = match handshaking.advance()? {
            Progress::Done(session) => break session,
            Progress::Pending(unfinished) => unfinished,
        };
        // Whoever sent them may have only a copy: nothing is done that would do harm when it is repeated.
        if let Some(data) = handshaking.early_data() {
            early += data.replayable().len();
            eprintln!("early data: {} bytes", data.replayable().len());
        }
        let want = handshaking.interest();
        handshaking.get_ref().wait(want.readiness(), want.remaining())?;
    };
    early += session.early_data().map_or(0, |data| data.replayable().len());
    session.set_read_timeout(Some(PATIENCE));
    session.set_write_timeout(Some(PATIENCE));
    let what = if session.is_resumed() { "resumed" } else { "new" };
    let with = if early > 0 { format!(", {early} bytes came early") } else { String::new() };
    writeln!(session, "{}: {what}{with}", session.protocol())?;
    session.close()?;
    let end = Instant::now() + PATIENCE;
    while session.read(&mut [0; 1000])? > 0 && Instant::now() < end {}
    Ok(())
}
