//! The machine: its cores, its limits, and how it is called in a report.

use std::fs;
use std::sync::OnceLock;

use nix::sched::{CpuSet, sched_getaffinity, sched_setaffinity};
use nix::sys::resource::{Resource, getrlimit, setrlimit};
use nix::unistd::Pid;

/// Binds this thread to the core number `index` of those that the process may use, counted round. Without it two threads
/// that are measured may share a core while another is idle.
pub(crate) fn pin(index: usize) {
    let cores = cores();
    let mut set = CpuSet::new();
    if let Some(core) = cores.get(index % cores.len().max(1)) {
        // Only noise is the price if a core is not to be had.
        let _ = set.set(*core).and_then(|()| sched_setaffinity(Pid::from_raw(0), &set));
    }
}

/// Lets this thread use all cores again.
pub(crate) fn unpin() {
    let mut set = CpuSet::new();
    if cores().iter().all(|core| set.set(*core).is_ok()) {
        // As in `pin`.
        let _ = sched_setaffinity(Pid::from_raw(0), &set);
    }
}

/// The cores that this process may use.
pub(crate) fn cores() -> &'static [usize] {
    static CORES: OnceLock<Vec<usize>> = OnceLock::new();
    CORES.get_or_init(|| {
        let set = sched_getaffinity(Pid::from_raw(0)).unwrap_or_default();
        (0..CpuSet::count()).filter(|core| set.is_set(*core).unwrap_or(false)).collect()
    })
}

/// Allows as many open files as the system lets us, and says how many.
pub(crate) fn raise_file_limit() -> u64 {
    const WANTED: u64 = 65_536;
    let Ok((_, hard)) = getrlimit(Resource::RLIMIT_NOFILE) else { return 1024 };
    // More than the hard limit is for root to ask.
    for limit in [WANTED.max(hard), hard] {
        if setrlimit(Resource::RLIMIT_NOFILE, limit.min(WANTED), limit).is_ok() {
            return limit.min(WANTED);
        }
    }
    hard
}

/// "8 x AMD EPYC, Linux 6.1.0": the processor and the system.
pub(crate) fn description() -> String {
    let field = |text: String, name: &str| {
        let line = text.lines().find(|line| line.starts_with(name))?.to_owned();
        Some(line.split_once(':')?.1.trim().to_owned())
    };
    let processor = fs::read_to_string("/proc/cpuinfo").ok().and_then(|text| field(text, "model name"));
    let release = fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default();
    let processor = processor.unwrap_or_else(|| std::env::consts::ARCH.to_owned());
    format!("{} x {processor}, Linux {}", cores().len(), release.trim())
}

/// What takes part, with versions.
pub(crate) fn versions() -> Vec<String> {
    let mut versions = vec![
        format!("GnuTLS {}, which ours and the C loops share", gnutls::version()),
        format!("gnutls {}, built by {}", env!("CARGO_PKG_VERSION"), env!("BENCH_RUSTC")),
    ];
    if cfg!(feature = "peers") {
        versions.push(env!("BENCH_PEERS").to_owned());
    }
    #[cfg(feature = "peers")]
    versions.push(openssl::version::version().to_owned());
    versions
}
