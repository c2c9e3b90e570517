//! What may crash, or changes the whole process, runs in a child: this program again, with one test and a word in its
//! environment.

#![allow(dead_code, reason = "each test binary uses a part of it")]

use std::process::{Command, Output};

const CHILD: &str = "GNUTLS_TEST_CHILD";

/// Whether this is the child that `run` made for `test`.
pub(crate) fn is_child(test: &str) -> bool {
    std::env::var(CHILD).is_ok_and(|name| name == test)
}

/// Runs `test` of this program in a child.
pub(crate) fn run(test: &str) -> Output {
    command(test).output().expect("a child")
}

/// The child that runs `test`, to be started.
pub(crate) fn command(test: &str) -> Command {
    let mut command = Command::new(std::env::current_exe().expect("this program"));
    command.args(["--exact", test, "--nocapture", "--test-threads=1"]).env(CHILD, test);
    command
}
