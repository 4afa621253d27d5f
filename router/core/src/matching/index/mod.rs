//! The index: a projection of the state that answers at once who takes what. It is kept beside the
//! state, brought up to date after each event by those rows that the event has changed, and never
//! part of an image. Leaves the order of several answers to `worklist`, the meaning of rules to
//! `fit` and `age`.

mod bits;
mod class;
mod demand;
mod heads;
mod hear;
mod key;
mod line;
#[cfg(feature = "measure")]
pub mod measure;
#[cfg(test)]
mod picture;
mod places;
mod policy;
mod roster;
mod slots;
mod space;
mod supply;
mod table;
mod vocabulary;
mod watch;
#[cfg(test)]
mod watch_tests;

use std::fmt;

use baton_common::ids::{AgentId, EntryId, QueueId, WorkspaceId};
use baton_common::quantity::SkillLevel;
use baton_common::time::Timestamp;
use baton_common::why::Bar;
use indexmap::IndexMap;

pub(crate) use demand::Choice;

use crate::state::{Entry, State};
use space::{Asked, Space};
pub(crate) use space::{Bars, Crew, Seeks, SharedLine};
pub(crate) use watch::look;

/// The same in every process: where an order follows from it, it is that of insertion.
pub(crate) type Fixed = foldhash::fast::FixedState;

/// The index of a shard; off until somebody routes from its state.
#[derive(Clone, Default)]
pub(crate) struct Index {
    spaces: Option<Box<IndexMap<WorkspaceId, Space, Fixed>>>,
    /// When the first of the days ends by which agents' keys were made.
    day_ends: Option<Timestamp>,
    watch: watch::Watch,
    /// Rows that have changed since rows were read.
    rows: Vec<hear::Row>,
    /// The worklist finds nothing, so that a test sees who notices.
    #[cfg(test)]
    pub(crate) faulty: bool,
}

/// An agent or an entry that may find something now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Source {
    /// Index of the workspace, number of the entry.
    Entry(u32, u64),
    /// Index of the workspace, number of the agent.
    Agent(u32, u32),
}

impl fmt::Debug for Index {
    /// States that differ in nothing else are the same.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Index")
    }
}

impl Index {
    /// Whether it is kept.
    pub(crate) fn is_on(&self) -> bool {
        self.spaces.is_some()
    }

    /// The index of a state.
    pub(crate) fn of(state: &State) -> Self {
        let mut index = Self { spaces: Some(Box::default()), ..Self::default() };
        for workspace in state.workspaces.keys() {
            index.read_workspace(state, workspace);
        }
        index
    }

    fn space(&self, workspace: &WorkspaceId) -> Option<&Space> {
        self.spaces.as_ref()?.get(workspace)
    }

    /// An agent as a source; none: is not configured.
    pub(crate) fn agent(&self, workspace: &WorkspaceId, agent: &AgentId) -> Option<Source> {
        let (at, _, space) = self.spaces.as_ref()?.get_full(workspace)?;
        Some(Source::Agent(small(at), space.agent_number(agent)?))
    }

    /// An entry as a source.
    pub(crate) fn entry(&self, entry: &Entry) -> Option<Source> {
        let at = self.spaces.as_ref()?.get_index_of(&entry.workspace)?;
        Some(Source::Entry(small(at), entry.key.number))
    }

    /// Agents of a workspace with room, while anybody waits there.
    pub(crate) fn free_agents(&self, workspace: &WorkspaceId) -> impl Iterator<Item = Source> {
        let space = self.spaces.as_ref().and_then(|all| all.get_full(workspace));
        space.into_iter().flat_map(|(at, _, space)| {
            space.free_agents().map(move |agent| Source::Agent(small(at), agent))
        })
    }

    /// What a source finds now: of all pairs with it, how the first in order compares.
    pub(crate) fn choice(&self, state: &State, now: Timestamp, source: Source) -> Option<Choice> {
        match source {
            Source::Agent(at, agent) => {
                let (_, space) = self.spaces.as_ref()?.get_index(at as usize)?;
                let id = space.agent_id(agent);
                space.choice(agent, now, |number| {
                    let entry = state.entries.get(&State::entry_id(number));
                    entry.is_some_and(|entry| super::fit::may_have(state, id, entry))
                })
            }
            Source::Entry(at, number) => {
                let (_, space) = self.spaces.as_ref()?.get_index(at as usize)?;
                ask(space, state, now, number, |asked| space.urgency(number, asked))
            }
        }
    }

