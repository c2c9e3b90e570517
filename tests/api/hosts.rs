//! What clients call the host that they connect to.

use std::net::Ipv6Addr;

use gnutls::transport::memory;
use gnutls::x509::{CertificateBuilder, KeyType, PrivateKey};
use gnutls::{ClientConfig, Identity, ServerConfig};

#[test]
fn the_scope_of_an_address_is_ours_alone() {
    // The peer knows its address, and not which of our interfaces leads there (RFC 6874, section 4).
    let address = Ipv6Addr::new(0xfe80, 0, 0, 0, 0, 0, 0, 1);
    let key = PrivateKey::generate(KeyType::EcdsaP256).expect("a key");
    let certificate =
        CertificateBuilder::new().subject("CN=local").ip_address(address).self_signed(&key).expect("a certificate");
    let client = ClientConfig::builder().with_trust(std::slice::from_ref(&certificate)).expect("trust");
    let client = client.build().expect("a client");
    let identity = Identity::new(vec![certificate], key).expect("an identity");
    let server = ServerConfig::builder().with_identity(identity).expect("an identity").build().expect("a server");
    for host in ["fe80::1", "fe80::1%eth0", "fe80::1%2", "FE80:0::1%lo"] {
        let (near, far) = memory::pair(1 << 16);
        let server = server.clone();
        let accepting = std::thread::spawn(move || server.accept(far));
        if let Err(error) = client.connect(host, near) {
            panic!("{host}: {error}");
        }
        assert_eq!(accepting.join().expect("no panic").expect("a handshake").server_name(), None, "{host}");
    }
}
