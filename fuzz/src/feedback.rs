//! Tells libFuzzer about GnuTLS, which is the system's and not instrumented: its own reports of failed checks
//! ("ASSERT: file:line", at log level 3) and the codes of errors count like edges of the program.

use std::ffi::{CStr, c_char, c_int};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Once;
use std::sync::atomic::{AtomicU8, Ordering};

use gnutls_sys as sys;

const SIZE: usize = 1 << 14;

/// The alignment in which libFuzzer walks over the section.
#[repr(align(64))]
struct Counters([AtomicU8; SIZE]);

/// libFuzzer clears these before each input and reads them after it.
#[unsafe(link_section = "__libfuzzer_extra_counters")]
static COUNTERS: Counters = Counters([const { AtomicU8::new(0) }; SIZE]);

/// The level at which GnuTLS reports failed checks, and little else.
const ASSERTS: c_int = 3;

/// Counts `event` as something that this input reached.
pub fn reached(event: impl Hash) {
    let mut hasher = DefaultHasher::new();
    event.hash(&mut hasher);
    let place = usize::try_from(hasher.finish() % SIZE as u64).expect("small");
    // A wrong count between two threads does no harm.
    let count = COUNTERS.0[place].load(Ordering::Relaxed);
    COUNTERS.0[place].store(count.saturating_add(1), Ordering::Relaxed);
}

/// Listens to GnuTLS's log from the first call on.
pub fn install() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        // SAFETY: `log` keeps the contract of gnutls_log_func, and lives as long as the program.
        unsafe { sys::gnutls_global_set_log_function(Some(log)) };
        // SAFETY: takes any number.
        unsafe { sys::gnutls_global_set_log_level(ASSERTS) };
    });
}

unsafe extern "C" fn log(_: c_int, text: *const c_char) {
    // SAFETY: GnuTLS passes a NUL-terminated text that lives through the call.
    let text = unsafe { CStr::from_ptr(text) }.to_bytes();
    if text.starts_with(b"ASSERT: ") {
        reached(text);
    }
}