    /// Whom the policy chooses for an entry of a source's workspace.
    pub(crate) fn agent_for(
        &self,
        state: &State,
        now: Timestamp,
        source: Source,
        number: u64,
    ) -> Option<AgentId> {
        let (Source::Agent(at, _) | Source::Entry(at, _)) = source;
        let (_, space) = self.spaces.as_ref()?.get_index(at as usize)?;
        let agent = ask(space, state, now, number, |asked| space.agent_for(number, asked))?;
        Some(space.agent_id(agent).clone())
    }

    /// See `Space::eligible`.
    pub(crate) fn eligible(
        &self,
        state: &State,
        workspace: &WorkspaceId,
        asked: (&QueueId, &[SkillLevel]),
        barred: &[AgentId],
        enough: usize,
    ) -> usize {
        let (Some(space), Some(rules)) = (self.space(workspace), state.rules(workspace)) else {
            return 0;
        };
        let mut barred: Vec<u32> = barred.iter().filter_map(|a| space.agent_number(a)).collect();
        barred.sort_unstable();
        barred.dedup();
        space.eligible(&rules.config, asked.0, asked.1, &barred, enough)
    }

    /// See `Space::crew`.
    pub(crate) fn crew(
        &self,
        state: &State,
        workspace: &WorkspaceId,
        of: &Seeks<'_>,
        barred: &[AgentId],
    ) -> Option<Crew> {
        let (space, rules) = (self.space(workspace)?, state.rules(workspace)?);
        let barred: Vec<u32> = barred.iter().filter_map(|a| space.agent_number(a)).collect();
        space.crew(&rules.config, of, &barred)
    }

    /// The agent with a number, as of the present configuration.
    pub(crate) fn agent_name(&self, workspace: &WorkspaceId, number: u32) -> Option<&AgentId> {
        self.space(workspace)?.agent_of(number)
    }

    /// See `Space::bars`.
    pub(crate) fn bars<'a>(
        &'a self,
        state: &State,
        workspace: &WorkspaceId,
        of: &Seeks<'_>,
        barred: impl Iterator<Item = &'a AgentId>,
    ) -> Option<Bars<'a>> {
        let (space, rules) = (self.space(workspace)?, state.rules(workspace)?);
        let barred = barred.filter_map(|agent| space.agent_number(agent)).collect();
        Some(space.bars(&rules.config, of, barred))
    }

    /// See `Space::near`.
    pub(crate) fn near(
        &self,
        entry: &Entry,
        chosen: u32,
        barred: &[u32],
        most: &mut [(u32, Bar)],
        enough: usize,
    ) -> Option<usize> {
        self.space(&entry.workspace)?.near(entry.key.number, chosen, barred, most, enough)
    }

    /// The number of an agent, and how many agents there are.
    pub(crate) fn number_of(&self, workspace: &WorkspaceId, agent: &AgentId) -> Option<(u32, u32)> {
        let space = self.space(workspace)?;
        Some((space.agent_number(agent)?, small(space.agents.len())))
    }

    /// See `Space::available`.
    pub(crate) fn available(
        &self,
        state: &State,
        workspace: &WorkspaceId,
        queue: &QueueId,
    ) -> usize {
        let (Some(space), Some(rules)) = (self.space(workspace), state.rules(workspace)) else {
            return 0;
        };
        space.available(&rules.config, queue)
    }
}

/// Asks for an entry with what the state says of it.
fn ask<T>(
    space: &Space,
    state: &State,
    now: Timestamp,
    number: u64,
    question: impl Fn(&Asked<'_>) -> Option<T>,
) -> Option<T> {
    if !space.is_special(number) {
        return question(&Asked { now, until: None, barred: &[] });
    }
    let entry = state.entries.get(&State::entry_id(number))?;
    let barred = super::fit::barred(state, entry);
    let barred: Vec<u32> = barred.filter_map(|agent| space.agent_number(agent)).collect();
    let until = entry.preferred.as_ref().map(|(_, until)| *until);
    question(&Asked { now, until, barred: &barred })
}

/// A place in one of the index's tables, kept small.
pub(crate) fn small(at: usize) -> u32 {
    u32::try_from(at).expect("configurations and lines are bounded far below")
}

/// The number in an entry's id.
pub(crate) fn number_of(entry: &EntryId) -> Option<u64> {
    entry.as_str().rsplit_once('_')?.1.parse().ok()
}
