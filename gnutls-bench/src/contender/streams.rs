//! Halves made of what the standard library calls a stream.

use std::io::{Read, Write};

use super::{Reader, Writer};
use crate::Result;

/// A reader made of `Read`.
pub(crate) struct Reads<R>(pub(crate) R);

impl<R: Read + Send> Reader for Reads<R> {
    fn fill(&mut self, buf: &mut [u8]) -> Result<()> {
        Ok(self.0.read_exact(buf)?)
    }

    fn drain(&mut self, buf: &mut [u8], total: u64) -> Result<()> {
        let mut done = 0;
        while done < total {
            match self.0.read(buf)? {
                0 => return Err("the stream ended too early".into()),
                got => done += got as u64,
            }
        }
        Ok(())
    }
}

/// A writer made of `Write`.
pub(crate) struct Writes<W>(pub(crate) W);

impl<W: Write + Send> Writer for Writes<W> {
    fn write(&mut self, data: &[u8], times: u64) -> Result<()> {
        for _ in 0..times {
            self.0.write_all(data)?;
        }
        Ok(())
    }
}
