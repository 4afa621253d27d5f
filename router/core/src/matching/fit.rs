//! Whether an agent may have an entry, and if not, why: the plain meaning of the rules, one agent
//! and one entry at a time. Leaves finding pairs among many to `index`.

use baton_common::ids::{AgentId, WorkspaceId};
use baton_common::quantity::{Permille, SkillLevel};
use baton_common::time::Timestamp;
use baton_common::words::{Connectivity, Status};

use super::age;
use crate::state::chat::LastEntry;
use crate::state::{Entry, Rules, State};

/// Why an agent cannot have an entry now. In this order they are looked at: what lasts longest
/// first, so that it is not hidden by what may be over in a moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Reason {
    /// No row: is not configured.
    Unknown,
    /// The profile does not have the queue, or not for entries as young as this.
    Profile,
    /// Lacks a skill, or has it at a lower level.
    Skill(SkillLevel),
    /// Declined it, is in the chat, or is being asked into it already.
    Excluded,
    /// Logged out, or not ready.
    NotReady,
    /// Ready, but not for anything new: another status waits for the work to end.
    Leaving,
    /// No connection.
    Offline,
    /// Was offered something just now.
    RampUp,
    /// Less free than the weight and what must be spare.
    NoRoom,
}

/// What somebody looks for.
struct Wanted<'a> {
    queue: &'a baton_common::ids::QueueId,
    skills: &'a [SkillLevel],
    weight: Permille,
    age: baton_common::time::Span,
}

/// Why an agent cannot have an entry now; none: can.
#[cfg(test)]
pub(crate) fn reason(state: &State, agent: &AgentId, entry: &Entry) -> Option<Reason> {
    let (queue, skills, weight) = (&entry.queue, &entry.skills, entry.weight);
    let wanted = Wanted { queue, skills, weight, age: entry.age() };
    let may = || may_have(state, agent, entry);
    look(state, &entry.workspace, agent, &wanted, may).err()
}

/// Whether an agent could take now what a chat had asked for last.
pub(crate) fn can_take(
    state: &State,
    now: Timestamp,
    workspace: &WorkspaceId,
    agent: &AgentId,
    last: &LastEntry,
) -> bool {
    let (queue, skills, weight) = (&last.queue, &last.skills, last.weight);
    let wanted = Wanted { queue, skills, weight, age: now.since(last.routed_at) };
    look(state, workspace, agent, &wanted, || !last.excluded.contains(agent)).is_ok()
}

fn look(
    state: &State,
    workspace: &WorkspaceId,
    agent: &AgentId,
    wanted: &Wanted<'_>,
    may: impl Fn() -> bool,
) -> Result<(), Reason> {
    let row = state.agent(workspace, agent).ok_or(Reason::Unknown)?;
    let rules = state.rules(workspace).ok_or(Reason::Unknown)?;
    let config = rules.config.agents.get(agent).ok_or(Reason::Unknown)?;
    let refuse = |is: bool, reason: Reason| if is { Err(reason) } else { Ok(()) };
    let rank = age::rank(&rules.config, config, wanted.queue, wanted.age);
    refuse(rank.is_none(), Reason::Profile)?;
    let needs = age::required(&rules.config, wanted.queue, wanted.skills, wanted.age);
    if let Some(lacks) = needs.into_iter().find(|need| rules.level(agent, need) < Some(need.level))
    {
        return Err(Reason::Skill(lacks));
    }
    refuse(!may(), Reason::Excluded)?;
    refuse(row.status != Status::Ready, Reason::NotReady)?;
    refuse(row.next_status.is_some(), Reason::Leaving)?;
    refuse(row.connectivity != Connectivity::Online, Reason::Offline)?;
    refuse(row.ramp_until.is_some(), Reason::RampUp)?;
    let asks = wanted.weight.0.saturating_add(spare(rules, wanted.queue));
    let taken = row.used().0.saturating_add(asks);
    refuse(taken > config.total_capacity().0, Reason::NoRoom)
}

/// What a queue wants free beyond the weight.
pub(crate) fn spare(rules: &Rules, queue: &baton_common::ids::QueueId) -> u32 {
    rules.config.queues.get(queue).and_then(|queue| queue.spare).map_or(0, |spare| spare.0)
}

/// Not excluded, and not in the chat or asked into it already.
pub(crate) fn may_have(state: &State, agent: &AgentId, entry: &Entry) -> bool {
    barred(state, entry).all(|other| other != agent)
}

/// Agents who may not have an entry, whatever else holds; some of them twice.
pub(crate) fn barred<'a>(state: &'a State, entry: &'a Entry) -> impl Iterator<Item = &'a AgentId> {
    let chat = state.chats.get(&entry.chat);
    let present = chat.into_iter().flat_map(|chat| chat.present().map(|p| &p.agent));
    let offers = chat.into_iter().flat_map(|chat| &chat.offers);
    let offers = offers.filter_map(|id| state.offers.get(id)).filter(|offer| offer.is_pending());
    let asked = offers.map(|offer| &offer.agent);
    entry.excluded.iter().chain(&entry.away).chain(present).chain(asked)
}
