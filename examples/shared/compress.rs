//! `--compress-cert`: methods to compress certificates with (RFC 8879).

use gnutls::CompressionMethod;

/// The methods that there are names for.
const METHODS: &[(&str, CompressionMethod)] = &[
    ("zlib", CompressionMethod::ZLIB),
    #[cfg(gnutls_3_7_4)]
    ("brotli", CompressionMethod::BROTLI),
    #[cfg(gnutls_3_7_4)]
    ("zstd", CompressionMethod::ZSTD),
];

/// Reads the name of a method. For clap.
pub(crate) fn parse(name: &str) -> Result<CompressionMethod, String> {
    if cfg!(not(gnutls_3_7_4)) {
        return Err("it needs GnuTLS 3.7.4".to_owned());
    }
    let name = name.to_ascii_lowercase();
    let found = METHODS.iter().find(|(known, _)| *known == name || name == format!("comp-{known}"));
    found.map(|(_, method)| *method).ok_or_else(|| {
        let known: Vec<_> = METHODS.iter().map(|(known, _)| *known).collect();
        format!("the methods are {}", known.join(", "))
    })
}
