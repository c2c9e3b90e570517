//! Records that were looked up, here or elsewhere.

use std::ffi::{c_char, c_int};
use std::fmt;
use std::mem::ManuallyDrop;
use std::ptr;

use gnutls_sys as sys;

use super::{Matching, Record, Selector, State, Usage, check};
use crate::error::{Error, Result};
use crate::ffi::{OwnedArray, c_string, raw_access};

/// TLSA records, and how far the DNS vouches for them.
#[doc(alias = "dane_query_t")]
#[doc(alias = "dane_query_deinit")]
pub struct Query {
    raw: sys::dane_query_t,
    /// What the object refers to.
    kept: Vec<Vec<u8>>,
}

raw_access!(Query, sys::dane_query_t, lend it => it.raw);
raw_access!(Query, sys::dane_query_t,
    try_give "dane_query_deinit" unless "the records came by [`State::records`]: the object refers to memory of its own"
    it => if it.kept.is_empty() { Ok(ManuallyDrop::new(it).raw) } else { Err(it) });
raw_access!(Query, sys::dane_query_t, take "holds records" raw => Query { raw, kept: Vec::new() });

// SAFETY: the object has no ties to the thread that made it; what it refers to is ours.
unsafe impl Send for Query {}
// SAFETY: once made it is only read.
unsafe impl Sync for Query {}

/// How far the DNS vouches for records.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
#[doc(alias = "dane_query_status_t")]
pub enum QueryStatus {
    /// DNSSEC protects them.
    DnssecVerified,
    /// DNSSEC says that they are wrong.
    Bogus,
    /// DNSSEC does not protect them.
    NoDnssec,
    /// Not known.
    Unknown,
}

/// Records as they stand in the DNS: three bytes, then the data.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RawRecords {
    /// The records.
    pub records: Vec<Vec<u8>>,
    /// DNSSEC protects them.
    pub secure: bool,
    /// DNSSEC says that they are wrong.
    pub bogus: bool,
}

/// As many as GnuTLS looks at.
const MOST: usize = 100;

impl State {
    /// Takes records that were looked up elsewhere, each with its three bytes and its data. `secure` says that DNSSEC
    /// protects them, `bogus` that they are wrong.
    ///
    /// # Errors
    /// [`ErrorKind::Verification`](crate::ErrorKind::Verification) if they are not secure, unless the state was made with
    /// [`Flags::INSECURE`](super::Flags::INSECURE); [`ErrorKind::InvalidInput`](crate::ErrorKind::InvalidInput) for a
    /// record that is too short, and for more than 100.
    #[doc(alias = "dane_raw_tlsa")]
    pub fn records(&self, records: &[impl AsRef<[u8]>], secure: bool, bogus: bool) -> Result<Query> {
        const DOING: &str = "taking TLSA records";
        if records.len() > MOST {
            return Err(Error::input(DOING, format!("{} are more than {MOST}", records.len())));
        }
        let records: Vec<Vec<u8>> = records.iter().map(|record| record.as_ref().to_vec()).collect();
        let starts = records.iter().map(|record| record.as_ptr().cast_mut().cast::<c_char>());
        let starts: Vec<_> = starts.chain([ptr::null_mut()]).collect();
        let lengths = records.iter().map(|record| c_int::try_from(record.len()).unwrap_or(0));
        let lengths: Vec<_> = lengths.chain([0]).collect();
        let mut query = Query { raw: ptr::null_mut(), kept: records };
        let (secure, bogus) = (secure.into(), bogus.into());
        // SAFETY: a state; arrays that end with null, whose records live as long as the object; a valid out pointer.
        let code =
            unsafe { sys::dane_raw_tlsa(self.raw(), &mut query.raw, starts.as_ptr(), lengths.as_ptr(), secure, bogus) };
        check(code, DOING)?;
        Ok(query)
    }

    /// Looks up the records of a server: `protocol` is `tcp` or `udp`. This waits for the network.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`](crate::ErrorKind::InvalidInput) if there are none,
    /// [`ErrorKind::Verification`](crate::ErrorKind::Verification) as for [`records`](State::records),
    /// [`ErrorKind::Transport`](crate::ErrorKind::Transport) if nobody answers.
    #[doc(alias = "dane_query_tlsa")]
    pub fn look_up(&self, host: &str, protocol: &str, port: u16) -> Result<Query> {
        const DOING: &str = "looking up TLSA records";
        let (host, protocol) = (c_string(host, DOING)?, c_string(protocol, DOING)?);
        let mut query = Query { raw: ptr::null_mut(), kept: Vec::new() };
        // SAFETY: a state, NUL-terminated strings that live through the call, and a valid out pointer.
        let code =
            unsafe { sys::dane_query_tlsa(self.raw(), &mut query.raw, host.as_ptr(), protocol.as_ptr(), port.into()) };
        // What was found is there after a failure too.
        check(code, DOING)?;
        Ok(query)
    }
}

