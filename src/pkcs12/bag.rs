//! Bags: lists of keys, certificates and other things, encrypted as a whole or not.

use std::fmt;
use std::ptr;

use gnutls_sys as sys;

use super::file::{c_password, locked};
use super::{ElementKind, Pkcs12};
use crate::algorithm::Cipher;
use crate::error::{Error, Result};
use crate::ffi::{OwnedDatum, c_string, check, datum, handle, raw_access};
use crate::global;
use crate::x509::{Certificate, Oid, Pkcs8Cipher, Pkcs8Info, PrivateKey, RevocationList};

handle! {
    /// A `gnutls_pkcs12_bag_t` and the duty to release it.
    BagHandle(gnutls_pkcs12_bag_t), gnutls_pkcs12_bag_init, gnutls_pkcs12_bag_deinit, "allocating a bag of PKCS#12"
}

/// A list of things, with room for 32.
#[doc(alias = "gnutls_pkcs12_bag_t")]
#[doc(alias = "gnutls_pkcs12_bag_init")]
#[doc(alias = "gnutls_pkcs12_bag_deinit")]
pub struct Bag(BagHandle);

// SAFETY: the object is plain memory without ties to the thread that made it.
unsafe impl Send for Bag {}
// SAFETY: what changes it has it alone; the getters only read.
unsafe impl Sync for Bag {}

const FILLING: &str = "filling a bag of PKCS#12";

raw_access!(Bag(BagHandle), sys::gnutls_pkcs12_bag_t, "gnutls_pkcs12_bag_deinit", "is initialised");

impl Bag {
    /// An empty one.
    ///
    /// # Errors
    /// If memory runs out.
    pub fn new() -> Result<Bag> {
        Ok(Bag(BagHandle::new()?))
    }

    pub(super) fn raw(&self) -> sys::gnutls_pkcs12_bag_t {
        self.0.raw()
    }

    /// How many elements there are; 1 if it is encrypted.
    #[doc(alias = "gnutls_pkcs12_bag_get_count")]
    pub fn len(&self) -> u32 {
        // SAFETY: a bag.
        unsafe { sys::gnutls_pkcs12_bag_get_count(self.raw()) }.try_into().unwrap_or(0)
    }

    /// Whether there is no element.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Adds an element of a kind, in DER; returns its index.
    ///
    /// # Errors
    /// [`ErrorKind::Misuse`](crate::ErrorKind::Misuse) if the bag is full or encrypted.
    #[doc(alias = "gnutls_pkcs12_bag_set_data")]
    pub fn add(&mut self, kind: ElementKind, data: impl AsRef<[u8]>) -> Result<u32> {
        let data = datum(data.as_ref(), FILLING)?;
        // SAFETY: a bag; the datum borrows the caller's slice, which is copied.
        check(unsafe { sys::gnutls_pkcs12_bag_set_data(self.raw(), kind.raw(), &data) }, FILLING)
    }

    /// Adds a certificate; returns its index.
    ///
    /// # Errors
    /// As for [`add`](Bag::add).
    #[doc(alias = "gnutls_pkcs12_bag_set_crt")]
    pub fn add_certificate(&mut self, certificate: &Certificate) -> Result<u32> {
        // SAFETY: a bag and a certificate, which is copied.
        check(unsafe { sys::gnutls_pkcs12_bag_set_crt(self.raw(), certificate.raw()) }, FILLING)
    }

    /// Adds a revocation list; returns its index.
    ///
    /// # Errors
    /// As for [`add`](Bag::add).
    #[doc(alias = "gnutls_pkcs12_bag_set_crl")]
    pub fn add_revocation_list(&mut self, crl: &RevocationList) -> Result<u32> {
        // SAFETY: a bag and a list, which is copied.
        check(unsafe { sys::gnutls_pkcs12_bag_set_crl(self.raw(), crl.raw()) }, FILLING)
    }

