//! The lock under real threads: what it guards is changed by one at a time. Miri looks for data races here.

use std::thread;

use super::lock::DirectionLock;

#[cfg(miri)]
const TURNS: u64 = 20;
#[cfg(not(miri))]
const TURNS: u64 = 2000;

/// A side: two values that are equal whenever nobody holds it.
type Side = [u64; 2];

fn change(side: Option<&mut Side>) {
    let side = side.expect("it is held");
    assert_eq!(side[0], side[1]);
    side[0] += 1;
    side[1] += 1;
}

#[test]
fn what_each_direction_changes_is_whole_whoever_takes_both() {
    let lock = DirectionLock::<Side, Side>::new([0; 2], [0; 2]);
    thread::scope(|scope| {
        // A receiver that meets a key change.
        scope.spawn(|| {
            for _ in 0..TURNS {
                let mut held = lock.recv();
                change(held.recv_side());
                held.escalate();
                change(held.send_side());
                held.release_send();
                change(held.recv_side());
            }
        });
        // A sender that lets others in, and that changes keys.
        scope.spawn(|| {
            for _ in 0..TURNS {
                let mut held = lock.send();
                change(held.send_side());
                held.yield_send();
                change(held.send_side());
                let mut held = held.into_both();
                change(held.recv_side());
                held.release_recv();
                change(held.send_side());
            }
        });
        // A sender that looks for messages, and a question.
        scope.spawn(|| {
            for _ in 0..TURNS {
                if let Some(mut held) = lock.try_recv() {
                    change(held.recv_side());
                    change(held.recv_side());
                }
                change(lock.both().send_side());
            }
        });
    });
    let mut held = lock.both();
    let received = held.recv_side().expect("both are held")[0];
    assert!((3 * TURNS..=5 * TURNS).contains(&received), "{received}");
    assert_eq!(held.send_side(), Some(&mut [5 * TURNS; 2]));
}

#[test]
fn a_panic_under_the_lock_lets_go_of_it() {
    let lock = DirectionLock::<Side, Side>::new([0; 2], [0; 2]);
    let result = thread::scope(|scope| {
        let panics = scope.spawn(|| {
            let mut held = lock.both();
            change(held.recv_side());
            panic!("in the middle");
        });
        panics.join()
    });
    result.expect_err("it panicked");
    assert_eq!(lock.both().recv_side(), Some(&mut [1; 2]));
}
