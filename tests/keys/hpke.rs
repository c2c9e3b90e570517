//! HPKE: RFC 9180, appendix A.1.1. A GnuTLS that was built without it says so in each call.

use gnutls::key::hpke::{Aead, Auth, Kem, Receiver, Sender, Suite, derive_key};
use gnutls::key::{KeyType, PrivateKey};
use gnutls::{EccCurve, ErrorKind};

use super::hex;

#[test]
fn a_receiver_reads_the_message_of_rfc_9180() {
    let material = hex("6db9df30aa07dd42ee5e8181afdb977e538f5e1fec8a06223f33f7013e525037");
    let key = match derive_key(Kem::X25519, material) {
        Err(error) if error.kind() == ErrorKind::Unsupported => return,
        key => key.expect("a key"),
    };
    let public = key.public_key().expect("its public half").to_ecc().expect("a point").x;
    assert_eq!(public, hex("3948cfe0ad1ddb695d780e59077195da6c56506b027329794ab02bca80815c4d"));
    let share = hex("37fda3567bdbd628e88668c3c8d7e97d1d1253b6d4ea6d44c150f741f1bf4431");
    let mut receiver =
        Receiver::new(Suite::default(), &key, share, "Ode on a Grecian Urn", Auth::default()).expect("started");
    let sealed = hex("f938558b5d72f1a23810b4be2ab4f84331acc02fc97babc53a52ae8218a355a96d8770ac83d07bea87e13c512a");
    assert_eq!(&*receiver.open("Count-0", sealed).expect("opened"), b"Beauty is truth, truth beauty");
    let secret = receiver.export("", 32).expect("a secret");
    assert_eq!(*secret, hex("3853fe2b4035195a573ffc53856e77058e15d9ea064de3e59f4961d0095250ee"));
}

#[test]
fn senders_of_every_mode_are_understood() {
    for (curve, kem) in [(EccCurve::X25519, Kem::X25519), (EccCurve::SECP256R1, Kem::P256)] {
        let [receiver_key, sender_key] = [(); 2].map(|()| PrivateKey::generate(KeyType::Curve(curve)).expect("a key"));
        let receiver_public = receiver_key.public_key().expect("its public half");
        let sender_public = sender_key.public_key().expect("its public half");
        let secret: (&[u8], &[u8]) = (&[7; 32], b"its name");
        let suite = Suite { kem, aead: Aead::CHACHA20_POLY1305, ..Suite::default() };
        for psk in [None, Some(secret)] {
            for signed in [false, true] {
                let sending = Auth { psk, key: signed.then_some(&sender_key) };
                let receiving = Auth { psk, key: signed.then_some(&sender_public) };
                let (sender, share) = match Sender::new(suite, &receiver_public, "info", sending) {
                    Err(error) if error.kind() == ErrorKind::Unsupported => {
                        let result = Receiver::new(suite, &receiver_key, "share", "info", receiving);
                        assert_eq!(result.expect_err("as above").kind(), ErrorKind::Unsupported);
                        return;
                    }
                    started => started.expect("started"),
                };
                let receiver = Receiver::new(suite, &receiver_key, share, "info", receiving).expect("started");
                assert!(!sender.as_ptr().is_null() && !receiver.as_ptr().is_null());
                // SAFETY: both have started, and nobody else has them: true of both calls.
                let mut sender = unsafe { Sender::from_raw(sender.into_raw()) };
                // SAFETY: as above.
                let mut receiver = unsafe { Receiver::from_raw(receiver.into_raw()) };
                for message in ["one", "two"] {
                    let sealed = sender.seal("data", message).expect("sealed");
                    assert_eq!(&*receiver.open("data", &sealed).expect("opened"), message.as_bytes());
                }
                assert_eq!(*sender.export("c", 16).expect("a secret"), *receiver.export("c", 16).expect("the same"));
                sender.export("c", 0).map(drop).expect_err("nothing");
                let mut forged = sender.seal("data", "three").expect("sealed");
                forged[0] ^= 1;
                receiver.open("data", forged).map(drop).expect_err("forged");
            }
        }
    }
}
