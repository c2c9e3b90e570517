//! What the ABI test compares: all that the bindings have. Made by
//! `ci/bindings.sh regenerate` from the headers of GnuTLS 3.8.13. Do not edit.

use gnutls_sys::*;

use crate::table::*;

pub(crate) fn layouts() -> Vec<Layout> {
    let all: &[Layout] = &[
        layout!("enum dane_cert_usage_t", dane_cert_usage_t {}),
        layout!("enum dane_cert_type_t", dane_cert_type_t {}),
        layout!("enum dane_match_type_t", dane_match_type_t {}),
        layout!("enum dane_query_status_t", dane_query_status_t {}),
        layout!("dane_state_t", dane_state_t {}),
        layout!("dane_query_t", dane_query_t {}),
        layout!("enum dane_state_flags_t", dane_state_flags_t {}),
        layout!("enum dane_verify_flags_t", dane_verify_flags_t {}),
        layout!("enum dane_verify_status_t", dane_verify_status_t {}),
    ];
    all.to_vec()
}

pub(crate) fn numbers() -> Vec<Number> {
    let all: &[Number] = &[
        number!(DANE_VERIFY_CA_CONSTRAINS_VIOLATED),
        number!(DANE_VERIFY_NO_DANE_INFO),
        number!(DANE_E_SUCCESS),
        number!(DANE_E_INITIALIZATION_ERROR),
        number!(DANE_E_RESOLVING_ERROR),
        number!(DANE_E_NO_DANE_DATA),
        number!(DANE_E_RECEIVED_CORRUPT_DATA),
        number!(DANE_E_INVALID_DNSSEC_SIG),
        number!(DANE_E_NO_DNSSEC_SIG),
        number!(DANE_E_MEMORY_ERROR),
        number!(DANE_E_REQUESTED_DATA_NOT_AVAILABLE),
        number!(DANE_E_INVALID_REQUEST),
        number!(DANE_E_PUBKEY_ERROR),
        number!(DANE_E_NO_CERT),
        number!(DANE_E_FILE_ERROR),
        number!(DANE_E_CERT_ERROR),
        number!(DANE_E_UNKNOWN_DANE_DATA),
        number!(DANE_CERT_USAGE_CA),
        number!(DANE_CERT_USAGE_EE),
        number!(DANE_CERT_USAGE_LOCAL_CA),
        number!(DANE_CERT_USAGE_LOCAL_EE),
        number!(DANE_CERT_X509),
        number!(DANE_CERT_PK),
        number!(DANE_MATCH_EXACT),
        number!(DANE_MATCH_SHA2_256),
        number!(DANE_MATCH_SHA2_512),
        number!(DANE_QUERY_UNKNOWN),
        number!(DANE_QUERY_DNSSEC_VERIFIED),
        number!(DANE_QUERY_BOGUS),
        number!(DANE_QUERY_NO_DNSSEC),
        number!(DANE_F_IGNORE_LOCAL_RESOLVER),
        number!(DANE_F_INSECURE),
        number!(DANE_F_IGNORE_DNSSEC),
        number!(DANE_VFLAG_FAIL_IF_NOT_CHECKED),
        number!(DANE_VFLAG_ONLY_CHECK_EE_USAGE),
        number!(DANE_VFLAG_ONLY_CHECK_CA_USAGE),
        number!(DANE_VERIFY_CA_CONSTRAINTS_VIOLATED),
        number!(DANE_VERIFY_CERT_DIFFERS),
        number!(DANE_VERIFY_UNKNOWN_DANE_INFO),
    ];
    all.to_vec()
}

pub(crate) fn strings() -> Vec<Text> {
    let all: &[Text] = &[];
    all.to_vec()
}

pub(crate) fn symbols() -> Vec<Symbol> {
    let all: &[Symbol] = &[
        function!(dane_state_init),
        function!(dane_state_set_dlv_file),
        function!(dane_state_deinit),
        function!(dane_raw_tlsa),
        function!(dane_query_tlsa),
        function!(dane_query_status),
        function!(dane_query_entries),
        function!(dane_query_data),
        function!(dane_query_to_raw_tlsa),
        function!(dane_query_deinit),
        function!(dane_cert_type_name),
        function!(dane_match_type_name),
        function!(dane_cert_usage_name),
        function!(dane_verification_status_print),
        function!(dane_verify_crt_raw),
        function!(dane_verify_crt),
        function!(dane_verify_session_crt),
        function!(dane_strerror),
    ];
    all.to_vec()
}
