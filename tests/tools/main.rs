//! The example programs against gnutls-cli, gnutls-serv, `openssl s_client` and `s_server`, and each other.

mod abuse;
mod certificates;
mod client;
mod examples;
mod files;
mod fleet;
mod interop;
mod mio;
mod peers;
mod process;
mod resumption;
mod server;
mod wire;
