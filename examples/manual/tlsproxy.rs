//! Speaks TLS to a server for clients that cannot: each direction is copied by a thread of its own.

use std::io::{self, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::sync::Mutex;
use std::thread;
use std::time::{Duration, Instant};

use clap::Args;
use gnutls::ClientConfig;

use crate::common::{Listen, Target, Trust};
use crate::{Ended, crowd};

#[derive(Args, Debug)]
pub(crate) struct Options {
    /// Port to listen at for those who do not speak TLS; with 0 the system chooses one
    #[arg(long, value_name = "PORT", default_value_t = 5555)]
    listen: u16,

    /// After how long a connection ends on which neither direction moves
    #[arg(long, value_name = "SECONDS", default_value_t = 600, value_parser = clap::value_parser!(u32).range(1..))]
    idle: u32,

    #[command(flatten)]
    trust: Trust,
    #[command(flatten)]
    target: Target,
}

pub(crate) fn run(options: Options) -> Ended {
    let config = options.trust.builder()?.build()?;
    crowd::serve(&Listen::at(options.listen).listen()?, move |plain, _| {
        if let Err(error) = forward(&plain, &config, &options) {
            println!("- {error}");
        }
    })
}

fn forward(plain: &TcpStream, config: &ClientConfig, options: &Options) -> Ended {
    let idle = Duration::from_secs(options.idle.into());
    let (mut reader, mut writer) = options.target.connect(config)?.into_split();
    reader.set_read_timeout(Some(idle));
    writer.set_write_timeout(Some(idle));
    plain.set_read_timeout(Some(idle))?;
    plain.set_write_timeout(Some(idle))?;
    let moved = Mutex::new(Instant::now());
    thread::scope(|scope| {
        let upstream = scope.spawn(|| {
            let copied = copy(&mut &*plain, &mut writer, &moved, idle);
            // The client has said all: so says close_notify. The other direction goes on. What is cut short ends both.
            copied.and_then(|()| Ok(writer.close()?)).inspect_err(|_| drop(writer.get_ref().shutdown(Shutdown::Both)))
        });
        let downstream = copy(&mut reader, &mut &*plain, &moved, idle);
        // After an error nobody has to wait for the other direction.
        let _ = plain.shutdown(if downstream.is_ok() { Shutdown::Write } else { Shutdown::Both });
        let upstream = upstream.join().map_err(|_| "a thread panicked")?;
        match (downstream, upstream) {
            // It ended the other direction, which may have met a reset then.
            (_, Err(idle)) if idle.kind() == io::ErrorKind::TimedOut => Err(idle.into()),
            (downstream, upstream) => Ok(downstream.and(upstream)?),
        }
    })
}

/// Copies until `from` has ended, or nothing has moved for so long in either direction.
fn copy(from: &mut impl Read, to: &mut impl Write, moved: &Mutex<Instant>, idle: Duration) -> io::Result<()> {
    let last = || moved.lock().expect("nobody panics with it");
    let mut buffer = [0; 16384];
    loop {
        match from.read(&mut buffer) {
            Ok(0) => return Ok(()),
            Ok(length) => {
                to.write_all(&buffer[..length])?;
                *last() = Instant::now();
            }
            // The other direction may be busy. (A socket's word for it is WouldBlock.)
            Err(error) if matches!(error.kind(), io::ErrorKind::TimedOut | io::ErrorKind::WouldBlock) => {
                if last().elapsed() >= idle {
                    return Err(io::Error::new(io::ErrorKind::TimedOut, "nothing moves"));
                }
            }
            Err(error) => return Err(error),
        }
    }
}
