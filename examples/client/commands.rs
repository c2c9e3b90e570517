//! `--inline-commands`: lines of stdin that are for this client, not for the server.

/// What a line can command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Command {
    /// A new connection that resumes the session of this one.
    Resume,
    /// New keys for both directions.
    Rekey,
    /// New keys for ours.
    RekeyOurs,
    /// A second handshake in this connection.
    Renegotiate,
}

const COMMANDS: [(&str, Command); 4] = [
    ("resume", Command::Resume),
    ("rekey", Command::Rekey),
    ("rekey1", Command::RekeyOurs),
    ("renegotiate", Command::Renegotiate),
];

/// A part of what was typed.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Part {
    Data(Vec<u8>),
    Command(Command),
}

/// Finds the commands in what is typed: each is a whole line, with a mark before and behind.
pub(crate) struct Commands {
    /// The lines, if there are such.
    lines: Vec<(Vec<u8>, Command)>,
    /// The beginning of a line that may become a command.
    begun: Vec<u8>,
    in_line: bool,
}

impl Commands {
    /// With `mark` around them; none have no commands.
    pub(crate) fn new(mark: Option<char>) -> Commands {
        let line = |mark, (name, command): (&str, Command)| (format!("{mark}{name}{mark}\n").into_bytes(), command);
        let lines = mark.map(|mark| COMMANDS.map(|command| line(mark, command)).to_vec());
        Commands { lines: lines.unwrap_or_default(), begun: Vec::new(), in_line: false }
    }

    /// The parts of what was typed, in their order. What may be the beginning of a command is kept for the next time.
    pub(crate) fn split(&mut self, typed: &[u8]) -> Vec<Part> {
        if self.lines.is_empty() {
            return vec![Part::Data(typed.to_vec())];
        }
        let bytes = [std::mem::take(&mut self.begun).as_slice(), typed].concat();
        let (mut parts, mut data, mut rest) = (Vec::new(), Vec::new(), &bytes[..]);
        while !rest.is_empty() {
            if !self.in_line {
                if let Some((line, command)) = self.lines.iter().find(|(line, _)| rest.starts_with(line)) {
                    parts.extend((!data.is_empty()).then(|| Part::Data(std::mem::take(&mut data))));
                    parts.push(Part::Command(*command));
                    rest = &rest[line.len()..];
                    continue;
                }
                if self.lines.iter().any(|(line, _)| line.starts_with(rest)) {
                    self.begun = rest.to_vec();
                    break;
                }
            }
            let end = rest.iter().position(|byte| *byte == b'\n').map_or(rest.len(), |at| at + 1);
            data.extend_from_slice(&rest[..end]);
            self.in_line = !rest[..end].ends_with(b"\n");
            rest = &rest[end..];
        }
        parts.extend((!data.is_empty()).then_some(Part::Data(data)));
        parts
    }

    /// What was kept, at the end: it is no command.
    pub(crate) fn rest(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.begun)
    }
}
