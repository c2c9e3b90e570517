//! Sending from a file, under SEND.

#[cfg(gnutls_3_7_4)]
use std::ffi::c_int;
use std::fs::File;
#[cfg(not(gnutls_3_7_4))]
use std::io::{IoSlice, Read};
#[cfg(gnutls_3_7_4)]
use std::os::fd::AsRawFd;
#[cfg(gnutls_3_7_4)]
use std::ptr;

#[cfg(gnutls_3_7_4)]
use gnutls_sys as sys;

use super::Engine;
#[cfg(gnutls_3_7_4)]
use super::frame;
use super::pieces::FULL_RECORD;
#[cfg(not(gnutls_3_7_4))]
use super::pieces::Pieces;
use super::sides::Held;
use crate::error::{Error, Failure, Result};
#[cfg(gnutls_3_7_4)]
use crate::error::{ErrorKind, Origin};
use crate::transport::Transport;

const DOING: &str = "sending a file";

impl Engine {
    /// Sends up to `count` bytes from where `file` stands, as much as there is room for: how many, 0 at its end.
    pub(crate) fn send_file(&self, io: &dyn Transport, file: &File, count: usize) -> Result<usize> {
        self.not_datagram(DOING)?;
        let about = file.metadata().map_err(|error| Failure::of_io(error, DOING))?;
        if !about.is_file() {
            // Only of a regular file is it known that a record's worth is read in one piece, or its end is there.
            return Err(Error::input(DOING, "this is not a regular file; copy it with `std::io::copy`"));
        }
        let mut left = count;
        self.send_with(io, count, |held| {
            let wanted = left.min(FULL_RECORD);
            let (held, sent) = self.send_from(io, held, file, wanted);
            left -= *sent.as_ref().unwrap_or(&0);
            let end = sent.as_ref().is_ok_and(|&sent| sent < wanted);
            (held, sent, end || left == 0)
        })
    }

    /// Sends one record from `file`.
    #[cfg(gnutls_3_7_4)]
    fn send_from<'a>(
        &'a self,
        io: &'a dyn Transport,
        held: Held<'a>,
        file: &File,
        wanted: usize,
    ) -> (Held<'a>, Result<usize>) {
        let called = frame::call(self, io, held, |session| {
            // SAFETY: the frame holds SEND; the descriptor is open as long as `file`. No offset is passed: GnuTLS 3.7.9
            // counts one from where the file stands, and not from its start.
            unsafe { sys::gnutls_record_send_file(session, file.as_raw_fd(), ptr::null_mut(), wanted) }
        });
        match c_int::try_from(called.value) {
            // The file's fault, not the session's.
            Ok(code @ (sys::GNUTLS_E_FILE_ERROR | sys::GNUTLS_E_AGAIN)) => {
                (called.held, Err(Failure::of_code(code, Origin::Local, DOING).kind(ErrorKind::InvalidInput).into()))
            }
            _ => self.sent(io, called),
        }
    }

    /// Sends one record from `file`.
    #[cfg(not(gnutls_3_7_4))]
    fn send_from<'a>(
        &'a self,
        io: &'a dyn Transport,
        held: Held<'a>,
        mut file: &File,
        wanted: usize,
    ) -> (Held<'a>, Result<usize>) {
        let mut data = vec![0; wanted];
        match file.read(&mut data) {
            Ok(0) => (held, Ok(0)),
            Ok(read) => self.send_all(io, held, &mut Pieces::new(&[IoSlice::new(&data[..read])])),
            Err(error) => (held, Err(Failure::of_io(error, DOING).into())),
        }
    }
    /// Sends what has been read in as many records as the peer's limit makes of it.
    #[cfg(not(gnutls_3_7_4))]
    fn send_all<'a>(
        &'a self,
        io: &'a dyn Transport,
        mut held: Held<'a>,
        pieces: &mut Pieces<'_>,
    ) -> (Held<'a>, Result<usize>) {
        let mut all = 0;
        while pieces.left() > 0 {
            let sent;
            (held, sent) = self.send_record(io, held, pieces);
            match sent {
                Ok(sent) => all += sent,
                Err(error) => return (held, Err(error)),
            }
        }
        (held, Ok(all))
    }
}
