//! When the machine has nothing left: descriptors, memory. And processes that fork.

#[path = "../common/children.rs"]
mod children;
#[path = "../common/mod.rs"]
mod common;

mod descriptors;
mod fork;
mod memory;
mod script;
