//! Who gets which chat: the next offer to make, if there is one.
//!
//! The rule is the domain's: of all entries that an available agent can take, the first in order;
//! of all agents who can take it, the one the policy chooses. Between commands no pair is left
//! over, so only pairs with somebody or something that changed are looked at (`Changed`). How
//! they are found is private to this module and will be an index; now it walks lines and agents.

use std::collections::BTreeSet;

use baton_common::command::Person;
use baton_common::event::{Event, TimedEvent};
use baton_common::ids::{AgentId, EntryId, WorkspaceId};
use baton_common::quantity::Permille;
use baton_common::time::Timestamp;

use crate::state::chat::LastEntry;
use crate::state::{AgentState, Entry, LineKey, Rules, State, WorkspaceState};

/// What a batch of events may have made possible.
#[derive(Debug, Default)]
pub(crate) struct Changed {
    agents: BTreeSet<(WorkspaceId, AgentId)>,
    entries: BTreeSet<EntryId>,
    /// Everything of these.
    workspaces: BTreeSet<WorkspaceId>,
}

impl Changed {
    /// Reads off events, as applied to this state.
    pub(crate) fn by(state: &State, events: &[TimedEvent]) -> Self {
        let mut changed = Self::default();
        for timed in events {
            changed.add(state, &timed.event);
        }
        changed
    }

    /// Takes in what more has changed.
    pub(crate) fn extend(&mut self, more: Self) {
        self.agents.extend(more.agents);
        self.entries.extend(more.entries);
        self.workspaces.extend(more.workspaces);
    }

    fn add(&mut self, state: &State, event: &Event) {
        match event {
            Event::ConfigPublished { workspace, .. } => {
                self.workspaces.insert(workspace.clone());
            }
            // A take-over looks at everything once: another release may have matched otherwise.
            Event::LeaderElected { .. } => {
                self.workspaces.extend(state.workspaces.keys().cloned());
            }
            Event::EntryAdded { entry, .. } => {
                self.entries.insert(entry.clone());
            }
            Event::OfferSettled { offer, .. } => {
                if let Some(offer) = state.offers.get(offer) {
                    self.agents.insert((offer.workspace.clone(), offer.agent.clone()));
                    let entry = state.chats.get(&offer.chat).and_then(|chat| chat.entry.clone());
                    self.entries.extend(entry);
                }
            }
            Event::AgentLeft { chat, agent, .. } | Event::WrapupDone { chat, agent, .. } => {
                self.agent_of(state, chat, agent);
            }
            Event::ChatOver { chat, departures, .. } => {
                for departing in departures {
                    self.agent_of(state, chat, &departing.agent);
                }
            }
            Event::AgentChanged { workspace, agent, .. }
            | Event::RampUpElapsed { workspace, agent }
            | Event::Connected { workspace, person: Person::Agent(agent), .. } => {
                self.agents.insert((workspace.clone(), agent.clone()));
            }
            _ => {}
        }
    }

    fn agent_of(&mut self, state: &State, chat: &baton_common::ids::ChatId, agent: &AgentId) {
        if let Some(chat) = state.chats.get(chat) {
            self.agents.insert((chat.workspace.clone(), agent.clone()));
        }
    }

    /// Agents who may be able to take something now.
    pub(crate) fn agents<'a>(
        &'a self,
        state: &'a State,
    ) -> impl Iterator<Item = (&'a WorkspaceId, &'a AgentId)> {
        let all = self.workspaces.iter().filter_map(|id| Some((id, state.workspace(id)?)));
        let of_all = all.flat_map(|(id, space)| space.agents.keys().map(move |a| (id, a)));
        self.agents.iter().map(|(w, a)| (w, a)).chain(of_all)
    }
}

/// An agent for an entry.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Pair {
    pub(crate) entry: EntryId,
    pub(crate) agent: AgentId,
}

/// The next pair to offer, or none.
pub(crate) fn next(state: &State, now: Timestamp, changed: &Changed) -> Option<Pair> {
    let by_entry = changed
        .entries
        .iter()
        .filter_map(|id| state.entries.get(id))
        .filter(|entry| entry.offer.is_none())
        .filter(|entry| best_agent(state, now, entry).is_some())
        .map(|entry| entry.key)
        .min();
    let by_agent = changed
        .agents(state)
        .filter_map(|(workspace, agent)| best_entry(state, now, workspace, agent))
        .min();
    let key = by_entry.into_iter().chain(by_agent).min()?;
    let entry = find(state, changed, key)?;
    let agent = best_agent(state, now, entry)?;
    Some(Pair { entry: entry.id.clone(), agent })
}

/// The entry with this key. Keys are unique: their number is.
fn find<'a>(state: &'a State, changed: &Changed, key: LineKey) -> Option<&'a Entry> {
    let changed_entry = changed.entries.iter().filter_map(|id| state.entries.get(id));
    let of_agents = changed.agents(state).map(|(workspace, _)| workspace).collect::<BTreeSet<_>>();
    let in_lines = of_agents
        .into_iter()
        .filter_map(|workspace| state.workspace(workspace))
        .flat_map(|space| space.queues.values())
        .filter_map(|queue| queue.line.get(&key))
        .filter_map(|id| state.entries.get(id));
    changed_entry.chain(in_lines).find(|entry| entry.key == key)
}

