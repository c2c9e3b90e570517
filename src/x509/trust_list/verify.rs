//! Verifying chains against a trust list, with the steps on the way.

use std::cell::RefCell;
use std::ffi::{CStr, CString, c_int, c_uint};
use std::net::IpAddr;
use std::panic::{AssertUnwindSafe, catch_unwind};

use gnutls_sys as sys;

use super::TrustList;
use crate::error::{Error, Result};
use crate::ffi::{c_string, callback, check, length};
use crate::x509::certificate::count;
use crate::x509::general_name::octets;
use crate::x509::{Certificate, Purpose, RevocationList, VerifyFlags, VerifyStatus};

/// What a certificate must be beside trusted: for whom, and for what.
#[derive(Clone, Debug, Default)]
#[doc(alias = "gnutls_typed_vdata_st")]
pub struct VerifyDemands {
    name: Option<Name>,
    purpose: Option<Purpose>,
}

#[derive(Clone, Debug)]
enum Name {
    Host(CString),
    Ip(Vec<u8>),
    Email(CString),
}

impl VerifyDemands {
    /// Nothing beside trust.
    pub fn new() -> VerifyDemands {
        VerifyDemands::default()
    }

    /// For a host, by its DNS name or IP address, in place of another name.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`](crate::ErrorKind::InvalidInput) if the name has a NUL byte.
    pub fn host(mut self, name: &str) -> Result<VerifyDemands> {
        self.name = Some(Name::Host(c_string(name, "demanding a host name")?));
        Ok(self)
    }

    /// For an IP address, in place of another name.
    #[must_use]
    pub fn ip_address(mut self, address: impl Into<IpAddr>) -> VerifyDemands {
        self.name = Some(Name::Ip(octets(address.into())));
        self
    }

    /// For an e-mail address, in place of another name.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`](crate::ErrorKind::InvalidInput) if the address has a NUL byte.
    pub fn email(mut self, address: &str) -> Result<VerifyDemands> {
        self.name = Some(Name::Email(c_string(address, "demanding an e-mail address")?));
        Ok(self)
    }

    /// For a purpose.
    #[must_use]
    pub fn purpose(mut self, purpose: Purpose) -> VerifyDemands {
        self.purpose = Some(purpose);
        self
    }

    /// Whether it says whose the certificate must be.
    pub(crate) fn has_name(&self) -> bool {
        self.name.is_some()
    }

    /// The host name, if that is all there is.
    pub(crate) fn only_host(&self) -> Option<&CStr> {
        match (&self.name, &self.purpose) {
            (Some(Name::Host(name)), None) => Some(name),
            _ => None,
        }
    }

    /// The same, with a purpose if there is none.
    pub(crate) fn or_purpose(self, purpose: Purpose) -> VerifyDemands {
        VerifyDemands { purpose: self.purpose.or(Some(purpose)), ..self }
    }

    /// What C gets: it points to what is here, and only reads it.
    pub(crate) fn raw(&self) -> Result<Vec<sys::gnutls_typed_vdata_st>> {
        let demand = |kind, start: *const u8, size| sys::gnutls_typed_vdata_st {
            type_: kind,
            data: start.cast_mut(),
            // 0: NUL-terminated, as the manual has it for names and purposes.
            size,
        };
        let mut all = Vec::new();
        match &self.name {
            None => {}
            Some(Name::Host(name)) => all.push(demand(sys::GNUTLS_DT_DNS_HOSTNAME, name.as_ptr().cast(), 0)),
            Some(Name::Email(address)) => all.push(demand(sys::GNUTLS_DT_RFC822NAME, address.as_ptr().cast(), 0)),
            Some(Name::Ip(octets)) => {
                let size = length(octets.len(), "demanding an IP address")?;
                all.push(demand(sys::GNUTLS_DT_IP_ADDRESS, octets.as_ptr(), size));
            }
        }
        if let Some(purpose) = &self.purpose {
            all.push(demand(sys::GNUTLS_DT_KEY_PURPOSE_OID, purpose.as_c_str().as_ptr().cast(), 0));
        }
        Ok(all)
    }
}

/// What verification found.
#[derive(Clone, Debug)]
#[must_use = "a certificate that is not accepted is no error"]
pub struct Verification {
    status: VerifyStatus,
    steps: Vec<VerificationStep>,
}

/// What verification found about one certificate of a chain, or about its revocation.
#[derive(Clone, Debug)]
#[doc(alias = "gnutls_verify_output_function")]
#[non_exhaustive]
pub struct VerificationStep {
    /// The certificate.
    pub certificate: Option<Certificate>,
    /// Its issuer, if it was found.
    pub issuer: Option<Certificate>,
    /// The revocation list, where the step is about revocation.
    pub list: Option<RevocationList>,
    /// What is wrong, if anything is.
    pub status: VerifyStatus,
}

