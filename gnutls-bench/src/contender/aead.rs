//! The cipher alone, in C: the limit of what any record layer over it can do.

use std::ffi::c_int;

use super::c::check;
use crate::material::Suite;
use crate::measure::Job;

unsafe extern "C" {
    fn bench_aead_encrypt(cipher: c_int, size: usize, times: u64) -> c_int;
    fn bench_aead_decrypt(cipher: c_int, size: usize, times: u64) -> c_int;
    fn bench_aead_both(cipher: c_int, size: usize, times: u64) -> c_int;
}

/// The number of the cipher (`gnutls_cipher_algorithm_t`).
fn number(suite: Suite) -> c_int {
    match suite {
        Suite::Aes128Gcm => 10,
        Suite::Aes256Gcm => 11,
        Suite::ChaCha20 => 23,
    }
}

/// One thread that encrypts a record, decrypts it, and so on.
pub(crate) fn alternating(suite: Suite, size: usize, times: u64) -> Vec<Job> {
    // SAFETY: the function takes numbers, and makes and frees what it works on.
    vec![job(move || unsafe { bench_aead_both(number(suite), size, times) })]
}

/// One thread that encrypts, and one that decrypts something else.
pub(crate) fn parallel(suite: Suite, size: usize, times: u64) -> Vec<Job> {
    vec![
        // SAFETY: as above.
        job(move || unsafe { bench_aead_encrypt(number(suite), size, times) }),
        // SAFETY: as above.
        job(move || unsafe { bench_aead_decrypt(number(suite), size, times) }),
    ]
}

fn job(run: impl FnOnce() -> c_int + Send + 'static) -> Job {
    Box::new(move || {
        check(run())?;
        Ok(Box::new(()))
    })
}
