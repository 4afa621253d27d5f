//! Deadlines: every timer is in the state and fires once, through the journal.
//!
//! An ordered set serves until the engine is made fast; its users see only set, clear and next.

use std::collections::{BTreeMap, BTreeSet};

use baton_common::ids::{AgentId, ChatId, EntryId, GatewayId, OfferId, WorkspaceId};
use baton_common::time::Timestamp;
use serde::{Deserialize, Serialize};

/// What a deadline is about. The order breaks ties, so it is part of the meaning.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
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
    /// An entry waited too long.
    MaxWait(EntryId),
    /// Look whether anybody is eligible for an entry.
    NoAgent(EntryId),
    /// An agent may be offered something again.
    RampUp(WorkspaceId, AgentId),
    /// A closed chat's memory ends.
    Forget(ChatId),
}

/// All deadlines of a shard.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Timers {
    due: BTreeSet<(Timestamp, Timer)>,
    at: BTreeMap<Timer, Timestamp>,
}

impl Timers {
    /// Sets a deadline in place of the one there may be.
    pub(crate) fn set(&mut self, timer: Timer, at: Timestamp) {
        self.clear(&timer);
        self.due.insert((at, timer.clone()));
        self.at.insert(timer, at);
    }

    /// Forgets a deadline.
    pub(crate) fn clear(&mut self, timer: &Timer) {
        if let Some(at) = self.at.remove(timer) {
            self.due.remove(&(at, timer.clone()));
        }
    }

    /// The next one.
    pub(crate) fn next(&self) -> Option<(Timestamp, &Timer)> {
        self.due.first().map(|(at, timer)| (*at, timer))
    }

    pub(crate) fn len(&self) -> usize {
        self.at.len()
    }

    /// When a deadline is.
    pub(crate) fn deadline(&self, timer: &Timer) -> Option<Timestamp> {
        self.at.get(timer).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_timer_set_again_is_due_once() {
        let mut timers = Timers::default();
        let timer = Timer::Unattended("cht_1".into());
        timers.set(timer.clone(), Timestamp(5));
        timers.set(timer.clone(), Timestamp(3));
        assert_eq!(timers.next(), Some((Timestamp(3), &timer)));
        timers.clear(&timer);
        assert_eq!(timers.next(), None);
    }
}
