//! Asking the program which identity to show, inside the handshake, whose frame holds both locks.

use std::ffi::{c_int, c_uint};
use std::ptr;
use std::sync::{Arc, Mutex, PoisonError};

use gnutls_sys as sys;

use super::Engine;
use super::frame::with_frame;
use super::view::HandshakeView;
use crate::algorithm::{CertificateType, PublicKeyAlgorithm, SignatureScheme};
use crate::credentials::{Identity, IdentityFunctions, PreparedIdentity};
use crate::error::Refusal;
use crate::ffi::copied;
use crate::x509::Certificate;

/// What GnuTLS calls to learn which identity to show.
pub(crate) const IDENTITY_FUNCTIONS: IdentityFunctions =
    IdentityFunctions { full: Some(full), shown: Some(shown), plain: Some(plain) };

/// Who chooses the identity.
#[derive(Clone)]
pub(crate) enum IdentityHook {
    Prepared(Arc<Choose<PreparedIdentity>>),
    Plain(Arc<Choose<Identity>>),
}

type Choose<I> = dyn Fn(&IdentityRequest<'_>) -> Result<Option<I>, Refusal> + Send + Sync;

/// What is known when a side is to show an identity.
#[derive(Debug)]
pub struct IdentityRequest<'a> {
    view: &'a HandshakeView<'a>,
    authorities: Vec<Vec<u8>>,
    key_algorithms: Vec<PublicKeyAlgorithm>,
}

impl IdentityRequest<'_> {
    /// The session in its handshake.
    pub fn view(&self) -> &HandshakeView<'_> {
        self.view
    }

    /// On a server: the name that the client asks for.
    pub fn server_name(&self) -> Option<String> {
        self.view.server_name()
    }

    /// The signatures that the peer says it can check, in its order of preference. On a client it may be empty.
    #[doc(alias = "gnutls_sign_algorithm_get_requested")]
    pub fn signature_schemes(&self) -> Vec<SignatureScheme> {
        super::facts::requested_signatures(self.view.raw())
    }

    /// On a client: the names of the authorities that the server trusts, in DER
    /// ([`DistinguishedName::from_der`](crate::x509::DistinguishedName::from_der) reads them). Empty if it does not say.
    pub fn authorities(&self) -> &[Vec<u8>] {
        &self.authorities
    }

    /// On a client: the kinds of keys that the server takes. Empty if it does not say.
    pub fn key_algorithms(&self) -> &[PublicKeyAlgorithm] {
        &self.key_algorithms
    }

    /// Whether the peer wants a certificate or a raw public key. Another than it wants fails the handshake.
    #[doc(alias = "gnutls_certificate_type_get2")]
    pub fn certificate_type(&self) -> CertificateType {
        // SAFETY: a live session, whose both locks the callback's frame holds.
        let raw = unsafe { sys::gnutls_certificate_type_get2(self.view.raw(), sys::GNUTLS_CTYPE_OURS) };
        CertificateType::from_raw(raw)
    }
}

/// What was chosen, alive as long as C may look at it.
pub(super) enum Chosen {
    Prepared(PreparedIdentity),
    Plain { certificates: Vec<sys::gnutls_x509_crt_t>, identity: Identity },
}

// SAFETY: the pointers are those of the identity's certificates, which may cross threads.
unsafe impl Send for Chosen {}

/// What was chosen last, and what before: GnuTLS lets go of that after it has got the new one.
#[derive(Default)]
pub(super) struct Choices(Mutex<Option<Box<[Option<Chosen>; 2]>>>);

impl Choices {
    /// Keeps what was chosen, and says where it is now.
    fn keep<R>(&self, chosen: Chosen, look: impl FnOnce(&Chosen) -> R) -> R {
        let mut choices = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let [last, before] = &mut **choices.get_or_insert_default();
        *before = last.take();
        look(last.insert(chosen))
    }
}

/// What the callback is told.
struct Told {
    authorities: *const sys::gnutls_datum_t,
    authority_count: usize,
    algorithms: *const sys::gnutls_pk_algorithm_t,
    algorithm_count: usize,
}

