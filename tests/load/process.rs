//! What this process holds: memory, descriptors, threads.

use std::fs;
use std::thread;

/// Resident memory, in bytes.
pub(crate) fn resident() -> u64 {
    let text = fs::read_to_string("/proc/self/smaps_rollup").expect("Linux 4.14 or newer");
    let line = text.lines().find_map(|line| line.strip_prefix("Rss:")).expect("a line");
    let kilobytes: u64 = line.trim().trim_end_matches(" kB").parse().expect("a number");
    kilobytes << 10
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

/// Threads, once there are no more than `expected`: the kernel forgets one a moment after it has been joined.
pub(crate) fn threads(expected: usize) -> usize {
    let count = || fs::read_dir("/proc/self/task").expect("Linux").count();
    let mut now = count();
    for _ in 0..100_000 {
        if now <= expected {
            break;
        }
        thread::yield_now();
        now = count();
    }
    now
}

/// How many threads do the work.
pub(crate) fn workers() -> usize {
    thread::available_parallelism().map_or(2, |cores| cores.get().clamp(2, 8))
}
