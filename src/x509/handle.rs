//! The C objects behind certificates, keys and their parts: made, and given back once.

use std::ptr;

use gnutls_sys as sys;

use crate::error::Result;
use crate::ffi::check;
use crate::global;

/// Declares the owner of one kind of C object, with the functions that make and release it.
macro_rules! object {
    ($(#[$doc:meta])* $name:ident($raw:ident), $init:ident, $deinit:ident, $doing:literal) => {
        $(#[$doc])*
        pub(crate) struct $name(sys::$raw);

        impl $name {
            /// An empty one.
            pub(crate) fn new() -> Result<$name> {
                global::ready()?;
                let mut raw = ptr::null_mut();
                // SAFETY: the out pointer is valid.
                let code = unsafe { sys::$init(&mut raw) };
                check(code, $doing)?;
                Ok($name(raw))
            }

            /// Takes over an object that GnuTLS made for us.
            ///
            /// # Safety
            /// `raw` is initialised, and nobody else releases it.
            #[allow(dead_code, reason = "GnuTLS does not make all kinds of objects for its callers")]
            pub(crate) unsafe fn from_raw(raw: sys::$raw) -> $name {
                $name(raw)
            }

            pub(crate) fn raw(&self) -> sys::$raw {
                self.0
            }

            /// Gives it to GnuTLS, which releases it.
            #[allow(dead_code, reason = "GnuTLS does not take over all kinds of objects")]
            pub(crate) fn into_raw(self) -> sys::$raw {
                std::mem::ManuallyDrop::new(self).0
            }
        }

        impl Drop for $name {
            fn drop(&mut self) {
                // SAFETY: initialised and ours; released once.
                unsafe { sys::$deinit(self.0) };
            }
        }
    };
}

object! {
    /// A certificate.
    CrtHandle(gnutls_x509_crt_t), gnutls_x509_crt_init, gnutls_x509_crt_deinit, "allocating a certificate"
}

object! {
    /// A private key, which is overwritten when it is released.
    KeyHandle(gnutls_x509_privkey_t), gnutls_x509_privkey_init, gnutls_x509_privkey_deinit, "allocating a private key"
}

object! {
    /// A revocation list.
    CrlHandle(gnutls_x509_crl_t), gnutls_x509_crl_init, gnutls_x509_crl_deinit, "allocating a revocation list"
}

object! {
    /// A certificate request.
    CrqHandle(gnutls_x509_crq_t), gnutls_x509_crq_init, gnutls_x509_crq_deinit, "allocating a certificate request"
}

object! {
    /// A public key.
    PublicHandle(gnutls_pubkey_t), gnutls_pubkey_init, gnutls_pubkey_deinit, "allocating a public key"
}

object! {
    /// A distinguished name.
    DnHandle(gnutls_x509_dn_t), gnutls_x509_dn_init, gnutls_x509_dn_deinit, "allocating a name"
}

object! {
    /// The parameters of a public key's algorithm.
    SpkiHandle(gnutls_x509_spki_t), gnutls_x509_spki_init, gnutls_x509_spki_deinit, "allocating key parameters"
}

object! {
    /// Alternative names.
    NamesHandle(gnutls_subject_alt_names_t), gnutls_subject_alt_names_init, gnutls_subject_alt_names_deinit,
    "allocating alternative names"
}

object! {
    /// Name constraints.
    ConstraintsHandle(gnutls_x509_name_constraints_t), gnutls_x509_name_constraints_init,
    gnutls_x509_name_constraints_deinit, "allocating name constraints"
}

object! {
    /// Where revocation lists are.
    CrlPointsHandle(gnutls_x509_crl_dist_points_t), gnutls_x509_crl_dist_points_init,
    gnutls_x509_crl_dist_points_deinit, "allocating distribution points"
}

object! {
    /// Where more about an authority is.
    AccessHandle(gnutls_x509_aia_t), gnutls_x509_aia_init, gnutls_x509_aia_deinit, "allocating access descriptions"
}

object! {
    /// The identity of an authority's key.
    AuthorityHandle(gnutls_x509_aki_t), gnutls_x509_aki_init, gnutls_x509_aki_deinit,
    "allocating an authority key identifier"
}

object! {
    /// Key purposes.
    PurposesHandle(gnutls_x509_key_purposes_t), gnutls_x509_key_purpose_init, gnutls_x509_key_purpose_deinit,
    "allocating key purposes"
}

object! {
    /// Certificate policies.
    PoliciesHandle(gnutls_x509_policies_t), gnutls_x509_policies_init, gnutls_x509_policies_deinit,
    "allocating certificate policies"
}

object! {
    /// TLS features.
    FeaturesHandle(gnutls_x509_tlsfeatures_t), gnutls_x509_tlsfeatures_init, gnutls_x509_tlsfeatures_deinit,
    "allocating TLS features"
}

#[cfg(gnutls_3_7_3)]
object! {
    /// Signed certificate timestamps.
    SctsHandle(gnutls_x509_ct_scts_t), gnutls_x509_ext_ct_scts_init, gnutls_x509_ext_ct_scts_deinit,
    "allocating certificate timestamps"
}
