//! A client that connects twice; the second time its request goes out before the server has answered anything (0-RTT).
//!
//! Who captures such a request can send it again: it must be one that does no harm when it is repeated.

use std::io::{Read, Write};

use clap::Args;

use crate::Ended;
use crate::common::{REQUEST, Target, Trust, hear_out};

#[derive(Args, Debug)]
pub(crate) struct Options {
    #[command(flatten)]
    trust: Trust,
    #[command(flatten)]
    target: Target,
}

pub(crate) fn run(options: &Options) -> Ended {
    let config = options.trust.builder()?.build()?;
    let mut first = options.target.connect(&config)?;
    // The ticket comes with the first data, at the latest.
    first.write_all(REQUEST)?;
    first.read_exact(&mut [0])?;
    let data = first.session_data()?.ok_or("the server gives nothing to resume with")?;
    first.close()?;
    println!("- The server takes {} bytes of early data", data.max_early_data());

    // Only this configuration may send early, for it has verified the server of the first session.
    let connect = config.to(options.target.name())?.resume(&data).early_data(REQUEST);
    let mut second = connect.connect(options.target.dial()?)?;
    println!("- Session info: {}", second.description());
    match second.take_unaccepted_early_data() {
        None => println!("- The early data was taken"),
        // The server had its reasons: it is sent like all else.
        Some(request) => {
            println!("- The early data was not taken");
            second.write_all(&request)?;
        }
    }
    hear_out(second)
}
