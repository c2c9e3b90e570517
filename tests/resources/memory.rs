//! Every allocation that GnuTLS makes fails once: a typed error, or success, and nothing else.
//!
//! The allocations of a short life of two sessions are counted; the life is repeated with the first, the second, and so
//! on failing, in children, because GnuTLS itself may crash.

use std::collections::BTreeMap;
use std::ffi::c_void;
use std::os::unix::process::ExitStatusExt;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Instant;

use gnutls::x509::{CertificateBuilder, KeyType, PrivateKey};
use gnutls_sys as sys;

use crate::children::{command, is_child};
use crate::common::{TLS12, TLS13};
use crate::script::{Texts, live};

/// From which allocation on the child works.
const FROM: &str = "GNUTLS_TEST_FROM";
const PRIORITY: &str = "GNUTLS_TEST_PRIORITY";

/// Allocations that are still to succeed before one fails.
static LEFT: AtomicI64 = AtomicI64::new(i64::MAX);

fn fails() -> bool {
    LEFT.fetch_sub(1, Ordering::Relaxed) == 0
}

type Malloc = unsafe extern "C" fn(usize) -> *mut c_void;
type Calloc = unsafe extern "C" fn(usize, usize) -> *mut c_void;
type Realloc = unsafe extern "C" fn(*mut c_void, usize) -> *mut c_void;
static TRUE: OnceLock<(Malloc, Calloc, Realloc)> = OnceLock::new();

fn originals() -> &'static (Malloc, Calloc, Realloc) {
    TRUE.get().expect("kept before it is replaced")
}

unsafe extern "C" fn malloc(size: usize) -> *mut c_void {
    if fails() {
        return std::ptr::null_mut();
    }
    // SAFETY: the caller's contract is passed on.
    unsafe { originals().0(size) }
}

unsafe extern "C" fn calloc(count: usize, size: usize) -> *mut c_void {
    if fails() {
        return std::ptr::null_mut();
    }
    // SAFETY: the caller's contract is passed on.
    unsafe { originals().1(count, size) }
}

unsafe extern "C" fn realloc(old: *mut c_void, size: usize) -> *mut c_void {
    if fails() {
        return std::ptr::null_mut();
    }
    // SAFETY: the caller's contract is passed on.
    unsafe { originals().2(old, size) }
}

/// Puts our functions in place of GnuTLS's.
fn interpose() {
    // SAFETY: data symbols; no other thread is in GnuTLS.
    let kept = (unsafe { sys::gnutls_malloc }, unsafe { sys::gnutls_calloc }, unsafe { sys::gnutls_realloc });
    let (Some(m), Some(c), Some(r)) = kept else { panic!("GnuTLS sets them when it is loaded") };
    TRUE.set((m, c, r)).expect("once");
    // SAFETY: as above; ours keep the contract of what they replace.
    unsafe { sys::gnutls_malloc = Some(malloc) };
    // SAFETY: as above.
    unsafe { sys::gnutls_calloc = Some(calloc) };
    // SAFETY: as above.
    unsafe { sys::gnutls_realloc = Some(realloc) };
}

#[test]
fn an_allocation_that_fails_is_an_error_in_tls12() {
    every_allocation("memory::an_allocation_that_fails_is_an_error_in_tls12", TLS12, false);
}

#[test]
fn an_allocation_that_fails_is_an_error_in_tls13() {
    every_allocation("memory::an_allocation_that_fails_is_an_error_in_tls13", TLS13, false);
}

#[test]
fn an_allocation_that_fails_makes_no_stranger_trusted_in_tls12() {
    every_allocation("memory::an_allocation_that_fails_makes_no_stranger_trusted_in_tls12", TLS12, true);
}

#[test]
fn an_allocation_that_fails_makes_no_stranger_trusted_in_tls13() {
    every_allocation("memory::an_allocation_that_fails_makes_no_stranger_trusted_in_tls13", TLS13, true);
}

