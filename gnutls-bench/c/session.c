/* Sessions: made, taken through the handshake, resumed, freed. */
#include "bench.h"

#include <poll.h>
#include <stdlib.h>
#include <string.h>

static gnutls_datum_t text(const char *pem)
{
    gnutls_datum_t datum = { (unsigned char *)pem, (unsigned int)strlen(pem) };
    return datum;
}

int bench_config_new(struct bench_config **made, const char *priority, const char *trust, const char *chain,
                     const char *key)
{
    struct bench_config *config = calloc(1, sizeof(*config));
    if (config == NULL)
        return GNUTLS_E_MEMORY_ERROR;
    config->server = chain != NULL;
    int code = gnutls_certificate_allocate_credentials(&config->credentials);
    if (code >= 0)
        code = gnutls_priority_init(&config->priority, priority, NULL);
    if (code >= 0 && config->server) {
        gnutls_datum_t chain_pem = text(chain), key_pem = text(key);
        code = gnutls_certificate_set_x509_key_mem(config->credentials, &chain_pem, &key_pem, GNUTLS_X509_FMT_PEM);
        if (code >= 0)
            code = gnutls_session_ticket_key_generate(&config->ticket_key);
    } else if (code >= 0) {
        gnutls_datum_t trust_pem = text(trust);
        code = gnutls_certificate_set_x509_trust_mem(config->credentials, &trust_pem, GNUTLS_X509_FMT_PEM);
    }
    if (code < 0) {
        bench_config_free(config);
        return code;
    }
    *made = config;
    return 0;
}

void bench_config_free(struct bench_config *config)
{
    if (config->credentials != NULL)
        gnutls_certificate_free_credentials(config->credentials);
    if (config->priority != NULL)
        gnutls_priority_deinit(config->priority);
    gnutls_free(config->ticket_key.data);
    free(config);
}

static int new_session(struct bench_session **made, const struct bench_config *config, int mode)
{
    struct bench_session *session = calloc(1, sizeof(*session));
    if (session == NULL)
        return GNUTLS_E_MEMORY_ERROR;
    unsigned int flags = config->server ? GNUTLS_SERVER : GNUTLS_CLIENT;
    if (mode != BENCH_BLOCKING)
        flags |= GNUTLS_NONBLOCK;
    session->mode = mode;
    session->fd = -1;
    pthread_mutex_init(&session->mutex, NULL);
    int code = gnutls_init(&session->tls, flags);
    if (code >= 0)
        code = gnutls_priority_set(session->tls, config->priority);
    if (code >= 0)
        code = gnutls_credentials_set(session->tls, GNUTLS_CRD_CERTIFICATE, config->credentials);
    if (code >= 0 && config->server)
        code = gnutls_session_ticket_enable_server(session->tls, &config->ticket_key);
    if (code >= 0 && !config->server) {
        code = gnutls_server_name_set(session->tls, GNUTLS_NAME_DNS, "localhost", strlen("localhost"));
        gnutls_session_set_verify_cert(session->tls, "localhost", 0);
    }
    if (code < 0) {
        bench_session_free(session);
        return code;
    }
    gnutls_handshake_set_timeout(session->tls, GNUTLS_DEFAULT_HANDSHAKE_TIMEOUT);
    *made = session;
    return 0;
}

int bench_session_new(struct bench_session **made, const struct bench_config *config, int fd, int mode)
{
    int code = new_session(made, config, mode);
    if (code >= 0) {
        (*made)->fd = fd;
        gnutls_transport_set_int((*made)->tls, fd);
    }
    return code;
}

int bench_session_over(struct bench_session **made, const struct bench_config *config, struct bench_wire *in,
                       struct bench_wire *out)
{
    int code = new_session(made, config, BENCH_POLLING);
    if (code >= 0) {
        (*made)->in = in;
        (*made)->out = out;
        bench_wire_attach(*made);
    }
    return code;
}

void bench_session_free(struct bench_session *session)
{
    if (session->tls != NULL)
        gnutls_deinit(session->tls);
    pthread_mutex_destroy(&session->mutex);
    free(session);
}

/* 0 when done, 1 when the other end has to act first. */
int bench_handshake_step(struct bench_session *session)
{
    int code;
    do
        code = gnutls_handshake(session->tls);
    while (code < 0 && code != GNUTLS_E_AGAIN && !gnutls_error_is_fatal(code));
    return code == GNUTLS_E_AGAIN ? 1 : code;
}

int bench_handshake(struct bench_session *session)
{
    int code;
    while ((code = bench_handshake_step(session)) == 1) {
        struct pollfd poller = { session->fd, gnutls_record_get_direction(session->tls) ? POLLOUT : POLLIN, 0 };
        poll(&poller, 1, -1);
    }
    return code;
}

int bench_is_resumed(struct bench_session *session)
{
    return gnutls_session_is_resumed(session->tls) != 0;
}

int bench_ticket(struct bench_session *session, gnutls_datum_t *ticket)
{
    /* The tickets of TLS 1.3 come after the handshake: a receive takes them in. */
    unsigned char buf[16];
    ssize_t got = gnutls_record_recv(session->tls, buf, sizeof(buf));
    if (got < 0 && got != GNUTLS_E_AGAIN)
        return (int)got;
    return gnutls_session_get_data2(session->tls, ticket);
}

int bench_resume(struct bench_session *session, const gnutls_datum_t *ticket)
{
    return gnutls_session_set_data(session->tls, ticket->data, ticket->size);
}

void bench_ticket_free(gnutls_datum_t *ticket)
{
    gnutls_free(ticket->data);
    ticket->data = NULL;
}
