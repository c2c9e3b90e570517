//! Base64 (RFC 4648, section 10), PEM, hexadecimal digits, names, files.

use std::{env, fs, process};

use gnutls::ErrorKind::{InvalidInput, Transport};
use gnutls::encoding::{base64, hex, idna_map, idna_reverse_map, load_file, normalize_password, pem, random_art};

use super::assert_error;

#[test]
fn base64_is_that_of_rfc_4648() {
    for (bytes, text) in
        [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("foobar", "Zm9vYmFy")]
    {
        assert_eq!(base64::encode(bytes).expect("encoded"), text);
        assert_eq!(&*base64::decode(text).expect("decoded"), bytes.as_bytes());
    }
    for wrong in ["Zg=", "Z", "Zm9*"] {
        assert_error(base64::decode(wrong), InvalidInput, &["decoding base64"]);
    }
}

#[test]
fn pem_finds_the_object_with_the_label() {
    let long: Vec<u8> = (0..=255).collect();
    let text = pem::encode("FIRST", "one").expect("PEM") + &pem::encode("SECOND", &long).expect("PEM");
    assert_eq!(&*pem::decode("FIRST", &text).expect("one"), b"one");
    assert_eq!(*pem::decode("SECOND", &text).expect("the other"), long);
    assert_eq!(&*pem::decode("", &text).expect("the first"), b"one");
    let mut output = [0; 1000];
    let size = pem::encode_into("SECOND", &long, &mut output).expect("room enough");
    assert_eq!(output[..size], *pem::encode("SECOND", &long).expect("PEM").as_bytes());
    assert_eq!(pem::decode_into("SECOND", &text, &mut output).expect("room enough"), 256);
    assert_eq!(output[..256], long);
    assert_error(pem::decode_into("SECOND", &text, &mut [0; 10]), InvalidInput, &["not one of 10"]);
    assert_error(pem::encode_into("SECOND", &long, &mut [0; 10]), InvalidInput, &["not one of 10"]);
    assert_error(pem::decode("THIRD", &text), InvalidInput, &["decoding PEM"]);
    assert_error(pem::encode("two\nlines", ""), InvalidInput, &["one line"]);
    assert_error(pem::encode("a\0", ""), InvalidInput, &["NUL"]);
    assert_error(pem::encode(&"x".repeat(200), ""), InvalidInput, &["48 bytes"]);
}

#[test]
fn hexadecimal_digits_have_several_forms() {
    assert_eq!(hex::encode([0, 0x0f, 0xf0]).expect("encoded"), "000ff0");
    assert_eq!(*hex::decode("000fF0").expect("decoded"), [0, 0x0f, 0xf0]);
    assert_eq!((hex::encode("").expect("nothing"), hex::decode("").expect("nothing").len()), (String::new(), 0));
    let mut output = [0; 7];
    assert_eq!(hex::encode_into([0, 0x0f, 0xf0], &mut output).expect("room enough"), 6);
    assert_eq!(&output[..6], b"000ff0");
    assert_error(
        hex::encode_into([0, 0x0f, 0xf0], &mut output[..6]),
        InvalidInput,
        &["encoding", "of 6 bytes is too small"],
    );
    assert_eq!(hex::decode_into("000ff0", &mut output).expect("room enough"), 3);
    assert_eq!(output[..3], [0, 0x0f, 0xf0]);
    assert_error(hex::decode_into("000ff0", &mut output[..2]), InvalidInput, &["decoding"]);
    assert_eq!(*hex::decode_separated("00:0F:f0").expect("decoded"), [0, 0x0f, 0xf0]);
    for wrong in ["0", "xy", "00:0f"] {
        assert_error(hex::decode(wrong), InvalidInput, &["decoding hexadecimal digits"]);
    }
    assert_error(hex::decode_separated("00:f"), InvalidInput, &["decoding hexadecimal digits"]);
    let alone = hex::decode_separated("f").expect_err("half a byte");
    assert!(!alone.to_string().contains("output"), "{alone}");
}

#[test]
fn names_and_passwords_have_one_form() {
    assert_eq!(idna_map("B\u{fc}cher.example").expect("mapped"), "xn--bcher-kva.example");
    assert_eq!(idna_reverse_map("xn--bcher-kva.example").expect("mapped"), "b\u{fc}cher.example");
    // A letter with its accent, as one character and as two.
    let (one, two) =
        (normalize_password("caf\u{e9}").expect("normal"), normalize_password("cafe\u{301}").expect("normal"));
    assert_eq!(*one, *two);
    assert_error(normalize_password("tab\there"), InvalidInput, &["normalising a password"]);
}

#[test]
fn fingerprints_have_pictures() {
    let picture = random_art("RSA", 2048, [1, 2, 3, 4]).expect("a picture");
    assert!(picture.starts_with("+--[ RSA 2048]") || picture.contains("RSA"), "{picture}");
    assert_eq!(picture.lines().count(), 11);
}

#[test]
fn a_file_is_read_whole() {
    let path = env::temp_dir().join(format!("gnutls-crypto-{}", process::id()));
    fs::write(&path, "contents").expect("a new file");
    let contents = load_file(&path);
    fs::remove_file(&path).expect("our file");
    assert_eq!(&*contents.expect("contents"), b"contents");
    assert_error(load_file(&path), Transport, &[path.to_str().expect("text")]);
}
