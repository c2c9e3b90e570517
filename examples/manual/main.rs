//! The example programs of the GnuTLS manual, in Rust: one binary, a command for each.
//!
//! Run it with `cargo run --example manual -- --help`. Each program is a file of its own, to be read.

#[macro_use]
#[path = "../shared/say.rs"]
mod say;

mod alert;
mod cert_select;
mod cert_select_pkcs11;
mod client_anon;
mod client_dtls;
mod client_early;
mod client_psk;
mod client_resume;
mod client_srp;
mod client_x509;
mod common;
#[path = "../shared/crowd.rs"]
mod crowd;
mod crq;
mod ocsp_client;
mod pkcs11_list;
mod pkcs12;
mod print_ciphersuites;
mod serv_anon;
mod serv_dtls;
mod serv_psk;
mod serv_srp;
mod serv_x509;
mod session_info;
mod tlsproxy;
mod verify;
mod verify_ssh;
mod x509_info;

use std::error::Error;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// What every program ends with.
type Ended = Result<(), Box<dyn Error>>;

/// The example programs of the GnuTLS manual, in Rust.
///
/// Clients send one request, print what comes back, and close. Servers echo to one client after the other.
#[derive(Debug, Parser)]
#[command(name = "manual", version, arg_required_else_help = true, after_help = EXAMPLES)]
struct Options {
    #[command(subcommand)]
    program: Program,
}

#[derive(Debug, Subcommand)]
enum Program {
    /// A client that says what alert ended its session (ex-alert)
    Alert(alert::Options),
    /// A client that chooses its certificate by what the server asks for (ex-cert-select)
    CertSelect(cert_select::Options),
    /// A client whose certificate and key are on a token (ex-cert-select-pkcs11)
    CertSelectPkcs11(cert_select_pkcs11::Options),
    /// A client that asks nobody who they are (ex-client-anon)
    ClientAnon(client_anon::Options),
    /// A client over datagrams (ex-client-dtls)
    ClientDtls(client_dtls::Options),
    /// A client whose second request goes out before the server has answered anything
    ClientEarly(client_early::Options),
    /// A client with a pre-shared key (ex-client-psk)
    ClientPsk(client_psk::Options),
    /// A client that connects twice and resumes (ex-client-resume)
    ClientResume(client_resume::Options),
    /// A client with a password (ex-client-srp)
    ClientSrp(client_srp::Options),
    /// A client that verifies the server's certificate (ex-client-x509)
    ClientX509(client_x509::Options),
    /// Makes a certificate request (ex-crq)
    Crq(crq::Options),
    /// Asks an OCSP responder about a certificate (ex-ocsp-client)
    OcspClient(ocsp_client::Options),
    /// Lists the certificates of tokens (ex-pkcs11-list)
    Pkcs11List(pkcs11_list::Options),
    /// Puts a certificate and its key into a PKCS#12 file (ex-pkcs12)
    Pkcs12(pkcs12::Options),
    /// Lists the cipher suites that a priority string allows (print-ciphersuites)
    PrintCiphersuites(print_ciphersuites::Options),
    /// A server that asks nobody who they are (ex-serv-anon)
    ServAnon(serv_anon::Options),
    /// A server over datagrams, for many clients on one socket (ex-serv-dtls)
    ServDtls(serv_dtls::Options),
    /// A server for clients with pre-shared keys (ex-serv-psk)
    ServPsk(serv_psk::Options),
    /// A server for users with passwords (ex-serv-srp)
    ServSrp(serv_srp::Options),
    /// A server with a certificate (ex-serv-x509)
    ServX509(serv_x509::Options),
    /// A client that tells all about its session (ex-session-info)
    SessionInfo(session_info::Options),
    /// Speaks TLS to a server for clients that cannot (tlsproxy)
    Tlsproxy(tlsproxy::Options),
    /// Verifies a chain of certificates that is in a file (ex-verify)
    Verify(verify::Options),
    /// A client that also knows servers by the keys that they had before (ex-verify-ssh)
    VerifySsh(verify_ssh::Options),
    /// Says what a certificate has in it (ex-x509-info)
    X509Info(x509_info::Options),
}

const EXAMPLES: &str = "\
Examples:
  manual serv-x509 --port 5556 --x509certfile server.pem --x509keyfile server.key
  manual client-x509 --port 5556 --x509cafile ca.pem localhost
  manual print-ciphersuites SECURE256";

fn main() -> ExitCode {
    let ended = match Options::parse().program {
        Program::Alert(options) => alert::run(&options),
        Program::CertSelect(options) => cert_select::run(&options),
        Program::CertSelectPkcs11(options) => cert_select_pkcs11::run(&options),
        Program::ClientAnon(options) => client_anon::run(&options),
        Program::ClientDtls(options) => client_dtls::run(&options),
        Program::ClientEarly(options) => client_early::run(&options),
        Program::ClientPsk(options) => client_psk::run(&options),
        Program::ClientResume(options) => client_resume::run(&options),
        Program::ClientSrp(options) => client_srp::run(&options),
        Program::ClientX509(options) => client_x509::run(&options),
        Program::Crq(options) => crq::run(&options),
        Program::OcspClient(options) => ocsp_client::run(&options),
        Program::Pkcs11List(options) => pkcs11_list::run(&options),
        Program::Pkcs12(options) => pkcs12::run(&options),
        Program::PrintCiphersuites(options) => print_ciphersuites::run(&options),
        Program::ServAnon(options) => serv_anon::run(&options),
        Program::ServDtls(options) => serv_dtls::run(&options),
        Program::ServPsk(options) => serv_psk::run(&options),
        Program::ServSrp(options) => serv_srp::run(&options),
        Program::ServX509(options) => serv_x509::run(&options),
        Program::SessionInfo(options) => session_info::run(&options),
        Program::Tlsproxy(options) => tlsproxy::run(options),
        Program::Verify(options) => verify::run(&options),
        Program::VerifySsh(options) => verify_ssh::run(&options),
        Program::X509Info(options) => x509_info::run(&options),
    };
    match ended {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("manual: {error}");
            ExitCode::FAILURE
        }
    }
}
