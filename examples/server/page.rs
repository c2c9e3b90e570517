//! The pages that the server answers with.

use gnutls::Session;
use gnutls::transport::Wait;

/// What the session agreed on, as a table.
pub(crate) fn about<T: Wait>(session: &Session<T>) -> String {
    let none = || "none".to_owned();
    let mut rows = vec![
        ("Protocol version", session.protocol().to_string()),
        ("Description", session.description()),
        ("Cipher", session.cipher().to_string()),
        ("Group", session.group().name().map_or_else(none, str::to_owned)),
        ("Signature", session.signature().name().map_or_else(none, str::to_owned)),
        ("Application protocol", session.alpn().map_or_else(none, |name| name.escape_ascii().to_string())),
        ("Server name", session.server_name().unwrap_or_else(none)),
        ("Resumed", if session.is_resumed() { "yes" } else { "no" }.to_owned()),
    ];
    rows.extend(session.psk_identity().map(|identity| ("PSK identity", identity.escape_ascii().to_string())));
    rows.extend(session.srp_username().map(|user| ("SRP user", user.to_owned())));
    match session.peer_certificates() {
        Ok(chain) if chain.is_empty() => rows.push(("Client certificate", none())),
        Ok(chain) => rows.extend(chain.iter().map(|certificate| ("Client certificate", certificate.to_string()))),
        Err(error) => rows.push(("Client certificate", error.to_string())),
    }
    let rows = rows.iter().map(|(name, value)| format!("<tr><th>{name}</th><td>{}</td></tr>\n", escaped(value)));
    html("Your session", &format!("<table>\n{}</table>", rows.collect::<String>()))
}

pub(crate) fn quiet() -> String {
    html("It works", "<p>The gnutls crate's example server has answered.</p>")
}

pub(crate) fn not_implemented() -> String {
    html("Not implemented", "<p>This server answers GET only.</p>")
}

fn html(title: &str, body: &str) -> String {
    format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head><meta charset=\"utf-8\"><title>{title}</title></head>\n\
         <body>\n<h1>{title}</h1>\n{body}\n</body>\n</html>\n"
    )
}

/// Names come from the client, who may have written HTML into them.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
