//! Hashes with a meaning: shard of a workspace, ids from keys, links of the journal's chain.

use std::hash::{Hash, Hasher};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};
use sha2::{Digest as _, Sha256};

use crate::ids::{ChatId, CustomerId, Id, WorkspaceId};

/// FNV-1a over the bytes: equal to the broker's `partition` function.
pub fn fnv1a32(bytes: &[u8]) -> u32 {
    bytes.iter().fold(0x811c_9dc5, |hash, byte| (hash ^ u32::from(*byte)).wrapping_mul(0x0100_0193))
}

/// The shard that orders everything of a workspace.
pub fn shard_of(workspace: &WorkspaceId, shards: u16) -> u16 {
    let shard = fnv1a32(workspace.as_str().as_bytes()) % u32::from(shards.max(1));
    u16::try_from(shard).expect("a remainder of a u16 fits a u16")
}

/// A SHA-256; written as lower-case hexadecimal. Links journal frames.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Digest(pub [u8; 32]);

impl Digest {
    /// The digest of `bytes`.
    pub fn of(bytes: &[u8]) -> Self {
        Self(Sha256::digest(bytes).into())
    }
}

/// 128 bits of a SHA-256; written as hexadecimal. Stands for a text that must not be kept: an
/// idempotency key, a request's body, a customer's own id.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Mark(pub [u8; 16]);

/// In one piece: a mark's bits are spread already.
impl Hash for Mark {
    #[inline]
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write_u128(u128::from_le_bytes(self.0));
    }
}

impl Mark {
    /// The mark of several parts; parts are told apart, `["a","b"]` is not `["ab"]`.
    pub fn of(parts: &[&str]) -> Self {
        let mut hasher = Sha256::new();
        for part in parts {
            hasher.update((part.len() as u64).to_be_bytes());
            hasher.update(part.as_bytes());
        }
        let full: [u8; 32] = hasher.finalize().into();
        let mut mark = [0; 16];
        mark.copy_from_slice(&full[..16]);
        Self(mark)
    }

    /// Nineteen letters and digits (95 bits) for use in an id.
    pub fn id_text(self) -> String {
        const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
        let mut bits = u128::from_be_bytes(self.0);
        // With room for the prefix of an id.
        let mut text = String::with_capacity(24);
        for _ in 0..19 {
            text.push(char::from(ALPHABET[(bits & 31) as usize]));
            bits >>= 5;
        }
        text
    }
}

/// An id `<prefix><mark>`.
pub fn marked_id<K>(prefix: &str, mark: Mark) -> Id<K> {
    let mut text = mark.id_text();
    text.insert_str(0, prefix);
    Id::new(text)
}

/// The id of the chat that a start with this key makes in this workspace.
pub fn chat_id(workspace: &WorkspaceId, key: &str) -> ChatId {
    marked_id("cht_", Mark::of(&["chat", workspace.as_str(), key]))
}

/// The id of the customer as a participant of this chat.
pub fn customer_id(chat: &ChatId) -> CustomerId {
    marked_id("cus_", Mark::of(&["customer", chat.as_str()]))
}

fn to_hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

fn from_hex<const N: usize>(text: &str) -> Option<[u8; N]> {
    let mut bytes = [0; N];
    if text.len() != N * 2 || !text.is_ascii() {
        return None;
    }
    for (byte, at) in bytes.iter_mut().zip((0..).step_by(2)) {
        *byte = u8::from_str_radix(text.get(at..at + 2)?, 16).ok()?;
    }
    Some(bytes)
}

impl Serialize for Digest {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&to_hex(&self.0))
    }
}

impl<'de> Deserialize<'de> for Digest {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        from_hex(&text).map(Self).ok_or_else(|| D::Error::custom("not a SHA-256 in hexadecimal"))
    }
}

impl Serialize for Mark {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&to_hex(&self.0))
    }
}

impl<'de> Deserialize<'de> for Mark {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        from_hex(&text).map(Self).ok_or_else(|| D::Error::custom("not 128 bits in hexadecimal"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fnv_agrees_with_its_published_vectors() {
        assert_eq!(fnv1a32(b""), 0x811c_9dc5);
        assert_eq!(fnv1a32(b"a"), 0xe40c_292c);
        assert_eq!(fnv1a32(b"foobar"), 0xbf9c_f968);
    }

    #[test]
    fn marks_tell_parts_apart_and_survive_text() {
        assert_ne!(Mark::of(&["a", "b"]), Mark::of(&["ab"]));
        let mark = Mark::of(&["key"]);
        let text = serde_json::to_string(&mark).unwrap();
        assert_eq!(serde_json::from_str::<Mark>(&text).unwrap(), mark);
        assert!(serde_json::from_str::<Mark>("\"zz\"").is_err());
    }

    #[test]
    fn the_same_key_names_the_same_chat_in_one_workspace_only() {
        let (a, b) = (WorkspaceId::new("a"), WorkspaceId::new("b"));
        assert_eq!(chat_id(&a, "k"), chat_id(&a, "k"));
        assert_ne!(chat_id(&a, "k"), chat_id(&b, "k"));
        assert_eq!(chat_id(&a, "k").as_str().len(), 23);
    }
}
