//! Keeping the index: which rows an event has changed. Whoever adds a kind of event that changes
//! what an agent can take or an entry asks for names the rows here; a test compares the index with
//! one made anew after each event.

use baton_common::command::Person;
use baton_common::event::{Event, OfferOf, TimedEvent};
use baton_common::ids::{AgentId, ChatId, EntryId, WorkspaceId};
use baton_common::time::Timestamp;

use super::space::Space;
use super::{Index, number_of, small};
use crate::matching::fit;
use crate::state::{Entry, State};

impl Index {
    /// Takes in an event that the state has applied.
    pub(crate) fn hear(&mut self, state: &State, timed: &TimedEvent) {
        if !self.is_on() {
            return;
        }
        match &timed.event {
            Event::ConfigPublished { workspace, .. } => self.read_workspace(state, workspace),
            Event::SchemaRaised { .. } => self.watch.everything(state.workspaces.len()),
            Event::EntryAdded { chat, entry, .. }
            | Event::OfferMoved { chat, entry, .. }
            | Event::EntryAged { chat, entry, .. }
            | Event::EntrySettled { chat, entry, .. } => self.read_entry(state, chat, entry),
            Event::OfferMade { chat, agent, of, .. } => {
                self.read_agent_of(state, chat, agent);
                if let OfferOf::Entry(entry) = of
                    && !is_entry_of(state, chat, entry)
                {
                    self.read_entry(state, chat, entry);
                }
                self.read_waiting(state, chat);
            }
            Event::OfferSettled { chat, offer, .. } => {
                if let Some(offer) = state.offers.get(offer) {
                    self.read_agent(state, &offer.workspace, &offer.agent);
                }
                self.read_waiting(state, chat);
            }
            Event::AgentJoined { chat, agent, .. }
            | Event::AgentLeft { chat, agent, .. }
            | Event::WrapupDone { chat, agent, .. } => {
                self.read_agent_of(state, chat, agent);
                self.read_waiting(state, chat);
            }
            Event::ChatOver { chat, departures, .. } => {
                for departing in departures {
                    self.read_agent_of(state, chat, &departing.agent);
                }
                self.read_waiting(state, chat);
            }
            Event::AgentChanged { workspace, agent, .. }
            | Event::RampUpElapsed { workspace, agent }
            | Event::Connected { workspace, person: Person::Agent(agent), .. }
            | Event::Disconnected { workspace, person: Person::Agent(agent), .. }
            | Event::PersonLost { workspace, person: Person::Agent(agent) } => {
                self.read_agent(state, workspace, agent);
            }
            _ => {}
        }
        self.new_day(state);
    }

    /// Everything of a workspace.
    pub(super) fn read_workspace(&mut self, state: &State, id: &WorkspaceId) {
        let Some(all) = &mut self.spaces else { return };
        let Some(workspace) = state.workspace(id) else { return };
        let Some(rules) = &workspace.rules else { return };
        let mut space = Space::new(&rules.config);
        let anew = if let Some(old) = all.get_mut(id) {
            // Whoever waits stays in line.
            space.take_over(&rules.config, std::mem::take(old))
        } else {
            let lines = workspace.queues.values().flat_map(|queue| queue.line.iter());
            lines.map(|key| key.number).collect()
        };
        for (agent, row) in &workspace.agents {
            if let Some(number) = space.agent_number(agent) {
                space.put_agent(number, row, state.last_event);
            }
        }
        for number in anew {
            let entry = state.entries.get(&State::entry_id(number));
            let entry = entry.and_then(|entry| waiting(state, entry));
            space.put_entry(&rules.config, number, entry);
        }
        let ends = space.day_ends();
        let (at, _) = all.insert_full(id.clone(), space);
        self.watch.workspace(state, small(at), id);
        self.note_day(ends);
    }

    fn read_agent_of(&mut self, state: &State, chat: &ChatId, agent: &AgentId) {
        if let Some(chat) = state.chats.get(chat) {
            self.read_agent(state, &chat.workspace, agent);
        }
    }

    fn read_agent(&mut self, state: &State, workspace: &WorkspaceId, agent: &AgentId) {
        let space = self.spaces.as_mut().and_then(|all| all.get_full_mut(workspace));
        let Some((at, _, space)) = space else { return };
        if let (Some(number), Some(row)) =
            (space.agent_number(agent), state.agent(workspace, agent))
        {
            space.put_agent(number, row, state.last_event);
            self.watch.agent(small(at), workspace, number, row);
            let ends = space.day_ends();
            self.note_day(ends);
        }
    }

    /// The live entry of a chat.
    fn read_waiting(&mut self, state: &State, chat: &ChatId) {
        if let Some(entry) = state.chats.get(chat).and_then(|chat| chat.entry.as_ref()) {
            self.read_entry(state, chat, entry);
        }
    }

    fn read_entry(&mut self, state: &State, chat: &ChatId, id: &EntryId) {
        let Some(workspace) = state.chats.get(chat).map(|chat| &chat.workspace) else { return };
        let space = self.spaces.as_mut().and_then(|all| all.get_full_mut(workspace));
        let Some((at, _, space)) = space else { return };
        let Some(rules) = state.rules(workspace) else { return };
        let entry = state.entries.get(id);
        let number = entry.map(|entry| entry.key.number).or_else(|| number_of(id));
        if let Some(number) = number {
            let waiting = entry.and_then(|entry| waiting(state, entry));
            space.put_entry(&rules.config, number, waiting);
            self.watch.entry(small(at), workspace, number, waiting);
        }
    }

    /// Agents' counts of the day before count no more.
    fn new_day(&mut self, state: &State) {
        let now = state.last_event;
        if self.day_ends.is_none_or(|ends| now < ends) {
            return;
        }
        let all = self.spaces.as_mut().map(|all| all.iter_mut());
        for (id, space) in all.into_iter().flatten() {
            if !space.is_new_day(now) {
                continue;
            }
            for (agent, row) in state.workspace(id).into_iter().flat_map(|space| &space.agents) {
                if let Some(number) = space.agent_number(agent) {
                    space.put_agent(number, row, now);
                }
            }
        }
        let spaces = self.spaces.iter().flat_map(|all| all.values());
        self.day_ends = spaces.filter_map(Space::day_ends).min();
    }

    /// A day may end earlier than was known.
    fn note_day(&mut self, ends: Option<Timestamp>) {
        self.day_ends = self.day_ends.into_iter().chain(ends).min();
    }
}

/// Whether a chat waits by this entry.
fn is_entry_of(state: &State, chat: &ChatId, entry: &EntryId) -> bool {
    state.chats.get(chat).is_some_and(|chat| chat.entry.as_ref() == Some(entry))
}

/// An entry, if it waits, and whether it is not for everybody who can.
pub(super) fn waiting<'a>(state: &State, entry: &'a Entry) -> Option<(&'a Entry, bool)> {
    let waits = entry.offer.is_none();
    waits.then(|| (entry, fit::barred(state, entry).next().is_some()))
}
