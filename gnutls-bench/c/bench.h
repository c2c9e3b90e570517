/* What a program in C does with GnuTLS, as its manual writes it: the measure of the Rust library. */
#ifndef GNUTLS_BENCH_H
#define GNUTLS_BENCH_H

#include <gnutls/gnutls.h>
#include <pthread.h>
#include <stddef.h>
#include <stdint.h>

/* How the loops wait for their transport. */
enum bench_mode {
    BENCH_BLOCKING = 0, /* the socket waits inside GnuTLS */
    BENCH_POLLING = 1,  /* a non-blocking socket, and poll(2) after GNUTLS_E_AGAIN */
    BENCH_LOCKED = 2,   /* as BENCH_POLLING, with one mutex around every call on the session */
};

/* Credentials and priorities of one side. */
struct bench_config {
    gnutls_certificate_credentials_t credentials;
    gnutls_priority_t priority;
    gnutls_datum_t ticket_key;
    int server;
};

/* A direction of a connection in memory: what is written at `end` is read at `start`. */
struct bench_wire {
    unsigned char *data;
    size_t capacity;
    size_t start;
    size_t end;
};

struct bench_session {
    gnutls_session_t tls;
    pthread_mutex_t mutex;
    enum bench_mode mode;
    int fd;
    /* In memory, instead of `fd`. No `out`: what is written is forgotten. */
    struct bench_wire *in;
    struct bench_wire *out;
};

/* Each function returns 0 or a count, or a negative code of GnuTLS. */
int bench_config_new(struct bench_config **made, const char *priority, const char *trust, const char *chain,
                     const char *key);
void bench_config_free(struct bench_config *config);

int bench_session_new(struct bench_session **made, const struct bench_config *config, int fd, int mode);
int bench_session_over(struct bench_session **made, const struct bench_config *config, struct bench_wire *in,
                       struct bench_wire *out);
void bench_session_free(struct bench_session *session);
int bench_handshake(struct bench_session *session);
int bench_handshake_step(struct bench_session *session);
int bench_is_resumed(struct bench_session *session);
int bench_ticket(struct bench_session *session, gnutls_datum_t *ticket);
int bench_resume(struct bench_session *session, const gnutls_datum_t *ticket);
void bench_ticket_free(gnutls_datum_t *ticket);
void bench_forget_output(struct bench_session *session);
void bench_lock(struct bench_session *session);

ssize_t bench_send(struct bench_session *session, const unsigned char *data, size_t size);
size_t bench_pending(struct bench_session *session);
ssize_t bench_recv(struct bench_session *session, unsigned char *buf, size_t size);
int bench_write(struct bench_session *session, const unsigned char *data, size_t size, uint64_t times);
int bench_fill(struct bench_session *session, unsigned char *buf, size_t size);
int bench_drain(struct bench_session *session, unsigned char *buf, size_t size, uint64_t total);
int bench_update_key(struct bench_session *session);

struct bench_wire *bench_wire_new(size_t capacity);
void bench_wire_free(struct bench_wire *wire);
void bench_wire_attach(struct bench_session *session);

int bench_aead_encrypt(int cipher, size_t size, uint64_t times);
int bench_aead_decrypt(int cipher, size_t size, uint64_t times);
int bench_aead_both(int cipher, size_t size, uint64_t times);

#endif
