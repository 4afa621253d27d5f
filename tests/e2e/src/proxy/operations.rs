//! The operations that a client sends to a NATS server, as far as a proxy must see them: where
//! each ends, and a publication's subject and headers. Everything it does not change passes as it
//! came, byte by byte.

/// Longer lines than this are no operation of a client.
const LINE_BYTES: usize = 1 << 20;

/// A publication with headers (`HPUB`), taken apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Publication {
    /// The subject and, if there is one, where answers go.
    pub(super) addresses: Vec<String>,
    /// The version line and the header lines.
    pub(super) headers: Vec<String>,
    /// The payload.
    pub(super) payload: Vec<u8>,
}

/// One operation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Operation {
    /// A publication with headers.
    Publication(Publication),
    /// Anything else, as it came.
    Other(Vec<u8>),
}

/// What is wrong with the bytes.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("not the protocol of NATS: {0}")]
pub(super) struct Malformed(&'static str);

/// Cuts a stream of bytes into operations.
#[derive(Debug, Default)]
pub(super) struct Operations {
    bytes: Vec<u8>,
}

impl Operations {
    /// Adds what was read.
    pub(super) fn feed(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
    }

    /// The next complete operation, if there is one.
    pub(super) fn next(&mut self) -> Result<Option<Operation>, Malformed> {
        let Some(line) = self.bytes.windows(2).position(|pair| pair == b"\r\n") else {
            return match self.bytes.len() {
                0..=LINE_BYTES => Ok(None),
                _ => Err(Malformed("a line without end")),
            };
        };
        let head = String::from_utf8_lossy(&self.bytes[..line]).into_owned();
        let words: Vec<&str> = head.split_ascii_whitespace().collect();
        let verb = words.first().map(|verb| verb.to_ascii_uppercase());
        let body = match verb.as_deref() {
            Some("PUB" | "HPUB") => Some(number(words.last())?),
            _ => None,
        };
        let end = line + 2 + body.map_or(0, |bytes| bytes + 2);
        if self.bytes.len() < end {
            return Ok(None);
        }
        let rest = self.bytes.split_off(end);
        let whole = std::mem::replace(&mut self.bytes, rest);
        if verb.as_deref() != Some("HPUB") {
            return Ok(Some(Operation::Other(whole)));
        }
        publication(&words, &whole[line + 2..end - 2]).map(|one| Some(Operation::Publication(one)))
    }
}

impl Publication {
    /// The subject.
    pub(super) fn subject(&self) -> &str {
        &self.addresses[0]
    }

    /// The first header of a name.
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        let value = self.headers.iter().find_map(|line| value_of(line, name));
        value.map(str::trim)
    }

    /// Takes headers of a name away; whether there were any.
    pub(super) fn remove(&mut self, name: &str) -> bool {
        let before = self.headers.len();
        self.headers.retain(|line| value_of(line, name).is_none());
        self.headers.len() < before
    }

    /// As it is sent.
    pub(super) fn bytes(&self) -> Vec<u8> {
        let headers = format!("{}\r\n\r\n", self.headers.join("\r\n"));
        let (own, total) = (headers.len(), headers.len() + self.payload.len());
        let mut bytes = format!("HPUB {} {own} {total}\r\n{headers}", self.addresses.join(" "));
        // Payloads are bytes, whatever the rest is.
        let mut whole = std::mem::take(&mut bytes).into_bytes();
        whole.extend_from_slice(&self.payload);
        whole.extend_from_slice(b"\r\n");
        whole
    }
}

fn publication(words: &[&str], body: &[u8]) -> Result<Publication, Malformed> {
    let [_, addresses @ .., own, _] = words else {
        return Err(Malformed("a publication without its lengths"));
    };
    let own = number(Some(own))?;
    if addresses.is_empty() || own > body.len() {
        return Err(Malformed("a publication whose lengths do not fit"));
    }
    let (headers, payload) = body.split_at(own);
    let headers = std::str::from_utf8(headers).map_err(|_| Malformed("headers are text"))?;
    Ok(Publication {
        addresses: addresses.iter().map(|word| (*word).to_owned()).collect(),
        headers: headers.trim_end_matches("\r\n").split("\r\n").map(str::to_owned).collect(),
        payload: payload.to_vec(),
    })
}

fn value_of<'a>(line: &'a str, name: &str) -> Option<&'a str> {
    let (key, value) = line.split_once(':')?;
    key.eq_ignore_ascii_case(name).then_some(value)
}

fn number(word: Option<&&str>) -> Result<usize, Malformed> {
    word.and_then(|word| word.parse().ok()).ok_or(Malformed("a length that is no number"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const APPEND: &[u8] = b"HPUB baton.journal.1 _R_.a 52 57\r\nNATS/1.0\r\n\
        Nats-Expected-Last-Sequence: 7\r\nA: b:c\r\n\r\n\x00\r\n\xffx\r\n";

    fn all(bytes: &[u8], step: usize) -> Vec<Operation> {
        let mut operations = Operations::default();
        let mut found = Vec::new();
        for piece in bytes.chunks(step) {
            operations.feed(piece);
            while let Some(operation) = operations.next().unwrap() {
                found.push(operation);
            }
        }
        found
    }

    #[test]
    fn operations_are_found_however_they_are_cut_and_stay_as_they_are() {
        let mut stream = b"CONNECT {\"a\": 1}\r\nPING\r\nPUB x 5\r\n\r\nPUB\r\n".to_vec();
        stream.extend_from_slice(APPEND);
        stream.extend_from_slice(b"SUB y 1\r\n");
        for step in [1, 3, 1_000] {
            let found = all(&stream, step);
            assert_eq!(found.len(), 5, "in pieces of {step}");
            let whole: Vec<u8> = found
                .into_iter()
                .flat_map(|one| match one {
                    Operation::Publication(publication) => publication.bytes(),
                    Operation::Other(bytes) => bytes,
                })
                .collect();
            assert_eq!(whole, stream, "in pieces of {step}");
        }
    }

    #[test]
    fn a_header_is_taken_away_and_the_lengths_follow() {
        let found = all(APPEND, 1_000);
        let [Operation::Publication(publication)] = found.as_slice() else {
            panic!("no publication: {found:?}")
        };
        let mut publication = publication.clone();
        assert_eq!(publication.subject(), "baton.journal.1");
        assert_eq!((publication.header("a"), publication.header("c")), (Some("b:c"), None));
        assert!(publication.remove("nats-expected-last-sequence"));
        assert!(!publication.remove("nats-expected-last-sequence"));
        let expected: &[u8] =
            b"HPUB baton.journal.1 _R_.a 20 25\r\nNATS/1.0\r\nA: b:c\r\n\r\n\x00\r\n\xffx\r\n";
        assert_eq!(publication.bytes(), expected);
    }

    #[test]
    fn what_is_no_protocol_is_said() {
        let mut operations = Operations::default();
        operations.feed(b"PUB x many\r\n");
        assert!(operations.next().is_err());
    }
}
