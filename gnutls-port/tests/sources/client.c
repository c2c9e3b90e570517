/* What the test reads: gnutls_certificate_verify_peers2() in a comment does not count. */
#include <gnutls/gnutls.h>
#include "gnutls_helper.h"

#define SEND(s, data) \
    gnutls_record_send((s), (data), sizeof(data))

static void talk(int fd)
{
    gnutls_session_t session;
    char buffer[100];
    const char *said = "gnutls_bye(session, \
        GNUTLS_SHUT_RDWR)";

    gnutls_global_init(); // gnutls_check_version(NULL) \
        gnutls_global_deinit()
    gnutls_init(&session, GNUTLS_CLIENT);
    gnutls_transport_set_int(session, fd);
    gnutls_record_recv
        (session,
         buffer, sizeof(buffer));
    if (SEND(session, "'") == GNUTLS_E_AGAIN)
        my->gnutls_record_cork(said, '"');
#if 0
    gnutls_heartbeat_ping(session);
#endif
    gnutls_compression_get(session);
    gnutls_protocol_set_priority(session, NULL);
    gnutls_no_such_call(session);
    gnutls_deinit(session);
}
