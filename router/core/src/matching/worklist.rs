//! What a batch of events may have made possible, in the order in which it is taken up.
//!
//! Between commands no pair is left over, so only pairs with an agent or an entry that changed can
//! be there now. Each of those is a source, kept in a heap by how its best pair compared when it
//! was looked at last: while offers are made this only gets worse, so the least one that still
//! compares as it did is the least of all. What comes in anew brings its own better pairs along.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use baton_common::command::Person;
use baton_common::event::{Event, TimedEvent};
use baton_common::ids::{AgentId, ChatId, EntryId, WorkspaceId};
use baton_common::time::Timestamp;

use super::index::{Choice, Source};
use crate::state::State;

/// So many who have found nothing are remembered.
const REFUSED: usize = 16;

/// An agent for an entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Pair {
    pub(crate) entry: EntryId,
    pub(crate) agent: AgentId,
}

/// Whose circumstances have changed.
#[derive(Clone, Debug)]
pub(crate) enum Who {
    /// One agent.
    Agent(WorkspaceId, AgentId),
    /// Everybody in a workspace.
    All(WorkspaceId),
}

impl Who {
    /// The agents, as far as they are configured.
    pub(crate) fn agents<'a>(
        &'a self,
        state: &'a State,
    ) -> impl Iterator<Item = (&'a WorkspaceId, &'a AgentId)> {
        let (workspace, one) = match self {
            Self::Agent(workspace, agent) => (workspace, Some(agent)),
            Self::All(workspace) => (workspace, None),
        };
        let all = state.workspace(workspace).filter(|_| one.is_none());
        let all = all.into_iter().flat_map(|space| space.agents.keys());
        one.into_iter().chain(all).map(move |agent| (workspace, agent))
    }
}

/// See the module.
#[derive(Debug, Default)]
pub(crate) struct Worklist {
    /// Whose status may have waited for the work to end.
    status: Vec<Who>,
    /// Who may be able to take an unattended chat.
    attend: Vec<Who>,
    /// None: not looked at yet.
    sources: BinaryHeap<Reverse<(Option<Choice>, Source)>>,
    /// Who has found nothing since the last event, as far as they are few.
    refused: Vec<Source>,
}

impl Worklist {
    /// Takes in events that the state has applied.
    pub(crate) fn hear(&mut self, state: &State, events: &[TimedEvent]) {
        self.refused.clear();
        for timed in events {
            self.hear_one(state, &timed.event);
        }
    }

    fn hear_one(&mut self, state: &State, event: &Event) {
        match event {
            Event::ConfigPublished { workspace, .. } => self.everybody(state, workspace),
            // A take-over looks at everything once: another release may have matched otherwise.
            Event::LeaderElected { .. } => {
                state.workspaces.keys().for_each(|workspace| self.everybody(state, workspace));
            }
            Event::EntryAdded(added) => self.entry(state, &added.entry),
            Event::EntryAged { entry, .. } => self.entry(state, entry),
            Event::OfferSettled { offer, .. } => {
                if let Some(offer) = state.offers.get(offer) {
                    self.agent(state, &offer.workspace, &offer.agent);
                    self.entry_of(state, &offer.chat);
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
                self.agent(state, workspace, agent);
            }
            _ => {}
        }
    }

    fn everybody(&mut self, state: &State, workspace: &WorkspaceId) {
        self.status.push(Who::All(workspace.clone()));
        self.attend.push(Who::All(workspace.clone()));
        let free = state.index.free_agents(workspace);
        self.sources.extend(free.map(|source| Reverse((None, source))));
    }

    fn agent_of(&mut self, state: &State, chat: &ChatId, agent: &AgentId) {
        if let Some(chat) = state.chats.get(chat) {
            self.agent(state, &chat.workspace, agent);
        }
    }

    fn agent(&mut self, state: &State, workspace: &WorkspaceId, agent: &AgentId) {
        let who = Who::Agent(workspace.clone(), agent.clone());
        self.status.push(who.clone());
        self.attend.push(who);
        let source = state.index.agent(workspace, agent);
        self.sources.extend(source.map(|source| Reverse((None, source))));
    }

    fn entry_of(&mut self, state: &State, chat: &ChatId) {
        if let Some(entry) = state.chats.get(chat).and_then(|chat| chat.entry.as_ref()) {
            self.entry(state, entry);
        }
    }

    fn entry(&mut self, state: &State, entry: &EntryId) {
        let source = state.entries.get(entry).and_then(|entry| state.index.entry(entry));
        self.sources.extend(source.map(|source| Reverse((None, source))));
    }

    /// Whether anybody's status or attending is to be looked at.
    pub(crate) fn has_somebody(&self) -> bool {
        !self.status.is_empty() || !self.attend.is_empty()
    }

    /// Those whose status may have waited, once.
    pub(crate) fn take_status(&mut self) -> impl Iterator<Item = Who> {
        self.status.drain(..)
    }

    /// Those who may attend to a chat, once.
    pub(crate) fn take_attend(&mut self) -> impl Iterator<Item = Who> {
        self.attend.drain(..)
    }

    /// Nothing is left to do; its room may be used again.
    pub(crate) fn end(&mut self) {
        self.status.clear();
        self.attend.clear();
        self.sources.clear();
        self.refused.clear();
    }

    /// Who has found nothing, so that `look` need not ask for them again.
    pub(crate) fn refused(&self) -> &[Source] {
        &self.refused
    }

    /// The next pair to offer, or none: of all pairs with somebody or something that changed, the
    /// entry of the first in order, and the agent whom its policy chooses.
    pub(crate) fn next(&mut self, state: &State, now: Timestamp) -> Option<Pair> {
        #[cfg(test)]
        if state.index.faulty {
            return None;
        }
        let pair = self.least(state, now);
        #[cfg(test)]
        if let Some(pair) = &pair {
            super::oracle::assert_order(state, now, pair);
        }
        #[cfg(test)]
        assert_eq!(pair, super::oracle::next(state, now), "the index errs");
        pair
    }

    fn least(&mut self, state: &State, now: Timestamp) -> Option<Pair> {
        while let Some(Reverse((before, source))) = self.sources.pop() {
            let Some(choice) = state.index.choice(state, now, source) else {
                if self.refused.len() < REFUSED {
                    self.refused.push(source);
                }
                continue;
            };
            let new = Reverse((Some(choice), source));
            // Looked at just now and still before all others, or as it was.
            let is_least = self.sources.peek().is_none_or(|first| new >= *first);
            self.sources.push(new);
            if is_least || before == Some(choice) {
                let number = choice.key.number;
                let agent = state.index.agent_for(state, now, source, number);
                let agent = agent.expect("an entry that compares can be had by somebody");
                return Some(Pair { entry: State::entry_id(number), agent });
            }
        }
        None
    }
}
