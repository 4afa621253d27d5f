//! What deadlines there are, and which of those due at the same moment comes first. Every timer is
//! in the state and fires once, through the journal. Keeping them is `wheel`'s.

use baton_common::ids::{AgentId, ChatId, EntryId, GatewayId, OfferId, QueueId, WorkspaceId};
use serde::{Deserialize, Serialize};

/// What a deadline is about. The order breaks ties, so it is part of the meaning: by kind, then by
/// id, entries by their numbers, so that who came first is looked at first.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Timer {
    /// A slice of a lost gateway's connections.
    GatewayDrain(GatewayId),
    /// An offer was not answered.
    OfferExpiry(OfferId),
    /// An agent did not come back.
    AgentGrace(WorkspaceId, AgentId),
    /// A customer did not come back.
    CustomerGrace(ChatId),
    /// A chat was silent: warn, then end.
    Inactivity(ChatId),
    /// A wrap-up took too long.
    Wrapup(ChatId, AgentId),
    /// Nobody came for an unattended chat.
    Unattended(ChatId),
    /// An entry reaches an age at which something changes for it.
    Age(EntryId),
    /// An entry waited too long.
    MaxWait(EntryId),
    /// Look whether anybody is eligible for an entry.
    NoAgent(EntryId),
    /// An agent may be offered something again.
    RampUp(WorkspaceId, AgentId),
    /// A closed chat's memory ends.
    Forget(ChatId),
    /// Opening hours open or close.
    Hours(WorkspaceId),
    /// A slice of a closed queue's line.
    Sweep(WorkspaceId, QueueId),
    /// A waiting customer is told how it stands.
    Tell(EntryId),
}

/// The beginning of a deadline's place in the order, in one piece: kind, then what it is of. Equal
/// prefixes leave the order open.
pub(super) type Prefix = (u64, u64);

impl Timer {
    /// How many kinds there are.
    pub(super) const KINDS: usize = 15;

    /// The kind's rank in the order.
    pub(super) fn kind(&self) -> usize {
        self.parts().0.into()
    }

    pub(super) fn prefix(&self) -> Prefix {
        let (kind, length, first, second) = self.order();
        let mut bytes = [0; 16];
        (bytes[0], bytes[1]) = (kind, length);
        // A zero is between the two.
        let (of_first, rest) = bytes[2..].split_at_mut(first.len().min(14));
        of_first.copy_from_slice(&first[..of_first.len()]);
        let of_second = second.len().min(rest.len().saturating_sub(1));
        if of_second > 0 {
            rest[1..=of_second].copy_from_slice(&second[..of_second]);
        }
        let whole = u128::from_be_bytes(bytes);
        let half = |part: u128| u64::try_from(part).expect("it is half of the bits");
        (half(whole >> 64), half(whole & u128::from(u64::MAX)))
    }

    /// What the order goes by. Numbers are written without zeros in front: the longer is the later.
    fn order(&self) -> (u8, u8, &[u8], &[u8]) {
        let (kind, first, second) = self.parts();
        let length = match self {
            Self::Age(_) | Self::MaxWait(_) | Self::NoAgent(_) | Self::Tell(_) => {
                u8::try_from(first.len()).unwrap_or(u8::MAX)
            }
            _ => 0,
        };
        (kind, length, first, second)
    }

    /// The kind's rank in the order, and the ids.
    fn parts(&self) -> (u8, &[u8], &[u8]) {
        match self {
            Self::GatewayDrain(gateway) => (0, gateway.as_bytes(), b""),
            Self::OfferExpiry(offer) => (1, offer.as_bytes(), b""),
            Self::AgentGrace(workspace, agent) => (2, workspace.as_bytes(), agent.as_bytes()),
            Self::CustomerGrace(chat) => (3, chat.as_bytes(), b""),
            Self::Inactivity(chat) => (4, chat.as_bytes(), b""),
            Self::Wrapup(chat, agent) => (5, chat.as_bytes(), agent.as_bytes()),
            Self::Unattended(chat) => (6, chat.as_bytes(), b""),
            Self::Age(entry) => (7, entry.as_bytes(), b""),
            Self::MaxWait(entry) => (8, entry.as_bytes(), b""),
            Self::NoAgent(entry) => (9, entry.as_bytes(), b""),
            Self::RampUp(workspace, agent) => (10, workspace.as_bytes(), agent.as_bytes()),
            Self::Forget(chat) => (11, chat.as_bytes(), b""),
            Self::Hours(workspace) => (12, workspace.as_bytes(), b""),
            Self::Sweep(workspace, queue) => (13, workspace.as_bytes(), queue.as_bytes()),
            Self::Tell(entry) => (14, entry.as_bytes(), b""),
        }
    }
}

impl Ord for Timer {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.order().cmp(&other.order())
    }
}

impl PartialOrd for Timer {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_of_one_moment_come_by_their_numbers() {
        let mut timers = [Timer::Age("ent_10".into()), Timer::Age("ent_9".into())];
        timers.sort();
        assert_eq!(timers[0], Timer::Age("ent_9".into()));
    }

    #[test]
    fn prefixes_stand_in_the_order_of_their_timers() {
        let mut timers = Vec::new();
        for text in ["", "a", "ab", "b", "ent_9", "ent_10", "cht_0123456789abcdefghj"] {
            for other in ["", "a", "z"] {
                timers.extend([
                    Timer::GatewayDrain(text.into()),
                    Timer::OfferExpiry(text.into()),
                    Timer::AgentGrace(text.into(), other.into()),
                    Timer::CustomerGrace(text.into()),
                    Timer::Inactivity(text.into()),
                    Timer::Wrapup(text.into(), other.into()),
                    Timer::Unattended(text.into()),
                    Timer::Age(text.into()),
                    Timer::MaxWait(text.into()),
                    Timer::NoAgent(text.into()),
                    Timer::RampUp(text.into(), other.into()),
                    Timer::Forget(text.into()),
                    Timer::Hours(text.into()),
                    Timer::Sweep(text.into(), other.into()),
                    Timer::Tell(text.into()),
                ]);
            }
        }
        timers.sort();
        let prefixes: Vec<Prefix> = timers.iter().map(Timer::prefix).collect();
        assert!(prefixes.is_sorted());
    }
}
