/* Names that real programs use, and that were reported wrongly once. */
#include <gnutls/gnutls.h>

static int names(gnutls_session_t session, gnutls_digest_algorithm_t digest, void *connection)
{
    gnutls_transport_set_ptr(session, connection);
    gnutls_x509_crt_print(crt, GNUTLS_X509_CRT_ONELINE, &text);
    gnutls_x509_privkey_import_pkcs8(key, &data, GNUTLS_X509_FMT_PEM, NULL, GNUTLS_PKCS_PLAIN);
#if 0
    gnutls_certificate_get_ours(session);
#endif
    return gnutls_pk_get_name(GNUTLS_PK_ECC) != NULL;
}

static int more(gnutls_session_t session, gnutls_retr2_st *chosen)
{
    gnutls_datum_t all = { NULL, 0 };
    gnutls_priority_set_direct(session, "NORMAL", NULL);
#if 1
    gnutls_x509_crt_get_dn(crt, text, &size);
#else
    gnutls_mac_set_priority(session, NULL);
#endif
    return gnutls_x509_crt_list_import(&crt, &count, &all, GNUTLS_X509_FMT_PEM, 0);
}

/* What is gone, what is the program's own, and what stands for types and functions of others. */
#define GNUTLS_OWN_LIMIT 5
int gnutls_own_helper(gnutls_session session);

static int gone(gnutls_session session, gnutls_handshake_post_client_hello_func hook, gnutls_privkey_sign_func sign)
{
    gnutls_kx_set_priority(session, list);
    gnutls_certificate_client_set_retrieve_function(cred, choose);
    gnutls_openpgp_key_to_xml(key, &text, 0);
    return gnutls_own_helper(session) + GNUTLS_OWN_LIMIT + GNUTLS_COMP_LZO + GNUTLS_MASTER_SIZE;
}
