//! `--no-dane` and its like: what is the case unless it is asked for.

use clap::Args;

/// Each takes back what was asked for before, which the parser sees to.
#[derive(Args, Debug)]
pub(crate) struct No {
    /// Not --tofu. The default, as is each of the following; of an option and its opposite the last counts
    #[arg(long, overrides_with = "tofu")]
    no_tofu: bool,

    /// Not --strict-tofu
    #[arg(long, overrides_with = "strict_tofu")]
    no_strict_tofu: bool,

    /// Not --dane
    #[arg(long, overrides_with = "dane")]
    no_dane: bool,

    /// Not --local-dns
    #[arg(long, overrides_with = "local_dns")]
    no_local_dns: bool,

    /// Not --ocsp
    #[arg(long, overrides_with = "ocsp")]
    no_ocsp: bool,

    /// Not --ca-auto-retrieve
    #[arg(long, overrides_with = "ca_auto_retrieve")]
    no_ca_auto_retrieve: bool,
}
