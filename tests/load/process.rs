//! What this process holds: memory, descriptors, threads.

use std::fs;
use std::thread;
use std::time::{Duration, Instant};

/// Resident memory of this process's own, in bytes, and what of it has been swapped out. Without the pages of files, which
/// the kernel takes away and gives back as it likes.
pub(crate) fn resident() -> u64 {
    // From here on the kernel rounds nothing up to huge pages: one is twice as much as may stay behind.
    // SAFETY: it takes numbers, and changes only how memory is given from now on.
    unsafe { libc::prctl(libc::PR_SET_THP_DISABLE, 1, 0, 0, 0) };
    let text = fs::read_to_string("/proc/self/smaps_rollup").expect("Linux 4.14 or newer");
    let kilobytes = |field: &str| -> u64 {
        let line = text.lines().find_map(|line| line.strip_prefix(field)).expect("a line");
        line.trim().trim_end_matches(" kB").parse().expect("a number")
    };
    (kilobytes("Anonymous:") + kilobytes("Swap:")) << 10
}

/// Bytes that the allocator has given out, to C and to Rust, and that have not come back. Right while they are fewer
/// than 4 GiB: its successor, mallinfo2, has no such bound, and is not in the C library of Debian 11.
pub(crate) fn allocated() -> u64 {
    // SAFETY: it only reads the allocator's books, under the allocator's own locks.
    let books = unsafe { libc::mallinfo() };
    // The fields are counters that run over, in a signed type.
    let whole = |field: libc::c_int| u64::from(u32::from_ne_bytes(field.to_ne_bytes()));
    whole(books.uordblks) + whole(books.hblkhd)
}

pub(crate) fn descriptors() -> usize {
    fs::read_dir("/proc/self/fd").expect("Linux").count()
}

/// Threads, once there are no more than `expected` or some seconds have passed: the kernel forgets one a moment after it has
/// been joined, later on a busy machine.
pub(crate) fn threads(expected: usize) -> usize {
    let count = || fs::read_dir("/proc/self/task").expect("Linux").count();
    let (began, mut now) = (Instant::now(), count());
    while now > expected && began.elapsed() < Duration::from_secs(3) {
        thread::yield_now();
        now = count();
    }
    now
}

/// How many threads do the work.
pub(crate) fn workers() -> usize {
    thread::available_parallelism().map_or(2, |cores| cores.get().clamp(2, 8))
}
