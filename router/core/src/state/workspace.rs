//! A workspace: its rules, agents, lines and statistics.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use baton_common::config::{Policies, Workspace as Config};
use baton_common::hash::Mark;
use baton_common::ids::{AgentId, ChatId, EntryId, QueueId};
use baton_common::quantity::{Level, SkillLevel};
use serde::{Deserialize, Serialize};

use super::agent::AgentState;
use super::entry::LineKey;
use crate::stats::WorkspaceStats;

/// One organisation.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct WorkspaceState {
    pub(crate) version: u64,
    pub(crate) rules: Option<Rules>,
    pub(crate) agents: BTreeMap<AgentId, AgentState>,
    pub(crate) queues: BTreeMap<QueueId, QueueState>,
    /// The newest chat of a customer, by the mark of the caller's own id.
    pub(crate) customers: BTreeMap<Mark, ChatId>,
    pub(crate) unattended: BTreeSet<ChatId>,
    pub(crate) stats: WorkspaceStats,
}

/// A queue's line.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct QueueState {
    /// Entries waiting or offered, in the order of service.
    pub(crate) line: BTreeMap<LineKey, EntryId>,
    pub(crate) rev: u64,
}

/// A configuration with its policies resolved.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(from = "Config", into = "Config")]
pub struct Rules {
    pub(crate) config: Arc<Config>,
    workspace: Policies,
    queues: BTreeMap<QueueId, Policies>,
}

impl From<Config> for Rules {
    fn from(config: Config) -> Self {
        let queues = config.queues.keys().map(|q| (q.clone(), config.queue_policies(q))).collect();
        Self { workspace: config.workspace_policies(), queues, config: Arc::new(config) }
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

    /// What an entry requires in a queue: the queue's skills and its own, the higher level counts.
    pub(crate) fn required(&self, queue: &QueueId, own: &[SkillLevel]) -> Vec<SkillLevel> {
        let mut all: Vec<SkillLevel> =
            self.config.queues.get(queue).map(|q| q.skills.clone()).unwrap_or_default();
        for need in own {
            match all.iter_mut().find(|have| have.skill == need.skill) {
                Some(have) => have.level = have.level.max(need.level),
                None => all.push(need.clone()),
            }
        }
        all
    }

    /// The level of an agent's skill; none: has it not.
    pub(crate) fn level(&self, agent: &AgentId, need: &SkillLevel) -> Option<Level> {
        let agent = self.config.agents.get(agent)?;
        agent.skills.iter().find(|s| s.skill == need.skill).map(|s| s.level)
    }

    /// Whether an agent has all of these.
    pub(crate) fn has_skills(&self, agent: &AgentId, needs: &[SkillLevel]) -> bool {
        needs.iter().all(|need| self.level(agent, need).is_some_and(|have| have >= need.level))
    }

    /// Whether an agent serves a queue by their profile.
    pub(crate) fn serves(&self, agent: &AgentId, queue: &QueueId) -> bool {
        self.config.agents.get(agent).is_some_and(|a| self.config.serves(a, queue))
    }
}
