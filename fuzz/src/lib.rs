//! What the fuzz targets share: feedback for libFuzzer, configurations, joined sessions, checked bytes, bad transports.

pub mod errors;
pub mod feedback;
pub mod join;
pub mod moody;
pub mod pki;
pub mod records;
pub mod stream;
