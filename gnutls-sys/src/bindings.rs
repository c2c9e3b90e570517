//! Bindings made by `ci/bindings.sh regenerate` from wrapper.h as of GnuTLS 3.8.13. Do not edit.

use core::ffi::{CStr, c_char, c_int, c_long, c_uchar, c_uint, c_ulong, c_void};
use libc::{iovec, off_t, sockaddr, socklen_t, time_t};

pub type gnutls_cipher_algorithm = c_uint;
pub type gnutls_kx_algorithm_t = c_uint;
pub type gnutls_params_type_t = c_uint;
pub type gnutls_credentials_type_t = c_uint;
pub type gnutls_mac_algorithm_t = c_uint;
pub type gnutls_digest_algorithm_t = c_uint;
pub type gnutls_compression_method_t = c_uint;
pub type gnutls_init_flags_t = c_uint;
pub type gnutls_alert_level_t = c_uint;
pub type gnutls_alert_description_t = c_uint;
pub type gnutls_handshake_description_t = c_uint;
pub type gnutls_certificate_status_t = c_uint;
pub type gnutls_certificate_request_t = c_uint;
pub type gnutls_openpgp_crt_status_t = c_uint;
pub type gnutls_close_request_t = c_uint;
pub type gnutls_protocol_t = c_uint;
pub type gnutls_certificate_type_t = c_uint;
pub type gnutls_x509_crt_fmt_t = c_uint;
pub type gnutls_certificate_print_formats = c_uint;
pub type gnutls_pk_algorithm_t = c_uint;
pub type gnutls_sign_algorithm_t = c_uint;
pub type gnutls_ecc_curve_t = c_uint;
pub type gnutls_group_t = c_uint;
pub type gnutls_sec_param_t = c_uint;
pub type gnutls_channel_binding_t = c_uint;
pub type gnutls_gost_paramset_t = c_uint;
pub type gnutls_ctype_target_t = c_uint;
pub type gnutls_transport_ptr_t = *mut c_void;
pub type gnutls_session_t = *mut gnutls_session_int;
pub type gnutls_dh_params_t = *mut gnutls_dh_params_int;
pub type gnutls_rsa_params_t = *mut gnutls_x509_privkey_int;
pub type gnutls_priority_t = *mut gnutls_priority_st;
pub type gnutls_params_function = Option<
    unsafe extern "C" fn(arg1: gnutls_session_t, arg2: gnutls_params_type_t, arg3: *mut gnutls_params_st) -> c_int,
>;
pub type gnutls_packet_t = *mut mbuffer_st;
pub type gnutls_server_name_type_t = c_uint;
pub type gnutls_session_flags_t = c_uint;
pub type gnutls_supplemental_data_format_type_t = c_uint;
pub type gnutls_srtp_profile_t = c_uint;
pub type gnutls_alpn_flags_t = c_uint;
pub type gnutls_certificate_verify_function = Option<unsafe extern "C" fn(arg1: gnutls_session_t) -> c_int>;
pub type gnutls_vdata_types_t = c_uint;
pub type gnutls_db_store_func =
    Option<unsafe extern "C" fn(arg1: *mut c_void, key: gnutls_datum_t, data: gnutls_datum_t) -> c_int>;
pub type gnutls_db_remove_func = Option<unsafe extern "C" fn(arg1: *mut c_void, key: gnutls_datum_t) -> c_int>;
pub type gnutls_db_retr_func = Option<unsafe extern "C" fn(arg1: *mut c_void, key: gnutls_datum_t) -> gnutls_datum_t>;
pub type gnutls_handshake_hook_func = Option<
    unsafe extern "C" fn(
        arg1: gnutls_session_t,
        htype: c_uint,
        when: c_uint,
        incoming: c_uint,
        msg: *const gnutls_datum_t,
    ) -> c_int,
>;
pub type gnutls_handshake_simple_hook_func = Option<unsafe extern "C" fn(arg1: gnutls_session_t) -> c_int>;
pub type gnutls_pubkey_t = *mut gnutls_pubkey_st;
pub type gnutls_privkey_t = *mut gnutls_privkey_st;
pub type gnutls_x509_privkey_t = *mut gnutls_x509_privkey_int;
pub type gnutls_x509_crl_t = *mut gnutls_x509_crl_int;
pub type gnutls_x509_crt_t = *mut gnutls_x509_crt_int;
pub type gnutls_x509_crq_t = *mut gnutls_x509_crq_int;
pub type gnutls_openpgp_keyring_t = *mut gnutls_openpgp_keyring_int;
pub type gnutls_certificate_credentials_t = *mut gnutls_certificate_credentials_st;
pub type gnutls_certificate_server_credentials = gnutls_certificate_credentials_t;
pub type gnutls_certificate_client_credentials = gnutls_certificate_credentials_t;
pub type gnutls_anon_server_credentials_t = *mut gnutls_anon_server_credentials_st;
pub type gnutls_anon_client_credentials_t = *mut gnutls_anon_client_credentials_st;
pub type gnutls_certificate_flags = c_uint;
pub type gnutls_status_request_ocsp_func = Option<
    unsafe extern "C" fn(session: gnutls_session_t, ptr: *mut c_void, ocsp_response: *mut gnutls_datum_t) -> c_int,
>;
pub type gnutls_time_func = Option<unsafe extern "C" fn(t: *mut time_t) -> time_t>;
pub type mutex_init_func = Option<unsafe extern "C" fn(mutex: *mut *mut c_void) -> c_int>;
pub type mutex_lock_func = Option<unsafe extern "C" fn(mutex: *mut *mut c_void) -> c_int>;
pub type mutex_unlock_func = Option<unsafe extern "C" fn(mutex: *mut *mut c_void) -> c_int>;
pub type mutex_deinit_func = Option<unsafe extern "C" fn(mutex: *mut *mut c_void) -> c_int>;
pub type gnutls_alloc_function = Option<unsafe extern "C" fn(arg1: usize) -> *mut c_void>;
pub type gnutls_calloc_function = Option<unsafe extern "C" fn(arg1: usize, arg2: usize) -> *mut c_void>;
pub type gnutls_is_secure_function = Option<unsafe extern "C" fn(arg1: *const c_void) -> c_int>;
pub type gnutls_free_function = Option<unsafe extern "C" fn(arg1: *mut c_void)>;
pub type gnutls_realloc_function = Option<unsafe extern "C" fn(arg1: *mut c_void, arg2: usize) -> *mut c_void>;
pub type gnutls_log_func = Option<unsafe extern "C" fn(arg1: c_int, arg2: *const c_char)>;
pub type gnutls_audit_log_func = Option<unsafe extern "C" fn(arg1: gnutls_session_t, arg2: *const c_char)>;
pub type gnutls_keylog_func = Option<
    unsafe extern "C" fn(session: gnutls_session_t, label: *const c_char, secret: *const gnutls_datum_t) -> c_int,
>;
pub type giovec_t = iovec;
pub type gnutls_pull_func =
    Option<unsafe extern "C" fn(arg1: gnutls_transport_ptr_t, arg2: *mut c_void, arg3: usize) -> isize>;
pub type gnutls_push_func =
    Option<unsafe extern "C" fn(arg1: gnutls_transport_ptr_t, arg2: *const c_void, arg3: usize) -> isize>;
pub type gnutls_pull_timeout_func = Option<unsafe extern "C" fn(arg1: gnutls_transport_ptr_t, ms: c_uint) -> c_int>;
pub type gnutls_vec_push_func =
    Option<unsafe extern "C" fn(arg1: gnutls_transport_ptr_t, iov: *const giovec_t, iovcnt: c_int) -> isize>;
pub type gnutls_errno_func = Option<unsafe extern "C" fn(arg1: gnutls_transport_ptr_t) -> c_int>;
pub type gnutls_random_art = c_uint;
pub type gnutls_srp_server_credentials_t = *mut gnutls_srp_server_credentials_st;
pub type gnutls_srp_client_credentials_t = *mut gnutls_srp_client_credentials_st;
pub type gnutls_srp_server_credentials_function = Option<
    unsafe extern "C" fn(
        arg1: gnutls_session_t,
        username: *const c_char,
        salt: *mut gnutls_datum_t,
        verifier: *mut gnutls_datum_t,
        generator: *mut gnutls_datum_t,
        prime: *mut gnutls_datum_t,
    ) -> c_int,
>;
pub type gnutls_srp_client_credentials_function =
    Option<unsafe extern "C" fn(arg1: gnutls_session_t, arg2: *mut *mut c_char, arg3: *mut *mut c_char) -> c_int>;
pub type gnutls_psk_server_credentials_t = *mut gnutls_psk_server_credentials_st;
pub type gnutls_psk_client_credentials_t = *mut gnutls_psk_client_credentials_st;
pub type gnutls_psk_key_flags = c_uint;
pub type gnutls_psk_server_credentials_function =
    Option<unsafe extern "C" fn(arg1: gnutls_session_t, username: *const c_char, key: *mut gnutls_datum_t) -> c_int>;
pub type gnutls_psk_server_credentials_function2 = Option<
    unsafe extern "C" fn(arg1: gnutls_session_t, username: *const gnutls_datum_t, key: *mut gnutls_datum_t) -> c_int,
>;
#[cfg(gnutls_3_8_1)]
pub type gnutls_psk_server_credentials_function3 = Option<
    unsafe extern "C" fn(
        arg1: gnutls_session_t,
        username: *const gnutls_datum_t,
        key: *mut gnutls_datum_t,
        flags: *mut gnutls_psk_key_flags,
    ) -> c_int,
>;
pub type gnutls_psk_client_credentials_function =
    Option<unsafe extern "C" fn(arg1: gnutls_session_t, username: *mut *mut c_char, key: *mut gnutls_datum_t) -> c_int>;
pub type gnutls_psk_client_credentials_function2 = Option<
    unsafe extern "C" fn(arg1: gnutls_session_t, username: *mut gnutls_datum_t, key: *mut gnutls_datum_t) -> c_int,
>;
#[cfg(gnutls_3_8_1)]
pub type gnutls_psk_client_credentials_function3 = Option<
    unsafe extern "C" fn(
        arg1: gnutls_session_t,
        username: *mut gnutls_datum_t,
        key: *mut gnutls_datum_t,
        flags: *mut gnutls_psk_key_flags,
    ) -> c_int,
>;
pub type gnutls_x509_subject_alt_name_t = c_uint;
pub type gnutls_openpgp_crt_t = *mut gnutls_openpgp_crt_int;
pub type gnutls_openpgp_privkey_t = *mut gnutls_openpgp_privkey_int;
pub type gnutls_pkcs11_privkey_t = *mut gnutls_pkcs11_privkey_st;
pub type gnutls_privkey_type_t = c_uint;
pub type gnutls_certificate_retrieve_function = Option<
    unsafe extern "C" fn(
        arg1: gnutls_session_t,
        req_ca_rdn: *const gnutls_datum_t,
        nreqs: c_int,
        pk_algos: *const gnutls_pk_algorithm_t,
        pk_algos_length: c_int,
        arg2: *mut gnutls_retr2_st,
    ) -> c_int,
>;
pub type gnutls_tdb_store_func = Option<
    unsafe extern "C" fn(
        db_name: *const c_char,
        host: *const c_char,
        service: *const c_char,
        expiration: time_t,
        pubkey: *const gnutls_datum_t,
    ) -> c_int,
>;
pub type gnutls_tdb_store_commitment_func = Option<
    unsafe extern "C" fn(
        db_name: *const c_char,
        host: *const c_char,
        service: *const c_char,
        expiration: time_t,
        hash_algo: gnutls_digest_algorithm_t,
        hash: *const gnutls_datum_t,
    ) -> c_int,
>;
pub type gnutls_tdb_verify_func = Option<
    unsafe extern "C" fn(
        db_name: *const c_char,
        host: *const c_char,
        service: *const c_char,
        pubkey: *const gnutls_datum_t,
    ) -> c_int,
>;
pub type gnutls_tdb_t = *mut gnutls_tdb_int;
pub type gnutls_pin_flag_t = c_uint;
pub type gnutls_pin_callback_t = Option<
    unsafe extern "C" fn(
        userdata: *mut c_void,
        attempt: c_int,
        token_url: *const c_char,
        token_label: *const c_char,
        flags: c_uint,
        pin: *mut c_char,
        pin_max: usize,
    ) -> c_int,
>;
pub type gnutls_buffer_t = *mut gnutls_buffer_st;
pub type gnutls_ext_priv_data_t = *mut c_void;
pub type gnutls_ext_recv_func =
    Option<unsafe extern "C" fn(session: gnutls_session_t, data: *const c_uchar, len: usize) -> c_int>;
pub type gnutls_ext_send_func =
    Option<unsafe extern "C" fn(session: gnutls_session_t, extdata: gnutls_buffer_t) -> c_int>;
pub type gnutls_ext_deinit_data_func = Option<unsafe extern "C" fn(data: gnutls_ext_priv_data_t)>;
pub type gnutls_ext_pack_func =
    Option<unsafe extern "C" fn(data: gnutls_ext_priv_data_t, packed_data: gnutls_buffer_t) -> c_int>;
pub type gnutls_ext_unpack_func =
    Option<unsafe extern "C" fn(packed_data: gnutls_buffer_t, data: *mut gnutls_ext_priv_data_t) -> c_int>;
pub type gnutls_ext_raw_process_func =
    Option<unsafe extern "C" fn(ctx: *mut c_void, tls_id: c_uint, data: *const c_uchar, data_size: c_uint) -> c_int>;
pub type gnutls_ext_parse_type_t = c_uint;
pub type gnutls_ext_flags_t = c_uint;
pub type gnutls_supp_recv_func =
    Option<unsafe extern "C" fn(session: gnutls_session_t, data: *const c_uchar, data_size: usize) -> c_int>;
pub type gnutls_supp_send_func = Option<unsafe extern "C" fn(session: gnutls_session_t, buf: gnutls_buffer_t) -> c_int>;
pub type gnutls_anti_replay_t = *mut gnutls_anti_replay_st;
pub type gnutls_db_add_func = Option<
    unsafe extern "C" fn(
        arg1: *mut c_void,
        exp_time: time_t,
        key: *const gnutls_datum_t,
        data: *const gnutls_datum_t,
    ) -> c_int,
>;
pub type gnutls_record_encryption_level_t = c_uint;
pub type gnutls_handshake_read_func = Option<
    unsafe extern "C" fn(
        session: gnutls_session_t,
        level: gnutls_record_encryption_level_t,
        htype: gnutls_handshake_description_t,
        data: *const c_void,
        data_size: usize,
    ) -> c_int,
>;
pub type gnutls_handshake_secret_func = Option<
    unsafe extern "C" fn(
        session: gnutls_session_t,
        level: gnutls_record_encryption_level_t,
        secret_read: *const c_void,
        secret_write: *const c_void,
        secret_size: usize,
    ) -> c_int,
>;
pub type gnutls_alert_read_func = Option<
    unsafe extern "C" fn(
        session: gnutls_session_t,
        level: gnutls_record_encryption_level_t,
        alert_level: gnutls_alert_level_t,
        alert_desc: gnutls_alert_description_t,
    ) -> c_int,
>;
pub type gnutls_fips_mode_t = c_uint;
#[cfg(gnutls_3_7_3)]
pub type gnutls_fips140_context_t = *mut gnutls_fips140_context_st;
#[cfg(gnutls_3_7_3)]
pub type gnutls_fips140_operation_state_t = c_uint;
#[cfg(gnutls_3_7_3)]
pub type gnutls_transport_ktls_enable_flags_t = c_uint;
pub type gnutls_connection_end_t = c_uint;
pub type gnutls_connection_end = gnutls_connection_end_t;
pub type gnutls_session = gnutls_session_t;
pub type gnutls_openpgp_privkey = gnutls_openpgp_privkey_t;
pub type gnutls_openpgp_keyring = gnutls_openpgp_keyring_t;
pub type gnutls_x509_crt = gnutls_x509_crt_t;
pub type gnutls_x509_privkey = gnutls_x509_privkey_t;
pub type gnutls_x509_crl = gnutls_x509_crl_t;
pub type gnutls_x509_crq = gnutls_x509_crq_t;
pub type gnutls_certificate_credentials = gnutls_certificate_credentials_t;
pub type gnutls_anon_server_credentials = gnutls_anon_server_credentials_t;
pub type gnutls_anon_client_credentials = gnutls_anon_client_credentials_t;
pub type gnutls_srp_client_credentials = gnutls_srp_client_credentials_t;
pub type gnutls_srp_server_credentials = gnutls_srp_server_credentials_t;
pub type gnutls_dh_params = gnutls_dh_params_t;
pub type gnutls_rsa_params = gnutls_rsa_params_t;
pub type gnutls_datum = gnutls_datum_t;
pub type gnutls_transport_ptr = gnutls_transport_ptr_t;
pub type gnutls_openpgp_key_t = gnutls_openpgp_crt_t;
pub type gnutls_certificate_import_flags = c_uint;
pub type gnutls_x509_crt_flags = c_uint;
pub type gnutls_keyid_flags_t = c_uint;
pub type gnutls_info_access_what_t = c_uint;
pub type gnutls_x509_name_constraints_t = *mut gnutls_name_constraints_st;
pub type gnutls_x509_crl_reason_flags_t = c_uint;
pub type gnutls_x509_spki_t = *mut gnutls_x509_spki_st;
pub type gnutls_x509_tlsfeatures_t = *mut gnutls_x509_tlsfeatures_st;
pub type gnutls_x509_qualifier_t = c_uint;
pub type gnutls_x509_dn_t = *mut gnutls_x509_dn_st;
pub type gnutls_x509_crl_iter_t = *mut gnutls_x509_crl_iter;
pub type gnutls_certificate_verify_flags = c_uint;
pub type gnutls_certificate_verification_profiles_t = c_uint;
pub type gnutls_pkcs_encrypt_flags_t = c_uint;
pub type gnutls_keygen_types_t = c_uint;
pub type gnutls_x509_trust_list_t = *mut gnutls_x509_trust_list_st;
pub type gnutls_x509_trust_list_iter_t = *mut gnutls_x509_trust_list_iter;
pub type gnutls_trust_list_flags_t = c_uint;
pub type gnutls_verify_output_function = Option<
    unsafe extern "C" fn(
        cert: gnutls_x509_crt_t,
        issuer: gnutls_x509_crt_t,
        crl: gnutls_x509_crl_t,
        verification_output: c_uint,
    ) -> c_int,
>;
pub type gnutls_x509_trust_list_getissuer_function = Option<
    unsafe extern "C" fn(
        list: gnutls_x509_trust_list_t,
        cert: gnutls_x509_crt_t,
        issuers: *mut *mut gnutls_x509_crt_t,
        issuers_size: *mut c_uint,
    ) -> c_int,
>;
pub type gnutls_pkcs7_t = *mut gnutls_pkcs7_int;
pub type gnutls_pkcs7_attrs_t = *mut gnutls_pkcs7_attrs_st;
pub type gnutls_pkcs7_sign_flags = c_uint;
pub type gnutls_pkcs11_token_callback_t =
    Option<unsafe extern "C" fn(userdata: *mut c_void, label: *const c_char, retry: c_uint) -> c_int>;
pub type gnutls_pkcs11_obj_t = *mut gnutls_pkcs11_obj_st;
pub type gnutls_pkcs11_obj_flags = c_uint;
pub type gnutls_pkcs11_url_type_t = c_uint;
pub type gnutls_pkcs11_obj_info_t = c_uint;
pub type gnutls_pkcs11_token_info_t = c_uint;
pub type gnutls_pkcs11_obj_type_t = c_uint;
pub type gnutls_openpgp_crt_fmt = c_uint;
pub type gnutls_openpgp_keyid_t = [c_uchar; 8usize];
pub type gnutls_openpgp_recv_key_func = Option<
    unsafe extern "C" fn(
        session: gnutls_session_t,
        keyfpr: *const c_uchar,
        keyfpr_length: c_uint,
        key: *mut gnutls_datum_t,
    ) -> c_int,
>;
pub type gnutls_tpm_key_list_t = *mut tpm_key_list_st;
pub type gnutls_tpmkey_fmt_t = c_uint;
pub type gnutls_pubkey_flags = c_uint;
pub type gnutls_abstract_export_flags = c_uint;
pub type gnutls_privkey_sign_func = Option<
    unsafe extern "C" fn(
        key: gnutls_privkey_t,
        userdata: *mut c_void,
        raw_data: *const gnutls_datum_t,
        signature: *mut gnutls_datum_t,
    ) -> c_int,
>;
pub type gnutls_privkey_decrypt_func = Option<
    unsafe extern "C" fn(
        key: gnutls_privkey_t,
        userdata: *mut c_void,
        ciphertext: *const gnutls_datum_t,
        plaintext: *mut gnutls_datum_t,
    ) -> c_int,
>;
pub type gnutls_privkey_decrypt_func2 = Option<
    unsafe extern "C" fn(
        key: gnutls_privkey_t,
        userdata: *mut c_void,
        ciphertext: *const gnutls_datum_t,
        plaintext: *mut c_uchar,
        plaintext_size: usize,
    ) -> c_int,
>;
pub type gnutls_privkey_sign_hash_func = Option<
    unsafe extern "C" fn(
        key: gnutls_privkey_t,
        algo: gnutls_sign_algorithm_t,
        userdata: *mut c_void,
        flags: c_uint,
        hash: *const gnutls_datum_t,
        signature: *mut gnutls_datum_t,
    ) -> c_int,
>;
pub type gnutls_privkey_sign_data_func = Option<
    unsafe extern "C" fn(
        key: gnutls_privkey_t,
        algo: gnutls_sign_algorithm_t,
        userdata: *mut c_void,
        flags: c_uint,
        data: *const gnutls_datum_t,
        signature: *mut gnutls_datum_t,
    ) -> c_int,
>;
pub type gnutls_privkey_deinit_func = Option<unsafe extern "C" fn(key: gnutls_privkey_t, userdata: *mut c_void)>;
pub type gnutls_privkey_info_func =
    Option<unsafe extern "C" fn(key: gnutls_privkey_t, flags: c_uint, userdata: *mut c_void) -> c_int>;
pub type gnutls_privkey_flags = c_uint;
pub type gnutls_certificate_retrieve_function2 = Option<
    unsafe extern "C" fn(
        arg1: gnutls_session_t,
        req_ca_rdn: *const gnutls_datum_t,
        nreqs: c_int,
        pk_algos: *const gnutls_pk_algorithm_t,
        pk_algos_length: c_int,
        arg2: *mut *mut gnutls_pcert_st,
        pcert_length: *mut c_uint,
        privkey: *mut gnutls_privkey_t,
    ) -> c_int,
>;
pub type gnutls_certificate_retrieve_function3 = Option<
    unsafe extern "C" fn(
        arg1: gnutls_session_t,
        info: *const gnutls_cert_retr_st,
        certs: *mut *mut gnutls_pcert_st,
        certs_length: *mut c_uint,
        ocsp: *mut *mut gnutls_ocsp_data_st,
        ocsp_length: *mut c_uint,
        privkey: *mut gnutls_privkey_t,
        flags: *mut c_uint,
    ) -> c_int,
>;
pub type gnutls_cipher_hd_t = *mut api_cipher_hd_st;
#[cfg(gnutls_3_7_7)]
pub type gnutls_cipher_flags_t = c_uint;
pub type gnutls_aead_cipher_hd_t = *mut api_aead_cipher_hd_st;
pub type gnutls_hash_hd_t = *mut hash_hd_st;
pub type gnutls_hmac_hd_t = *mut hmac_hd_st;
pub type gnutls_rnd_level = c_uint;
pub type gnutls_cipher_init_func =
    Option<unsafe extern "C" fn(arg1: gnutls_cipher_algorithm_t, ctx: *mut *mut c_void, enc: c_int) -> c_int>;
pub type gnutls_cipher_setkey_func =
    Option<unsafe extern "C" fn(ctx: *mut c_void, key: *const c_void, keysize: usize) -> c_int>;
pub type gnutls_cipher_setiv_func =
    Option<unsafe extern "C" fn(ctx: *mut c_void, iv: *const c_void, ivsize: usize) -> c_int>;
pub type gnutls_cipher_getiv_func =
    Option<unsafe extern "C" fn(ctx: *mut c_void, iv: *mut c_void, ivsize: usize) -> c_int>;
pub type gnutls_cipher_encrypt_func = Option<
    unsafe extern "C" fn(
        ctx: *mut c_void,
        plain: *const c_void,
        plainsize: usize,
        encr: *mut c_void,
        encrsize: usize,
    ) -> c_int,
>;
pub type gnutls_cipher_decrypt_func = Option<
    unsafe extern "C" fn(
        ctx: *mut c_void,
        encr: *const c_void,
        encrsize: usize,
        plain: *mut c_void,
        plainsize: usize,
    ) -> c_int,
>;
pub type gnutls_cipher_auth_func =
    Option<unsafe extern "C" fn(ctx: *mut c_void, data: *const c_void, datasize: usize) -> c_int>;
pub type gnutls_cipher_tag_func = Option<unsafe extern "C" fn(ctx: *mut c_void, tag: *mut c_void, tagsize: usize)>;
pub type gnutls_cipher_aead_encrypt_func = Option<
    unsafe extern "C" fn(
        ctx: *mut c_void,
        nonce: *const c_void,
        noncesize: usize,
        auth: *const c_void,
        authsize: usize,
        tag_size: usize,
        plain: *const c_void,
        plainsize: usize,
        encr: *mut c_void,
        encrsize: usize,
    ) -> c_int,
>;
pub type gnutls_cipher_aead_decrypt_func = Option<
    unsafe extern "C" fn(
        ctx: *mut c_void,
        nonce: *const c_void,
        noncesize: usize,
        auth: *const c_void,
        authsize: usize,
        tag_size: usize,
        encr: *const c_void,
        encrsize: usize,
        plain: *mut c_void,
        plainsize: usize,
    ) -> c_int,
>;
pub type gnutls_cipher_deinit_func = Option<unsafe extern "C" fn(ctx: *mut c_void)>;
pub type gnutls_mac_init_func =
    Option<unsafe extern "C" fn(arg1: gnutls_mac_algorithm_t, ctx: *mut *mut c_void) -> c_int>;
pub type gnutls_mac_setkey_func =
    Option<unsafe extern "C" fn(ctx: *mut c_void, key: *const c_void, keysize: usize) -> c_int>;
pub type gnutls_mac_setnonce_func =
    Option<unsafe extern "C" fn(ctx: *mut c_void, nonce: *const c_void, noncesize: usize) -> c_int>;
pub type gnutls_mac_hash_func =
    Option<unsafe extern "C" fn(ctx: *mut c_void, text: *const c_void, textsize: usize) -> c_int>;
pub type gnutls_mac_output_func =
    Option<unsafe extern "C" fn(src_ctx: *mut c_void, digest: *mut c_void, digestsize: usize) -> c_int>;
pub type gnutls_mac_deinit_func = Option<unsafe extern "C" fn(ctx: *mut c_void)>;
pub type gnutls_mac_fast_func = Option<
    unsafe extern "C" fn(
        arg1: gnutls_mac_algorithm_t,
        nonce: *const c_void,
        nonce_size: usize,
        key: *const c_void,
        keysize: usize,
        text: *const c_void,
        textsize: usize,
        digest: *mut c_void,
    ) -> c_int,
>;
pub type gnutls_mac_copy_func = Option<unsafe extern "C" fn(ctx: *const c_void) -> *mut c_void>;
pub type gnutls_digest_init_func =
    Option<unsafe extern "C" fn(arg1: gnutls_digest_algorithm_t, ctx: *mut *mut c_void) -> c_int>;
pub type gnutls_digest_hash_func =
    Option<unsafe extern "C" fn(ctx: *mut c_void, text: *const c_void, textsize: usize) -> c_int>;
pub type gnutls_digest_output_func =
    Option<unsafe extern "C" fn(src_ctx: *mut c_void, digest: *mut c_void, digestsize: usize) -> c_int>;
pub type gnutls_digest_deinit_func = Option<unsafe extern "C" fn(ctx: *mut c_void)>;
pub type gnutls_digest_fast_func = Option<
    unsafe extern "C" fn(
        arg1: gnutls_digest_algorithm_t,
        text: *const c_void,
        textsize: usize,
        digest: *mut c_void,
    ) -> c_int,
>;
pub type gnutls_digest_copy_func = Option<unsafe extern "C" fn(ctx: *const c_void) -> *mut c_void>;
pub type gnutls_ocsp_print_formats_t = c_uint;
pub type gnutls_ocsp_resp_status_t = c_uint;
pub type gnutls_ocsp_cert_status_t = c_uint;
pub type gnutls_x509_crl_reason_t = c_uint;
pub type gnutls_ocsp_verify_reason_t = c_uint;
pub type gnutls_ocsp_req_t = *mut gnutls_ocsp_req_int;
pub type gnutls_ocsp_req_const_t = *const gnutls_ocsp_req_int;
pub type gnutls_ocsp_resp_t = *mut gnutls_ocsp_resp_int;
pub type gnutls_ocsp_resp_const_t = *const gnutls_ocsp_resp_int;
pub type gnutls_pkcs12_t = *mut gnutls_pkcs12_int;
pub type gnutls_pkcs12_bag_t = *mut gnutls_pkcs12_bag_int;
#[cfg(gnutls_3_8_6)]
pub type gnutls_pkcs12_flags_t = c_uint;
pub type gnutls_pkcs12_bag_type_t = c_uint;
pub type gnutls_system_key_iter_t = *mut system_key_iter_st;
pub type gnutls_privkey_import_url_func =
    Option<unsafe extern "C" fn(pkey: gnutls_privkey_t, url: *const c_char, flags: c_uint) -> c_int>;
pub type gnutls_x509_crt_import_url_func =
    Option<unsafe extern "C" fn(pkey: gnutls_x509_crt_t, url: *const c_char, flags: c_uint) -> c_int>;
pub type gnutls_pubkey_import_url_func =
    Option<unsafe extern "C" fn(pkey: gnutls_pubkey_t, url: *const c_char, flags: c_uint) -> c_int>;
pub type gnutls_get_raw_issuer_func = Option<
    unsafe extern "C" fn(
        url: *const c_char,
        crt: gnutls_x509_crt_t,
        issuer_der: *mut gnutls_datum_t,
        flags: c_uint,
    ) -> c_int,
>;
pub type gnutls_subject_alt_names_t = *mut gnutls_subject_alt_names_st;
pub type gnutls_x509_crl_dist_points_t = *mut gnutls_x509_crl_dist_points_st;
pub type gnutls_x509_aia_t = *mut gnutls_x509_aia_st;
pub type gnutls_x509_aki_t = *mut gnutls_x509_aki_st;
pub type gnutls_x509_key_purposes_t = *mut gnutls_x509_key_purposes_st;
pub type gnutls_x509_policies_t = *mut gnutls_x509_policies_st;
#[cfg(gnutls_3_7_3)]
pub type gnutls_x509_ct_scts_t = *mut gnutls_x509_ct_scts_st;
#[cfg(gnutls_3_8_13)]
pub type gnutls_hpke_kem_t = c_uint;
#[cfg(gnutls_3_8_13)]
pub type gnutls_hpke_kdf_t = c_uint;
#[cfg(gnutls_3_8_13)]
pub type gnutls_hpke_aead_t = c_uint;
#[cfg(gnutls_3_8_13)]
pub type gnutls_hpke_mode_t = c_uint;
#[cfg(gnutls_3_8_13)]
pub type gnutls_hpke_role_t = c_uint;
#[cfg(gnutls_3_8_13)]
pub type gnutls_hpke_context_t = *mut gnutls_hpke_context_st;
#[repr(C)]
#[derive(Debug)]
pub struct gnutls_session_int {
    _unused: [u8; 0],
}
#[repr(C)]
#[derive(Debug)]
pub struct gnutls_dh_params_int {
    _unused: [u8; 0],
}
#[repr(C)]
#[derive(Debug)]
pub struct gnutls_x509_privkey_int {
    _unused: [u8; 0],
}
#[repr(C)]
#[derive(Debug)]
pub struct gnutls_priority_st {
    _unused: [u8; 0],
}
#[repr(C)]
#[derive(Debug, Copy, Clone)]
pub struct gnutls_datum_t {
    pub data: *mut c_uchar,
    pub size: c_uint,
}
#[cfg(gnutls_3_7_3)]
#[repr(C)]
#[derive(Debug, Copy, Clone)]
pub struct gnutls_library_config_st {
    pub name: *const c_char,
    pub value: *const c_char,
}
#[repr(C)]
#[derive(Copy, Clone)]
pub struct gnutls_params_st {
    pub type_: gnutls_params_type_t,
    pub params: gnutls_params_st_params,
    pub deinit: c_int,
}
#[repr(C)]
#[derive(Debug, Copy, Clone)]
pub struct gnutls_range_st {
    pub low: usize,
    pub high: usize,
}
#[repr(C)]
#[derive(Debug)]
pub struct mbuffer_st {
    _unused: [u8; 0],
}
#[repr(C)]
#[derive(Debug, Copy, Clone)]
pub struct gnutls_typed_vdata_st {
    pub type_: gnutls_vdata_types_t,
    pub data: *mut c_uchar,
    pub size: c_uint,
}
#[repr(C)]
#[derive(Debug)]
pub struct gnutls_pubkey_st {
    _unused: [u8; 0],
}
#[repr(C)]
#[derive(Debug)]
pub struct gnutls_privkey_st {
    _unused: [u8; 0],
}
#[repr(C)]
#[derive(Debug)]
pub struct gnutls_x509_crl_int {
    _unused: [u8; 0],
}
#[repr(C)]
#[derive(Debug)]
pub struct gnutls_x509_crt_int {
    _unused: [u8; 0],
}
#[repr(C)]
#[derive(Debug)]
pub struct gnutls_x509_crq_int {
    _unused: [u8; 0],
}
#[repr(C)]
#[derive(Debug)]
pub struct gnutls_openpgp_keyring_int {
    _unused: [u8; 0],
}
#[repr(C)]
#[derive(Debug)]
pub struct gnutls_certificate_credentials_st {
    _unused: [u8; 0],
}
#[repr(C)]
#[derive(Debug)]
pub struct gnutls_anon_server_credentials_st {
    _unused: [u8; 0],
}
#[repr(C)]
#[derive(Debug)]
pub struct gnutls_anon_client_credentials_st {
    _unused: [u8; 0],
}
#[repr(C)]
#[derive(Debug, Copy, Clone)]
pub struct gnutls_ocsp_data_st {
    pub version: c_uint,
    pub response: gnutls_datum_t,
    pub exptime: time_t,
    pub padding: [c_uchar; 32usize],
}
#[repr(C)]
#[derive(Debug)]
pub struct gnutls_srp_server_credentials_st {
    _unused: [u8; 0],
}
#[repr(C)]
#[derive(Debug)]
pub struct gnutls_srp_client_credentials_st {
    _unused: [u8; 0],
}
#[repr(C)]
#[derive(Debug)]
pub struct gnutls_psk_server_credentials_st {
    _unused: [u8; 0],
}
#[repr(C)]
#[derive(Debug)]
pub struct gnutls_psk_client_credentials_st {
    _unused: [u8; 0],
}
#[repr(C)]
#[derive(Debug)]
pub struct gnutls_openpgp_crt_int {
    _unused: [u8; 0],
}
#[repr(C)]
#[derive(Debug)]
pub struct gnutls_openpgp_privkey_int {
    _unused: [u8; 0],
}
#[repr(C)]
#[derive(Debug)]
pub struct gnutls_pkcs11_privkey_st {
    _unused: [u8; 0],
}
#[repr(C)]
#[derive(Copy, Clone)]
pub struct gnutls_retr2_st {
    pub cert_type: gnutls_certificate_type_t,
    pub key_type: gnutls_privkey_type_t,
    pub cert: gnutls_retr2_st__bindgen_ty_1,
    pub ncerts: c_uint,
    pub key: gnutls_retr2_st__bindgen_ty_2,
    pub deinit_all: c_uint,
}
#[repr(C)]
#[derive(Debug)]
pub struct gnutls_tdb_int {
    _unused: [u8; 0],
}
#[repr(C)]
#[derive(Debug)]
pub struct gnutls_buffer_st {
    _unused: [u8; 0],
}
#[repr(C)]
#[derive(Debug)]
pub struct gnutls_anti_replay_st {
    _unused: [u8; 0],
}
#[cfg(gnutls_3_7_3)]
#[repr(C)]
#[derive(Debug)]
pub struct gnutls_fips140_context_st {
    _unused: [u8; 0],
}
#[repr(C)]
#[derive(Debug)]
pub struct gnutls_name_constraints_st {
    _unused: [u8; 0],
}
#[repr(C)]
#[derive(Debug)]
pub struct gnutls_x509_spki_st {
    _unused: [u8; 0],
}
#[repr(C)]
#[derive(Debug)]
pub struct gnutls_x509_tlsfeatures_st {
    _unused: [u8; 0],
}
#[repr(C)]
#[derive(Debug, Copy, Clone)]
pub struct gnutls_x509_policy_st {
    pub oid: *mut c_char,
    pub qualifiers: c_uint,
    pub qualifier: [gnutls_x509_policy_st__bindgen_ty_1; 8usize],
}
#[repr(C)]
#[derive(Debug, Copy, Clone)]
pub struct gnutls_x509_policy_st__bindgen_ty_1 {
    pub type_: gnutls_x509_qualifier_t,
    pub data: *mut c_char,
    pub size: c_uint,
}
#[repr(C)]
#[derive(Debug)]
pub struct gnutls_x509_dn_st {
    _unused: [u8; 0],
}
#[repr(C)]
#[derive(Debug, Copy, Clone)]
pub struct gnutls_x509_ava_st {
    pub oid: gnutls_datum_t,
    pub value: gnutls_datum_t,
    pub value_tag: c_ulong,
}
#[repr(C)]
#[derive(Debug)]
pub struct gnutls_x509_crl_iter {
    _unused: [u8; 0],
}
#[repr(C)]
#[derive(Debug, Copy, Clone)]
pub struct gnutls_keygen_data_st {
    pub type_: gnutls_keygen_types_t,
    pub data: *mut c_uchar,
    pub size: c_uint,
}
#[repr(C)]
#[derive(Debug)]
pub struct gnutls_x509_trust_list_st {
    _unused: [u8; 0],
}
#[repr(C)]
#[derive(Debug)]
pub struct gnutls_x509_trust_list_iter {
    _unused: [u8; 0],
}
#[repr(C)]
#[derive(Debug, Copy, Clone)]
pub struct gnutls_x509_ext_st {
    pub oid: *mut c_char,
    pub critical: c_uint,
    pub data: gnutls_datum_t,
}
#[repr(C)]
#[derive(Debug)]
pub struct gnutls_pkcs7_int {
    _unused: [u8; 0],
}
#[repr(C)]
#[derive(Debug)]
pub struct gnutls_pkcs7_attrs_st {
    _unused: [u8; 0],
}
#[repr(C)]
#[derive(Debug, Copy, Clone)]
pub struct gnutls_pkcs7_signature_info_st {
    pub algo: gnutls_sign_algorithm_t,
    pub sig: gnutls_datum_t,
    pub issuer_dn: gnutls_datum_t,
    pub signer_serial: gnutls_datum_t,
    pub issuer_keyid: gnutls_datum_t,
    pub signing_time: time_t,
    pub signed_attrs: gnutls_pkcs7_attrs_t,
    pub unsigned_attrs: gnutls_pkcs7_attrs_t,
    pub pad: [c_char; 64usize],
}
#[repr(C)]
#[derive(Debug)]
pub struct gnutls_pkcs11_obj_st {
    _unused: [u8; 0],
}
#[repr(C)]
#[derive(Debug)]
pub struct tpm_key_list_st {
    _unused: [u8; 0],
}
#[repr(C)]
#[derive(Debug, Copy, Clone)]
pub struct gnutls_pcert_st {
    pub pubkey: gnutls_pubkey_t,
    pub cert: gnutls_datum_t,
    pub type_: gnutls_certificate_type_t,
}
#[repr(C)]
#[derive(Debug, Copy, Clone)]
pub struct gnutls_cert_retr_st {
    pub version: c_uint,
    pub cred: gnutls_certificate_credentials_t,
    pub req_ca_rdn: *const gnutls_datum_t,
    pub nreqs: c_uint,
    pub pk_algos: *const gnutls_pk_algorithm_t,
    pub pk_algos_length: c_uint,
    pub padding: [c_uchar; 64usize],
}
#[repr(C)]
#[derive(Debug)]
pub struct api_cipher_hd_st {
    _unused: [u8; 0],
}
#[repr(C)]
#[derive(Debug)]
pub struct api_aead_cipher_hd_st {
    _unused: [u8; 0],
}
#[repr(C)]
#[derive(Debug)]
pub struct hash_hd_st {
    _unused: [u8; 0],
}
#[repr(C)]
#[derive(Debug)]
pub struct hmac_hd_st {
    _unused: [u8; 0],
}
#[repr(C)]
#[derive(Debug, Copy, Clone)]
pub struct gnutls_dtls_prestate_st {
    pub record_seq: c_uint,
    pub hsk_read_seq: c_uint,
    pub hsk_write_seq: c_uint,
}
#[repr(C)]
#[derive(Debug)]
pub struct gnutls_ocsp_req_int {
    _unused: [u8; 0],
}
#[repr(C)]
#[derive(Debug)]
pub struct gnutls_ocsp_resp_int {
    _unused: [u8; 0],
}
#[repr(C)]
#[derive(Debug)]
pub struct gnutls_pkcs12_int {
    _unused: [u8; 0],
}
#[repr(C)]
#[derive(Debug)]
pub struct gnutls_pkcs12_bag_int {
    _unused: [u8; 0],
}
#[repr(C)]
#[derive(Debug)]
pub struct system_key_iter_st {
    _unused: [u8; 0],
}
#[repr(C)]
#[derive(Debug, Copy, Clone)]
pub struct gnutls_custom_url_st {
    pub name: *const c_char,
    pub name_size: c_uint,
    pub import_key: gnutls_privkey_import_url_func,
    pub import_crt: gnutls_x509_crt_import_url_func,
    pub import_pubkey: gnutls_pubkey_import_url_func,
    pub get_issuer: gnutls_get_raw_issuer_func,
    pub future1: *mut c_void,
    pub future2: *mut c_void,
}
#[repr(C)]
#[derive(Debug)]
pub struct gnutls_subject_alt_names_st {
    _unused: [u8; 0],
}
#[repr(C)]
#[derive(Debug)]
pub struct gnutls_x509_crl_dist_points_st {
    _unused: [u8; 0],
}
#[repr(C)]
#[derive(Debug)]
pub struct gnutls_x509_aia_st {
    _unused: [u8; 0],
}
#[repr(C)]
#[derive(Debug)]
pub struct gnutls_x509_aki_st {
    _unused: [u8; 0],
}
#[repr(C)]
#[derive(Debug)]
pub struct gnutls_x509_key_purposes_st {
    _unused: [u8; 0],
}
#[repr(C)]
#[derive(Debug)]
pub struct gnutls_x509_policies_st {
    _unused: [u8; 0],
}
#[cfg(gnutls_3_7_3)]
#[repr(C)]
#[derive(Debug)]
pub struct gnutls_x509_ct_scts_st {
    _unused: [u8; 0],
}
#[cfg(gnutls_3_8_13)]
#[repr(C)]
#[derive(Debug)]
pub struct gnutls_hpke_context_st {
    _unused: [u8; 0],
}
pub const GNUTLS_CIPHER_RIJNDAEL_128_CBC: u32 = 4;
pub const GNUTLS_CIPHER_RIJNDAEL_256_CBC: u32 = 5;
pub const GNUTLS_CIPHER_RIJNDAEL_CBC: u32 = 4;
pub const GNUTLS_CIPHER_ARCFOUR: u32 = 2;
pub const GNUTLS_MAC_SHA: u32 = 3;
pub const GNUTLS_DIG_SHA: u32 = 3;
pub const GNUTLS_MAX_SESSION_ID_SIZE: u32 = 32;
pub const GNUTLS_ENABLE_CERT_TYPE_NEG: u32 = 0;
pub const GNUTLS_NO_EXTENSIONS: u32 = 16;
pub const GNUTLS_HANDSHAKE_ANY: u32 = 4294967295;
pub const GNUTLS_CRT_RAW: u32 = 3;
pub const GNUTLS_PK_ECC: u32 = 4;
pub const GNUTLS_PK_EC: u32 = 4;
pub const GNUTLS_PK_ECDHX: u32 = 5;
pub const GNUTLS_SEC_PARAM_NORMAL: u32 = 35;
pub const GNUTLS_DEFAULT_HANDSHAKE_TIMEOUT: u32 = 4294967295;
pub const GNUTLS_INDEFINITE_TIMEOUT: u32 = 4294967294;
pub const GNUTLS_KU_PEER: u32 = 1;
pub const GNUTLS_SIGN_FLAG_SECURE_FOR_CERTS: u32 = 1;
pub const GNUTLS_HEARTBEAT_WAIT: u32 = 1;
pub const GNUTLS_RECORD_WAIT: u32 = 1;
pub const GNUTLS_HB_PEER_ALLOWED_TO_SEND: u32 = 1;
pub const GNUTLS_HB_PEER_NOT_ALLOWED_TO_SEND: u32 = 2;
pub const GNUTLS_HB_LOCAL_ALLOWED_TO_SEND: u32 = 4;
pub const GNUTLS_ALPN_MAND: u32 = 1;
pub const GNUTLS_PRIORITY_INIT_DEF_APPEND: u32 = 1;
pub const GNUTLS_PRIORITY_LIST_INIT_KEYWORDS: u32 = 1;
pub const GNUTLS_PRIORITY_LIST_SPECIAL: u32 = 2;
pub const GNUTLS_MAX_SESSION_ID: u32 = 32;
pub const GNUTLS_HOOK_POST: u32 = 1;
pub const GNUTLS_HOOK_PRE: u32 = 0;
pub const GNUTLS_HOOK_BOTH: i32 = -1;
pub const GNUTLS_OCSP_SR_IS_AVAIL: u32 = 1;
pub const GNUTLS_IDNA_FORCE_2008: u32 = 2;
pub const GNUTLS_KEY_DIGITAL_SIGNATURE: u32 = 128;
pub const GNUTLS_KEY_NON_REPUDIATION: u32 = 64;
pub const GNUTLS_KEY_KEY_ENCIPHERMENT: u32 = 32;
pub const GNUTLS_KEY_DATA_ENCIPHERMENT: u32 = 16;
pub const GNUTLS_KEY_KEY_AGREEMENT: u32 = 8;
pub const GNUTLS_KEY_KEY_CERT_SIGN: u32 = 4;
pub const GNUTLS_KEY_CRL_SIGN: u32 = 2;
pub const GNUTLS_KEY_ENCIPHER_ONLY: u32 = 1;
pub const GNUTLS_KEY_DECIPHER_ONLY: u32 = 32768;
pub const GNUTLS_SCOMMIT_FLAG_ALLOW_BROKEN: u32 = 1;
pub const GNUTLS_PKCS11_PIN_USER: u32 = 1;
pub const GNUTLS_PKCS11_PIN_SO: u32 = 2;
pub const GNUTLS_PKCS11_PIN_FINAL_TRY: u32 = 4;
pub const GNUTLS_PKCS11_PIN_COUNT_LOW: u32 = 8;
pub const GNUTLS_PKCS11_PIN_CONTEXT_SPECIFIC: u32 = 16;
pub const GNUTLS_PKCS11_PIN_WRONG: u32 = 32;
pub const GNUTLS_UTF8_IGNORE_ERRS: u32 = 1;
pub const GNUTLS_EXT_RAW_FLAG_TLS_CLIENT_HELLO: u32 = 1;
pub const GNUTLS_EXT_RAW_FLAG_DTLS_CLIENT_HELLO: u32 = 2;
pub const GNUTLS_FIPS140_SET_MODE_THREAD: u32 = 1;
pub const GNUTLS_E_SUCCESS: c_int = 0;
pub const GNUTLS_E_UNKNOWN_COMPRESSION_ALGORITHM: c_int = -3;
pub const GNUTLS_E_UNKNOWN_CIPHER_TYPE: c_int = -6;
pub const GNUTLS_E_LARGE_PACKET: c_int = -7;
pub const GNUTLS_E_UNSUPPORTED_VERSION_PACKET: c_int = -8;
pub const GNUTLS_E_TLS_PACKET_DECODING_ERROR: c_int = -9;
pub const GNUTLS_E_UNEXPECTED_PACKET_LENGTH: c_int = -9;
pub const GNUTLS_E_INVALID_SESSION: c_int = -10;
pub const GNUTLS_E_FATAL_ALERT_RECEIVED: c_int = -12;
pub const GNUTLS_E_UNEXPECTED_PACKET: c_int = -15;
pub const GNUTLS_E_WARNING_ALERT_RECEIVED: c_int = -16;
pub const GNUTLS_E_ERROR_IN_FINISHED_PACKET: c_int = -18;
pub const GNUTLS_E_UNEXPECTED_HANDSHAKE_PACKET: c_int = -19;
pub const GNUTLS_E_UNKNOWN_CIPHER_SUITE: c_int = -21;
pub const GNUTLS_E_UNWANTED_ALGORITHM: c_int = -22;
pub const GNUTLS_E_MPI_SCAN_FAILED: c_int = -23;
pub const GNUTLS_E_DECRYPTION_FAILED: c_int = -24;
pub const GNUTLS_E_MEMORY_ERROR: c_int = -25;
pub const GNUTLS_E_DECOMPRESSION_FAILED: c_int = -26;
pub const GNUTLS_E_COMPRESSION_FAILED: c_int = -27;
pub const GNUTLS_E_AGAIN: c_int = -28;
pub const GNUTLS_E_EXPIRED: c_int = -29;
pub const GNUTLS_E_DB_ERROR: c_int = -30;
pub const GNUTLS_E_SRP_PWD_ERROR: c_int = -31;
pub const GNUTLS_E_KEYFILE_ERROR: c_int = -31;
pub const GNUTLS_E_INSUFFICIENT_CREDENTIALS: c_int = -32;
pub const GNUTLS_E_INSUFICIENT_CREDENTIALS: c_int = -32;
pub const GNUTLS_E_INSUFFICIENT_CRED: c_int = -32;
pub const GNUTLS_E_INSUFICIENT_CRED: c_int = -32;
pub const GNUTLS_E_HASH_FAILED: c_int = -33;
pub const GNUTLS_E_BASE64_DECODING_ERROR: c_int = -34;
pub const GNUTLS_E_MPI_PRINT_FAILED: c_int = -35;
pub const GNUTLS_E_REHANDSHAKE: c_int = -37;
pub const GNUTLS_E_GOT_APPLICATION_DATA: c_int = -38;
pub const GNUTLS_E_RECORD_LIMIT_REACHED: c_int = -39;
pub const GNUTLS_E_ENCRYPTION_FAILED: c_int = -40;
pub const GNUTLS_E_PK_ENCRYPTION_FAILED: c_int = -44;
pub const GNUTLS_E_PK_DECRYPTION_FAILED: c_int = -45;
pub const GNUTLS_E_PK_SIGN_FAILED: c_int = -46;
pub const GNUTLS_E_X509_UNSUPPORTED_CRITICAL_EXTENSION: c_int = -47;
pub const GNUTLS_E_KEY_USAGE_VIOLATION: c_int = -48;
pub const GNUTLS_E_NO_CERTIFICATE_FOUND: c_int = -49;
pub const GNUTLS_E_INVALID_REQUEST: c_int = -50;
pub const GNUTLS_E_SHORT_MEMORY_BUFFER: c_int = -51;
pub const GNUTLS_E_INTERRUPTED: c_int = -52;
pub const GNUTLS_E_PUSH_ERROR: c_int = -53;
pub const GNUTLS_E_PULL_ERROR: c_int = -54;
pub const GNUTLS_E_RECEIVED_ILLEGAL_PARAMETER: c_int = -55;
pub const GNUTLS_E_REQUESTED_DATA_NOT_AVAILABLE: c_int = -56;
pub const GNUTLS_E_PKCS1_WRONG_PAD: c_int = -57;
pub const GNUTLS_E_RECEIVED_ILLEGAL_EXTENSION: c_int = -58;
pub const GNUTLS_E_INTERNAL_ERROR: c_int = -59;
pub const GNUTLS_E_DH_PRIME_UNACCEPTABLE: c_int = -63;
pub const GNUTLS_E_FILE_ERROR: c_int = -64;
pub const GNUTLS_E_TOO_MANY_EMPTY_PACKETS: c_int = -78;
pub const GNUTLS_E_UNKNOWN_PK_ALGORITHM: c_int = -80;
pub const GNUTLS_E_TOO_MANY_HANDSHAKE_PACKETS: c_int = -81;
pub const GNUTLS_E_RECEIVED_DISALLOWED_NAME: c_int = -82;
pub const GNUTLS_E_CERTIFICATE_REQUIRED: c_int = -112;
#[cfg(gnutls_3_8_5)]
pub const GNUTLS_E_UNSUPPORTED_ENCRYPTION_ALGORITHM: c_int = -113;
pub const GNUTLS_E_NO_TEMPORARY_RSA_PARAMS: c_int = -84;
pub const GNUTLS_E_NO_COMPRESSION_ALGORITHMS: c_int = -86;
pub const GNUTLS_E_NO_CIPHER_SUITES: c_int = -87;
pub const GNUTLS_E_OPENPGP_GETKEY_FAILED: c_int = -88;
pub const GNUTLS_E_PK_SIG_VERIFY_FAILED: c_int = -89;
pub const GNUTLS_E_ILLEGAL_SRP_USERNAME: c_int = -90;
pub const GNUTLS_E_SRP_PWD_PARSING_ERROR: c_int = -91;
pub const GNUTLS_E_KEYFILE_PARSING_ERROR: c_int = -91;
pub const GNUTLS_E_NO_TEMPORARY_DH_PARAMS: c_int = -93;
pub const GNUTLS_E_ASN1_ELEMENT_NOT_FOUND: c_int = -67;
pub const GNUTLS_E_ASN1_IDENTIFIER_NOT_FOUND: c_int = -68;
pub const GNUTLS_E_ASN1_DER_ERROR: c_int = -69;
pub const GNUTLS_E_ASN1_VALUE_NOT_FOUND: c_int = -70;
pub const GNUTLS_E_ASN1_GENERIC_ERROR: c_int = -71;
pub const GNUTLS_E_ASN1_VALUE_NOT_VALID: c_int = -72;
pub const GNUTLS_E_ASN1_TAG_ERROR: c_int = -73;
pub const GNUTLS_E_ASN1_TAG_IMPLICIT: c_int = -74;
pub const GNUTLS_E_ASN1_TYPE_ANY_ERROR: c_int = -75;
pub const GNUTLS_E_ASN1_SYNTAX_ERROR: c_int = -76;
pub const GNUTLS_E_ASN1_DER_OVERFLOW: c_int = -77;
pub const GNUTLS_E_OPENPGP_UID_REVOKED: c_int = -79;
pub const GNUTLS_E_CERTIFICATE_ERROR: c_int = -43;
pub const GNUTLS_E_X509_CERTIFICATE_ERROR: c_int = -43;
pub const GNUTLS_E_CERTIFICATE_KEY_MISMATCH: c_int = -60;
pub const GNUTLS_E_UNSUPPORTED_CERTIFICATE_TYPE: c_int = -61;
pub const GNUTLS_E_X509_UNKNOWN_SAN: c_int = -62;
pub const GNUTLS_E_OPENPGP_FINGERPRINT_UNSUPPORTED: c_int = -94;
pub const GNUTLS_E_X509_UNSUPPORTED_ATTRIBUTE: c_int = -95;
pub const GNUTLS_E_UNKNOWN_HASH_ALGORITHM: c_int = -96;
pub const GNUTLS_E_UNKNOWN_PKCS_CONTENT_TYPE: c_int = -97;
pub const GNUTLS_E_UNKNOWN_PKCS_BAG_TYPE: c_int = -98;
pub const GNUTLS_E_INVALID_PASSWORD: c_int = -99;
pub const GNUTLS_E_MAC_VERIFY_FAILED: c_int = -100;
pub const GNUTLS_E_CONSTRAINT_ERROR: c_int = -101;
pub const GNUTLS_E_WARNING_IA_IPHF_RECEIVED: c_int = -102;
pub const GNUTLS_E_WARNING_IA_FPHF_RECEIVED: c_int = -103;
pub const GNUTLS_E_IA_VERIFY_FAILED: c_int = -104;
pub const GNUTLS_E_UNKNOWN_ALGORITHM: c_int = -105;
pub const GNUTLS_E_UNSUPPORTED_SIGNATURE_ALGORITHM: c_int = -106;
pub const GNUTLS_E_SAFE_RENEGOTIATION_FAILED: c_int = -107;
pub const GNUTLS_E_UNSAFE_RENEGOTIATION_DENIED: c_int = -108;
pub const GNUTLS_E_UNKNOWN_SRP_USERNAME: c_int = -109;
pub const GNUTLS_E_PREMATURE_TERMINATION: c_int = -110;
pub const GNUTLS_E_MALFORMED_CIDR: c_int = -111;
pub const GNUTLS_E_BASE64_ENCODING_ERROR: c_int = -201;
pub const GNUTLS_E_INCOMPATIBLE_GCRYPT_LIBRARY: c_int = -202;
pub const GNUTLS_E_INCOMPATIBLE_CRYPTO_LIBRARY: c_int = -202;
pub const GNUTLS_E_INCOMPATIBLE_LIBTASN1_LIBRARY: c_int = -203;
pub const GNUTLS_E_OPENPGP_KEYRING_ERROR: c_int = -204;
pub const GNUTLS_E_X509_UNSUPPORTED_OID: c_int = -205;
pub const GNUTLS_E_RANDOM_FAILED: c_int = -206;
pub const GNUTLS_E_BASE64_UNEXPECTED_HEADER_ERROR: c_int = -207;
pub const GNUTLS_E_OPENPGP_SUBKEY_ERROR: c_int = -208;
pub const GNUTLS_E_CRYPTO_ALREADY_REGISTERED: c_int = -209;
pub const GNUTLS_E_ALREADY_REGISTERED: c_int = -209;
pub const GNUTLS_E_HANDSHAKE_TOO_LARGE: c_int = -210;
pub const GNUTLS_E_CRYPTODEV_IOCTL_ERROR: c_int = -211;
pub const GNUTLS_E_CRYPTODEV_DEVICE_ERROR: c_int = -212;
pub const GNUTLS_E_CHANNEL_BINDING_NOT_AVAILABLE: c_int = -213;
pub const GNUTLS_E_BAD_COOKIE: c_int = -214;
pub const GNUTLS_E_OPENPGP_PREFERRED_KEY_ERROR: c_int = -215;
pub const GNUTLS_E_INCOMPAT_DSA_KEY_WITH_TLS_PROTOCOL: c_int = -216;
pub const GNUTLS_E_INSUFFICIENT_SECURITY: c_int = -217;
pub const GNUTLS_E_HEARTBEAT_PONG_RECEIVED: c_int = -292;
pub const GNUTLS_E_HEARTBEAT_PING_RECEIVED: c_int = -293;
pub const GNUTLS_E_UNRECOGNIZED_NAME: c_int = -294;
pub const GNUTLS_E_PKCS11_ERROR: c_int = -300;
pub const GNUTLS_E_PKCS11_LOAD_ERROR: c_int = -301;
pub const GNUTLS_E_PARSING_ERROR: c_int = -302;
pub const GNUTLS_E_PKCS11_PIN_ERROR: c_int = -303;
pub const GNUTLS_E_PKCS11_SLOT_ERROR: c_int = -305;
pub const GNUTLS_E_LOCKING_ERROR: c_int = -306;
pub const GNUTLS_E_PKCS11_ATTRIBUTE_ERROR: c_int = -307;
pub const GNUTLS_E_PKCS11_DEVICE_ERROR: c_int = -308;
pub const GNUTLS_E_PKCS11_DATA_ERROR: c_int = -309;
pub const GNUTLS_E_PKCS11_UNSUPPORTED_FEATURE_ERROR: c_int = -310;
pub const GNUTLS_E_PKCS11_KEY_ERROR: c_int = -311;
pub const GNUTLS_E_PKCS11_PIN_EXPIRED: c_int = -312;
pub const GNUTLS_E_PKCS11_PIN_LOCKED: c_int = -313;
pub const GNUTLS_E_PKCS11_SESSION_ERROR: c_int = -314;
pub const GNUTLS_E_PKCS11_SIGNATURE_ERROR: c_int = -315;
pub const GNUTLS_E_PKCS11_TOKEN_ERROR: c_int = -316;
pub const GNUTLS_E_PKCS11_USER_ERROR: c_int = -317;
pub const GNUTLS_E_CRYPTO_INIT_FAILED: c_int = -318;
pub const GNUTLS_E_TIMEDOUT: c_int = -319;
pub const GNUTLS_E_USER_ERROR: c_int = -320;
pub const GNUTLS_E_ECC_NO_SUPPORTED_CURVES: c_int = -321;
pub const GNUTLS_E_ECC_UNSUPPORTED_CURVE: c_int = -322;
pub const GNUTLS_E_PKCS11_REQUESTED_OBJECT_NOT_AVAILBLE: c_int = -323;
pub const GNUTLS_E_CERTIFICATE_LIST_UNSORTED: c_int = -324;
pub const GNUTLS_E_ILLEGAL_PARAMETER: c_int = -325;
pub const GNUTLS_E_NO_PRIORITIES_WERE_SET: c_int = -326;
pub const GNUTLS_E_X509_UNSUPPORTED_EXTENSION: c_int = -327;
pub const GNUTLS_E_SESSION_EOF: c_int = -328;
pub const GNUTLS_E_TPM_ERROR: c_int = -329;
pub const GNUTLS_E_TPM_KEY_PASSWORD_ERROR: c_int = -330;
pub const GNUTLS_E_TPM_SRK_PASSWORD_ERROR: c_int = -331;
pub const GNUTLS_E_TPM_SESSION_ERROR: c_int = -332;
pub const GNUTLS_E_TPM_KEY_NOT_FOUND: c_int = -333;
pub const GNUTLS_E_TPM_UNINITIALIZED: c_int = -334;
pub const GNUTLS_E_TPM_NO_LIB: c_int = -335;
pub const GNUTLS_E_NO_CERTIFICATE_STATUS: c_int = -340;
pub const GNUTLS_E_OCSP_RESPONSE_ERROR: c_int = -341;
pub const GNUTLS_E_RANDOM_DEVICE_ERROR: c_int = -342;
pub const GNUTLS_E_AUTH_ERROR: c_int = -343;
pub const GNUTLS_E_NO_APPLICATION_PROTOCOL: c_int = -344;
pub const GNUTLS_E_SOCKETS_INIT_ERROR: c_int = -345;
pub const GNUTLS_E_KEY_IMPORT_FAILED: c_int = -346;
pub const GNUTLS_E_INAPPROPRIATE_FALLBACK: c_int = -347;
pub const GNUTLS_E_CERTIFICATE_VERIFICATION_ERROR: c_int = -348;
pub const GNUTLS_E_PRIVKEY_VERIFICATION_ERROR: c_int = -349;
pub const GNUTLS_E_UNEXPECTED_EXTENSIONS_LENGTH: c_int = -350;
pub const GNUTLS_E_ASN1_EMBEDDED_NULL_IN_STRING: c_int = -351;
pub const GNUTLS_E_SELF_TEST_ERROR: c_int = -400;
pub const GNUTLS_E_NO_SELF_TEST: c_int = -401;
pub const GNUTLS_E_LIB_IN_ERROR_STATE: c_int = -402;
pub const GNUTLS_E_PK_GENERATION_ERROR: c_int = -403;
pub const GNUTLS_E_IDNA_ERROR: c_int = -404;
pub const GNUTLS_E_NEED_FALLBACK: c_int = -405;
pub const GNUTLS_E_SESSION_USER_ID_CHANGED: c_int = -406;
pub const GNUTLS_E_HANDSHAKE_DURING_FALSE_START: c_int = -407;
pub const GNUTLS_E_UNAVAILABLE_DURING_HANDSHAKE: c_int = -408;
pub const GNUTLS_E_PK_INVALID_PUBKEY: c_int = -409;
pub const GNUTLS_E_PK_INVALID_PRIVKEY: c_int = -410;
pub const GNUTLS_E_NOT_YET_ACTIVATED: c_int = -411;
pub const GNUTLS_E_INVALID_UTF8_STRING: c_int = -412;
pub const GNUTLS_E_NO_EMBEDDED_DATA: c_int = -413;
pub const GNUTLS_E_INVALID_UTF8_EMAIL: c_int = -414;
pub const GNUTLS_E_INVALID_PASSWORD_STRING: c_int = -415;
pub const GNUTLS_E_CERTIFICATE_TIME_ERROR: c_int = -416;
pub const GNUTLS_E_RECORD_OVERFLOW: c_int = -417;
pub const GNUTLS_E_ASN1_TIME_ERROR: c_int = -418;
pub const GNUTLS_E_INCOMPATIBLE_SIG_WITH_KEY: c_int = -419;
pub const GNUTLS_E_PK_INVALID_PUBKEY_PARAMS: c_int = -420;
pub const GNUTLS_E_PK_NO_VALIDATION_PARAMS: c_int = -421;
pub const GNUTLS_E_OCSP_MISMATCH_WITH_CERTS: c_int = -422;
pub const GNUTLS_E_NO_COMMON_KEY_SHARE: c_int = -423;
pub const GNUTLS_E_REAUTH_REQUEST: c_int = -424;
pub const GNUTLS_E_TOO_MANY_MATCHES: c_int = -425;
pub const GNUTLS_E_CRL_VERIFICATION_ERROR: c_int = -426;
pub const GNUTLS_E_MISSING_EXTENSION: c_int = -427;
pub const GNUTLS_E_DB_ENTRY_EXISTS: c_int = -428;
pub const GNUTLS_E_EARLY_DATA_REJECTED: c_int = -429;
pub const GNUTLS_E_X509_DUPLICATE_EXTENSION: c_int = -430;
pub const GNUTLS_E_UNIMPLEMENTED_FEATURE: c_int = -1250;
pub const GNUTLS_E_INT_RET_0: c_int = -1251;
pub const GNUTLS_E_INT_CHECK_AGAIN: c_int = -1252;
pub const GNUTLS_E_APPLICATION_ERROR_MIN: c_int = -65500;
pub const GNUTLS_VERIFY_ALLOW_X509_V1_CA_CRT: u32 = 0;
pub const GNUTLS_A_MISSING_SRP_USERNAME: u32 = 115;
pub const GNUTLS_A_UNKNOWN_SRP_USERNAME: u32 = 115;
pub const GNUTLS_OPENPGP_KEY: u32 = 0;
pub const GNUTLS_OPENPGP_KEY_FINGERPRINT: u32 = 1;
pub const GNUTLS_X509_CRT_FULL: u32 = 0;
pub const GNUTLS_X509_CRT_ONELINE: u32 = 1;
pub const GNUTLS_X509_CRT_UNSIGNED_FULL: u32 = 2;
pub const GNUTLS_SUPPLEMENTAL_USER_MAPPING_DATA: u32 = 0;
pub const GNUTLS_OID_X520_COUNTRY_NAME: &CStr = c"2.5.4.6";
pub const GNUTLS_OID_X520_ORGANIZATION_NAME: &CStr = c"2.5.4.10";
pub const GNUTLS_OID_X520_ORGANIZATIONAL_UNIT_NAME: &CStr = c"2.5.4.11";
pub const GNUTLS_OID_X520_COMMON_NAME: &CStr = c"2.5.4.3";
pub const GNUTLS_OID_X520_LOCALITY_NAME: &CStr = c"2.5.4.7";
pub const GNUTLS_OID_X520_STATE_OR_PROVINCE_NAME: &CStr = c"2.5.4.8";
pub const GNUTLS_OID_X520_INITIALS: &CStr = c"2.5.4.43";
pub const GNUTLS_OID_X520_GENERATION_QUALIFIER: &CStr = c"2.5.4.44";
pub const GNUTLS_OID_X520_SURNAME: &CStr = c"2.5.4.4";
pub const GNUTLS_OID_X520_GIVEN_NAME: &CStr = c"2.5.4.42";
pub const GNUTLS_OID_X520_TITLE: &CStr = c"2.5.4.12";
pub const GNUTLS_OID_X520_DN_QUALIFIER: &CStr = c"2.5.4.46";
pub const GNUTLS_OID_X520_PSEUDONYM: &CStr = c"2.5.4.65";
pub const GNUTLS_OID_X520_POSTALCODE: &CStr = c"2.5.4.17";
pub const GNUTLS_OID_X520_NAME: &CStr = c"2.5.4.41";
pub const GNUTLS_OID_LDAP_DC: &CStr = c"0.9.2342.19200300.100.1.25";
pub const GNUTLS_OID_LDAP_UID: &CStr = c"0.9.2342.19200300.100.1.1";
pub const GNUTLS_OID_PKCS9_EMAIL: &CStr = c"1.2.840.113549.1.9.1";
pub const GNUTLS_OID_PKIX_DATE_OF_BIRTH: &CStr = c"1.3.6.1.5.5.7.9.1";
pub const GNUTLS_OID_PKIX_PLACE_OF_BIRTH: &CStr = c"1.3.6.1.5.5.7.9.2";
pub const GNUTLS_OID_PKIX_GENDER: &CStr = c"1.3.6.1.5.5.7.9.3";
pub const GNUTLS_OID_PKIX_COUNTRY_OF_CITIZENSHIP: &CStr = c"1.3.6.1.5.5.7.9.4";
pub const GNUTLS_OID_PKIX_COUNTRY_OF_RESIDENCE: &CStr = c"1.3.6.1.5.5.7.9.5";
pub const GNUTLS_KP_TLS_WWW_SERVER: &CStr = c"1.3.6.1.5.5.7.3.1";
pub const GNUTLS_KP_TLS_WWW_CLIENT: &CStr = c"1.3.6.1.5.5.7.3.2";
pub const GNUTLS_KP_CODE_SIGNING: &CStr = c"1.3.6.1.5.5.7.3.3";
pub const GNUTLS_KP_MS_SMART_CARD_LOGON: &CStr = c"1.3.6.1.4.1.311.20.2.2";
pub const GNUTLS_KP_EMAIL_PROTECTION: &CStr = c"1.3.6.1.5.5.7.3.4";
pub const GNUTLS_KP_TIME_STAMPING: &CStr = c"1.3.6.1.5.5.7.3.8";
pub const GNUTLS_KP_OCSP_SIGNING: &CStr = c"1.3.6.1.5.5.7.3.9";
pub const GNUTLS_KP_IPSEC_IKE: &CStr = c"1.3.6.1.5.5.7.3.17";
pub const GNUTLS_KP_ANY: &CStr = c"2.5.29.37.0";
pub const GNUTLS_KP_FLAG_DISALLOW_ANY: u32 = 1;
pub const GNUTLS_OID_AIA: &CStr = c"1.3.6.1.5.5.7.1.1";
pub const GNUTLS_OID_AD_OCSP: &CStr = c"1.3.6.1.5.5.7.48.1";
pub const GNUTLS_OID_AD_CAISSUERS: &CStr = c"1.3.6.1.5.5.7.48.2";
pub const GNUTLS_FSAN_SET: u32 = 0;
pub const GNUTLS_FSAN_APPEND: u32 = 1;
pub const GNUTLS_FSAN_ENCODE_OCTET_STRING: u32 = 2;
pub const GNUTLS_FSAN_ENCODE_UTF8_STRING: u32 = 4;
pub const GNUTLS_X509EXT_OID_SUBJECT_KEY_ID: &CStr = c"2.5.29.14";
pub const GNUTLS_X509EXT_OID_KEY_USAGE: &CStr = c"2.5.29.15";
pub const GNUTLS_X509EXT_OID_PRIVATE_KEY_USAGE_PERIOD: &CStr = c"2.5.29.16";
pub const GNUTLS_X509EXT_OID_SAN: &CStr = c"2.5.29.17";
pub const GNUTLS_X509EXT_OID_IAN: &CStr = c"2.5.29.18";
pub const GNUTLS_X509EXT_OID_BASIC_CONSTRAINTS: &CStr = c"2.5.29.19";
pub const GNUTLS_X509EXT_OID_NAME_CONSTRAINTS: &CStr = c"2.5.29.30";
pub const GNUTLS_X509EXT_OID_CRL_DIST_POINTS: &CStr = c"2.5.29.31";
pub const GNUTLS_X509EXT_OID_CRT_POLICY: &CStr = c"2.5.29.32";
pub const GNUTLS_X509EXT_OID_AUTHORITY_KEY_ID: &CStr = c"2.5.29.35";
pub const GNUTLS_X509EXT_OID_EXTENDED_KEY_USAGE: &CStr = c"2.5.29.37";
pub const GNUTLS_X509EXT_OID_INHIBIT_ANYPOLICY: &CStr = c"2.5.29.52";
pub const GNUTLS_X509EXT_OID_AUTHORITY_INFO_ACCESS: &CStr = c"1.3.6.1.5.5.7.1.1";
pub const GNUTLS_X509EXT_OID_PROXY_CRT_INFO: &CStr = c"1.3.6.1.5.5.7.1.14";
pub const GNUTLS_X509EXT_OID_TLSFEATURES: &CStr = c"1.3.6.1.5.5.7.1.24";
#[cfg(gnutls_3_7_3)]
pub const GNUTLS_X509EXT_OID_CT_SCT_V1: &CStr = c"1.3.6.1.4.1.11129.2.4.2";
pub const GNUTLS_X509_OID_POLICY_ANY: &CStr = c"2.5.29.54";
pub const GNUTLS_EXT_FLAG_APPEND: u32 = 1;
pub const GNUTLS_NAME_CONSTRAINTS_FLAG_APPEND: u32 = 1;
pub const GNUTLS_X509_NO_WELL_DEFINED_EXPIRATION: i64 = 4294197631;
pub const GNUTLS_MAX_QUALIFIERS: u32 = 8;
pub const GNUTLS_X509_DN_OID_RETURN_OID: u32 = 1;
pub const GNUTLS_X509_DN_FLAG_COMPAT: u32 = 1;
pub const GNUTLS_VERIFY_ALLOW_BROKEN: u32 = 48;
pub const GNUTLS_VFLAGS_PROFILE_MASK: u32 = 4278190080;
pub const GNUTLS_PKCS8_PLAIN: u32 = 1;
pub const GNUTLS_PKCS8_USE_PKCS12_3DES: u32 = 2;
pub const GNUTLS_PKCS8_USE_PKCS12_ARCFOUR: u32 = 4;
pub const GNUTLS_PKCS8_USE_PKCS12_RC2_40: u32 = 8;
pub const GNUTLS_PKCS_USE_PKCS12_3DES: u32 = 2;
pub const GNUTLS_PKCS_USE_PKCS12_ARCFOUR: u32 = 4;
pub const GNUTLS_PKCS_USE_PKCS12_RC2_40: u32 = 8;
pub const GNUTLS_PKCS_USE_PBES2_3DES: u32 = 16;
pub const GNUTLS_PKCS_USE_PBES2_AES_128: u32 = 32;
pub const GNUTLS_PKCS_USE_PBES2_AES_192: u32 = 64;
pub const GNUTLS_PKCS_USE_PBES2_AES_256: u32 = 128;
pub const GNUTLS_PKCS_USE_PBES2_GOST_TC26Z: u32 = 2048;
pub const GNUTLS_PKCS_USE_PBES2_GOST_CPA: u32 = 4096;
pub const GNUTLS_PKCS_USE_PBES2_GOST_CPB: u32 = 8192;
pub const GNUTLS_PKCS_USE_PBES2_GOST_CPC: u32 = 16384;
pub const GNUTLS_PKCS_USE_PBES2_GOST_CPD: u32 = 32768;
pub const GNUTLS_PKCS7_EDATA_GET_RAW: u32 = 16777216;
pub const GNUTLS_PKCS7_ATTR_ENCODE_OCTET_STRING: u32 = 1;
pub const GNUTLS_PKCS11_MAX_PIN_LEN: u32 = 256;
pub const GNUTLS_PKCS11_FLAG_MANUAL: u32 = 0;
pub const GNUTLS_PKCS11_FLAG_AUTO: u32 = 1;
pub const GNUTLS_PKCS11_FLAG_AUTO_TRUSTED: u32 = 2;
pub const GNUTLS_PKCS11_OBJ_ATTR_CRT_ALL: u32 = 262144;
pub const GNUTLS_PKCS11_OBJ_ATTR_MATCH: u32 = 0;
pub const GNUTLS_PKCS11_OBJ_ATTR_ALL: u32 = 0;
pub const GNUTLS_PKCS11_OBJ_ATTR_CRT_TRUSTED: u32 = 262146;
pub const GNUTLS_PKCS11_OBJ_ATTR_CRT_WITH_PRIVKEY: u32 = 786432;
pub const GNUTLS_PKCS11_OBJ_ATTR_CRT_TRUSTED_CA: u32 = 264194;
pub const GNUTLS_PKCS11_OBJ_ATTR_PUBKEY: u32 = 1048576;
pub const GNUTLS_PKCS11_OBJ_ATTR_PRIVKEY: u32 = 2097152;
pub const GNUTLS_PKCS11_TOKEN_HW: u32 = 1;
pub const GNUTLS_PKCS11_TOKEN_TRUSTED: u32 = 2;
pub const GNUTLS_PKCS11_TOKEN_RNG: u32 = 4;
pub const GNUTLS_PKCS11_TOKEN_LOGIN_REQUIRED: u32 = 8;
pub const GNUTLS_PKCS11_TOKEN_PROTECTED_AUTHENTICATION_PATH: u32 = 16;
pub const GNUTLS_PKCS11_TOKEN_INITIALIZED: u32 = 32;
pub const GNUTLS_PKCS11_TOKEN_USER_PIN_COUNT_LOW: u32 = 64;
pub const GNUTLS_PKCS11_TOKEN_USER_PIN_FINAL_TRY: u32 = 128;
pub const GNUTLS_PKCS11_TOKEN_USER_PIN_LOCKED: u32 = 256;
pub const GNUTLS_PKCS11_TOKEN_SO_PIN_COUNT_LOW: u32 = 512;
pub const GNUTLS_PKCS11_TOKEN_SO_PIN_FINAL_TRY: u32 = 1024;
pub const GNUTLS_PKCS11_TOKEN_SO_PIN_LOCKED: u32 = 2048;
pub const GNUTLS_PKCS11_TOKEN_USER_PIN_INITIALIZED: u32 = 4096;
pub const GNUTLS_PKCS11_TOKEN_ERROR_STATE: u32 = 8192;
pub const GNUTLS_OPENPGP_KEYID_SIZE: u32 = 8;
pub const GNUTLS_OPENPGP_V4_FINGERPRINT_SIZE: u32 = 20;
pub const GNUTLS_OPENPGP_MASTER_KEYID_IDX: u32 = 2147483647;
pub const GNUTLS_TPM_KEY_SIGNING: u32 = 2;
pub const GNUTLS_TPM_REGISTER_KEY: u32 = 4;
pub const GNUTLS_TPM_KEY_USER: u32 = 8;
pub const GNUTLS_PUBKEY_VERIFY_FLAG_TLS_RSA: u32 = 8192;
pub const GNUTLS_PUBKEY_VERIFY_FLAG_TLS1_RSA: u32 = 8192;
pub const GNUTLS_PRIVKEY_INFO_PK_ALGO: u32 = 1;
pub const GNUTLS_PRIVKEY_INFO_SIGN_ALGO: u32 = 2;
pub const GNUTLS_PRIVKEY_INFO_HAVE_SIGN_ALGO: u32 = 4;
pub const GNUTLS_PRIVKEY_INFO_PK_ALGO_BITS: u32 = 8;
pub const GNUTLS_PCERT_NO_CERT: u32 = 1;
pub const GNUTLS_CERT_RETR_DEINIT_ALL: u32 = 1;
pub const GNUTLS_COOKIE_KEY_SIZE: u32 = 16;
pub const GNUTLS_OCSP_NONCE: &CStr = c"1.3.6.1.5.5.7.48.1.2";
pub const GNUTLS_OCSP_RESP_ID_KEY: u32 = 1;
pub const GNUTLS_OCSP_RESP_ID_DN: u32 = 2;
pub const GNUTLS_PKCS12_SP_INCLUDE_SELF_SIGNED: u32 = 1;
pub const GNUTLS_SELF_TEST_FLAG_ALL: u32 = 1;
pub const GNUTLS_SELF_TEST_FLAG_NO_COMPAT: u32 = 2;
pub const GNUTLS_CIPHER_UNKNOWN: gnutls_cipher_algorithm = 0;
pub const GNUTLS_CIPHER_NULL: gnutls_cipher_algorithm = 1;
pub const GNUTLS_CIPHER_ARCFOUR_128: gnutls_cipher_algorithm = 2;
pub const GNUTLS_CIPHER_3DES_CBC: gnutls_cipher_algorithm = 3;
pub const GNUTLS_CIPHER_AES_128_CBC: gnutls_cipher_algorithm = 4;
pub const GNUTLS_CIPHER_AES_256_CBC: gnutls_cipher_algorithm = 5;
pub const GNUTLS_CIPHER_ARCFOUR_40: gnutls_cipher_algorithm = 6;
pub const GNUTLS_CIPHER_CAMELLIA_128_CBC: gnutls_cipher_algorithm = 7;
pub const GNUTLS_CIPHER_CAMELLIA_256_CBC: gnutls_cipher_algorithm = 8;
pub const GNUTLS_CIPHER_AES_192_CBC: gnutls_cipher_algorithm = 9;
pub const GNUTLS_CIPHER_AES_128_GCM: gnutls_cipher_algorithm = 10;
pub const GNUTLS_CIPHER_AES_256_GCM: gnutls_cipher_algorithm = 11;
pub const GNUTLS_CIPHER_CAMELLIA_192_CBC: gnutls_cipher_algorithm = 12;
pub const GNUTLS_CIPHER_SALSA20_256: gnutls_cipher_algorithm = 13;
pub const GNUTLS_CIPHER_ESTREAM_SALSA20_256: gnutls_cipher_algorithm = 14;
pub const GNUTLS_CIPHER_CAMELLIA_128_GCM: gnutls_cipher_algorithm = 15;
pub const GNUTLS_CIPHER_CAMELLIA_256_GCM: gnutls_cipher_algorithm = 16;
pub const GNUTLS_CIPHER_RC2_40_CBC: gnutls_cipher_algorithm = 17;
pub const GNUTLS_CIPHER_DES_CBC: gnutls_cipher_algorithm = 18;
pub const GNUTLS_CIPHER_AES_128_CCM: gnutls_cipher_algorithm = 19;
pub const GNUTLS_CIPHER_AES_256_CCM: gnutls_cipher_algorithm = 20;
pub const GNUTLS_CIPHER_AES_128_CCM_8: gnutls_cipher_algorithm = 21;
pub const GNUTLS_CIPHER_AES_256_CCM_8: gnutls_cipher_algorithm = 22;
pub const GNUTLS_CIPHER_CHACHA20_POLY1305: gnutls_cipher_algorithm = 23;
pub const GNUTLS_CIPHER_GOST28147_TC26Z_CFB: gnutls_cipher_algorithm = 24;
pub const GNUTLS_CIPHER_GOST28147_CPA_CFB: gnutls_cipher_algorithm = 25;
pub const GNUTLS_CIPHER_GOST28147_CPB_CFB: gnutls_cipher_algorithm = 26;
pub const GNUTLS_CIPHER_GOST28147_CPC_CFB: gnutls_cipher_algorithm = 27;
pub const GNUTLS_CIPHER_GOST28147_CPD_CFB: gnutls_cipher_algorithm = 28;
pub const GNUTLS_CIPHER_AES_128_CFB8: gnutls_cipher_algorithm = 29;
pub const GNUTLS_CIPHER_AES_192_CFB8: gnutls_cipher_algorithm = 30;
pub const GNUTLS_CIPHER_AES_256_CFB8: gnutls_cipher_algorithm = 31;
pub const GNUTLS_CIPHER_AES_128_XTS: gnutls_cipher_algorithm = 32;
pub const GNUTLS_CIPHER_AES_256_XTS: gnutls_cipher_algorithm = 33;
pub const GNUTLS_CIPHER_GOST28147_TC26Z_CNT: gnutls_cipher_algorithm = 34;
pub const GNUTLS_CIPHER_CHACHA20_64: gnutls_cipher_algorithm = 35;
pub const GNUTLS_CIPHER_CHACHA20_32: gnutls_cipher_algorithm = 36;
pub const GNUTLS_CIPHER_AES_128_SIV: gnutls_cipher_algorithm = 37;
pub const GNUTLS_CIPHER_AES_256_SIV: gnutls_cipher_algorithm = 38;
pub const GNUTLS_CIPHER_AES_192_GCM: gnutls_cipher_algorithm = 39;
pub const GNUTLS_CIPHER_MAGMA_CTR_ACPKM: gnutls_cipher_algorithm = 40;
pub const GNUTLS_CIPHER_KUZNYECHIK_CTR_ACPKM: gnutls_cipher_algorithm = 41;
#[cfg(gnutls_3_8_2)]
pub const GNUTLS_CIPHER_AES_128_SIV_GCM: gnutls_cipher_algorithm = 42;
#[cfg(gnutls_3_8_2)]
pub const GNUTLS_CIPHER_AES_256_SIV_GCM: gnutls_cipher_algorithm = 43;
#[cfg(gnutls_3_8_11)]
pub const GNUTLS_CIPHER_AES_128_CFB: gnutls_cipher_algorithm = 44;
#[cfg(gnutls_3_8_11)]
pub const GNUTLS_CIPHER_AES_192_CFB: gnutls_cipher_algorithm = 45;
#[cfg(gnutls_3_8_11)]
pub const GNUTLS_CIPHER_AES_256_CFB: gnutls_cipher_algorithm = 46;
pub const GNUTLS_CIPHER_IDEA_PGP_CFB: gnutls_cipher_algorithm = 200;
pub const GNUTLS_CIPHER_3DES_PGP_CFB: gnutls_cipher_algorithm = 201;
pub const GNUTLS_CIPHER_CAST5_PGP_CFB: gnutls_cipher_algorithm = 202;
pub const GNUTLS_CIPHER_BLOWFISH_PGP_CFB: gnutls_cipher_algorithm = 203;
pub const GNUTLS_CIPHER_SAFER_SK128_PGP_CFB: gnutls_cipher_algorithm = 204;
pub const GNUTLS_CIPHER_AES128_PGP_CFB: gnutls_cipher_algorithm = 205;
pub const GNUTLS_CIPHER_AES192_PGP_CFB: gnutls_cipher_algorithm = 206;
pub const GNUTLS_CIPHER_AES256_PGP_CFB: gnutls_cipher_algorithm = 207;
pub const GNUTLS_CIPHER_TWOFISH_PGP_CFB: gnutls_cipher_algorithm = 208;
pub const GNUTLS_KX_UNKNOWN: gnutls_kx_algorithm_t = 0;
pub const GNUTLS_KX_RSA: gnutls_kx_algorithm_t = 1;
pub const GNUTLS_KX_DHE_DSS: gnutls_kx_algorithm_t = 2;
pub const GNUTLS_KX_DHE_RSA: gnutls_kx_algorithm_t = 3;
pub const GNUTLS_KX_ANON_DH: gnutls_kx_algorithm_t = 4;
pub const GNUTLS_KX_SRP: gnutls_kx_algorithm_t = 5;
pub const GNUTLS_KX_RSA_EXPORT: gnutls_kx_algorithm_t = 6;
pub const GNUTLS_KX_SRP_RSA: gnutls_kx_algorithm_t = 7;
pub const GNUTLS_KX_SRP_DSS: gnutls_kx_algorithm_t = 8;
pub const GNUTLS_KX_PSK: gnutls_kx_algorithm_t = 9;
pub const GNUTLS_KX_DHE_PSK: gnutls_kx_algorithm_t = 10;
pub const GNUTLS_KX_ANON_ECDH: gnutls_kx_algorithm_t = 11;
pub const GNUTLS_KX_ECDHE_RSA: gnutls_kx_algorithm_t = 12;
pub const GNUTLS_KX_ECDHE_ECDSA: gnutls_kx_algorithm_t = 13;
pub const GNUTLS_KX_ECDHE_PSK: gnutls_kx_algorithm_t = 14;
pub const GNUTLS_KX_RSA_PSK: gnutls_kx_algorithm_t = 15;
pub const GNUTLS_KX_VKO_GOST_12: gnutls_kx_algorithm_t = 16;
pub const GNUTLS_PARAMS_RSA_EXPORT: gnutls_params_type_t = 1;
pub const GNUTLS_PARAMS_DH: gnutls_params_type_t = 2;
pub const GNUTLS_PARAMS_ECDH: gnutls_params_type_t = 3;
pub const GNUTLS_CRD_CERTIFICATE: gnutls_credentials_type_t = 1;
pub const GNUTLS_CRD_ANON: gnutls_credentials_type_t = 2;
pub const GNUTLS_CRD_SRP: gnutls_credentials_type_t = 3;
pub const GNUTLS_CRD_PSK: gnutls_credentials_type_t = 4;
pub const GNUTLS_CRD_IA: gnutls_credentials_type_t = 5;
pub const GNUTLS_MAC_UNKNOWN: gnutls_mac_algorithm_t = 0;
pub const GNUTLS_MAC_NULL: gnutls_mac_algorithm_t = 1;
pub const GNUTLS_MAC_MD5: gnutls_mac_algorithm_t = 2;
pub const GNUTLS_MAC_SHA1: gnutls_mac_algorithm_t = 3;
pub const GNUTLS_MAC_RMD160: gnutls_mac_algorithm_t = 4;
pub const GNUTLS_MAC_MD2: gnutls_mac_algorithm_t = 5;
pub const GNUTLS_MAC_SHA256: gnutls_mac_algorithm_t = 6;
pub const GNUTLS_MAC_SHA384: gnutls_mac_algorithm_t = 7;
pub const GNUTLS_MAC_SHA512: gnutls_mac_algorithm_t = 8;
pub const GNUTLS_MAC_SHA224: gnutls_mac_algorithm_t = 9;
pub const GNUTLS_MAC_SHA3_224: gnutls_mac_algorithm_t = 10;
pub const GNUTLS_MAC_SHA3_256: gnutls_mac_algorithm_t = 11;
pub const GNUTLS_MAC_SHA3_384: gnutls_mac_algorithm_t = 12;
pub const GNUTLS_MAC_SHA3_512: gnutls_mac_algorithm_t = 13;
pub const GNUTLS_MAC_MD5_SHA1: gnutls_mac_algorithm_t = 14;
pub const GNUTLS_MAC_GOSTR_94: gnutls_mac_algorithm_t = 15;
pub const GNUTLS_MAC_STREEBOG_256: gnutls_mac_algorithm_t = 16;
pub const GNUTLS_MAC_STREEBOG_512: gnutls_mac_algorithm_t = 17;
pub const GNUTLS_MAC_AEAD: gnutls_mac_algorithm_t = 200;
pub const GNUTLS_MAC_UMAC_96: gnutls_mac_algorithm_t = 201;
pub const GNUTLS_MAC_UMAC_128: gnutls_mac_algorithm_t = 202;
pub const GNUTLS_MAC_AES_CMAC_128: gnutls_mac_algorithm_t = 203;
pub const GNUTLS_MAC_AES_CMAC_256: gnutls_mac_algorithm_t = 204;
pub const GNUTLS_MAC_AES_GMAC_128: gnutls_mac_algorithm_t = 205;
pub const GNUTLS_MAC_AES_GMAC_192: gnutls_mac_algorithm_t = 206;
pub const GNUTLS_MAC_AES_GMAC_256: gnutls_mac_algorithm_t = 207;
pub const GNUTLS_MAC_GOST28147_TC26Z_IMIT: gnutls_mac_algorithm_t = 208;
pub const GNUTLS_MAC_SHAKE_128: gnutls_mac_algorithm_t = 209;
pub const GNUTLS_MAC_SHAKE_256: gnutls_mac_algorithm_t = 210;
pub const GNUTLS_MAC_MAGMA_OMAC: gnutls_mac_algorithm_t = 211;
pub const GNUTLS_MAC_KUZNYECHIK_OMAC: gnutls_mac_algorithm_t = 212;
#[cfg(gnutls_3_8_6)]
pub const GNUTLS_MAC_PBMAC1: gnutls_mac_algorithm_t = 213;
pub const GNUTLS_DIG_UNKNOWN: gnutls_digest_algorithm_t = 0;
pub const GNUTLS_DIG_NULL: gnutls_digest_algorithm_t = 1;
pub const GNUTLS_DIG_MD5: gnutls_digest_algorithm_t = 2;
pub const GNUTLS_DIG_SHA1: gnutls_digest_algorithm_t = 3;
pub const GNUTLS_DIG_RMD160: gnutls_digest_algorithm_t = 4;
pub const GNUTLS_DIG_MD2: gnutls_digest_algorithm_t = 5;
pub const GNUTLS_DIG_SHA256: gnutls_digest_algorithm_t = 6;
pub const GNUTLS_DIG_SHA384: gnutls_digest_algorithm_t = 7;
pub const GNUTLS_DIG_SHA512: gnutls_digest_algorithm_t = 8;
pub const GNUTLS_DIG_SHA224: gnutls_digest_algorithm_t = 9;
pub const GNUTLS_DIG_SHA3_224: gnutls_digest_algorithm_t = 10;
pub const GNUTLS_DIG_SHA3_256: gnutls_digest_algorithm_t = 11;
pub const GNUTLS_DIG_SHA3_384: gnutls_digest_algorithm_t = 12;
pub const GNUTLS_DIG_SHA3_512: gnutls_digest_algorithm_t = 13;
pub const GNUTLS_DIG_MD5_SHA1: gnutls_digest_algorithm_t = 14;
pub const GNUTLS_DIG_GOSTR_94: gnutls_digest_algorithm_t = 15;
pub const GNUTLS_DIG_STREEBOG_256: gnutls_digest_algorithm_t = 16;
pub const GNUTLS_DIG_STREEBOG_512: gnutls_digest_algorithm_t = 17;
pub const GNUTLS_DIG_SHAKE_128: gnutls_digest_algorithm_t = 209;
pub const GNUTLS_DIG_SHAKE_256: gnutls_digest_algorithm_t = 210;
pub const GNUTLS_COMP_UNKNOWN: gnutls_compression_method_t = 0;
pub const GNUTLS_COMP_NULL: gnutls_compression_method_t = 1;
pub const GNUTLS_COMP_DEFLATE: gnutls_compression_method_t = 2;
pub const GNUTLS_COMP_ZLIB: gnutls_compression_method_t = 2;
#[cfg(gnutls_3_7_4)]
pub const GNUTLS_COMP_BROTLI: gnutls_compression_method_t = 3;
#[cfg(gnutls_3_7_4)]
pub const GNUTLS_COMP_ZSTD: gnutls_compression_method_t = 4;
pub const GNUTLS_SERVER: gnutls_init_flags_t = 1;
pub const GNUTLS_CLIENT: gnutls_init_flags_t = 2;
pub const GNUTLS_DATAGRAM: gnutls_init_flags_t = 4;
pub const GNUTLS_NONBLOCK: gnutls_init_flags_t = 8;
#[cfg(gnutls_3_8_1)]
pub const GNUTLS_NO_DEFAULT_EXTENSIONS: gnutls_init_flags_t = 16;
pub const GNUTLS_NO_REPLAY_PROTECTION: gnutls_init_flags_t = 32;
pub const GNUTLS_NO_SIGNAL: gnutls_init_flags_t = 64;
pub const GNUTLS_ALLOW_ID_CHANGE: gnutls_init_flags_t = 128;
pub const GNUTLS_ENABLE_FALSE_START: gnutls_init_flags_t = 256;
pub const GNUTLS_FORCE_CLIENT_CERT: gnutls_init_flags_t = 512;
pub const GNUTLS_NO_TICKETS: gnutls_init_flags_t = 1024;
pub const GNUTLS_KEY_SHARE_TOP: gnutls_init_flags_t = 2048;
pub const GNUTLS_KEY_SHARE_TOP2: gnutls_init_flags_t = 4096;
pub const GNUTLS_KEY_SHARE_TOP3: gnutls_init_flags_t = 8192;
pub const GNUTLS_POST_HANDSHAKE_AUTH: gnutls_init_flags_t = 16384;
pub const GNUTLS_NO_AUTO_REKEY: gnutls_init_flags_t = 32768;
pub const GNUTLS_SAFE_PADDING_CHECK: gnutls_init_flags_t = 65536;
pub const GNUTLS_ENABLE_EARLY_START: gnutls_init_flags_t = 131072;
pub const GNUTLS_ENABLE_RAWPK: gnutls_init_flags_t = 262144;
pub const GNUTLS_AUTO_REAUTH: gnutls_init_flags_t = 524288;
pub const GNUTLS_ENABLE_EARLY_DATA: gnutls_init_flags_t = 1048576;
pub const GNUTLS_NO_AUTO_SEND_TICKET: gnutls_init_flags_t = 2097152;
#[cfg(gnutls_3_7_2)]
pub const GNUTLS_NO_END_OF_EARLY_DATA: gnutls_init_flags_t = 4194304;
#[cfg(gnutls_3_7_5)]
pub const GNUTLS_NO_TICKETS_TLS12: gnutls_init_flags_t = 8388608;
#[cfg(gnutls_3_8_0)]
pub const GNUTLS_NO_STATUS_REQUEST: gnutls_init_flags_t = 16777216;
pub const GNUTLS_AL_WARNING: gnutls_alert_level_t = 1;
pub const GNUTLS_AL_FATAL: gnutls_alert_level_t = 2;
pub const GNUTLS_A_CLOSE_NOTIFY: gnutls_alert_description_t = 0;
pub const GNUTLS_A_UNEXPECTED_MESSAGE: gnutls_alert_description_t = 10;
pub const GNUTLS_A_BAD_RECORD_MAC: gnutls_alert_description_t = 20;
pub const GNUTLS_A_DECRYPTION_FAILED: gnutls_alert_description_t = 21;
pub const GNUTLS_A_RECORD_OVERFLOW: gnutls_alert_description_t = 22;
pub const GNUTLS_A_DECOMPRESSION_FAILURE: gnutls_alert_description_t = 30;
pub const GNUTLS_A_HANDSHAKE_FAILURE: gnutls_alert_description_t = 40;
pub const GNUTLS_A_SSL3_NO_CERTIFICATE: gnutls_alert_description_t = 41;
pub const GNUTLS_A_BAD_CERTIFICATE: gnutls_alert_description_t = 42;
pub const GNUTLS_A_UNSUPPORTED_CERTIFICATE: gnutls_alert_description_t = 43;
pub const GNUTLS_A_CERTIFICATE_REVOKED: gnutls_alert_description_t = 44;
pub const GNUTLS_A_CERTIFICATE_EXPIRED: gnutls_alert_description_t = 45;
pub const GNUTLS_A_CERTIFICATE_UNKNOWN: gnutls_alert_description_t = 46;
pub const GNUTLS_A_ILLEGAL_PARAMETER: gnutls_alert_description_t = 47;
pub const GNUTLS_A_UNKNOWN_CA: gnutls_alert_description_t = 48;
pub const GNUTLS_A_ACCESS_DENIED: gnutls_alert_description_t = 49;
pub const GNUTLS_A_DECODE_ERROR: gnutls_alert_description_t = 50;
pub const GNUTLS_A_DECRYPT_ERROR: gnutls_alert_description_t = 51;
pub const GNUTLS_A_EXPORT_RESTRICTION: gnutls_alert_description_t = 60;
pub const GNUTLS_A_PROTOCOL_VERSION: gnutls_alert_description_t = 70;
pub const GNUTLS_A_INSUFFICIENT_SECURITY: gnutls_alert_description_t = 71;
pub const GNUTLS_A_INTERNAL_ERROR: gnutls_alert_description_t = 80;
pub const GNUTLS_A_INAPPROPRIATE_FALLBACK: gnutls_alert_description_t = 86;
pub const GNUTLS_A_USER_CANCELED: gnutls_alert_description_t = 90;
pub const GNUTLS_A_NO_RENEGOTIATION: gnutls_alert_description_t = 100;
pub const GNUTLS_A_MISSING_EXTENSION: gnutls_alert_description_t = 109;
pub const GNUTLS_A_UNSUPPORTED_EXTENSION: gnutls_alert_description_t = 110;
pub const GNUTLS_A_CERTIFICATE_UNOBTAINABLE: gnutls_alert_description_t = 111;
pub const GNUTLS_A_UNRECOGNIZED_NAME: gnutls_alert_description_t = 112;
pub const GNUTLS_A_UNKNOWN_PSK_IDENTITY: gnutls_alert_description_t = 115;
pub const GNUTLS_A_CERTIFICATE_REQUIRED: gnutls_alert_description_t = 116;
pub const GNUTLS_A_NO_APPLICATION_PROTOCOL: gnutls_alert_description_t = 120;
pub const GNUTLS_HANDSHAKE_HELLO_REQUEST: gnutls_handshake_description_t = 0;
pub const GNUTLS_HANDSHAKE_CLIENT_HELLO: gnutls_handshake_description_t = 1;
pub const GNUTLS_HANDSHAKE_SERVER_HELLO: gnutls_handshake_description_t = 2;
pub const GNUTLS_HANDSHAKE_HELLO_VERIFY_REQUEST: gnutls_handshake_description_t = 3;
pub const GNUTLS_HANDSHAKE_NEW_SESSION_TICKET: gnutls_handshake_description_t = 4;
pub const GNUTLS_HANDSHAKE_END_OF_EARLY_DATA: gnutls_handshake_description_t = 5;
pub const GNUTLS_HANDSHAKE_ENCRYPTED_EXTENSIONS: gnutls_handshake_description_t = 8;
pub const GNUTLS_HANDSHAKE_CERTIFICATE_PKT: gnutls_handshake_description_t = 11;
pub const GNUTLS_HANDSHAKE_SERVER_KEY_EXCHANGE: gnutls_handshake_description_t = 12;
pub const GNUTLS_HANDSHAKE_CERTIFICATE_REQUEST: gnutls_handshake_description_t = 13;
pub const GNUTLS_HANDSHAKE_SERVER_HELLO_DONE: gnutls_handshake_description_t = 14;
pub const GNUTLS_HANDSHAKE_CERTIFICATE_VERIFY: gnutls_handshake_description_t = 15;
pub const GNUTLS_HANDSHAKE_CLIENT_KEY_EXCHANGE: gnutls_handshake_description_t = 16;
pub const GNUTLS_HANDSHAKE_FINISHED: gnutls_handshake_description_t = 20;
pub const GNUTLS_HANDSHAKE_CERTIFICATE_STATUS: gnutls_handshake_description_t = 22;
pub const GNUTLS_HANDSHAKE_SUPPLEMENTAL: gnutls_handshake_description_t = 23;
pub const GNUTLS_HANDSHAKE_KEY_UPDATE: gnutls_handshake_description_t = 24;
#[cfg(gnutls_3_7_4)]
pub const GNUTLS_HANDSHAKE_COMPRESSED_CERTIFICATE_PKT: gnutls_handshake_description_t = 25;
pub const GNUTLS_HANDSHAKE_CHANGE_CIPHER_SPEC: gnutls_handshake_description_t = 254;
pub const GNUTLS_HANDSHAKE_CLIENT_HELLO_V2: gnutls_handshake_description_t = 1024;
pub const GNUTLS_HANDSHAKE_HELLO_RETRY_REQUEST: gnutls_handshake_description_t = 1025;
pub const GNUTLS_CERT_INVALID: gnutls_certificate_status_t = 2;
pub const GNUTLS_CERT_REVOKED: gnutls_certificate_status_t = 32;
pub const GNUTLS_CERT_SIGNER_NOT_FOUND: gnutls_certificate_status_t = 64;
pub const GNUTLS_CERT_SIGNER_NOT_CA: gnutls_certificate_status_t = 128;
pub const GNUTLS_CERT_INSECURE_ALGORITHM: gnutls_certificate_status_t = 256;
pub const GNUTLS_CERT_NOT_ACTIVATED: gnutls_certificate_status_t = 512;
pub const GNUTLS_CERT_EXPIRED: gnutls_certificate_status_t = 1024;
pub const GNUTLS_CERT_SIGNATURE_FAILURE: gnutls_certificate_status_t = 2048;
pub const GNUTLS_CERT_REVOCATION_DATA_SUPERSEDED: gnutls_certificate_status_t = 4096;
pub const GNUTLS_CERT_UNEXPECTED_OWNER: gnutls_certificate_status_t = 16384;
pub const GNUTLS_CERT_REVOCATION_DATA_ISSUED_IN_FUTURE: gnutls_certificate_status_t = 32768;
pub const GNUTLS_CERT_SIGNER_CONSTRAINTS_FAILURE: gnutls_certificate_status_t = 65536;
pub const GNUTLS_CERT_MISMATCH: gnutls_certificate_status_t = 131072;
pub const GNUTLS_CERT_PURPOSE_MISMATCH: gnutls_certificate_status_t = 262144;
pub const GNUTLS_CERT_MISSING_OCSP_STATUS: gnutls_certificate_status_t = 524288;
pub const GNUTLS_CERT_INVALID_OCSP_STATUS: gnutls_certificate_status_t = 1048576;
pub const GNUTLS_CERT_UNKNOWN_CRIT_EXTENSIONS: gnutls_certificate_status_t = 2097152;
pub const GNUTLS_CERT_IGNORE: gnutls_certificate_request_t = 0;
pub const GNUTLS_CERT_REQUEST: gnutls_certificate_request_t = 1;
pub const GNUTLS_CERT_REQUIRE: gnutls_certificate_request_t = 2;
pub const GNUTLS_OPENPGP_CERT: gnutls_openpgp_crt_status_t = 0;
pub const GNUTLS_OPENPGP_CERT_FINGERPRINT: gnutls_openpgp_crt_status_t = 1;
pub const GNUTLS_SHUT_RDWR: gnutls_close_request_t = 0;
pub const GNUTLS_SHUT_WR: gnutls_close_request_t = 1;
pub const GNUTLS_SSL3: gnutls_protocol_t = 1;
pub const GNUTLS_TLS1_0: gnutls_protocol_t = 2;
pub const GNUTLS_TLS1: gnutls_protocol_t = 2;
pub const GNUTLS_TLS1_1: gnutls_protocol_t = 3;
pub const GNUTLS_TLS1_2: gnutls_protocol_t = 4;
pub const GNUTLS_TLS1_3: gnutls_protocol_t = 5;
pub const GNUTLS_DTLS0_9: gnutls_protocol_t = 200;
pub const GNUTLS_DTLS1_0: gnutls_protocol_t = 201;
pub const GNUTLS_DTLS1_2: gnutls_protocol_t = 202;
pub const GNUTLS_DTLS_VERSION_MIN: gnutls_protocol_t = 200;
pub const GNUTLS_VERSION_UNKNOWN: gnutls_protocol_t = 255;
pub const GNUTLS_CRT_UNKNOWN: gnutls_certificate_type_t = 0;
pub const GNUTLS_CRT_X509: gnutls_certificate_type_t = 1;
pub const GNUTLS_CRT_OPENPGP: gnutls_certificate_type_t = 2;
pub const GNUTLS_CRT_RAWPK: gnutls_certificate_type_t = 3;
pub const GNUTLS_X509_FMT_DER: gnutls_x509_crt_fmt_t = 0;
pub const GNUTLS_X509_FMT_PEM: gnutls_x509_crt_fmt_t = 1;
pub const GNUTLS_CRT_PRINT_FULL: gnutls_certificate_print_formats = 0;
pub const GNUTLS_CRT_PRINT_ONELINE: gnutls_certificate_print_formats = 1;
pub const GNUTLS_CRT_PRINT_UNSIGNED_FULL: gnutls_certificate_print_formats = 2;
pub const GNUTLS_CRT_PRINT_COMPACT: gnutls_certificate_print_formats = 3;
pub const GNUTLS_CRT_PRINT_FULL_NUMBERS: gnutls_certificate_print_formats = 4;
pub const GNUTLS_PK_UNKNOWN: gnutls_pk_algorithm_t = 0;
pub const GNUTLS_PK_RSA: gnutls_pk_algorithm_t = 1;
pub const GNUTLS_PK_DSA: gnutls_pk_algorithm_t = 2;
pub const GNUTLS_PK_DH: gnutls_pk_algorithm_t = 3;
pub const GNUTLS_PK_ECDSA: gnutls_pk_algorithm_t = 4;
pub const GNUTLS_PK_ECDH_X25519: gnutls_pk_algorithm_t = 5;
pub const GNUTLS_PK_RSA_PSS: gnutls_pk_algorithm_t = 6;
pub const GNUTLS_PK_EDDSA_ED25519: gnutls_pk_algorithm_t = 7;
pub const GNUTLS_PK_GOST_01: gnutls_pk_algorithm_t = 8;
pub const GNUTLS_PK_GOST_12_256: gnutls_pk_algorithm_t = 9;
pub const GNUTLS_PK_GOST_12_512: gnutls_pk_algorithm_t = 10;
pub const GNUTLS_PK_ECDH_X448: gnutls_pk_algorithm_t = 11;
pub const GNUTLS_PK_EDDSA_ED448: gnutls_pk_algorithm_t = 12;
#[cfg(gnutls_3_8_4)]
pub const GNUTLS_PK_RSA_OAEP: gnutls_pk_algorithm_t = 13;
#[cfg(gnutls_3_8_8)]
pub const GNUTLS_PK_MLKEM768: gnutls_pk_algorithm_t = 14;
#[cfg(gnutls_3_8_9)]
pub const GNUTLS_PK_MLDSA44: gnutls_pk_algorithm_t = 15;
#[cfg(gnutls_3_8_9)]
pub const GNUTLS_PK_MLDSA65: gnutls_pk_algorithm_t = 16;
#[cfg(gnutls_3_8_9)]
pub const GNUTLS_PK_MLDSA87: gnutls_pk_algorithm_t = 17;
#[cfg(gnutls_3_8_9)]
pub const GNUTLS_PK_MLKEM1024: gnutls_pk_algorithm_t = 18;
#[cfg(gnutls_3_8_7)]
pub const GNUTLS_PK_EXP_KYBER768: gnutls_pk_algorithm_t = 256;
pub const GNUTLS_SIGN_UNKNOWN: gnutls_sign_algorithm_t = 0;
pub const GNUTLS_SIGN_RSA_SHA1: gnutls_sign_algorithm_t = 1;
pub const GNUTLS_SIGN_RSA_SHA: gnutls_sign_algorithm_t = 1;
pub const GNUTLS_SIGN_DSA_SHA1: gnutls_sign_algorithm_t = 2;
pub const GNUTLS_SIGN_DSA_SHA: gnutls_sign_algorithm_t = 2;
pub const GNUTLS_SIGN_RSA_MD5: gnutls_sign_algorithm_t = 3;
pub const GNUTLS_SIGN_RSA_MD2: gnutls_sign_algorithm_t = 4;
pub const GNUTLS_SIGN_RSA_RMD160: gnutls_sign_algorithm_t = 5;
pub const GNUTLS_SIGN_RSA_SHA256: gnutls_sign_algorithm_t = 6;
pub const GNUTLS_SIGN_RSA_SHA384: gnutls_sign_algorithm_t = 7;
pub const GNUTLS_SIGN_RSA_SHA512: gnutls_sign_algorithm_t = 8;
pub const GNUTLS_SIGN_RSA_SHA224: gnutls_sign_algorithm_t = 9;
pub const GNUTLS_SIGN_DSA_SHA224: gnutls_sign_algorithm_t = 10;
pub const GNUTLS_SIGN_DSA_SHA256: gnutls_sign_algorithm_t = 11;
pub const GNUTLS_SIGN_ECDSA_SHA1: gnutls_sign_algorithm_t = 12;
pub const GNUTLS_SIGN_ECDSA_SHA224: gnutls_sign_algorithm_t = 13;
pub const GNUTLS_SIGN_ECDSA_SHA256: gnutls_sign_algorithm_t = 14;
pub const GNUTLS_SIGN_ECDSA_SHA384: gnutls_sign_algorithm_t = 15;
pub const GNUTLS_SIGN_ECDSA_SHA512: gnutls_sign_algorithm_t = 16;
pub const GNUTLS_SIGN_DSA_SHA384: gnutls_sign_algorithm_t = 17;
pub const GNUTLS_SIGN_DSA_SHA512: gnutls_sign_algorithm_t = 18;
pub const GNUTLS_SIGN_ECDSA_SHA3_224: gnutls_sign_algorithm_t = 20;
pub const GNUTLS_SIGN_ECDSA_SHA3_256: gnutls_sign_algorithm_t = 21;
pub const GNUTLS_SIGN_ECDSA_SHA3_384: gnutls_sign_algorithm_t = 22;
pub const GNUTLS_SIGN_ECDSA_SHA3_512: gnutls_sign_algorithm_t = 23;
pub const GNUTLS_SIGN_DSA_SHA3_224: gnutls_sign_algorithm_t = 24;
pub const GNUTLS_SIGN_DSA_SHA3_256: gnutls_sign_algorithm_t = 25;
pub const GNUTLS_SIGN_DSA_SHA3_384: gnutls_sign_algorithm_t = 26;
pub const GNUTLS_SIGN_DSA_SHA3_512: gnutls_sign_algorithm_t = 27;
pub const GNUTLS_SIGN_RSA_SHA3_224: gnutls_sign_algorithm_t = 28;
pub const GNUTLS_SIGN_RSA_SHA3_256: gnutls_sign_algorithm_t = 29;
pub const GNUTLS_SIGN_RSA_SHA3_384: gnutls_sign_algorithm_t = 30;
pub const GNUTLS_SIGN_RSA_SHA3_512: gnutls_sign_algorithm_t = 31;
pub const GNUTLS_SIGN_RSA_PSS_SHA256: gnutls_sign_algorithm_t = 32;
pub const GNUTLS_SIGN_RSA_PSS_SHA384: gnutls_sign_algorithm_t = 33;
pub const GNUTLS_SIGN_RSA_PSS_SHA512: gnutls_sign_algorithm_t = 34;
pub const GNUTLS_SIGN_EDDSA_ED25519: gnutls_sign_algorithm_t = 35;
pub const GNUTLS_SIGN_RSA_RAW: gnutls_sign_algorithm_t = 36;
pub const GNUTLS_SIGN_ECDSA_SECP256R1_SHA256: gnutls_sign_algorithm_t = 37;
pub const GNUTLS_SIGN_ECDSA_SECP384R1_SHA384: gnutls_sign_algorithm_t = 38;
pub const GNUTLS_SIGN_ECDSA_SECP521R1_SHA512: gnutls_sign_algorithm_t = 39;
pub const GNUTLS_SIGN_RSA_PSS_RSAE_SHA256: gnutls_sign_algorithm_t = 40;
pub const GNUTLS_SIGN_RSA_PSS_RSAE_SHA384: gnutls_sign_algorithm_t = 41;
pub const GNUTLS_SIGN_RSA_PSS_RSAE_SHA512: gnutls_sign_algorithm_t = 42;
pub const GNUTLS_SIGN_GOST_94: gnutls_sign_algorithm_t = 43;
pub const GNUTLS_SIGN_GOST_256: gnutls_sign_algorithm_t = 44;
pub const GNUTLS_SIGN_GOST_512: gnutls_sign_algorithm_t = 45;
pub const GNUTLS_SIGN_EDDSA_ED448: gnutls_sign_algorithm_t = 46;
#[cfg(gnutls_3_8_9)]
pub const GNUTLS_SIGN_MLDSA44: gnutls_sign_algorithm_t = 47;
#[cfg(gnutls_3_8_9)]
pub const GNUTLS_SIGN_MLDSA65: gnutls_sign_algorithm_t = 48;
#[cfg(gnutls_3_8_9)]
pub const GNUTLS_SIGN_MLDSA87: gnutls_sign_algorithm_t = 49;
pub const GNUTLS_ECC_CURVE_INVALID: gnutls_ecc_curve_t = 0;
pub const GNUTLS_ECC_CURVE_SECP224R1: gnutls_ecc_curve_t = 1;
pub const GNUTLS_ECC_CURVE_SECP256R1: gnutls_ecc_curve_t = 2;
pub const GNUTLS_ECC_CURVE_SECP384R1: gnutls_ecc_curve_t = 3;
pub const GNUTLS_ECC_CURVE_SECP521R1: gnutls_ecc_curve_t = 4;
pub const GNUTLS_ECC_CURVE_SECP192R1: gnutls_ecc_curve_t = 5;
pub const GNUTLS_ECC_CURVE_X25519: gnutls_ecc_curve_t = 6;
pub const GNUTLS_ECC_CURVE_ED25519: gnutls_ecc_curve_t = 7;
pub const GNUTLS_ECC_CURVE_GOST256CPA: gnutls_ecc_curve_t = 8;
pub const GNUTLS_ECC_CURVE_GOST256CPB: gnutls_ecc_curve_t = 9;
pub const GNUTLS_ECC_CURVE_GOST256CPC: gnutls_ecc_curve_t = 10;
pub const GNUTLS_ECC_CURVE_GOST256CPXA: gnutls_ecc_curve_t = 11;
pub const GNUTLS_ECC_CURVE_GOST256CPXB: gnutls_ecc_curve_t = 12;
pub const GNUTLS_ECC_CURVE_GOST512A: gnutls_ecc_curve_t = 13;
pub const GNUTLS_ECC_CURVE_GOST512B: gnutls_ecc_curve_t = 14;
pub const GNUTLS_ECC_CURVE_GOST512C: gnutls_ecc_curve_t = 15;
pub const GNUTLS_ECC_CURVE_GOST256A: gnutls_ecc_curve_t = 16;
pub const GNUTLS_ECC_CURVE_GOST256B: gnutls_ecc_curve_t = 17;
pub const GNUTLS_ECC_CURVE_GOST256C: gnutls_ecc_curve_t = 18;
pub const GNUTLS_ECC_CURVE_GOST256D: gnutls_ecc_curve_t = 19;
pub const GNUTLS_ECC_CURVE_X448: gnutls_ecc_curve_t = 20;
pub const GNUTLS_ECC_CURVE_ED448: gnutls_ecc_curve_t = 21;
pub const GNUTLS_GROUP_INVALID: gnutls_group_t = 0;
pub const GNUTLS_GROUP_SECP192R1: gnutls_group_t = 5;
pub const GNUTLS_GROUP_SECP224R1: gnutls_group_t = 1;
pub const GNUTLS_GROUP_SECP256R1: gnutls_group_t = 2;
pub const GNUTLS_GROUP_SECP384R1: gnutls_group_t = 3;
pub const GNUTLS_GROUP_SECP521R1: gnutls_group_t = 4;
pub const GNUTLS_GROUP_X25519: gnutls_group_t = 6;
pub const GNUTLS_GROUP_X448: gnutls_group_t = 20;
pub const GNUTLS_GROUP_GC256A: gnutls_group_t = 16;
pub const GNUTLS_GROUP_GC256B: gnutls_group_t = 17;
pub const GNUTLS_GROUP_GC256C: gnutls_group_t = 18;
pub const GNUTLS_GROUP_GC256D: gnutls_group_t = 19;
pub const GNUTLS_GROUP_GC512A: gnutls_group_t = 13;
pub const GNUTLS_GROUP_GC512B: gnutls_group_t = 14;
pub const GNUTLS_GROUP_GC512C: gnutls_group_t = 15;
pub const GNUTLS_GROUP_FFDHE2048: gnutls_group_t = 256;
pub const GNUTLS_GROUP_FFDHE3072: gnutls_group_t = 257;
pub const GNUTLS_GROUP_FFDHE4096: gnutls_group_t = 258;
pub const GNUTLS_GROUP_FFDHE8192: gnutls_group_t = 259;
pub const GNUTLS_GROUP_FFDHE6144: gnutls_group_t = 260;
#[cfg(gnutls_3_8_7)]
pub const GNUTLS_GROUP_EXP_X25519_KYBER768: gnutls_group_t = 512;
#[cfg(gnutls_3_8_8)]
pub const GNUTLS_GROUP_EXP_SECP256R1_MLKEM768: gnutls_group_t = 513;
#[cfg(gnutls_3_8_9)]
pub const GNUTLS_GROUP_EXP_SECP384R1_MLKEM1024: gnutls_group_t = 518;
#[cfg(gnutls_3_8_8)]
pub const GNUTLS_GROUP_EXP_X25519_MLKEM768: gnutls_group_t = 514;
#[cfg(gnutls_3_8_9)]
pub const GNUTLS_GROUP_EXP_KYBER768: gnutls_group_t = 515;
#[cfg(gnutls_3_8_9)]
pub const GNUTLS_GROUP_EXP_MLKEM768: gnutls_group_t = 516;
#[cfg(gnutls_3_8_9)]
pub const GNUTLS_GROUP_EXP_MLKEM1024: gnutls_group_t = 517;
#[cfg(gnutls_3_8_7)]
pub const GNUTLS_GROUP_EXP_MIN: gnutls_group_t = 512;
pub const GNUTLS_SEC_PARAM_UNKNOWN: gnutls_sec_param_t = 0;
pub const GNUTLS_SEC_PARAM_INSECURE: gnutls_sec_param_t = 5;
pub const GNUTLS_SEC_PARAM_EXPORT: gnutls_sec_param_t = 10;
pub const GNUTLS_SEC_PARAM_VERY_WEAK: gnutls_sec_param_t = 15;
pub const GNUTLS_SEC_PARAM_WEAK: gnutls_sec_param_t = 20;
pub const GNUTLS_SEC_PARAM_LOW: gnutls_sec_param_t = 25;
pub const GNUTLS_SEC_PARAM_LEGACY: gnutls_sec_param_t = 30;
pub const GNUTLS_SEC_PARAM_MEDIUM: gnutls_sec_param_t = 35;
pub const GNUTLS_SEC_PARAM_HIGH: gnutls_sec_param_t = 40;
pub const GNUTLS_SEC_PARAM_ULTRA: gnutls_sec_param_t = 45;
pub const GNUTLS_SEC_PARAM_FUTURE: gnutls_sec_param_t = 50;
pub const GNUTLS_CB_TLS_UNIQUE: gnutls_channel_binding_t = 0;
#[cfg(gnutls_3_7_2)]
pub const GNUTLS_CB_TLS_SERVER_END_POINT: gnutls_channel_binding_t = 1;
#[cfg(gnutls_3_7_2)]
pub const GNUTLS_CB_TLS_EXPORTER: gnutls_channel_binding_t = 2;
pub const GNUTLS_GOST_PARAMSET_UNKNOWN: gnutls_gost_paramset_t = 0;
pub const GNUTLS_GOST_PARAMSET_TC26_Z: gnutls_gost_paramset_t = 1;
pub const GNUTLS_GOST_PARAMSET_CP_A: gnutls_gost_paramset_t = 2;
pub const GNUTLS_GOST_PARAMSET_CP_B: gnutls_gost_paramset_t = 3;
pub const GNUTLS_GOST_PARAMSET_CP_C: gnutls_gost_paramset_t = 4;
pub const GNUTLS_GOST_PARAMSET_CP_D: gnutls_gost_paramset_t = 5;
pub const GNUTLS_CTYPE_CLIENT: gnutls_ctype_target_t = 0;
pub const GNUTLS_CTYPE_SERVER: gnutls_ctype_target_t = 1;
pub const GNUTLS_CTYPE_OURS: gnutls_ctype_target_t = 2;
pub const GNUTLS_CTYPE_PEERS: gnutls_ctype_target_t = 3;
pub const GNUTLS_NAME_DNS: gnutls_server_name_type_t = 1;
pub const GNUTLS_SFLAGS_SAFE_RENEGOTIATION: gnutls_session_flags_t = 1;
pub const GNUTLS_SFLAGS_EXT_MASTER_SECRET: gnutls_session_flags_t = 2;
pub const GNUTLS_SFLAGS_ETM: gnutls_session_flags_t = 4;
pub const GNUTLS_SFLAGS_HB_LOCAL_SEND: gnutls_session_flags_t = 8;
pub const GNUTLS_SFLAGS_HB_PEER_SEND: gnutls_session_flags_t = 16;
pub const GNUTLS_SFLAGS_FALSE_START: gnutls_session_flags_t = 32;
pub const GNUTLS_SFLAGS_RFC7919: gnutls_session_flags_t = 64;
pub const GNUTLS_SFLAGS_SESSION_TICKET: gnutls_session_flags_t = 128;
pub const GNUTLS_SFLAGS_POST_HANDSHAKE_AUTH: gnutls_session_flags_t = 256;
pub const GNUTLS_SFLAGS_EARLY_START: gnutls_session_flags_t = 512;
pub const GNUTLS_SFLAGS_EARLY_DATA: gnutls_session_flags_t = 1024;
pub const GNUTLS_SFLAGS_CLI_REQUESTED_OCSP: gnutls_session_flags_t = 2048;
pub const GNUTLS_SFLAGS_SERV_REQUESTED_OCSP: gnutls_session_flags_t = 4096;
pub const GNUTLS_SUPPLEMENTAL_UNKNOWN: gnutls_supplemental_data_format_type_t = 0;
pub const GNUTLS_SRTP_AES128_CM_HMAC_SHA1_80: gnutls_srtp_profile_t = 1;
pub const GNUTLS_SRTP_AES128_CM_HMAC_SHA1_32: gnutls_srtp_profile_t = 2;
pub const GNUTLS_SRTP_NULL_HMAC_SHA1_80: gnutls_srtp_profile_t = 5;
pub const GNUTLS_SRTP_NULL_HMAC_SHA1_32: gnutls_srtp_profile_t = 6;
#[cfg(gnutls_3_8_0)]
pub const GNUTLS_SRTP_AEAD_AES_128_GCM: gnutls_srtp_profile_t = 7;
#[cfg(gnutls_3_8_0)]
pub const GNUTLS_SRTP_AEAD_AES_256_GCM: gnutls_srtp_profile_t = 8;
pub const GNUTLS_ALPN_MANDATORY: gnutls_alpn_flags_t = 1;
pub const GNUTLS_ALPN_SERVER_PRECEDENCE: gnutls_alpn_flags_t = 2;
pub const GNUTLS_DT_UNKNOWN: gnutls_vdata_types_t = 0;
pub const GNUTLS_DT_DNS_HOSTNAME: gnutls_vdata_types_t = 1;
pub const GNUTLS_DT_KEY_PURPOSE_OID: gnutls_vdata_types_t = 2;
pub const GNUTLS_DT_RFC822NAME: gnutls_vdata_types_t = 3;
pub const GNUTLS_DT_IP_ADDRESS: gnutls_vdata_types_t = 4;
pub const GNUTLS_CERTIFICATE_SKIP_KEY_CERT_MATCH: gnutls_certificate_flags = 1;
pub const GNUTLS_CERTIFICATE_API_V2: gnutls_certificate_flags = 2;
pub const GNUTLS_CERTIFICATE_SKIP_OCSP_RESPONSE_CHECK: gnutls_certificate_flags = 4;
pub const GNUTLS_CERTIFICATE_VERIFY_CRLS: gnutls_certificate_flags = 8;
pub const GNUTLS_RANDOM_ART_OPENSSH: gnutls_random_art = 1;
pub const GNUTLS_PSK_KEY_RAW: gnutls_psk_key_flags = 0;
pub const GNUTLS_PSK_KEY_HEX: gnutls_psk_key_flags = 1;
#[cfg(gnutls_3_8_1)]
pub const GNUTLS_PSK_KEY_EXT: gnutls_psk_key_flags = 2;
pub const GNUTLS_SAN_DNSNAME: gnutls_x509_subject_alt_name_t = 1;
pub const GNUTLS_SAN_RFC822NAME: gnutls_x509_subject_alt_name_t = 2;
pub const GNUTLS_SAN_URI: gnutls_x509_subject_alt_name_t = 3;
pub const GNUTLS_SAN_IPADDRESS: gnutls_x509_subject_alt_name_t = 4;
pub const GNUTLS_SAN_OTHERNAME: gnutls_x509_subject_alt_name_t = 5;
pub const GNUTLS_SAN_DN: gnutls_x509_subject_alt_name_t = 6;
pub const GNUTLS_SAN_REGISTERED_ID: gnutls_x509_subject_alt_name_t = 7;
pub const GNUTLS_SAN_OTHERNAME_XMPP: gnutls_x509_subject_alt_name_t = 1000;
pub const GNUTLS_SAN_OTHERNAME_KRB5PRINCIPAL: gnutls_x509_subject_alt_name_t = 1001;
#[cfg(gnutls_3_7_5)]
pub const GNUTLS_SAN_OTHERNAME_MSUSERPRINCIPAL: gnutls_x509_subject_alt_name_t = 1002;
#[cfg(gnutls_3_8_13)]
pub const GNUTLS_SAN_OTHERNAME_SRV: gnutls_x509_subject_alt_name_t = 1003;
pub const GNUTLS_PRIVKEY_X509: gnutls_privkey_type_t = 0;
pub const GNUTLS_PRIVKEY_OPENPGP: gnutls_privkey_type_t = 1;
pub const GNUTLS_PRIVKEY_PKCS11: gnutls_privkey_type_t = 2;
pub const GNUTLS_PRIVKEY_EXT: gnutls_privkey_type_t = 3;
pub const GNUTLS_PIN_USER: gnutls_pin_flag_t = 1;
pub const GNUTLS_PIN_SO: gnutls_pin_flag_t = 2;
pub const GNUTLS_PIN_FINAL_TRY: gnutls_pin_flag_t = 4;
pub const GNUTLS_PIN_COUNT_LOW: gnutls_pin_flag_t = 8;
pub const GNUTLS_PIN_CONTEXT_SPECIFIC: gnutls_pin_flag_t = 16;
pub const GNUTLS_PIN_WRONG: gnutls_pin_flag_t = 32;
pub const GNUTLS_EXT_ANY: gnutls_ext_parse_type_t = 0;
pub const GNUTLS_EXT_APPLICATION: gnutls_ext_parse_type_t = 1;
pub const GNUTLS_EXT_TLS: gnutls_ext_parse_type_t = 2;
pub const GNUTLS_EXT_MANDATORY: gnutls_ext_parse_type_t = 3;
pub const GNUTLS_EXT_NONE: gnutls_ext_parse_type_t = 4;
pub const GNUTLS_EXT_VERSION_NEG: gnutls_ext_parse_type_t = 5;
pub const GNUTLS_EXT_FLAG_OVERRIDE_INTERNAL: gnutls_ext_flags_t = 1;
pub const GNUTLS_EXT_FLAG_CLIENT_HELLO: gnutls_ext_flags_t = 2;
pub const GNUTLS_EXT_FLAG_TLS12_SERVER_HELLO: gnutls_ext_flags_t = 4;
pub const GNUTLS_EXT_FLAG_TLS13_SERVER_HELLO: gnutls_ext_flags_t = 8;
pub const GNUTLS_EXT_FLAG_EE: gnutls_ext_flags_t = 16;
pub const GNUTLS_EXT_FLAG_HRR: gnutls_ext_flags_t = 32;
pub const GNUTLS_EXT_FLAG_IGNORE_CLIENT_REQUEST: gnutls_ext_flags_t = 64;
pub const GNUTLS_EXT_FLAG_TLS: gnutls_ext_flags_t = 128;
pub const GNUTLS_EXT_FLAG_DTLS: gnutls_ext_flags_t = 256;
pub const GNUTLS_ENCRYPTION_LEVEL_INITIAL: gnutls_record_encryption_level_t = 0;
pub const GNUTLS_ENCRYPTION_LEVEL_EARLY: gnutls_record_encryption_level_t = 1;
pub const GNUTLS_ENCRYPTION_LEVEL_HANDSHAKE: gnutls_record_encryption_level_t = 2;
pub const GNUTLS_ENCRYPTION_LEVEL_APPLICATION: gnutls_record_encryption_level_t = 3;
pub const GNUTLS_FIPS140_DISABLED: gnutls_fips_mode_t = 0;
pub const GNUTLS_FIPS140_STRICT: gnutls_fips_mode_t = 1;
pub const GNUTLS_FIPS140_SELFTESTS: gnutls_fips_mode_t = 2;
pub const GNUTLS_FIPS140_LAX: gnutls_fips_mode_t = 3;
pub const GNUTLS_FIPS140_LOG: gnutls_fips_mode_t = 4;
#[cfg(gnutls_3_7_3)]
pub const GNUTLS_FIPS140_OP_INITIAL: gnutls_fips140_operation_state_t = 0;
#[cfg(gnutls_3_7_3)]
pub const GNUTLS_FIPS140_OP_APPROVED: gnutls_fips140_operation_state_t = 1;
#[cfg(gnutls_3_7_3)]
pub const GNUTLS_FIPS140_OP_NOT_APPROVED: gnutls_fips140_operation_state_t = 2;
#[cfg(gnutls_3_7_3)]
pub const GNUTLS_FIPS140_OP_ERROR: gnutls_fips140_operation_state_t = 3;
#[cfg(gnutls_3_7_3)]
pub const GNUTLS_KTLS_RECV: gnutls_transport_ktls_enable_flags_t = 1;
#[cfg(gnutls_3_7_3)]
pub const GNUTLS_KTLS_SEND: gnutls_transport_ktls_enable_flags_t = 2;
#[cfg(gnutls_3_7_3)]
pub const GNUTLS_KTLS_DUPLEX: gnutls_transport_ktls_enable_flags_t = 3;
pub const GNUTLS_X509_CRT_LIST_IMPORT_FAIL_IF_EXCEED: gnutls_certificate_import_flags = 1;
pub const GNUTLS_X509_CRT_LIST_FAIL_IF_UNSORTED: gnutls_certificate_import_flags = 2;
pub const GNUTLS_X509_CRT_LIST_SORT: gnutls_certificate_import_flags = 4;
pub const GNUTLS_X509_CRT_FLAG_IGNORE_SANITY: gnutls_x509_crt_flags = 1;
pub const GNUTLS_KEYID_USE_SHA1: gnutls_keyid_flags_t = 0;
pub const GNUTLS_KEYID_USE_SHA256: gnutls_keyid_flags_t = 1;
pub const GNUTLS_KEYID_USE_SHA512: gnutls_keyid_flags_t = 2;
pub const GNUTLS_KEYID_USE_BEST_KNOWN: gnutls_keyid_flags_t = 1073741824;
pub const GNUTLS_IA_ACCESSMETHOD_OID: gnutls_info_access_what_t = 1;
pub const GNUTLS_IA_ACCESSLOCATION_GENERALNAME_TYPE: gnutls_info_access_what_t = 2;
pub const GNUTLS_IA_URI: gnutls_info_access_what_t = 106;
pub const GNUTLS_IA_UNKNOWN: gnutls_info_access_what_t = 10000;
pub const GNUTLS_IA_OCSP_URI: gnutls_info_access_what_t = 10006;
pub const GNUTLS_IA_CAISSUERS_URI: gnutls_info_access_what_t = 10106;
pub const GNUTLS_CRL_REASON_UNSPECIFIED: gnutls_x509_crl_reason_flags_t = 0;
pub const GNUTLS_CRL_REASON_PRIVILEGE_WITHDRAWN: gnutls_x509_crl_reason_flags_t = 1;
pub const GNUTLS_CRL_REASON_CERTIFICATE_HOLD: gnutls_x509_crl_reason_flags_t = 2;
pub const GNUTLS_CRL_REASON_CESSATION_OF_OPERATION: gnutls_x509_crl_reason_flags_t = 4;
pub const GNUTLS_CRL_REASON_SUPERSEDED: gnutls_x509_crl_reason_flags_t = 8;
pub const GNUTLS_CRL_REASON_AFFILIATION_CHANGED: gnutls_x509_crl_reason_flags_t = 16;
pub const GNUTLS_CRL_REASON_CA_COMPROMISE: gnutls_x509_crl_reason_flags_t = 32;
pub const GNUTLS_CRL_REASON_KEY_COMPROMISE: gnutls_x509_crl_reason_flags_t = 64;
pub const GNUTLS_CRL_REASON_UNUSED: gnutls_x509_crl_reason_flags_t = 128;
pub const GNUTLS_CRL_REASON_AA_COMPROMISE: gnutls_x509_crl_reason_flags_t = 32768;
pub const GNUTLS_X509_QUALIFIER_UNKNOWN: gnutls_x509_qualifier_t = 0;
pub const GNUTLS_X509_QUALIFIER_URI: gnutls_x509_qualifier_t = 1;
pub const GNUTLS_X509_QUALIFIER_NOTICE: gnutls_x509_qualifier_t = 2;
pub const GNUTLS_VERIFY_DISABLE_CA_SIGN: gnutls_certificate_verify_flags = 1;
pub const GNUTLS_VERIFY_DO_NOT_ALLOW_IP_MATCHES: gnutls_certificate_verify_flags = 2;
pub const GNUTLS_VERIFY_DO_NOT_ALLOW_SAME: gnutls_certificate_verify_flags = 4;
pub const GNUTLS_VERIFY_ALLOW_ANY_X509_V1_CA_CRT: gnutls_certificate_verify_flags = 8;
pub const GNUTLS_VERIFY_ALLOW_SIGN_RSA_MD2: gnutls_certificate_verify_flags = 16;
pub const GNUTLS_VERIFY_ALLOW_SIGN_RSA_MD5: gnutls_certificate_verify_flags = 32;
pub const GNUTLS_VERIFY_DISABLE_TIME_CHECKS: gnutls_certificate_verify_flags = 64;
pub const GNUTLS_VERIFY_DISABLE_TRUSTED_TIME_CHECKS: gnutls_certificate_verify_flags = 128;
pub const GNUTLS_VERIFY_DO_NOT_ALLOW_X509_V1_CA_CRT: gnutls_certificate_verify_flags = 256;
pub const GNUTLS_VERIFY_DISABLE_CRL_CHECKS: gnutls_certificate_verify_flags = 512;
pub const GNUTLS_VERIFY_ALLOW_UNSORTED_CHAIN: gnutls_certificate_verify_flags = 1024;
pub const GNUTLS_VERIFY_DO_NOT_ALLOW_UNSORTED_CHAIN: gnutls_certificate_verify_flags = 2048;
pub const GNUTLS_VERIFY_DO_NOT_ALLOW_WILDCARDS: gnutls_certificate_verify_flags = 4096;
pub const GNUTLS_VERIFY_USE_TLS1_RSA: gnutls_certificate_verify_flags = 8192;
pub const GNUTLS_VERIFY_IGNORE_UNKNOWN_CRIT_EXTENSIONS: gnutls_certificate_verify_flags = 16384;
pub const GNUTLS_VERIFY_ALLOW_SIGN_WITH_SHA1: gnutls_certificate_verify_flags = 32768;
#[cfg(gnutls_3_7_3)]
pub const GNUTLS_VERIFY_RSA_PSS_FIXED_SALT_LENGTH: gnutls_certificate_verify_flags = 65536;
pub const GNUTLS_PROFILE_UNKNOWN: gnutls_certificate_verification_profiles_t = 0;
pub const GNUTLS_PROFILE_VERY_WEAK: gnutls_certificate_verification_profiles_t = 1;
pub const GNUTLS_PROFILE_LOW: gnutls_certificate_verification_profiles_t = 2;
pub const GNUTLS_PROFILE_LEGACY: gnutls_certificate_verification_profiles_t = 4;
pub const GNUTLS_PROFILE_MEDIUM: gnutls_certificate_verification_profiles_t = 5;
pub const GNUTLS_PROFILE_HIGH: gnutls_certificate_verification_profiles_t = 6;
pub const GNUTLS_PROFILE_ULTRA: gnutls_certificate_verification_profiles_t = 7;
pub const GNUTLS_PROFILE_FUTURE: gnutls_certificate_verification_profiles_t = 8;
pub const GNUTLS_PROFILE_SUITEB128: gnutls_certificate_verification_profiles_t = 32;
pub const GNUTLS_PROFILE_SUITEB192: gnutls_certificate_verification_profiles_t = 33;
pub const GNUTLS_PKCS_PLAIN: gnutls_pkcs_encrypt_flags_t = 1;
pub const GNUTLS_PKCS_PKCS12_3DES: gnutls_pkcs_encrypt_flags_t = 2;
pub const GNUTLS_PKCS_PKCS12_ARCFOUR: gnutls_pkcs_encrypt_flags_t = 4;
pub const GNUTLS_PKCS_PKCS12_RC2_40: gnutls_pkcs_encrypt_flags_t = 8;
pub const GNUTLS_PKCS_PBES2_3DES: gnutls_pkcs_encrypt_flags_t = 16;
pub const GNUTLS_PKCS_PBES2_AES_128: gnutls_pkcs_encrypt_flags_t = 32;
pub const GNUTLS_PKCS_PBES2_AES_192: gnutls_pkcs_encrypt_flags_t = 64;
pub const GNUTLS_PKCS_PBES2_AES_256: gnutls_pkcs_encrypt_flags_t = 128;
pub const GNUTLS_PKCS_NULL_PASSWORD: gnutls_pkcs_encrypt_flags_t = 256;
pub const GNUTLS_PKCS_PBES2_DES: gnutls_pkcs_encrypt_flags_t = 512;
pub const GNUTLS_PKCS_PBES1_DES_MD5: gnutls_pkcs_encrypt_flags_t = 1024;
pub const GNUTLS_PKCS_PBES2_GOST_TC26Z: gnutls_pkcs_encrypt_flags_t = 2048;
pub const GNUTLS_PKCS_PBES2_GOST_CPA: gnutls_pkcs_encrypt_flags_t = 4096;
pub const GNUTLS_PKCS_PBES2_GOST_CPB: gnutls_pkcs_encrypt_flags_t = 8192;
pub const GNUTLS_PKCS_PBES2_GOST_CPC: gnutls_pkcs_encrypt_flags_t = 16384;
pub const GNUTLS_PKCS_PBES2_GOST_CPD: gnutls_pkcs_encrypt_flags_t = 32768;
#[cfg(gnutls_3_8_5)]
pub const GNUTLS_PKCS_PBES1_DES_SHA1: gnutls_pkcs_encrypt_flags_t = 65536;
#[cfg(gnutls_3_8_10)]
pub const GNUTLS_PKCS_MLDSA_SEED: gnutls_pkcs_encrypt_flags_t = 131072;
#[cfg(gnutls_3_8_10)]
pub const GNUTLS_PKCS_MLDSA_EXPANDED: gnutls_pkcs_encrypt_flags_t = 262144;
pub const GNUTLS_KEYGEN_SEED: gnutls_keygen_types_t = 1;
pub const GNUTLS_KEYGEN_DIGEST: gnutls_keygen_types_t = 2;
pub const GNUTLS_KEYGEN_SPKI: gnutls_keygen_types_t = 3;
#[cfg(gnutls_3_8_2)]
pub const GNUTLS_KEYGEN_DH: gnutls_keygen_types_t = 4;
pub const GNUTLS_TL_VERIFY_CRL: gnutls_trust_list_flags_t = 1;
pub const GNUTLS_TL_USE_IN_TLS: gnutls_trust_list_flags_t = 2;
pub const GNUTLS_TL_NO_DUPLICATES: gnutls_trust_list_flags_t = 4;
pub const GNUTLS_TL_NO_DUPLICATE_KEY: gnutls_trust_list_flags_t = 8;
pub const GNUTLS_TL_GET_COPY: gnutls_trust_list_flags_t = 16;
pub const GNUTLS_TL_FAIL_ON_INVALID_CRL: gnutls_trust_list_flags_t = 32;
pub const GNUTLS_PKCS7_EMBED_DATA: gnutls_pkcs7_sign_flags = 1;
pub const GNUTLS_PKCS7_INCLUDE_TIME: gnutls_pkcs7_sign_flags = 2;
pub const GNUTLS_PKCS7_INCLUDE_CERT: gnutls_pkcs7_sign_flags = 4;
pub const GNUTLS_PKCS7_WRITE_SPKI: gnutls_pkcs7_sign_flags = 8;
pub const GNUTLS_PKCS11_OBJ_FLAG_LOGIN: gnutls_pkcs11_obj_flags = 1;
pub const GNUTLS_PKCS11_OBJ_FLAG_MARK_TRUSTED: gnutls_pkcs11_obj_flags = 2;
pub const GNUTLS_PKCS11_OBJ_FLAG_MARK_SENSITIVE: gnutls_pkcs11_obj_flags = 4;
pub const GNUTLS_PKCS11_OBJ_FLAG_LOGIN_SO: gnutls_pkcs11_obj_flags = 8;
pub const GNUTLS_PKCS11_OBJ_FLAG_MARK_PRIVATE: gnutls_pkcs11_obj_flags = 16;
pub const GNUTLS_PKCS11_OBJ_FLAG_MARK_NOT_PRIVATE: gnutls_pkcs11_obj_flags = 32;
pub const GNUTLS_PKCS11_OBJ_FLAG_RETRIEVE_ANY: gnutls_pkcs11_obj_flags = 64;
pub const GNUTLS_PKCS11_OBJ_FLAG_RETRIEVE_TRUSTED: gnutls_pkcs11_obj_flags = 2;
pub const GNUTLS_PKCS11_OBJ_FLAG_MARK_DISTRUSTED: gnutls_pkcs11_obj_flags = 256;
pub const GNUTLS_PKCS11_OBJ_FLAG_RETRIEVE_DISTRUSTED: gnutls_pkcs11_obj_flags = 256;
pub const GNUTLS_PKCS11_OBJ_FLAG_COMPARE: gnutls_pkcs11_obj_flags = 512;
pub const GNUTLS_PKCS11_OBJ_FLAG_PRESENT_IN_TRUSTED_MODULE: gnutls_pkcs11_obj_flags = 1024;
pub const GNUTLS_PKCS11_OBJ_FLAG_MARK_CA: gnutls_pkcs11_obj_flags = 2048;
pub const GNUTLS_PKCS11_OBJ_FLAG_MARK_KEY_WRAP: gnutls_pkcs11_obj_flags = 4096;
pub const GNUTLS_PKCS11_OBJ_FLAG_COMPARE_KEY: gnutls_pkcs11_obj_flags = 8192;
pub const GNUTLS_PKCS11_OBJ_FLAG_OVERWRITE_TRUSTMOD_EXT: gnutls_pkcs11_obj_flags = 16384;
pub const GNUTLS_PKCS11_OBJ_FLAG_MARK_ALWAYS_AUTH: gnutls_pkcs11_obj_flags = 32768;
pub const GNUTLS_PKCS11_OBJ_FLAG_MARK_EXTRACTABLE: gnutls_pkcs11_obj_flags = 65536;
pub const GNUTLS_PKCS11_OBJ_FLAG_NEVER_EXTRACTABLE: gnutls_pkcs11_obj_flags = 131072;
pub const GNUTLS_PKCS11_OBJ_FLAG_CRT: gnutls_pkcs11_obj_flags = 262144;
pub const GNUTLS_PKCS11_OBJ_FLAG_WITH_PRIVKEY: gnutls_pkcs11_obj_flags = 524288;
pub const GNUTLS_PKCS11_OBJ_FLAG_PUBKEY: gnutls_pkcs11_obj_flags = 1048576;
pub const GNUTLS_PKCS11_OBJ_FLAG_NO_STORE_PUBKEY: gnutls_pkcs11_obj_flags = 1048576;
pub const GNUTLS_PKCS11_OBJ_FLAG_PRIVKEY: gnutls_pkcs11_obj_flags = 2097152;
pub const GNUTLS_PKCS11_OBJ_FLAG_MARK_NOT_SENSITIVE: gnutls_pkcs11_obj_flags = 4194304;
pub const GNUTLS_PKCS11_URL_GENERIC: gnutls_pkcs11_url_type_t = 0;
pub const GNUTLS_PKCS11_URL_LIB: gnutls_pkcs11_url_type_t = 1;
pub const GNUTLS_PKCS11_URL_LIB_VERSION: gnutls_pkcs11_url_type_t = 2;
pub const GNUTLS_PKCS11_OBJ_ID_HEX: gnutls_pkcs11_obj_info_t = 1;
pub const GNUTLS_PKCS11_OBJ_LABEL: gnutls_pkcs11_obj_info_t = 2;
pub const GNUTLS_PKCS11_OBJ_TOKEN_LABEL: gnutls_pkcs11_obj_info_t = 3;
pub const GNUTLS_PKCS11_OBJ_TOKEN_SERIAL: gnutls_pkcs11_obj_info_t = 4;
pub const GNUTLS_PKCS11_OBJ_TOKEN_MANUFACTURER: gnutls_pkcs11_obj_info_t = 5;
pub const GNUTLS_PKCS11_OBJ_TOKEN_MODEL: gnutls_pkcs11_obj_info_t = 6;
pub const GNUTLS_PKCS11_OBJ_ID: gnutls_pkcs11_obj_info_t = 7;
pub const GNUTLS_PKCS11_OBJ_LIBRARY_VERSION: gnutls_pkcs11_obj_info_t = 8;
pub const GNUTLS_PKCS11_OBJ_LIBRARY_DESCRIPTION: gnutls_pkcs11_obj_info_t = 9;
pub const GNUTLS_PKCS11_OBJ_LIBRARY_MANUFACTURER: gnutls_pkcs11_obj_info_t = 10;
pub const GNUTLS_PKCS11_TOKEN_LABEL: gnutls_pkcs11_token_info_t = 0;
pub const GNUTLS_PKCS11_TOKEN_SERIAL: gnutls_pkcs11_token_info_t = 1;
pub const GNUTLS_PKCS11_TOKEN_MANUFACTURER: gnutls_pkcs11_token_info_t = 2;
pub const GNUTLS_PKCS11_TOKEN_MODEL: gnutls_pkcs11_token_info_t = 3;
pub const GNUTLS_PKCS11_TOKEN_MODNAME: gnutls_pkcs11_token_info_t = 4;
pub const GNUTLS_PKCS11_OBJ_UNKNOWN: gnutls_pkcs11_obj_type_t = 0;
pub const GNUTLS_PKCS11_OBJ_X509_CRT: gnutls_pkcs11_obj_type_t = 1;
pub const GNUTLS_PKCS11_OBJ_PUBKEY: gnutls_pkcs11_obj_type_t = 2;
pub const GNUTLS_PKCS11_OBJ_PRIVKEY: gnutls_pkcs11_obj_type_t = 3;
pub const GNUTLS_PKCS11_OBJ_SECRET_KEY: gnutls_pkcs11_obj_type_t = 4;
pub const GNUTLS_PKCS11_OBJ_DATA: gnutls_pkcs11_obj_type_t = 5;
pub const GNUTLS_PKCS11_OBJ_X509_CRT_EXTENSION: gnutls_pkcs11_obj_type_t = 6;
pub const GNUTLS_OPENPGP_FMT_RAW: gnutls_openpgp_crt_fmt = 0;
pub const GNUTLS_OPENPGP_FMT_BASE64: gnutls_openpgp_crt_fmt = 1;
pub const GNUTLS_TPMKEY_FMT_RAW: gnutls_tpmkey_fmt_t = 0;
pub const GNUTLS_TPMKEY_FMT_DER: gnutls_tpmkey_fmt_t = 0;
pub const GNUTLS_TPMKEY_FMT_CTK_PEM: gnutls_tpmkey_fmt_t = 1;
pub const GNUTLS_PUBKEY_DISABLE_CALLBACKS: gnutls_pubkey_flags = 4;
pub const GNUTLS_PUBKEY_GET_OPENPGP_FINGERPRINT: gnutls_pubkey_flags = 8;
pub const GNUTLS_EXPORT_FLAG_NO_LZ: gnutls_abstract_export_flags = 1;
pub const GNUTLS_PRIVKEY_IMPORT_AUTO_RELEASE: gnutls_privkey_flags = 1;
pub const GNUTLS_PRIVKEY_IMPORT_COPY: gnutls_privkey_flags = 2;
pub const GNUTLS_PRIVKEY_DISABLE_CALLBACKS: gnutls_privkey_flags = 4;
pub const GNUTLS_PRIVKEY_SIGN_FLAG_TLS1_RSA: gnutls_privkey_flags = 16;
pub const GNUTLS_PRIVKEY_FLAG_PROVABLE: gnutls_privkey_flags = 32;
pub const GNUTLS_PRIVKEY_FLAG_EXPORT_COMPAT: gnutls_privkey_flags = 64;
pub const GNUTLS_PRIVKEY_SIGN_FLAG_RSA_PSS: gnutls_privkey_flags = 128;
pub const GNUTLS_PRIVKEY_FLAG_REPRODUCIBLE: gnutls_privkey_flags = 256;
pub const GNUTLS_PRIVKEY_FLAG_CA: gnutls_privkey_flags = 512;
#[cfg(gnutls_3_7_3)]
pub const GNUTLS_PRIVKEY_FLAG_RSA_PSS_FIXED_SALT_LENGTH: gnutls_privkey_flags = 1024;
#[cfg(gnutls_3_7_7)]
pub const GNUTLS_CIPHER_PADDING_PKCS7: gnutls_cipher_flags_t = 1;
pub const GNUTLS_RND_NONCE: gnutls_rnd_level = 0;
pub const GNUTLS_RND_RANDOM: gnutls_rnd_level = 1;
pub const GNUTLS_RND_KEY: gnutls_rnd_level = 2;
pub const GNUTLS_OCSP_PRINT_FULL: gnutls_ocsp_print_formats_t = 0;
pub const GNUTLS_OCSP_PRINT_COMPACT: gnutls_ocsp_print_formats_t = 1;
pub const GNUTLS_OCSP_RESP_SUCCESSFUL: gnutls_ocsp_resp_status_t = 0;
pub const GNUTLS_OCSP_RESP_MALFORMEDREQUEST: gnutls_ocsp_resp_status_t = 1;
pub const GNUTLS_OCSP_RESP_INTERNALERROR: gnutls_ocsp_resp_status_t = 2;
pub const GNUTLS_OCSP_RESP_TRYLATER: gnutls_ocsp_resp_status_t = 3;
pub const GNUTLS_OCSP_RESP_SIGREQUIRED: gnutls_ocsp_resp_status_t = 5;
pub const GNUTLS_OCSP_RESP_UNAUTHORIZED: gnutls_ocsp_resp_status_t = 6;
pub const GNUTLS_OCSP_CERT_GOOD: gnutls_ocsp_cert_status_t = 0;
pub const GNUTLS_OCSP_CERT_REVOKED: gnutls_ocsp_cert_status_t = 1;
pub const GNUTLS_OCSP_CERT_UNKNOWN: gnutls_ocsp_cert_status_t = 2;
pub const GNUTLS_X509_CRLREASON_UNSPECIFIED: gnutls_x509_crl_reason_t = 0;
pub const GNUTLS_X509_CRLREASON_KEYCOMPROMISE: gnutls_x509_crl_reason_t = 1;
pub const GNUTLS_X509_CRLREASON_CACOMPROMISE: gnutls_x509_crl_reason_t = 2;
pub const GNUTLS_X509_CRLREASON_AFFILIATIONCHANGED: gnutls_x509_crl_reason_t = 3;
pub const GNUTLS_X509_CRLREASON_SUPERSEDED: gnutls_x509_crl_reason_t = 4;
pub const GNUTLS_X509_CRLREASON_CESSATIONOFOPERATION: gnutls_x509_crl_reason_t = 5;
pub const GNUTLS_X509_CRLREASON_CERTIFICATEHOLD: gnutls_x509_crl_reason_t = 6;
pub const GNUTLS_X509_CRLREASON_REMOVEFROMCRL: gnutls_x509_crl_reason_t = 8;
pub const GNUTLS_X509_CRLREASON_PRIVILEGEWITHDRAWN: gnutls_x509_crl_reason_t = 9;
pub const GNUTLS_X509_CRLREASON_AACOMPROMISE: gnutls_x509_crl_reason_t = 10;
pub const GNUTLS_OCSP_VERIFY_SIGNER_NOT_FOUND: gnutls_ocsp_verify_reason_t = 1;
pub const GNUTLS_OCSP_VERIFY_SIGNER_KEYUSAGE_ERROR: gnutls_ocsp_verify_reason_t = 2;
pub const GNUTLS_OCSP_VERIFY_UNTRUSTED_SIGNER: gnutls_ocsp_verify_reason_t = 4;
pub const GNUTLS_OCSP_VERIFY_INSECURE_ALGORITHM: gnutls_ocsp_verify_reason_t = 8;
pub const GNUTLS_OCSP_VERIFY_SIGNATURE_FAILURE: gnutls_ocsp_verify_reason_t = 16;
pub const GNUTLS_OCSP_VERIFY_CERT_NOT_ACTIVATED: gnutls_ocsp_verify_reason_t = 32;
pub const GNUTLS_OCSP_VERIFY_CERT_EXPIRED: gnutls_ocsp_verify_reason_t = 64;
#[cfg(gnutls_3_8_6)]
pub const GNUTLS_PKCS12_USE_PBMAC1: gnutls_pkcs12_flags_t = 1;
pub const GNUTLS_BAG_EMPTY: gnutls_pkcs12_bag_type_t = 0;
pub const GNUTLS_BAG_PKCS8_ENCRYPTED_KEY: gnutls_pkcs12_bag_type_t = 1;
pub const GNUTLS_BAG_PKCS8_KEY: gnutls_pkcs12_bag_type_t = 2;
pub const GNUTLS_BAG_CERTIFICATE: gnutls_pkcs12_bag_type_t = 3;
pub const GNUTLS_BAG_CRL: gnutls_pkcs12_bag_type_t = 4;
pub const GNUTLS_BAG_SECRET: gnutls_pkcs12_bag_type_t = 5;
pub const GNUTLS_BAG_ENCRYPTED: gnutls_pkcs12_bag_type_t = 10;
pub const GNUTLS_BAG_UNKNOWN: gnutls_pkcs12_bag_type_t = 20;
#[cfg(gnutls_3_8_13)]
pub const GNUTLS_HPKE_KEM_DHKEM_P256: gnutls_hpke_kem_t = 16;
#[cfg(gnutls_3_8_13)]
pub const GNUTLS_HPKE_KEM_DHKEM_P384: gnutls_hpke_kem_t = 17;
#[cfg(gnutls_3_8_13)]
pub const GNUTLS_HPKE_KEM_DHKEM_P521: gnutls_hpke_kem_t = 18;
#[cfg(gnutls_3_8_13)]
pub const GNUTLS_HPKE_KEM_DHKEM_X25519: gnutls_hpke_kem_t = 32;
#[cfg(gnutls_3_8_13)]
pub const GNUTLS_HPKE_KEM_DHKEM_X448: gnutls_hpke_kem_t = 33;
#[cfg(gnutls_3_8_13)]
pub const GNUTLS_HPKE_KDF_HKDF_SHA256: gnutls_hpke_kdf_t = 1;
#[cfg(gnutls_3_8_13)]
pub const GNUTLS_HPKE_KDF_HKDF_SHA384: gnutls_hpke_kdf_t = 2;
#[cfg(gnutls_3_8_13)]
pub const GNUTLS_HPKE_KDF_HKDF_SHA512: gnutls_hpke_kdf_t = 3;
#[cfg(gnutls_3_8_13)]
pub const GNUTLS_HPKE_AEAD_AES_128_GCM: gnutls_hpke_aead_t = 1;
#[cfg(gnutls_3_8_13)]
pub const GNUTLS_HPKE_AEAD_AES_256_GCM: gnutls_hpke_aead_t = 2;
#[cfg(gnutls_3_8_13)]
pub const GNUTLS_HPKE_AEAD_CHACHA20_POLY1305: gnutls_hpke_aead_t = 3;
#[cfg(gnutls_3_8_13)]
pub const GNUTLS_HPKE_AEAD_EXPORT_ONLY: gnutls_hpke_aead_t = 65535;
#[cfg(gnutls_3_8_13)]
pub const GNUTLS_HPKE_MODE_BASE: gnutls_hpke_mode_t = 0;
#[cfg(gnutls_3_8_13)]
pub const GNUTLS_HPKE_MODE_PSK: gnutls_hpke_mode_t = 1;
#[cfg(gnutls_3_8_13)]
pub const GNUTLS_HPKE_MODE_AUTH: gnutls_hpke_mode_t = 2;
#[cfg(gnutls_3_8_13)]
pub const GNUTLS_HPKE_MODE_AUTH_PSK: gnutls_hpke_mode_t = 3;
#[cfg(gnutls_3_8_13)]
pub const GNUTLS_HPKE_ROLE_SENDER: gnutls_hpke_role_t = 0;
#[cfg(gnutls_3_8_13)]
pub const GNUTLS_HPKE_ROLE_RECEIVER: gnutls_hpke_role_t = 1;
#[repr(C)]
#[derive(Copy, Clone)]
pub union gnutls_params_st_params {
    pub dh: gnutls_dh_params_t,
    pub rsa_export: gnutls_rsa_params_t,
}
#[repr(C)]
#[derive(Copy, Clone)]
pub union gnutls_retr2_st__bindgen_ty_1 {
    pub x509: *mut gnutls_x509_crt_t,
    pub pgp: gnutls_openpgp_crt_t,
}
#[repr(C)]
#[derive(Copy, Clone)]
pub union gnutls_retr2_st__bindgen_ty_2 {
    pub x509: gnutls_x509_privkey_t,
    pub pgp: gnutls_openpgp_privkey_t,
    pub pkcs11: gnutls_pkcs11_privkey_t,
}
pub use self::gnutls_abstract_export_flags as gnutls_abstract_export_flags_t;
pub use self::gnutls_alert_description_t as gnutls_alert_description;
pub use self::gnutls_alert_level_t as gnutls_alert_level;
pub use self::gnutls_certificate_print_formats as gnutls_certificate_print_formats_t;
pub use self::gnutls_certificate_request_t as gnutls_certificate_request;
pub use self::gnutls_certificate_status_t as gnutls_certificate_status;
pub use self::gnutls_certificate_type_t as gnutls_certificate_type;
pub use self::gnutls_cipher_algorithm as gnutls_cipher_algorithm_t;
pub use self::gnutls_close_request_t as gnutls_close_request;
pub use self::gnutls_compression_method_t as gnutls_compression_method;
pub use self::gnutls_credentials_type_t as gnutls_credentials_type;
pub use self::gnutls_digest_algorithm_t as gnutls_digest_algorithm;
pub use self::gnutls_kx_algorithm_t as gnutls_kx_algorithm;
pub use self::gnutls_mac_algorithm_t as gnutls_mac_algorithm;
pub use self::gnutls_openpgp_crt_fmt as gnutls_openpgp_crt_fmt_t;
pub use self::gnutls_openpgp_crt_status_t as gnutls_openpgp_key_status_t;
pub use self::gnutls_params_type_t as gnutls_params_type;
pub use self::gnutls_pk_algorithm_t as gnutls_pk_algorithm;
pub use self::gnutls_privkey_flags as gnutls_privkey_flags_t;
pub use self::gnutls_pubkey_flags as gnutls_pubkey_flags_t;
pub use self::gnutls_random_art as gnutls_random_art_t;
pub use self::gnutls_rnd_level as gnutls_rnd_level_t;
pub use self::gnutls_sign_algorithm_t as gnutls_sign_algorithm;
pub use self::gnutls_x509_crt_fmt_t as gnutls_x509_crt_fmt;
pub use self::gnutls_x509_subject_alt_name_t as gnutls_x509_subject_alt_name;
unsafe extern "C" {
    pub fn gnutls_handshake_description_get_name(type_: gnutls_handshake_description_t) -> *const c_char;
    pub fn gnutls_pk_algorithm_get_name(algorithm: gnutls_pk_algorithm_t) -> *const c_char;
    pub fn gnutls_init(session: *mut gnutls_session_t, flags: c_uint) -> c_int;
    pub fn gnutls_deinit(session: gnutls_session_t);
    pub fn gnutls_bye(session: gnutls_session_t, how: gnutls_close_request_t) -> c_int;
    pub fn gnutls_handshake(session: gnutls_session_t) -> c_int;
    pub fn gnutls_reauth(session: gnutls_session_t, flags: c_uint) -> c_int;
    pub fn gnutls_handshake_set_timeout(session: gnutls_session_t, ms: c_uint);
    pub fn gnutls_rehandshake(session: gnutls_session_t) -> c_int;
    pub fn gnutls_session_key_update(session: gnutls_session_t, flags: c_uint) -> c_int;
    #[cfg(gnutls_3_8_11)]
    pub fn gnutls_handshake_update_receiving_key(session: gnutls_session_t) -> c_int;
    pub fn gnutls_alert_get(session: gnutls_session_t) -> gnutls_alert_description_t;
    pub fn gnutls_alert_send(
        session: gnutls_session_t,
        level: gnutls_alert_level_t,
        desc: gnutls_alert_description_t,
    ) -> c_int;
    pub fn gnutls_alert_send_appropriate(session: gnutls_session_t, err: c_int) -> c_int;
    pub fn gnutls_alert_get_name(alert: gnutls_alert_description_t) -> *const c_char;
    pub fn gnutls_alert_get_strname(alert: gnutls_alert_description_t) -> *const c_char;
    pub fn gnutls_pk_bits_to_sec_param(algo: gnutls_pk_algorithm_t, bits: c_uint) -> gnutls_sec_param_t;
    pub fn gnutls_sec_param_get_name(param: gnutls_sec_param_t) -> *const c_char;
    pub fn gnutls_sec_param_to_pk_bits(algo: gnutls_pk_algorithm_t, param: gnutls_sec_param_t) -> c_uint;
    pub fn gnutls_sec_param_to_symmetric_bits(param: gnutls_sec_param_t) -> c_uint;
    pub fn gnutls_ecc_curve_get_name(curve: gnutls_ecc_curve_t) -> *const c_char;
    pub fn gnutls_ecc_curve_get_oid(curve: gnutls_ecc_curve_t) -> *const c_char;
    pub fn gnutls_group_get_name(group: gnutls_group_t) -> *const c_char;
    pub fn gnutls_ecc_curve_get_size(curve: gnutls_ecc_curve_t) -> c_int;
    pub fn gnutls_ecc_curve_get(session: gnutls_session_t) -> gnutls_ecc_curve_t;
    pub fn gnutls_group_get(session: gnutls_session_t) -> gnutls_group_t;
    pub fn gnutls_cipher_get(session: gnutls_session_t) -> gnutls_cipher_algorithm_t;
    #[cfg(gnutls_3_7_2)]
    pub fn gnutls_early_cipher_get(session: gnutls_session_t) -> gnutls_cipher_algorithm_t;
    pub fn gnutls_kx_get(session: gnutls_session_t) -> gnutls_kx_algorithm_t;
    pub fn gnutls_mac_get(session: gnutls_session_t) -> gnutls_mac_algorithm_t;
    pub fn gnutls_prf_hash_get(session: gnutls_session_t) -> gnutls_digest_algorithm_t;
    #[cfg(gnutls_3_7_2)]
    pub fn gnutls_early_prf_hash_get(session: gnutls_session_t) -> gnutls_digest_algorithm_t;
    pub fn gnutls_certificate_type_get(session: gnutls_session_t) -> gnutls_certificate_type_t;
    pub fn gnutls_certificate_type_get2(
        session: gnutls_session_t,
        target: gnutls_ctype_target_t,
    ) -> gnutls_certificate_type_t;
    pub fn gnutls_sign_algorithm_get(session: gnutls_session_t) -> c_int;
    pub fn gnutls_sign_algorithm_get_client(session: gnutls_session_t) -> c_int;
    pub fn gnutls_sign_algorithm_get_requested(
        session: gnutls_session_t,
        indx: usize,
        algo: *mut gnutls_sign_algorithm_t,
    ) -> c_int;
    pub fn gnutls_cipher_get_name(algorithm: gnutls_cipher_algorithm_t) -> *const c_char;
    pub fn gnutls_mac_get_name(algorithm: gnutls_mac_algorithm_t) -> *const c_char;
    pub fn gnutls_digest_get_name(algorithm: gnutls_digest_algorithm_t) -> *const c_char;
    pub fn gnutls_digest_get_oid(algorithm: gnutls_digest_algorithm_t) -> *const c_char;
    pub fn gnutls_kx_get_name(algorithm: gnutls_kx_algorithm_t) -> *const c_char;
    pub fn gnutls_certificate_type_get_name(type_: gnutls_certificate_type_t) -> *const c_char;
    pub fn gnutls_pk_get_name(algorithm: gnutls_pk_algorithm_t) -> *const c_char;
    pub fn gnutls_pk_get_oid(algorithm: gnutls_pk_algorithm_t) -> *const c_char;
    pub fn gnutls_sign_get_name(algorithm: gnutls_sign_algorithm_t) -> *const c_char;
    pub fn gnutls_sign_get_oid(sign: gnutls_sign_algorithm_t) -> *const c_char;
    pub fn gnutls_gost_paramset_get_name(param: gnutls_gost_paramset_t) -> *const c_char;
    pub fn gnutls_gost_paramset_get_oid(param: gnutls_gost_paramset_t) -> *const c_char;
    pub fn gnutls_cipher_get_key_size(algorithm: gnutls_cipher_algorithm_t) -> usize;
    pub fn gnutls_mac_get_key_size(algorithm: gnutls_mac_algorithm_t) -> usize;
    pub fn gnutls_sign_is_secure(algorithm: gnutls_sign_algorithm_t) -> c_uint;
    pub fn gnutls_sign_is_secure2(algorithm: gnutls_sign_algorithm_t, flags: c_uint) -> c_uint;
    pub fn gnutls_sign_get_hash_algorithm(sign: gnutls_sign_algorithm_t) -> gnutls_digest_algorithm_t;
    pub fn gnutls_sign_get_pk_algorithm(sign: gnutls_sign_algorithm_t) -> gnutls_pk_algorithm_t;
    pub fn gnutls_pk_to_sign(pk: gnutls_pk_algorithm_t, hash: gnutls_digest_algorithm_t) -> gnutls_sign_algorithm_t;
    pub fn gnutls_sign_supports_pk_algorithm(sign: gnutls_sign_algorithm_t, pk: gnutls_pk_algorithm_t) -> c_uint;
    pub fn gnutls_mac_get_id(name: *const c_char) -> gnutls_mac_algorithm_t;
    pub fn gnutls_digest_get_id(name: *const c_char) -> gnutls_digest_algorithm_t;
    pub fn gnutls_cipher_get_id(name: *const c_char) -> gnutls_cipher_algorithm_t;
    pub fn gnutls_kx_get_id(name: *const c_char) -> gnutls_kx_algorithm_t;
    pub fn gnutls_protocol_get_id(name: *const c_char) -> gnutls_protocol_t;
    pub fn gnutls_certificate_type_get_id(name: *const c_char) -> gnutls_certificate_type_t;
    pub fn gnutls_pk_get_id(name: *const c_char) -> gnutls_pk_algorithm_t;
    pub fn gnutls_sign_get_id(name: *const c_char) -> gnutls_sign_algorithm_t;
    pub fn gnutls_ecc_curve_get_id(name: *const c_char) -> gnutls_ecc_curve_t;
    pub fn gnutls_ecc_curve_get_pk(curve: gnutls_ecc_curve_t) -> gnutls_pk_algorithm_t;
    pub fn gnutls_group_get_id(name: *const c_char) -> gnutls_group_t;
    pub fn gnutls_oid_to_digest(oid: *const c_char) -> gnutls_digest_algorithm_t;
    pub fn gnutls_oid_to_mac(oid: *const c_char) -> gnutls_mac_algorithm_t;
    pub fn gnutls_oid_to_pk(oid: *const c_char) -> gnutls_pk_algorithm_t;
    pub fn gnutls_oid_to_sign(oid: *const c_char) -> gnutls_sign_algorithm_t;
    pub fn gnutls_oid_to_ecc_curve(oid: *const c_char) -> gnutls_ecc_curve_t;
    pub fn gnutls_oid_to_gost_paramset(oid: *const c_char) -> gnutls_gost_paramset_t;
    pub fn gnutls_ecc_curve_list() -> *const gnutls_ecc_curve_t;
    pub fn gnutls_group_list() -> *const gnutls_group_t;
    pub fn gnutls_cipher_list() -> *const gnutls_cipher_algorithm_t;
    pub fn gnutls_mac_list() -> *const gnutls_mac_algorithm_t;
    pub fn gnutls_digest_list() -> *const gnutls_digest_algorithm_t;
    pub fn gnutls_protocol_list() -> *const gnutls_protocol_t;
    pub fn gnutls_certificate_type_list() -> *const gnutls_certificate_type_t;
    pub fn gnutls_kx_list() -> *const gnutls_kx_algorithm_t;
    pub fn gnutls_pk_list() -> *const gnutls_pk_algorithm_t;
    pub fn gnutls_sign_list() -> *const gnutls_sign_algorithm_t;
    pub fn gnutls_cipher_suite_info(
        idx: usize,
        cs_id: *mut c_uchar,
        kx: *mut gnutls_kx_algorithm_t,
        cipher: *mut gnutls_cipher_algorithm_t,
        mac: *mut gnutls_mac_algorithm_t,
        min_version: *mut gnutls_protocol_t,
    ) -> *const c_char;
    #[cfg(gnutls_3_7_3)]
    pub fn gnutls_ecc_curve_set_enabled(curve: gnutls_ecc_curve_t, enabled: c_uint) -> c_int;
    #[cfg(gnutls_3_7_3)]
    pub fn gnutls_sign_set_secure(sign: gnutls_sign_algorithm_t, secure: c_uint) -> c_int;
    #[cfg(gnutls_3_7_3)]
    pub fn gnutls_sign_set_secure_for_certs(sign: gnutls_sign_algorithm_t, secure: c_uint) -> c_int;
    #[cfg(gnutls_3_7_3)]
    pub fn gnutls_digest_set_secure(dig: gnutls_digest_algorithm_t, secure: c_uint) -> c_int;
    #[cfg(gnutls_3_7_3)]
    pub fn gnutls_protocol_set_enabled(version: gnutls_protocol_t, enabled: c_uint) -> c_int;
    pub fn gnutls_error_is_fatal(error: c_int) -> c_int;
    pub fn gnutls_error_to_alert(err: c_int, level: *mut c_int) -> c_int;
    pub fn gnutls_perror(error: c_int);
    pub fn gnutls_strerror(error: c_int) -> *const c_char;
    pub fn gnutls_strerror_name(error: c_int) -> *const c_char;
    pub fn gnutls_handshake_set_private_extensions(session: gnutls_session_t, allow: c_int);
    pub fn gnutls_handshake_set_random(session: gnutls_session_t, random: *const gnutls_datum_t) -> c_int;
    pub fn gnutls_handshake_get_last_out(session: gnutls_session_t) -> gnutls_handshake_description_t;
    pub fn gnutls_handshake_get_last_in(session: gnutls_session_t) -> gnutls_handshake_description_t;
    pub fn gnutls_heartbeat_ping(
        session: gnutls_session_t,
        data_size: usize,
        max_tries: c_uint,
        flags: c_uint,
    ) -> c_int;
    pub fn gnutls_heartbeat_pong(session: gnutls_session_t, flags: c_uint) -> c_int;
    pub fn gnutls_record_set_timeout(session: gnutls_session_t, ms: c_uint);
    pub fn gnutls_record_disable_padding(session: gnutls_session_t);
    pub fn gnutls_record_cork(session: gnutls_session_t);
    pub fn gnutls_record_uncork(session: gnutls_session_t, flags: c_uint) -> c_int;
    pub fn gnutls_record_discard_queued(session: gnutls_session_t) -> usize;
    pub fn gnutls_record_get_state(
        session: gnutls_session_t,
        read: c_uint,
        mac_key: *mut gnutls_datum_t,
        IV: *mut gnutls_datum_t,
        cipher_key: *mut gnutls_datum_t,
        seq_number: *mut c_uchar,
    ) -> c_int;
    pub fn gnutls_record_set_state(session: gnutls_session_t, read: c_uint, seq_number: *const c_uchar) -> c_int;
    pub fn gnutls_range_split(
        session: gnutls_session_t,
        orig: *const gnutls_range_st,
        small_range: *mut gnutls_range_st,
        rem_range: *mut gnutls_range_st,
    ) -> c_int;
    pub fn gnutls_record_send(session: gnutls_session_t, data: *const c_void, data_size: usize) -> isize;
    pub fn gnutls_record_send2(
        session: gnutls_session_t,
        data: *const c_void,
        data_size: usize,
        pad: usize,
        flags: c_uint,
    ) -> isize;
    pub fn gnutls_record_send_range(
        session: gnutls_session_t,
        data: *const c_void,
        data_size: usize,
        range: *const gnutls_range_st,
    ) -> isize;
    #[cfg(gnutls_3_7_4)]
    pub fn gnutls_record_send_file(session: gnutls_session_t, fd: c_int, offset: *mut off_t, count: usize) -> isize;
    pub fn gnutls_record_recv(session: gnutls_session_t, data: *mut c_void, data_size: usize) -> isize;
    pub fn gnutls_record_recv_packet(session: gnutls_session_t, packet: *mut gnutls_packet_t) -> isize;
    pub fn gnutls_packet_get(packet: gnutls_packet_t, data: *mut gnutls_datum_t, sequence: *mut c_uchar);
    pub fn gnutls_packet_deinit(packet: gnutls_packet_t);
    pub fn gnutls_record_recv_seq(
        session: gnutls_session_t,
        data: *mut c_void,
        data_size: usize,
        seq: *mut c_uchar,
    ) -> isize;
    pub fn gnutls_record_overhead_size(session: gnutls_session_t) -> usize;
    pub fn gnutls_est_record_overhead_size(
        version: gnutls_protocol_t,
        cipher: gnutls_cipher_algorithm_t,
        mac: gnutls_mac_algorithm_t,
        comp: gnutls_compression_method_t,
        flags: c_uint,
    ) -> usize;
    pub fn gnutls_session_enable_compatibility_mode(session: gnutls_session_t);
    pub fn gnutls_record_can_use_length_hiding(session: gnutls_session_t) -> c_uint;
    pub fn gnutls_record_get_direction(session: gnutls_session_t) -> c_int;
    pub fn gnutls_record_get_max_size(session: gnutls_session_t) -> usize;
    pub fn gnutls_record_set_max_size(session: gnutls_session_t, size: usize) -> isize;
    pub fn gnutls_record_set_max_recv_size(session: gnutls_session_t, size: usize) -> isize;
    pub fn gnutls_record_check_pending(session: gnutls_session_t) -> usize;
    pub fn gnutls_record_check_corked(session: gnutls_session_t) -> usize;
    pub fn gnutls_record_get_max_early_data_size(session: gnutls_session_t) -> usize;
    pub fn gnutls_record_set_max_early_data_size(session: gnutls_session_t, size: usize) -> c_int;
    pub fn gnutls_record_send_early_data(session: gnutls_session_t, data: *const c_void, length: usize) -> isize;
    pub fn gnutls_record_recv_early_data(session: gnutls_session_t, data: *mut c_void, data_size: usize) -> isize;
    #[cfg(gnutls_3_8_11)]
    pub fn gnutls_record_get_max_send_size(session: gnutls_session_t) -> usize;
    pub fn gnutls_session_force_valid(session: gnutls_session_t);
    pub fn gnutls_prf(
        session: gnutls_session_t,
        label_size: usize,
        label: *const c_char,
        server_random_first: c_int,
        extra_size: usize,
        extra: *const c_char,
        outsize: usize,
        out: *mut c_char,
    ) -> c_int;
    pub fn gnutls_prf_rfc5705(
        session: gnutls_session_t,
        label_size: usize,
        label: *const c_char,
        context_size: usize,
        context: *const c_char,
        outsize: usize,
        out: *mut c_char,
    ) -> c_int;
    pub fn gnutls_prf_early(
        session: gnutls_session_t,
        label_size: usize,
        label: *const c_char,
        context_size: usize,
        context: *const c_char,
        outsize: usize,
        out: *mut c_char,
    ) -> c_int;
    pub fn gnutls_prf_raw(
        session: gnutls_session_t,
        label_size: usize,
        label: *const c_char,
        seed_size: usize,
        seed: *const c_char,
        outsize: usize,
        out: *mut c_char,
    ) -> c_int;
    pub fn gnutls_server_name_set(
        session: gnutls_session_t,
        type_: gnutls_server_name_type_t,
        name: *const c_void,
        name_length: usize,
    ) -> c_int;
    pub fn gnutls_server_name_get(
        session: gnutls_session_t,
        data: *mut c_void,
        data_length: *mut usize,
        type_: *mut c_uint,
        indx: c_uint,
    ) -> c_int;
    pub fn gnutls_heartbeat_get_timeout(session: gnutls_session_t) -> c_uint;
    pub fn gnutls_heartbeat_set_timeouts(session: gnutls_session_t, retrans_timeout: c_uint, total_timeout: c_uint);
    pub fn gnutls_heartbeat_enable(session: gnutls_session_t, type_: c_uint);
    pub fn gnutls_heartbeat_allowed(session: gnutls_session_t, type_: c_uint) -> c_uint;
    pub fn gnutls_safe_renegotiation_status(session: gnutls_session_t) -> c_uint;
    pub fn gnutls_session_ext_master_secret_status(session: gnutls_session_t) -> c_uint;
    pub fn gnutls_session_etm_status(session: gnutls_session_t) -> c_uint;
    pub fn gnutls_session_get_flags(session: gnutls_session_t) -> c_uint;
    pub fn gnutls_supplemental_get_name(type_: gnutls_supplemental_data_format_type_t) -> *const c_char;
    pub fn gnutls_session_ticket_key_generate(key: *mut gnutls_datum_t) -> c_int;
    pub fn gnutls_session_ticket_enable_client(session: gnutls_session_t) -> c_int;
    pub fn gnutls_session_ticket_enable_server(session: gnutls_session_t, key: *const gnutls_datum_t) -> c_int;
    pub fn gnutls_session_ticket_send(session: gnutls_session_t, nr: c_uint, flags: c_uint) -> c_int;
    pub fn gnutls_srtp_set_profile(session: gnutls_session_t, profile: gnutls_srtp_profile_t) -> c_int;
    pub fn gnutls_srtp_set_profile_direct(
        session: gnutls_session_t,
        profiles: *const c_char,
        err_pos: *mut *const c_char,
    ) -> c_int;
    pub fn gnutls_srtp_get_selected_profile(session: gnutls_session_t, profile: *mut gnutls_srtp_profile_t) -> c_int;
    pub fn gnutls_srtp_get_profile_name(profile: gnutls_srtp_profile_t) -> *const c_char;
    pub fn gnutls_srtp_get_profile_id(name: *const c_char, profile: *mut gnutls_srtp_profile_t) -> c_int;
    pub fn gnutls_srtp_get_keys(
        session: gnutls_session_t,
        key_material: *mut c_void,
        key_material_size: c_uint,
        client_key: *mut gnutls_datum_t,
        client_salt: *mut gnutls_datum_t,
        server_key: *mut gnutls_datum_t,
        server_salt: *mut gnutls_datum_t,
    ) -> c_int;
    pub fn gnutls_srtp_set_mki(session: gnutls_session_t, mki: *const gnutls_datum_t) -> c_int;
    pub fn gnutls_srtp_get_mki(session: gnutls_session_t, mki: *mut gnutls_datum_t) -> c_int;
    #[cfg(gnutls_3_7_4)]
    pub fn gnutls_compress_certificate_get_selected_method(session: gnutls_session_t) -> gnutls_compression_method_t;
    #[cfg(gnutls_3_7_4)]
    pub fn gnutls_compress_certificate_set_methods(
        session: gnutls_session_t,
        methods: *const gnutls_compression_method_t,
        methods_len: usize,
    ) -> c_int;
    pub fn gnutls_alpn_get_selected_protocol(session: gnutls_session_t, protocol: *mut gnutls_datum_t) -> c_int;
    pub fn gnutls_alpn_set_protocols(
        session: gnutls_session_t,
        protocols: *const gnutls_datum_t,
        protocols_size: c_uint,
        flags: c_uint,
    ) -> c_int;
    pub fn gnutls_key_generate(key: *mut gnutls_datum_t, key_size: c_uint) -> c_int;
    pub fn gnutls_priority_init(
        priority_cache: *mut gnutls_priority_t,
        priorities: *const c_char,
        err_pos: *mut *const c_char,
    ) -> c_int;
    pub fn gnutls_priority_init2(
        priority_cache: *mut gnutls_priority_t,
        priorities: *const c_char,
        err_pos: *mut *const c_char,
        flags: c_uint,
    ) -> c_int;
    pub fn gnutls_priority_deinit(priority_cache: gnutls_priority_t);
    pub fn gnutls_priority_get_cipher_suite_index(pcache: gnutls_priority_t, idx: c_uint, sidx: *mut c_uint) -> c_int;
    pub fn gnutls_priority_string_list(iter: c_uint, flags: c_uint) -> *const c_char;
    pub fn gnutls_priority_set(session: gnutls_session_t, priority: gnutls_priority_t) -> c_int;
    pub fn gnutls_priority_set_direct(
        session: gnutls_session_t,
        priorities: *const c_char,
        err_pos: *mut *const c_char,
    ) -> c_int;
    pub fn gnutls_priority_certificate_type_list(pcache: gnutls_priority_t, list: *mut *const c_uint) -> c_int;
    pub fn gnutls_priority_certificate_type_list2(
        pcache: gnutls_priority_t,
        list: *mut *const c_uint,
        target: gnutls_ctype_target_t,
    ) -> c_int;
    pub fn gnutls_priority_sign_list(pcache: gnutls_priority_t, list: *mut *const c_uint) -> c_int;
    pub fn gnutls_priority_protocol_list(pcache: gnutls_priority_t, list: *mut *const c_uint) -> c_int;
    pub fn gnutls_priority_ecc_curve_list(pcache: gnutls_priority_t, list: *mut *const c_uint) -> c_int;
    pub fn gnutls_priority_group_list(pcache: gnutls_priority_t, list: *mut *const c_uint) -> c_int;
    pub fn gnutls_priority_kx_list(pcache: gnutls_priority_t, list: *mut *const c_uint) -> c_int;
    pub fn gnutls_priority_cipher_list(pcache: gnutls_priority_t, list: *mut *const c_uint) -> c_int;
    pub fn gnutls_priority_mac_list(pcache: gnutls_priority_t, list: *mut *const c_uint) -> c_int;
    pub fn gnutls_get_system_config_file() -> *const c_char;
    pub fn gnutls_set_default_priority(session: gnutls_session_t) -> c_int;
    pub fn gnutls_set_default_priority_append(
        session: gnutls_session_t,
        add_prio: *const c_char,
        err_pos: *mut *const c_char,
        flags: c_uint,
    ) -> c_int;
    pub fn gnutls_cipher_suite_get_name(
        kx_algorithm: gnutls_kx_algorithm_t,
        cipher_algorithm: gnutls_cipher_algorithm_t,
        mac_algorithm: gnutls_mac_algorithm_t,
    ) -> *const c_char;
    #[cfg(gnutls_3_7_4)]
    pub fn gnutls_ciphersuite_get(session: gnutls_session_t) -> *const c_char;
    pub fn gnutls_protocol_get_version(session: gnutls_session_t) -> gnutls_protocol_t;
    pub fn gnutls_protocol_get_name(version: gnutls_protocol_t) -> *const c_char;
    pub fn gnutls_session_set_data(
        session: gnutls_session_t,
        session_data: *const c_void,
        session_data_size: usize,
    ) -> c_int;
    pub fn gnutls_session_get_data(
        session: gnutls_session_t,
        session_data: *mut c_void,
        session_data_size: *mut usize,
    ) -> c_int;
    pub fn gnutls_session_get_data2(session: gnutls_session_t, data: *mut gnutls_datum_t) -> c_int;
    pub fn gnutls_session_get_random(
        session: gnutls_session_t,
        client: *mut gnutls_datum_t,
        server: *mut gnutls_datum_t,
    );
    pub fn gnutls_session_get_master_secret(session: gnutls_session_t, secret: *mut gnutls_datum_t);
    pub fn gnutls_session_get_desc(session: gnutls_session_t) -> *mut c_char;
    pub fn gnutls_session_set_verify_function(session: gnutls_session_t, func: gnutls_certificate_verify_function);
    pub fn gnutls_session_set_verify_cert(session: gnutls_session_t, hostname: *const c_char, flags: c_uint);
    pub fn gnutls_session_set_verify_cert2(
        session: gnutls_session_t,
        data: *mut gnutls_typed_vdata_st,
        elements: c_uint,
        flags: c_uint,
    );
    pub fn gnutls_session_get_verify_cert_status(arg1: gnutls_session_t) -> c_uint;
    pub fn gnutls_session_set_premaster(
        session: gnutls_session_t,
        entity: c_uint,
        version: gnutls_protocol_t,
        kx: gnutls_kx_algorithm_t,
        cipher: gnutls_cipher_algorithm_t,
        mac: gnutls_mac_algorithm_t,
        comp: gnutls_compression_method_t,
        master: *const gnutls_datum_t,
        session_id: *const gnutls_datum_t,
    ) -> c_int;
    pub fn gnutls_session_get_id(
        session: gnutls_session_t,
        session_id: *mut c_void,
        session_id_size: *mut usize,
    ) -> c_int;
    pub fn gnutls_session_get_id2(session: gnutls_session_t, session_id: *mut gnutls_datum_t) -> c_int;
    pub fn gnutls_session_set_id(session: gnutls_session_t, sid: *const gnutls_datum_t) -> c_int;
    pub fn gnutls_session_channel_binding(
        session: gnutls_session_t,
        cbtype: gnutls_channel_binding_t,
        cb: *mut gnutls_datum_t,
    ) -> c_int;
    pub fn gnutls_session_is_resumed(session: gnutls_session_t) -> c_int;
    pub fn gnutls_session_resumption_requested(session: gnutls_session_t) -> c_int;
    pub fn gnutls_db_set_cache_expiration(session: gnutls_session_t, seconds: c_int);
    pub fn gnutls_db_get_default_cache_expiration() -> c_uint;
    pub fn gnutls_db_remove_session(session: gnutls_session_t);
    pub fn gnutls_db_set_retrieve_function(session: gnutls_session_t, retr_func: gnutls_db_retr_func);
    pub fn gnutls_db_set_remove_function(session: gnutls_session_t, rem_func: gnutls_db_remove_func);
    pub fn gnutls_db_set_store_function(session: gnutls_session_t, store_func: gnutls_db_store_func);
    pub fn gnutls_db_set_ptr(session: gnutls_session_t, ptr: *mut c_void);
    pub fn gnutls_db_get_ptr(session: gnutls_session_t) -> *mut c_void;
    pub fn gnutls_db_check_entry(session: gnutls_session_t, session_entry: gnutls_datum_t) -> c_int;
    pub fn gnutls_db_check_entry_time(entry: *mut gnutls_datum_t) -> time_t;
    pub fn gnutls_db_check_entry_expire_time(entry: *mut gnutls_datum_t) -> time_t;
    pub fn gnutls_handshake_set_hook_function(
        session: gnutls_session_t,
        htype: c_uint,
        when: c_int,
        func: gnutls_handshake_hook_func,
    );
    pub fn gnutls_handshake_set_post_client_hello_function(
        session: gnutls_session_t,
        func: gnutls_handshake_simple_hook_func,
    );
    pub fn gnutls_handshake_set_max_packet_length(session: gnutls_session_t, max: usize);
    pub fn gnutls_check_version(req_version: *const c_char) -> *const c_char;
    pub fn gnutls_credentials_clear(session: gnutls_session_t);
    pub fn gnutls_credentials_set(
        session: gnutls_session_t,
        type_: gnutls_credentials_type_t,
        cred: *mut c_void,
    ) -> c_int;
    pub fn gnutls_credentials_get(
        session: gnutls_session_t,
        type_: gnutls_credentials_type_t,
        cred: *mut *mut c_void,
    ) -> c_int;
    pub fn gnutls_anon_free_server_credentials(sc: gnutls_anon_server_credentials_t);
    pub fn gnutls_anon_allocate_server_credentials(sc: *mut gnutls_anon_server_credentials_t) -> c_int;
    pub fn gnutls_anon_set_server_dh_params(res: gnutls_anon_server_credentials_t, dh_params: gnutls_dh_params_t);
    pub fn gnutls_anon_set_server_known_dh_params(
        res: gnutls_anon_server_credentials_t,
        sec_param: gnutls_sec_param_t,
    ) -> c_int;
    pub fn gnutls_anon_set_server_params_function(res: gnutls_anon_server_credentials_t, func: gnutls_params_function);
    pub fn gnutls_anon_free_client_credentials(sc: gnutls_anon_client_credentials_t);
    pub fn gnutls_anon_allocate_client_credentials(sc: *mut gnutls_anon_client_credentials_t) -> c_int;
    pub fn gnutls_certificate_free_credentials(sc: gnutls_certificate_credentials_t);
    pub fn gnutls_certificate_allocate_credentials(res: *mut gnutls_certificate_credentials_t) -> c_int;
    pub fn gnutls_certificate_get_issuer(
        sc: gnutls_certificate_credentials_t,
        cert: gnutls_x509_crt_t,
        issuer: *mut gnutls_x509_crt_t,
        flags: c_uint,
    ) -> c_int;
    pub fn gnutls_certificate_get_crt_raw(
        sc: gnutls_certificate_credentials_t,
        idx1: c_uint,
        idx2: c_uint,
        cert: *mut gnutls_datum_t,
    ) -> c_int;
    pub fn gnutls_certificate_free_keys(sc: gnutls_certificate_credentials_t);
    pub fn gnutls_certificate_free_cas(sc: gnutls_certificate_credentials_t);
    pub fn gnutls_certificate_free_ca_names(sc: gnutls_certificate_credentials_t);
    pub fn gnutls_certificate_free_crls(sc: gnutls_certificate_credentials_t);
    pub fn gnutls_certificate_set_dh_params(res: gnutls_certificate_credentials_t, dh_params: gnutls_dh_params_t);
    pub fn gnutls_certificate_set_known_dh_params(
        res: gnutls_certificate_credentials_t,
        sec_param: gnutls_sec_param_t,
    ) -> c_int;
    pub fn gnutls_certificate_set_verify_flags(res: gnutls_certificate_credentials_t, flags: c_uint);
    pub fn gnutls_certificate_get_verify_flags(res: gnutls_certificate_credentials_t) -> c_uint;
    pub fn gnutls_certificate_set_flags(arg1: gnutls_certificate_credentials_t, flags: c_uint);
    pub fn gnutls_certificate_set_verify_limits(
        res: gnutls_certificate_credentials_t,
        max_bits: c_uint,
        max_depth: c_uint,
    );
    pub fn gnutls_certificate_set_x509_system_trust(cred: gnutls_certificate_credentials_t) -> c_int;
    pub fn gnutls_certificate_set_x509_trust_file(
        cred: gnutls_certificate_credentials_t,
        cafile: *const c_char,
        type_: gnutls_x509_crt_fmt_t,
    ) -> c_int;
    pub fn gnutls_certificate_set_x509_trust_dir(
        cred: gnutls_certificate_credentials_t,
        ca_dir: *const c_char,
        type_: gnutls_x509_crt_fmt_t,
    ) -> c_int;
    pub fn gnutls_certificate_set_x509_trust_mem(
        res: gnutls_certificate_credentials_t,
        ca: *const gnutls_datum_t,
        type_: gnutls_x509_crt_fmt_t,
    ) -> c_int;
    pub fn gnutls_certificate_set_x509_crl_file(
        res: gnutls_certificate_credentials_t,
        crlfile: *const c_char,
        type_: gnutls_x509_crt_fmt_t,
    ) -> c_int;
    pub fn gnutls_certificate_set_x509_crl_mem(
        res: gnutls_certificate_credentials_t,
        CRL: *const gnutls_datum_t,
        type_: gnutls_x509_crt_fmt_t,
    ) -> c_int;
    pub fn gnutls_certificate_set_x509_key_file(
        res: gnutls_certificate_credentials_t,
        certfile: *const c_char,
        keyfile: *const c_char,
        type_: gnutls_x509_crt_fmt_t,
    ) -> c_int;
    pub fn gnutls_certificate_set_x509_key_file2(
        res: gnutls_certificate_credentials_t,
        certfile: *const c_char,
        keyfile: *const c_char,
        type_: gnutls_x509_crt_fmt_t,
        pass: *const c_char,
        flags: c_uint,
    ) -> c_int;
    pub fn gnutls_certificate_set_x509_key_mem(
        res: gnutls_certificate_credentials_t,
        cert: *const gnutls_datum_t,
        key: *const gnutls_datum_t,
        type_: gnutls_x509_crt_fmt_t,
    ) -> c_int;
    pub fn gnutls_certificate_set_x509_key_mem2(
        res: gnutls_certificate_credentials_t,
        cert: *const gnutls_datum_t,
        key: *const gnutls_datum_t,
        type_: gnutls_x509_crt_fmt_t,
        pass: *const c_char,
        flags: c_uint,
    ) -> c_int;
    pub fn gnutls_certificate_send_x509_rdn_sequence(session: gnutls_session_t, status: c_int);
    pub fn gnutls_certificate_set_x509_simple_pkcs12_file(
        res: gnutls_certificate_credentials_t,
        pkcs12file: *const c_char,
        type_: gnutls_x509_crt_fmt_t,
        password: *const c_char,
    ) -> c_int;
    pub fn gnutls_certificate_set_x509_simple_pkcs12_mem(
        res: gnutls_certificate_credentials_t,
        p12blob: *const gnutls_datum_t,
        type_: gnutls_x509_crt_fmt_t,
        password: *const c_char,
    ) -> c_int;
    pub fn gnutls_certificate_set_x509_key(
        res: gnutls_certificate_credentials_t,
        cert_list: *mut gnutls_x509_crt_t,
        cert_list_size: c_int,
        key: gnutls_x509_privkey_t,
    ) -> c_int;
    pub fn gnutls_certificate_set_x509_trust(
        res: gnutls_certificate_credentials_t,
        ca_list: *mut gnutls_x509_crt_t,
        ca_list_size: c_int,
    ) -> c_int;
    pub fn gnutls_certificate_set_x509_crl(
        res: gnutls_certificate_credentials_t,
        crl_list: *mut gnutls_x509_crl_t,
        crl_list_size: c_int,
    ) -> c_int;
    pub fn gnutls_certificate_get_x509_key(
        res: gnutls_certificate_credentials_t,
        index: c_uint,
        key: *mut gnutls_x509_privkey_t,
    ) -> c_int;
    pub fn gnutls_certificate_get_x509_crt(
        res: gnutls_certificate_credentials_t,
        index: c_uint,
        crt_list: *mut *mut gnutls_x509_crt_t,
        crt_list_size: *mut c_uint,
    ) -> c_int;
    pub fn gnutls_certificate_set_ocsp_status_request_function(
        res: gnutls_certificate_credentials_t,
        ocsp_func: gnutls_status_request_ocsp_func,
        ptr: *mut c_void,
    );
    pub fn gnutls_certificate_set_ocsp_status_request_function2(
        res: gnutls_certificate_credentials_t,
        idx: c_uint,
        ocsp_func: gnutls_status_request_ocsp_func,
        ptr: *mut c_void,
    ) -> c_int;
    pub fn gnutls_certificate_set_ocsp_status_request_file(
        res: gnutls_certificate_credentials_t,
        response_file: *const c_char,
        idx: c_uint,
    ) -> c_int;
    pub fn gnutls_certificate_set_ocsp_status_request_file2(
        res: gnutls_certificate_credentials_t,
        response_file: *const c_char,
        idx: c_uint,
        fmt: gnutls_x509_crt_fmt_t,
    ) -> c_int;
    pub fn gnutls_certificate_set_ocsp_status_request_mem(
        res: gnutls_certificate_credentials_t,
        resp: *const gnutls_datum_t,
        idx: c_uint,
        fmt: gnutls_x509_crt_fmt_t,
    ) -> c_int;
    pub fn gnutls_certificate_get_ocsp_expiration(
        sc: gnutls_certificate_credentials_t,
        idx: c_uint,
        oidx: c_int,
        flags: c_uint,
    ) -> time_t;
    pub fn gnutls_ocsp_status_request_enable_client(
        session: gnutls_session_t,
        responder_id: *mut gnutls_datum_t,
        responder_id_size: usize,
        request_extensions: *mut gnutls_datum_t,
    ) -> c_int;
    pub fn gnutls_ocsp_status_request_get(session: gnutls_session_t, response: *mut gnutls_datum_t) -> c_int;
    pub fn gnutls_ocsp_status_request_is_checked(session: gnutls_session_t, flags: c_uint) -> c_uint;
    pub fn gnutls_ocsp_status_request_get2(
        session: gnutls_session_t,
        idx: c_uint,
        response: *mut gnutls_datum_t,
    ) -> c_int;
    pub fn gnutls_certificate_set_rawpk_key_mem(
        cred: gnutls_certificate_credentials_t,
        spki: *const gnutls_datum_t,
        pkey: *const gnutls_datum_t,
        format: gnutls_x509_crt_fmt_t,
        pass: *const c_char,
        key_usage: c_uint,
        names: *mut *const c_char,
        names_length: c_uint,
        flags: c_uint,
    ) -> c_int;
    pub fn gnutls_certificate_set_rawpk_key_file(
        cred: gnutls_certificate_credentials_t,
        rawpkfile: *const c_char,
        privkeyfile: *const c_char,
        format: gnutls_x509_crt_fmt_t,
        pass: *const c_char,
        key_usage: c_uint,
        names: *mut *const c_char,
        names_length: c_uint,
        privkey_flags: c_uint,
        pkcs11_flags: c_uint,
    ) -> c_int;
    pub fn gnutls_global_init() -> c_int;
    pub fn gnutls_global_deinit();
    #[cfg(gnutls_3_7_3)]
    pub fn gnutls_get_library_config() -> *const gnutls_library_config_st;
    pub fn gnutls_global_set_mutex(
        init: mutex_init_func,
        deinit: mutex_deinit_func,
        lock: mutex_lock_func,
        unlock: mutex_unlock_func,
    );
    pub fn gnutls_global_set_time_function(time_func: gnutls_time_func);
    pub static mut gnutls_malloc: gnutls_alloc_function;
    pub static mut gnutls_realloc: gnutls_realloc_function;
    pub static mut gnutls_calloc: gnutls_calloc_function;
    pub static mut gnutls_free: gnutls_free_function;
    pub static mut gnutls_strdup: Option<unsafe extern "C" fn(arg1: *const c_char) -> *mut c_char>;
    pub fn gnutls_memset(data: *mut c_void, c: c_int, size: usize);
    pub fn gnutls_memcmp(s1: *const c_void, s2: *const c_void, n: usize) -> c_int;
    pub fn gnutls_global_set_log_function(log_func: gnutls_log_func);
    pub fn gnutls_global_set_audit_log_function(log_func: gnutls_audit_log_func);
    pub fn gnutls_global_set_log_level(level: c_int);
    pub fn gnutls_session_get_keylog_function(session: gnutls_session_t) -> gnutls_keylog_func;
    pub fn gnutls_session_set_keylog_function(session: gnutls_session_t, func: gnutls_keylog_func);
    pub fn gnutls_dh_params_init(dh_params: *mut gnutls_dh_params_t) -> c_int;
    pub fn gnutls_dh_params_deinit(dh_params: gnutls_dh_params_t);
    pub fn gnutls_dh_params_import_raw(
        dh_params: gnutls_dh_params_t,
        prime: *const gnutls_datum_t,
        generator: *const gnutls_datum_t,
    ) -> c_int;
    pub fn gnutls_dh_params_import_dsa(dh_params: gnutls_dh_params_t, key: gnutls_x509_privkey_t) -> c_int;
    pub fn gnutls_dh_params_import_raw2(
        dh_params: gnutls_dh_params_t,
        prime: *const gnutls_datum_t,
        generator: *const gnutls_datum_t,
        key_bits: c_uint,
    ) -> c_int;
    pub fn gnutls_dh_params_import_raw3(
        dh_params: gnutls_dh_params_t,
        prime: *const gnutls_datum_t,
        q: *const gnutls_datum_t,
        generator: *const gnutls_datum_t,
    ) -> c_int;
    pub fn gnutls_dh_params_import_pkcs3(
        params: gnutls_dh_params_t,
        pkcs3_params: *const gnutls_datum_t,
        format: gnutls_x509_crt_fmt_t,
    ) -> c_int;
    pub fn gnutls_dh_params_generate2(params: gnutls_dh_params_t, bits: c_uint) -> c_int;
    pub fn gnutls_dh_params_export_pkcs3(
        params: gnutls_dh_params_t,
        format: gnutls_x509_crt_fmt_t,
        params_data: *mut c_uchar,
        params_data_size: *mut usize,
    ) -> c_int;
    pub fn gnutls_dh_params_export2_pkcs3(
        params: gnutls_dh_params_t,
        format: gnutls_x509_crt_fmt_t,
        out: *mut gnutls_datum_t,
    ) -> c_int;
    pub fn gnutls_dh_params_export_raw(
        params: gnutls_dh_params_t,
        prime: *mut gnutls_datum_t,
        generator: *mut gnutls_datum_t,
        bits: *mut c_uint,
    ) -> c_int;
    pub fn gnutls_dh_params_cpy(dst: gnutls_dh_params_t, src: gnutls_dh_params_t) -> c_int;
    pub fn gnutls_system_recv_timeout(ptr: gnutls_transport_ptr_t, ms: c_uint) -> c_int;
    pub fn gnutls_transport_set_int2(session: gnutls_session_t, r: c_int, s: c_int);
    pub fn gnutls_transport_get_int2(session: gnutls_session_t, r: *mut c_int, s: *mut c_int);
    pub fn gnutls_transport_get_int(session: gnutls_session_t) -> c_int;
    pub fn gnutls_transport_set_ptr(session: gnutls_session_t, ptr: gnutls_transport_ptr_t);
    pub fn gnutls_transport_set_ptr2(
        session: gnutls_session_t,
        recv_ptr: gnutls_transport_ptr_t,
        send_ptr: gnutls_transport_ptr_t,
    );
    pub fn gnutls_transport_get_ptr(session: gnutls_session_t) -> gnutls_transport_ptr_t;
    pub fn gnutls_transport_get_ptr2(
        session: gnutls_session_t,
        recv_ptr: *mut gnutls_transport_ptr_t,
        send_ptr: *mut gnutls_transport_ptr_t,
    );
    pub fn gnutls_transport_set_vec_push_function(session: gnutls_session_t, vec_func: gnutls_vec_push_func);
    pub fn gnutls_transport_set_push_function(session: gnutls_session_t, push_func: gnutls_push_func);
    pub fn gnutls_transport_set_pull_function(session: gnutls_session_t, pull_func: gnutls_pull_func);
    pub fn gnutls_transport_set_pull_timeout_function(session: gnutls_session_t, func: gnutls_pull_timeout_func);
    pub fn gnutls_transport_set_errno_function(session: gnutls_session_t, errno_func: gnutls_errno_func);
    pub fn gnutls_transport_set_errno(session: gnutls_session_t, err: c_int);
    pub fn gnutls_session_set_ptr(session: gnutls_session_t, ptr: *mut c_void);
    pub fn gnutls_session_get_ptr(session: gnutls_session_t) -> *mut c_void;
    pub fn gnutls_openpgp_send_cert(session: gnutls_session_t, status: gnutls_openpgp_crt_status_t);
    pub fn gnutls_fingerprint(
        algo: gnutls_digest_algorithm_t,
        data: *const gnutls_datum_t,
        result: *mut c_void,
        result_size: *mut usize,
    ) -> c_int;
    pub fn gnutls_random_art(
        type_: gnutls_random_art_t,
        key_type: *const c_char,
        key_size: c_uint,
        fpr: *mut c_void,
        fpr_size: usize,
        art: *mut gnutls_datum_t,
    ) -> c_int;
    pub fn gnutls_idna_map(input: *const c_char, ilen: c_uint, out: *mut gnutls_datum_t, flags: c_uint) -> c_int;
    pub fn gnutls_idna_reverse_map(
        input: *const c_char,
        ilen: c_uint,
        out: *mut gnutls_datum_t,
        flags: c_uint,
    ) -> c_int;
    pub fn gnutls_srp_free_client_credentials(sc: gnutls_srp_client_credentials_t);
    pub fn gnutls_srp_allocate_client_credentials(sc: *mut gnutls_srp_client_credentials_t) -> c_int;
    pub fn gnutls_srp_set_client_credentials(
        res: gnutls_srp_client_credentials_t,
        username: *const c_char,
        password: *const c_char,
    ) -> c_int;
    pub fn gnutls_srp_free_server_credentials(sc: gnutls_srp_server_credentials_t);
    pub fn gnutls_srp_allocate_server_credentials(sc: *mut gnutls_srp_server_credentials_t) -> c_int;
    pub fn gnutls_srp_set_server_credentials_file(
        res: gnutls_srp_server_credentials_t,
        password_file: *const c_char,
        password_conf_file: *const c_char,
    ) -> c_int;
    pub fn gnutls_srp_server_get_username(session: gnutls_session_t) -> *const c_char;
    pub fn gnutls_srp_set_prime_bits(session: gnutls_session_t, bits: c_uint);
    pub fn gnutls_srp_verifier(
        username: *const c_char,
        password: *const c_char,
        salt: *const gnutls_datum_t,
        generator: *const gnutls_datum_t,
        prime: *const gnutls_datum_t,
        res: *mut gnutls_datum_t,
    ) -> c_int;
    pub static gnutls_srp_8192_group_prime: gnutls_datum_t;
    pub static gnutls_srp_8192_group_generator: gnutls_datum_t;
    pub static gnutls_srp_4096_group_prime: gnutls_datum_t;
    pub static gnutls_srp_4096_group_generator: gnutls_datum_t;
    pub static gnutls_srp_3072_group_prime: gnutls_datum_t;
    pub static gnutls_srp_3072_group_generator: gnutls_datum_t;
    pub static gnutls_srp_2048_group_prime: gnutls_datum_t;
    pub static gnutls_srp_2048_group_generator: gnutls_datum_t;
    pub static gnutls_srp_1536_group_prime: gnutls_datum_t;
    pub static gnutls_srp_1536_group_generator: gnutls_datum_t;
    pub static gnutls_srp_1024_group_prime: gnutls_datum_t;
    pub static gnutls_srp_1024_group_generator: gnutls_datum_t;
    pub static gnutls_ffdhe_8192_group_prime: gnutls_datum_t;
    pub static gnutls_ffdhe_8192_group_q: gnutls_datum_t;
    pub static gnutls_ffdhe_8192_group_generator: gnutls_datum_t;
    pub static gnutls_ffdhe_8192_key_bits: c_uint;
    pub static gnutls_ffdhe_6144_group_prime: gnutls_datum_t;
    pub static gnutls_ffdhe_6144_group_q: gnutls_datum_t;
    pub static gnutls_ffdhe_6144_group_generator: gnutls_datum_t;
    pub static gnutls_ffdhe_6144_key_bits: c_uint;
    pub static gnutls_ffdhe_4096_group_prime: gnutls_datum_t;
    pub static gnutls_ffdhe_4096_group_q: gnutls_datum_t;
    pub static gnutls_ffdhe_4096_group_generator: gnutls_datum_t;
    pub static gnutls_ffdhe_4096_key_bits: c_uint;
    pub static gnutls_ffdhe_3072_group_prime: gnutls_datum_t;
    pub static gnutls_ffdhe_3072_group_q: gnutls_datum_t;
    pub static gnutls_ffdhe_3072_group_generator: gnutls_datum_t;
    pub static gnutls_ffdhe_3072_key_bits: c_uint;
    pub static gnutls_ffdhe_2048_group_prime: gnutls_datum_t;
    pub static gnutls_ffdhe_2048_group_q: gnutls_datum_t;
    pub static gnutls_ffdhe_2048_group_generator: gnutls_datum_t;
    pub static gnutls_ffdhe_2048_key_bits: c_uint;
    pub fn gnutls_srp_set_server_credentials_function(
        cred: gnutls_srp_server_credentials_t,
        func: gnutls_srp_server_credentials_function,
    );
    pub fn gnutls_srp_set_client_credentials_function(
        cred: gnutls_srp_client_credentials_t,
        func: gnutls_srp_client_credentials_function,
    );
    pub fn gnutls_srp_base64_encode(data: *const gnutls_datum_t, result: *mut c_char, result_size: *mut usize)
    -> c_int;
    pub fn gnutls_srp_base64_encode2(data: *const gnutls_datum_t, result: *mut gnutls_datum_t) -> c_int;
    pub fn gnutls_srp_base64_decode(
        b64_data: *const gnutls_datum_t,
        result: *mut c_char,
        result_size: *mut usize,
    ) -> c_int;
    pub fn gnutls_srp_base64_decode2(b64_data: *const gnutls_datum_t, result: *mut gnutls_datum_t) -> c_int;
    pub fn gnutls_srp_set_server_fake_salt_seed(
        sc: gnutls_srp_server_credentials_t,
        seed: *const gnutls_datum_t,
        salt_length: c_uint,
    );
    pub fn gnutls_psk_free_client_credentials(sc: gnutls_psk_client_credentials_t);
    pub fn gnutls_psk_allocate_client_credentials(sc: *mut gnutls_psk_client_credentials_t) -> c_int;
    #[cfg(gnutls_3_8_11)]
    pub fn gnutls_psk_allocate_client_credentials2(
        sc: *mut gnutls_psk_client_credentials_t,
        mac: gnutls_mac_algorithm_t,
    ) -> c_int;
    pub fn gnutls_psk_set_client_credentials(
        res: gnutls_psk_client_credentials_t,
        username: *const c_char,
        key: *const gnutls_datum_t,
        flags: gnutls_psk_key_flags,
    ) -> c_int;
    pub fn gnutls_psk_set_client_credentials2(
        res: gnutls_psk_client_credentials_t,
        username: *const gnutls_datum_t,
        key: *const gnutls_datum_t,
        flags: gnutls_psk_key_flags,
    ) -> c_int;
    pub fn gnutls_psk_free_server_credentials(sc: gnutls_psk_server_credentials_t);
    pub fn gnutls_psk_allocate_server_credentials(sc: *mut gnutls_psk_server_credentials_t) -> c_int;
    #[cfg(gnutls_3_8_11)]
    pub fn gnutls_psk_allocate_server_credentials2(
        sc: *mut gnutls_psk_server_credentials_t,
        mac: gnutls_mac_algorithm_t,
    ) -> c_int;
    pub fn gnutls_psk_set_server_credentials_file(
        res: gnutls_psk_server_credentials_t,
        password_file: *const c_char,
    ) -> c_int;
    pub fn gnutls_psk_set_server_credentials_hint(res: gnutls_psk_server_credentials_t, hint: *const c_char) -> c_int;
    pub fn gnutls_psk_server_get_username(session: gnutls_session_t) -> *const c_char;
    pub fn gnutls_psk_server_get_username2(session: gnutls_session_t, out: *mut gnutls_datum_t) -> c_int;
    pub fn gnutls_psk_client_get_hint(session: gnutls_session_t) -> *const c_char;
    pub fn gnutls_psk_set_server_credentials_function(
        cred: gnutls_psk_server_credentials_t,
        func: gnutls_psk_server_credentials_function,
    );
    pub fn gnutls_psk_set_server_credentials_function2(
        cred: gnutls_psk_server_credentials_t,
        func: gnutls_psk_server_credentials_function2,
    );
    #[cfg(gnutls_3_8_1)]
    pub fn gnutls_psk_set_server_credentials_function3(
        cred: gnutls_psk_server_credentials_t,
        func: gnutls_psk_server_credentials_function3,
    );
    #[cfg(gnutls_3_8_1)]
    pub fn gnutls_psk_format_imported_identity(
        identity: *const gnutls_datum_t,
        context: *const gnutls_datum_t,
        version: gnutls_protocol_t,
        hash: gnutls_digest_algorithm_t,
        imported_identity: *mut gnutls_datum_t,
    ) -> c_int;
    pub fn gnutls_psk_set_client_credentials_function(
        cred: gnutls_psk_client_credentials_t,
        func: gnutls_psk_client_credentials_function,
    );
    pub fn gnutls_psk_set_client_credentials_function2(
        cred: gnutls_psk_client_credentials_t,
        func: gnutls_psk_client_credentials_function2,
    );
    #[cfg(gnutls_3_8_1)]
    pub fn gnutls_psk_set_client_credentials_function3(
        cred: gnutls_psk_client_credentials_t,
        func: gnutls_psk_client_credentials_function3,
    );
    pub fn gnutls_hex_encode(data: *const gnutls_datum_t, result: *mut c_char, result_size: *mut usize) -> c_int;
    pub fn gnutls_hex_decode(hex_data: *const gnutls_datum_t, result: *mut c_void, result_size: *mut usize) -> c_int;
    pub fn gnutls_hex_encode2(data: *const gnutls_datum_t, result: *mut gnutls_datum_t) -> c_int;
    pub fn gnutls_hex_decode2(data: *const gnutls_datum_t, result: *mut gnutls_datum_t) -> c_int;
    pub fn gnutls_psk_set_server_dh_params(res: gnutls_psk_server_credentials_t, dh_params: gnutls_dh_params_t);
    pub fn gnutls_psk_set_server_known_dh_params(
        res: gnutls_psk_server_credentials_t,
        sec_param: gnutls_sec_param_t,
    ) -> c_int;
    pub fn gnutls_psk_set_server_params_function(res: gnutls_psk_server_credentials_t, func: gnutls_params_function);
    pub fn gnutls_auth_get_type(session: gnutls_session_t) -> gnutls_credentials_type_t;
    pub fn gnutls_auth_server_get_type(session: gnutls_session_t) -> gnutls_credentials_type_t;
    pub fn gnutls_auth_client_get_type(session: gnutls_session_t) -> gnutls_credentials_type_t;
    pub fn gnutls_dh_set_prime_bits(session: gnutls_session_t, bits: c_uint);
    pub fn gnutls_dh_get_secret_bits(session: gnutls_session_t) -> c_int;
    pub fn gnutls_dh_get_peers_public_bits(session: gnutls_session_t) -> c_int;
    pub fn gnutls_dh_get_prime_bits(session: gnutls_session_t) -> c_int;
    pub fn gnutls_dh_get_group(
        session: gnutls_session_t,
        raw_gen: *mut gnutls_datum_t,
        raw_prime: *mut gnutls_datum_t,
    ) -> c_int;
    pub fn gnutls_dh_get_pubkey(session: gnutls_session_t, raw_key: *mut gnutls_datum_t) -> c_int;
    pub fn gnutls_certificate_set_retrieve_function(
        cred: gnutls_certificate_credentials_t,
        func: gnutls_certificate_retrieve_function,
    );
    pub fn gnutls_certificate_set_verify_function(
        cred: gnutls_certificate_credentials_t,
        func: gnutls_certificate_verify_function,
    );
    pub fn gnutls_certificate_server_set_request(session: gnutls_session_t, req: gnutls_certificate_request_t);
    pub fn gnutls_certificate_get_peers(session: gnutls_session_t, list_size: *mut c_uint) -> *const gnutls_datum_t;
    pub fn gnutls_certificate_get_ours(session: gnutls_session_t) -> *const gnutls_datum_t;
    pub fn gnutls_certificate_get_peers_subkey_id(session: gnutls_session_t, id: *mut gnutls_datum_t) -> c_int;
    pub fn gnutls_certificate_activation_time_peers(session: gnutls_session_t) -> time_t;
    pub fn gnutls_certificate_expiration_time_peers(session: gnutls_session_t) -> time_t;
    pub fn gnutls_certificate_client_get_request_status(session: gnutls_session_t) -> c_uint;
    pub fn gnutls_certificate_verify_peers2(session: gnutls_session_t, status: *mut c_uint) -> c_int;
    pub fn gnutls_certificate_verify_peers3(
        session: gnutls_session_t,
        hostname: *const c_char,
        status: *mut c_uint,
    ) -> c_int;
    pub fn gnutls_certificate_verify_peers(
        session: gnutls_session_t,
        data: *mut gnutls_typed_vdata_st,
        elements: c_uint,
        status: *mut c_uint,
    ) -> c_int;
    pub fn gnutls_certificate_verification_status_print(
        status: c_uint,
        type_: gnutls_certificate_type_t,
        out: *mut gnutls_datum_t,
        flags: c_uint,
    ) -> c_int;
    pub fn gnutls_pem_base64_encode(
        msg: *const c_char,
        data: *const gnutls_datum_t,
        result: *mut c_char,
        result_size: *mut usize,
    ) -> c_int;
    pub fn gnutls_pem_base64_decode(
        header: *const c_char,
        b64_data: *const gnutls_datum_t,
        result: *mut c_uchar,
        result_size: *mut usize,
    ) -> c_int;
    pub fn gnutls_pem_base64_encode2(
        msg: *const c_char,
        data: *const gnutls_datum_t,
        result: *mut gnutls_datum_t,
    ) -> c_int;
    pub fn gnutls_pem_base64_decode2(
        header: *const c_char,
        b64_data: *const gnutls_datum_t,
        result: *mut gnutls_datum_t,
    ) -> c_int;
    pub fn gnutls_base64_encode2(data: *const gnutls_datum_t, result: *mut gnutls_datum_t) -> c_int;
    pub fn gnutls_base64_decode2(b64_data: *const gnutls_datum_t, result: *mut gnutls_datum_t) -> c_int;
    pub fn gnutls_certificate_set_params_function(res: gnutls_certificate_credentials_t, func: gnutls_params_function);
    pub fn gnutls_anon_set_params_function(res: gnutls_anon_server_credentials_t, func: gnutls_params_function);
    pub fn gnutls_psk_set_params_function(res: gnutls_psk_server_credentials_t, func: gnutls_params_function);
    pub fn gnutls_hex2bin(
        hex_data: *const c_char,
        hex_size: usize,
        bin_data: *mut c_void,
        bin_size: *mut usize,
    ) -> c_int;
    pub fn gnutls_tdb_init(tdb: *mut gnutls_tdb_t) -> c_int;
    pub fn gnutls_tdb_set_store_func(tdb: gnutls_tdb_t, store: gnutls_tdb_store_func);
    pub fn gnutls_tdb_set_store_commitment_func(tdb: gnutls_tdb_t, cstore: gnutls_tdb_store_commitment_func);
    pub fn gnutls_tdb_set_verify_func(tdb: gnutls_tdb_t, verify: gnutls_tdb_verify_func);
    pub fn gnutls_tdb_deinit(tdb: gnutls_tdb_t);
    pub fn gnutls_verify_stored_pubkey(
        db_name: *const c_char,
        tdb: gnutls_tdb_t,
        host: *const c_char,
        service: *const c_char,
        cert_type: gnutls_certificate_type_t,
        cert: *const gnutls_datum_t,
        flags: c_uint,
    ) -> c_int;
    pub fn gnutls_store_commitment(
        db_name: *const c_char,
        tdb: gnutls_tdb_t,
        host: *const c_char,
        service: *const c_char,
        hash_algo: gnutls_digest_algorithm_t,
        hash: *const gnutls_datum_t,
        expiration: time_t,
        flags: c_uint,
    ) -> c_int;
    pub fn gnutls_store_pubkey(
        db_name: *const c_char,
        tdb: gnutls_tdb_t,
        host: *const c_char,
        service: *const c_char,
        cert_type: gnutls_certificate_type_t,
        cert: *const gnutls_datum_t,
        expiration: time_t,
        flags: c_uint,
    ) -> c_int;
    pub fn gnutls_load_file(filename: *const c_char, data: *mut gnutls_datum_t) -> c_int;
    pub fn gnutls_url_is_supported(url: *const c_char) -> c_uint;
    pub fn gnutls_certificate_set_pin_function(
        arg1: gnutls_certificate_credentials_t,
        fn_: gnutls_pin_callback_t,
        userdata: *mut c_void,
    );
    pub fn gnutls_buffer_append_data(arg1: gnutls_buffer_t, data: *const c_void, data_size: usize) -> c_int;
    pub fn gnutls_utf8_password_normalize(
        password: *const c_uchar,
        password_len: c_uint,
        out: *mut gnutls_datum_t,
        flags: c_uint,
    ) -> c_int;
    pub fn gnutls_ext_set_data(session: gnutls_session_t, type_: c_uint, arg1: gnutls_ext_priv_data_t);
    pub fn gnutls_ext_get_data(session: gnutls_session_t, type_: c_uint, arg1: *mut gnutls_ext_priv_data_t) -> c_int;
    pub fn gnutls_ext_get_current_msg(session: gnutls_session_t) -> c_uint;
    pub fn gnutls_ext_raw_parse(
        ctx: *mut c_void,
        cb: gnutls_ext_raw_process_func,
        data: *const gnutls_datum_t,
        flags: c_uint,
    ) -> c_int;
    pub fn gnutls_ext_register(
        name: *const c_char,
        type_: c_int,
        parse_point: gnutls_ext_parse_type_t,
        recv_func: gnutls_ext_recv_func,
        send_func: gnutls_ext_send_func,
        deinit_func: gnutls_ext_deinit_data_func,
        pack_func: gnutls_ext_pack_func,
        unpack_func: gnutls_ext_unpack_func,
    ) -> c_int;
    pub fn gnutls_session_ext_register(
        arg1: gnutls_session_t,
        name: *const c_char,
        type_: c_int,
        parse_point: gnutls_ext_parse_type_t,
        recv_func: gnutls_ext_recv_func,
        send_func: gnutls_ext_send_func,
        deinit_func: gnutls_ext_deinit_data_func,
        pack_func: gnutls_ext_pack_func,
        unpack_func: gnutls_ext_unpack_func,
        flags: c_uint,
    ) -> c_int;
    pub fn gnutls_ext_get_name(ext: c_uint) -> *const c_char;
    pub fn gnutls_ext_get_name2(
        session: gnutls_session_t,
        tls_id: c_uint,
        parse_point: gnutls_ext_parse_type_t,
    ) -> *const c_char;
    pub fn gnutls_supplemental_register(
        name: *const c_char,
        type_: gnutls_supplemental_data_format_type_t,
        supp_recv_func: gnutls_supp_recv_func,
        supp_send_func: gnutls_supp_send_func,
    ) -> c_int;
    pub fn gnutls_session_supplemental_register(
        session: gnutls_session_t,
        name: *const c_char,
        type_: gnutls_supplemental_data_format_type_t,
        supp_recv_func: gnutls_supp_recv_func,
        supp_send_func: gnutls_supp_send_func,
        flags: c_uint,
    ) -> c_int;
    pub fn gnutls_supplemental_recv(session: gnutls_session_t, do_recv_supplemental: c_uint);
    pub fn gnutls_supplemental_send(session: gnutls_session_t, do_send_supplemental: c_uint);
    pub fn gnutls_anti_replay_init(anti_replay: *mut gnutls_anti_replay_t) -> c_int;
    pub fn gnutls_anti_replay_deinit(anti_replay: gnutls_anti_replay_t);
    pub fn gnutls_anti_replay_set_window(anti_replay: gnutls_anti_replay_t, window: c_uint);
    pub fn gnutls_anti_replay_enable(session: gnutls_session_t, anti_replay: gnutls_anti_replay_t);
    pub fn gnutls_anti_replay_set_add_function(arg1: gnutls_anti_replay_t, add_func: gnutls_db_add_func);
    pub fn gnutls_anti_replay_set_ptr(arg1: gnutls_anti_replay_t, ptr: *mut c_void);
    pub fn gnutls_handshake_set_read_function(session: gnutls_session_t, func: gnutls_handshake_read_func);
    pub fn gnutls_handshake_write(
        session: gnutls_session_t,
        level: gnutls_record_encryption_level_t,
        data: *const c_void,
        data_size: usize,
    ) -> c_int;
    pub fn gnutls_handshake_set_secret_function(session: gnutls_session_t, func: gnutls_handshake_secret_func);
    pub fn gnutls_alert_set_read_function(session: gnutls_session_t, func: gnutls_alert_read_func);
    pub fn gnutls_fips140_mode_enabled() -> c_uint;
    pub fn gnutls_fips140_set_mode(mode: gnutls_fips_mode_t, flags: c_uint);
    #[cfg(gnutls_3_7_3)]
    pub fn gnutls_fips140_context_init(context: *mut gnutls_fips140_context_t) -> c_int;
    #[cfg(gnutls_3_7_3)]
    pub fn gnutls_fips140_context_deinit(context: gnutls_fips140_context_t);
    #[cfg(gnutls_3_7_3)]
    pub fn gnutls_fips140_get_operation_state(context: gnutls_fips140_context_t) -> gnutls_fips140_operation_state_t;
    #[cfg(gnutls_3_7_3)]
    pub fn gnutls_fips140_push_context(context: gnutls_fips140_context_t) -> c_int;
    #[cfg(gnutls_3_7_3)]
    pub fn gnutls_fips140_pop_context() -> c_int;
    #[cfg(gnutls_3_7_7)]
    pub fn gnutls_fips140_run_self_tests() -> c_int;
    #[cfg(gnutls_3_8_11)]
    pub fn gnutls_audit_push_context(context: c_long);
    #[cfg(gnutls_3_8_11)]
    pub fn gnutls_audit_pop_context();
    #[cfg(gnutls_3_8_11)]
    pub fn gnutls_audit_current_context() -> c_long;
    #[cfg(gnutls_3_7_3)]
    pub fn gnutls_transport_is_ktls_enabled(session: gnutls_session_t) -> gnutls_transport_ktls_enable_flags_t;
    pub fn gnutls_x509_privkey_sign_hash(
        key: gnutls_x509_privkey_t,
        hash: *const gnutls_datum_t,
        signature: *mut gnutls_datum_t,
    ) -> c_int;
    pub fn gnutls_openpgp_privkey_sign_hash(
        key: gnutls_openpgp_privkey_t,
        hash: *const gnutls_datum_t,
        signature: *mut gnutls_datum_t,
    ) -> c_int;
    pub fn gnutls_x509_crt_get_preferred_hash_algorithm(
        crt: gnutls_x509_crt_t,
        hash: *mut gnutls_digest_algorithm_t,
        mand: *mut c_uint,
    ) -> c_int;
    pub fn gnutls_global_set_mem_functions(
        alloc_func: gnutls_alloc_function,
        secure_alloc_func: gnutls_alloc_function,
        is_secure_func: gnutls_is_secure_function,
        realloc_func: gnutls_realloc_function,
        free_func: gnutls_free_function,
    );
    pub fn gnutls_compression_get(session: gnutls_session_t) -> gnutls_compression_method_t;
    pub fn gnutls_compression_get_name(algorithm: gnutls_compression_method_t) -> *const c_char;
    pub fn gnutls_compression_get_id(name: *const c_char) -> gnutls_compression_method_t;
    pub fn gnutls_compression_list() -> *const gnutls_compression_method_t;
    pub fn gnutls_priority_compression_list(pcache: gnutls_priority_t, list: *mut *const c_uint) -> c_int;
    pub fn gnutls_x509_crt_init(cert: *mut gnutls_x509_crt_t) -> c_int;
    pub fn gnutls_x509_crt_deinit(cert: gnutls_x509_crt_t);
    pub fn gnutls_x509_crt_set_flags(cert: gnutls_x509_crt_t, flags: c_uint);
    pub fn gnutls_x509_crt_equals(cert1: gnutls_x509_crt_t, cert2: gnutls_x509_crt_t) -> c_uint;
    pub fn gnutls_x509_crt_equals2(cert1: gnutls_x509_crt_t, der: *const gnutls_datum_t) -> c_uint;
    pub fn gnutls_x509_crt_import(
        cert: gnutls_x509_crt_t,
        data: *const gnutls_datum_t,
        format: gnutls_x509_crt_fmt_t,
    ) -> c_int;
    pub fn gnutls_x509_crt_list_import2(
        certs: *mut *mut gnutls_x509_crt_t,
        size: *mut c_uint,
        data: *const gnutls_datum_t,
        format: gnutls_x509_crt_fmt_t,
        flags: c_uint,
    ) -> c_int;
    pub fn gnutls_x509_crt_list_import(
        certs: *mut gnutls_x509_crt_t,
        cert_max: *mut c_uint,
        data: *const gnutls_datum_t,
        format: gnutls_x509_crt_fmt_t,
        flags: c_uint,
    ) -> c_int;
    pub fn gnutls_x509_crt_import_url(crt: gnutls_x509_crt_t, url: *const c_char, flags: c_uint) -> c_int;
    pub fn gnutls_x509_crt_list_import_url(
        certs: *mut *mut gnutls_x509_crt_t,
        size: *mut c_uint,
        url: *const c_char,
        pin_fn: gnutls_pin_callback_t,
        pin_fn_userdata: *mut c_void,
        flags: c_uint,
    ) -> c_int;
    pub fn gnutls_x509_crt_export(
        cert: gnutls_x509_crt_t,
        format: gnutls_x509_crt_fmt_t,
        output_data: *mut c_void,
        output_data_size: *mut usize,
    ) -> c_int;
    pub fn gnutls_x509_crt_export2(
        cert: gnutls_x509_crt_t,
        format: gnutls_x509_crt_fmt_t,
        out: *mut gnutls_datum_t,
    ) -> c_int;
    pub fn gnutls_x509_crt_get_private_key_usage_period(
        cert: gnutls_x509_crt_t,
        activation: *mut time_t,
        expiration: *mut time_t,
        critical: *mut c_uint,
    ) -> c_int;
    pub fn gnutls_x509_crt_get_issuer_dn(cert: gnutls_x509_crt_t, buf: *mut c_char, buf_size: *mut usize) -> c_int;
    pub fn gnutls_x509_crt_get_issuer_dn2(cert: gnutls_x509_crt_t, dn: *mut gnutls_datum_t) -> c_int;
    pub fn gnutls_x509_crt_get_issuer_dn3(cert: gnutls_x509_crt_t, dn: *mut gnutls_datum_t, flags: c_uint) -> c_int;
    pub fn gnutls_x509_crt_get_issuer_dn_oid(
        cert: gnutls_x509_crt_t,
        indx: c_uint,
        oid: *mut c_void,
        oid_size: *mut usize,
    ) -> c_int;
    pub fn gnutls_x509_crt_get_issuer_dn_by_oid(
        cert: gnutls_x509_crt_t,
        oid: *const c_char,
        indx: c_uint,
        raw_flag: c_uint,
        buf: *mut c_void,
        buf_size: *mut usize,
    ) -> c_int;
    pub fn gnutls_x509_crt_get_dn(cert: gnutls_x509_crt_t, buf: *mut c_char, buf_size: *mut usize) -> c_int;
    pub fn gnutls_x509_crt_get_dn2(cert: gnutls_x509_crt_t, dn: *mut gnutls_datum_t) -> c_int;
    pub fn gnutls_x509_crt_get_dn3(cert: gnutls_x509_crt_t, dn: *mut gnutls_datum_t, flags: c_uint) -> c_int;
    pub fn gnutls_x509_crt_get_dn_oid(
        cert: gnutls_x509_crt_t,
        indx: c_uint,
        oid: *mut c_void,
        oid_size: *mut usize,
    ) -> c_int;
    pub fn gnutls_x509_crt_get_dn_by_oid(
        cert: gnutls_x509_crt_t,
        oid: *const c_char,
        indx: c_uint,
        raw_flag: c_uint,
        buf: *mut c_void,
        buf_size: *mut usize,
    ) -> c_int;
    pub fn gnutls_x509_crt_check_hostname(cert: gnutls_x509_crt_t, hostname: *const c_char) -> c_uint;
    pub fn gnutls_x509_crt_check_hostname2(cert: gnutls_x509_crt_t, hostname: *const c_char, flags: c_uint) -> c_uint;
    pub fn gnutls_x509_crt_check_email(cert: gnutls_x509_crt_t, email: *const c_char, flags: c_uint) -> c_uint;
    pub fn gnutls_x509_crt_check_ip(
        cert: gnutls_x509_crt_t,
        ip: *const c_uchar,
        ip_size: c_uint,
        flags: c_uint,
    ) -> c_uint;
    pub fn gnutls_x509_crt_get_signature_algorithm(cert: gnutls_x509_crt_t) -> c_int;
    pub fn gnutls_x509_crt_get_signature(cert: gnutls_x509_crt_t, sig: *mut c_char, sizeof_sig: *mut usize) -> c_int;
    pub fn gnutls_x509_crt_get_version(cert: gnutls_x509_crt_t) -> c_int;
    pub fn gnutls_x509_crt_get_pk_oid(cert: gnutls_x509_crt_t, oid: *mut c_char, oid_size: *mut usize) -> c_int;
    pub fn gnutls_x509_crt_get_signature_oid(cert: gnutls_x509_crt_t, oid: *mut c_char, oid_size: *mut usize) -> c_int;
    pub fn gnutls_x509_crt_get_key_id(
        crt: gnutls_x509_crt_t,
        flags: c_uint,
        output_data: *mut c_uchar,
        output_data_size: *mut usize,
    ) -> c_int;
    pub fn gnutls_x509_crt_set_private_key_usage_period(
        crt: gnutls_x509_crt_t,
        activation: time_t,
        expiration: time_t,
    ) -> c_int;
    pub fn gnutls_x509_crt_set_authority_key_id(cert: gnutls_x509_crt_t, id: *const c_void, id_size: usize) -> c_int;
    pub fn gnutls_x509_crt_get_authority_key_id(
        cert: gnutls_x509_crt_t,
        id: *mut c_void,
        id_size: *mut usize,
        critical: *mut c_uint,
    ) -> c_int;
    pub fn gnutls_x509_crt_get_authority_key_gn_serial(
        cert: gnutls_x509_crt_t,
        seq: c_uint,
        alt: *mut c_void,
        alt_size: *mut usize,
        alt_type: *mut c_uint,
        serial: *mut c_void,
        serial_size: *mut usize,
        critical: *mut c_uint,
    ) -> c_int;
    pub fn gnutls_x509_crt_get_subject_key_id(
        cert: gnutls_x509_crt_t,
        ret: *mut c_void,
        ret_size: *mut usize,
        critical: *mut c_uint,
    ) -> c_int;
    pub fn gnutls_x509_crt_get_subject_unique_id(
        crt: gnutls_x509_crt_t,
        buf: *mut c_char,
        buf_size: *mut usize,
    ) -> c_int;
    pub fn gnutls_x509_crt_get_issuer_unique_id(
        crt: gnutls_x509_crt_t,
        buf: *mut c_char,
        buf_size: *mut usize,
    ) -> c_int;
    pub fn gnutls_x509_crt_set_pin_function(crt: gnutls_x509_crt_t, fn_: gnutls_pin_callback_t, userdata: *mut c_void);
    pub fn gnutls_x509_crt_get_authority_info_access(
        crt: gnutls_x509_crt_t,
        seq: c_uint,
        what: c_int,
        data: *mut gnutls_datum_t,
        critical: *mut c_uint,
    ) -> c_int;
    pub fn gnutls_x509_name_constraints_check(
        nc: gnutls_x509_name_constraints_t,
        type_: gnutls_x509_subject_alt_name_t,
        name: *const gnutls_datum_t,
    ) -> c_uint;
    pub fn gnutls_x509_name_constraints_check_crt(
        nc: gnutls_x509_name_constraints_t,
        type_: gnutls_x509_subject_alt_name_t,
        crt: gnutls_x509_crt_t,
    ) -> c_uint;
    pub fn gnutls_x509_name_constraints_init(nc: *mut gnutls_x509_name_constraints_t) -> c_int;
    pub fn gnutls_x509_name_constraints_deinit(nc: gnutls_x509_name_constraints_t);
    pub fn gnutls_x509_crt_get_name_constraints(
        crt: gnutls_x509_crt_t,
        nc: gnutls_x509_name_constraints_t,
        flags: c_uint,
        critical: *mut c_uint,
    ) -> c_int;
    pub fn gnutls_x509_name_constraints_add_permitted(
        nc: gnutls_x509_name_constraints_t,
        type_: gnutls_x509_subject_alt_name_t,
        name: *const gnutls_datum_t,
    ) -> c_int;
    pub fn gnutls_x509_name_constraints_add_excluded(
        nc: gnutls_x509_name_constraints_t,
        type_: gnutls_x509_subject_alt_name_t,
        name: *const gnutls_datum_t,
    ) -> c_int;
    pub fn gnutls_x509_crt_set_name_constraints(
        crt: gnutls_x509_crt_t,
        nc: gnutls_x509_name_constraints_t,
        critical: c_uint,
    ) -> c_int;
    pub fn gnutls_x509_name_constraints_get_permitted(
        nc: gnutls_x509_name_constraints_t,
        idx: c_uint,
        type_: *mut c_uint,
        name: *mut gnutls_datum_t,
    ) -> c_int;
    pub fn gnutls_x509_name_constraints_get_excluded(
        nc: gnutls_x509_name_constraints_t,
        idx: c_uint,
        type_: *mut c_uint,
        name: *mut gnutls_datum_t,
    ) -> c_int;
    pub fn gnutls_x509_cidr_to_rfc5280(cidr: *const c_char, cidr_rfc5280: *mut gnutls_datum_t) -> c_int;
    pub fn gnutls_x509_crt_get_crl_dist_points(
        cert: gnutls_x509_crt_t,
        seq: c_uint,
        ret: *mut c_void,
        ret_size: *mut usize,
        reason_flags: *mut c_uint,
        critical: *mut c_uint,
    ) -> c_int;
    pub fn gnutls_x509_crt_set_crl_dist_points2(
        crt: gnutls_x509_crt_t,
        type_: gnutls_x509_subject_alt_name_t,
        data: *const c_void,
        data_size: c_uint,
        reason_flags: c_uint,
    ) -> c_int;
    pub fn gnutls_x509_crt_set_crl_dist_points(
        crt: gnutls_x509_crt_t,
        type_: gnutls_x509_subject_alt_name_t,
        data_string: *const c_void,
        reason_flags: c_uint,
    ) -> c_int;
    pub fn gnutls_x509_crt_cpy_crl_dist_points(dst: gnutls_x509_crt_t, src: gnutls_x509_crt_t) -> c_int;
    pub fn gnutls_x509_crl_sign(
        crl: gnutls_x509_crl_t,
        issuer: gnutls_x509_crt_t,
        issuer_key: gnutls_x509_privkey_t,
    ) -> c_int;
    pub fn gnutls_x509_crl_sign2(
        crl: gnutls_x509_crl_t,
        issuer: gnutls_x509_crt_t,
        issuer_key: gnutls_x509_privkey_t,
        dig: gnutls_digest_algorithm_t,
        flags: c_uint,
    ) -> c_int;
    pub fn gnutls_x509_crt_get_activation_time(cert: gnutls_x509_crt_t) -> time_t;
    pub fn gnutls_x509_crt_get_expiration_time(cert: gnutls_x509_crt_t) -> time_t;
    pub fn gnutls_x509_crt_get_serial(cert: gnutls_x509_crt_t, result: *mut c_void, result_size: *mut usize) -> c_int;
    pub fn gnutls_x509_spki_init(spki: *mut gnutls_x509_spki_t) -> c_int;
    pub fn gnutls_x509_spki_deinit(spki: gnutls_x509_spki_t);
    pub fn gnutls_x509_spki_get_rsa_pss_params(
        spki: gnutls_x509_spki_t,
        dig: *mut gnutls_digest_algorithm_t,
        salt_size: *mut c_uint,
    ) -> c_int;
    pub fn gnutls_x509_spki_set_rsa_pss_params(
        spki: gnutls_x509_spki_t,
        dig: gnutls_digest_algorithm_t,
        salt_size: c_uint,
    );
    #[cfg(gnutls_3_8_4)]
    pub fn gnutls_x509_spki_set_rsa_oaep_params(
        spki: gnutls_x509_spki_t,
        dig: gnutls_digest_algorithm_t,
        label: *const gnutls_datum_t,
    ) -> c_int;
    #[cfg(gnutls_3_8_4)]
    pub fn gnutls_x509_spki_get_rsa_oaep_params(
        spki: gnutls_x509_spki_t,
        dig: *mut gnutls_digest_algorithm_t,
        label: *mut gnutls_datum_t,
    ) -> c_int;
    pub fn gnutls_x509_crt_get_pk_algorithm(cert: gnutls_x509_crt_t, bits: *mut c_uint) -> c_int;
    pub fn gnutls_x509_crt_set_spki(crt: gnutls_x509_crt_t, spki: gnutls_x509_spki_t, flags: c_uint) -> c_int;
    pub fn gnutls_x509_crt_get_spki(cert: gnutls_x509_crt_t, spki: gnutls_x509_spki_t, flags: c_uint) -> c_int;
    pub fn gnutls_x509_crt_get_pk_rsa_raw(
        crt: gnutls_x509_crt_t,
        m: *mut gnutls_datum_t,
        e: *mut gnutls_datum_t,
    ) -> c_int;
    pub fn gnutls_x509_crt_get_pk_dsa_raw(
        crt: gnutls_x509_crt_t,
        p: *mut gnutls_datum_t,
        q: *mut gnutls_datum_t,
        g: *mut gnutls_datum_t,
        y: *mut gnutls_datum_t,
    ) -> c_int;
    pub fn gnutls_x509_crt_get_pk_ecc_raw(
        crt: gnutls_x509_crt_t,
        curve: *mut gnutls_ecc_curve_t,
        x: *mut gnutls_datum_t,
        y: *mut gnutls_datum_t,
    ) -> c_int;
    pub fn gnutls_x509_crt_get_pk_gost_raw(
        crt: gnutls_x509_crt_t,
        curve: *mut gnutls_ecc_curve_t,
        digest: *mut gnutls_digest_algorithm_t,
        paramset: *mut gnutls_gost_paramset_t,
        x: *mut gnutls_datum_t,
        y: *mut gnutls_datum_t,
    ) -> c_int;
    pub fn gnutls_x509_crt_get_subject_alt_name(
        cert: gnutls_x509_crt_t,
        seq: c_uint,
        san: *mut c_void,
        san_size: *mut usize,
        critical: *mut c_uint,
    ) -> c_int;
    pub fn gnutls_x509_crt_get_subject_alt_name2(
        cert: gnutls_x509_crt_t,
        seq: c_uint,
        san: *mut c_void,
        san_size: *mut usize,
        san_type: *mut c_uint,
        critical: *mut c_uint,
    ) -> c_int;
    pub fn gnutls_x509_crt_get_subject_alt_othername_oid(
        cert: gnutls_x509_crt_t,
        seq: c_uint,
        oid: *mut c_void,
        oid_size: *mut usize,
    ) -> c_int;
    pub fn gnutls_x509_crt_get_issuer_alt_name(
        cert: gnutls_x509_crt_t,
        seq: c_uint,
        ian: *mut c_void,
        ian_size: *mut usize,
        critical: *mut c_uint,
    ) -> c_int;
    pub fn gnutls_x509_crt_get_issuer_alt_name2(
        cert: gnutls_x509_crt_t,
        seq: c_uint,
        ian: *mut c_void,
        ian_size: *mut usize,
        ian_type: *mut c_uint,
        critical: *mut c_uint,
    ) -> c_int;
    pub fn gnutls_x509_crt_get_issuer_alt_othername_oid(
        cert: gnutls_x509_crt_t,
        seq: c_uint,
        ret: *mut c_void,
        ret_size: *mut usize,
    ) -> c_int;
    pub fn gnutls_x509_crt_get_ca_status(cert: gnutls_x509_crt_t, critical: *mut c_uint) -> c_int;
    pub fn gnutls_x509_crt_get_basic_constraints(
        cert: gnutls_x509_crt_t,
        critical: *mut c_uint,
        ca: *mut c_uint,
        pathlen: *mut c_int,
    ) -> c_int;
    pub fn gnutls_x509_crt_get_key_usage(
        cert: gnutls_x509_crt_t,
        key_usage: *mut c_uint,
        critical: *mut c_uint,
    ) -> c_int;
    pub fn gnutls_x509_crt_set_key_usage(crt: gnutls_x509_crt_t, usage: c_uint) -> c_int;
    pub fn gnutls_x509_crt_set_authority_info_access(
        crt: gnutls_x509_crt_t,
        what: c_int,
        data: *mut gnutls_datum_t,
    ) -> c_int;
    pub fn gnutls_x509_crt_get_inhibit_anypolicy(
        cert: gnutls_x509_crt_t,
        skipcerts: *mut c_uint,
        critical: *mut c_uint,
    ) -> c_int;
    pub fn gnutls_x509_crt_set_inhibit_anypolicy(crt: gnutls_x509_crt_t, skipcerts: c_uint) -> c_int;
    pub fn gnutls_x509_crt_get_proxy(
        cert: gnutls_x509_crt_t,
        critical: *mut c_uint,
        pathlen: *mut c_int,
        policyLanguage: *mut *mut c_char,
        policy: *mut *mut c_char,
        sizeof_policy: *mut usize,
    ) -> c_int;
    pub fn gnutls_x509_tlsfeatures_init(features: *mut gnutls_x509_tlsfeatures_t) -> c_int;
    pub fn gnutls_x509_tlsfeatures_deinit(arg1: gnutls_x509_tlsfeatures_t);
    pub fn gnutls_x509_tlsfeatures_get(f: gnutls_x509_tlsfeatures_t, idx: c_uint, feature: *mut c_uint) -> c_int;
    pub fn gnutls_x509_crt_set_tlsfeatures(crt: gnutls_x509_crt_t, features: gnutls_x509_tlsfeatures_t) -> c_int;
    pub fn gnutls_x509_crt_get_tlsfeatures(
        cert: gnutls_x509_crt_t,
        features: gnutls_x509_tlsfeatures_t,
        flags: c_uint,
        critical: *mut c_uint,
    ) -> c_int;
    pub fn gnutls_x509_tlsfeatures_check_crt(feat: gnutls_x509_tlsfeatures_t, crt: gnutls_x509_crt_t) -> c_uint;
    pub fn gnutls_x509_policy_release(policy: *mut gnutls_x509_policy_st);
    pub fn gnutls_x509_crt_get_policy(
        crt: gnutls_x509_crt_t,
        indx: c_uint,
        policy: *mut gnutls_x509_policy_st,
        critical: *mut c_uint,
    ) -> c_int;
    pub fn gnutls_x509_crt_set_policy(
        crt: gnutls_x509_crt_t,
        policy: *const gnutls_x509_policy_st,
        critical: c_uint,
    ) -> c_int;
    pub fn gnutls_x509_dn_oid_known(oid: *const c_char) -> c_int;
    pub fn gnutls_x509_dn_oid_name(oid: *const c_char, flags: c_uint) -> *const c_char;
    pub fn gnutls_x509_crt_get_extension_oid(
        cert: gnutls_x509_crt_t,
        indx: c_uint,
        oid: *mut c_void,
        oid_size: *mut usize,
    ) -> c_int;
    pub fn gnutls_x509_crt_get_extension_by_oid(
        cert: gnutls_x509_crt_t,
        oid: *const c_char,
        indx: c_uint,
        buf: *mut c_void,
        buf_size: *mut usize,
        critical: *mut c_uint,
    ) -> c_int;
    pub fn gnutls_x509_crq_get_signature_algorithm(crq: gnutls_x509_crq_t) -> c_int;
    pub fn gnutls_x509_crq_get_extension_by_oid2(
        crq: gnutls_x509_crq_t,
        oid: *const c_char,
        indx: c_uint,
        output: *mut gnutls_datum_t,
        critical: *mut c_uint,
    ) -> c_int;
    pub fn gnutls_x509_crt_get_extension_info(
        cert: gnutls_x509_crt_t,
        indx: c_uint,
        oid: *mut c_void,
        oid_size: *mut usize,
        critical: *mut c_uint,
    ) -> c_int;
    pub fn gnutls_x509_crt_get_extension_data(
        cert: gnutls_x509_crt_t,
        indx: c_uint,
        data: *mut c_void,
        sizeof_data: *mut usize,
    ) -> c_int;
    pub fn gnutls_x509_crt_get_extension_data2(
        cert: gnutls_x509_crt_t,
        indx: c_uint,
        data: *mut gnutls_datum_t,
    ) -> c_int;
    pub fn gnutls_x509_crt_set_extension_by_oid(
        crt: gnutls_x509_crt_t,
        oid: *const c_char,
        buf: *const c_void,
        sizeof_buf: usize,
        critical: c_uint,
    ) -> c_int;
    pub fn gnutls_x509_crt_set_dn(crt: gnutls_x509_crt_t, dn: *const c_char, err: *mut *const c_char) -> c_int;
    pub fn gnutls_x509_crt_set_dn_by_oid(
        crt: gnutls_x509_crt_t,
        oid: *const c_char,
        raw_flag: c_uint,
        name: *const c_void,
        sizeof_name: c_uint,
    ) -> c_int;
    pub fn gnutls_x509_crt_set_issuer_dn_by_oid(
        crt: gnutls_x509_crt_t,
        oid: *const c_char,
        raw_flag: c_uint,
        name: *const c_void,
        sizeof_name: c_uint,
    ) -> c_int;
    pub fn gnutls_x509_crt_set_issuer_dn(crt: gnutls_x509_crt_t, dn: *const c_char, err: *mut *const c_char) -> c_int;
    pub fn gnutls_x509_crt_set_version(crt: gnutls_x509_crt_t, version: c_uint) -> c_int;
    pub fn gnutls_x509_crt_set_key(crt: gnutls_x509_crt_t, key: gnutls_x509_privkey_t) -> c_int;
    pub fn gnutls_x509_crt_set_ca_status(crt: gnutls_x509_crt_t, ca: c_uint) -> c_int;
    pub fn gnutls_x509_crt_set_basic_constraints(crt: gnutls_x509_crt_t, ca: c_uint, pathLenConstraint: c_int)
    -> c_int;
    pub fn gnutls_x509_crt_set_subject_unique_id(cert: gnutls_x509_crt_t, id: *const c_void, id_size: usize) -> c_int;
    pub fn gnutls_x509_crt_set_issuer_unique_id(cert: gnutls_x509_crt_t, id: *const c_void, id_size: usize) -> c_int;
    pub fn gnutls_x509_crt_set_subject_alternative_name(
        crt: gnutls_x509_crt_t,
        type_: gnutls_x509_subject_alt_name_t,
        data_string: *const c_char,
    ) -> c_int;
    pub fn gnutls_x509_crt_set_subject_alt_name(
        crt: gnutls_x509_crt_t,
        type_: gnutls_x509_subject_alt_name_t,
        data: *const c_void,
        data_size: c_uint,
        flags: c_uint,
    ) -> c_int;
    pub fn gnutls_x509_crt_set_subject_alt_othername(
        crt: gnutls_x509_crt_t,
        oid: *const c_char,
        data: *const c_void,
        data_size: c_uint,
        flags: c_uint,
    ) -> c_int;
    pub fn gnutls_x509_crt_set_issuer_alt_name(
        crt: gnutls_x509_crt_t,
        type_: gnutls_x509_subject_alt_name_t,
        data: *const c_void,
        data_size: c_uint,
        flags: c_uint,
    ) -> c_int;
    pub fn gnutls_x509_crt_set_issuer_alt_othername(
        crt: gnutls_x509_crt_t,
        oid: *const c_char,
        data: *const c_void,
        data_size: c_uint,
        flags: c_uint,
    ) -> c_int;
    pub fn gnutls_x509_crt_sign(
        crt: gnutls_x509_crt_t,
        issuer: gnutls_x509_crt_t,
        issuer_key: gnutls_x509_privkey_t,
    ) -> c_int;
    pub fn gnutls_x509_crt_sign2(
        crt: gnutls_x509_crt_t,
        issuer: gnutls_x509_crt_t,
        issuer_key: gnutls_x509_privkey_t,
        dig: gnutls_digest_algorithm_t,
        flags: c_uint,
    ) -> c_int;
    pub fn gnutls_x509_crt_set_activation_time(cert: gnutls_x509_crt_t, act_time: time_t) -> c_int;
    pub fn gnutls_x509_crt_set_expiration_time(cert: gnutls_x509_crt_t, exp_time: time_t) -> c_int;
    pub fn gnutls_x509_crt_set_serial(cert: gnutls_x509_crt_t, serial: *const c_void, serial_size: usize) -> c_int;
    pub fn gnutls_x509_crt_set_subject_key_id(cert: gnutls_x509_crt_t, id: *const c_void, id_size: usize) -> c_int;
    pub fn gnutls_x509_crt_set_proxy_dn(
        crt: gnutls_x509_crt_t,
        eecrt: gnutls_x509_crt_t,
        raw_flag: c_uint,
        name: *const c_void,
        sizeof_name: c_uint,
    ) -> c_int;
    pub fn gnutls_x509_crt_set_proxy(
        crt: gnutls_x509_crt_t,
        pathLenConstraint: c_int,
        policyLanguage: *const c_char,
        policy: *const c_char,
        sizeof_policy: usize,
    ) -> c_int;
    pub fn gnutls_x509_crt_print(
        cert: gnutls_x509_crt_t,
        format: gnutls_certificate_print_formats_t,
        out: *mut gnutls_datum_t,
    ) -> c_int;
    pub fn gnutls_x509_crl_print(
        crl: gnutls_x509_crl_t,
        format: gnutls_certificate_print_formats_t,
        out: *mut gnutls_datum_t,
    ) -> c_int;
    pub fn gnutls_x509_crt_get_raw_issuer_dn(cert: gnutls_x509_crt_t, start: *mut gnutls_datum_t) -> c_int;
    pub fn gnutls_x509_crt_get_raw_dn(cert: gnutls_x509_crt_t, start: *mut gnutls_datum_t) -> c_int;
    pub fn gnutls_x509_rdn_get(idn: *const gnutls_datum_t, buf: *mut c_char, sizeof_buf: *mut usize) -> c_int;
    pub fn gnutls_x509_rdn_get2(idn: *const gnutls_datum_t, str_: *mut gnutls_datum_t, flags: c_uint) -> c_int;
    pub fn gnutls_x509_rdn_get_oid(
        idn: *const gnutls_datum_t,
        indx: c_uint,
        buf: *mut c_void,
        sizeof_buf: *mut usize,
    ) -> c_int;
    pub fn gnutls_x509_rdn_get_by_oid(
        idn: *const gnutls_datum_t,
        oid: *const c_char,
        indx: c_uint,
        raw_flag: c_uint,
        buf: *mut c_void,
        sizeof_buf: *mut usize,
    ) -> c_int;
    pub fn gnutls_x509_crt_get_subject(cert: gnutls_x509_crt_t, dn: *mut gnutls_x509_dn_t) -> c_int;
    pub fn gnutls_x509_crt_get_issuer(cert: gnutls_x509_crt_t, dn: *mut gnutls_x509_dn_t) -> c_int;
    pub fn gnutls_x509_dn_get_rdn_ava(
        dn: gnutls_x509_dn_t,
        irdn: c_int,
        iava: c_int,
        ava: *mut gnutls_x509_ava_st,
    ) -> c_int;
    pub fn gnutls_x509_dn_get_str(dn: gnutls_x509_dn_t, str_: *mut gnutls_datum_t) -> c_int;
    pub fn gnutls_x509_dn_get_str2(dn: gnutls_x509_dn_t, str_: *mut gnutls_datum_t, flags: c_uint) -> c_int;
    pub fn gnutls_x509_dn_set_str(dn: gnutls_x509_dn_t, str_: *const c_char, err: *mut *const c_char) -> c_int;
    pub fn gnutls_x509_dn_init(dn: *mut gnutls_x509_dn_t) -> c_int;
    pub fn gnutls_x509_dn_import(dn: gnutls_x509_dn_t, data: *const gnutls_datum_t) -> c_int;
    pub fn gnutls_x509_dn_export(
        dn: gnutls_x509_dn_t,
        format: gnutls_x509_crt_fmt_t,
        output_data: *mut c_void,
        output_data_size: *mut usize,
    ) -> c_int;
    pub fn gnutls_x509_dn_export2(
        dn: gnutls_x509_dn_t,
        format: gnutls_x509_crt_fmt_t,
        out: *mut gnutls_datum_t,
    ) -> c_int;
    pub fn gnutls_x509_dn_deinit(dn: gnutls_x509_dn_t);
    pub fn gnutls_x509_crl_init(crl: *mut gnutls_x509_crl_t) -> c_int;
    pub fn gnutls_x509_crl_deinit(crl: gnutls_x509_crl_t);
    pub fn gnutls_x509_crl_import(
        crl: gnutls_x509_crl_t,
        data: *const gnutls_datum_t,
        format: gnutls_x509_crt_fmt_t,
    ) -> c_int;
    pub fn gnutls_x509_crl_export(
        crl: gnutls_x509_crl_t,
        format: gnutls_x509_crt_fmt_t,
        output_data: *mut c_void,
        output_data_size: *mut usize,
    ) -> c_int;
    pub fn gnutls_x509_crl_export2(
        crl: gnutls_x509_crl_t,
        format: gnutls_x509_crt_fmt_t,
        out: *mut gnutls_datum_t,
    ) -> c_int;
    pub fn gnutls_x509_crl_get_raw_issuer_dn(crl: gnutls_x509_crl_t, dn: *mut gnutls_datum_t) -> c_int;
    pub fn gnutls_x509_crl_get_issuer_dn(crl: gnutls_x509_crl_t, buf: *mut c_char, sizeof_buf: *mut usize) -> c_int;
    pub fn gnutls_x509_crl_get_issuer_dn2(crl: gnutls_x509_crl_t, dn: *mut gnutls_datum_t) -> c_int;
    pub fn gnutls_x509_crl_get_issuer_dn3(crl: gnutls_x509_crl_t, dn: *mut gnutls_datum_t, flags: c_uint) -> c_int;
    pub fn gnutls_x509_crl_get_issuer_dn_by_oid(
        crl: gnutls_x509_crl_t,
        oid: *const c_char,
        indx: c_uint,
        raw_flag: c_uint,
        buf: *mut c_void,
        sizeof_buf: *mut usize,
    ) -> c_int;
    pub fn gnutls_x509_crl_get_dn_oid(
        crl: gnutls_x509_crl_t,
        indx: c_uint,
        oid: *mut c_void,
        sizeof_oid: *mut usize,
    ) -> c_int;
    pub fn gnutls_x509_crl_get_signature_algorithm(crl: gnutls_x509_crl_t) -> c_int;
    pub fn gnutls_x509_crl_get_signature(crl: gnutls_x509_crl_t, sig: *mut c_char, sizeof_sig: *mut usize) -> c_int;
    pub fn gnutls_x509_crl_get_version(crl: gnutls_x509_crl_t) -> c_int;
    pub fn gnutls_x509_crl_get_signature_oid(crl: gnutls_x509_crl_t, oid: *mut c_char, oid_size: *mut usize) -> c_int;
    pub fn gnutls_x509_crl_get_this_update(crl: gnutls_x509_crl_t) -> time_t;
    pub fn gnutls_x509_crl_get_next_update(crl: gnutls_x509_crl_t) -> time_t;
    pub fn gnutls_x509_crl_get_crt_count(crl: gnutls_x509_crl_t) -> c_int;
    pub fn gnutls_x509_crl_get_crt_serial(
        crl: gnutls_x509_crl_t,
        indx: c_uint,
        serial: *mut c_uchar,
        serial_size: *mut usize,
        t: *mut time_t,
    ) -> c_int;
    pub fn gnutls_x509_crl_iter_crt_serial(
        crl: gnutls_x509_crl_t,
        arg1: *mut gnutls_x509_crl_iter_t,
        serial: *mut c_uchar,
        serial_size: *mut usize,
        t: *mut time_t,
    ) -> c_int;
    pub fn gnutls_x509_crl_iter_deinit(arg1: gnutls_x509_crl_iter_t);
    pub fn gnutls_x509_crl_check_issuer(crl: gnutls_x509_crl_t, issuer: gnutls_x509_crt_t) -> c_uint;
    pub fn gnutls_x509_crl_list_import2(
        crls: *mut *mut gnutls_x509_crl_t,
        size: *mut c_uint,
        data: *const gnutls_datum_t,
        format: gnutls_x509_crt_fmt_t,
        flags: c_uint,
    ) -> c_int;
    pub fn gnutls_x509_crl_list_import(
        crls: *mut gnutls_x509_crl_t,
        crl_max: *mut c_uint,
        data: *const gnutls_datum_t,
        format: gnutls_x509_crt_fmt_t,
        flags: c_uint,
    ) -> c_int;
    pub fn gnutls_x509_crl_set_version(crl: gnutls_x509_crl_t, version: c_uint) -> c_int;
    pub fn gnutls_x509_crl_set_this_update(crl: gnutls_x509_crl_t, act_time: time_t) -> c_int;
    pub fn gnutls_x509_crl_set_next_update(crl: gnutls_x509_crl_t, exp_time: time_t) -> c_int;
    pub fn gnutls_x509_crl_set_crt_serial(
        crl: gnutls_x509_crl_t,
        serial: *const c_void,
        serial_size: usize,
        revocation_time: time_t,
    ) -> c_int;
    pub fn gnutls_x509_crl_set_crt(crl: gnutls_x509_crl_t, crt: gnutls_x509_crt_t, revocation_time: time_t) -> c_int;
    pub fn gnutls_x509_crl_get_authority_key_id(
        crl: gnutls_x509_crl_t,
        id: *mut c_void,
        id_size: *mut usize,
        critical: *mut c_uint,
    ) -> c_int;
    pub fn gnutls_x509_crl_get_authority_key_gn_serial(
        crl: gnutls_x509_crl_t,
        seq: c_uint,
        alt: *mut c_void,
        alt_size: *mut usize,
        alt_type: *mut c_uint,
        serial: *mut c_void,
        serial_size: *mut usize,
        critical: *mut c_uint,
    ) -> c_int;
    pub fn gnutls_x509_crl_get_number(
        crl: gnutls_x509_crl_t,
        ret: *mut c_void,
        ret_size: *mut usize,
        critical: *mut c_uint,
    ) -> c_int;
    pub fn gnutls_x509_crl_get_extension_oid(
        crl: gnutls_x509_crl_t,
        indx: c_uint,
        oid: *mut c_void,
        sizeof_oid: *mut usize,
    ) -> c_int;
    pub fn gnutls_x509_crl_get_extension_info(
        crl: gnutls_x509_crl_t,
        indx: c_uint,
        oid: *mut c_void,
        sizeof_oid: *mut usize,
        critical: *mut c_uint,
    ) -> c_int;
    pub fn gnutls_x509_crl_get_extension_data(
        crl: gnutls_x509_crl_t,
        indx: c_uint,
        data: *mut c_void,
        sizeof_data: *mut usize,
    ) -> c_int;
    pub fn gnutls_x509_crl_get_extension_data2(
        crl: gnutls_x509_crl_t,
        indx: c_uint,
        data: *mut gnutls_datum_t,
    ) -> c_int;
    pub fn gnutls_x509_crl_set_authority_key_id(crl: gnutls_x509_crl_t, id: *const c_void, id_size: usize) -> c_int;
    pub fn gnutls_x509_crl_set_number(crl: gnutls_x509_crl_t, nr: *const c_void, nr_size: usize) -> c_int;
    pub fn gnutls_certificate_verification_profile_get_name(
        id: gnutls_certificate_verification_profiles_t,
    ) -> *const c_char;
    pub fn gnutls_certificate_verification_profile_get_id(
        name: *const c_char,
    ) -> gnutls_certificate_verification_profiles_t;
    pub fn gnutls_x509_crt_check_issuer(cert: gnutls_x509_crt_t, issuer: gnutls_x509_crt_t) -> c_uint;
    pub fn gnutls_x509_crt_list_verify(
        cert_list: *const gnutls_x509_crt_t,
        cert_list_length: c_uint,
        CA_list: *const gnutls_x509_crt_t,
        CA_list_length: c_uint,
        CRL_list: *const gnutls_x509_crl_t,
        CRL_list_length: c_uint,
        flags: c_uint,
        verify: *mut c_uint,
    ) -> c_int;
    pub fn gnutls_x509_crt_verify(
        cert: gnutls_x509_crt_t,
        CA_list: *const gnutls_x509_crt_t,
        CA_list_length: c_uint,
        flags: c_uint,
        verify: *mut c_uint,
    ) -> c_int;
    pub fn gnutls_x509_crl_verify(
        crl: gnutls_x509_crl_t,
        CA_list: *const gnutls_x509_crt_t,
        CA_list_length: c_uint,
        flags: c_uint,
        verify: *mut c_uint,
    ) -> c_int;
    pub fn gnutls_x509_crt_verify_data2(
        crt: gnutls_x509_crt_t,
        algo: gnutls_sign_algorithm_t,
        flags: c_uint,
        data: *const gnutls_datum_t,
        signature: *const gnutls_datum_t,
    ) -> c_int;
    pub fn gnutls_x509_crt_check_revocation(
        cert: gnutls_x509_crt_t,
        crl_list: *const gnutls_x509_crl_t,
        crl_list_length: c_uint,
    ) -> c_int;
    pub fn gnutls_x509_crt_get_fingerprint(
        cert: gnutls_x509_crt_t,
        algo: gnutls_digest_algorithm_t,
        buf: *mut c_void,
        buf_size: *mut usize,
    ) -> c_int;
    pub fn gnutls_x509_crt_get_key_purpose_oid(
        cert: gnutls_x509_crt_t,
        indx: c_uint,
        oid: *mut c_void,
        oid_size: *mut usize,
        critical: *mut c_uint,
    ) -> c_int;
    pub fn gnutls_x509_crt_set_key_purpose_oid(cert: gnutls_x509_crt_t, oid: *const c_void, critical: c_uint) -> c_int;
    pub fn gnutls_x509_crt_check_key_purpose(cert: gnutls_x509_crt_t, purpose: *const c_char, flags: c_uint) -> c_uint;
    pub fn gnutls_pkcs_schema_get_name(schema: c_uint) -> *const c_char;
    pub fn gnutls_pkcs_schema_get_oid(schema: c_uint) -> *const c_char;
    pub fn gnutls_x509_privkey_init(key: *mut gnutls_x509_privkey_t) -> c_int;
    pub fn gnutls_x509_privkey_deinit(key: gnutls_x509_privkey_t);
    pub fn gnutls_x509_privkey_sec_param(key: gnutls_x509_privkey_t) -> gnutls_sec_param_t;
    pub fn gnutls_x509_privkey_set_pin_function(
        key: gnutls_x509_privkey_t,
        fn_: gnutls_pin_callback_t,
        userdata: *mut c_void,
    );
    pub fn gnutls_x509_privkey_cpy(dst: gnutls_x509_privkey_t, src: gnutls_x509_privkey_t) -> c_int;
    pub fn gnutls_x509_privkey_import(
        key: gnutls_x509_privkey_t,
        data: *const gnutls_datum_t,
        format: gnutls_x509_crt_fmt_t,
    ) -> c_int;
    pub fn gnutls_x509_privkey_import_pkcs8(
        key: gnutls_x509_privkey_t,
        data: *const gnutls_datum_t,
        format: gnutls_x509_crt_fmt_t,
        password: *const c_char,
        flags: c_uint,
    ) -> c_int;
    pub fn gnutls_x509_privkey_import_openssl(
        key: gnutls_x509_privkey_t,
        data: *const gnutls_datum_t,
        password: *const c_char,
    ) -> c_int;
    pub fn gnutls_pkcs8_info(
        data: *const gnutls_datum_t,
        format: gnutls_x509_crt_fmt_t,
        schema: *mut c_uint,
        cipher: *mut c_uint,
        salt: *mut c_void,
        salt_size: *mut c_uint,
        iter_count: *mut c_uint,
        oid: *mut *mut c_char,
    ) -> c_int;
    pub fn gnutls_x509_privkey_import2(
        key: gnutls_x509_privkey_t,
        data: *const gnutls_datum_t,
        format: gnutls_x509_crt_fmt_t,
        password: *const c_char,
        flags: c_uint,
    ) -> c_int;
    pub fn gnutls_x509_privkey_import_rsa_raw(
        key: gnutls_x509_privkey_t,
        m: *const gnutls_datum_t,
        e: *const gnutls_datum_t,
        d: *const gnutls_datum_t,
        p: *const gnutls_datum_t,
        q: *const gnutls_datum_t,
        u: *const gnutls_datum_t,
    ) -> c_int;
    pub fn gnutls_x509_privkey_import_rsa_raw2(
        key: gnutls_x509_privkey_t,
        m: *const gnutls_datum_t,
        e: *const gnutls_datum_t,
        d: *const gnutls_datum_t,
        p: *const gnutls_datum_t,
        q: *const gnutls_datum_t,
        u: *const gnutls_datum_t,
        e1: *const gnutls_datum_t,
        e2: *const gnutls_datum_t,
    ) -> c_int;
    pub fn gnutls_x509_privkey_import_ecc_raw(
        key: gnutls_x509_privkey_t,
        curve: gnutls_ecc_curve_t,
        x: *const gnutls_datum_t,
        y: *const gnutls_datum_t,
        k: *const gnutls_datum_t,
    ) -> c_int;
    pub fn gnutls_x509_privkey_import_gost_raw(
        key: gnutls_x509_privkey_t,
        curve: gnutls_ecc_curve_t,
        digest: gnutls_digest_algorithm_t,
        paramset: gnutls_gost_paramset_t,
        x: *const gnutls_datum_t,
        y: *const gnutls_datum_t,
        k: *const gnutls_datum_t,
    ) -> c_int;
    pub fn gnutls_x509_privkey_fix(key: gnutls_x509_privkey_t) -> c_int;
    pub fn gnutls_x509_privkey_export_dsa_raw(
        key: gnutls_x509_privkey_t,
        p: *mut gnutls_datum_t,
        q: *mut gnutls_datum_t,
        g: *mut gnutls_datum_t,
        y: *mut gnutls_datum_t,
        x: *mut gnutls_datum_t,
    ) -> c_int;
    pub fn gnutls_x509_privkey_import_dsa_raw(
        key: gnutls_x509_privkey_t,
        p: *const gnutls_datum_t,
        q: *const gnutls_datum_t,
        g: *const gnutls_datum_t,
        y: *const gnutls_datum_t,
        x: *const gnutls_datum_t,
    ) -> c_int;
    #[cfg(gnutls_3_8_2)]
    pub fn gnutls_x509_privkey_import_dh_raw(
        key: gnutls_x509_privkey_t,
        params: gnutls_dh_params_t,
        y: *const gnutls_datum_t,
        x: *const gnutls_datum_t,
    ) -> c_int;
    pub fn gnutls_x509_privkey_get_pk_algorithm(key: gnutls_x509_privkey_t) -> c_int;
    pub fn gnutls_x509_privkey_get_pk_algorithm2(key: gnutls_x509_privkey_t, bits: *mut c_uint) -> c_int;
    pub fn gnutls_x509_privkey_get_spki(key: gnutls_x509_privkey_t, spki: gnutls_x509_spki_t, flags: c_uint) -> c_int;
    pub fn gnutls_x509_privkey_set_spki(key: gnutls_x509_privkey_t, spki: gnutls_x509_spki_t, flags: c_uint) -> c_int;
    pub fn gnutls_x509_privkey_get_key_id(
        key: gnutls_x509_privkey_t,
        flags: c_uint,
        output_data: *mut c_uchar,
        output_data_size: *mut usize,
    ) -> c_int;
    pub fn gnutls_x509_privkey_generate(
        key: gnutls_x509_privkey_t,
        algo: gnutls_pk_algorithm_t,
        bits: c_uint,
        flags: c_uint,
    ) -> c_int;
    pub fn gnutls_x509_privkey_set_flags(key: gnutls_x509_privkey_t, flags: c_uint);
    pub fn gnutls_x509_privkey_generate2(
        key: gnutls_x509_privkey_t,
        algo: gnutls_pk_algorithm_t,
        bits: c_uint,
        flags: c_uint,
        data: *const gnutls_keygen_data_st,
        data_size: c_uint,
    ) -> c_int;
    pub fn gnutls_x509_privkey_verify_seed(
        key: gnutls_x509_privkey_t,
        arg1: gnutls_digest_algorithm_t,
        seed: *const c_void,
        seed_size: usize,
    ) -> c_int;
    pub fn gnutls_x509_privkey_get_seed(
        key: gnutls_x509_privkey_t,
        arg1: *mut gnutls_digest_algorithm_t,
        seed: *mut c_void,
        seed_size: *mut usize,
    ) -> c_int;
    pub fn gnutls_x509_privkey_verify_params(key: gnutls_x509_privkey_t) -> c_int;
    pub fn gnutls_x509_privkey_export(
        key: gnutls_x509_privkey_t,
        format: gnutls_x509_crt_fmt_t,
        output_data: *mut c_void,
        output_data_size: *mut usize,
    ) -> c_int;
    pub fn gnutls_x509_privkey_export2(
        key: gnutls_x509_privkey_t,
        format: gnutls_x509_crt_fmt_t,
        out: *mut gnutls_datum_t,
    ) -> c_int;
    pub fn gnutls_x509_privkey_export_pkcs8(
        key: gnutls_x509_privkey_t,
        format: gnutls_x509_crt_fmt_t,
        password: *const c_char,
        flags: c_uint,
        output_data: *mut c_void,
        output_data_size: *mut usize,
    ) -> c_int;
    pub fn gnutls_x509_privkey_export2_pkcs8(
        key: gnutls_x509_privkey_t,
        format: gnutls_x509_crt_fmt_t,
        password: *const c_char,
        flags: c_uint,
        out: *mut gnutls_datum_t,
    ) -> c_int;
    pub fn gnutls_x509_privkey_export_rsa_raw2(
        key: gnutls_x509_privkey_t,
        m: *mut gnutls_datum_t,
        e: *mut gnutls_datum_t,
        d: *mut gnutls_datum_t,
        p: *mut gnutls_datum_t,
        q: *mut gnutls_datum_t,
        u: *mut gnutls_datum_t,
        e1: *mut gnutls_datum_t,
        e2: *mut gnutls_datum_t,
    ) -> c_int;
    pub fn gnutls_x509_privkey_export_rsa_raw(
        key: gnutls_x509_privkey_t,
        m: *mut gnutls_datum_t,
        e: *mut gnutls_datum_t,
        d: *mut gnutls_datum_t,
        p: *mut gnutls_datum_t,
        q: *mut gnutls_datum_t,
        u: *mut gnutls_datum_t,
    ) -> c_int;
    pub fn gnutls_x509_privkey_export_ecc_raw(
        key: gnutls_x509_privkey_t,
        curve: *mut gnutls_ecc_curve_t,
        x: *mut gnutls_datum_t,
        y: *mut gnutls_datum_t,
        k: *mut gnutls_datum_t,
    ) -> c_int;
    pub fn gnutls_x509_privkey_export_gost_raw(
        key: gnutls_x509_privkey_t,
        curve: *mut gnutls_ecc_curve_t,
        digest: *mut gnutls_digest_algorithm_t,
        paramset: *mut gnutls_gost_paramset_t,
        x: *mut gnutls_datum_t,
        y: *mut gnutls_datum_t,
        k: *mut gnutls_datum_t,
    ) -> c_int;
    pub fn gnutls_x509_privkey_sign_data(
        key: gnutls_x509_privkey_t,
        digest: gnutls_digest_algorithm_t,
        flags: c_uint,
        data: *const gnutls_datum_t,
        signature: *mut c_void,
        signature_size: *mut usize,
    ) -> c_int;
    pub fn gnutls_x509_crq_sign(crq: gnutls_x509_crq_t, key: gnutls_x509_privkey_t) -> c_int;
    pub fn gnutls_x509_crq_sign2(
        crq: gnutls_x509_crq_t,
        key: gnutls_x509_privkey_t,
        dig: gnutls_digest_algorithm_t,
        flags: c_uint,
    ) -> c_int;
    pub fn gnutls_x509_crq_print(
        crq: gnutls_x509_crq_t,
        format: gnutls_certificate_print_formats_t,
        out: *mut gnutls_datum_t,
    ) -> c_int;
    pub fn gnutls_x509_crq_verify(crq: gnutls_x509_crq_t, flags: c_uint) -> c_int;
    pub fn gnutls_x509_crq_init(crq: *mut gnutls_x509_crq_t) -> c_int;
    pub fn gnutls_x509_crq_deinit(crq: gnutls_x509_crq_t);
    pub fn gnutls_x509_crq_import(
        crq: gnutls_x509_crq_t,
        data: *const gnutls_datum_t,
        format: gnutls_x509_crt_fmt_t,
    ) -> c_int;
    pub fn gnutls_x509_crq_get_private_key_usage_period(
        cert: gnutls_x509_crq_t,
        activation: *mut time_t,
        expiration: *mut time_t,
        critical: *mut c_uint,
    ) -> c_int;
    pub fn gnutls_x509_crq_get_dn(crq: gnutls_x509_crq_t, buf: *mut c_char, sizeof_buf: *mut usize) -> c_int;
    pub fn gnutls_x509_crq_get_dn2(crq: gnutls_x509_crq_t, dn: *mut gnutls_datum_t) -> c_int;
    pub fn gnutls_x509_crq_get_dn3(crq: gnutls_x509_crq_t, dn: *mut gnutls_datum_t, flags: c_uint) -> c_int;
    pub fn gnutls_x509_crq_get_dn_oid(
        crq: gnutls_x509_crq_t,
        indx: c_uint,
        oid: *mut c_void,
        sizeof_oid: *mut usize,
    ) -> c_int;
    pub fn gnutls_x509_crq_get_dn_by_oid(
        crq: gnutls_x509_crq_t,
        oid: *const c_char,
        indx: c_uint,
        raw_flag: c_uint,
        buf: *mut c_void,
        sizeof_buf: *mut usize,
    ) -> c_int;
    pub fn gnutls_x509_crq_set_dn(crq: gnutls_x509_crq_t, dn: *const c_char, err: *mut *const c_char) -> c_int;
    pub fn gnutls_x509_crq_set_dn_by_oid(
        crq: gnutls_x509_crq_t,
        oid: *const c_char,
        raw_flag: c_uint,
        data: *const c_void,
        sizeof_data: c_uint,
    ) -> c_int;
    pub fn gnutls_x509_crq_set_version(crq: gnutls_x509_crq_t, version: c_uint) -> c_int;
    pub fn gnutls_x509_crq_get_version(crq: gnutls_x509_crq_t) -> c_int;
    pub fn gnutls_x509_crq_set_key(crq: gnutls_x509_crq_t, key: gnutls_x509_privkey_t) -> c_int;
    pub fn gnutls_x509_crq_set_extension_by_oid(
        crq: gnutls_x509_crq_t,
        oid: *const c_char,
        buf: *const c_void,
        sizeof_buf: usize,
        critical: c_uint,
    ) -> c_int;
    pub fn gnutls_x509_crq_set_challenge_password(crq: gnutls_x509_crq_t, pass: *const c_char) -> c_int;
    pub fn gnutls_x509_crq_get_challenge_password(
        crq: gnutls_x509_crq_t,
        pass: *mut c_char,
        sizeof_pass: *mut usize,
    ) -> c_int;
    pub fn gnutls_x509_crq_set_attribute_by_oid(
        crq: gnutls_x509_crq_t,
        oid: *const c_char,
        buf: *mut c_void,
        sizeof_buf: usize,
    ) -> c_int;
    pub fn gnutls_x509_crq_get_attribute_by_oid(
        crq: gnutls_x509_crq_t,
        oid: *const c_char,
        indx: c_uint,
        buf: *mut c_void,
        sizeof_buf: *mut usize,
    ) -> c_int;
    pub fn gnutls_x509_crq_export(
        crq: gnutls_x509_crq_t,
        format: gnutls_x509_crt_fmt_t,
        output_data: *mut c_void,
        output_data_size: *mut usize,
    ) -> c_int;
    pub fn gnutls_x509_crq_export2(
        crq: gnutls_x509_crq_t,
        format: gnutls_x509_crt_fmt_t,
        out: *mut gnutls_datum_t,
    ) -> c_int;
    pub fn gnutls_x509_crt_set_crq(crt: gnutls_x509_crt_t, crq: gnutls_x509_crq_t) -> c_int;
    pub fn gnutls_x509_crt_set_crq_extensions(crt: gnutls_x509_crt_t, crq: gnutls_x509_crq_t) -> c_int;
    pub fn gnutls_x509_crt_set_crq_extension_by_oid(
        crt: gnutls_x509_crt_t,
        crq: gnutls_x509_crq_t,
        oid: *const c_char,
        flags: c_uint,
    ) -> c_int;
    pub fn gnutls_x509_crq_set_private_key_usage_period(
        crq: gnutls_x509_crq_t,
        activation: time_t,
        expiration: time_t,
    ) -> c_int;
    pub fn gnutls_x509_crq_set_key_rsa_raw(
        crq: gnutls_x509_crq_t,
        m: *const gnutls_datum_t,
        e: *const gnutls_datum_t,
    ) -> c_int;
    pub fn gnutls_x509_crq_set_subject_alt_name(
        crq: gnutls_x509_crq_t,
        nt: gnutls_x509_subject_alt_name_t,
        data: *const c_void,
        data_size: c_uint,
        flags: c_uint,
    ) -> c_int;
    pub fn gnutls_x509_crq_set_subject_alt_othername(
        crq: gnutls_x509_crq_t,
        oid: *const c_char,
        data: *const c_void,
        data_size: c_uint,
        flags: c_uint,
    ) -> c_int;
    pub fn gnutls_x509_crq_set_key_usage(crq: gnutls_x509_crq_t, usage: c_uint) -> c_int;
    pub fn gnutls_x509_crq_set_basic_constraints(crq: gnutls_x509_crq_t, ca: c_uint, pathLenConstraint: c_int)
    -> c_int;
    pub fn gnutls_x509_crq_set_key_purpose_oid(crq: gnutls_x509_crq_t, oid: *const c_void, critical: c_uint) -> c_int;
    pub fn gnutls_x509_crq_get_key_purpose_oid(
        crq: gnutls_x509_crq_t,
        indx: c_uint,
        oid: *mut c_void,
        sizeof_oid: *mut usize,
        critical: *mut c_uint,
    ) -> c_int;
    pub fn gnutls_x509_crq_get_extension_data(
        crq: gnutls_x509_crq_t,
        indx: c_uint,
        data: *mut c_void,
        sizeof_data: *mut usize,
    ) -> c_int;
    pub fn gnutls_x509_crq_get_extension_data2(
        crq: gnutls_x509_crq_t,
        indx: c_uint,
        data: *mut gnutls_datum_t,
    ) -> c_int;
    pub fn gnutls_x509_crq_get_extension_info(
        crq: gnutls_x509_crq_t,
        indx: c_uint,
        oid: *mut c_void,
        sizeof_oid: *mut usize,
        critical: *mut c_uint,
    ) -> c_int;
    pub fn gnutls_x509_crq_get_attribute_data(
        crq: gnutls_x509_crq_t,
        indx: c_uint,
        data: *mut c_void,
        sizeof_data: *mut usize,
    ) -> c_int;
    pub fn gnutls_x509_crq_get_attribute_info(
        crq: gnutls_x509_crq_t,
        indx: c_uint,
        oid: *mut c_void,
        sizeof_oid: *mut usize,
    ) -> c_int;
    pub fn gnutls_x509_crq_get_pk_algorithm(crq: gnutls_x509_crq_t, bits: *mut c_uint) -> c_int;
    pub fn gnutls_x509_crq_get_spki(crq: gnutls_x509_crq_t, spki: gnutls_x509_spki_t, flags: c_uint) -> c_int;
    pub fn gnutls_x509_crq_set_spki(crq: gnutls_x509_crq_t, spki: gnutls_x509_spki_t, flags: c_uint) -> c_int;
    pub fn gnutls_x509_crq_get_signature_oid(crq: gnutls_x509_crq_t, oid: *mut c_char, oid_size: *mut usize) -> c_int;
    pub fn gnutls_x509_crq_get_pk_oid(crq: gnutls_x509_crq_t, oid: *mut c_char, oid_size: *mut usize) -> c_int;
    pub fn gnutls_x509_crq_get_key_id(
        crq: gnutls_x509_crq_t,
        flags: c_uint,
        output_data: *mut c_uchar,
        output_data_size: *mut usize,
    ) -> c_int;
    pub fn gnutls_x509_crq_get_key_rsa_raw(
        crq: gnutls_x509_crq_t,
        m: *mut gnutls_datum_t,
        e: *mut gnutls_datum_t,
    ) -> c_int;
    pub fn gnutls_x509_crq_get_key_usage(
        crq: gnutls_x509_crq_t,
        key_usage: *mut c_uint,
        critical: *mut c_uint,
    ) -> c_int;
    pub fn gnutls_x509_crq_get_basic_constraints(
        crq: gnutls_x509_crq_t,
        critical: *mut c_uint,
        ca: *mut c_uint,
        pathlen: *mut c_int,
    ) -> c_int;
    pub fn gnutls_x509_crq_get_subject_alt_name(
        crq: gnutls_x509_crq_t,
        seq: c_uint,
        ret: *mut c_void,
        ret_size: *mut usize,
        ret_type: *mut c_uint,
        critical: *mut c_uint,
    ) -> c_int;
    pub fn gnutls_x509_crq_get_subject_alt_othername_oid(
        crq: gnutls_x509_crq_t,
        seq: c_uint,
        ret: *mut c_void,
        ret_size: *mut usize,
    ) -> c_int;
    pub fn gnutls_x509_crq_get_extension_by_oid(
        crq: gnutls_x509_crq_t,
        oid: *const c_char,
        indx: c_uint,
        buf: *mut c_void,
        sizeof_buf: *mut usize,
        critical: *mut c_uint,
    ) -> c_int;
    pub fn gnutls_x509_crq_get_tlsfeatures(
        crq: gnutls_x509_crq_t,
        features: gnutls_x509_tlsfeatures_t,
        flags: c_uint,
        critical: *mut c_uint,
    ) -> c_int;
    pub fn gnutls_x509_crq_set_tlsfeatures(crq: gnutls_x509_crq_t, features: gnutls_x509_tlsfeatures_t) -> c_int;
    pub fn gnutls_x509_crt_get_extension_by_oid2(
        cert: gnutls_x509_crt_t,
        oid: *const c_char,
        indx: c_uint,
        output: *mut gnutls_datum_t,
        critical: *mut c_uint,
    ) -> c_int;
    pub fn gnutls_x509_trust_list_init(list: *mut gnutls_x509_trust_list_t, size: c_uint) -> c_int;
    pub fn gnutls_x509_trust_list_deinit(list: gnutls_x509_trust_list_t, all: c_uint);
    pub fn gnutls_x509_trust_list_get_issuer(
        list: gnutls_x509_trust_list_t,
        cert: gnutls_x509_crt_t,
        issuer: *mut gnutls_x509_crt_t,
        flags: c_uint,
    ) -> c_int;
    pub fn gnutls_x509_trust_list_get_issuer_by_dn(
        list: gnutls_x509_trust_list_t,
        dn: *const gnutls_datum_t,
        issuer: *mut gnutls_x509_crt_t,
        flags: c_uint,
    ) -> c_int;
    pub fn gnutls_x509_trust_list_get_issuer_by_subject_key_id(
        list: gnutls_x509_trust_list_t,
        dn: *const gnutls_datum_t,
        spki: *const gnutls_datum_t,
        issuer: *mut gnutls_x509_crt_t,
        flags: c_uint,
    ) -> c_int;
    pub fn gnutls_x509_trust_list_add_cas(
        list: gnutls_x509_trust_list_t,
        clist: *const gnutls_x509_crt_t,
        clist_size: c_uint,
        flags: c_uint,
    ) -> c_int;
    pub fn gnutls_x509_trust_list_remove_cas(
        list: gnutls_x509_trust_list_t,
        clist: *const gnutls_x509_crt_t,
        clist_size: c_uint,
    ) -> c_int;
    pub fn gnutls_x509_trust_list_add_named_crt(
        list: gnutls_x509_trust_list_t,
        cert: gnutls_x509_crt_t,
        name: *const c_void,
        name_size: usize,
        flags: c_uint,
    ) -> c_int;
    pub fn gnutls_x509_trust_list_add_crls(
        list: gnutls_x509_trust_list_t,
        crl_list: *const gnutls_x509_crl_t,
        crl_size: c_uint,
        flags: c_uint,
        verification_flags: c_uint,
    ) -> c_int;
    pub fn gnutls_x509_trust_list_iter_get_ca(
        list: gnutls_x509_trust_list_t,
        iter: *mut gnutls_x509_trust_list_iter_t,
        crt: *mut gnutls_x509_crt_t,
    ) -> c_int;
    pub fn gnutls_x509_trust_list_iter_deinit(iter: gnutls_x509_trust_list_iter_t);
    pub fn gnutls_session_set_verify_output_function(session: gnutls_session_t, func: gnutls_verify_output_function);
    pub fn gnutls_x509_trust_list_verify_named_crt(
        list: gnutls_x509_trust_list_t,
        cert: gnutls_x509_crt_t,
        name: *const c_void,
        name_size: usize,
        flags: c_uint,
        verify: *mut c_uint,
        func: gnutls_verify_output_function,
    ) -> c_int;
    pub fn gnutls_x509_trust_list_verify_crt2(
        list: gnutls_x509_trust_list_t,
        cert_list: *mut gnutls_x509_crt_t,
        cert_list_size: c_uint,
        data: *mut gnutls_typed_vdata_st,
        elements: c_uint,
        flags: c_uint,
        voutput: *mut c_uint,
        func: gnutls_verify_output_function,
    ) -> c_int;
    pub fn gnutls_x509_trust_list_verify_crt(
        list: gnutls_x509_trust_list_t,
        cert_list: *mut gnutls_x509_crt_t,
        cert_list_size: c_uint,
        flags: c_uint,
        verify: *mut c_uint,
        func: gnutls_verify_output_function,
    ) -> c_int;
    pub fn gnutls_x509_trust_list_add_trust_mem(
        list: gnutls_x509_trust_list_t,
        cas: *const gnutls_datum_t,
        crls: *const gnutls_datum_t,
        type_: gnutls_x509_crt_fmt_t,
        tl_flags: c_uint,
        tl_vflags: c_uint,
    ) -> c_int;
    pub fn gnutls_x509_trust_list_add_trust_file(
        list: gnutls_x509_trust_list_t,
        ca_file: *const c_char,
        crl_file: *const c_char,
        type_: gnutls_x509_crt_fmt_t,
        tl_flags: c_uint,
        tl_vflags: c_uint,
    ) -> c_int;
    pub fn gnutls_x509_trust_list_add_trust_dir(
        list: gnutls_x509_trust_list_t,
        ca_dir: *const c_char,
        crl_dir: *const c_char,
        type_: gnutls_x509_crt_fmt_t,
        tl_flags: c_uint,
        tl_vflags: c_uint,
    ) -> c_int;
    pub fn gnutls_x509_trust_list_remove_trust_file(
        list: gnutls_x509_trust_list_t,
        ca_file: *const c_char,
        type_: gnutls_x509_crt_fmt_t,
    ) -> c_int;
    pub fn gnutls_x509_trust_list_remove_trust_mem(
        list: gnutls_x509_trust_list_t,
        cas: *const gnutls_datum_t,
        type_: gnutls_x509_crt_fmt_t,
    ) -> c_int;
    pub fn gnutls_x509_trust_list_add_system_trust(
        list: gnutls_x509_trust_list_t,
        tl_flags: c_uint,
        tl_vflags: c_uint,
    ) -> c_int;
    pub fn gnutls_x509_trust_list_set_getissuer_function(
        tlist: gnutls_x509_trust_list_t,
        func: gnutls_x509_trust_list_getissuer_function,
    );
    pub fn gnutls_x509_trust_list_set_ptr(tlist: gnutls_x509_trust_list_t, ptr: *mut c_void);
    pub fn gnutls_x509_trust_list_get_ptr(tlist: gnutls_x509_trust_list_t) -> *mut c_void;
    pub fn gnutls_certificate_set_trust_list(
        res: gnutls_certificate_credentials_t,
        tlist: gnutls_x509_trust_list_t,
        flags: c_uint,
    );
    pub fn gnutls_certificate_get_trust_list(
        res: gnutls_certificate_credentials_t,
        tlist: *mut gnutls_x509_trust_list_t,
    );
    pub fn gnutls_x509_ext_deinit(ext: *mut gnutls_x509_ext_st);
    pub fn gnutls_x509_ext_print(
        exts: *mut gnutls_x509_ext_st,
        exts_size: c_uint,
        format: gnutls_certificate_print_formats_t,
        out: *mut gnutls_datum_t,
    ) -> c_int;
    pub fn gnutls_pkcs7_init(pkcs7: *mut gnutls_pkcs7_t) -> c_int;
    pub fn gnutls_pkcs7_deinit(pkcs7: gnutls_pkcs7_t);
    pub fn gnutls_pkcs7_import(
        pkcs7: gnutls_pkcs7_t,
        data: *const gnutls_datum_t,
        format: gnutls_x509_crt_fmt_t,
    ) -> c_int;
    pub fn gnutls_pkcs7_export(
        pkcs7: gnutls_pkcs7_t,
        format: gnutls_x509_crt_fmt_t,
        output_data: *mut c_void,
        output_data_size: *mut usize,
    ) -> c_int;
    pub fn gnutls_pkcs7_export2(
        pkcs7: gnutls_pkcs7_t,
        format: gnutls_x509_crt_fmt_t,
        out: *mut gnutls_datum_t,
    ) -> c_int;
    pub fn gnutls_pkcs7_get_signature_count(pkcs7: gnutls_pkcs7_t) -> c_int;
    pub fn gnutls_pkcs7_get_embedded_data(pkcs7: gnutls_pkcs7_t, flags: c_uint, data: *mut gnutls_datum_t) -> c_int;
    pub fn gnutls_pkcs7_get_embedded_data_oid(pkcs7: gnutls_pkcs7_t) -> *const c_char;
    pub fn gnutls_pkcs7_get_crt_count(pkcs7: gnutls_pkcs7_t) -> c_int;
    pub fn gnutls_pkcs7_get_crt_raw(
        pkcs7: gnutls_pkcs7_t,
        indx: c_uint,
        certificate: *mut c_void,
        certificate_size: *mut usize,
    ) -> c_int;
    pub fn gnutls_pkcs7_set_crt_raw(pkcs7: gnutls_pkcs7_t, crt: *const gnutls_datum_t) -> c_int;
    pub fn gnutls_pkcs7_set_crt(pkcs7: gnutls_pkcs7_t, crt: gnutls_x509_crt_t) -> c_int;
    pub fn gnutls_pkcs7_delete_crt(pkcs7: gnutls_pkcs7_t, indx: c_int) -> c_int;
    pub fn gnutls_pkcs7_get_crl_raw(
        pkcs7: gnutls_pkcs7_t,
        indx: c_uint,
        crl: *mut c_void,
        crl_size: *mut usize,
    ) -> c_int;
    pub fn gnutls_pkcs7_get_crl_count(pkcs7: gnutls_pkcs7_t) -> c_int;
    pub fn gnutls_pkcs7_set_crl_raw(pkcs7: gnutls_pkcs7_t, crl: *const gnutls_datum_t) -> c_int;
    pub fn gnutls_pkcs7_set_crl(pkcs7: gnutls_pkcs7_t, crl: gnutls_x509_crl_t) -> c_int;
    pub fn gnutls_pkcs7_delete_crl(pkcs7: gnutls_pkcs7_t, indx: c_int) -> c_int;
    pub fn gnutls_pkcs7_signature_info_deinit(info: *mut gnutls_pkcs7_signature_info_st);
    pub fn gnutls_pkcs7_get_signature_info(
        pkcs7: gnutls_pkcs7_t,
        idx: c_uint,
        info: *mut gnutls_pkcs7_signature_info_st,
    ) -> c_int;
    pub fn gnutls_pkcs7_verify_direct(
        pkcs7: gnutls_pkcs7_t,
        signer: gnutls_x509_crt_t,
        idx: c_uint,
        data: *const gnutls_datum_t,
        flags: c_uint,
    ) -> c_int;
    pub fn gnutls_pkcs7_verify(
        pkcs7: gnutls_pkcs7_t,
        tl: gnutls_x509_trust_list_t,
        vdata: *mut gnutls_typed_vdata_st,
        vdata_size: c_uint,
        idx: c_uint,
        data: *const gnutls_datum_t,
        flags: c_uint,
    ) -> c_int;
    pub fn gnutls_pkcs7_add_attr(
        list: *mut gnutls_pkcs7_attrs_t,
        oid: *const c_char,
        data: *mut gnutls_datum_t,
        flags: c_uint,
    ) -> c_int;
    pub fn gnutls_pkcs7_attrs_deinit(list: gnutls_pkcs7_attrs_t);
    pub fn gnutls_pkcs7_get_attr(
        list: gnutls_pkcs7_attrs_t,
        idx: c_uint,
        oid: *mut *mut c_char,
        data: *mut gnutls_datum_t,
        flags: c_uint,
    ) -> c_int;
    pub fn gnutls_pkcs7_sign(
        pkcs7: gnutls_pkcs7_t,
        signer: gnutls_x509_crt_t,
        signer_key: gnutls_privkey_t,
        data: *const gnutls_datum_t,
        signed_attrs: gnutls_pkcs7_attrs_t,
        unsigned_attrs: gnutls_pkcs7_attrs_t,
        dig: gnutls_digest_algorithm_t,
        flags: c_uint,
    ) -> c_int;
    pub fn gnutls_pkcs7_get_crt_raw2(pkcs7: gnutls_pkcs7_t, indx: c_uint, cert: *mut gnutls_datum_t) -> c_int;
    pub fn gnutls_pkcs7_get_crl_raw2(pkcs7: gnutls_pkcs7_t, indx: c_uint, crl: *mut gnutls_datum_t) -> c_int;
    pub fn gnutls_pkcs7_print(
        pkcs7: gnutls_pkcs7_t,
        format: gnutls_certificate_print_formats_t,
        out: *mut gnutls_datum_t,
    ) -> c_int;
    pub fn gnutls_pkcs7_print_signature_info(
        info: *mut gnutls_pkcs7_signature_info_st,
        format: gnutls_certificate_print_formats_t,
        out: *mut gnutls_datum_t,
    ) -> c_int;
    pub fn gnutls_pkcs11_init(flags: c_uint, deprecated_config_file: *const c_char) -> c_int;
    pub fn gnutls_pkcs11_reinit() -> c_int;
    pub fn gnutls_pkcs11_deinit();
    pub fn gnutls_pkcs11_set_token_function(fn_: gnutls_pkcs11_token_callback_t, userdata: *mut c_void);
    pub fn gnutls_pkcs11_set_pin_function(fn_: gnutls_pin_callback_t, userdata: *mut c_void);
    pub fn gnutls_pkcs11_get_pin_function(userdata: *mut *mut c_void) -> gnutls_pin_callback_t;
    pub fn gnutls_pkcs11_add_provider(name: *const c_char, params: *const c_char) -> c_int;
    pub fn gnutls_pkcs11_obj_init(obj: *mut gnutls_pkcs11_obj_t) -> c_int;
    pub fn gnutls_pkcs11_obj_set_pin_function(
        obj: gnutls_pkcs11_obj_t,
        fn_: gnutls_pin_callback_t,
        userdata: *mut c_void,
    );
    pub fn gnutls_pkcs11_obj_import_url(obj: gnutls_pkcs11_obj_t, url: *const c_char, flags: c_uint) -> c_int;
    pub fn gnutls_pkcs11_obj_export_url(
        obj: gnutls_pkcs11_obj_t,
        detailed: gnutls_pkcs11_url_type_t,
        url: *mut *mut c_char,
    ) -> c_int;
    pub fn gnutls_pkcs11_obj_deinit(obj: gnutls_pkcs11_obj_t);
    pub fn gnutls_pkcs11_obj_export(
        obj: gnutls_pkcs11_obj_t,
        output_data: *mut c_void,
        output_data_size: *mut usize,
    ) -> c_int;
    pub fn gnutls_pkcs11_obj_export2(obj: gnutls_pkcs11_obj_t, out: *mut gnutls_datum_t) -> c_int;
    pub fn gnutls_pkcs11_obj_export3(
        obj: gnutls_pkcs11_obj_t,
        fmt: gnutls_x509_crt_fmt_t,
        out: *mut gnutls_datum_t,
    ) -> c_int;
    pub fn gnutls_pkcs11_get_raw_issuer(
        url: *const c_char,
        cert: gnutls_x509_crt_t,
        issuer: *mut gnutls_datum_t,
        fmt: gnutls_x509_crt_fmt_t,
        flags: c_uint,
    ) -> c_int;
    pub fn gnutls_pkcs11_get_raw_issuer_by_dn(
        url: *const c_char,
        dn: *const gnutls_datum_t,
        issuer: *mut gnutls_datum_t,
        fmt: gnutls_x509_crt_fmt_t,
        flags: c_uint,
    ) -> c_int;
    pub fn gnutls_pkcs11_get_raw_issuer_by_subject_key_id(
        url: *const c_char,
        dn: *const gnutls_datum_t,
        spki: *const gnutls_datum_t,
        issuer: *mut gnutls_datum_t,
        fmt: gnutls_x509_crt_fmt_t,
        flags: c_uint,
    ) -> c_int;
    pub fn gnutls_pkcs11_crt_is_known(url: *const c_char, cert: gnutls_x509_crt_t, flags: c_uint) -> c_uint;
    pub fn gnutls_pkcs11_copy_pubkey(
        token_url: *const c_char,
        crt: gnutls_pubkey_t,
        label: *const c_char,
        cid: *const gnutls_datum_t,
        key_usage: c_uint,
        flags: c_uint,
    ) -> c_int;
    pub fn gnutls_pkcs11_copy_x509_crt2(
        token_url: *const c_char,
        crt: gnutls_x509_crt_t,
        label: *const c_char,
        id: *const gnutls_datum_t,
        flags: c_uint,
    ) -> c_int;
    pub fn gnutls_pkcs11_copy_x509_privkey2(
        token_url: *const c_char,
        key: gnutls_x509_privkey_t,
        label: *const c_char,
        cid: *const gnutls_datum_t,
        key_usage: c_uint,
        flags: c_uint,
    ) -> c_int;
    pub fn gnutls_pkcs11_delete_url(object_url: *const c_char, flags: c_uint) -> c_int;
    pub fn gnutls_pkcs11_copy_secret_key(
        token_url: *const c_char,
        key: *mut gnutls_datum_t,
        label: *const c_char,
        key_usage: c_uint,
        flags: c_uint,
    ) -> c_int;
    pub fn gnutls_pkcs11_obj_get_ptr(
        obj: gnutls_pkcs11_obj_t,
        ptr: *mut *mut c_void,
        session: *mut *mut c_void,
        ohandle: *mut *mut c_void,
        slot_id: *mut c_ulong,
        flags: c_uint,
    ) -> c_int;
    pub fn gnutls_pkcs11_obj_get_info(
        obj: gnutls_pkcs11_obj_t,
        itype: gnutls_pkcs11_obj_info_t,
        output: *mut c_void,
        output_size: *mut usize,
    ) -> c_int;
    pub fn gnutls_pkcs11_obj_set_info(
        obj: gnutls_pkcs11_obj_t,
        itype: gnutls_pkcs11_obj_info_t,
        data: *const c_void,
        data_size: usize,
        flags: c_uint,
    ) -> c_int;
    pub fn gnutls_pkcs11_token_init(token_url: *const c_char, so_pin: *const c_char, label: *const c_char) -> c_int;
    pub fn gnutls_pkcs11_token_get_ptr(
        url: *const c_char,
        ptr: *mut *mut c_void,
        slot_id: *mut c_ulong,
        flags: c_uint,
    ) -> c_int;
    pub fn gnutls_pkcs11_token_get_mechanism(url: *const c_char, idx: c_uint, mechanism: *mut c_ulong) -> c_int;
    pub fn gnutls_pkcs11_token_check_mechanism(
        url: *const c_char,
        mechanism: c_ulong,
        ptr: *mut c_void,
        psize: c_uint,
        flags: c_uint,
    ) -> c_uint;
    pub fn gnutls_pkcs11_token_set_pin(
        token_url: *const c_char,
        oldpin: *const c_char,
        newpin: *const c_char,
        flags: c_uint,
    ) -> c_int;
    pub fn gnutls_pkcs11_token_get_url(seq: c_uint, detailed: gnutls_pkcs11_url_type_t, url: *mut *mut c_char)
    -> c_int;
    pub fn gnutls_pkcs11_token_get_info(
        url: *const c_char,
        ttype: gnutls_pkcs11_token_info_t,
        output: *mut c_void,
        output_size: *mut usize,
    ) -> c_int;
    pub fn gnutls_pkcs11_token_get_flags(url: *const c_char, flags: *mut c_uint) -> c_int;
    pub fn gnutls_pkcs11_obj_list_import_url3(
        p_list: *mut gnutls_pkcs11_obj_t,
        n_list: *mut c_uint,
        url: *const c_char,
        flags: c_uint,
    ) -> c_int;
    pub fn gnutls_pkcs11_obj_list_import_url4(
        p_list: *mut *mut gnutls_pkcs11_obj_t,
        n_list: *mut c_uint,
        url: *const c_char,
        flags: c_uint,
    ) -> c_int;
    pub fn gnutls_x509_crt_import_pkcs11(crt: gnutls_x509_crt_t, pkcs11_crt: gnutls_pkcs11_obj_t) -> c_int;
    pub fn gnutls_pkcs11_obj_get_type(obj: gnutls_pkcs11_obj_t) -> gnutls_pkcs11_obj_type_t;
    pub fn gnutls_pkcs11_type_get_name(type_: gnutls_pkcs11_obj_type_t) -> *const c_char;
    pub fn gnutls_pkcs11_obj_get_exts(
        obj: gnutls_pkcs11_obj_t,
        exts: *mut *mut gnutls_x509_ext_st,
        exts_size: *mut c_uint,
        flags: c_uint,
    ) -> c_int;
    pub fn gnutls_pkcs11_obj_get_flags(obj: gnutls_pkcs11_obj_t, oflags: *mut c_uint) -> c_int;
    pub fn gnutls_pkcs11_obj_flags_get_str(flags: c_uint) -> *mut c_char;
    pub fn gnutls_x509_crt_list_import_pkcs11(
        certs: *mut gnutls_x509_crt_t,
        cert_max: c_uint,
        objs: *mut gnutls_pkcs11_obj_t,
        flags: c_uint,
    ) -> c_int;
    pub fn gnutls_pkcs11_privkey_init(key: *mut gnutls_pkcs11_privkey_t) -> c_int;
    pub fn gnutls_pkcs11_privkey_cpy(dst: gnutls_pkcs11_privkey_t, src: gnutls_pkcs11_privkey_t) -> c_int;
    pub fn gnutls_pkcs11_privkey_set_pin_function(
        key: gnutls_pkcs11_privkey_t,
        fn_: gnutls_pin_callback_t,
        userdata: *mut c_void,
    );
    pub fn gnutls_pkcs11_privkey_deinit(key: gnutls_pkcs11_privkey_t);
    pub fn gnutls_pkcs11_privkey_get_pk_algorithm(key: gnutls_pkcs11_privkey_t, bits: *mut c_uint) -> c_int;
    pub fn gnutls_pkcs11_privkey_get_info(
        pkey: gnutls_pkcs11_privkey_t,
        itype: gnutls_pkcs11_obj_info_t,
        output: *mut c_void,
        output_size: *mut usize,
    ) -> c_int;
    pub fn gnutls_pkcs11_privkey_import_url(pkey: gnutls_pkcs11_privkey_t, url: *const c_char, flags: c_uint) -> c_int;
    pub fn gnutls_pkcs11_privkey_export_url(
        key: gnutls_pkcs11_privkey_t,
        detailed: gnutls_pkcs11_url_type_t,
        url: *mut *mut c_char,
    ) -> c_int;
    pub fn gnutls_pkcs11_privkey_status(key: gnutls_pkcs11_privkey_t) -> c_uint;
    pub fn gnutls_pkcs11_privkey_generate3(
        url: *const c_char,
        pk: gnutls_pk_algorithm_t,
        bits: c_uint,
        label: *const c_char,
        cid: *const gnutls_datum_t,
        fmt: gnutls_x509_crt_fmt_t,
        pubkey: *mut gnutls_datum_t,
        key_usage: c_uint,
        flags: c_uint,
    ) -> c_int;
    pub fn gnutls_pkcs11_privkey_export_pubkey(
        pkey: gnutls_pkcs11_privkey_t,
        fmt: gnutls_x509_crt_fmt_t,
        pubkey: *mut gnutls_datum_t,
        flags: c_uint,
    ) -> c_int;
    pub fn gnutls_pkcs11_token_get_random(token_url: *const c_char, data: *mut c_void, len: usize) -> c_int;
    pub fn gnutls_pkcs11_copy_attached_extension(
        token_url: *const c_char,
        crt: gnutls_x509_crt_t,
        data: *mut gnutls_datum_t,
        label: *const c_char,
        flags: c_uint,
    ) -> c_int;
    #[cfg(gnutls_3_8_13)]
    pub fn gnutls_pkcs11_obj_get_pk_algorithm(obj: gnutls_pkcs11_obj_t, bits: *mut c_uint) -> c_int;
    pub fn gnutls_openpgp_crt_init(key: *mut gnutls_openpgp_crt_t) -> c_int;
    pub fn gnutls_openpgp_crt_deinit(key: gnutls_openpgp_crt_t);
    pub fn gnutls_openpgp_crt_import(
        key: gnutls_openpgp_crt_t,
        data: *const gnutls_datum_t,
        format: gnutls_openpgp_crt_fmt_t,
    ) -> c_int;
    pub fn gnutls_openpgp_crt_export(
        key: gnutls_openpgp_crt_t,
        format: gnutls_openpgp_crt_fmt_t,
        output_data: *mut c_void,
        output_data_size: *mut usize,
    ) -> c_int;
    pub fn gnutls_openpgp_crt_export2(
        key: gnutls_openpgp_crt_t,
        format: gnutls_openpgp_crt_fmt_t,
        out: *mut gnutls_datum_t,
    ) -> c_int;
    pub fn gnutls_openpgp_crt_print(
        cert: gnutls_openpgp_crt_t,
        format: gnutls_certificate_print_formats_t,
        out: *mut gnutls_datum_t,
    ) -> c_int;
    pub fn gnutls_openpgp_crt_get_key_usage(key: gnutls_openpgp_crt_t, key_usage: *mut c_uint) -> c_int;
    pub fn gnutls_openpgp_crt_get_fingerprint(key: gnutls_openpgp_crt_t, fpr: *mut c_void, fprlen: *mut usize)
    -> c_int;
    pub fn gnutls_openpgp_crt_get_subkey_fingerprint(
        key: gnutls_openpgp_crt_t,
        idx: c_uint,
        fpr: *mut c_void,
        fprlen: *mut usize,
    ) -> c_int;
    pub fn gnutls_openpgp_crt_get_name(
        key: gnutls_openpgp_crt_t,
        idx: c_int,
        buf: *mut c_char,
        sizeof_buf: *mut usize,
    ) -> c_int;
    pub fn gnutls_openpgp_crt_get_pk_algorithm(key: gnutls_openpgp_crt_t, bits: *mut c_uint) -> gnutls_pk_algorithm_t;
    pub fn gnutls_openpgp_crt_get_version(key: gnutls_openpgp_crt_t) -> c_int;
    pub fn gnutls_openpgp_crt_get_creation_time(key: gnutls_openpgp_crt_t) -> time_t;
    pub fn gnutls_openpgp_crt_get_expiration_time(key: gnutls_openpgp_crt_t) -> time_t;
    pub fn gnutls_openpgp_crt_get_key_id(key: gnutls_openpgp_crt_t, keyid: *mut c_uchar) -> c_int;
    pub fn gnutls_openpgp_crt_check_hostname(key: gnutls_openpgp_crt_t, hostname: *const c_char) -> c_int;
    pub fn gnutls_openpgp_crt_check_hostname2(
        key: gnutls_openpgp_crt_t,
        hostname: *const c_char,
        flags: c_uint,
    ) -> c_int;
    pub fn gnutls_openpgp_crt_check_email(key: gnutls_openpgp_crt_t, email: *const c_char, flags: c_uint) -> c_int;
    pub fn gnutls_openpgp_crt_get_revoked_status(key: gnutls_openpgp_crt_t) -> c_int;
    pub fn gnutls_openpgp_crt_get_subkey_count(key: gnutls_openpgp_crt_t) -> c_int;
    pub fn gnutls_openpgp_crt_get_subkey_idx(key: gnutls_openpgp_crt_t, keyid: *const c_uchar) -> c_int;
    pub fn gnutls_openpgp_crt_get_subkey_revoked_status(key: gnutls_openpgp_crt_t, idx: c_uint) -> c_int;
    pub fn gnutls_openpgp_crt_get_subkey_pk_algorithm(
        key: gnutls_openpgp_crt_t,
        idx: c_uint,
        bits: *mut c_uint,
    ) -> gnutls_pk_algorithm_t;
    pub fn gnutls_openpgp_crt_get_subkey_creation_time(key: gnutls_openpgp_crt_t, idx: c_uint) -> time_t;
    pub fn gnutls_openpgp_crt_get_subkey_expiration_time(key: gnutls_openpgp_crt_t, idx: c_uint) -> time_t;
    pub fn gnutls_openpgp_crt_get_subkey_id(key: gnutls_openpgp_crt_t, idx: c_uint, keyid: *mut c_uchar) -> c_int;
    pub fn gnutls_openpgp_crt_get_subkey_usage(key: gnutls_openpgp_crt_t, idx: c_uint, key_usage: *mut c_uint)
    -> c_int;
    pub fn gnutls_openpgp_crt_get_subkey_pk_dsa_raw(
        crt: gnutls_openpgp_crt_t,
        idx: c_uint,
        p: *mut gnutls_datum_t,
        q: *mut gnutls_datum_t,
        g: *mut gnutls_datum_t,
        y: *mut gnutls_datum_t,
    ) -> c_int;
    pub fn gnutls_openpgp_crt_get_subkey_pk_rsa_raw(
        crt: gnutls_openpgp_crt_t,
        idx: c_uint,
        m: *mut gnutls_datum_t,
        e: *mut gnutls_datum_t,
    ) -> c_int;
    pub fn gnutls_openpgp_crt_get_pk_dsa_raw(
        crt: gnutls_openpgp_crt_t,
        p: *mut gnutls_datum_t,
        q: *mut gnutls_datum_t,
        g: *mut gnutls_datum_t,
        y: *mut gnutls_datum_t,
    ) -> c_int;
    pub fn gnutls_openpgp_crt_get_pk_rsa_raw(
        crt: gnutls_openpgp_crt_t,
        m: *mut gnutls_datum_t,
        e: *mut gnutls_datum_t,
    ) -> c_int;
    pub fn gnutls_openpgp_crt_get_preferred_key_id(key: gnutls_openpgp_crt_t, keyid: *mut c_uchar) -> c_int;
    pub fn gnutls_openpgp_crt_set_preferred_key_id(key: gnutls_openpgp_crt_t, keyid: *const c_uchar) -> c_int;
    pub fn gnutls_openpgp_privkey_init(key: *mut gnutls_openpgp_privkey_t) -> c_int;
    pub fn gnutls_openpgp_privkey_deinit(key: gnutls_openpgp_privkey_t);
    pub fn gnutls_openpgp_privkey_get_pk_algorithm(
        key: gnutls_openpgp_privkey_t,
        bits: *mut c_uint,
    ) -> gnutls_pk_algorithm_t;
    pub fn gnutls_openpgp_privkey_sec_param(key: gnutls_openpgp_privkey_t) -> gnutls_sec_param_t;
    pub fn gnutls_openpgp_privkey_import(
        key: gnutls_openpgp_privkey_t,
        data: *const gnutls_datum_t,
        format: gnutls_openpgp_crt_fmt_t,
        password: *const c_char,
        flags: c_uint,
    ) -> c_int;
    pub fn gnutls_openpgp_privkey_get_fingerprint(
        key: gnutls_openpgp_privkey_t,
        fpr: *mut c_void,
        fprlen: *mut usize,
    ) -> c_int;
    pub fn gnutls_openpgp_privkey_get_subkey_fingerprint(
        key: gnutls_openpgp_privkey_t,
        idx: c_uint,
        fpr: *mut c_void,
        fprlen: *mut usize,
    ) -> c_int;
    pub fn gnutls_openpgp_privkey_get_key_id(key: gnutls_openpgp_privkey_t, keyid: *mut c_uchar) -> c_int;
    pub fn gnutls_openpgp_privkey_get_subkey_count(key: gnutls_openpgp_privkey_t) -> c_int;
    pub fn gnutls_openpgp_privkey_get_subkey_idx(key: gnutls_openpgp_privkey_t, keyid: *const c_uchar) -> c_int;
    pub fn gnutls_openpgp_privkey_get_subkey_revoked_status(key: gnutls_openpgp_privkey_t, idx: c_uint) -> c_int;
    pub fn gnutls_openpgp_privkey_get_revoked_status(key: gnutls_openpgp_privkey_t) -> c_int;
    pub fn gnutls_openpgp_privkey_get_subkey_pk_algorithm(
        key: gnutls_openpgp_privkey_t,
        idx: c_uint,
        bits: *mut c_uint,
    ) -> gnutls_pk_algorithm_t;
    pub fn gnutls_openpgp_privkey_get_subkey_expiration_time(key: gnutls_openpgp_privkey_t, idx: c_uint) -> time_t;
    pub fn gnutls_openpgp_privkey_get_subkey_id(
        key: gnutls_openpgp_privkey_t,
        idx: c_uint,
        keyid: *mut c_uchar,
    ) -> c_int;
    pub fn gnutls_openpgp_privkey_get_subkey_creation_time(key: gnutls_openpgp_privkey_t, idx: c_uint) -> time_t;
    pub fn gnutls_openpgp_privkey_export_subkey_dsa_raw(
        pkey: gnutls_openpgp_privkey_t,
        idx: c_uint,
        p: *mut gnutls_datum_t,
        q: *mut gnutls_datum_t,
        g: *mut gnutls_datum_t,
        y: *mut gnutls_datum_t,
        x: *mut gnutls_datum_t,
    ) -> c_int;
    pub fn gnutls_openpgp_privkey_export_subkey_rsa_raw(
        pkey: gnutls_openpgp_privkey_t,
        idx: c_uint,
        m: *mut gnutls_datum_t,
        e: *mut gnutls_datum_t,
        d: *mut gnutls_datum_t,
        p: *mut gnutls_datum_t,
        q: *mut gnutls_datum_t,
        u: *mut gnutls_datum_t,
    ) -> c_int;
    pub fn gnutls_openpgp_privkey_export_dsa_raw(
        pkey: gnutls_openpgp_privkey_t,
        p: *mut gnutls_datum_t,
        q: *mut gnutls_datum_t,
        g: *mut gnutls_datum_t,
        y: *mut gnutls_datum_t,
        x: *mut gnutls_datum_t,
    ) -> c_int;
    pub fn gnutls_openpgp_privkey_export_rsa_raw(
        pkey: gnutls_openpgp_privkey_t,
        m: *mut gnutls_datum_t,
        e: *mut gnutls_datum_t,
        d: *mut gnutls_datum_t,
        p: *mut gnutls_datum_t,
        q: *mut gnutls_datum_t,
        u: *mut gnutls_datum_t,
    ) -> c_int;
    pub fn gnutls_openpgp_privkey_export(
        key: gnutls_openpgp_privkey_t,
        format: gnutls_openpgp_crt_fmt_t,
        password: *const c_char,
        flags: c_uint,
        output_data: *mut c_void,
        output_data_size: *mut usize,
    ) -> c_int;
    pub fn gnutls_openpgp_privkey_export2(
        key: gnutls_openpgp_privkey_t,
        format: gnutls_openpgp_crt_fmt_t,
        password: *const c_char,
        flags: c_uint,
        out: *mut gnutls_datum_t,
    ) -> c_int;
    pub fn gnutls_openpgp_privkey_set_preferred_key_id(key: gnutls_openpgp_privkey_t, keyid: *const c_uchar) -> c_int;
    pub fn gnutls_openpgp_privkey_get_preferred_key_id(key: gnutls_openpgp_privkey_t, keyid: *mut c_uchar) -> c_int;
    pub fn gnutls_openpgp_crt_get_auth_subkey(crt: gnutls_openpgp_crt_t, keyid: *mut c_uchar, flag: c_uint) -> c_int;
    pub fn gnutls_openpgp_keyring_init(keyring: *mut gnutls_openpgp_keyring_t) -> c_int;
    pub fn gnutls_openpgp_keyring_deinit(keyring: gnutls_openpgp_keyring_t);
    pub fn gnutls_openpgp_keyring_import(
        keyring: gnutls_openpgp_keyring_t,
        data: *const gnutls_datum_t,
        format: gnutls_openpgp_crt_fmt_t,
    ) -> c_int;
    pub fn gnutls_openpgp_keyring_check_id(
        ring: gnutls_openpgp_keyring_t,
        keyid: *const c_uchar,
        flags: c_uint,
    ) -> c_int;
    pub fn gnutls_openpgp_crt_verify_ring(
        key: gnutls_openpgp_crt_t,
        keyring: gnutls_openpgp_keyring_t,
        flags: c_uint,
        verify: *mut c_uint,
    ) -> c_int;
    pub fn gnutls_openpgp_crt_verify_self(key: gnutls_openpgp_crt_t, flags: c_uint, verify: *mut c_uint) -> c_int;
    pub fn gnutls_openpgp_keyring_get_crt(
        ring: gnutls_openpgp_keyring_t,
        idx: c_uint,
        cert: *mut gnutls_openpgp_crt_t,
    ) -> c_int;
    pub fn gnutls_openpgp_keyring_get_crt_count(ring: gnutls_openpgp_keyring_t) -> c_int;
    pub fn gnutls_openpgp_set_recv_key_function(session: gnutls_session_t, func: gnutls_openpgp_recv_key_func);
    pub fn gnutls_certificate_set_openpgp_key(
        res: gnutls_certificate_credentials_t,
        crt: gnutls_openpgp_crt_t,
        pkey: gnutls_openpgp_privkey_t,
    ) -> c_int;
    pub fn gnutls_certificate_get_openpgp_key(
        res: gnutls_certificate_credentials_t,
        index: c_uint,
        key: *mut gnutls_openpgp_privkey_t,
    ) -> c_int;
    pub fn gnutls_certificate_get_openpgp_crt(
        res: gnutls_certificate_credentials_t,
        index: c_uint,
        crt_list: *mut *mut gnutls_openpgp_crt_t,
        crt_list_size: *mut c_uint,
    ) -> c_int;
    pub fn gnutls_certificate_set_openpgp_key_file(
        res: gnutls_certificate_credentials_t,
        certfile: *const c_char,
        keyfile: *const c_char,
        format: gnutls_openpgp_crt_fmt_t,
    ) -> c_int;
    pub fn gnutls_certificate_set_openpgp_key_mem(
        res: gnutls_certificate_credentials_t,
        cert: *const gnutls_datum_t,
        key: *const gnutls_datum_t,
        format: gnutls_openpgp_crt_fmt_t,
    ) -> c_int;
    pub fn gnutls_certificate_set_openpgp_key_file2(
        res: gnutls_certificate_credentials_t,
        certfile: *const c_char,
        keyfile: *const c_char,
        subkey_id: *const c_char,
        format: gnutls_openpgp_crt_fmt_t,
    ) -> c_int;
    pub fn gnutls_certificate_set_openpgp_key_mem2(
        res: gnutls_certificate_credentials_t,
        cert: *const gnutls_datum_t,
        key: *const gnutls_datum_t,
        subkey_id: *const c_char,
        format: gnutls_openpgp_crt_fmt_t,
    ) -> c_int;
    pub fn gnutls_certificate_set_openpgp_keyring_mem(
        c: gnutls_certificate_credentials_t,
        data: *const c_uchar,
        dlen: usize,
        format: gnutls_openpgp_crt_fmt_t,
    ) -> c_int;
    pub fn gnutls_certificate_set_openpgp_keyring_file(
        c: gnutls_certificate_credentials_t,
        file: *const c_char,
        format: gnutls_openpgp_crt_fmt_t,
    ) -> c_int;
    pub fn gnutls_tpm_privkey_generate(
        pk: gnutls_pk_algorithm_t,
        bits: c_uint,
        srk_password: *const c_char,
        key_password: *const c_char,
        format: gnutls_tpmkey_fmt_t,
        pub_format: gnutls_x509_crt_fmt_t,
        privkey: *mut gnutls_datum_t,
        pubkey: *mut gnutls_datum_t,
        flags: c_uint,
    ) -> c_int;
    pub fn gnutls_tpm_key_list_deinit(list: gnutls_tpm_key_list_t);
    pub fn gnutls_tpm_key_list_get_url(
        list: gnutls_tpm_key_list_t,
        idx: c_uint,
        url: *mut *mut c_char,
        flags: c_uint,
    ) -> c_int;
    pub fn gnutls_tpm_get_registered(list: *mut gnutls_tpm_key_list_t) -> c_int;
    pub fn gnutls_tpm_privkey_delete(url: *const c_char, srk_password: *const c_char) -> c_int;
    pub fn gnutls_pubkey_init(key: *mut gnutls_pubkey_t) -> c_int;
    pub fn gnutls_pubkey_deinit(key: gnutls_pubkey_t);
    pub fn gnutls_pubkey_verify_params(key: gnutls_pubkey_t) -> c_int;
    pub fn gnutls_pubkey_set_pin_function(key: gnutls_pubkey_t, fn_: gnutls_pin_callback_t, userdata: *mut c_void);
    pub fn gnutls_pubkey_get_pk_algorithm(key: gnutls_pubkey_t, bits: *mut c_uint) -> c_int;
    pub fn gnutls_pubkey_set_spki(key: gnutls_pubkey_t, spki: gnutls_x509_spki_t, flags: c_uint) -> c_int;
    pub fn gnutls_pubkey_get_spki(key: gnutls_pubkey_t, spki: gnutls_x509_spki_t, flags: c_uint) -> c_int;
    pub fn gnutls_pubkey_import_x509(key: gnutls_pubkey_t, crt: gnutls_x509_crt_t, flags: c_uint) -> c_int;
    pub fn gnutls_pubkey_import_x509_crq(key: gnutls_pubkey_t, crq: gnutls_x509_crq_t, flags: c_uint) -> c_int;
    pub fn gnutls_pubkey_import_pkcs11(key: gnutls_pubkey_t, obj: gnutls_pkcs11_obj_t, flags: c_uint) -> c_int;
    pub fn gnutls_pubkey_import_openpgp(key: gnutls_pubkey_t, crt: gnutls_openpgp_crt_t, flags: c_uint) -> c_int;
    pub fn gnutls_pubkey_import_openpgp_raw(
        pkey: gnutls_pubkey_t,
        data: *const gnutls_datum_t,
        format: gnutls_openpgp_crt_fmt_t,
        keyid: *const c_uchar,
        flags: c_uint,
    ) -> c_int;
    pub fn gnutls_pubkey_import_x509_raw(
        pkey: gnutls_pubkey_t,
        data: *const gnutls_datum_t,
        format: gnutls_x509_crt_fmt_t,
        flags: c_uint,
    ) -> c_int;
    pub fn gnutls_pubkey_import_privkey(
        key: gnutls_pubkey_t,
        pkey: gnutls_privkey_t,
        usage: c_uint,
        flags: c_uint,
    ) -> c_int;
    pub fn gnutls_pubkey_import_tpm_url(
        pkey: gnutls_pubkey_t,
        url: *const c_char,
        srk_password: *const c_char,
        flags: c_uint,
    ) -> c_int;
    pub fn gnutls_pubkey_import_url(key: gnutls_pubkey_t, url: *const c_char, flags: c_uint) -> c_int;
    pub fn gnutls_pubkey_import_tpm_raw(
        pkey: gnutls_pubkey_t,
        fdata: *const gnutls_datum_t,
        format: gnutls_tpmkey_fmt_t,
        srk_password: *const c_char,
        flags: c_uint,
    ) -> c_int;
    pub fn gnutls_pubkey_get_preferred_hash_algorithm(
        key: gnutls_pubkey_t,
        hash: *mut gnutls_digest_algorithm_t,
        mand: *mut c_uint,
    ) -> c_int;
    pub fn gnutls_pubkey_export_rsa_raw(key: gnutls_pubkey_t, m: *mut gnutls_datum_t, e: *mut gnutls_datum_t) -> c_int;
    pub fn gnutls_pubkey_export_rsa_raw2(
        key: gnutls_pubkey_t,
        m: *mut gnutls_datum_t,
        e: *mut gnutls_datum_t,
        flags: c_uint,
    ) -> c_int;
    pub fn gnutls_pubkey_export_dsa_raw(
        key: gnutls_pubkey_t,
        p: *mut gnutls_datum_t,
        q: *mut gnutls_datum_t,
        g: *mut gnutls_datum_t,
        y: *mut gnutls_datum_t,
    ) -> c_int;
    pub fn gnutls_pubkey_export_dsa_raw2(
        key: gnutls_pubkey_t,
        p: *mut gnutls_datum_t,
        q: *mut gnutls_datum_t,
        g: *mut gnutls_datum_t,
        y: *mut gnutls_datum_t,
        flags: c_uint,
    ) -> c_int;
    #[cfg(gnutls_3_8_2)]
    pub fn gnutls_pubkey_export_dh_raw(
        key: gnutls_pubkey_t,
        params: gnutls_dh_params_t,
        y: *mut gnutls_datum_t,
        flags: c_uint,
    ) -> c_int;
    pub fn gnutls_pubkey_export_ecc_raw2(
        key: gnutls_pubkey_t,
        curve: *mut gnutls_ecc_curve_t,
        x: *mut gnutls_datum_t,
        y: *mut gnutls_datum_t,
        flags: c_uint,
    ) -> c_int;
    pub fn gnutls_pubkey_export_gost_raw2(
        key: gnutls_pubkey_t,
        curve: *mut gnutls_ecc_curve_t,
        digest: *mut gnutls_digest_algorithm_t,
        paramset: *mut gnutls_gost_paramset_t,
        x: *mut gnutls_datum_t,
        y: *mut gnutls_datum_t,
        flags: c_uint,
    ) -> c_int;
    pub fn gnutls_pubkey_export_ecc_raw(
        key: gnutls_pubkey_t,
        curve: *mut gnutls_ecc_curve_t,
        x: *mut gnutls_datum_t,
        y: *mut gnutls_datum_t,
    ) -> c_int;
    pub fn gnutls_pubkey_export_ecc_x962(
        key: gnutls_pubkey_t,
        parameters: *mut gnutls_datum_t,
        ecpoint: *mut gnutls_datum_t,
    ) -> c_int;
    pub fn gnutls_pubkey_export(
        key: gnutls_pubkey_t,
        format: gnutls_x509_crt_fmt_t,
        output_data: *mut c_void,
        output_data_size: *mut usize,
    ) -> c_int;
    pub fn gnutls_pubkey_export2(
        key: gnutls_pubkey_t,
        format: gnutls_x509_crt_fmt_t,
        out: *mut gnutls_datum_t,
    ) -> c_int;
    pub fn gnutls_pubkey_get_key_id(
        key: gnutls_pubkey_t,
        flags: c_uint,
        output_data: *mut c_uchar,
        output_data_size: *mut usize,
    ) -> c_int;
    pub fn gnutls_pubkey_get_openpgp_key_id(
        key: gnutls_pubkey_t,
        flags: c_uint,
        output_data: *mut c_uchar,
        output_data_size: *mut usize,
        subkey: *mut c_uint,
    ) -> c_int;
    pub fn gnutls_pubkey_get_key_usage(key: gnutls_pubkey_t, usage: *mut c_uint) -> c_int;
    pub fn gnutls_pubkey_set_key_usage(key: gnutls_pubkey_t, usage: c_uint) -> c_int;
    pub fn gnutls_pubkey_import(
        key: gnutls_pubkey_t,
        data: *const gnutls_datum_t,
        format: gnutls_x509_crt_fmt_t,
    ) -> c_int;
    pub fn gnutls_pubkey_import_dsa_raw(
        key: gnutls_pubkey_t,
        p: *const gnutls_datum_t,
        q: *const gnutls_datum_t,
        g: *const gnutls_datum_t,
        y: *const gnutls_datum_t,
    ) -> c_int;
    #[cfg(gnutls_3_8_2)]
    pub fn gnutls_pubkey_import_dh_raw(
        key: gnutls_pubkey_t,
        params: gnutls_dh_params_t,
        y: *const gnutls_datum_t,
    ) -> c_int;
    pub fn gnutls_pubkey_import_rsa_raw(
        key: gnutls_pubkey_t,
        m: *const gnutls_datum_t,
        e: *const gnutls_datum_t,
    ) -> c_int;
    pub fn gnutls_pubkey_import_ecc_x962(
        key: gnutls_pubkey_t,
        parameters: *const gnutls_datum_t,
        ecpoint: *const gnutls_datum_t,
    ) -> c_int;
    pub fn gnutls_pubkey_import_ecc_raw(
        key: gnutls_pubkey_t,
        curve: gnutls_ecc_curve_t,
        x: *const gnutls_datum_t,
        y: *const gnutls_datum_t,
    ) -> c_int;
    pub fn gnutls_pubkey_import_gost_raw(
        key: gnutls_pubkey_t,
        curve: gnutls_ecc_curve_t,
        digest: gnutls_digest_algorithm_t,
        paramset: gnutls_gost_paramset_t,
        x: *const gnutls_datum_t,
        y: *const gnutls_datum_t,
    ) -> c_int;
    pub fn gnutls_pubkey_encrypt_data(
        key: gnutls_pubkey_t,
        flags: c_uint,
        plaintext: *const gnutls_datum_t,
        ciphertext: *mut gnutls_datum_t,
    ) -> c_int;
    pub fn gnutls_x509_crt_set_pubkey(crt: gnutls_x509_crt_t, key: gnutls_pubkey_t) -> c_int;
    pub fn gnutls_x509_crq_set_pubkey(crq: gnutls_x509_crq_t, key: gnutls_pubkey_t) -> c_int;
    pub fn gnutls_pubkey_verify_hash2(
        key: gnutls_pubkey_t,
        algo: gnutls_sign_algorithm_t,
        flags: c_uint,
        hash: *const gnutls_datum_t,
        signature: *const gnutls_datum_t,
    ) -> c_int;
    pub fn gnutls_pubkey_verify_data2(
        pubkey: gnutls_pubkey_t,
        algo: gnutls_sign_algorithm_t,
        flags: c_uint,
        data: *const gnutls_datum_t,
        signature: *const gnutls_datum_t,
    ) -> c_int;
    pub fn gnutls_privkey_init(key: *mut gnutls_privkey_t) -> c_int;
    pub fn gnutls_privkey_deinit(key: gnutls_privkey_t);
    pub fn gnutls_privkey_generate(
        key: gnutls_privkey_t,
        algo: gnutls_pk_algorithm_t,
        bits: c_uint,
        flags: c_uint,
    ) -> c_int;
    pub fn gnutls_privkey_generate2(
        pkey: gnutls_privkey_t,
        algo: gnutls_pk_algorithm_t,
        bits: c_uint,
        flags: c_uint,
        data: *const gnutls_keygen_data_st,
        data_size: c_uint,
    ) -> c_int;
    pub fn gnutls_privkey_set_spki(key: gnutls_privkey_t, spki: gnutls_x509_spki_t, flags: c_uint) -> c_int;
    pub fn gnutls_privkey_get_spki(key: gnutls_privkey_t, spki: gnutls_x509_spki_t, flags: c_uint) -> c_int;
    pub fn gnutls_privkey_verify_seed(
        key: gnutls_privkey_t,
        arg1: gnutls_digest_algorithm_t,
        seed: *const c_void,
        seed_size: usize,
    ) -> c_int;
    pub fn gnutls_privkey_get_seed(
        key: gnutls_privkey_t,
        arg1: *mut gnutls_digest_algorithm_t,
        seed: *mut c_void,
        seed_size: *mut usize,
    ) -> c_int;
    pub fn gnutls_privkey_verify_params(key: gnutls_privkey_t) -> c_int;
    pub fn gnutls_privkey_set_flags(key: gnutls_privkey_t, flags: c_uint);
    pub fn gnutls_privkey_set_pin_function(key: gnutls_privkey_t, fn_: gnutls_pin_callback_t, userdata: *mut c_void);
    pub fn gnutls_privkey_get_pk_algorithm(key: gnutls_privkey_t, bits: *mut c_uint) -> c_int;
    pub fn gnutls_privkey_get_type(key: gnutls_privkey_t) -> gnutls_privkey_type_t;
    pub fn gnutls_privkey_status(key: gnutls_privkey_t) -> c_int;
    pub fn gnutls_privkey_import_pkcs11(pkey: gnutls_privkey_t, key: gnutls_pkcs11_privkey_t, flags: c_uint) -> c_int;
    pub fn gnutls_privkey_import_x509(pkey: gnutls_privkey_t, key: gnutls_x509_privkey_t, flags: c_uint) -> c_int;
    pub fn gnutls_privkey_import_openpgp(pkey: gnutls_privkey_t, key: gnutls_openpgp_privkey_t, flags: c_uint)
    -> c_int;
    pub fn gnutls_privkey_export_x509(pkey: gnutls_privkey_t, key: *mut gnutls_x509_privkey_t) -> c_int;
    pub fn gnutls_privkey_export_openpgp(pkey: gnutls_privkey_t, key: *mut gnutls_openpgp_privkey_t) -> c_int;
    pub fn gnutls_privkey_export_pkcs11(pkey: gnutls_privkey_t, key: *mut gnutls_pkcs11_privkey_t) -> c_int;
    pub fn gnutls_privkey_import_openpgp_raw(
        pkey: gnutls_privkey_t,
        data: *const gnutls_datum_t,
        format: gnutls_openpgp_crt_fmt_t,
        keyid: *const c_uchar,
        password: *const c_char,
    ) -> c_int;
    pub fn gnutls_privkey_import_x509_raw(
        pkey: gnutls_privkey_t,
        data: *const gnutls_datum_t,
        format: gnutls_x509_crt_fmt_t,
        password: *const c_char,
        flags: c_uint,
    ) -> c_int;
    pub fn gnutls_privkey_import_tpm_raw(
        pkey: gnutls_privkey_t,
        fdata: *const gnutls_datum_t,
        format: gnutls_tpmkey_fmt_t,
        srk_password: *const c_char,
        key_password: *const c_char,
        flags: c_uint,
    ) -> c_int;
    pub fn gnutls_privkey_import_tpm_url(
        pkey: gnutls_privkey_t,
        url: *const c_char,
        srk_password: *const c_char,
        key_password: *const c_char,
        flags: c_uint,
    ) -> c_int;
    pub fn gnutls_privkey_import_url(key: gnutls_privkey_t, url: *const c_char, flags: c_uint) -> c_int;
    pub fn gnutls_privkey_import_ext(
        pkey: gnutls_privkey_t,
        pk: gnutls_pk_algorithm_t,
        userdata: *mut c_void,
        sign_func: gnutls_privkey_sign_func,
        decrypt_func: gnutls_privkey_decrypt_func,
        flags: c_uint,
    ) -> c_int;
    pub fn gnutls_privkey_import_ext2(
        pkey: gnutls_privkey_t,
        pk: gnutls_pk_algorithm_t,
        userdata: *mut c_void,
        sign_func: gnutls_privkey_sign_func,
        decrypt_func: gnutls_privkey_decrypt_func,
        deinit_func: gnutls_privkey_deinit_func,
        flags: c_uint,
    ) -> c_int;
    pub fn gnutls_privkey_import_ext3(
        pkey: gnutls_privkey_t,
        userdata: *mut c_void,
        sign_func: gnutls_privkey_sign_func,
        decrypt_func: gnutls_privkey_decrypt_func,
        deinit_func: gnutls_privkey_deinit_func,
        info_func: gnutls_privkey_info_func,
        flags: c_uint,
    ) -> c_int;
    pub fn gnutls_privkey_import_ext4(
        pkey: gnutls_privkey_t,
        userdata: *mut c_void,
        sign_data_func: gnutls_privkey_sign_data_func,
        sign_hash_func: gnutls_privkey_sign_hash_func,
        decrypt_func: gnutls_privkey_decrypt_func,
        deinit_func: gnutls_privkey_deinit_func,
        info_func: gnutls_privkey_info_func,
        flags: c_uint,
    ) -> c_int;
    pub fn gnutls_privkey_import_dsa_raw(
        key: gnutls_privkey_t,
        p: *const gnutls_datum_t,
        q: *const gnutls_datum_t,
        g: *const gnutls_datum_t,
        y: *const gnutls_datum_t,
        x: *const gnutls_datum_t,
    ) -> c_int;
    #[cfg(gnutls_3_8_2)]
    pub fn gnutls_privkey_import_dh_raw(
        key: gnutls_privkey_t,
        params: gnutls_dh_params_t,
        y: *const gnutls_datum_t,
        x: *const gnutls_datum_t,
    ) -> c_int;
    pub fn gnutls_privkey_import_rsa_raw(
        key: gnutls_privkey_t,
        m: *const gnutls_datum_t,
        e: *const gnutls_datum_t,
        d: *const gnutls_datum_t,
        p: *const gnutls_datum_t,
        q: *const gnutls_datum_t,
        u: *const gnutls_datum_t,
        e1: *const gnutls_datum_t,
        e2: *const gnutls_datum_t,
    ) -> c_int;
    pub fn gnutls_privkey_import_ecc_raw(
        key: gnutls_privkey_t,
        curve: gnutls_ecc_curve_t,
        x: *const gnutls_datum_t,
        y: *const gnutls_datum_t,
        k: *const gnutls_datum_t,
    ) -> c_int;
    pub fn gnutls_privkey_import_gost_raw(
        key: gnutls_privkey_t,
        curve: gnutls_ecc_curve_t,
        digest: gnutls_digest_algorithm_t,
        paramset: gnutls_gost_paramset_t,
        x: *const gnutls_datum_t,
        y: *const gnutls_datum_t,
        k: *const gnutls_datum_t,
    ) -> c_int;
    pub fn gnutls_privkey_sign_data(
        signer: gnutls_privkey_t,
        hash: gnutls_digest_algorithm_t,
        flags: c_uint,
        data: *const gnutls_datum_t,
        signature: *mut gnutls_datum_t,
    ) -> c_int;
    pub fn gnutls_privkey_sign_data2(
        signer: gnutls_privkey_t,
        algo: gnutls_sign_algorithm_t,
        flags: c_uint,
        data: *const gnutls_datum_t,
        signature: *mut gnutls_datum_t,
    ) -> c_int;
    pub fn gnutls_privkey_sign_hash(
        signer: gnutls_privkey_t,
        hash_algo: gnutls_digest_algorithm_t,
        flags: c_uint,
        hash_data: *const gnutls_datum_t,
        signature: *mut gnutls_datum_t,
    ) -> c_int;
    pub fn gnutls_privkey_sign_hash2(
        signer: gnutls_privkey_t,
        algo: gnutls_sign_algorithm_t,
        flags: c_uint,
        hash_data: *const gnutls_datum_t,
        signature: *mut gnutls_datum_t,
    ) -> c_int;
    pub fn gnutls_privkey_decrypt_data(
        key: gnutls_privkey_t,
        flags: c_uint,
        ciphertext: *const gnutls_datum_t,
        plaintext: *mut gnutls_datum_t,
    ) -> c_int;
    pub fn gnutls_privkey_decrypt_data2(
        key: gnutls_privkey_t,
        flags: c_uint,
        ciphertext: *const gnutls_datum_t,
        plaintext: *mut c_uchar,
        plaintext_size: usize,
    ) -> c_int;
    pub fn gnutls_privkey_export_rsa_raw(
        key: gnutls_privkey_t,
        m: *mut gnutls_datum_t,
        e: *mut gnutls_datum_t,
        d: *mut gnutls_datum_t,
        p: *mut gnutls_datum_t,
        q: *mut gnutls_datum_t,
        u: *mut gnutls_datum_t,
        e1: *mut gnutls_datum_t,
        e2: *mut gnutls_datum_t,
    ) -> c_int;
    pub fn gnutls_privkey_export_rsa_raw2(
        key: gnutls_privkey_t,
        m: *mut gnutls_datum_t,
        e: *mut gnutls_datum_t,
        d: *mut gnutls_datum_t,
        p: *mut gnutls_datum_t,
        q: *mut gnutls_datum_t,
        u: *mut gnutls_datum_t,
        e1: *mut gnutls_datum_t,
        e2: *mut gnutls_datum_t,
        flags: c_uint,
    ) -> c_int;
    pub fn gnutls_privkey_export_dsa_raw(
        key: gnutls_privkey_t,
        p: *mut gnutls_datum_t,
        q: *mut gnutls_datum_t,
        g: *mut gnutls_datum_t,
        y: *mut gnutls_datum_t,
        x: *mut gnutls_datum_t,
    ) -> c_int;
    pub fn gnutls_privkey_export_dsa_raw2(
        key: gnutls_privkey_t,
        p: *mut gnutls_datum_t,
        q: *mut gnutls_datum_t,
        g: *mut gnutls_datum_t,
        y: *mut gnutls_datum_t,
        x: *mut gnutls_datum_t,
        flags: c_uint,
    ) -> c_int;
    #[cfg(gnutls_3_8_2)]
    pub fn gnutls_privkey_export_dh_raw(
        key: gnutls_privkey_t,
        params: gnutls_dh_params_t,
        y: *mut gnutls_datum_t,
        x: *mut gnutls_datum_t,
        flags: c_uint,
    ) -> c_int;
    pub fn gnutls_privkey_export_ecc_raw(
        key: gnutls_privkey_t,
        curve: *mut gnutls_ecc_curve_t,
        x: *mut gnutls_datum_t,
        y: *mut gnutls_datum_t,
        k: *mut gnutls_datum_t,
    ) -> c_int;
    pub fn gnutls_privkey_export_ecc_raw2(
        key: gnutls_privkey_t,
        curve: *mut gnutls_ecc_curve_t,
        x: *mut gnutls_datum_t,
        y: *mut gnutls_datum_t,
        k: *mut gnutls_datum_t,
        flags: c_uint,
    ) -> c_int;
    pub fn gnutls_privkey_export_gost_raw2(
        key: gnutls_privkey_t,
        curve: *mut gnutls_ecc_curve_t,
        digest: *mut gnutls_digest_algorithm_t,
        paramset: *mut gnutls_gost_paramset_t,
        x: *mut gnutls_datum_t,
        y: *mut gnutls_datum_t,
        k: *mut gnutls_datum_t,
        flags: c_uint,
    ) -> c_int;
    #[cfg(gnutls_3_8_2)]
    pub fn gnutls_privkey_derive_secret(
        privkey: gnutls_privkey_t,
        pubkey: gnutls_pubkey_t,
        nonce: *const gnutls_datum_t,
        secret: *mut gnutls_datum_t,
        flags: c_uint,
    ) -> c_int;
    pub fn gnutls_x509_crt_privkey_sign(
        crt: gnutls_x509_crt_t,
        issuer: gnutls_x509_crt_t,
        issuer_key: gnutls_privkey_t,
        dig: gnutls_digest_algorithm_t,
        flags: c_uint,
    ) -> c_int;
    pub fn gnutls_x509_crl_privkey_sign(
        crl: gnutls_x509_crl_t,
        issuer: gnutls_x509_crt_t,
        issuer_key: gnutls_privkey_t,
        dig: gnutls_digest_algorithm_t,
        flags: c_uint,
    ) -> c_int;
    pub fn gnutls_x509_crq_privkey_sign(
        crq: gnutls_x509_crq_t,
        key: gnutls_privkey_t,
        dig: gnutls_digest_algorithm_t,
        flags: c_uint,
    ) -> c_int;
    pub fn gnutls_pcert_import_x509(pcert: *mut gnutls_pcert_st, crt: gnutls_x509_crt_t, flags: c_uint) -> c_int;
    pub fn gnutls_pcert_import_x509_list(
        pcert: *mut gnutls_pcert_st,
        crt: *mut gnutls_x509_crt_t,
        ncrt: *mut c_uint,
        flags: c_uint,
    ) -> c_int;
    pub fn gnutls_pcert_export_x509(pcert: *mut gnutls_pcert_st, crt: *mut gnutls_x509_crt_t) -> c_int;
    pub fn gnutls_pcert_list_import_x509_raw(
        pcerts: *mut gnutls_pcert_st,
        pcert_max: *mut c_uint,
        data: *const gnutls_datum_t,
        format: gnutls_x509_crt_fmt_t,
        flags: c_uint,
    ) -> c_int;
    pub fn gnutls_pcert_list_import_x509_file(
        pcert_list: *mut gnutls_pcert_st,
        pcert_list_size: *mut c_uint,
        file: *const c_char,
        format: gnutls_x509_crt_fmt_t,
        pin_fn: gnutls_pin_callback_t,
        pin_fn_userdata: *mut c_void,
        flags: c_uint,
    ) -> c_int;
    pub fn gnutls_pcert_import_x509_raw(
        pcert: *mut gnutls_pcert_st,
        cert: *const gnutls_datum_t,
        format: gnutls_x509_crt_fmt_t,
        flags: c_uint,
    ) -> c_int;
    pub fn gnutls_pcert_import_openpgp_raw(
        pcert: *mut gnutls_pcert_st,
        cert: *const gnutls_datum_t,
        format: gnutls_openpgp_crt_fmt_t,
        keyid: *mut c_uchar,
        flags: c_uint,
    ) -> c_int;
    pub fn gnutls_pcert_import_openpgp(pcert: *mut gnutls_pcert_st, crt: gnutls_openpgp_crt_t, flags: c_uint) -> c_int;
    pub fn gnutls_pcert_export_openpgp(pcert: *mut gnutls_pcert_st, crt: *mut gnutls_openpgp_crt_t) -> c_int;
    pub fn gnutls_pcert_deinit(pcert: *mut gnutls_pcert_st);
    pub fn gnutls_pcert_import_rawpk(pcert: *mut gnutls_pcert_st, key: gnutls_pubkey_t, flags: c_uint) -> c_int;
    pub fn gnutls_pcert_import_rawpk_raw(
        pcert: *mut gnutls_pcert_st,
        rawpubkey: *const gnutls_datum_t,
        format: gnutls_x509_crt_fmt_t,
        key_usage: c_uint,
        flags: c_uint,
    ) -> c_int;
    pub fn gnutls_certificate_set_retrieve_function2(
        cred: gnutls_certificate_credentials_t,
        func: gnutls_certificate_retrieve_function2,
    );
    pub fn gnutls_certificate_set_retrieve_function3(
        cred: gnutls_certificate_credentials_t,
        func: gnutls_certificate_retrieve_function3,
    );
    pub fn gnutls_certificate_set_key(
        res: gnutls_certificate_credentials_t,
        names: *mut *const c_char,
        names_size: c_int,
        pcert_list: *mut gnutls_pcert_st,
        pcert_list_size: c_int,
        key: gnutls_privkey_t,
    ) -> c_int;
    pub fn gnutls_pubkey_print(
        pubkey: gnutls_pubkey_t,
        format: gnutls_certificate_print_formats_t,
        out: *mut gnutls_datum_t,
    ) -> c_int;
    pub fn gnutls_cipher_init(
        handle: *mut gnutls_cipher_hd_t,
        cipher: gnutls_cipher_algorithm_t,
        key: *const gnutls_datum_t,
        iv: *const gnutls_datum_t,
    ) -> c_int;
    pub fn gnutls_cipher_encrypt(handle: gnutls_cipher_hd_t, text: *mut c_void, textlen: usize) -> c_int;
    pub fn gnutls_cipher_decrypt(handle: gnutls_cipher_hd_t, ciphertext: *mut c_void, ciphertextlen: usize) -> c_int;
    pub fn gnutls_cipher_decrypt2(
        handle: gnutls_cipher_hd_t,
        ciphertext: *const c_void,
        ciphertextlen: usize,
        text: *mut c_void,
        textlen: usize,
    ) -> c_int;
    pub fn gnutls_cipher_encrypt2(
        handle: gnutls_cipher_hd_t,
        text: *const c_void,
        textlen: usize,
        ciphertext: *mut c_void,
        ciphertextlen: usize,
    ) -> c_int;
    #[cfg(gnutls_3_7_7)]
    pub fn gnutls_cipher_encrypt3(
        handle: gnutls_cipher_hd_t,
        ptext: *const c_void,
        ptext_len: usize,
        ctext: *mut c_void,
        ctext_len: *mut usize,
        flags: c_uint,
    ) -> c_int;
    #[cfg(gnutls_3_7_7)]
    pub fn gnutls_cipher_decrypt3(
        handle: gnutls_cipher_hd_t,
        ctext: *const c_void,
        ctext_len: usize,
        ptext: *mut c_void,
        ptext_len: *mut usize,
        flags: c_uint,
    ) -> c_int;
    pub fn gnutls_cipher_set_iv(handle: gnutls_cipher_hd_t, iv: *mut c_void, ivlen: usize);
    pub fn gnutls_cipher_tag(handle: gnutls_cipher_hd_t, tag: *mut c_void, tag_size: usize) -> c_int;
    pub fn gnutls_cipher_add_auth(handle: gnutls_cipher_hd_t, text: *const c_void, text_size: usize) -> c_int;
    pub fn gnutls_cipher_deinit(handle: gnutls_cipher_hd_t);
    pub fn gnutls_cipher_get_block_size(algorithm: gnutls_cipher_algorithm_t) -> c_uint;
    pub fn gnutls_cipher_get_iv_size(algorithm: gnutls_cipher_algorithm_t) -> c_uint;
    pub fn gnutls_cipher_get_tag_size(algorithm: gnutls_cipher_algorithm_t) -> c_uint;
    pub fn gnutls_aead_cipher_init(
        handle: *mut gnutls_aead_cipher_hd_t,
        cipher: gnutls_cipher_algorithm_t,
        key: *const gnutls_datum_t,
    ) -> c_int;
    #[cfg(gnutls_3_7_5)]
    pub fn gnutls_aead_cipher_set_key(handle: gnutls_aead_cipher_hd_t, key: *const gnutls_datum_t) -> c_int;
    pub fn gnutls_aead_cipher_decrypt(
        handle: gnutls_aead_cipher_hd_t,
        nonce: *const c_void,
        nonce_len: usize,
        auth: *const c_void,
        auth_len: usize,
        tag_size: usize,
        ctext: *const c_void,
        ctext_len: usize,
        ptext: *mut c_void,
        ptext_len: *mut usize,
    ) -> c_int;
    pub fn gnutls_aead_cipher_encrypt(
        handle: gnutls_aead_cipher_hd_t,
        nonce: *const c_void,
        nonce_len: usize,
        auth: *const c_void,
        auth_len: usize,
        tag_size: usize,
        ptext: *const c_void,
        ptext_len: usize,
        ctext: *mut c_void,
        ctext_len: *mut usize,
    ) -> c_int;
    pub fn gnutls_aead_cipher_encryptv(
        handle: gnutls_aead_cipher_hd_t,
        nonce: *const c_void,
        nonce_len: usize,
        auth_iov: *const giovec_t,
        auth_iovcnt: c_int,
        tag_size: usize,
        iov: *const giovec_t,
        iovcnt: c_int,
        ctext: *mut c_void,
        ctext_len: *mut usize,
    ) -> c_int;
    pub fn gnutls_aead_cipher_encryptv2(
        handle: gnutls_aead_cipher_hd_t,
        nonce: *const c_void,
        nonce_len: usize,
        auth_iov: *const giovec_t,
        auth_iovcnt: c_int,
        iov: *const giovec_t,
        iovcnt: c_int,
        tag: *mut c_void,
        tag_size: *mut usize,
    ) -> c_int;
    pub fn gnutls_aead_cipher_decryptv2(
        handle: gnutls_aead_cipher_hd_t,
        nonce: *const c_void,
        nonce_len: usize,
        auth_iov: *const giovec_t,
        auth_iovcnt: c_int,
        iov: *const giovec_t,
        iovcnt: c_int,
        tag: *mut c_void,
        tag_size: usize,
    ) -> c_int;
    pub fn gnutls_aead_cipher_deinit(handle: gnutls_aead_cipher_hd_t);
    pub fn gnutls_mac_get_nonce_size(algorithm: gnutls_mac_algorithm_t) -> usize;
    pub fn gnutls_hmac_init(
        dig: *mut gnutls_hmac_hd_t,
        algorithm: gnutls_mac_algorithm_t,
        key: *const c_void,
        keylen: usize,
    ) -> c_int;
    pub fn gnutls_hmac_set_nonce(handle: gnutls_hmac_hd_t, nonce: *const c_void, nonce_len: usize);
    pub fn gnutls_hmac(handle: gnutls_hmac_hd_t, text: *const c_void, textlen: usize) -> c_int;
    pub fn gnutls_hmac_output(handle: gnutls_hmac_hd_t, digest: *mut c_void);
    pub fn gnutls_hmac_deinit(handle: gnutls_hmac_hd_t, digest: *mut c_void);
    pub fn gnutls_hmac_get_len(algorithm: gnutls_mac_algorithm_t) -> c_uint;
    pub fn gnutls_hmac_get_key_size(algorithm: gnutls_mac_algorithm_t) -> c_uint;
    pub fn gnutls_hmac_fast(
        algorithm: gnutls_mac_algorithm_t,
        key: *const c_void,
        keylen: usize,
        text: *const c_void,
        textlen: usize,
        digest: *mut c_void,
    ) -> c_int;
    pub fn gnutls_hmac_copy(handle: gnutls_hmac_hd_t) -> gnutls_hmac_hd_t;
    pub fn gnutls_hash_init(dig: *mut gnutls_hash_hd_t, algorithm: gnutls_digest_algorithm_t) -> c_int;
    pub fn gnutls_hash(handle: gnutls_hash_hd_t, text: *const c_void, textlen: usize) -> c_int;
    pub fn gnutls_hash_output(handle: gnutls_hash_hd_t, digest: *mut c_void);
    pub fn gnutls_hash_deinit(handle: gnutls_hash_hd_t, digest: *mut c_void);
    pub fn gnutls_hash_get_len(algorithm: gnutls_digest_algorithm_t) -> c_uint;
    pub fn gnutls_hash_fast(
        algorithm: gnutls_digest_algorithm_t,
        text: *const c_void,
        textlen: usize,
        digest: *mut c_void,
    ) -> c_int;
    pub fn gnutls_hash_copy(handle: gnutls_hash_hd_t) -> gnutls_hash_hd_t;
    #[cfg(gnutls_3_8_6)]
    pub fn gnutls_hash_squeeze(handle: gnutls_hash_hd_t, output: *mut c_void, length: usize) -> c_int;
    pub fn gnutls_hkdf_extract(
        mac: gnutls_mac_algorithm_t,
        key: *const gnutls_datum_t,
        salt: *const gnutls_datum_t,
        output: *mut c_void,
    ) -> c_int;
    pub fn gnutls_hkdf_expand(
        mac: gnutls_mac_algorithm_t,
        key: *const gnutls_datum_t,
        info: *const gnutls_datum_t,
        output: *mut c_void,
        length: usize,
    ) -> c_int;
    pub fn gnutls_pbkdf2(
        mac: gnutls_mac_algorithm_t,
        key: *const gnutls_datum_t,
        salt: *const gnutls_datum_t,
        iter_count: c_uint,
        output: *mut c_void,
        length: usize,
    ) -> c_int;
    pub fn gnutls_rnd(level: gnutls_rnd_level_t, data: *mut c_void, len: usize) -> c_int;
    pub fn gnutls_rnd_refresh();
    pub fn gnutls_crypto_register_cipher(
        algorithm: gnutls_cipher_algorithm_t,
        priority: c_int,
        init: gnutls_cipher_init_func,
        setkey: gnutls_cipher_setkey_func,
        setiv: gnutls_cipher_setiv_func,
        encrypt: gnutls_cipher_encrypt_func,
        decrypt: gnutls_cipher_decrypt_func,
        deinit: gnutls_cipher_deinit_func,
    ) -> c_int;
    pub fn gnutls_crypto_register_aead_cipher(
        algorithm: gnutls_cipher_algorithm_t,
        priority: c_int,
        init: gnutls_cipher_init_func,
        setkey: gnutls_cipher_setkey_func,
        aead_encrypt: gnutls_cipher_aead_encrypt_func,
        aead_decrypt: gnutls_cipher_aead_decrypt_func,
        deinit: gnutls_cipher_deinit_func,
    ) -> c_int;
    pub fn gnutls_crypto_register_mac(
        mac: gnutls_mac_algorithm_t,
        priority: c_int,
        init: gnutls_mac_init_func,
        setkey: gnutls_mac_setkey_func,
        setnonce: gnutls_mac_setnonce_func,
        hash: gnutls_mac_hash_func,
        output: gnutls_mac_output_func,
        deinit: gnutls_mac_deinit_func,
        hash_fast: gnutls_mac_fast_func,
    ) -> c_int;
    pub fn gnutls_crypto_register_digest(
        digest: gnutls_digest_algorithm_t,
        priority: c_int,
        init: gnutls_digest_init_func,
        hash: gnutls_digest_hash_func,
        output: gnutls_digest_output_func,
        deinit: gnutls_digest_deinit_func,
        hash_fast: gnutls_digest_fast_func,
    ) -> c_int;
    pub fn gnutls_encode_ber_digest_info(
        hash: gnutls_digest_algorithm_t,
        digest: *const gnutls_datum_t,
        output: *mut gnutls_datum_t,
    ) -> c_int;
    pub fn gnutls_decode_ber_digest_info(
        info: *const gnutls_datum_t,
        hash: *mut gnutls_digest_algorithm_t,
        digest: *mut c_uchar,
        digest_size: *mut c_uint,
    ) -> c_int;
    pub fn gnutls_decode_rs_value(
        sig_value: *const gnutls_datum_t,
        r: *mut gnutls_datum_t,
        s: *mut gnutls_datum_t,
    ) -> c_int;
    pub fn gnutls_encode_rs_value(
        sig_value: *mut gnutls_datum_t,
        r: *const gnutls_datum_t,
        s: *const gnutls_datum_t,
    ) -> c_int;
    pub fn gnutls_encode_gost_rs_value(
        sig_value: *mut gnutls_datum_t,
        r: *const gnutls_datum_t,
        s: *const gnutls_datum_t,
    ) -> c_int;
    pub fn gnutls_decode_gost_rs_value(
        sig_value: *const gnutls_datum_t,
        r: *mut gnutls_datum_t,
        s: *mut gnutls_datum_t,
    ) -> c_int;
    pub fn gnutls_dtls_set_timeouts(session: gnutls_session_t, retrans_timeout: c_uint, total_timeout: c_uint);
    pub fn gnutls_dtls_get_mtu(session: gnutls_session_t) -> c_uint;
    pub fn gnutls_dtls_get_data_mtu(session: gnutls_session_t) -> c_uint;
    pub fn gnutls_dtls_set_mtu(session: gnutls_session_t, mtu: c_uint);
    pub fn gnutls_dtls_set_data_mtu(session: gnutls_session_t, mtu: c_uint) -> c_int;
    pub fn gnutls_dtls_get_timeout(session: gnutls_session_t) -> c_uint;
    pub fn gnutls_dtls_cookie_send(
        key: *mut gnutls_datum_t,
        client_data: *mut c_void,
        client_data_size: usize,
        prestate: *mut gnutls_dtls_prestate_st,
        ptr: gnutls_transport_ptr_t,
        push_func: gnutls_push_func,
    ) -> c_int;
    pub fn gnutls_dtls_cookie_verify(
        key: *mut gnutls_datum_t,
        client_data: *mut c_void,
        client_data_size: usize,
        _msg: *mut c_void,
        msg_size: usize,
        prestate: *mut gnutls_dtls_prestate_st,
    ) -> c_int;
    pub fn gnutls_dtls_prestate_set(session: gnutls_session_t, prestate: *mut gnutls_dtls_prestate_st);
    pub fn gnutls_record_get_discarded(session: gnutls_session_t) -> c_uint;
    pub fn gnutls_ocsp_req_init(req: *mut gnutls_ocsp_req_t) -> c_int;
    pub fn gnutls_ocsp_req_deinit(req: gnutls_ocsp_req_t);
    pub fn gnutls_ocsp_req_import(req: gnutls_ocsp_req_t, data: *const gnutls_datum_t) -> c_int;
    pub fn gnutls_ocsp_req_export(req: gnutls_ocsp_req_const_t, data: *mut gnutls_datum_t) -> c_int;
    pub fn gnutls_ocsp_req_print(
        req: gnutls_ocsp_req_const_t,
        format: gnutls_ocsp_print_formats_t,
        out: *mut gnutls_datum_t,
    ) -> c_int;
    pub fn gnutls_ocsp_req_get_version(req: gnutls_ocsp_req_const_t) -> c_int;
    pub fn gnutls_ocsp_req_get_cert_id(
        req: gnutls_ocsp_req_const_t,
        indx: c_uint,
        digest: *mut gnutls_digest_algorithm_t,
        issuer_name_hash: *mut gnutls_datum_t,
        issuer_key_hash: *mut gnutls_datum_t,
        serial_number: *mut gnutls_datum_t,
    ) -> c_int;
    pub fn gnutls_ocsp_req_add_cert_id(
        req: gnutls_ocsp_req_t,
        digest: gnutls_digest_algorithm_t,
        issuer_name_hash: *const gnutls_datum_t,
        issuer_key_hash: *const gnutls_datum_t,
        serial_number: *const gnutls_datum_t,
    ) -> c_int;
    pub fn gnutls_ocsp_req_add_cert(
        req: gnutls_ocsp_req_t,
        digest: gnutls_digest_algorithm_t,
        issuer: gnutls_x509_crt_t,
        cert: gnutls_x509_crt_t,
    ) -> c_int;
    pub fn gnutls_ocsp_req_get_extension(
        req: gnutls_ocsp_req_const_t,
        indx: c_uint,
        oid: *mut gnutls_datum_t,
        critical: *mut c_uint,
        data: *mut gnutls_datum_t,
    ) -> c_int;
    pub fn gnutls_ocsp_req_set_extension(
        req: gnutls_ocsp_req_t,
        oid: *const c_char,
        critical: c_uint,
        data: *const gnutls_datum_t,
    ) -> c_int;
    pub fn gnutls_ocsp_req_get_nonce(
        req: gnutls_ocsp_req_const_t,
        critical: *mut c_uint,
        nonce: *mut gnutls_datum_t,
    ) -> c_int;
    pub fn gnutls_ocsp_req_set_nonce(req: gnutls_ocsp_req_t, critical: c_uint, nonce: *const gnutls_datum_t) -> c_int;
    pub fn gnutls_ocsp_req_randomize_nonce(req: gnutls_ocsp_req_t) -> c_int;
    pub fn gnutls_ocsp_resp_init(resp: *mut gnutls_ocsp_resp_t) -> c_int;
    pub fn gnutls_ocsp_resp_deinit(resp: gnutls_ocsp_resp_t);
    pub fn gnutls_ocsp_resp_import(resp: gnutls_ocsp_resp_t, data: *const gnutls_datum_t) -> c_int;
    pub fn gnutls_ocsp_resp_import2(
        resp: gnutls_ocsp_resp_t,
        data: *const gnutls_datum_t,
        fmt: gnutls_x509_crt_fmt_t,
    ) -> c_int;
    pub fn gnutls_ocsp_resp_export(resp: gnutls_ocsp_resp_const_t, data: *mut gnutls_datum_t) -> c_int;
    pub fn gnutls_ocsp_resp_export2(
        resp: gnutls_ocsp_resp_const_t,
        data: *mut gnutls_datum_t,
        fmt: gnutls_x509_crt_fmt_t,
    ) -> c_int;
    pub fn gnutls_ocsp_resp_print(
        resp: gnutls_ocsp_resp_const_t,
        format: gnutls_ocsp_print_formats_t,
        out: *mut gnutls_datum_t,
    ) -> c_int;
    pub fn gnutls_ocsp_resp_get_status(resp: gnutls_ocsp_resp_const_t) -> c_int;
    pub fn gnutls_ocsp_resp_get_response(
        resp: gnutls_ocsp_resp_const_t,
        response_type_oid: *mut gnutls_datum_t,
        response: *mut gnutls_datum_t,
    ) -> c_int;
    pub fn gnutls_ocsp_resp_get_version(resp: gnutls_ocsp_resp_const_t) -> c_int;
    pub fn gnutls_ocsp_resp_get_responder(resp: gnutls_ocsp_resp_const_t, dn: *mut gnutls_datum_t) -> c_int;
    pub fn gnutls_ocsp_resp_get_responder2(
        resp: gnutls_ocsp_resp_const_t,
        dn: *mut gnutls_datum_t,
        flags: c_uint,
    ) -> c_int;
    pub fn gnutls_ocsp_resp_get_responder_raw_id(
        resp: gnutls_ocsp_resp_const_t,
        type_: c_uint,
        raw: *mut gnutls_datum_t,
    ) -> c_int;
    pub fn gnutls_ocsp_resp_get_produced(resp: gnutls_ocsp_resp_const_t) -> time_t;
    pub fn gnutls_ocsp_resp_get_single(
        resp: gnutls_ocsp_resp_const_t,
        indx: c_uint,
        digest: *mut gnutls_digest_algorithm_t,
        issuer_name_hash: *mut gnutls_datum_t,
        issuer_key_hash: *mut gnutls_datum_t,
        serial_number: *mut gnutls_datum_t,
        cert_status: *mut c_uint,
        this_update: *mut time_t,
        next_update: *mut time_t,
        revocation_time: *mut time_t,
        revocation_reason: *mut c_uint,
    ) -> c_int;
    pub fn gnutls_ocsp_resp_get_extension(
        resp: gnutls_ocsp_resp_const_t,
        indx: c_uint,
        oid: *mut gnutls_datum_t,
        critical: *mut c_uint,
        data: *mut gnutls_datum_t,
    ) -> c_int;
    pub fn gnutls_ocsp_resp_get_nonce(
        resp: gnutls_ocsp_resp_const_t,
        critical: *mut c_uint,
        nonce: *mut gnutls_datum_t,
    ) -> c_int;
    pub fn gnutls_ocsp_resp_get_signature_algorithm(resp: gnutls_ocsp_resp_const_t) -> c_int;
    pub fn gnutls_ocsp_resp_get_signature(resp: gnutls_ocsp_resp_const_t, sig: *mut gnutls_datum_t) -> c_int;
    pub fn gnutls_ocsp_resp_get_certs(
        resp: gnutls_ocsp_resp_const_t,
        certs: *mut *mut gnutls_x509_crt_t,
        ncerts: *mut usize,
    ) -> c_int;
    pub fn gnutls_ocsp_resp_verify_direct(
        resp: gnutls_ocsp_resp_const_t,
        issuer: gnutls_x509_crt_t,
        verify: *mut c_uint,
        flags: c_uint,
    ) -> c_int;
    pub fn gnutls_ocsp_resp_verify(
        resp: gnutls_ocsp_resp_const_t,
        trustlist: gnutls_x509_trust_list_t,
        verify: *mut c_uint,
        flags: c_uint,
    ) -> c_int;
    pub fn gnutls_ocsp_resp_check_crt(resp: gnutls_ocsp_resp_const_t, indx: c_uint, crt: gnutls_x509_crt_t) -> c_int;
    pub fn gnutls_ocsp_resp_list_import2(
        ocsps: *mut *mut gnutls_ocsp_resp_t,
        size: *mut c_uint,
        resp_data: *const gnutls_datum_t,
        format: gnutls_x509_crt_fmt_t,
        flags: c_uint,
    ) -> c_int;
    pub fn gnutls_pkcs12_init(pkcs12: *mut gnutls_pkcs12_t) -> c_int;
    pub fn gnutls_pkcs12_deinit(pkcs12: gnutls_pkcs12_t);
    pub fn gnutls_pkcs12_import(
        pkcs12: gnutls_pkcs12_t,
        data: *const gnutls_datum_t,
        format: gnutls_x509_crt_fmt_t,
        flags: c_uint,
    ) -> c_int;
    pub fn gnutls_pkcs12_export(
        pkcs12: gnutls_pkcs12_t,
        format: gnutls_x509_crt_fmt_t,
        output_data: *mut c_void,
        output_data_size: *mut usize,
    ) -> c_int;
    pub fn gnutls_pkcs12_export2(
        pkcs12: gnutls_pkcs12_t,
        format: gnutls_x509_crt_fmt_t,
        out: *mut gnutls_datum_t,
    ) -> c_int;
    pub fn gnutls_pkcs12_get_bag(pkcs12: gnutls_pkcs12_t, indx: c_int, bag: gnutls_pkcs12_bag_t) -> c_int;
    pub fn gnutls_pkcs12_set_bag(pkcs12: gnutls_pkcs12_t, bag: gnutls_pkcs12_bag_t) -> c_int;
    pub fn gnutls_pkcs12_generate_mac(pkcs12: gnutls_pkcs12_t, pass: *const c_char) -> c_int;
    pub fn gnutls_pkcs12_generate_mac2(
        pkcs12: gnutls_pkcs12_t,
        mac: gnutls_mac_algorithm_t,
        pass: *const c_char,
    ) -> c_int;
    #[cfg(gnutls_3_8_6)]
    pub fn gnutls_pkcs12_generate_mac3(
        pkcs12: gnutls_pkcs12_t,
        mac: gnutls_mac_algorithm_t,
        pass: *const c_char,
        flags: c_uint,
    ) -> c_int;
    pub fn gnutls_pkcs12_verify_mac(pkcs12: gnutls_pkcs12_t, pass: *const c_char) -> c_int;
    pub fn gnutls_pkcs12_bag_decrypt(bag: gnutls_pkcs12_bag_t, pass: *const c_char) -> c_int;
    pub fn gnutls_pkcs12_bag_encrypt(bag: gnutls_pkcs12_bag_t, pass: *const c_char, flags: c_uint) -> c_int;
    pub fn gnutls_pkcs12_bag_enc_info(
        bag: gnutls_pkcs12_bag_t,
        schema: *mut c_uint,
        cipher: *mut c_uint,
        salt: *mut c_void,
        salt_size: *mut c_uint,
        iter_count: *mut c_uint,
        oid: *mut *mut c_char,
    ) -> c_int;
    pub fn gnutls_pkcs12_mac_info(
        pkcs12: gnutls_pkcs12_t,
        mac: *mut c_uint,
        salt: *mut c_void,
        salt_size: *mut c_uint,
        iter_count: *mut c_uint,
        oid: *mut *mut c_char,
    ) -> c_int;
    pub fn gnutls_pkcs12_simple_parse(
        p12: gnutls_pkcs12_t,
        password: *const c_char,
        key: *mut gnutls_x509_privkey_t,
        chain: *mut *mut gnutls_x509_crt_t,
        chain_len: *mut c_uint,
        extra_certs: *mut *mut gnutls_x509_crt_t,
        extra_certs_len: *mut c_uint,
        crl: *mut gnutls_x509_crl_t,
        flags: c_uint,
    ) -> c_int;
    pub fn gnutls_pkcs12_bag_get_type(bag: gnutls_pkcs12_bag_t, indx: c_uint) -> c_int;
    pub fn gnutls_pkcs12_bag_get_data(bag: gnutls_pkcs12_bag_t, indx: c_uint, data: *mut gnutls_datum_t) -> c_int;
    pub fn gnutls_pkcs12_bag_set_data(
        bag: gnutls_pkcs12_bag_t,
        type_: gnutls_pkcs12_bag_type_t,
        data: *const gnutls_datum_t,
    ) -> c_int;
    pub fn gnutls_pkcs12_bag_set_crl(bag: gnutls_pkcs12_bag_t, crl: gnutls_x509_crl_t) -> c_int;
    pub fn gnutls_pkcs12_bag_set_crt(bag: gnutls_pkcs12_bag_t, crt: gnutls_x509_crt_t) -> c_int;
    pub fn gnutls_pkcs12_bag_set_privkey(
        bag: gnutls_pkcs12_bag_t,
        privkey: gnutls_x509_privkey_t,
        password: *const c_char,
        flags: c_uint,
    ) -> c_int;
    pub fn gnutls_pkcs12_bag_init(bag: *mut gnutls_pkcs12_bag_t) -> c_int;
    pub fn gnutls_pkcs12_bag_deinit(bag: gnutls_pkcs12_bag_t);
    pub fn gnutls_pkcs12_bag_get_count(bag: gnutls_pkcs12_bag_t) -> c_int;
    pub fn gnutls_pkcs12_bag_get_key_id(bag: gnutls_pkcs12_bag_t, indx: c_uint, id: *mut gnutls_datum_t) -> c_int;
    pub fn gnutls_pkcs12_bag_set_key_id(bag: gnutls_pkcs12_bag_t, indx: c_uint, id: *const gnutls_datum_t) -> c_int;
    pub fn gnutls_pkcs12_bag_get_friendly_name(bag: gnutls_pkcs12_bag_t, indx: c_uint, name: *mut *mut c_char)
    -> c_int;
    pub fn gnutls_pkcs12_bag_set_friendly_name(bag: gnutls_pkcs12_bag_t, indx: c_uint, name: *const c_char) -> c_int;
    pub fn gnutls_cipher_self_test(flags: c_uint, cipher: gnutls_cipher_algorithm_t) -> c_int;
    pub fn gnutls_mac_self_test(flags: c_uint, mac: gnutls_mac_algorithm_t) -> c_int;
    pub fn gnutls_digest_self_test(flags: c_uint, digest: gnutls_digest_algorithm_t) -> c_int;
    pub fn gnutls_pk_self_test(flags: c_uint, pk: gnutls_pk_algorithm_t) -> c_int;
    pub fn gnutls_hkdf_self_test(flags: c_uint, mac: gnutls_mac_algorithm_t) -> c_int;
    pub fn gnutls_pbkdf2_self_test(flags: c_uint, mac: gnutls_mac_algorithm_t) -> c_int;
    pub fn gnutls_tlsprf_self_test(flags: c_uint, mac: gnutls_mac_algorithm_t) -> c_int;
    pub fn gnutls_transport_set_fastopen(
        session: gnutls_session_t,
        fd: c_int,
        connect_addr: *mut sockaddr,
        connect_addrlen: socklen_t,
        flags: c_uint,
    );
    pub fn gnutls_system_key_iter_deinit(iter: gnutls_system_key_iter_t);
    pub fn gnutls_system_key_iter_get_info(
        iter: *mut gnutls_system_key_iter_t,
        cert_type: c_uint,
        cert_url: *mut *mut c_char,
        key_url: *mut *mut c_char,
        label: *mut *mut c_char,
        der: *mut gnutls_datum_t,
        flags: c_uint,
    ) -> c_int;
    pub fn gnutls_system_key_delete(cert_url: *const c_char, key_url: *const c_char) -> c_int;
    pub fn gnutls_system_key_add_x509(
        crt: gnutls_x509_crt_t,
        privkey: gnutls_x509_privkey_t,
        label: *const c_char,
        cert_url: *mut *mut c_char,
        key_url: *mut *mut c_char,
    ) -> c_int;
    pub fn gnutls_register_custom_url(st: *const gnutls_custom_url_st) -> c_int;
    pub fn gnutls_subject_alt_names_init(arg1: *mut gnutls_subject_alt_names_t) -> c_int;
    pub fn gnutls_subject_alt_names_deinit(sans: gnutls_subject_alt_names_t);
    pub fn gnutls_subject_alt_names_get(
        sans: gnutls_subject_alt_names_t,
        seq: c_uint,
        san_type: *mut c_uint,
        san: *mut gnutls_datum_t,
        othername_oid: *mut gnutls_datum_t,
    ) -> c_int;
    pub fn gnutls_subject_alt_names_set(
        sans: gnutls_subject_alt_names_t,
        san_type: c_uint,
        san: *const gnutls_datum_t,
        othername_oid: *const c_char,
    ) -> c_int;
    pub fn gnutls_x509_ext_import_subject_alt_names(
        ext: *const gnutls_datum_t,
        arg1: gnutls_subject_alt_names_t,
        flags: c_uint,
    ) -> c_int;
    pub fn gnutls_x509_ext_export_subject_alt_names(
        arg1: gnutls_subject_alt_names_t,
        ext: *mut gnutls_datum_t,
    ) -> c_int;
    pub fn gnutls_x509_crl_dist_points_init(arg1: *mut gnutls_x509_crl_dist_points_t) -> c_int;
    pub fn gnutls_x509_crl_dist_points_deinit(arg1: gnutls_x509_crl_dist_points_t);
    pub fn gnutls_x509_crl_dist_points_get(
        arg1: gnutls_x509_crl_dist_points_t,
        seq: c_uint,
        type_: *mut c_uint,
        dist: *mut gnutls_datum_t,
        reason_flags: *mut c_uint,
    ) -> c_int;
    pub fn gnutls_x509_crl_dist_points_set(
        arg1: gnutls_x509_crl_dist_points_t,
        type_: gnutls_x509_subject_alt_name_t,
        dist: *const gnutls_datum_t,
        reason_flags: c_uint,
    ) -> c_int;
    pub fn gnutls_x509_ext_import_crl_dist_points(
        ext: *const gnutls_datum_t,
        dp: gnutls_x509_crl_dist_points_t,
        flags: c_uint,
    ) -> c_int;
    pub fn gnutls_x509_ext_export_crl_dist_points(dp: gnutls_x509_crl_dist_points_t, ext: *mut gnutls_datum_t)
    -> c_int;
    pub fn gnutls_x509_ext_import_name_constraints(
        ext: *const gnutls_datum_t,
        nc: gnutls_x509_name_constraints_t,
        flags: c_uint,
    ) -> c_int;
    pub fn gnutls_x509_ext_export_name_constraints(
        nc: gnutls_x509_name_constraints_t,
        ext: *mut gnutls_datum_t,
    ) -> c_int;
    pub fn gnutls_x509_aia_init(arg1: *mut gnutls_x509_aia_t) -> c_int;
    pub fn gnutls_x509_aia_deinit(arg1: gnutls_x509_aia_t);
    pub fn gnutls_x509_aia_get(
        aia: gnutls_x509_aia_t,
        seq: c_uint,
        oid: *mut gnutls_datum_t,
        san_type: *mut c_uint,
        san: *mut gnutls_datum_t,
    ) -> c_int;
    pub fn gnutls_x509_aia_set(
        aia: gnutls_x509_aia_t,
        oid: *const c_char,
        san_type: c_uint,
        san: *const gnutls_datum_t,
    ) -> c_int;
    pub fn gnutls_x509_ext_import_aia(ext: *const gnutls_datum_t, arg1: gnutls_x509_aia_t, flags: c_uint) -> c_int;
    pub fn gnutls_x509_ext_export_aia(aia: gnutls_x509_aia_t, ext: *mut gnutls_datum_t) -> c_int;
    pub fn gnutls_x509_ext_import_subject_key_id(ext: *const gnutls_datum_t, id: *mut gnutls_datum_t) -> c_int;
    pub fn gnutls_x509_ext_export_subject_key_id(id: *const gnutls_datum_t, ext: *mut gnutls_datum_t) -> c_int;
    pub fn gnutls_x509_ext_export_authority_key_id(arg1: gnutls_x509_aki_t, ext: *mut gnutls_datum_t) -> c_int;
    pub fn gnutls_x509_ext_import_authority_key_id(
        ext: *const gnutls_datum_t,
        arg1: gnutls_x509_aki_t,
        flags: c_uint,
    ) -> c_int;
    pub fn gnutls_x509_othername_to_virtual(
        oid: *const c_char,
        othername: *const gnutls_datum_t,
        virt_type: *mut c_uint,
        virt: *mut gnutls_datum_t,
    ) -> c_int;
    pub fn gnutls_x509_aki_init(arg1: *mut gnutls_x509_aki_t) -> c_int;
    pub fn gnutls_x509_aki_get_id(arg1: gnutls_x509_aki_t, id: *mut gnutls_datum_t) -> c_int;
    pub fn gnutls_x509_aki_get_cert_issuer(
        aki: gnutls_x509_aki_t,
        seq: c_uint,
        san_type: *mut c_uint,
        san: *mut gnutls_datum_t,
        othername_oid: *mut gnutls_datum_t,
        serial: *mut gnutls_datum_t,
    ) -> c_int;
    pub fn gnutls_x509_aki_set_id(aki: gnutls_x509_aki_t, id: *const gnutls_datum_t) -> c_int;
    pub fn gnutls_x509_aki_set_cert_issuer(
        aki: gnutls_x509_aki_t,
        san_type: c_uint,
        san: *const gnutls_datum_t,
        othername_oid: *const c_char,
        serial: *const gnutls_datum_t,
    ) -> c_int;
    pub fn gnutls_x509_aki_deinit(arg1: gnutls_x509_aki_t);
    pub fn gnutls_x509_ext_import_private_key_usage_period(
        ext: *const gnutls_datum_t,
        activation: *mut time_t,
        expiration: *mut time_t,
    ) -> c_int;
    pub fn gnutls_x509_ext_export_private_key_usage_period(
        activation: time_t,
        expiration: time_t,
        ext: *mut gnutls_datum_t,
    ) -> c_int;
    pub fn gnutls_x509_ext_import_basic_constraints(
        ext: *const gnutls_datum_t,
        ca: *mut c_uint,
        pathlen: *mut c_int,
    ) -> c_int;
    pub fn gnutls_x509_ext_export_basic_constraints(ca: c_uint, pathlen: c_int, ext: *mut gnutls_datum_t) -> c_int;
    pub fn gnutls_x509_key_purpose_init(p: *mut gnutls_x509_key_purposes_t) -> c_int;
    pub fn gnutls_x509_key_purpose_deinit(p: gnutls_x509_key_purposes_t);
    pub fn gnutls_x509_key_purpose_set(p: gnutls_x509_key_purposes_t, oid: *const c_char) -> c_int;
    pub fn gnutls_x509_key_purpose_get(p: gnutls_x509_key_purposes_t, idx: c_uint, oid: *mut gnutls_datum_t) -> c_int;
    pub fn gnutls_x509_ext_import_key_purposes(
        ext: *const gnutls_datum_t,
        arg1: gnutls_x509_key_purposes_t,
        flags: c_uint,
    ) -> c_int;
    pub fn gnutls_x509_ext_export_key_purposes(arg1: gnutls_x509_key_purposes_t, ext: *mut gnutls_datum_t) -> c_int;
    pub fn gnutls_x509_ext_import_key_usage(ext: *const gnutls_datum_t, key_usage: *mut c_uint) -> c_int;
    pub fn gnutls_x509_ext_export_key_usage(key_usage: c_uint, ext: *mut gnutls_datum_t) -> c_int;
    pub fn gnutls_x509_ext_import_inhibit_anypolicy(ext: *const gnutls_datum_t, skipcerts: *mut c_uint) -> c_int;
    pub fn gnutls_x509_ext_export_inhibit_anypolicy(skipcerts: c_uint, ext: *mut gnutls_datum_t) -> c_int;
    pub fn gnutls_x509_ext_import_proxy(
        ext: *const gnutls_datum_t,
        pathlen: *mut c_int,
        policyLanguage: *mut *mut c_char,
        policy: *mut *mut c_char,
        sizeof_policy: *mut usize,
    ) -> c_int;
    pub fn gnutls_x509_ext_export_proxy(
        pathLenConstraint: c_int,
        policyLanguage: *const c_char,
        policy: *const c_char,
        sizeof_policy: usize,
        ext: *mut gnutls_datum_t,
    ) -> c_int;
    pub fn gnutls_x509_policies_init(arg1: *mut gnutls_x509_policies_t) -> c_int;
    pub fn gnutls_x509_policies_deinit(arg1: gnutls_x509_policies_t);
    pub fn gnutls_x509_policies_get(
        policies: gnutls_x509_policies_t,
        seq: c_uint,
        policy: *mut gnutls_x509_policy_st,
    ) -> c_int;
    pub fn gnutls_x509_policies_set(policies: gnutls_x509_policies_t, policy: *const gnutls_x509_policy_st) -> c_int;
    pub fn gnutls_x509_ext_import_policies(
        ext: *const gnutls_datum_t,
        policies: gnutls_x509_policies_t,
        flags: c_uint,
    ) -> c_int;
    pub fn gnutls_x509_ext_export_policies(policies: gnutls_x509_policies_t, ext: *mut gnutls_datum_t) -> c_int;
    pub fn gnutls_x509_ext_import_tlsfeatures(
        ext: *const gnutls_datum_t,
        arg1: gnutls_x509_tlsfeatures_t,
        flags: c_uint,
    ) -> c_int;
    pub fn gnutls_x509_ext_export_tlsfeatures(f: gnutls_x509_tlsfeatures_t, ext: *mut gnutls_datum_t) -> c_int;
    pub fn gnutls_x509_tlsfeatures_add(f: gnutls_x509_tlsfeatures_t, feature: c_uint) -> c_int;
    #[cfg(gnutls_3_7_3)]
    pub fn gnutls_x509_ext_ct_scts_init(scts: *mut gnutls_x509_ct_scts_t) -> c_int;
    #[cfg(gnutls_3_7_3)]
    pub fn gnutls_x509_ext_ct_scts_deinit(scts: gnutls_x509_ct_scts_t);
    #[cfg(gnutls_3_7_3)]
    pub fn gnutls_x509_ext_ct_import_scts(
        ext: *const gnutls_datum_t,
        scts: gnutls_x509_ct_scts_t,
        flags: c_uint,
    ) -> c_int;
    #[cfg(gnutls_3_7_3)]
    pub fn gnutls_x509_ext_ct_export_scts(scts: gnutls_x509_ct_scts_t, ext: *mut gnutls_datum_t) -> c_int;
    #[cfg(gnutls_3_7_3)]
    pub fn gnutls_x509_ct_sct_get_version(scts: gnutls_x509_ct_scts_t, idx: c_uint, version_out: *mut c_uint) -> c_int;
    #[cfg(gnutls_3_7_3)]
    pub fn gnutls_x509_ct_sct_get(
        scts: gnutls_x509_ct_scts_t,
        idx: c_uint,
        timestamp: *mut time_t,
        logid: *mut gnutls_datum_t,
        sigalg: *mut gnutls_sign_algorithm_t,
        signature: *mut gnutls_datum_t,
    ) -> c_int;
    #[cfg(gnutls_3_8_13)]
    pub fn gnutls_hpke_init(
        ctx: *mut gnutls_hpke_context_t,
        mode: gnutls_hpke_mode_t,
        role: gnutls_hpke_role_t,
        kem: gnutls_hpke_kem_t,
        kdf: gnutls_hpke_kdf_t,
        aead: gnutls_hpke_aead_t,
    ) -> c_int;
    #[cfg(gnutls_3_8_13)]
    pub fn gnutls_hpke_deinit(ctx: gnutls_hpke_context_t) -> c_int;
    #[cfg(gnutls_3_8_13)]
    pub fn gnutls_hpke_encap(
        ctx: gnutls_hpke_context_t,
        info: *const gnutls_datum_t,
        enc: *mut gnutls_datum_t,
        receiver_pubkey: gnutls_pubkey_t,
        sender_privkey: gnutls_privkey_t,
        psk: *const gnutls_datum_t,
        psk_id: *const gnutls_datum_t,
    ) -> c_int;
    #[cfg(gnutls_3_8_13)]
    pub fn gnutls_hpke_seal(
        ctx: gnutls_hpke_context_t,
        aad: *const gnutls_datum_t,
        plaintext: *const gnutls_datum_t,
        ciphertext: *mut gnutls_datum_t,
    ) -> c_int;
    #[cfg(gnutls_3_8_13)]
    pub fn gnutls_hpke_decap(
        ctx: gnutls_hpke_context_t,
        info: *const gnutls_datum_t,
        enc: *const gnutls_datum_t,
        receiver_privkey: gnutls_privkey_t,
        sender_pubkey: gnutls_pubkey_t,
        psk: *const gnutls_datum_t,
        psk_id: *const gnutls_datum_t,
    ) -> c_int;
    #[cfg(gnutls_3_8_13)]
    pub fn gnutls_hpke_open(
        ctx: gnutls_hpke_context_t,
        aad: *const gnutls_datum_t,
        ciphertext: *const gnutls_datum_t,
        plaintext: *mut gnutls_datum_t,
    ) -> c_int;
    #[cfg(gnutls_3_8_13)]
    pub fn gnutls_hpke_derive_keypair(
        kem: gnutls_hpke_kem_t,
        ikm: *const gnutls_datum_t,
        privkey: gnutls_privkey_t,
        pubkey: gnutls_pubkey_t,
    ) -> c_int;
    #[cfg(gnutls_3_8_13)]
    pub fn gnutls_hpke_export(
        ctx: gnutls_hpke_context_t,
        exporter_context: *const gnutls_datum_t,
        length: usize,
        secret: *mut gnutls_datum_t,
    ) -> c_int;
}