impl Told {
    /// # Safety
    /// Both lists are null or have as many items as is said, valid during the callback.
    unsafe fn request<'a>(&self, view: &'a HandshakeView<'a>) -> IdentityRequest<'a> {
        let (authorities, algorithms): (&[_], &[_]) = (
            // SAFETY: the caller's promise.
            unsafe { list(self.authorities, self.authority_count) },
            // SAFETY: the caller's promise.
            unsafe { list(self.algorithms, self.algorithm_count) },
        );
        IdentityRequest {
            view,
            // SAFETY: each is a view of a name in the message, copied at once.
            authorities: authorities.iter().map(|name| unsafe { copied(name) }).collect(),
            key_algorithms: algorithms.iter().map(|raw| PublicKeyAlgorithm::from_raw(*raw)).collect(),
        }
    }
}

/// # Safety
/// Null, or the start of `count` items that are valid as long as they are looked at.
unsafe fn list<'a, T>(start: *const T, count: usize) -> &'a [T] {
    if start.is_null() || count == 0 {
        return &[];
    }
    // SAFETY: the caller's promise.
    unsafe { std::slice::from_raw_parts(start, count) }
}

impl Engine {
    /// The hook, unless one has refused already: GnuTLS asks again for each cipher suite.
    fn identity_hook(&self) -> Option<IdentityHook> {
        self.hooks.identity.clone().filter(|_| self.left.get().is_none())
    }

    /// Asks the hook that gives prepared identities; what it gave goes to `give`, and nothing for `None`.
    ///
    /// # Safety
    /// As [`Told::request`].
    unsafe fn choose_prepared(&self, told: &Told, give: impl FnOnce(&PreparedIdentity)) -> c_int {
        let Some(IdentityHook::Prepared(hook)) = self.identity_hook() else { return -1 };
        let chosen = self.run_hook("choose_identity", |view| {
            // SAFETY: the caller's promise.
            let request = unsafe { told.request(view) };
            let wanted = request.certificate_type();
            let Some(chosen) = hook(&request)? else { return Ok(None) };
            if chosen.certificate_type() != wanted {
                return Err(Refusal::new(format!("the peer wants another type of certificate: {wanted}")));
            }
            Ok(Some(chosen))
        });
        let Some(chosen) = chosen else { return -1 };
        if let Some(chosen) = chosen {
            self.choices.keep(Chosen::Prepared(chosen), |chosen| {
                if let Chosen::Prepared(identity) = chosen {
                    give(identity);
                }
            });
        }
        0
    }

    /// As [`choose_prepared`](Engine::choose_prepared), for the hook that gives certificates and keys in memory.
    ///
    /// # Safety
    /// As there, and `out` may be written.
    unsafe fn choose_plain(&self, told: &Told, out: *mut sys::gnutls_retr2_st) -> c_int {
        let Some(IdentityHook::Plain(hook)) = self.identity_hook() else { return -1 };
        let chosen = self.run_hook("choose_certificate", |view| {
            // SAFETY: the caller's promise.
            hook(&unsafe { told.request(view) })
        });
        let Some(chosen) = chosen else { return -1 };
        let Some(identity) = chosen else { return 0 };
        let certificates = identity.chain().iter().map(Certificate::raw).collect();
        self.choices.keep(Chosen::Plain { certificates, identity }, |chosen| {
            let Chosen::Plain { certificates, identity } = chosen else { return };
            let answer = sys::gnutls_retr2_st {
                cert_type: sys::GNUTLS_CRT_X509,
                key_type: sys::GNUTLS_PRIVKEY_X509,
                cert: sys::gnutls_retr2_st__bindgen_ty_1 { x509: certificates.as_ptr().cast_mut() },
                ncerts: u32::try_from(certificates.len()).unwrap_or(0),
                key: sys::gnutls_retr2_st__bindgen_ty_2 { x509: identity.key().raw() },
                // They stay ours: C refers to the key as long as the session lives, and copies the certificates.
                deinit_all: 0,
            };
            // SAFETY: the caller's promise.
            unsafe { out.write(answer) };
        });
        0
    }
}

