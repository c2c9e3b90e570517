//! Sessions, and what early data have come, in Redis, for servers on several machines. Redis then is as secret as their private
//! keys.
//!
//! Four commands of RESP2 (https://redis.io/docs/latest/develop/reference/protocol-spec/) need no client library.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{TcpStream, ToSocketAddrs};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use gnutls::{ReplayStore, SessionStore};

/// The longest answer that is taken for one.
const LONGEST: usize = 1 << 20;

/// A [`SessionStore`] and a [`ReplayStore`] in the Redis at an address. One connection, made when it is needed, for one handshake at a time.
pub(crate) struct Redis {
    address: String,
    /// How long a handshake waits for it before it goes on without.
    patience: Duration,
    connection: Mutex<Option<BufReader<TcpStream>>>,
}

impl Redis {
    pub(crate) fn new(address: &str, patience: Duration) -> Redis {
        Redis { address: address.to_owned(), patience, connection: Mutex::new(None) }
    }

    /// The answer to a command; an error is told, and nothing else comes of it.
    fn ask(&self, command: &[&[u8]]) -> Option<Vec<u8>> {
        // A panic in the middle has left no connection behind.
        let mut slot = self.connection.lock().unwrap_or_else(PoisonError::into_inner);
        // A connection that was idle may have been closed: then a fresh one is tried.
        let old = slot.take().map(|connection| converse(connection, command));
        let conversed = match old {
            Some(Ok(conversed)) => Ok(conversed),
            _ => self.connect().and_then(|connection| converse(connection, command)),
        };
        match conversed {
            Ok((connection, answer)) => {
                *slot = Some(connection);
                answer
            }
            Err(error) => {
                eprintln!("Redis at {}: {error}; going on without", self.address);
                None
            }
        }
    }

    fn connect(&self) -> io::Result<BufReader<TcpStream>> {
        let nobody = io::Error::new(io::ErrorKind::NotFound, "there is no such address");
        let address = self.address.to_socket_addrs()?.next().ok_or(nobody)?;
        let stream = TcpStream::connect_timeout(&address, self.patience)?;
        stream.set_read_timeout(Some(self.patience))?;
        stream.set_write_timeout(Some(self.patience))?;
        stream.set_nodelay(true)?;
        Ok(BufReader::new(stream))
    }
}

impl SessionStore for Redis {
    fn store(&self, id: &[u8], data: &[u8], lifetime: Duration) {
        let seconds = lifetime.as_secs().max(1).to_string();
        self.ask(&[b"SET", &key(id), data, b"EX", seconds.as_bytes()]);
    }

    fn retrieve(&self, id: &[u8]) -> Option<Vec<u8>> {
        self.ask(&[b"GET", &key(id)])
    }

    fn remove(&self, id: &[u8]) {
        self.ask(&[b"DEL", &key(id)]);
    }
}

impl ReplayStore for Redis {
    /// Redis does one command at a time: of two servers that add a name at once one is answered OK, the other nil. A command
    /// that is repeated on a fresh connection may find its own name: then early data are refused that were new.
    fn add(&self, name: &[u8], lifetime: Duration) -> bool {
        let millis = lifetime.as_millis().max(1).to_string();
        let name = [b"tls-early-data:", name].concat();
        self.ask(&[b"SET", &name, b"1", b"NX", b"PX", millis.as_bytes()]).is_some()
    }
}

fn key(id: &[u8]) -> Vec<u8> {
    [b"tls-session:", id].concat()
}

/// A command and its answer, where the connection stays good. Nil and numbers are no answer.
fn converse(
    mut connection: BufReader<TcpStream>,
    command: &[&[u8]],
) -> io::Result<(BufReader<TcpStream>, Option<Vec<u8>>)> {
    let mut request = format!("*{}\r\n", command.len()).into_bytes();
    for word in command {
        request.extend_from_slice(format!("${}\r\n", word.len()).as_bytes());
        request.extend_from_slice(word);
        request.extend_from_slice(b"\r\n");
    }
    connection.get_mut().write_all(&request)?;
    let mut line = String::new();
    (&mut connection).take(LONGEST as u64).read_line(&mut line)?;
    let line = line.trim_end();
    let answer = match (line.get(..1), line.get(1..)) {
        (Some(":"), _) | (Some("$"), Some("-1")) => None,
        (Some("+"), Some(said)) => Some(said.as_bytes().to_vec()),
        (Some("$"), Some(length)) => {
            let length: Option<usize> = length.parse().ok().filter(|length| *length <= LONGEST);
            let mut data = vec![0; length.ok_or_else(|| unexpected(line))? + 2];
            connection.read_exact(&mut data)?;
            data.truncate(data.len() - 2);
            Some(data)
        }
        _ => return Err(unexpected(line)),
    };
    Ok((connection, answer))
}

fn unexpected(line: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, format!("it answers {:?}", line.escape_debug().to_string()))
}
