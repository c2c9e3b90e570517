//! Lists the cipher suites that a priority string allows.

use clap::Args;
use gnutls::Priority;

use crate::Ended;

#[derive(Args, Debug)]
pub(crate) struct Options {
    /// A priority string, such as NORMAL or SECURE256:-VERS-ALL:+VERS-TLS1.3
    priorities: String,
}

pub(crate) fn run(options: &Options) -> Ended {
    println!("Cipher suites for {}", options.priorities);
    for suite in Priority::new(&options.priorities)?.cipher_suites() {
        let [high, low] = suite.id();
        println!("{:<50}\t0x{high:02x}, 0x{low:02x}\t{}", suite.name(), suite.minimum_version());
    }
    Ok(())
}
