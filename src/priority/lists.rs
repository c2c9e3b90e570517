//! What a priority string allows, in its order, and the words that there are for it.

use std::ffi::{c_int, c_uint};
use std::ptr;
use std::slice;

use gnutls_sys as sys;

use super::Priority;
use crate::algorithm::{CertificateType, Cipher, CipherSuite, Group, KeyExchange, Mac, Protocol, SignatureScheme};
use crate::cstr::static_text;

type Getter = unsafe extern "C" fn(sys::gnutls_priority_t, *mut *const c_uint) -> c_int;

impl Priority {
    /// The versions of the protocol, the preferred first.
    ///
    /// # Examples
    /// ```
    /// use gnutls::{Priority, Protocol};
    ///
    /// assert_eq!(Priority::new("NORMAL:-VERS-ALL:+VERS-TLS1.3")?.protocols(), [Protocol::TLS1_3]);
    /// # Ok::<(), gnutls::Error>(())
    /// ```
    #[doc(alias = "gnutls_priority_protocol_list")]
    pub fn protocols(&self) -> Vec<Protocol> {
        self.listed(sys::gnutls_priority_protocol_list, Protocol::from_raw)
    }

    /// The ciphers, the preferred first.
    #[doc(alias = "gnutls_priority_cipher_list")]
    pub fn ciphers(&self) -> Vec<Cipher> {
        self.listed(sys::gnutls_priority_cipher_list, Cipher::from_raw)
    }

    /// The MACs, the preferred first. Ciphers that authenticate by themselves stand as [`Mac::AEAD`].
    #[doc(alias = "gnutls_priority_mac_list")]
    pub fn macs(&self) -> Vec<Mac> {
        self.listed(sys::gnutls_priority_mac_list, Mac::from_raw)
    }

    /// The groups of key exchanges, the preferred first.
    #[doc(alias = "gnutls_priority_group_list")]
    pub fn groups(&self) -> Vec<Group> {
        self.listed(sys::gnutls_priority_group_list, Group::from_raw)
    }

    /// The key exchanges (TLS 1.2), the preferred first.
    #[doc(alias = "gnutls_priority_kx_list")]
    pub fn key_exchanges(&self) -> Vec<KeyExchange> {
        self.listed(sys::gnutls_priority_kx_list, KeyExchange::from_raw)
    }

    /// The algorithms of signatures, the preferred first.
    #[doc(alias = "gnutls_priority_sign_list")]
    pub fn signatures(&self) -> Vec<SignatureScheme> {
        self.listed(sys::gnutls_priority_sign_list, SignatureScheme::from_raw)
    }

    /// The types of certificates of whoever takes precedence: clients, or servers with `%SERVER_PRECEDENCE`.
    #[doc(alias = "gnutls_priority_certificate_type_list")]
    pub fn certificate_types(&self) -> Vec<CertificateType> {
        self.listed(sys::gnutls_priority_certificate_type_list, CertificateType::from_raw)
    }

    /// The types of certificates that clients may have, the preferred first.
    #[doc(alias = "gnutls_priority_certificate_type_list2")]
    pub fn client_certificate_types(&self) -> Vec<CertificateType> {
        self.certificate_types_of(sys::GNUTLS_CTYPE_CLIENT)
    }

    /// The types of certificates that servers may have, the preferred first.
    #[doc(alias = "gnutls_priority_certificate_type_list2")]
    pub fn server_certificate_types(&self) -> Vec<CertificateType> {
        self.certificate_types_of(sys::GNUTLS_CTYPE_SERVER)
    }

    /// The cipher suites that result, the preferred first.
    #[doc(alias = "gnutls_priority_get_cipher_suite_index")]
    pub fn cipher_suites(&self) -> Vec<CipherSuite> {
        let mut all = Vec::new();
        for place in 0.. {
            let mut index = 0;
            // SAFETY: live priorities, any place, and a valid out pointer.
            match unsafe { sys::gnutls_priority_get_cipher_suite_index(self.raw(), place, &mut index) } {
                0.. => all.extend(CipherSuite::at(index as usize)),
                // A combination that no suite stands for.
                sys::GNUTLS_E_UNKNOWN_CIPHER_SUITE => {}
                _ => break,
            }
        }
        all
    }

