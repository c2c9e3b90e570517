//! The C objects behind certificates, keys and their parts: made, and given back once.

use std::ptr;

use gnutls_sys as sys;

use crate::error::Result;
use crate::ffi::{check, handle};
use crate::global;

handle! {
    /// A certificate.
    CrtHandle(gnutls_x509_crt_t), gnutls_x509_crt_init, gnutls_x509_crt_deinit, "allocating a certificate"
}

handle! {
    /// A private key, which is overwritten when it is released.
    KeyHandle(gnutls_x509_privkey_t), gnutls_x509_privkey_init, gnutls_x509_privkey_deinit, "allocating a private key"
}

handle! {
    /// A revocation list.
    CrlHandle(gnutls_x509_crl_t), gnutls_x509_crl_init, gnutls_x509_crl_deinit, "allocating a revocation list"
}

handle! {
    /// A certificate request.
    CrqHandle(gnutls_x509_crq_t), gnutls_x509_crq_init, gnutls_x509_crq_deinit, "allocating a certificate request"
}

handle! {
    /// A public key.
    PublicHandle(gnutls_pubkey_t), gnutls_pubkey_init, gnutls_pubkey_deinit, "allocating a public key"
}

handle! {
    /// A distinguished name.
    DnHandle(gnutls_x509_dn_t), gnutls_x509_dn_init, gnutls_x509_dn_deinit, "allocating a name"
}

handle! {
    /// Alternative names.
    NamesHandle(gnutls_subject_alt_names_t), gnutls_subject_alt_names_init, gnutls_subject_alt_names_deinit,
    "allocating alternative names"
}

handle! {
    /// Name constraints.
    ConstraintsHandle(gnutls_x509_name_constraints_t), gnutls_x509_name_constraints_init,
    gnutls_x509_name_constraints_deinit, "allocating name constraints"
}

handle! {
    /// Where revocation lists are.
    CrlPointsHandle(gnutls_x509_crl_dist_points_t), gnutls_x509_crl_dist_points_init,
    gnutls_x509_crl_dist_points_deinit, "allocating distribution points"
}

handle! {
    /// Where more about an authority is.
    AccessHandle(gnutls_x509_aia_t), gnutls_x509_aia_init, gnutls_x509_aia_deinit, "allocating access descriptions"
}

handle! {
    /// The identity of an authority's key.
    AuthorityHandle(gnutls_x509_aki_t), gnutls_x509_aki_init, gnutls_x509_aki_deinit,
    "allocating an authority key identifier"
}

handle! {
    /// Key purposes.
    PurposesHandle(gnutls_x509_key_purposes_t), gnutls_x509_key_purpose_init, gnutls_x509_key_purpose_deinit,
    "allocating key purposes"
}

handle! {
    /// Certificate policies.
    PoliciesHandle(gnutls_x509_policies_t), gnutls_x509_policies_init, gnutls_x509_policies_deinit,
    "allocating certificate policies"
}

handle! {
    /// TLS features.
    FeaturesHandle(gnutls_x509_tlsfeatures_t), gnutls_x509_tlsfeatures_init, gnutls_x509_tlsfeatures_deinit,
    "allocating TLS features"
}

#[cfg(gnutls_3_7_3)]
handle! {
    /// Signed certificate timestamps.
    SctsHandle(gnutls_x509_ct_scts_t), gnutls_x509_ext_ct_scts_init, gnutls_x509_ext_ct_scts_deinit,
    "allocating certificate timestamps"
}
