//! What the journal keeps in place of an idempotency key: the first half of a SHA-256 over the
//! owner and the key, each with its length before it.

use std::fmt;

use serde::{Deserialize, Deserializer, de::Error as _};
use sha2::{Digest as _, Sha256};

/// 128 bits that stand for a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Mark(pub [u8; 16]);

/// The key of a socket frame: it belongs to the person and the connection's `client_id`.
pub fn frame_key(workspace: &str, role: &str, sub: &str, client_id: &str, id: &str) -> Mark {
    of(&[&format!("{workspace}:{role}:{sub}"), &format!("f:{client_id}:{id}")])
}

/// The key of a start: it belongs to the workspace.
pub fn start_key(workspace: &str, key: &str) -> Mark {
    of(&[&format!("start:{workspace}"), &format!("h:{key}")])
}

fn of(parts: &[&str]) -> Mark {
    let mut hasher = Sha256::new();
    for part in parts {
        hasher.update((part.len() as u64).to_be_bytes());
        hasher.update(part.as_bytes());
    }
    let full: [u8; 32] = hasher.finalize().into();
    let mut mark = [0; 16];
    mark.copy_from_slice(&full[..16]);
    Mark(mark)
}

impl Mark {
    /// The mark that 32 hexadecimal digits write.
    pub(crate) fn read(text: &str) -> Option<Self> {
        let number = u128::from_str_radix(text, 16).ok().filter(|_| text.len() == 32)?;
        Some(Self(number.to_be_bytes()))
    }
}

impl fmt::Display for Mark {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{:032x}", u128::from_be_bytes(self.0))
    }
}

impl<'de> Deserialize<'de> for Mark {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        Self::read(&text).ok_or_else(|| D::Error::custom("a mark has 32 hexadecimal digits"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_reads_as_it_is_written() {
        let mark = frame_key("w", "agent", "anna", "client", "7");
        assert_eq!(Mark::read(&mark.to_string()), Some(mark));
        assert_ne!(mark, frame_key("w", "agent", "anna", "client", "8"));
        assert_eq!(Mark::read("0"), None);
    }
}
