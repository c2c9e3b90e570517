//! The transport ends, fails, or is slow.

use std::io;

use super::Case;
use crate::scripted::Fault;
use crate::stage::Stage;

pub(super) const CASES: &[Case] = &[
    Case::new("it ends between two records (half close)", |stage| stage.then_reading(Fault::Cut)),
    Case::new("it ends in the head of a record", |stage| cut_at(stage, 3)),
    Case::new("it ends in the body of a record", |stage| cut_at(stage, 9)),
    Case::new("it ends before the last byte of a record", |stage| cut_at(stage, usize::MAX)),
    Case::new("it stays open in the middle of a record", |stage| {
        cut_at(stage, 9);
        stage.script.no_fault_in_reading();
    }),
    Case::new("reading from it fails (a reset)", |stage| stage.then_reading(Fault::Reset)),
    Case::new("writing to it fails (a reset)", |stage| stage.script.fault_in_writing(0, Fault::Reset)),
    Case::new("writing to it takes 0 bytes", |stage| stage.script.fault_in_writing(0, Fault::Cut)),
    Case::new("writing to it fails in the middle of a record", |stage| stage.script.fault_in_writing(7, Fault::Reset)),
    Case::new("it fails both ways (a reset)", |stage| {
        stage.then_reading(Fault::Reset);
        stage.script.fault_in_writing(0, Fault::Reset);
    }),
    Case::new("each second read of it is interrupted (EINTR)", |stage| {
        stage.script.on_read(each_second(io::ErrorKind::Interrupted));
    }),
    Case::new("each second write to it is interrupted (EINTR)", |stage| {
        stage.script.on_write(each_second(io::ErrorKind::Interrupted));
    }),
    Case::new("each second read of it would block (EAGAIN)", |stage| {
        stage.script.on_read(each_second(io::ErrorKind::WouldBlock));
    }),
    Case::new("each second write to it would block (EAGAIN)", |stage| {
        stage.script.on_write(each_second(io::ErrorKind::WouldBlock));
    }),
];

/// The wire ends after so many bytes of a record that should follow.
fn cut_at(stage: &mut Stage, at: usize) {
    stage.data(b"[cut]");
    let record = stage.wire.last_mut().expect("just sent");
    record.truncate(at.min(record.len() - 1));
    stage.then_reading(Fault::Cut);
}

fn each_second(kind: io::ErrorKind) -> impl FnMut() -> io::Result<()> {
    let mut calls = 0;
    move || {
        calls += 1;
        if calls % 2 == 1 { Err(kind.into()) } else { Ok(()) }
    }
}
