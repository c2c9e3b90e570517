//! The example programs against gnutls-cli, gnutls-serv, `openssl s_client` and `s_server`, HTTP clients, and each other.

mod abuse;
mod certificates;
mod client;
mod commands;
#[path = "../common/mod.rs"]
mod common;
mod crowded;
mod dane;
mod examples;
mod files;
mod fleet;
mod https;
mod interop;
mod manual;
mod mio;
mod ocsp;
mod passwords;
mod peers;
mod process;
mod provider;
mod raw_keys;
mod reauth;
mod renegotiation;
mod resumption;
mod server;
mod srp;
mod starttls;
mod switches;
mod table;
mod tokens;
mod udp;
mod verify;
mod wire;
