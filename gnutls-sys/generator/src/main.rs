//! Writes the checked-in bindings, their ABI test tables and the table of gates,
//! and checks that they are current. `ci/bindings.sh` calls it.

mod abi;
mod archive;
mod bindings;
mod checks;
mod entries;
mod functions;
#[path = "../../build/gates.rs"]
mod gates;
#[path = "../../build/headers.rs"]
mod headers;
mod history;
mod table;
mod unbound;

use std::path::Path;
use std::process::ExitCode;

type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

const USAGE: &str = "usage: gnutls-sys-generator COMMAND
  regenerate INCLUDE RELEASE   write bindings and tables from the newest headers
  check INCLUDE RELEASE        prove that the checked-in files fit those headers
  compare INCLUDE RELEASE      prove that they fit the headers of an older release
  since GIT SCRATCH            rewrite since.tsv from the tags of a GnuTLS repository";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let result = match arguments[..] {
        ["regenerate", include, release] => {
            release.parse().map_err(Into::into).and_then(|r| archive::regenerate(include, r))
        }
        ["check", include, release] => release.parse().map_err(Into::into).and_then(|r| checks::newest(include, r)),
        ["compare", include, release] => release.parse().map_err(Into::into).and_then(|r| checks::older(include, r)),
        ["since", git, scratch] => history::since(git, Path::new(scratch)),
        _ => Err(USAGE.into()),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

/// The folder of `gnutls-sys`.
fn package() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the generator is inside gnutls-sys")
}
