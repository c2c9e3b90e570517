//! Memory that two threads do not share by accident.

use std::ops::Deref;

/// A value with a cache line of its own: two threads that each write their side do not take the line from each other.
#[repr(align(64))]
#[derive(Default)]
pub(crate) struct Apart<T>(T);

impl<T> Apart<T> {
    pub(crate) fn new(value: T) -> Apart<T> {
        Apart(value)
    }
}

impl<T> Deref for Apart<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}
