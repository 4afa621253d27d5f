//! Frames: what one message of the command stream or of the journal holds, and their codec.
//!
//! JSON with a version and tagged types, so that `nats sub` reads it. Persisted: keep stable.

use std::io::{Read as _, Write as _};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use flate2::Compression;
use flate2::read::DeflateDecoder;
use flate2::write::DeflateEncoder;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::answer::Done;
use crate::command::{Command, CommandKey, Person};
use crate::event::TimedEvent;
use crate::hash::Digest;
use crate::ids::{ChatId, GatewayId, WorkspaceId};
use crate::limits;
use crate::rejection::Rejection;
use crate::time::Timestamp;
use crate::words::TransferKind;

/// The version of both frame shapes.
pub const VERSION: u8 = 1;

/// What a gateway appends to a shard's command stream in one message.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct CommandFrame {
    /// [`VERSION`].
    pub v: u8,
    /// Which life of which gateway, and its how-many-eth frame for this shard.
    pub id: FrameId,
    /// The commands, each decoded on its own so that a poisonous one harms nobody else.
    pub commands: Vec<Box<RawValue>>,
}

/// Names a command frame: numbers count from 1 for each gateway life and shard.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct FrameId {
    /// Which life of which gateway.
    pub gateway: GatewayId,
    /// Which frame of it.
    pub n: u64,
}

/// What a leader appends to the journal in one message.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct JournalFrame {
    /// [`VERSION`].
    pub v: u8,
    /// The leader's term.
    pub epoch: u64,
    /// Digest of the payload of the frame before; zeros for the first.
    pub previous: Digest,
    /// Commands up to here have taken effect.
    pub commands_through: Cursor,
    /// The durable effects of frames up to this sequence are stored.
    pub effects_through: u64,
    /// What became of the commands of this frame.
    pub outcomes: Vec<Outcome>,
    /// For each outcome, how many of the events come before it: replay keeps the live order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub places: Vec<u32>,
    /// What happened.
    pub events: Vec<TimedEvent>,
}

/// A place in the command stream: after the `index`-th command of the message at `seq`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cursor {
    /// Stream sequence; 0 before the first message.
    pub seq: u64,
    /// How many commands of that message have been taken.
    pub index: u32,
    /// Whether that message is used up.
    pub whole: bool,
    /// The message's frame id: tells a rewound stream. None for one that could not be decoded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub frame: Option<FrameId>,
}

/// What became of one command.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outcome {
    /// The frame it came in.
    pub frame: FrameId,
    /// Its place there, from 0.
    pub index: u32,
    /// When it was decided.
    pub at: Timestamp,
    /// Its key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<CommandKey>,
    /// Whether the key names a start of a chat: such keys are remembered longest.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub start: bool,
    /// The asker's workspace; none if the command could not be decoded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub workspace: Option<WorkspaceId>,
    /// The chat it was about: its key lives as long as the chat and a while longer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub chat: Option<ChatId>,
    /// The person whose connection it announced: the answer holds all they have.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub connected: Option<Person>,
    /// For the statistics: the kind of transfer that was refused.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refused_transfer: Option<TransferKind>,
    /// What it did, or why not.
    pub result: Result<Done, Rejection>,
}

/// A large document, compressed: deflate in base64.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Packed(String);

/// A payload that is not what it should be.
#[derive(Debug, thiserror::Error)]
pub enum CodecError {
    /// Not JSON of the expected shape.
    #[error("cannot be decoded: {0}")]
    Shape(#[from] serde_json::Error),
    /// Written by a newer release.
    #[error("has version {0}, this release reads version {VERSION}: update it")]
    Version(u8),
    /// A packed document that does not unpack.
    #[error("does not unpack: {0}")]
    Packed(String),
}

impl CommandFrame {
    /// Encodes commands as one frame.
    pub fn encode(id: &FrameId, commands: &[Command]) -> Vec<u8> {
        let commands = commands
            .iter()
            .map(|c| serde_json::value::to_raw_value(c).expect("commands are plain data"))
            .collect();
        let frame = Self { v: VERSION, id: id.clone(), commands };
        serde_json::to_vec(&frame).expect("frames are plain data")
    }

    /// Decodes the frame, not yet its commands.
    pub fn decode(payload: &[u8]) -> Result<Self, CodecError> {
        let frame: Self = serde_json::from_slice(payload)?;
        if frame.v == VERSION { Ok(frame) } else { Err(CodecError::Version(frame.v)) }
    }
}

impl JournalFrame {
    /// The payload to append.
    pub fn encode(&self) -> Vec<u8> {
        serde_json::to_vec(self).expect("frames are plain data")
    }

    /// Decodes a stored payload.
    pub fn decode(payload: &[u8]) -> Result<Self, CodecError> {
        let frame: Self = serde_json::from_slice(payload)?;
        if frame.v == VERSION { Ok(frame) } else { Err(CodecError::Version(frame.v)) }
    }
}

impl Packed {
    /// Compresses a text.
    pub fn pack(text: &str) -> Self {
        let mut encoder = DeflateEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(text.as_bytes()).expect("writing to memory succeeds");
        Self(STANDARD_NO_PAD.encode(encoder.finish().expect("writing to memory succeeds")))
    }

    /// The text; bounded by [`limits::UNPACKED_CONFIG_BYTES`].
    pub fn unpack(&self) -> Result<String, CodecError> {
        let bytes =
            STANDARD_NO_PAD.decode(&self.0).map_err(|e| CodecError::Packed(e.to_string()))?;
        let mut text = String::new();
        DeflateDecoder::new(bytes.as_slice())
            .take(limits::UNPACKED_CONFIG_BYTES as u64 + 1)
            .read_to_string(&mut text)
            .map_err(|e| CodecError::Packed(e.to_string()))?;
        if text.len() > limits::UNPACKED_CONFIG_BYTES {
            return Err(CodecError::Packed("larger than a configuration may be".into()));
        }
        Ok(text)
    }

    /// Its size as stored.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether nothing is in it.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_packed_document_unpacks_to_itself() {
        let text = "{\"queues\":{}}".repeat(1_000);
        let packed = Packed::pack(&text);
        assert!(packed.len() < text.len() / 10);
        assert_eq!(packed.unpack().unwrap(), text);
        assert!(Packed("!".into()).unpack().is_err());
    }

    #[test]
    fn a_bomb_does_not_unpack() {
        let bomb = Packed::pack(&" ".repeat(limits::UNPACKED_CONFIG_BYTES + 10));
        assert!(matches!(bomb.unpack(), Err(CodecError::Packed(_))));
    }
}
