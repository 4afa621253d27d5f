//! The index on its own, without the state around it: what benchmarks measure. Rows of agents and
//! entries are made up from samples; what is asked, and how long it takes, is for others to say.

mod plain;

use std::sync::Arc;

use baton_common::config::Workspace as Config;
use baton_common::ids::{ChatId, WorkspaceId};
use baton_common::quantity::Permille;
use baton_common::time::{Span, Timestamp};
use baton_common::words::{Connectivity, Status};

use super::space::{Asked, Space};
use crate::state::agent::{Work, WorkKind};
use crate::state::{AgentState, Entry, State};

pub use plain::Plain;

/// A workspace's index, with one sample of an entry for each kind of chat.
pub struct Market {
    config: Arc<Config>,
    space: Space,
    kinds: Vec<Entry>,
    free: AgentState,
    busy: AgentState,
}

/// Somebody who waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Waiting {
    /// The time of the first routing.
    pub since: Timestamp,
    /// The entry's.
    pub number: u64,
    /// Which of the samples it is like.
    pub kind: u32,
    /// How old the entry has become, as far as the rules were told.
    pub age: Span,
}

impl Market {
    /// With the rules of a workspace in which one chat of each kind waits. Nobody else is there.
    pub fn of(state: &State, workspace: &WorkspaceId) -> Option<Self> {
        let config = Arc::clone(state.config(workspace)?);
        let mut kinds: Vec<Entry> = state.entries.values().cloned().collect();
        kinds.sort_unstable_by_key(|entry| entry.key.number);
        let weight = kinds.first().map_or(Permille(1), |kind| kind.weight);
        let free = AgentState {
            status: Status::Ready,
            connectivity: Connectivity::Online,
            ..AgentState::default()
        };
        let mut busy = free.clone();
        let since = Timestamp::default();
        let work = Work { kind: WorkKind::Handling, weight, since, talked: Span::ZERO };
        busy.work.insert(ChatId::new("cht_1"), work);
        let space = Space::new(&config);
        Some(Self { config, space, kinds, free, busy })
    }

    /// How many kinds there are.
    pub fn kinds(&self) -> usize {
        self.kinds.len()
    }

    /// Whether anything changes for entries of a kind as they grow older.
    pub fn ages(&self, kind: u32) -> bool {
        let queue = &self.kinds[kind as usize].queue;
        self.space.words.find_queue(queue).is_some_and(|(_, queue)| !queue.steps.is_empty())
    }

    /// An entry begins to wait, or has become as old as that.
    pub fn wait(&mut self, waiting: &Waiting) {
        let entry = &mut self.kinds[waiting.kind as usize];
        entry.key.number = waiting.number;
        entry.key.due = waiting.since;
        entry.routed_at = waiting.since;
        entry.aged = waiting.since + waiting.age;
        self.space.put_entry(&self.config, waiting.number, Some((&*entry, false)));
    }

    /// An entry waits no more.
    pub fn gone(&mut self, number: u64) {
        self.space.put_entry(&self.config, number, None);
    }

    /// Whom an entry's policy chooses.
    pub fn agent_for(&self, number: u64, now: Timestamp) -> Option<u32> {
        self.space.agent_for(number, &Asked { now, until: None, barred: &[] })
    }

    /// The first entry for an agent.
    pub fn entry_for(&self, agent: u32, now: Timestamp) -> Option<u64> {
        self.space.choice(agent, now, |_| true).map(|choice| choice.key.number)
    }

    /// An agent is free from now on, or is not.
    pub fn set_free(&mut self, agent: u32, free: bool, now: Timestamp) {
        let row = if free { &mut self.free } else { &mut self.busy };
        row.idle_since = now;
        self.space.put_agent(agent, row, now);
    }

    /// The matching without an index.
    pub fn plain(&self) -> Plain {
        Plain::of(&self.config, &self.space, &self.kinds)
    }

    /// Bytes on the heap, roughly: of entries, of agents, and of groups, classes and the table
    /// between them.
    pub fn bytes(&self) -> [usize; 3] {
        self.space.bytes()
    }
}
