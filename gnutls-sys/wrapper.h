/* Every public header of libgnutls that the bindings cover. */
#include <gnutls/gnutls.h>
#include <gnutls/abstract.h>
#include <gnutls/crypto.h>
#include <gnutls/dtls.h>
#include <gnutls/ocsp.h>
#include <gnutls/openpgp.h>
#include <gnutls/pkcs11.h>
#include <gnutls/pkcs12.h>
#include <gnutls/pkcs7.h>
#include <gnutls/self-test.h>
#include <gnutls/socket.h>
#include <gnutls/system-keys.h>
#include <gnutls/tpm.h>
#include <gnutls/urls.h>
#include <gnutls/x509-ext.h>
#include <gnutls/x509.h>
/* Newer than the oldest release supported. */
#if __has_include(<gnutls/hpke.h>)
#include <gnutls/hpke.h>
#endif
