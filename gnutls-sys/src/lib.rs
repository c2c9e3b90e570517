//! Raw bindings to GnuTLS.