impl Query {
    pub(super) fn raw(&self) -> sys::dane_query_t {
        self.raw
    }

    /// The records.
    ///
    /// # Errors
    /// None is known.
    #[doc(alias = "dane_query_entries")]
    #[doc(alias = "dane_query_data")]
    pub fn records(&self) -> Result<Vec<Record>> {
        // SAFETY: a query.
        let count = unsafe { sys::dane_query_entries(self.raw) };
        let record = |index| {
            let (mut usage, mut selector, mut matching) = (0, 0, 0);
            let mut view = sys::gnutls_datum_t { data: ptr::null_mut(), size: 0 };
            // SAFETY: a query and valid out pointers.
            let code =
                unsafe { sys::dane_query_data(self.raw, index, &mut usage, &mut selector, &mut matching, &mut view) };
            check(code, "reading TLSA records")?;
            // SAFETY: bytes of the query's or of ours, which nobody changes; a record has one at least.
            let data = unsafe { std::slice::from_raw_parts(view.data, view.size as usize) }.to_vec();
            Ok(Record {
                usage: Usage::from_raw(usage),
                selector: Selector::from_raw(selector),
                matching: Matching::from_raw(matching),
                data,
            })
        };
        (0..count).map(record).collect()
    }

    /// How far the DNS vouches for them.
    #[doc(alias = "dane_query_status")]
    pub fn status(&self) -> QueryStatus {
        // SAFETY: a query.
        match unsafe { sys::dane_query_status(self.raw) } {
            sys::DANE_QUERY_DNSSEC_VERIFIED => QueryStatus::DnssecVerified,
            sys::DANE_QUERY_BOGUS => QueryStatus::Bogus,
            sys::DANE_QUERY_NO_DNSSEC => QueryStatus::NoDnssec,
            _ => QueryStatus::Unknown,
        }
    }

    /// The records as they stand in the DNS: what [`State::records`] takes.
    ///
    /// # Errors
    /// If memory runs out.
    #[doc(alias = "dane_query_to_raw_tlsa")]
    pub fn to_raw(&self) -> Result<RawRecords> {
        let mut lengths = Err(0);
        let starts = OwnedArray::filled(|starts, count| {
            let mut code = 0;
            lengths = OwnedArray::<c_int>::filled(|start, length| {
                // SAFETY: a query and valid out pointers; null for what is not asked for.
                code = unsafe {
                    sys::dane_query_to_raw_tlsa(self.raw, count, starts, start, ptr::null_mut(), ptr::null_mut())
                };
                if code >= 0 {
                    // SAFETY: the length of the first array, which GnuTLS has just written.
                    let count = unsafe { count.read() };
                    // SAFETY: the array's own length, which is the same.
                    unsafe { length.write(count) };
                }
                code
            });
            code
        });
        let (starts, lengths) = match (starts, lengths) {
            (Ok(starts), Ok(lengths)) => (starts, lengths),
            (Err(code), _) | (_, Err(code)) => return Err(check(code, "writing TLSA records").expect_err("a failure")),
        };
        let records = starts.as_slice().iter().zip(lengths.as_slice()).map(|(&start, &length)| {
            // SAFETY: GnuTLS has put so many bytes there, in the memory of the first array.
            unsafe { std::slice::from_raw_parts(start.cast::<u8>(), length.try_into().unwrap_or(0)) }.to_vec()
        });
        // GnuTLS takes the status for bits here, and would call what DNSSEC does not protect secure.
        let (secure, bogus) = (self.status() == QueryStatus::DnssecVerified, self.status() == QueryStatus::Bogus);
        Ok(RawRecords { records: records.collect(), secure, bogus })
    }
}

impl Drop for Query {
    fn drop(&mut self) {
        if !self.raw.is_null() {
            // SAFETY: made by GnuTLS for us; released once.
            unsafe { sys::dane_query_deinit(self.raw) };
        }
    }
}

impl fmt::Debug for Query {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Query").field(&self.records().unwrap_or_default()).finish()
    }
}
