//! Bytes that say where in which stream they belong, so that a lost, doubled or foreign one is seen.

/// What stream `seed` has at position `at`.
fn byte(seed: u64, at: u64) -> u8 {
    let mixed = (at / 8 + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15).wrapping_add(seed).rotate_left(23);
    mixed.to_le_bytes()[(at % 8) as usize]
}

/// `length` bytes of stream `seed` from position `at` on.
pub fn bytes(seed: u64, at: u64, length: usize) -> Vec<u8> {
    (0..length as u64).map(|i| byte(seed, at + i)).collect()
}

/// # Panics
/// If `found` is not what stream `seed` has from position `at` on.
pub fn check(seed: u64, at: u64, found: &[u8]) {
    for (i, found) in (0..).zip(found) {
        assert_eq!(*found, byte(seed, at + i), "byte {} of stream {seed}", at + i);
    }
}
