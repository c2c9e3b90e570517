//! Alerts of the peer.

use super::Case;
use crate::forge::ALERT;
use crate::stage::Stage;

const WARNING: u8 = 1;
const FATAL: u8 = 2;

pub(super) const CASES: &[Case] = &[
    Case::new("close_notify", |stage| stage.record(ALERT, &[WARNING, 0])),
    Case::new("close_notify that says it is fatal", |stage| stage.record(ALERT, &[FATAL, 0])),
    Case::new("user_canceled, then close_notify", |stage| {
        stage.record(ALERT, &[WARNING, 90]);
        stage.record(ALERT, &[WARNING, 0]);
    }),
    Case::new("a fatal alert (handshake_failure)", |stage| stage.record(ALERT, &[FATAL, 40])),
    Case::new("a fatal alert that nobody knows (213)", |stage| stage.record(ALERT, &[FATAL, 213])),
    Case::new("a warning (unrecognized_name)", |stage| stage.record(ALERT, &[WARNING, 112])),
    Case::new("a warning that nobody knows (213)", |stage| stage.record(ALERT, &[WARNING, 213])),
    Case::new("a warning that must be fatal (bad_record_mac)", |stage| stage.record(ALERT, &[WARNING, 20])),
    Case::new("100 warnings", |stage| (0..100).for_each(|_| stage.record(ALERT, &[WARNING, 112]))),
    Case::new("a level that does not exist (3)", |stage| stage.record(ALERT, &[3, 40])),
    Case::new("half an alert", |stage| stage.record(ALERT, &[FATAL])),
    Case::new("two alerts in one record", |stage| stage.record(ALERT, &[WARNING, 112, FATAL, 40])),
    Case::new("close_notify, then an error of the transport", |stage: &mut Stage| {
        stage.record(ALERT, &[WARNING, 0]);
        stage.then_reading(crate::scripted::Fault::Reset);
    }),
];
