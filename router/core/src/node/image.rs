//! The codec of state images: CBOR, then a SHA-256 of it. Leaves keeping them to the shell, and
//! whether one fits the journal is asked with the journal's own frame at its sequence.

use baton_common::hash::Digest;
use serde::{Deserialize, Serialize};

use super::memory::Memory;

/// Rises when the state's layout changes: an image of another layout is not used.
pub const SCHEMA: u32 = 1;

const CHECKSUM: usize = 32;

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

/// Read before the rest, whose layout it names.
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
    #[error("has layout {0}, this release reads layout {SCHEMA}")]
    Schema(u32),
    /// Of another shard.
    #[error("is of shard {0}")]
    Shard(u16),
}

/// Encodes an image with its checksum.
pub fn encode(shard: u16, memory: &Memory) -> Vec<u8> {
    let mut bytes = Vec::new();
    let image = ImageOf { schema: SCHEMA, shard, memory };
    ciborium::into_writer(&image, &mut bytes).expect("state is plain data, memory takes it");
    let checksum = Digest::of(&bytes);
    bytes.extend_from_slice(&checksum.0);
    bytes
}

/// Checks and decodes an image.
pub fn decode(shard: u16, bytes: &[u8]) -> Result<Memory, ImageError> {
    let at = bytes.len().checked_sub(CHECKSUM).ok_or(ImageError::Checksum)?;
    let (body, checksum) = bytes.split_at(at);
    if Digest::of(body).0 != checksum {
        return Err(ImageError::Checksum);
    }
    let shape = |problem: ciborium::de::Error<_>| ImageError::Shape(problem.to_string());
    let head: Head = ciborium::from_reader(body).map_err(shape)?;
    if head.schema != SCHEMA {
        return Err(ImageError::Schema(head.schema));
    }
    let image: Image = ciborium::from_reader(body).map_err(shape)?;
    assert_eq!(image.schema, SCHEMA, "the head is part of the image");
    if image.shard == shard { Ok(image.memory) } else { Err(ImageError::Shard(image.shard)) }
}

/// Whether the journal that has `payload` at the image's sequence is the one it was taken of.
pub fn fits(memory: &Memory, payload: &[u8]) -> bool {
    Digest::of(payload) == memory.digest()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_image_comes_back_and_an_altered_one_does_not() {
        let memory = Memory { seq: 7, digest: Digest::of(b"frame"), ..Memory::default() };
        let bytes = encode(3, &memory);
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
}
