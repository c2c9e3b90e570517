//! SRTP's part of a session: profiles, the key identifier, and the keys. Under RECV and SEND.

use std::ffi::CString;
use std::ptr;
use std::slice;

use gnutls_sys as sys;

use super::Engine;
use crate::algorithm::SrtpProfile;
use crate::error::{Error, Failure, Origin, Result};
use crate::ffi::{Wiped, check, datum, no_datum};
use crate::secret::SecretBytes;

/// What a session offers or takes.
#[derive(Clone, Debug)]
pub(crate) enum SrtpOffer {
    /// These, the best first.
    Profiles(Vec<SrtpProfile>),
    /// Those of a list that has been checked.
    Names(CString),
}

/// The keys and salts that a session has made for SRTP (RFC 5764, section 4.2).
#[derive(Debug)]
#[non_exhaustive]
pub struct SrtpKeys {
    /// The profile that they are for.
    pub profile: SrtpProfile,
    /// The master key of what the client sends.
    pub client_key: SecretBytes,
    /// The master salt of what the client sends.
    pub client_salt: SecretBytes,
    /// The master key of what the server sends.
    pub server_key: SecretBytes,
    /// The master salt of what the server sends.
    pub server_salt: SecretBytes,
}

impl Engine {
    /// Offers these profiles in the handshake of a session that nobody shares yet. Such a session is never resumed: what
    /// GnuTLS packs of it, it cannot read again (and takes lengths from the wrong place).
    pub(crate) fn offer_srtp(&mut self, offer: &SrtpOffer, mki: Option<&[u8]>) -> Result<()> {
        const DOING: &str = "setting the SRTP profiles";
        self.resumable = false;
        match offer {
            SrtpOffer::Profiles(profiles) => {
                for profile in profiles {
                    // SAFETY: a fresh session.
                    check(unsafe { sys::gnutls_srtp_set_profile(self.raw(), profile.raw()) }, DOING)?;
                }
            }
            SrtpOffer::Names(names) => {
                // SAFETY: a fresh session, and a NUL-terminated string that lives through the call; no place is asked for.
                let code = unsafe { sys::gnutls_srtp_set_profile_direct(self.raw(), names.as_ptr(), ptr::null_mut()) };
                check(code, DOING)?;
            }
        }
        let Some(mki) = mki else { return Ok(()) };
        let mki = datum(mki, DOING)?;
        // SAFETY: a fresh session; GnuTLS copies the identifier, whose length has been checked.
        check(unsafe { sys::gnutls_srtp_set_mki(self.raw(), &mki) }, DOING).map(drop)
    }

    /// Whether this session may be resumed one day.
    pub(crate) fn is_resumable(&self) -> bool {
        self.resumable
    }

    /// The profile that was agreed on.
    pub(crate) fn srtp_profile(&self) -> Option<SrtpProfile> {
        let _held = self.asked().both();
        let mut profile = 0;
        // SAFETY: both locks are held; a valid place for the profile.
        let code = unsafe { sys::gnutls_srtp_get_selected_profile(self.raw(), &mut profile) };
        (code == 0).then_some(SrtpProfile::from_raw(profile))
    }

    /// The key identifier that the peer sent.
    pub(crate) fn srtp_mki(&self) -> Option<Vec<u8>> {
        let _held = self.asked().both();
        let mut mki = no_datum();
        // SAFETY: both locks are held; the datum is filled with a view into the session.
        let code = unsafe { sys::gnutls_srtp_get_mki(self.raw(), &mut mki) };
        if code < 0 || mki.data.is_null() {
            return None;
        }
        // SAFETY: the view is valid while the locks are held; it is copied at once.
        Some(unsafe { slice::from_raw_parts(mki.data, mki.size as usize) }.to_vec())
    }

    /// The keys.
    pub(crate) fn srtp_keys(&self) -> Result<SrtpKeys> {
        const DOING: &str = "exporting the SRTP keys";
        /// More than any profile has: twice a key of 32 bytes and a salt of 14.
        const MOST: usize = 128;
        self.not_inside(DOING)?;
        let Some(profile) = self.srtp_profile() else {
            return Err(Error::misuse(DOING, "no SRTP profile was agreed on"));
        };
        let _held = self.lock.both();
        let mut material = Wiped::new(vec![0; MOST]);
        let mut parts = [no_datum(); 4];
        let [client_key, client_salt, server_key, server_salt] = &mut parts;
        let room = material.as_mut_ptr().cast();
        // SAFETY: both locks are held; `material` has the room that is said, and the four data become views of it.
        let code = unsafe {
            sys::gnutls_srtp_get_keys(
                self.raw(),
                room,
                material.len().try_into().unwrap_or(0),
                client_key,
                client_salt,
                server_key,
                server_salt,
            )
        };
        if code < 0 {
            return Err(Failure::of_code(code, Origin::Local, DOING).into());
        }
        let copy = |part: &sys::gnutls_datum_t| {
            // SAFETY: a view of `material`, which lives and is not written here.
            SecretBytes::from(unsafe { slice::from_raw_parts(part.data, part.size as usize) }.to_vec())
        };
        let [client_key, client_salt, server_key, server_salt] = [0, 1, 2, 3].map(|i| copy(&parts[i]));
        Ok(SrtpKeys { profile, client_key, client_salt, server_key, server_salt })
    }
}
