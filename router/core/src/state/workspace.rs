//! A workspace: its rules, agents, lines and statistics.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use baton_common::config::{Policies, Queue, Workspace as Config};
use baton_common::hash::Mark;
use baton_common::ids::{AgentId, ChatId, EntryId, QueueId, SupervisorId};
use baton_common::quantity::{Level, SkillLevel};
use baton_common::time::{Span, Timestamp};
use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

use super::agent::AgentState;
use super::entry::{Entry, LineKey};
use super::history::History;
use super::line::Line;
use super::table::Table;
use crate::ewt::Learned;
use crate::matching::age;
use crate::stats::{WorkspaceStats, day};
use crate::why::Rosters;

/// One organisation.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct WorkspaceState {
    pub(crate) version: u64,
    pub(crate) rules: Option<Rules>,
    #[serde(default)]
    pub(crate) history: History,
    pub(crate) agents: Table<AgentId, AgentState>,
    /// The newest change of any agent's row.
    #[serde(skip)]
    pub(crate) agents_rev: u64,
    pub(crate) queues: Table<QueueId, QueueState>,
    /// The newest chat of a customer, by the mark of the caller's own id.
    pub(crate) customers: Table<Mark, ChatId>,
    pub(crate) unattended: BTreeSet<ChatId>,
    /// Whom decisions of former configurations name.
    #[serde(default)]
    pub(crate) rosters: Rosters,
    /// Names of opening hours that are closed now.
    #[serde(default)]
    pub(crate) closed_hours: BTreeSet<SmolStr>,
    /// The chats that a supervisor is in.
    #[serde(skip)]
    pub(crate) overseen: BTreeMap<SupervisorId, BTreeSet<ChatId>>,
    /// Entries that pass an agent over until they connect again.
    #[serde(skip)]
    pub(crate) away: BTreeMap<AgentId, BTreeSet<EntryId>>,
    pub(crate) stats: WorkspaceStats,
    /// The midnights around now, as far as they were asked for under these rules.
    #[serde(skip)]
    pub(crate) day: Option<(Timestamp, Timestamp)>,
    /// What expected waits are computed from.
    #[serde(default)]
    pub(crate) learned: Table<QueueId, Learned>,
}

/// A queue's line.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct QueueState {
    /// Entries waiting or offered, in the order of service.
    #[serde(skip)]
    pub(crate) line: Line,
    pub(crate) rev: u64,
    /// It is closed.
    #[serde(default)]
    pub(crate) closing: Option<Closing>,
}

/// A closed queue's line, as it is swept.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Closing {
    /// The number of the newest entry that was there when it closed.
    pub(crate) upto: u64,
    /// Those up to here have been looked at in this round.
    pub(crate) after: Option<LineKey>,
}

/// A configuration with its policies resolved.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(from = "Config", into = "Config")]
pub struct Rules {
    pub(crate) config: Arc<Config>,
    workspace: Policies,
    queues: Table<QueueId, Policies>,
    /// See `age::steps`.
    steps: Table<QueueId, Vec<Span>>,
}

impl WorkspaceState {
    /// Whether a queue takes chats now.
    pub(crate) fn is_open(&self, queue: &Queue) -> bool {
        let by_hours = queue.hours.as_ref().is_none_or(|name| !self.closed_hours.contains(&**name));
        !queue.closed && by_hours
    }

    /// The last midnight of its time zone.
    pub(crate) fn midnight(&mut self, at: Timestamp) -> Timestamp {
        if let Some((from, _)) = self.day.filter(|(from, until)| (*from..*until).contains(&at)) {
            return from;
        }
        let zone = self.rules.as_ref().and_then(|rules| rules.config.time_zone.as_deref());
        let from = day::midnight(at, zone);
        self.day = Some((from, day::next_midnight(at, zone)));
        from
    }

    /// An agent, the row marked as changed.
    pub(crate) fn touched_agent(&mut self, agent: &AgentId, rev: u64) -> Option<&mut AgentState> {
        let row = self.agents.get_mut(agent)?;
        row.rev = rev;
        self.agents_rev = rev;
        Some(row)
    }

    /// Puts an entry into its line.
    pub(crate) fn stand(&mut self, entry: &Entry) -> &mut QueueState {
        for agent in &entry.away {
            self.away.entry(agent.clone()).or_default().insert(entry.id.clone());
        }
        let queue = self.queues.or_insert_with(&entry.queue, QueueState::default);
        queue.line.insert(entry.key, entry.enqueued_at);
        queue
    }

    /// Takes an entry out of its line.
    pub(crate) fn step_out(&mut self, entry: &Entry) -> Option<&mut QueueState> {
        for agent in &entry.away {
            if let Some(entries) = self.away.get_mut(agent) {
                entries.remove(&entry.id);
                if entries.is_empty() {
                    self.away.remove(agent);
                }
            }
        }
        let queue = self.queues.get_mut(&entry.queue)?;
        queue.line.remove(&entry.key);
        Some(queue)
    }
}

impl From<Config> for Rules {
    fn from(config: Config) -> Self {
        let queues = config.queues.keys().map(|q| (q.clone(), config.queue_policies(q))).collect();
        let steps = age::steps(&config).into_iter().collect();
        Self { workspace: config.workspace_policies(), queues, steps, config: Arc::new(config) }
    }
}

impl From<Rules> for Config {
    fn from(rules: Rules) -> Self {
        Arc::unwrap_or_clone(rules.config)
    }
}

impl Rules {
    /// The policies of a queue, or the workspace's.
    pub(crate) fn policies(&self, queue: Option<&QueueId>) -> &Policies {
        queue.and_then(|queue| self.queues.get(queue)).unwrap_or(&self.workspace)
    }

    /// The ages at which other agents come in question for a queue's entries.
    pub(crate) fn steps(&self, queue: &QueueId) -> &[Span] {
        self.steps.get(queue).map(Vec::as_slice).unwrap_or_default()
    }

    /// The ages at which anything changes for a queue's entries.
    pub(crate) fn ages(&self, queue: &QueueId) -> (&[Span], Option<Span>) {
        (self.steps(queue), self.policies(Some(queue)).starvation)
    }

    /// The level of an agent's skill; none: has it not.
    pub(crate) fn level(&self, agent: &AgentId, need: &SkillLevel) -> Option<Level> {
        let agent = self.config.agents.get(agent)?;
        agent.skills.iter().find(|s| s.skill == need.skill).map(|s| s.level)
    }
}
