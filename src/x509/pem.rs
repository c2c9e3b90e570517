//! What is wrong with a PEM text: GnuTLS has one code for a missing, a cut and a spoilt one.

/// What input without a byte is told: GnuTLS would speak of a parsing error.
pub(super) const NOTHING: &str = "there is nothing to read (0 bytes)";

const BEGIN: &[u8] = b"-----BEGIN ";
const END: &[u8] = b"-----END ";

/// What the labels of the kinds of objects end with.
pub(super) const CERTIFICATE: &str = "CERTIFICATE-----";
pub(super) const CRL: &str = "X509 CRL-----";
pub(super) const REQUEST: &str = "CERTIFICATE REQUEST-----";
pub(super) const PRIVATE_KEY: &str = "PRIVATE KEY-----";

/// Why GnuTLS found nothing usable with such a label in `text`.
pub(super) fn fault(text: &[u8], label_end: &'static str) -> String {
    let lines = || text.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii);
    let count =
        |start: &[u8]| lines().filter(|line| line.starts_with(start) && line.ends_with(label_end.as_bytes())).count();
    match (count(BEGIN), count(END)) {
        (0, _) => format!("there is no line \"-----BEGIN {label_end}\" in it"),
        (begins, ends) if begins > ends => {
            format!("it is cut off: a line \"-----END {label_end}\" is missing")
        }
        _ => "what stands between its BEGIN and END lines is damaged".to_owned(),
    }
}

/// No fewer objects than stand in `text`, and one at least, for what is in DER.
pub(super) fn most(text: &[u8]) -> usize {
    text.windows(BEGIN.len()).filter(|window| *window == BEGIN).count().max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn missing_cut_and_spoilt_texts_are_told_apart() {
        for (text, why) in [
            ("", "there is no line"),
            ("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n", "there is no line"),
            ("-----BEGIN CERTIFICATE-----\r\nAAAA\r\n", "cut off"),
            ("-----BEGIN CERTIFICATE-----\r\n!\r\n-----END CERTIFICATE-----\r\n", "damaged"),
        ] {
            let found = fault(text.as_bytes(), CERTIFICATE);
            assert!(found.contains(why), "{text:?}: {found}");
        }
    }
}