    /// Adds a private key, encrypted with a password of its own or not; returns its index.
    ///
    /// # Errors
    /// As for [`add`](Bag::add), and [`ErrorKind::InvalidInput`](crate::ErrorKind::InvalidInput) if the password has a
    /// NUL byte.
    #[doc(alias = "gnutls_pkcs12_bag_set_privkey")]
    pub fn add_key(&mut self, key: &PrivateKey, encryption: Option<(&str, Pkcs8Cipher)>) -> Result<u32> {
        let Some((password, cipher)) = encryption else {
            let flags = sys::GNUTLS_PKCS_PLAIN;
            // SAFETY: a bag and a key, which is copied; null is no password.
            let code = unsafe { sys::gnutls_pkcs12_bag_set_privkey(self.raw(), key.raw(), ptr::null(), flags) };
            return check(code, FILLING);
        };
        let (password, flags) = (c_password(password)?, cipher.raw());
        // SAFETY: as above, with a NUL-terminated password that lives through the call.
        let code = unsafe { sys::gnutls_pkcs12_bag_set_privkey(self.raw(), key.raw(), password.as_c_ptr(), flags) };
        check(code, FILLING)
    }

    /// Sets what a key and its certificate have in common.
    ///
    /// # Errors
    /// [`ErrorKind::Misuse`](crate::ErrorKind::Misuse) if there is no element at `index`.
    #[doc(alias = "gnutls_pkcs12_bag_set_key_id")]
    pub fn set_key_id(&mut self, index: u32, id: impl AsRef<[u8]>) -> Result<()> {
        self.has(index)?;
        let id = datum(id.as_ref(), FILLING)?;
        // SAFETY: a bag; the datum borrows the caller's slice, which is copied.
        check(unsafe { sys::gnutls_pkcs12_bag_set_key_id(self.raw(), index, &id) }, FILLING).map(drop)
    }

    /// Sets the name for people. GnuTLS writes letters up to U+00FF only.
    ///
    /// # Errors
    /// As for [`set_key_id`](Bag::set_key_id), and [`ErrorKind::InvalidInput`](crate::ErrorKind::InvalidInput) if the
    /// name has a NUL byte or another letter.
    #[doc(alias = "gnutls_pkcs12_bag_set_friendly_name")]
    pub fn set_friendly_name(&mut self, index: u32, name: &str) -> Result<()> {
        // GnuTLS makes a letter of each byte, although it takes the name for UTF-8 elsewhere.
        let letters: std::result::Result<Vec<u8>, _> = name.chars().map(u8::try_from).collect();
        let Ok(letters) = letters else {
            return Err(Error::input(FILLING, format!("GnuTLS cannot write the name {name:?}")));
        };
        let name = c_string(letters, FILLING)?;
        self.has(index)?;
        // SAFETY: a bag and a NUL-terminated string, which is copied.
        check(unsafe { sys::gnutls_pkcs12_bag_set_friendly_name(self.raw(), index, name.as_ptr()) }, FILLING).map(drop)
    }

    /// Whether there is an element at `index`: in an empty bag GnuTLS (3.8.13 too) would write to any.
    fn has(&self, index: u32) -> Result<()> {
        if index < self.len() {
            return Ok(());
        }
        Err(Error::misuse(FILLING, format!("there is no element {index}: the bag has {}", self.len())))
    }

    /// Both at once.
    pub(super) fn label(&mut self, index: u32, id: &[u8], name: Option<&str>) -> Result<()> {
        self.set_key_id(index, id)?;
        name.map_or(Ok(()), |name| self.set_friendly_name(index, name))
    }

    /// Encrypts the bag as a whole: it is one element after that.
    ///
    /// # Errors
    /// [`ErrorKind::Misuse`](crate::ErrorKind::Misuse) if it is encrypted,
    /// [`ErrorKind::InvalidInput`](crate::ErrorKind::InvalidInput) if the password has a NUL byte.
    #[doc(alias = "gnutls_pkcs12_bag_encrypt")]
    pub fn encrypt(&mut self, password: &str, cipher: Pkcs8Cipher) -> Result<()> {
        let password = c_password(password)?;
        // SAFETY: a bag and a NUL-terminated password that lives through the call.
        let code = unsafe { sys::gnutls_pkcs12_bag_encrypt(self.raw(), password.as_c_ptr(), cipher.raw()) };
        check(code, "encrypting a bag of PKCS#12").map(drop)
    }

