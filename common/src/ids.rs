//! Typed ids: one type for each kind of thing, so that a chat is never taken for an offer.
//!
//! Ids are opaque text to everybody but their makers: the engine counts entries, offers and
//! invitations; gateways derive chat ids from keys (`hash`); configuration names the rest.

mod text;

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::marker::PhantomData;

use serde::de::{Error, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use text::Text;

/// An id of a thing of kind `K`. Ids of up to 23 bytes need no allocation and are copied,
/// compared and hashed as three words.
pub struct Id<K>(Text, PhantomData<fn() -> K>);

/// Marks an [`Id`] as one of a chat (`cht_…`).
pub enum Chat {}
/// Marks an [`Id`] as one of a queue's entry (`ent_…`).
pub enum Entry {}
/// Marks an [`Id`] as one of an offer (`off_…`).
pub enum Offer {}
/// Marks an [`Id`] as one of an invitation (`inv_…`).
pub enum Invite {}
/// Marks an [`Id`] as one of a customer in one chat (`cus_…`).
pub enum Customer {}
/// Marks an [`Id`] as the configured short name of an agent.
pub enum Agent {}
/// Marks an [`Id`] as a supervisor's or admin's token `sub`.
pub enum Supervisor {}
/// Marks an [`Id`] as the configured short name of a queue.
pub enum Queue {}
/// Marks an [`Id`] as the configured short name of a skill.
pub enum Skill {}
/// Marks an [`Id`] as the name of a workspace.
pub enum Workspace {}
/// Marks an [`Id`] as one life of one gateway process (its incarnation).
pub enum Gateway {}
/// Marks an [`Id`] as one socket connection of a gateway.
pub enum Connection {}
/// Marks an [`Id`] as one life of one router process.
pub enum Router {}
/// Marks an [`Id`] as a note that is kept in a chat's transcript.
pub enum Note {}

/// See [`Chat`].
pub type ChatId = Id<Chat>;
/// See [`Entry`].
pub type EntryId = Id<Entry>;
/// See [`Offer`].
pub type OfferId = Id<Offer>;
/// See [`Invite`].
pub type InviteId = Id<Invite>;
/// See [`Customer`].
pub type CustomerId = Id<Customer>;
/// See [`Agent`].
pub type AgentId = Id<Agent>;
/// See [`Supervisor`].
pub type SupervisorId = Id<Supervisor>;
/// See [`Queue`].
pub type QueueId = Id<Queue>;
/// See [`Skill`].
pub type SkillId = Id<Skill>;
/// See [`Workspace`].
pub type WorkspaceId = Id<Workspace>;
/// See [`Gateway`].
pub type GatewayId = Id<Gateway>;
/// See [`Connection`].
pub type ConnectionId = Id<Connection>;
/// See [`Router`].
pub type RouterId = Id<Router>;
/// See [`Note`].
pub type NoteId = Id<Note>;

impl<K> Id<K> {
    /// Takes any text as an id of this kind; whether such a thing exists is the owner's to say.
    pub fn new(text: impl AsRef<str>) -> Self {
        Self(Text::new(text.as_ref()), PhantomData)
    }

    /// The id of something numbered, without an allocation.
    pub fn numbered(prefix: &str, number: u64) -> Self {
        Self(Text::numbered(prefix, number), PhantomData)
    }

    /// The id as text.
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    /// The id as text, for comparing and copying: cheaper than as letters.
    pub fn as_bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }

    /// Whether two ids are equal as far as that is told without calling anybody; false leaves it
    /// open.
    #[inline]
    pub fn is_plainly(&self, other: &Self) -> bool {
        self.0.is_plainly(&other.0)
    }

    /// The first bytes of the id, zeros behind a shorter one; up to 23 can be asked for.
    #[inline]
    pub fn head<const N: usize>(&self) -> [u8; N] {
        self.0.head()
    }
}

/// Whether `text` is a short configured name: `[a-z0-9_-]{1,32}`.
pub fn is_short_name(text: &str) -> bool {
    (1..=32).contains(&text.len())
        && text
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_' || b == b'-')
}

impl<K> Clone for Id<K> {
    #[inline]
    fn clone(&self) -> Self {
        Self(self.0.clone(), PhantomData)
    }
}

impl<K> PartialEq for Id<K> {
    #[inline]
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}

impl<K> Eq for Id<K> {}

impl<K> PartialOrd for Id<K> {
    #[inline]
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl<K> Ord for Id<K> {
    #[inline]
    fn cmp(&self, other: &Self) -> Ordering {
        self.0.cmp(&other.0)
    }
}

/// Not the hash of the text: an id is looked for by an id.
impl<K> Hash for Id<K> {
    #[inline]
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.hash(state);
    }
}

impl<K> fmt::Display for Id<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl<K> fmt::Debug for Id<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl<K> Serialize for Id<K> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de, K> Deserialize<'de> for Id<K> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(AnyText).map(|text| Self(text, PhantomData))
    }
}

struct AnyText;

impl Visitor<'_> for AnyText {
    type Value = Text;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Text, E> {
        Ok(Text::new(text))
    }
}

impl<K> From<&str> for Id<K> {
    fn from(text: &str) -> Self {
        Self::new(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_order_and_print_as_their_text() {
        let (a, b) = (ChatId::new("cht_1"), ChatId::new("cht_2"));
        assert!(a < b);
        assert_eq!(format!("{a} {b:?}"), "cht_1 cht_2");
    }

    #[test]
    fn short_names_are_lower_case_and_bounded() {
        assert!(is_short_name("support_fr") && is_short_name("a-1"));
        assert!(!is_short_name("") && !is_short_name("Sales") && !is_short_name(&"x".repeat(33)));
    }
}
