//! Keeping the index: which rows an event has changed. Whoever adds a kind of event that changes
//! what an agent can take or an entry asks for names the rows here; a test compares the index with
//! one made anew after each command.

use baton_common::command::Person;
use baton_common::event::{Event, OfferOf};
use baton_common::ids::{AgentId, ChatId, EntryId, WorkspaceId};
use baton_common::time::{Span, Timestamp};

use super::space::Space;
use super::{Index, number_of, small};
use crate::matching::fit;
use crate::state::{Chat, Entry, State};

/// A row to be read anew.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Row {
    Agent(WorkspaceId, AgentId),
    Entry(WorkspaceId, EntryId),
}

/// Of so many rows one that has changed again is found; of more it may be read again.
const SEEN: usize = 16;

impl State {
    /// Notes which rows an event has changed that was just applied: read they are when the last
    /// event of the same moment was, once each.
    pub(crate) fn note_rows(&mut self, event: &Event) {
        if !self.index.is_on() {
            return;
        }
        let mut rows = std::mem::take(&mut self.index.rows);
        match event {
            Event::ConfigPublished { workspace, .. } => {
                let mut index = std::mem::take(&mut self.index);
                index.read_workspace(self, workspace);
                self.index = index;
            }
            Event::SchemaRaised { .. } => self.index.watch.everything(self.workspaces.len()),
            _ => changed(self, event, |row| {
                let seen = &rows[rows.len().saturating_sub(SEEN)..];
                if !seen.contains(&row) {
                    rows.push(row);
                }
            }),
        }
        self.index.rows = rows;
    }

    /// Reads the rows that were noted.
    pub(crate) fn read_rows(&mut self) {
        if !self.index.is_on() {
            return;
        }
        let mut index = std::mem::take(&mut self.index);
        let mut rows = std::mem::take(&mut index.rows);
        for row in rows.drain(..) {
            match row {
                Row::Agent(workspace, agent) => index.read_agent(self, &workspace, &agent),
                Row::Entry(workspace, entry) => index.read_entry(self, &workspace, &entry),
            }
        }
        index.rows = rows;
        index.new_day(self);
        // What is there in the meantime is off and holds nothing.
        std::mem::forget(std::mem::replace(&mut self.index, index));
    }
}

/// The rows that an event has changed, right after it was applied.
fn changed(state: &State, event: &Event, mut row: impl FnMut(Row)) {
    let chat = |chat: &ChatId| state.chats.get(chat);
    let agent = |of: &Chat, agent: &AgentId| Row::Agent(of.workspace.clone(), agent.clone());
    let entry = |of: &Chat, entry: &EntryId| Row::Entry(of.workspace.clone(), entry.clone());
    let waiting = |of: &Chat| of.entry.as_ref().map(|id| entry(of, id));
    match event {
        Event::EntryAdded(added) => {
            let Some(of) = chat(&added.chat) else { return };
            row(entry(of, &added.entry));
        }
        Event::OfferMoved { chat: of, entry: id, .. }
        | Event::EntryAged { chat: of, entry: id, .. }
        | Event::EntrySettled { chat: of, entry: id, .. } => {
            let Some(of) = chat(of) else { return };
            row(entry(of, id));
        }
        Event::OfferMade { chat: of, agent: who, of: what, .. } => {
            let Some(of) = chat(of) else { return };
            row(agent(of, who));
            if let OfferOf::Entry(id) = what {
                row(entry(of, id));
            }
            waiting(of).into_iter().for_each(row);
        }
        Event::OfferSettled { chat: of, offer, .. } => {
            if let Some(offer) = state.offers.get(offer) {
                row(Row::Agent(offer.workspace.clone(), offer.agent.clone()));
            }
            chat(of).and_then(waiting).into_iter().for_each(row);
        }
        Event::AgentJoined { chat: of, agent: who, .. }
        | Event::AgentLeft { chat: of, agent: who, .. }
        | Event::WrapupDone { chat: of, agent: who, .. } => {
            let Some(of) = chat(of) else { return };
            row(agent(of, who));
            waiting(of).into_iter().for_each(row);
        }
        Event::ChatOver { chat: of, departures, .. } => {
            let Some(of) = chat(of) else { return };
            for departing in departures {
                row(agent(of, &departing.agent));
            }
            waiting(of).into_iter().for_each(row);
        }
        Event::AgentChanged { workspace, agent, .. }
        | Event::RampUpElapsed { workspace, agent }
        | Event::Connected { workspace, person: Person::Agent(agent), .. }
        | Event::Disconnected { workspace, person: Person::Agent(agent), .. }
        | Event::PersonLost { workspace, person: Person::Agent(agent) } => {
            row(Row::Agent(workspace.clone(), agent.clone()));
        }
        _ => {}
    }
}

impl Index {
    /// Everything of a workspace.
    pub(super) fn read_workspace(&mut self, state: &State, id: &WorkspaceId) {
        let Some(all) = &mut self.spaces else { return };
        let Some(workspace) = state.workspace(id) else { return };
        let Some(rules) = &workspace.rules else { return };
        let mut space = Space::new(&rules.config);
        let anew = if let Some(old) = all.get_mut(id) {
            // Whoever waits stays in line.
            space.take_over(&rules.config, std::mem::take(old), age_of(state))
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

    fn read_entry(&mut self, state: &State, workspace: &WorkspaceId, id: &EntryId) {
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

/// The ages of entries by their numbers.
pub(super) fn age_of(state: &State) -> impl Fn(u64) -> Span {
    let entry = |number| state.entries.get(&State::entry_id(number));
    move |number| entry(number).map_or(Span::ZERO, Entry::age)
}

/// An entry, if it waits, and whether it is not for everybody who can.
pub(super) fn waiting<'a>(state: &State, entry: &'a Entry) -> Option<(&'a Entry, bool)> {
    let waits = entry.offer.is_none();
    waits.then(|| (entry, fit::barred(state, entry).next().is_some()))
}
