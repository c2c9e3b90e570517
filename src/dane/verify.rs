//! Whether a chain is the one that the records are about.

use std::fmt;
use std::slice;

use gnutls_sys as sys;

use super::{Query, State, check};
use crate::error::Result;
use crate::ffi::{OwnedDatum, bit_set, c_string, datum, length};
use crate::x509::{self, Certificate, TrustFlags, TrustList};

bit_set! {
    /// Which records count.
    #[doc(alias = "dane_verify_flags_t")]
    VerifyFlags {
        /// It is an error if no record could be compared.
        FAIL_IF_NOT_CHECKED = DANE_VFLAG_FAIL_IF_NOT_CHECKED;
        /// Only those about the server.
        ONLY_END_ENTITY = DANE_VFLAG_ONLY_CHECK_EE_USAGE;
        /// Only those about authorities.
        ONLY_CA = DANE_VFLAG_ONLY_CHECK_CA_USAGE;
    }
}

bit_set! {
    /// Why a chain does not fit the records. No bit means that it does. `{}` is a sentence for people.
    #[doc(alias = "dane_verify_status_t")]
    Verdict {
        /// No authority of the chain is the one of the records.
        CA_CONSTRAINTS_VIOLATED = DANE_VERIFY_CA_CONSTRAINTS_VIOLATED;
        /// The certificate is another one.
        CERTIFICATE_DIFFERS = DANE_VERIFY_CERT_DIFFERS;
        /// There is no record that could be compared.
        UNKNOWN_DANE_INFO = DANE_VERIFY_UNKNOWN_DANE_INFO;
    }
}

impl Verdict {
    /// Whether the chain fits.
    pub const fn is_ok(self) -> bool {
        self.raw() == 0
    }
}

impl fmt::Display for Verdict {
    #[doc(alias = "dane_verification_status_print")]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = OwnedDatum::new();
        // SAFETY: any status is allowed; the out datum is valid and freed by its owner.
        let code = unsafe { sys::dane_verification_status_print(self.raw(), text.as_mut_ptr(), 0) };
        if code < 0 {
            return write!(f, "DANE status {:#x}", self.raw());
        }
        f.write_str(text.to_text().trim_end())
    }
}

const DOING: &str = "verifying a chain by TLSA records";

impl State {
    /// Compares a chain, the server's certificate first, with records. Records of the usages [`CA`](super::Usage::CA) and
    /// [`END_ENTITY`](super::Usage::END_ENTITY) demand that the chain is trusted as well, which is not looked at.
    /// An authority counts if it vouches for the server's certificate, itself or by others of the chain, at this time.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`](crate::ErrorKind::InvalidInput) if the chain is empty, and under
    /// [`VerifyFlags::FAIL_IF_NOT_CHECKED`] if no record could be compared.
    #[doc(alias = "dane_verify_crt_raw")]
    pub fn verify(&self, chain: &[Certificate], query: &Query, flags: VerifyFlags) -> Result<Verdict> {
        let (raw, flags) = (query.raw(), flags.raw());
        compared(chain, flags, |chain, count, verdict| {
            // SAFETY: a state, `count` data that live through the call, a query, and a valid out pointer.
            unsafe { sys::dane_verify_crt_raw(self.raw(), chain, count, sys::GNUTLS_CRT_X509, raw, 0, flags, verdict) }
        })
    }

    /// Looks up the records of a server, as [`look_up`](State::look_up) does, and compares.
    ///
    /// # Errors
    /// As for both.
    #[doc(alias = "dane_verify_crt")]
    pub fn verify_host(
        &self,
        chain: &[Certificate],
        host: &str,
        protocol: &str,
        port: u16,
        flags: VerifyFlags,
    ) -> Result<Verdict> {
        let (host, protocol, flags) = (c_string(host, DOING)?, c_string(protocol, DOING)?, flags.raw());
        compared(chain, flags, |chain, count, verdict| {
            let kind = sys::GNUTLS_CRT_X509;
            let (host, protocol, port) = (host.as_ptr(), protocol.as_ptr(), port.into());
            // SAFETY: as above, with NUL-terminated strings that live through the call.
            unsafe { sys::dane_verify_crt(self.raw(), chain, count, kind, host, protocol, port, 0, flags, verdict) }
        })
    }
}

fn compared(
    chain: &[Certificate],
    flags: u32,
    call: impl FnOnce(*const sys::gnutls_datum_t, u32, *mut u32) -> i32,
) -> Result<Verdict> {
    let authorities = flags & VerifyFlags::ONLY_END_ENTITY.raw() == 0;
    let vouching = if authorities { with_its_authorities(chain)? } else { chain.to_vec() };
    let chain: Vec<_> = vouching.iter().map(Certificate::to_der).collect();
    let data: Vec<_> = chain.iter().map(|der| datum(der, DOING)).collect::<Result<_>>()?;
    let count = length(data.len(), DOING)?;
    verdict(flags, |found| call(data.as_ptr(), count, found))
}

/// The server's certificate, and those of the others that vouch for it. GnuTLS (3.8.13 too) compares records about
/// authorities with all that is shown: somebody else's chain would fit with the right authority beside it, which is public.
fn with_its_authorities(chain: &[Certificate]) -> Result<Vec<Certificate>> {
    let Some((own, others)) = chain.split_first() else { return Ok(Vec::new()) };
    let mut vouching: Vec<Certificate> = Vec::new();
    let (mut paths, mut rest) = (vec![vec![own.clone()]], others.to_vec());
    while let Some(path) = paths.pop() {
        let last = path.last().expect("a path begins with the server's certificate");
        let (issuers, strangers) = rest.into_iter().partition(|one| last.is_issued_by(one) && vouches(one, &path));
        rest = strangers;
        paths.extend(issuers.iter().map(|issuer: &Certificate| [&path[..], slice::from_ref(issuer)].concat()));
        vouching.extend(issuers);
    }
    if vouching.is_empty() && !others.is_empty() {
        // Alone it would have records about authorities taken for ones that cannot be compared.
        vouching.push(own.clone());
    }
    vouching.insert(0, own.clone());
    Ok(vouching)
}

/// Whether the path is good for who trusts `authority`. Who cannot be asked does not vouch.
fn vouches(authority: &Certificate, path: &[Certificate]) -> bool {
    let verify = || {
        let mut trusted = TrustList::new()?;
        trusted.add_authorities(slice::from_ref(authority), TrustFlags::empty())?;
        trusted.verify(path, x509::VerifyFlags::empty())
    };
    verify().is_ok_and(|found| found.is_ok())
}

fn verdict(flags: u32, call: impl FnOnce(*mut u32) -> i32) -> Result<Verdict> {
    let mut verdict = 0;
    let code = call(&mut verdict);
    let unchecked = verdict & sys::DANE_VERIFY_UNKNOWN_DANE_INFO != 0;
    let fail = flags & sys::DANE_VFLAG_FAIL_IF_NOT_CHECKED != 0;
    // Without the flag GnuTLS says the same, beside the bit.
    if !(unchecked && !fail && code == sys::DANE_E_REQUESTED_DATA_NOT_AVAILABLE) {
        check(code, DOING)?;
    }
    Ok(Verdict::from_raw(verdict))
}
