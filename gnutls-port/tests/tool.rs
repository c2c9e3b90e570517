//! The program as users run it, on a small source.

use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;

fn run(arguments: &[&str]) -> Output {
    let sources = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests");
    let tool = env!("CARGO_BIN_EXE_gnutls-port");
    Command::new(tool).args(arguments).current_dir(sources).output().expect("the program runs")
}

fn text(output: Output) -> String {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("UTF-8")
}

#[test]
fn every_use_has_its_line_and_its_counterpart() {
    let report = text(run(&["sources/client.c"]));
    let uses: Vec<&str> = report.lines().take_while(|line| !line.is_empty()).collect();
    let expected = [
        "sources/client.c:6: gnutls_record_send(): gnutls::Session::send",
        "sources/client.c:10: gnutls_session_t: gnutls::Session",
        "sources/client.c:15: gnutls_global_init(): not needed (GnuTLS has initialised itself",
        "sources/client.c:17: gnutls_init(): gnutls::Session",
        "sources/client.c:17: GNUTLS_CLIENT: another form (gnutls::ClientConfig",
        "sources/client.c:18: gnutls_transport_set_int(): ",
        "sources/client.c:19: gnutls_record_recv(): gnutls::Session::recv, ",
        "sources/client.c:22: GNUTLS_E_AGAIN: gnutls::ErrorKind::WouldBlock",
        "sources/client.c:27: gnutls_compression_get(): deprecated (TLS has no compression any more",
        "sources/client.c:28: gnutls_protocol_set_priority(): removed (in 3.4.0: a priority string says it all",
        "sources/client.c:30: gnutls_deinit(): freed by Drop: gnutls::Session",
    ];
    assert_eq!(uses.len(), expected.len(), "{report}");
    for (line, beginning) in uses.iter().zip(expected) {
        assert!(line.starts_with(beginning), "{line}\nis not {beginning}");
    }
    assert!(report.contains("gnutls::Session::recv (method) target/doc/gnutls/struct.Session.html#method.recv\n"));
    assert!(report.contains("    * the crate does this for the transport it is given: a TcpStream"));
    assert!(
        report.contains("declared in none of these files:\n  gnutls_no_such_call: sources/client.c:29\n"),
        "{report}"
    );
    assert!(report.contains("\n11 uses of 8 functions and 2 constants\n"), "{report}");
}

#[test]
fn names_of_other_days_and_of_types_have_their_counterparts() {
    let report = text(run(&["samples/old_names.c"]));
    let expected = [
        "samples/old_names.c:4: gnutls_session_t: gnutls::Session",
        "samples/old_names.c:4: gnutls_digest_algorithm_t: gnutls::Digest",
        // What is for C code that shares a session comes last.
        "samples/old_names.c:6: gnutls_transport_set_ptr(): gnutls::transport::Transport, gnutls::RawSession",
        "samples/old_names.c:7: GNUTLS_X509_CRT_ONELINE: another form (gnutls::x509::PrintFormat::OneLine)",
        "samples/old_names.c:8: gnutls_x509_privkey_import_pkcs8(): gnutls::x509::PrivateKey::",
        "samples/old_names.c:8: GNUTLS_PKCS_PLAIN: another form (no password: gnutls::x509::PrivateKey::from_pem",
        "samples/old_names.c:12: GNUTLS_PK_ECC: another form (gnutls::PublicKeyAlgorithm::ECDSA)",
        "samples/old_names.c:15: gnutls_retr2_st: another form (the closure of choose_certificate",
        "samples/old_names.c:17: gnutls_datum_t: another form (&[u8] is what is lent",
        "samples/old_names.c:18: gnutls_priority_set_direct(): gnutls::Connect::priority_string",
        "    * of all sessions of a client or server: gnutls::Priority::new, and priority of ",
        "    * gnutls::x509::Certificate::subject_compat returns the same text",
        "    * gnutls::x509::Certificate::list_from reads all of a list",
    ];
    for line in expected {
        assert!(report.lines().any(|found| found.starts_with(line)), "{line}\nis missing in\n{report}");
    }
    assert!(!report.contains("gnutls_certificate_get_ours"), "the preprocessor drops it:\n{report}");
    assert!(!report.contains("gnutls_mac_set_priority"), "and that:\n{report}");
}

