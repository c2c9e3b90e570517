//! `--starttls-proto`: what is said in the clear before TLS begins.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::TcpStream;

use clap::ValueEnum;

/// The protocols that have a command for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Starttls {
    Ftp,
    Ftps,
    #[value(alias = "imap2")]
    Imap,
    Imaps,
    Lmtp,
    Ldap,
    Nntp,
    Pop3,
    Pop3s,
    #[value(alias = "postgresql")]
    Postgres,
    Sieve,
    #[value(alias = "submission")]
    Smtp,
    Smtps,
    Xmpp,
    #[value(name = "http", alias = "https")]
    Https,
}

/// Longer than any line of a greeting.
const LONGEST: u64 = 16 * 1024;

impl Starttls {
    /// The port that servers have for it.
    pub(crate) fn port(self) -> u16 {
        match self {
            Starttls::Ftp | Starttls::Ftps => 21,
            Starttls::Imap | Starttls::Imaps => 143,
            Starttls::Lmtp => 24,
            Starttls::Ldap => 389,
            Starttls::Nntp => 119,
            Starttls::Pop3 | Starttls::Pop3s => 110,
            Starttls::Postgres => 5432,
            Starttls::Sieve => 4190,
            Starttls::Smtp | Starttls::Smtps => 25,
            Starttls::Xmpp => 5222,
            Starttls::Https => 443,
        }
    }

    /// Talks to the server until it is ready for TLS; `name` is said where names are.
    ///
    /// # Errors
    /// If it is not, in its own words.
    pub(crate) fn begin(self, stream: &TcpStream, name: &str) -> io::Result<()> {
        // A byte at a time: what comes after the last line is TLS's.
        let mut talk = Talk { from: BufReader::with_capacity(1, stream), to: stream };
        match self {
            Starttls::Ftp | Starttls::Ftps => talk.numbers(&[("", "220"), ("FEAT", "211"), ("AUTH TLS", "234")]),
            Starttls::Smtp | Starttls::Smtps => {
                talk.numbers(&[("", "220"), (&format!("EHLO {name}"), "250"), ("STARTTLS", "220")])
            }
            Starttls::Lmtp => talk.numbers(&[("", "220"), (&format!("LHLO {name}"), "250"), ("STARTTLS", "220")]),
            Starttls::Nntp => talk.numbers(&[("", "20"), ("STARTTLS", "382")]),
            Starttls::Imap | Starttls::Imaps => {
                talk.lines(&[("", "* OK"), ("a CAPABILITY", "a OK"), ("a STARTTLS", "a OK")])
            }
            Starttls::Pop3 | Starttls::Pop3s => talk.lines(&[("", "+OK"), ("STLS", "+OK")]),
            Starttls::Sieve => talk.lines(&[("", "OK"), ("STARTTLS", "OK")]),
            Starttls::Xmpp => {
                let open = format!(
                    "<stream:stream xmlns:stream='http://etherx.jabber.org/streams' xmlns='jabber:client' to='{name}' \
                     version='1.0'>"
                );
                talk.tags(&[
                    (&open, "</stream:features>"),
                    ("<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>", "<proceed"),
                ])
            }
            // LDAPv3's StartTLS request, message 1, and a response of success.
            Starttls::Ldap => {
                let request = [&b"\x30\x1d\x02\x01\x01\x77\x18\x80\x16"[..], b"1.3.6.1.4.1.1466.20037"].concat();
                talk.to.write_all(&request)?;
                talk.ldap()
            }
            // SSLRequest, and one letter.
            Starttls::Postgres => {
                talk.to.write_all(&[0, 0, 0, 8, 4, 210, 22, 47])?;
                let mut answer = [0];
                talk.from.read_exact(&mut answer)?;
                if answer == *b"S" { Ok(()) } else { Err(refusal(&answer)) }
            }
            Starttls::Https => Ok(()),
        }
    }
}

struct Talk<'a> {
    from: BufReader<&'a TcpStream>,
    to: &'a TcpStream,
}

impl Talk<'_> {
    /// Says each line (an empty one waits only) and wants a reply that begins with a number, whose last line has no `-`.
    fn numbers(&mut self, steps: &[(&str, &str)]) -> io::Result<()> {
        for (say, want) in steps {
            self.say(say)?;
            loop {
                let line = self.line()?;
                let inner = line.starts_with(' ') || line.as_bytes().get(3) == Some(&b'-');
                if inner {
                    continue;
                }
                // Servers that know no FEAT may know AUTH.
                if line.starts_with(want) || *say == "FEAT" {
                    break;
                }
                return Err(refusal(line.as_bytes()));
            }
        }
        Ok(())
    }

    /// Says each line and waits for one that begins as wanted.
    fn lines(&mut self, steps: &[(&str, &str)]) -> io::Result<()> {
        for (say, want) in steps {
            self.say(say)?;
            loop {
                let line = self.line()?;
                if line.starts_with(want) {
                    break;
                }
                if ["-ERR", "NO", "a NO", "BAD", "a BAD", "* BYE", "BYE"].iter().any(|no| line.starts_with(no)) {
                    return Err(refusal(line.as_bytes()));
                }
            }
        }
        Ok(())
    }

    /// Sends each text and waits until the wanted one has come, with the end of its tag.
    fn tags(&mut self, steps: &[(&str, &str)]) -> io::Result<()> {
        for (say, want) in steps {
            self.to.write_all(say.as_bytes())?;
            let mut come = Vec::new();
            while !(String::from_utf8_lossy(&come).contains(want) && come.ends_with(b">")) {
                if come.len() as u64 > LONGEST || String::from_utf8_lossy(&come).contains("<failure") {
                    return Err(refusal(&come));
                }
                let mut byte = [0];
                self.from.read_exact(&mut byte)?;
                come.push(byte[0]);
            }
        }
        Ok(())
    }

    fn ldap(&mut self) -> io::Result<()> {
        let mut head = [0; 2];
        self.from.read_exact(&mut head)?;
        let mut body = vec![0; usize::from(head[1] & 0x7f)];
        self.from.read_exact(&mut body)?;
        // Message number, then an extended response that begins with its result code.
        let code = body.windows(3).find(|part| part[..2] == [0x0a, 0x01]).map(|part| part[2]);
        if code == Some(0) { Ok(()) } else { Err(refusal(format!("result code {code:?}").as_bytes())) }
    }

    fn say(&mut self, line: &str) -> io::Result<()> {
        if line.is_empty() { Ok(()) } else { self.to.write_all(format!("{line}\r\n").as_bytes()) }
    }

    fn line(&mut self) -> io::Result<String> {
        let mut line = String::new();
        let read = (&mut self.from).take(LONGEST).read_line(&mut line)?;
        if read == 0 { Err(refusal(b"(nothing)")) } else { Ok(line) }
    }
}

fn refusal(said: &[u8]) -> io::Error {
    let said = String::from_utf8_lossy(said);
    io::Error::new(io::ErrorKind::InvalidData, format!("the server does not begin TLS; it says {:?}", said.trim_end()))
}
