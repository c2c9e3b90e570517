//! A client that says what alert ended its session.

use clap::Args;
use gnutls::Priority;

use crate::Ended;
use crate::common::{Target, Trust, talk};

#[derive(Args, Debug)]
pub(crate) struct Options {
    /// Versions, ciphers and groups, for a server that has others
    #[arg(long, value_name = "STRING")]
    priority: Option<String>,

    #[command(flatten)]
    trust: Trust,
    #[command(flatten)]
    target: Target,
}

pub(crate) fn run(options: &Options) -> Ended {
    let mut builder = options.trust.builder()?;
    if let Some(priority) = &options.priority {
        builder = builder.priority(Priority::new(priority)?);
    }
    let config = builder.build()?;
    let error = match config.connect(options.target.name(), options.target.dial()?) {
        Ok(session) => return talk(session),
        Err(error) => error,
    };
    match (error.alert_received(), error.alert_sent()) {
        (Some(alert), _) => println!("* Received alert '{}': {alert}.", alert.0),
        (None, Some(alert)) => println!("* Sent alert '{}': {alert}.", alert.0),
        (None, None) => println!("* There was no alert."),
    }
    Err(error.into())
}
