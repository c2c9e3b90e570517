//! Speaks TLS to a server for clients that cannot: each direction is copied by a thread of its own.

use std::io::{self, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::thread;

use clap::Args;
use gnutls::ClientConfig;

use crate::common::{Listen, Target, Trust};
use crate::{Ended, crowd};

#[derive(Args, Debug)]
pub(crate) struct Options {
    /// Port to listen at for those who do not speak TLS; with 0 the system chooses one
    #[arg(long, value_name = "PORT", default_value_t = 5555)]
    listen: u16,

    #[command(flatten)]
    trust: Trust,
    #[command(flatten)]
    target: Target,
}

pub(crate) fn run(options: Options) -> Ended {
    let config = options.trust.builder()?.build()?;
    crowd::serve(&Listen::at(options.listen).listen()?, move |plain, _| {
        if let Err(error) = forward(plain, &config, &options.target) {
            println!("- {error}");
        }
    })
}

fn forward(plain: TcpStream, config: &ClientConfig, target: &Target) -> Ended {
    let (mut reader, mut writer) = target.connect(config)?.into_split();
    let mut outgoing = plain.try_clone()?;
    let upstream = thread::spawn(move || -> io::Result<()> {
        io::copy(&mut outgoing, &mut writer)?;
        // The client has said all: so says close_notify. The other direction goes on.
        writer.close().map_err(io::Error::from)
    });
    let mut incoming = &plain;
    let mut buffer = [0; 16384];
    loop {
        match reader.read(&mut buffer)? {
            0 => break,
            length => incoming.write_all(&buffer[..length])?,
        }
    }
    plain.shutdown(Shutdown::Write)?;
    upstream.join().map_err(|_| "a thread panicked")??;
    Ok(())
}