impl Verification {
    pub(crate) fn new(status: VerifyStatus, steps: Vec<VerificationStep>) -> Verification {
        Verification { status, steps }
    }

    /// Whether nothing was found wrong.
    pub fn is_ok(&self) -> bool {
        self.status.is_ok()
    }

    /// What was found wrong.
    pub fn status(&self) -> VerifyStatus {
        self.status
    }

    /// What was found about each certificate, in the order of the search. GnuTLS may have tried several ways: what
    /// counts is the status of the whole.
    pub fn steps(&self) -> &[VerificationStep] {
        &self.steps
    }
}

impl TrustList {
    /// Verifies a chain, its own certificate first: signatures, times, authorities, revocation. The certificate may be
    /// anybody's: see [`verify_for`](TrustList::verify_for).
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`](crate::ErrorKind::InvalidInput) if the chain is empty.
    ///
    /// # Panics
    /// With the panic that the [lookup of issuers](TrustList::set_issuer_lookup) raised.
    #[doc(alias = "gnutls_x509_trust_list_verify_crt")]
    pub fn verify(&self, chain: &[Certificate], flags: VerifyFlags) -> Result<Verification> {
        self.verify_with(chain, |list, chain, count, status, record| {
            // SAFETY: our list; `count` imported certificates; a valid out pointer; a callback that only copies.
            unsafe { sys::gnutls_x509_trust_list_verify_crt(list, chain, count, flags.raw(), status, record) }
        })
    }

    /// Verifies a chain, and that its own certificate is whose and for what it must be.
    ///
    /// # Errors
    /// As for [`verify`](TrustList::verify).
    ///
    /// # Panics
    /// As for [`verify`](TrustList::verify).
    #[doc(alias = "gnutls_x509_trust_list_verify_crt2")]
    pub fn verify_for(
        &self,
        chain: &[Certificate],
        demands: &VerifyDemands,
        flags: VerifyFlags,
    ) -> Result<Verification> {
        let mut demands = demands.raw()?;
        let size = count(&demands, "verifying a chain of certificates")?;
        self.verify_with(chain, |list, chain, count, status, record| {
            let (demands, flags) = (demands.as_mut_ptr(), flags.raw());
            // SAFETY: as in `verify`; `size` demands with data that live through the call and are only read.
            unsafe { sys::gnutls_x509_trust_list_verify_crt2(list, chain, count, demands, size, flags, status, record) }
        })
    }

    fn verify_with(
        &self,
        chain: &[Certificate],
        call: impl FnOnce(List, *mut Crt, c_uint, Status, Record) -> c_int,
    ) -> Result<Verification> {
        const DOING: &str = "verifying a chain of certificates";
        if chain.is_empty() {
            return Err(Error::input(DOING, "the chain is empty"));
        }
        let mut chain: Vec<_> = chain.iter().map(Certificate::raw).collect();
        let (count, mut status) = (count(&chain, DOING)?, 0);
        let (code, steps) =
            callback::entered(|| recorded(|record| call(self.raw(), chain.as_mut_ptr(), count, &mut status, record)));
        check(code, DOING)?;
        Ok(Verification::new(VerifyStatus::from_raw(status), steps))
    }
}

type List = sys::gnutls_x509_trust_list_t;
type Crt = sys::gnutls_x509_crt_t;
type Status = *mut c_uint;
type Record = sys::gnutls_verify_output_function;

thread_local! {
    /// The steps of the verification that runs on this thread: GnuTLS gives its callback no place to keep them.
    static STEPS: RefCell<Vec<VerificationStep>> = const { RefCell::new(Vec::new()) };
}

/// Makes a call that reports steps to the callback it gets, and collects them. Such calls may be nested.
pub(crate) fn recorded(call: impl FnOnce(Record) -> c_int) -> (c_int, Vec<VerificationStep>) {
    let outer = STEPS.take();
    let code = call(Some(record));
    let steps = STEPS.replace(outer);
    (code, steps)
}

/// Keeps a copy of what verification says of one certificate.
unsafe extern "C" fn record(crt: Crt, issuer: Crt, crl: sys::gnutls_x509_crl_t, status: c_uint) -> c_int {
    let certificate = |raw: Crt| {
        // SAFETY: not null, and GnuTLS lends an imported certificate for the length of this call.
        if raw.is_null() { None } else { unsafe { Certificate::copy_of(raw) }.ok() }
    };
    // The copies cannot panic unless memory runs out; then the step is lost, not the process.
    let _ = catch_unwind(AssertUnwindSafe(|| {
        // SAFETY: as for certificates.
        let list = if crl.is_null() { None } else { unsafe { RevocationList::copy_of(crl) }.ok() };
        let status = VerifyStatus::from_raw(status);
        let step = VerificationStep { certificate: certificate(crt), issuer: certificate(issuer), list, status };
        STEPS.with_borrow_mut(|steps| steps.push(step));
    }));
    0
}
