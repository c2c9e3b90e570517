//! What the server answers: the part to put something else in its place.

use std::convert::Infallible;
use std::io::{self, Write};
use std::sync::Arc;

use http_body_util::{Either, Full, Limited};
use hyper::body::{Body as _, Bytes, Incoming};
use hyper::header::{CONTENT_LENGTH, CONTENT_TYPE, HeaderValue};
use hyper::{Method, Request, Response, StatusCode};

use crate::facts::Facts;

/// A text, or the request's own body on its way back.
type Body = Either<Full<Bytes>, Limited<Incoming>>;

/// Answers a request whose body has at most `max_body` bytes, and prints a line about it.
pub(crate) async fn answer(
    facts: Arc<Facts>,
    request: Request<Incoming>,
    max_body: usize,
    quiet: bool,
) -> Result<Response<Body>, Infallible> {
    let asked = format!("{:?} {} {}", request.version(), request.method(), request.uri().path());
    let answer = match (request.method(), request.uri().path()) {
        (&Method::GET | &Method::HEAD, "/") => html(&request, StatusCode::OK, page(&facts, &request)),
        (&Method::POST, _) if request.body().size_hint().lower() > max_body as u64 => {
            html(&request, StatusCode::PAYLOAD_TOO_LARGE, "<!DOCTYPE html>\n<title>Too large</title>\n".to_owned())
        }
        // Piece by piece, as it comes: a client that does not read is not read from. The length of some is not said before.
        (&Method::POST, "/echo") => Response::new(Either::Right(Limited::new(request.into_body(), max_body))),
        _ => html(&request, StatusCode::NOT_FOUND, "<!DOCTYPE html>\n<title>Not found</title>\n".to_owned()),
    };
    if !quiet {
        // Whoever read the lines may be gone; clients are still here.
        let _ = writeln!(io::stdout(), "{} {asked} {} {}", facts.peer, answer.status().as_u16(), facts.line());
    }
    Ok(answer)
}

/// HEAD gets the head alone, with the length that the body would have.
fn html(request: &Request<Incoming>, status: StatusCode, text: String) -> Response<Body> {
    let length = text.len();
    let text = if request.method() == Method::HEAD { String::new() } else { text };
    let mut answer = Response::new(Either::Left(Full::from(text)));
    *answer.status_mut() = status;
    answer.headers_mut().insert(CONTENT_LENGTH, length.into());
    answer.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    answer
}

fn page(facts: &Facts, request: &Request<Incoming>) -> String {
    let rows = [
        ("HTTP", format!("{:?}", request.version())),
        ("session", facts.description.clone()),
        ("resumed", facts.resumed.to_string()),
        ("name", facts.server_name.clone().unwrap_or_default()),
        ("client", facts.client.clone().unwrap_or_default()),
    ];
    let rows: String = rows.iter().map(|(what, value)| format!("<p>{what}: {}</p>\n", escaped(value))).collect();
    format!("<!DOCTYPE html>\n<title>https_server</title>\n{rows}")
}

/// Clients choose names: in HTML they are only text.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
