//! Safe GnuTLS.
