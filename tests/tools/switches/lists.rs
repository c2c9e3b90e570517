//! What is said about the library, without a peer.

use std::collections::BTreeSet;
use std::process::Command;

use crate::examples::example;
use crate::process::run;

fn lines(program: &str, arguments: &[&str]) -> BTreeSet<String> {
    let mut command = match program {
        "server" | "client" => Command::new(example(program)),
        _ => Command::new(program),
    };
    let text = run(command.args(arguments), b"").assert_says("").text();
    text.lines().map(str::trim_end).filter(|line| !line.is_empty()).map(str::to_owned).collect()
}

#[test]
fn the_lists_of_algorithms_are_those_of_gnutls() {
    for (mine, theirs) in [("client", "gnutls-cli"), ("server", "gnutls-serv")] {
        for priority in ["NORMAL", "SECURE256:-VERS-ALL:+VERS-TLS1.2"] {
            let arguments = ["--list", "--priority", priority];
            assert_eq!(lines(mine, &arguments), lines(theirs, &arguments), "{mine} {priority}");
        }
        let suites = |program| {
            let all = lines(program, &["-l"]);
            all.into_iter().filter(|line| line.contains("\t0x")).collect::<BTreeSet<_>>()
        };
        assert_eq!(suites(mine), suites(theirs));
        assert!(suites(mine).len() > 50);
    }
    let talk = run(Command::new(example("client")).args(["--list", "--priority", "NORMAL:+NONSENSE"]), b"");
    talk.assert_fails("NONSENSE");
}

#[test]
fn the_lists_of_words_are_those_of_gnutls() {
    let words = |program| {
        let all = lines(program, &["--priority-list"]);
        all.iter().flat_map(|line| line.split_whitespace()).map(str::to_owned).collect::<BTreeSet<_>>()
    };
    assert_eq!(words("client"), words("gnutls-cli"));
    assert!(words("client").contains("%SERVER_PRECEDENCE"));
}

#[test]
fn how_gnutls_was_built_is_said_as_gnutls_cli_says_it() {
    let [mine, theirs] = [example("client").into_os_string(), "gnutls-cli".into()]
        .map(|program| run(Command::new(program).arg("--list-config"), b""));
    if theirs.status.success() {
        assert_eq!(mine.text(), theirs.text());
    } else {
        // Before 3.7.3 neither can.
        mine.assert_fails("--list-config needs GnuTLS 3.7.3");
    }
}

#[test]
fn the_mode_of_fips_is_an_exit_status() {
    let [mine, theirs] = [example("client").into_os_string(), "gnutls-cli".into()]
        .map(|program| run(Command::new(program).arg("--fips140-mode"), b""));
    assert_eq!(mine.status.code(), theirs.status.code(), "{} {}", mine.text(), theirs.text());
}

#[test]
fn help_has_two_names() {
    for name in ["client", "server"] {
        let [short, long] = ["--help", "--more-help"].map(|help| run(Command::new(example(name)).arg(help), b""));
        assert_eq!(short.assert_says("Usage: ").text(), long.assert_says("Usage: ").text());
    }
}
