//! What each event teaches the queue it concerns. Heard before the event is applied: what it ends
//! is still there. Leaves the arithmetic to `learned` and `probe`.

use baton_common::event::{Event, OfferOf, TimedEvent};
use baton_common::ids::{AgentId, ChatId, EntryId, QueueId, WorkspaceId};
use baton_common::time::{Span, Timestamp};
use baton_common::words::{EntryOutcome, OfferOutcome};

use super::learned::Learned;
use super::probe::Promise;
use crate::state::State;

impl State {
    /// Learns of an event that is about to be applied.
    pub(crate) fn learn(&mut self, timed: &TimedEvent) {
        let at = timed.at;
        match &timed.event {
            Event::EntryAdded(added) => {
                if let Some(chat) = self.chats.get(&added.chat) {
                    let workspace = chat.workspace.clone();
                    self.learn_of(&workspace, &added.queue, |of| of.arrived(at, added.priority));
                }
            }
            Event::EntryQuoted { entry, p50, p90, mean, deviation, .. } => {
                let (p50, p90, mean, deviation) = (*p50, *p90, *mean, *deviation);
                self.told(entry, Promise { at, p50, p90, mean, deviation });
            }
            Event::EntrySettled { entry, outcome, .. } => self.entry_ends(at, entry, *outcome),
            Event::OfferSettled { offer, outcome, .. } => {
                let Some(offer) = self.offers.get(offer) else { return };
                if let (OfferOf::Entry(_), Some(queue)) = (&offer.of, &offer.queue) {
                    let (workspace, queue) = (offer.workspace.clone(), queue.clone());
                    let pending = at.since(offer.made_at);
                    let accepted = *outcome == OfferOutcome::Accepted;
                    self.learn_of(&workspace, &queue, |of| of.offered(pending, accepted));
                }
            }
            Event::AgentLeft { chat, agent, wrapup_until: None, .. } => self.left(at, chat, agent),
            Event::ChatOver { chat, departures, .. } => {
                for departing in departures.iter().filter(|one| one.wrapup_until.is_none()) {
                    self.left(at, chat, &departing.agent);
                }
            }
            Event::WrapupDone { chat, agent, .. } => self.wrapped_up(at, chat, agent),
            _ => {}
        }
    }

    fn learn_of(
        &mut self,
        workspace: &WorkspaceId,
        queue: &QueueId,
        learn: impl FnOnce(&mut Learned),
    ) {
        if let Some(space) = self.workspaces.get_mut(workspace) {
            learn(space.learned.or_insert_with(queue, Learned::default));
        }
    }

    fn told(&mut self, entry: &EntryId, promise: Promise) {
        let Some(entry) = self.entries.get(entry) else { return };
        if let Some(space) = self.workspaces.get_mut(&entry.workspace) {
            let of = space.learned.or_insert_with(&entry.queue, Learned::default);
            of.probes.told(&entry.id, &entry.skills, promise);
        }
    }

    fn entry_ends(&mut self, at: Timestamp, entry: &EntryId, outcome: EntryOutcome) {
        let Some(entry) = self.entries.get(entry) else { return };
        let Some(space) = self.workspaces.get_mut(&entry.workspace) else { return };
        let of = space.learned.or_insert_with(&entry.queue, Learned::default);
        of.stayed(at.since(entry.enqueued_at), outcome == EntryOutcome::Abandoned);
        if outcome == EntryOutcome::Served {
            of.probes.served(at, &entry.id, entry.key, &entry.skills);
        } else {
            of.probes.gone(&entry.id, entry.key);
        }
    }

    /// An agent is out of a chat without a wrap-up.
    fn left(&mut self, at: Timestamp, chat: &ChatId, agent: &AgentId) {
        let Some(chat) = self.chats.get(chat) else { return };
        let joined = chat.agents.iter().find(|p| p.agent == *agent).map(|p| p.joined_at);
        if let (Some(joined), Some(queue)) = (joined, chat.served_by.clone()) {
            let workspace = chat.workspace.clone();
            self.freed(at, &workspace, &queue, at.since(joined));
        }
    }

    fn wrapped_up(&mut self, at: Timestamp, chat: &ChatId, agent: &AgentId) {
        let Some(of) = self.chats.get(chat) else { return };
        let (workspace, queue) = (of.workspace.clone(), of.served_by.clone());
        let work = self.agent(&workspace, agent).and_then(|row| row.work.get(chat));
        let held = work.map(|work| Span(work.talked.0 + at.since(work.since).0));
        if let (Some(held), Some(queue)) = (held, queue) {
            self.freed(at, &workspace, &queue, held);
        }
    }

    /// A slot is free again.
    fn freed(&mut self, at: Timestamp, workspace: &WorkspaceId, queue: &QueueId, held: Span) {
        let space = self.workspaces.get(workspace);
        let line = space.and_then(|space| space.queues.get(queue));
        let nobody = line.is_none_or(|line| line.line.is_empty());
        self.learn_of(workspace, queue, |of| {
            of.held(held);
            if nobody {
                of.probes.idle(at);
            }
        });
    }
}