#[test]
fn what_is_gone_has_a_successor_and_what_is_the_programs_own_is_no_use_of_gnutls() {
    let report = text(run(&["samples/old_names.c"]));
    let expected = [
        "samples/old_names.c:31: gnutls_session: gnutls::Session",
        "samples/old_names.c:31: gnutls_handshake_post_client_hello_func: another form (the closure of",
        "samples/old_names.c:31: gnutls_privkey_sign_func: another form (a method of gnutls::key::SigningKey",
        "samples/old_names.c:33: gnutls_kx_set_priority(): removed (in 3.4.0: a priority string says it all",
        "samples/old_names.c:34: gnutls_certificate_client_set_retrieve_function(): removed (in 3.4.0, for",
        "samples/old_names.c:35: gnutls_openpgp_key_to_xml(): removed (OpenPGP was removed in 3.6.0",
        "samples/old_names.c:36: GNUTLS_COMP_LZO: deprecated (TLS has no compression any more",
        "samples/old_names.c:36: GNUTLS_MASTER_SIZE: removed (in 3.0.x",
        "The program's own: GNUTLS_OWN_LIMIT gnutls_own_helper",
        "    * another name of gnutls_session_t",
    ];
    for line in expected {
        assert!(report.lines().any(|found| found.starts_with(line)), "{line}\nis missing in\n{report}");
    }
    assert!(report.contains("; 0 deprecated, 3 removed\n"), "{report}");
    assert!(!report.contains("In no header"), "{report}");
}

#[test]
fn the_classes_of_cxx_and_the_headers_of_other_libraries_are_told() {
    let report = text(run(&["samples/session.cxx"]));
    let uses: Vec<&str> = report.lines().take_while(|line| !line.is_empty()).collect();
    let expected = [
        "samples/session.cxx:2: gnutls/gnutlsxx.h: another form (the classes of C++: ",
        "samples/session.cxx:3: gnutls/openssl.h: not offered (OpenSSL's names",
        "samples/session.cxx:5: gnutls::client_session: another form (gnutls::ClientConfig::connect",
        "samples/session.cxx:7: gnutls::certificate_credentials: another form (gnutls::ClientConfigBuilder",
        "samples/session.cxx:9: gnutls::DB: another form (gnutls::SessionStore",
    ];
    assert_eq!(uses.len(), expected.len(), "{report}");
    for (line, beginning) in uses.iter().zip(expected) {
        assert!(line.starts_with(beginning), "{line}\nis not {beginning}");
    }
    // It is found in its folder, too.
    assert!(text(run(&["samples"])).contains("/session.cxx:5: "));
}

#[test]
fn tools_get_the_same_as_json() {
    // A directory is searched.
    let report = text(run(&["--json", "--docs", "https://example.org/doc/", "sources"]));
    let report: Value = serde_json::from_str(&report).expect("JSON");
    let uses = report["uses"].as_array().expect("a list");
    assert_eq!(uses.len(), 11);
    assert_eq!(uses[0]["line"], 6);
    assert_eq!(uses[0]["call"], true);
    assert!(uses[0]["file"].as_str().is_some_and(|file| file.ends_with("sources/client.c")));
    let receive = &report["functions"]["gnutls_record_recv"];
    assert_eq!(receive["status"], "covered");
    let items = receive["items"].as_array().expect("a list");
    let item = items.iter().find(|item| item["path"] == "gnutls::Session::recv").expect("the method");
    assert_eq!(item["kind"], "method");
    assert_eq!(item["link"], "https://example.org/doc/gnutls/struct.Session.html#method.recv");
    assert_eq!(report["constants"]["GNUTLS_E_AGAIN"]["status"], "covered");
    assert_eq!(report["unknown"][0], "gnutls_no_such_call");
    assert_eq!(report["summary"]["functions"]["deprecated"], 1);
    assert_eq!(report["summary"]["functions"]["removed"], 1);
    assert_eq!(report["summary"]["not deprecated"], 6);
}

#[test]
fn programs_that_lack_something_fail_when_too_many() {
    let list = std::env::temp_dir().join(format!("gnutls-port-programs-{}", std::process::id()));
    std::fs::write(&list, "one\t1\t1\tgnutls_record_send\ntwo\t1\t1\tgnutls_no_such_call\n").expect("writable");
    let list_name = list.to_str().expect("UTF-8");
    assert!(run(&["--programs", list_name, "--at-least", "1"]).status.success());
    let failed = run(&["--programs", list_name, "--at-least", "2"]);
    assert!(!failed.status.success());
    assert!(String::from_utf8_lossy(&failed.stdout).contains("\n1 of 2 programs are fully portable: "));
    std::fs::remove_file(list).expect("ours");
}

#[test]
fn a_file_that_is_missing_is_named() {
    let output = run(&["no/such.c"]);
    assert!(!output.status.success());
    assert!(String::from_utf8_lossy(&output.stderr).contains("no/such.c"));
}