/// The first entry in order that an agent could take now.
fn best_entry(
    state: &State,
    now: Timestamp,
    workspace: &WorkspaceId,
    agent: &AgentId,
) -> Option<LineKey> {
    let space = state.workspace(workspace)?;
    let rules = space.rules.as_ref()?;
    let row = space.agents.get(agent)?;
    if !row.is_willing() || is_ramping(row, now) {
        return None;
    }
    let served = space.queues.iter().filter(|(queue, _)| rules.serves(agent, queue));
    served
        .filter_map(|(_, queue)| {
            queue.line.iter().find_map(|(key, id)| {
                let entry = state.entries.get(id).filter(|entry| entry.offer.is_none())?;
                is_available(state, rules, row, agent, entry).then_some(*key)
            })
        })
        .min()
}

/// Whom the policy chooses for an entry: a preferred agent, else the longest idle.
fn best_agent(state: &State, now: Timestamp, entry: &Entry) -> Option<AgentId> {
    let space = state.workspace(&entry.workspace)?;
    let rules = space.rules.as_ref()?;
    let preferred = entry.preferred.as_ref().filter(|(_, until)| now < *until).map(|(a, _)| a);
    candidates(state, space, rules, now, entry)
        .min_by_key(|(agent, row)| (Some(*agent) != preferred, row.idle_since, *agent))
        .map(|(agent, _)| agent.clone())
}

fn candidates<'a>(
    state: &'a State,
    space: &'a WorkspaceState,
    rules: &'a Rules,
    now: Timestamp,
    entry: &'a Entry,
) -> impl Iterator<Item = (&'a AgentId, &'a AgentState)> {
    let needs = rules.required(&entry.queue, &entry.skills);
    space.agents.iter().filter(move |(agent, row)| {
        row.is_willing()
            && !is_ramping(row, now)
            && rules.serves(agent, &entry.queue)
            && rules.has_skills(agent, &needs)
            && has_room(rules, row, agent, entry.weight)
            && may_have(state, agent, entry)
    })
}

/// Whether an agent could take now what a chat had asked for last.
pub(crate) fn can_take(
    state: &State,
    now: Timestamp,
    workspace: &WorkspaceId,
    agent: &AgentId,
    last: &LastEntry,
) -> bool {
    let (Some(row), Some(rules)) = (state.agent(workspace, agent), state.rules(workspace)) else {
        return false;
    };
    row.is_willing()
        && !is_ramping(row, now)
        && !last.excluded.contains(agent)
        && rules.serves(agent, &last.queue)
        && rules.has_skills(agent, &rules.required(&last.queue, &last.skills))
        && has_room(rules, row, agent, last.weight)
}

fn is_available(
    state: &State,
    rules: &Rules,
    row: &AgentState,
    agent: &AgentId,
    entry: &Entry,
) -> bool {
    has_room(rules, row, agent, entry.weight)
        && may_have(state, agent, entry)
        && rules.has_skills(agent, &rules.required(&entry.queue, &entry.skills))
}

fn is_ramping(row: &AgentState, now: Timestamp) -> bool {
    row.ramp_until.is_some_and(|until| now < until)
}

fn has_room(rules: &Rules, row: &AgentState, agent: &AgentId, weight: Permille) -> bool {
    let total = rules.config.agents.get(agent).map_or(0, |a| a.total_capacity().0);
    row.used().0.saturating_add(weight.0) <= total
}

/// Not excluded, and not in the chat or asked into it already.
fn may_have(state: &State, agent: &AgentId, entry: &Entry) -> bool {
    !entry.excluded.contains(agent)
        && !entry.away.contains(agent)
        && state
            .chats
            .get(&entry.chat)
            .is_some_and(|chat| !chat.is_present(agent) && !has_pending(state, chat, agent))
}

/// Whether the agent is being asked into this chat right now.
fn has_pending(state: &State, chat: &crate::state::Chat, agent: &AgentId) -> bool {
    let mut offers = state.pending_offers(&chat.workspace, agent);
    offers.any(|offer| offer.chat == chat.id)
}

/// What an agent can carry.
pub(crate) fn capacity(state: &State, workspace: &WorkspaceId, agent: &AgentId) -> Permille {
    let rules = state.rules(workspace);
    let config = rules.and_then(|rules| rules.config.agents.get(agent));
    config.map(baton_common::config::Agent::total_capacity).unwrap_or_default()
}

/// Agents who could be offered a new chat of a queue this moment.
pub(crate) fn available_count(
    state: &State,
    now: Timestamp,
    workspace: &WorkspaceId,
    queue: &baton_common::ids::QueueId,
) -> usize {
    let Some(space) = state.workspace(workspace) else {
        return 0;
    };
    let Some(rules) = &space.rules else { return 0 };
    let needs = rules.required(queue, &[]);
    let weight = rules.config.queues.get(queue).map(baton_common::config::Queue::chat_weight);
    let weight = weight.unwrap_or_default();
    let fits = |agent: &AgentId, row: &AgentState| {
        row.is_willing()
            && !is_ramping(row, now)
            && rules.serves(agent, queue)
            && rules.has_skills(agent, &needs)
            && has_room(rules, row, agent, weight)
    };
    space.agents.iter().filter(|(agent, row)| fits(agent, row)).count()
}