    /// Decrypts the bag as a whole. Keys in it may still be encrypted by themselves.
    ///
    /// # Errors
    /// [`ErrorKind::Credentials`](crate::ErrorKind::Credentials) if the password is wrong: the bag is as before.
    /// [`ErrorKind::Misuse`](crate::ErrorKind::Misuse) if it is not encrypted.
    #[doc(alias = "gnutls_pkcs12_bag_decrypt")]
    pub fn decrypt(&mut self, password: &str) -> Result<()> {
        const DOING: &str = "decrypting a bag of PKCS#12";
        let password = c_password(password)?;
        if !self.is_encrypted() {
            return Err(Error::misuse(DOING, "it is not encrypted"));
        }
        // GnuTLS gives up what is encrypted before it reads what came out, and one wrong password in 256 gets that far.
        let opened = self.copied()?;
        // SAFETY: a bag and a NUL-terminated password that lives through the call.
        let code = unsafe { sys::gnutls_pkcs12_bag_decrypt(opened.raw(), password.as_c_ptr()) };
        if code < 0 && matches!(self.encryption(), Ok(Some(_))) {
            return Err(locked(code, DOING));
        }
        check(code, DOING)?;
        *self = opened;
        Ok(())
    }

    fn is_encrypted(&self) -> bool {
        // SAFETY: a bag; GnuTLS looks whether it has a first element.
        unsafe { sys::gnutls_pkcs12_bag_get_type(self.raw(), 0) == sys::GNUTLS_BAG_ENCRYPTED as i32 }
    }

    /// Another bag with the same in it.
    fn copied(&self) -> Result<Bag> {
        let mut file = Pkcs12::new()?;
        file.add_bag(self)?;
        file.bags()?.pop().ok_or_else(|| Error::misuse("copying a bag of PKCS#12", "there is none"))
    }

    /// How the bag is encrypted; `None` if it is not.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`](crate::ErrorKind::InvalidInput) if that is malformed or unknown.
    #[doc(alias = "gnutls_pkcs12_bag_enc_info")]
    pub fn encryption(&self) -> Result<Option<Pkcs8Info>> {
        /// As much as GnuTLS keeps.
        const LONGEST_SALT: u32 = 256;
        let (mut scheme, mut cipher, mut iterations) = (0, 0, 0);
        let (mut salt, mut size, mut oid) = (vec![0_u8; LONGEST_SALT as usize], LONGEST_SALT, ptr::null_mut());
        let room = salt.as_mut_ptr().cast();
        // SAFETY: a bag; `size` is the salt's; the out pointers are valid.
        let code = unsafe {
            sys::gnutls_pkcs12_bag_enc_info(
                self.raw(),
                &mut scheme,
                &mut cipher,
                room,
                &mut size,
                &mut iterations,
                &mut oid,
            )
        };
        if code == sys::GNUTLS_E_INVALID_REQUEST {
            return Ok(None);
        }
        // After other failures GnuTLS has freed the string.
        let ours = code >= 0 || code == sys::GNUTLS_E_UNKNOWN_CIPHER_TYPE;
        let oid = if ours { oid } else { ptr::null_mut() };
        // SAFETY: null, or a string that GnuTLS allocated for us.
        let oid = unsafe { OwnedDatum::from_c_string(oid) }.and_then(|oid| Oid::from_bytes(oid.as_slice()).ok());
        check(code, "looking at the encryption of a bag of PKCS#12")?;
        salt.truncate(size as usize);
        Ok(Some(Pkcs8Info { scheme, oid, cipher: Cipher::from_raw(cipher), salt, iterations }))
    }
}

impl fmt::Debug for Bag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Bag").field(&self.elements().unwrap_or_default()).finish()
    }
}
