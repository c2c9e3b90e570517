//! One thread that sends and one that receives, as the manual of GnuTLS allows, break a session whose keys change.
//!
//! What happens is chance: a record that cannot be decrypted, a crash, or nothing for a while. `ci/tsan.sh` has the
//! proof: the same program must race there. That ours does not is what `tests/stress` and `ci/tsan.sh` are about.

use std::time::Duration;

use crate::children::{is_child, run};
use crate::control;

#[test]
fn the_plain_library_breaks_sooner_or_later() {
    const NAME: &str = "two_threads::the_plain_library_breaks_sooner_or_later";
    if is_child(NAME) {
        // What two threads have spoilt may have no end either.
        // SAFETY: it takes any number, and this process has no other alarm.
        unsafe { nix::libc::alarm(60) };
        return control::run(Duration::from_secs(1));
    }
    let output = run(NAME);
    let said = String::from_utf8_lossy(&output.stdout);
    let errors: Vec<&str> = said.lines().filter(|line| line.contains("error ")).collect();
    println!("two threads without a lock for a second, GnuTLS {}: {}, {errors:?}", gnutls::version(), output.status);
}