    /// The words that a priority string can begin with: `NORMAL`, `SECURE128`, ...
    #[doc(alias = "gnutls_priority_string_list")]
    pub fn keywords() -> Vec<&'static str> {
        words(sys::GNUTLS_PRIORITY_LIST_INIT_KEYWORDS)
    }

    /// The words that a priority string can have with a `%` before them: `COMPAT`, `SERVER_PRECEDENCE`, ...
    #[doc(alias = "gnutls_priority_string_list")]
    pub fn special_keywords() -> Vec<&'static str> {
        words(sys::GNUTLS_PRIORITY_LIST_SPECIAL)
    }

    fn certificate_types_of(&self, target: sys::gnutls_ctype_target_t) -> Vec<CertificateType> {
        let mut list = ptr::null();
        // SAFETY: live priorities, one of the two targets, and a valid out pointer.
        let count = unsafe { sys::gnutls_priority_certificate_type_list2(self.raw(), &mut list, target) };
        // SAFETY: what the getter gave, and `self` lives.
        unsafe { numbers(list, count) }.iter().map(|raw| CertificateType::from_raw(*raw)).collect()
    }

    fn listed<T>(&self, getter: Getter, from_raw: impl Fn(c_uint) -> T) -> Vec<T> {
        let mut list = ptr::null();
        // SAFETY: live priorities, and a valid out pointer.
        let count = unsafe { getter(self.raw(), &mut list) };
        // SAFETY: what the getter gave, and `self` lives.
        unsafe { numbers(list, count) }.iter().map(|raw| from_raw(*raw)).collect()
    }
}

/// # Safety
/// `list` and `count` are what a getter gave for priorities that live as long as the slice; null where it set nothing.
unsafe fn numbers<'a>(list: *const c_uint, count: c_int) -> &'a [c_uint] {
    let count = usize::try_from(count).unwrap_or(0);
    if list.is_null() {
        return &[];
    }
    // SAFETY: the caller's promise: GnuTLS says that there are `count`, which live as long as the priorities.
    unsafe { slice::from_raw_parts(list, count) }
}

fn words(flags: c_uint) -> Vec<&'static str> {
    let word = |at| {
        // SAFETY: takes any number, and looks it up in a table.
        let word = unsafe { sys::gnutls_priority_string_list(at, flags) };
        // SAFETY: null or a static string.
        unsafe { static_text(word) }
    };
    // The table of these has gaps.
    (0..).map_while(word).filter(|word| !word.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_say_what_the_string_says_in_its_order() {
        let text = "NONE:+VERS-TLS1.2:+VERS-TLS1.3:+AES-256-GCM:+CHACHA20-POLY1305:+AEAD:+ECDHE-ECDSA:\
                    +GROUP-X25519:+GROUP-SECP384R1:+SIGN-ECDSA-SHA256:+CTYPE-CLI-X509:+CTYPE-SRV-X509";
        let priority = Priority::new(text).expect("priorities");
        assert_eq!(priority.protocols(), [Protocol::TLS1_2, Protocol::TLS1_3]);
        assert_eq!(priority.ciphers(), [Cipher::AES_256_GCM, Cipher::CHACHA20_POLY1305]);
        assert_eq!(priority.macs(), [Mac::AEAD]);
        assert_eq!(priority.groups(), [Group::X25519, Group::SECP384R1]);
        assert_eq!(priority.key_exchanges(), [KeyExchange::ECDHE_ECDSA]);
        assert_eq!(priority.signatures(), [SignatureScheme::ECDSA_SHA256]);
        let x509 = [CertificateType::X509];
        assert_eq!(
            (priority.client_certificate_types(), priority.server_certificate_types()),
            (x509.into(), x509.into())
        );
        assert_eq!(priority.certificate_types(), x509);
        let suites: Vec<_> = priority.cipher_suites().iter().map(CipherSuite::name).collect();
        for suite in ["TLS_AES_256_GCM_SHA384", "TLS_ECDHE_ECDSA_CHACHA20_POLY1305"] {
            assert!(suites.contains(&suite), "{suite} is not in {suites:?}");
        }
        assert_eq!(suites.len(), 4, "{suites:?}");
    }

    #[test]
    fn the_words_of_priority_strings_are_known() {
        assert!(Priority::keywords().contains(&"NORMAL"), "{:?}", Priority::keywords());
        assert!(Priority::special_keywords().contains(&"COMPAT"), "{:?}", Priority::special_keywords());
    }

    #[test]
    fn more_comes_after_the_policy_of_the_machine() {
        let (plain, less) = (Priority::system(), Priority::system_and("-VERS-TLS1.3"));
        let (plain, less) = (plain.expect("a policy"), less.expect("priorities"));
        let mut expected = plain.protocols();
        expected.retain(|version| *version != Protocol::TLS1_3);
        assert_eq!(less.protocols(), expected);
    }
}
