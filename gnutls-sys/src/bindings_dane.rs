//! Bindings made by `ci/bindings.sh regenerate` from wrapper_dane.h as of GnuTLS 3.8.13. Do not edit.

use crate::*;
use core::ffi::{c_char, c_int, c_uint};

pub type dane_cert_usage_t = c_uint;
pub type dane_cert_type_t = c_uint;
pub type dane_match_type_t = c_uint;
pub type dane_query_status_t = c_uint;
pub type dane_state_t = *mut dane_state_st;
pub type dane_query_t = *mut dane_query_st;
pub type dane_state_flags_t = c_uint;
pub type dane_verify_flags_t = c_uint;
pub type dane_verify_status_t = c_uint;
#[repr(C)]
#[derive(Debug)]
pub struct dane_state_st {
    _unused: [u8; 0],
}
#[repr(C)]
#[derive(Debug)]
pub struct dane_query_st {
    _unused: [u8; 0],
}
pub const DANE_VERIFY_CA_CONSTRAINS_VIOLATED: u32 = 1;
pub const DANE_VERIFY_NO_DANE_INFO: u32 = 4;
pub const DANE_E_SUCCESS: c_int = 0;
pub const DANE_E_INITIALIZATION_ERROR: c_int = -1;
pub const DANE_E_RESOLVING_ERROR: c_int = -2;
pub const DANE_E_NO_DANE_DATA: c_int = -3;
pub const DANE_E_RECEIVED_CORRUPT_DATA: c_int = -4;
pub const DANE_E_INVALID_DNSSEC_SIG: c_int = -5;
pub const DANE_E_NO_DNSSEC_SIG: c_int = -6;
pub const DANE_E_MEMORY_ERROR: c_int = -7;
pub const DANE_E_REQUESTED_DATA_NOT_AVAILABLE: c_int = -8;
pub const DANE_E_INVALID_REQUEST: c_int = -9;
pub const DANE_E_PUBKEY_ERROR: c_int = -10;
pub const DANE_E_NO_CERT: c_int = -11;
pub const DANE_E_FILE_ERROR: c_int = -12;
pub const DANE_E_CERT_ERROR: c_int = -13;
pub const DANE_E_UNKNOWN_DANE_DATA: c_int = -14;
pub const DANE_CERT_USAGE_CA: dane_cert_usage_t = 0;
pub const DANE_CERT_USAGE_EE: dane_cert_usage_t = 1;
pub const DANE_CERT_USAGE_LOCAL_CA: dane_cert_usage_t = 2;
pub const DANE_CERT_USAGE_LOCAL_EE: dane_cert_usage_t = 3;
pub const DANE_CERT_X509: dane_cert_type_t = 0;
pub const DANE_CERT_PK: dane_cert_type_t = 1;
pub const DANE_MATCH_EXACT: dane_match_type_t = 0;
pub const DANE_MATCH_SHA2_256: dane_match_type_t = 1;
pub const DANE_MATCH_SHA2_512: dane_match_type_t = 2;
pub const DANE_QUERY_UNKNOWN: dane_query_status_t = 0;
pub const DANE_QUERY_DNSSEC_VERIFIED: dane_query_status_t = 1;
pub const DANE_QUERY_BOGUS: dane_query_status_t = 2;
pub const DANE_QUERY_NO_DNSSEC: dane_query_status_t = 3;
pub const DANE_F_IGNORE_LOCAL_RESOLVER: dane_state_flags_t = 1;
pub const DANE_F_INSECURE: dane_state_flags_t = 2;
pub const DANE_F_IGNORE_DNSSEC: dane_state_flags_t = 4;
pub const DANE_VFLAG_FAIL_IF_NOT_CHECKED: dane_verify_flags_t = 1;
pub const DANE_VFLAG_ONLY_CHECK_EE_USAGE: dane_verify_flags_t = 2;
pub const DANE_VFLAG_ONLY_CHECK_CA_USAGE: dane_verify_flags_t = 4;
pub const DANE_VERIFY_CA_CONSTRAINTS_VIOLATED: dane_verify_status_t = 1;
pub const DANE_VERIFY_CERT_DIFFERS: dane_verify_status_t = 2;
pub const DANE_VERIFY_UNKNOWN_DANE_INFO: dane_verify_status_t = 4;
unsafe extern "C" {
    pub fn dane_state_init(s: *mut dane_state_t, flags: c_uint) -> c_int;
    pub fn dane_state_set_dlv_file(s: dane_state_t, file: *const c_char) -> c_int;
    pub fn dane_state_deinit(s: dane_state_t);
    pub fn dane_raw_tlsa(
        s: dane_state_t,
        r: *mut dane_query_t,
        dane_data: *const *mut c_char,
        dane_data_len: *const c_int,
        secure: c_int,
        bogus: c_int,
    ) -> c_int;
    pub fn dane_query_tlsa(
        s: dane_state_t,
        r: *mut dane_query_t,
        host: *const c_char,
        proto: *const c_char,
        port: c_uint,
    ) -> c_int;
    pub fn dane_query_status(q: dane_query_t) -> dane_query_status_t;
    pub fn dane_query_entries(q: dane_query_t) -> c_uint;
    pub fn dane_query_data(
        q: dane_query_t,
        idx: c_uint,
        usage: *mut c_uint,
        type_: *mut c_uint,
        match_: *mut c_uint,
        data: *mut gnutls_datum_t,
    ) -> c_int;
    pub fn dane_query_to_raw_tlsa(
        q: dane_query_t,
        data_entries: *mut c_uint,
        dane_data: *mut *mut *mut c_char,
        dane_data_len: *mut *mut c_int,
        secure: *mut c_int,
        bogus: *mut c_int,
    ) -> c_int;
    pub fn dane_query_deinit(q: dane_query_t);
    pub fn dane_cert_type_name(type_: dane_cert_type_t) -> *const c_char;
    pub fn dane_match_type_name(type_: dane_match_type_t) -> *const c_char;
    pub fn dane_cert_usage_name(usage: dane_cert_usage_t) -> *const c_char;
    pub fn dane_verification_status_print(status: c_uint, out: *mut gnutls_datum_t, flags: c_uint) -> c_int;
    pub fn dane_verify_crt_raw(
        s: dane_state_t,
        chain: *const gnutls_datum_t,
        chain_size: c_uint,
        chain_type: gnutls_certificate_type_t,
        r: dane_query_t,
        sflags: c_uint,
        vflags: c_uint,
        verify: *mut c_uint,
    ) -> c_int;
    pub fn dane_verify_crt(
        s: dane_state_t,
        chain: *const gnutls_datum_t,
        chain_size: c_uint,
        chain_type: gnutls_certificate_type_t,
        hostname: *const c_char,
        proto: *const c_char,
        port: c_uint,
        sflags: c_uint,
        vflags: c_uint,
        verify: *mut c_uint,
    ) -> c_int;
    pub fn dane_verify_session_crt(
        s: dane_state_t,
        session: gnutls_session_t,
        hostname: *const c_char,
        proto: *const c_char,
        port: c_uint,
        sflags: c_uint,
        vflags: c_uint,
        verify: *mut c_uint,
    ) -> c_int;
    pub fn dane_strerror(error: c_int) -> *const c_char;
}
