//! What deadlines there are, and which of those due at the same moment comes first. Every timer is
//! in the state and fires once, through the journal. Keeping them is `wheel`'s.

use baton_common::ids::{
    AgentId, ChatId, EntryId, GatewayId, OfferId, QueueId, SupervisorId, WorkspaceId,
};
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
    /// A supervisor did not come back.
    SupervisorGrace(WorkspaceId, SupervisorId),
}

/// The beginning of a deadline's place in the order, in one piece: kind, then what it is of. Equal
/// prefixes leave the order open.
pub(super) type Prefix = (u64, u64);

impl Timer {
    /// How many kinds there are.
    pub(super) const KINDS: usize = 16;

    /// The kind's rank in the order.
    #[inline]
    pub(super) fn kind(&self) -> usize {
        self.rank().into()
    }

    pub(super) fn prefix(&self) -> Prefix {
        const HEAD: usize = 14;
        let (mut head, length): ([u8; HEAD], usize) = match self {
            Self::GatewayDrain(gateway) => (gateway.head(), 0),
            Self::OfferExpiry(offer) => (offer.head(), 0),
            Self::AgentGrace(of, _)
            | Self::RampUp(of, _)
            | Self::Sweep(of, _)
            | Self::SupervisorGrace(of, _) => (of.head(), 0),
            Self::CustomerGrace(chat)
            | Self::Inactivity(chat)
            | Self::Wrapup(chat, _)
            | Self::Unattended(chat)
            | Self::Forget(chat) => (chat.head(), 0),
            Self::Age(entry) | Self::MaxWait(entry) | Self::NoAgent(entry) | Self::Tell(entry) => {
                (entry.head(), entry.as_bytes().len())
            }
            Self::Hours(workspace) => (workspace.head(), 0),
        };
        let (first, second) = self.ids();
        // A zero is between the two.
        if let Some(rest) = head.get_mut(first.len() + 1..).filter(|_| !second.is_empty()) {
            let of_second = second.len().min(rest.len());
            rest[..of_second].copy_from_slice(&second[..of_second]);
        }
        let mut words = [[0; 8]; 2];
        words[0][0] = self.rank();
        words[0][1] = u8::try_from(length).unwrap_or(u8::MAX);
        words[0][2..].copy_from_slice(&head[..6]);
        words[1].copy_from_slice(&head[6..]);
        let [first, second] = words.map(u64::from_be_bytes);
        (first, second)
    }

    /// What the order goes by. Numbers are written without zeros in front: the longer is the later.
    fn order(&self) -> (u8, u8, &[u8], &[u8]) {
        let (first, second) = self.ids();
        let length = match self {
            Self::Age(_) | Self::MaxWait(_) | Self::NoAgent(_) | Self::Tell(_) => {
                u8::try_from(first.len()).unwrap_or(u8::MAX)
            }
            _ => 0,
        };
        (self.rank(), length, first, second)
    }

    fn rank(&self) -> u8 {
        match self {
            Self::GatewayDrain(_) => 0,
            Self::OfferExpiry(_) => 1,
            Self::AgentGrace(..) => 2,
            Self::CustomerGrace(_) => 3,
            Self::Inactivity(_) => 4,
            Self::Wrapup(..) => 5,
            Self::Unattended(_) => 6,
            Self::Age(_) => 7,
            Self::MaxWait(_) => 8,
            Self::NoAgent(_) => 9,
            Self::RampUp(..) => 10,
            Self::Forget(_) => 11,
            Self::Hours(_) => 12,
            Self::Sweep(..) => 13,
            Self::Tell(_) => 14,
            Self::SupervisorGrace(..) => 15,
        }
    }

    fn ids(&self) -> (&[u8], &[u8]) {
        match self {
            Self::GatewayDrain(gateway) => (gateway.as_bytes(), b""),
            Self::OfferExpiry(offer) => (offer.as_bytes(), b""),
            Self::CustomerGrace(chat)
            | Self::Inactivity(chat)
            | Self::Unattended(chat)
            | Self::Forget(chat) => (chat.as_bytes(), b""),
            Self::Age(entry) | Self::MaxWait(entry) | Self::NoAgent(entry) | Self::Tell(entry) => {
                (entry.as_bytes(), b"")
            }
            Self::Wrapup(chat, agent) => (chat.as_bytes(), agent.as_bytes()),
            Self::AgentGrace(workspace, agent) | Self::RampUp(workspace, agent) => {
                (workspace.as_bytes(), agent.as_bytes())
            }
            Self::Hours(workspace) => (workspace.as_bytes(), b""),
            Self::Sweep(workspace, queue) => (workspace.as_bytes(), queue.as_bytes()),
            Self::SupervisorGrace(workspace, supervisor) => {
                (workspace.as_bytes(), supervisor.as_bytes())
            }
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
                    Timer::SupervisorGrace(text.into(), other.into()),
                ]);
            }
        }
        timers.sort();
        let prefixes: Vec<Prefix> = timers.iter().map(Timer::prefix).collect();
        assert!(prefixes.is_sorted());
    }
}
