/* The cipher alone: no record can be faster. */
#include "bench.h"

#include <gnutls/crypto.h>
#include <stdlib.h>
#include <string.h>

#define NONCE 12
#define TAG 16
/* The header of a record is what TLS 1.3 authenticates beside the data. */
#define HEADER 5

struct state {
    gnutls_aead_cipher_hd_t cipher;
    unsigned char nonce[NONCE];
    unsigned char header[HEADER];
    unsigned char *plain;
    unsigned char *sealed;
    size_t size;
};

static void stop(struct state *state)
{
    if (state->cipher != NULL)
        gnutls_aead_cipher_deinit(state->cipher);
    free(state->plain);
    free(state->sealed);
}

static int encrypt(struct state *state)
{
    size_t length = state->size + TAG;
    return gnutls_aead_cipher_encrypt(state->cipher, state->nonce, NONCE, state->header, HEADER, TAG, state->plain,
                                      state->size, state->sealed, &length);
}

static int decrypt(struct state *state)
{
    size_t length = state->size;
    return gnutls_aead_cipher_decrypt(state->cipher, state->nonce, NONCE, state->header, HEADER, TAG, state->sealed,
                                      state->size + TAG, state->plain, &length);
}

static int start(struct state *state, int cipher, size_t size)
{
    static const unsigned char secret[32] = { 1, 2, 3 };
    gnutls_datum_t key = { (unsigned char *)secret, (unsigned int)gnutls_cipher_get_key_size(cipher) };
    memset(state, 0, sizeof(*state));
    state->size = size;
    state->plain = calloc(1, size);
    state->sealed = calloc(1, size + TAG);
    if (state->plain == NULL || state->sealed == NULL)
        return GNUTLS_E_MEMORY_ERROR;
    int code = gnutls_aead_cipher_init(&state->cipher, cipher, &key);
    return code < 0 ? code : encrypt(state);
}

static void next(struct state *state, uint64_t count)
{
    memcpy(state->nonce, &count, sizeof(count));
}

int bench_aead_encrypt(int cipher, size_t size, uint64_t times)
{
    struct state state;
    int code = start(&state, cipher, size);
    for (uint64_t i = 0; i < times && code >= 0; i++) {
        next(&state, i);
        code = encrypt(&state);
    }
    stop(&state);
    return code;
}

int bench_aead_decrypt(int cipher, size_t size, uint64_t times)
{
    struct state state;
    int code = start(&state, cipher, size);
    for (uint64_t i = 0; i < times && code >= 0; i++)
        code = decrypt(&state);
    stop(&state);
    return code;
}

int bench_aead_both(int cipher, size_t size, uint64_t times)
{
    struct state state;
    int code = start(&state, cipher, size);
    for (uint64_t i = 0; i < times && code >= 0; i++) {
        next(&state, i);
        code = encrypt(&state);
        if (code >= 0)
            code = decrypt(&state);
    }
    stop(&state);
    return code;
}