/// What the child prints: `n what`, a line before and a line after each life.
fn every_allocation(name: &str, priority: &str, stranger: bool) {
    if is_child(name) {
        return children_life(stranger);
    }
    let began = Instant::now();
    let mut results: BTreeMap<String, Vec<u64>> = BTreeMap::new();
    let mut from = 0;
    loop {
        let output = command(name).env(FROM, from.to_string()).env(PRIORITY, priority).output().expect("a child");
        let said = String::from_utf8_lossy(&output.stdout);
        let mut begun = None;
        for line in said.lines() {
            if let Some((number, what)) = line.strip_prefix("life ").and_then(|line| line.split_once(' ')) {
                let number: u64 = number.parse().expect("a number");
                begun = (what == "begins").then_some(number);
                if what != "begins" {
                    results.entry(what.to_owned()).or_default().push(number);
                }
            }
        }
        match begun {
            None => {
                // 3.7.1 frees what is none of its own, outside of any life: docs/gnutls-bugs.md.
                let known = !gnutls::is_at_least(c"3.7.9") && output.status.signal().is_some();
                assert!(
                    known || output.status.success(),
                    "{}: {}",
                    output.status,
                    String::from_utf8_lossy(&output.stderr)
                );
                break;
            }
            Some(number) => {
                let how = format!("crash: signal {:?}", output.status.signal());
                println!("allocation {number}: {how}: {}", String::from_utf8_lossy(&output.stderr));
                results.entry(how).or_default().push(number);
                from = number + 1;
            }
        }
    }
    let total: usize = results.values().map(Vec::len).sum();
    let what = if stranger { "of a stranger" } else { "of a friend" };
    println!("figure: faults: allocations that fail, {what}, {priority}: {total} in {} s", began.elapsed().as_secs());
    for (how, numbers) in &results {
        let (times, first) = (numbers.len(), numbers[0]);
        println!("figure: faults: allocations that fail, {what}, {priority}: {how}: {times} times, first at {first}");
    }
    let crashes: usize = results.iter().filter(|(how, _)| how.starts_with("crash")).map(|(_, all)| all.len()).sum();
    // gnutls_x509_dn_init does not look at what calloc gave: docs/gnutls-bugs.md.
    let known = match () {
        () if gnutls::is_at_least(c"3.8.13") => 0,
        () if gnutls::is_at_least(c"3.7.9") => CRASHES_BEFORE_3_8_13,
        () => CRASHES_BEFORE_3_7_9,
    };
    // A stranger is verified twice: for the verdict, and for the steps that the error tells.
    let known = if stranger { 2 * known } else { known };
    assert!(crashes <= known, "{crashes} crashes, {known} known");
    assert!(!results.keys().any(|how| how.starts_with("panic")), "a panic");
    assert!(!stranger || !results.contains_key(GOES_ON), "a stranger was trusted at {:?}", results[GOES_ON]);
}

const GOES_ON: &str = "goes on";

/// The places where the library is known to crash in one life.
const CRASHES_BEFORE_3_8_13: usize = 4;
/// One more, whose place is not known.
const CRASHES_BEFORE_3_7_9: usize = 5;

fn children_life(stranger: bool) {
    let variable = |name| std::env::var(name).expect("the parent sets it");
    let from: u64 = variable(FROM).parse().expect("a number");
    let priority = variable(PRIORITY);
    let mut texts = Texts::new();
    if stranger {
        let key = PrivateKey::generate(KeyType::EcdsaP256).expect("a key");
        let other = CertificateBuilder::new().subject("CN=test authority").ca(None).self_signed(&key);
        texts.ca = other.expect("another authority of that name").to_pem();
    }
    assert_eq!(live(&texts, &priority).is_err(), stranger, "with enough of everything");
    interpose();
    for number in from.. {
        println!("life {number} begins");
        LEFT.store(i64::try_from(number).expect("small"), Ordering::Relaxed);
        let result = std::panic::catch_unwind(|| live(&texts, &priority));
        let reached = LEFT.swap(i64::MAX, Ordering::Relaxed) < 0;
        match result {
            Ok(Ok(())) => println!("life {number} {GOES_ON}"),
            Ok(Err(error)) => {
                let code = error.code().and_then(|code| code.name()).unwrap_or("no code");
                println!("life {number} {:?} {code}", error.kind());
            }
            Err(panic) => {
                let what = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
                let what = what.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_default();
                println!("life {number} panic: {}", what.replace('\n', " "));
            }
        }
        if !reached {
            return;
        }
    }
}
