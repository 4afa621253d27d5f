//! A writer that encodes control characters in log records (S29). The formatter escapes some in
//! messages, newlines never, and nothing in `%` fields, so the whole record passes here. Leaves
//! the record's closing newline alone.

use std::fmt::Write as _;
use std::io;

use tracing_subscriber::fmt::MakeWriter;

/// Makes writers that encode what goes through them.
#[derive(Clone, Debug)]
pub(super) struct Encoding<W>(W);

impl<W> Encoding<W> {
    pub(super) const fn new(inner: W) -> Self {
        Self(inner)
    }
}

impl<'a, W: MakeWriter<'a>> MakeWriter<'a> for Encoding<W> {
    type Writer = EncodingWriter<W::Writer>;

    fn make_writer(&'a self) -> Self::Writer {
        EncodingWriter(self.0.make_writer())
    }
}

/// Writes one record a call, as the formatter hands them over.
#[derive(Debug)]
pub(super) struct EncodingWriter<W>(W);

impl<W: io::Write> io::Write for EncodingWriter<W> {
    fn write(&mut self, record: &[u8]) -> io::Result<usize> {
        let text = String::from_utf8_lossy(record);
        let (body, end) = match text.strip_suffix('\n') {
            Some(body) => (body, "\n"),
            None => (text.as_ref(), ""),
        };
        let mut encoded = encode(body);
        encoded.push_str(end);
        self.0.write_all(encoded.as_bytes())?;
        Ok(record.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

/// `\u001b` for ESC: the form that is also right inside a JSON string.
fn encode(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for character in text.chars() {
        if deceives(character) {
            let written = write!(encoded, "\\u{:04x}", u32::from(character));
            written.expect("writing to a string cannot fail");
        } else {
            encoded.push(character);
        }
    }
    encoded
}

/// Control characters, line separators, and marks that reverse the reading direction.
const fn deceives(character: char) -> bool {
    matches!(
        character,
        '\0'..='\x1f' | '\x7f'..='\u{9f}' | '\u{200e}' | '\u{200f}'
            | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_passes_and_controls_are_spelled_out() {
        assert_eq!(encode("Größe 3 µs → ok"), "Größe 3 µs → ok");
        assert_eq!(encode("a\tb\n\x1b[0m\u{9b}"), "a\\u0009b\\u000a\\u001b[0m\\u009b");
    }

    #[test]
    fn only_the_closing_newline_is_kept() {
        let mut sink = Vec::new();
        let mut writer = EncodingWriter(&mut sink);
        io::Write::write_all(&mut writer, b"one\ntwo\n").unwrap();
        assert_eq!(sink, b"one\\u000atwo\n");
    }
}
