/* The loops that move data. */
#include "bench.h"

#include <poll.h>

static void wait_for(struct bench_session *session, short events)
{
    struct pollfd poller = { session->fd, events, 0 };
    poll(&poller, 1, -1);
}

static void lock(struct bench_session *session)
{
    if (session->mode == BENCH_LOCKED)
        pthread_mutex_lock(&session->mutex);
}

static void unlock(struct bench_session *session)
{
    if (session->mode == BENCH_LOCKED)
        pthread_mutex_unlock(&session->mutex);
}

/* One call, which never waits for a session that polls. */
ssize_t bench_send(struct bench_session *session, const unsigned char *data, size_t size)
{
    lock(session);
    ssize_t sent = gnutls_record_send(session->tls, data, size);
    unlock(session);
    return sent;
}

ssize_t bench_recv(struct bench_session *session, unsigned char *buf, size_t size)
{
    lock(session);
    ssize_t got = gnutls_record_recv(session->tls, buf, size);
    unlock(session);
    return got;
}

size_t bench_pending(struct bench_session *session)
{
    return gnutls_record_check_pending(session->tls);
}

static int send_all(struct bench_session *session, const unsigned char *data, size_t size)
{
    for (size_t done = 0; done < size;) {
        /* The same arguments again after GNUTLS_E_AGAIN, as the manual demands. */
        ssize_t sent = bench_send(session, data + done, size - done);
        if (sent == GNUTLS_E_AGAIN)
            wait_for(session, POLLOUT);
        else if (sent < 0 && sent != GNUTLS_E_INTERRUPTED)
            return (int)sent;
        else if (sent > 0)
            done += (size_t)sent;
    }
    return 0;
}

/* Bytes, or an error: 0 at the end. */
static ssize_t receive(struct bench_session *session, unsigned char *buf, size_t size)
{
    for (;;) {
        ssize_t got = bench_recv(session, buf, size);
        if (got >= 0 || (got != GNUTLS_E_AGAIN && got != GNUTLS_E_INTERRUPTED))
            return got;
        /* After a ticket GnuTLS says so too, whatever the transport has. */
        if (session->in != NULL && session->in->start == session->in->end)
            return GNUTLS_E_PREMATURE_TERMINATION;
        if (session->in == NULL && got == GNUTLS_E_AGAIN && session->mode != BENCH_BLOCKING)
            wait_for(session, POLLIN);
    }
}

int bench_write(struct bench_session *session, const unsigned char *data, size_t size, uint64_t times)
{
    for (uint64_t i = 0; i < times; i++) {
        int code = send_all(session, data, size);
        if (code < 0)
            return code;
    }
    return 0;
}

int bench_fill(struct bench_session *session, unsigned char *buf, size_t size)
{
    for (size_t done = 0; done < size;) {
        ssize_t got = receive(session, buf + done, size - done);
        if (got <= 0)
            return got == 0 ? GNUTLS_E_PREMATURE_TERMINATION : (int)got;
        done += (size_t)got;
    }
    return 0;
}

int bench_drain(struct bench_session *session, unsigned char *buf, size_t size, uint64_t total)
{
    for (uint64_t done = 0; done < total;) {
        ssize_t got = receive(session, buf, size);
        if (got <= 0)
            return got == 0 ? GNUTLS_E_PREMATURE_TERMINATION : (int)got;
        done += (uint64_t)got;
    }
    return 0;
}

int bench_update_key(struct bench_session *session)
{
    lock(session);
    int code = gnutls_session_key_update(session->tls, 0);
    unlock(session);
    return code;
}
