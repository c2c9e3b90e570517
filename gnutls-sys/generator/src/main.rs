//! tmp
#[path = "../../build/headers.rs"]
mod headers;
fn main() {
    let inc: Vec<String> = std::env::args().skip(1).collect();
    for l in [headers::Library::Gnutls, headers::Library::Dane] {
        let s = headers::builder(l, &format!("gnutls-sys/{}", l.wrapper()), &inc).generate().unwrap();
        s.write_to_file(format!("/tmp/out/{}", l.output())).unwrap();
    }
}
