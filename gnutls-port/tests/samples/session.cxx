// The classes that GnuTLS has for C++.
#include <gnutls/gnutlsxx.h>
#include <gnutls/openssl.h>

class Connection : public gnutls::client_session
{
    gnutls::certificate_credentials credentials;
    other::gnutls::stream stream;
    std::unique_ptr<gnutls::DB> cache;
};
