//! Reproductions that may crash run in a child: this program again, with one test and a word in its environment.

use std::process::{Command, Output};

const CHILD: &str = "GNUTLS_TEST_CHILD";

/// Whether this is the child that `run` made for `test`.
pub(crate) fn is_child(test: &str) -> bool {
    std::env::var(CHILD).is_ok_and(|name| name == test)
}

/// Runs `test` of this program in a child.
pub(crate) fn run(test: &str) -> Output {
    let program = std::env::current_exe().expect("this program");
    Command::new(program).args(["--exact", test, "--nocapture"]).env(CHILD, test).output().expect("a child")
}
