//! Which public types may go to other threads, and which may be shared: checked when this compiles.

use std::net::TcpStream;

use gnutls::crypto::{Aead, Hash, Hmac, SymmetricCipher};
use gnutls::key;
use gnutls::transport::{Readiness, memory};
use gnutls::x509::{Certificate, CertificateBuilder, PrivateKey, SecretBytes, VerifyStatus};
use gnutls::*;

/// Each type is all of these.
macro_rules! are {
    ($($trait:ident)&+: $($type:ty,)+) => {
        const _: () = {
            const fn check<T: ?Sized $(+ $trait)+>() {}
            $(check::<$type>();)+
        };
    };
}

/// A transport that is neither `Unpin` nor anything else worth having, but `Send` and `Sync`.
struct Pinned(#[allow(dead_code, reason = "it is only there to be pinned")] std::marker::PhantomPinned);

are! { Send & Sync & Unpin:
    Alert, Cipher, Code, Counters, Error, ErrorKind, Group, Interest, Protocol, PublicKeyAlgorithm, SignatureScheme,
    Priority, Identity, Certificate, PrivateKey, SecretBytes, CertificateBuilder, VerifyStatus, Readiness,
    Aead, Hash, Hmac, SymmetricCipher, Digest, Mac, EccCurve, CipherSuite,
    key::PrivateKey, key::PublicKey, key::Spki, key::Pcert, key::KeyGenerator, key::DhParams,
    ClientAuth, ClientConfig, ClientConfigBuilder, Connect, DangerousClient, DangerousServer,
    ServerConfig, ServerConfigBuilder, MemoryStore, SessionData, TicketKey, KeyUpdateRequest,
    memory::End,
    Handshaking<TcpStream>, Progress<TcpStream>, Session<TcpStream>, ReadHalf<TcpStream>, WriteHalf<TcpStream>,
    UnsplitError<TcpStream>,
    Handshaking<memory::End>, Session<memory::End>,
}

// A session may be moved whatever it runs over: the transport lies behind a pointer.
are! { Unpin: Session<Pinned>, ReadHalf<Pinned>, WriteHalf<Pinned>, }

are! { Send & Sync: dyn transport::Transport, dyn transport::Wait, dyn SessionStore, dyn key::SigningKey, dyn key::Pin, }

/// What a task holds; over a byte stream that may be sent but not shared as well, except for what lends it out.
#[cfg(feature = "tokio")]
mod tasks {
    use super::*;
    use gnutls::tokio::dtls::{DtlsListener, DtlsPeer, DtlsReadHalf, DtlsStream, DtlsWriteHalf, Incoming};
    use gnutls::tokio::{
        Connect, FallibleConnect, ReadHalf, ReuniteError, TlsAcceptor, TlsConnector, TlsStream, WriteHalf,
    };

    type NotShared = std::cell::Cell<()>;

    are! { Send & Sync & Unpin:
        TlsConnector, TlsAcceptor, Connect<TcpStream>, FallibleConnect<TcpStream>, TlsStream<TcpStream>,
        ReadHalf<TcpStream>, WriteHalf<TcpStream>, ReuniteError<TcpStream>,
        ReadHalf<NotShared>, WriteHalf<NotShared>,
        DtlsListener, Incoming, DtlsPeer, DtlsStream<DtlsPeer>, DtlsReadHalf<DtlsPeer>, DtlsWriteHalf<DtlsPeer>,
    }
    are! { Send & Unpin: TlsStream<NotShared>, Connect<NotShared>, }
}

/// `std::io::Error` and `anyhow` want errors like this.
#[test]
fn errors_can_be_boxed_for_every_thread() {
    let error = Priority::new("no such thing").expect_err("nonsense");
    let boxed: Box<dyn std::error::Error + Send + Sync> = error.into();
    assert!(boxed.downcast_ref::<Error>().is_some());
}
