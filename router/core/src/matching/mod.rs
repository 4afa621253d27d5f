//! Who gets which chat: the next offer to make, if there is one.
//!
//! The rule is the domain's: of all entries that an available agent can take, the first in order;
//! of all agents who can take it, the one the queue's policy chooses. What the rules mean for one
//! agent and one entry is plain to read in `fit` and `age`; that the `index` finds the same among
//! a million as a look at every pair would, the `oracle` proves in every test of the engine.

pub(crate) mod age;
pub(crate) mod fit;
mod index;
#[cfg(test)]
mod oracle;
#[cfg(test)]
mod tests;
mod worklist;

use baton_common::ids::{AgentId, QueueId, WorkspaceId};
use baton_common::quantity::{Permille, SkillLevel};

pub(crate) use fit::can_take;
#[cfg(feature = "measure")]
pub use index::measure;
pub(crate) use index::{Bars, Crew, Index, Seeks, SharedLine, look};
pub(crate) use worklist::Worklist;

use crate::state::State;

/// What an agent can carry.
pub(crate) fn capacity(state: &State, workspace: &WorkspaceId, agent: &AgentId) -> Permille {
    let rules = state.rules(workspace);
    let config = rules.and_then(|rules| rules.config.agents.get(agent));
    config.map(baton_common::config::Agent::total_capacity).unwrap_or_default()
}

/// Who could serve an entry, in numbers; none: nobody has one of the skills.
pub(crate) fn crew(
    state: &State,
    workspace: &WorkspaceId,
    of: &Seeks<'_>,
    barred: &[AgentId],
) -> Option<Crew> {
    with_index(state, |index| index.crew(state, workspace, of, barred))
}

/// Agents who could be offered a new chat of a queue this moment.
pub(crate) fn available_count(state: &State, workspace: &WorkspaceId, queue: &QueueId) -> usize {
    with_index(state, |index| index.available(state, workspace, queue))
}

/// Agents who could serve an entry if they had room, once all is relaxed; counts up to `enough`.
pub(crate) fn eligible_count(
    state: &State,
    workspace: &WorkspaceId,
    asked: (&QueueId, &[SkillLevel]),
    excluded: &[AgentId],
    enough: usize,
) -> usize {
    with_index(state, |index| index.eligible(state, workspace, asked, excluded, enough))
}

/// Asks the index; of a state that is only read, one is made for the question.
pub(crate) fn with_index<T>(state: &State, ask: impl Fn(&Index) -> T) -> T {
    if state.index.is_on() { ask(&state.index) } else { ask(&Index::of(state)) }
}
