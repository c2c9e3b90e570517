//! `--list` and its like: what is said about this GnuTLS, without a server.

use clap::Args;
use gnutls::{Priority, fips};

use crate::failure::Failure;
use crate::lists;
use crate::log::Log;

/// How wide the lists of words are.
const WIDTH: usize = 64;

#[derive(Args, Debug)]
pub(crate) struct About {
    /// List the algorithms that there are, or that --priority allows, and end
    #[arg(short, long, conflicts_with = "port")]
    list: bool,

    /// List the words that a --priority can begin with, and those that it can have with a % before them, and end
    #[arg(long)]
    priority_list: bool,

    /// Say how GnuTLS was built and set up, and end (GnuTLS 3.7.3)
    #[arg(long)]
    list_config: bool,

    /// Say whether GnuTLS obeys FIPS 140, and end: with 0 if it does
    #[arg(long)]
    fips140_mode: bool,
}

impl About {
    /// Says what is asked for: true if that was anything.
    pub(crate) fn say(&self, priority: Option<&str>, log: &Log) -> Result<bool, Failure> {
        if self.fips140_mode {
            if fips::mode() == fips::Mode::DISABLED {
                return Err("library is NOT in FIPS140 mode".to_owned().into());
            }
            log.say("library is in FIPS140 mode");
        } else if self.list_config {
            log.say_all(&configuration()?);
        } else if self.list {
            log.say(&lists::text(priority)?);
        } else if self.priority_list {
            let special: Vec<_> = Priority::special_keywords().iter().map(|word| format!("%{word}")).collect();
            let all: Vec<_> = Priority::keywords().into_iter().map(str::to_owned).collect();
            log.say(&format!("Priority strings in GnuTLS {}:\n{}", gnutls::version(), wrapped(&all)));
            log.say(&format!("\nSpecial strings:\n{}", wrapped(&special)));
        }
        Ok(self.list || self.priority_list || self.list_config || self.fips140_mode)
    }
}

#[cfg(gnutls_3_7_3)]
fn configuration() -> Result<Vec<String>, Failure> {
    let found = gnutls::library_config();
    let file = gnutls::system_config_file().map(|file| format!("system-config: {}", file.display()));
    Ok(found.iter().map(|(name, value)| format!("{name}: {value}")).chain(file).collect())
}

#[cfg(not(gnutls_3_7_3))]
fn configuration() -> Result<Vec<String>, Failure> {
    Err("--list-config needs GnuTLS 3.7.3".to_owned().into())
}

fn wrapped(words: &[String]) -> String {
    let mut text = String::new();
    let mut width = WIDTH;
    for word in words.iter().filter(|word| word.len() > 1) {
        if width >= WIDTH {
            text.push_str(if text.is_empty() { "\t" } else { "\n\t" });
            width = 0;
        }
        width += word.len() + 1;
        text.push_str(word);
        text.push(' ');
    }
    text
}