/// `gnutls_certificate_retrieve_function3`.
unsafe extern "C" fn full(
    _: sys::gnutls_session_t,
    info: *const sys::gnutls_cert_retr_st,
    certificates: *mut *mut sys::gnutls_pcert_st,
    count: *mut c_uint,
    staples: *mut *mut sys::gnutls_ocsp_data_st,
    staple_count: *mut c_uint,
    key: *mut sys::gnutls_privkey_t,
    flags: *mut c_uint,
) -> c_int {
    with_frame(-1, |frame| {
        // SAFETY: GnuTLS's contract: valid during the callback.
        let info = unsafe { &*info };
        let told = Told {
            authorities: info.req_ca_rdn,
            authority_count: usize::try_from(info.nreqs).unwrap_or(0),
            algorithms: info.pk_algos,
            algorithm_count: info.pk_algos_length as usize,
        };
        let (mut found, mut responses, mut found_key) = ((ptr::null_mut(), 0), (ptr::null_mut(), 0), ptr::null_mut());
        // SAFETY: GnuTLS's contract: lists of so many items.
        let code = unsafe {
            frame.engine.choose_prepared(&told, |identity| {
                (found, responses, found_key) = (identity.raw_shown(), identity.raw_staples(), identity.key().raw());
            })
        };
        // SAFETY: C's out parameters: true of each write here. What they point to lives as long as the session shows it.
        unsafe { certificates.write(found.0) };
        // SAFETY: as above.
        unsafe { count.write(found.1) };
        // SAFETY: as above.
        unsafe { staples.write(responses.0) };
        // SAFETY: as above.
        unsafe { staple_count.write(responses.1) };
        // SAFETY: as above.
        unsafe { key.write(found_key) };
        // SAFETY: as above; no flag: C does not release what is ours.
        unsafe { flags.write(0) };
        code
    })
}

/// `gnutls_certificate_retrieve_function2`.
unsafe extern "C" fn shown(
    _: sys::gnutls_session_t,
    authorities: *const sys::gnutls_datum_t,
    authority_count: c_int,
    algorithms: *const sys::gnutls_pk_algorithm_t,
    algorithm_count: c_int,
    certificates: *mut *mut sys::gnutls_pcert_st,
    count: *mut c_uint,
    key: *mut sys::gnutls_privkey_t,
) -> c_int {
    with_frame(-1, |frame| {
        let told = told(authorities, authority_count, algorithms, algorithm_count);
        let (mut found, mut found_key) = ((ptr::null_mut(), 0), ptr::null_mut());
        // SAFETY: GnuTLS's contract: lists of so many items.
        let code = unsafe {
            frame.engine.choose_prepared(&told, |identity| {
                (found, found_key) = (identity.raw_shown(), identity.key().raw());
            })
        };
        // SAFETY: C's out parameters: true of each write here. What they point to lives as long as the session shows it.
        unsafe { certificates.write(found.0) };
        // SAFETY: as above.
        unsafe { count.write(found.1) };
        // SAFETY: as above.
        unsafe { key.write(found_key) };
        code
    })
}

/// `gnutls_certificate_retrieve_function`.
unsafe extern "C" fn plain(
    _: sys::gnutls_session_t,
    authorities: *const sys::gnutls_datum_t,
    authority_count: c_int,
    algorithms: *const sys::gnutls_pk_algorithm_t,
    algorithm_count: c_int,
    out: *mut sys::gnutls_retr2_st,
) -> c_int {
    with_frame(-1, |frame| {
        let told = told(authorities, authority_count, algorithms, algorithm_count);
        // SAFETY: GnuTLS's contract: lists of so many items, and an empty answer.
        unsafe { frame.engine.choose_plain(&told, out) }
    })
}

fn told(
    authorities: *const sys::gnutls_datum_t,
    authority_count: c_int,
    algorithms: *const sys::gnutls_pk_algorithm_t,
    algorithm_count: c_int,
) -> Told {
    Told {
        authorities,
        authority_count: usize::try_from(authority_count).unwrap_or(0),
        algorithms,
        algorithm_count: usize::try_from(algorithm_count).unwrap_or(0),
    }
}
