//! Keys for media streams.

use gnutls::ErrorKind;
use gnutls::dtls::SrtpProfile;
use gnutls::transport::memory;

use crate::{client_builder, connect, pair, server_builder};

const BOTH: [SrtpProfile; 2] = [SrtpProfile::AES128_CM_HMAC_SHA1_80, SrtpProfile::AES128_CM_HMAC_SHA1_32];

#[test]
fn both_sides_have_the_same_keys_and_what_the_other_calls_them() {
    let client = client_builder().srtp_profiles(&BOTH).expect("profiles").srtp_mki(b"key 1").expect("an identifier");
    let server = server_builder().srtp_profile_names("SRTP_AES128_CM_HMAC_SHA1_32").expect("a profile");
    let (client, server) = (client.build().expect("a client"), server.build().expect("a server"));
    let (client, server) = connect(&client, &server, memory::datagram_pair(1500));
    let profile = Some(SrtpProfile::AES128_CM_HMAC_SHA1_32);
    assert_eq!((client.srtp_profile(), server.srtp_profile()), (profile, profile));
    assert_eq!(server.srtp_mki().as_deref(), Some(&b"key 1"[..]));
    let (ours, theirs) = (client.srtp_keys().expect("keys"), server.srtp_keys().expect("keys"));
    assert_eq!((&*ours.client_key, &*ours.client_salt), (&*theirs.client_key, &*theirs.client_salt));
    assert_eq!((&*ours.server_key, &*ours.server_salt), (&*theirs.server_key, &*theirs.server_salt));
    assert_eq!((ours.client_key.len(), ours.server_salt.len()), (16, 14));
    assert_ne!(&*ours.client_key, &*ours.server_key);
    let text = format!("{ours:?}");
    assert!(text.contains("SecretBytes(16 bytes)") && text.contains("SRTP_AES128"), "{text}");
}

#[test]
fn a_session_without_a_common_profile_has_no_keys_and_goes_on() {
    let client = client_builder().srtp_profiles(&BOTH).expect("profiles").build().expect("a client");
    let server = server_builder().srtp_profiles(&[SrtpProfile::NULL_HMAC_SHA1_80]).expect("a profile");
    let (client, server) = connect(&client, &server.build().expect("a server"), memory::datagram_pair(1500));
    assert_eq!((client.srtp_profile(), client.srtp_mki()), (None, None));
    assert_eq!(client.srtp_keys().expect_err("none").kind(), ErrorKind::Misuse);
    server.send(b"data").expect("sending");
    assert_eq!(client.recv(&mut [0; 10]).expect("receiving"), 4);
}

#[test]
fn sessions_with_srtp_give_nothing_to_resume_them_with() {
    let client = client_builder().srtp_profiles(&BOTH).expect("profiles").build().expect("a client");
    let server = server_builder().srtp_profiles(&BOTH).expect("profiles").build().expect("a server");
    let (client, _server) = connect(&client, &server, memory::datagram_pair(1500));
    assert!(client.session_data().expect("an answer").is_none());
    assert!(pair().0.session_data().expect("an answer").is_some(), "others do");
}

#[test]
fn profiles_and_identifiers_are_checked_before_c_sees_them() {
    assert!(client_builder().srtp_profiles(&[]).is_err());
    assert!(client_builder().srtp_profiles(&[BOTH[0]; 5]).is_err());
    assert!(client_builder().srtp_profiles(&[SrtpProfile::from_raw(9999)]).is_err());
    for names in ["", "ROT13", "SRTP_AES128_CM_HMAC_SHA1_80:", "SRTP_AES128_CM_HMAC_SHA1_80\0"] {
        let error = client_builder().srtp_profile_names(names).map(drop).expect_err("no profiles");
        assert_eq!(error.kind(), ErrorKind::InvalidInput);
    }
    assert!(client_builder().srtp_mki(b"").is_err() && client_builder().srtp_mki(&[0; 256]).is_err());
}
