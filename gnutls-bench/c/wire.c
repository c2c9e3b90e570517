/* A connection in memory, as cheap as one can be: a copy each way and no lock. One thread uses a wire at a time. */
#include "bench.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct bench_wire *bench_wire_new(size_t capacity)
{
    struct bench_wire *wire = calloc(1, sizeof(*wire));
    if (wire == NULL)
        return NULL;
    wire->capacity = capacity;
    wire->data = malloc(capacity);
    if (wire->data == NULL) {
        free(wire);
        return NULL;
    }
    return wire;
}

void bench_wire_free(struct bench_wire *wire)
{
    free(wire->data);
    free(wire);
}

static ssize_t pull(gnutls_transport_ptr_t ptr, void *buf, size_t size)
{
    struct bench_wire *wire = ((struct bench_session *)ptr)->in;
    size_t there = wire->end - wire->start;
    if (there == 0) {
        errno = EAGAIN;
        return -1;
    }
    size_t taken = size < there ? size : there;
    memcpy(buf, wire->data + wire->start, taken);
    wire->start += taken;
    return (ssize_t)taken;
}

static ssize_t push(gnutls_transport_ptr_t ptr, const void *buf, size_t size)
{
    struct bench_wire *wire = ((struct bench_session *)ptr)->out;
    if (wire == NULL)
        return (ssize_t)size;
    if (wire->start == wire->end)
        wire->start = wire->end = 0;
    size_t room = wire->capacity - wire->end;
    if (room == 0) {
        errno = EAGAIN;
        return -1;
    }
    size_t taken = size < room ? size : room;
    memcpy(wire->data + wire->end, buf, taken);
    wire->end += taken;
    return (ssize_t)taken;
}

static int pull_timeout(gnutls_transport_ptr_t ptr, unsigned int ms)
{
    (void)ms;
    struct bench_wire *wire = ((struct bench_session *)ptr)->in;
    return wire->end != wire->start;
}

void bench_wire_attach(struct bench_session *session)
{
    gnutls_transport_set_ptr(session->tls, session);
    gnutls_transport_set_pull_function(session->tls, pull);
    gnutls_transport_set_push_function(session->tls, push);
    gnutls_transport_set_pull_timeout_function(session->tls, pull_timeout);
}

void bench_forget_output(struct bench_session *session)
{
    session->out = NULL;
}

/* From here on two threads share the session. */
void bench_lock(struct bench_session *session)
{
    session->mode = BENCH_LOCKED;
}
