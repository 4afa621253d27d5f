//! The state of one shard: a projection of its journal, complete and serialisable.
//!
//! Only `apply` changes it. Rows are found by id and stand in no order: whoever shows several of
//! them sorts them, so that every router shows the same.

pub mod agent;
pub mod chat;
pub mod entry;
pub(crate) mod few;
mod forget;
pub mod history;
mod kept;
pub mod line;
pub mod memory;
mod near;
pub mod offer;
pub mod overseer;
mod places;
pub mod presence;
mod sample;
pub(crate) mod spare;
pub(crate) mod table;
pub mod timers;
pub mod wheel;
pub mod workspace;

use std::collections::BTreeMap;
use std::sync::Arc;

use baton_common::config::{Policies, Workspace as Config};
use baton_common::ids::{
    AgentId, ChatId, EntryId, GatewayId, Id, InviteId, OfferId, QueueId, WorkspaceId,
};
use baton_common::time::Timestamp;
use serde::{Deserialize, Serialize};

use crate::effects::News;
use crate::matching::{Index, Worklist};
pub use agent::AgentState;
pub use chat::{Chat, Invite, Outcome, Participant, Phase};
pub use entry::{Entry, LineKey};
pub use memory::Memory;
pub use offer::Offer;
pub use overseer::Overseer;
pub use presence::Presence;
use spare::Spare;
pub(crate) use table::Table;
pub use timers::Timer;
pub use wheel::Timers;
pub use workspace::{Rules, WorkspaceState};

/// One shard's state.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(from = "kept::Kept")]
pub struct State {
    pub(crate) epoch: u64,
    pub(crate) last_event: Timestamp,
    /// Counts entries, offers and invitations: the number in their ids.
    pub(crate) made: u64,
    /// Rises with every event; rows carry the value of their last change.
    pub(crate) rev: u64,
    pub(crate) workspaces: BTreeMap<WorkspaceId, WorkspaceState>,
    pub(crate) chats: Table<ChatId, Chat>,
    /// Live entries only.
    pub(crate) entries: Table<EntryId, Entry>,
    /// Pending offers, and settled ones as long as their chat remembers them.
    pub(crate) offers: Table<OfferId, Offer>,
    pub(crate) timers: Timers,
    pub(crate) presence: Presence,
    pub(crate) memory: Memory,
    /// The schema of events that was raised last.
    pub(crate) schema: u32,
    /// A projection of the rest.
    #[serde(skip)]
    pub(crate) index: Index,
    #[serde(skip)]
    pub(crate) spare_work: Spare<Worklist>,
    #[serde(skip)]
    pub(crate) spare_news: Spare<Option<Box<News>>>,
}

impl State {
    /// The schema of events from which on queues open, close and talk to those who wait.
    pub(crate) const HOURS: u32 = 3;
    /// The schema of events from which on supervisors take part in chats.
    pub(crate) const OVERSIGHT: u32 = 4;

    /// Keeps the index from here on, so that offers can be made from this state. Without it
    /// folding costs less; whoever decides has it made.
    pub fn keep_index(&mut self) {
        if !self.index.is_on() {
            self.index = Index::of(self);
        }
    }

    /// When the next timer is due.
    pub fn next_deadline(&self) -> Option<Timestamp> {
        self.timers.next().map(|(at, _)| at)
    }

    /// The time of the newest event.
    pub fn last_event(&self) -> Timestamp {
        self.last_event
    }

    /// The newest leader's term.
    pub fn epoch(&self) -> u64 {
        self.epoch
    }

    /// A workspace's configuration.
    pub fn config(&self, workspace: &WorkspaceId) -> Option<&Arc<Config>> {
        self.workspaces.get(workspace).and_then(|w| w.rules.as_ref()).map(|rules| &rules.config)
    }

    /// How many connections of a gateway are known here, and the digest of them.
    pub fn connection_digest(&self, gateway: &GatewayId) -> (u32, u64) {
        self.presence.digest(gateway)
    }

    /// Gateways that have connections here.
    pub fn gateways(&self) -> Vec<GatewayId> {
        self.presence.gateways()
    }

    /// Gateways that serve a person.
    pub fn gateways_of(
        &self,
        workspace: &WorkspaceId,
        person: &baton_common::command::Person,
    ) -> Vec<GatewayId> {
        self.presence.gateways_of(workspace, person)
    }

    pub(crate) fn workspace(&self, id: &WorkspaceId) -> Option<&WorkspaceState> {
        self.workspaces.get(id)
    }

    /// The workspace of a chat; every chat has one.
    pub(crate) fn workspace_of(&self, chat: &Chat) -> &WorkspaceState {
        self.workspaces.get(&chat.workspace).expect("a chat's workspace exists as long as it does")
    }

    pub(crate) fn rules(&self, workspace: &WorkspaceId) -> Option<&Rules> {
        self.workspaces.get(workspace).and_then(|w| w.rules.as_ref())
    }

    /// Policies that hold for a chat: those of its queue.
    pub(crate) fn policies_of(&self, chat: &Chat) -> &Policies {
        let rules = self.workspace_of(chat).rules.as_ref().expect("chats start under rules");
        rules.policies(chat.last.as_ref().map(|last| &last.queue))
    }

    pub(crate) fn policies_of_queue(&self, workspace: &WorkspaceId, queue: &QueueId) -> &Policies {
        let rules = self.rules(workspace).expect("queues are known from rules");
        rules.policies(Some(queue))
    }

    pub(crate) fn agent(&self, workspace: &WorkspaceId, agent: &AgentId) -> Option<&AgentState> {
        self.workspaces.get(workspace).and_then(|w| w.agents.get(agent))
    }

    /// The live entry of a chat.
    pub(crate) fn entry_of(&self, chat: &Chat) -> Option<&Entry> {
        chat.entry.as_ref().and_then(|id| self.entries.get(id))
    }

    pub(crate) fn entry_id(number: u64) -> EntryId {
        Id::numbered("ent_", number)
    }

    pub(crate) fn offer_id(number: u64) -> OfferId {
        Id::numbered("off_", number)
    }

    pub(crate) fn invite_id(number: u64) -> InviteId {
        Id::numbered("inv_", number)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbered_ids_are_their_prefix_and_number() {
        for number in [0, 9, 10, 1_234_567, u64::MAX] {
            assert_eq!(State::entry_id(number).as_str(), format!("ent_{number}"));
        }
    }
}
