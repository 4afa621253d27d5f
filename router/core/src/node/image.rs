//! The codec of state images: CBOR, then a SHA-256 of it. Leaves keeping them to the shell, and
//! whether one fits the journal is asked with the journal's own frame at its sequence.

use std::io;

use baton_common::frame::JournalFrame;
use baton_common::hash::Digest;
use serde::{Deserialize, Serialize};

use super::memory::Memory;

/// Rises with a release that keeps more or other things in its state: an earlier release must not
/// use such an image, since it would drop what it does not know.
pub const SCHEMA: u32 = 5;
/// The oldest layout that can be read: what was added since has a default.
pub const OLDEST: u32 = 1;

const CHECKSUM: usize = 32;
/// Bytes between two pauses: a fraction of a millisecond's work.
const PAUSE_BYTES: usize = 2 * 1_024;

#[derive(Deserialize)]
struct Image {
    schema: u32,
    shard: u16,
    memory: Memory,
}

#[derive(Serialize)]
struct ImageOf<'a> {
    schema: u32,
    shard: u16,
    memory: &'a Memory,
}

/// Tells the layout of an image whose rest cannot be read.
#[derive(Deserialize)]
struct Head {
    schema: u32,
}

/// Why an image is not used.
#[derive(Debug, thiserror::Error)]
pub enum ImageError {
    /// Shorter than a checksum, or altered.
    #[error("the checksum does not agree")]
    Checksum,
    /// Not an image.
    #[error("cannot be decoded: {0}")]
    Shape(String),
    /// Of another release.
    #[error("has layout {0}, this release reads layouts {OLDEST} to {SCHEMA}")]
    Schema(u32),
    /// Of another shard.
    #[error("is of shard {0}")]
    Shard(u16),
}

/// Encodes an image with its checksum. `pause` is called between small parts of the work.
pub fn encode(shard: u16, memory: &Memory, pause: impl FnMut()) -> Vec<u8> {
    let mut paused = Paused { inner: Vec::new(), done: 0, pause };
    let image = ImageOf { schema: SCHEMA, shard, memory };
    ciborium::into_writer(&image, &mut paused).expect("state is plain data, memory takes it");
    let mut bytes = paused.inner;
    let checksum = Digest::of(&bytes);
    bytes.extend_from_slice(&checksum.0);
    bytes
}

/// Checks and decodes an image. `pause` is called between small parts of the work.
pub fn decode(shard: u16, bytes: &[u8], pause: impl FnMut()) -> Result<Memory, ImageError> {
    let at = bytes.len().checked_sub(CHECKSUM).ok_or(ImageError::Checksum)?;
    let (body, checksum) = bytes.split_at(at);
    if Digest::of(body).0 != checksum {
        return Err(ImageError::Checksum);
    }
    let image: Result<Image, _> = ciborium::from_reader(Paused { inner: body, done: 0, pause });
    match image {
        Ok(image) if !reads(image.schema) => Err(ImageError::Schema(image.schema)),
        Ok(image) if image.shard != shard => Err(ImageError::Shard(image.shard)),
        Ok(image) => Ok(image.memory),
        Err(problem) => match ciborium::from_reader::<Head, _>(body) {
            Ok(head) if !reads(head.schema) => Err(ImageError::Schema(head.schema)),
            _ => Err(ImageError::Shape(problem.to_string())),
        },
    }
}

fn reads(schema: u32) -> bool {
    (OLDEST..=SCHEMA).contains(&schema)
}

/// Whether the journal that has `payload` at the image's sequence is the one it was taken of.
pub fn fits(memory: &Memory, payload: &[u8]) -> bool {
    Digest::of(payload) == memory.digest()
}

/// Whether the journal that has `payload` after the image's sequence is the one it was taken of.
/// A frame that this release cannot read says nothing; folding it says why.
pub fn precedes(memory: &Memory, payload: &[u8]) -> bool {
    JournalFrame::decode(payload).map_or(true, |frame| frame.previous == memory.digest())
}

/// Bytes on their way, with pauses.
struct Paused<T, P> {
    inner: T,
    /// Since the last pause.
    done: usize,
    pause: P,
}

impl<T, P: FnMut()> Paused<T, P> {
    fn count(&mut self, bytes: usize) {
        self.done += bytes;
        if self.done >= PAUSE_BYTES {
            self.done = 0;
            (self.pause)();
        }
    }
}

impl<P: FnMut()> io::Write for Paused<Vec<u8>, P> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.count(bytes.len());
        self.inner.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<P: FnMut()> io::Read for Paused<&[u8], P> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(into)?;
        self.count(read);
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decode(shard: u16, bytes: &[u8]) -> Result<Memory, ImageError> {
        super::decode(shard, bytes, || {})
    }

    #[test]
    fn an_image_comes_back_and_an_altered_one_does_not() {
        let memory = Memory { seq: 7, digest: Digest::of(b"frame"), ..Memory::default() };
        let bytes = encode(3, &memory, || {});
        let back = decode(3, &bytes).unwrap();
        assert_eq!(back.position(), memory.position());
        assert!(fits(&back, b"frame") && !fits(&back, b"other"));
        assert!(matches!(decode(4, &bytes), Err(ImageError::Shard(3))));
        for at in 0..bytes.len() {
            let mut altered = bytes.clone();
            altered[at] ^= 1;
            assert!(matches!(decode(3, &altered), Err(ImageError::Checksum)), "byte {at}");
        }
        assert!(matches!(decode(3, &bytes[..9]), Err(ImageError::Checksum)));
    }

    #[test]
    fn an_image_of_another_layout_is_told_from_a_broken_one() {
        let sealed = |body: &ciborium::Value| {
            let mut bytes = Vec::new();
            ciborium::into_writer(body, &mut bytes).unwrap();
            let checksum = Digest::of(&bytes);
            bytes.extend_from_slice(&checksum.0);
            bytes
        };
        let key = |name: &str| ciborium::Value::Text(name.into());
        let later = [(key("schema"), (SCHEMA + 1).into()), (key("all"), key("new"))];
        let later = sealed(&ciborium::Value::Map(later.to_vec()));
        assert!(matches!(decode(3, &later), Err(ImageError::Schema(schema)) if schema > SCHEMA));
        // Even where this release could make sense of it: it would drop what it does not know.
        let bytes = encode(3, &Memory::default(), || {});
        let mut body = ciborium::from_reader(&bytes[..bytes.len() - CHECKSUM]).unwrap();
        let ciborium::Value::Map(fields) = &mut body else { panic!("{body:?}") };
        fields[0].1 = (SCHEMA + 1).into();
        assert!(matches!(decode(3, &sealed(&body)), Err(ImageError::Schema(_))));
        let ciborium::Value::Map(fields) = &mut body else { panic!("{body:?}") };
        fields[0].1 = OLDEST.into();
        assert!(decode(3, &sealed(&body)).is_ok());
        assert!(matches!(decode(3, &sealed(&key("x"))), Err(ImageError::Shape(_))));
    }

    #[test]
    fn long_work_is_interrupted() {
        let leader = Some("r".repeat(PAUSE_BYTES).as_str().into());
        let memory = Memory { leader, ..Memory::default() };
        let (mut writing, mut reading) = (0, 0);
        let bytes = encode(0, &memory, || writing += 1);
        super::decode(0, &bytes, || reading += 1).unwrap();
        assert!(writing > 0 && reading > 0, "{writing} {reading}");
    }
}
